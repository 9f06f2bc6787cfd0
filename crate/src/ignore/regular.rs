//! The few regular expressions that ignore patterns become, matched without backtracking.
//!
//! Builders rewrite a pattern into a regular expression and leave what they do not rewrite to Go's package
//! `regexp`: classes, escapes like `\d`, an inner `^`. What a pattern means is therefore what that expression
//! means. Matching steps through the text once with a set of states, so that no pattern can make it slow.

/// An expression that must match a whole path.
#[derive(Clone, Debug)]
pub(super) struct Regular {
    pieces: Vec<Piece>,
    /// Every match starts and ends with these: most paths are told apart by them alone.
    head: String,
    tail: String,
}

#[derive(Clone, Debug)]
enum Piece {
    /// One character.
    One(Set),
    /// Any number of characters.
    Many(Set),
    /// The way around the next piece.
    Skip,
    /// `.*/`: any text that ends with a slash.
    Folders,
    /// Only at the start of the path.
    Start,
    /// Only at the end of the path.
    End,
}

#[derive(Clone, Debug)]
enum Set {
    Char(char),
    /// `.`, which is anything but a line feed.
    Any,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Set {
    fn has(&self, character: char) -> bool {
        match self {
            Self::Char(own) => *own == character,
            Self::Any => character != '\n',
            Self::Class { negated, ranges } => within(ranges, character) != *negated,
        }
    }
}

fn within(ranges: &[(char, char)], character: char) -> bool {
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
}

impl Regular {
    /// Reads the expression that the builder makes of a pattern, without its `^` and `$`. `None` if Go refuses
    /// it, or if it uses what no path pattern has a use for (`\p`, `\Q`, octal and hexadecimal escapes).
    pub(super) fn new(expression: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = expression;
        while let Some(first) = rest.chars().next() {
            let after = &rest[first.len_utf8()..];
            if let Some(after) = rest.strip_prefix("(.*/)?") {
                pieces.extend([Piece::Skip, Piece::Folders]);
                rest = after;
                continue;
            }
            let (set, after) = match first {
                '^' => {
                    pieces.push(Piece::Start);
                    rest = after;
                    continue;
                }
                '[' => class(after)?,
                '.' => (Set::Any, after),
                '\\' => {
                    let escaped = after.chars().next()?;
                    let behind = &after[escaped.len_utf8()..];
                    match escaped {
                        'A' | 'z' => {
                            pieces.push(if escaped == 'A' { Piece::Start } else { Piece::End });
                            rest = behind;
                            continue;
                        }
                        _ => (escape(escaped)?, behind),
                    }
                }
                '*' | '?' | '+' => return None,
                _ => (Set::Char(first), after),
            };
            let repeated = after.strip_prefix('*');
            pieces.push(if repeated.is_some() { Piece::Many(set) } else { Piece::One(set) });
            rest = repeated.unwrap_or(after);
        }
        let literal = |piece: &Piece| match piece {
            Piece::One(Set::Char(character)) => Some(*character),
            _ => None,
        };
        let head = pieces.iter().map_while(literal).collect();
        let tail: Vec<char> = pieces.iter().rev().map_while(literal).collect();
        let tail = tail.into_iter().rev().collect();
        Some(Self { pieces, head, tail })
    }

    /// Whether the expression matches all of `text`.
    pub(super) fn matches(&self, text: &str) -> bool {
        if !text.starts_with(&*self.head) || !text.ends_with(&*self.tail) {
            return false;
        }
        let size = self.pieces.len() + 1;
        let mut now = vec![false; size];
        let mut next = vec![false; size];
        if let Some(start) = now.first_mut() {
            *start = true;
        }
        let mut at_start = true;
        for character in text.chars() {
            self.close(&mut now, at_start, false);
            next.fill(false);
            let mut alive = false;
            for (state, piece) in self.pieces.iter().enumerate().filter(|(state, _)| now[*state]) {
                let (stay, go) = match piece {
                    Piece::One(set) => (false, set.has(character)),
                    Piece::Many(set) => (set.has(character), false),
                    Piece::Folders => (character != '\n', character == '/'),
                    Piece::Skip | Piece::Start | Piece::End => (false, false),
                };
                next[state] |= stay;
                next[state + 1] |= go;
                alive |= stay || go;
            }
            if !alive {
                return false;
            }
            std::mem::swap(&mut now, &mut next);
            at_start = false;
        }
        self.close(&mut now, at_start, true);
        now.last() == Some(&true)
    }

    /// Adds the states that are reached without taking a character.
    fn close(&self, states: &mut [bool], at_start: bool, at_end: bool) {
        for (state, piece) in self.pieces.iter().enumerate() {
            if !states[state] {
                continue;
            }
            match piece {
                Piece::Many(_) => states[state + 1] = true,
                Piece::Skip => {
                    states[state + 1] = true;
                    if let Some(behind) = states.get_mut(state + 2) {
                        *behind = true;
                    }
                }
                Piece::Start => states[state + 1] |= at_start,
                Piece::End => states[state + 1] |= at_end,
                Piece::One(_) | Piece::Folders => {}
            }
        }
    }
}

/// What `\c` means outside of a class.
fn escape(escaped: char) -> Option<Set> {
    if let Some((negated, ranges)) = shorthand(escaped) {
        return Some(Set::Class { negated, ranges: ranges.to_vec() });
    }
    character(escaped).map(Set::Char)
}

/// `\d`, `\s`, `\w` and their opposites.
fn shorthand(escaped: char) -> Option<(bool, &'static [(char, char)])> {
    let ranges: &[_] = match escaped.to_ascii_lowercase() {
        'd' => &[('0', '9')],
        's' => &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')],
        'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    };
    Some((escaped.is_ascii_uppercase(), ranges))
}

/// The character that `\c` stands for: punctuation itself, or a control character.
fn character(escaped: char) -> Option<char> {
    Some(match escaped {
        'a' => '\x07',
        'f' => '\x0C',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0B',
        _ if escaped.is_ascii() && !escaped.is_ascii_alphanumeric() => escaped,
        _ => return None,
    })
}

/// Reads a class behind its `[`.
fn class(text: &str) -> Option<(Set, &str)> {
    let (negated, mut rest) = match text.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut ranges = Vec::new();
    let mut first = true;
    loop {
        if !first && let Some(end) = rest.strip_prefix(']') {
            return Some((Set::Class { negated, ranges }, end));
        }
        first = false;
        if rest.starts_with("[:") && rest[2..].contains(":]") {
            // `[[:alpha:]]` and its like.
            let (name, end) = rest[2..].split_once(":]")?;
            ranges.extend(posix(name)?);
            rest = end;
            continue;
        }
        if let Some(escaped) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next())
            && let Some((opposite, set)) = shorthand(escaped)
        {
            if opposite {
                ranges.extend(outside(set));
            } else {
                ranges.extend(set);
            }
            rest = &rest[2..];
            continue;
        }
        let (low, after) = member(rest)?;
        rest = after;
        let mut high = low;
        if let Some(after) = rest.strip_prefix('-')
            && !after.starts_with(']')
        {
            (high, rest) = member(after)?;
        }
        if high < low {
            return None;
        }
        ranges.push((low, high));
    }
}

fn member(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    if first != '\\' {
        return Some((first, rest));
    }
    let escaped = rest.chars().next()?;
    Some((character(escaped)?, &rest[escaped.len_utf8()..]))
}

fn posix(name: &str) -> Option<impl Iterator<Item = (char, char)>> {
    let (negated, name) = match name.strip_prefix('^') {
        Some(name) => (true, name),
        None => (false, name),
    };
    let ranges: &[(char, char)] = match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\x7F')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1F'), ('\x7F', '\x7F')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    };
    Some(if negated { outside(ranges) } else { ranges.to_vec() }.into_iter())
}

/// The characters that none of these ordered ASCII ranges holds.
fn outside(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut gaps = Vec::new();
    let mut from = '\0';
    for (low, high) in ranges {
        if from < *low {
            gaps.push((from, char::from((*low as u8).saturating_sub(1))));
        }
        from = char::from((*high as u8) + 1);
    }
    gaps.push((from, char::MAX));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, text: &str, expected: Option<bool>) {
        assert_eq!(
            Regular::new(expression).map(|regular| regular.matches(text)),
            expected,
            "{expression} on {text}"
        );
    }

    #[test]
    fn pieces_match_the_whole_text() {
        check("[^/]*\\.log", "a.log", Some(true));
        check("[^/]*\\.log", "d/a.log", Some(false));
        check("(.*/)?x", "x", Some(true));
        check("(.*/)?x", "a/b/x", Some(true));
        check("(.*/)?x", "ax", Some(false));
        check("(.*/)?[^/]*\\.o", "a/b.o", Some(true));
        check("a(.*/)?b", "ab", Some(true));
        check("a(.*/)?b", "axx/b", Some(true));
        check("a.*", "a/b/c", Some(true));
        check("[^/]*", "", Some(true));
    }

    #[test]
    fn what_is_left_to_the_expression_keeps_its_meaning() {
        check("x\\d", "x7", Some(true));
        check("x[[:digit:]-]", "x-", Some(true));
        check("x[\\D]", "x7", Some(false));
        check("[!a]", "a", Some(true));
        check("a^b", "a^b", Some(false));
        check("[a[^/]*]", "[^a]", Some(true));
        check("\\m", "m", None);
        check("[z-a]", "z", None);
        check("[a", "a", None);
    }

    #[test]
    fn hostile_patterns_take_linear_time() {
        let expression = "(.*/)?[^/]*a".repeat(200);
        let text = "a/".repeat(2000);
        check(&expression, &text, Some(false));
    }
}
