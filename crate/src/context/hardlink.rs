//! Hard links: further names of one file.
//!
//! A tree names one of the names as the file and lets the others point to it. Which one does not matter to a file
//! system, so taking the named one away must leave the file under its other names, and moving it must not cut
//! them off.

use std::rc::Rc;

use super::{Entry, Kind, Node, Tree, path, tree::put};
use crate::map::Map;

/// How many names may point to one another before the chain counts as a ring.
const MAX_HOPS: usize = 40;

impl Tree {
    /// The hard links with the paths that they point to, in order.
    fn links(&self) -> Vec<(String, String)> {
        if self.root.below().hardlinks == 0 {
            return Vec::new();
        }
        let link = |(path, entry): (String, &Entry)| match &entry.kind {
            Kind::Hardlink(target) => Some((path, normal(target))),
            _ => None,
        };
        self.walk().filter_map(link).collect()
    }

    /// The path of the file that a hard link is a name of; `None` if it leads to none.
    pub(super) fn first_name(&self, path: &str) -> Option<String> {
        let mut path = normal(path);
        for _ in 0..MAX_HOPS {
            match &self.get(&path)?.kind {
                Kind::Hardlink(target) => path = normal(target),
                Kind::Directory => return None,
                _ => return Some(path),
            }
        }
        None
    }

    /// Before what stands at `parts` goes away: files there that have names elsewhere go on under these.
    pub(super) fn settle_links(&mut self, parts: &[&str]) {
        let going = parts.join("/");
        let mut heirs: Map<String, String> = Map::new();
        for (link, target) in self.links() {
            if is_within(&link, &going) || !is_within(&target, &going) {
                continue;
            }
            let Some(node) = self.node(&target).filter(|node| !node.is_directory()).cloned() else {
                continue;
            };
            if let Some(heir) = heirs.get(&target) {
                let entry = Entry { kind: Kind::Hardlink(heir.as_str().into()), ..node.entry().clone() };
                self.replace(&link, Rc::new(Node::new(entry)));
            } else {
                self.replace(&link, node);
                heirs.insert(target, link);
            }
        }
    }

    /// Before what stands at `from` moves to `to`: names that point there follow it.
    pub(super) fn move_links(&mut self, from: &[&str], to: &[&str]) {
        let (old, new) = (from.join("/"), to.join("/"));
        for (link, target) in self.links() {
            if let Some(rest) =
                target.strip_prefix(&old).filter(|rest| rest.is_empty() || rest.starts_with('/'))
            {
                let moved = [&new, rest].concat();
                if let Some(entry) = self.get(&link) {
                    let entry = Entry { kind: Kind::Hardlink(moved.into()), ..entry.clone() };
                    self.replace(&link, Rc::new(Node::new(entry)));
                }
            }
        }
    }

    /// The tree with a copy of the file in place of each further name, as BuildKit reads it. The same tree if
    /// there are none.
    #[must_use]
    pub fn with_copies(&self) -> Self {
        let mut tree = self.clone();
        for (link, _) in self.links() {
            let file = self.first_name(&link).and_then(|target| self.node(&target)).cloned();
            // A name of nothing cannot be on a disk; it stands for an empty file.
            let file = file.unwrap_or_else(|| Rc::new(Node::new(Entry::file([]))));
            tree.replace(&link, file);
        }
        tree
    }

    /// The tree with the first name in walk order as the file of each group of names, and the others pointing to
    /// it, as the classic client finds them. The same tree if there are none.
    #[must_use]
    pub(super) fn with_first_names(&self) -> Self {
        let mut tree = self.clone();
        let mut firsts: Map<String, String> = Map::new();
        let mut names: Vec<(String, String)> = Vec::new();
        for (link, _) in self.links() {
            match self.first_name(&link) {
                Some(target) => {
                    let first = firsts.get_or_insert_with(target.clone(), || target.clone());
                    if path_order(&link, first).is_lt() {
                        first.clone_from(&link);
                    }
                    names.push((target.clone(), link));
                    names.push((target.clone(), target));
                }
                None => tree.replace(&link, Rc::new(Node::new(Entry::file([])))),
            }
        }
        for (target, name) in names {
            let (Some(first), Some(file)) = (firsts.get(&target), self.node(&target)) else { continue };
            if name == *first {
                tree.replace(&name, Rc::clone(file));
            } else {
                let entry = Entry { kind: Kind::Hardlink(first.as_str().into()), ..file.entry().clone() };
                tree.replace(&name, Rc::new(Node::new(entry)));
            }
        }
        tree
    }

    /// Puts another node in the place of one that is there.
    fn replace(&mut self, path: &str, node: Rc<Node>) {
        if let Ok(parts) = path::parts(path) {
            put(Rc::make_mut(&mut self.root), &parts, node);
        }
    }
}

fn normal(path: &str) -> String {
    path::clean(path).trim_start_matches('/').to_string()
}

fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The order in which a walk meets two paths.
fn path_order(left: &str, right: &str) -> std::cmp::Ordering {
    left.split('/').cmp(right.split('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(target: &str) -> Entry {
        Entry { kind: Kind::Hardlink(target.into()), ..Entry::file([]) }
    }

    fn tree() -> Tree {
        let mut tree = Tree::new();
        for (path, entry) in
            [("d/f", Entry::file(*b"x")), ("a", link("d/f")), ("e/g", link("a")), ("z", link("d/f"))]
        {
            tree.insert(path, entry).expect("a good path");
        }
        tree
    }

    fn targets(tree: &Tree) -> Vec<(String, String)> {
        tree.links()
    }

    #[test]
    fn a_file_goes_on_under_its_other_names() {
        let mut files = tree();
        assert!(files.remove("d"));
        assert_eq!(files.get("a").map(|entry| &entry.kind), Some(&Entry::file(*b"x").kind));
        assert_eq!(targets(&files), [("e/g".into(), "a".into()), ("z".into(), "a".into())]);
        assert!(files.remove("a"));
        assert_eq!(files.get("e/g").map(|entry| &entry.kind), Some(&Entry::file(*b"x").kind));
    }

    #[test]
    fn names_follow_a_file_that_moves() {
        let mut files = tree();
        assert_eq!(files.rename("d", "n/m"), Ok(()));
        assert_eq!(files.first_name("e/g").as_deref(), Some("n/m/f"));
        assert_eq!(files.first_name("z").as_deref(), Some("n/m/f"));
    }

    #[test]
    fn builders_see_copies_or_the_first_name_in_order() {
        let files = tree();
        assert_eq!(files.with_copies().get("e/g"), files.get("d/f"));
        let ordered = files.with_first_names();
        assert_eq!(ordered.get("a").map(|entry| &entry.kind), Some(&Entry::file(*b"x").kind));
        let pointing: Vec<_> = ["d/f", "e/g", "z"].map(|path| (path.to_string(), "a".to_string())).into();
        assert_eq!(targets(&ordered), pointing);
    }

    #[test]
    fn rings_and_names_of_nothing_are_empty_files() {
        let mut files = Tree::new();
        for (path, target) in [("a", "b"), ("b", "a"), ("c", "no"), ("e", "e")] {
            files.insert(path, link(target)).expect("a good path");
        }
        assert_eq!(files.first_name("a"), None);
        assert_eq!(files.with_copies().get("e"), Some(&Entry::file([])));
        assert_eq!(files.with_first_names().get("c"), Some(&Entry::file([])));
        assert!(files.remove("a"));
    }
}
