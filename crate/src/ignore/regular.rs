//! The few regular expressions that ignore patterns become, matched without backtracking.
//!
//! Builders rewrite a pattern into a regular expression and leave what they do not rewrite to Go's package
//! `regexp`: classes, escapes like `\d`, an inner `^`. What a pattern means is therefore what that expression
//! means. Matching steps through the text once with a set of states, so that no pattern can make it slow.

/// How often a repetition may be written (`{1000}`); Go's limit.
const MAX_REPEAT: u32 = 1000;

/// An expression that is searched for in a path.
#[derive(Clone, Debug)]
pub(super) struct Regular {
    /// What stands between bare `|`, of which one must match.
    alternatives: Vec<Sequence>,
}

#[derive(Clone, Debug, Default)]
struct Sequence {
    pieces: Vec<Piece>,
    /// Whether it matches from the start of the path only, and to its end only.
    from_start: bool,
    to_end: bool,
    /// What stands at the start and end of every path that matches: most are told apart by these alone.
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
    /// Only where a word starts or ends (`\b`), or only elsewhere (`\B`).
    Edge(bool),
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
    /// Reads the expression that the builder makes of a pattern, anchors included. `None` if Go refuses it, or if
    /// it uses what no path pattern has a use for (`\p`, `\Q`, octal and hexadecimal escapes).
    pub(super) fn new(expression: &str) -> Option<Self> {
        let mut alternatives = Vec::new();
        let mut sequence = Sequence::default();
        let mut rest = Rest(expression);
        // Whether something stands before that may be repeated.
        let mut repeatable = false;
        loop {
            if rest.take("(.*/)?") {
                sequence.pieces.push(Piece::Skip);
                sequence.pieces.push(Piece::Folders);
                repeatable = false;
                continue;
            }
            if let Some((least, most)) = rest.repetition() {
                if !repeatable
                    || least > MAX_REPEAT
                    || most.is_some_and(|most| most > MAX_REPEAT || most < least)
                {
                    return None;
                }
                sequence.repeat(least, most)?;
                repeatable = false;
                continue;
            }
            let Some(first) = rest.next() else { break };
            let piece = match first {
                '|' => {
                    sequence.finish();
                    alternatives.push(std::mem::take(&mut sequence));
                    repeatable = false;
                    continue;
                }
                '^' => Piece::Start,
                '$' => Piece::End,
                '[' => Piece::One(rest.class()?),
                '.' => Piece::One(Set::Any),
                '\\' => match rest.next()? {
                    'A' => Piece::Start,
                    'z' => Piece::End,
                    escaped @ ('b' | 'B') => Piece::Edge(escaped == 'b'),
                    escaped => Piece::One(escape(escaped)?),
                },
                '*' | '?' | '+' => return None,
                _ => Piece::One(Set::Char(first)),
            };
            repeatable = true;
            let piece = match piece {
                Piece::One(set) if rest.take("*") => {
                    repeatable = false;
                    Piece::Many(set)
                }
                piece => piece,
            };
            sequence.pieces.push(piece);
        }
        sequence.finish();
        alternatives.push(sequence);
        Some(Self { alternatives })
    }

    /// Whether the expression matches somewhere in `text`.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.alternatives.iter().any(|alternative| alternative.matches(text))
    }
}

impl Sequence {
    /// Repeats the last piece.
    fn repeat(&mut self, least: u32, most: Option<u32>) -> Option<()> {
        let last = self.pieces.pop()?;
        let Piece::One(set) = last else {
            // An anchor repeated is an anchor; one that need not be there says nothing.
            if least > 0 {
                self.pieces.push(last);
            }
            return Some(());
        };
        for _ in 0..least {
            self.pieces.push(Piece::One(set.clone()));
        }
        match most {
            None => self.pieces.push(Piece::Many(set)),
            Some(most) => {
                for _ in least..most {
                    self.pieces.push(Piece::Skip);
                    self.pieces.push(Piece::One(set.clone()));
                }
            }
        }
        Some(())
    }

    /// Takes anchors off the ends and finds the literal ones.
    fn finish(&mut self) {
        while matches!(self.pieces.first(), Some(Piece::Start)) {
            self.pieces.remove(0);
            self.from_start = true;
        }
        while matches!(self.pieces.last(), Some(Piece::End)) {
            self.pieces.pop();
            self.to_end = true;
        }
        if self.from_start {
            for piece in &self.pieces {
                let Piece::One(Set::Char(character)) = piece else { break };
                self.head.push(*character);
            }
        }
        if self.to_end {
            let mut start = self.pieces.len();
            while let Some(Piece::One(Set::Char(_))) = start.checked_sub(1).and_then(|at| self.pieces.get(at))
            {
                start -= 1;
            }
            // What is behind `Skip` may be left out.
            if start > 0 && matches!(self.pieces.get(start - 1), Some(Piece::Skip)) {
                start += 1;
            }
            for piece in self.pieces.iter().skip(start) {
                if let Piece::One(Set::Char(character)) = piece {
                    self.tail.push(*character);
                }
            }
        }
    }

    fn matches(&self, text: &str) -> bool {
        if !text.starts_with(&*self.head) || !text.ends_with(&*self.tail) {
            return false;
        }
        let size = self.pieces.len() + 1;
        let mut now = vec![false; size];
        let mut next = vec![false; size];
        let mut before = None;
        for character in text.chars() {
            self.open(&mut now, before, Some(character));
            if !self.to_end && now.last() == Some(&true) {
                return true;
            }
            next.fill(false);
            let mut alive = !self.from_start;
            for (state, piece) in self.pieces.iter().enumerate().filter(|(state, _)| now[*state]) {
                let (stay, go) = match piece {
                    Piece::One(set) => (false, set.has(character)),
                    Piece::Many(set) => (set.has(character), false),
                    Piece::Folders => (character != '\n', character == '/'),
                    Piece::Skip | Piece::Start | Piece::End | Piece::Edge(_) => (false, false),
                };
                next[state] |= stay;
                next[state + 1] |= go;
                alive |= stay || go;
            }
            if !alive {
                return false;
            }
            std::mem::swap(&mut now, &mut next);
            before = Some(character);
        }
        self.open(&mut now, before, None);
        now.last() == Some(&true)
    }

    /// Adds the states that are reached without taking a character, between the one before and the one after.
    fn open(&self, states: &mut [bool], before: Option<char>, after: Option<char>) {
        if (before.is_none() || !self.from_start)
            && let Some(start) = states.first_mut()
        {
            *start = true;
        }
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
                Piece::Start => states[state + 1] |= before.is_none(),
                Piece::End => states[state + 1] |= after.is_none(),
                Piece::Edge(wanted) => states[state + 1] |= (is_word(before) != is_word(after)) == *wanted,
                Piece::One(_) | Piece::Folders => {}
            }
        }
    }
}

fn is_word(character: Option<char>) -> bool {
    character.is_some_and(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// What is left to read of an expression.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.0.chars();
        let next = chars.next();
        self.0 = chars.as_str();
        next
    }

    /// Reads `text`, if it stands here.
    fn take(&mut self, text: &str) -> bool {
        let after = self.0.strip_prefix(text);
        self.0 = after.unwrap_or(self.0);
        after.is_some()
    }

    /// Reads `{2}`, `{2,}` or `{2,3}`: the least and the most. Anything else in braces is literal.
    fn repetition(&mut self) -> Option<(u32, Option<u32>)> {
        let mut ahead = Rest(self.0);
        if !ahead.take("{") {
            return None;
        }
        let least = ahead.number()?;
        let mut most = Some(least);
        if ahead.take(",") {
            most = ahead.number();
        }
        if !ahead.take("}") {
            return None;
        }
        self.0 = ahead.0;
        Some((least, most))
    }

    /// Reads a number without zeros before it. One that is too large to hold is too large to be allowed.
    fn number(&mut self) -> Option<u32> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = self.0.split_at(digits);
        if number.is_empty() || (digits > 1 && number.starts_with('0')) {
            return None;
        }
        self.0 = after;
        Some(number.parse().unwrap_or(u32::MAX))
    }

    /// Reads a class behind its `[`.
    fn class(&mut self) -> Option<Set> {
        let negated = self.take("^");
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            if !first && self.take("]") {
                return Some(Set::Class { negated, ranges });
            }
            first = false;
            if self.0.starts_with("[:")
                && let Some(length) = self.0.get(2..).and_then(|rest| crate::text::find(rest, ":]"))
            {
                // `[[:alpha:]]` and its like.
                posix(self.0.get(2..2 + length)?, &mut ranges)?;
                self.0 = self.0.get(length + 4..)?;
                continue;
            }
            if let Some(set) = self.0.strip_prefix('\\').and_then(|rest| shorthand(rest.chars().next()?)) {
                append(&mut ranges, set);
                self.0 = self.0.get(2..)?;
                continue;
            }
            let low = self.member()?;
            let mut high = low;
            if self.0.starts_with('-') && !self.0.starts_with("-]") {
                self.next();
                high = self.member()?;
            }
            if high < low {
                return None;
            }
            ranges.push((low, high));
        }
    }

    /// Reads a character of a class.
    fn member(&mut self) -> Option<char> {
        match self.next()? {
            '\\' => character(self.next()?),
            first => Some(first),
        }
    }
}

/// What `\c` means outside of a class.
fn escape(escaped: char) -> Option<Set> {
    if let Some(set) = shorthand(escaped) {
        let mut ranges = Vec::new();
        append(&mut ranges, set);
        return Some(Set::Class { negated: false, ranges });
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

/// Adds the class of this name to a class.
fn posix(name: &str, out: &mut Vec<(char, char)>) -> Option<()> {
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
    append(out, (negated, ranges));
    Some(())
}

/// Adds ordered ASCII ranges to a class, or if they are `negated` the gaps between them.
fn append(out: &mut Vec<(char, char)>, (negated, ranges): (bool, &[(char, char)])) {
    if !negated {
        out.extend_from_slice(ranges);
        return;
    }
    let mut from = '\0';
    for (low, high) in ranges {
        if from < *low {
            out.push((from, char::from((*low as u8).saturating_sub(1))));
        }
        from = char::from((*high as u8) + 1);
    }
    out.push((from, char::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, text: &str, expected: Option<bool>) {
        let found = Regular::new(expression).map(|regular| regular.matches(text));
        assert_eq!(found, expected, "{expression} on {text}");
    }

    #[test]
    fn anchored_expressions_match_the_whole_text() {
        check("^[^/]*\\.log$", "a.log", Some(true));
        check("^[^/]*\\.log$", "d/a.log", Some(false));
        check("^(.*/)?x$", "x", Some(true));
        check("^(.*/)?x$", "a/b/x", Some(true));
        check("^(.*/)?x$", "ax", Some(false));
        check("^(.*/)?[^/]*\\.o$", "a/b.o", Some(true));
        check("^a(.*/)?b$", "ab", Some(true));
        check("^a(.*/)?b$", "axx/b", Some(true));
        check("^a.*$", "a/b/c", Some(true));
        check("^[^/]*$", "", Some(true));
    }

    #[test]
    fn what_is_left_to_the_expression_keeps_its_meaning() {
        check("^x\\d$", "x7", Some(true));
        check("^x[[:digit:]-]$", "x-", Some(true));
        check("^x[\\D]$", "x7", Some(false));
        check("^[!a]$", "a", Some(true));
        check("^a^b$", "a^b", Some(false));
        check("^[a[^/]*]$", "[^a]", Some(true));
        check("^a\\b[^/]$", "a-", Some(true));
        check("^a\\b[^/]$", "ab", Some(false));
        check("^a\\B[^/]$", "ab", Some(true));
        check("^\\m$", "m", None);
        check("^[z-a]$", "z", None);
        check("^[a$", "a", None);
    }

    #[test]
    fn bars_and_braces_are_not_literal() {
        check("^a[^/]|b[^/]|[^/]c$", "axyz", Some(true));
        check("^a[^/]|b[^/]|[^/]c$", "xbxx", Some(true));
        check("^a[^/]|b[^/]|[^/]c$", "xxxc", Some(true));
        check("^a[^/]|b[^/]|[^/]c$", "xa/c/", Some(false));
        check("^[^/]|$", "", Some(true));
        check("^a{2}[^/]$", "aab", Some(true));
        check("^a{2}[^/]$", "ab", Some(false));
        check("^[ab]{1,2}$", "ab", Some(true));
        check("^[ab]{1,2}$", "aba", Some(false));
        check("^[ab]{1,}c$", "abac", Some(true));
        check("^\\.{js,ts}$", ".{js,ts}", Some(true));
        check("^a{01}$", "a{01}", Some(true));
        check("^[^/]*{2}$", "a", None);
        check("^a{2,1}$", "a", None);
        check("^a{1001}$", "a", None);
        check("^[^/]*\\$", "a$b", Some(true));
    }

    #[test]
    fn hostile_patterns_take_linear_time() {
        let expression = ["^", &"(.*/)?[^/]*a".repeat(200), "$"].concat();
        let text = "a/".repeat(2000);
        check(&expression, &text, Some(false));
    }
}
