//! What a COPY, ADD or mount selects from a tree, as BuildKit walks it.
//!
//! A path without wildcard and patterns selects what stands there, whole. With them the tree is walked and the
//! entries that take part are listed one by one; folders then count with their header only.

use std::rc::Rc;

use super::{Kind, Node, Tree};
use crate::ignore::{Matches, Patterns, Wildcard};

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

/// An entry that a selection lists.
#[derive(Clone, Debug)]
pub(super) struct Listed<'a> {
    /// Its path from the root, as reached through the links of the selection's own path.
    pub(super) path: String,
    /// Its path in the tree, relative.
    real: String,
    pub(super) node: &'a Rc<Node>,
    /// What the link leads to, if it is one that is followed.
    pub(super) behind: Option<&'a Rc<Node>>,
    /// Whether it is a link that is followed and leads nowhere.
    pub(super) is_dangling: bool,
    /// Whether it is what the wildcard itself matched, and not something below.
    top: bool,
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
    for (index, listed_here) in listed.iter().enumerate() {
        let whole = if selection.include.is_empty() && selection.exclude.is_empty() {
            listed_here.top
        } else {
            // A folder stands for its members unless these are listed themselves.
            !listed_here.node.is_directory()
                || listed.get(index + 1).is_none_or(|next| {
                    !next.real.strip_prefix(&listed_here.real).is_some_and(|rest| rest.starts_with('/'))
                })
        };
        if whole {
            let behind = listed_here.behind.and_then(|_| tree.resolve(&listed_here.real, true));
            paths.push(behind.unwrap_or_else(|| listed_here.real.clone()));
        }
    }
    paths
}

/// What a selection with a wildcard or patterns lists, in order.
pub(super) fn collect<'a>(tree: &'a Tree, selection: &Selection) -> Vec<Listed<'a>> {
    let wildcard = if selection.wildcard {
        // A malformed wildcard matches nothing; the builder refuses it before it looks for files.
        match Wildcard::new(&selection.path) {
            Some(wildcard) => Some(wildcard),
            None => return Vec::new(),
        }
    } else {
        None
    };
    let prefix = selection.prefix();
    // The link at the end of a path with patterns is listed itself; one before a wildcard is walked into.
    let Ok((real, start)) = tree.lead(&prefix, selection.wildcard) else { return Vec::new() };
    let depth = wildcard.as_ref().and_then(Wildcard::depth);
    let mut collector = Collector {
        tree,
        selection,
        wildcard,
        depth: depth.map(|depth| depth.saturating_sub(1)),
        include: Patterns::new(selection.include.iter().map(String::as_str)),
        exclude: Patterns::new(selection.exclude.iter().map(String::as_str)),
        above: Vec::new(),
        listed: Vec::new(),
    };
    let place = Place { depth: parts(&prefix), path: prefix, real, top: None };
    collector.visit(start, &place);
    collector.listed
}

/// How many parts a path from the root has.
fn parts(path: &str) -> usize {
    path.split('/').filter(|part| !part.is_empty()).count()
}

/// Where a visit stands.
struct Place {
    /// As reported, from the root; empty for the root itself.
    path: String,
    real: String,
    depth: usize,
    /// Length of the path that is the start of relative names: of what the wildcard matched.
    top: Option<usize>,
}

/// A candidate folder above the visited entry.
struct Above<'a> {
    listed: Option<Listed<'a>>,
    include: Matches,
    exclude: Matches,
}

struct Collector<'a, 's> {
    tree: &'a Tree,
    selection: &'s Selection,
    wildcard: Option<Wildcard>,
    /// How many parts a path has that the wildcard matches, if that is certain.
    depth: Option<usize>,
    include: Patterns,
    exclude: Patterns,
    above: Vec<Above<'a>>,
    listed: Vec<Listed<'a>>,
}

impl<'a> Collector<'a, '_> {
    fn visit(&mut self, node: &'a Rc<Node>, place: &Place) {
        let mut top = place.top;
        let candidate = match &self.wildcard {
            // The root of the tree is never matched, nor listed.
            Some(wildcard) if top.is_none() => {
                let matched = !place.path.is_empty()
                    && self.depth.is_none_or(|depth| depth == place.depth)
                    && wildcard.matches(&place.path);
                if matched {
                    top = Some(place.path.len());
                }
                matched
            }
            Some(_) => true,
            None => {
                top = Some(self.selection.prefix().len());
                !place.path.is_empty()
            }
        };
        if candidate {
            self.consider(node, place, top.unwrap_or(0));
        }
        let may_match_below = top.is_some() || self.depth.is_none_or(|depth| place.depth < depth);
        if node.is_directory() && may_match_below {
            for (name, child) in node.children() {
                let below = Place {
                    path: [&place.path, "/", name].concat(),
                    real: if place.real.is_empty() {
                        name.to_string()
                    } else {
                        [&place.real, "/", name].concat()
                    },
                    depth: place.depth + 1,
                    top,
                };
                self.visit(child, &below);
            }
        }
        if candidate && node.is_directory() {
            self.above.pop();
        }
    }

    /// Tests a candidate and lists it, with the folders above it that are not listed yet.
    fn consider(&mut self, node: &'a Rc<Node>, place: &Place, top: usize) {
        let name = place.path.get(top..).unwrap_or("").trim_start_matches('/');
        let nothing = Matches::default();
        let mut include = Matches::default();
        let mut exclude = Matches::default();
        let mut included = true;
        if !self.include.is_empty() {
            let parent = self.above.last().map_or(&nothing, |above| &above.include);
            (included, include) = self.include.match_below(name, parent);
        }
        // What is not included is not tested further, and so hands nothing down.
        if included && !self.exclude.is_empty() {
            let parent = self.above.last().map_or(&nothing, |above| &above.exclude);
            let excluded;
            (excluded, exclude) = self.exclude.match_below(name, parent);
            included = !excluded;
        }
        let mut listed = Listed {
            path: place.path.clone(),
            real: place.real.clone(),
            node,
            behind: None,
            is_dangling: false,
            top: place.path.len() == top,
        };
        if included {
            if self.selection.follow && self.above.is_empty() && matches!(node.entry().kind, Kind::Symlink(_))
            {
                listed.behind = self.tree.lead(&place.real, true).ok().map(|(_, node)| node);
                listed.is_dangling = listed.behind.is_none();
            }
            let above = self.above.iter_mut().filter_map(|above| above.listed.take());
            self.listed.extend(above);
        }
        let waiting = if included {
            self.listed.push(listed);
            None
        } else {
            Some(listed)
        };
        if node.is_directory() {
            self.above.push(Above { listed: waiting, include, exclude });
        }
    }
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
