//! The instructions of a Dockerfile as the classic builder runs them: global arguments, then stages in order.

use std::borrow::Cow;

use super::{refuse, version::Rules};
use crate::{
    diagnostic::{Diagnostic, code},
    dockerfile::{
        self, Dockerfile,
        instruction::{Command, Instruction},
    },
};

/// An instruction with its place in [`Dockerfile::instructions`].
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) origin: usize,
    pub(super) instruction: Cow<'a, Instruction>,
    /// What its step says instead of being done.
    pub(super) failure: Option<String>,
}

impl Line<'_> {
    pub(super) fn owned(origin: usize, instruction: Instruction) -> Self {
        Self { origin, instruction: Cow::Owned(instruction), failure: None }
    }
}

/// All lines and what the parser says of them.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) lines: Vec<Line<'a>>,
    pub(super) diagnostics: Cow<'a, [Diagnostic]>,
}

impl<'a> Source<'a> {
    /// Reads a Dockerfile. Before 23.0 there are no heredocs: what would be a body is read as instructions.
    pub(super) fn read(dockerfile: &'a Dockerfile, rules: Rules) -> Self {
        let opens = |instruction: &Instruction| !instruction.heredocs.is_empty();
        let open = |mistake: &Diagnostic| mistake.code == code::UNTERMINATED_HEREDOC;
        let has_heredocs =
            dockerfile.instructions.iter().any(opens) || dockerfile.diagnostics.iter().any(open);
        if rules.current_parser() || !has_heredocs {
            let line = |(origin, instruction)| Line {
                origin,
                instruction: Cow::Borrowed(instruction),
                failure: None,
            };
            let lines = dockerfile.instructions.iter().enumerate().map(line).collect();
            return Self { lines, diagnostics: Cow::Borrowed(&dockerfile.diagnostics) };
        }
        let plain = dockerfile::parse_without_heredocs(&dockerfile.text);
        let line = |instruction: Instruction| {
            let before = |other: &Instruction| other.line <= instruction.line;
            let origin = dockerfile.instructions.partition_point(before).saturating_sub(1);
            Line::owned(origin, instruction)
        };
        Self {
            lines: plain.instructions.into_iter().map(line).collect(),
            diagnostics: Cow::Owned(plain.diagnostics),
        }
    }
}

/// A stage's instructions.
#[derive(Debug)]
pub(super) struct StageLines<'a> {
    pub(super) from: Line<'a>,
    pub(super) lines: Vec<Line<'a>>,
}

impl StageLines<'_> {
    /// The stage's name in lower case.
    pub(super) fn name(&self) -> Option<String> {
        match &self.from.instruction.command {
            Command::From(from) => from.alias.as_ref().map(|alias| alias.text.to_lowercase()),
            _ => None,
        }
    }
}

/// What is run.
#[derive(Debug, Default)]
pub(super) struct Program<'a> {
    pub(super) globals: Vec<Line<'a>>,
    pub(super) stages: Vec<StageLines<'a>>,
}

impl<'a> Program<'a> {
    /// Sorts the lines. What could not be read is left out, but for what is left to its step.
    pub(super) fn new(source: Source<'a>, rules: Rules) -> Self {
        let mut program = Self::default();
        for mut line in source.lines {
            if rules.current_parser() {
                line.failure = refuse::at_step(&line.instruction, &source.diagnostics);
            }
            match (&line.instruction.command, program.stages.last_mut()) {
                (Command::Invalid, Some(stage)) if line.failure.is_some() => stage.lines.push(line),
                (Command::Invalid, _) => {}
                (Command::From(_), _) => program.stages.push(StageLines { from: line, lines: Vec::new() }),
                (_, Some(stage)) => stage.lines.push(line),
                (Command::Arg(_), None) => program.globals.push(line),
                (_, None) => {}
            }
        }
        program
    }

    /// Cuts the file after the stage of this name; whether there is one.
    pub(super) fn cut(&mut self, target: &str) -> bool {
        let target = target.to_lowercase();
        let found = self.stages.iter().position(|stage| stage.name().as_ref() == Some(&target));
        if let Some(index) = found {
            self.stages.truncate(index + 1);
        }
        found.is_some()
    }

    /// The number of steps that the daemon counts.
    pub(super) fn len(&self) -> usize {
        self.globals.len() + self.stages.iter().map(|stage| 1 + stage.lines.len()).sum::<usize>()
    }
}
