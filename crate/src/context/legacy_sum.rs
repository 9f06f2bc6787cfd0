//! The classic builder's sum of one entry (tarsum version 1), and how sums are joined.
//!
//! Context files are summed from the archive that the client writes, so the client's version decides about their
//! headers; files of a stage or image are summed by the daemon.

use std::{fmt, rc::Rc};

use super::{
    Content, Entry, Kind, Node,
    checksum::{hash_with_content, push_numbers},
};
use crate::digest::Digest;

/// What decides about the headers of sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyOptions {
    /// Whether modes include the type of the file, as those of versions before 24 do.
    pub type_bits: bool,
    /// Whether the files are those of a stage or image (`--from`), and not of the context.
    pub from_image: bool,
    /// Names of users and groups by number, as the daemon's own machine knows them. They are in the sums of
    /// daemons before 23, for files of a stage or image only.
    pub names: Option<HostNames>,
}

/// Names that a daemon before version 23 finds for numbers on the machine that it runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostNames {
    /// Names of users.
    pub users: Vec<(u32, String)>,
    /// Names of groups.
    pub groups: Vec<(u32, String)>,
}

impl Default for HostNames {
    /// The two that every Linux machine has.
    fn default() -> Self {
        let names = || vec![(0, "root".to_string()), (1, "daemon".to_string())];
        Self { users: names(), groups: names() }
    }
}

impl LegacyOptions {
    /// How these versions (major, minor) of client and daemon sum files.
    pub fn for_versions(client: (u16, u16), daemon: (u16, u16), from_image: bool) -> Self {
        let writer = if from_image { daemon } else { client };
        Self {
            type_bits: writer < (24, 0),
            from_image,
            names: (from_image && daemon < (23, 0)).then(HostNames::default),
        }
    }
}

/// The sum of one source of a COPY or ADD; a wildcard has one for each match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSum {
    /// What was summed, relative to the root, links resolved; empty for the root.
    pub path: String,
    /// `file:…` or `dir:…`.
    pub sum: String,
    /// Whether the builder's sum is the very same: all bytes are known.
    pub exact: bool,
    /// Whether a link in it leads to nothing that is in the tree.
    pub leads_away: bool,
}

/// Why a source cannot be summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegacySumError {
    /// Nothing stands at this path, or a link leads nowhere.
    NotFound(String),
    /// This path climbs out of the context.
    Outside(String),
}

impl fmt::Display for LegacySumError {
    /// The end of the daemon's message.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, path, after) = match self {
            Self::NotFound(path) => ("stat ", path, ": file does not exist"),
            Self::Outside(path) => ("forbidden path outside the build context: ", path, " ()"),
        };
        [before, path, after].iter().try_for_each(|text| formatter.write_str(text))
    }
}

impl std::error::Error for LegacySumError {}

/// The sum that a step names: the only one, or all of them joined. Empty if there are none, which the builder
/// refuses.
pub fn join_sums(sums: &[String]) -> String {
    match sums {
        [] => String::new(),
        [only] => only.clone(),
        sums => ["multi:", &Digest::of(sums.join(",").as_bytes()).hex()].concat(),
    }
}

/// The last sum of a node, with what decided about its header beside the entry itself.
#[derive(Debug)]
pub(super) struct Remembered {
    path: String,
    options: LegacyOptions,
    sum: Digest,
}

/// The entry sum of a node at a path.
pub(super) fn entry_sum(node: &Node, path: &str, options: &LegacyOptions) -> Digest {
    let mut memo = node.memo.legacy.borrow_mut();
    if let Some(remembered) = memo.as_deref()
        && remembered.path == path
        && remembered.options == *options
    {
        return remembered.sum;
    }
    let sum = hash_with_content(&header(node.entry(), path, options), &node.entry().kind);
    *memo = Some(Rc::new(Remembered { path: path.to_string(), options: options.clone(), sum }));
    sum
}

/// The entry sum of a file that ADD downloads; the step names it without `file:`. The `name` is the last part of
/// the URL's path, the mode 0600, the owner root. `options` are those of files from an image.
pub fn download_sum(name: &str, content: Content, options: &LegacyOptions) -> String {
    let node = Node::new(Entry { mode: 0o600, kind: Kind::File(content), ..Entry::file([]) });
    entry_sum(&node, name, options).hex()
}

fn header(entry: &Entry, path: &str, options: &LegacyOptions) -> Vec<u8> {
    let (flag, type_bits, size, link) = match &entry.kind {
        Kind::File(Content::Bytes(bytes)) => (b'0', 0o100_000, bytes.len() as u64, ""),
        Kind::File(Content::Digest { size, .. }) => (b'0', 0o100_000, *size, ""),
        Kind::Directory => (b'5', 0o040_000, 0, ""),
        Kind::Symlink(target) => (b'2', 0o120_000, 0, &**target),
        Kind::Hardlink(first) => (b'1', 0o100_000, 0, &**first),
        Kind::Special(letter, _) => {
            let bits = match letter {
                b'3' => 0o020_000,
                b'4' => 0o060_000,
                _ => 0o010_000,
            };
            (*letter, bits, 0, "")
        }
    };
    let mode = u64::from(entry.mode) | if options.type_bits { type_bits } else { 0 };
    let (uid, gid) = if options.from_image { (entry.uid, entry.gid) } else { (0, 0) };
    let mut header = Vec::with_capacity(path.len() + 96);
    header.extend_from_slice(b"name");
    header.extend_from_slice(path.as_bytes());
    if flag == b'5' {
        header.push(b'/');
    }
    push_numbers(&mut header, &[("mode", mode), ("uid", u64::from(uid))]);
    push_numbers(&mut header, &[("gid", u64::from(gid)), ("size", size)]);
    header.extend_from_slice(b"typeflag");
    header.push(flag);
    header.extend_from_slice(b"linkname");
    header.extend_from_slice(link.as_bytes());
    let (users, groups) =
        options.names.as_ref().map_or((&[][..], &[][..]), |names| (&names.users, &names.groups));
    for (field, names, number) in [("uname", users, uid), ("gname", groups, gid)] {
        header.extend_from_slice(field.as_bytes());
        if let Some((_, name)) = names.iter().find(|(own, _)| *own == number) {
            header.extend_from_slice(name.as_bytes());
        }
    }
    let [major, minor] = if let Kind::Special(_, numbers) = &entry.kind { *numbers } else { [0, 0] };
    push_numbers(&mut header, &[("devmajor", u64::from(major)), ("devminor", u64::from(minor))]);
    header
}
