//! Flags of the build command that are in the keys of RUNs or set the cache aside. A scenario has none of them;
//! whoever calls the engine may.

/// Flags beside those of [`Input`](crate::builder::Input).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--no-cache` and `--no-cache-filter`.
    pub no_cache: NoCache,
    /// `--network`: `default`, `none` or `host`, for RUNs that say nothing.
    pub network: Option<String>,
    /// `--add-host`: the names; their addresses are in no key.
    pub hosts: Vec<String>,
    /// `--ulimit`.
    pub ulimits: Vec<Ulimit>,
    /// `--cgroup-parent`.
    pub cgroup_parent: String,
    /// `--shm-size` in bytes.
    pub shm_size: Option<i64>,
    /// The host name inside of RUNs.
    pub hostname: String,
    /// The Dockerfile's own ignore file, if it lies outside of the context as the Dockerfile does.
    pub ignore_file: Option<String>,
    /// `--allow network.host`.
    pub allow_host_network: bool,
    /// `--allow security.insecure`.
    pub allow_insecure: bool,
}

/// Which steps run again whatever the cache has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NoCache {
    /// None.
    #[default]
    Nowhere,
    /// RUN, COPY and ADD of all stages.
    Everywhere,
    /// Those of the stages with these names.
    Stages(Vec<String>),
}

/// `--ulimit name=soft:hard`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ulimit {
    /// Its name.
    pub name: String,
    /// Soft limit.
    pub soft: i64,
    /// Hard limit.
    pub hard: i64,
}

impl NoCache {
    /// Whether it covers the stage of this name.
    pub(super) fn covers(&self, stage: &str) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Everywhere => true,
            Self::Stages(names) => names.iter().any(|name| name.eq_ignore_ascii_case(stage)),
        }
    }
}
