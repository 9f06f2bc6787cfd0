//! What BuildKit's build checks say, rule by rule and line by line: `tests/vectors/check/cases.jsonl` holds what a
//! real BuildKit said.

use std::collections::BTreeMap;

use layerwise::{
    builder::{BuildError, Outcome, Status},
    check::{self, FEATURES, RULES, Reach, url},
    diagnostic::{Diagnostic, Severity, code},
    simulation::{FileEntry, Scenario, State, Workspace},
    text::{LineIndex, apply},
};
use serde_json::Value;

const CASES: &str = include_str!("../../tests/vectors/check/cases.jsonl");
const REPLAYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/replay");

fn state(document: &Value) -> State {
    let scenario: Scenario = serde_json::from_value(document.clone()).expect("a case is a scenario");
    State::from_scenario(&scenario).expect("a case can be opened")
}

fn of(text: &str) -> State {
    state(&serde_json::json!({ "dockerfile": text }))
}

/// Rule, line, last line and message, as the recordings have them.
fn told(state: &State, found: &[Diagnostic]) -> Vec<String> {
    let file = &state.dockerfile;
    let lines = LineIndex::new(&file.text);
    let mut told: Vec<String> = found
        .iter()
        .filter(|finding| finding.severity == Severity::Warning)
        .map(|finding| {
            let at = |line: u32| file.instructions.iter().find(|each| each.line == line);
            // The builder marks the whole instruction; an empty line within it, by its last line alone.
            let end = match at(finding.line).filter(|_| finding.code != code::NO_EMPTY_CONTINUATION) {
                Some(instruction) => instruction.end_line,
                None => lines.line(finding.span.end),
            };
            let end = end.max(finding.line);
            format!("{} {}-{} {}", finding.code, finding.line, end, finding.message)
        })
        .collect();
    told.sort();
    told
}

#[test]
fn the_builder_says_the_same() {
    let (mut cases, mut findings, mut rules, mut wrong) = (0, 0, BTreeMap::new(), Vec::new());
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let state = state(&case);
        let warnings = case["recorded"]["warnings"].as_array().unwrap();
        let mut theirs: Vec<String> = warnings
            .iter()
            .map(|warning| {
                let rule = warning["rule"].as_str().unwrap();
                *rules.entry(rule.to_owned()).or_insert(0) += 1;
                let (line, end) = (&warning["line"], &warning["endLine"]);
                format!("{rule} {line}-{end} {}", warning["message"].as_str().unwrap())
            })
            .collect();
        theirs.sort();
        let mut ours = told(&state, &check::warnings(&state.input(), Reach::Check));
        // The builder stops at its first mistake; here the rest of the file is looked at all the same.
        let name = case["name"].as_str().unwrap();
        if STOPPED.contains(&name) {
            ours.retain(|finding| theirs.contains(finding));
        }
        cases += 1;
        findings += theirs.len();
        if ours != theirs {
            wrong.push(format!("{name}\n  ours   {ours:#?}\n  theirs {theirs:#?}"));
        }
    }
    println!("{cases} cases, {findings} findings of {} rules", rules.len());
    assert!(wrong.is_empty(), "{} of {cases} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(rules.len(), RULES.len(), "a rule without a recording");
}

/// Cases in which the builder gives up before the end of the file.
const STOPPED: [&str; 5] =
    ["check-build-arg-wrong", "check-twice", "check-wrong", "fails-later", "fails-parse"];

/// Real builds: their warnings are those of the stages that they need.
#[test]
fn builds_warn_of_the_same() {
    let (mut builds, mut warnings) = (0, 0);
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(REPLAYS).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let Some(recorded) = document["recorded"]["buildkit"]["builds"].as_array() else { continue };
        let scenario: Scenario = serde_json::from_value(document.clone()).unwrap();
        let Ok(mut state) = State::from_scenario(&scenario) else { continue };
        for (edit, recorded) in scenario.edits().into_iter().zip(recorded) {
            state.apply(&edit, 0).unwrap();
            if !recorded["error"].is_null() {
                continue;
            }
            let mut theirs: Vec<&str> =
                recorded["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            theirs.sort_unstable();
            let found = check::warnings(&state.input(), Reach::Build);
            let mut ours: Vec<String> = found
                .iter()
                .filter(|finding| finding.severity == Severity::Warning)
                .map(|finding| format!("{}: {} (line {})", finding.code, finding.message, finding.line))
                .collect();
            ours.sort();
            ours.dedup();
            builds += 1;
            warnings += theirs.len();
            if ours != theirs {
                wrong.push(format!("{} {ours:?} {theirs:?}", path.display()));
            }
        }
    }
    println!("{builds} builds, {warnings} warnings");
    assert!(builds > 300, "the recordings were not found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What BuildKit refuses, fails on or warns about, as far as it warns; the base images are not known here.
#[test]
fn warnings_of_recorded_dockerfiles() {
    const RECORDINGS: &str = include_str!("../../tests/vectors/parse/refusals.jsonl");
    // These hang on files, arguments or images that the recording leaves out.
    let elsewhere = ["CopyIgnoredFile", "InvalidDefaultArgInFrom", "UndefinedVar"];
    let mut count = 0;
    for recording in RECORDINGS.lines() {
        let recording: Value = serde_json::from_str(recording).unwrap();
        let state = of(recording["dockerfile"].as_str().unwrap());
        if state.dockerfile.refusal().is_some() || !recording["warnings"].is_array() {
            continue;
        }
        let mut theirs: Vec<&str> = recording["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .filter(|warning| !elsewhere.iter().any(|rule| warning.starts_with(rule)))
            .collect();
        theirs.sort_unstable();
        let found = check::warnings(&state.input(), Reach::Build);
        let mut ours: Vec<String> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Warning && !elsewhere.contains(&finding.code))
            .map(|finding| format!("{}: {} (line {})", finding.code, finding.message, finding.line))
            .collect();
        ours.sort();
        assert_eq!(ours, theirs, "{}", recording["name"]);
        count += 1;
    }
    assert!(count > 60, "{count}");
}

/// What is wrong with a text, as the page shows it.
fn page(state: &State) -> Vec<Diagnostic> {
    check::diagnostics(&state.input(), state.settings.builder, &Outcome::default())
}

fn codes(text: &str) -> Vec<(&'static str, u32)> {
    page(&of(text)).iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn findings_of_a_text_stand_in_its_order() {
    assert_eq!(
        codes("FROM scratch AS B\nCPOY a b\nENV x y\nCMD c\n"),
        [
            (code::STAGE_NAME_CASING, 1),
            (code::UNKNOWN_INSTRUCTION, 2),
            (code::LEGACY_KEY_VALUE_FORMAT, 3),
            (code::JSON_ARGS_RECOMMENDED, 4),
        ]
    );
}

#[test]
fn a_failure_is_told_where_it_happens() {
    let state = of("FROM scratch\nCOPY x /\n");
    let error = Some(BuildError { message: "no such file".into(), line: 2, refused: false });
    let found =
        check::diagnostics(&state.input(), state.settings.builder, &Outcome { error, ..Outcome::default() });
    let told: Vec<_> = found.iter().map(|one| (one.code, one.line, one.message.as_str())).collect();
    assert_eq!(told, [(check::BUILD_FAILS, 2, "no such file")]);
}

#[test]
fn warnings_of_a_build_go_to_their_lines() {
    let state = of("FROM scratch\nCOPY x /\n");
    let warnings = vec!["[Warning] x (line 2)".into(), "[Warning] y".into()];
    let found = check::diagnostics(
        &state.input(),
        state.settings.builder,
        &Outcome { warnings, ..Outcome::default() },
    );
    let told: Vec<_> = found.iter().map(|one| (one.code, one.line)).collect();
    assert_eq!(told, [(check::BUILD_WARNS, 0), (check::BUILD_WARNS, 2)]);
}

/// The message of a real build whose file says `# check=error=true`; the builder lists the rules in any order.
#[test]
fn violations_fail_the_build_if_the_file_says_so() {
    let found = page(&of("# check=error=true\nFROM scratch AS X\nCOPY Dockerfile /\nCMD a\n"));
    let failure = found.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    assert_eq!(failure.code, code::LINT_VIOLATION);
    assert_eq!(failure.message, "lint violation found for rules: JSONArgsRecommended, StageNameCasing");
    assert!(page(&of("# check=error=true\nFROM scratch\n")).is_empty());
}

#[test]
fn a_setting_that_cannot_be_read_is_refused() {
    let line = CASES.lines().find(|line| line.contains("\"check-build-arg-wrong\"")).unwrap();
    let case: Value = serde_json::from_str(line).unwrap();
    let found = page(&state(&case));
    let error = found.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    assert_eq!(Some(error.message.as_str()), case["recorded"]["error"].as_str());
}

/// The classic builder has no checks: what they find is worth a note.
#[test]
fn the_classic_builder_does_not_warn() {
    let document = serde_json::json!({
        "dockerfile": "# syntax=docker/dockerfile:1.2\nFROM scratch AS B\nCOPY --link a /\n",
        "builder": "legacy",
    });
    let found = page(&state(&document));
    let told: Vec<_> = found.iter().map(|finding| (finding.code, finding.severity)).collect();
    assert_eq!(told, [(code::STAGE_NAME_CASING, Severity::Information)]);
}

/// Of an image whose variables are not known, only a name that is nearly right is worth a note.
#[test]
fn unknown_images_may_set_anything() {
    let found = page(&of("FROM python:3.12\nENV APP_HOME=/app\nCOPY a $APP_HOM\nENV X=$PYTHON_VERSION\n"));
    let told: Vec<_> = found.iter().map(|finding| (finding.code, finding.line, finding.severity)).collect();
    assert_eq!(told, [(code::UNDEFINED_VAR, 3, Severity::Information)]);
}

/// A variable whose value alone is not known is there; what is not named is not.
#[test]
fn variables_without_a_known_value_are_set() {
    let document = serde_json::json!({
        "dockerfile": "FROM python:3.12\nLABEL a=$PYTHON_VERSION b=$PYTHON_VERSON\n",
        "baseImages": { "python:3.12": { "env": ["PATH=/bin"], "unknownEnv": ["PYTHON_VERSION"] } },
    });
    let found = page(&state(&document));
    let told: Vec<_> = found.iter().map(|finding| (finding.message.as_str(), finding.severity)).collect();
    assert_eq!(
        told,
        [("Usage of undefined variable '$PYTHON_VERSON' (did you mean $PYTHON_VERSION?)", Severity::Warning)]
    );
}

/// What stands there once everything with a fix is fixed.
#[track_caller]
fn fixes(text: &str, expect: &str) {
    let found = page(&of(text));
    let edits: Vec<_> = found.iter().flat_map(|finding| finding.edits.iter().cloned()).collect();
    assert_eq!(apply(text, &edits), expect, "{found:#?}");
}

#[test]
fn mechanical_mistakes_are_mended() {
    fixes("FROM scratch as Base\nCOPY a /\n", "FROM scratch AS base\nCOPY a /\n");
    fixes("FROM scratch\nCOPY a /\ncopy b /\nEnv A=1\n", "FROM scratch\nCOPY a /\nCOPY b /\nENV A=1\n");
    fixes("FROM scratch\nENV A=1 \\\n\n  \n  B=2\n", "FROM scratch\nENV A=1 \\\n  B=2\n");
    fixes("FROM scratch\nENV A=1 \\\r\n\r\n  B=2\r\n", "FROM scratch\nENV A=1 \\\r\n  B=2\r\n");
    fixes("FROM scratch\nCMD node app.js\n", "FROM scratch\nCMD [\"node\", \"app.js\"]\n");
    fixes("FROM scratch\nENTRYPOINT  run   it\n", "FROM scratch\nENTRYPOINT [\"run\", \"it\"]\n");
    fixes(
        "FROM scratch\nMAINTAINER A B <a@b.example>\n",
        "FROM scratch\nLABEL org.opencontainers.image.authors=\"A B <a@b.example>\"\n",
    );
    fixes("FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\n", "FROM scratch\nCMD [\"b\"]\n");
    fixes(
        "FROM scratch\nENV a b\nENV c d e\nLABEL f $a\n",
        "FROM scratch\nENV a=b\nENV c=\"d e\"\nLABEL f=$a\n",
    );
    fixes("FROM --platform=$TARGETPLATFORM scratch\n", "FROM scratch\n");
    fixes("FROM scratch\nEXPOSE 80/TCP 90:91/UDP\n", "FROM scratch\nEXPOSE 80/tcp 91/udp\n");
    fixes("FROM scratch\nWORKDIR app\nWORKDIR b\n", "FROM scratch\nWORKDIR /app\nWORKDIR b\n");
    fixes(
        "FROM scratch\nENV FOO=1\nLABEL a=$FO b=${FO}x\n",
        "FROM scratch\nENV FOO=1\nLABEL a=$FOO b=${FOO}x\n",
    );
    fixes("ARG BASE=scratch\nFROM ${BAS:-scratch}\n", "ARG BASE=scratch\nFROM ${BASE:-scratch}\n");
    fixes("FROM scratch\nCPOY a /\n", "FROM scratch\nCOPY a /\n");
    fixes(
        "# check=experimental=all\n\n# the base\nFROM scratch AS base\n",
        "# check=experimental=all\n\n# the base\n#\nFROM scratch AS base\n",
    );
    fixes(
        "# syntax=docker/dockerfile:1.2\nFROM scratch\nCOPY --link a /\n",
        "# syntax=docker/dockerfile:1.4\nFROM scratch\nCOPY --link a /\n",
    );
}

#[test]
fn what_takes_a_person_has_no_fix() {
    for text in [
        "FROM scratch\nCMD run && stop\n",
        "FROM scratch\nCMD A=1 run\n",
        "FROM scratch\nCMD exec run\n",
        "FROM scratch\nCMD run \\\n  it\n",
        "FROM scratch\nENV a 'b'\n",
        "FROM scratch\nARG TOKEN\n",
        "FROM python\nWORKDIR app\n",
        "FROM scratch AS scratch\n",
        "FROM --platform=linux/amd64 scratch\n",
    ] {
        assert!(!page(&of(text)).is_empty(), "{text}");
        fixes(text, text);
    }
}

/// After a fix the finding is gone, and nothing that the builder refuses came with it.
#[test]
fn a_fix_mends_what_it_is_about() {
    let mut tried = 0;
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let before = state(&case);
        let found = check::warnings(&before.input(), Reach::Check);
        let count = |found: &[Diagnostic], code| found.iter().filter(|finding| finding.code == code).count();
        for finding in found.iter().filter(|finding| !finding.edits.is_empty()) {
            let text = apply(&before.dockerfile.text, &finding.edits);
            let mut mended = case.clone();
            mended["dockerfile"] = text.clone().into();
            let after = state(&mended);
            let then = check::warnings(&after.input(), Reach::Check);
            assert!(count(&then, finding.code) < count(&found, finding.code), "{finding:?}\n{text}");
            assert_eq!(after.dockerfile.refusal_text(), before.dockerfile.refusal_text(), "{text}");
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
}

#[track_caller]
fn needs(syntax: &str, body: &str, expect: &[(&str, u32)]) {
    let text = format!("# syntax={syntax}\nFROM scratch\n{body}\n");
    let found = page(&of(&text));
    let told: Vec<(&str, u32)> = found
        .iter()
        .filter(|finding| finding.code == code::FEATURE_NEWER_THAN_SYNTAX)
        .map(|finding| (finding.message.split(" came with ").next().unwrap(), finding.line))
        .collect();
    assert_eq!(told, expect, "{text}");
}

/// Versions as the release notes of the frontend name them.
#[test]
fn features_newer_than_the_frontend() {
    needs("docker/dockerfile:1.3", "COPY <<A /x\nA", &[("A here-document", 3)]);
    needs("docker/dockerfile:1.3-labs", "COPY <<A /x\nA", &[]);
    needs("docker/dockerfile:1.4", "COPY <<A /x\nA", &[]);
    needs("docker/dockerfile:1.3.1", "COPY --link a /", &[("--link", 3)]);
    needs("docker.io/docker/dockerfile:1.4.0", "COPY --link a /", &[]);
    needs("docker/dockerfile:1.1", "RUN --mount=type=cache,target=/c x", &[("RUN --mount", 3)]);
    needs("docker/dockerfile:1.0-experimental", "RUN --mount=type=cache,target=/c x", &[]);
    needs("docker/dockerfile:1.2", "RUN --mount=type=cache,target=$X y", &[("A variable in RUN --mount", 3)]);
    needs("docker/dockerfile:1.2", "RUN --network=none y", &[("RUN --network", 3)]);
    needs("docker/dockerfile:1.5", "ADD https://h/x.git /y", &[("ADD of a git repository", 3)]);
    needs("docker/dockerfile:1.5", "ADD --checksum=sha256:0 https://h/x /y", &[("ADD --checksum", 3)]);
    needs("docker/dockerfile:1.5", "ENV A=${B-c}", &[("${name-word} without a colon", 3)]);
    needs("docker/dockerfile:1.6", "ENV A=${B%c}", &[("A pattern in ${name#pattern}", 3)]);
    needs("docker/dockerfile:1.6", "ENV A=${B:-c}", &[]);
    needs(
        "docker/dockerfile:1.18",
        "COPY --parents --exclude=x a /",
        &[("COPY --parents", 3), ("--exclude", 3)],
    );
    needs("docker/dockerfile:1.7-labs", "COPY --parents --exclude=x a /", &[]);
    needs("docker/dockerfile:1.20", "COPY --parents --exclude=x a /", &[]);
    needs("docker/dockerfile:1.19", "RUN --security=insecure x", &[("RUN --security", 3)]);
    needs(
        "docker/dockerfile:1.9",
        "RUN --mount=type=secret,id=a,env=A x",
        &[("A secret as a variable (env=)", 3)],
    );
    needs("docker/dockerfile:1.13", "COPY --chmod=u+x a /", &[("--chmod with letters", 3)]);
    needs("docker/dockerfile:1.16", "ADD --unpack=true https://h/x /y", &[("ADD --unpack", 3)]);
    needs(
        "docker/dockerfile:1.5",
        "HEALTHCHECK --start-interval=1s CMD x",
        &[("HEALTHCHECK --start-interval", 3)],
    );
    needs("docker/dockerfile:1.1", "ARG A=1 B=2", &[("ARG with several names", 3)]);
    needs(
        "docker/dockerfile:1.10",
        "ONBUILD COPY --from=a b /",
        &[("ONBUILD with files from another stage", 3)],
    );
    needs("docker/dockerfile:1.3", "ONBUILD COPY --link b /", &[("--link", 3)]);
    for newest in
        ["docker/dockerfile:1", "docker/dockerfile", "docker/dockerfile:latest", "docker/dockerfile:1-labs"]
    {
        needs(newest, "COPY --parents --link --exclude=x a /", &[]);
    }
    needs("docker/dockerfile:1", "RUN --device=a/b=c x", &[("RUN --device", 3)]);
    for unknown in ["docker/dockerfile@sha256:0", "example.org/frontend:1.0", "docker/dockerfile-x:1.0"] {
        needs(unknown, "COPY --link a /", &[]);
    }
    needs("docker/dockerfile:1.2@sha256:0", "COPY --link a /", &[("--link", 3)]);
}

#[test]
fn every_feature_names_its_release() {
    let age = |feature: &check::Feature| feature.stable.or(feature.labs);
    for feature in FEATURES {
        assert!(age(&feature).is_some(), "{}", feature.name);
        assert!(
            feature.labs.zip(feature.stable).is_none_or(|(labs, stable)| labs < stable),
            "{}",
            feature.name
        );
    }
    assert!(FEATURES.is_sorted_by_key(|feature| age(feature)));
    assert_eq!(FEATURES[5].source(), "https://github.com/moby/buildkit/releases/tag/dockerfile%2F1.4.0");
}

#[test]
fn rules_have_a_page() {
    assert!(RULES.is_sorted_by_key(|rule| rule.name));
    assert!(RULES.iter().all(|rule| code::TABLE.iter().any(|(name, _)| *name == rule.name)));
    let page = |name| url(name).unwrap_or_default();
    assert_eq!(
        page(code::JSON_ARGS_RECOMMENDED),
        "https://docs.docker.com/go/dockerfile/rule/json-args-recommended/"
    );
    assert_eq!(
        page(code::SECRETS_USED_IN_ARG_OR_ENV),
        "https://docs.docker.com/go/dockerfile/rule/secrets-used-in-arg-or-env/"
    );
    assert_eq!(url(code::UNKNOWN_FLAG), None);
}

/// Whatever a person types: no panic, and every place lies in the text.
#[test]
fn places_lie_in_the_text() {
    for line in CASES.lines().step_by(3) {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["dockerfile"].as_str().unwrap();
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let cut = &text[..end];
            for finding in page(&of(cut)) {
                assert!(cut.get(finding.span.range()).is_some(), "{finding:?}\n{cut}");
                assert!(finding.edits.iter().all(|edit| cut.get(edit.span.range()).is_some()), "{finding:?}");
            }
        }
    }
}

/// What a real build said of these, with the release v0.32.2: its checks come after what it refuses by itself, and
/// before any step.
#[test]
fn checks_that_are_to_fail_the_build_stop_it_before_any_step() {
    let lint = Some("lint violation found for rules: MaintainerDeprecated");
    let scratch = "FROM scratch\nCOPY a.txt /\nMAINTAINER me\n";
    let on = |text: &str, rest: &str| ["# check=", text, "\n", scratch, rest].concat();
    let unknown = "dockerfile parse error on line 5: unknown instruction: FOO (did you mean FROM?)";
    for (text, argument, target, message) in [
        (on("error=true", ""), None, None, lint),
        (on("skip=MaintainerDeprecated;error=true", ""), None, None, None),
        (on("error=true", "COPY nosuch /\n"), None, None, lint),
        (on("error=true", "FOO\n"), None, None, Some(unknown)),
        (on("error=true", "FROM scratch\nCOPY a.txt /k\n"), None, None, lint),
        (on("error=true", ""), None, Some("nosuch"), Some("target stage \"nosuch\" could not be found")),
        (on("error=true", ""), Some("skip=all"), None, None),
        (scratch.to_owned(), Some("error=true"), None, lint),
        (scratch.to_owned(), None, None, None),
    ] {
        let mut work = Workspace::new();
        let file = FileEntry { text: Some("a".to_owned()), ..FileEntry::default() };
        work.write("a.txt", file).expect("a good path");
        work.set_dockerfile(&text).expect("a short text");
        let argument = argument.map(|value: &str| ("BUILDKIT_DOCKERFILE_CHECK".to_owned(), value.to_owned()));
        work.set_build_args(argument.into_iter().collect());
        work.set_target(target);
        assert_eq!(work.next().error.as_ref().map(|error| error.message.as_str()), message, "{text}");
        let built = work.build();
        assert_eq!(built.error.as_ref().map(|error| error.message.as_str()), message, "{text}");
        work.set_dockerfile("FROM scratch\nCOPY a.txt /\n").expect("a short text");
        work.set_target(None);
        let stored = work.next().steps[0].status == Status::Cached;
        assert_eq!(stored, message.is_none(), "a build that is refused executes nothing: {text}");
    }
}
