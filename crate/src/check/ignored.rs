//! COPY and ADD: `CopyIgnoredFile`, and the variables in their words.

use super::{
    stage::Stage,
    walk::{Step, Walk},
};
use crate::{
    builder::{
        Input,
        buildkit::{
            Options,
            source::{is_git, is_http},
            transfer::ignore_file,
        },
    },
    diagnostic::code,
    dockerfile::instruction::Copy,
    ignore::{Ignore, Patterns, path},
    text::quote,
    word::Lexer,
};

/// The patterns of the ignore file.
pub(super) fn patterns(input: &Input<'_>) -> Patterns {
    let text = ignore_file(input, &Options::default());
    Ignore::parse(&String::from_utf8_lossy(text.as_deref().unwrap_or_default())).patterns().clone()
}

/// Whether a source is kept out. With exceptions in the ignore file the builder does not say so.
pub(super) fn is_ignored(patterns: &Patterns, source: &str) -> bool {
    if patterns.list().iter().any(|pattern| pattern.exception) {
        return false;
    }
    let all = |pattern: &str| matches!(pattern, "*" | "**" | "**/*");
    if matches!(source, "." | "/") && !patterns.list().iter().any(|pattern| all(pattern.cleaned())) {
        return false;
    }
    patterns.match_path(source)
}

pub(super) fn copy(walk: &mut Walk<'_, '_>, stage: &Stage, step: Step<'_>, copy: &Copy, is_copy: bool) {
    for (name, value) in [("chown", &copy.chown), ("chmod", &copy.chmod), ("checksum", &copy.checksum)] {
        if let Some(value) = value {
            let flag = step.instruction.flags.iter().find(|flag| flag.name == name);
            let span = flag.map_or(step.place.span, |flag| flag.span);
            walk.word(stage, step, (value, span));
        }
    }
    let sources: Vec<String> = copy.sources.iter().map(|source| walk.expand(stage, step, source)).collect();
    walk.expand(stage, step, &copy.destination);
    for heredoc in copy.heredocs.iter().filter_map(|&index| step.instruction.heredocs.get(index)) {
        if heredoc.expand {
            let lexer = Lexer { skip_quotes: true, ..Lexer::new('\\') };
            super::undefined::expand(walk.findings, step.place, stage, lexer, (&heredoc.body, heredoc.span));
        }
    }
    if copy.from.is_some() {
        return;
    }
    for (source, word) in sources.iter().zip(&copy.sources) {
        if is_http(source) || is_git(source) {
            continue;
        }
        let source = path::clean(source);
        if walk.is_ignored(&source) {
            let verb = if is_copy { "Copy" } else { "Add" };
            let message =
                ["Attempting to ", verb, " file ", &quote(&source), " that is excluded by .dockerignore"];
            let place = if step.index.is_some() { step.place.at(word.span) } else { step.place };
            walk.findings.warn(code::COPY_IGNORED_FILE, place, &message, Vec::new());
        }
    }
}
