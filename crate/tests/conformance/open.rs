//! Which steps may be left open, judged by the steps themselves and not by how the engine came to it.
//!
//! A step is rightly `depends` if it would be a hit with some bytes and none with others, and only a run or an image
//! tells which: it takes in files that a RUN of this build writes, or that are compared with what a RUN of an earlier
//! build wrote, or files of an image that is another one than before; or it stands on such a step. All else follows
//! from the inputs of the build, also what comes out of an archive, and leaving it open counts as wrong: so does a step whose like was never built, one on
//! top of a step that is sure to be executed, and one that comes out the same whatever is said about RUNs.

use std::{collections::BTreeMap, rc::Rc};

use layerwise::{
    builder::{Outcome, Output, Status, Step},
    simulation::Done,
};

fn is_run(step: &Step) -> bool {
    step.instruction.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("RUN "))
}

pub(super) fn is_open(step: &Step) -> bool {
    step.status == Status::Depends || step.merge == Some(Status::Depends)
}

/// Whether a step's files come out of a RUN that `counts`: its own inputs, and what these stand on.
fn reaches(steps: &[Step], step: &Step, counts: &dyn Fn(&Step) -> bool) -> bool {
    let mut wanted: Vec<usize> = step.inputs.clone();
    // What a stage copies from its own base is no other step.
    if step.inputs.is_empty() && takes_from_elsewhere(step) {
        wanted.extend(step.parent);
    }
    let mut seen = vec![false; steps.len()];
    while let Some(at) = wanted.pop() {
        if !std::mem::replace(&mut seen[at], true) {
            if is_run(&steps[at]) && counts(&steps[at]) {
                return true;
            }
            wanted.extend(steps[at].inputs.iter().chain(&steps[at].parent));
        }
    }
    false
}

fn takes_from_elsewhere(step: &Step) -> bool {
    step.ingredients.files.iter().any(|files| files.from.is_some())
}

/// The instruction, without the stage or image from which it takes files: what it is called counts for nothing.
fn without_origin(step: &Step) -> Vec<&str> {
    step.instruction.split(' ').filter(|word| !word.starts_with("--from=")).collect()
}

/// Why a step must not be left open, if that is so. `other_images` says whether an image is another one than it was
/// in an earlier build.
pub(super) fn objection(
    steps: &[Step],
    step: &Step,
    earlier: &[Done],
    other_images: bool,
) -> Option<&'static str> {
    let parent = step.parent.map(|at| &steps[at]);
    if parent.is_some_and(is_open) {
        return None;
    }
    // A linked copy stands on nothing, and a RUN that mounts what it stands on is known by its files.
    let alone = step.merge.is_some() || is_run(step) && takes_from_elsewhere(step) && step.inputs.is_empty();
    if !alone && parent.is_some_and(|parent| matches!(parent.status, Status::Executed | Status::Failed)) {
        return Some("what it stands on is executed");
    }
    let done = || earlier.iter().flat_map(|done| &done.outcome.steps);
    let before = steps.iter().take_while(|other| !std::ptr::eq(*other, step));
    let like = |other: &&Step| without_origin(other) == without_origin(step);
    if !done().chain(before).any(|other| like(&other)) {
        return Some("nothing like it was built before");
    }
    let ran = |other: &Step| other.status != Status::Cached;
    let compared_with_a_run = || {
        earlier.iter().any(|done| {
            done.outcome.steps.iter().filter(like).any(|like| reaches(&done.outcome.steps, like, &|_| true))
        })
    };
    let of_an_image = other_images && takes_from_elsewhere(step);
    if of_an_image || reaches(steps, step, &ran) || compared_with_a_run() {
        return None;
    }
    Some("nothing that it takes in was written by a RUN")
}

/// Steps that are left open although all `answers` about what RUNs write lead to the same: they follow from the inputs.
/// Where no answer decides, it is an image that would.
pub(super) fn one_sided(steps: &[Step], answers: &[Rc<Outcome>]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| is_open(step)) {
        let outcomes: Vec<Status> = answers.iter().map(|outcome| outcome.steps[at].status).collect();
        let all = |status| !outcomes.is_empty() && outcomes.iter().all(|outcome| *outcome == status);
        if all(Status::Cached) || all(Status::Executed) {
            found.push(format!("{:?} is left open, but is {:?} whatever RUNs write", step.name, outcomes[0]));
        }
    }
    found
}

/// Whether a checksum may be left out: of files that a RUN wrote or an image holds.
pub(super) fn may_be_unknown(steps: &[Step], step: &Step) -> bool {
    takes_from_elsewhere(step) && (step.inputs.is_empty() || reaches(steps, step, &|_| true))
}

/// The RUNs of a build that are not surely hits.
pub(super) fn runs(steps: &[Step]) -> Vec<String> {
    let ran = |step: &&Step| is_run(step) && step.status != Status::Cached;
    steps.iter().filter(ran).map(|step| step.instruction.clone()).collect()
}

/// All that can be said about what RUNs write; nothing if there are too many of them.
pub(super) fn answers(runs: &[String]) -> Vec<BTreeMap<String, Output>> {
    if runs.len() > 6 {
        return Vec::new();
    }
    let answer = |bits: usize| {
        let said = |at: usize| if bits & (1 << at) == 0 { Output::Different } else { Output::Same };
        runs.iter().enumerate().map(|(at, run)| (run.clone(), said(at))).collect()
    };
    (0..1 << runs.len()).map(answer).collect()
}
