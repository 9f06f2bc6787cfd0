//! The JSON that BuildKit hashes: Go's `encoding/json`, compact, with HTML characters escaped. Fields come in
//! the order in which they are written; each has a form that leaves it out when it is empty.

/// Appends `text` as a JSON string.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(needs_escape) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = tail.chars();
        if let Some(character) = characters.next() {
            escape(out, character);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn needs_escape(character: char) -> bool {
    matches!(character, '\0'..='\x1f' | '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
}

fn escape(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\x08' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\x0c' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        other => {
            let code = other as u32;
            out.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                out.push(char::from_digit(code >> shift & 15, 16).unwrap_or('0'));
            }
        }
    }
}

/// Appends `bytes` in standard base64 with padding.
pub(super) fn base64(out: &mut String, bytes: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
}

/// A count as JSON numbers are written.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An object being written. Its brace is closed by [`Object::end`].
pub(super) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    /// Opens an object at the end of `out`.
    pub(super) fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    /// Begins a field of any kind; its value is appended to what is returned.
    pub(super) fn field(&mut self, name: &str) -> &mut String {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
        self.out
    }

    /// A string.
    pub(super) fn string(&mut self, name: &str, value: &str) {
        string(self.field(name), value);
    }

    /// A string, left out if it is empty.
    pub(super) fn string_or_none(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.string(name, value);
        }
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str, value: i64) {
        let text = value.to_string();
        self.field(name).push_str(&text);
    }

    /// A number, left out if it is 0.
    pub(super) fn number_or_none(&mut self, name: &str, value: i64) {
        if value != 0 {
            self.number(name, value);
        }
    }

    /// `true`, left out if it is `false`.
    pub(super) fn flag(&mut self, name: &str, value: bool) {
        if value {
            self.field(name).push_str("true");
        }
    }

    /// A list of strings.
    pub(super) fn strings<S: AsRef<str>>(&mut self, name: &str, values: &[S]) {
        let out = self.field(name);
        let mut separator = '[';
        for value in values {
            out.push(separator);
            string(out, value.as_ref());
            separator = ',';
        }
        if values.is_empty() {
            out.push('[');
        }
        out.push(']');
    }

    /// A list of strings, left out if it is empty.
    pub(super) fn strings_or_none<S: AsRef<str>>(&mut self, name: &str, values: &[S]) {
        if !values.is_empty() {
            self.strings(name, values);
        }
    }

    /// Closes the object.
    pub(super) fn end(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        string(&mut out, text);
        assert_eq!(out, expected);
    }

    #[test]
    fn strings_are_escaped_as_go_does_it() {
        check("a > b && c < d", r#""a \u003e b \u0026\u0026 c \u003c d""#);
        check("\"\\\t\n\r\x08\x0c\x01\x7f/é\u{2028}", "\"\\\"\\\\\\t\\n\\r\\b\\f\\u0001\x7f/é\\u2028\"");
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            let mut out = String::new();
            base64(&mut out, bytes.as_bytes());
            assert_eq!(out, expected);
        }
    }
}
