//! A Python project in a folder of the context that pip, uv, poetry or pipenv builds: `./lib`, `-e ./lib`, a path
//! dependency.
//!
//! | it has | reads | writes |
//! |---|---|---|
//! | `pyproject.toml` with a known build system | all of its folder | `build`, `*.egg-info` in it |
//! | `setup.py` that names nothing outside | all of its folder | the same |
//!
//! A build system that asks git for the version, a `setup.py` that leaves its folder or starts programs, and a
//! project that is the whole context are not taken: what they read is not known, or is everything.

use super::{
    Call,
    project::{Project, inner},
};
use crate::tool::{Found, Survey};

/// Build systems that read nothing outside of the project's folder.
const SYSTEMS: [&str; 10] = [
    "setuptools.build_meta",
    "setuptools.build_meta:__legacy__",
    "hatchling.build",
    "poetry.core.masonry.api",
    "flit_core.buildapi",
    "flit.buildapi",
    "pdm.backend",
    "pdm.pep517.api",
    "uv_build",
    "",
];

/// Words of a `setup.py` that lead out of its folder, start programs or look at the machine.
const LEAVING: [&str; 18] = [
    "..",
    "\"/",
    "'/",
    "subprocess",
    "system(",
    "popen",
    "Popen",
    "environ",
    "getenv",
    "expanduser",
    "__import__",
    "importlib",
    "exec(",
    "eval(",
    "getcwd",
    "parent.parent",
    "scm",
    "ext_modules",
];

/// Modules that a `setup.py` may import.
const MODULES: [&str; 14] = [
    "setuptools",
    "distutils",
    "os",
    "io",
    "re",
    "sys",
    "codecs",
    "pathlib",
    "ast",
    "glob",
    "itertools",
    "typing",
    "os.path",
    "distutils.core",
];

/// Takes in the project in `folder`, an absolute path or one relative to the program's folder.
///
/// # Errors
/// Says why what its build reads is not known.
pub(super) fn build(call: &Call<'_>, folder: &str, out: &mut Survey) -> Result<(), String> {
    let mut project = Project::at(call, folder, out)?;
    let unknown = |project: &Project<'_, '_>, what: &str| {
        let mut reason = String::from("installs the local folder `");
        reason.push_str(&project.shown("."));
        reason.push_str("`: ");
        reason.push_str(what);
        Err(reason)
    };
    if !matches!(project.find("."), Found::Folder(_)) {
        return unknown(&project, "its build may read any file of it");
    }
    let own = call.directory == Some(project.folder.as_str())
        || crate::tool::shell::normal(call.setting.workdir) == project.folder;
    if own {
        return unknown(&project, "its build may read any file of it");
    }
    let manifest = text(&project, "pyproject.toml")?;
    let setup = text(&project, "setup.py")?;
    let settings = text(&project, "setup.cfg")?.unwrap_or_default();
    if manifest.is_none() && setup.is_none() {
        return unknown(&project, "it has no pyproject.toml and no setup.py");
    }
    let mut name = value(&settings, "name");
    if let Some(manifest) = &manifest {
        let system = value(manifest, "build-backend").unwrap_or_default();
        let plain = SYSTEMS.contains(&system.as_str()) && !manifest.contains("backend-path");
        let asking = [
            "scm",
            "vcs",
            "versioneer",
            "dynamic-versioning",
            "file:",
            "../",
            "hatch.build.hooks",
            "cmdclass",
            "hatch.metadata.hooks",
        ];
        if !plain || asking.iter().any(|word| manifest.contains(word)) {
            return unknown(&project, "its pyproject.toml has a build system whose effects are not known");
        }
        name = value(manifest, "name").or(name);
    }
    if let Some(setup) = &setup {
        if LEAVING.iter().any(|word| setup.contains(word))
            || setup.contains("cmdclass")
            || !imports_known(setup)
        {
            return unknown(&project, "its setup.py is a program that may read files outside of it");
        }
        name = name.or_else(|| argument(setup, "name"));
    }
    let Some(name) = name else { return unknown(&project, "its name is not certain") };
    project.look_all(".");
    let mut names = vec![name.clone(), name.replace(['-', '.', ' '], "_"), name.replace('_', "-")];
    names.dedup();
    for place in ["", "src"] {
        for name in &names {
            let mut made = name.clone();
            made.push_str(".egg-info");
            project.make_all(&inner(place, &made));
        }
    }
    project.make_all("build");
    project.note(".", "is a project whose build reads its own folder only");
    Ok(())
}

fn text(project: &Project<'_, '_>, name: &str) -> Result<Option<String>, String> {
    match project.find(name) {
        Found::Text(text) => Ok(Some(text)),
        Found::Absent | Found::Perhaps => Ok(None),
        _ => project.problem(name, "is not known as text"),
    }
}

/// The string that a key of a TOML or INI text has.
pub(super) fn value(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key)
            .then(|| value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'']).to_owned())
    })
}

/// The string of a named argument: `name='x'`.
fn argument(text: &str, key: &str) -> Option<String> {
    text.match_indices(key).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let rest = text.get(at + key.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|next| matches!(next, '"' | '\''))?;
        let own = before.is_none_or(|before| !before.is_alphanumeric() && before != '_');
        rest.get(1..)?.split(quote).next().filter(|_| own).map(str::to_owned)
    })
}

fn imports_known(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        if let Some(rest) = line.strip_prefix("from ") {
            let module = rest.split_ascii_whitespace().next().unwrap_or("");
            return MODULES.contains(&module);
        }
        line.strip_prefix("import ").is_none_or(|rest| {
            rest.split(',').all(|name| MODULES.contains(&name.split(" as ").next().unwrap_or("").trim()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_imports_are_read() {
        assert_eq!(argument("setup(name='authkit', x=1)", "name"), Some("authkit".to_owned()));
        assert_eq!(argument("setup(my_name='a')", "name"), None);
        assert_eq!(value("[project]\nname = \"geo\" # x\n", "name"), Some("geo".to_owned()));
        assert!(imports_known("from setuptools import setup\nimport os, re\nsetup()\n"));
        assert!(!imports_known("import numpy\n"));
    }
}
