//! The text of a step's name: the source line with its keyword in capitals and its variables replaced
//! (BuildKit: `frontend/dockerfile/dockerfile2llb/convert.go`, `uppercaseCmd` and `processCmdEnv`).

use crate::{
    builder::upper_keyword,
    dockerfile::{Heredoc, Instruction},
    word::{Lexer, Scope},
};

/// The name of COPY, ADD and WORKDIR: quotes are removed, variables that are not set vanish.
pub(super) fn plain(instruction: &Instruction, escape: char, scope: &dyn Scope) -> String {
    shown(instruction, Lexer::new(escape), scope)
}

/// The name of RUN: quotes stay, and so do variables that are not set. A single here-document adds its first
/// line.
pub(super) fn run(
    instruction: &Instruction,
    escape: char,
    scope: &dyn Scope,
    document: Option<&Heredoc>,
) -> String {
    let lexer = Lexer { raw_quotes: true, skip_unset: true, ..Lexer::new(escape) };
    let mut name = shown(instruction, lexer, scope);
    if let Some(document) = document {
        let body = document.body.trim();
        let (first, rest) = body.split_once('\n').map_or((body, None), |(first, rest)| (first, Some(rest)));
        name.push_str(" (");
        name.push_str(first.trim_end_matches('\r'));
        name.push_str(if rest.is_some() { "...)" } else { ")" });
    }
    name
}

fn shown(instruction: &Instruction, lexer: Lexer, scope: &dyn Scope) -> String {
    let text = instruction.original.trim();
    let text = lexer.word(text, scope).unwrap_or_else(|_| text.to_owned());
    upper_keyword(&text)
}
