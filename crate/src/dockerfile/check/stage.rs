//! Rules about the instructions of a stage, which the builder looks at when it builds the stage.

use super::{Findings, stage_name};
use crate::{
    diagnostic::code,
    dockerfile::{
        Command, Instruction,
        instruction::{Argument, Assignment, Form},
    },
    map::Map,
    text::{Span, quote},
    word::{Empty, expand},
};

/// What a stage has had so far.
#[derive(Clone, Copy, Default)]
struct Stage {
    /// A SHELL, here or in a stage that it stands on.
    has_shell: bool,
    /// A WORKDIR, here or there.
    has_workdir: bool,
    /// The last CMD, ENTRYPOINT and HEALTHCHECK.
    last: [Option<usize>; 3],
}

pub(super) fn run(findings: &mut Findings<'_>) {
    let mut stages: Map<String, Stage> = Map::new();
    let mut name: Option<String> = None;
    let mut stage = Stage::default();
    for (index, instruction) in findings.instructions() {
        if let Command::From(from) = &instruction.command {
            if let Some(name) = name.take() {
                stages.insert(name, stage);
            }
            let below = stages.get(&from.image.text).copied().unwrap_or_default();
            stage = Stage { last: [None; 3], ..below };
            name = stage_name(instruction);
        } else if name.is_some() {
            check(findings, index, instruction, &mut stage);
        }
    }
}

fn check(findings: &mut Findings<'_>, index: usize, instruction: &Instruction, stage: &mut Stage) {
    match &instruction.command {
        Command::Env(pairs) => {
            old_form(findings, index, instruction, pairs);
            for pair in pairs {
                secret(findings, index, "ENV", &pair.key.text, pair.key.span);
            }
        }
        Command::Label(pairs) => old_form(findings, index, instruction, pairs),
        Command::Arg(arguments) => {
            for Argument { name, .. } in arguments {
                secret(findings, index, "ARG", &name.text, name.span);
            }
        }
        Command::Cmd(form) => command(findings, index, instruction, 0, form, stage),
        Command::Entrypoint(form) => command(findings, index, instruction, 1, form, stage),
        Command::Healthcheck(_) => once(findings, index, instruction, 2, stage),
        Command::Shell(_) => stage.has_shell = true,
        Command::Workdir(word) => {
            let escape = findings.file.escape;
            let known = !word.text.contains('$');
            if !stage.has_workdir
                && known
                && let Ok(path) = expand(&word.text, escape, &Empty)
                && !path.starts_with('/')
            {
                let message = [
                    "Relative workdir ",
                    &quote(&path),
                    " can have unexpected results if the base image changes",
                ];
                findings.warn(index, code::WORKDIR_RELATIVE_PATH, word.span, message.concat());
            }
            stage.has_workdir = true;
        }
        _ => {}
    }
}

/// `ENV name value`.
fn old_form(findings: &mut Findings<'_>, index: usize, instruction: &Instruction, pairs: &[Assignment]) {
    let [pair] = pairs else { return };
    let behind = findings.file.text.get(pair.key.span.end..).unwrap_or("");
    if behind.starts_with('=') {
        return;
    }
    let name = &instruction.name;
    let message =
        ["\"", name, " key=value\" should be used instead of legacy \"", name, " key value\" format"]
            .concat();
    findings.warn(index, code::LEGACY_KEY_VALUE_FORMAT, instruction.span, message);
}

const SECRETS: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

/// A name of which a part says that its value is secret, and none that it is not.
fn secret(findings: &mut Findings<'_>, index: usize, instruction: &str, name: &str, span: Span) {
    let has = |words: &[&str]| {
        let mut parts = name.as_bytes().split(|byte| *byte == b'_');
        parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word.as_bytes())))
    };
    if has(&SECRETS) && !has(&["public", "file", "version"]) {
        let message =
            ["Do not use ARG or ENV instructions for sensitive data (", instruction, " ", &quote(name), ")"];
        findings.warn(index, code::SECRETS_USED_IN_ARG_OR_ENV, span, message.concat());
    }
}

/// CMD and ENTRYPOINT.
fn command(
    findings: &mut Findings<'_>,
    index: usize,
    instruction: &Instruction,
    place: usize,
    form: &Form,
    stage: &mut Stage,
) {
    once(findings, index, instruction, place, stage);
    if matches!(form, Form::Shell(_)) && !stage.has_shell {
        let message = [
            "JSON arguments recommended for ",
            &instruction.name,
            " to prevent unintended behavior related to OS signals",
        ];
        findings.warn(index, code::JSON_ARGS_RECOMMENDED, instruction.span, message.concat());
    }
}

/// Of several in a stage only the last counts; the warning is about the one before it.
fn once(
    findings: &mut Findings<'_>,
    index: usize,
    instruction: &Instruction,
    place: usize,
    stage: &mut Stage,
) {
    let Some(last) = stage.last.get_mut(place) else { return };
    let Some(previous) = last.replace(index) else { return };
    let message = [
        "Multiple ",
        &instruction.name,
        " instructions should not be used in the same stage because only the last one will be used",
    ];
    let span = findings.file.instructions.get(previous).map_or(instruction.span, |previous| previous.span);
    findings.warn(previous, code::MULTIPLE_INSTRUCTIONS_DISALLOWED, span, message.concat());
}
