//! Plain scans that readers do over and over: byte by byte, as nearly all of a Dockerfile is ASCII.
//!
//! They answer what the methods of `str` answer. Those are compiled for each kind of pattern, go through texts
//! character by character, and are slow where code is compiled for size; these exist once.

/// Where a byte of ASCII stands first.
pub(crate) fn find(text: &str, wanted: u8) -> Option<usize> {
    text.as_bytes().iter().position(|&byte| byte == wanted)
}

/// Whether one of some bytes of ASCII stands anywhere.
pub(crate) fn has_any(text: &str, wanted: &[u8]) -> bool {
    text.as_bytes().iter().any(|byte| wanted.contains(byte))
}

/// Whether a byte of ASCII stands anywhere.
pub(crate) fn has(text: &str, wanted: u8) -> bool {
    find(text, wanted).is_some()
}

/// Whether `<<` or another pair of ASCII bytes stands anywhere.
pub(crate) fn has_pair(text: &str, pair: [u8; 2]) -> bool {
    text.as_bytes().windows(2).any(|two| two == pair)
}

/// The text before and behind the first of an ASCII byte.
pub(crate) fn split_once(text: &str, at: u8) -> Option<(&str, &str)> {
    let (before, behind) = text.split_at_checked(find(text, at)?)?;
    Some((before, behind.get(1..)?))
}

/// The first word of a text, and all behind it.
pub(crate) fn split_at_space(text: &str) -> (&str, &str) {
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        let is_space = if byte.is_ascii() { is_blank(byte) } else { space_at(text, at) };
        if is_space {
            return text.split_at_checked(at).unwrap_or((text, ""));
        }
    }
    (text, "")
}

/// Whether white space stands at a place where a character begins.
pub(crate) fn space_at(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// The text without the white space before it.
pub(crate) fn trim_start(text: &str) -> &str {
    let blank = text.as_bytes().iter().take_while(|byte| is_blank(**byte)).count();
    let rest = text.get(blank..).unwrap_or("");
    // Few texts begin with a character beyond ASCII; of those some are white space.
    if rest.as_bytes().first().is_some_and(|byte| !byte.is_ascii()) { rest.trim_start() } else { rest }
}

/// The text without the white space behind it.
pub(crate) fn trim_end(text: &str) -> &str {
    let blank = text.as_bytes().iter().rev().take_while(|byte| is_blank(**byte)).count();
    let rest = text.get(..text.len() - blank).unwrap_or("");
    if rest.as_bytes().last().is_some_and(|byte| !byte.is_ascii()) { rest.trim_end() } else { rest }
}

/// The text without the white space at both ends.
pub(crate) fn trim(text: &str) -> &str {
    trim_end(trim_start(text))
}

/// The bytes of ASCII that `char::is_whitespace` knows.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

#[cfg(test)]
mod tests {
    use super::{find, has_any, has_pair, split_at_space, split_once, trim, trim_end, trim_start};

    #[test]
    fn answer_as_the_methods_of_str() {
        let blanks = "\t\n\u{b}\u{c}\r \u{1c}\u{85}\u{a0}\u{2003}\u{200b}\u{3000}";
        for start in blanks.chars().chain(['a', 'é', '<']) {
            for end in blanks.chars().chain(['b', '𝄞', '=']) {
                for middle in ["", "x", " \u{a0} ", "a=é=b", "<", "<<", "é < <"] {
                    for text in [
                        format!("{start}{middle}{end}"),
                        format!("{start} {end}{middle}"),
                        format!("{middle}{end} {start}"),
                    ] {
                        assert_eq!(trim_start(&text), text.trim_start(), "{text:?}");
                        assert_eq!(trim_end(&text), text.trim_end(), "{text:?}");
                        assert_eq!(trim(&text), text.trim(), "{text:?}");
                        let first = text.split(char::is_whitespace).next();
                        assert_eq!(Some(split_at_space(&text).0), first, "{text:?}");
                        assert_eq!(has_any(&text, b"<= "), text.contains(['<', '=', ' ']), "{text:?}");
                        assert_eq!(find(&text, b'='), text.find('='), "{text:?}");
                        assert_eq!(split_once(&text, b'='), text.split_once('='), "{text:?}");
                        assert_eq!(has_pair(&text, *b"<<"), text.contains("<<"), "{text:?}");
                    }
                }
            }
        }
    }
}
