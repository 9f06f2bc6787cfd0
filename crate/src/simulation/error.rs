//! What can be wrong with a scenario or an edit: one error for all of it, told apart by its code.
//!
//! A mistake *in the Dockerfile* is never an error of this kind. It is a diagnostic, or a build that fails.

use std::fmt;

/// Why a scenario or an edit is refused. Nothing of a refused edit is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub code: ErrorCode,
    /// The path that it is about, as it was given; empty if it is about no path.
    pub path: String,
    /// A sentence for people.
    pub message: String,
}

/// What is wrong, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// A path that is empty, climbs out of the folder, holds a NUL, or lies too deep.
    BadPath,
    /// Two paths of one list are the same after cleaning (`a/b` and `./a//b`).
    DuplicatePath,
    /// A path lies below something that is a file or a link.
    NotAFolder,
    /// A file or link is put where a folder is.
    IsAFolder,
    /// A file that is renamed, touched or changed is not there.
    NotFound,
    /// An entry says nothing of what it is, or more than one thing.
    BadEntry,
    /// Text that is not base64.
    BadBase64,
    /// Text that is not an octal mode.
    BadMode,
    /// Text that is not a SHA-256.
    BadDigest,
    /// A version of the format that this engine does not know, or of the classic builder that cannot be read.
    BadVersion,
    /// The Dockerfile is larger than 16 MiB.
    TooLarge,
}

impl ErrorCode {
    /// Its name at the boundary to JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadPath => "badPath",
            Self::DuplicatePath => "duplicatePath",
            Self::NotAFolder => "notAFolder",
            Self::IsAFolder => "isAFolder",
            Self::NotFound => "notFound",
            Self::BadEntry => "badEntry",
            Self::BadBase64 => "badBase64",
            Self::BadMode => "badMode",
            Self::BadDigest => "badDigest",
            Self::BadVersion => "badVersion",
            Self::TooLarge => "tooLarge",
        }
    }
}

impl Error {
    #[cold]
    pub(crate) fn new(code: ErrorCode, path: &str, message: &str) -> Self {
        let mut text = String::new();
        if !path.is_empty() {
            text.push('"');
            text.push_str(path);
            text.push_str("\": ");
        }
        text.push_str(message);
        Self { code, path: path.into(), message: text }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
