//! BuildKit's content checksums: of an entry, of a folder with all below it, of what an operation selects.
//!
//! The facts are those of BuildKit's package `cache/contenthash`. Digests are hashed in their text form. Nothing
//! that is shared between two trees is hashed twice, since nodes remember their digests.

use std::{fmt, rc::Rc};

use super::{
    Content, Entry, Kind, Node, Selection, Tree,
    collect::{Listed, collect},
};
use crate::{
    digest::{Digest, Hasher},
    ignore::{Wildcard, path},
};

/// What the header of the root folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootHeader {
    /// That of nothing: the root of a build context, whose own mode does not count.
    Context,
    /// That of the folder itself: the root of an image, a stage or a scratch file system.
    Directory,
}

/// A selected path at which nothing stands, or that cannot be read as a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// The path as the builder prints it, from the root; or the malformed pattern.
    pub path: String,
}

impl fmt::Display for NotFound {
    /// The builder's words for it: `"/no/such": not found`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_malformed(&self.path) {
            return formatter.write_str("syntax error in pattern");
        }
        formatter.write_str("\"")?;
        formatter.write_str(&self.path)?;
        formatter.write_str("\": not found")
    }
}

impl std::error::Error for NotFound {}

/// The content digest of the selections of one input, in the order of
/// [`file_op_selections`](super::file_op_selections) or [`exec_selections`](super::exec_selections).
///
/// # Errors
/// If a selected or required path does not exist, or a pattern is malformed. A wildcard that matches nothing is no
/// error.
///
/// ```
/// use layerwise::context::{Entry, RootHeader, Selection, Tree, content_digest};
///
/// let mut tree = Tree::new();
/// tree.insert("d/a", Entry::file(*b"1"))?;
/// let digest = content_digest(&tree, &[Selection::path("/d")], RootHeader::Context);
/// assert!(digest.is_ok());
/// let missing = content_digest(&tree, &[Selection::path("/e")], RootHeader::Context);
/// assert_eq!(missing.unwrap_err().to_string(), r#""/e": not found"#);
/// # Ok::<(), layerwise::context::PathError>(())
/// ```
pub fn content_digest(tree: &Tree, selections: &[Selection], root: RootHeader) -> Result<Digest, NotFound> {
    content_text(tree, selections, root).map(|text| Digest::of(&text))
}

/// What [`content_digest`] hashes: the digests of the selections, in their text form.
pub(crate) fn content_text(
    tree: &Tree,
    selections: &[Selection],
    root: RootHeader,
) -> Result<Vec<u8>, NotFound> {
    let tree = tree.with_copies();
    let mut hashed = Vec::with_capacity(selections.len() * 72);
    for (index, selection) in selections.iter().enumerate() {
        if index > 0 {
            hashed.push(0);
        }
        selected_digest(&tree, selection, root)?.append_to(&mut hashed);
    }
    Ok(hashed)
}

/// Whether the content digest of these selections is the one that the builder computes: all files that are
/// selected are known by their bytes. What does not exist is.
pub fn is_exact(tree: &Tree, selections: &[Selection]) -> bool {
    if tree.root().is_exact() {
        return true;
    }
    let tree = tree.with_copies();
    selections.iter().all(|selection| {
        if selection.is_whole() {
            tree.lead(&selection.path, selection.follow).is_ok_and(|(_, node)| node.is_exact())
        } else {
            collect(&tree, selection).entries.iter().all(|listed| match listed.behind {
                Some(behind) => behind.is_exact(),
                None => listed.node.is_directory() || listed.node.is_exact(),
            })
        }
    })
}

fn selected_digest(tree: &Tree, selection: &Selection, root: RootHeader) -> Result<Digest, NotFound> {
    let not_found = |path: &str| NotFound { path: path.to_string() };
    if selection.is_whole() {
        let (_, node) =
            tree.lead(&selection.path, selection.follow).map_err(|_| not_found(&selection.path))?;
        return Ok(whole_digest(tree, node, root));
    }
    let wildcard = selection.wildcard.then_some(&selection.path);
    let mut patterns = wildcard.into_iter().chain(&selection.include).chain(&selection.exclude);
    if let Some(pattern) = patterns.find(|pattern| is_malformed(pattern)) {
        return Err(not_found(pattern));
    }
    let listed = collect(tree, selection).entries;
    for required in &selection.required {
        if !listed.iter().any(|listed| listed.path.starts_with(required.as_str())) {
            return Err(not_found(required));
        }
    }
    if let Some(dangling) = listed.iter().find(|listed| listed.is_dangling) {
        return Err(not_found(&dangling.path));
    }
    if let [only] = &listed[..]
        && path::base(&selection.path) == path::base(&only.path)
    {
        return Ok(listed_digest(tree, only, root));
    }
    let mut hashed = Vec::with_capacity(listed.len() * 96);
    let prefix = selection.prefix();
    for listed in &listed {
        let key = listed.path.strip_prefix(prefix.as_str()).unwrap_or(&listed.path);
        if key.is_empty() {
            hashed.push(0);
        }
        hashed.extend(key.bytes().map(|byte| if byte == b'/' { 0 } else { byte }));
        listed_digest(tree, listed, root).append_to(&mut hashed);
    }
    Ok(Digest::of(&hashed))
}

/// Whether the builder refuses a path or pattern as soon as it matches with it.
fn is_malformed(pattern: &str) -> bool {
    Wildcard::new(pattern).is_none()
}

fn listed_digest(tree: &Tree, listed: &Listed<'_>, root: RootHeader) -> Digest {
    match listed.behind {
        Some(behind) => whole_digest(tree, behind, root),
        None => listed.node.entry_digest(),
    }
}

/// The digest of a file or link, or of a folder with everything below it.
fn whole_digest(tree: &Tree, node: &Rc<Node>, root: RootHeader) -> Digest {
    if root != RootHeader::Context || !Rc::ptr_eq(node, tree.root()) {
        return node.digest();
    }
    *node.memo.root.get_or_init(|| {
        // Where nothing at all is sent, BuildKit has no record of the root and looks at its own empty folder.
        let header =
            if node.is_empty() { Node::new(Entry::directory()).entry_digest() } else { Digest::of(b"") };
        node.record_digest(header)
    })
}

impl Node {
    /// BuildKit's digest of it: of the entry, or for a folder of its whole content. Hard links must have been
    /// replaced by copies.
    pub(super) fn digest(&self) -> Digest {
        if self.is_directory() {
            *self.memo.record.get_or_init(|| self.record_digest(self.entry_digest()))
        } else {
            self.entry_digest()
        }
    }

    /// BuildKit's digest of the entry alone: metadata and, for a file, its bytes.
    pub(super) fn entry_digest(&self) -> Digest {
        *self.memo.entry.get_or_init(|| entry_digest(self.entry()))
    }

    /// The digest of a folder with this header: each member's name and digest behind a NUL.
    fn record_digest(&self, header: Digest) -> Digest {
        let mut record = Vec::with_capacity((self.children().len() + 1) * 88);
        record.push(0);
        header.append_to(&mut record);
        for (name, child) in self.children() {
            record.push(0);
            record.extend_from_slice(name.as_bytes());
            child.digest().append_to(&mut record);
        }
        Digest::of(&record)
    }
}

fn entry_digest(entry: &Entry) -> Digest {
    let (size, flag, target, mode) = match &entry.kind {
        Kind::File(Content::Bytes(bytes)) => (bytes.len() as u64, b'0', "", entry.mode),
        Kind::File(Content::Digest { size, .. }) => (*size, b'0', "", entry.mode),
        // A further name whose file is unknown.
        Kind::Hardlink(_) => (0, b'0', "", entry.mode),
        Kind::Directory => (0, b'5', "", entry.mode),
        Kind::Symlink(target) => (0, b'2', &**target, 0o777),
        Kind::Special(letter, _) => (0, *letter, "", entry.mode),
    };
    let mut header = Vec::with_capacity(128);
    header.extend_from_slice(b"name");
    push_numbers(&mut header, &[("mode", u64::from(mode)), ("uid", u64::from(entry.uid))]);
    push_numbers(&mut header, &[("gid", u64::from(entry.gid)), ("size", size)]);
    header.extend_from_slice(b"typeflag");
    header.push(flag);
    header.extend_from_slice(b"linkname");
    header.extend_from_slice(target.as_bytes());
    // A device has numbers, and BuildKit means to look at them.
    header.extend_from_slice(b"unamegnamedevmajor0devminor0");
    hash_with_content(&header, &entry.kind)
}

/// Appends names with decimal numbers.
pub(super) fn push_numbers(text: &mut Vec<u8>, numbers: &[(&str, u64)]) {
    for (name, number) in numbers {
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(number.to_string().as_bytes());
    }
}

/// Hashes a header and a file's bytes. Of a file known by its digest alone, the digest's text stands for them.
pub(super) fn hash_with_content(header: &[u8], kind: &Kind) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(header);
    match kind {
        Kind::File(Content::Bytes(bytes)) => hasher.update(bytes),
        Kind::File(Content::Digest { digest, .. }) => hasher.update(digest.to_string().as_bytes()),
        _ => {}
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(selection: &Selection, expected: &str) {
        let mut tree = Tree::new();
        tree.insert("d/f", Entry::file(*b"x")).expect("a good path");
        tree.insert("lost", Entry::symlink("nowhere")).expect("a good path");
        let found = content_digest(&tree, std::slice::from_ref(selection), RootHeader::Context);
        assert_eq!(
            found.map_err(|error| error.to_string()).err().as_deref(),
            Some(expected),
            "{selection:?}"
        );
    }

    #[test]
    fn what_cannot_be_selected_is_told_in_the_builders_words() {
        let wild = |path: &str| Selection { wildcard: true, ..Selection::path(path) };
        let exclude = |pattern: &str| Selection { exclude: vec![pattern.into()], ..Selection::path("/d") };
        check(&Selection::path("/no"), "\"/no\": not found");
        check(&Selection::path("/d/f/g"), "\"/d/f/g\": not found");
        check(&Selection::path("/lost"), "\"/lost\": not found");
        check(&wild("/l*"), "\"/lost\": not found");
        check(&wild("/["), "syntax error in pattern");
        check(&exclude("[a"), "syntax error in pattern");
        check(&Selection { required: vec!["/d/g".into()], ..exclude("x") }, "\"/d/g\": not found");
    }
}
