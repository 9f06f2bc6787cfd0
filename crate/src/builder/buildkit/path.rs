//! Paths inside images, treated as text.

pub(super) use crate::ignore::{
    has_wildcard,
    path::{base, clean, join},
};

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
    folder == "/" || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_folder_is_told_by_whole_parts() {
        assert!(within("/a/b", "/a"));
        assert!(within("/a", "/a"));
        assert!(within("/x", "/"));
        assert!(!within("/ab", "/a"));
    }

    #[test]
    fn destinations_say_that_they_are_folders() {
        for (path, expected) in [("/a//", "/a/"), ("/a/.", "/a/."), ("/", "/"), ("/.", "/."), ("/a/..", "/")]
        {
            assert_eq!(clean_destination(path), expected, "{path}");
        }
    }
}
