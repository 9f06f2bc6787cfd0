//! What happened to the files that a step takes in, path by path.

use crate::{
    builder::SelectedFiles,
    context::{Change, Entry, Kind, Tree, What},
    ignore::Patterns,
    map::Set,
};

use super::{
    entry::octal,
    timeline::{FileChange, FileDifference},
};

/// How many changes of a step are listed; the rest is only counted.
pub(crate) const LISTED: usize = 50;

/// The changes that explain why what `after` selects is not what `before` selected. `old` and `new` are the
/// build contexts before their ignore files were applied.
pub(crate) fn changes(
    before: &SelectedFiles,
    after: &SelectedFiles,
    old: &Tree,
    new: &Tree,
) -> Vec<FileChange> {
    let (Some(from), Some(to)) = (&before.tree, &after.tree) else { return Vec::new() };
    let takes = [Taker::new(before), Taker::new(after)];
    let is_context = before.from.is_none() && after.from.is_none();
    let mut list: Vec<FileChange> = from
        .diff(to)
        .into_iter()
        .filter(|change| takes.iter().any(|taker| taker.takes(&change.path)))
        .filter_map(|change| {
            let (what, before, after) = difference(&change)?;
            let what = match what {
                FileDifference::Deleted if is_context && new.get(&change.path).is_some() => {
                    FileDifference::Ignored
                }
                FileDifference::Added if is_context && old.get(&change.path).is_some() => {
                    FileDifference::Unignored
                }
                what => what,
            };
            Some(FileChange { path: change.path, what, before, after })
        })
        .collect();
    // A folder that came or went with all that is in it is told by its files.
    let folder = |change: &FileChange| {
        let entry = from.get(&change.path).or_else(|| to.get(&change.path));
        entry.is_some_and(|entry| entry.kind == Kind::Directory)
    };
    let with_files: Set<String> = list
        .iter()
        .filter_map(|change| change.path.rsplit_once('/').map(|(folder, _)| folder.to_owned()))
        .collect();
    list.retain(|change| {
        let whole = matches!(
            change.what,
            FileDifference::Added
                | FileDifference::Deleted
                | FileDifference::Ignored
                | FileDifference::Unignored
        );
        !(whole && folder(change) && with_files.contains(&change.path))
    });
    list
}

/// What differs, with mode or target before and now; `None` if no builder looks at the difference.
pub(crate) fn difference(change: &Change) -> Option<(FileDifference, Option<String>, Option<String>)> {
    let target = |entry: &Option<Entry>| match &entry.as_ref()?.kind {
        Kind::Symlink(target) | Kind::Hardlink(target) => Some(target.to_string()),
        _ => None,
    };
    let mode = |entry: &Option<Entry>| entry.as_ref().map(|entry| octal(entry.mode));
    Some(match change.what {
        What::Added => (FileDifference::Added, None, None),
        What::Deleted => (FileDifference::Deleted, None, None),
        What::Type => (FileDifference::Type, None, None),
        What::Content => (FileDifference::Content, None, None),
        What::Target => (FileDifference::Target, target(&change.before), target(&change.after)),
        What::Mode => (FileDifference::Mode, mode(&change.before), mode(&change.after)),
        What::Owner | What::Time => return None,
    })
}

/// Tells whether a selection takes a path in.
pub(crate) struct Taker<'a> {
    selected: Vec<&'a str>,
    exclude: Option<Patterns>,
}

impl<'a> Taker<'a> {
    pub(crate) fn new(files: &'a SelectedFiles) -> Self {
        let selected = files.selected.iter().map(|path| path.trim_matches('/')).collect();
        let exclude =
            (!files.exclude.is_empty()).then(|| Patterns::new(files.exclude.iter().map(String::as_str)));
        Self { selected, exclude }
    }

    /// Whether the path is one of those selected or lies below one, and no pattern takes it out again.
    pub(crate) fn takes(&self, path: &str) -> bool {
        self.selected
            .iter()
            .filter_map(|prefix| below(path, prefix))
            .any(|inside| self.exclude.as_ref().is_none_or(|patterns| !patterns.match_path(inside)))
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
