//! Whether programs in the context have the name of something, or links lead to it.
//!
//! A program reads a file by a name that stands in it, as `open("README.md")` or `docs/index.html` do. So the texts of
//! programs are looked through for the names. What an install or a person starts is left out: what a `setup.py` names
//! matters to the RUN that builds with it, and that is known from the tool's contract.

use crate::context::{Content, Kind, Tree};

use super::{brought::inside, unread::Candidate};

/// Endings of programs and pages that an image takes as text.
const PROGRAMS: [&str; 25] = [
    "py", "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "rb", "ru", "php", "pl", "sh", "lua",
    "ex", "exs", "r", "html", "htm", "xml", "erb", "ejs", "j2",
];

/// Programs that only an install or a person starts.
const WORKPLACE: [&str; 7] =
    ["setup.py", "conftest.py", "noxfile.py", "fabfile.py", "tasks.py", "gulpfile.js", "Gruntfile.js"];

/// So many bytes of programs are looked through.
const LOOKED_THROUGH: usize = 1 << 20;

/// For each candidate whether a program of the context names it. All are if a program is not there as text, or there
/// are too many of them to look through.
pub(super) fn named(tree: &Tree, candidates: &[Candidate]) -> Vec<bool> {
    let (mut found, all) = (vec![false; candidates.len()], vec![true; candidates.len()]);
    let names: Vec<(&str, bool)> = candidates
        .iter()
        .map(|candidate| {
            let folder = tree.get(&candidate.path).is_some_and(|entry| entry.kind == Kind::Directory);
            (candidate.path.rsplit('/').next().unwrap_or(""), folder)
        })
        .collect();
    let own = |path: &str| candidates.iter().any(|candidate| inside(path, &candidate.path).is_some());
    let mut left = LOOKED_THROUGH;
    for (path, entry) in tree.walk() {
        if let Kind::Symlink(target) | Kind::Hardlink(target) = &entry.kind {
            for ((name, _), found) in names.iter().zip(&mut found) {
                *found |= target.split('/').any(|part| part == *name) && !own(&path);
            }
        }
        let Kind::File(content) = &entry.kind else { continue };
        if !is_program(&path, entry.mode) || own(&path) {
            continue;
        }
        let Content::Bytes(bytes) = content else { return all };
        let Some(rest) = left.checked_sub(bytes.len()) else { return all };
        left = rest;
        look(bytes, &names, &mut found);
    }
    found
}

fn is_program(path: &str, mode: u32) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    // Settings of a tool, or what one has made.
    let kind = stem.rsplit_once('.').map_or("", |(_, kind)| kind);
    if WORKPLACE.contains(&name) || matches!(kind, "config" | "min") {
        return false;
    }
    PROGRAMS.contains(&ending) || (ending.is_empty() && mode & 0o111 != 0)
}

/// Notes which names stand in a text: a file's where it is written out, a folder's where a path goes on behind it,
/// quotes end it, or it is imported.
fn look(text: &[u8], names: &[(&str, bool)], found: &mut [bool]) {
    let mut first = [false; 256];
    for (name, _) in names {
        if let Some(first) = name.bytes().next().and_then(|byte| first.get_mut(usize::from(byte))) {
            *first = true;
        }
    }
    let mut inside_word = false;
    for (at, byte) in text.iter().enumerate() {
        let starts = !inside_word;
        inside_word = byte.is_ascii_alphanumeric() || *byte == b'_';
        if !starts || !first.get(usize::from(*byte)).copied().unwrap_or(false) {
            continue;
        }
        for ((name, folder), found) in names.iter().zip(found.iter_mut()) {
            let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(name.as_bytes())) else {
                continue;
            };
            let next = rest.first().copied().unwrap_or(b' ');
            let goes_on = next.is_ascii_alphanumeric() || next == b'_';
            let before = text.get(..at).unwrap_or(&[]);
            let path = matches!(next, b'/' | b'\\' | b'"' | b'\'' | b'`');
            let imported = [b"import ".as_slice(), b"from "].iter().any(|word| before.ends_with(word));
            *found |= !goes_on && (!folder || path || imported);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(text: &str) -> (bool, bool) {
        let mut found = [false; 2];
        look(text.as_bytes(), &[("README.md", false), ("docs", true)], &mut found);
        (found[0], found[1])
    }

    #[test]
    fn a_name_is_a_whole_word_and_a_folder_stands_in_a_path() {
        assert_eq!(names_in("open('README.md')"), (true, false));
        assert_eq!(names_in("open('./docs/README.md')"), (true, true));
        assert_eq!(names_in("x = 'docs'"), (false, true));
        assert_eq!(names_in("from docs import x"), (false, true));
        assert_eq!(names_in("# https://docs.python.org tells; so do the docs."), (false, false));
        assert_eq!(names_in("mydocs/ docs2/ OLD_README.md"), (false, false));
        assert_eq!(names_in("docs"), (false, false));
    }
}
