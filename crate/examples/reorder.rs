//! Reorders one Dockerfile for the reorder exam: a request as JSON on standard input, the answer on standard
//! output. The request holds `dockerfile`, `files`, `edits` (with `weight`, `set`, `delete`, `build_args`),
//! `build_args` and `images`, base images as in a scenario; the answer holds the Dockerfile with all safe moves applied, and with those whose id
//! begins with `moves`. With the argument `--advice` the moves and what was left alone are written to standard error.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example speaks to the terminal")]

use std::io::Read as _;

use layerwise::{
    advice::{Level, LikelyEdit, Options, optimize},
    document::{self, FromValue as _},
    image::BaseImage,
    map::Map,
    simulation::{Edit, FileEntry, Scenario, State},
};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let request: Value = serde_json::from_str(&text)?;
    let scenario = Scenario {
        dockerfile: request["dockerfile"].as_str().unwrap_or_default().to_owned(),
        dockerfile_path: None,
        context: files(&request["files"]),
        build_args: strings(&request["build_args"]),
        base_images: images(&request["images"])?,
        ..Scenario::default()
    };
    let state = State::from_scenario(&scenario)?;
    let mut options = Options::default();
    for edit in request["edits"].as_array().into_iter().flatten() {
        let mut build_args = scenario.build_args.clone();
        build_args.extend(strings(&edit["build_args"]));
        let change = Edit {
            write: kept_modes(files(&edit["set"]), &scenario.context),
            delete: edit["delete"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            build_args: Some(build_args),
            ..Edit::default()
        };
        let mut after = state.clone();
        after.apply(&change, 0)?;
        options.edits.push(LikelyEdit {
            name: edit["name"].as_str().unwrap_or_default().to_owned(),
            weight: edit["weight"].as_u64().unwrap_or(1),
            state: after,
        });
    }
    options.bind_mounts = request["moves"] == "bind";
    options.dummy_sources = request["moves"] == "dummy";
    let mut advice = optimize(&state, &options);
    if let Some(kind) = request["moves"].as_str() {
        let chosen = advice.moves.iter().filter(|one| one.level == Level::Safe || one.id.starts_with(kind));
        options.moves = Some(chosen.map(|one| one.id.clone()).collect());
        advice = optimize(&state, &options);
    }
    if std::env::args().any(|argument| argument == "--advice") {
        for one in &advice.moves {
            eprintln!("{:?} {}: {}", one.level, one.id, one.title);
            one.why.iter().for_each(|why| eprintln!("    why: {why}"));
            one.evidence.iter().for_each(|fact| eprintln!("    seen: {fact}"));
            one.saves.iter().for_each(|saving| {
                eprintln!("    {}: {} -> {} ms", saving.edit, saving.before, saving.after);
            });
        }
        advice.kept.iter().for_each(|kept| eprintln!("kept {}: {}", kept.line, kept.why));
        eprintln!("{} -> {} ms", advice.cost_before, advice.cost_after);
    }
    println!("{}", serde_json::json!({ "dockerfile": advice.dockerfile }));
    Ok(())
}

fn images(value: &Value) -> Result<Map<String, BaseImage>, Failure> {
    let given: document::Value = serde_json::from_value(value.clone())?;
    if value.is_null() {
        Ok(Map::new())
    } else {
        Ok(Map::from_value(given).map_err(|mistake| mistake.to_string())?)
    }
}

fn files(value: &Value) -> Map<String, FileEntry> {
    let entry = |value: &Value| {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        match value.as_str() {
            Some(text) => FileEntry { text: Some(text.to_owned()), ..FileEntry::default() },
            None => FileEntry {
                text: text("text"),
                base64: text("base64"),
                symlink: text("link"),
                mode: text("mode"),
                ..FileEntry::default()
            },
        }
    };
    value.as_object().into_iter().flatten().map(|(path, value)| (path.clone(), entry(value))).collect()
}

/// An edit that says no mode leaves that of the file.
fn kept_modes(mut files: Map<String, FileEntry>, before: &Map<String, FileEntry>) -> Map<String, FileEntry> {
    for (path, file) in files.iter_mut() {
        if file.mode.is_none() {
            file.mode = before.get(path).and_then(|file| file.mode.clone());
        }
    }
    files
}

fn strings(value: &Value) -> Map<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
