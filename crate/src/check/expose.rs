//! EXPOSE: `ExposeProtoCasing`, `ExposeInvalidFormat`.

use super::{
    findings::{Findings, replace},
    stage::Stage,
    walk::Step,
};
use crate::{
    diagnostic::code,
    dockerfile::{Word, check_port},
    text::{Span, TextEdit},
    word::expand_words,
};

pub(super) fn check(findings: &mut Findings<'_>, stage: &Stage, step: Step<'_>, words: &[Word]) {
    let mut ports = Vec::new();
    for word in words {
        let expanded = expand_words(&word.text, findings.file.escape, &stage.env).unwrap_or_default();
        ports.extend(expanded.into_iter().map(|port| (port, word)));
    }
    for (port, word) in ports {
        let place = if step.index.is_some() { step.place.at(word.span) } else { step.place };
        let (before, container) = port.rsplit_once(':').unwrap_or(("", &port));
        let (range, protocol) = container.split_once('/').unwrap_or((container, ""));
        let known = ["", "tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(protocol));
        if range.is_empty() || !known {
            return;
        }
        // The parts are where they seem to be if the word is written as it is meant.
        let written = step.index.is_some() && word.text == port && word.span.len() == port.len();
        let edit = |from: usize, to: usize, text: String| -> Vec<TextEdit> {
            let start = word.span.start;
            if written { replace(Span::new(start + from, start + to), text) } else { Vec::new() }
        };
        if protocol.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let message = ["Defined protocol '", &port, "' in EXPOSE instruction should be lowercase"];
            let edits = edit(port.len() - protocol.len(), port.len(), protocol.to_ascii_lowercase());
            findings.warn(code::EXPOSE_PROTO_CASING, place, &message, edits);
        }
        // `:80` has neither an address nor a host port.
        if !before.trim_matches(':').is_empty() {
            let message = [
                "EXPOSE instruction should not define an IP address or host-port mapping, found '",
                &port,
                "'",
            ];
            let edits = edit(0, port.len() - container.len(), String::new());
            findings.warn(code::EXPOSE_INVALID_FORMAT, place, &message, edits);
        }
        // The builder stops at the first port that it cannot read.
        if check_port(&port).is_err() {
            return;
        }
    }
}
