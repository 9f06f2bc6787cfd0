//! For the tests of contracts: a folder of files, a command line, and what it reads and writes of the folder.

use std::collections::BTreeMap;

use crate::tool::{Files, Found, Reach, Region, Script, Setting, Survey, survey};

/// The files of `/app`.
struct Folder(BTreeMap<String, String>);

impl Files for Folder {
    fn find(&self, path: &str) -> Found {
        if let Some(text) = self.0.get(path) {
            return if text == "\0" { Found::File } else { Found::Text(text.clone()) };
        }
        let mut names: Vec<String> = Vec::new();
        let folder = path.trim_end_matches('/');
        for known in self.0.keys() {
            if let Some(rest) = known.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
                names.extend(rest.split('/').next().map(str::to_owned));
            }
        }
        names.dedup();
        if names.is_empty() { Found::Absent } else { Found::Folder(names) }
    }

    fn brought(&self, folder: &str) -> Option<Vec<String>> {
        match self.find(folder) {
            Found::Folder(names) => Some(names),
            _ => Some(Vec::new()),
        }
    }
}

pub(super) type Tree<'t> = &'t [(&'t str, &'t str)];

/// What a script run in `/app` by root does.
pub(super) fn run(script: &str, files: Tree<'_>, env: &[(&str, &str)]) -> Survey {
    let absolute =
        |path: &str| if path.starts_with('/') { path.to_owned() } else { ["/app/", path].concat() };
    let folder = Folder(files.iter().map(|(path, text)| (absolute(path), (*text).to_owned())).collect());
    let env: Vec<(String, String)> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    survey(Script::Shell(script), &Setting::in_app(&env), &folder)
}

/// The regions below `/app` that hold one of the files, or that a program makes: relative, `/` behind a folder.
fn own(regions: &[Region], files: Option<Tree<'_>>) -> Vec<String> {
    let mut found: Vec<String> = regions
        .iter()
        .filter(|region| {
            files.is_none_or(|files| files.iter().any(|(path, _)| region.covers(&["/app/", path].concat())))
        })
        .filter_map(|region| {
            let path = region.path.strip_prefix("/app")?.trim_start_matches('/');
            Some(if region.reach == Reach::Tree { [path, "/"].concat() } else { path.to_owned() })
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Checks what a script reads of the files.
pub(super) fn reads(script: &str, files: Tree<'_>, expect: &[&str]) {
    let survey = run(script, files, &[]);
    assert_eq!(survey.opaque, None, "{script}");
    assert_eq!(own(&survey.reads, Some(files)), expect, "{script}");
}

/// Checks what a script writes below its folder.
pub(super) fn writes(script: &str, files: Tree<'_>, expect: &[&str]) {
    let survey = run(script, files, &[]);
    assert_eq!(survey.opaque, None, "{script}");
    assert_eq!(own(&survey.writes, None), expect, "{script}");
}

/// Checks that the effects of a script are not known, for a reason that has these words.
pub(super) fn unknown(script: &str, files: Tree<'_>, words: &str) {
    let survey = run(script, files, &[]);
    assert!(
        survey.opaque.as_deref().is_some_and(|reason| reason.contains(words)),
        "{script}: {:?}",
        survey.opaque
    );
}
