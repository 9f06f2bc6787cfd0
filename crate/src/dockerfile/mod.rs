//! The Dockerfile language as BuildKit reads it: lossless, tolerant, with a span for everything.
//!
//! [`parse`] never fails. What cannot be read becomes a [`Diagnostic`] with the builder's own message, and the
//! parser goes on at the next instruction, since a person is typing. Knows nothing of stages, files or builders.

pub mod instruction;

pub use instruction::{Command, Flag, Heredoc, Instruction, Word};

use crate::{diagnostic::Diagnostic, text::Span};

/// A Dockerfile that was read.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// The text exactly as given.
    pub text: String,
    /// The parser directives at the top, in order: `# syntax=…`, `# escape=…`, `# check=…`.
    pub directives: Vec<Directive>,
    /// The escape token: `\` unless a directive says `` ` ``.
    pub escape: char,
    /// All instructions in order, those that could not be read among them ([`Command::Invalid`]).
    pub instructions: Vec<Instruction>,
    /// The text cut into pieces without gaps or overlaps: their texts joined are [`Dockerfile::text`].
    pub pieces: Vec<Piece>,
    /// What the builder would refuse or warn about, in order of appearance.
    pub diagnostics: Vec<Diagnostic>,
}

/// `# name=value` at the top of the file.
///
/// ```text
/// # syntax=docker/dockerfile:1
///          ^^^^^^^^^^^^^^^^^^^ value
///   ^^^^^^ name
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Lower-cased name: `syntax`, `escape` or `check`.
    pub name: String,
    /// Value without surrounding blanks.
    pub value: String,
    /// The whole line without its end.
    pub span: Span,
}

/// A part of the text at the top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes, line end included.
    pub span: Span,
}

/// What a [`Piece`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// The byte order mark at the start.
    ByteOrderMark,
    /// A directive line.
    Directive,
    /// A comment line outside of an instruction.
    Comment,
    /// An empty or blank line outside of an instruction.
    Blank,
    /// All lines of the instruction with this index, comments between them and heredoc bodies included.
    Instruction(usize),
}
