//! The ignore file: its lines, and which of them keeps a path out.

use super::{Matches, Pattern, Patterns, path};

/// A `.dockerignore` file that was read. The default ignores nothing.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    patterns: Patterns,
}

impl Ignore {
    /// Reads the file. A `#` in the first column makes a comment, blanks around a pattern and after `!` do not
    /// count, and neither does a slash at the start or the end.
    ///
    /// ```
    /// use layerwise::ignore::Ignore;
    ///
    /// let ignore = Ignore::parse("# caches\n**/*.log\n!keep.log\n");
    /// assert_eq!(ignore.excluded_by("logs/a.log").map(|pattern| pattern.line), Some(2));
    /// assert!(ignore.excluded_by("keep.log").is_none());
    /// ```
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut list = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            let trimmed = line.trim();
            if line.starts_with('#') || trimmed.is_empty() {
                continue;
            }
            if let Some(mut pattern) = Pattern::new(&normal(trimmed), number) {
                pattern.text = trimmed.to_string();
                list.push(pattern);
            }
        }
        Self { patterns: Patterns::from_list(list) }
    }

    /// The patterns with their lines, in order.
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// The pattern that keeps `path` out, if one does: the last that matches it or a folder above it.
    pub fn excluded_by(&self, path: &str) -> Option<&Pattern> {
        let cleaned = path::clean(path);
        let path = cleaned.trim_start_matches('/');
        let mut down = Matches::default();
        let mut decisive = None;
        for end in path.match_indices('/').map(|(at, _)| at).chain([path.len()]) {
            (decisive, down) = self.patterns.decide(&path[..end], &down);
        }
        self.patterns.list().get(decisive?).filter(|pattern| !pattern.exception)
    }

    /// The same with one more exception at the end, on no line.
    #[must_use]
    pub fn with_exception(&self, path: &str) -> Self {
        let exception = Pattern::new(&normal(&["!", path].concat()), 0);
        Self {
            patterns: Patterns::from_list(self.patterns.list().iter().cloned().chain(exception).collect()),
        }
    }

    /// The first pattern that the builder refuses, and with it the build.
    pub fn malformed(&self) -> Option<&Pattern> {
        self.patterns.list().iter().find(|pattern| pattern.is_malformed())
    }
}

/// A pattern in the form that is handed to the matcher: relative to the context, `!` in front.
fn normal(line: &str) -> String {
    let (exception, pattern) = match line.strip_prefix('!') {
        Some(rest) => (true, rest.trim()),
        None => (false, line),
    };
    let mut text = String::from(if exception { "!" } else { "" });
    if !pattern.is_empty() {
        let cleaned = path::clean(pattern);
        text.push_str(cleaned.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&cleaned));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, path: &str, line: Option<u32>) {
        assert_eq!(
            Ignore::parse(file).excluded_by(path).map(|pattern| pattern.line),
            line,
            "{file:?} on {path}"
        );
    }

    #[test]
    fn lines_are_read_as_docker_reads_them() {
        check("#a\na", "#a", None);
        check(" #a", "#a", Some(1));
        check("\u{FEFF}a", "a", Some(1));
        check("a\r\nb\r\n", "b", Some(2));
        check("\n\n  b  ", "b", Some(3));
        check("/a/", "a", Some(1));
        check("a\n! a", "a", None);
        check("./", "a", None);
        check("../a", "a", None);
    }

    #[test]
    fn folders_take_their_members_along() {
        check("d", "d/e/f", Some(1));
        check("d\n!d/e", "d/e/f", None);
        check("d\n!d/e\nd/e/f", "d/e/f", Some(3));
        check("*\n!d", "d/x", None);
        check("*\n!d", "x", Some(1));
        check("docs/**", "docs", None);
    }

    #[test]
    fn refused_patterns_are_told() {
        assert_eq!(Ignore::parse("a\n[\n").malformed().map(|pattern| pattern.line), Some(2));
        assert!(Ignore::parse("!\n").malformed().is_some());
        assert!(Ignore::parse("a\n").malformed().is_none());
    }
}
