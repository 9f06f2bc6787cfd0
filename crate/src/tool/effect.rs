//! What a RUN reads and writes in the image, added up over its commands.

use super::{
    Script, Setting,
    contract::{self, Call},
    shell::{self, Command, Redirect, Word},
};

/// A part of the image's file system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// Absolute path.
    pub path: String,
    /// How much of it.
    pub reach: Reach,
}

/// How much of a path a [`Region`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The path itself: a file, or a folder's own metadata.
    Entry,
    /// The path and everything below it.
    Tree,
}

impl Region {
    /// The path itself.
    pub fn entry(path: impl Into<String>) -> Self {
        Self { path: path.into(), reach: Reach::Entry }
    }

    /// The path and everything below it.
    pub fn tree(path: impl Into<String>) -> Self {
        Self { path: path.into(), reach: Reach::Tree }
    }

    /// Whether both mean a common path.
    pub fn meets(&self, other: &Self) -> bool {
        self.path == other.path
            || (self.reach == Reach::Tree && below(&other.path, &self.path))
            || (other.reach == Reach::Tree && below(&self.path, &other.path))
    }

    /// Whether `path` is a part of it.
    pub fn covers(&self, path: &str) -> bool {
        self.path == path || (self.reach == Reach::Tree && below(path, &self.path))
    }
}

/// Whether `path` lies below `folder`, both absolute and clean.
pub(crate) fn below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
}

/// What stands at a path of the image when a RUN starts, as far as the build context tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file from the context with this text.
    Text(String),
    /// A file from the context whose text is not known or is none.
    File,
    /// A folder from the context with the names in it.
    Folder(Vec<String>),
    /// An earlier step may have made or changed it.
    Made,
    /// Neither the context nor an earlier step whose effects are known brings it; another step may.
    Perhaps,
    /// Neither the context nor an earlier step brings it; the base image may have it.
    Absent,
}

/// Access to the image's files, as far as the build context tells.
pub trait Files {
    /// What stands at an absolute path.
    fn find(&self, path: &str) -> Found;

    /// The names that copies of the context bring into a folder; `None` if something else may.
    fn brought(&self, _folder: &str) -> Option<Vec<String>> {
        None
    }
}

/// A view on an image of which nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn find(&self, _: &str) -> Found {
        Found::Made
    }
}

/// A folder that gets another owner, with all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The folder.
    pub region: Region,
    /// `user:group`, names or numbers.
    pub owner: String,
}

/// All that a RUN does.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// What it reads. Nothing is said about the parts of the system that no build context brings, such as
    /// the C library: a region is listed where a COPY could bring something that matters.
    pub reads: Vec<Region>,
    /// What it writes, changes or removes.
    pub writes: Vec<Region>,
    /// Folders that it hands to someone with all below, which changes no content. They are in neither list above.
    pub handed: Vec<Handed>,
    /// Folders that must be there for it to work.
    pub needs: Vec<String>,
    /// Why its effects are not known; then it may read and write everything.
    pub opaque: Option<String>,
    /// The programs that it runs, in order, each once.
    pub programs: Vec<String>,
    /// What was looked at to know its effects: sentences without a full stop.
    pub evidence: Vec<String>,
    /// Files that it writes of which it is known what matters about their text: that stands for them.
    pub texts: Vec<(String, String)>,
    /// How many scripts that programs run are being followed.
    pub(super) depth: usize,
}

impl Survey {
    /// Adds a region that is read.
    pub(crate) fn read(&mut self, region: Region) {
        if !self.reads.contains(&region) {
            self.reads.push(region);
        }
    }

    /// Adds a region that is written.
    pub(crate) fn write(&mut self, region: Region) {
        if !self.writes.contains(&region) {
            self.writes.push(region);
        }
    }

    /// Adds a file that is written by a program which does not make the folder that it lies in.
    pub(crate) fn write_into(&mut self, region: Region) {
        let folder = region.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !folder.is_empty() {
            self.need(folder);
        }
        self.write(region);
    }

    /// Adds a folder that must be there.
    pub(crate) fn need(&mut self, folder: &str) {
        if !self.needs.iter().any(|known| known == folder) {
            self.needs.push(folder.to_owned());
        }
    }

    /// Notes what was looked at.
    pub(crate) fn note(&mut self, sentence: String) {
        if !self.evidence.contains(&sentence) {
            self.evidence.push(sentence);
        }
    }

    /// All that it writes or changes.
    pub fn changes(&self) -> impl Iterator<Item = &Region> {
        self.writes.iter().chain(self.handed.iter().map(|handed| &handed.region))
    }

    fn close(&mut self, reason: String) {
        if self.opaque.is_none() {
            self.opaque = Some(reason);
        }
    }
}

/// Adds up what a RUN reads and writes.
pub fn survey(script: Script<'_>, setting: &Setting<'_>, files: &dyn Files) -> Survey {
    let mut out = Survey::default();
    follow(script, setting, files, &mut out);
    out
}

/// Adds what a script reads and writes: that of a RUN, or one that a program runs.
pub(super) fn follow(script: Script<'_>, setting: &Setting<'_>, files: &dyn Files, out: &mut Survey) {
    let reading = shell::commands(script, setting);
    if let Some(what) = &reading.opaque {
        let mut reason = String::from("it uses ");
        reason.push_str(what);
        reason.push_str(", which is not followed");
        out.close(reason);
    }
    for each in &reading.commands {
        if let Err(reason) = command(each, Call::of(each, setting, files).as_ref(), out) {
            out.close(reason);
        }
    }
}

/// Adds what a command reads and writes: its redirections, and the call that it makes.
pub(super) fn command(command: &Command, call: Option<&Call<'_>>, out: &mut Survey) -> Result<(), String> {
    let redirects = redirects(command, out);
    let Some(call) = call else {
        if !command.words.is_empty() {
            return redirects.and(Err("the name of a program in it is not certain".to_owned()));
        }
        return redirects;
    };
    if !out.programs.iter().any(|program| program == call.name) {
        out.programs.push(call.name.to_owned());
    }
    redirects.and(call.genuine().and_then(|()| contract::effects(call, out)))
}

/// Adds the files that a command is redirected to and from.
pub(super) fn redirects(command: &Command, out: &mut Survey) -> Result<(), String> {
    let mut all = Ok(());
    for redirect in &command.redirects {
        all = all.and(file(redirect, command.directory.as_deref(), out));
    }
    all
}

fn file(redirect: &Redirect, directory: Option<&str>, out: &mut Survey) -> Result<(), String> {
    let path =
        path_of(&redirect.target, directory).ok_or("a file that it redirects to or from is not certain")?;
    let region = Region::entry(path);
    if redirect.write {
        out.write_into(region);
    } else {
        out.read(region);
    }
    Ok(())
}

/// The absolute path that a word names, if it is certain.
pub(super) fn path_of(word: &Word, directory: Option<&str>) -> Option<String> {
    let text = word.certain()?;
    if text.starts_with('/') {
        return Some(shell::normal(text));
    }
    Some(shell::join(directory?, text))
}
