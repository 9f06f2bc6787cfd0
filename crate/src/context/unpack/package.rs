//! What a file is to ADD, and an archive with what it made of a folder: found out once for all trees that hold the file.

use std::{cell::RefCell, rc::Rc};

use super::{
    NotUnpacked,
    work::{Member, Work},
};
use crate::{
    archive::{self, Archive, End, Reading},
    context::{Content, Entry, Kind, Node, Tree, path},
};

/// What archives are called.
const ENDINGS: [&str; 10] = [".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".gz", ".bz2", ".xz", ".zst"];

/// A file as ADD finds it, read once for all trees that hold it.
#[derive(Clone, Debug)]
pub(crate) enum Package {
    /// No archive.
    Plain,
    /// Nobody can tell.
    Unknown,
    /// An archive.
    Archive(Rc<Unpacking>),
}

/// An archive with what it made of a folder.
#[derive(Debug)]
pub(crate) struct Unpacking {
    /// Names with what is put there. Files share their nodes with all trees over which they are unpacked.
    members: Vec<(String, Member)>,
    end: End,
    damage: Option<String>,
    /// As whose what was made of which folder the last time.
    last: RefCell<Option<Made>>,
}

type Made = (Option<(u32, u32)>, Tree, Result<Tree, NotUnpacked>);

impl Node {
    /// What the file is to ADD. It is read when this is first asked for; of one that is known by its digest, the name
    /// alone tells.
    pub(crate) fn package(&self, name: &str) -> &Package {
        match &self.entry().kind {
            Kind::File(Content::Bytes(bytes)) => {
                self.memo.package.get_or_init(|| match archive::read(bytes) {
                    Reading::Plain => Package::Plain,
                    Reading::Unknown => Package::Unknown,
                    Reading::Archive(archive) => Package::Archive(Rc::new(Unpacking::new(archive))),
                })
            }
            Kind::File(Content::Digest { .. }) if ENDINGS.iter().any(|ending| name.ends_with(ending)) => {
                &Package::Unknown
            }
            _ => &Package::Plain,
        }
    }

    /// Whether it was read, to see whether it is an archive.
    #[cfg(test)]
    pub(crate) fn is_read(&self) -> bool {
        self.memo.package.get().is_some()
    }
}

impl Unpacking {
    fn new(archive: Archive) -> Self {
        let member = |entry: archive::Entry| {
            let metadata = |kind| Entry { kind, mode: entry.mode, uid: entry.uid, gid: entry.gid, mtime: 0 };
            let member = match entry.kind {
                archive::Kind::File(bytes) => {
                    Member::Node(Rc::new(Node::new(metadata(Kind::File(Content::Bytes(bytes))))))
                }
                archive::Kind::Symlink(target) => {
                    let link = metadata(Kind::Symlink(target.into()));
                    Member::Node(Rc::new(Node::new(Entry { mode: 0o777, ..link })))
                }
                archive::Kind::Special(letter, numbers) => {
                    Member::Node(Rc::new(Node::new(metadata(Kind::Special(letter, numbers)))))
                }
                archive::Kind::Directory => Member::Directory(metadata(Kind::Directory)),
                archive::Kind::Hardlink(target) => Member::Hardlink(target, metadata(Kind::Directory)),
                archive::Kind::Refused(letter) => Member::Refused(letter),
            };
            (entry.name, member)
        };
        Self {
            members: archive.entries.into_iter().map(member).collect(),
            end: archive.end,
            damage: archive.damage,
            last: RefCell::default(),
        }
    }

    /// The folder after unpacking over it. All that is made belongs to `owner`, if one is given, but for folders
    /// that no entry names.
    ///
    /// # Errors
    /// See [`NotUnpacked`].
    pub(crate) fn over(&self, folder: &Tree, owner: Option<(u32, u32)>) -> Result<Tree, NotUnpacked> {
        let mut last = self.last.borrow_mut();
        if let Some((_, _, made)) = last.as_ref().filter(|(whose, over, _)| *whose == owner && over == folder)
        {
            return made.clone();
        }
        let made = self.unpack(folder, owner);
        *last = Some((owner, folder.clone(), made.clone()));
        made
    }

    /// What the builder says where the archive ends, if that is an error. Until 23.0 the classic builder unpacks in
    /// a process of its own, to which damage of the packing looks like the end.
    pub(crate) fn flaw(&self, of_its_own: bool) -> Option<&str> {
        let damage = self.damage.as_deref().filter(|_| !of_its_own);
        match &self.end {
            End::Wrong(message) => Some(message),
            End::Cut { inside } => damage.or(inside.then_some("unexpected EOF")),
            End::Marked | End::Unknown => None,
        }
    }

    /// What is wrong with the packing, which shows to who unpacks it to its end.
    pub(crate) fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Whether an entry has a name that means a deletion in a layer.
    pub(crate) fn has_whiteouts(&self) -> bool {
        self.members.iter().any(|(name, _)| path::base(name).starts_with(".wh."))
    }

    fn unpack(&self, folder: &Tree, owner: Option<(u32, u32)>) -> Result<Tree, NotUnpacked> {
        let mut work = Work::new(folder, owner);
        for (name, member) in &self.members {
            work.member(name, member)?;
        }
        Ok(work.done())
    }
}
