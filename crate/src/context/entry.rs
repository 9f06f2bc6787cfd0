//! What stands at a path of a file tree.

use std::rc::Rc;

use crate::digest::Digest;

/// A file, folder or link with the metadata that builders look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is, with its content.
    pub kind: Kind,
    /// Permission bits with setuid, setgid and sticky: `0o7777` at most. Links have `0o777`.
    pub mode: u32,
    /// Owner; 0 in a build context, since clients send all files as root's.
    pub uid: u32,
    /// Group; 0 in a build context.
    pub gid: u32,
    /// Modification time in seconds. No builder hashes it; BuildKit's transfer compares it.
    pub mtime: i64,
}

/// What an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File(Content),
    /// A folder; its children are nodes of the tree.
    Directory,
    /// A symbolic link with the text of its target.
    Symlink(Rc<str>),
    /// A further name of the file at this path: a hard link. BuildKit reads it as a copy of that file.
    Hardlink(Rc<str>),
    /// A device or a pipe, which only an archive brings: its letter there, and a device's numbers.
    Special(u8, [u32; 2]),
}

/// The content of a file, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// All its bytes.
    Bytes(Rc<[u8]>),
    /// The SHA-256 of its bytes and its size. Hits and misses are decided as well as with bytes, but the
    /// builder's own checksums, which mix metadata and bytes, cannot be computed from it.
    Digest {
        /// SHA-256 of the bytes.
        digest: Digest,
        /// Size in bytes.
        size: u64,
    },
}

impl Entry {
    /// A file with mode 0644, owned by root.
    pub fn file(bytes: impl Into<Rc<[u8]>>) -> Self {
        Self::with(Kind::File(Content::Bytes(bytes.into())), 0o644)
    }

    /// A folder with mode 0755, owned by root.
    pub fn directory() -> Self {
        Self::with(Kind::Directory, 0o755)
    }

    /// A symbolic link to `target`.
    pub fn symlink(target: &str) -> Self {
        Self::with(Kind::Symlink(target.into()), 0o777)
    }

    fn with(kind: Kind, mode: u32) -> Self {
        Self { kind, mode, uid: 0, gid: 0, mtime: 0 }
    }
}
