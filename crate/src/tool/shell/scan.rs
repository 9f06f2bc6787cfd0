//! The script's text, character by character, with what the shell skips between words.

/// A cursor on a script.
#[derive(Clone, Debug)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Here-documents whose bodies begin after the next line end: their end word and whether tabs are removed.
    pending: Vec<(String, bool)>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, pending: Vec::new() }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Skips `token` if it comes next.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Skips blanks, escaped line ends and comments, not line ends.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => {
                    self.next();
                }
                Some('\\') if self.rest().starts_with("\\\n") => self.at += 2,
                Some('\\') if self.rest().starts_with("\\\r\n") => self.at += 3,
                Some('#') => {
                    while self.peek().is_some_and(|next| next != '\n') {
                        self.next();
                    }
                }
                _ => return,
            }
        }
    }

    /// Skips blanks and line ends, and the bodies of here-documents after them. Says whether a line ended.
    pub(super) fn lines(&mut self) -> bool {
        let mut ended = false;
        loop {
            self.blanks();
            if self.peek() != Some('\n') {
                return ended;
            }
            self.next();
            ended = true;
            self.bodies();
        }
    }

    /// Remembers a here-document, to skip its body at the line's end.
    pub(super) fn heredoc(&mut self, end: String, tabs: bool) {
        self.pending.push((end, tabs));
    }

    fn bodies(&mut self) {
        for (end, tabs) in std::mem::take(&mut self.pending) {
            while !self.rest().is_empty() {
                let rest = self.rest();
                let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let line = rest.get(..length).unwrap_or("");
                self.at += length;
                let line = line.trim_end_matches(['\n', '\r']);
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                if line == end {
                    break;
                }
            }
        }
    }
}
