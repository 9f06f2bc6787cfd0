//! What came with which version of the frontend `docker/dockerfile`.
//!
//! The facts are those of the release notes (`github.com/moby/buildkit/releases`, tags `dockerfile/1.N.0`) and of
//! the tagged sources themselves: a flag counts from the first tag whose `frontend/dockerfile/instructions` reads
//! it, and as long as a build tag of `frontend/dockerfile/release/labs/tags` (before 1.2 `experimental/tags`)
//! guards it, it is in the labs channel only.

/// Something that a Dockerfile may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// What it is, as the subject of a sentence.
    pub name: &'static str,
    /// The first `1.N` that has it; none if no stable version has.
    pub stable: Option<u16>,
    /// The first `1.N-labs` that has it, if it came there first.
    pub labs: Option<u16>,
    /// Whether an older frontend builds the file all the same, and something else comes out.
    pub silent: bool,
}

impl Feature {
    /// Where the release that brought it is described.
    pub fn source(&self) -> String {
        let (minor, channel) = match (self.stable, self.labs) {
            (Some(minor), _) => (minor, ""),
            (None, minor) => (minor.unwrap_or(0), "-labs"),
        };
        let minor = minor.to_string();
        ["https://github.com/moby/buildkit/releases/tag/dockerfile%2F1.", &minor, ".0", channel].concat()
    }
}

const fn since(name: &'static str, stable: u16) -> Feature {
    Feature { name, stable: Some(stable), labs: None, silent: false }
}

const fn graduated(name: &'static str, labs: u16, stable: u16) -> Feature {
    Feature { name, stable: Some(stable), labs: Some(labs), silent: false }
}

// 1.0-experimental: build tags dfrunmount, dfsecrets, dfssh; none of them in 1.2.
pub(super) const RUN_MOUNT: Feature = graduated("RUN --mount", 0, 2);
// 1.2: notes; the parser of 1.1 takes one.
pub(super) const SEVERAL_ARGS: Feature = since("ARG with several names", 2);
// 1.2: first read in `instructions/parse.go`.
pub(super) const CHMOD: Feature = since("--chmod", 2);
// 1.1.7-experimental: build tag dfrunnetwork; gone in 1.3.
pub(super) const RUN_NETWORK: Feature = graduated("RUN --network", 1, 3);
// 1.3: notes.
pub(super) const MOUNT_VARIABLES: Feature = since("a variable in RUN --mount", 3);
// 1.3-labs: build tag dfheredoc; gone in 1.4.
pub(super) const HEREDOCS: Feature = graduated("a here-document", 3, 4);
// 1.4: notes.
pub(super) const LINK: Feature = since("--link", 4);
// 1.5-labs: build tags dfaddgit, dfaddchecksum; gone in 1.6.
pub(super) const ADD_GIT: Feature = graduated("ADD of a git repository", 5, 6);
pub(super) const KEEP_GIT_DIR: Feature = graduated("ADD --keep-git-dir", 5, 6);
pub(super) const ADD_CHECKSUM: Feature = graduated("ADD --checksum", 5, 6);
// 1.6: notes.
pub(super) const START_INTERVAL: Feature = since("HEALTHCHECK --start-interval", 6);
pub(super) const WITHOUT_COLON: Feature = since("${name-word} without a colon", 6);
// 1.7: notes.
pub(super) const PATTERNS: Feature = since("a pattern in ${name#pattern}", 7);
// 1.7-labs: build tags dfparents (to 1.19), dfexcludepatterns (to 1.18).
pub(super) const PARENTS: Feature = graduated("COPY --parents", 7, 20);
pub(super) const EXCLUDE: Feature = graduated("--exclude", 7, 19);
// 1.10: notes.
pub(super) const SECRET_VARIABLE: Feature = since("a secret as a variable (env=)", 10);
pub(super) const CHMOD_VARIABLE: Feature = since("a variable in --chmod", 10);
// 1.11: notes.
pub(super) const ONBUILD_FROM: Feature = since("ONBUILD with files from another stage", 11);
pub(super) const TARGET_STAGE: Feature =
    Feature { name: "the argument TARGETSTAGE", stable: Some(11), labs: None, silent: true };
// 1.11-labs: build tag dfchmodnonoctal; gone in 1.14.
pub(super) const CHMOD_SYMBOLS: Feature = graduated("--chmod with letters", 11, 14);
// 1.14-labs: build tag dfrundevice, still there in 1.26.
pub(super) const RUN_DEVICE: Feature =
    Feature { name: "RUN --device", stable: None, labs: Some(14), silent: false };
// 1.16, 1.17, 1.18: notes.
pub(super) const GIT_CHECKSUM: Feature = since("ADD --checksum of a git repository", 16);
pub(super) const UNPACK: Feature = since("ADD --unpack", 17);
pub(super) const GIT_QUERY: Feature = since("ADD of a git repository with a query", 18);
// 1.1.7-experimental: build tag dfrunsecurity; gone in 1.20.
pub(super) const RUN_SECURITY: Feature = graduated("RUN --security", 1, 20);

/// Every feature, the oldest first.
pub const FEATURES: [Feature; 25] = [
    RUN_MOUNT,
    SEVERAL_ARGS,
    CHMOD,
    RUN_NETWORK,
    MOUNT_VARIABLES,
    HEREDOCS,
    LINK,
    ADD_GIT,
    KEEP_GIT_DIR,
    ADD_CHECKSUM,
    START_INTERVAL,
    WITHOUT_COLON,
    PATTERNS,
    SECRET_VARIABLE,
    CHMOD_VARIABLE,
    ONBUILD_FROM,
    TARGET_STAGE,
    CHMOD_SYMBOLS,
    RUN_DEVICE,
    GIT_CHECKSUM,
    UNPACK,
    GIT_QUERY,
    EXCLUDE,
    PARENTS,
    RUN_SECURITY,
];
