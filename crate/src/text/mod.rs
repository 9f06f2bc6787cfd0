//! Text as the editor and the parser share it: byte ranges, lines, edits, and Go's quoting.

mod edit;
mod lines;
mod quote;
mod span;

pub use edit::{TextEdit, apply};
pub use lines::{LineIndex, Position};
pub use quote::quote;
pub use span::Span;
