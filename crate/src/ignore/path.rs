//! Lexical paths, as Go's package `path` handles them: builders clean and join the words of a Dockerfile this
//! way before they look at any file.

/// The shortest path that means the same without looking at files: repeated slashes and `.` vanish, `x/..` is
/// resolved, `..` at the root and a slash at the end are dropped. Nothing at all becomes `.`.
///
/// ```
/// use layerwise::ignore::path::clean;
///
/// assert_eq!(clean("./a//b/../c/"), "a/c");
/// assert_eq!(clean("/../x"), "/x");
/// assert_eq!(clean("a/../../x"), "../x");
/// assert_eq!(clean(""), ".");
/// ```
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let mut text = String::with_capacity(path.len());
    if rooted {
        text.push('/');
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push('/');
        }
        text.push_str(part);
    }
    if text.is_empty() {
        text.push('.');
    }
    text
}

/// The parts that are not empty, joined with slashes and cleaned; empty if all are.
///
/// ```
/// use layerwise::ignore::path::join;
///
/// assert_eq!(join(&["/app", "sub/", "../x"]), "/app/x");
/// assert_eq!(join(&["", ""]), "");
/// ```
pub fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(part);
    }
    if text.is_empty() { text } else { clean(&text) }
}

/// The last part of a path without slashes at its end: `/` for the root, `.` for nothing.
///
/// ```
/// use layerwise::ignore::path::base;
///
/// assert_eq!((base("a/b/"), base("//"), base("")), ("b", "/", "."));
/// ```
pub fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed.rsplit('/').next().unwrap_or(trimmed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_keeps_what_the_path_means() {
        let cases = [
            ("a", "a"),
            ("/", "/"),
            ("//", "/"),
            ("./", "."),
            ("..", ".."),
            ("../..", "../.."),
            ("/..", "/"),
            ("a/..", "."),
            ("/a/../..", "/"),
            ("a/./b/.", "a/b"),
            ("a/b/../../..", ".."),
            ("/a//b/", "/a/b"),
        ];
        for (path, expected) in cases {
            assert_eq!(clean(path), expected, "{path}");
            assert_eq!(clean(expected), expected, "cleaning {path} twice");
        }
    }
}
