//! One build: all stages up to the target in the order of the file, none left out.

use std::rc::Rc;

use super::{
    Daemon,
    argument::Arguments,
    config::Config,
    program::{Line, Program, StageLines},
    state::{Expander, State},
    store::Parent,
    version::Rules,
};
use crate::{
    builder::{BuildError, Input, Outcome, Status, Variable, buildkit::snapshot::Snapshot},
    context::Tree,
    digest::Digest,
    dockerfile::{
        self,
        instruction::{Command, Instruction},
    },
};

/// A stage that is done, as later FROM and `COPY --from` see it.
pub(super) struct Finished {
    /// Its name in lower case.
    pub(super) name: Option<String>,
    pub(super) image: Parent,
    pub(super) contents: Snapshot,
    /// Whether image and checksums are the daemon's own.
    pub(super) exact: bool,
    /// Index of its last step.
    pub(super) last_step: Option<usize>,
    pub(super) config: Config,
    pub(super) variables: Rc<Vec<Variable>>,
    pub(super) base: Option<(String, String)>,
}

/// The stage that is being built.
pub(super) struct Current<'a> {
    pub(super) state: State<'a>,
    pub(super) image: Parent,
    pub(super) contents: Snapshot,
    pub(super) exact: bool,
    /// The image config of `image`.
    pub(super) image_config: Config,
    pub(super) base: Option<(String, String)>,
    pub(super) last_step: Option<usize>,
    /// Whether no step has been done yet, so that the next one stands directly on the base.
    pub(super) fresh: bool,
}

/// A build under way.
pub(super) struct Build<'d, 'a> {
    pub(super) daemon: &'d mut Daemon,
    pub(super) input: &'a Input<'a>,
    pub(super) rules: Rules,
    pub(super) escape: char,
    /// The context as the daemon has it.
    pub(super) context: Rc<Tree>,
    pub(super) finished: Vec<Finished>,
    /// The name of the stage that is being built.
    pub(super) stage_name: Option<String>,
    pub(super) arguments: Arguments<'a>,
    /// Names that some ARG declares.
    pub(super) declared: Vec<String>,
    pub(super) outcome: Outcome,
    pub(super) number: usize,
    pub(super) total: usize,
}

/// Where in the file a step stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) stage: usize,
    pub(super) line: &'p Line<'p>,
    /// The number in `Step 3/7`, or `None` for a trigger of a base image.
    pub(super) number: Option<usize>,
}

impl<'d, 'a> Build<'d, 'a> {
    pub(super) fn new(daemon: &'d mut Daemon, input: &'a Input<'a>, rules: Rules, context: Rc<Tree>) -> Self {
        Self {
            daemon,
            input,
            rules,
            escape: input.dockerfile.escape,
            context,
            finished: Vec::new(),
            stage_name: None,
            arguments: Arguments::new(input.build_args, rules),
            declared: Vec::new(),
            outcome: Outcome::default(),
            number: 0,
            total: 0,
        }
    }

    /// Runs the program to its end or to the first failure.
    pub(super) fn run(mut self, program: &Program<'_>) -> Outcome {
        self.total = program.len();
        for global in &program.globals {
            self.number += 1;
            if self.outcome.error.is_none() {
                let done = self.global(&global.instruction);
                self.note(done, global.instruction.line);
            }
        }
        let mut image = None;
        for (index, stage) in program.stages.iter().enumerate() {
            image = self.stage(index, stage);
        }
        if self.outcome.error.is_none() && image.is_none() {
            let message = "No image was generated. Is your Dockerfile empty?".to_owned();
            self.outcome.error = Some(BuildError { message, line: 0, refused: false });
        }
        if self.outcome.error.is_none() {
            let unused = self.arguments.unused(|name| self.declared.iter().any(|declared| declared == name));
            if !unused.is_empty() {
                let warning =
                    ["[Warning] One or more build-args [", &unused.join(" "), "] were not consumed"].concat();
                self.outcome.warnings.push(warning);
            }
        }
        self.outcome
    }

    pub(super) fn note(&mut self, done: Result<(), String>, line: u32) {
        if let Err(message) = done {
            self.outcome.error = Some(BuildError { message, line, refused: false });
        }
    }

    /// ARG before the first FROM.
    fn global(&mut self, instruction: &Instruction) -> Result<(), String> {
        let Command::Arg(arguments) = &instruction.command else { return Ok(()) };
        let expander = Expander::of_globals(&self.arguments, self.escape, self.rules);
        let mut declared = Vec::new();
        for argument in arguments {
            let name = expander.word(&argument.name.text)?;
            let default = argument.default.as_ref().map(|word| expander.word(&word.text)).transpose()?;
            declared.push((name, default));
        }
        for (name, default) in declared {
            self.arguments.declare_global(&name, default.as_deref(), instruction.line);
            self.declared.push(name);
        }
        Ok(())
    }

    /// Builds a stage and returns its image's ID.
    fn stage(&mut self, index: usize, stage: &StageLines<'_>) -> Option<Digest> {
        let name = stage.name();
        let from = &stage.from;
        self.number += 1;
        let begun = match (&self.outcome.error, &from.instruction.command) {
            (None, Command::From(command)) => self.begin(command, name.as_deref()).map_err(Some),
            _ => Err(None),
        };
        let mut current = match begun {
            Ok(current) => current,
            Err(message) => {
                if let Some(message) = message {
                    self.note(Err(message), from.instruction.line);
                }
                self.skip(index, stage);
                return None;
            }
        };
        self.stage_name.clone_from(&name);
        self.triggers(index, from, &mut current);
        for line in &stage.lines {
            self.number += 1;
            self.step(Place { stage: index, line, number: Some(self.number) }, &mut current);
        }
        let id = current.image.id;
        self.finished.push(Finished {
            name,
            image: current.image,
            contents: current.contents,
            exact: current.exact,
            last_step: current.last_step,
            config: current.state.config,
            variables: current.state.variables,
            base: current.base,
        });
        id
    }

    /// The steps of a stage that is not reached.
    fn skip(&mut self, index: usize, stage: &StageLines<'_>) {
        for line in &stage.lines {
            self.number += 1;
            let place = Place { stage: index, line, number: Some(self.number) };
            let step = self.bare_step(place, Status::Skipped);
            self.outcome.steps.push(step);
        }
    }

    /// The triggers of the base image, as instructions of this stage before its first.
    fn triggers(&mut self, stage: usize, from: &Line<'_>, current: &mut Current<'a>) {
        let triggers = std::mem::take(&mut current.state.config.on_build);
        for trigger in triggers {
            // A trigger is read as a Dockerfile of its own, with the usual escape character.
            let mut instruction = match dockerfile::parse_trigger(&trigger, '\\') {
                Ok(instruction) => instruction,
                Err(message) => {
                    if self.outcome.error.is_none() {
                        self.note(Err(message), from.instruction.line);
                    }
                    return;
                }
            };
            instruction.line = from.instruction.line;
            instruction.end_line = from.instruction.end_line;
            let line = Line::owned(from.origin, instruction);
            self.step(Place { stage, line: &line, number: None }, current);
        }
    }
}
