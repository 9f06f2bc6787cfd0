//! Replays scenarios for the comparison with real builders: one scenario document a line on standard input, on
//! standard output a line that says what each of its builds does. A scenario that cannot be replayed gives a line
//! with the member `failure`, so that one line in is always one line out.

#![allow(clippy::print_stdout, reason = "an example speaks to the terminal")]

use std::{
    io::{BufRead as _, Write as _},
    panic,
};

use layerwise::{
    builder::{Outcome, Step},
    simulation::{History, Scenario, State, time_of_edit},
};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = panic::catch_unwind(|| replay(&line));
        let answer = match answer {
            Ok(Ok(builds)) => json!({ "builds": builds }),
            Ok(Err(failure)) => json!({ "failure": failure.to_string() }),
            Err(_) => json!({ "failure": "the engine panicked" }),
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn replay(document: &str) -> Result<Vec<Value>, Failure> {
    let scenario: Scenario = serde_json::from_str(document)?;
    let mut state = State::from_scenario(&scenario)?;
    let mut history = History::new(scenario.builder);
    let mut builds = Vec::new();
    for (number, edit) in scenario.edits().iter().enumerate() {
        state.apply(edit, time_of_edit(number))?;
        history.build(state.clone());
        if let Some(done) = history.done().last() {
            builds.push(build(&done.outcome));
        }
    }
    Ok(builds)
}

fn build(outcome: &Outcome) -> Value {
    json!({
        "steps": outcome.steps.iter().map(step).collect::<Vec<_>>(),
        "records": outcome.records,
        "error": outcome.error,
        "warnings": outcome.warnings,
    })
}

fn step(step: &Step) -> Value {
    json!({
        "name": step.name,
        "index": step.index,
        "instruction": step.instruction,
        "status": step.status,
        "merge": step.merge,
        "key": step.cache_key.map(|key| key.to_string()),
        "checksum": step.checksum,
        "exact": step.exact,
        "compared": step.ingredients.text,
        "parent": step.parent,
        "inputs": step.inputs,
    })
}
