//! What a RUN does, as far as that is certain: which programs it starts, what they read, write and download,
//! and how long that takes.
//!
//! [`shell`] reads the script into commands; [`contract`] knows the programs, one file each, registered in one
//! table; [`estimate`] adds up costs, [`survey`] adds up effects. Whatever is not known for certain is
//! [`opaque`](Survey::opaque): it may read and write everything. Knows nothing of stages, builders or caches.

mod attribute;
pub mod contract;
mod distribution;
mod effect;
mod estimate;
mod kept;
pub mod shell;

pub use attribute::{ModeChange, OwnerChange, attribute_changes, changed_mode, mode_changes};
pub use contract::{Cache, Off, cargo::needs_sources};
pub use distribution::{Distribution, distribution};
pub use effect::{Files, Found, Handed, NoFiles, Reach, Region, Survey, survey};
pub use estimate::{Downloads, Estimate, Left, cost, downloads, estimate, keeps_packages, leaves_alone};
pub use kept::{APT_CLEANING, CLEANING, UNCLEAN, essence};

/// What a RUN finds when it starts.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Variables of its environment: those of ENV, ARG and, as far as it is known, the base image.
    pub env: &'a [(String, String)],
    /// Whether `env` is all there is: the base image's environment is known.
    pub env_complete: bool,
    /// Working directory, absolute.
    pub workdir: &'a str,
    /// User as USER sets it; empty for root.
    pub user: &'a str,
    /// The shell of the shell form; empty for `/bin/sh -c`.
    pub shell: &'a [String],
    /// The base image's distribution.
    pub distribution: Option<Distribution>,
    /// Targets of its cache mounts, in order.
    pub caches: &'a [String],
    /// What earlier steps of the stage have left.
    pub left: &'a Left,
}

impl<'a> Setting<'a> {
    /// That of most tests: root in `/app`, nothing set but `env`.
    #[cfg(test)]
    pub(crate) fn in_app(env: &'a [(String, String)]) -> Self {
        Self {
            env,
            env_complete: true,
            workdir: "/app",
            user: "",
            shell: &[],
            distribution: None,
            caches: &[],
            left: Left::NOTHING,
        }
    }

    /// The value of a variable when the RUN starts; `None` if it is not set or not known.
    pub fn variable(&self, name: &str) -> Option<&'a str> {
        self.env.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The home directory of the user, if it is certain.
    pub fn home(&self) -> Option<String> {
        if let Some(home) = self.variable("HOME") {
            return Some(home.to_owned());
        }
        let name = self.user.split(':').next().unwrap_or("");
        matches!(name, "" | "root" | "0").then(|| "/root".to_owned())
    }

    /// Whether the RUN runs as root.
    pub fn root(&self) -> bool {
        matches!(self.user.split(':').next().unwrap_or(""), "" | "root" | "0")
    }
}

/// What a RUN's instruction says to run.
#[derive(Clone, Copy, Debug)]
pub enum Script<'a> {
    /// For the shell: the shell form, or the body of a heredoc that is the whole instruction.
    Shell(&'a str),
    /// A shell form whose text opens heredocs that are read by its commands.
    Heredocs(&'a str),
    /// The exec form.
    Exec(&'a [String]),
}
