//! The JavaScript face of the engine: plain values in, plain values out, and one handle.
//!
//! | file | what it holds |
//! |---|---|
//! | `lib` | the functions that answer about a text or a scenario |
//! | `workspace` | the handle for somebody who edits |
//! | `advice` | advice as JavaScript sees it |
//! | `wire` | engine structs as JavaScript sees them, offsets in UTF-16 |
//! | `encode` | values on their way to JavaScript, which `decode.ts` reads |
//! | `value` | to and from JavaScript values, errors as `{code, message, path, line}` |
//! | `memory` | the allocator |
//! | `panic` | with the feature `debug`: panics with their place, on the console |
//!
//! Shapes are those of `types.ts`. Everything that is thrown is such an error; a mistake in a Dockerfile is none.

#![expect(clippy::missing_errors_doc, reason = "all throw the one kind of error that is described above")]

mod advice;
#[cfg(test)]
mod decoded;
mod encode;
#[cfg(any(target_arch = "wasm32", test))]
mod memory;
#[cfg(feature = "debug")]
mod panic;
#[cfg(test)]
mod samples;
mod value;
mod wire;
mod workspace;

use layerwise::{
    dockerfile,
    simulation::{self, Scenario, Workspace as Work},
};
use wasm_bindgen::prelude::*;

use value::{from_js, refused, to_js};

/// Reads a Dockerfile: directives, instructions, findings.
#[wasm_bindgen]
#[must_use]
pub fn parse(text: &str) -> JsValue {
    let dockerfile = dockerfile::parse(text);
    to_js(&wire::dockerfile(&dockerfile))
}

/// Cuts a Dockerfile into coloured pieces.
#[wasm_bindgen]
#[must_use]
pub fn tokens(text: &str) -> JsValue {
    to_js(&wire::tokens(&dockerfile::parse(text)))
}

/// Does the builds of a scenario on a fresh daemon.
#[wasm_bindgen]
pub fn simulate(scenario: JsValue) -> Result<JsValue, JsValue> {
    let scenario: Scenario = from_js(scenario)?;
    simulation::replay(&scenario).map(|timeline| to_js(&timeline)).map_err(refused)
}

/// What could be ordered better in the Dockerfile of a scenario, after its last edit.
#[wasm_bindgen]
pub fn optimize(scenario: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    let scenario: Scenario = from_js(scenario)?;
    let options = advice::options(options)?;
    let work = Work::open(&scenario).map_err(refused)?;
    Ok(advice::advise(&work, options))
}

/// What is wrong with the Dockerfile of a scenario, after its last edit.
#[wasm_bindgen]
pub fn check(scenario: JsValue) -> Result<JsValue, JsValue> {
    let scenario: Scenario = from_js(scenario)?;
    let mut work = Work::open(&scenario).map_err(refused)?;
    Ok(wire::diagnostics_for(&mut work))
}
