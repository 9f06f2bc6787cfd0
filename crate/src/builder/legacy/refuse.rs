//! Files that are refused as a whole: what the client and the daemon's parser say before the first step.

use super::{
    flag,
    program::{Program, Source},
    version::Rules,
};
use crate::{
    builder::{BuildError, Input},
    diagnostic::{Diagnostic, Severity, code},
    dockerfile::instruction::{Command, Instruction},
    text,
};

const DAEMON: &str = "Error response from daemon: ";

fn refused(message: String, line: u32) -> BuildError {
    BuildError { message, line, refused: true }
}

/// Options that the client knows with BuildKit only, and a Dockerfile that is not there or without a single byte.
pub(super) fn before_parsing(input: &Input<'_>) -> Option<BuildError> {
    let options = [
        ("secret", !input.secrets.is_empty()),
        ("ssh", input.ssh),
        ("build-context", !input.build_contexts.is_empty()),
    ];
    if let Some((option, _)) = options.iter().find(|(_, given)| *given) {
        let usage = if input.legacy_version.client >= (28, 0) {
            "\nUsage:  docker build [OPTIONS] PATH | URL | -\nRun 'docker build --help' for more information"
        } else {
            "\nSee 'docker build --help'."
        };
        return Some(refused(["unknown flag: --", option, usage].concat(), 0));
    }
    if let Some(path) = input.missing_dockerfile() {
        // The client names the path on its own machine.
        let place = "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ";
        return Some(refused([place, path, ": no such file or directory"].concat(), 0));
    }
    input
        .dockerfile
        .text
        .is_empty()
        .then(|| refused([DAEMON, "the Dockerfile (", file_name(input), ") cannot be empty"].concat(), 0))
}

fn file_name<'a>(input: &Input<'a>) -> &'a str {
    input.dockerfile_path.unwrap_or("Dockerfile")
}

/// What the parser refuses. It first splits the whole file, then reads instruction after instruction.
pub(super) fn by_parser(input: &Input<'_>, source: &Source<'_>, rules: Rules) -> Option<BuildError> {
    let mistakes = || source.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    if let Some(mistake) = mistakes().find(|mistake| is_of_splitting(mistake)) {
        let message = [DAEMON, "failed to parse ", file_name(input), ": ", &mistake.message].concat();
        return Some(refused(message, mistake.line));
    }
    let mut staged = false;
    for line in &source.lines {
        let instruction: &Instruction = &line.instruction;
        let said = mistakes().find(|mistake| mistake.line == instruction.line && is_of_reading(mistake));
        if let Some(message) = refused_instruction(instruction, said, rules) {
            let place = if rules.current_parser() {
                "dockerfile parse error on line "
            } else {
                "dockerfile parse error line "
            };
            let number = instruction.line.to_string();
            return Some(refused([DAEMON, place, &number, ": ", &message].concat(), instruction.line));
        }
        staged |= matches!(instruction.command, Command::From(_));
        if !staged && !matches!(instruction.command, Command::Arg(_) | Command::Invalid) {
            return Some(refused([DAEMON, "no build stage in current context"].concat(), instruction.line));
        }
    }
    None
}

/// Whether a mistake is found when the file is split into instructions and their words.
fn is_of_splitting(mistake: &Diagnostic) -> bool {
    [
        code::NOT_STRINGS,
        code::MISSING_VALUE,
        code::MISSING_EQUALS,
        code::INVALID_ESCAPE_TOKEN,
        code::DUPLICATE_DIRECTIVE,
        code::NO_INSTRUCTIONS,
        code::LINE_TOO_LONG,
        code::UNTERMINATED_HEREDOC,
        code::INVALID_HEREDOC,
    ]
    .contains(&mistake.code)
}

/// Whether a mistake is found when an instruction is read; flags are judged by [`flag`], by version.
fn is_of_reading(mistake: &Diagnostic) -> bool {
    [
        code::ARGUMENT_COUNT,
        code::BLANK_NAME,
        code::HEREDOC_DESTINATION,
        code::INVALID_DEVICE,
        code::INVALID_FLAG_VALUE,
        code::INVALID_HEALTHCHECK,
        code::INVALID_MOUNT,
        code::INVALID_STAGE_NAME,
        code::INVALID_TRIGGER,
        code::NOT_JSON,
        code::UNKNOWN_INSTRUCTION,
    ]
    .contains(&mistake.code)
}

/// The parser's message for one instruction, if it refuses it.
fn refused_instruction(instruction: &Instruction, said: Option<&Diagnostic>, rules: Rules) -> Option<String> {
    let said = said.filter(|said| said.code != code::INVALID_MOUNT);
    let name = instruction.name().to_ascii_uppercase();
    // These count their arguments before they look at their flags.
    let counts_first = matches!(
        name.as_str(),
        "COPY"
            | "ADD"
            | "FROM"
            | "HEALTHCHECK"
            | "ONBUILD"
            | "WORKDIR"
            | "USER"
            | "VOLUME"
            | "EXPOSE"
            | "MAINTAINER"
    );
    let of_count = [code::ARGUMENT_COUNT, code::INVALID_STAGE_NAME];
    if let Some(said) = said.filter(|said| counts_first && of_count.contains(&said.code)) {
        return Some(said.message.clone());
    }
    if said.is_none_or(|said| said.code != code::UNKNOWN_INSTRUCTION)
        && let Some(message) = flag::refused(instruction, rules)
    {
        return Some(message);
    }
    if name == "RUN"
        && !rules.current_parser()
        && let Some(message) = mounts(instruction)
    {
        return Some(message);
    }
    match said {
        Some(said) if rules.current_parser() => return Some(said.message.clone()),
        Some(said) if said.code == code::UNKNOWN_INSTRUCTION => {
            return Some(["unknown instruction: ", &instruction.name().to_uppercase()].concat());
        }
        // Suggestions came with 23.0.
        Some(said) => return said.message.split(" (did you mean ").next().map(str::to_owned),
        None => {}
    }
    match &instruction.command {
        Command::Healthcheck(_) if !rules.knows_checksum() => old_health_options(instruction),
        _ => None,
    }
}

/// `0` was no duration and no number of retries before 24.0.
fn old_health_options(instruction: &Instruction) -> Option<String> {
    let Command::Healthcheck(check) = &instruction.command else { return None };
    for (name, duration) in
        [("interval", check.interval), ("timeout", check.timeout), ("start-period", check.start_period)]
    {
        if duration == 0 && has_value(instruction, name) {
            return Some(["Interval ", &text::quote(name), " cannot be less than 1ms"].concat());
        }
    }
    let retries = check.retries == 0 && has_value(instruction, "retries");
    retries.then(|| "--retries must be at least 1 (not 0)".to_owned())
}

fn has_value(instruction: &Instruction, name: &str) -> bool {
    let named = |flag: &&crate::dockerfile::instruction::Flag| flag.name == name;
    let flag = instruction.flags.iter().find(named);
    flag.and_then(|flag| flag.value.as_ref()).is_some_and(|value| !value.is_empty())
}

/// What the parser of 20.10 says of a mount. Later ones leave mounts to the step, which then says that they
/// need BuildKit.
fn mounts(instruction: &Instruction) -> Option<String> {
    let values =
        instruction.flags.iter().filter(|flag| flag.name == "mount").filter_map(|flag| flag.value.as_deref());
    values.into_iter().find_map(mount)
}

/// The first field of a mount that 20.10 refuses. Whole-mount rules such as an option of another type are not
/// judged: the step fails then too, only with another message.
fn mount(value: &str) -> Option<String> {
    let mut kind = "bind".to_owned();
    for field in value.split(',') {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_lowercase(), Some(value)),
            None => (field.to_lowercase(), None),
        };
        let needs_type = || ["unexpected key '", &key, "' for mount type '", &kind, "'"].concat();
        let invalid = |value: &str| Some(["invalid value for ", &key, ": ", value].concat());
        let number = |value: &str, radix| u32::from_str_radix(value, radix).is_ok();
        let secret = matches!(kind.as_str(), "secret" | "ssh");
        match (key.as_str(), value) {
            ("required", _) if !secret => return Some(needs_type()),
            ("readonly" | "ro" | "readwrite" | "rw" | "required", None) => {}
            (_, None) => return Some(["invalid field '", field, "' must be a key=value pair"].concat()),
            ("type", Some(value)) => {
                kind = value.to_lowercase();
                if !matches!(kind.as_str(), "bind" | "cache" | "tmpfs" | "secret" | "ssh") {
                    return Some(["unsupported mount type ", &text::quote(value)].concat());
                }
            }
            ("sharing", Some(value)) => {
                if !matches!(value.to_lowercase().as_str(), "shared" | "private" | "locked") {
                    return Some(["unsupported sharing value ", &text::quote(value)].concat());
                }
            }
            ("readonly" | "ro" | "readwrite" | "rw" | "required", Some(value)) if !is_boolean(value) => {
                return invalid(value);
            }
            ("mode", Some(value)) if !number(value, 8) => {
                return Some(["invalid value ", value, " for mode"].concat());
            }
            ("uid" | "gid", Some(value)) if !number(value, 10) => {
                return Some(["invalid value ", value, " for ", &key].concat());
            }
            (
                "from" | "source" | "src" | "target" | "dst" | "destination" | "id" | "mode" | "uid" | "gid"
                | "readonly" | "ro" | "readwrite" | "rw" | "required",
                Some(_),
            ) => {}
            _ => return Some(["unexpected key '", &key, "' in '", field, "'"].concat()),
        }
    }
    None
}

/// Go's `strconv.ParseBool`.
fn is_boolean(text: &str) -> bool {
    ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"].contains(&text)
}

/// A file with ARG and nothing else crashes the daemon's request.
pub(super) fn by_program(program: &Program<'_>) -> Option<BuildError> {
    program.stages.is_empty().then(|| refused("unexpected EOF".to_owned(), 0))
}

/// `--target` names no stage.
pub(super) fn unknown_target(target: &str, rules: Rules) -> BuildError {
    let message = if rules.target_stage() {
        [DAEMON, "target stage ", &text::quote(target), " could not be found"].concat()
    } else {
        [DAEMON, "failed to reach build target ", target, " in Dockerfile"].concat()
    };
    refused(message, 0)
}

/// What an instruction says at its step: since 23.0 mounts are read no earlier.
pub(super) fn at_step(instruction: &Instruction, diagnostics: &[Diagnostic]) -> Option<String> {
    let of_mount = |said: &&Diagnostic| said.line == instruction.line && said.code == code::INVALID_MOUNT;
    diagnostics.iter().find(of_mount).map(|mistake| mistake.message.clone())
}
