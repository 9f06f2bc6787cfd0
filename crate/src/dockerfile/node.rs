//! The first of the builder's two readings of an instruction: keyword, flags, and arguments split by the rules
//! of the keyword. Nothing is known yet about how many arguments there must be.

use super::{
    blank::{plain, plain_words, quoted_words},
    flag,
    instruction::{Assignment, Flag, Word},
    json::{self, Json},
    keyword::Keyword,
    line::Logical,
    mistake::Mistake,
};
use crate::{
    diagnostic::code,
    text::{
        quote,
        scan::{find, split_at_space, split_once, trim, trim_start},
    },
};

/// An instruction after the first reading.
pub(super) struct Node<'l> {
    /// The keyword, if it is one.
    pub(super) keyword: Option<Keyword>,
    /// The first word.
    pub(super) name: &'l str,
    /// From its first character to its last.
    pub(super) whole: &'l str,
    /// Taken out once they have a place in the instruction.
    pub(super) flags: Vec<Flag>,
    /// What follows keyword and flags, trimmed.
    pub(super) rest: &'l str,
    pub(super) args: Args<'l>,
}

/// Arguments, split.
pub(super) enum Args<'l> {
    /// The rest as it stands.
    Text(&'l str),
    /// Words that blanks or the rules of ARG separate.
    Words(Vec<Word>),
    /// A JSON array.
    Json(Vec<Word>),
    /// `KEY=value`.
    Pairs(Vec<Assignment>),
    /// The first word of HEALTHCHECK, and what follows.
    Typed(&'l str, Box<Args<'l>>),
    /// The instruction behind ONBUILD.
    Trigger(Box<Node<'l>>),
    /// There are none.
    None,
}

impl<'l> Node<'l> {
    /// Reads a logical line, or the part of one behind ONBUILD.
    pub(super) fn read(
        line: &Logical<'_>,
        text: &'l str,
        escape: char,
        depth: u32,
    ) -> (Self, Result<(), Mistake>) {
        let whole = trim(text);
        let (name, behind) = plain(whole);
        let (flags, rest) = flag::split(line, behind, escape);
        let rest = trim(rest);
        let keyword = Keyword::find(name);
        let mut node = Self { keyword, name, whole, flags, rest, args: Args::None };
        let result = node.split(line, escape, depth);
        (node, result)
    }

    fn split(&mut self, line: &Logical<'_>, escape: char, depth: u32) -> Result<(), Mistake> {
        let rest = self.rest;
        let word = |text: &str| Word { text: text.to_owned(), span: line.span(text) };
        let words = || {
            let mut words = Vec::new();
            plain_words(rest, |text| words.push(word(text)));
            words
        };
        let Some(keyword) = self.keyword.filter(|_| !rest.is_empty()) else { return Ok(()) };
        self.args = match keyword {
            Keyword::Add | Keyword::Copy | Keyword::Volume => match json_words(line, rest)? {
                Some(words) => Args::Json(words),
                None => Args::Words(words()),
            },
            Keyword::From | Keyword::Expose => Args::Words(words()),
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => text_or_json(line, rest)?,
            Keyword::Arg => {
                let mut words = Vec::new();
                quoted_words(rest, escape, |text| words.push(word(text)));
                Args::Words(words)
            }
            Keyword::Env | Keyword::Label => pairs(line, rest, escape, keyword.name())?,
            Keyword::Healthcheck => {
                let (kind, behind) = split_at_space(rest);
                let behind = trim_start(behind);
                let behind = if behind.is_empty() { Args::None } else { text_or_json(line, behind)? };
                Args::Typed(kind, Box::new(behind))
            }
            // A chain of ONBUILDs is refused later on; it need not be followed for ever.
            Keyword::Onbuild if depth < 3 => {
                let (node, result) = Node::read(line, rest, escape, depth + 1);
                self.args = Args::Trigger(Box::new(node));
                return result;
            }
            _ => Args::Text(rest),
        };
        Ok(())
    }

    /// The instruction whose here-documents count: that behind ONBUILD, if it is one.
    pub(super) fn can_open_heredocs(&self) -> bool {
        let node = match &self.args {
            Args::Trigger(node) => node,
            _ => self,
        };
        matches!(node.keyword, Some(Keyword::Add | Keyword::Copy | Keyword::Run))
            && !matches!(node.args, Args::Json(_))
    }
}

fn json_words(line: &Logical<'_>, rest: &str) -> Result<Option<Vec<Word>>, Mistake> {
    match json::array(rest) {
        Json::Plain => Ok(None),
        Json::Mixed => {
            let message = "when using JSON array syntax, arrays must be comprised of strings only";
            Err(Mistake::new(code::NOT_STRINGS, line.span(rest), message))
        }
        Json::Strings(strings) => Ok(Some(
            strings.into_iter().map(|(text, written)| Word { text, span: line.span(written) }).collect(),
        )),
    }
}

fn text_or_json<'l>(line: &Logical<'_>, rest: &'l str) -> Result<Args<'l>, Mistake> {
    Ok(match json_words(line, rest)? {
        Some(words) => Args::Json(words),
        None => Args::Text(rest),
    })
}

/// The arguments of ENV and LABEL.
fn pairs<'l>(line: &Logical<'_>, rest: &str, escape: char, name: &str) -> Result<Args<'l>, Mistake> {
    let word = |text: &str| Word { text: text.to_owned(), span: line.span(text) };
    let mut words = Vec::with_capacity(8);
    quoted_words(rest, escape, |text| words.push(text));
    let Some(first) = words.first() else { return Ok(Args::None) };
    if find(first, b'=').is_none() {
        // The old form: a name, blanks, and all the rest as the value.
        let (key, value) = plain(rest);
        if key.is_empty() || value.is_empty() {
            let message = [name, " must have two arguments"].concat();
            return Err(Mistake::new(code::MISSING_VALUE, line.span(rest), message));
        }
        return Ok(Args::Pairs(vec![Assignment { key: word(key), value: word(value) }]));
    }
    let mut pairs = Vec::with_capacity(words.len());
    for text in words {
        let Some((key, value)) = split_once(text, b'=') else {
            let message =
                ["Syntax error - can't find = in ", &quote(text), ". Must be of the form: name=value"]
                    .concat();
            return Err(Mistake::new(code::MISSING_EQUALS, line.span(text), message));
        };
        pairs.push(Assignment { key: word(key), value: word(value) });
    }
    Ok(Args::Pairs(pairs))
}
