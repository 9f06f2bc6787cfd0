//! What is found so far, and whether a rule is on at a place.

use crate::{
    builder::Input,
    diagnostic::{Diagnostic, Severity, code},
    dockerfile::{Checks, Dockerfile, Instruction},
    text::{Span, TextEdit},
};

use super::rule;

/// The build argument that stands above the directive in the file.
pub(super) const SETTING: &str = "BUILDKIT_DOCKERFILE_CHECK";

/// What a finding is about, and how the checks are set there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) span: Span,
    pub(super) line: u32,
    /// What the comments above the instruction say.
    pub(super) own: Option<&'a Checks>,
}

impl<'a> Place<'a> {
    pub(super) fn of(instruction: &Instruction, own: Option<&'a Checks>) -> Self {
        Self { span: instruction.span, line: instruction.line, own }
    }

    pub(super) fn at(self, span: Span) -> Self {
        Self { span, ..self }
    }
}

/// What is found so far.
pub(super) struct Findings<'f> {
    pub(super) file: &'f Dockerfile,
    checks: Checks,
    /// Why the build argument cannot be read.
    refused: Option<String>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'f> Findings<'f> {
    pub(super) fn new(input: &Input<'f>) -> Self {
        let own = || input.dockerfile.checks.clone();
        let (checks, refused) = match input.build_args.get(SETTING).map(|given| Checks::read(given)) {
            None => (own(), None),
            Some(Ok(checks)) => (checks, None),
            Some(Err(message)) => {
                let parts = ["failed to parse build-arg:", SETTING, ": ", &message];
                (own(), Some(parts.concat()))
            }
        };
        Self { file: input.dockerfile, checks, refused, found: Vec::new() }
    }

    /// Tells of a setting that the builder refuses, and the file with it.
    pub(super) fn refuse(&mut self) {
        if let Some(message) = self.refused.take() {
            self.found.push(Diagnostic {
                code: code::INVALID_CHECK,
                severity: Severity::Error,
                span: Span::default(),
                line: 0,
                message,
                hint: None,
                edits: Vec::new(),
            });
        }
    }

    /// Whether what is found fails the build.
    pub(super) fn fails(&self) -> bool {
        self.checks.error
    }

    /// What the comments above an instruction say about checks.
    pub(super) fn own(&self, index: usize) -> Option<Checks> {
        let instruction = self.file.instructions.get(index)?;
        // Most instructions have no comment, and few comments are about checks.
        let start = index.checked_sub(1).and_then(|index| self.file.instructions.get(index));
        let above = Span::new(start.map_or(0, |previous| previous.span.end), instruction.span.start);
        if !above.of(&self.file.text).contains('=') {
            return None;
        }
        Checks::of_comments(&self.file.doc_comments(index))
    }

    /// Whether a rule is on.
    fn is_on(&self, name: &str, own: Option<&Checks>) -> bool {
        let both = || [Some(&self.checks), own].into_iter().flatten();
        if rule::find(name).is_some_and(|rule| rule.experimental) {
            both().any(|checks| checks.tries(name))
        } else {
            !both().any(|checks| checks.skips(name))
        }
    }

    /// A finding of a rule with its edits, unless the rule is off there.
    pub(super) fn warn(
        &mut self,
        code: &'static str,
        place: Place<'_>,
        message: &[&str],
        edits: Vec<TextEdit>,
    ) {
        if self.is_on(code, place.own) {
            let hint = rule::find(code).map(|rule| rule.hint).filter(|hint| !hint.is_empty());
            self.found.push(Diagnostic {
                code,
                severity: Severity::Warning,
                span: place.span,
                line: place.line,
                message: message.concat(),
                hint: hint.map(str::to_owned),
                edits,
            });
        }
    }

    /// The text of the file at a place.
    pub(super) fn text(&self, span: Span) -> &'f str {
        span.of(&self.file.text)
    }
}

/// One edit.
pub(super) fn replace(span: Span, text: impl Into<String>) -> Vec<TextEdit> {
    vec![TextEdit { span, text: text.into() }]
}
