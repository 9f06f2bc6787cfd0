//! Text as the editor and the parser share it: byte ranges, lines, edits, and Go's letters and quoting.

mod edit;
mod letter;
mod lines;
mod quote;
pub(crate) mod scan;
mod search;
mod span;

pub use edit::{TextEdit, apply};
pub use letter::{is_letter_or_digit, lower, upper};
pub use lines::{LineIndex, Position};
pub use quote::quote;
pub use search::{find, rfind, split_once};
pub use span::Span;
