//! Likely edits out of a project's history: which files its commits changed.
//!
//! Commits that make the same steps run again in the same way are one edit, weighed by how many they are. What the
//! files alone suggest counts as much as a few commits, so that a short history does not make edits impossible that
//! it happens not to have.

use crate::{
    context::Kind,
    map::{Map, Set},
    simulation::State,
};

use super::{
    LikelyEdit,
    likely::{Drawn, Frequency, changed, kind},
};

/// What a commit weighs, where all that the files alone suggest weighs a million.
const COMMIT: u64 = 200_000;

/// Files of which it does not matter which one changes: one that says what is installed stands for itself.
type Class = (Frequency, u128, String);

/// Adds the edits of `commits`, each a list of paths of the context, to those that are drawn from the files.
pub(super) fn committed(
    state: &State,
    commits: &[Vec<String>],
    drawn: Vec<Drawn>,
    group: &dyn Fn(&str) -> Option<u128>,
) -> Vec<LikelyEdit> {
    // By the classes that it touches: how often, and a file of each class.
    let mut edits: Map<Vec<Class>, (u64, Vec<String>)> = Map::new();
    let mut add = |paths: &[String], weight: u64| {
        let mut classes: Set<Class> = Set::new();
        let mut files = Vec::new();
        for path in paths {
            let file = state.context.get(path).is_some_and(|entry| matches!(entry.kind, Kind::File(_)));
            let own = state.settings.dockerfile_path.as_deref() == Some(path.as_str());
            let Some(group) = group(path).filter(|_| file && !own) else { continue };
            let kind = kind(path);
            let name = if kind == Frequency::Manifest { path.clone() } else { String::new() };
            if classes.insert((kind, group, name)) {
                files.push(path.clone());
            }
        }
        if !files.is_empty() {
            edits.get_or_insert_with(classes.into_iter().collect(), || (0, files)).0 += weight;
        }
    };
    for commit in commits {
        add(commit, COMMIT);
    }
    for (_, weight, path) in drawn {
        add(&[path], weight);
    }
    let all = edits.into_iter().filter_map(|(_, (weight, files))| {
        let mut after = state.clone();
        for file in &files {
            after = changed(&after, file)?;
        }
        let mut name = files.first()?.clone();
        if files.len() > 1 {
            name.push_str(" with ");
            name.push_str(&files.get(1..)?.join(", "));
        }
        Some(LikelyEdit { name, weight, state: after })
    });
    all.collect()
}
