//! What a build reads.

use crate::{
    context::Tree,
    dockerfile::Dockerfile,
    document::{FromValue, Mistake, Value, not},
    image::BaseImage,
    map::Map,
};

/// Which builder is simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    /// BuildKit: `docker build` since Docker 23, `docker buildx build`, `buildctl`.
    #[default]
    Buildkit,
    /// The classic builder: `DOCKER_BUILDKIT=0 docker build`.
    Legacy,
}

impl FromValue for Builder {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match String::from_value(value).as_deref() {
            Ok("buildkit") => Ok(Self::Buildkit),
            Ok("legacy") => Ok(Self::Legacy),
            _ => not("\"buildkit\" or \"legacy\""),
        }
    }
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
    pub base_images: &'a Map<String, BaseImage>,
    /// `--build-context NAME=folder`.
    pub build_contexts: &'a Map<String, Tree>,
    /// `--build-arg`.
    pub build_args: &'a Map<String, String>,
    /// `--secret` ids that are given.
    pub secrets: &'a [String],
    /// Whether `--ssh` is given.
    pub ssh: bool,
    /// `--target`.
    pub target: Option<&'a str>,
    /// `--platform`; `linux/amd64` if empty.
    pub platform: &'a str,
    /// What is said about the output of executed RUNs.
    pub outputs: &'a Map<String, Output>,
    /// Version of the simulated classic builder's daemon and client.
    pub legacy_version: LegacyVersion,
}

impl Input<'_> {
    /// Where the Dockerfile was looked for in the context, if it is not there.
    pub(super) fn missing_dockerfile(&self) -> Option<&str> {
        let missing = |path: &&str| self.context.resolve(path, true).is_none();
        self.dockerfile_path.filter(missing).filter(|_| self.dockerfile.text.is_empty())
    }
}

/// Whether a RUN that runs again writes the same bytes. Keyed by the step's instruction text in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// The same bytes as the last time.
    Same,
    /// Other bytes than ever before.
    Different,
}

impl FromValue for Output {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match String::from_value(value).as_deref() {
            Ok("same") => Ok(Self::Same),
            Ok("different") => Ok(Self::Different),
            _ => not("\"same\" or \"different\""),
        }
    }
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
