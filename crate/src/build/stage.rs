//! Cutting a Dockerfile into stages, and finding a stage by what an instruction calls it.

use std::ops::Range;

use crate::{
    dockerfile::{Command, Dockerfile},
    text::lower,
};

/// A stage: a `FROM` and the instructions up to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Index of the `FROM` in [`Dockerfile::instructions`].
    pub from: usize,
    /// Indexes of the instructions after it.
    pub instructions: Range<usize>,
    /// The name after `AS`, in lower case.
    pub name: Option<String>,
}

/// The stages of a Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// Indexes of the `ARG`s before the first `FROM`.
    pub globals: Vec<usize>,
    /// The first instruction before the first `FROM` that is no `ARG`: the builders refuse it.
    pub stray: Option<usize>,
    /// The stages in order.
    pub list: Vec<Stage>,
}

impl Stages {
    /// The stages of `dockerfile`. Instructions that could not be read are left where they are; a `FROM` among
    /// them begins no stage.
    pub fn of(dockerfile: &Dockerfile) -> Self {
        let mut stages = Self::default();
        for (index, instruction) in dockerfile.instructions.iter().enumerate() {
            match (&instruction.command, stages.list.last_mut()) {
                (Command::From(from), _) => stages.list.push(Stage {
                    from: index,
                    instructions: index + 1..index + 1,
                    name: from.alias.as_ref().map(|alias| lower(&alias.text)),
                }),
                (_, Some(stage)) => stage.instructions.end = index + 1,
                (Command::Arg(_), None) => stages.globals.push(index),
                (Command::Invalid, None) => {}
                (_, None) => stages.stray = stages.stray.or(Some(index)),
            }
        }
        stages
    }

    /// The stage that `FROM name` means in stage number `before`: the last one above with exactly this name in
    /// lower case.
    pub fn base(&self, name: &str, before: usize) -> Option<usize> {
        self.list.iter().take(before).rposition(|stage| stage.name.as_deref() == Some(name))
    }

    /// The stage that `--target`, `--from` or `from=` names, whatever the case: the last one of that name.
    pub fn named(&self, name: &str) -> Option<usize> {
        let name = lower(name);
        self.list.iter().rposition(|stage| stage.name.as_deref() == Some(&name))
    }

    /// A stage's name for people: that after `AS`, else `stage-N`.
    pub fn title(&self, index: usize) -> String {
        match self.list.get(index).and_then(|stage| stage.name.as_ref()) {
            Some(name) => name.clone(),
            None => format!("stage-{index}"),
        }
    }
}
