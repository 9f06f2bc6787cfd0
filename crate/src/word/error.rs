//! Why a word cannot be expanded.

use std::{borrow::Cow, fmt};

use crate::text::quote;

/// A word that cannot be expanded. Its text, by `Display`, is the builder's message:
/// `failed to process "${X?}": X: is not allowed to be unset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordError {
    /// The word as given.
    pub word: String,
    /// What is wrong with it.
    pub reason: Cow<'static, str>,
}

impl fmt::Display for WordError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("failed to process ")?;
        out.write_str(&quote(&self.word))?;
        out.write_str(": ")?;
        out.write_str(&self.reason)
    }
}

impl std::error::Error for WordError {}
