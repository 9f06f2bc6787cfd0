//! Entries of an archive put into a folder, one after another: from inside it, as if it were the root, so that neither
//! `..` nor a link leads out of it.

use std::{cell::Cell, rc::Rc};

use super::NotUnpacked;
use crate::context::{
    Entry, Kind, Node, Tree,
    path::{self, MAX_DEPTH, clean, join},
    tree::{put, take},
};

/// How many names, links followed included, are looked at until it is given up: no honest archive has as many.
const MOST_STEPS: usize = 1 << 24;
/// How many files and folders an archive may make.
const MOST_NODES: usize = 1 << 18;
/// How many links a path may lead through.
const MOST_LINKS: usize = 40;

/// What an entry puts into a folder.
#[derive(Debug)]
pub(super) enum Member {
    /// A file or a link.
    Node(Rc<Node>),
    Directory(Entry),
    /// A further name of what has this name, and the metadata that both get.
    Hardlink(String, Entry),
    Refused(u8),
}

impl Member {
    /// What the builder does, as its errors name it.
    fn verb(&self) -> &'static str {
        match self {
            Self::Node(node) if matches!(node.entry().kind, Kind::Symlink(_)) => "symlink",
            Self::Node(_) => "open",
            Self::Directory(_) => "mkdir",
            Self::Hardlink(..) => "link",
            Self::Refused(_) => "",
        }
    }
}

/// What the system says of a path, in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errno {
    NotThere,
    NoDirectory,
    Circle,
    GivenUp,
}

impl Errno {
    fn text(self) -> &'static str {
        match self {
            Self::NotThere => "no such file or directory",
            Self::NoDirectory => "not a directory",
            Self::Circle => "too many levels of symbolic links",
            Self::GivenUp => "",
        }
    }
}

/// A folder while an archive is unpacked over it.
pub(super) struct Work {
    tree: Tree,
    owner: Option<(u32, u32)>,
    steps: Cell<usize>,
    nodes: usize,
    /// Files of more than one name: their paths.
    names: Vec<Vec<String>>,
}

impl Work {
    /// Nothing is unpacked over `folder` yet. What is will belong to `owner`, if one is given.
    pub(super) fn new(folder: &Tree, owner: Option<(u32, u32)>) -> Self {
        Self { tree: folder.clone(), owner, steps: Cell::new(0), nodes: 0, names: Vec::new() }
    }

    /// The folder.
    pub(super) fn done(self) -> Tree {
        self.tree
    }

    /// Unpacks one entry.
    pub(super) fn member(&mut self, name: &str, member: &Member) -> Result<(), NotUnpacked> {
        // From the root, `..` leads nowhere.
        let path = clean(&["/", name].concat());
        // Two names of the folder itself, of which builders know the first: that one changes nothing.
        let is_itself = path == "/" && clean(name) == ".";
        self.implied(&path)?;
        let there = self.lead(&path, false);
        if let Ok(real) = &there {
            let directory = self.is_directory(real);
            if directory && is_itself {
                return Ok(());
            }
            if !(directory && matches!(member, Member::Directory(_))) {
                self.remove(real)?;
            }
        }
        let (what, parent) = match path.rsplit_once('/') {
            Some((above, _)) => (member.verb(), self.lead(above, true)),
            None => (member.verb(), Ok(String::new())),
        };
        let fails = |errno: Errno| match (errno, member) {
            (Errno::GivenUp, _) => NotUnpacked::Unknown,
            (_, Member::Hardlink(target, _)) => fails_at(&[what, &from_root(target), &path], errno.text()),
            (_, Member::Node(node)) => match &node.entry().kind {
                Kind::Symlink(target) => fails_at(&[what, target, &path], errno.text()),
                // Of what it makes itself the builder gives the system's words alone.
                Kind::Special(..) => fails_at(&[], errno.text()),
                _ => fails_at(&[what, &path], errno.text()),
            },
            _ => fails_at(&[what, &path], errno.text()),
        };
        if let Member::Refused(letter) = member {
            let message = ["unhandled tar header type ", &letter.to_string()].concat();
            return Err(NotUnpacked::Fails(message));
        }
        // A further name is looked for before the place where it is put.
        let target = match member {
            Member::Hardlink(target, _) => {
                Some(self.lead(&clean(&from_root(target)), false).map_err(&fails)?)
            }
            Member::Node(node) if matches!(&node.entry().kind, Kind::Symlink(to) if to.is_empty()) => {
                return Err(fails(Errno::NotThere));
            }
            _ => None,
        };
        let parent = parent.map_err(&fails)?;
        if !self.is_directory(&parent) {
            return Err(fails(Errno::NoDirectory));
        }
        let real = if path == "/" { String::new() } else { join(&[&parent, path::base(&path)]) };
        match (member, target) {
            (Member::Directory(entry), _) => self.directory(&real, entry),
            (Member::Node(node), _) => self.put(&real, self.owned(node)),
            (Member::Hardlink(name, _), Some(target)) if self.is_directory(&target) => {
                let message = fails_at(&["link", &from_root(name), &path], "operation not permitted");
                Err(message)
            }
            (Member::Hardlink(_, entry), Some(target)) => self.hardlink(target, real, entry),
            _ => Ok(()),
        }
    }

    /// Makes the folders above a path that are not there: for nobody's sake, so that they are root's.
    fn implied(&mut self, path: &str) -> Result<(), NotUnpacked> {
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        if above.is_empty() || !matches!(self.lead(above, false), Err(Errno::NotThere)) {
            return Ok(());
        }
        let mut end = 0;
        while end < above.len() {
            end = above.get(end + 1..).and_then(|rest| rest.find('/')).map_or(above.len(), |at| end + 1 + at);
            let part = above.get(..end).unwrap_or(above);
            match self.lead(part, true) {
                Ok(_) => continue,
                Err(Errno::GivenUp) => return Err(NotUnpacked::Unknown),
                Err(_) => {}
            }
            if self.lead(part, false).is_ok() {
                return Err(fails_at(&["mkdir", part], FILE_EXISTS));
            }
            let (before, name) = part.rsplit_once('/').unwrap_or(("", part));
            let Ok(parent) = self.lead(before, true) else { return Err(NotUnpacked::Unknown) };
            // The group bit goes on to what is made within.
            let inherited = self.entry(&parent).map_or(0, |entry| entry.mode & 0o2000);
            let mut entry = Entry::directory();
            entry.mode |= inherited;
            self.put(&join(&[&parent, name]), Rc::new(Node::new(entry)))?;
        }
        Ok(())
    }

    fn directory(&mut self, real: &str, entry: &Entry) -> Result<(), NotUnpacked> {
        let (uid, gid) = self.owner.unwrap_or((entry.uid, entry.gid));
        let entry = Entry { uid, gid, ..entry.clone() };
        if self.is_directory(real) {
            let parts = path::parts(real).map_err(|_| NotUnpacked::Unknown)?;
            self.tree.change(&parts, |node| {
                node.set_metadata(entry.mode, entry.uid, entry.gid, 0);
                ((), true)
            });
            return Ok(());
        }
        self.put(real, Rc::new(Node::new(entry)))
    }

    /// One file under two names: what the entry says of it counts for all of its names.
    fn hardlink(&mut self, target: String, real: String, entry: &Entry) -> Result<(), NotUnpacked> {
        let Some(node) = self.tree.node(&target).cloned() else { return Err(NotUnpacked::Unknown) };
        let old = node.entry();
        let (uid, gid) = self.owner.unwrap_or((entry.uid, entry.gid));
        let mode = if matches!(old.kind, Kind::Symlink(_)) { old.mode } else { entry.mode };
        let changed = (old.mode, old.uid, old.gid) != (mode, uid, gid);
        let node = if changed { Rc::new(Node::new(Entry { mode, uid, gid, ..old.clone() })) } else { node };
        let at = self.names.iter().position(|names| names.contains(&target)).unwrap_or_else(|| {
            self.names.push(vec![target]);
            self.names.len() - 1
        });
        let Some(names) = self.names.get_mut(at) else { return Err(NotUnpacked::Unknown) };
        names.push(real.clone());
        let renewed = if changed { names.clone() } else { vec![real] };
        for name in renewed {
            self.put(&name, Rc::clone(&node))?;
        }
        Ok(())
    }

    /// A file or link as its owner's.
    fn owned(&self, node: &Rc<Node>) -> Rc<Node> {
        match self.owner {
            Some((uid, gid)) => node.mapped(&|entry| Entry { uid, gid, ..entry.clone() }),
            None => Rc::clone(node),
        }
    }

    fn put(&mut self, real: &str, node: Rc<Node>) -> Result<(), NotUnpacked> {
        self.nodes += 1;
        let parts = path::parts(real).map_err(|_| NotUnpacked::Unknown)?;
        if self.nodes > MOST_NODES || parts.is_empty() || parts.len() + 1 >= MAX_DEPTH {
            return Err(NotUnpacked::Unknown);
        }
        put(Rc::make_mut(&mut self.tree.root), &parts, node);
        Ok(())
    }

    /// Takes away what stands at a path. Files that stand there have their other names still.
    fn remove(&mut self, real: &str) -> Result<(), NotUnpacked> {
        let parts = path::parts(real).map_err(|_| NotUnpacked::Unknown)?;
        // What becomes of a folder that is to be replaced while one stands in it is not told here.
        if parts.is_empty() {
            return Err(NotUnpacked::Unknown);
        }
        take(Rc::make_mut(&mut self.tree.root), &parts);
        let gone =
            |name: &str| name.strip_prefix(real).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        for names in &mut self.names {
            names.retain(|name| !gone(name));
        }
        Ok(())
    }

    fn entry(&self, real: &str) -> Option<&Entry> {
        if real.is_empty() { Some(self.tree.root.entry()) } else { self.tree.get(real) }
    }

    fn is_directory(&self, real: &str) -> bool {
        self.entry(real).is_some_and(|entry| matches!(entry.kind, Kind::Directory))
    }

    /// Where a path leads, links followed: those on the way always, the last part only if `follow_last`. As the
    /// kernel goes, but for what it says of names that are too long.
    fn lead(&self, path: &str, follow_last: bool) -> Result<String, Errno> {
        let mut ahead: Vec<&str> = path.split('/').rev().collect();
        let mut way: Vec<(&str, &Node)> = Vec::new();
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            self.steps.set(self.steps.get() + 1);
            if self.steps.get() > MOST_STEPS {
                return Err(Errno::GivenUp);
            }
            let here = way.last().map_or(&*self.tree.root, |(_, node)| node);
            if !here.is_directory() {
                return Err(Errno::NoDirectory);
            }
            match part {
                "" | "." => continue,
                ".." => {
                    way.pop();
                    continue;
                }
                _ => {}
            }
            let child = here.child(part).ok_or(Errno::NotThere)?;
            if let Kind::Symlink(target) = &child.entry().kind
                && (follow_last || ahead.iter().any(|part| !part.is_empty()))
            {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::Circle);
                }
                if target.starts_with('/') {
                    way.clear();
                }
                ahead.extend(target.split('/').rev());
                continue;
            }
            way.push((part, child));
        }
        let names: Vec<&str> = way.iter().map(|(name, _)| *name).collect();
        Ok(names.join("/"))
    }
}

/// A link's target as the name of a file in the archive.
fn from_root(target: &str) -> String {
    clean(&["/", target].concat())
}

fn fails_at(words: &[&str], reason: &str) -> NotUnpacked {
    let message =
        if words.is_empty() { reason.to_owned() } else { [&words.join(" "), ": ", reason].concat() };
    // What links lead to, and what is asked for by name, may be there without being known.
    let may_be_there = reason == Errno::NotThere.text() || reason == FILE_EXISTS;
    if may_be_there { NotUnpacked::Lacks(message) } else { NotUnpacked::Fails(message) }
}

const FILE_EXISTS: &str = "file exists";
