//! What is answered about a scenario: a document for each build, as `types.ts` describes it.
//!
//! These structs are the shapes at the boundary, and nothing else: what they hold is worked out in
//! [`super::report`].

use serde::Serialize;

use crate::builder::{Builder, CacheRecord, NeverHits, Status};

/// The result of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline {
    /// The builder that was simulated.
    pub builder: Builder,
    /// One entry for each build.
    pub builds: Vec<BuildResult>,
}

/// What one build does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BuildResult {
    /// Its steps, by stage and number.
    pub steps: Vec<Step>,
    /// BuildKit: the records that a cache export of this build holds, if it was done and not only foretold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_records: Option<Vec<CacheRecord>>,
    /// Why it fails, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::builder::BuildError>,
    /// What the builder warns about.
    pub warnings: Vec<String>,
    /// Changes of the edit before this build that made no step run again.
    pub unaffected: Vec<Unaffected>,
    /// Milliseconds that the executed steps take.
    pub cost: u64,
}

/// A step of a build.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// As the builder prints it.
    pub name: String,
    /// The stage's name as printed; empty if none is printed.
    pub stage: String,
    /// Index of the stage in the file.
    pub stage_index: usize,
    /// The number in the printed name.
    pub index: usize,
    /// The name without its number.
    pub instruction: String,
    /// First line, counted from 1.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Hit or miss.
    pub status: Status,
    /// `COPY --link` only: whether putting the copy on top was a hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<Status>,
    /// Why it is not taken from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What the builder looks it up by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_key: Option<String>,
    /// Checksum of the files that it takes in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// Key and checksum of the same step in the build before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// Whether key and checksum are the builder's own.
    pub exact: bool,
    /// Index of the step whose result it stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// Indexes of the steps of other stages whose files it takes in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<usize>,
    /// Cache mounts of a RUN.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// What it takes.
    pub cost: Cost,
}

/// Cache key and checksum of a step in the build before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Before {
    /// What the builder looked it up by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_key: Option<String>,
    /// Checksum of the files that it took in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// A cache mount of a RUN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// Where it is mounted.
    pub target: String,
    /// Which of the builder's folders it is.
    pub id: String,
    /// `shared`, `private` or `locked`.
    pub sharing: String,
    /// Whether a step executed before has filled it.
    pub warm: bool,
    /// Why it holds nothing although it is mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emptied: Option<Emptied>,
}

/// Why a cache mount holds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Emptied {
    /// Debian's images hold `/etc/apt/apt.conf.d/docker-clean`, which deletes what apt downloads.
    DockerClean,
}

/// Milliseconds that a step takes, estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// In this build: 0 if it is not executed.
    pub now: u64,
    /// If it is executed with empty cache mounts.
    pub cold: u64,
    /// If it is executed and its cache mounts hold its downloads.
    pub warm: u64,
    /// Where the numbers come from.
    pub source: CostSource,
}

/// Where a cost comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CostSource {
    /// A rule of thumb for the commands.
    Default,
    /// The scenario says so.
    Set,
}

/// Why a step is executed: the first difference in its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Cause {
    /// Nothing like it was built before.
    FirstBuild,
    /// No earlier build had it on this parent.
    NewStep,
    /// Files that it takes in differ.
    Files {
        /// Where from, unless it is the build context.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The first changes, by path.
        changes: Vec<FileChange>,
        /// How many there are.
        total: usize,
    },
    /// The instruction's own text differs.
    Instruction {
        /// Its text before.
        before: String,
        /// Its text now.
        after: String,
    },
    /// A variable in its environment differs.
    Environment {
        /// The variable.
        name: String,
        /// Its value before, if it was set.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        /// Its value now, if it is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<String>,
        /// Where the value comes from (or came from, if it is gone).
        source: Source,
        /// The line that sets it.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// The same variables in another order.
    EnvironmentOrder {
        /// Names in the order before.
        before: Vec<String>,
        /// Names in the order now.
        after: Vec<String>,
    },
    /// Working directory, user, shell, platform or an option differs.
    Setting {
        /// Which of them.
        what: Setting,
        /// Before, if it was set.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        /// Now, if it is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// The base image differs.
    BaseImage {
        /// Its reference now.
        reference: String,
        /// Its digest before.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        /// Its digest now.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// The step before it ran again.
    Parent {
        /// That step.
        step: usize,
        /// The step where it began.
        root: usize,
    },
    /// Files of a stage that ran again decide.
    Output {
        /// The step whose output is not known.
        step: usize,
        /// The step where it began.
        root: usize,
    },
    /// A rule of the classic builder keeps the step from ever being taken from the cache.
    Never {
        /// The rule.
        rule: NeverHits,
    },
}

/// Where a variable's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The base image.
    BaseImage,
    /// ENV.
    Env,
    /// The default of ARG.
    Arg,
    /// `--build-arg`.
    BuildArg,
    /// The builder itself.
    Builder,
}

/// A setting in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Setting {
    /// Working directory.
    Workdir,
    /// User.
    User,
    /// Shell of the shell form.
    Shell,
    /// Platform.
    Platform,
    /// A flag of the instruction.
    Option,
}

/// A difference between two states of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// The file.
    pub path: String,
    /// What differs.
    pub what: FileDifference,
    /// Mode or target before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Mode or target now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What differs between two states of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FileDifference {
    /// The bytes.
    Content,
    /// The permission bits.
    Mode,
    /// A file became a folder, a link…
    Type,
    /// The target of a link.
    Target,
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// It is there, and the ignore file keeps it out now.
    Ignored,
    /// It was there before, and the ignore file kept it out.
    Unignored,
}

/// A change that made no step run again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unaffected {
    /// What was changed.
    pub path: String,
    /// Why it made no difference.
    pub why: NoEffect,
    /// Line of the ignore file, if it is ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Pattern on that line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// Why a change made no step run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NoEffect {
    /// Only its modification time changed.
    Timestamp,
    /// The ignore file keeps it out.
    Ignored,
    /// No step takes it in.
    NotCopied,
    /// What the steps take in is the same as before.
    SameContent,
    /// BuildKit keeps the mode that a folder had when it was first sent.
    FolderMode,
}

/// Where the ignore file and the COPYs leave a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathFact {
    /// The path.
    pub path: String,
    /// The pattern that keeps it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_by: Option<IgnoredBy>,
    /// Lines of the Dockerfile that take it in.
    pub copied_by: Vec<u32>,
}

/// A pattern of an ignore file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IgnoredBy {
    /// Its line.
    pub line: u32,
    /// The pattern as written.
    pub pattern: String,
}
