//! What a COPY, ADD or mount selects from a tree, as BuildKit walks it.
//!
//! A path without wildcard and patterns selects what stands there, whole. With them the tree is walked and the
//! entries that take part are listed one by one; folders then count with their header only.

use super::{Tree, collect::collect};

/// A selection of files of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Clean path from the root, such as `/src` or `/src/*.c`.
    pub path: String,
    /// Whether the path holds wildcards ([`crate::ignore::has_wildcard`]) and they count.
    pub wildcard: bool,
    /// Whether a link at the end of the path is followed. COPY, ADD from the context or a stage, and mounts do.
    pub follow: bool,
    /// Of what lies at the path, only what these patterns match (`COPY --parents`); all if there are none.
    pub include: Vec<String>,
    /// Of what lies at the path, not what these patterns match (`--exclude`).
    pub exclude: Vec<String>,
    /// Paths from the root below which something must be selected.
    pub required: Vec<String>,
}

impl Selection {
    /// What stands at a path, links followed.
    pub fn path(path: &str) -> Self {
        Self { path: path.to_string(), follow: true, ..Self::default() }
    }

    /// Whether it selects one path as a whole.
    pub(super) fn is_whole(&self) -> bool {
        !self.wildcard && self.include.is_empty() && self.exclude.is_empty()
    }

    /// The part of the path before the first one with a wildcard; empty if that is the root.
    pub(super) fn prefix(&self) -> String {
        let end = if self.wildcard {
            let mut end = 0;
            for part in self.path.split_inclusive('/') {
                if crate::ignore::has_wildcard(part) {
                    break;
                }
                end += part.len();
            }
            end
        } else {
            self.path.len()
        };
        self.path[..end].trim_end_matches('/').to_string()
    }
}

/// The paths that a selection takes in, relative to the root, each with everything below it. Empty if nothing is
/// selected. Links of the selection's own path are resolved: these are the paths whose edits matter.
pub fn selected_paths(tree: &Tree, selection: &Selection) -> Vec<String> {
    let tree = tree.with_copies();
    if selection.is_whole() {
        return tree.resolve(&selection.path, selection.follow).into_iter().collect();
    }
    let listed = collect(&tree, selection);
    let mut paths: Vec<String> = Vec::new();
    for (index, here) in listed.entries.iter().enumerate() {
        let whole = if selection.include.is_empty() && selection.exclude.is_empty() {
            here.top
        } else {
            // A folder stands for its members unless these are listed themselves.
            let members_follow = listed.entries.get(index + 1).is_some_and(|next| {
                next.path.strip_prefix(&here.path).is_some_and(|rest| rest.starts_with('/'))
            });
            !here.node.is_directory() || !members_follow
        };
        if whole {
            let real = listed.real(&here.path);
            let behind = here.behind.and_then(|_| tree.resolve(&real, true));
            paths.push(behind.unwrap_or(real));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Entry;

    fn tree() -> Tree {
        let mut tree = Tree::new();
        for path in ["a.txt", "b.txt", "d/a.txt", "d/e/f.c", "d/g/", "x/keep"] {
            let entry = if path.ends_with('/') { Entry::directory() } else { Entry::file(*b"x") };
            tree.insert(path, entry).expect("a good path");
        }
        tree.insert("l", Entry::symlink("d")).expect("a good path");
        tree
    }

    fn check(selection: &Selection, expected: &str) {
        assert_eq!(selected_paths(&tree(), selection).join(" "), expected, "{selection:?}");
    }

    fn wild(path: &str) -> Selection {
        Selection { wildcard: true, ..Selection::path(path) }
    }

    #[test]
    fn whole_paths_are_resolved() {
        check(&Selection::path("/"), "");
        check(&Selection::path("/l/e"), "d/e");
        check(&Selection::path("/l"), "d");
        check(&Selection { follow: false, ..Selection::path("/l") }, "l");
        check(&Selection::path("/no"), "");
        assert!(selected_paths(&tree(), &Selection::path("/no")).is_empty());
    }

    #[test]
    fn wildcards_select_what_they_match_whole() {
        check(&wild("/*.txt"), "a.txt b.txt");
        check(&wild("/d/*"), "d/a.txt d/e d/g");
        check(&wild("/l/*.txt"), "d/a.txt");
        check(&wild("/?/e"), "d/e");
        check(&wild("/[l]"), "d");
        check(&wild("/no*"), "");
    }

    #[test]
    fn patterns_select_files_one_by_one() {
        let exclude =
            |path: &str, pattern: &str| Selection { exclude: vec![pattern.into()], ..Selection::path(path) };
        check(&exclude("/d", "e"), "d/a.txt d/g");
        check(&exclude("/d", "**/*.txt"), "d/e/f.c d/g");
        check(&exclude("/", "d"), "a.txt b.txt d x/keep");
        let include = Selection { include: vec!["d/e".into()], ..Selection::path("/") };
        check(&include, "d/e/f.c");
    }
}
