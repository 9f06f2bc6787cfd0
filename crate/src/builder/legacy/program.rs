//! The instructions of a Dockerfile as the classic builder runs them: global arguments, then stages in order.

use std::borrow::Cow;

use super::{refuse, version::Rules};
use crate::{
    diagnostic::Diagnostic,
    dockerfile::{self, Dockerfile, instruction::{Command, Copy, Instruction, Word}},
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
#[derive(Debug, Default)]
pub(super) struct Source<'a> {
    pub(super) lines: Vec<Line<'a>>,
    pub(super) diagnostics: Vec<Cow<'a, Diagnostic>>,
}

impl<'a> Source<'a> {
    /// Reads a Dockerfile. Before 23.0 there are no heredocs: what would be a body is read as instructions.
    pub(super) fn read(dockerfile: &'a Dockerfile, rules: Rules) -> Self {
        let mut source = Self::default();
        let heredoc = dockerfile.instructions.iter().position(opens_heredoc).filter(|_| !rules.current_parser());
        let upto = heredoc.unwrap_or(dockerfile.instructions.len());
        for (origin, instruction) in dockerfile.instructions.iter().enumerate().take(upto) {
            source.lines.push(Line { origin, instruction: Cow::Borrowed(instruction), failure: None });
        }
        let first = heredoc.and_then(|origin| Some((origin, dockerfile.instructions.get(origin)?)));
        let Some((origin, instruction)) = first else {
            source.diagnostics = dockerfile.diagnostics.iter().map(Cow::Borrowed).collect();
            return source;
        };
        let before = |diagnostic: &&'a Diagnostic| diagnostic.line < instruction.line;
        source.diagnostics = dockerfile.diagnostics.iter().filter(before).map(Cow::Borrowed).collect();
        source.lines.push(Line::owned(origin, without_heredocs(instruction)));
        source.read_rest(dockerfile, origin, instruction);
        source
    }

    /// Reads what stands after the logical line of an instruction that opens a heredoc, body after body.
    fn read_rest(&mut self, dockerfile: &Dockerfile, origin: usize, instruction: &Instruction) {
        // A line in front keeps the escape character, and no directive is looked for after it.
        let prefix = if dockerfile.escape == '`' { "# escape=`\n#\n" } else { "#\n" };
        let prefix_lines = prefix.matches('\n').count() as u32;
        let text = dockerfile.text.as_str();
        let mut start = body_start(text, instruction);
        let mut first_line = line_of(text, start);
        loop {
            let part = dockerfile::parse(&[prefix, text.get(start..).unwrap_or("")].concat());
            let shift = |line: u32| (line + first_line).saturating_sub(prefix_lines + 1);
            let heredoc = part.instructions.iter().position(opens_heredoc);
            let upto = heredoc.unwrap_or(part.instructions.len());
            let end = heredoc.and_then(|at| part.instructions.get(at)).map_or(u32::MAX, |stop| stop.line);
            for diagnostic in part.diagnostics.iter().filter(|diagnostic| diagnostic.line < end) {
                // That a body holds no instruction is no fault of the whole file.
                if diagnostic.line > 0 {
                    let line = shift(diagnostic.line);
                    self.diagnostics.push(Cow::Owned(Diagnostic { line, ..diagnostic.clone() }));
                }
            }
            for instruction in part.instructions.iter().take(upto) {
                let (line, end_line) = (shift(instruction.line), shift(instruction.end_line));
                self.lines.push(Line::owned(origin, Instruction { line, end_line, ..instruction.clone() }));
            }
            let Some(stop) = heredoc.and_then(|at| part.instructions.get(at)) else { break };
            let (line, end_line) = (shift(stop.line), shift(stop.line));
            self.lines.push(Line::owned(origin, Instruction { line, end_line, ..without_heredocs(stop) }));
            let next = (start + body_start(&part.text, stop)).saturating_sub(prefix.len());
            // Each round reads at least one line more, so that it ends.
            if next <= start {
                break;
            }
            start = next;
            first_line = line_of(text, start);
        }
    }
}

/// Whether an instruction has a heredoc, also one that does not end.
fn opens_heredoc(instruction: &Instruction) -> bool {
    !instruction.heredocs.is_empty()
}

/// Where the first heredoc's body begins.
fn body_start(text: &str, instruction: &Instruction) -> usize {
    instruction.heredocs.first().map_or(text.len(), |heredoc| heredoc.span.start)
}

fn line_of(text: &str, offset: usize) -> u32 {
    text.get(..offset).unwrap_or("").matches('\n').count() as u32 + 1
}

/// The instruction as a parser reads it that has never heard of heredocs.
fn without_heredocs(instruction: &Instruction) -> Instruction {
    let mut plain = instruction.clone();
    plain.heredocs.clear();
    plain.end_line = plain.line;
    if let Command::Copy(copy) | Command::Add(copy) = &mut plain.command {
        let mut words: Vec<Word> = instruction
            .text
            .split_whitespace()
            .map(|text| Word { text: text.to_owned(), span: instruction.name_span })
            .collect();
        if let Some(destination) = words.pop() {
            *copy = Copy { sources: words, destination, heredocs: Vec::new(), ..copy.clone() };
        }
    }
    plain
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
