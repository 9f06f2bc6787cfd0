//! Which variables a word mentions, without expanding it: for highlighting, and for asking what an instruction
//! depends on.

use super::substitution::name_length;
use crate::text::Span;

/// A variable in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable<'t> {
    /// Its name.
    pub name: &'t str,
    /// `$name` or the whole `${…}`, as offsets into the word.
    pub span: Span,
}

/// The variables of a word in order, those within `${…}` after the one they stand in.
///
/// `quotes` says whether single quotes keep `$` from meaning anything, as they do in words but not in the bodies
/// of here-documents.
pub fn variables(word: &str, escape: char, quotes: bool) -> Vec<Variable<'_>> {
    let mut found: Vec<Variable<'_>> = Vec::new();
    // Indexes of the braces that are open.
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    let mut double = false;
    while let Some(rest) = word.get(at..).filter(|rest| !rest.is_empty()) {
        let char = rest.chars().next().unwrap_or('\0');
        let width = char.len_utf8();
        if char == escape {
            at += width + rest[width..].chars().next().map_or(0, char::len_utf8);
        } else if char == '"' && quotes {
            double = !double;
            at += 1;
        } else if char == '\'' && quotes && !double {
            at += 1 + rest[1..].find('\'').map_or(rest.len() - 1, |end| end + 1);
        } else if char == '}' && !open.is_empty() {
            at += 1;
            if let Some(variable) = open.pop().and_then(|index| found.get_mut(index)) {
                variable.span.end = at;
            }
        } else if char == '$' {
            let braces = rest[1..].starts_with('{');
            let name_start = if braces { 2 } else { 1 };
            let length = name_length(&rest[name_start..]);
            let end = at + name_start + length;
            if length > 0 {
                let name = &rest[name_start..name_start + length];
                found.push(Variable { name, span: Span::new(at, end) });
                if braces {
                    open.push(found.len() - 1);
                }
            }
            at = end;
        } else {
            at += width;
        }
    }
    found
}
