//! What of a context the client sends: what the steps of the build select, and no more (BuildKit:
//! `dockerfile2llb`, `ctxPaths`; fsutil: `FollowLinks`).

use super::{
    graph::{Graph, OpId},
    path::{has_wildcard, join, within},
};
use crate::context::{Kind, Selection, Tree, selected_paths};

/// The context of which files are sent.
pub(super) struct Sent<'a> {
    pub(super) graph: &'a Graph,
    pub(super) root: Option<OpId>,
    pub(super) context: OpId,
    pub(super) tree: &'a Tree,
}

impl Sent<'_> {
    /// Whether a folder is there since something in it is sent, or it is sent itself.
    pub(super) fn holds(&self, folder: &str) -> bool {
        self.any(&|path| path.is_empty() || within(path, folder) || within(folder, path))
    }

    /// What a mount takes in is sent as what its path matches as a pattern, although the mount itself looks for a
    /// file of just this name. Gives the first path that is missed.
    pub(super) fn missed<'s>(&self, selections: &'s [Selection]) -> Option<&'s str> {
        let missed = |selection: &&Selection| {
            let path = if is_pattern(selection) { self.tree.resolve(&selection.path, true) } else { None };
            path.is_some_and(|place| !self.any(&|path| path.is_empty() || within(&place, path)))
        };
        selections.iter().find(missed).map(|selection| selection.path.as_str())
    }

    /// Whether one of the paths that are sent, each with all below it, is what is looked for.
    fn any(&self, fits: &dyn Fn(&str) -> bool) -> bool {
        let needed = self.graph.needed(self.root);
        let ops = self.graph.ops.iter().zip(&needed).filter(|(_, needed)| **needed);
        let edges = ops.flat_map(|(op, _)| &op.inputs).filter(|edge| edge.op == self.context);
        let mut selections = edges.flat_map(|edge| edge.content.iter().flat_map(|list| list.iter()));
        selections.any(|selection| self.of(selection).iter().any(|path| fits(path)))
    }

    /// The paths that are sent for a selection.
    fn of(&self, selection: &Selection) -> Vec<String> {
        let wildcard = selection.wildcard || is_pattern(selection);
        let all = Selection { exclude: Vec::new(), wildcard, ..selection.clone() };
        // Links are sent as well as what they lead to.
        let mut sent = selected_paths(self.tree, &all);
        sent.extend(selected_paths(self.tree, &Selection { follow: false, ..all }));
        let below = |pattern: &String| join(&[&selection.path, pattern]);
        let patterns = selection.include.iter().map(below).chain(wildcard.then(|| selection.path.clone()));
        for pattern in patterns {
            for (end, _) in pattern.match_indices('/') {
                let path = pattern.get(..end).unwrap_or("");
                let part = Selection { path: path.into(), wildcard: true, ..Selection::default() };
                let found = selected_paths(self.tree, &part);
                // A link on the way makes the daemon ask for all that the part of the pattern up to it names.
                let is_link = |path: &String| {
                    self.tree.node(path).is_some_and(|node| matches!(node.entry().kind, Kind::Symlink(_)))
                };
                if has_wildcard(path) && found.iter().any(is_link) {
                    sent.extend(found);
                }
            }
        }
        sent
    }
}

/// Whether a path that is taken by its name is sent as a pattern.
fn is_pattern(selection: &Selection) -> bool {
    !selection.wildcard && selection.include.is_empty() && has_wildcard(&selection.path)
}
