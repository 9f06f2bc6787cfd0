//! Engine structs as JavaScript sees them: the shapes of `types.ts` that carry offsets into a text.
//!
//! The engine counts bytes, JavaScript counts UTF-16 code units. This is the one place that converts.

use layerwise::{
    check,
    diagnostic::{Diagnostic, Severity},
    dockerfile::{self, Dockerfile, TokenKind},
    simulation::Workspace as Work,
    text::{LineIndex, Span, TextEdit},
};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::value::to_js;

/// Converts byte offsets of one text, in any order.
pub(crate) struct Offsets<'a> {
    text: &'a str,
    lines: LineIndex,
}

impl<'a> Offsets<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, lines: LineIndex::new(text) }
    }

    /// Where a span begins and ends, in UTF-16 code units.
    pub(crate) fn range(&self, span: Span) -> (usize, usize) {
        (self.lines.utf16(self.text, span.start), self.lines.utf16(self.text, span.end))
    }
}

/// A parsed Dockerfile.
#[derive(Serialize)]
pub(crate) struct WireDockerfile<'a> {
    directives: Vec<WireDirective<'a>>,
    escape: char,
    instructions: Vec<WireInstruction<'a>>,
    diagnostics: Vec<WireDiagnostic<'a>>,
}

#[derive(Serialize)]
struct WireDirective<'a> {
    name: &'a str,
    value: &'a str,
    line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireInstruction<'a> {
    name: &'a str,
    line: u32,
    end_line: u32,
    from: usize,
    to: usize,
    original: &'a str,
    flags: Vec<WireFlag<'a>>,
    heredocs: Vec<WireHeredoc<'a>>,
}

#[derive(Serialize)]
struct WireFlag<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

#[derive(Serialize)]
struct WireHeredoc<'a> {
    name: &'a str,
    body: &'a str,
}

/// A finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireDiagnostic<'a> {
    code: &'static str,
    severity: Severity,
    line: u32,
    column: u32,
    end_line: u32,
    from: usize,
    to: usize,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<WireEdit<'a>>,
}

/// A change of the text.
#[derive(Serialize)]
pub(crate) struct WireEdit<'a> {
    from: usize,
    to: usize,
    text: &'a str,
}

/// A coloured piece.
#[derive(Serialize)]
pub(crate) struct WireToken {
    from: usize,
    to: usize,
    kind: TokenKind,
}

#[cfg(test)]
impl WireToken {
    pub(crate) fn kind(&self) -> TokenKind {
        self.kind
    }
}

/// The shape of a parsed Dockerfile.
pub(crate) fn dockerfile(file: &Dockerfile) -> WireDockerfile<'_> {
    let offsets = Offsets::new(&file.text);
    WireDockerfile {
        directives: file
            .directives
            .iter()
            .map(|directive| WireDirective {
                name: &directive.name,
                value: &directive.value,
                line: offsets.lines.line(directive.span.start),
            })
            .collect(),
        escape: file.escape,
        instructions: file
            .instructions
            .iter()
            .map(|instruction| {
                let (from, to) = offsets.range(instruction.span);
                WireInstruction {
                    name: instruction.name(),
                    line: instruction.line,
                    end_line: instruction.end_line,
                    from,
                    to,
                    original: &instruction.original,
                    flags: instruction
                        .flags
                        .iter()
                        .map(|flag| WireFlag { name: &flag.name, value: flag.value.as_deref() })
                        .collect(),
                    heredocs: instruction
                        .heredocs
                        .iter()
                        .map(|heredoc| WireHeredoc { name: &heredoc.name, body: &heredoc.body })
                        .collect(),
                }
            })
            .collect(),
        diagnostics: diagnostics(&offsets, &file.diagnostics),
    }
}

/// The shapes of findings in the text that `offsets` is about.
pub(crate) fn diagnostics<'a>(offsets: &Offsets<'_>, list: &'a [Diagnostic]) -> Vec<WireDiagnostic<'a>> {
    list.iter()
        .map(|diagnostic| {
            let (from, to) = offsets.range(diagnostic.span);
            let start = offsets.lines.position(offsets.text, diagnostic.span.start);
            let end = offsets.lines.line(diagnostic.span.end.max(diagnostic.span.start));
            WireDiagnostic {
                code: diagnostic.code,
                severity: diagnostic.severity,
                line: start.line,
                column: start.column,
                end_line: end,
                from,
                to,
                message: &diagnostic.message,
                hint: diagnostic.hint.as_deref(),
                edits: edits(offsets, &diagnostic.edits),
            }
        })
        .collect()
}

/// The shapes of edits of the text that `offsets` is about.
pub(crate) fn edits<'a>(offsets: &Offsets<'_>, list: &'a [TextEdit]) -> Vec<WireEdit<'a>> {
    list.iter()
        .map(|edit| {
            let (from, to) = offsets.range(edit.span);
            WireEdit { from, to, text: &edit.text }
        })
        .collect()
}

/// The coloured pieces of a Dockerfile.
pub(crate) fn tokens(file: &Dockerfile) -> Vec<WireToken> {
    let offsets = Offsets::new(&file.text);
    dockerfile::tokens(file)
        .into_iter()
        .map(|token| {
            let (from, to) = offsets.range(token.span);
            WireToken { from, to, kind: token.kind }
        })
        .collect()
}

/// What is wrong with the Dockerfile that is worked on.
pub(crate) fn diagnostics_for(work: &mut Work) -> JsValue {
    let outcome = work.outcome();
    let list = check::diagnostics(&work.state().input(), work.state().settings.builder, &outcome);
    let dockerfile = &work.state().dockerfile;
    to_js(&diagnostics(&Offsets::new(&dockerfile.text), &list))
}
