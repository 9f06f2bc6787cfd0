//! CMD, ENTRYPOINT, HEALTHCHECK: `JSONArgsRecommended`, `MultipleInstructionsDisallowed`.

use super::{
    findings::{Findings, Place, replace},
    stage::{Last, Stage},
    walk::Step,
};
use crate::{
    diagnostic::code,
    dockerfile::{Instruction, instruction::Form},
    text::{Span, TextEdit},
};

/// CMD and ENTRYPOINT.
pub(super) fn check(
    findings: &mut Findings<'_>,
    stage: &mut Stage,
    step: Step<'_>,
    kind: usize,
    form: &Form,
) {
    once(findings, stage, step, kind);
    let Form::Shell(text) = form else { return };
    if stage.has_shell {
        return;
    }
    let message = [
        "JSON arguments recommended for ",
        step.instruction.name(),
        " to prevent unintended behavior related to OS signals",
    ];
    let edits = if step.index.is_some() { array(findings, step.instruction, text) } else { Vec::new() };
    findings.warn(code::JSON_ARGS_RECOMMENDED, step.place, &message, edits);
}

/// The JSON array that means the same: only for plain words, of which a shell makes nothing else.
fn array(findings: &Findings<'_>, instruction: &Instruction, text: &str) -> Vec<TextEdit> {
    let is_plain = |char: char| {
        char.is_ascii_alphanumeric()
            || matches!(char, ' ' | '.' | '/' | '-' | '_' | ':' | ',' | '=' | '@' | '+')
    };
    let first = text.split(' ').next().unwrap_or("");
    // `A=1 run` sets a variable, and what the shell itself carries out is no program.
    let builtin = ["exec", "cd", ".", "source", "exit", "export", "set", "eval", "exec", "ulimit", "umask"];
    let span = Span::new(instruction.name_span.end, instruction.span.end);
    let is_whole = findings.text(span).trim() == text;
    if text.is_empty() || !text.chars().all(is_plain) || first.contains('=') || !is_whole {
        return Vec::new();
    }
    if builtin.contains(&first) {
        return Vec::new();
    }
    let words: Vec<String> =
        text.split(' ').filter(|word| !word.is_empty()).map(|word| ["\"", word, "\""].concat()).collect();
    replace(span, [" [", &words.join(", "), "]"].concat())
}

/// Of several in a stage only the last counts; the warning is about the one before it.
pub(super) fn once(findings: &mut Findings<'_>, stage: &mut Stage, step: Step<'_>, kind: usize) {
    let Some(last) = stage.last.get_mut(kind) else { return };
    let here = Last { span: step.place.span, line: step.place.line, triggered: step.index.is_none() };
    let Some(previous) = last.replace(here) else { return };
    let message = [
        "Multiple ",
        step.instruction.name(),
        " instructions should not be used in the same stage because only the last one will be used",
    ];
    let place = Place { span: previous.span, line: previous.line, own: step.place.own };
    let edits = if previous.triggered { Vec::new() } else { removal(findings, previous.span) };
    findings.warn(code::MULTIPLE_INSTRUCTIONS_DISALLOWED, place, &message, edits);
}

/// Takes an instruction out with its line end.
fn removal(findings: &Findings<'_>, span: Span) -> Vec<TextEdit> {
    let behind = findings.file.text.get(span.end..).unwrap_or("");
    let line_end = behind.find('\n').map_or(behind.len(), |at| at + 1);
    replace(Span::new(span.start, span.end + line_end), "")
}
