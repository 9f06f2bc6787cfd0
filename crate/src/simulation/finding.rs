//! What is wrong with the Dockerfile as a whole: what its reader found, why the build fails, and what the
//! builder warns about, each at its place in the text.

use crate::{
    builder::Outcome,
    diagnostic::{Diagnostic, Severity},
    dockerfile::Dockerfile,
    text::Span,
};

/// The build fails: the message is the builder's.
pub const BUILD_FAILS: &str = "BuildFails";

/// The builder warns of something that has no rule's name.
pub const BUILD_WARNS: &str = "BuildWarns";

/// The rules of BuildKit's own checks that its warnings are named after
/// (`frontend/dockerfile/linter/ruleset.go`).
const RULES: [&str; 20] = [
    "ConsistentInstructionCasing",
    "CopyIgnoredFile",
    "DuplicateStageName",
    "ExposeInvalidFormat",
    "ExposeProtoCasing",
    "FromAsCasing",
    "FromPlatformFlagConstDisallowed",
    "InvalidDefaultArgInFrom",
    "JSONArgsRecommended",
    "LegacyKeyValueFormat",
    "MaintainerDeprecated",
    "MultipleInstructionsDisallowed",
    "NoEmptyContinuation",
    "RedundantTargetPlatform",
    "ReservedStageName",
    "SecretsUsedInArgOrEnv",
    "StageNameCasing",
    "UndefinedArgInFrom",
    "UndefinedVar",
    "WorkdirRelativePath",
];

/// Everything that is found, by place. A mistake that reader and builder both find is told once.
pub fn diagnostics(dockerfile: &Dockerfile, outcome: &Outcome) -> Vec<Diagnostic> {
    let mut found = dockerfile.diagnostics.clone();
    for warning in &outcome.warnings {
        let warning = read_warning(dockerfile, warning);
        if !found.iter().any(|other| other.code == warning.code && other.line == warning.line) {
            found.push(warning);
        }
    }
    if let Some(error) = &outcome.error {
        let told = found.iter().any(|other| {
            other.severity == Severity::Error
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
            });
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.span);
    found
}

/// Reads `Rule: message (line 3)`.
fn read_warning(dockerfile: &Dockerfile, text: &str) -> Diagnostic {
    let (code, rest) = text
        .split_once(": ")
        .and_then(|(name, rest)| Some((*RULES.iter().find(|rule| **rule == name)?, rest)))
        .unwrap_or((BUILD_WARNS, text));
    let (message, line) = rest
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" (line "))
        .and_then(|(message, line)| Some((message, line.parse().ok()?)))
        .unwrap_or((rest, 0));
    let span = place(dockerfile, line);
    Diagnostic { code, severity: Severity::Warning, span, line, message: message.into(), hint: None }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::BuildError;

    fn check(text: &str, outcome: &Outcome, expect: &[(&str, u32, &str)]) {
        let dockerfile = crate::dockerfile::parse(text);
        let found = diagnostics(&dockerfile, outcome);
        let told: Vec<_> = found.iter().map(|one| (one.code, one.line, one.message.as_str())).collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn warnings_go_to_their_lines() {
        let warnings = vec![
            "UndefinedVar: Usage of undefined variable '$X' (line 2)".into(),
            "[Warning] One or more build-args [V] were not consumed".into(),
        ];
        check(
            "FROM base\nRUN echo\n",
            &Outcome { warnings, ..Outcome::default() },
            &[
                (BUILD_WARNS, 0, "[Warning] One or more build-args [V] were not consumed"),
                ("UndefinedVar", 2, "Usage of undefined variable '$X'"),
            ],
        );
    }

    #[test]
    fn a_failure_is_told_where_it_happens() {
        let error = Some(BuildError { message: "no such file".into(), line: 2, refused: false });
        check(
            "FROM base\nCOPY x /\n",
            &Outcome { error, ..Outcome::default() },
            &[(BUILD_FAILS, 2, "no such file")],
        );
    }
}
