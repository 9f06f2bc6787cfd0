//! What is common to the two builders: what a build reads, and the steps that come out of it.
//!
//! A builder is a daemon with a cache: [`buildkit::Daemon`] or [`legacy::Daemon`]. Its `build` takes an
//! [`Input`], decides for each step whether the cache has it, stores what it executed, and returns an
//! [`Outcome`]. A daemon is cheap to clone, so that a build can be tried without being remembered.

pub mod buildkit;
pub mod legacy;

mod failing;
mod inputs;
mod number;
mod outcome;
mod step;

pub use crate::build::{Variable, VariableSource};
pub use inputs::{Builder, Input, LegacyVersion, Output};
pub use number::{Numbering, upper_keyword};
pub use outcome::{BuildError, CacheRecord, Outcome, RecordLink};
pub use step::{CacheMount, Ingredients, NeverHits, SelectedFiles, Status, Step};
