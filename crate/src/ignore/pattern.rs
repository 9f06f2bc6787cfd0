//! One pattern of an ignore file or of `--exclude`, as the package `patternmatcher` of moby reads it.

use super::{Wildcard, path, regular::Regular};

/// A pattern with the line that it stands on.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As the file has it, without blanks around it.
    pub text: String,
    /// Its line, counted from 1; 0 if it does not come from a file.
    pub line: u32,
    /// Whether it begins with `!`: what matches is taken in again.
    pub exception: bool,
    /// Cleaned and without `!`: what is matched.
    cleaned: String,
    how: How,
}

/// How a pattern is compared with a path.
#[derive(Clone, Debug)]
enum How {
    /// They are equal.
    Exact,
    /// The path starts with what stands before the `**` at the end.
    Prefix,
    /// The path ends with what stands behind the `**` at the start.
    Suffix,
    /// The expression that the pattern becomes matches.
    Expression(Regular),
    /// The builder refuses the pattern and the build; here it matches nothing.
    Malformed,
}

impl Pattern {
    /// Reads a pattern as it is handed to the matcher; `None` if nothing stands there.
    pub(super) fn new(text: &str, line: u32) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let cleaned = path::clean(text);
        let (exception, cleaned) = match cleaned.strip_prefix('!') {
            Some(rest) => (true, rest.to_string()),
            None => (false, cleaned),
        };
        let how = if cleaned.is_empty() || Wildcard::refuses(&cleaned) {
            How::Malformed
        } else {
            compile(&cleaned)
        };
        Some(Self { text: text.to_string(), line, exception, cleaned, how })
    }

    /// The pattern that is matched: cleaned, without `!`.
    pub fn cleaned(&self) -> &str {
        &self.cleaned
    }

    /// Whether the builder refuses it, and with it the build.
    pub fn is_malformed(&self) -> bool {
        matches!(self.how, How::Malformed)
    }

    /// Whether the path itself matches, whatever its parents do.
    pub(super) fn matches(&self, path: &str) -> bool {
        match &self.how {
            How::Exact => path == self.cleaned,
            How::Prefix => self.cleaned.strip_suffix("**").is_some_and(|start| path.starts_with(start)),
            How::Suffix => self.cleaned.strip_prefix("**").is_some_and(|end| {
                path.ends_with(end) || end.strip_prefix('/').is_some_and(|whole| path == whole)
            }),
            How::Expression(regular) => regular.matches(path),
            How::Malformed => false,
        }
    }
}

/// Finds out how a cleaned pattern is compared, writing its expression on the way.
fn compile(pattern: &str) -> How {
    let mut expression = String::with_capacity(pattern.len() + 16);
    expression.push('^');
    let mut how = How::Exact;
    let mut is_expression = false;
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let at_start = rest.len() == pattern.len();
        rest = &rest[first.len_utf8()..];
        match first {
            '*' => {
                if let Some(after) = rest.strip_prefix('*') {
                    rest = after.strip_prefix('/').unwrap_or(after);
                    if !rest.is_empty() {
                        expression.push_str("(.*/)?");
                        is_expression = true;
                    } else if matches!(how, How::Exact) && !is_expression {
                        how = How::Prefix;
                    } else {
                        expression.push_str(".*");
                        is_expression = true;
                    }
                    if at_start {
                        how = How::Suffix;
                        is_expression = false;
                    }
                } else {
                    expression.push_str("[^/]*");
                    is_expression = true;
                }
            }
            '?' => {
                expression.push_str("[^/]");
                is_expression = true;
            }
            // The builder means to escape `{`, `|` and `}` too, but its table has no room for them.
            '.' | '+' | '(' | ')' | '$' => {
                expression.push('\\');
                expression.push(first);
            }
            '\\' => {
                expression.push('\\');
                if let Some(escaped) = rest.chars().next() {
                    expression.push(escaped);
                    rest = &rest[escaped.len_utf8()..];
                    is_expression = true;
                }
            }
            '[' | ']' => {
                expression.push(first);
                is_expression = true;
            }
            _ => expression.push(first),
        }
    }
    // A backslash at the very end takes the anchor literally.
    expression.push('$');
    if is_expression { Regular::new(&expression).map_or(How::Malformed, How::Expression) } else { how }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, expected: bool) {
        let read = Pattern::new(pattern, 0).expect("not empty");
        assert!(!read.is_malformed(), "{pattern}");
        assert_eq!(read.matches(path), expected, "{pattern} on {path}");
    }

    #[test]
    fn plain_patterns_are_whole_paths() {
        check("foo", "foo", true);
        check("foo", "a/foo", false);
        check("./foo/", "foo", true);
        check("a.b", "axb", false);
    }

    #[test]
    fn two_stars_cross_folders() {
        check("**", "a/b", true);
        check("**/", "a", true);
        check("**/foo", "foo", true);
        check("**/foo", "a/b/foo", true);
        check("**/foo", "xfoo", false);
        check("**foo", "xfoo", true);
        check("docs/**", "docs/a", true);
        check("docs/**", "docs", false);
        check("a**", "a", true);
        check("a**", "ab/c", true);
        check("**/*.log", "a/b.log", true);
        check("**/*.log", "b.log", true);
        check("a/**/b", "a/b", true);
        check("a/**/b", "a/x/y/b", true);
        check("**/a/**", "x/a/y", true);
        check("**/a/**", "x/a", false);
        check("*/**", "a", false);
    }

    #[test]
    fn one_star_stays_in_its_folder() {
        check("*", "a", true);
        check("*", "a/b", false);
        check("*/*.js", "a/b.js", true);
        check("?.txt", "é.txt", true);
        check("a[b-d]", "ac", true);
        check("a\\*", "a*", true);
        check("a\\*", "ab", false);
    }

    #[test]
    fn bars_and_braces_are_left_to_the_expression() {
        check("a|b", "a|b", true);
        check("*.a|b", "xb", true);
        check("*.a|b", "x.ax", true);
        check("*.{js,ts}", "x.{js,ts}", true);
        check("*.{js,ts}", "x.js", false);
        check("?{2}", "ab", true);
    }

    #[test]
    fn what_builders_refuse_is_known() {
        for pattern in ["[", "!", "a\\", "[]a]", "foo\\many", "*{2}"] {
            assert!(Pattern::new(pattern, 1).is_some_and(|read| read.is_malformed()), "{pattern}");
        }
        assert!(Pattern::new("  ", 1).is_none());
    }
}
