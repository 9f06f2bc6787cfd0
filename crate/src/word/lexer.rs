//! The lexer: quotes, escapes, `$`, and splitting into words.

use std::borrow::Cow;

use super::{Scope, WordError};

/// Why a word cannot be expanded, before the word itself is added to the message.
pub(super) type Reason = Cow<'static, str>;

/// How deep `${A:-${B:-…}}` may nest. Builders have no limit; nobody comes near it.
const DEPTH: u32 = 100;

/// The general form of expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexer {
    /// `\` or `` ` ``.
    pub escape: char,
    /// Whether quotes stay in the result.
    pub raw_quotes: bool,
    /// Whether escape tokens stay in the result.
    pub raw_escapes: bool,
    /// Whether quotes are ordinary characters.
    pub skip_quotes: bool,
    /// Whether variables that are not set stay as they are written.
    pub skip_unset: bool,
    /// Which `${…}` forms are known.
    pub modifiers: Modifiers,
}

/// Which forms of `${…}` a builder knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Modifiers {
    /// `${x:-w}`, `${x:+w}`, `${x:?w}`, `${x?w}`: the classic builder before 25.0.
    Colon,
    /// Also `${x-w}`, `${x+w}`: the classic builder 25.0.
    Plain,
    /// Also `${x#p}`, `${x%p}`, `${x/p/r}` and their double forms: BuildKit, the classic builder from 26.0.
    #[default]
    Patterns,
}

impl Lexer {
    /// A lexer as COPY and ENV use it: quotes and escapes are removed, unset variables are empty.
    pub const fn new(escape: char) -> Self {
        Self {
            escape,
            raw_quotes: false,
            raw_escapes: false,
            skip_quotes: false,
            skip_unset: false,
            modifiers: Modifiers::Patterns,
        }
    }

    /// Expands a word.
    ///
    /// # Errors
    /// The builder's message if the word cannot be expanded.
    pub fn word(&self, word: &str, scope: &dyn Scope) -> Result<String, WordError> {
        self.run(word, scope, false).map(|(text, _)| text)
    }

    /// Expands a word and splits the result at blanks that were not quoted.
    ///
    /// # Errors
    /// The builder's message if the word cannot be expanded.
    pub fn words(&self, word: &str, scope: &dyn Scope) -> Result<Vec<String>, WordError> {
        self.run(word, scope, true).map(|(_, words)| words)
    }

    fn run(&self, word: &str, scope: &dyn Scope, split: bool) -> Result<(String, Vec<String>), WordError> {
        let mut process = Process {
            lexer: *self,
            scope,
            // The builder's scanner drops a byte order mark at the start of what it reads.
            rest: word.strip_prefix('\u{feff}').unwrap_or(word),
            raw_escapes: self.raw_escapes,
            split,
            word: String::new(),
            depth: 0,
        };
        let mut words = Vec::new();
        match process.until(None, self.raw_escapes, &mut words) {
            Ok(text) => Ok((text, words)),
            Err(reason) => Err(WordError { word: word.to_owned(), reason }),
        }
    }
}

/// The state of one expansion.
pub(super) struct Process<'a> {
    pub(super) lexer: Lexer,
    pub(super) scope: &'a dyn Scope,
    /// What is not read yet.
    pub(super) rest: &'a str,
    raw_escapes: bool,
    /// Whether words are collected.
    split: bool,
    /// The word that is being collected. There is one for all levels of nesting, as in the builder, so that
    /// what stands in front of `${X:-w}` within the same word is lost: `80${X:-81}` gives the word `81`.
    word: String,
    depth: u32,
}

impl Process<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next();
        self.rest = chars.as_str();
        char
    }

    /// Reads up to `stop`, which is taken, or to the end of the word if there is no `stop`.
    pub(super) fn until(
        &mut self,
        stop: Option<char>,
        raw_escapes: bool,
        words: &mut Vec<String>,
    ) -> Result<String, Reason> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Reason::Borrowed("syntax error: nested too deeply"));
        }
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        self.word.clear();
        let mut in_word = false;
        let result = self.pieces(stop, words, &mut in_word);
        self.raw_escapes = outer;
        self.depth -= 1;
        if !self.word.is_empty() {
            words.push(std::mem::take(&mut self.word));
        }
        result
    }

    fn pieces(
        &mut self,
        stop: Option<char>,
        words: &mut Vec<String>,
        in_word: &mut bool,
    ) -> Result<String, Reason> {
        let mut out = String::new();
        while let Some(char) = self.peek() {
            if stop == Some(char) {
                self.next();
                return Ok(out);
            }
            match char {
                '$' => {
                    let value = self.dollar()?;
                    if self.split {
                        value.chars().for_each(|char| self.add(char, words, in_word));
                    }
                    out.push_str(&value);
                }
                '\'' | '"' if !self.lexer.skip_quotes => {
                    let from = out.len();
                    if char == '"' {
                        self.double_quote(&mut out)?;
                    } else {
                        self.single_quote(&mut out)?;
                    }
                    self.add_raw(&out[from..], in_word);
                }
                '<' => {
                    // Blanks between `<<` and the name of a here-document belong to its word.
                    let length = heredoc_operator(self.rest);
                    let (operator, rest) = self.rest.split_at(length);
                    self.rest = rest;
                    out.push_str(operator);
                    self.add_raw(operator, in_word);
                }
                _ if char == self.lexer.escape => {
                    self.next();
                    let mut buffer = [0; 4];
                    if self.raw_escapes {
                        out.push(char);
                        self.add_raw(char.encode_utf8(&mut buffer), in_word);
                    }
                    let Some(next) = self.next() else { break };
                    out.push(next);
                    self.add_raw(next.encode_utf8(&mut buffer), in_word);
                }
                _ => {
                    self.next();
                    out.push(char);
                    if self.split {
                        self.add(char, words, in_word);
                    }
                }
            }
        }
        match stop {
            None => Ok(out),
            Some(stop) => {
                let mut reason = String::from("unexpected end of statement while looking for matching ");
                reason.push(stop);
                Err(Reason::Owned(reason))
            }
        }
    }

    /// Adds a character to the word, or ends the word if it is a blank.
    fn add(&mut self, char: char, words: &mut Vec<String>, in_word: &mut bool) {
        if !char.is_whitespace() {
            self.word.push(char);
            *in_word = true;
        } else if *in_word && !self.word.is_empty() {
            words.push(std::mem::take(&mut self.word));
            *in_word = false;
        }
    }

    /// Adds text to the word, blanks included.
    fn add_raw(&mut self, text: &str, in_word: &mut bool) {
        if self.split {
            self.word.push_str(text);
            *in_word = true;
        }
    }

    fn single_quote(&mut self, out: &mut String) -> Result<(), Reason> {
        self.next();
        let Some((inside, rest)) = self.rest.split_once('\'') else {
            self.rest = "";
            return Err(Reason::Borrowed(
                "unexpected end of statement while looking for matching single-quote",
            ));
        };
        self.rest = rest;
        if self.lexer.raw_quotes {
            out.push('\'');
        }
        out.push_str(inside);
        if self.lexer.raw_quotes {
            out.push('\'');
        }
        Ok(())
    }

    fn double_quote(&mut self, out: &mut String) -> Result<(), Reason> {
        self.next();
        if self.lexer.raw_quotes {
            out.push('"');
        }
        while let Some(mut char) = self.peek() {
            if char == '$' {
                out.push_str(&self.dollar()?);
                continue;
            }
            self.next();
            if char == '"' {
                if self.lexer.raw_quotes {
                    out.push('"');
                }
                return Ok(());
            }
            if char == self.lexer.escape {
                if self.raw_escapes {
                    out.push(char);
                }
                match self.peek() {
                    None => break,
                    Some(next @ ('"' | '$')) => char = next,
                    Some(next) if next == self.lexer.escape => {}
                    Some(_) => {
                        out.push(char);
                        continue;
                    }
                }
                self.next();
            }
            out.push(char);
        }
        Err(Reason::Borrowed("unexpected end of statement while looking for matching double-quote"))
    }
}

/// The length of `<`, or of `<<` with the blanks behind it, at the start of `rest`.
fn heredoc_operator(rest: &str) -> usize {
    if !rest.starts_with("<<") {
        return 1;
    }
    rest.bytes().skip(2).take_while(|byte| matches!(byte, b'\t' | b'\r' | b' ')).count() + 2
}
