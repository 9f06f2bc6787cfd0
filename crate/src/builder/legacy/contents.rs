//! What a `COPY --from` takes in: the files of an image as far as they are known, and what tells the others
//! apart. Images and stages are the same [`Snapshot`]s as BuildKit's: unknown parts with known files on top.

use super::{
    source::Hidden,
    write::{below_file, is_file},
};
use crate::{
    builder::{
        Output,
        buildkit::snapshot::{Doubt, Extent, Snapshot, Unknown},
    },
    context::{Entry, Kind, Tree},
    digest::{Digest, Hasher},
    image::BaseImage,
    map::Map,
};

/// The files of an image that is not built here, whose working directory may hold some too. Images with the same
/// layers have the same files; others may have them too where it matters.
pub(super) fn of_image(image: Option<&BaseImage>, id: Digest) -> Snapshot {
    let layers = image.and_then(|image| image.diff_ids.as_ref()).filter(|layers| !layers.is_empty());
    let name = layers.map_or(id, |layers| Digest::of(layers.join(" ").as_bytes()));
    let workdir = image.and_then(|image| image.working_dir.as_deref()).unwrap_or("");
    Snapshot::unknown(Unknown {
        name,
        doubt: Doubt::Image,
        new: false,
        extent: Extent::Image(workdir.into()),
    })
}

/// The tree in which what `source` selects is as in the image, although not all files are known. A pattern selects
/// in the folder that it names plainly.
pub(super) fn known<'s>(contents: &'s Snapshot, source: &str) -> Option<&'s Tree> {
    let source = plain(source);
    let mut found: Option<&Tree> = None;
    for segment in contents.segments.iter().rev() {
        match segment.top.resolve(source, true) {
            // A folder that is in two trees is in neither as it is in the image.
            Some(_) if found.is_some() => return None,
            Some(path) => {
                let folder = segment.top.get(&path).is_none_or(|entry| matches!(entry.kind, Kind::Directory));
                if !folder {
                    return (!is_linked(&path)).then_some(&*segment.top);
                }
                found = Some(&segment.top);
            }
            None => {}
        }
        if segment.unknown.as_ref().is_some_and(|unknown| unknown.reaches(source)) {
            return None;
        }
    }
    found
}

/// What tells the files that `source` selects apart from others, if not all are known; `digest` is that of the
/// known ones in a tree.
pub(super) fn tell_apart(contents: &Snapshot, source: &str, digest: impl Fn(&Tree) -> String) -> Hidden {
    let prefix = plain(source);
    let (mut runs, mut files, mut doubt) = (Hasher::new(), Hasher::new(), Doubt::None);
    // The uppermost of which it is not said that it is the same decides, whatever lies below.
    let mut new = None;
    let mut explained = false;
    for segment in contents.segments.iter().rev() {
        let known = digest(&segment.top);
        explained |= !known.is_empty();
        files.update(known.as_bytes());
        files.update(b";");
        // What the base holds counts in its own folders, and where nothing else explains a path.
        let base = |unknown: &Unknown| !explained && matches!(unknown.extent, Extent::Image(_));
        if let Some(unknown) =
            segment.unknown.as_ref().filter(|unknown| unknown.reaches(prefix) || base(unknown))
        {
            explained = true;
            runs.update(unknown.name.bytes());
            doubt = doubt.max(unknown.doubt);
            new = new.or((unknown.new || unknown.doubt != Doubt::None).then_some(unknown.new));
        }
    }
    Hidden { runs: runs.finish(), files: files.finish(), doubt, new: new.unwrap_or(false) }
}

/// The part of a source before the first name with a wildcard in it.
fn plain(source: &str) -> &str {
    let Some(wild) = source.find(['*', '?', '[', '\\']) else { return source };
    let before = source.get(..wild).unwrap_or("");
    before.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Folders that are links in many images, so that a file written there lies elsewhere.
fn is_linked(path: &str) -> bool {
    ["bin/", "sbin/", "lib/", "lib32/", "lib64/", "libx32/", "var/run/", "var/lock/"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

/// WORKDIR.
///
/// # Errors
/// See [`check_directory`].
pub(super) fn make_directory(contents: &mut Snapshot, path: &str) -> Result<(), String> {
    check_directory(contents, path)?;
    if contents.entry(path).is_none() {
        // What no tree can hold is nothing that a file system could.
        let _ = contents.top().insert(path, Entry::directory());
    }
    Ok(())
}

/// Whether there can be a working directory here, as every container has one.
///
/// # Errors
/// The daemon's message if something else than a folder is in the way.
pub(super) fn check_directory(contents: &Snapshot, path: &str) -> Result<(), String> {
    if let Some(message) = below_file(contents, path) {
        return Err(message);
    }
    if is_file(contents, path) {
        return Err(["Cannot mkdir: ", path, " is not a directory"].concat());
    }
    Ok(())
}

/// What RUNs wrote, as far as one can tell two executions apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    count: u64,
    /// The last output of each RUN, by stage and text.
    last: Map<(String, String), Digest>,
}

impl Outputs {
    /// What an execution of a RUN writes, given what is said about it.
    pub(super) fn run(&mut self, stage: &str, text: &str, said: Option<Output>) -> Unknown {
        let title = (stage.to_owned(), text.to_owned());
        let last = self.last.get(&title).copied().filter(|_| said == Some(Output::Same));
        let name = last.unwrap_or_else(|| {
            self.count += 1;
            Digest::of(["run ", &self.count.to_string()].concat().as_bytes())
        });
        self.last.insert(title, name);
        let new = said == Some(Output::Different);
        let doubt = if said.is_none() { Doubt::Run } else { Doubt::None };
        Unknown { name, doubt, new, extent: Extent::Everywhere }
    }

    /// Notes that a RUN was taken from the cache, which left `contents`.
    pub(super) fn took(&mut self, stage: &str, text: &str, contents: &Snapshot) {
        if let Some(unknown) = contents.segments.last().and_then(|segment| segment.unknown.as_ref()) {
            self.last.insert((stage.to_owned(), text.to_owned()), unknown.name);
        }
    }
}
