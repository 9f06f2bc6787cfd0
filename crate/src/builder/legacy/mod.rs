//! The classic builder: every instruction an image, looked up by parent and compared configuration.
//!
//! What `DOCKER_BUILDKIT=0 docker build` does. Nothing is pruned and nothing is free: each instruction after FROM
//! makes an image whose parent is the one before. A step is a hit if among the parent's children there is one
//! whose stored container config equals the step's in the compared fields. What a step reads is only in the
//! config's `Cmd`: a RUN's text and arguments, and the checksum of the files of a COPY or an ADD.
//!
//! [`Daemon`] keeps the images. `program` sorts the instructions and `refuse` says what the parser says; `build`
//! runs the stages, `lower` and `copy` turn an instruction into the config that is looked up, `store` looks it
//! up. `contents` follows the files as far as they are known, for `COPY --from`.

mod argument;
mod build;
mod config;
mod contents;
mod copy;
mod flag;
mod from;
mod history;
mod key;
mod lower;
mod platform;
mod port;
mod program;
mod quote;
mod reference;
mod refuse;
mod sent;
mod signal;
mod source;
mod state;
mod step;
mod store;
mod version;
mod write;

use std::rc::Rc;

pub use self::history::history_line;

use self::{
    build::Build,
    contents::Outputs,
    program::{Program, Source},
    store::Store,
    version::Rules,
};
use super::{Input, Outcome};

/// A Docker daemon with the images that its classic builder made. Clones share them, so that a build can be
/// tried on a clone without being remembered.
#[derive(Clone, Debug, Default)]
pub struct Daemon {
    store: Store,
    outputs: Outputs,
}

impl Daemon {
    /// Builds, and remembers the images. A file that is refused as a whole changes nothing; its steps are those
    /// of the lines that can be read.
    pub fn build(&mut self, input: &Input<'_>) -> Outcome {
        let rules = Rules::new(input.legacy_version);
        let source = Source::read(input.dockerfile, rules);
        let mut error = refuse::before_parsing(input).or_else(|| refuse::by_parser(input, &source, rules));
        let mut program = Program::new(source, rules);
        error = error.or_else(|| refuse::by_program(&program));
        if let Some(target) = input.target.filter(|target| !target.is_empty())
            && !program.cut(target)
        {
            error = error.or_else(|| Some(refuse::unknown_target(target, rules)));
        }
        let context = Rc::new(sent::context(input, self.store.next_id()));
        let Some(error) = error else {
            return Build::new(self, input, rules, context).run(&program);
        };
        let mut trial = self.clone();
        let mut outcome = Build::new(&mut trial, input, rules, context).run(&program);
        outcome.error = Some(error);
        outcome
    }
}

#[cfg(test)]
mod tests;
