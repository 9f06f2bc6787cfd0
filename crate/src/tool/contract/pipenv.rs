//! `pipenv`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install`, `sync` | `Pipfile`, `Pipfile.lock`, `.env`, path dependencies, configuration of pip | the environment (`.venv`, `~/.local/share/virtualenvs`, the system's Python); `Pipfile.lock` if it is missing |
//! | `requirements` | `Pipfile`, `Pipfile.lock` | |
//! | `run`, `lock`, `install NAME` … | not known | |

use super::{
    Call, option, pip, poetry,
    project::{self, Project, tidy},
    python_project,
};
use crate::tool::{Found, Survey};

const PLAIN: &str = "--system --deploy --dev -d --ignore-pipfile --skip-lock --clear --pre --verbose -v --quiet -q --site-packages --keep-outdated \
    --dev-only --hash --exclude-markers --categories --three --extra-pip-args=--no-cache-dir";
const VALUED: &str = "--python --pypi-mirror --extra-pip-args --categories";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    if words == ["--version"] {
        return Ok(());
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    let [command @ ("install" | "sync" | "requirements")] = line.operands.as_slice() else {
        return call.unknown("is given a command whose effects are not known");
    };
    for name in call.names("PIPENV_") {
        match name.as_str() {
            "PIPENV_VENV_IN_PROJECT"
            | "PIPENV_NOSPIN"
            | "PIPENV_TIMEOUT"
            | "PIPENV_YES"
            | "PIPENV_VERBOSITY"
            | "PIPENV_IGNORE_VIRTUALENVS"
            | "PIPENV_PYPI_MIRROR"
            | "PIPENV_HIDE_EMOJIS"
            | "PIPENV_INSTALL_TIMEOUT"
            | "PIPENV_MAX_RETRIES"
            | "PIPENV_PYTHON"
            | "PIPENV_SKIP_LOCK"
            | "PIPENV_DEFAULT_PYTHON_VERSION" => {}
            "PIPENV_CACHE_DIR" => {
                project::variable_folder(call, out, &name)?;
            }
            _ => {
                let mut what = String::from("follows the variable ");
                what.push_str(&name);
                return call.unknown(&what);
            }
        }
    }
    project::system(call, out);
    pip::environment(call, out)?;
    pip::places(call, out);
    project::home(call, out, &[], &[".local/share/virtualenvs", ".cache"]);
    for name in ["WORKON_HOME", "VIRTUAL_ENV"] {
        project::variable_folder(call, out, name)?;
    }
    let mut project = Project::here(call, out)?;
    let manifest = project.required("Pipfile")?;
    project.look(".env");
    let lock = project.text("Pipfile.lock")?;
    if *command == "requirements" {
        return project.required("Pipfile.lock").map(|_| ());
    }
    if lock.is_none() {
        project.make("Pipfile.lock");
    }
    project.make_all(".venv");
    project.look_all(".venv");
    for path in poetry::paths(&manifest) {
        let Some(place) = tidy(&path).filter(|_| !path.starts_with('/')) else {
            return project.problem("Pipfile", "names a package outside of the project");
        };
        if matches!(project.find(&place), Found::Folder(_)) {
            let place = project.path(&place);
            python_project::build(project.call, &place, project.out)
                .or_else(|what| project.call.unknown(&what))?;
        } else {
            project.look(&place);
        }
    }
    project.note("Pipfile", "names what is installed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("Pipfile", "[packages]\nrequests = \"*\"\nplugin = {path = \"./plugins/geo\", editable = true}\n"),
        ("Pipfile.lock", "{}"),
        ("plugins/geo/setup.py", "from setuptools import setup\nsetup(name='geo')\n"),
        ("plugins/geo/geo.py", ""),
        ("main.py", ""),
    ];

    #[test]
    fn manifests_and_local_packages_are_read() {
        reads("pipenv sync --system", PROJECT, &["Pipfile", "Pipfile.lock", "plugins/geo/"]);
        let made = [".venv/", "Pipfile.lock"];
        writes("pipenv install", &[("Pipfile", "[packages]\n")], &made);
        let egg =
            [".venv/", "plugins/geo/build/", "plugins/geo/geo.egg-info/", "plugins/geo/src/geo.egg-info/"];
        writes("pipenv install --deploy", PROJECT, &egg);
        unknown("pipenv run python main.py", PROJECT, "command");
    }
}
