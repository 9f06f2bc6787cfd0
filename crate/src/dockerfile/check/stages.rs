//! Rules about all stages together: names, and capitals.

use super::{Findings, stage_name};
use crate::{diagnostic::code, dockerfile::Command, map::Set, text::quote};

pub(super) fn run(findings: &mut Findings<'_>) {
    one_by_one(findings);
    names(findings);
    casing(findings);
}

/// What the builder says as it reads the instructions.
fn one_by_one(findings: &mut Findings<'_>) {
    for (index, instruction) in findings.instructions() {
        match &instruction.command {
            Command::Maintainer(_) => {
                let message = "Maintainer instruction is deprecated in favor of using label".to_owned();
                findings.warn(index, code::MAINTAINER_DEPRECATED, instruction.name_span, message);
            }
            Command::From(from) => {
                let Some(alias) = &from.alias else { continue };
                if alias.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    let message = ["Stage name '", &alias.text, "' should be lowercase"].concat();
                    findings.warn(index, code::STAGE_NAME_CASING, alias.span, message);
                }
                let keyword = instruction.text.split_whitespace().nth(1).unwrap_or("");
                let matches = match Case::of(&instruction.name) {
                    Case::Mixed => true,
                    case => Case::of(keyword) == case,
                };
                if !matches {
                    let message =
                        ["'", keyword, "' and '", &instruction.name, "' keywords' casing do not match"]
                            .concat();
                    findings.warn(index, code::FROM_AS_CASING, instruction.span, message);
                }
            }
            _ => {}
        }
    }
}

fn names(findings: &mut Findings<'_>) {
    let mut seen = Set::new();
    for (index, instruction) in findings.instructions() {
        let Some(name) = stage_name(instruction).filter(|name| !name.is_empty()) else { continue };
        let Command::From(from) = &instruction.command else { continue };
        let span = from.alias.as_ref().map_or(instruction.span, |alias| alias.span);
        if matches!(name.as_str(), "context" | "scratch") {
            let message =
                ["Stage name should not use the same name as reserved stage ", &quote(&name)].concat();
            findings.warn(index, code::RESERVED_STAGE_NAME, span, message);
        }
        if seen.contains(&name) {
            let message = ["Duplicate stage name ", &quote(&name), ", stage names should be unique"].concat();
            findings.warn(index, code::DUPLICATE_STAGE_NAME, span, message);
        }
        seen.insert(name);
    }
}

/// Capitals or small letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
    Mixed,
}

impl Case {
    fn of(word: &str) -> Self {
        let has_lower = word.bytes().any(|byte| byte.is_ascii_lowercase());
        let has_upper = word.bytes().any(|byte| byte.is_ascii_uppercase());
        match (has_lower, has_upper) {
            (true, true) => Self::Mixed,
            (false, true) => Self::Upper,
            _ => Self::Lower,
        }
    }
}

/// All instructions from the first FROM on should be written like most of them.
fn casing(findings: &mut Findings<'_>) {
    let instructions = findings
        .instructions()
        .skip_while(|(_, instruction)| !matches!(instruction.command, Command::From(_)))
        .filter(|(_, instruction)| !matches!(instruction.command, Command::Invalid));
    let (mut lower, mut upper, mut all) = (0, 0, 0);
    for (_, instruction) in instructions.clone() {
        match Case::of(&instruction.name) {
            Case::Lower => lower += 1,
            Case::Upper => upper += 1,
            Case::Mixed => {}
        }
        all += 1;
    }
    if lower.max(upper) == all {
        return;
    }
    let (majority, name) =
        if lower > upper { (Case::Lower, "lowercase") } else { (Case::Upper, "uppercase") };
    for (index, instruction) in instructions {
        if Case::of(&instruction.name) != majority {
            let message = [
                "Command '",
                &instruction.name,
                "' should match the case of the command majority (",
                name,
                ")",
            ];
            let code = code::CONSISTENT_INSTRUCTION_CASING;
            findings.warn(index, code, instruction.name_span, message.concat());
        }
    }
}
