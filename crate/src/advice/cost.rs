//! What a Dockerfile costs: every likely edit is made, built by the simulated builder, and taken back.

use std::rc::Rc;

use crate::{
    builder::{Outcome, Status},
    simulation::{BuildResult, Edit, History, State},
};

use super::{LikelyEdit, Saving, likely::changed};

/// A Dockerfile's first build and the rebuilds after each likely edit.
pub(super) struct Costs {
    /// What the first build did.
    pub(super) first: History,
    /// Milliseconds after each edit.
    pub(super) after: Vec<u64>,
    /// Step by step what ran again after each edit.
    pub(super) parts: Vec<Vec<Part>>,
    /// What each rebuild did.
    pub(super) rebuilds: Vec<Outcome>,
    /// Whether a build fails.
    pub(super) fails: bool,
}

/// A step that runs again.
pub(super) struct Part {
    /// Its stage in the file.
    pub(super) stage: usize,
    /// Its instruction in the file.
    pub(super) origin: usize,
    /// Milliseconds.
    pub(super) cost: u64,
}

impl Costs {
    /// Simulates `state` and each edit on its warm cache.
    pub(super) fn of(state: &State, edits: &[LikelyEdit]) -> Self {
        Self::on(History::new(state.settings.builder), state, edits)
    }

    /// The same on a daemon that has built nothing.
    fn on(mut first: History, state: &State, edits: &[LikelyEdit]) -> Self {
        first.build(state.clone());
        let fails = first.done().last().is_none_or(|done| done.result.error.is_some());
        Self { first, after: Vec::new(), parts: Vec::new(), rebuilds: Vec::new(), fails }.with(edits)
    }

    /// The same first build with further edits.
    pub(super) fn with(mut self, edits: &[LikelyEdit]) -> Self {
        for edit in edits {
            let outcome = self.first.outcome(&edit.state);
            self.fails |= outcome.error.is_some();
            let parts =
                self.first.done().last().map_or_else(Vec::new, |done| rebuild(&done.result, &outcome));
            self.after.push(parts.iter().fold(0, |sum, part| sum.saturating_add(part.cost)));
            self.parts.push(parts);
            self.rebuilds.push(outcome);
        }
        self
    }

    /// The same edits with another Dockerfile.
    pub(super) fn with_text(&self, state: &State, edits: &[LikelyEdit], text: &str) -> Option<Self> {
        let change = Edit { dockerfile: Some(text.to_owned()), ..Edit::default() };
        let mut base = state.clone();
        base.apply(&change, 0).ok()?;
        // The text is read once; the other states take over what came out.
        let file =
            base.settings.dockerfile_path.as_deref().and_then(|path| Some((path, base.context.get(path)?)));
        let mut others = Vec::with_capacity(edits.len());
        for edit in edits {
            let mut state = edit.state.clone();
            state.dockerfile = Rc::clone(&base.dockerfile);
            if let Some((path, entry)) = file {
                state.context.insert(path, entry.clone()).ok()?;
            }
            others.push(LikelyEdit { state, ..edit.clone() });
        }
        Some(Self::on(self.first.fresh(), &base, &others))
    }

    /// The first build's document.
    pub(super) fn result(&self) -> Option<&BuildResult> {
        self.first.done().last().map(|done| &*done.result)
    }

    /// Milliseconds of an instruction when it runs again after the first build has filled its cache mounts.
    pub(super) fn rerun(&self, index: usize) -> u64 {
        let Some(done) = self.first.done().last() else { return 0 };
        let own = done.outcome.steps.iter().zip(&done.result.steps).filter(|(step, _)| step.origin == index);
        own.map(|(_, told)| again(told)).sum()
    }

    /// What a change of the Dockerfile's last line costs: its own step if it makes one, and what takes the file in.
    pub(super) fn last_line(&self) -> Option<u64> {
        let done = self.first.done().last()?;
        let last = done.state.dockerfile.instructions.len().checked_sub(1)?;
        let path = done.state.settings.dockerfile_path.as_deref();
        let after = path.and_then(|path| changed(&done.state, path));
        let parts = after.map_or_else(Vec::new, |state| rebuild(&done.result, &self.first.outcome(&state)));
        let own = if parts.iter().any(|part| part.origin == last) { 0 } else { self.rerun(last) };
        Some(parts.iter().fold(own, |sum, part| sum.saturating_add(part.cost)))
    }

    /// Milliseconds per rebuild: the mean over the edits, by weight.
    pub(super) fn expected(&self, edits: &[LikelyEdit]) -> u64 {
        let (mut sum, mut weights) = (0_u128, 0_u128);
        for (edit, cost) in edits.iter().zip(&self.after) {
            sum += u128::from(edit.weight) * u128::from(*cost);
            weights += u128::from(edit.weight);
        }
        u64::try_from(sum.checked_div(weights).unwrap_or(0)).unwrap_or(u64::MAX)
    }

    /// The sum by weight, which decides between two Dockerfiles without rounding.
    pub(super) fn total(&self, edits: &[LikelyEdit]) -> u128 {
        edits.iter().zip(&self.after).map(|(edit, cost)| u128::from(edit.weight) * u128::from(*cost)).sum()
    }
}

/// Milliseconds of a step when it runs again after the build that it was told of has filled its cache mounts.
pub(super) fn again(told: &crate::simulation::Step) -> u64 {
    if told.mounts.is_empty() { told.cost.cold } else { told.cost.warm }
}

/// The steps that a rebuild executes. What each takes is told by the document on the first build: an edit of files
/// changes no step's commands.
fn rebuild(first: &BuildResult, outcome: &Outcome) -> Vec<Part> {
    let steps = outcome.steps.iter().enumerate();
    let run =
        steps.filter(|(_, step)| matches!(step.status, Status::Executed | Status::Depends | Status::Failed));
    let costs = run.filter_map(|(at, step)| {
        let same = |told: &&crate::simulation::Step| told.line == step.line && told.stage_index == step.stage;
        let told = first.steps.get(at).filter(same).or_else(|| first.steps.iter().find(same))?;
        let filled = !step.cache_mounts.is_empty() && step.cache_mounts.iter().all(|mount| mount.warm);
        let cost = if filled { told.cost.warm } else { told.cost.cold };
        Some(Part { stage: step.stage, origin: step.origin, cost })
    });
    costs.collect()
}

/// Edit by edit, what two Dockerfiles cost, where that differs.
pub(super) fn savings(edits: &[LikelyEdit], before: &Costs, after: &Costs) -> Vec<Saving> {
    let mut all = edit_by_edit(edits, before, after);
    all.retain(|saving| saving.before != saving.after);
    all
}

/// What two Dockerfiles cost after each edit, and after one of their last lines.
pub(super) fn all_savings(edits: &[LikelyEdit], before: &Costs, after: &Costs) -> Vec<Saving> {
    let mut all = edit_by_edit(edits, before, after);
    if let (Some(before), Some(after)) = (before.last_line(), after.last_line()) {
        all.push(Saving { edit: "the last line of the Dockerfile".to_owned(), before, after });
    }
    all
}

fn edit_by_edit(edits: &[LikelyEdit], before: &Costs, after: &Costs) -> Vec<Saving> {
    let all = edits.iter().zip(before.after.iter().zip(&after.after));
    let saving = |(edit, (&before, &after)): (&LikelyEdit, (&u64, &u64))| Saving {
        edit: edit.name.clone(),
        before,
        after,
    };
    all.map(saving).collect()
}
