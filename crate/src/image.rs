//! What a base image brings into a build: its configuration and its identity.

use crate::{
    digest::Digest,
    document::{FromValue, Members, Mistake, Value, deserialized},
    map::Map,
};

/// A base image as far as it matters to a cache. What is not known is `None`, which differs from empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseImage {
    /// `NAME=value` entries in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<Vec<String>>,
    /// Names of variables that it sets besides, to values that are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_env: Option<Vec<String>>,
    /// Working directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// User, as `USER` would set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Shell for the shell form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<Vec<String>>,
    /// Triggers that a stage on this image runs first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_build: Option<Vec<String>>,
    /// Default command; the classic builder compares it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Vec<String>>,
    /// Default entrypoint; the classic builder compares it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Vec<String>>,
    /// Labels; the classic builder compares them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Map<String, String>>,
    /// `port/protocol` entries; the classic builder compares them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposed_ports: Option<Vec<String>>,
    /// Volumes; the classic builder compares them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<Vec<String>>,
    /// Stop signal; the classic builder compares it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<String>,
    /// Digest of what the reference resolves to (for a multi-platform image, of its index). Without it a
    /// digest is made of the reference, and the cache keys that hang on it are marked as not the builder's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Digest of the image configuration: the classic builder's image ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_digest: Option<String>,
    /// Layer digests (`rootfs.diff_ids`), from which BuildKit's chain key follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff_ids: Option<Vec<String>>,
    /// Family of the distribution, for cache-mount advice: `debian`, `ubuntu`, `alpine`, `fedora`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<String>,
}

deserialized!(BaseImage);

impl FromValue for BaseImage {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut members = Members::of(value)?;
        let mut image = Self::default();
        members.take("env", &mut image.env);
        members.take("unknownEnv", &mut image.unknown_env);
        members.take("workingDir", &mut image.working_dir);
        members.take("user", &mut image.user);
        members.take("shell", &mut image.shell);
        members.take("onBuild", &mut image.on_build);
        members.take("cmd", &mut image.cmd);
        members.take("entrypoint", &mut image.entrypoint);
        members.take("labels", &mut image.labels);
        members.take("exposedPorts", &mut image.exposed_ports);
        members.take("volumes", &mut image.volumes);
        members.take("stopSignal", &mut image.stop_signal);
        members.take("digest", &mut image.digest);
        members.take("configDigest", &mut image.config_digest);
        members.take("diffIds", &mut image.diff_ids);
        members.take("distribution", &mut image.distribution);
        members.end(image)
    }
}

impl BaseImage {
    /// The digest that it was given, if it can be read.
    pub fn resolved(&self) -> Option<Digest> {
        self.digest.as_deref().and_then(Digest::parse)
    }
}
