//! From states back to the document: the scenario that begins with a state, and the edit that leads from one
//! state to the next.

use crate::{
    builder::LegacyVersion,
    context::{Change, Content, Entry, Kind, Tree},
    digest::Digest,
    image::BaseImage,
    map::Map,
};

use super::{
    change::below,
    entry::octal,
    scenario::{Anything, Edit, FileEntry, Files, LegacyVersions, Pairs, Scenario},
    state::{START, State},
};

/// A scenario without builds that starts from `state`.
pub(crate) fn initial(state: &State) -> Scenario {
    let settings = &state.settings;
    let mut context = files(&state.context);
    if let Some(path) = &settings.dockerfile_path {
        context.remove(path);
    }
    let version = |(major, minor): (u16, u16)| [major.to_string(), minor.to_string()].join(".");
    Scenario {
        dockerfile: state.dockerfile.text.clone(),
        dockerfile_path: settings.dockerfile_path.clone(),
        context,
        base_images: (*state.base_images).clone(),
        build_contexts: state.build_contexts.iter().map(|(name, tree)| (name.clone(), files(tree))).collect(),
        build_args: (*state.build_args).clone(),
        secrets: settings.secrets.iter().map(|id| (id.clone(), Anything)).collect(),
        ssh: settings.ssh,
        target: state.target.as_deref().map(Into::into),
        platform: (!settings.platform.is_empty()).then(|| settings.platform.clone()),
        builder: settings.builder,
        legacy: (settings.legacy != LegacyVersion::default()).then(|| LegacyVersions {
            daemon: Some(version(settings.legacy.daemon)),
            client: Some(version(settings.legacy.client)),
        }),
        costs: settings.costs.clone(),
        weights: settings.weights.clone(),
        outputs: settings.outputs.clone(),
        ..Scenario::default()
    }
}

/// The files of a tree. Folders that only hold something and have the usual mode go without saying.
fn files(tree: &Tree) -> Files {
    tree.walk()
        .filter(|(path, entry)| {
            entry.kind != Kind::Directory || entry.mode != 0o755 || tree.children(path).next().is_none()
        })
        .map(|(path, entry)| (path, FileEntry::of(entry, START)))
        .collect()
}

/// The edit that leads from `old` to `new` if what it names gets the modification time `time`.
pub(crate) fn difference(old: &State, new: &State, time: i64) -> Edit {
    let mut edit = Edit::default();
    let told = told_by_text(new);
    if old.dockerfile.text != new.dockerfile.text && told {
        edit.dockerfile = Some(new.dockerfile.text.clone());
    }
    if !old.context.is_same(&new.context) {
        let mut list = old.context.diff(&new.context);
        // A Dockerfile that was moved into its place, or came back, is older than the edit: its file is told too.
        let now = |change: &Change| change.after.as_ref().is_some_and(|entry| entry.mtime == time);
        if edit.dockerfile.is_some() {
            list.retain(|change| new.settings.dockerfile_path.as_ref() != Some(&change.path) || !now(change));
        }
        let moved = renamed(&mut list, old);
        for change in &list {
            describe(&mut edit, change, time);
        }
        // Folders that lost their last file by a renaming stay unless they are gone.
        edit.rename = moved;
    }
    if old.build_args != new.build_args {
        edit.build_args = Some((*new.build_args).clone());
    }
    if old.target != new.target {
        edit.target = Some(new.target.as_deref().map(Into::into));
    }
    if old.base_images != new.base_images {
        let changed =
            new.base_images.iter().filter(|(name, image)| old.base_images.get(*name) != Some(image));
        edit.base_images = changed.map(|(name, image)| (name.clone(), image.clone())).collect();
        // An image of which nothing is known is the same as none.
        let gone = old.base_images.keys().filter(|name| !new.base_images.contains_key(*name));
        edit.base_images.extend(gone.map(|name| (name.clone(), BaseImage::default())));
    }
    if old.build_contexts != new.build_contexts {
        for (name, tree) in new.build_contexts.iter() {
            let none = Tree::default();
            let mut part = Edit::default();
            for change in old.build_contexts.get(name).unwrap_or(&none).diff(tree) {
                if let Some(entry) = change.after {
                    part.write.insert(change.path, FileEntry::of(&entry, time));
                }
            }
            if !part.write.is_empty() {
                edit.build_contexts.insert(name.clone(), part.write);
            }
        }
    }
    edit
}

/// Whether the Dockerfile's text says all about its file: it is there, as a plain file with the usual mode.
fn told_by_text(state: &State) -> bool {
    let Some(path) = &state.settings.dockerfile_path else { return true };
    state.context.get(path).is_some_and(|entry| {
        let same = match &entry.kind {
            Kind::File(Content::Bytes(bytes)) => **bytes == *state.dockerfile.text.as_bytes(),
            _ => false,
        };
        same && entry.mode == 0o644
    })
}

/// Puts one change of a file into the edit in the shortest way.
fn describe(edit: &mut Edit, change: &Change, time: i64) {
    let path = &change.path;
    match (&change.before, &change.after) {
        (Some(_), None) => {
            // A folder goes with all below it.
            let covered = edit.delete.iter().any(|folder| below(path, folder).is_some());
            if !covered {
                edit.delete.push(path.clone());
            }
        }
        (Some(before), Some(after)) if before.kind == after.kind => {
            if before.mode != after.mode {
                edit.chmod.insert(path.clone(), octal(after.mode));
            }
            if before.mtime != after.mtime && after.mtime == time {
                edit.touch.push(path.clone());
            } else if before.mtime != after.mtime && after.kind != Kind::Directory {
                edit.write.insert(path.clone(), FileEntry::of(after, time));
            }
        }
        (before, Some(after)) => {
            // A folder and something else only take each other's place if the first is gone.
            let folder = |entry: &Entry| entry.kind == Kind::Directory;
            if before.as_ref().is_some_and(|before| folder(before) != folder(after)) {
                edit.delete.push(path.clone());
            }
            edit.write.insert(path.clone(), FileEntry::of(after, time));
        }
        (None, None) => {}
    }
}

/// Takes files out of the list that are gone at one path and come at another with all they had: they were
/// renamed.
fn renamed(list: &mut Vec<Change>, old: &State) -> Pairs {
    let mut deleted = Vec::new();
    for change in list.iter().rev() {
        if let (Some(before), None) = (&change.before, &change.after)
            && let Some(identity) = identity(before)
        {
            deleted.push((identity, change.path.clone()));
        }
    }
    // All keys at once, since they come in no order.
    let mut gone: Map<Identity, Vec<String>> =
        deleted.iter().map(|(identity, _)| (*identity, Vec::new())).collect();
    for (identity, path) in deleted {
        gone.get_or_default(identity).push(path);
    }
    let mut pairs = Vec::new();
    for change in list.iter() {
        if let (None, Some(after)) = (&change.before, &change.after)
            && let Some(identity) = identity(after)
            && room_for(&change.path, old)
            && let Some(from) = gone.get_mut(&identity).and_then(Vec::pop)
        {
            pairs.push((from, change.path.clone()));
        }
    }
    list.retain(|change| {
        let is_new = |to: &String| change.after.is_some() && *to == change.path;
        let is_old = |from: &String| change.after.is_none() && *from == change.path;
        !pairs.iter().any(|(from, to)| is_old(from) || is_new(to))
    });
    Pairs(pairs)
}

/// Whether a file can be put at `path` before anything else is changed.
fn room_for(path: &str, old: &State) -> bool {
    let mut above = path;
    while let Some((folder, _)) = above.rsplit_once('/') {
        if old.context.get(folder).is_some_and(|entry| entry.kind != Kind::Directory) {
            return false;
        }
        above = folder;
    }
    true
}

/// What makes a file the same one at another path: kind, content and times. Only files with content have it,
/// since any two empty files or folders look alike.
type Identity = (Digest, u32, i64);

fn identity(entry: &Entry) -> Option<Identity> {
    let digest = match &entry.kind {
        Kind::File(Content::Bytes(bytes)) if !bytes.is_empty() => Digest::of(bytes),
        Kind::File(Content::Digest { digest, .. }) => *digest,
        _ => return None,
    };
    Some((digest, entry.mode, entry.mtime))
}
