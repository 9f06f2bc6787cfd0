//! Edits as data, so that they can be shown, taken one by one, and undone.

use super::Span;

/// Replaces the bytes of `span` by `text`. Several edits refer to the same original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards; empty to delete.
    pub text: String,
}

/// Applies `edits` to `text`. They may come in any order. An edit that overlaps an earlier one in the text, or
/// does not fit into it, is left out: a broken set of edits must never lose what a person typed.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut ordered: Vec<&TextEdit> = edits.iter().collect();
    ordered.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in ordered {
        let fits = edit.span.start >= done && text.get(edit.span.range()).is_some();
        if let (true, Some(kept)) = (fits, text.get(done..edit.span.start)) {
            out.push_str(kept);
            out.push_str(&edit.text);
            done = edit.span.end;
        }
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}
