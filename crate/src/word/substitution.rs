//! What stands behind a `$`: names, and the forms of `${…}`.

use super::{
    lexer::{Modifiers, Process, Reason},
    pattern::Pattern,
};
use crate::text::is_letter_or_digit;

const MISSING_BRACE: Reason = Reason::Borrowed("syntax error: missing '}'");

impl<'a> Process<'a> {
    /// Reads `$name` or `${…}`, the `$` first, and gives what stands for it.
    pub(super) fn dollar(&mut self) -> Result<String, Reason> {
        self.next();
        if self.peek() == Some('{') {
            self.next();
            return self.braces();
        }
        let name = self.name();
        if name.is_empty() {
            return Ok(String::from("$"));
        }
        match self.scope.get(name) {
            Some(value) => Ok(value.to_owned()),
            None if self.lexer.skip_unset => Ok(["$", name].concat()),
            None => Ok(String::new()),
        }
    }

    fn braces(&mut self) -> Result<String, Reason> {
        match self.peek() {
            None => return Err(MISSING_BRACE),
            Some('{' | '}' | ':') => return Err(Reason::Borrowed("syntax error: bad substitution")),
            Some(_) => {}
        }
        let name = self.name();
        let modifiers = self.lexer.modifiers;
        match self.next() {
            Some('}') => Ok(match self.scope.get(name) {
                Some(value) => value.to_owned(),
                None if self.lexer.skip_unset => ["${", name, "}"].concat(),
                None => String::new(),
            }),
            Some(':') => {
                let operator = self.next();
                self.conditional(name, true, operator)
            }
            Some('?') => self.conditional(name, false, Some('?')),
            Some(operator @ ('+' | '-')) if modifiers != Modifiers::Colon => {
                self.conditional(name, false, Some(operator))
            }
            Some(operator @ ('#' | '%')) if modifiers == Modifiers::Patterns => self.trim(name, operator),
            Some('/') if modifiers == Modifiers::Patterns => self.replace(name),
            _ if modifiers == Modifiers::Colon => Err(Reason::Borrowed("missing ':' in substitution")),
            other => Err(unsupported(false, other)),
        }
    }

    /// `${name-w}`, `${name:-w}` and the same with `+` and `?`; `colon` makes empty the same as unset.
    fn conditional(&mut self, name: &str, colon: bool, operator: Option<char>) -> Result<String, Reason> {
        if matches!(operator, Some('#' | '%')) && self.lexer.modifiers == Modifiers::Patterns {
            return Err(unsupported(true, operator));
        }
        let word = self.part('}', false, MISSING_BRACE)?;
        let value = self.scope.get(name);
        if value.is_none() && self.lexer.skip_unset {
            let mut out = String::from("${");
            out.push_str(name);
            if colon {
                out.push(':');
            }
            out.extend(operator);
            out.push_str(&word);
            out.push('}');
            return Ok(out);
        }
        let full = value.filter(|value| !(colon && value.is_empty()));
        match (operator, full) {
            (Some('-'), None) | (Some('+'), Some(_)) => Ok(word),
            (Some('+'), None) => Ok(String::new()),
            (Some('-' | '?'), Some(value)) => Ok(value.to_owned()),
            (Some('?'), None) => {
                let message = match (word.as_str(), value) {
                    ("", None) => "is not allowed to be unset",
                    ("", Some(_)) => "is not allowed to be empty",
                    (word, _) => word,
                };
                Err(Reason::Owned([name, ": ", message].concat()))
            }
            // The classic builder names the character alone.
            _ => Err(unsupported(self.lexer.modifiers != Modifiers::Colon, operator)),
        }
    }

    /// `${name#p}`, `${name##p}`, `${name%p}`, `${name%%p}`.
    fn trim(&mut self, name: &str, operator: char) -> Result<String, Reason> {
        let word = self.part('}', true, MISSING_BRACE)?;
        let value = match self.scope.get(name) {
            Some(value) => value,
            None if self.lexer.skip_unset => {
                return Ok(["${", name, operator.encode_utf8(&mut [0; 4]), &word, "}"].concat());
            }
            None => "",
        };
        let (pattern, longest) = match word.strip_prefix(operator) {
            Some(pattern) => (pattern, true),
            None => (word.as_str(), false),
        };
        if operator == '#' {
            let end = Pattern::new(pattern)?.prefix(value, longest).unwrap_or(0);
            return Ok(value.get(end..).unwrap_or("").to_owned());
        }
        // The shortest match at the end is the shortest at the start of the reversed text. The message for a
        // bad pattern shows it reversed, as the builder's does.
        let reversed: String = value.chars().rev().collect();
        let end = Pattern::new(&reverse(pattern))?.prefix(&reversed, longest).unwrap_or(0);
        Ok(reversed.get(end..).unwrap_or("").chars().rev().collect())
    }

    /// `${name/p/r}`, `${name//p/r}`.
    fn replace(&mut self, name: &str) -> Result<String, Reason> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let pattern = self.part('/', true, Reason::Borrowed("syntax error: missing '/' in ${}"))?;
        let replacement = self.part('}', true, MISSING_BRACE)?;
        let value = match self.scope.get(name) {
            Some(value) => value,
            None if self.lexer.skip_unset => {
                return Ok(["${", name, "/", &pattern, "/", &replacement, "}"].concat());
            }
            None => "",
        };
        let pattern = Pattern::new(&pattern)?;
        if all {
            return Ok(pattern.replace_all(value, &replacement));
        }
        Ok(match pattern.find(value, 0) {
            Some((start, end)) => {
                [value.get(..start).unwrap_or(""), &replacement, value.get(end..).unwrap_or("")].concat()
            }
            None => value.to_owned(),
        })
    }

    /// The text up to `stop`, itself expanded. `missing` is the error if the word ends before.
    fn part(&mut self, stop: char, raw_escapes: bool, missing: Reason) -> Result<String, Reason> {
        self.until(Some(stop), raw_escapes, &mut Vec::new())
            .map_err(|reason| if self.rest.is_empty() { missing } else { reason })
    }

    /// Reads a variable's name: digits, or one special character, or letters, digits and `_`.
    fn name(&mut self) -> &'a str {
        let (name, rest) = self.rest.split_at(name_length(self.rest));
        self.rest = rest;
        name
    }
}

/// The length of the name at the start of `text`, in bytes.
pub(super) fn name_length(text: &str) -> usize {
    let length = |is_part: fn(char) -> bool| text.find(|char| !is_part(char)).unwrap_or(text.len());
    match text.chars().next() {
        Some(char) if char.is_ascii_digit() => length(|char| char.is_ascii_digit()),
        Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
        _ => length(|char| char == '_' || is_letter_or_digit(char)),
    }
}

fn unsupported(colon: bool, operator: Option<char>) -> Reason {
    let mut reason = String::from("unsupported modifier (");
    if colon {
        reason.push(':');
    }
    // The builder writes the end of the text as a replacement character.
    reason.push(operator.unwrap_or(char::REPLACEMENT_CHARACTER));
    reason.push_str(") in substitution");
    Reason::Owned(reason)
}

/// The pattern for the reversed text: `a\*c` becomes `c\*a`.
fn reverse(pattern: &str) -> String {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        match (char, chars.clone().next()) {
            ('\\', Some(next)) => {
                chars.next();
                parts.extend([next, '\\']);
            }
            _ => parts.push(char),
        }
    }
    parts.into_iter().rev().collect()
}
