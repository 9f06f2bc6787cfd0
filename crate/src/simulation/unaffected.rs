//! Changes of an edit that made no step run again, each with its reason: the half of the answer that people
//! doubt most.

use crate::{
    builder::{Builder, Outcome, SelectedFiles, Status},
    context::{Change, Content, Kind, Tree},
    ignore::Ignore,
};

use super::{
    change::{LISTED, Taker, difference},
    history::Done,
    state::State,
    timeline::{FileDifference, NoEffect, Unaffected},
};

/// The ignore file that a build reads: the one named after the Dockerfile if there is one, else `.dockerignore`.
/// The classic builder knows only the latter.
pub(crate) fn ignore_file(state: &State) -> Option<Ignore> {
    let text = |path: &str| text(&state.context, path);
    let own = match (&state.settings.dockerfile_path, state.settings.builder) {
        (Some(path), Builder::Buildkit) => text(&[path, ".dockerignore"].concat()),
        _ => None,
    };
    own.or_else(|| text(".dockerignore")).map(|text| Ignore::parse(&text))
}

/// Changes between the build before and this one that no step of this one ran again for.
pub(crate) fn unaffected(before: &Done, state: &State, outcome: &Outcome) -> Vec<Unaffected> {
    if before.state.context.is_same(&state.context) {
        return Vec::new();
    }
    let list = before.state.context.diff(&state.context);
    let ignore = ignore_file(state);
    let takers: Vec<(Taker<'_>, Status)> = outcome
        .steps
        .iter()
        .flat_map(|step| step.ingredients.files.iter().map(move |files| (files, step.status)))
        .filter(|(files, _)| from_context(files))
        .map(|(files, status)| (Taker::new(files), status))
        .collect();
    list.into_iter().filter_map(|change| why(&change, state, ignore.as_ref(), &takers)).take(LISTED).collect()
}

/// Whether files come from the build context.
pub(crate) fn from_context(files: &SelectedFiles) -> bool {
    files.from.is_none()
}

fn why(
    change: &Change,
    state: &State,
    ignore: Option<&Ignore>,
    takers: &[(Taker<'_>, Status)],
) -> Option<Unaffected> {
    let plain = |why| Some(Unaffected { path: change.path.clone(), why, line: None, pattern: None });
    let Some((what, ..)) = difference(change) else {
        // A folder's time changes with every file made in it; nobody means that.
        return if is_folder(change) { None } else { plain(NoEffect::Timestamp) };
    };
    if let Some(pattern) = ignore.and_then(|ignore| ignore.excluded_by(&change.path)) {
        return Some(Unaffected {
            path: change.path.clone(),
            why: NoEffect::Ignored,
            line: Some(pattern.line),
            pattern: Some(pattern.text.clone()),
        });
    }
    let mut taken = takers.iter().filter(|(taker, _)| taker.takes(&change.path)).peekable();
    if taken.peek().is_none() {
        // A folder is there because of its files, which are told by themselves.
        return if is_folder(change) { None } else { plain(NoEffect::NotCopied) };
    }
    if taken.any(|(_, status)| *status != Status::Cached) {
        return None;
    }
    if what == FileDifference::Mode && is_folder(change) && state.settings.builder == Builder::Buildkit {
        return plain(NoEffect::FolderMode);
    }
    plain(NoEffect::SameContent)
}

fn is_folder(change: &Change) -> bool {
    change.after.as_ref().or(change.before.as_ref()).is_some_and(|entry| entry.kind == Kind::Directory)
}

fn text(tree: &Tree, path: &str) -> Option<String> {
    match &tree.get(path)?.kind {
        Kind::File(Content::Bytes(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}
