//! What differs between two trees. Shared nodes are skipped, so that comparing two states costs what changed
//! between them and not what they hold.

use std::{cmp::Ordering, rc::Rc};

use super::{Content, Entry, Kind, Node, Tree};
use crate::digest::Digest;

/// A path at which two trees differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path, relative to the root; empty for the root itself.
    pub path: String,
    /// The most telling difference.
    pub what: What,
    /// What stood there; `None` if it was added.
    pub before: Option<Entry>,
    /// What stands there now; `None` if it was deleted.
    pub after: Option<Entry>,
}

/// What differs, the most telling first: a file whose content and mode changed is told as changed in content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Nothing stood there.
    Added,
    /// Nothing stands there any more.
    Deleted,
    /// A file became a folder, a link a file, and so on.
    Type,
    /// The bytes of a file.
    Content,
    /// The target of a link.
    Target,
    /// The permission bits.
    Mode,
    /// Owner or group.
    Owner,
    /// The modification time and nothing else; no builder hashes it.
    Time,
}

impl Tree {
    /// What differs in `after`, in byte order by parts. A folder that was added or deleted is followed by
    /// everything below it.
    pub fn diff(&self, after: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        compare(&mut changes, &mut String::new(), &self.root, &after.root);
        changes
    }
}

fn compare(changes: &mut Vec<Change>, path: &mut String, before: &Rc<Node>, after: &Rc<Node>) {
    if Rc::ptr_eq(before, after) {
        return;
    }
    if let Some(what) = difference(before.entry(), after.entry()) {
        changes.push(Change {
            path: path.clone(),
            what,
            before: Some(before.entry().clone()),
            after: Some(after.entry().clone()),
        });
    }
    let (mut left, mut right) = (before.children().iter().peekable(), after.children().iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some((left, _)), Some((right, _))) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let old = if order == Ordering::Greater { None } else { left.next() };
        let new = if order == Ordering::Less { None } else { right.next() };
        let Some((name, _)) = old.or(new) else { return };
        let length = path.len();
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        match (old, new) {
            (Some((_, old)), Some((_, new))) => compare(changes, path, old, new),
            (Some((_, old)), None) => all(changes, path, old, What::Deleted),
            (None, Some((_, new))) => all(changes, path, new, What::Added),
            (None, None) => {}
        }
        path.truncate(length);
    }
}

/// Tells a node and everything below it as added or deleted.
fn all(changes: &mut Vec<Change>, path: &mut String, node: &Rc<Node>, what: What) {
    let entry = Some(node.entry().clone());
    let (before, after) = if what == What::Added { (None, entry) } else { (entry, None) };
    changes.push(Change { path: path.clone(), what, before, after });
    for (name, child) in node.children() {
        let length = path.len();
        path.push('/');
        path.push_str(name);
        all(changes, path, child, what);
        path.truncate(length);
    }
}

fn difference(before: &Entry, after: &Entry) -> Option<What> {
    let kinds = match (&before.kind, &after.kind) {
        (Kind::File(before), Kind::File(after)) => (!same_content(before, after)).then_some(What::Content),
        (Kind::Directory, Kind::Directory) => None,
        (Kind::Symlink(before), Kind::Symlink(after)) | (Kind::Hardlink(before), Kind::Hardlink(after)) => {
            (before != after).then_some(What::Target)
        }
        _ => Some(What::Type),
    };
    kinds.or_else(|| {
        if before.mode != after.mode {
            Some(What::Mode)
        } else if (before.uid, before.gid) != (after.uid, after.gid) {
            Some(What::Owner)
        } else {
            (before.mtime != after.mtime).then_some(What::Time)
        }
    })
}

/// Whether two contents are equal, one of which may be known by its digest only.
pub(super) fn same_content(left: &Content, right: &Content) -> bool {
    match (left, right) {
        (Content::Bytes(left), Content::Bytes(right)) => Rc::ptr_eq(left, right) || left == right,
        (Content::Bytes(bytes), Content::Digest { digest, size })
        | (Content::Digest { digest, size }, Content::Bytes(bytes)) => {
            bytes.len() as u64 == *size && Digest::of(bytes) == *digest
        }
        (left, right) => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edit: impl FnOnce(&mut Tree), expected: &str) {
        let mut before = Tree::new();
        for path in ["a", "d/b", "d/e/c", "z/y"] {
            before.insert(path, Entry::file(*b"1")).expect("a good path");
        }
        before.insert("l", Entry::symlink("a")).expect("a good path");
        let mut after = before.clone();
        edit(&mut after);
        let changes = before.diff(&after);
        let text: Vec<String> =
            changes.iter().map(|change| format!("{:?} {}", change.what, change.path)).collect();
        assert_eq!(text.join(", "), expected);
        assert_eq!(after.diff(&before).len(), changes.len(), "the other way round");
    }

    #[test]
    fn each_kind_of_change_is_told() {
        check(|_| {}, "");
        check(|tree| drop(tree.insert("d/b", Entry::file(*b"2"))), "Content d/b");
        check(|tree| drop(tree.insert("d/b", Entry::file(*b"1"))), "");
        check(|tree| drop(tree.chmod("d", 0o700)), "Mode d");
        check(|tree| drop(tree.touch("d/b", 5)), "Time d/b");
        check(|tree| drop(tree.insert("l", Entry::symlink("d"))), "Target l");
        check(|tree| drop(tree.insert("a", Entry::symlink("d"))), "Type a");
        check(|tree| assert!(tree.remove("d")), "Deleted d, Deleted d/b, Deleted d/e, Deleted d/e/c");
        check(|tree| drop(tree.rename("a", "d/aa")), "Deleted a, Added d/aa");
        check(|tree| drop(tree.insert("d/b", Entry { uid: 3, ..Entry::file(*b"1") })), "Owner d/b");
    }

    #[test]
    fn bytes_and_their_digest_are_one_content() {
        let known = Content::Bytes((*b"abc").into());
        let digest = Content::Digest { digest: Digest::of(b"abc"), size: 3 };
        assert!(same_content(&known, &digest) && same_content(&digest, &known));
        assert!(!same_content(&Content::Bytes((*b"abd").into()), &digest));
    }
}
