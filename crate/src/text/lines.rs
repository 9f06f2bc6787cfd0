//! From byte offsets to lines and columns, and to the UTF-16 offsets that JavaScript uses.

/// A place for people: both numbers start at 1, the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line number.
    pub line: u32,
    /// Character of the line.
    pub column: u32,
}

/// Where the lines of a text begin. Built once for a text, then each look-up is a binary search.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
    ascii: bool,
}

impl LineIndex {
    /// Finds the lines of `text`; a line ends after its `\n`.
    pub fn new(text: &str) -> Self {
        // About as many as there will be.
        let mut starts = Vec::with_capacity(text.len() / 32 + 8);
        starts.push(0);
        let mut all = 0;
        for (at, &byte) in text.as_bytes().iter().enumerate() {
            all |= byte;
            if byte == b'\n' {
                starts.push(at + 1);
            }
        }
        Self { starts, ascii: all.is_ascii() }
    }

    /// The line of a byte offset, counted from 1.
    pub fn line(&self, offset: usize) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// The byte offset at which a line (counted from 1) begins, if there is such a line.
    pub fn start(&self, line: u32) -> Option<usize> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// Line and column of a byte offset of `text`, the text that this index was made of.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.start(line).unwrap_or(0);
        let column = text.get(start..offset).map_or(0, |before| before.chars().count()) as u32 + 1;
        Position { line, column }
    }

    /// The UTF-16 offset of a byte offset of `text`.
    pub fn utf16(&self, text: &str, offset: usize) -> usize {
        if self.ascii {
            return offset;
        }
        text.get(..offset).map_or(offset, |before| before.encode_utf16().count())
    }
}
