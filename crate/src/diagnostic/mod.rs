//! What is wrong with a Dockerfile, as data: a mistake in a Dockerfile is a value, not an `Err`.
//!
//! Sits right above [`crate::text`]: everything that finds something to say about a Dockerfile says it as a
//! [`Diagnostic`]. The table of [`codes`](code::TABLE) is the one place that names them.

pub mod code;

use crate::text::{Span, TextEdit, rfind};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The builder refuses the file, or fails when it comes to this instruction.
    Error,
    /// The builder builds it, and warns or does something unexpected.
    Warning,
    /// Worth knowing.
    Information,
}

/// One finding in a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name: BuildKit's rule name where it has one, else ours, in `UpperCamelCase`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub span: Span,
    /// First line of the instruction it belongs to, counted from 1; 0 if it belongs to the whole file.
    pub line: u32,
    /// The builder's own message where the builder has one, without `dockerfile parse error on line N: `.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The edits of the Dockerfile that mend it, together; none if that takes a person.
    pub edits: Vec<TextEdit>,
}

impl Diagnostic {
    /// The message without BuildKit's ` (did you mean …?)`, which older builders do not write.
    pub fn without_suggestion(&self) -> &str {
        match rfind(&self.message, " (did you mean ") {
            Some(at) if self.message.ends_with("?)") => &self.message[..at],
            _ => &self.message,
        }
    }
}
