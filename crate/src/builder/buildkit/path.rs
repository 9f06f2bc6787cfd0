//! Paths inside images, treated as text as Go's `path` package does it.

/// The path without `.`, `..`, doubled and trailing slashes; `..` stops at the root of an absolute path.
/// Nothing at all becomes `.`.
pub(super) fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if absolute => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let mut out = String::with_capacity(path.len() + 1);
    if absolute {
        out.push('/');
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push('/');
        }
        out.push_str(part);
    }
    if out.is_empty() {
        out.push('.');
    }
    out
}

/// Joins what is not empty and cleans it; empty if all parts are.
pub(super) fn join(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(part);
    }
    if out.is_empty() { out } else { clean(&out) }
}

/// The last element: `/` for the root, `.` for nothing.
pub(super) fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

/// A destination, clean but for a final slash or `/.`, which say that it is a folder.
pub(super) fn clean_destination(path: &str) -> String {
    let mut out = clean(path);
    if path.ends_with("/.") {
        out.push_str(if out == "/" { "." } else { "/." });
    } else if path.ends_with('/') && out != "/" {
        out.push('/');
    }
    out
}

/// Whether `path` is `folder` or lies below it; both are clean.
pub(super) fn within(path: &str, folder: &str) -> bool {
    folder == "/"
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a source holds a wildcard that is not escaped.
pub(super) fn has_wildcard(path: &str) -> bool {
    let mut escaped = false;
    path.chars().any(|character| {
        let special = !escaped && matches!(character, '*' | '?' | '[');
        escaped = character == '\\' && !escaped;
        special
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_does_it() {
        for (path, expected) in [
            ("", "."),
            ("/", "/"),
            ("//a//b/", "/a/b"),
            ("/../x", "/x"),
            ("a/../..", ".."),
            ("./x//y", "x/y"),
            ("/a/./b/..", "/a"),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
        assert_eq!(join(&["", ""]), "");
        assert_eq!(join(&["/", "w", "../up/x"]), "/up/x");
        assert_eq!(base("/a/b/"), "b");
        assert_eq!(base("/"), "/");
    }

    #[test]
    fn escaped_wildcards_are_none() {
        assert!(has_wildcard("/a*"));
        assert!(has_wildcard("/[x]"));
        assert!(!has_wildcard("/a\\*b"));
    }
}
