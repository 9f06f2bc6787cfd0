//! For each path of the context: which pattern keeps it out, which lines of the Dockerfile take it in.

use crate::{builder::Outcome, context::Kind};

use super::{
    change::Taker,
    state::State,
    timeline::{IgnoredBy, PathFact},
    unaffected::{from_context, ignore_file},
};

/// The facts about all files and links of `state`, and of its folders that an ignore file keeps out, in order.
pub(crate) fn facts(state: &State, outcome: &Outcome) -> Vec<PathFact> {
    let ignore = ignore_file(state);
    let takers: Vec<(Taker<'_>, u32)> = outcome
        .steps
        .iter()
        .flat_map(|step| step.ingredients.files.iter().map(move |files| (files, step.line)))
        .filter(|(files, _)| from_context(files))
        .map(|(files, line)| (Taker::new(files), line))
        .collect();
    state
        .context
        .walk()
        .filter_map(|(path, entry)| {
            let ignored_by = ignore
                .as_ref()
                .and_then(|ignore| ignore.excluded_by(&path))
                .map(|pattern| IgnoredBy { line: pattern.line, pattern: pattern.text.clone() });
            if entry.kind == Kind::Directory && ignored_by.is_none() {
                return None;
            }
            let mut copied_by: Vec<u32> = Vec::new();
            if ignored_by.is_none() {
                for (taker, line) in &takers {
                    if !copied_by.contains(line) && taker.takes(&path) {
                        copied_by.push(*line);
                    }
                }
            }
            Some(PathFact { path, ignored_by, copied_by })
        })
        .collect()
}
