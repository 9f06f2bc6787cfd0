//! The walk behind a selection with a wildcard or patterns, as BuildKit's `includedPaths` does it.
//!
//! It has corners that count, since what is listed is what is hashed: a folder hands down what its patterns matched
//! only as far as they were tested, a folder that failed is listed all the same once something in it is, and a link
//! is followed only where no candidate folder stands above it.

use std::rc::Rc;

use super::{Kind, Node, Selection, Tree};
use crate::ignore::{Matches, Patterns, Wildcard};

/// An entry that a selection lists.
#[derive(Clone, Debug)]
pub(super) struct Listed<'a> {
    /// Its path from the root, as reached through the links of the selection's own path.
    pub(super) path: String,
    pub(super) node: &'a Rc<Node>,
    /// What the link leads to, if it is one that is followed.
    pub(super) behind: Option<&'a Rc<Node>>,
    /// Whether it is a link that is followed and leads nowhere.
    pub(super) is_dangling: bool,
    /// Whether it is what the wildcard itself matched, and not something below.
    pub(super) top: bool,
}

/// What a selection lists.
#[derive(Debug, Default)]
pub(super) struct Listing<'a> {
    /// The entries in order.
    pub(super) entries: Vec<Listed<'a>>,
    /// Length of the prefix under which they are reported.
    prefix: usize,
    /// Where the prefix really lies, relative to the root.
    start: String,
}

impl Listing<'_> {
    /// Where a reported path really lies, relative to the root.
    pub(super) fn real(&self, path: &str) -> String {
        let below = path.get(self.prefix..).unwrap_or("");
        [&self.start, below].concat().trim_start_matches('/').to_string()
    }
}

/// What a selection with a wildcard or patterns lists.
pub(super) fn collect<'a>(tree: &'a Tree, selection: &Selection) -> Listing<'a> {
    let wildcard = if selection.wildcard {
        // A malformed wildcard matches nothing; the builder refuses it before it looks for files.
        let Some(wildcard) = Wildcard::new(&selection.path) else { return Listing::default() };
        Some(wildcard)
    } else {
        None
    };
    let prefix = selection.prefix();
    // The link at the end of a path with patterns is listed itself; one before a wildcard is walked into.
    let Ok((start, node)) = tree.lead(&prefix, selection.wildcard) else { return Listing::default() };
    // A pattern that starts with a slash has an empty part before it.
    let depth = wildcard.as_ref().and_then(Wildcard::depth).map(|depth| depth.saturating_sub(1));
    let top = if wildcard.is_some() { None } else { Some(prefix.len()) };
    let mut collector = Collector {
        tree,
        follow: selection.follow,
        wildcard,
        depth,
        include: Patterns::new(selection.include.iter().map(String::as_str)),
        exclude: Patterns::new(selection.exclude.iter().map(String::as_str)),
        above: Vec::new(),
        listing: Listing { entries: Vec::new(), prefix: prefix.len(), start },
    };
    let parts = prefix.split('/').filter(|part| !part.is_empty()).count();
    collector.visit(node, &mut prefix.clone(), parts, top);
    collector.listing
}

/// A candidate folder above the visited entry.
struct Above<'a> {
    /// What to list before its members, if it is not listed yet.
    waiting: Option<Listed<'a>>,
    include: Matches,
    exclude: Matches,
}

struct Collector<'a> {
    tree: &'a Tree,
    follow: bool,
    wildcard: Option<Wildcard>,
    /// How many parts a path has that the wildcard matches, if that is certain.
    depth: Option<usize>,
    include: Patterns,
    exclude: Patterns,
    above: Vec<Above<'a>>,
    listing: Listing<'a>,
}

impl<'a> Collector<'a> {
    /// Visits an entry and what is below it. `path` is the reported one, empty for the root, `depth` its number
    /// of parts, and `top` the length of the path from which relative names start: of what the wildcard matched.
    fn visit(&mut self, node: &'a Rc<Node>, path: &mut String, depth: usize, top: Option<usize>) {
        let at_depth = self.depth.is_none_or(|wanted| wanted == depth);
        let top = match &self.wildcard {
            Some(wildcard) if top.is_none() => {
                (at_depth && !path.is_empty() && wildcard.matches(path)).then_some(path.len())
            }
            _ => top,
        };
        // The root of the tree is never listed.
        let candidate = !path.is_empty() && top.is_some();
        if let Some(top) = top.filter(|_| candidate) {
            self.consider(node, path, top);
        }
        if top.is_some() || self.depth.is_none_or(|wanted| depth < wanted) {
            for (name, child) in node.children() {
                let length = path.len();
                path.push('/');
                path.push_str(name);
                self.visit(child, path, depth + 1, top);
                path.truncate(length);
            }
        }
        if candidate && node.is_directory() {
            self.above.pop();
        }
    }

    /// Tests a candidate and lists it, with the folders above it that are not listed yet.
    fn consider(&mut self, node: &'a Rc<Node>, path: &str, top: usize) {
        let name = path.get(top..).unwrap_or("").trim_start_matches('/');
        let nothing = Above { waiting: None, include: Matches::default(), exclude: Matches::default() };
        let parent = self.above.last().unwrap_or(&nothing);
        let mut include = Matches::default();
        let mut exclude = Matches::default();
        let mut included = true;
        if !self.include.is_empty() {
            (included, include) = self.include.match_below(name, &parent.include);
        }
        // What is not included is not tested further, and so hands nothing down.
        if included && !self.exclude.is_empty() {
            let excluded;
            (excluded, exclude) = self.exclude.match_below(name, &parent.exclude);
            included = !excluded;
        }
        if !included && !node.is_directory() {
            return;
        }
        let mut listed =
            Listed { path: path.to_string(), node, behind: None, is_dangling: false, top: path.len() == top };
        let mut waiting = None;
        if included {
            if self.follow && self.above.is_empty() && matches!(node.entry().kind, Kind::Symlink(_)) {
                let real = self.listing.real(path);
                listed.behind = self.tree.lead(&real, true).ok().map(|(_, node)| node);
                listed.is_dangling = listed.behind.is_none();
            }
            let above = self.above.iter_mut().filter_map(|above| above.waiting.take());
            self.listing.entries.extend(above);
            self.listing.entries.push(listed);
        } else {
            waiting = Some(listed);
        }
        if node.is_directory() {
            self.above.push(Above { waiting, include, exclude });
        }
    }
}
