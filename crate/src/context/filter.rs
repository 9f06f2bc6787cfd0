//! The ignore file applied to a tree: what is sent to the builder.
//!
//! A folder in which nothing changed since the last time is taken over as it was filtered then, and a folder from
//! which nothing was taken out is the very node of the unfiltered tree, so that digests are kept in both cases.

use std::rc::Rc;

use super::{Entry, Kind, Node, Tree, node::Member, path};
use crate::ignore::{Ignore, Matches};

impl Ignore {
    /// The tree that BuildKit receives. `previous` is the unfiltered tree of the last call with these patterns
    /// and what it returned: only what changed since is matched again.
    ///
    /// An excluded folder stays if something below it does; one that is not excluded stays without members. Hard
    /// links come out as copies.
    #[must_use]
    pub fn filter(&self, tree: &Tree, previous: Option<(&Tree, &Tree)>) -> Tree {
        // A further name stands for content that lies elsewhere: pointers say nothing about it.
        let has_links = tree.root.below().hardlinks > 0;
        let tree = tree.with_copies();
        if self.patterns().is_empty() {
            return tree;
        }
        let previous = previous
            .filter(|(unfiltered, _)| !has_links && unfiltered.root.below().hardlinks == 0)
            .map(|(unfiltered, filtered)| (&unfiltered.root, Some(&filtered.root)));
        let mut filter = Filter { ignore: self, path: String::new() };
        let root = filter.folder(&tree.root, true, &Matches::default(), previous);
        Tree { root: root.unwrap_or_else(|| Rc::new(Node::new(tree.root.entry().clone()))) }
    }

    /// The tree that the classic builder's daemon keeps. An excluded folder is entered only if an exception
    /// begins with its path, and if something below it is kept, the daemon makes the folder without having a sum
    /// for it.
    #[must_use]
    pub fn filter_legacy(&self, tree: &Tree) -> Tree {
        let tree = tree.with_first_names();
        if self.patterns().is_empty() {
            return tree;
        }
        let mut filter = Filter { ignore: self, path: String::new() };
        let root = filter.folder_legacy(&tree.root, &Matches::default());
        let mut filtered = Tree { root: Rc::new(Node::folder(tree.root.entry().clone(), false, root)) };
        filtered.adopt_names(&tree);
        filtered
    }
}

struct Filter<'a> {
    ignore: &'a Ignore,
    /// The path of what is visited.
    path: String,
}

impl Filter<'_> {
    /// What remains of a folder; `None` if it is not kept for its own sake and nothing below it is kept.
    fn folder(
        &mut self,
        node: &Rc<Node>,
        kept: bool,
        down: &Matches,
        previous: Option<(&Rc<Node>, Option<&Rc<Node>>)>,
    ) -> Option<Rc<Node>> {
        let length = self.path.len();
        let mut children = Vec::with_capacity(node.children().len());
        let mut complete = true;
        for (name, child) in node.children() {
            let before = previous.and_then(|(old, filtered)| {
                Some((old.child(name)?, filtered.and_then(|node| node.child(name))))
            });
            let remaining = match before {
                Some((old, filtered)) if Rc::ptr_eq(old, child) => filtered.cloned(),
                _ => {
                    self.enter(name);
                    let remaining = self.member(child, down, before);
                    self.path.truncate(length);
                    remaining
                }
            };
            complete &= remaining.as_ref().is_some_and(|remaining| Rc::ptr_eq(remaining, child));
            children.extend(remaining.map(|remaining| (Rc::clone(name), remaining)));
        }
        if complete && (kept || !children.is_empty()) {
            return Some(Rc::clone(node));
        }
        if !kept && children.is_empty() {
            return None;
        }
        // An edit of an ignored file leaves the filtered folder as it was.
        if let Some((_, Some(filtered))) = previous
            && filtered.entry() == node.entry()
            && same_children(filtered.children(), &children)
        {
            return Some(Rc::clone(filtered));
        }
        Some(Rc::new(Node::folder(node.entry().clone(), false, children)))
    }

    fn member(
        &mut self,
        node: &Rc<Node>,
        down: &Matches,
        previous: Option<(&Rc<Node>, Option<&Rc<Node>>)>,
    ) -> Option<Rc<Node>> {
        let patterns = self.ignore.patterns();
        let verdict = patterns.verdict(&self.path, down);
        if !node.is_directory() {
            return (!verdict.matched).then(|| Rc::clone(node));
        }
        if verdict.matched && !verdict.open {
            return None;
        }
        self.folder(node, !verdict.matched, &verdict.down, previous)
    }

    fn folder_legacy(&mut self, node: &Rc<Node>, down: &Matches) -> Vec<Member> {
        let length = self.path.len();
        let mut children = Vec::new();
        for (name, child) in node.children() {
            self.enter(name);
            let verdict = self.ignore.patterns().verdict(&self.path, down);
            if !child.is_directory() {
                if !verdict.matched {
                    children.push((Rc::clone(name), Rc::clone(child)));
                }
            } else if !verdict.matched || self.has_exception_below() {
                let members = self.folder_legacy(child, &verdict.down);
                if !verdict.matched && same_children(child.children(), &members) {
                    children.push((Rc::clone(name), Rc::clone(child)));
                } else if !verdict.matched || !members.is_empty() {
                    let folder = Node::folder(child.entry().clone(), verdict.matched, members);
                    children.push((Rc::clone(name), Rc::new(folder)));
                }
            }
            self.path.truncate(length);
        }
        children
    }

    /// Whether the text of an exception begins with the path of this folder.
    fn has_exception_below(&self) -> bool {
        self.ignore.patterns().list().iter().any(|pattern| {
            pattern.exception
                && pattern
                    .cleaned()
                    .strip_prefix(self.path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    fn enter(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
    }
}

fn same_children(left: &[Member], right: &[Member]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|((name, node), (other_name, other))| name == other_name && Rc::ptr_eq(node, other))
}

impl Tree {
    /// After files were taken out: if the first name of a file is gone, the next one in order is the file now.
    fn adopt_names(&mut self, unfiltered: &Self) {
        if self.root.below().hardlinks == 0 {
            return;
        }
        let mut heirs: Vec<(String, String)> = Vec::new();
        let walk: Vec<(String, Entry)> = self.walk().map(|(path, entry)| (path, entry.clone())).collect();
        for (name, entry) in walk {
            let Kind::Hardlink(first) = &entry.kind else { continue };
            if self.get(first).is_some() {
                continue;
            }
            let heir = heirs.iter().find(|(gone, _)| **gone == **first).map(|(_, heir)| heir.as_str());
            let node = if let Some(heir) = heir {
                Rc::new(Node::new(Entry { kind: Kind::Hardlink(heir.into()), ..entry }))
            } else {
                heirs.push((first.to_string(), name.clone()));
                let Some(file) = unfiltered.node(first) else { continue };
                Rc::clone(file)
            };
            if let Ok(parts) = path::parts(&name) {
                super::tree::put(Rc::make_mut(&mut self.root), &parts, node);
            }
        }
    }
}
