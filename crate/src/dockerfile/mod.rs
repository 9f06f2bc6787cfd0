//! The Dockerfile language as BuildKit reads it: lossless, tolerant, with a span for everything.
//!
//! [`parse`] never fails. What cannot be read becomes a [`Diagnostic`] with the builder's own message, and the
//! parser goes on at the next instruction, since a person is typing. Knows nothing of stages, files or builders.

mod blank;
mod checks;
mod comment;
mod directive;
mod duration;
mod flag;
mod heredoc;
pub mod instruction;
pub(crate) mod json;
mod keyword;
mod line;
mod mistake;
mod mount;
mod node;
mod reader;
mod refusal;
mod suggest;
mod token;
mod trigger;
mod value;

pub use checks::Checks;
pub use directive::detect;
pub use instruction::{Command, Flag, Heredoc, Instruction, Word};
pub use keyword::Keyword;
pub use mount::{MountOptions, MountType, Sharing};
pub use refusal::Phase;
pub(crate) use suggest::suggest;
pub use token::{Token, TokenKind, tokens};
pub use value::{check_port, check_signal};

use crate::{diagnostic::Diagnostic, text::Span};

/// Reads a Dockerfile. Never fails: what cannot be read becomes a diagnostic, and the next instruction is read.
///
/// ```
/// let file = layerwise::dockerfile::parse("FROM alpine\nCPOY . .\n");
/// assert_eq!(file.instructions.len(), 2);
/// let refusal = file.refusal_text();
/// let expect = "dockerfile parse error on line 2: unknown instruction: CPOY (did you mean COPY?)";
/// assert_eq!(refusal.as_deref(), Some(expect));
/// ```
pub fn parse(text: &str) -> Dockerfile {
    reader::Reader::new(text, '\\', true).read()
}

/// Reads a Dockerfile as builders did that had no here-documents: what would be a body is instructions.
pub fn parse_without_heredocs(text: &str) -> Dockerfile {
    reader::Reader::new(text, '\\', false).read()
}

/// Reads an ONBUILD trigger of a base image, or of a stage, as the instruction that it stands for. Builders read
/// triggers with the default escape token, whatever the file that they come from says.
///
/// # Errors
/// The builder's message if it is no instruction, or more than one.
pub fn parse_trigger(text: &str, escape: char) -> Result<Instruction, String> {
    trigger::read(text, escape)
}

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
    /// What the builder would refuse or fail on, in order of appearance. What it only warns about is found in the
    /// module `check`.
    pub diagnostics: Vec<Diagnostic>,
    /// Where an instruction goes on over empty lines: from its first line to the last one before any
    /// here-document.
    pub gaps: Vec<Span>,
    /// The reading that finds the mistake for which the builder refuses the file, and its index.
    refusal: Option<(Phase, usize)>,
    /// How BuildKit's checks are set by `# check=…` at the top of the file.
    pub checks: Checks,
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
