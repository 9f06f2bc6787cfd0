//! A step before it is decided: its name and what went into its key.

use super::graph::OpId;
use crate::{
    builder::{Ingredients, SelectedFiles},
    dockerfile::Sharing,
};

/// A step that waits for the cache's decision.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) stage: usize,
    pub(super) stage_name: String,
    /// The name after `AS`, or `stage-N`, whether it is printed or not.
    pub(super) stage_title: String,
    pub(super) index: usize,
    pub(super) instruction: String,
    /// The instruction's source text: what tells a RUN from others when its variables change.
    pub(super) source: String,
    pub(super) origin: usize,
    pub(super) line: u32,
    pub(super) end_line: u32,
    pub(super) op: OpId,
    /// `COPY --link`: the op that puts the copy on top of the steps before it.
    pub(super) merge: Option<OpId>,
    /// The file system that it stands on.
    pub(super) parent: Option<OpId>,
    /// Indexes of the drafts that made its inputs, in the order of the inputs.
    pub(super) below: Vec<usize>,
    pub(super) ingredients: Ingredients,
    /// What it takes in, with the number of the op's input; a list for each.
    pub(super) files: Vec<(usize, SelectedFiles)>,
    pub(super) caches: Vec<CacheUse>,
    /// Whether `--no-cache` makes it run again; a WORKDIR does not.
    pub(super) always_runs: bool,
    /// Why it fails when it is executed, as far as that is known before.
    pub(super) obstacle: Option<String>,
}

/// A cache mount of a RUN.
#[derive(Clone, Debug)]
pub(super) struct CacheUse {
    pub(super) target: String,
    pub(super) id: String,
    pub(super) sharing: Sharing,
}
