//! Lines for the ignore file: what a COPY brings although no step of the build needs it.
//!
//! | line | offered if |
//! |---|---|
//! | folders that an install fills, such as `node_modules` | a RUN fills the folder that the COPY brings: what is copied is of another machine |
//! | caches and settings of tools of the workplace, such as `.pytest_cache`, `.idea` | they are brought |
//! | `.git` | it is brought, and every RUN behind the COPY is known not to look at it |
//! | texts for people, tests, settings of services | nothing reads them: `unread` |
//! | the Dockerfile and the ignore file | they are brought |
//!
//! The image loses these files, so the lines are a proposal and never applied with the moves.

use std::rc::Rc;

use crate::{
    context::{Content, Kind, Tree},
    tool::{Reach, Region},
};

use super::{
    IgnoreLine,
    brought::{Brought, inside},
    reason,
    stage::Ground,
    unread::unread,
};

/// Folders that an install fills.
const INSTALLED: [&str; 6] = ["node_modules", ".venv", "venv", "deps", "_build", "obj"];

/// Names that only tools of a workplace write and read.
const WORKPLACE: [&str; 12] = [
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".tox",
    ".nyc_output",
    ".idea",
    ".vscode",
    ".DS_Store",
    "Thumbs.db",
    ".ipynb_checkpoints",
    ".hypothesis",
];

/// The ignore file with the lines that it lacks, and those lines; `None` if it lacks none. `name` is that of the file
/// that applies.
pub(super) fn ignore_file(ground: &Ground<'_>, name: &str) -> Option<(String, Vec<IgnoreLine>)> {
    let dockerfile = &*ground.state.dockerfile;
    let mut lines: Vec<IgnoreLine> = Vec::new();
    let mut add = |line: String, why: String| {
        if !lines.iter().any(|known| known.line == line) {
            lines.push(IgnoreLine { line, why });
        }
    };
    let mut seen: Vec<Rc<Tree>> = Vec::new();
    let mut own_files: Vec<(&str, usize)> = Vec::new();
    for stage in &ground.stages.list {
        for at in stage.instructions.clone() {
            let Some(copy) = ground.effects.get(at).and_then(|effect| effect.as_ref()?.copy()) else {
                continue;
            };
            // A file that is named is wanted.
            if !copy.exact || !copy.pairs.iter().any(|pair| pair.folder) {
                continue;
            }
            let behind = at + 1..stage.instructions.end;
            let runs: Vec<_> = behind
                .filter_map(|index| Some((index, ground.effects.get(index)?.as_ref()?.run()?)))
                .collect();
            for (run, survey) in &runs {
                for region in survey.writes.iter().filter(|region| region.reach == Reach::Tree) {
                    if let Some(line) = installed(copy, region).filter(|_| copy.meets(region)) {
                        add(line, reason::installed(dockerfile, at, *run));
                    }
                }
            }
            let git = |region: &Region| {
                copy.pairs.iter().any(|pair| {
                    pair.folder && pair.from.is_empty() && inside(&region.path, &pair.to) == Some(".git")
                })
            };
            let unread =
                runs.iter().all(|(_, survey)| survey.opaque.is_none() && !survey.reads.iter().any(git));
            if copy.takes(".git") && unread {
                add(".git".to_owned(), reason::repository(dockerfile, at));
            }
            if !seen.iter().any(|tree| Rc::ptr_eq(tree, &copy.tree)) {
                seen.push(Rc::clone(&copy.tree));
                for line in workplace(copy) {
                    add(line, reason::workplace(dockerfile, at));
                }
            }
            let own = ground.state.settings.dockerfile_path.as_deref().unwrap_or("");
            let files = [own, name].into_iter().filter(|path| !path.is_empty() && copy.takes(path));
            own_files.extend(files.map(|path| (path, at)));
        }
    }
    for candidate in unread(ground) {
        let why = reason::unread(dockerfile, &candidate);
        add(candidate.path, why);
    }
    for (path, at) in own_files {
        add(path.to_owned(), reason::own_file(dockerfile, at));
    }
    if lines.is_empty() {
        return None;
    }
    let mut text = match ground.state.context.get(name).map(|entry| &entry.kind) {
        Some(Kind::File(Content::Bytes(bytes))) => std::str::from_utf8(bytes).ok()?.to_owned(),
        Some(_) => return None,
        None => String::new(),
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(end);
    }
    for added in &lines {
        text.push_str(&added.line);
        text.push_str(end);
    }
    Some((text, lines))
}

/// The line for a folder that a RUN fills.
fn installed(copy: &Brought, region: &Region) -> Option<String> {
    let name = region.path.rsplit('/').next().unwrap_or("");
    let pair = copy.pairs.iter().find(|pair| pair.folder && inside(&region.path, &pair.to).is_some())?;
    let path = super::brought::join_relative(&pair.from, inside(&region.path, &pair.to)?);
    let folder = copy.tree.get(&path).is_some_and(|entry| entry.kind == Kind::Directory);
    if !folder || !INSTALLED.contains(&name) {
        return None;
    }
    if name != "node_modules" {
        return Some(path);
    }
    // A package's own folders of this name are never copied either.
    Some("**/node_modules".to_owned())
}

/// Lines for what only tools of a workplace use.
fn workplace(copy: &Brought) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (path, _) in copy.tree.walk() {
        let name = path.rsplit('/').next().unwrap_or(&path);
        if !WORKPLACE.contains(&name) || !copy.takes(&path) {
            continue;
        }
        let mut line = String::from("**/");
        line.push_str(name);
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found.sort();
    found
}
