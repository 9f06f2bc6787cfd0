//! The comments that describe an instruction, as the builder collects them.

use super::{Dockerfile, PieceKind};

impl Dockerfile {
    /// The comments that the builder takes for the description of the instruction with this index: all since the
    /// instruction before it, or since the last empty comment (`#`). Blank lines do not separate them.
    pub fn doc_comments(&self, index: usize) -> Vec<&str> {
        let Some(instruction) = self.instructions.get(index) else { return Vec::new() };
        let end = self.pieces.partition_point(|piece| piece.span.end <= instruction.span.start);
        let mut comments = Vec::new();
        for piece in self.pieces.iter().take(end).rev() {
            match piece.kind {
                PieceKind::Instruction(_) => break,
                PieceKind::Comment => {
                    // The builder drops the first byte of the line, be it the sign or a blank before it.
                    let line = piece.span.of(&self.text);
                    let comment = line.get(1..).unwrap_or(line).trim();
                    if comment.is_empty() {
                        break;
                    }
                    comments.push(comment);
                }
                _ => {}
            }
        }
        comments.reverse();
        comments
    }
}
