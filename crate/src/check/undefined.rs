//! `UndefinedVar`: words are expanded as the builder does it, and what they ask for in vain is told.

use std::cell::RefCell;

use super::{
    findings::{Findings, Place, replace},
    stage::Stage,
};
use crate::{
    build::Environment,
    diagnostic::{Severity, code},
    dockerfile::suggest,
    text::{Span, TextEdit, is_letter_or_digit},
    word::{Lexer, Scope},
};

/// Names that are no variables of a step, so that nobody misses them.
pub(super) const HIDDEN: [&str; 2] = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

/// Variables that note which of them are asked for.
pub(super) struct Asked<'e> {
    env: &'e Environment,
    found: RefCell<Vec<String>>,
    missing: RefCell<Vec<String>>,
}

impl<'e> Asked<'e> {
    pub(super) fn new(env: &'e Environment) -> Self {
        Self { env, found: RefCell::default(), missing: RefCell::default() }
    }

    /// The names that were there and those that were not, each once.
    pub(super) fn names(self) -> (Vec<String>, Vec<String>) {
        (self.found.into_inner(), self.missing.into_inner())
    }
}

impl Scope for Asked<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let value = self.env.get(name);
        let names = if value.is_some() { &self.found } else { &self.missing };
        let mut names = names.borrow_mut();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        value
    }
}

/// Expands a word of an instruction; tells of variables that nothing sets. An error of the word itself is told
/// elsewhere: it expands to nothing here.
pub(super) fn expand(
    findings: &mut Findings<'_>,
    place: Place<'_>,
    stage: &Stage,
    lexer: Lexer,
    (word, span): (&str, Span),
) -> String {
    let asked = Asked::new(&stage.env);
    let value = lexer.word(word, &asked).unwrap_or_default();
    let (_, missing) = asked.names();
    report(findings, place, stage, span, missing);
    value
}

/// Tells of variables that were asked for in vain.
pub(super) fn report(
    findings: &mut Findings<'_>,
    place: Place<'_>,
    stage: &Stage,
    span: Span,
    missing: Vec<String>,
) {
    for name in missing {
        let is_set = stage.declared.contains(&name) || stage.valueless.contains(&name);
        if HIDDEN.contains(&name.as_str()) || is_set {
            continue;
        }
        let message = ["Usage of undefined variable '$", &name, "'"].concat();
        let known =
            stage.env.iter().map(|variable| &variable.name).chain(&stage.valueless).map(String::as_str);
        let told = suggest(message.clone(), &name, known, true);
        let meant = told
            .strip_prefix(message.as_str())
            .and_then(|rest| rest.strip_prefix(" (did you mean "))
            .and_then(|rest| rest.strip_suffix("?)"));
        // The base image may set it; only a name that is nearly right is worth a word then.
        if !stage.known && meant.is_none() {
            continue;
        }
        let edits =
            meant.map(|meant| rename(findings.text(span), span.start, &name, meant)).unwrap_or_default();
        let told = match meant {
            Some(meant) => [&message, " (did you mean $", meant, "?)"].concat(),
            None => message,
        };
        let before = findings.found.len();
        let shown = edits.first().map_or(place.span, |edit| edit.span);
        findings.warn(code::UNDEFINED_VAR, place.at(shown), &[&told], edits);
        if !stage.known
            && let Some(finding) = findings.found.get_mut(before)
        {
            finding.severity = Severity::Information;
            finding.hint = Some("What the base image sets is not known; it may set this one.".to_owned());
        }
    }
}

/// Puts another name in the place of a variable's.
pub(super) fn rename(text: &str, start: usize, name: &str, meant: &str) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    for (at, _) in text.match_indices('$') {
        let braces = usize::from(text[at + 1..].starts_with('{'));
        let from = at + 1 + braces;
        let rest = &text[from..];
        let goes_on = |char: char| char == '_' || is_letter_or_digit(char);
        if rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(goes_on)) {
            edits.extend(replace(Span::new(start + from, start + from + name.len()), meant));
        }
    }
    edits
}
