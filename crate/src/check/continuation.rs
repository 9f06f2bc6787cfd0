//! `NoEmptyContinuation`: empty lines within an instruction that goes on over lines.

use super::findings::{Findings, Place};
use crate::{
    diagnostic::code,
    text::{LineIndex, Span, TextEdit},
};

pub(super) fn check(findings: &mut Findings<'_>) {
    if findings.file.gaps.is_empty() {
        return;
    }
    let lines = LineIndex::new(&findings.file.text);
    for &gap in &findings.file.gaps {
        // The builder names the line on which the instruction ends.
        let place = Place { span: gap, line: lines.line(gap.end), own: None };
        let edits = empty_lines(findings.text(gap), gap.start);
        findings.warn(code::NO_EMPTY_CONTINUATION, place, &["Empty continuation line"], edits);
    }
}

/// Takes the empty lines out.
fn empty_lines(text: &str, start: usize) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let mut at = start;
    for line in text.split_inclusive('\n') {
        if line.ends_with('\n') && line.trim().is_empty() {
            edits.push(TextEdit { span: Span::new(at, at + line.len()), text: String::new() });
        }
        at += line.len();
    }
    edits
}
