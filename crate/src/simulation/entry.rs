//! From a scenario's file entries to those of a tree, and back.

use crate::{
    context::{self, Content, Kind},
    digest::Digest,
};

use super::{Error, ErrorCode, base64, scenario::FileEntry};

impl FileEntry {
    /// The entry that it stands for at `path`; `time` is its modification time if it has none of its own.
    ///
    /// # Errors
    /// [`ErrorCode::BadEntry`] unless it says exactly one thing, [`ErrorCode::BadBase64`],
    /// [`ErrorCode::BadDigest`], [`ErrorCode::BadMode`].
    pub fn to_entry(&self, path: &str, time: i64) -> Result<context::Entry, Error> {
        let kinds = [
            self.text.is_some(),
            self.base64.is_some(),
            self.symlink.is_some(),
            self.hardlink.is_some(),
            self.dir == Some(true),
            self.digest.is_some(),
        ];
        if kinds.iter().filter(|&&given| given).count() != 1 {
            let text = "an entry needs exactly one of text, base64, symlink, hardlink, dir and digest";
            return Err(Error::new(ErrorCode::BadEntry, path, text));
        }
        let kind = if let Some(text) = &self.text {
            Kind::File(Content::Bytes(text.as_bytes().into()))
        } else if let Some(text) = &self.base64 {
            let bytes = base64::decode(text)
                .ok_or_else(|| Error::new(ErrorCode::BadBase64, path, "this is not base64"))?;
            Kind::File(Content::Bytes(bytes.into()))
        } else if let Some(target) = &self.symlink {
            Kind::Symlink(target.as_str().into())
        } else if let Some(first) = &self.hardlink {
            Kind::Hardlink(clean(first)?.as_str().into())
        } else if let Some(digest) = &self.digest {
            let digest = Digest::parse(digest).ok_or_else(|| {
                Error::new(ErrorCode::BadDigest, path, "a digest is sha256: and 64 hex digits")
            })?;
            let size = self.size.ok_or_else(|| {
                Error::new(ErrorCode::BadEntry, path, "an entry with a digest needs a size")
            })?;
            Kind::File(Content::Digest { digest, size })
        } else {
            Kind::Directory
        };
        let usual = usual_mode(&kind);
        let mode = self.mode.as_deref().map_or(Ok(usual), |mode| parse_mode(mode, path))?;
        Ok(context::Entry { kind, mode, uid: 0, gid: 0, mtime: self.mtime.unwrap_or(time) })
    }

    /// The shortest way to say `entry`, whose modification time goes without saying if it is `time`.
    pub fn of(entry: &context::Entry, time: i64) -> Self {
        let mut said = Self::default();
        match &entry.kind {
            Kind::File(Content::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => said.text = Some(text.into()),
                Err(_) => said.base64 = Some(base64::encode(bytes)),
            },
            Kind::File(Content::Digest { digest, size }) => {
                said.digest = Some(digest.to_string());
                said.size = Some(*size);
            }
            Kind::Directory => said.dir = Some(true),
            Kind::Symlink(target) => said.symlink = Some(target.to_string()),
            Kind::Hardlink(first) => said.hardlink = Some(first.to_string()),
            // Never among files that a person gives.
            Kind::Special(..) => said.text = Some(String::new()),
        }
        said.mode = (entry.mode != usual_mode(&entry.kind)).then(|| octal(entry.mode));
        said.mtime = (entry.mtime != time).then_some(entry.mtime);
        said
    }
}

/// The mode of an entry that says none.
fn usual_mode(kind: &Kind) -> u32 {
    match kind {
        Kind::File(_) | Kind::Hardlink(_) | Kind::Special(..) => 0o644,
        Kind::Directory => 0o755,
        Kind::Symlink(_) => 0o777,
    }
}

/// Reads an octal mode such as `0644` or `755`.
pub(crate) fn parse_mode(text: &str, path: &str) -> Result<u32, Error> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    let octal = !digits.is_empty() && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if octal && mode <= 0o7777 => Ok(mode),
        _ => Err(Error::new(ErrorCode::BadMode, path, "a mode is octal, from 0000 to 7777")),
    }
}

/// A mode as people write it: `0644`.
pub(crate) fn octal(mode: u32) -> String {
    (0..4).rev().filter_map(|digit| char::from_digit(mode >> (3 * digit) & 7, 8)).collect()
}

/// A path of a folder, cleaned: relative, without `.`, `..` and doubled slashes.
///
/// # Errors
/// [`ErrorCode::BadPath`] if it is empty, climbs out of the folder, or holds a NUL.
pub(crate) fn clean(path: &str) -> Result<String, Error> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err(Error::new(ErrorCode::BadPath, path, "the path climbs out of the folder"));
                }
            }
            part if crate::text::scan::has(part, 0) => {
                return Err(Error::new(ErrorCode::BadPath, path, "a path cannot hold a NUL"));
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err(Error::new(ErrorCode::BadPath, path, "the path names no file"));
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(result: Result<T, Error>) -> Option<ErrorCode> {
        result.err().map(|error| error.code)
    }

    #[test]
    fn paths_are_cleaned_or_refused() {
        assert_eq!(clean("./a//b/../c/").as_deref(), Ok("a/c"));
        assert_eq!(clean("/etc/x").as_deref(), Ok("etc/x"));
        for path in ["", ".", "/", "..", "a/../..", "a/..", "a\0b"] {
            assert_eq!(code(clean(path)), Some(ErrorCode::BadPath), "{path:?}");
        }
    }

    #[test]
    fn modes_are_octal() {
        assert_eq!(parse_mode("0755", "x"), Ok(0o755));
        assert_eq!(parse_mode("0o644", "x"), Ok(0o644));
        assert_eq!(octal(0o4755), "4755");
        assert_eq!(octal(0), "0000");
        for mode in ["", "8", "rwx", "+7", "-1", "17777", "0x1"] {
            assert_eq!(code(parse_mode(mode, "x")), Some(ErrorCode::BadMode), "{mode:?}");
        }
    }

    #[test]
    fn an_entry_says_exactly_one_thing() {
        let nothing = FileEntry::default();
        assert_eq!(code(nothing.to_entry("x", 0)), Some(ErrorCode::BadEntry));
        let both = FileEntry { text: Some(String::new()), dir: Some(true), ..FileEntry::default() };
        assert_eq!(code(both.to_entry("x", 0)), Some(ErrorCode::BadEntry));
        let unsized_digest = FileEntry { digest: Some(Digest::of(b"").to_string()), ..FileEntry::default() };
        assert_eq!(code(unsized_digest.to_entry("x", 0)), Some(ErrorCode::BadEntry));
    }

    #[test]
    fn entries_come_back_as_they_went_in() {
        let said = [
            FileEntry { text: Some("é\n".into()), mode: Some("0755".into()), ..FileEntry::default() },
            FileEntry { base64: Some("/w==".into()), mtime: Some(7), ..FileEntry::default() },
            FileEntry { symlink: Some("../x".into()), ..FileEntry::default() },
            FileEntry { hardlink: Some("a/b".into()), ..FileEntry::default() },
            FileEntry { dir: Some(true), mode: Some("1777".into()), ..FileEntry::default() },
            FileEntry { digest: Some(Digest::of(b"").to_string()), size: Some(0), ..FileEntry::default() },
        ];
        for entry in said {
            let back = entry.to_entry("x", 5).map(|entry| FileEntry::of(&entry, 5));
            assert_eq!(back, Ok(entry));
        }
    }
}
