//! `pnpm`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install` | `package.json` with workspaces and local packages, `pnpm-lock.yaml`, `pnpm-workspace.yaml`, `.npmrc`, `.pnpmfile.cjs`, patches, what the project's scripts read | `node_modules`, the store; the lock file if it is missing or does not hold all packages |
//! | `fetch` | the lock file, `.npmrc`, `package.json`, patches | `node_modules`, the store |
//! | `add -g NAME…` | the user's configuration | the global folder |
//! | `config`, `store` | | the user's configuration, the store |
//! | `run`, a script's name … | not known | |
//!
//! Costs and the store stand in `price`.

use super::{
    Call, javascript, option,
    project::{self, Project},
};
use crate::tool::{Region, Survey};

const PLAIN: &str = "--frozen-lockfile --no-frozen-lockfile --prefer-frozen-lockfile --fix-lockfile --lockfile-only --prod -P --production \
    --dev -D --no-optional --offline --prefer-offline --ignore-scripts --ignore-workspace --shamefully-hoist -r --recursive --silent -s \
    --force -w --workspace-root --strict-peer-dependencies --no-strict-peer-dependencies --unsafe-perm --no-color -g --global --save-exact \
    -E --ignore-pnpmfile --shared-workspace-lockfile --aggregate-output --stream --no-lockfile --ignore-workspace-root-check --verify-store-integrity";
const VALUED: &str = "--filter -F --reporter --store-dir --virtual-store-dir --registry --loglevel --dir -C --network-concurrency --node-linker \
    --child-concurrency --fetch-retries --fetch-timeout --package-import-method --config --config.production --config.dedupe-peer-dependents";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let command = words.iter().find(|word| !word.starts_with('-')).copied();
    if matches!(command, Some("config" | "c")) {
        let rest: Vec<&str> = words.iter().copied().filter(|word| !matches!(*word, "config" | "c")).collect();
        return javascript::set_configuration(call, &rest, out);
    }
    if words == ["--version"] || words == ["-v"] {
        return Ok(());
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    let Some((command, names)) = line.operands.split_first() else { return Ok(()) };
    if line.has(&["--virtual-store-dir"]) {
        return call.unknown("installs into another folder");
    }
    project::system(call, out);
    project::home(
        call,
        out,
        &[".config/pnpm/rc"],
        &[".local/share/pnpm", ".local/state/pnpm", ".cache", ".npm", ".pnpm-store", ".node-gyp"],
    );
    out.write(Region::tree("/.pnpm-store"));
    for folder in line.values(&["--store-dir"]) {
        let Some(folder) = call.absolute(folder) else {
            return call.unknown("keeps its store where it is not certain");
        };
        out.read(Region::tree(folder.clone()));
        out.write(Region::tree(folder));
    }
    let mut project = match javascript::folder(&line, &["--dir", "-C"]) {
        Some(folder) => Project::at(call, &folder, out)?,
        None => Project::here(call, out)?,
    };
    match *command {
        "install" | "i" | "fetch" if names.is_empty() && !line.has(&["-g", "--global"]) => {}
        "add" | "install" | "i" if line.has(&["-g", "--global"]) => {
            if names.iter().any(|name| name.starts_with(['.', '/']) || name.starts_with("file:")) {
                return call.unknown("installs a local package");
            }
            javascript::configuration(&mut project, true)?;
            for path in ["/usr/local/bin", "/usr/local/lib/node_modules", "/usr/local/share"] {
                project.out.read(Region::tree(path));
                project.out.write(Region::tree(path));
            }
            return Ok(());
        }
        "store" => return Ok(()),
        _ => return call.unknown("runs a script or program of the project"),
    }
    let quiet = javascript::configuration(&mut project, true)?
        || line.has(&["--ignore-scripts"])
        || *command == "fetch";
    for name in ["pnpm-workspace.yaml", "pnpm-lock.yaml"] {
        project.none_above(name)?;
    }
    javascript::roots(&mut project)?;
    hooks(&mut project)?;
    let lock = project.text("pnpm-lock.yaml")?;
    let workspace = project.text("pnpm-workspace.yaml")?.unwrap_or_default();
    let (patterns, patches) = workspace_file(&project, &workspace)?;
    for patch in patches {
        project.look(&patch);
    }
    if *command == "fetch" {
        let Some(lock) = lock else { return project.required("pnpm-lock.yaml").map(|_| ()) };
        if lock.contains("patches/") {
            project.look_all("patches");
        }
        project.look("package.json");
        project.make_all("node_modules");
        project.note("pnpm-lock.yaml", "is all that `pnpm fetch` takes packages from");
        return Ok(());
    }
    let names = javascript::package(&mut project, &patterns, quiet)?;
    let frozen = line.has(&["--frozen-lockfile", "--no-lockfile"]);
    let held = lock.as_ref().is_some_and(|lock| javascript::lock_holds(lock, &names));
    if !frozen
        && (!held || line.has(&["--no-frozen-lockfile", "--fix-lockfile", "--lockfile-only", "--force"]))
    {
        project.make("pnpm-lock.yaml");
    }
    Ok(())
}

/// `.pnpmfile.cjs` is a program; one that loads nothing reads nothing.
fn hooks(project: &mut Project<'_, '_>) -> Result<(), String> {
    for name in [".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"] {
        let Some(text) = project.text(name)? else { continue };
        for word in ["require", "import", "process", "eval", "Function", "globalThis", "module.constructor"] {
            if text.contains(word) {
                return project.problem(name, "is a program that may read other files");
            }
        }
        project.note(name, "loads no other file");
    }
    Ok(())
}

/// The patterns of packages and the patch files of `pnpm-workspace.yaml`.
fn workspace_file(project: &Project<'_, '_>, text: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let (mut patterns, mut patches) = (Vec::new(), Vec::new());
    let mut section = "";
    for line in text.lines() {
        let bare = line.split(" #").next().unwrap_or("").trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        if !line.starts_with([' ', '\t', '-']) {
            let (key, value) = bare.split_once(':').unwrap_or((bare, ""));
            section = key;
            if !value.trim().is_empty() && matches!(key, "packages" | "patchedDependencies") {
                return project.problem("pnpm-workspace.yaml", "has a list in a form that is not read here");
            }
            if matches!(
                key,
                "pnpmfile"
                    | "globalPnpmfile"
                    | "configDependencies"
                    | "storeDir"
                    | "virtualStoreDir"
                    | "modulesDir"
                    | "patchesDir"
                    | "cafile"
                    | "scriptShell"
            ) {
                return project.problem("pnpm-workspace.yaml", "has a setting whose effects are not known");
            }
            continue;
        }
        match section {
            "packages" => {
                let pattern = bare.trim_start_matches('-').trim().trim_matches(['"', '\'']);
                patterns.push(pattern.to_owned());
            }
            "patchedDependencies" => {
                let path = bare.rsplit(": ").next().unwrap_or("").trim_matches(['"', '\'']);
                patches.push(path.to_owned());
            }
            _ => {}
        }
    }
    Ok((patterns, patches))
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "package.json",
            r#"{"dependencies": {"a": "1"}, "pnpm": {"patchedDependencies": {"a@1": "patches/a.patch"}}}"#,
        ),
        ("pnpm-lock.yaml", "dependencies:\n  a: 1\n"),
        ("pnpm-workspace.yaml", "packages:\n  - 'apps/*'\n"),
        ("apps/web/package.json", r#"{"name": "web"}"#),
        ("apps/web/index.js", ""),
        ("patches/a.patch", ""),
        (".pnpmfile.cjs", "module.exports = {}\n"),
    ];

    #[test]
    fn an_install_reads_manifests_patches_and_hooks() {
        let all = [
            ".pnpmfile.cjs",
            "apps/web/package.json",
            "package.json",
            "patches/a.patch",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
        ];
        reads("pnpm install --frozen-lockfile", PROJECT, &all);
        reads("pnpm i --prod --filter web", PROJECT, &all);
        writes("pnpm i", PROJECT, &["apps/web/node_modules/", "node_modules/"]);
        writes("pnpm i", &PROJECT[..1], &["node_modules/", "pnpm-lock.yaml"]);
        reads("pnpm fetch", &PROJECT[..2], &["package.json", "pnpm-lock.yaml"]);
    }

    #[test]
    fn programs_are_not_followed() {
        unknown("pnpm build", PROJECT, "runs a script");
        unknown("pnpm -r run build", PROJECT, "runs a script");
        unknown("pnpm i", &[PROJECT[0], (".pnpmfile.cjs", "const fs = require('fs')\n")], "program");
    }
}
