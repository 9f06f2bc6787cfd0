//! What a build reads, at one moment: a snapshot that edits turn into the next one.
//!
//! A snapshot is cheap to keep and to copy. The Dockerfile is parsed once for each text, trees share what did not
//! change, and everything else is shared until an edit replaces it.

use std::rc::Rc;

use crate::{
    builder::{Builder, Input, LegacyVersion, Output},
    context::{Content, Entry, Kind, PathError, Tree},
    dockerfile::{self, Dockerfile},
    image::BaseImage,
    map::Map,
};

use super::{
    Error, ErrorCode,
    entry::{clean, parse_mode},
    scenario::{Edit, Files, Scenario},
};

/// The modification time of all files before the first edit, in seconds.
pub const START: i64 = 1_640_995_200;

/// How much later each further build's edit happens, in seconds, so that no change keeps size and time by accident.
pub const INTERVAL: i64 = 3600;

/// The largest Dockerfile that is read, in bytes.
const LARGEST: usize = 16 << 20;

/// The modification time that an edit gives to what it names, if `builds` builds were done before it.
pub fn time_of_edit(builds: usize) -> i64 {
    i64::try_from(builds).unwrap_or(0).saturating_mul(INTERVAL).saturating_add(START)
}

/// What holds for all builds of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The builder.
    pub builder: Builder,
    /// Where the Dockerfile lies in the context, or `None` if it lies outside.
    pub dockerfile_path: Option<String>,
    /// Ids of the secrets that are given.
    pub secrets: Vec<String>,
    /// Whether `--ssh` is given.
    pub ssh: bool,
    /// `--platform`; empty for the usual one.
    pub platform: String,
    /// Versions of the classic builder.
    pub legacy: LegacyVersion,
    /// Seconds per step, by the step's instruction text.
    pub costs: Map<String, f64>,
    /// How often a path changes, relative to the others.
    pub weights: Map<String, f64>,
    /// What is known of a RUN's output when it runs again, by the step's instruction text.
    pub outputs: Map<String, Output>,
}

/// What a build reads, at one moment.
#[derive(Clone, Debug)]
pub struct State {
    /// The Dockerfile.
    pub dockerfile: Rc<Dockerfile>,
    /// The build context, the Dockerfile among its files if it lies in it.
    pub context: Tree,
    /// Base images by reference.
    pub base_images: Rc<Map<String, BaseImage>>,
    /// Further contexts by name.
    pub build_contexts: Rc<Map<String, Tree>>,
    /// `--build-arg`.
    pub build_args: Rc<Map<String, String>>,
    /// `--target`.
    pub target: Option<Rc<str>>,
    /// What holds for all builds.
    pub settings: Rc<Settings>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            dockerfile: Rc::new(dockerfile::parse("")),
            context: Tree::default(),
            base_images: Rc::default(),
            build_contexts: Rc::default(),
            build_args: Rc::default(),
            target: None,
            settings: Rc::default(),
        }
    }
}

impl State {
    /// The state that a scenario starts from, before its first edit.
    ///
    /// # Errors
    /// Whatever is wrong with its files, the place of its Dockerfile, or its versions.
    pub fn from_scenario(scenario: &Scenario) -> Result<Self, Error> {
        if scenario.version.is_some_and(|version| version != 1) {
            return Err(Error::new(
                ErrorCode::BadVersion,
                "",
                "this version of the scenario format is not known",
            ));
        }
        let settings = Settings {
            builder: scenario.builder,
            dockerfile_path: scenario.dockerfile_path.as_deref().map(clean).transpose()?,
            secrets: scenario.secrets.keys().cloned().collect(),
            ssh: scenario.ssh,
            platform: scenario.platform.clone().unwrap_or_default(),
            legacy: legacy_version(scenario)?,
            costs: scenario.costs.clone(),
            weights: scenario.weights.clone(),
            outputs: scenario.outputs.clone(),
        };
        let mut state = Self { settings: Rc::new(settings), ..Self::default() };
        let first = Edit {
            write: scenario.context.clone(),
            dockerfile: Some(scenario.dockerfile.clone()),
            build_args: Some(scenario.build_args.clone()),
            target: Some(scenario.target.clone()),
            base_images: scenario.base_images.clone(),
            build_contexts: scenario.build_contexts.clone(),
            ..Edit::default()
        };
        state.apply(&first, START)?;
        Ok(state)
    }

    /// Applies an edit; files that it names get the modification time `time`, in seconds, unless they say one
    /// themselves. If it is refused, nothing of it is applied.
    ///
    /// # Errors
    /// Whatever is wrong with the edit.
    pub fn apply(&mut self, edit: &Edit, time: i64) -> Result<(), Error> {
        let mut next = self.clone();
        edit_tree(&mut next.context, edit, time)?;
        for (name, files) in &edit.build_contexts {
            let trees = Rc::make_mut(&mut next.build_contexts);
            write(trees.get_or_default(name.clone()), files, time)?;
        }
        match &edit.dockerfile {
            Some(text) => next.set_dockerfile(text, time)?,
            None => next.follow_dockerfile()?,
        }
        if let Some(args) = &edit.build_args
            && *args != *next.build_args
        {
            next.build_args = Rc::new(args.clone());
        }
        if let Some(target) = &edit.target {
            next.target = target.as_deref().filter(|target| !target.is_empty()).map(Rc::from);
        }
        if !edit.base_images.is_empty() {
            let images = Rc::make_mut(&mut next.base_images);
            images.extend(edit.base_images.iter().map(|(name, image)| (name.clone(), image.clone())));
        }
        *self = next;
        Ok(())
    }

    /// What a builder reads.
    pub fn input(&self) -> Input<'_> {
        Input {
            dockerfile: &self.dockerfile,
            dockerfile_path: self.settings.dockerfile_path.as_deref(),
            context: &self.context,
            base_images: &self.base_images,
            build_contexts: &self.build_contexts,
            build_args: &self.build_args,
            secrets: &self.settings.secrets,
            ssh: self.settings.ssh,
            target: self.target.as_deref(),
            platform: if self.settings.platform.is_empty() { "linux/amd64" } else { &self.settings.platform },
            outputs: &self.settings.outputs,
            legacy_version: self.settings.legacy,
        }
    }

    /// Whether there is a Dockerfile: it may be deleted from the context like any other file.
    pub fn has_dockerfile(&self) -> bool {
        let folder = |path: &String| self.context.get(path).is_none_or(|entry| entry.kind == Kind::Directory);
        !self.settings.dockerfile_path.as_ref().is_some_and(folder)
    }

    /// Puts an entry at a path that is clean.
    ///
    /// # Errors
    /// If it cannot lie there.
    pub(crate) fn put(&mut self, path: &str, entry: Entry) -> Result<(), Error> {
        insert(&mut self.context, path, entry)?;
        self.follow_dockerfile()
    }

    fn parse(&mut self, text: &str) -> Result<(), Error> {
        if text.len() > LARGEST {
            return Err(Error::new(ErrorCode::TooLarge, "", "the Dockerfile is larger than 16 MiB"));
        }
        if *self.dockerfile.text != *text {
            self.dockerfile = Rc::new(dockerfile::parse(text));
        }
        Ok(())
    }

    fn set_dockerfile(&mut self, text: &str, time: i64) -> Result<(), Error> {
        self.parse(text)?;
        if let Some(path) = &self.settings.dockerfile_path {
            let there = self.context.get(path).map(|entry| &entry.kind);
            if matches!(there, Some(Kind::File(Content::Bytes(bytes))) if **bytes == *text.as_bytes()) {
                return Ok(());
            }
            let mut entry = Entry::file(text.as_bytes());
            entry.mtime = time;
            insert(&mut self.context, path, entry)?;
        }
        Ok(())
    }

    /// The builder reads the Dockerfile from the context if it lies there: a changed file is a changed text.
    fn follow_dockerfile(&mut self) -> Result<(), Error> {
        let Some(path) = self.settings.dockerfile_path.clone() else { return Ok(()) };
        let file = self.context.resolve(&path, true);
        let bytes = match file.and_then(|path| self.context.get(&path)).map(|entry| &entry.kind) {
            Some(Kind::File(Content::Bytes(bytes))) => bytes.clone(),
            Some(Kind::Hardlink(first)) => match self.context.get(first).map(|entry| &entry.kind) {
                Some(Kind::File(Content::Bytes(bytes))) => bytes.clone(),
                _ => Rc::from(&[][..]),
            },
            // Gone, a folder, or known by its digest: there is no text, and the builder says what is wrong.
            _ => Rc::from(&[][..]),
        };
        if *bytes != *self.dockerfile.text.as_bytes() {
            self.parse(&String::from_utf8_lossy(&bytes))?;
        }
        Ok(())
    }
}

/// Applies the part of an edit that is about the context.
fn edit_tree(tree: &mut Tree, edit: &Edit, time: i64) -> Result<(), Error> {
    for (from, to) in &edit.rename.0 {
        let (old, new) = (clean(from)?, clean(to)?);
        tree.rename(&old, &new).map_err(|error| refused(&error))?;
    }
    for path in &edit.delete {
        tree.remove(&clean(path)?);
    }
    write(tree, &edit.write, time)?;
    for (path, mode) in &edit.chmod {
        let bits = parse_mode(mode, path)?;
        tree.chmod(&clean_or_root(path)?, bits).map_err(|error| refused(&error))?;
    }
    for path in &edit.touch {
        tree.touch(&clean_or_root(path)?, time).map_err(|error| refused(&error))?;
    }
    Ok(())
}

/// The folder itself has a mode and a time, too.
fn clean_or_root(path: &str) -> Result<String, Error> {
    if path == "." || path == "/" { Ok(String::new()) } else { clean(path) }
}

/// Puts files into a tree, folders before what is in them.
fn write(tree: &mut Tree, files: &Files, time: i64) -> Result<(), Error> {
    let mut cleaned = Map::new();
    for (path, file) in files {
        let entry = file.to_entry(path, time)?;
        if cleaned.insert(clean(path)?, entry).is_some() {
            return Err(Error::new(ErrorCode::DuplicatePath, path, "the same path is given twice"));
        }
    }
    for path in cleaned.keys() {
        let mut above = path.as_str();
        while let Some((folder, _)) = above.rsplit_once('/') {
            if cleaned.get(folder).is_some_and(|entry| entry.kind != Kind::Directory) {
                return Err(Error::new(
                    ErrorCode::NotAFolder,
                    path,
                    "it lies below something that is no folder",
                ));
            }
            above = folder;
        }
    }
    for (path, entry) in &cleaned {
        insert(tree, path, entry.clone())?;
    }
    for (path, entry) in &cleaned {
        if let Kind::Hardlink(first) = &entry.kind
            && !tree.get(first).is_some_and(|first| matches!(first.kind, Kind::File(_)))
        {
            return Err(Error::new(
                ErrorCode::NotFound,
                path,
                "the file that the hard link names is not there",
            ));
        }
    }
    Ok(())
}

fn insert(tree: &mut Tree, path: &str, entry: Entry) -> Result<(), Error> {
    tree.insert(path, entry).map_err(|error| refused(&error))
}

#[cold]
fn refused(error: &PathError) -> Error {
    let code = match error {
        PathError::NotFound(_) => ErrorCode::NotFound,
        PathError::FileInTheWay(_) => ErrorCode::NotAFolder,
        PathError::FolderInTheWay(_) => ErrorCode::IsAFolder,
        _ => ErrorCode::BadPath,
    };
    Error { code, path: error.path().into(), message: error.to_string() }
}

fn legacy_version(scenario: &Scenario) -> Result<LegacyVersion, Error> {
    let mut versions = LegacyVersion::default();
    if let Some(given) = &scenario.legacy {
        if let Some(daemon) = &given.daemon {
            versions.daemon = version(daemon)?;
        }
        if let Some(client) = &given.client {
            versions.client = version(client)?;
        }
    }
    Ok(versions)
}

/// Reads `28.2` or `20.10.24`: the first two numbers count.
fn version(text: &str) -> Result<(u16, u16), Error> {
    let mut numbers = text.trim_start_matches('v').splitn(3, '.').map(str::parse::<u16>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        (Some(Ok(major)), None) => Ok((major, 0)),
        _ => Err(Error::new(ErrorCode::BadVersion, "", "a version of Docker is written like 28.2")),
    }
}
