//! What comes out of a build as a whole.

use super::Step;
use crate::digest::Digest;

/// A cache record as BuildKit's cache export writes it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CacheRecord {
    /// The record's digest.
    pub digest: Digest,
    /// For each input its alternatives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Vec<RecordLink>>,
    /// Whether a result (a layer) belongs to it.
    pub result: bool,
}

/// One alternative of a [`CacheRecord`]'s input.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RecordLink {
    /// Digest of the selected paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<Digest>,
    /// Index of another record in the same list.
    pub link: usize,
}

/// Why a build fails.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BuildError {
    /// The builder's message.
    pub message: String,
    /// The line of the Dockerfile that it is about, counted from 1; 0 if none.
    pub line: u32,
    /// Whether the whole file is refused, before any step.
    pub refused: bool,
}

/// What a build does.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The steps, by stage and number. If the file is refused, the steps of what can be read are still here,
    /// as the builder would do them without the broken lines.
    pub steps: Vec<Step>,
    /// BuildKit: the records that a cache export of this build holds.
    pub records: Vec<CacheRecord>,
    /// Why it fails, if it does.
    pub error: Option<BuildError>,
    /// What the builder warns about.
    pub warnings: Vec<String>,
}
