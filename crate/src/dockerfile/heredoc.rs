//! Here-documents: which words of a line open one, and where its body ends.

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_while},
    character::complete::char,
    combinator::{opt, rest, verify},
};

use super::{instruction::Heredoc, line::Lines};
use crate::{
    map::Map,
    text::{Span, scan::has_pair},
    word::{Empty, Lexer, WordError},
};

/// Quotes and variables stay in the words, to be looked at one by one.
const WORDS: Lexer = Lexer { raw_quotes: true, raw_escapes: true, skip_unset: true, ..Lexer::new('\\') };
const NAME: Lexer = Lexer { skip_unset: true, ..Lexer::new('\\') };

/// The here-documents that a logical line opens, bodies still empty.
pub(super) fn opened_by(line: &str) -> Result<Vec<Heredoc>, WordError> {
    if !has_pair(line, *b"<<") {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if is_plain(line) {
        for word in line.split_whitespace() {
            found.extend(word_opens(word)?);
        }
        return Ok(found);
    }
    // A line that the lexer cannot read (an open quote in a script, say) opens none.
    for word in WORDS.words(line, &Empty).unwrap_or_default() {
        found.extend(word_opens(&word)?);
    }
    Ok(found)
}

/// Whether blanks alone separate the words of a line: nothing is quoted, and no blank follows `<<`.
fn is_plain(line: &str) -> bool {
    let bytes = line.as_bytes();
    !bytes.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'$' | b'\\'))
        && !bytes.windows(2).any(|two| matches!(two, [b'<', b'\t' | b'\r' | b' ']))
}

/// The here-document that one word opens.
///
/// ```text
/// 3<<-"EOF"
/// ^ descriptor
///    ^ chomp
///     ^^^^^ name, quoted: nothing is expanded
/// ```
pub(super) fn word_opens(word: &str) -> Result<Option<Heredoc>, WordError> {
    if !has_pair(word, *b"<<") {
        return Ok(None);
    }
    let Ok((_, (digits, chomp, name))) = operator(word) else { return Ok(None) };
    let descriptor = digits.parse().unwrap_or(if digits.is_empty() { 0 } else { u32::MAX });
    let open = |name: String, expand| Heredoc {
        name,
        descriptor,
        chomp,
        expand,
        body: String::new(),
        span: Span::default(),
    };
    if name.is_empty() {
        return Ok(None);
    }
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) {
        return Ok(Some(open(name.to_owned(), true)));
    }
    let [plain] = <[String; 1]>::try_from(NAME.words(name, &Empty)?).unwrap_or_default();
    let raw = Lexer { raw_quotes: true, ..NAME }.words(name, &Empty)?;
    let [raw] = raw.as_slice() else { return Ok(None) };
    let quotes = |text: &str| text.matches(['\'', '"']).count();
    let expand = quotes(&plain) == quotes(raw);
    Ok((!plain.is_empty()).then(|| open(plain, expand)))
}

fn operator(word: &str) -> IResult<&str, (&str, bool, &str)> {
    (
        take_while(|char: char| char.is_ascii_digit()),
        tag("<<"),
        opt(char('-')),
        take_while(|char| matches!(char, '\t' | '\n' | '\u{c}' | '\r' | ' ')),
        verify(rest, |name: &str| !crate::text::scan::has(name, b'<')),
    )
        .map(|(digits, _, chomp, _, name)| (digits, chomp.is_some(), name))
        .parse(word)
}

/// Reads bodies. After the first one without an end it knows where each line stands last, so that a file with
/// many such documents is not searched over and over.
#[derive(Default)]
pub(super) struct Bodies<'t> {
    last: Option<Last<'t>>,
}

/// Where each line stands last: as it is, and without leading tabs.
type Last<'t> = [Map<&'t str, usize>; 2];

impl<'t> Bodies<'t> {
    /// Reads the body of `heredoc` and its end, or leaves `lines` where they are if it has no end. A line that
    /// is too long for builders ends the file for them.
    pub(super) fn read(&mut self, heredoc: &mut Heredoc, lines: &mut Lines<'t>) -> bool {
        let start = lines.offset();
        if let Some(last) = &self.last {
            let ends = &last[usize::from(heredoc.chomp)];
            if ends.get(heredoc.name.as_str()).is_none_or(|&at| at < start) {
                return false;
            }
        }
        let mut ahead = lines.clone();
        for line in ahead.by_ref().take_while(|line| !line.is_too_long()) {
            if ends(heredoc, line.text) {
                heredoc.span = Span::new(start, line.start);
                lines.text_until(line.start).clone_into(&mut heredoc.body);
                *lines = ahead;
                return true;
            }
        }
        self.last.get_or_insert_with(|| {
            let readable = || lines.clone().take_while(|line| !line.is_too_long());
            [
                readable().map(|line| (line.text, line.start)).collect(),
                readable().map(|line| (line.text.trim_start_matches('\t'), line.start)).collect(),
            ]
        });
        false
    }
}

fn ends(heredoc: &Heredoc, line: &str) -> bool {
    let line = if heredoc.chomp { line.trim_start_matches('\t') } else { line };
    line == heredoc.name
}

#[cfg(test)]
mod tests {
    use super::{Empty, WORDS, is_plain, opened_by};

    fn check(line: &str, expect: &[(&str, u32, bool, bool)]) {
        let found = opened_by(line).unwrap();
        let found: Vec<_> =
            found.iter().map(|doc| (doc.name.as_str(), doc.descriptor, doc.chomp, doc.expand)).collect();
        assert_eq!(found, expect, "{line}");
    }

    #[test]
    fn words_that_open_heredocs() {
        check("RUN <<EOF", &[("EOF", 0, false, true)]);
        check("RUN cat <<-A 3<<B >x", &[("A", 0, true, true), ("B", 3, false, true)]);
        check("RUN cat << EOF", &[("EOF", 0, false, true)]);
        check(r#"COPY <<"E F" <<G'H' /"#, &[("E F", 0, false, false), ("GH", 0, false, false)]);
        check("COPY <<$X <<\\E /", &[("$X", 0, false, true), ("E", 0, false, true)]);
    }

    #[test]
    fn plain_lines_are_split_as_the_lexer_splits_them() {
        let pieces = ["<<", "<", "A", "-", " ", "\t", "\u{b}", "\u{a0}", "é", "3"];
        for number in 0..100_000 {
            let line: String = (0..5).map(|place| pieces[number / 10_usize.pow(place) % 10]).collect();
            if is_plain(&line) {
                let words = WORDS.words(&line, &Empty).unwrap();
                assert!(words.iter().eq(line.split_whitespace()), "{line:?}");
            }
        }
    }

    #[test]
    fn words_that_do_not() {
        for line in [
            "RUN cat <<< foo",
            "RUN echo $((1<<2))",
            "RUN echo \"<<EOF\"",
            "RUN sh -c 'cat <<EOF'",
            "RUN a << ",
            "RUN x<<y<z",
            "RUN <<''",
            "RUN echo it's <<EOF",
        ] {
            check(line, &[]);
        }
        assert!(opened_by("RUN <<${").is_ok_and(|found| found.is_empty()));
    }
}
