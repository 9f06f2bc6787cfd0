//! `bun`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install` | `package.json` with workspaces and local packages, `bun.lock` or `bun.lockb`, `bunfig.toml`, `.npmrc`, patches, what the project's scripts read | `node_modules`, caches; the lock file if there is none |
//! | `build`, `run`, `test`, … | not known | |
//!
//! Costs and the cache stand in `price`.

use super::{
    Call, javascript, option,
    project::{self, Project},
};
use crate::tool::{Found, Survey};

const PLAIN: &str = "--frozen-lockfile --production -p --no-save --silent --verbose --ignore-scripts --no-progress --no-cache --no-verify \
    --force -f --no-summary --save-text-lockfile --backend=copyfile --backend=hardlink";
const VALUED: &str = "--cwd --registry --omit --filter --backend --linker --network-concurrency --concurrent-scripts --cpu --os";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    if words == ["--version"] || words == ["-v"] {
        return Ok(());
    }
    if !matches!(words.iter().find(|word| !word.starts_with('-')).copied(), Some("install" | "i" | "ci")) {
        return call.unknown("runs a script or program of the project");
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    let [command] = line.operands.as_slice() else { return call.unknown("adds packages to package.json") };
    project::system(call, out);
    project::home(call, out, &[".bunfig.toml", ".npmrc"], &[".bun", ".cache", ".config", ".npm"]);
    for name in ["BUN_INSTALL_CACHE_DIR", "BUN_INSTALL"] {
        project::variable_folder(call, out, name)?;
    }
    let mut project = match javascript::folder(&line, &["--cwd"]) {
        Some(folder) => Project::at(call, &folder, out)?,
        None => Project::here(call, out)?,
    };
    javascript::roots(&mut project)?;
    let quiet = javascript::configuration(&mut project, true)? || line.has(&["--ignore-scripts"]);
    if let Some(text) = project.text("bunfig.toml")? {
        settings(&project, &text)?;
        project.note("bunfig.toml", "names no file");
    }
    let names = javascript::package(&mut project, &[], quiet)?;
    project.look("bun.lock");
    project.look("bun.lockb");
    let lock = ["bun.lock", "bun.lockb"].into_iter().find(|lock| project.stands(lock));
    let frozen = *command == "ci" || line.has(&["--frozen-lockfile", "--production", "-p", "--no-save"]);
    let held = match lock.map(|lock| project.find(lock)) {
        // The binary form is not read here. bun leaves it alone if it holds what package.json wants.
        Some(_) if lock == Some("bun.lockb") => {
            project
                .note("bun.lockb", "is taken to hold what package.json wants: bun then leaves it as it is");
            true
        }
        Some(Found::Text(text)) => javascript::lock_holds(&text, &names),
        _ => false,
    };
    if !frozen && !held {
        project.make("bun.lock");
        project.make("bun.lockb");
    }
    Ok(())
}

/// `bunfig.toml`: what concerns the registry is harmless.
fn settings(project: &Project<'_, '_>, text: &str) -> Result<(), String> {
    let mut section = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
            continue;
        }
        let key = line.split('=').next().unwrap_or("").trim();
        let harmless = match section.as_str() {
            "install" => matches!(
                key,
                "registry"
                    | "optional"
                    | "dev"
                    | "peer"
                    | "production"
                    | "exact"
                    | "frozenLockfile"
                    | "saveTextLockfile"
                    | "linker"
                    | "auto"
            ),
            section => section.starts_with("install.scopes") || section == "test" || section == "run",
        };
        if !harmless {
            return project.problem("bunfig.toml", "has a setting whose effects are not known");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> =
        &[("package.json", r#"{"dependencies": {"a": "1"}}"#), ("bun.lock", "\"a\": 1\n"), ("index.ts", "")];

    #[test]
    fn an_install_reads_manifest_and_lock_file() {
        reads("bun install --frozen-lockfile", PROJECT, &["bun.lock", "package.json"]);
        reads("bun i", PROJECT, &["bun.lock", "package.json"]);
        writes("bun install", PROJECT, &["node_modules/"]);
        writes("bun install", &PROJECT[..1], &["bun.lock", "bun.lockb", "node_modules/"]);
        writes("bun install", &[PROJECT[0], ("bun.lockb", "\0")], &["node_modules/"]);
    }

    #[test]
    fn settings_that_name_files_are_refused() {
        reads(
            "bun install",
            &[PROJECT[0], ("bunfig.toml", "[install]\nregistry = \"https://a\"\n")],
            &["bunfig.toml", "package.json"],
        );
        unknown("bun install", &[PROJECT[0], ("bunfig.toml", "preload = [\"./x.ts\"]\n")], "setting");
        unknown("bun build index.ts", PROJECT, "runs a script");
    }
}
