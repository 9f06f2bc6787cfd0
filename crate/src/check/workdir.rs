//! `WorkdirRelativePath`: the first WORKDIR of a stage hangs on the base image.

use super::{
    findings::{Findings, replace},
    stage::Stage,
    walk::Step,
};
use crate::{
    diagnostic::code,
    dockerfile::Word,
    text::{Span, quote},
};

pub(super) fn check(findings: &mut Findings<'_>, stage: &mut Stage, step: Step<'_>, word: &Word, path: &str) {
    let is_absolute = path.starts_with('/');
    if !is_absolute && !stage.has_workdir {
        let message =
            ["Relative workdir ", &quote(path), " can have unexpected results if the base image changes"];
        // What it means now is known if the working directory is, and if the word begins as the path does.
        let edits = match &stage.dir {
            Some(dir) if step.index.is_some() && !path.is_empty() && word.text == path => {
                let start = Span::new(word.span.start, word.span.start);
                replace(start, [dir.trim_end_matches('/'), "/"].concat())
            }
            _ => Vec::new(),
        };
        let place = if step.index.is_some() { step.place.at(word.span) } else { step.place };
        findings.warn(code::WORKDIR_RELATIVE_PATH, place, &message, edits);
    }
    stage.has_workdir = true;
    stage.dir = if is_absolute {
        Some(path.to_owned())
    } else {
        stage.dir.as_ref().map(|dir| [dir.trim_end_matches('/'), "/", path].concat())
    };
}
