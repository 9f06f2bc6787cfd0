//! Physical lines, and the logical lines that continuations make of them.

use std::borrow::Cow;

use nom::Offset;

use crate::text::{
    Span,
    scan::{find, trim_start},
};

/// Builders read lines of at most this many bytes, line end not counted.
pub(super) const LONGEST: usize = 65_535;

/// A line of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Without its `\n`, and without the carriage returns before it.
    pub(super) text: &'t str,
    /// With its line end.
    pub(super) full: &'t str,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Counted from 1.
    pub(super) number: u32,
}

impl Line<'_> {
    /// Offset behind its text.
    pub(super) fn text_end(self) -> usize {
        self.start + self.text.len()
    }

    /// Offset behind its line end.
    pub(super) fn end(self) -> usize {
        self.start + self.full.len()
    }

    /// Whether it is longer than builders read.
    pub(super) fn is_too_long(self) -> bool {
        self.full.len() > LONGEST && self.full.strip_suffix('\n').unwrap_or(self.full).len() > LONGEST
    }
}

/// The lines of a text; cloning it marks a place to come back to.
#[derive(Clone, Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    start: usize,
    number: u32,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, start: usize) -> Self {
        Self { text, start, number: 0 }
    }

    /// Number of the line read last.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The text from the next line up to `end`.
    pub(super) fn text_until(&self, end: usize) -> &'t str {
        self.text.get(self.start..end).unwrap_or("")
    }

    /// Offset of the next line.
    pub(super) fn offset(&self) -> usize {
        self.start
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let rest = self.text.get(self.start..).filter(|rest| !rest.is_empty())?;
        let full = find(rest, b'\n').and_then(|at| rest.get(..=at)).unwrap_or(rest);
        self.number += 1;
        let bytes = full.as_bytes().iter().rev();
        let blanks = bytes.take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let text = full.get(..full.len() - blanks).unwrap_or(full);
        let line = Line { text, full, start: self.start, number: self.number };
        self.start += full.len();
        Some(line)
    }
}

/// A logical line: one or more physical lines joined, with the way back from its bytes to those of the file.
#[derive(Clone, Debug)]
pub(super) struct Logical<'t> {
    /// Its text.
    pub(super) text: Cow<'t, str>,
    /// Where its first byte stands in the file.
    base: usize,
    /// For each further part: where it begins in the logical line, and in the file.
    parts: Vec<(usize, usize)>,
}

impl<'t> Logical<'t> {
    pub(super) fn new(text: &'t str, base: usize) -> Self {
        Self { text: Cow::Borrowed(text), base, parts: Vec::new() }
    }

    /// Adds the part of a line that stands at `start` in the file.
    pub(super) fn push(&mut self, text: &str, start: usize) {
        if let Cow::Borrowed(first) = self.text {
            // Room for some lines at once.
            let mut joined = String::with_capacity(first.len() + text.len().max(100) * 3);
            joined.push_str(first);
            self.text = Cow::Owned(joined);
            self.parts.reserve(8);
        }
        if self.text.is_empty() && self.parts.is_empty() {
            self.base = start;
        } else {
            self.parts.push((self.text.len(), start));
        }
        self.text.to_mut().push_str(text);
    }

    /// The pieces of a slice that stand together in the file, in order.
    pub(super) fn spans(&self, slice: &str, mut each: impl FnMut(Span)) {
        let from = self.text.as_ref().offset(slice);
        let end = from + slice.len();
        let mut at = from;
        let mut next = self.parts.partition_point(|&(logical, _)| logical <= from);
        while at < end {
            let stop = self.parts.get(next).map_or(end, |&(logical, _)| logical.min(end));
            if stop > at {
                each(Span::new(self.place(at), self.place(stop - 1) + 1));
            }
            at = stop;
            next += 1;
        }
    }

    fn place(&self, offset: usize) -> usize {
        if self.parts.is_empty() {
            return self.base + offset;
        }
        match self.parts.partition_point(|&(logical, _)| logical <= offset).checked_sub(1) {
            None => self.base + offset,
            Some(index) => self.parts.get(index).map_or(0, |&(logical, start)| start + offset - logical),
        }
    }

    /// Where a slice of the logical line stands in the file.
    pub(super) fn span(&self, slice: &str) -> Span {
        let from = self.text.as_ref().offset(slice);
        let start = self.place(from);
        // The end is that of its last byte, so that a continuation behind it is left out.
        let end = if slice.is_empty() { start } else { self.place(from + slice.len() - 1) + 1 };
        Span::new(start, end)
    }
}

/// An instruction's lines, joined.
pub(super) struct Joined<'t> {
    pub(super) logical: Logical<'t>,
    /// The last of them.
    pub(super) last: Line<'t>,
    /// Whether there are empty lines among them.
    pub(super) has_empty: bool,
}

/// Joins the lines that an instruction goes on over. `text` is the first line without leading blanks; `each` is
/// told of each further line.
pub(super) fn join<'t>(
    lines: &mut Lines<'t>,
    first: Line<'t>,
    text: &'t str,
    escape: char,
    mut each: impl FnMut(Line<'t>),
) -> Joined<'t> {
    let at = first.text_end() - text.len();
    let Some(before) = continued(text, escape) else {
        return Joined { logical: Logical::new(text, at), last: first, has_empty: false };
    };
    let mut joined = Joined { logical: Logical::new(before, at), last: first, has_empty: false };
    for line in lines {
        each(line);
        joined.last = line;
        match trim_start(line.text).as_bytes().first() {
            None => {
                joined.has_empty = true;
                continue;
            }
            Some(b'#') => continue,
            Some(_) => {}
        }
        let part = continued(line.text, escape);
        joined.logical.push(part.unwrap_or(line.text), line.start);
        if part.is_none() {
            break;
        }
    }
    joined
}

/// Cuts the continuation off: what stands before the escape token, if the line goes on.
///
/// An escape token before the last one keeps it from counting, and blanks may follow it.
pub(super) fn continued(line: &str, escape: char) -> Option<&str> {
    let is_escape = |byte: u8| char::from(byte) == escape;
    let bytes = line.as_bytes();
    let blanks = bytes.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let end = (bytes.len() - blanks).checked_sub(1)?;
    let before = end.checked_sub(1).and_then(|at| bytes.get(at));
    if is_escape(*bytes.get(end)?) && !before.is_some_and(|&byte| is_escape(byte)) {
        line.get(..end)
    } else {
        None
    }
}

/// Whether the line is a comment.
pub(super) fn is_comment(line: &str) -> bool {
    trim_start(line).as_bytes().first() == Some(&b'#')
}
