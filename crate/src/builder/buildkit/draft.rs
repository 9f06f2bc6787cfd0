//! A step before it is decided: its name and what went into its key.

use super::graph::OpId;
use crate::builder::Step;

/// A step that waits for the cache's decision.
#[derive(Debug)]
pub(super) struct Draft {
    /// The step as far as it is known before: without status, places of other steps, digests and files found.
    pub(super) step: Step,
    /// The name after `AS`, or `stage-N`, whether it is printed or not.
    pub(super) stage_title: String,
    /// The instruction's source text: what tells a RUN from others when its variables change.
    pub(super) source: String,
    pub(super) op: OpId,
    /// `COPY --link`: the op that puts the copy on top of the steps before it.
    pub(super) merge: Option<OpId>,
    /// The file system that it stands on.
    pub(super) parent: Option<OpId>,
    /// What it mounts to write on, although nothing of that is kept.
    pub(super) overlaid: Vec<OpId>,
    /// Indexes of the drafts that made its inputs, in the order of the inputs.
    pub(super) below: Vec<usize>,
    /// For each list of files in the step's ingredients the number of the op's input.
    pub(super) inputs: Vec<usize>,
    /// Whether `--no-cache` makes it run again; a WORKDIR does not.
    pub(super) always_runs: bool,
    /// Why it fails when it is executed, as far as that is known before.
    pub(super) obstacle: Option<String>,
}
