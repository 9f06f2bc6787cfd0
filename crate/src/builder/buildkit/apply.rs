//! What a `FileOp` leaves in a file system (BuildKit: `solver/llbsolver/file/backend.go` and the copy library
//! that it uses). Known files are copied by sharing their nodes; what is copied from unknown files, or by rules
//! that need unknown ones, becomes an unknown part at the destination.

use std::rc::Rc;

use super::{
    file::{Action, Copy, CopyMode, FileOp, Id, Owner},
    mode,
    path::{base, clean, has_wildcard, join},
    snapshot::{Content, Doubt, Extent, Snapshot, Unknown},
};
use crate::{
    context::{
        Content as Bytes, Entry, Kind, Node, NotUnpacked, Package, Selection, Tree, Unpacking, selected_paths,
    },
    digest::{Digest, Hasher},
    ignore::{Matches, Patterns},
};

/// An input of the op that is copied from.
pub(super) struct Source {
    pub(super) snapshot: Rc<Snapshot>,
    /// What is selected of it, if that was computed.
    pub(super) content: Option<Content>,
}

/// Carries out an op on `snapshot`.
///
/// # Errors
/// The builder's message for what cannot be copied.
pub(super) fn apply(
    op: &FileOp,
    digest: Digest,
    mut snapshot: Snapshot,
    sources: &dyn Fn(usize) -> Option<Source>,
) -> Result<Snapshot, String> {
    for (number, action) in op.actions.iter().enumerate() {
        match action {
            Action::MakeFile { path, mode, data } => {
                let mut entry = Entry::file(data.clone());
                entry.mode = *mode;
                place(&mut snapshot, path, Rc::new(Node::new(entry)), None)?;
            }
            Action::MakeDirectory { path, mode, parents, owner, .. } => {
                let mut entry = Entry::directory();
                entry.mode = *mode;
                if let Some((uid, gid)) = owner.as_ref().and_then(|owner| numbers(owner, &snapshot)) {
                    (entry.uid, entry.gid) = (uid, gid);
                }
                if *parents {
                    make_folders(&mut snapshot, path, &entry).map_err(|message| {
                        let file = above_gap(path, |above| is_file(snapshot.entry(above)));
                        file.map_or(message, |gap| ["lstat ", gap, ": not a directory"].concat())
                    })?;
                } else {
                    make_folder(&mut snapshot, path, &entry);
                }
            }
            Action::Copy(copy) => {
                let source = match copy.input {
                    Some(input) => sources(input),
                    None => Some(Source { snapshot: Rc::default(), content: None }),
                };
                if let Some(doubt) = copy_known(&mut snapshot, copy, source.as_ref())? {
                    snapshot.cover(unknown_copy(copy, digest, number, source.as_ref(), doubt));
                }
            }
        }
    }
    Ok(snapshot)
}

/// The part that a copy of unknown files becomes: it is called after what was copied and how.
fn unknown_copy(copy: &Copy, op: Digest, number: usize, source: Option<&Source>, doubt: Doubt) -> Unknown {
    let mut hasher = Hasher::new();
    hasher.update(op.bytes());
    hasher.update(&number.to_le_bytes());
    let content = source.and_then(|source| source.content);
    if let Some(content) = content {
        hasher.update(content.digest.bytes());
    }
    let place = clean(&copy.to.dest);
    Unknown {
        name: hasher.finish(),
        doubt: content.map_or(Doubt::Run, |content| content.doubt.max(doubt)),
        new: content.is_some_and(|content| content.new),
        extent: Extent::At(place.into()),
    }
}

/// How entries are changed on the way.
struct Change {
    owner: Option<(u32, u32)>,
    mode: CopyMode,
}

impl Change {
    fn entry(&self, old: &Entry) -> Entry {
        let mut entry = old.clone();
        if let Some((uid, gid)) = self.owner {
            (entry.uid, entry.gid) = (uid, gid);
        }
        if !matches!(entry.kind, Kind::Symlink(_)) {
            let directory = matches!(entry.kind, Kind::Directory);
            match &self.mode {
                CopyMode::Keep => {}
                CopyMode::Bits(bits) => entry.mode = *bits,
                CopyMode::Symbolic(text) => entry.mode = mode::apply(text, entry.mode, directory),
            }
        }
        entry
    }

    /// The entry with everything below it, changed; the very same if nothing is to be changed.
    fn node(&self, node: &Rc<Node>) -> Rc<Node> {
        if self.owner.is_none() && self.mode == CopyMode::Keep {
            return Rc::clone(node);
        }
        node.mapped(&|entry| self.entry(entry))
    }

    /// A folder that is made because something is put into it.
    fn folder(&self) -> Entry {
        let mut entry = Entry::directory();
        if let CopyMode::Bits(bits) = self.mode {
            entry.mode = bits;
        }
        if let Some((uid, gid)) = self.owner {
            (entry.uid, entry.gid) = (uid, gid);
        }
        entry
    }
}

/// Copies known files. If it cannot be told what the copy leaves, nothing is changed, and the answer is whether it may
/// be equal to what another leaves, beyond the doubts about its files.
fn copy_known(
    snapshot: &mut Snapshot,
    copy: &Copy,
    source: Option<&Source>,
) -> Result<Option<Doubt>, String> {
    let Some(tree) = source.and_then(|source| source.snapshot.tree()).map(|tree| tree.with_copies()) else {
        return Ok(Some(Doubt::None));
    };
    let wildcard = copy.local && has_wildcard(&copy.source);
    // A pattern is looked for below the folders that it names plainly.
    let plain: &str = if wildcard { before_wildcard(&copy.source) } else { &copy.source };
    if copy.local
        && let Some(gap) = tree.gap(plain)
    {
        let message = match above_gap(&gap, |above| is_file(tree.node(above).map(|node| node.entry()))) {
            Some(gap) => ["lstat /", gap, ": not a directory"],
            None => ["lstat /", &gap, ": no such file or directory"],
        };
        return Err(message.concat());
    }
    let owner = match &copy.to.owner {
        Some(owner) => match numbers(owner, snapshot) {
            Some(numbers) => Some(numbers),
            None => return Ok(Some(Doubt::None)),
        },
        None => None,
    };
    let change = Change { owner, mode: copy.to.mode.clone() };
    let matches = if wildcard {
        let selection =
            Selection { path: copy.source.clone(), wildcard: true, follow: true, ..Selection::default() };
        selected_paths(&tree, &selection)
    } else {
        tree.resolve(&copy.source, copy.local).into_iter().collect()
    };
    let nodes: Vec<(String, Rc<Node>)> = matches
        .into_iter()
        .filter_map(|path| {
            let real = tree.resolve(&path, copy.local)?;
            Some((path, Rc::clone(if real.is_empty() { tree.root() } else { tree.node(&real)? })))
        })
        .collect();
    if copy.unpack && nodes.iter().any(|(path, node)| matches!(node.package(path), Package::Unknown)) {
        return Ok(Some(Doubt::Run));
    }
    let says_folder = copy.to.dest.ends_with('/') || copy.to.dest.ends_with("/.");
    let dest = clean(&copy.to.dest);
    let gap = above_gap(&dest, |above| is_file(snapshot.entry(above)));
    if let Some(gap) = gap.filter(|_| says_folder && !nodes.is_empty()) {
        return Err(["lstat ", gap, ": not a directory"].concat());
    }
    let before = copy.unpack.then(|| snapshot.clone());
    for (path, node) in nodes {
        let name = if wildcard { base(&path).to_owned() } else { base(&copy.source).to_owned() };
        if copy.unpack
            && let Package::Archive(archive) = node.package(&path)
        {
            match unpack(snapshot, &dest, archive, owner) {
                Ok(()) => {}
                Err(NotUnpacked::Fails(message)) => return Err(message),
                Err(not) => {
                    let doubt = match not {
                        NotUnpacked::Lacks(message) => snapshot.beneath(&dest).ok_or(message)?,
                        _ => Doubt::Run,
                    };
                    *snapshot = before.unwrap_or_default();
                    return Ok(Some(doubt));
                }
            }
        } else if node.is_directory() {
            copy_folder(snapshot, copy, &name, &filtered(&node, copy), &change)?;
        } else {
            let mut dest = clean(&copy.to.dest);
            if says_folder {
                make_folders(snapshot, &dest, &change.folder())?;
                dest = join(&[&dest, &name]);
            } else if snapshot.is_directory(&dest) {
                dest = join(&[&dest, &name]);
            }
            place(snapshot, &dest, change.node(&node), Some(&change))?;
        }
    }
    Ok(None)
}

/// Copies a folder: its members into the destination, or the folder itself if the source is no local path.
fn copy_folder(
    snapshot: &mut Snapshot,
    copy: &Copy,
    name: &str,
    (node, passed): &(Rc<Node>, Vec<String>),
    change: &Change,
) -> Result<(), String> {
    let mut dest = clean(&copy.to.dest);
    if !copy.local && snapshot.is_directory(&dest) {
        dest = join(&[&dest, name]);
    }
    let not_a_folder = || ["cannot copy to non-directory: ", &dest].concat();
    let says_folder = copy.to.dest.ends_with('/');
    if !says_folder && snapshot.entry(&dest).is_some_and(|entry| !matches!(entry.kind, Kind::Directory)) {
        return Err(not_a_folder());
    }
    make_folders(snapshot, &dest, &change.folder())?;
    let node = change.node(node);
    // Into an empty folder all goes at once, sharing what the source shares.
    if let Some(there) = snapshot.top().node(&dest).filter(|there| there.is_empty() && dest != "/") {
        let entry = there.entry().clone();
        let mut whole = Tree::from_node(node);
        if whole.insert("/", entry).is_ok() {
            let _ = snapshot.top().graft(&dest, Rc::clone(whole.root()));
        }
        return Ok(());
    }
    let passed: Vec<String> = passed.iter().map(|path| join(&[&dest, path])).collect();
    for (name, child) in node.children() {
        merge(snapshot, &join(&[&dest, name]), child, &passed)?;
    }
    Ok(())
}

/// Puts a node at a path; folders are merged with what is there. Those that are `passed` are made only for what is in
/// them, when that is copied.
fn merge(snapshot: &mut Snapshot, path: &str, node: &Rc<Node>, passed: &[String]) -> Result<(), String> {
    let there = snapshot.top().node(path).map(|there| there.is_directory());
    match (node.is_directory(), there) {
        (true, Some(true)) => {
            make_folder(snapshot, path, node.entry());
            // Trees are of bounded depth, and so is this recursion.
            for (name, child) in node.children() {
                merge(snapshot, &join(&[path, name]), child, passed)?;
            }
            Ok(())
        }
        (true, Some(false)) => {
            let first = node.children().iter().next().filter(|_| passed.iter().any(|passed| passed == path));
            Err(match first {
                Some((name, _)) => {
                    let gap = join(&[path, name]);
                    ["failed to stat ", &gap, ": lstat ", &gap, ": not a directory"].concat()
                }
                None => ["cannot copy to non-directory: ", path].concat(),
            })
        }
        (false, Some(true)) => Err(["cannot replace to directory ", path, " with file"].concat()),
        _ => {
            // A path that no tree can hold is one that no file system can hold either.
            let _ = snapshot.top().graft(path, Rc::clone(node));
            Ok(())
        }
    }
}

/// Puts a file or link at a path, making the folders above it.
fn place(snapshot: &mut Snapshot, path: &str, node: Rc<Node>, change: Option<&Change>) -> Result<(), String> {
    if let Some((above, _)) = path.rsplit_once('/') {
        let folder = change.map_or_else(Entry::directory, Change::folder);
        make_folders(snapshot, above, &folder)?;
    }
    if snapshot.top().node(path).is_some_and(|there| there.is_directory()) {
        return Err(["cannot replace to directory ", path, " with file"].concat());
    }
    // A path that no tree can hold is one that no file system can hold either.
    let _ = snapshot.top().graft(path, node);
    Ok(())
}

/// Unpacks an archive (`solver/llbsolver/file/unpack.go`): what is written is a folder, whether it ends with a slash or
/// not. Flags other than `--chown` count for nothing.
fn unpack(
    snapshot: &mut Snapshot,
    dest: &str,
    archive: &Unpacking,
    owner: Option<(u32, u32)>,
) -> Result<(), NotUnpacked> {
    if let Some(gap) = above_gap(dest, |above| is_file(snapshot.entry(above))) {
        return Err(NotUnpacked::Fails(["lstat ", gap, ": not a directory"].concat()));
    }
    let top = snapshot.top();
    // Links are followed, and so are those on the way to what is not there yet.
    let led = top.resolve(dest, true).or_else(|| top.gap(dest));
    let dest = led.map_or_else(|| dest.to_owned(), |led| ["/", &led].concat());
    let folder = Change { owner, mode: CopyMode::Keep }.folder();
    make_folders(snapshot, &dest, &folder).map_err(NotUnpacked::Fails)?;
    let there = snapshot.top().subtree(&dest).unwrap_or_default();
    let whole = archive.over(&there, owner)?;
    if let Some(flaw) = archive.flaw(false) {
        return Err(NotUnpacked::Fails(flaw.to_owned()));
    }
    snapshot.top().graft(&dest, Rc::clone(whole.root())).map_err(|_| NotUnpacked::Unknown)
}

/// Makes a folder and those above it, each like `folder`; those that are there stay as they are.
fn make_folders(snapshot: &mut Snapshot, path: &str, folder: &Entry) -> Result<(), String> {
    let mut end = 0;
    for part in path.split_inclusive('/') {
        end += part.len();
        let above = path.get(..end).unwrap_or("").trim_end_matches('/');
        match snapshot.entry(above).map(|entry| &entry.kind) {
            _ if above.is_empty() => {}
            None => make_folder(snapshot, above, folder),
            Some(Kind::File(_)) => return Err(["mkdir ", above, ": not a directory"].concat()),
            Some(_) => {}
        }
    }
    Ok(())
}

fn is_file(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|entry| matches!(entry.kind, Kind::File(_)))
}

/// The part of a path that goes one name beyond a file.
pub(in crate::builder) fn above_gap(path: &str, is_file: impl Fn(&str) -> bool) -> Option<&str> {
    let above = |end: usize| path.get(..end).unwrap_or("");
    let (end, _) = path.match_indices('/').find(|(end, _)| is_file(above(*end)))?;
    let rest = path.get(end + 1..)?;
    Some(above(end + 1 + rest.find('/').unwrap_or(rest.len())))
}

/// The folders that a pattern names before its first part with a wildcard.
pub(super) fn before_wildcard(pattern: &str) -> &str {
    let mut end = 0;
    for part in pattern.split_inclusive('/') {
        if has_wildcard(part) {
            break;
        }
        end += part.len();
    }
    pattern.get(..end).unwrap_or("")
}

fn make_folder(snapshot: &mut Snapshot, path: &str, folder: &Entry) {
    // Fails only where a file stands, which the builder would not pass either.
    let _ = snapshot.top().insert(path, Entry { kind: Kind::Directory, ..folder.clone() });
}

/// A folder without what `--exclude` and `--parents` leave out, and the folders in it that are left only for what is
/// in them.
fn filtered(node: &Rc<Node>, copy: &Copy) -> (Rc<Node>, Vec<String>) {
    if copy.include.is_empty() && copy.to.exclude.is_empty() {
        return (Rc::clone(node), Vec::new());
    }
    let include = Patterns::new(copy.include.iter().map(String::as_str));
    let exclude = Patterns::new(copy.to.exclude.iter().map(String::as_str));
    let filter = Filter { include, exclude, all: copy.include.is_empty() };
    let mut kept = (Tree::default(), Vec::new());
    filter.walk(node, "", &Matches::default(), &Matches::default(), &mut kept);
    (Rc::clone(kept.0.root()), kept.1)
}

struct Filter {
    include: Patterns,
    exclude: Patterns,
    all: bool,
}

impl Filter {
    // Trees are of bounded depth, and so is this recursion.
    fn walk(
        &self,
        node: &Node,
        path: &str,
        included: &Matches,
        excluded: &Matches,
        kept: &mut (Tree, Vec<String>),
    ) {
        for (name, child) in node.children() {
            let path = join(&[path, name]);
            let (include, inside) = self.include.match_below(&path, included);
            let (exclude, outside) = self.exclude.match_below(&path, excluded);
            let before = kept.0.len();
            let takes = (self.all || include) && !exclude;
            if child.is_directory() {
                self.walk(child, &path, &inside, &outside, kept);
            }
            // A folder that is made for what is in it has the metadata of the source's.
            if takes || kept.0.len() > before {
                let _ = kept.0.insert(&path, child.entry().clone());
                if !takes {
                    kept.1.push(path);
                }
            }
        }
    }
}

/// The numbers of an owner. Names are looked up in the image's own files, if these are known.
fn numbers(owner: &Owner, snapshot: &Snapshot) -> Option<(u32, u32)> {
    let (uid, own_group) = match &owner.user {
        Id::Number(number) => (*number, *number),
        Id::Name(name) => {
            let line = look_up(snapshot, "/etc/passwd", name)?;
            let number = |at: usize| line.get(at).and_then(|text| text.parse().ok()).unwrap_or(0);
            (number(2), number(3))
        }
    };
    let gid = match &owner.group {
        None => own_group,
        Some(Id::Number(number)) => *number,
        Some(Id::Name(name)) => {
            let line = look_up(snapshot, "/etc/group", name)?;
            line.get(2).and_then(|text| text.parse().ok()).unwrap_or(0)
        }
    };
    Some((uid, gid))
}

/// The fields of the line that begins with a name; none if the file has no such line, nothing if the file is
/// not known.
fn look_up(snapshot: &Snapshot, path: &str, name: &str) -> Option<Vec<String>> {
    let text = match snapshot.entry(path).map(|entry| &entry.kind) {
        Some(Kind::File(Bytes::Bytes(bytes))) => String::from_utf8_lossy(bytes).into_owned(),
        None if snapshot.segments.iter().all(|segment| segment.unknown.is_none()) => String::new(),
        _ => return None,
    };
    let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let found = text.lines().map(fields).find(|fields| fields.first().is_some_and(|first| first == name));
    Some(found.unwrap_or_default())
}
