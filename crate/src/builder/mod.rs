//! What is common to the two builders: what a build reads, and the steps that come out of it.
//!
//! A builder is a daemon with a cache: [`buildkit::Daemon`] or [`legacy::Daemon`]. Its `build` takes an
//! [`Input`], decides for each step whether the cache has it, stores what it executed, and returns an
//! [`Outcome`]. A daemon is cheap to clone, so that a build can be tried without being remembered.

pub mod buildkit;
pub mod legacy;

use std::{collections::BTreeMap, rc::Rc};

use crate::{context::Tree, digest::Digest, dockerfile::Dockerfile, image::BaseImage};

/// Which builder is simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    /// BuildKit: `docker build` since Docker 23, `docker buildx build`, `buildctl`.
    #[default]
    Buildkit,
    /// The classic builder: `DOCKER_BUILDKIT=0 docker build`.
    Legacy,
}

/// Everything that a build reads. Nothing else influences its outcome but the daemon's cache.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The Dockerfile.
    pub dockerfile: &'a Dockerfile,
    /// Its place in the context, or `None` if it lies outside.
    pub dockerfile_path: Option<&'a str>,
    /// The folder that is sent, before `.dockerignore` is applied.
    pub context: &'a Tree,
    /// Base images by reference as written in the Dockerfile after expansion.
    pub base_images: &'a BTreeMap<String, BaseImage>,
    /// `--build-context NAME=folder`.
    pub build_contexts: &'a BTreeMap<String, Tree>,
    /// `--build-arg`.
    pub build_args: &'a BTreeMap<String, String>,
    /// `--secret` ids that are given.
    pub secrets: &'a [String],
    /// Whether `--ssh` is given.
    pub ssh: bool,
    /// `--target`.
    pub target: Option<&'a str>,
    /// `--platform`; `linux/amd64` if empty.
    pub platform: &'a str,
    /// What is said about the output of executed RUNs.
    pub outputs: &'a BTreeMap<String, Output>,
    /// Version of the simulated classic builder's daemon and client.
    pub legacy_version: LegacyVersion,
}

/// Whether a RUN that runs again writes the same bytes. Keyed by the step's instruction text in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// The same bytes as the last time.
    Same,
    /// Other bytes than ever before.
    Different,
}

/// Docker versions whose classic builders differ: the daemon decides hits, the client the context's checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyVersion {
    /// Major and minor version of the daemon.
    pub daemon: (u16, u16),
    /// Major and minor version of the client.
    pub client: (u16, u16),
}

impl Default for LegacyVersion {
    fn default() -> Self {
        Self { daemon: (28, 2), client: (28, 2) }
    }
}

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
    /// Index into [`Dockerfile::instructions`]; for a trigger of a base image, that of the FROM.
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
    pub env: Vec<Variable>,
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

/// A variable in a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where the value comes from.
    pub source: VariableSource,
}

/// Where a variable's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableSource {
    /// The base image's configuration.
    BaseImage,
    /// `ENV` on this line.
    Env(u32),
    /// The default of `ARG` on this line.
    Arg(u32),
    /// `--build-arg`, declared by `ARG` on this line (0 for predefined ones).
    BuildArg(u32),
    /// The builder itself, as `PATH` for `FROM scratch` or `TARGETARCH`.
    Builder,
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
