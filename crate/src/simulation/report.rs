//! From what a builder did to the document about it: causes, costs, and what made no difference.

use crate::builder::{Builder, Outcome, Status, Step};

use super::{
    cause::causes,
    cost::costs,
    history::Done,
    state::State,
    timeline::{self, Before, BuildResult, Cause, Cost, Mount},
    unaffected::unaffected,
};

/// The document on a build of `state`, which comes after the builds `done`.
pub(crate) fn report(done: &[Done], state: &State, outcome: &Outcome) -> BuildResult {
    let causes = causes(done, state, &outcome.steps);
    let costs = costs(state, &outcome.steps);
    let partner = |at: Option<usize>| at.and_then(|at| done.last()?.outcome.steps.get(at));
    let steps: Vec<timeline::Step> = outcome
        .steps
        .iter()
        .zip(causes.of.into_iter().zip(causes.before))
        .zip(costs)
        .map(|((step, (cause, before)), costs)| document(step, cause, partner(before), costs))
        .collect();
    BuildResult {
        cost: steps.iter().map(|step| step.cost.now).fold(0, u64::saturating_add),
        unaffected: done.last().map_or_else(Vec::new, |before| unaffected(before, state, outcome)),
        cache_records: (state.settings.builder == Builder::Buildkit).then(|| outcome.records.clone()),
        error: outcome.error.clone(),
        warnings: outcome.warnings.clone(),
        steps,
    }
}

fn document(
    step: &Step,
    cause: Option<Cause>,
    partner: Option<&Step>,
    (cost, mounts): (Cost, Vec<Mount>),
) -> timeline::Step {
    timeline::Step {
        name: step.name.clone(),
        stage: step.stage_name.clone(),
        stage_index: step.stage,
        index: step.index,
        instruction: step.instruction.clone(),
        line: step.line,
        end_line: step.end_line,
        status: step.status,
        merge: step.merge,
        cause,
        cache_key: key(step),
        checksum: step.checksum.clone(),
        before: partner.and_then(before),
        exact: step.exact,
        parent: step.parent,
        inputs: step.inputs.clone(),
        mounts,
        cost,
    }
}

fn key(step: &Step) -> Option<String> {
    step.cache_key.as_ref().map(ToString::to_string)
}

fn before(partner: &Step) -> Option<Before> {
    let known = Before { cache_key: key(partner), checksum: partner.checksum.clone() };
    (partner.status != Status::Skipped && known != Before::default()).then_some(known)
}
