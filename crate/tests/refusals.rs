//! What BuildKit says about Dockerfiles that it refuses, fails on or warns about, word for word, as far as the
//! text alone decides it.

use layerwise::{
    diagnostic::{Severity, code},
    dockerfile::{Dockerfile, parse},
};
use serde_json::Value;

const RECORDINGS: &str = include_str!("../../tests/vectors/parse/refusals.jsonl");

/// Rules that need build arguments, base images or files.
const OF_THE_BUILDER: [&str; 4] =
    ["CopyIgnoredFile", "FromPlatformFlagConstDisallowed", "InvalidDefaultArgInFrom", "UndefinedVar"];

#[test]
fn messages_agree() {
    let (mut refused, mut early, mut later) = (0, 0, 0);
    for recording in RECORDINGS.lines() {
        let recording: Value = serde_json::from_str(recording).unwrap();
        let name = &recording["name"];
        let file = parse(recording["dockerfile"].as_str().unwrap());
        let error = recording["error"].as_str();
        let found: Vec<&str> = errors(&file).collect();
        if let Some(text) = file.refusal_text() {
            assert_eq!(Some(text.as_str()), error, "{name}");
            refused += 1;
        } else if let [first, ..] = found.as_slice() {
            assert_eq!(Some(*first), error, "{name}");
            early += 1;
        } else if error.is_some() {
            later += 1;
        }
        if file.refusal().is_none() && recording.get("warnings").is_some() {
            check_warnings(&file, &recording);
        }
    }
    println!("{refused} refused, {early} found before they fail, {later} only the builder finds");
    assert_eq!((refused, early, later), (80, 26, 75));
}

fn errors(file: &Dockerfile) -> impl Iterator<Item = &str> {
    file.diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.message.as_str())
}

fn check_warnings(file: &Dockerfile, recording: &Value) {
    let mut theirs: Vec<String> = recording["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning.as_str().unwrap().to_owned())
        .filter(|warning| !OF_THE_BUILDER.iter().any(|rule| warning.starts_with(rule)))
        // Here a variable decides.
        .filter(|warning| !warning.starts_with("WorkdirRelativePath: Relative workdir \"\""))
        .collect();
    let mut ours: Vec<String> = file
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Warning)
        .map(|found| format!("{}: {} (line {})", found.code, found.message, found.line))
        .collect();
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs, "{}", recording["name"]);
}

#[test]
fn checks_are_switched_off() {
    let codes =
        |text: &str| -> Vec<&str> { parse(text).diagnostics.iter().map(|found| found.code).collect() };
    let file = "FROM a AS B\nCMD c\n";
    assert_eq!(codes(file), [code::STAGE_NAME_CASING, code::JSON_ARGS_RECOMMENDED]);
    assert_eq!(codes(&["# check=skip=all\n", file].concat()), [""; 0]);
    assert_eq!(codes(&["# check=skip=StageNameCasing\n", file].concat()), [code::JSON_ARGS_RECOMMENDED]);
    assert_eq!(codes("FROM a AS B\n# check=skip=JSONArgsRecommended\nCMD c\n"), [code::STAGE_NAME_CASING]);
    let refusal = parse("# check=nonsense\nFROM a b\n").refusal_text();
    assert_eq!(refusal.as_deref(), Some("failed to parse check options: invalid check option \"nonsense\""));
}

#[test]
fn rules_of_one_stage() {
    let check = |text: &str, expect: &[(&str, u32)]| {
        let found: Vec<(&str, u32)> =
            parse(text).diagnostics.iter().map(|found| (found.code, found.line)).collect();
        assert_eq!(found, expect, "{text}");
    };
    check(
        "FROM a\nCMD [\"b\"]\nCMD [\"c\"]\nENTRYPOINT [\"d\"]\n",
        &[(code::MULTIPLE_INSTRUCTIONS_DISALLOWED, 2)],
    );
    check("FROM a\nWORKDIR b\nWORKDIR c\n", &[(code::WORKDIR_RELATIVE_PATH, 2)]);
    check("FROM a AS x\nWORKDIR /b\nSHELL [\"s\"]\nFROM x\nWORKDIR c\nCMD d\n", &[]);
    check(
        "FROM a\nENV API_KEY=1 KEY_FILE=2 MONKEY=3\nARG auth\n",
        &[(code::SECRETS_USED_IN_ARG_OR_ENV, 2), (code::SECRETS_USED_IN_ARG_OR_ENV, 3)],
    );
    check("FROM a\nLABEL a b\n", &[(code::LEGACY_KEY_VALUE_FORMAT, 2)]);
    check(
        "FROM a as b\nFROM a AS b\nFROM a AS scratch\n",
        &[(code::FROM_AS_CASING, 1), (code::DUPLICATE_STAGE_NAME, 2), (code::RESERVED_STAGE_NAME, 3)],
    );
    check("FROM a\nEXPOSE 80/TCP 1:2\n", &[(code::EXPOSE_PROTO_CASING, 2), (code::EXPOSE_INVALID_FORMAT, 2)]);
    check(
        "from a\nrun b\nRUN c\nRun d\n",
        &[(code::CONSISTENT_INSTRUCTION_CASING, 3), (code::CONSISTENT_INSTRUCTION_CASING, 4)],
    );
}

#[test]
fn every_code_is_listed() {
    let mut names: Vec<&str> = code::TABLE.iter().map(|(name, _)| *name).collect();
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!(names.len(), code::TABLE.len());
    assert_eq!(
        code::url(code::JSON_ARGS_RECOMMENDED).as_deref(),
        Some("https://docs.docker.com/go/dockerfile/rule/json-args-recommended/")
    );
    assert_eq!(
        code::url(code::SECRETS_USED_IN_ARG_OR_ENV).as_deref(),
        Some("https://docs.docker.com/go/dockerfile/rule/secrets-used-in-arg-or-env/")
    );
    assert_eq!(code::url(code::UNKNOWN_FLAG), None);
}
