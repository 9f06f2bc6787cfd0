//! What is wrong with the Dockerfile as a whole: what its reader found, what the builder warns about, and why the
//! build fails, each at its place in the text.

use super::{Reach, VIOLATION, frontend, warnings};
use crate::{
    builder::{Builder, Input, Outcome},
    diagnostic::{Diagnostic, Severity, code},
    dockerfile::Dockerfile,
    text::{Span, TextEdit},
};

/// The build fails: the message is the builder's.
pub const BUILD_FAILS: &str = "BuildFails";

/// The builder warns of something that has no rule's name.
pub const BUILD_WARNS: &str = "BuildWarns";

/// Everything that is found, by place: as `docker build --check` says it, which looks into all stages unless one
/// is chosen, and what comes out of the build. What two of them find is told once.
///
/// The classic builder has no checks. What they find is worth knowing all the same, and no more.
pub fn diagnostics(input: &Input<'_>, builder: Builder, outcome: &Outcome) -> Vec<Diagnostic> {
    let dockerfile = input.dockerfile;
    let is_buildkit = builder == Builder::Buildkit;
    let mut found: Vec<Diagnostic> = dockerfile.diagnostics.iter().map(with_edits).collect();
    let mut checks = warnings(input, Reach::Check);
    if is_buildkit {
        checks.extend(frontend::check(dockerfile));
    } else {
        checks.retain(|finding| finding.severity != Severity::Error);
        for finding in &mut checks {
            finding.severity = Severity::Information;
        }
    }
    found.extend(checks);
    for warning in &outcome.warnings {
        let line = read_line(warning);
        found.push(Diagnostic {
            code: BUILD_WARNS,
            severity: Severity::Warning,
            span: place(dockerfile, line),
            line,
            message: warning.clone(),
            hint: None,
            edits: Vec::new(),
        });
    }
    if let Some(error) = &outcome.error {
        let told = found.iter().any(|other| {
            let of_checks = other.code == code::LINT_VIOLATION;
            other.severity == Severity::Error
                && other.code != code::FEATURE_NEWER_THAN_SYNTAX
                && of_checks == error.message.starts_with(VIOLATION)
                && (other.line == error.line || error.message.ends_with(&other.message))
        });
        if !told {
            found.push(Diagnostic {
                code: BUILD_FAILS,
                severity: Severity::Error,
                span: place(dockerfile, error.line),
                line: error.line,
                message: error.message.clone(),
                hint: None,
                edits: Vec::new(),
            });
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.span);
    found.dedup();
    found
}

/// A word that is mistyped, with the edit that puts the right one there.
fn with_edits(diagnostic: &Diagnostic) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    if diagnostic.code == code::UNKNOWN_INSTRUCTION
        && let Some((_, meant)) = diagnostic.message.rsplit_once(" (did you mean ")
        && let Some(meant) = meant.strip_suffix("?)")
    {
        diagnostic.edits = vec![TextEdit { span: diagnostic.span, text: meant.to_owned() }];
    }
    diagnostic
}

/// The line that `message (line 3)` names.
fn read_line(text: &str) -> u32 {
    let named = text.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (line "));
    named.and_then(|(_, line)| line.parse().ok()).unwrap_or(0)
}

/// The instruction on a line: that is what builders mean when they name the line.
fn place(dockerfile: &Dockerfile, line: u32) -> Span {
    let on_line = |from: u32, to: u32| (from..=to).contains(&line);
    dockerfile
        .instructions
        .iter()
        .find(|instruction| on_line(instruction.line, instruction.end_line))
        .map_or(Span::new(0, 0), |instruction| instruction.span)
}
