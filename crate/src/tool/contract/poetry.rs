//! `poetry`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install --no-root`, `sync --no-root` | `pyproject.toml`, `poetry.lock`, `poetry.toml`, path dependencies, the user's configuration | the environment (`.venv`, the cache, the system's Python), `poetry.lock` if it is missing |
//! | `export` | the same | the file of `-o` |
//! | `config` | | the user's configuration, with `--local` `poetry.toml` |
//! | `install` of the project itself, `build`, `run`, … | not known | |

use super::{
    Call, option, pip,
    project::{self, Project, tidy},
    python_project,
};
use crate::tool::{Found, Region, Survey};

const PLAIN: &str = "--no-root --no-dev --no-interaction -n --no-ansi --ansi -q -v -vv -vvv --quiet --sync --all-extras --all-groups --no-cache \
    --compile --no-directory --remove-untracked --no-plugins --without-hashes --with-credentials --dev --local --no-update --only-root --all";
const VALUED: &str =
    "--only --with --without --extras -E --format -f --output -o --directory -C --project -P";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words: Vec<&str> = call.certain()?;
    let command = words.iter().find(|word| !word.starts_with('-')).copied().unwrap_or("");
    project::system(call, out);
    project::home(
        call,
        out,
        &[".netrc", ".gitconfig"],
        &[".config/pypoetry", ".cache", ".local/share/pypoetry", ".config/git", ".ssh"],
    );
    for name in [
        "POETRY_HOME",
        "POETRY_CACHE_DIR",
        "POETRY_CONFIG_DIR",
        "POETRY_DATA_DIR",
        "POETRY_VIRTUALENVS_PATH",
        "VIRTUAL_ENV",
    ] {
        project::variable_folder(call, out, name)?;
    }
    match command {
        "" | "cache" | "about" => return Ok(()),
        "config" => {
            if words.contains(&"--local") {
                Project::here(call, out)?.make("poetry.toml");
            }
            return Ok(());
        }
        "self" => {
            pip::places(call, out);
            return Ok(());
        }
        "install" | "sync" | "export" => {}
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    if line.has(&["--directory", "-C", "--project", "-P", "--only-root"]) || line.operands.len() != 1 {
        return call.unknown("works in another folder or on the project itself");
    }
    pip::path_variables(call, out)?;
    pip::places(call, out);
    let mut project = Project::here(call, out)?;
    let manifest = project.required("pyproject.toml")?;
    let lock = project.text("poetry.lock")?;
    if let Some(text) = project.text("poetry.toml")?
        && (text.contains("path") || text.contains("-dir"))
    {
        return project.problem("poetry.toml", "keeps files in a folder of its own");
    }
    for word in ["dynamic-versioning", "poetry-plugin", "requires-plugins", "[tool.poetry.build"] {
        if manifest.contains(word) {
            return project.problem("pyproject.toml", "uses a plugin or a build script of poetry");
        }
    }
    let bare = line.has(&["--no-root"]) || manifest.contains("package-mode = false");
    if command != "export" && !bare {
        return call.unknown("installs the project itself: its build may read any file of it");
    }
    // A licence may be read from the file that is named.
    for row in manifest.lines().filter(|row| row.trim_start().starts_with("license") && row.contains("file"))
    {
        if let Some(file) = row.split(['"', '\'']).nth(1) {
            project.look(file);
        }
    }
    project.make_all(".venv");
    project.look_all(".venv");
    for path in paths(&manifest) {
        let Some(place) = tidy(&path).filter(|_| !path.starts_with('/')) else {
            return project.problem("pyproject.toml", "names a package outside of the project");
        };
        if !matches!(project.find(&place), Found::Folder(_)) {
            project.look(&place);
        } else if line.has(&["--no-directory"]) {
            for name in ["pyproject.toml", "setup.py", "setup.cfg"] {
                project.look(&project::inner(&place, name));
            }
        } else {
            let place = project.path(&place);
            python_project::build(project.call, &place, project.out)
                .or_else(|what| project.call.unknown(&what))?;
        }
    }
    if lock.is_none() {
        project.make("poetry.lock");
    }
    if command == "export" {
        for file in line.values(&["-o", "--output"]) {
            project.make(file);
            if paths(&manifest).is_empty() {
                let path = project.path(file);
                project.out.texts.push((path, String::new()));
            }
        }
    }
    project.out.write(Region::tree("/usr/local/lib"));
    project.note("pyproject.toml", "and poetry.lock name what is installed; the project itself is not built");
    Ok(())
}

/// Folders and files that dependencies name.
pub(super) fn paths(manifest: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in manifest.lines().map(|line| line.split('#').next().unwrap_or("")) {
        for (at, _) in line.match_indices("path") {
            let own = line.get(..at).is_some_and(|before| {
                before.trim_end().is_empty() || before.trim_end().ends_with(['{', ','])
            });
            let value = line.get(at + 4..).unwrap_or("").trim_start().strip_prefix('=').filter(|_| own);
            found.extend(value.and_then(|value| value.split(['"', '\'']).nth(1)).map(str::to_owned));
        }
        if line.contains("file:") {
            found.push("/".to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "pyproject.toml",
            "[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\nown = { path = \"libs/own\", develop = true }\n",
        ),
        ("poetry.lock", ""),
        ("libs/own/pyproject.toml", "[project]\nname = \"own\"\n"),
        ("libs/own/own.py", ""),
        ("a/main.py", ""),
    ];

    #[test]
    fn an_install_without_the_project_reads_manifests_and_local_packages() {
        reads(
            "poetry install --no-root --only=main --no-interaction",
            PROJECT,
            &["libs/own/", "poetry.lock", "pyproject.toml"],
        );
        reads(
            "poetry install --no-root --no-directory",
            PROJECT,
            &["libs/own/pyproject.toml", "poetry.lock", "pyproject.toml"],
        );
        reads("poetry config virtualenvs.create false", PROJECT, &[]);
        writes(
            "poetry install --no-root",
            &[("pyproject.toml", "[tool.poetry]\n")],
            &[".venv/", "poetry.lock"],
        );
        writes(
            "poetry export -o requirements.txt",
            &[("pyproject.toml", ""), ("poetry.lock", "")],
            &[".venv/", "requirements.txt"],
        );
    }

    #[test]
    fn the_project_itself_is_not_built() {
        unknown("poetry install", PROJECT, "project itself");
        reads(
            "poetry install",
            &[("pyproject.toml", "[tool.poetry]\npackage-mode = false\n"), ("poetry.lock", "")],
            &["poetry.lock", "pyproject.toml"],
        );
        unknown("poetry install --no-root", &[("pyproject.toml", "a = { path = \"../a\" }\n")], "outside");
        unknown("poetry build", PROJECT, "command");
    }
}
