//! The text cut into coloured pieces for an editor.

use super::{Dockerfile, PieceKind};
use crate::text::Span;

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
    /// The name or the body of a here-document.
    Heredoc,
    /// A continuation, or what separates or connects words.
    Operator,
    /// Anything else.
    Text,
}

/// Cuts a Dockerfile into tokens: in order, without overlap; what lies between them is blank.
pub fn tokens(file: &Dockerfile) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in &file.pieces {
        match piece.kind {
            PieceKind::Directive => tokens.push(Token { kind: TokenKind::Directive, span: piece.span }),
            PieceKind::Comment => tokens.push(Token { kind: TokenKind::Comment, span: piece.span }),
            PieceKind::Instruction(index) => {
                if let Some(instruction) = file.instructions.get(index) {
                    tokens.push(Token { kind: TokenKind::Keyword, span: instruction.name_span });
                }
            }
            PieceKind::Blank | PieceKind::ByteOrderMark => {}
        }
    }
    tokens
}
