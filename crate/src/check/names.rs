//! Names of stages, the capitals of `AS`, and MAINTAINER: `StageNameCasing`, `FromAsCasing`,
//! `DuplicateStageName`, `ReservedStageName`, `MaintainerDeprecated`.

use super::{
    casing::Case,
    findings::{Findings, Place, replace},
};
use crate::{
    diagnostic::code,
    dockerfile::{Command, Instruction, Word},
    map::Set,
    text::{Span, quote},
};

/// What the builder says as it reads an instruction.
pub(super) fn instruction(findings: &mut Findings<'_>, instruction: &Instruction, place: Place<'_>) {
    match &instruction.command {
        Command::Maintainer(name) => maintainer(findings, instruction, place, name),
        Command::From(from) => {
            let Some(alias) = &from.alias else { return };
            if alias.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                // `FROM name` finds a stage by its name in small letters, `--from` whatever the case.
                let edits = replace(alias.span, alias.text.to_ascii_lowercase());
                let message = ["Stage name '", &alias.text, "' should be lowercase"];
                findings.warn(code::STAGE_NAME_CASING, place.at(alias.span), &message, edits);
            }
            keyword(findings, instruction, place, [&from.image, alias]);
        }
        _ => {}
    }
}

/// `AS` in other letters than `FROM`.
fn keyword(findings: &mut Findings<'_>, instruction: &Instruction, place: Place<'_>, around: [&Word; 2]) {
    let keyword = instruction.text().split_whitespace().nth(1).unwrap_or("");
    let case = Case::of(instruction.name());
    if case == Case::Mixed || Case::of(keyword) == case {
        return;
    }
    let [image, alias] = around;
    let between = Span::new(image.span.end, alias.span.start);
    let at = findings.text(between).find(keyword).map(|at| {
        let start = between.start + at;
        Span::new(start, start + keyword.len())
    });
    let wanted = if case == Case::Upper { "AS" } else { "as" };
    let edits = at.map(|at| replace(at, wanted)).unwrap_or_default();
    let message = ["'", keyword, "' and '", instruction.name(), "' keywords' casing do not match"];
    findings.warn(code::FROM_AS_CASING, place.at(at.unwrap_or(instruction.span)), &message, edits);
}

fn maintainer(findings: &mut Findings<'_>, instruction: &Instruction, place: Place<'_>, name: &str) {
    // A name with quotes, variables or escapes would mean something else in a LABEL.
    let plain = !name.contains(['"', '\'', '$', '\\', '`', '\n']) && !name.is_empty();
    let upper = Case::of(instruction.name()) == Case::Upper;
    let label = if upper { "LABEL" } else { "label" };
    let edits = if plain {
        replace(instruction.span, [label, " org.opencontainers.image.authors=\"", name, "\""].concat())
    } else {
        Vec::new()
    };
    let message = ["Maintainer instruction is deprecated in favor of using label"];
    findings.warn(code::MAINTAINER_DEPRECATED, place, &message, edits);
}

/// Names that stand twice or mean something else.
pub(super) fn stages(findings: &mut Findings<'_>) {
    let mut seen = Set::new();
    for instruction in &findings.file.instructions {
        let Command::From(from) = &instruction.command else { continue };
        let Some(alias) = &from.alias else { continue };
        let name = alias.text.to_ascii_lowercase();
        let place = Place::of(instruction, None).at(alias.span);
        if matches!(name.as_str(), "context" | "scratch") {
            let message = ["Stage name should not use the same name as reserved stage ", &quote(&name)];
            findings.warn(code::RESERVED_STAGE_NAME, place, &message, Vec::new());
        }
        if seen.contains(&name) {
            let message = ["Duplicate stage name ", &quote(&name), ", stage names should be unique"];
            findings.warn(code::DUPLICATE_STAGE_NAME, place, &message, Vec::new());
        }
        seen.insert(name);
    }
}
