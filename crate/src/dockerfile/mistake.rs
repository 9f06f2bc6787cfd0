//! A mistake on its way to becoming a diagnostic.

use crate::text::Span;

/// Something that the builder refuses.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) code: &'static str,
    pub(super) span: Span,
    pub(super) message: String,
}

impl Mistake {
    pub(super) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into() }
    }
}
