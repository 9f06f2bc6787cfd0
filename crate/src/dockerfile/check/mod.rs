//! What is found in a file beyond its grammar: BuildKit's own checks as far as the text alone decides them, and
//! values that a step would fail on.
//!
//! A check that depends on build arguments, base images or files is the builder's.

mod options;
mod signal;
mod stage;
mod stages;
mod value;

pub use options::Options;
pub use signal::check_signal;
pub use value::check_port;

use super::{Command, Dockerfile, Instruction};
use crate::{
    diagnostic::{Diagnostic, Severity},
    text::Span,
};

/// Adds what is found to the diagnostics of `file`.
pub(super) fn run(file: &mut Dockerfile) {
    let mut findings = Findings { file, found: Vec::new() };
    stages::run(&mut findings);
    stage::run(&mut findings);
    value::run(&mut findings);
    let found = findings.found;
    file.diagnostics.extend(found);
}

/// What is found so far.
struct Findings<'f> {
    file: &'f Dockerfile,
    found: Vec<Diagnostic>,
}

impl<'f> Findings<'f> {
    fn instructions(&self) -> impl Iterator<Item = (usize, &'f Instruction)> + Clone + use<'f> {
        self.file.instructions.iter().enumerate()
    }

    /// A warning of a rule about an instruction, unless the rule is switched off there.
    fn warn(&mut self, index: usize, code: &'static str, span: Span, message: String) {
        if !self.file.skips_rule(code, Some(index)) {
            self.push(index, code, Severity::Warning, span, message);
        }
    }

    fn push(&mut self, index: usize, code: &'static str, severity: Severity, span: Span, message: String) {
        let line = self.file.instructions.get(index).map_or(0, |instruction| instruction.line);
        self.found.push(Diagnostic { code, severity, span, line, message, hint: None });
    }
}

impl Dockerfile {
    /// Whether a rule of BuildKit's checks is switched off: by `# check=skip=…` at the top of the file, or in a
    /// comment above the instruction with this index.
    pub fn skips_rule(&self, rule: &str, index: Option<usize>) -> bool {
        if self.checks.skips(rule) {
            return true;
        }
        let Some(instruction) = index.and_then(|index| self.instructions.get(index)) else { return false };
        // Most instructions have no comment, and few comments are about checks.
        let end = instruction.span.start;
        let start = index.and_then(|index| self.instructions.get(index.checked_sub(1)?));
        let above = Span::new(start.map_or(0, |previous| previous.span.end), end);
        if !above.of(&self.text).contains("=skip") && !above.of(&self.text).contains("= skip") {
            return false;
        }
        let comments = index.map(|index| self.doc_comments(index)).unwrap_or_default();
        let own = comments.iter().find_map(|comment| Options::of_comment(comment));
        own.is_some_and(|options| options.skips(rule))
    }

    /// How BuildKit's checks are set by `# check=…` at the top of the file.
    pub fn checks(&self) -> &Options {
        &self.checks
    }
}

/// The stage that an instruction begins, if it is a FROM: its lower-cased name, empty if it has none.
fn stage_name(instruction: &Instruction) -> Option<String> {
    match &instruction.command {
        Command::From(from) => {
            Some(from.alias.as_ref().map_or(String::new(), |alias| alias.text.to_ascii_lowercase()))
        }
        _ => None,
    }
}
