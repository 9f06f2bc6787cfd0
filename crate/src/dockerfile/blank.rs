//! Splitting at blanks, with and without regard to quotes.

use crate::text::scan;

/// The blanks that separate a keyword from its arguments and plain arguments from each other. Other white space
/// of Unicode does not separate them, although it is trimmed at both ends.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\x0b' | b'\x0c' | b'\r' | b' ')
}

/// The text without the blanks before it.
pub(super) fn skip_blanks(text: &str) -> &str {
    let blanks = text.as_bytes().iter().take_while(|byte| is_blank(**byte)).count();
    text.get(blanks..).unwrap_or("")
}

/// Takes one plain word and the blanks behind it: the word, which is empty if the text begins with a blank, and
/// what follows.
pub(super) fn plain(text: &str) -> (&str, &str) {
    let length = text.as_bytes().iter().take_while(|byte| !is_blank(**byte)).count();
    let (word, behind) = text.split_at_checked(length).unwrap_or((text, ""));
    (word, skip_blanks(behind))
}

/// The plain words of `rest`.
pub(super) fn plain_words<'l>(rest: &'l str, mut each: impl FnMut(&'l str)) {
    let (mut word, mut behind) = plain(rest);
    while !word.is_empty() {
        each(word);
        (word, behind) = plain(behind);
    }
}

/// The words of `rest`, where quotes keep blanks together; quotes and escapes stay in the words. An escape token
/// at the very end is dropped.
pub(super) fn quoted_words<'l>(rest: &'l str, escape: char, mut each: impl FnMut(&'l str)) {
    let mut start = None;
    let mut quote = None;
    let mut is_escaped = false;
    for (at, &byte) in rest.as_bytes().iter().enumerate() {
        // A character's first byte tells what it is.
        if byte & 0xc0 == 0x80 {
            continue;
        }
        if is_escaped {
            is_escaped = false;
            continue;
        }
        let is_space = if byte.is_ascii() { scan::is_blank(byte) } else { scan::space_at(rest, at) };
        if is_space && quote.is_none() {
            if let Some(word) = start.take().and_then(|start| rest.get(start..at)) {
                each(word);
            }
            continue;
        }
        start = start.or(Some(at));
        if char::from(byte) == escape && quote != Some(b'\'') {
            is_escaped = true;
        } else if quote == Some(byte) {
            quote = None;
        } else if quote.is_none() && matches!(byte, b'\'' | b'"') {
            quote = Some(byte);
        }
    }
    let end = rest.len() - usize::from(is_escaped);
    if let Some(word) = start.and_then(|start| rest.get(start..end)).filter(|word| !word.is_empty()) {
        each(word);
    }
}

#[cfg(test)]
mod tests {
    use super::{plain_words, quoted_words};

    fn quoted(rest: &str) -> Vec<&str> {
        let mut words = Vec::new();
        quoted_words(rest, '\\', |word| words.push(word));
        words
    }

    #[test]
    fn plain_words_know_no_quotes() {
        let mut words = Vec::new();
        plain_words("a\t \"b c\"\u{b}d", |word| words.push(word));
        assert_eq!(words, ["a", "\"b", "c\"", "d"]);
    }

    #[test]
    fn quotes_and_escapes_keep_blanks() {
        assert_eq!(quoted(r#"a="b c" d=e\ f g='h i'"#), [r#"a="b c""#, r"d=e\ f", "g='h i'"]);
        assert_eq!(quoted(r#"a="b\" c" 'd\' e"#), [r#"a="b\" c""#, r"'d\'", "e"]);
        assert_eq!(quoted("a=\"b c"), ["a=\"b c"]);
        assert_eq!(quoted("a=b\\"), ["a=b"]);
        assert_eq!(quoted("a \\"), ["a"]);
        assert_eq!(quoted("  \u{a0}a\u{85}b "), ["a", "b"]);
        assert_eq!(quoted("é\\\u{2003}\u{2003}\\é\\"), ["é\\\u{2003}", "\\é"]);
    }
}
