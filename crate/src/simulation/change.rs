//! What happened to the files that a step takes in, path by path.

use std::collections::BTreeMap;

use crate::{
    builder::SelectedFiles,
    context::{Entry, Kind, Tree},
    ignore::Patterns,
};

use super::{
    entry::octal,
    timeline::{FileChange, FileDifference},
};

/// How many changes of a step are listed; the rest is only counted.
pub(crate) const LISTED: usize = 50;

/// Two states of one path; `None` where it is not there.
pub(crate) struct Changed<'a> {
    pub(crate) path: String,
    pub(crate) before: Option<&'a Entry>,
    pub(crate) after: Option<&'a Entry>,
}

/// All paths at which two trees differ, in order, those whose modification time alone differs among them.
pub(crate) fn changed<'a>(before: &'a Tree, after: &'a Tree) -> Vec<Changed<'a>> {
    let list = before.diff(after);
    list.into_iter()
        .map(|change| Changed { before: before.get(&change.path), after: after.get(&change.path), path: change.path })
        .collect()
}

/// The changes that explain why what `after` selects is not what `before` selected. `old` and `new` are the
/// build contexts before their ignore files were applied.
pub(crate) fn changes(before: &SelectedFiles, after: &SelectedFiles, old: &Tree, new: &Tree) -> Vec<FileChange> {
    let (Some(from), Some(to)) = (&before.tree, &after.tree) else { return Vec::new() };
    let takes = [Taker::new(before), Taker::new(after)];
    let is_context = before.from.is_none() && after.from.is_none();
    let mut list: Vec<FileChange> = changed(from, to)
        .into_iter()
        .filter(|change| takes.iter().any(|taker| taker.takes(&change.path)))
        .filter_map(|change| {
            let told = difference(change.before, change.after)?;
            let what = match told.0 {
                FileDifference::Deleted if is_context && new.get(&change.path).is_some() => FileDifference::Ignored,
                FileDifference::Added if is_context && old.get(&change.path).is_some() => FileDifference::Unignored,
                what => what,
            };
            Some(FileChange { path: change.path, what, before: told.1, after: told.2 })
        })
        .collect();
    // A folder that came or went with all that is in it is told by its files.
    let folder = |change: &FileChange| {
        let entry = from.get(&change.path).or_else(|| to.get(&change.path));
        entry.is_some_and(|entry| entry.kind == Kind::Directory)
    };
    let with_files: BTreeMap<String, ()> = list
        .iter()
        .filter_map(|change| change.path.rsplit_once('/').map(|(folder, _)| (folder.to_owned(), ())))
        .collect();
    list.retain(|change| {
        let whole = matches!(
            change.what,
            FileDifference::Added | FileDifference::Deleted | FileDifference::Ignored | FileDifference::Unignored
        );
        !(whole && folder(change) && with_files.contains_key(&change.path))
    });
    list
}

/// What differs between two states of a path, with mode or target before and now; `None` if no builder looks at
/// the difference.
pub(crate) fn difference(
    before: Option<&Entry>,
    after: Option<&Entry>,
) -> Option<(FileDifference, Option<String>, Option<String>)> {
    let (before, after) = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => return Some((FileDifference::Added, None, None)),
        (Some(_), None) => return Some((FileDifference::Deleted, None, None)),
        (Some(before), Some(after)) => (before, after),
    };
    if std::mem::discriminant(&before.kind) != std::mem::discriminant(&after.kind) {
        return Some((FileDifference::Type, None, None));
    }
    match (&before.kind, &after.kind) {
        (Kind::Symlink(old), Kind::Symlink(new)) | (Kind::Hardlink(old), Kind::Hardlink(new)) if old != new => {
            Some((FileDifference::Target, Some(old.to_string()), Some(new.to_string())))
        }
        (old, new) if old != new => Some((FileDifference::Content, None, None)),
        _ if before.mode != after.mode => {
            Some((FileDifference::Mode, Some(octal(before.mode)), Some(octal(after.mode))))
        }
        _ => None,
    }
}

/// Tells whether a selection takes a path in.
pub(crate) struct Taker<'a> {
    selected: Vec<&'a str>,
    exclude: Option<Patterns>,
}

impl<'a> Taker<'a> {
    pub(crate) fn new(files: &'a SelectedFiles) -> Self {
        let selected = files.selected.iter().map(|path| path.trim_matches('/')).collect();
        let exclude = (!files.exclude.is_empty()).then(|| Patterns::new(&files.exclude));
        Self { selected, exclude }
    }

    /// Whether the path is one of those selected or lies below one, and no pattern takes it out again.
    pub(crate) fn takes(&self, path: &str) -> bool {
        self.selected.iter().filter_map(|prefix| below(path, prefix)).any(|inside| {
            self.exclude.as_ref().is_none_or(|patterns| !patterns.matches(inside))
        })
    }
}

/// The rest of `path` below `folder`; empty if they are the same, `None` if it does not lie there.
pub(crate) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() || folder == "." {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}
