//! Go's quoting (`strconv.Quote`, the verb `%q`), which builders use in messages and in compared configurations.

use std::fmt::Write as _;

/// Writes `text` in double quotes with Go's escapes.
///
/// ```
/// assert_eq!(layerwise::text::quote("a\"b\n"), r#""a\"b\n""#);
/// ```
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            _ if is_printable(char) => out.push(char),
            _ => {
                let code = char as u32;
                // Writing to a String cannot fail.
                let _ = match code {
                    0..0x80 => write!(out, "\\x{code:02x}"),
                    0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push('"');
    out
}

/// Go's `strconv.IsPrint` for the characters that texts are likely to hold: controls, blanks other than the
/// space, format characters and private use are not printable.
fn is_printable(char: char) -> bool {
    !matches!(
        char,
        '\0'..'\u{20}'
            | '\u{7f}'..='\u{a0}'
            | '\u{ad}'
            | '\u{1680}'
            | '\u{180e}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{3000}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..
    )
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn escapes_as_go_does() {
        assert_eq!(quote("a b"), "\"a b\"");
        assert_eq!(quote("\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1b}\u{7f}"), r#""\a\b\t\n\v\f\r\x1b\x7f""#);
        assert_eq!(quote("é\u{a0}\u{200b}\u{fffd}\u{1f600}"), "\"é\\u00a0\\u200b\u{fffd}\u{1f600}\"");
    }
}
