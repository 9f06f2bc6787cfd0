//! Writes `tests/wire/text.ts`: the shapes with offsets, as `crate/tests/wire.rs` does it for all others.

use std::{fmt::Write as _, fs, path::PathBuf};

use layerwise::{
    advice::{Advice, IgnoreLine, Kept, Level, Move, Saving},
    check,
    diagnostic::Diagnostic,
    dockerfile,
    simulation::Workspace,
    text::{Span, TextEdit},
};
use serde::Serialize;

use crate::{advice, wire};

/// Instructions, flags, heredocs, tokens of every kind, characters outside of ASCII, findings with and without a
/// hint, and text that is no Dockerfile.
const TEXTS: [&str; 4] = [
    "# syntax=docker/dockerfile:1\n# é 𝄞\nFROM base AS b\nENV É=\"$X 𝄞\" \\\n  Y=2\nCPOY --link a \"b\" /\n",
    "FROM scratch\nCOPY --chown=1:1 --link <<\"A\" <<B /x/\né\nA\n𝄞\nB\nRUN a && b | c\n",
    "",
    "\u{feff}FROM base\r\nRUN [\"a\", \"é\"]\r\nHEALTHCHECK NONE\r\n",
];

fn add<T: Serialize>(out: &mut String, name: &str, values: &[T]) {
    let _ = writeln!(out, "\nconst samples{name} = [");
    for value in values {
        let json = serde_json::to_string(value).expect("a sample is plain data");
        let _ = writeln!(out, "  {json} satisfies {name},");
    }
    out.push_str("];\n");
}

fn full_advice() -> Advice {
    let edits = vec![TextEdit { span: Span::new(5, 7), text: "base".into() }];
    let saves = vec![Saving { edit: "app.py".into(), before: 2, after: 1 }];
    let one = |level| Move {
        id: "1".into(),
        level,
        title: "x".into(),
        why: vec!["x".into()],
        evidence: vec!["x".into()],
        edits: edits.clone(),
        saves: saves.clone(),
    };
    Advice {
        dockerfile: "FROM base\n".into(),
        dockerignore: Some(".git\n".into()),
        ignore_lines: vec![IgnoreLine { line: ".git".into(), why: "x".into() }],
        edits: edits.clone(),
        moves: vec![one(Level::Safe), one(Level::Review)],
        kept: vec![Kept { line: 1, why: "x".into() }],
        cost_before: 2,
        cost_after: 1,
        saves: saves.clone(),
    }
}

/// Findings with edits and without.
fn found(text: &str) -> Vec<Diagnostic> {
    let mut work = Workspace::new();
    work.set_dockerfile(text).expect("a short text");
    let outcome = work.outcome();
    check::diagnostics(&work.state().input(), work.state().settings.builder, &outcome)
}

#[test]
fn the_committed_samples_are_what_the_engine_writes() {
    let files: Vec<_> = TEXTS.iter().map(|text| dockerfile::parse(text)).collect();
    let mut out =
        String::from("// Written by crate/wasm/src/samples.rs: shapes with offsets satisfy types.ts.\n");
    out.push_str(
        "import type { Advice, Diagnostic, Dockerfile, Token } from \"../../www/layerwise/src/types.ts\";\n",
    );
    let dockerfiles: Vec<_> = files.iter().map(wire::dockerfile).collect();
    add(&mut out, "Dockerfile", &dockerfiles);
    let mut tokens: Vec<_> = files.iter().flat_map(wire::tokens).map(|token| (token.kind(), token)).collect();
    tokens.sort_by_key(|(kind, _)| format!("{kind:?}"));
    tokens.dedup_by_key(|(kind, _)| *kind);
    let tokens: Vec<_> = tokens.into_iter().map(|(_, token)| token).collect();
    add(&mut out, "Token", &tokens);
    let text = "FROM é AS B\nWORKDIR x\n";
    let list = found(text);
    assert!(list.iter().any(|one| !one.edits.is_empty()) && list.iter().any(|one| one.edits.is_empty()));
    add(&mut out, "Diagnostic", &wire::diagnostics(&wire::Offsets::new(text), &list));
    let given = [Advice::default(), full_advice()];
    let shapes: Vec<_> = given.iter().map(|given| advice::wire("FROM é\n", given)).collect();
    add(&mut out, "Advice", &shapes);
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/wire/text.ts"));
    if fs::read_to_string(&path).unwrap_or_default() != out {
        fs::create_dir_all(path.parent().expect("the file lies in a folder"))
            .expect("the folder can be made");
        fs::write(&path, out).expect("the file can be written");
        panic!("tests/wire/text.ts differed and was written anew: look at it and commit it");
    }
}

#[test]
fn offsets_count_utf_16() {
    let text = "# 𝄞\nFROM é\n";
    let file = dockerfile::parse(text);
    let json = serde_json::to_value(wire::dockerfile(&file)).expect("plain data");
    let units: Vec<u16> = text.encode_utf16().collect();
    let instruction = &json["instructions"][0];
    let at = |name: &str| instruction[name].as_u64().expect("an offset") as usize;
    assert_eq!(String::from_utf16_lossy(&units[at("from")..at("to")]), "FROM é");
}
