//! What a COPY or ADD of the classic builder takes in, and its sums.

use std::rc::Rc;

use super::{
    Kind, LegacyOptions, LegacySumError, Node, SourceSum, Tree,
    legacy_sum::entry_sum,
    path::{self, PathError},
};
use crate::{
    digest::Digest,
    ignore::{Wildcard, has_wildcard},
};

/// The sums of what one source word selects, in the order in which the builder joins them. Several are there only
/// if the word holds a wildcard; none if that matches nothing.
///
/// `tree` is a context as [`Ignore::filter_legacy`](crate::ignore::Ignore::filter_legacy) leaves it, or the files
/// of a stage or image.
///
/// # Errors
/// If nothing stands at the path, or it climbs out of the tree.
pub fn legacy_sums(
    tree: &Tree,
    source: &str,
    options: &LegacyOptions,
) -> Result<Vec<SourceSum>, LegacySumError> {
    let word = match source.strip_prefix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => source,
    };
    let word = word.strip_prefix("./").unwrap_or(word);
    let tree = if options.from_image { tree.with_copies() } else { tree.with_first_names() };
    let sums = Sums { tree: &tree, options };
    if !has_wildcard(word) {
        return Ok(vec![sums.source(word)?]);
    }
    // A malformed pattern matches nothing.
    let Some(wildcard) = Wildcard::new(word) else { return Ok(Vec::new()) };
    let mut matches = Vec::new();
    walk(&tree.root, &mut String::new(), &mut |path, _| {
        if wildcard.matches(path) {
            matches.push(path.to_string());
        }
    });
    matches.iter().map(|path| sums.source(path)).collect()
}

struct Sums<'a> {
    tree: &'a Tree,
    options: &'a LegacyOptions,
}

impl Sums<'_> {
    /// The sum of a source without wildcards.
    fn source(&self, word: &str) -> Result<SourceSum, LegacySumError> {
        let parts = path::parts(word).map_err(|error| match error {
            PathError::Outside(_) => LegacySumError::Outside(word.to_string()),
            _ => LegacySumError::NotFound(word.to_string()),
        })?;
        let word_path = parts.join("/");
        let (real, node) =
            self.tree.lead(&word_path, true).map_err(|_| LegacySumError::NotFound(word.to_string()))?;
        if !node.is_directory() {
            let sum = ["file:", &self.entry(&word_path).text()].concat();
            return Ok(SourceSum { path: real, sum, exact: node.is_exact(), leads_away: false });
        }
        let mut sums = Vec::with_capacity(node.len() + 1);
        if !real.is_empty() {
            sums.push(self.entry(&real));
        }
        let (mut exact, mut leads_away) = (node.is_exact(), false);
        walk(node, &mut real.clone(), &mut |path, node| {
            // A link counts as what it leads to, wherever that is.
            if matches!(node.entry().kind, Kind::Symlink(_)) {
                match self.tree.lead(path, true) {
                    Ok((_, node)) => exact &= node.is_directory() || node.is_exact(),
                    Err(_) => leads_away = true,
                }
                sums.push(self.entry(path));
            } else {
                sums.push(self.sum_at(node, path, path));
            }
        });
        Ok(SourceSum { path: real, sum: ["dir:", &join_sorted(sums).hex()].concat(), exact, leads_away })
    }

    /// The sum of what a path leads to. Where there is none the builder takes the path in its place: the given one
    /// for a context, the resolved one for an image.
    fn entry(&self, path: &str) -> Sum {
        match self.tree.lead(path, true) {
            Ok((real, node)) => self.sum_at(node, &real, path),
            Err(Some(resolved)) if self.options.from_image => Sum::Path(resolved),
            Err(_) => Sum::Path(path.to_string()),
        }
    }

    fn sum_at(&self, node: &Rc<Node>, real: &str, given: &str) -> Sum {
        if real.is_empty() || node.is_implied() {
            return Sum::Path(if self.options.from_image { real } else { given }.to_string());
        }
        Sum::Known(entry_sum(node, real, self.options))
    }
}

/// The sum of an entry, or the path that the builder takes in its place.
enum Sum {
    Known(Digest),
    Path(String),
}

impl Sum {
    fn text(&self) -> String {
        match self {
            Self::Known(digest) => digest.hex(),
            Self::Path(path) => path.clone(),
        }
    }
}

/// The digest of sums, sorted as texts and joined by commas.
fn join_sorted(mut sums: Vec<Sum>) -> Digest {
    // The digits of a digest sort as its bytes do, so that texts are made for comparison only where paths are.
    sums.sort_by(|left, right| match (left, right) {
        (Sum::Known(left), Sum::Known(right)) => left.cmp(right),
        (left, right) => left.text().cmp(&right.text()),
    });
    let mut joined = Vec::with_capacity(sums.len() * 65);
    for (index, sum) in sums.iter().enumerate() {
        if index > 0 {
            joined.push(b',');
        }
        match sum {
            Sum::Known(digest) => digest.append_hex_to(&mut joined),
            Sum::Path(path) => joined.extend_from_slice(path.as_bytes()),
        }
    }
    Digest::of(&joined)
}

/// Visits everything below a folder, each entry before its members, in byte order.
fn walk<'a, F: FnMut(&str, &'a Rc<Node>)>(node: &'a Rc<Node>, path: &mut String, visit: &mut F) {
    for (name, child) in node.children() {
        let length = path.len();
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        visit(path, child);
        walk(child, path, visit);
        path.truncate(length);
    }
}
