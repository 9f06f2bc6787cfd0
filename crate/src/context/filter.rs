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

    /// As [`Ignore::filter_legacy`], with the Dockerfile that the client sends even if it is excluded. The daemon
    /// takes it out again after reading it, but the folders that it made for it stay.
    #[must_use]
    pub fn filter_legacy_with(&self, tree: &Tree, dockerfile: &str) -> Tree {
        if self.excluded_by(dockerfile).is_none() || tree.get(dockerfile).is_none() {
            return self.filter_legacy(tree);
        }
        let mut filtered = self.with_exception(dockerfile).filter_legacy(tree);
        filtered.remove(dockerfile);
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
        if !node.is_directory() {
            return (!patterns.match_file(&self.path, down)).then(|| Rc::clone(node));
        }
        let verdict = patterns.verdict(&self.path, down);
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
            if child.is_directory() {
                children.extend(self.subfolder_legacy(child, down).map(|left| (Rc::clone(name), left)));
            } else if !self.ignore.patterns().match_file(&self.path, down) {
                children.push((Rc::clone(name), Rc::clone(child)));
            }
            self.path.truncate(length);
        }
        children
    }

    fn subfolder_legacy(&mut self, node: &Rc<Node>, down: &Matches) -> Option<Rc<Node>> {
        let verdict = self.ignore.patterns().verdict(&self.path, down);
        if verdict.matched && !self.has_exception_below() {
            return None;
        }
        let members = self.folder_legacy(node, &verdict.down);
        if verdict.matched && members.is_empty() {
            None
        } else if !verdict.matched && same_children(node.children(), &members) {
            Some(Rc::clone(node))
        } else {
            Some(Rc::new(Node::folder(node.entry().clone(), verdict.matched, members)))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> Tree {
        let mut tree = Tree::new();
        for path in paths {
            let entry = if path.ends_with('/') { Entry::directory() } else { Entry::file(*b"x") };
            tree.insert(path, entry).expect("a good path");
        }
        tree
    }

    fn paths(tree: &Tree) -> String {
        tree.walk().map(|(path, _)| path).collect::<Vec<_>>().join(" ")
    }

    fn check(file: &str, buildkit: &str, legacy: &str) {
        let files = tree(&["a.log", "d/b.log", "d/c", "e/f/g", "empty/"]);
        let ignore = Ignore::parse(file);
        assert_eq!(paths(&ignore.filter(&files, None)), buildkit, "{file:?}");
        assert_eq!(paths(&ignore.filter_legacy(&files)), legacy, "{file:?}, classic");
    }

    #[test]
    fn folders_stay_for_what_is_kept_in_them() {
        check("", "a.log d d/b.log d/c e e/f e/f/g empty", "a.log d d/b.log d/c e e/f e/f/g empty");
        check("*.log\n", "d d/b.log d/c e e/f e/f/g empty", "d d/b.log d/c e e/f e/f/g empty");
        check("d/**\ne/*\n", "a.log d e empty", "a.log d e empty");
        check("*\n!e/f\n", "e e/f e/f/g", "e e/f e/f/g");
        // The classic builder enters an excluded folder only if an exception names it.
        check("*\n!**/c\n", "d d/c", "");
    }

    #[test]
    fn folders_made_for_an_exception_have_no_sum() {
        let kept = Ignore::parse("*\n!e/f/g\n").filter_legacy(&tree(&["e/f/g"]));
        let implied = |path: &str| kept.node(path).map(|node| node.is_implied());
        assert_eq!((implied("e"), implied("e/f"), implied("e/f/g")), (Some(true), Some(true), Some(false)));
    }

    #[test]
    fn the_folder_of_an_excluded_dockerfile_stays() {
        let files = tree(&["docker/Dockerfile", "docker/x", "y"]);
        let ignore = Ignore::parse("docker\n");
        assert_eq!(paths(&ignore.filter_legacy(&files)), "y");
        assert_eq!(paths(&ignore.filter_legacy_with(&files, "docker/Dockerfile")), "docker y");
        assert_eq!(paths(&ignore.filter_legacy_with(&files, "y")), "y");
    }

    #[test]
    fn unchanged_folders_are_the_very_nodes() {
        let files = tree(&["a/x", "b/y", "b/z.log"]);
        let ignore = Ignore::parse("**/*.log\n");
        let left = ignore.filter(&files, None);
        let same = |path: &str| match (files.node(path), left.node(path)) {
            (Some(all), Some(left)) => Rc::ptr_eq(all, left),
            _ => false,
        };
        assert!(same("a") && same("b/y") && !same("b"));
        assert!(Ignore::parse("no\n").filter(&files, None).is_same(&files));
    }

    #[test]
    fn a_further_name_takes_over_when_the_first_is_excluded() {
        let mut files = tree(&["a"]);
        for name in ["b", "c"] {
            let kind = Kind::Hardlink("a".into());
            files.insert(name, Entry { kind, ..Entry::file([]) }).expect("a good path");
        }
        let left = Ignore::parse("a\n").filter_legacy(&files);
        assert_eq!(left.get("b"), files.get("a"));
        assert!(
            matches!(left.get("c").map(|entry| &entry.kind), Some(Kind::Hardlink(first)) if &**first == "b")
        );
        let copies = Ignore::parse("a\n").filter(&files, None);
        assert_eq!((copies.get("b"), copies.get("c")), (files.get("a"), files.get("a")));
    }
}
