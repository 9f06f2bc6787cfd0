//! What is wrong with a Dockerfile, as data: a mistake in a Dockerfile is a value, not an `Err`.

use crate::text::Span;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The builder refuses the file.
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
    /// The builder's own message where the builder has one.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}
