//! Text as the editor and the parser share it: byte ranges, lines, and edits.

mod edit;
mod lines;
mod span;

pub use edit::{TextEdit, apply};
pub use lines::{LineIndex, Position};
pub use span::Span;
