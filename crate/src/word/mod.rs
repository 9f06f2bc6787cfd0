//! Word expansion: `$NAME`, `${NAME:-word}` and friends, quotes and escapes, as BuildKit's shell lexer does it
//! (`frontend/dockerfile/shell`).
//!
//! Knows neither instructions nor stages: a word, an escape token and a [`Scope`] go in, text comes out. The
//! parser uses it too, to find the words that open here-documents.

mod error;
mod lexer;
mod pattern;
mod scope;
mod substitution;
mod variable;

pub use error::WordError;
pub use lexer::{Lexer, Modifiers};
pub use scope::{Empty, Scope};
pub use variable::{Variable, variables};

/// Expands a word as COPY, ENV, WORKDIR and most other instructions do: variables are replaced, quotes and
/// escapes are removed.
///
/// # Errors
/// The builder's own message if the word cannot be expanded, such as for an open quote or `${X:?}`.
///
/// ```
/// use layerwise::word::{Empty, expand};
/// assert_eq!(expand("'a b'/${X:-c}", '\\', &Empty).as_deref(), Ok("a b/c"));
/// assert!(expand("${X?}", '\\', &Empty).is_err());
/// ```
pub fn expand(word: &str, escape: char, scope: &dyn Scope) -> Result<String, WordError> {
    // Most words hold nothing to expand.
    if !word.contains(['$', '\'', '"', '\u{feff}', escape]) {
        return Ok(word.to_owned());
    }
    Lexer::new(escape).word(word, scope)
}

/// Expands a word and splits the result at blanks that were not quoted, as EXPOSE does.
///
/// # Errors
/// As for [`expand`].
pub fn expand_words(word: &str, escape: char, scope: &dyn Scope) -> Result<Vec<String>, WordError> {
    Lexer::new(escape).words(word, scope)
}

/// Expands the body of a here-document: variables are replaced, quotes stay, and a backslash, whatever the
/// file's escape token is, takes the next character literally.
///
/// # Errors
/// As for [`expand`].
pub fn expand_heredoc(body: &str, scope: &dyn Scope) -> Result<String, WordError> {
    Lexer { skip_quotes: true, ..Lexer::new('\\') }.word(body, scope)
}
