//! Advice as JavaScript sees it: the engine's, with the offsets of its edits in UTF-16.

use layerwise::{
    advice::{self, Advice, IgnoreLine, Kept, Level, Options, Saving},
    document::Value,
    map::Map,
    simulation::Workspace,
};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{
    value::{from_js, read, to_js},
    wire::{Offsets, WireEdit, edits},
};

/// A change to the Dockerfile that rebuilds less.
#[derive(Serialize)]
struct WireMove<'a> {
    id: &'a str,
    level: Level,
    title: &'a str,
    why: &'a [String],
    evidence: &'a [String],
    edits: Vec<WireEdit<'a>>,
    saves: &'a [Saving],
}

/// All of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireAdvice<'a> {
    dockerfile: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dockerignore: Option<&'a str>,
    ignore_lines: &'a [IgnoreLine],
    edits: Vec<WireEdit<'a>>,
    moves: Vec<WireMove<'a>>,
    kept: &'a [Kept],
    cost_before: u64,
    cost_after: u64,
    saves: &'a [Saving],
}

/// Reads the options of `optimize` and `advice`; none if they are left out.
pub(crate) fn options(value: JsValue) -> Result<Options, JsValue> {
    let mut given: Map<String, Value> = from_js::<Option<_>>(value)?.unwrap_or_default();
    let mut take = |name: &str| given.remove(name).unwrap_or_default();
    let commits: Option<_> = read(take("commits"))?;
    let bind_mounts: Option<bool> = read(take("bindMounts"))?;
    let dummy_sources: Option<bool> = read(take("dummySources"))?;
    Ok(Options {
        commits: commits.unwrap_or_default(),
        bind_mounts: bind_mounts.unwrap_or_default(),
        dummy_sources: dummy_sources.unwrap_or_default(),
        ..chosen(read(take("moves"))?)
    })
}

fn chosen(moves: Option<Vec<String>>) -> Options {
    Options { moves, ..Options::default() }
}

/// Advice on what a workspace is at.
pub(crate) fn advise(work: &Workspace, options: Options) -> JsValue {
    to_js(&wire(&work.state().dockerfile.text, &found(work, options)))
}

/// The Dockerfile with moves applied: those named, or all safe ones.
pub(crate) fn applied(work: &Workspace, moves: Option<Vec<String>>) -> String {
    found(work, chosen(moves)).dockerfile
}

/// The scenario's own edits tell what changes how often, before any history does.
fn found(work: &Workspace, mut options: Options) -> Advice {
    let own = work.edited();
    if !own.is_empty() {
        options.commits = own;
    }
    advice::optimize(work.state(), &options)
}

/// The shape of advice on `text`.
pub(crate) fn wire<'a>(text: &str, advice: &'a Advice) -> WireAdvice<'a> {
    let offsets = Offsets::new(text);
    WireAdvice {
        dockerfile: &advice.dockerfile,
        dockerignore: advice.dockerignore.as_deref(),
        ignore_lines: &advice.ignore_lines,
        edits: edits(&offsets, &advice.edits),
        moves: advice
            .moves
            .iter()
            .map(|one| WireMove {
                id: &one.id,
                level: one.level,
                title: &one.title,
                why: &one.why,
                evidence: &one.evidence,
                edits: edits(&offsets, &one.edits),
                saves: &one.saves,
            })
            .collect(),
        kept: &advice.kept,
        cost_before: advice.cost_before,
        cost_after: advice.cost_after,
        saves: &advice.saves,
    }
}
