//! The scenario: a Dockerfile, its files, and a list of builds with the edit that precedes each.
//!
//! It is the document that pages, links, test vectors and the command line share; `types.ts` documents it for
//! JavaScript. Members that are not known here are passed over, and are kept by whoever holds the document.

use serde::{Serialize, Serializer};

use crate::{
    builder::{Builder, Output},
    document::{FromValue, Members, Mistake, Value, deserialized, not},
    image::BaseImage,
    map::Map,
};

/// Paths and what stands there.
pub type Files = Map<String, FileEntry>;

/// A file, folder or link. Exactly one of `text`, `base64`, `symlink`, `hardlink`, `dir` and `digest` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Option<String>>,
    /// Base images that are added or replaced.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub base_images: Map<String, BaseImage>,
    /// Files that are made or replaced in further contexts.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub build_contexts: Map<String, Files>,
}

/// A build and the edit before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Build {
    /// The edit before it.
    pub edit: Edit,
}

/// Versions of the classic builder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LegacyVersions {
    /// The daemon's, as `28.2` or `28.2.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daemon: Option<String>,
    /// The client's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

/// The whole document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scenario {
    /// Version of the format: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
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

/// A value that is there and of no interest: read as anything, written as `true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anything;

impl Serialize for Anything {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl FromValue for Anything {
    fn from_value(_: Value) -> Result<Self, Mistake> {
        Ok(Self)
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

impl FromValue for Pairs {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let Value::Object(members) = value else { return not("an object") };
        let pair = |(from, to)| Ok((from, String::from_value(to)?));
        members.into_iter().map(pair).collect::<Result<_, _>>().map(Self)
    }
}

deserialized!(FileEntry, Edit, Scenario);

impl FromValue for FileEntry {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut members = Members::of(value)?;
        let mut entry = Self::default();
        members.take("text", &mut entry.text);
        members.take("base64", &mut entry.base64);
        members.take("symlink", &mut entry.symlink);
        members.take("hardlink", &mut entry.hardlink);
        members.take("dir", &mut entry.dir);
        members.take("digest", &mut entry.digest);
        members.take("size", &mut entry.size);
        members.take("mode", &mut entry.mode);
        members.take("mtime", &mut entry.mtime);
        members.end(entry)
    }
}

impl FromValue for Edit {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut members = Members::of(value)?;
        let mut edit = Self::default();
        members.take("write", &mut edit.write);
        members.take("delete", &mut edit.delete);
        members.take("rename", &mut edit.rename);
        members.take("chmod", &mut edit.chmod);
        members.take("touch", &mut edit.touch);
        members.take("dockerfile", &mut edit.dockerfile);
        members.take("buildArgs", &mut edit.build_args);
        let mut target = Target(None);
        members.take("target", &mut target);
        edit.target = target.0;
        members.take("baseImages", &mut edit.base_images);
        members.take("buildContexts", &mut edit.build_contexts);
        members.end(edit)
    }
}

/// The target of an edit: `null` is the last stage; left out, it stays.
#[expect(clippy::option_option, reason = "left out, null and a text are three different things")]
struct Target(Option<Option<String>>);

impl FromValue for Target {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        Option::from_value(value).map(|target| Self(Some(target)))
    }
}

impl FromValue for Build {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut members = Members::of(value)?;
        let mut build = Self::default();
        members.take("edit", &mut build.edit);
        members.end(build)
    }
}

impl FromValue for LegacyVersions {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut members = Members::of(value)?;
        let mut versions = Self::default();
        members.take("daemon", &mut versions.daemon);
        members.take("client", &mut versions.client);
        members.end(versions)
    }
}

impl FromValue for Scenario {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut members = Members::of(value)?;
        let mut scenario = Self::default();
        members.take("version", &mut scenario.version);
        members.take("name", &mut scenario.name);
        members.take("about", &mut scenario.about);
        members.take("dockerfile", &mut scenario.dockerfile);
        members.take("dockerfilePath", &mut scenario.dockerfile_path);
        members.take("context", &mut scenario.context);
        members.take("baseImages", &mut scenario.base_images);
        members.take("buildContexts", &mut scenario.build_contexts);
        members.take("buildArgs", &mut scenario.build_args);
        members.take("secrets", &mut scenario.secrets);
        members.take("ssh", &mut scenario.ssh);
        members.take("target", &mut scenario.target);
        members.take("platform", &mut scenario.platform);
        members.take("builder", &mut scenario.builder);
        members.take("legacy", &mut scenario.legacy);
        members.take("builds", &mut scenario.builds);
        members.take("pending", &mut scenario.pending);
        members.take("costs", &mut scenario.costs);
        members.take("weights", &mut scenario.weights);
        members.take("outputs", &mut scenario.outputs);
        members.end(scenario)
    }
}
