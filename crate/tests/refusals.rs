//! What BuildKit says about Dockerfiles that it refuses, or fails on, word for word, as far as the
//! text alone decides it.

use layerwise::{
    diagnostic::{Severity, code},
    dockerfile::{Dockerfile, parse},
};
use serde_json::Value;

const RECORDINGS: &str = include_str!("../../tests/vectors/parse/refusals.jsonl");

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

#[test]
fn every_code_is_listed() {
    let mut names: Vec<&str> = code::TABLE.iter().map(|(name, _)| *name).collect();
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!(names.len(), code::TABLE.len());
}
