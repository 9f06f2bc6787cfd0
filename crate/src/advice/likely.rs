//! The edits that people make: what rebuilds are for.
//!
//! Out of ten edits, eight are of sources, one and a half of a file that says what to install, half of one of a
//! document. Files that the same steps take in cost the same, so one of them stands for all. A scenario's weights
//! replace this guess.

use crate::{
    context::{Content, Entry, Kind, Tree},
    digest::Digest,
    map::Map,
    simulation::State,
};

use super::committed::committed;

/// An edit that is likely to be made.
#[derive(Clone, Debug)]
pub struct LikelyEdit {
    /// What is edited, for people: a path, or a path and how many are like it.
    pub name: String,
    /// How often, relative to the others.
    pub weight: u64,
    /// The state after it.
    pub state: State,
}

/// Kinds of files by how often they change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frequency {
    Source,
    Manifest,
    Document,
}

impl Frequency {
    /// Share of all edits, in thousandths.
    fn share(self) -> u64 {
        match self {
            Self::Source => 800,
            Self::Manifest => 150,
            Self::Document => 50,
        }
    }
}

/// Names of files that say what is installed, whatever the language, in order.
const MANIFESTS: [&str; 50] = [
    ".npmrc",
    ".tool-versions",
    ".yarnrc.yml",
    "Cargo.lock",
    "Cargo.toml",
    "DESCRIPTION",
    "Gemfile",
    "Gemfile.lock",
    "Makefile",
    "Package.resolved",
    "Package.swift",
    "Pipfile",
    "Pipfile.lock",
    "build.gradle",
    "build.gradle.kts",
    "bun.lock",
    "bun.lockb",
    "composer.json",
    "composer.lock",
    "constraints.txt",
    "environment.yml",
    "go.mod",
    "go.sum",
    "go.work",
    "gradle.properties",
    "gradlew",
    "gradlew.bat",
    "libs.versions.toml",
    "mix.exs",
    "mix.lock",
    "mvnw",
    "mvnw.cmd",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.json",
    "pip.conf",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "poetry.lock",
    "pom.xml",
    "pyproject.toml",
    "renv.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    "settings.gradle",
    "settings.gradle.kts",
    "setup.cfg",
    "setup.py",
    "uv.lock",
    "yarn.lock",
];

pub(super) fn kind(path: &str) -> Frequency {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let end = |suffix: &str| lower.ends_with(suffix);
    let requirements = lower.starts_with("requirements") && (end(".txt") || end(".in"));
    let manifest = requirements
        || path.starts_with("requirements/")
        // Wrappers come with a build tool, and change with it.
        || [".mvn/", "gradle/"].iter().any(|folder| path.starts_with(folder))
        || MANIFESTS.binary_search(&name).is_ok()
        || [".csproj", ".fsproj", ".sln", ".gemspec", ".cabal"].iter().any(|known| end(known));
    if manifest {
        return Frequency::Manifest;
    }
    let document = [".md", ".rst", ".adoc"].iter().any(|known| end(known))
        || lower.starts_with("license")
        || lower.starts_with("changelog");
    if document { Frequency::Document } else { Frequency::Source }
}

/// The largest number of edits that are simulated.
const MOST: usize = 8;

/// Draws likely edits from the files of the context. `group` says which files cost the same when they change: a
/// number for each path, `None` for those that no step takes in.
///
/// Draws from the files of `tree` alone, if that is given: the others are taken in by no step. `commits` are lists of
/// the paths that commits changed.
pub(super) fn likely(
    state: &State,
    tree: Option<&Tree>,
    commits: &[Vec<String>],
    group: &dyn Fn(&str) -> Option<u128>,
) -> Vec<LikelyEdit> {
    let mut edits = Vec::new();
    if state.settings.weights.is_empty() {
        edits = by_kind(state, tree.unwrap_or(&state.context), group);
        if !commits.is_empty() {
            return most(committed(state, commits, edits, group));
        }
    } else {
        for (path, weight) in &state.settings.weights {
            let weight = thousandths(*weight);
            let file = first_file(state, path.trim_matches('/'));
            if let Some((file, weight)) = file.zip((weight > 0).then_some(weight)) {
                edits.push((path.clone(), weight, file));
            }
        }
    }
    edits.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    edits.truncate(MOST);
    edits
        .into_iter()
        .filter_map(|(name, weight, file)| Some(LikelyEdit { name, weight, state: changed(state, &file)? }))
        .collect()
}

/// The edits that weigh most.
pub(super) fn most(mut edits: Vec<LikelyEdit>) -> Vec<LikelyEdit> {
    edits.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.name.cmp(&b.name)));
    edits.truncate(MOST);
    edits
}

/// What is called an edit, its weight, and the file that it changes.
pub(super) type Drawn = (String, u64, String);

fn by_kind(state: &State, tree: &Tree, group: &dyn Fn(&str) -> Option<u128>) -> Vec<Drawn> {
    // For each kind and group the first path and how many there are.
    let mut groups: Map<(Frequency, u128), (String, u64)> = Map::new();
    let mut counts: Map<Frequency, u64> = Map::new();
    for (path, entry) in tree.walk() {
        let skipped = state.settings.dockerfile_path.as_deref() == Some(path.as_str())
            || path.ends_with(".dockerignore");
        if skipped || !matches!(entry.kind, Kind::File(_)) {
            continue;
        }
        let Some(group) = group(&path) else { continue };
        let kind = kind(&path);
        *counts.get_or_default(kind) += 1;
        groups.get_or_insert_with((kind, group), || (path.clone(), 0)).1 += 1;
    }
    let mut edits = Vec::new();
    for ((kind, _), (path, count)) in groups {
        let all = counts.get(&kind).copied().unwrap_or(1).max(1);
        let weight = (kind.share() * 1_000 * count / all).max(1);
        let mut name = path.clone();
        if count > 1 {
            name.push_str(" and ");
            name.push_str(&(count - 1).to_string());
            name.push_str(" more");
        }
        edits.push((name, weight, path));
    }
    edits
}

/// A weight as a whole number of thousandths.
#[expect(clippy::cast_sign_loss, reason = "it is above zero")]
fn thousandths(weight: f64) -> u64 {
    if weight.is_finite() && weight > 0.0 {
        // Saturates, and what is lost below a thousandth does not matter.
        (weight * 1_000.0).min(1e12) as u64
    } else {
        0
    }
}

/// The path itself if it is a file, else the first file below it.
fn first_file(state: &State, path: &str) -> Option<String> {
    match state.context.get(path).map(|entry| &entry.kind) {
        Some(Kind::File(_)) => Some(path.to_owned()),
        Some(Kind::Directory) => {
            let mut folder = path.to_owned();
            folder.push('/');
            let below = |(found, entry): (String, &Entry)| {
                (found.starts_with(&folder) && matches!(entry.kind, Kind::File(_))).then_some(found)
            };
            state.context.walk().find_map(below)
        }
        _ => None,
    }
}

/// The state after one file has other bytes.
pub(super) fn changed(state: &State, path: &str) -> Option<State> {
    let mut entry = state.context.get(path)?.clone();
    let Kind::File(content) = &mut entry.kind else { return None };
    *content = match content {
        Content::Bytes(bytes) => {
            let mut more = bytes.to_vec();
            more.extend_from_slice(b"\n# edited\n");
            Content::Bytes(more.into())
        }
        Content::Digest { digest, size } => {
            Content::Digest { digest: Digest::of(digest.bytes()), size: *size + 1 }
        }
    };
    entry.mtime += 1;
    let mut after = state.clone();
    after.context.insert(path, entry).ok()?;
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::MANIFESTS;

    #[test]
    fn names_are_in_order() {
        assert!(MANIFESTS.is_sorted());
    }
}
