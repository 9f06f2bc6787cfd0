//! The text of a step's name: the source line with its keyword in capitals and its variables replaced
//! (BuildKit: `frontend/dockerfile/dockerfile2llb/convert.go`, `uppercaseCmd` and `processCmdEnv`).

use crate::{
    builder::upper_keyword,
    dockerfile::{Heredoc, Instruction},
    word::{Lexer, Scope},
};

/// The name of COPY, ADD and WORKDIR: quotes are removed, variables that are not set vanish.
pub(super) fn plain(instruction: &Instruction, escape: char, scope: &dyn Scope) -> String {
    shown(instruction.original.trim(), Lexer::new(escape), scope)
}

/// The name of RUN: quotes stay, and so do variables that are not set. A single here-document adds its first
/// line, variables replaced there too, although the shell is what replaces them when it runs.
pub(super) fn run(
    instruction: &Instruction,
    escape: char,
    scope: &dyn Scope,
    document: Option<&Heredoc>,
) -> String {
    let lexer = Lexer { raw_quotes: true, skip_unset: true, ..Lexer::new(escape) };
    let mut text = instruction.original.trim().to_owned();
    if let Some(document) = document {
        let body = document.body.trim();
        let (first, rest) = body.split_once('\n').map_or((body, None), |(first, rest)| (first, Some(rest)));
        text.push_str(" (");
        text.push_str(first.trim_end_matches('\r'));
        text.push_str(if rest.is_some() { "...)" } else { ")" });
    }
    shown(&text, lexer, scope)
}

fn shown(text: &str, lexer: Lexer, scope: &dyn Scope) -> String {
    if !text.contains(['$', '\'', '"', '\u{feff}', lexer.escape]) {
        return upper_keyword(text);
    }
    match lexer.word(text, scope) {
        Ok(text) => upper_keyword(&text),
        Err(_) => upper_keyword(text),
    }
}
