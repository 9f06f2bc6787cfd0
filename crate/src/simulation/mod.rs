//! Scenarios replayed against a builder's cache: which steps run again after an edit, and why.
//!
//! A [`Scenario`] is the document; a [`State`] is what one build reads, and an [`Edit`] leads from one state to
//! the next. [`replay`] does the builds of a scenario on one fresh daemon and answers with a [`Timeline`]; a
//! [`Workspace`] does the same for a person who edits, with undo, and says at any time what the next build would
//! do. Causes are data here, never sentences.

#[cfg(test)]
mod archives;
mod base64;
mod cause;
mod change;
mod cost;
mod counterpart;
mod difference;
mod entry;
mod error;
mod facts;
mod history;
mod report;
mod scenario;
mod state;
#[cfg(test)]
mod tests;
mod timeline;
mod unaffected;
mod workspace;

pub use error::{Error, ErrorCode};
pub use history::{Done, History, Preview, replay};
pub use scenario::{Anything, Build, Edit, FileEntry, Files, LegacyVersions, Pairs, Scenario};
pub use state::{INTERVAL, START, Settings, State, time_of_edit};
pub use timeline::{
    Before, BuildResult, Cause, Cost, CostSource, Emptied, FileChange, FileDifference, IgnoredBy, Mount,
    NoEffect, PathFact, Setting, Source, Step, Timeline, Unaffected,
};
pub use workspace::Workspace;
