//! What BuildKit's snapshot of a context holds after a transfer.
//!
//! The daemon keeps the tree that it received last from the same folder, and asks only for what seems to have
//! changed. A file whose size, time, mode and owner are the same keeps its old bytes, and a folder that is there
//! already keeps the mode with which it came.

use std::rc::Rc;

use super::{Content, Entry, Kind, Node, Tree};

impl Tree {
    /// The snapshot after `sent` is transferred onto this one, the snapshot of the last transfer. Shares nodes
    /// with both wherever it can.
    #[must_use]
    pub fn transfer(&self, sent: &Self) -> Self {
        Self { root: merge(&self.root, &sent.root) }
    }
}

fn merge(old: &Rc<Node>, sent: &Rc<Node>) -> Rc<Node> {
    if Rc::ptr_eq(old, sent) || !looks_changed(old.entry(), sent.entry()) && !old.is_directory() {
        return Rc::clone(old);
    }
    if !old.is_directory() || !sent.is_directory() {
        return Rc::clone(sent);
    }
    let mut children = Vec::with_capacity(sent.children().len());
    let mut before = old.children().iter().peekable();
    let (mut all_old, mut all_sent) = (old.children().len() == sent.children().len(), true);
    for (name, child) in sent.children() {
        while before.next_if(|(old, _)| old < name).is_some() {}
        let merged = if let Some((_, old)) = before.next_if(|(old, _)| old == name) {
            let merged = merge(old, child);
            all_old &= Rc::ptr_eq(&merged, old);
            merged
        } else {
            all_old = false;
            Rc::clone(child)
        };
        all_sent &= Rc::ptr_eq(&merged, child);
        children.push((Rc::clone(name), merged));
    }
    if all_old {
        Rc::clone(old)
    } else if all_sent && old.entry() == sent.entry() {
        Rc::clone(sent)
    } else {
        Rc::new(Node::folder(old.entry().clone(), false, children))
    }
}

/// Whether the transfer's comparison sees a difference between two entries.
fn looks_changed(old: &Entry, sent: &Entry) -> bool {
    let same_kind = match (&old.kind, &sent.kind) {
        (Kind::File(old), Kind::File(sent)) => size(old) == size(sent),
        (old, sent) => old == sent,
    };
    !same_kind || (old.mode, old.uid, old.gid, old.mtime) != (sent.mode, sent.uid, sent.gid, sent.mtime)
}

fn size(content: &Content) -> u64 {
    match content {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::Digest { size, .. } => *size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, Entry)]) -> Tree {
        let mut tree = Tree::new();
        for (path, entry) in entries {
            tree.insert(path, entry.clone()).expect("a good path");
        }
        tree
    }

    #[test]
    fn equal_size_and_time_hide_a_change() {
        let old = tree(&[("f", Entry::file(*b"aaaa"))]);
        let hidden = tree(&[("f", Entry::file(*b"bbbb"))]);
        assert!(old.transfer(&hidden).is_same(&old));
        let seen = tree(&[("f", Entry { mtime: 1, ..Entry::file(*b"bbbb") })]);
        assert_eq!(old.transfer(&seen), seen);
        let longer = tree(&[("f", Entry::file(*b"bbbbb"))]);
        assert_eq!(old.transfer(&longer), longer);
    }

    #[test]
    fn folders_keep_the_mode_with_which_they_came() {
        let old = tree(&[("d/f", Entry::file(*b"a"))]);
        let mut sent = old.clone();
        assert_eq!(sent.chmod("d", 0o700), Ok(()));
        assert!(old.transfer(&sent).is_same(&old));
        assert_eq!(sent.insert("d/g", Entry::file(*b"b")), Ok(()));
        let snapshot = old.transfer(&sent);
        assert_eq!(snapshot.get("d").map(|entry| entry.mode), Some(0o755));
        assert!(snapshot.get("d/g").is_some());
    }

    #[test]
    fn what_is_not_sent_goes_and_new_things_come() {
        let old = tree(&[("a", Entry::file(*b"a")), ("d/f", Entry::file(*b"a"))]);
        let sent = tree(&[("b", Entry::file(*b"b")), ("d", Entry::symlink("b"))]);
        assert_eq!(old.transfer(&sent), sent);
    }
}
