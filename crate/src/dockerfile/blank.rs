//! Splitting at blanks, with and without regard to quotes.

use nom::{IResult, Parser, bytes::complete::take_till1, bytes::complete::take_while};

/// The blanks that separate a keyword from its arguments and plain arguments from each other. Other white space
/// of Unicode does not separate them, although it is trimmed at both ends.
pub(super) fn is_blank(char: char) -> bool {
    matches!(char, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// Takes one plain word and the blanks behind it.
pub(super) fn plain(input: &str) -> IResult<&str, &str> {
    (take_till1(is_blank), take_while(is_blank)).map(|(word, _)| word).parse(input)
}

/// The plain words of `rest`.
pub(super) fn plain_words<'l>(mut rest: &'l str, mut each: impl FnMut(&'l str)) {
    while let Ok((behind, word)) = plain(rest) {
        each(word);
        rest = behind;
    }
}

/// The words of `rest`, where quotes keep blanks together; quotes and escapes stay in the words. An escape token
/// at the very end is dropped.
pub(super) fn quoted_words<'l>(rest: &'l str, escape: char, mut each: impl FnMut(&'l str)) {
    let mut start = None;
    let mut end = rest.len();
    let mut quote = None;
    let mut chars = rest.char_indices();
    while let Some((at, char)) = chars.next() {
        if quote.is_none() && char.is_whitespace() {
            if let Some(word) = start.take().and_then(|start| rest.get(start..at)) {
                each(word);
            }
            continue;
        }
        start.get_or_insert(at);
        if char == escape && quote != Some('\'') {
            if chars.next().is_none() {
                end = at;
            }
        } else if quote == Some(char) {
            quote = None;
        } else if quote.is_none() && matches!(char, '\'' | '"') {
            quote = Some(char);
        }
    }
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
    }
}
