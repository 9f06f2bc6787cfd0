//! The scenario: a Dockerfile, its files, and a list of builds with the edit that precedes each.
//!
//! It is the document that pages, links, test vectors and the command line share; `types.ts` documents it for
//! JavaScript. Members that are not known here are passed over, and are kept by whoever holds the document.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

use crate::{
    builder::{Builder, Output},
    image::BaseImage,
    map::Map,
};

/// Paths and what stands there.
pub type Files = Map<String, FileEntry>;

/// A file, folder or link. Exactly one of `text`, `base64`, `symlink`, `hardlink`, `dir` and `digest` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileEntry {
    /// A file with this text as UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A file with these bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// A symbolic link to this target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symlink: Option<String>,
    /// A further name of the file at this path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardlink: Option<String>,
    /// A folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir: Option<bool>,
    /// A file that is known by the SHA-256 of its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Its size, with `digest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Permission bits, octal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Modification time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtime: Option<i64>,
}

/// A change before a build. Applied in this order: rename, delete, write, chmod, touch; then the rest. What is
/// not mentioned stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Edit {
    /// Files that are made or replaced.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub write: Files,
    /// Paths that are removed, folders with all below; one that is not there is no mistake.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delete: Vec<String>,
    /// Old path to new path, in order.
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    pub rename: Pairs,
    /// Path to octal mode.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub chmod: Map<String, String>,
    /// Paths whose modification time alone changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub touch: Vec<String>,
    /// The new text of the Dockerfile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<String>,
    /// All build arguments from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_args: Option<Map<String, String>>,
    /// The target from now on; `Some(None)` (in JSON `null`) is the last stage.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub target: Option<Option<String>>,
    /// Base images that are added or replaced.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub base_images: Map<String, BaseImage>,
    /// Files that are made or replaced in further contexts.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub build_contexts: Map<String, Files>,
}

/// A build and the edit before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Build {
    /// The edit before it.
    pub edit: Edit,
}

/// Versions of the classic builder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LegacyVersions {
    /// The daemon's, as `28.2` or `28.2.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daemon: Option<String>,
    /// The client's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

/// The whole document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scenario {
    /// Version of the format: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// A short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A sentence on what it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The Dockerfile's text.
    pub dockerfile: String,
    /// Its place in the context; `None` (in JSON `null`) if it lies outside.
    #[serde(skip_serializing_if = "is_usual_place")]
    pub dockerfile_path: Option<String>,
    /// The build context.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub context: Files,
    /// Base images by reference.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub base_images: Map<String, BaseImage>,
    /// Further contexts by name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub build_contexts: Map<String, Files>,
    /// `--build-arg`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub build_args: Map<String, String>,
    /// Ids of secrets that are given. Their values never matter and are not kept.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub secrets: Map<String, Anything>,
    /// Whether `--ssh` is given.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ssh: bool,
    /// `--target`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// `--platform`; `linux/amd64` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The builder.
    #[serde(skip_serializing_if = "is_usual_builder")]
    pub builder: Builder,
    /// Versions of the classic builder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy: Option<LegacyVersions>,
    /// The builds; one without edit if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub builds: Option<Vec<Build>>,
    /// Changes after the last build that no build has seen yet: what a person was at when the document was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Edit>,
    /// Seconds per step, by the step's instruction text.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub costs: Map<String, f64>,
    /// How often a path changes, relative to the others.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub weights: Map<String, f64>,
    /// What is known of a RUN's output when it runs again, by the step's instruction text.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Output>,
}

/// Where the Dockerfile lies unless a scenario says otherwise.
pub(crate) const USUAL_PLACE: &str = "Dockerfile";

impl Default for Scenario {
    fn default() -> Self {
        Self {
            version: None,
            name: None,
            about: None,
            dockerfile: String::new(),
            dockerfile_path: Some(USUAL_PLACE.into()),
            context: Files::new(),
            base_images: Map::new(),
            build_contexts: Map::new(),
            build_args: Map::new(),
            secrets: Map::new(),
            ssh: false,
            target: None,
            platform: None,
            builder: Builder::default(),
            legacy: None,
            builds: None,
            pending: None,
            costs: Map::new(),
            weights: Map::new(),
            outputs: Map::new(),
        }
    }
}

impl Scenario {
    /// The edits of its builds in order: those listed, or one that changes nothing.
    pub fn edits(&self) -> Vec<Edit> {
        match &self.builds {
            Some(builds) => builds.iter().map(|build| build.edit.clone()).collect(),
            None => vec![Edit::default()],
        }
    }
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn is_usual_place(path: &Option<String>) -> bool {
    path.as_deref() == Some(USUAL_PLACE)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference to the field")]
fn is_usual_builder(builder: &Builder) -> bool {
    *builder == Builder::default()
}

/// Tells `null` (`Some(None)`) from a member that is left out (`None`, by its default).
#[expect(clippy::option_option, reason = "left out, null and a text are three different things")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A value that is there and of no interest: read as anything, written as `true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anything;

impl Serialize for Anything {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// A map of texts that keeps its order: `a` to `b`, then `b` to `c` is not the same the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(from, to)| (from, to)))
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from old path to new path")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
