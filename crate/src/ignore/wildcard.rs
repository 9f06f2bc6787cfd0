//! Go's `path.Match`: `*`, `?`, `[a-z]`, `[^a]` and `\c`, where `*` and `?` never match a slash.
//!
//! Both builders use it for the sources of COPY and ADD. It works on bytes and reads characters as Go does, so
//! that a name cut in the middle of a character by `*` matches when it does there.

/// A pattern that was read.
#[derive(Clone, Debug)]
pub struct Wildcard {
    chunks: Vec<Chunk>,
}

/// What stands between two stars.
#[derive(Clone, Debug)]
struct Chunk {
    /// Whether a star stands before it.
    star: bool,
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Byte(u8),
    One,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// Whether a path has `*`, `?` or `[` that no backslash takes literally: only then is it matched at all.
pub fn has_wildcard(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'*' | b'?' | b'[' => return true,
            _ => {}
        }
    }
    false
}

/// Reads a pattern as far as it is well-formed, and whether it is to its end. The last chunk is the one that was
/// read last.
fn read(pattern: &str) -> (Vec<Chunk>, bool) {
    let mut chunks = Vec::new();
    let mut chunk = Chunk { star: false, items: Vec::new() };
    let mut rest = pattern;
    let mut complete = true;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        if first == '*' {
            if !chunk.items.is_empty() {
                chunks.push(chunk);
                chunk = Chunk { star: false, items: Vec::new() };
            }
            chunk.star = true;
            rest = after;
            continue;
        }
        let Some(after) = chunk.read(first, rest, after) else {
            complete = false;
            break;
        };
        rest = after;
    }
    chunks.push(chunk);
    (chunks, complete)
}

impl Wildcard {
    /// Reads a pattern; `None` if it is malformed (a class without end, a backslash at the end).
    pub fn new(pattern: &str) -> Option<Self> {
        let (chunks, complete) = read(pattern);
        complete.then_some(Self { chunks })
    }

    /// Whether Go's `filepath.Match` finds the pattern malformed when it is tried on `.`, as ignore patterns are.
    /// Unlike `path.Match` it stops at the first piece that does not match and does not look at the rest.
    pub(super) fn refuses(pattern: &str) -> bool {
        let (chunks, complete) = read(pattern);
        let before = chunks.split_last().map_or(&[][..], |(_, before)| before);
        let reached = before.iter().try_fold(&b"."[..], |name, chunk| chunk.find(name, false)).is_some();
        !complete && reached
    }

    /// Whether the whole of `name` matches.
    pub fn matches(&self, name: &str) -> bool {
        let mut name = name.as_bytes();
        for (index, chunk) in self.chunks.iter().enumerate() {
            if chunk.star && chunk.items.is_empty() {
                return !name.contains(&b'/');
            }
            match chunk.find(name, index + 1 == self.chunks.len()) {
                Some(rest) => name = rest,
                None => return false,
            }
        }
        name.is_empty()
    }

    /// How many parts a matching path has, if that is certain: a negated class may match a slash.
    pub fn depth(&self) -> Option<usize> {
        let mut slashes = 0;
        for item in self.chunks.iter().flat_map(|chunk| &chunk.items) {
            match item {
                Item::Byte(b'/') => slashes += 1,
                Item::Class { .. } if accepts(item, '/') => return None,
                _ => {}
            }
        }
        Some(slashes + 1)
    }
}

impl Chunk {
    /// What remains of `name` behind the first place where this chunk stands, if there is one: at the start, or
    /// behind what the star takes. The last chunk must reach to the end.
    fn find<'a>(&self, name: &'a [u8], last: bool) -> Option<&'a [u8]> {
        let fits = |rest: &&[u8]| !last || rest.is_empty();
        if let Some(rest) = self.strip(name).filter(fits) {
            return Some(rest);
        }
        if !self.star {
            return None;
        }
        let reach = name.iter().position(|byte| *byte == b'/').unwrap_or(name.len());
        (1..=reach).find_map(|skip| self.strip(name.get(skip..)?).filter(fits))
    }

    /// Reads one item of `text`, which starts with `first`; what follows it.
    fn read<'a>(&mut self, first: char, text: &'a str, after: &'a str) -> Option<&'a str> {
        match first {
            '?' => {
                self.items.push(Item::One);
                Some(after)
            }
            '[' => {
                let (item, end) = class(after)?;
                self.items.push(item);
                Some(end)
            }
            _ => {
                let literal = if first == '\\' { after } else { text };
                let taken = literal.chars().next()?.len_utf8();
                self.items.extend(literal.bytes().take(taken).map(Item::Byte));
                literal.get(taken..)
            }
        }
    }

    /// What remains of `name` after this chunk, if it starts with it.
    fn strip<'a>(&self, mut name: &'a [u8]) -> Option<&'a [u8]> {
        for item in &self.items {
            let (character, width) = decode(name)?;
            let taken = match item {
                Item::Byte(byte) => (name.first() == Some(byte)).then_some(1),
                item => accepts(item, character).then_some(width),
            }?;
            name = name.get(taken..)?;
        }
        Some(name)
    }
}

fn accepts(item: &Item, character: char) -> bool {
    match item {
        Item::Byte(byte) => u32::from(*byte) == u32::from(character),
        Item::One => character != '/',
        Item::Class { negated, ranges } => {
            ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
        }
    }
}

/// The first character of `bytes` and its width; the replacement character, one byte wide, for broken ones.
fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    let width = match first {
        0..0x80 => return Some((char::from(first), 1)),
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF5 => 4,
        _ => 1,
    };
    let character =
        bytes.get(..width).and_then(|bytes| str::from_utf8(bytes).ok()).and_then(|text| text.chars().next());
    Some(character.map_or(('\u{FFFD}', 1), |character| (character, width)))
}

/// Reads a class behind its `[`: the class, and what follows its `]`.
fn class(text: &str) -> Option<(Item, &str)> {
    let (negated, mut rest) = match text.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty()
            && let Some(end) = rest.strip_prefix(']')
        {
            return Some((Item::Class { negated, ranges }, end));
        }
        let (low, after) = member(rest)?;
        rest = after;
        let mut high = low;
        if let Some(after) = rest.strip_prefix('-') {
            (high, rest) = member(after)?;
        }
        ranges.push((low, high));
    }
}

/// One character of a class, perhaps behind a backslash.
fn member(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    if first == '-' || first == ']' {
        return None;
    }
    let text = if first == '\\' { &text[1..] } else { text };
    let character = text.chars().next()?;
    let rest = &text[character.len_utf8()..];
    // A class never ends with the pattern.
    (!rest.is_empty()).then_some((character, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expected: Option<bool>) {
        assert_eq!(
            Wildcard::new(pattern).map(|wildcard| wildcard.matches(name)),
            expected,
            "{pattern} {name}"
        );
    }

    #[test]
    fn stars_and_question_marks_stay_within_a_part() {
        for (pattern, name, expected) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a*", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("a*/b", "a/c/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("a?b", "a/b", false),
            ("a*b", "a/b", false),
            ("*x", "xxx", true),
            ("", "", true),
            ("", "a", false),
            ("**", "a/b", false),
            ("?", "é", true),
            ("*??", "€", true),
        ] {
            check(pattern, name, Some(expected));
        }
    }

    #[test]
    fn classes_and_escapes_are_read_as_go_reads_them() {
        for (pattern, name, expected) in [
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[^c]", "abc", false),
            ("ab[^b-d]", "abc", false),
            ("a[^x]c", "a/c", true),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "ab", false),
            ("[\\]a]", "]", true),
            ("[\\-x]", "-", true),
            ("[x\\-]", "z", false),
            ("[!a]", "!", true),
        ] {
            check(pattern, name, Some(expected));
        }
    }

    #[test]
    fn malformed_patterns_match_nothing() {
        for pattern in ["[]a]", "[-]", "[x-]", "[-x]", "a[", "[^", "[^bc", "a\\", "[a-b-c]"] {
            check(pattern, "a", None);
        }
    }

    #[test]
    fn only_bare_wildcards_count() {
        for (path, expected) in [("a*", true), ("a\\*", false), ("[", true), ("a\\", false), ("\\\\*", true)]
        {
            assert_eq!(has_wildcard(path), expected, "{path}");
        }
    }
}
