//! What is known of the files that an op leaves behind. The files of an image, and what a RUN wrote, are not
//! known; files that were copied on top are. A snapshot is therefore a pile of segments: each an unknown part,
//! if any, under a tree of known files. Content digests of selections that reach an unknown part are made of
//! the names of what is unknown, so that equal ones match from build to build.

use std::rc::Rc;

use super::{
    hashed::content_record,
    path::{clean, within},
};
use crate::{
    context::{NotFound, RootHeader, Selection, Tree, content_digest, is_exact},
    digest::{Digest, Hasher},
};

/// The files of a file system, as far as they are known.
#[derive(Clone, Debug)]
pub(in crate::builder) struct Snapshot {
    /// From the bottom up; at least one.
    pub(in crate::builder) segments: Vec<Segment>,
}

/// An empty file system.
impl Default for Snapshot {
    fn default() -> Self {
        Self { segments: vec![Segment::default()] }
    }
}

/// An unknown part with known files on top.
#[derive(Clone, Debug, Default)]
pub(in crate::builder) struct Segment {
    pub(in crate::builder) unknown: Option<Unknown>,
    pub(in crate::builder) top: Rc<Tree>,
}

/// Files that only a real run or an image knows.
#[derive(Clone, Debug)]
pub(in crate::builder) struct Unknown {
    /// What they are called: equal names stand for equal files.
    pub(in crate::builder) name: Digest,
    /// Whether they may as well be equal to those of another name.
    pub(in crate::builder) doubt: Doubt,
    /// Whether they are said to be other than any before this build.
    pub(in crate::builder) new: bool,
    pub(in crate::builder) extent: Extent,
}

/// What files of different names may be equal all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::builder) enum Doubt {
    /// None: equal names are equal files, others differ.
    #[default]
    None,
    /// Those of an image: another image may hold the same.
    Image,
    /// Those that a RUN writes: they may be any.
    Run,
}

impl Doubt {
    /// Whether files of the one kind may be equal to files of the other.
    pub(in crate::builder) fn meets(self, other: Self) -> bool {
        self.max(other) == Self::Run || (self, other) == (Self::Image, Self::Image)
    }
}

/// Where the unknown files may lie.
#[derive(Clone, Debug)]
pub(in crate::builder) enum Extent {
    /// Anywhere.
    Everywhere,
    /// In the folders that images usually have, and in this one.
    Image(Rc<str>),
    /// At this path, above or below it.
    At(Rc<str>),
}

/// The content of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::builder) struct Content {
    pub(super) digest: Digest,
    /// The digest of its record.
    pub(super) record: Digest,
    /// Whether a real run may find an equal content under another digest.
    pub(super) doubt: Doubt,
    /// Whether it is said to be another than any before this build.
    pub(super) new: bool,
    /// Whether it is the digest that the builder computes.
    pub(super) exact: bool,
}

impl Content {
    fn known(digest: Digest, exact: bool) -> Self {
        Self { digest, record: content_record(digest), doubt: Doubt::None, new: false, exact }
    }

    /// The content of the text that [`content_text`](crate::context::content_text) gives.
    pub(super) fn of(text: &[u8], exact: bool) -> Self {
        Self::known(Digest::of(text), exact)
    }
}

/// Folders at the top of nearly every image.
const USUAL: [&str; 19] = [
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "proc",
    "root", "run", "sbin", "sys", "usr", "var",
];

/// The first part of an absolute path.
fn first(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or("")
}

impl Unknown {
    /// Whether something unknown may stand at `path`, above or below it.
    pub(in crate::builder) fn reaches(&self, path: &str) -> bool {
        let path = clean(&["/", path].concat());
        let path = path.as_str();
        match &self.extent {
            Extent::Everywhere => true,
            Extent::Image(dir) => {
                let first = first(path);
                first.is_empty()
                    || matches!(first, "srv" | "tmp")
                    || USUAL.contains(&first)
                    || first == self::first(dir)
            }
            Extent::At(place) => within(path, place) || within(place, path),
        }
    }
}

impl Snapshot {
    /// A file system of which all files are known.
    pub(in crate::builder) fn known(tree: Rc<Tree>) -> Self {
        Self { segments: vec![Segment { unknown: None, top: tree }] }
    }

    /// A file system of which nothing is known but its name.
    pub(in crate::builder) fn unknown(unknown: Unknown) -> Self {
        Self { segments: vec![Segment { unknown: Some(unknown), top: Rc::default() }] }
    }

    /// All files, if they are known.
    pub(in crate::builder) fn tree(&self) -> Option<&Rc<Tree>> {
        match self.segments.as_slice() {
            [Segment { unknown: None, top }] => Some(top),
            _ => None,
        }
    }

    /// Puts unknown files on top.
    pub(in crate::builder) fn cover(&mut self, unknown: Unknown) {
        self.segments.push(Segment { unknown: Some(unknown), top: Rc::default() });
    }

    /// The known files on top, to be changed.
    pub(in crate::builder) fn top(&mut self) -> &mut Tree {
        if self.segments.is_empty() {
            self.segments.push(Segment::default());
        }
        let last = self.segments.len() - 1;
        Rc::make_mut(&mut self.segments[last].top)
    }

    /// What stands at a path in the uppermost segment that has something there.
    pub(in crate::builder) fn entry(&self, path: &str) -> Option<&crate::context::Entry> {
        self.segments.iter().rev().find_map(|segment| segment.top.get(path))
    }

    /// Whether a folder stands at a path, as far as one can tell.
    pub(in crate::builder) fn is_directory(&self, path: &str) -> bool {
        if matches!(path, "/" | "") {
            return true;
        }
        if let Some(entry) = self.entry(path) {
            return matches!(entry.kind, crate::context::Kind::Directory);
        }
        let usual = |segment: &Segment| match &segment.unknown {
            Some(Unknown { extent: Extent::Image(dir), .. }) => {
                let name = path.trim_start_matches('/');
                USUAL.contains(&name) || matches!(name, "srv" | "tmp") || within(dir, path)
            }
            _ => false,
        };
        self.segments.iter().any(usual)
    }

    /// Whether something may stand at a path, or below it, that is not among the known files on top, and how it is
    /// doubted.
    pub(in crate::builder) fn beneath(&self, path: &str) -> Option<Doubt> {
        let (last, lower) = self.segments.split_last()?;
        let unknown = self.segments.iter().filter_map(|segment| segment.unknown.as_ref());
        let doubt = unknown.filter(|unknown| unknown.reaches(path)).map(|unknown| unknown.doubt).max();
        let known = || lower.iter().any(|segment| segment.top.node(path).is_some());
        doubt.or_else(|| (last.unknown.is_some() && known()).then_some(Doubt::None))
    }

    /// The content of an input's selections.
    pub(super) fn content(&self, selections: &[Selection], root: RootHeader) -> Result<Content, NotFound> {
        if let Some(tree) = self.tree() {
            return known(tree, selections, root);
        }
        let mut hasher = Hasher::new();
        let (mut doubt, mut new) = (Doubt::None, false);
        // The one segment that decides all of them.
        let mut decides = None;
        for (index, selection) in selections.iter().enumerate() {
            let part = self.part(selection)?;
            hasher.update(part.digest.bytes());
            doubt = doubt.max(part.doubt);
            new |= part.new;
            decides = if index == 0 { part.exact } else { decides.filter(|_| decides == part.exact) };
        }
        match decides.and_then(|segment| self.segments.get(segment)) {
            Some(segment) => known(&segment.top, selections, root),
            None => Ok(Content { doubt, new, ..Content::known(hasher.finish(), false) }),
        }
    }

    /// The content of one selection, from the top down until nothing below can count.
    fn part(&self, selection: &Selection) -> Result<Part, NotFound> {
        let prefix = literal(selection);
        let mut hasher = Hasher::new();
        for text in
            [&selection.path, "\0"].into_iter().chain(selection.include.iter().flat_map(|text| [text, "\0"]))
        {
            hasher.update(text.as_bytes());
        }
        let mut found: Vec<usize> = Vec::new();
        let mut doubt = Doubt::None;
        // The uppermost of which it is not said that it is the same decides, whatever lies below.
        let mut new = None;
        let mut unknown_below = false;
        for (index, segment) in self.segments.iter().enumerate().rev() {
            let stands = segment.top.resolve(prefix, true);
            if stands.is_some()
                && let Ok(digest) =
                    content_digest(&segment.top, std::slice::from_ref(selection), RootHeader::Directory)
            {
                found.push(index);
                hasher.update(digest.bytes());
                let whole = stands
                    .and_then(|path| segment.top.get(&path))
                    .is_some_and(|entry| matches!(entry.kind, crate::context::Kind::File(_)));
                // A file hides what lies under it.
                if whole {
                    break;
                }
            }
            let alone = found.is_empty() && !unknown_below;
            let counts = |unknown: &&Unknown| {
                unknown.reaches(prefix) || alone && matches!(unknown.extent, Extent::Image(_))
            };
            if let Some(unknown) = segment.unknown.as_ref().filter(counts) {
                unknown_below = true;
                doubt = doubt.max(unknown.doubt);
                new = new.or((unknown.new || unknown.doubt != Doubt::None).then_some(unknown.new));
                hasher.update(unknown.name.bytes());
            }
        }
        let exact = match found.as_slice() {
            _ if unknown_below => None,
            [] if !selection.wildcard => return Err(NotFound { path: selection.path.clone() }),
            &[only] => Some(only),
            _ => None,
        };
        Ok(Part { digest: hasher.finish(), doubt, new: new.unwrap_or(false), exact })
    }
}

fn known(tree: &Tree, selections: &[Selection], root: RootHeader) -> Result<Content, NotFound> {
    let digest = content_digest(tree, selections, root)?;
    Ok(Content::known(digest, is_exact(tree, selections)))
}

/// The content of one selection; the segment that alone decides it, if there is one.
struct Part {
    digest: Digest,
    doubt: Doubt,
    new: bool,
    exact: Option<usize>,
}

/// The path of a selection up to its first wildcard.
fn literal(selection: &Selection) -> &str {
    let path = selection.path.as_str();
    let wild = selection.wildcard.then(|| path.find(['*', '?', '[', '\\'])).flatten();
    let end = wild.map_or(path.len(), |at| path.get(..at).and_then(|head| head.rfind('/')).unwrap_or(0));
    path.get(..end).filter(|head| !head.is_empty()).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_image_may_hold_is_told_by_the_path_that_is_meant() {
        let extent = Extent::Image("/app".into());
        let image = Unknown { name: Digest::of(b""), doubt: Doubt::Image, new: false, extent };
        for (path, reached) in [
            ("/etc/x", true),
            ("/", true),
            ("/./", true),
            ("", true),
            ("/x/../etc", true),
            ("app/y", true),
            ("/x", false),
        ] {
            assert_eq!(image.reaches(path), reached, "{path}");
        }
    }
}
