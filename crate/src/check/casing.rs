//! `ConsistentInstructionCasing`: from the first FROM on, instructions are written like most of them.

use super::findings::{Findings, Place, replace};
use crate::{diagnostic::code, dockerfile::Command};

/// Capitals or small letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Mixed,
}

impl Case {
    pub(super) fn of(word: &str) -> Self {
        let has_lower = word.bytes().any(|byte| byte.is_ascii_lowercase());
        let has_upper = word.bytes().any(|byte| byte.is_ascii_uppercase());
        match (has_lower, has_upper) {
            (true, true) => Self::Mixed,
            (false, true) => Self::Upper,
            _ => Self::Lower,
        }
    }
}

pub(super) fn check(findings: &mut Findings<'_>) {
    let instructions = findings
        .file
        .instructions
        .iter()
        .skip_while(|instruction| !matches!(instruction.command, Command::From(_)))
        .filter(|instruction| !matches!(instruction.command, Command::Invalid));
    let (mut lower, mut upper) = (0, 0);
    for instruction in instructions.clone() {
        match Case::of(instruction.name()) {
            Case::Lower => lower += 1,
            Case::Upper => upper += 1,
            Case::Mixed => {}
        }
    }
    // As many of one as of the other means capitals.
    let (majority, name) =
        if lower > upper { (Case::Lower, "lowercase") } else { (Case::Upper, "uppercase") };
    for instruction in instructions {
        if Case::of(instruction.name()) != majority {
            let changed = match majority {
                Case::Lower => instruction.name().to_ascii_lowercase(),
                _ => instruction.name().to_ascii_uppercase(),
            };
            let place = Place::of(instruction, None).at(instruction.name_span);
            let message = [
                "Command '",
                instruction.name(),
                "' should match the case of the command majority (",
                name,
                ")",
            ];
            let edits = replace(instruction.name_span, changed);
            findings.warn(code::CONSISTENT_INSTRUCTION_CASING, place, &message, edits);
        }
    }
}
