//! What is asked of [`optimize`](super::optimize) and what it answers.

use crate::text::TextEdit;

use super::LikelyEdit;

/// What may be chosen.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Ids of the moves to apply to [`Advice::dockerfile`]; all safe ones if `None`.
    pub moves: Option<Vec<String>>,
    /// The edits that people make; drawn from the scenario's weights, the commits and the files if empty.
    pub edits: Vec<LikelyEdit>,
    /// For each commit of the project's history, or each edit of the scenario, the paths of the context that it
    /// changed: how often what changes.
    /// Weights of the scenario go first.
    pub commits: Vec<Vec<String>>,
    /// Whether bind mounts in the place of copied manifests are offered; also if `moves` names one. They save a COPY
    /// and its layer, hardly ever more, and are a matter of taste.
    pub bind_mounts: bool,
    /// Whether empty sources, with which cargo compiles the dependencies before the real ones come, are offered; also if
    /// `moves` names one.
    pub dummy_sources: bool,
}

/// How sure a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The image stays the same, provably.
    Safe,
    /// The image changes in a way that is named, or something is assumed: a person should look.
    Review,
}

/// A change to the Dockerfile that rebuilds less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Stable within one answer.
    pub id: String,
    /// How sure it is.
    pub level: Level,
    /// What is done, as a heading.
    pub title: String,
    /// Why it is safe, or what changes: sentences.
    pub why: Vec<String>,
    /// What was looked at: files, flags, effects.
    pub evidence: Vec<String>,
    /// Edits of the original text, in bytes.
    pub edits: Vec<TextEdit>,
    /// What it saves on its own, for each likely edit that it changes.
    pub saves: Vec<Saving>,
}

/// What an edit costs before and after.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Saving {
    /// What is edited.
    pub edit: String,
    /// Milliseconds of the steps that run again, before.
    pub before: u64,
    /// The same afterwards.
    pub after: u64,
}

/// Something that was left alone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// Line of the instruction, counted from 1; 0 for the whole file.
    pub line: u32,
    /// Why, in sentences.
    pub why: String,
}

/// A line that an ignore file lacks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct IgnoreLine {
    /// As it stands in the file.
    pub line: String,
    /// What it keeps out, and why no step needs that: sentences.
    pub why: String,
}

/// Advice on a Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// The Dockerfile with all safe moves applied, or with those that were chosen.
    pub dockerfile: String,
    /// The ignore file with lines for what is copied although no step needs it, if there are such lines. A
    /// proposal: the image loses those files.
    pub dockerignore: Option<String>,
    /// The lines that [`Advice::dockerignore`] has and the ignore file has not, with their reasons.
    pub ignore_lines: Vec<IgnoreLine>,
    /// The edits of the original that lead to it, in bytes.
    pub edits: Vec<TextEdit>,
    /// All moves, safe ones first.
    pub moves: Vec<Move>,
    /// What was left alone, and why, by line.
    pub kept: Vec<Kept>,
    /// Expected milliseconds per rebuild over the likely edits.
    pub cost_before: u64,
    /// The same for [`Advice::dockerfile`].
    pub cost_after: u64,
    /// For each likely edit, and for one of the Dockerfile's last line, before and with the edits applied.
    pub saves: Vec<Saving>,
}
