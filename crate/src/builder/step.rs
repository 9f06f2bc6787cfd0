//! A step as both builders report it: what was decided, and all that went into its key.

use std::rc::Rc;

use crate::{build::Variable, context::Tree, digest::Digest};

/// What the builder does with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Taken from the cache.
    Cached,
    /// Executed.
    Executed,
    /// Decided by bytes that only a real run produces.
    Depends,
    /// Fails.
    Failed,
    /// Not reached, or not needed.
    Skipped,
}

/// A step of a build.
#[derive(Clone, Debug)]
pub struct Step {
    /// As the builder prints it: `[build 2/5] COPY . .`; for the classic builder `Step 3/7 : COPY . .`.
    pub name: String,
    /// Index of the stage in the file.
    pub stage: usize,
    /// The stage's name as printed; empty if none is printed.
    pub stage_name: String,
    /// The number in the printed name.
    pub index: usize,
    /// The name without its number.
    pub instruction: String,
    /// Index into [`Dockerfile::instructions`](crate::dockerfile::Dockerfile::instructions); for a trigger of a base image, that of the FROM.
    pub origin: usize,
    /// First line, counted from 1.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Hit or miss.
    pub status: Status,
    /// `COPY --link` only: whether putting the copy on top of the steps before it was a hit.
    pub merge: Option<Status>,
    /// BuildKit: the digest of the step's cache record. Classic builder: a digest of parent and compared config.
    pub cache_key: Option<Digest>,
    /// The checksum of the files that it takes in: `sha256:…`, or the classic builder's `file:…`, `dir:…`, `multi:…`.
    pub checksum: Option<String>,
    /// Whether key and checksum are the very ones that the builder computes, and not stand-ins because an
    /// image's digest or a file's bytes are not known.
    pub exact: bool,
    /// What went into the key, to find the cause of a miss.
    pub ingredients: Ingredients,
    /// Index of the step whose result this one stands on, in the same list of steps.
    pub parent: Option<usize>,
    /// Steps of other stages whose files it takes in.
    pub inputs: Vec<usize>,
    /// Cache mounts of a RUN, in order.
    pub cache_mounts: Vec<CacheMount>,
}

/// A cache mount of a RUN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheMount {
    /// Where it is mounted.
    pub target: String,
    /// Which of the builder's folders it is.
    pub id: String,
    /// `shared`, `private` or `locked`.
    pub sharing: String,
    /// Whether an executed step has had the folder before, so that it may hold something.
    pub warm: bool,
}

/// What a step's key is made of, kept apart so that two builds can be compared. The order of the fields is the
/// order in which differences are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingredients {
    /// The base image of the stage, for steps that stand directly on it: reference and digest.
    pub base: Option<(String, String)>,
    /// What is hashed of the instruction's own text, after expansion.
    pub text: String,
    /// Flags and options that are in the key, as `name=value`.
    pub options: Vec<String>,
    /// The environment in order, if it is in the key, with where each value comes from.
    pub env: Rc<Vec<Variable>>,
    /// Working directory, if it is in the key.
    pub workdir: Option<String>,
    /// User, if it is in the key.
    pub user: Option<String>,
    /// Shell, if it is in the key.
    pub shell: Option<Vec<String>>,
    /// Platform, if it is in the key.
    pub platform: Option<String>,
    /// Files that it takes in, a list for each input.
    pub files: Vec<SelectedFiles>,
    /// The classic builder's rule by which a step can never hit, told if it applies.
    pub never: Option<NeverHits>,
}

/// Files that a step takes in from one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedFiles {
    /// Where from: `None` is the build context, else a stage, image or named context.
    pub from: Option<String>,
    /// The sources after expansion.
    pub sources: Vec<String>,
    /// The tree that they were selected from (after `.dockerignore`), if its files are known.
    pub tree: Option<Rc<Tree>>,
    /// The paths selected, each file or folder whole: prefixes of paths of `tree`, without leading slash.
    pub selected: Vec<String>,
    /// Patterns that take files out again (`--exclude`).
    pub exclude: Vec<String>,
    /// The digest of the selection, or `None` if only a real run knows it.
    pub digest: Option<String>,
}

/// Why a step of the classic builder can never be taken from its cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NeverHits {
    /// `ENTRYPOINT []` over an image that has an entrypoint.
    EmptyEntrypoint,
    /// A USER that expands to nothing over an image that has a user.
    EmptyUser,
    /// A HEALTHCHECK that leaves out an option which an earlier one set.
    PartialHealthcheck,
    /// A WORKDIR that is not clean.
    UncleanWorkdir,
}
