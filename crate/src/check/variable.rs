//! ENV and LABEL: `LegacyKeyValueFormat`, and secrets in ENV.

use super::{
    findings::{Place, replace},
    secret,
    stage::Stage,
    walk::{Step, Walk},
};
use crate::{
    diagnostic::code,
    dockerfile::instruction::Assignment,
    text::{Span, TextEdit},
};

/// ENV: all values see the variables as they were before the instruction.
pub(super) fn env(walk: &mut Walk<'_, '_>, stage: &mut Stage, step: Step<'_>, pairs: &[Assignment]) {
    let expanded = expand(walk, stage, step, pairs);
    old_form(walk, step, pairs);
    for ((name, value), pair) in expanded.into_iter().zip(pairs) {
        secret::check(walk.findings, step, "ENV", &name, pair.key.span);
        stage.set(name, value, step.place.line);
    }
}

/// LABEL.
pub(super) fn label(walk: &mut Walk<'_, '_>, stage: &Stage, step: Step<'_>, pairs: &[Assignment]) {
    expand(walk, stage, step, pairs);
    old_form(walk, step, pairs);
}

fn expand(
    walk: &mut Walk<'_, '_>,
    stage: &Stage,
    step: Step<'_>,
    pairs: &[Assignment],
) -> Vec<(String, String)> {
    let mut both =
        |pair: &Assignment| (walk.expand(stage, step, &pair.key), walk.expand(stage, step, &pair.value));
    pairs.iter().map(&mut both).collect()
}

/// `ENV name value`.
fn old_form(walk: &mut Walk<'_, '_>, step: Step<'_>, pairs: &[Assignment]) {
    let [pair] = pairs else { return };
    // A trigger's text is not the file's.
    let is_old = match step.index {
        Some(_) => {
            let behind = Span::new(pair.key.span.end, walk.findings.file.text.len());
            !walk.findings.text(behind).starts_with('=')
        }
        None => !step.instruction.text().get(pair.key.text.len()..).unwrap_or("").starts_with('='),
    };
    if !is_old {
        return;
    }
    let name = step.instruction.name();
    let message =
        ["\"", name, " key=value\" should be used instead of legacy \"", name, " key value\" format"];
    let edits = if step.index.is_some() { with_sign(step.place, pair, walk) } else { Vec::new() };
    walk.findings.warn(code::LEGACY_KEY_VALUE_FORMAT, step.place, &message, edits);
}

/// `name=value`, quoted if there are blanks. Quotes and escapes would not mean the same in it.
fn with_sign(place: Place<'_>, pair: &Assignment, walk: &Walk<'_, '_>) -> Vec<TextEdit> {
    let (key, value) = (&pair.key, &pair.value);
    let odd = ['"', '\'', '\\', '`', '\n'];
    let span = Span::new(key.span.start, place.span.end);
    if walk.findings.text(span).contains(odd) || value.text.is_empty() {
        return Vec::new();
    }
    let quote = if value.text.contains(char::is_whitespace) { "\"" } else { "" };
    replace(span, [&key.text, "=", quote, &value.text, quote].concat())
}
