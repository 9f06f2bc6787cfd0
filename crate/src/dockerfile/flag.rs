//! Flags: taking them off the front of the arguments, and checking them against what an instruction knows.

use std::borrow::Cow;

use super::{instruction::Flag, line::Logical, mistake::Mistake, suggest::suggest};
use crate::{diagnostic::code, text::scan::split_once};

/// Takes flags off the front of `text`; gives them and what follows, untrimmed.
pub(super) fn split<'l>(line: &Logical<'_>, text: &'l str, escape: char) -> (Vec<Flag>, &'l str) {
    let mut flags = Vec::new();
    let mut rest = text;
    loop {
        rest = skip_spaces(rest);
        let Some((word, written, behind)) = take(rest, escape) else { return (flags, rest) };
        rest = behind;
        if word == "--" {
            return (flags, rest);
        }
        let (name, value) = match split_once(&word, b'=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (&*word, None),
        };
        let name = name.strip_prefix("--").unwrap_or(name).to_owned();
        flags.push(Flag { name, value, span: line.span(written) });
    }
}

/// Takes one flag, or the bare `--` that ends them: its text without quotes and escapes, its text as written,
/// and what follows.
///
/// Quotes around any part of a flag are removed and the escape token takes the next character literally. The
/// builder goes byte by byte here, so that each byte of a character beyond ASCII becomes a character.
pub(super) fn take(text: &str, escape: char) -> Option<(Cow<'_, str>, &str, &str)> {
    if !text.starts_with("--") {
        return None;
    }
    // Most flags hold nothing to remove.
    let is_plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'"') && char::from(byte) != escape;
    let plain = text.as_bytes().iter().take_while(|byte| is_plain(**byte)).count();
    let (written, behind) = text.split_at_checked(plain).unwrap_or((text, ""));
    if behind.as_bytes().first().is_none_or(|&byte| is_space(byte)) {
        return Some((Cow::Borrowed(written), written, behind));
    }
    let (out, length) = unquoted(text, escape);
    let (written, behind) = text.split_at_checked(length).unwrap_or((text, ""));
    Some((Cow::Owned(out), written, behind))
}

/// Removes quotes and escapes from the flag at the start of `text`; also gives its length as written.
fn unquoted(text: &str, escape: char) -> (String, usize) {
    let mut out = String::new();
    let mut quote = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let mut char = byte as char;
        match quote {
            None if is_space(byte) => return (out, at),
            None if matches!(char, '\'' | '"') => {
                quote = Some(char);
                continue;
            }
            Some(open) if open == char => {
                quote = None;
                continue;
            }
            _ => {}
        }
        if char == escape {
            match bytes.next() {
                Some((_, next)) => char = next as char,
                None => break,
            }
        }
        out.push(char);
    }
    (out, text.len())
}

/// White space between flags: that of ASCII, as the builder looks at single bytes.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// The text without the white space before it.
pub(super) fn skip_spaces(text: &str) -> &str {
    let spaces = text.as_bytes().iter().take_while(|byte| is_space(**byte)).count();
    text.get(spaces..).unwrap_or("")
}

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, `true` or `false`.
    Bool,
    /// One value.
    Value,
    /// A value each time that it is given.
    Values,
}

/// The flags of an instruction, checked.
pub(super) struct Flags<'f>(&'f [Flag]);

impl<'f> Flags<'f> {
    /// Checks `flags` against those that the instruction knows.
    pub(super) fn check(flags: &'f [Flag], known: &[(&str, Takes)]) -> Result<Self, Mistake> {
        for (index, flag) in flags.iter().enumerate() {
            let dashed = || ["--", &flag.name].concat();
            let Some(&(_, takes)) = known.iter().find(|(name, _)| *name == flag.name) else {
                let message = ["unknown flag: ", &dashed()].concat();
                let message = suggest(message, &flag.name, known.iter().map(|(name, _)| *name), true);
                return Err(Mistake::new(code::UNKNOWN_FLAG, flag.span, message));
            };
            let is_earlier = |other: &Flag| other.name == flag.name;
            if takes != Takes::Values && flags.iter().take(index).any(is_earlier) {
                let message = ["duplicate flag specified: ", &dashed()].concat();
                return Err(Mistake::new(code::DUPLICATE_FLAG, flag.span, message));
            }
            let value = flag.value.as_deref();
            let missing = if takes == Takes::Bool { value == Some("") } else { value.is_none() };
            if missing {
                let message = ["missing a value on flag: ", &dashed()].concat();
                return Err(Mistake::new(code::MISSING_FLAG_VALUE, flag.span, message));
            }
            if let (Takes::Bool, Some(value)) = (takes, value)
                && boolean(value).is_none()
            {
                let message = ["expecting boolean value for flag ", &dashed(), ", not: ", value].concat();
                return Err(Mistake::new(code::INVALID_FLAG_VALUE, flag.span, message));
            }
        }
        Ok(Self(flags))
    }

    fn find(&self, name: &str) -> Option<&'f Flag> {
        self.0.iter().find(|flag| flag.name == name)
    }

    /// The value of a flag, if it is given.
    pub(super) fn value(&self, name: &str) -> Option<&'f str> {
        self.find(name)?.value.as_deref()
    }

    /// The same as a string of its own.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    /// A flag that takes a boolean, if it is given.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.find(name).map(|flag| flag.value.as_deref().and_then(boolean).unwrap_or(true))
    }

    /// All flags of a name in order.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'f Flag> {
        self.0.iter().filter(move |flag| flag.name == name)
    }
}

fn boolean(value: &str) -> Option<bool> {
    ["true", "false"].iter().position(|word| word.eq_ignore_ascii_case(value)).map(|index| index == 0)
}
