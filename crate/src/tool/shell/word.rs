//! Words: quotes, escapes and simple variables, split into fields as the shell does.

use super::{
    Word,
    scan::Scan,
    state::{State, Value},
};
use crate::text::{find, scan::has};

/// What a word turned out to be.
#[derive(Default)]
pub(super) struct Fields {
    /// The fields that it expands to; none if it expands to nothing.
    pub(super) words: Vec<Word>,
    /// The word as written, if no quote, escape or variable is in it: what keywords and assignments look like.
    pub(super) plain: Option<String>,
    /// The name, if the word is an assignment.
    pub(super) assigned: Option<String>,
    /// What in it cannot be followed.
    pub(super) opaque: Option<&'static str>,
}

#[derive(Default)]
struct Builder {
    words: Vec<Word>,
    text: String,
    known: bool,
    pattern: bool,
    /// Whether the field exists even if it is empty: something quoted or literal is in it.
    present: bool,
    quoted: bool,
    raw: String,
    assigned: Option<String>,
    opaque: Option<&'static str>,
}

impl Builder {
    fn literal(&mut self, next: char) {
        self.text.push(next);
        self.present = true;
    }

    fn close(&mut self) {
        if self.present {
            let text = std::mem::take(&mut self.text);
            self.words.push(Word { text, known: self.known, pattern: self.pattern });
        }
        self.text.clear();
        (self.known, self.pattern, self.present) = (true, false, false);
    }

    /// A variable's value: as it is between quotes, else split at blanks.
    fn value(&mut self, value: &str, quoted: bool) {
        if quoted || self.assigned.is_some() {
            self.text.push_str(value);
            self.present = true;
            return;
        }
        for next in value.chars() {
            match next {
                ' ' | '\t' | '\n' => self.close(),
                '*' | '?' | '[' => {
                    self.pattern = true;
                    self.literal(next);
                }
                next => self.literal(next),
            }
        }
    }

    fn unknown(&mut self) {
        self.known = false;
        self.present = true;
        self.text.push('$');
    }
}

/// Whether a character ends an unquoted word.
fn ends(next: char) -> bool {
    matches!(next, ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | '<' | '>' | '(' | ')')
}

/// Reads the word at the cursor. `first` says that it stands where assignments are recognised.
pub(super) fn word(scan: &mut Scan<'_>, state: &State<'_>, first: bool) -> Fields {
    let mut out = Builder { known: true, ..Builder::default() };
    while let Some(next) = scan.peek() {
        if ends(next) {
            break;
        }
        match next {
            '\'' => {
                out.quoted = true;
                out.present = true;
                scan.next();
                while let Some(next) = scan.next() {
                    if next == '\'' {
                        break;
                    }
                    out.literal(next);
                }
            }
            '"' => double(scan, state, &mut out),
            '\\' => {
                scan.next();
                out.quoted = true;
                match scan.next() {
                    Some('\n') => {}
                    Some('\r') if scan.take("\n") => {}
                    Some(next) => out.literal(next),
                    None => out.literal('\\'),
                }
            }
            '$' => {
                out.quoted = true;
                dollar(scan, state, &mut out, false);
            }
            '`' => {
                out.quoted = true;
                backquote(scan, &mut out);
            }
            '~' if out.raw.is_empty() && !out.quoted => {
                scan.next();
                out.raw.push('~');
                let home = scan.peek().is_none_or(|next| next == '/' || ends(next));
                match (home, state.get("HOME")) {
                    (true, Value::Set(home)) => out.value(&home, true),
                    _ => out.unknown(),
                }
            }
            '=' if first && !out.quoted && out.assigned.is_none() && is_name(&out.raw) => {
                scan.next();
                out.assigned = Some(out.raw.clone());
                out.text.clear();
                out.present = true;
                out.raw.push('=');
            }
            '*' | '?' | '[' => {
                scan.next();
                out.pattern |= out.assigned.is_none();
                out.literal(next);
                out.raw.push(next);
            }
            '{' | '}' => {
                scan.next();
                let expands = next == '{' && braces(scan.rest());
                out.known &= !expands;
                out.literal(next);
                out.raw.push(next);
            }
            next => {
                scan.next();
                out.literal(next);
                out.raw.push(next);
            }
        }
    }
    let plain = (!out.quoted).then(|| std::mem::take(&mut out.raw));
    out.close();
    Fields { words: out.words, plain, assigned: out.assigned, opaque: out.opaque }
}

/// Whether what follows a `{` makes it a list that some shells expand.
fn braces(rest: &str) -> bool {
    let end = rest.find(|next: char| next == '}' || ends(next)).unwrap_or(rest.len());
    let inner = rest.get(..end).unwrap_or("");
    rest.get(end..).is_some_and(|rest| rest.starts_with('}'))
        && (has(inner, b',') || find(inner, "..").is_some())
}

fn is_name(text: &str) -> bool {
    let text = text.strip_suffix('+').unwrap_or(text);
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn double(scan: &mut Scan<'_>, state: &State<'_>, out: &mut Builder) {
    scan.next();
    out.quoted = true;
    out.present = true;
    while let Some(next) = scan.peek() {
        match next {
            '"' => {
                scan.next();
                return;
            }
            '\\' => {
                scan.next();
                match scan.next() {
                    Some(next @ ('$' | '`' | '"' | '\\')) => out.literal(next),
                    Some('\n') | None => {}
                    Some(next) => {
                        out.literal('\\');
                        out.literal(next);
                    }
                }
            }
            '$' => dollar(scan, state, out, true),
            '`' => backquote(scan, out),
            next => {
                scan.next();
                out.literal(next);
            }
        }
    }
    out.opaque = Some("a quote that is not closed");
}

fn backquote(scan: &mut Scan<'_>, out: &mut Builder) {
    scan.next();
    while let Some(next) = scan.next() {
        match next {
            '`' => break,
            '\\' => {
                scan.next();
            }
            _ => {}
        }
    }
    out.unknown();
    out.opaque = Some("the output of a command");
}

fn dollar(scan: &mut Scan<'_>, state: &State<'_>, out: &mut Builder, quoted: bool) {
    scan.next();
    match scan.peek() {
        Some('(') => {
            let arithmetic = scan.rest().starts_with("((");
            parentheses(scan);
            out.unknown();
            if !arithmetic {
                out.opaque = Some("the output of a command");
            }
        }
        Some('{') => {
            scan.next();
            let rest = scan.rest();
            let length =
                rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(rest.len());
            let name = rest.get(..length).unwrap_or("");
            let tail = rest.get(length..).unwrap_or("");
            let end = tail.find(['}', '\n', '"', '\'', '$', '`', '\\']).unwrap_or(tail.len());
            let operator = tail.get(..end).unwrap_or("");
            if tail.get(end..).is_some_and(|tail| tail.starts_with('}')) {
                scan.take(name);
                scan.take(operator);
                scan.take("}");
                braced(state, out, name, operator, quoted);
            } else {
                // Something is nested in it: skip it by counting braces.
                let mut depth = 1;
                while depth > 0 {
                    match scan.next() {
                        Some('{') => depth += 1,
                        Some('}') => depth -= 1,
                        Some(_) => {}
                        None => break,
                    }
                }
                out.unknown();
                out.opaque = Some("a nested expansion");
            }
        }
        Some(next) if next.is_ascii_alphabetic() || next == '_' => {
            let rest = scan.rest();
            let length =
                rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(rest.len());
            let name = rest.get(..length).unwrap_or("");
            scan.take(name);
            braced(state, out, name, "", quoted);
        }
        Some(next) if next.is_ascii_digit() || matches!(next, '@' | '*' | '#' | '?' | '$' | '!' | '-') => {
            scan.next();
            out.unknown();
        }
        Some('\'') => {
            out.unknown();
            out.opaque = Some("a quote of one shell only");
        }
        _ => out.literal('$'),
    }
}

fn braced(state: &State<'_>, out: &mut Builder, name: &str, operator: &str, quoted: bool) {
    let value = state.get(name);
    let empty = matches!(&value, Value::Set(value) if value.is_empty());
    let unset = value == Value::Unset;
    let chosen = match operator.get(..2).or(operator.get(..1)) {
        _ if name.is_empty() || value == Value::Unknown => None,
        None => Some(value),
        Some(":-") if unset || empty => Some(Value::Set(operator.get(2..).unwrap_or("").to_owned())),
        Some(":+") if !unset && !empty => Some(Value::Set(operator.get(2..).unwrap_or("").to_owned())),
        Some(":+") => Some(Value::Unset),
        Some(":-" | ":?" | ":=") if !unset && !empty => Some(value),
        Some(two) if two.starts_with('-') && unset => {
            Some(Value::Set(operator.get(1..).unwrap_or("").to_owned()))
        }
        Some(two) if two.starts_with(['-', '?']) && !unset => Some(value),
        Some(_) => None,
    };
    match chosen {
        Some(Value::Set(value)) => out.value(&value, quoted),
        Some(Value::Unset) => {}
        Some(Value::Unknown) | None => out.unknown(),
    }
}

/// Skips `(…)` with what is nested in it.
fn parentheses(scan: &mut Scan<'_>) {
    let mut depth = 0_usize;
    let mut quote = None;
    while let Some(next) = scan.next() {
        match (quote, next) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None | Some('"'), '\\') => {
                scan.next();
            }
            (None, '\'' | '"') => quote = Some(next),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return;
                }
            }
            _ => {}
        }
    }
}
