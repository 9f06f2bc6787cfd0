//! A list of patterns, of which the last that matches decides, and what a folder hands down to its members.

use super::Pattern;

/// Patterns in order.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    list: Vec<Pattern>,
    /// Index of the last exception, plus one.
    exceptions_until: usize,
}

/// Which patterns matched a folder or one of those above it. Members of the folder match them as well.
///
/// The default, nothing known, makes a path's own parents be tested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches(Vec<bool>);

/// What patterns say about a path.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Whether it is matched.
    pub matched: bool,
    /// Whether something below it may not be matched.
    pub open: bool,
    /// What it hands down to what is below it.
    pub down: Matches,
}

impl Patterns {
    /// Reads patterns as `--exclude` and `--parents` give them. Blank ones are left out.
    ///
    /// ```
    /// use layerwise::ignore::Patterns;
    ///
    /// let patterns = Patterns::new(["docs", "!docs/api.md"]);
    /// assert!(patterns.match_path("docs/index.md"));
    /// assert!(!patterns.match_path("docs/api.md"));
    /// ```
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        Self::from_list(patterns.into_iter().filter_map(|text| Pattern::new(text, 0)).collect())
    }

    pub(super) fn from_list(list: Vec<Pattern>) -> Self {
        let exceptions_until = list.iter().rposition(|pattern| pattern.exception).map_or(0, |last| last + 1);
        Self { list, exceptions_until }
    }

    /// The patterns in order.
    pub fn list(&self) -> &[Pattern] {
        &self.list
    }

    /// Whether there are none, so that nothing matches.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether `path` is matched, given what its folder matched, and what it hands down itself.
    pub fn match_below(&self, path: &str, parent: &Matches) -> (bool, Matches) {
        let (decisive, matches) = self.decide(path, parent);
        (self.takes(decisive), matches)
    }

    /// Whether a file is matched, given what its folder matched. It hands nothing down.
    pub fn match_file(&self, path: &str, parent: &Matches) -> bool {
        self.takes(self.test(path, parent, |_| {}))
    }

    /// Whether `path` is matched, with the folders above it taken into account.
    pub fn match_path(&self, path: &str) -> bool {
        self.match_file(path, &Matches::default())
    }

    /// The pattern that decided, by its index, and what the path hands down.
    pub(super) fn decide(&self, path: &str, parent: &Matches) -> (Option<usize>, Matches) {
        let mut own = vec![false; self.list.len()];
        let decisive = self.test(path, parent, |index| own[index] = true);
        (decisive, Matches(own))
    }

    /// Tests the patterns in order, tells of each hit, and returns the last.
    fn test(&self, path: &str, parent: &Matches, mut on_hit: impl FnMut(usize)) -> Option<usize> {
        let mut decisive = None;
        let mut matched = false;
        for (index, pattern) in self.list.iter().enumerate() {
            let inherited = parent.0.get(index).copied().unwrap_or(false);
            // A pattern that could not change the answer is not looked at, and hands nothing down.
            if !inherited && pattern.exception != matched {
                continue;
            }
            let hit = inherited
                || pattern.matches(path)
                || (parent.0.is_empty() && folders(path).any(|folder| pattern.matches(folder)));
            if hit {
                on_hit(index);
                matched = !pattern.exception;
                decisive = Some(index);
            }
        }
        decisive
    }

    /// What a walk needs to know about a path, given what its folder matched.
    pub fn verdict(&self, path: &str, parent: &Matches) -> Verdict {
        let (decisive, down) = self.decide(path, parent);
        let matched = self.takes(decisive);
        // Only an exception behind the pattern that decided can take something below in again.
        let open = !matched || decisive.is_none_or(|index| index + 1 < self.exceptions_until);
        Verdict { matched, open, down }
    }

    /// Whether the deciding pattern is one that matches, and not an exception.
    fn takes(&self, decisive: Option<usize>) -> bool {
        decisive.and_then(|index| self.list.get(index)).is_some_and(|pattern| !pattern.exception)
    }
}

/// The folders above a path, from the top.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_match_decides() {
        let patterns = Patterns::new(["*.md", "!README.md", "README.md"]);
        assert!(patterns.match_path("README.md"));
        let patterns = Patterns::new(["!d", "d/e.log"]);
        assert!(patterns.match_path("d/e.log"));
        assert!(!patterns.match_path("d/f"));
    }

    #[test]
    fn folders_hand_down_what_they_match() {
        let patterns = Patterns::new(["node_modules", "!node_modules/keep"]);
        let (matched, down) = patterns.match_below("node_modules", &Matches::default());
        assert!(matched);
        assert!(patterns.match_below("node_modules/x", &down).0);
        let (kept, down) = patterns.match_below("node_modules/keep", &down);
        assert!(!kept);
        assert!(!patterns.match_below("node_modules/keep/y", &down).0);
    }

    #[test]
    fn nothing_known_means_that_parents_are_tested() {
        let patterns = Patterns::new(["a/b"]);
        assert!(patterns.match_path("a/b/c/d"));
        assert!(!patterns.match_below("a/b/c/d", &Matches(vec![false])).0);
    }
}
