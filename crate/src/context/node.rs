//! Shared nodes of a tree, each with the digests that were computed from it.

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use super::{
    entry::{Content, Entry, Kind},
    legacy_sum::Remembered,
    unpack::Package,
};
use crate::digest::Digest;

/// A file, folder or link of a tree with everything below it. Trees share nodes behind [`Rc`]; a node that is
/// shared never changes, which is why it may remember its digests.
#[derive(Clone, Debug)]
pub struct Node {
    entry: Entry,
    /// Whether it is there only because something below it is: the classic builder's daemon makes such folders
    /// without having a sum for them.
    implied: bool,
    folder: Option<Folder>,
    pub(in crate::context) memo: Memo,
}

/// A name in a folder and what stands there.
pub(super) type Member = (Rc<str>, Rc<Node>);

/// What is known about a folder's members.
#[derive(Clone, Debug, Default)]
struct Folder {
    /// Sorted bytewise by name.
    children: Vec<Member>,
    below: Tally,
}

/// Counts over everything below a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) entries: u32,
    /// Files known only by a digest.
    pub(super) inexact: u32,
    pub(super) hardlinks: u32,
    /// Parts of the longest path.
    pub(super) height: u32,
}

/// Digests of a node, each computed when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    /// Of the entry alone.
    pub(super) entry: OnceCell<Digest>,
    /// Of a folder with everything below it.
    pub(super) record: OnceCell<Digest>,
    /// The same, as the root of a build context.
    pub(super) root: OnceCell<Digest>,
    /// The classic builder's sum at the path where it was last asked for.
    pub(super) legacy: RefCell<Option<Rc<Remembered>>>,
    /// What a file is to ADD.
    pub(in crate::context) package: OnceCell<Package>,
}

impl Node {
    /// A node without members.
    pub fn new(entry: Entry) -> Self {
        let folder = matches!(entry.kind, Kind::Directory).then(Folder::default);
        Self { entry, implied: false, folder, memo: Memo::default() }
    }

    /// A folder with these members, which are sorted by name.
    pub(super) fn folder(entry: Entry, implied: bool, children: Vec<Member>) -> Self {
        let mut below = Tally::default();
        for (_, child) in &children {
            below.add(child.tally());
        }
        Self { entry, implied, folder: Some(Folder { children, below }), memo: Memo::default() }
    }

    /// What stands here.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Whether it is a folder.
    pub fn is_directory(&self) -> bool {
        self.folder.is_some()
    }

    /// The members of a folder, sorted bytewise by name; none of anything else.
    pub fn children(&self) -> &[(Rc<str>, Rc<Self>)] {
        self.folder.as_ref().map_or(&[], |folder| &folder.children)
    }

    /// The member with this name.
    pub fn child(&self, name: &str) -> Option<&Rc<Self>> {
        let children = self.children();
        children.get(position(children, name).ok()?).map(|(_, child)| child)
    }

    /// How many entries stand below it.
    pub fn len(&self) -> usize {
        self.below().entries as usize
    }

    /// Whether nothing stands below it.
    pub fn is_empty(&self) -> bool {
        self.children().is_empty()
    }

    /// Whether all file contents here and below are known by their bytes.
    pub fn is_exact(&self) -> bool {
        self.tally().inexact == 0
    }

    pub(super) fn is_implied(&self) -> bool {
        self.implied
    }

    pub(super) fn below(&self) -> Tally {
        self.folder.as_ref().map_or(Tally::default(), |folder| folder.below)
    }

    /// Counts over the node and everything below it.
    fn tally(&self) -> Tally {
        let below = self.below();
        Tally {
            entries: below.entries + 1,
            inexact: below.inexact + u32::from(matches!(self.entry.kind, Kind::File(Content::Digest { .. }))),
            hardlinks: below.hardlinks + u32::from(matches!(self.entry.kind, Kind::Hardlink(_))),
            height: below.height + 1,
        }
    }

    /// Changes the metadata, and forgets digests if any of them could change with it. The kind stays.
    pub(super) fn set_metadata(&mut self, mode: u32, uid: u32, gid: u32, mtime: i64) {
        if (mode, uid, gid) != (self.entry.mode, self.entry.uid, self.entry.gid) {
            self.memo = Memo::default();
        }
        (self.entry.mode, self.entry.uid, self.entry.gid, self.entry.mtime) = (mode, uid, gid, mtime);
    }

    /// Puts a member in its place, or takes it out, and returns what stood there.
    pub(super) fn set_child(&mut self, name: &str, child: Option<Rc<Self>>) -> Option<Rc<Self>> {
        let Some(folder) = &mut self.folder else { return None };
        self.memo.record.take();
        self.memo.root.take();
        let place = position(&folder.children, name);
        let added = child.as_ref().map(|child| child.tally());
        let before = match (place, child) {
            (Ok(at), Some(child)) => {
                folder.children.get_mut(at).map(|slot| std::mem::replace(&mut slot.1, child))
            }
            (Ok(at), None) => Some(folder.children.remove(at).1),
            (Err(at), Some(child)) => {
                folder.children.insert(at, (name.into(), child));
                None
            }
            (Err(_), None) => None,
        };
        folder.update(before.as_ref().map(|before| before.tally()), added);
        before
    }

    /// Changes a member in place, whether it is shared or not. `change` says whether the digests of the folders
    /// above may have changed.
    pub(super) fn change_child<T>(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Self) -> (T, bool),
    ) -> Option<T> {
        let folder = self.folder.as_mut()?;
        let at = position(&folder.children, name).ok()?;
        let (_, child) = folder.children.get_mut(at)?;
        let before = child.tally();
        let (result, stale) = change(Rc::make_mut(child));
        let after = child.tally();
        folder.update(Some(before), Some(after));
        if stale {
            self.memo.record.take();
            self.memo.root.take();
        }
        Some(result)
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.inexact += other.inexact;
        self.hardlinks += other.hardlinks;
        self.height = self.height.max(other.height);
    }
}

impl Folder {
    /// Keeps the counts true after a member with the counts `before` has become one with those of `after`.
    fn update(&mut self, before: Option<Tally>, after: Option<Tally>) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.below.entries -= before.entries;
            self.below.inexact -= before.inexact;
            self.below.hardlinks -= before.hardlinks;
            if before.height == self.below.height {
                self.below.height =
                    self.children.iter().map(|(_, child)| child.tally().height).max().unwrap_or(0);
            }
        }
        if let Some(after) = after {
            self.below.add(after);
        }
    }
}

/// Where a name stands among members, or where it would.
fn position(children: &[Member], name: &str) -> Result<usize, usize> {
    // Files mostly arrive in order.
    match children.last() {
        Some((last, _)) if **last < *name => Err(children.len()),
        _ => children.binary_search_by(|(own, _)| (**own).cmp(name)),
    }
}

impl PartialEq for Node {
    /// Equal files, metadata and times included. Shared nodes are equal without looking.
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
            && self.implied == other.implied
            && self.children().len() == other.children().len()
            && self.children().iter().zip(other.children()).all(|((name, child), (other_name, other))| {
                name == other_name && (Rc::ptr_eq(child, other) || child == other)
            })
    }
}

impl Eq for Node {}
