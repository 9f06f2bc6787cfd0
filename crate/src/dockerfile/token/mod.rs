//! The text cut into coloured pieces for an editor.

mod paint;

use super::{
    Dockerfile, Heredoc, Instruction, Piece, PieceKind,
    line::{Lines, Logical, continued, is_comment, join},
};
use crate::text::Span;
use paint::Painter;

/// A coloured piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Span,
}

/// What an editor tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// A keyword, `AS`, or the type of a health check.
    Keyword,
    /// A flag with its value.
    Flag,
    /// A comment.
    Comment,
    /// A parser directive.
    Directive,
    /// Quoted text.
    String,
    /// `$name` or `${…}`.
    Variable,
    /// The word that opens a here-document, its body and its end.
    Heredoc,
    /// The escape token at the end of a line, or what separates or connects words.
    Operator,
    /// Anything else.
    Text,
}

/// Cuts a Dockerfile into tokens: in order, without overlap, never empty. What lies between them is blank.
pub fn tokens(file: &Dockerfile) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in &file.pieces {
        match piece.kind {
            PieceKind::Directive => push(&mut tokens, TokenKind::Directive, trimmed(file, piece.span)),
            PieceKind::Comment => push(&mut tokens, TokenKind::Comment, trimmed(file, piece.span)),
            PieceKind::Instruction(index) => {
                if let Some(instruction) = file.instructions.get(index) {
                    instruction_tokens(file, instruction, *piece, &mut tokens);
                }
            }
            PieceKind::Blank | PieceKind::ByteOrderMark => {}
        }
    }
    tokens
}

fn push(tokens: &mut Vec<Token>, kind: TokenKind, span: Span) {
    if !span.is_empty() {
        tokens.push(Token { kind, span });
    }
}

/// The span without blanks at its ends.
fn trimmed(file: &Dockerfile, span: Span) -> Span {
    let text = span.of(&file.text);
    let start = span.start + (text.len() - text.trim_start().len());
    Span::new(start, (span.start + text.trim_end().len()).max(start))
}

fn instruction_tokens(file: &Dockerfile, instruction: &Instruction, piece: Piece, tokens: &mut Vec<Token>) {
    let from = tokens.len();
    let text = file.text.get(..piece.span.end).unwrap_or("");
    let mut lines = Lines::new(text, piece.span.start);
    let Some(first) = lines.next() else { return };
    let mut own = vec![first];
    let joined = join(&mut lines, first, first.text.trim_start(), file.escape, |line| own.push(line));
    Painter { line: &joined.logical, escape: file.escape, tokens }.instruction(joined.logical.text.trim());
    for (index, line) in own.iter().enumerate() {
        if index > 0 && is_comment(line.text) {
            push(tokens, TokenKind::Comment, trimmed(file, Span::new(line.start, line.text_end())));
        } else if let Some(before) = continued(line.text, file.escape) {
            let at = line.start + before.len();
            push(tokens, TokenKind::Operator, Span::new(at, at + file.escape.len_utf8()));
        }
    }
    // Comments and escape tokens go in between.
    if let Some(own) = tokens.get_mut(from..) {
        own.sort_by_key(|token| token.span.start);
    }
    // What is left are here-documents, or lines that were given up for one without an end.
    let mut documents = instruction.heredocs.iter().peekable();
    for line in lines {
        while documents.peek().is_some_and(|document| document.span.end < line.end()) {
            documents.next();
        }
        let is_body = |document: &&Heredoc| document.expand && document.span.start <= line.start;
        if documents.peek().is_some_and(is_body) {
            let logical = Logical::new(line.text, line.start);
            Painter { line: &logical, escape: '\\', tokens }.mixed(
                line.text.trim(),
                TokenKind::Heredoc,
                false,
            );
        } else {
            push(tokens, TokenKind::Heredoc, trimmed(file, Span::new(line.start, line.text_end())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;
    use crate::dockerfile::parse;

    fn check(text: &str, expect: &[&str]) {
        let file = parse(text);
        let found: Vec<String> = tokens(&file)
            .iter()
            .map(|token| format!("{:?} {}", token.kind, token.span.of(text)).to_ascii_lowercase())
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn top_level() {
        check(
            "# escape=`\n\n  # note\nfrom --platform=$P a:1 as b\n",
            &[
                "directive # escape=`",
                "comment # note",
                "keyword from",
                "flag --platform=",
                "variable $p",
                "text a:1",
                "keyword as",
                "text b",
            ],
        );
    }

    #[test]
    fn scripts() {
        check(
            "RUN a 'b $c' \\\n # d\n && e>\"f $g\"|${h:-i}",
            &[
                "keyword run",
                "text a",
                "string 'b $c'",
                "operator \\",
                "comment # d",
                "operator &&",
                "text e",
                "operator >",
                "string \"f ",
                "variable $g",
                "string \"",
                "operator |",
                "variable ${h:-i}",
            ],
        );
    }

    #[test]
    fn arguments() {
        check(
            "ENV a=\"b\" c=$d=",
            &[
                "keyword env",
                "text a",
                "operator =",
                "string \"b\"",
                "text c",
                "operator =",
                "variable $d",
                "text =",
            ],
        );
        check("ENV a b=c", &["keyword env", "text a", "text b=c"]);
        check(
            "CMD [\"a\", \"b\"]",
            &["keyword cmd", "operator [", "string \"a\"", "operator ,", "string \"b\"", "operator ]"],
        );
        check(
            "HEALTHCHECK --retries=3 CMD a",
            &["keyword healthcheck", "flag --retries=3", "keyword cmd", "text a"],
        );
        check(
            "ONBUILD COPY --link a b",
            &["keyword onbuild", "keyword copy", "flag --link", "text a", "text b"],
        );
        check("CPOY a\n", &["text cpoy", "text a"]);
    }

    #[test]
    fn heredocs() {
        check(
            "COPY <<A <<'B' /\nx$y\nA\n\tz$y\nB\nRUN a",
            &[
                "keyword copy",
                "heredoc <<a",
                "heredoc <<'b'",
                "text /",
                "heredoc x",
                "variable $y",
                "heredoc a",
                "heredoc z$y",
                "heredoc b",
                "keyword run",
                "text a",
            ],
        );
        check(
            "RUN cat << A >b\nA",
            &["keyword run", "text cat", "heredoc << a", "operator >", "text b", "heredoc a"],
        );
    }

    #[test]
    fn a_word_over_two_lines_is_two_tokens() {
        check("RUN ab\\\ncd", &["keyword run", "text ab", "operator \\", "text cd"]);
    }
}
