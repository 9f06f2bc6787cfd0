//! Tokens within a logical line.

use super::{Token, TokenKind};
use crate::{
    dockerfile::{
        blank::{self, plain_words, skip_blanks},
        flag,
        keyword::Keyword,
        line::Logical,
        node::{Args, Node},
    },
    word::{Variable, variables},
};

/// Writes the tokens of a line.
pub(super) struct Painter<'p, 't> {
    pub(super) line: &'p Logical<'t>,
    pub(super) escape: char,
    pub(super) tokens: &'p mut Vec<Token>,
}

/// How arguments are read.
#[derive(Clone, Copy)]
struct Style {
    /// Quotes keep blanks together.
    quotes: bool,
    /// `|`, `>` and the like separate words.
    script: bool,
    /// The first `=` of a word connects name and value.
    equals: bool,
    /// `<<name` opens a here-document.
    heredocs: bool,
}

impl Painter<'_, '_> {
    fn push(&mut self, kind: TokenKind, slice: &str) {
        let tokens = &mut *self.tokens;
        self.line.spans(slice, |span| tokens.push(Token { kind, span }));
    }

    /// An instruction, or the one behind ONBUILD.
    pub(super) fn instruction(&mut self, text: &str) {
        let (node, _) = Node::read(self.line, text, self.escape, 0);
        self.node(&node, text);
    }

    fn node(&mut self, node: &Node<'_>, text: &str) {
        let text = text.trim();
        let known = node.keyword.is_some();
        self.push(if known { TokenKind::Keyword } else { TokenKind::Text }, node.name);
        let mut flags = skip_blanks(text.get(node.name.len()..).unwrap_or(""));
        while let Some((word, written, behind)) = flag::take(flags, self.escape) {
            self.mixed(written, TokenKind::Flag, true);
            flags = flag::skip_spaces(behind);
            if word == "--" {
                break;
            }
        }
        let plain = Style { quotes: false, script: false, equals: false, heredocs: node.can_open_heredocs() };
        match (&node.args, node.keyword) {
            (Args::Json(_), _) => self.json(node.rest),
            (Args::Trigger(trigger), _) => self.node(trigger, node.rest),
            (Args::Typed(kind, behind), _) => {
                self.push(TokenKind::Keyword, kind);
                let rest = node.rest.get(kind.len()..).unwrap_or("");
                match **behind {
                    Args::Json(_) => self.json(rest),
                    _ => self.words(rest, Style { quotes: true, script: true, ..plain }),
                }
            }
            (_, Some(Keyword::Run | Keyword::Cmd | Keyword::Entrypoint)) => {
                self.words(node.rest, Style { quotes: true, script: true, ..plain });
            }
            (_, Some(Keyword::Env | Keyword::Label | Keyword::Arg)) => {
                let first = blank::plain(node.rest).0;
                let equals = crate::text::scan::has(first, b'=') || node.keyword == Some(Keyword::Arg);
                self.words(node.rest, Style { quotes: true, equals, ..plain });
            }
            (_, Some(Keyword::From)) => self.from(node.rest),
            (_, Some(Keyword::Maintainer) | None) => self.words(node.rest, plain),
            _ => self.words(node.rest, Style { quotes: true, ..plain }),
        }
    }

    /// `image AS name`.
    fn from(&mut self, rest: &str) {
        let mut words = Vec::new();
        plain_words(rest, |word| words.push(word));
        for (index, word) in words.iter().enumerate() {
            if index == 1 && word.eq_ignore_ascii_case("as") {
                self.push(TokenKind::Keyword, word);
            } else {
                self.mixed(word, TokenKind::Text, true);
            }
        }
    }

    /// Text of one kind with variables in it.
    pub(super) fn mixed(&mut self, text: &str, kind: TokenKind, quotes: bool) {
        let mut done = 0;
        for variable in outermost(text, self.escape, quotes) {
            self.push(kind, text.get(done..variable.span.start).unwrap_or(""));
            self.push(TokenKind::Variable, variable.span.of(text));
            done = variable.span.end;
        }
        self.push(kind, text.get(done..).unwrap_or(""));
    }

    fn json(&mut self, rest: &str) {
        let mut start = None;
        let mut is_escaped = false;
        for (at, char) in rest.char_indices() {
            let end = at + char.len_utf8();
            match start {
                Some(from) if char == '"' && !is_escaped => {
                    self.push(TokenKind::String, rest.get(from..end).unwrap_or(""));
                    start = None;
                }
                Some(_) => is_escaped = char == '\\' && !is_escaped,
                None if char == '"' => start = Some(at),
                None if char.is_whitespace() => {}
                None => self.push(TokenKind::Operator, rest.get(at..end).unwrap_or("")),
            }
        }
    }

    fn words(&mut self, text: &str, style: Style) {
        let escape = if style.script { '\\' } else { self.escape };
        let mut variables = outermost(text, escape, style.quotes).into_iter().peekable();
        let mut at = 0;
        // Whether a word begins here, and whether its equals sign is still to come.
        let (mut begins, mut equals) = (true, style.equals);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            while variables.peek().is_some_and(|variable| variable.span.start < at) {
                variables.next();
            }
            if let Some(variable) = variables.next_if(|variable| variable.span.start == at) {
                self.push(TokenKind::Variable, variable.span.of(text));
                at = variable.span.end;
                begins = false;
                continue;
            }
            let first = rest.chars().next().unwrap_or(' ');
            if first.is_whitespace() {
                at += first.len_utf8();
                (begins, equals) = (true, style.equals);
                continue;
            }
            let (kind, length) = match first {
                '\'' if style.quotes => {
                    let end = rest.get(1..).and_then(|inside| inside.find('\''));
                    (TokenKind::String, end.map_or(rest.len(), |end| end + 2))
                }
                '"' if style.quotes => (TokenKind::String, double_quoted(rest, escape)),
                '=' if equals => {
                    equals = false;
                    (TokenKind::Operator, 1)
                }
                _ if begins && style.heredocs && heredoc_length(rest) > 0 => {
                    (TokenKind::Heredoc, heredoc_length(rest))
                }
                _ if style.script && is_operator(first) => {
                    let length = rest.find(|char| !is_operator(char)).unwrap_or(rest.len());
                    (TokenKind::Operator, length)
                }
                _ => {
                    let limit = variables.peek().map_or(rest.len(), |variable| variable.span.start - at);
                    let run = rest.get(..limit).unwrap_or(rest);
                    (TokenKind::Text, plain_length(run, escape, style, equals).max(1))
                }
            };
            let length = (length..=rest.len()).find(|&end| rest.is_char_boundary(end)).unwrap_or(rest.len());
            let token = rest.get(..length).unwrap_or(rest);
            match kind {
                TokenKind::String if first == '"' => self.mixed(token, kind, true),
                _ => self.push(kind, token),
            }
            at += length;
            begins = kind == TokenKind::Operator && style.script;
            while variables.next_if(|variable| variable.span.start < at).is_some() {}
        }
    }
}

/// The variables that do not stand within others.
fn outermost(text: &str, escape: char, quotes: bool) -> Vec<Variable<'_>> {
    let mut end = 0;
    let mut found = variables(text, escape, quotes);
    found.retain(|variable| {
        let is_outer = variable.span.start >= end;
        end = end.max(variable.span.end);
        is_outer
    });
    found
}

/// What connects or separates commands in a script.
fn is_operator(char: char) -> bool {
    matches!(char, '|' | '&' | ';' | '<' | '>' | '(' | ')')
}

/// The length of a quoted text, quotes included.
fn double_quoted(text: &str, escape: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        if char == '"' {
            return at + 1;
        }
        if char == escape {
            chars.next();
        }
    }
    text.len()
}

/// The length of `<<name` with what stands before and within it, at the start of a word; 0 if it is none.
fn heredoc_length(text: &str) -> usize {
    let digits = text.len() - text.trim_start_matches(|char: char| char.is_ascii_digit()).len();
    let Some(behind) = text.get(digits..).and_then(|text| text.strip_prefix("<<")) else { return 0 };
    let name = skip_blanks(behind.strip_prefix('-').unwrap_or(behind));
    let end = name.find(char::is_whitespace).unwrap_or(name.len());
    if end == 0 || name.starts_with('<') { 0 } else { text.len() - name.len() + end }
}

/// The length of a run of ordinary characters.
fn plain_length(text: &str, escape: char, style: Style, equals: bool) -> usize {
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        let ends = char.is_whitespace()
            || style.quotes && matches!(char, '\'' | '"')
            || equals && char == '='
            || style.script && is_operator(char);
        if ends {
            return at;
        }
        if char == escape {
            chars.next();
        }
    }
    text.len()
}
