//! The patterns of `${x#p}`, `${x%p}` and `${x/p/r}`: `*` is any run of characters, `?` any one character, but
//! neither matches a line feed; there are no sets.
//!
//! The builder makes a regular expression of a pattern. With only `*` and `?` in it, what that finds is the
//! leftmost match, the longest (or shortest) one there; keeping for each place in the pattern the earliest start
//! that leads to it finds the same in time proportional to pattern times text.

use super::lexer::Reason;
use crate::text::is_letter_or_digit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Literal(char),
    One,
    Run,
}

/// A pattern, read.
pub(super) struct Pattern(Vec<Token>);

/// For each place in the pattern, the earliest start of a match that has come so far.
struct Front<'p> {
    tokens: &'p [Token],
    starts: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
}

impl Front<'_> {
    /// Lets a match that began at `start` stand at `place`, and behind the runs that begin there.
    fn add(starts: &mut [Option<usize>], tokens: &[Token], mut place: usize, start: usize) {
        loop {
            if starts[place].is_some_and(|known| known <= start) {
                return;
            }
            starts[place] = Some(start);
            if tokens.get(place) != Some(&Token::Run) {
                return;
            }
            place += 1;
        }
    }

    /// Takes one character; matches that began behind `limit` are dropped.
    fn step(&mut self, char: char, limit: usize) -> bool {
        self.next.fill(None);
        let mut alive = false;
        for (place, token) in self.tokens.iter().enumerate() {
            let Some(start) = self.starts[place].filter(|&start| start <= limit) else { continue };
            let to = match token {
                Token::Literal(literal) if *literal == char => place + 1,
                Token::One if char != '\n' => place + 1,
                Token::Run if char != '\n' => place,
                _ => continue,
            };
            alive = true;
            Self::add(&mut self.next, self.tokens, to, start);
        }
        std::mem::swap(&mut self.starts, &mut self.next);
        alive
    }

    fn accepted(&self) -> Option<usize> {
        self.starts[self.tokens.len()]
    }
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, Reason> {
        let mut tokens = Vec::new();
        let mut chars = pattern.chars();
        while let Some(char) = chars.next() {
            tokens.push(match char {
                '*' => Token::Run,
                '?' => Token::One,
                '\\' => match chars.clone().next() {
                    // `\}` and `\/` only keep the character from ending the pattern.
                    Some('}' | '/') => continue,
                    Some(next @ ('*' | '?' | '\\')) => {
                        chars.next();
                        Token::Literal(next)
                    }
                    other => {
                        let mut reason =
                            ["invalid pattern (", pattern, ") in substitution: invalid escape '\\"].concat();
                        reason.push(other.unwrap_or(char::REPLACEMENT_CHARACTER));
                        reason.push('\'');
                        return Err(Reason::Owned(reason));
                    }
                },
                _ => Token::Literal(char),
            });
        }
        tokens.dedup_by(|next, token| *next == Token::Run && *token == Token::Run);
        Ok(Self(tokens))
    }

    fn front(&self) -> Front<'_> {
        let places = self.0.len() + 1;
        Front { tokens: &self.0, starts: vec![None; places], next: vec![None; places] }
    }

    /// The end of the shortest or longest match at the start of `text`.
    pub(super) fn prefix(&self, text: &str, longest: bool) -> Option<usize> {
        let mut front = self.front();
        Front::add(&mut front.starts, &self.0, 0, 0);
        let mut found = front.accepted().map(|_| 0);
        for (at, char) in text.char_indices() {
            if found.is_some() && !longest || !front.step(char, 0) {
                break;
            }
            if front.accepted().is_some() {
                found = Some(at + char.len_utf8());
            }
        }
        found
    }

    /// The leftmost match at or behind `from`, the longest one there, as start and end.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let mut front = self.front();
        let mut found: Option<(usize, usize)> = None;
        let mut at = from;
        let mut chars = text.get(from..)?.chars();
        loop {
            if found.is_none() {
                Front::add(&mut front.starts, &self.0, 0, at);
            }
            if let Some(start) = front.accepted()
                && found.is_none_or(|(known, _)| start <= known)
            {
                found = Some((start, at));
            }
            let Some(char) = chars.next() else { return found };
            let limit = found.map_or(usize::MAX, |(start, _)| start);
            if !front.step(char, limit) && found.is_some() {
                return found;
            }
            at += char.len_utf8();
        }
    }

    /// Replaces all matches that do not overlap. In `template`, `$0` is the match and `$$` a `$`; other groups
    /// are empty, as a pattern has none.
    pub(super) fn replace_all(&self, text: &str, template: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        let mut search = 0;
        while let Some((start, end)) = self.find(text, search) {
            out.push_str(text.get(copied..start).unwrap_or(""));
            // An empty match directly behind a match does not count.
            if end > copied || start == 0 {
                fill(&mut out, template, text.get(start..end).unwrap_or(""));
            }
            copied = end;
            let Some(next) = text.get(search..).and_then(|rest| rest.chars().next()) else { break };
            search = end.max(search + next.len_utf8());
        }
        out.push_str(text.get(copied..).unwrap_or(""));
        out
    }
}

/// Writes a template of Go's `regexp` for the match `found`.
fn fill(out: &mut String, template: &str, found: &str) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let length = |text: &str| {
            text.find(|char: char| char != '_' && !is_letter_or_digit(char)).unwrap_or(text.len())
        };
        let (name, behind) = if let Some(behind) = after.strip_prefix('$') {
            out.push('$');
            rest = behind;
            continue;
        } else if let Some(inner) = after.strip_prefix('{') {
            let (name, behind) = inner.split_at(length(inner));
            (name, behind.strip_prefix('}'))
        } else {
            let (name, behind) = after.split_at(length(after));
            (name, Some(behind))
        };
        if let Some(behind) = behind.filter(|_| !name.is_empty()) {
            if name == "0" {
                out.push_str(found);
            }
            rest = behind;
        } else {
            // Not a group: the dollar stands for itself.
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Token};
    use proptest::prelude::*;

    /// All ends of matches at the start of `text`, found by trying everything.
    fn ends(tokens: &[Token], text: &str, at: usize, found: &mut Vec<usize>) {
        let Some((token, behind)) = tokens.split_first() else { return found.push(at) };
        let next = text[at..].chars().next();
        let after = at + next.map_or(0, char::len_utf8);
        match token {
            Token::Run => {
                ends(behind, text, at, found);
                if next.is_some_and(|char| char != '\n') {
                    ends(tokens, text, after, found);
                }
            }
            Token::One if next.is_some_and(|char| char != '\n') => ends(behind, text, after, found),
            Token::Literal(literal) if next == Some(*literal) => ends(behind, text, after, found),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn finds_what_trying_everything_finds(pattern in "[ab*?é]{0,5}", text in "[abé\n]{0,9}") {
            let read = Pattern::new(&pattern).unwrap();
            let all = |start: usize| {
                let mut found = Vec::new();
                ends(&read.0, &text, start, &mut found);
                found
            };
            prop_assert_eq!(read.prefix(&text, false), all(0).into_iter().min());
            prop_assert_eq!(read.prefix(&text, true), all(0).into_iter().max());
            let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let leftmost = starts.find_map(|start| Some((start, all(start).into_iter().max()?)));
            prop_assert_eq!(read.find(&text, 0), leftmost);
        }
    }
}
