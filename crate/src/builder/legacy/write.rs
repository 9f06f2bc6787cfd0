//! What COPY and ADD write: where files land, whose they are (`builder/dockerfile/copy.go`, `performCopyForInfo`).

use std::rc::Rc;

use crate::{
    archive::is_zstandard,
    builder::buildkit::{
        apply::above_gap,
        snapshot::{Doubt, Extent, Snapshot, Unknown},
    },
    context::{
        Content, Entry, Kind, Node, NotUnpacked, Package, Tree, Unpacking,
        path::{base, clean, join},
    },
    digest::Digest,
};

/// Who owns what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Whoever owned it where it comes from: `COPY --from` without `--chown`.
    Kept,
    /// This user and group.
    Set(u32, u32),
}

impl Owner {
    /// The owner that `--chown` names with numbers, or root. Names are looked up in the image, so that they are
    /// not known here.
    pub(super) fn parse(chown: &str) -> Option<Self> {
        let (user, group) = chown.split_once(':').unwrap_or((chown, chown));
        let number = |text: &str| if text == "root" { Some(0) } else { text.parse().ok() };
        Some(Self::Set(number(user)?, number(group)?))
    }

    fn of(self, entry: &Entry) -> Entry {
        match self {
            Self::Kept => entry.clone(),
            Self::Set(uid, gid) => Entry { uid, gid, ..entry.clone() },
        }
    }

    fn directory(self) -> Entry {
        self.of(&Entry::directory())
    }
}

/// A file or folder to be written.
#[derive(Clone, Debug)]
pub(super) struct Item {
    node: Rc<Node>,
    /// Its name where the source word says so, which for a link is not the name of the file that it leads to.
    name: String,
}

impl Item {
    /// What a source word selects in `tree`.
    pub(super) fn find(tree: &Tree, source: &str) -> Option<Self> {
        let path = tree.resolve(source, true)?;
        let node = Rc::clone(tree.node(&path)?);
        Some(Self { node, name: base(source).to_owned() })
    }

    /// What it is to ADD.
    fn package(&self, unpacks: Unpacks) -> &Package {
        let unknown_packing = !unpacks.zstandard
            && matches!(&self.node.entry().kind, Kind::File(Content::Bytes(bytes)) if is_zstandard(bytes));
        if unknown_packing { &Package::Plain } else { self.node.package(&self.name) }
    }
}

/// What a step writes.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) destination: String,
    /// `--chown` after expansion.
    pub(super) chown: String,
    pub(super) items: Vec<Item>,
    pub(super) owner: Owner,
    /// How archives are unpacked, if they are.
    pub(super) unpacks: Option<Unpacks>,
    /// What it takes in and how, after which files are called that it writes and that are not known.
    pub(super) label: String,
    /// Set if what is written is not known: whether it may be equal to something else, and whether it is said not to.
    pub(super) hidden: Option<(Doubt, bool)>,
}

/// How a version unpacks archives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unpacks {
    /// In a process of its own, to the very end.
    pub(super) apart: bool,
    /// With one error that begins in upper case.
    pub(super) capital: bool,
    /// Those of Zstandard, too.
    pub(super) zstandard: bool,
}

impl Write {
    /// What a miss finds out before it writes: an owner that cannot be read, a folder over a file.
    ///
    /// # Errors
    /// The daemon's message. Where it names a path in the file system of the daemon's host, only the path in the
    /// image is given.
    pub(super) fn check(&self, contents: &Snapshot, workdir: &str) -> Result<(), String> {
        if self.chown.matches(':').count() > 1 {
            let rest = "to convert uid/gid chown string to host mapping: invalid chown string format: ";
            return Err(["unable ", rest, &self.chown].concat());
        }
        let full = full(&self.destination, workdir);
        let path = clean(&full);
        if let Some(message) = below_file(contents, &path) {
            return Err(["failed to copy files: ", &message].concat());
        }
        let archive = self.unpacks.is_some_and(|unpacks| {
            is_file(contents, &path)
                && self.items.iter().any(|item| matches!(item.package(unpacks), Package::Archive(_)))
        });
        if archive {
            let capital = self.unpacks.is_some_and(|unpacks| unpacks.capital);
            let start = if capital { "Error" } else { "error" };
            let rest = " setting up pivot dir: mkdir ";
            let pivot = [start, rest, &path, "/.pivot_root: not a directory"].concat();
            return Err(self.unpacking_fails("exit status 1", &pivot));
        }
        let kind = if self.items.iter().any(|item| item.node.is_directory()) {
            "failed to copy directory"
        } else if full.ends_with('/') {
            "failed to create new directory"
        } else {
            return Ok(());
        };
        if is_file(contents, &path) {
            return Err(["failed to copy files: ", kind, ": mkdir ", &path, ": not a directory"].concat());
        }
        Ok(())
    }

    /// Writes.
    ///
    /// # Errors
    /// The daemon's message for an archive that cannot be unpacked.
    pub(super) fn to(&self, contents: &mut Snapshot, workdir: &str) -> Result<(), String> {
        let full = full(&self.destination, workdir);
        let hidden = match self.hidden {
            Some(hidden) => Some(hidden),
            None => self.known(contents, &full)?.map(|doubt| (doubt, false)),
        };
        if let Some((doubt, new)) = hidden {
            let extent = Extent::At(clean(&full).into());
            contents.cover(Unknown { name: Digest::of(self.label.as_bytes()), doubt, new, extent });
        }
        Ok(())
    }

    /// Writes known files; says how the rest is doubted if something in an archive is not known, and has written nothing
    /// then.
    fn known(&self, contents: &mut Snapshot, full: &str) -> Result<Option<Doubt>, String> {
        let usual = contents.is_directory(&clean(full));
        let before = self.unpacks.map(|_| contents.clone());
        let tree = contents.top();
        let place = place(tree, full);
        for item in &self.items {
            let package = self.unpacks.map_or(&Package::Plain, |unpacks| item.package(unpacks));
            if !matches!(package, Package::Plain) {
                let unpacked = match package {
                    Package::Archive(archive) => self.unpack(tree, &place, archive),
                    _ => Err(NotUnpacked::Unknown),
                };
                let doubt = match unpacked {
                    Ok(()) => continue,
                    Err(NotUnpacked::Fails(message)) => return Err(message),
                    Err(NotUnpacked::Lacks(message)) => {
                        before.as_ref().and_then(|before| before.beneath(&place)).ok_or(message)?
                    }
                    Err(NotUnpacked::Unknown) => Doubt::Run,
                };
                *contents = before.unwrap_or_default();
                return Ok(Some(doubt));
            }
            if item.node.is_directory() {
                // Those above are made by the one who unpacks, and only what is copied is given away.
                make(tree, place.rsplit_once('/').map_or("", |(above, _)| above), Owner::Kept);
                make(tree, &place, self.owner);
                for (name, child) in item.node.children() {
                    merge(tree, &join(&[&place, name]), child, self.owner);
                }
                continue;
            }
            let inside = full.ends_with('/') || tree.get(&place).map_or(usual, is_directory);
            let (folder, path) = if inside {
                (place.clone(), join(&[&place, &item.name]))
            } else {
                (place.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()), place.clone())
            };
            make(tree, &folder, self.owner);
            merge(tree, &path, &item.node, self.owner);
        }
        Ok(None)
    }

    /// The daemon's words for an archive that cannot be unpacked. They hold a number of its own in `.pivot_root`,
    /// which is left out.
    fn unpacking_fails(&self, state: &str, message: &str) -> String {
        let told = ["Error processing tar file(", state, "): ", message].concat();
        let apart = self.unpacks.is_some_and(|unpacks| unpacks.apart);
        ["failed to copy files: ", if apart { told.trim_end() } else { message }].concat()
    }

    /// Unpacks an archive. `--chown` is not looked at.
    fn unpack(&self, tree: &mut Tree, place: &str, archive: &Unpacking) -> Result<(), NotUnpacked> {
        // Storage takes such names for deletions, each in its own way.
        if archive.has_whiteouts() {
            return Err(NotUnpacked::Unknown);
        }
        make(tree, place, Owner::Kept);
        let state = "exit status 1";
        let whole =
            archive.over(&tree.subtree(place).unwrap_or_default(), None).map_err(|not| match not {
                NotUnpacked::Fails(message) => NotUnpacked::Fails(self.unpacking_fails(state, &message)),
                NotUnpacked::Lacks(message) => NotUnpacked::Lacks(self.unpacking_fails(state, &message)),
                NotUnpacked::Unknown => NotUnpacked::Unknown,
            })?;
        let apart = self.unpacks.is_some_and(|unpacks| unpacks.apart);
        let flaw = archive.flaw(apart).map(|flaw| self.unpacking_fails(state, flaw));
        // Who unpacks apart takes in all of it.
        let damage = archive.damage().filter(|_| apart).map(|damage| self.unpacking_fails(damage, ""));
        match flaw.or(damage) {
            Some(message) => Err(NotUnpacked::Fails(message)),
            None => tree.graft(place, Rc::clone(whole.root())).map_err(|_| NotUnpacked::Unknown),
        }
    }
}

/// The daemon's words for a path that leads through a file.
pub(super) fn below_file(contents: &Snapshot, path: &str) -> Option<String> {
    let gap = above_gap(path, |above| !above.is_empty() && is_file(contents, above))?;
    Some(["lstat ", gap, ": not a directory"].concat())
}

/// Whether something else than a folder is known to stand at a path: it is seen from the top, down to what may
/// hide it.
pub(super) fn is_file(contents: &Snapshot, path: &str) -> bool {
    for segment in contents.segments.iter().rev() {
        if let Some(entry) = segment.top.get(&place(&segment.top, path)) {
            return !is_directory(entry);
        }
        if segment.unknown.as_ref().is_some_and(|unknown| unknown.reaches(path)) {
            return false;
        }
    }
    false
}

fn is_directory(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Directory)
}

/// The destination from the root, with a slash at its end if it has one.
fn full(destination: &str, workdir: &str) -> String {
    if destination.starts_with('/') {
        return destination.to_owned();
    }
    let mut path = join(&["/", workdir, destination]);
    if destination.ends_with('/') && !path.ends_with('/') {
        path.push('/');
    }
    path
}

/// The path in the tree: links are followed as far as they are known, also to what is not there yet.
fn place(tree: &Tree, full: &str) -> String {
    let led = tree.resolve(full, true).or_else(|| tree.gap(full));
    led.unwrap_or_else(|| clean(full).trim_start_matches('/').to_owned())
}

/// Makes a folder with those above it. New ones belong to `owner`. A path that is not possible is left out, as
/// everywhere here: the real daemon fails there.
fn make(tree: &mut Tree, path: &str, owner: Owner) {
    let mut end = 0;
    while end < path.len() {
        end = path.get(end + 1..).and_then(|rest| rest.find('/')).map_or(path.len(), |at| end + 1 + at);
        let part = path.get(..end).unwrap_or(path);
        if tree.get(part).is_none() {
            let _ = tree.insert(part, owner.directory());
        }
    }
}

/// Puts a node at a path: into the folder that is there, or in place of what is there.
fn merge(tree: &mut Tree, path: &str, node: &Rc<Node>, owner: Owner) {
    if node.is_directory() && tree.get(path).is_some_and(is_directory) {
        let _ = tree.insert(path, owner.of(node.entry()));
        for (name, child) in node.children() {
            merge(tree, &join(&[path, name]), child, owner);
        }
        return;
    }
    let _ = tree.graft(path, node.mapped(&|entry| owner.of(entry)));
}
