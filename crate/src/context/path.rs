//! What a path of a tree is: parts between slashes, relative to the root, never above it.

use std::fmt;

pub use crate::ignore::path::{base, clean, join};

/// How many parts a path may have. Deeper trees are refused, so that walking one never exhausts the stack.
pub const MAX_DEPTH: usize = 256;

/// Why a tree cannot be changed as asked. Each holds the path that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// No path is given, or one that means the root where a name is needed.
    Empty,
    /// It climbs out of the tree with `..`.
    Outside(String),
    /// A file or link stands where a folder is needed.
    FileInTheWay(String),
    /// A folder stands where a file or link is to be put.
    FolderInTheWay(String),
    /// Nothing stands there.
    NotFound(String),
    /// It has more than [`MAX_DEPTH`] parts, or what is put there would reach below.
    TooDeep(String),
    /// It holds a NUL, which no file name has.
    Nul(String),
    /// A folder cannot be moved into itself.
    IntoItself(String),
}

impl PathError {
    /// The path that it is about; empty for [`PathError::Empty`].
    pub fn path(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Outside(path)
            | Self::FileInTheWay(path)
            | Self::FolderInTheWay(path)
            | Self::NotFound(path)
            | Self::TooDeep(path)
            | Self::Nul(path)
            | Self::IntoItself(path) => path,
        }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Empty => return formatter.write_str("the path is empty"),
            Self::Outside(_) => "leaves the folder",
            Self::FileInTheWay(_) => "is a file where a folder is needed",
            Self::FolderInTheWay(_) => "is a folder",
            Self::NotFound(_) => "does not exist",
            Self::TooDeep(_) => "lies too deep",
            Self::Nul(_) => "holds a NUL byte",
            Self::IntoItself(_) => "cannot be moved into itself",
        };
        formatter.write_str(self.path())?;
        formatter.write_str(" ")?;
        formatter.write_str(what)
    }
}

impl std::error::Error for PathError {}

/// The parts of a path, `.` and empty ones left out and `..` resolved. A path from the root is taken as relative
/// to it. None at all mean the root.
///
/// # Errors
/// If it climbs out of the tree, lies too deep or holds a NUL.
pub(super) fn parts(path: &str) -> Result<Vec<&str>, PathError> {
    if crate::text::scan::has(path, 0) {
        return Err(PathError::Nul(path.to_string()));
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err(PathError::Outside(path.to_string()));
                }
            }
            _ => parts.push(part),
        }
    }
    if parts.len() > MAX_DEPTH { Err(PathError::TooDeep(path.to_string())) } else { Ok(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_what_remains_of_a_path() {
        let check =
            |path: &str, expected: &[&str]| assert_eq!(parts(path).as_deref(), Ok(expected), "{path}");
        check("", &[]);
        check(".", &[]);
        check("/", &[]);
        check("/a//b/", &["a", "b"]);
        check("a/./b/../c", &["a", "c"]);
        check("a/..", &[]);
    }

    #[test]
    fn bad_paths_are_refused() {
        assert_eq!(parts("a/../.."), Err(PathError::Outside("a/../..".into())));
        assert_eq!(parts("/.."), Err(PathError::Outside("/..".into())));
        assert_eq!(parts("a\0b"), Err(PathError::Nul("a\0b".into())));
        let deep = "d/".repeat(MAX_DEPTH + 1);
        assert_eq!(parts(&deep), Err(PathError::TooDeep(deep.clone())));
        assert!(parts(&"d/".repeat(MAX_DEPTH)).is_ok());
    }
}
