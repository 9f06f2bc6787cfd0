//! `mix`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `deps.get` | `mix.exs` with those of umbrella apps and path dependencies, `mix.lock`, files that `mix.exs` reads | `deps`, `_build`, `~/.mix`, `~/.hex`; `mix.lock` if it is missing |
//! | `deps.compile` | the same, `config/` | `deps`, `_build` |
//! | `local.hex`, `local.rebar`, `archive.install hex NAME` | | `~/.mix` |
//! | `compile`, `release`, … | not known | |

use super::{
    Call,
    project::{self, Project, inner, tidy},
};
use crate::tool::Survey;

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let tasks: Vec<Vec<&str>> = if words.first() == Some(&"do") {
        let mut tasks = vec![Vec::new()];
        for word in words.iter().skip(1) {
            let bare = word.trim_end_matches(',');
            if *word == "+" {
                tasks.push(Vec::new());
                continue;
            }
            tasks.last_mut().into_iter().for_each(|task| task.push(bare));
            if bare.len() < word.len() {
                tasks.push(Vec::new());
            }
        }
        tasks
    } else {
        vec![words]
    };
    project::system(call, out);
    project::home(call, out, &[".gitconfig", ".netrc"], &[".mix", ".hex", ".cache", ".config/git", ".ssh"]);
    for name in ["MIX_HOME", "HEX_HOME", "MIX_DEPS_PATH", "MIX_BUILD_PATH"] {
        project::variable_folder(call, out, name)?;
    }
    if call.text("MIX_EXS").is_some() {
        return call.unknown("follows the variable MIX_EXS");
    }
    for task in tasks {
        match task.as_slice() {
            [] => {}
            ["local.hex" | "local.rebar" | "hex.info" | "hex.organization" | "hex.repo", ..] => {
                // A project around it is loaded first.
                load(call, out, false)?;
            }
            ["archive.install", "hex", ..] => load(call, out, false)?,
            ["deps.get", ..] => load(call, out, true)?,
            ["deps.compile", ..] => {
                load(call, out, true)?;
                Project::here(call, out)?.look_all("config");
            }
            _ => return call.unknown("compiles or changes the project"),
        }
    }
    Ok(())
}

fn load(call: &Call<'_>, out: &mut Survey, needed: bool) -> Result<(), String> {
    let mut project = Project::here(call, out)?;
    if !needed && !project.stands("mix.exs") {
        project.look("mix.exs");
        return Ok(());
    }
    project.none_above("mix.exs")?;
    if project.text("mix.lock")?.is_none() && needed {
        project.make("mix.lock");
    }
    let mut folders = vec![String::new()];
    folders.extend(project.matches("apps/*")?);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let file = inner(&folder, "mix.exs");
        let text = if folder.is_empty() { Some(project.required(&file)?) } else { project.text(&file)? };
        let Some(text) = text else { continue };
        for line in text.lines().map(|line| line.split(" #").next().unwrap_or("").trim()) {
            if line.contains("File.read") {
                match line.split('"').nth(1) {
                    Some(path) if !path.contains("#{") && !path.starts_with('/') => {
                        project.look(&inner(&folder, path));
                    }
                    _ => return project.problem(&file, "reads a file that is not certain"),
                }
            } else if ["File.", "System.cmd", "Code.", ":os.", "Path.", ":file.", "import_file", "eval"]
                .iter()
                .any(|word| line.contains(word))
            {
                return project.problem(&file, "is a program that may read other files");
            }
            if let Some(path) = line.split("path: \"").nth(1).and_then(|rest| rest.split('"').next())
                && line.contains('{')
            {
                match tidy(&inner(&folder, path)).filter(|_| !path.starts_with('/')) {
                    Some(place) if !folders.contains(&place) => folders.push(place),
                    Some(_) => {}
                    None => return project.problem(&file, "names a package outside of the project"),
                }
            }
        }
        project.make_all(&inner(&folder, "_build"));
        project.make_all(&inner(&folder, "deps"));
        project.note(&file, "names what is fetched");
    }
    project.look_all("deps");
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("mix.exs", "defp deps do\n  [{:plug, \"~> 1.15\"}, {:own, path: \"libs/own\"}]\nend\n"),
        ("mix.lock", "%{}\n"),
        ("apps/web/mix.exs", "version: File.read!(\"VERSION\")\n"),
        ("apps/web/VERSION", "1\n"),
        ("apps/web/lib/web.ex", ""),
        ("libs/own/mix.exs", "deps: []\n"),
        ("config/config.exs", "import Config\n"),
    ];

    #[test]
    fn manifests_of_all_apps_are_read() {
        let manifests = ["apps/web/VERSION", "apps/web/mix.exs", "libs/own/mix.exs", "mix.exs", "mix.lock"];
        reads("mix deps.get", PROJECT, &manifests);
        reads("mix local.hex --force && mix deps.get --only prod", PROJECT, &manifests);
        let mut compiled = manifests.to_vec();
        compiled.insert(2, "config/");
        reads("mix do deps.get, deps.compile", PROJECT, &compiled);
        writes("mix deps.get", &[("mix.exs", "deps: []\n")], &["_build/", "deps/", "mix.lock"]);
    }

    #[test]
    fn programs_are_not_followed() {
        unknown("mix compile", PROJECT, "compiles");
        unknown("mix deps.get", &[("mix.exs", "{_, 0} = System.cmd(\"git\", [])\n")], "other files");
        unknown("mix deps.get", &[("mix.exs", "{:a, path: \"../a\"}\n")], "outside");
    }
}
