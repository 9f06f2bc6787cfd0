//! Rules about FROM: `InvalidDefaultArgInFrom`, `UndefinedArgInFrom`, `RedundantTargetPlatform`,
//! `FromPlatformFlagConstDisallowed`.

use super::{
    findings::{Findings, Place, replace},
    reference::is_reference,
    undefined::{Asked, rename},
};
use crate::{
    build::{Arguments, Stages},
    diagnostic::code,
    dockerfile::{Command, Instruction, suggest},
    map::Map,
    platform::Platform,
    text::{Span, quote},
    word::{Lexer, Scope, expand},
};

/// Without build arguments, the image has no valid name.
pub(super) fn defaults(findings: &mut Findings<'_>, stages: &Stages, arguments: &Arguments<'_>) {
    let file = findings.file;
    let none = Map::new();
    let mut plain = Arguments { given: &none, globals: arguments.globals.clone() };
    if plain.declare_globals(file, stages).is_err() {
        return;
    }
    for instruction in stages.list.iter().filter_map(|stage| file.instructions.get(stage.from)) {
        let Command::From(from) = &instruction.command else { continue };
        let Ok(name) = expand(&from.image.text, file.escape, &plain.globals) else { return };
        if !is_reference(&name) {
            let message =
                ["Default value for ARG ", &from.image.text, " results in empty or invalid base image name"];
            let place = Place::of(instruction, None).at(from.image.span);
            findings.warn(code::INVALID_DEFAULT_ARG_IN_FROM, place, &message, Vec::new());
        }
    }
}

/// The image and the platform of one FROM.
pub(super) fn check(
    findings: &mut Findings<'_>,
    instruction: &Instruction,
    place: Place<'_>,
    stages: &Stages,
    arguments: &Arguments<'_>,
) {
    let Command::From(from) = &instruction.command else { return };
    let lexer = Lexer::new(findings.file.escape);
    let declared = declared(findings, stages, arguments);
    let asked = Asked::new(&arguments.globals);
    let _ = lexer.word(&from.image.text, &asked);
    let (_, missing) = asked.names();
    undefined(findings, place, from.image.span, &declared, missing);
    let Some(platform) = &from.platform else { return };
    let flag = instruction.flags.iter().find(|flag| flag.name == "platform");
    let span = flag.map_or(instruction.span, |flag| flag.span);
    let asked = Asked::new(&arguments.globals);
    let value = lexer.word(platform, &asked).unwrap_or_default();
    let (found, missing) = asked.names();
    let is_variable = !found.is_empty() || !missing.is_empty();
    let target = "TARGETPLATFORM";
    if missing.is_empty() && found == [target] && arguments.globals.get(target) == Some(&value) {
        let message = [
            "Setting platform to predefined ",
            platform,
            " in FROM is redundant as this is the default behavior",
        ];
        let edits = replace(Span::new(span.start, from.image.span.start), "");
        findings.warn(code::REDUNDANT_TARGET_PLATFORM, place.at(span), &message, edits);
    }
    undefined(findings, place, span, &declared, missing);
    if let Ok(read) = Platform::parse(&value)
        && !is_variable
    {
        let name = from.alias.as_ref().map(|alias| alias.text.to_ascii_lowercase()).unwrap_or_default();
        if !name.contains(&read.os) && !name.contains(&read.architecture) {
            let message = ["FROM --platform flag should not use constant value ", &quote(&value)];
            findings.warn(code::FROM_PLATFORM_FLAG_CONST_DISALLOWED, place.at(span), &message, Vec::new());
        }
    }
}

/// All names that a FROM may use, declared ones without a value among them.
fn declared(findings: &Findings<'_>, stages: &Stages, arguments: &Arguments<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for instruction in stages.globals.iter().filter_map(|&index| findings.file.instructions.get(index)) {
        if let Command::Arg(arguments) = &instruction.command {
            names.extend(arguments.iter().map(|argument| argument.name.text.clone()));
        }
    }
    names.extend(arguments.globals.iter().map(|variable| variable.name.clone()));
    names
}

fn undefined(
    findings: &mut Findings<'_>,
    place: Place<'_>,
    span: Span,
    declared: &[String],
    missing: Vec<String>,
) {
    for name in missing.into_iter().filter(|name| !declared.contains(name)) {
        let message = ["FROM argument '", &name, "' is not declared"].concat();
        let length = message.len();
        let told = suggest(message, &name, declared.iter().map(String::as_str), true);
        let meant = told
            .get(length..)
            .and_then(|rest| rest.strip_prefix(" (did you mean ")?.strip_suffix("?)"))
            .unwrap_or("");
        let edits = match meant {
            "" => Vec::new(),
            meant => rename(findings.text(span), span.start, &name, meant),
        };
        let shown = edits.first().map_or(span, |edit| edit.span);
        findings.warn(code::UNDEFINED_ARG_IN_FROM, place.at(shown), &[&told], edits);
    }
}
