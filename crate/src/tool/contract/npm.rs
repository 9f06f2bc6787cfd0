//! `npm`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `ci`, `install` | `package.json` with workspaces and local packages, the lock file, `.npmrc`, what the project's scripts read | `node_modules`, caches; `install` the lock file if there is none or it does not hold all packages |
//! | `install -g NAME…` | the user's `.npmrc` | the prefix of Node |
//! | `config set` | | the user's `.npmrc` |
//! | `cache` | | `~/.npm` |
//! | `prune`, `dedupe` | `package.json`, the lock file | `node_modules`, the lock file |
//! | `run`, `exec`, `test` … | not known | |
//!
//! Costs and the cache, `npm_config_cache` or `~/.npm`, stand in `price`.

use super::{
    Call, javascript, option,
    project::{self, Project},
};
use crate::{
    dockerfile::json,
    tool::{Region, Survey},
};

const PLAIN: &str = "-g --global -D -P -O -E -B -f -q -s -d -dd -y --save --save-dev --save-prod --save-exact --save-optional --no-save \
    --production --no-audit --audit=false --no-fund --fund=false --legacy-peer-deps --force --ignore-scripts --silent --quiet --verbose \
    --no-optional --no-progress --progress=false --prefer-offline --prefer-online --offline --no-package-lock --include-workspace-root \
    --workspaces --no-update-notifier --unsafe-perm --strict-peer-deps --foreground-scripts --no-shrinkwrap --no-color --yes --dev \
    --unsafe-perm=true --no-bin-links --production=true --production=false --dry-run --force=true --no-dev";
const VALUED: &str = "--omit --include --only --loglevel --registry --prefix -C --workspace -w --fetch-retries --fetch-timeout --maxsockets \
    --fetch-retry-mintimeout --fetch-retry-maxtimeout --cache --tag --install-strategy --location --network-timeout --cpu --os --libc \
    --audit --fund --progress --unsafe-perm --save-prefix --also";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let command = words.iter().position(|word| !word.starts_with('-')).and_then(|at| words.get(at));
    match command.copied() {
        Some("config" | "set" | "c") => {
            let rest: Vec<&str> =
                words.iter().copied().filter(|word| !matches!(*word, "config" | "c")).collect();
            return javascript::set_configuration(call, &rest, out);
        }
        Some(
            "run" | "run-script" | "exec" | "x" | "test" | "t" | "start" | "pack" | "publish" | "explore"
            | "init",
        ) => {
            return call.unknown("runs a script or program of the project");
        }
        _ => {}
    }
    if matches!(words.as_slice(), ["--version" | "-v"]) {
        return Ok(());
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    let Some((command, names)) = line.operands.split_first() else { return Ok(()) };
    project::system(call, out);
    project::home(call, out, &[], &[".npm", ".cache", ".node-gyp"]);
    if let Some(path) = line.values(&["--cache"]).last() {
        let Some(path) = call.absolute(path) else {
            return call.unknown("keeps its cache where it is not certain");
        };
        out.read(Region::tree(path.clone()));
        out.write(Region::tree(path));
    }
    let global = line.has(&["-g", "--global"]);
    match *command {
        "ci" | "clean-install" | "install-clean" | "install" | "i" | "add" | "in" | "isntall" if !global => {}
        "install" | "i" | "add" | "update" | "uninstall" | "rm" | "remove" | "link" if global => {
            return globally(call, &line, names, out);
        }
        "prune" | "dedupe" | "ddp" if !global => {
            let mut project = place(call, &line, out)?;
            javascript::configuration(&mut project, true)?;
            javascript::package(&mut project, &[], true)?;
            for lock in ["package-lock.json", "npm-shrinkwrap.json"] {
                project.look(lock);
                project.make(lock);
            }
            return Ok(());
        }
        "cache" | "version" | "help" | "view" | "info" | "ping" | "whoami" | "ls" | "list" | "root"
        | "bin" => return Ok(()),
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    let mut project = place(call, &line, out)?;
    javascript::roots(&mut project)?;
    let quiet = javascript::configuration(&mut project, true)? || line.has(&["--ignore-scripts"]);
    let clean = command.starts_with("ci") || command.contains("clean");
    if !names.is_empty() && !clean {
        return project.call.unknown("adds packages to package.json");
    }
    let names = javascript::package(&mut project, &[], quiet)?;
    let shrinkwrap = project.text("npm-shrinkwrap.json")?;
    let lock = project.text("package-lock.json")?;
    let held =
        shrinkwrap.as_ref().or(lock.as_ref()).map(|lock| settled(lock, &names, &mut project)).transpose()?;
    if !clean && held != Some(true) {
        project.make("package-lock.json");
        if held.is_some() {
            project.make("npm-shrinkwrap.json");
        }
    }
    Ok(())
}

/// The project that npm works in: `--prefix`, else the current folder.
fn place<'p, 'c>(
    call: &'p Call<'c>,
    line: &option::Line<'_>,
    out: &'p mut Survey,
) -> Result<Project<'p, 'c>, String> {
    match javascript::folder(line, &["--prefix", "-C"]) {
        Some(folder) => Project::at(call, &folder, out),
        None => Project::here(call, out),
    }
}

/// Whether npm 7 or later leaves a lock file as it is: it has the newer form, and holds what `package.json` wants.
fn settled(lock: &str, names: &[String], project: &mut Project<'_, '_>) -> Result<bool, String> {
    let Some(packages) = json::member(lock, "packages").and_then(json::members) else { return Ok(false) };
    let manifest = project.required("package.json")?;
    let root = packages.iter().find(|(path, _)| path.is_empty());
    let same = root.is_none_or(|(_, root)| {
        ["dependencies", "devDependencies", "optionalDependencies"].iter().all(|kind| {
            let wanted = |text: &str| -> Vec<(String, String)> {
                let members = json::member(text, kind).and_then(json::members).unwrap_or_default();
                let mut members: Vec<(String, String)> =
                    members.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
                members.sort();
                members
            };
            wanted(root) == wanted(&manifest)
        })
    });
    let held = names.iter().all(|name| {
        packages.iter().any(|(path, _)| path.ends_with(name.as_str()) && path.contains("node_modules/"))
    });
    Ok(same && held)
}

fn globally(
    call: &Call<'_>,
    line: &option::Line<'_>,
    names: &[&str],
    out: &mut Survey,
) -> Result<(), String> {
    for name in names {
        if name.starts_with(['.', '/', '~']) || name.starts_with("file:") || project::ends(name, ".tgz") {
            return call.unknown("installs a local package");
        }
    }
    let mut project = Project::at(call, "/", out)?;
    javascript::configuration(&mut project, false)?;
    for prefix in line.values(&["--prefix"]) {
        match project.call.absolute(prefix) {
            Some(path) => project.out.write(Region::tree(path)),
            None => return call.unknown("installs into a folder that is not certain"),
        }
    }
    for folder in call.path_folders() {
        let prefix = folder.strip_suffix("/bin").filter(|prefix| !prefix.is_empty()).unwrap_or("/usr");
        for name in ["lib/node_modules", "bin", "share/man", "etc"] {
            let region = Region::tree(crate::tool::shell::join(prefix, name));
            out.read(region.clone());
            out.write(region);
        }
    }
    out.note("the packages of `npm install -g` are named on its command line".to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {"node_modules/a": {}}}"#;
    const PROJECT: Tree<'_> = &[
        ("package.json", r#"{"dependencies": {"a": "1"}}"#),
        ("package-lock.json", LOCK),
        ("index.js", ""),
        ("src/a.js", ""),
    ];

    #[test]
    fn an_install_reads_the_manifest_and_the_lock_file() {
        for script in [
            "npm ci",
            "npm ci --omit=dev --no-audit",
            "npm install",
            "npm i --production",
            "cd /app && npm ci",
        ] {
            reads(script, PROJECT, &["package-lock.json", "package.json"]);
            writes(script, PROJECT, &["node_modules/"]);
        }
        reads("npm cache clean --force && npm --version", PROJECT, &[]);
        reads("npm install -g pnpm@9", PROJECT, &[]);
    }

    #[test]
    fn a_lock_file_that_is_missing_or_does_not_fit_is_written() {
        writes("npm install", &PROJECT[..1], &["node_modules/", "package-lock.json"]);
        let old = [PROJECT[0], ("package-lock.json", r#"{"lockfileVersion": 1, "dependencies": {}}"#)];
        writes("npm install", &old, &["node_modules/", "npm-shrinkwrap.json", "package-lock.json"]);
        let other = [("package.json", r#"{"dependencies": {"a": "1", "b": "1"}}"#), PROJECT[1]];
        writes("npm install", &other, &["node_modules/", "npm-shrinkwrap.json", "package-lock.json"]);
        let wanted =
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "2"}}, "node_modules/a": {}}}"#;
        writes(
            "npm install",
            &[PROJECT[0], ("package-lock.json", wanted)],
            &["node_modules/", "npm-shrinkwrap.json", "package-lock.json"],
        );
        writes("npm ci", &[PROJECT[0], ("package-lock.json", wanted)], &["node_modules/"]);
    }

    #[test]
    fn workspaces_and_local_packages_are_followed() {
        let files = [
            (
                "package.json",
                r#"{"workspaces": ["packages/*", "!packages/old"], "dependencies": {"own": "file:libs/own"}}"#,
            ),
            ("package-lock.json", LOCK),
            ("packages/web/package.json", r#"{"dependencies": {"tar": "file:../../vendor/x.tgz"}}"#),
            ("packages/web/index.js", ""),
            ("libs/own/package.json", "{}"),
            ("libs/own/index.js", ""),
            ("vendor/x.tgz", ""),
        ];
        let expect = [
            "libs/own/package.json",
            "package-lock.json",
            "package.json",
            "packages/web/package.json",
            "vendor/x.tgz",
        ];
        reads("npm ci", &files, &expect);
        writes("npm ci", &files, &["libs/own/node_modules/", "node_modules/", "packages/web/node_modules/"]);
        unknown("npm ci", &[("package.json", r#"{"dependencies": {"a": "file:../a"}}"#)], "outside");
    }

    #[test]
    fn scripts_of_the_project_are_followed_or_refused() {
        let with = |script: &'static str| {
            [("package.json", script), ("package-lock.json", LOCK), ("prisma/schema.prisma", "")]
        };
        unknown("npm ci", &with(r#"{"scripts": {"postinstall": "node build.js"}}"#), "postinstall");
        unknown("npm ci", &with(r#"{"scripts": {"prepare": "tsc"}}"#), "prepare");
        reads(
            "npm ci --ignore-scripts",
            &with(r#"{"scripts": {"prepare": "tsc"}}"#),
            &["package-lock.json", "package.json"],
        );
        reads(
            "npm ci",
            &with(r#"{"scripts": {"build": "tsc", "prepare": "husky || true"}}"#),
            &["package-lock.json", "package.json"],
        );
        let generated = with(r#"{"scripts": {"postinstall": "prisma generate"}}"#);
        reads(
            "npm ci",
            &generated,
            &["package-lock.json", "package.json", "prisma/", "prisma/schema.prisma"],
        );
        let client = with(r#"{"dependencies": {"@prisma/client": "5"}}"#);
        reads("npm ci", &client, &["package-lock.json", "package.json", "prisma/", "prisma/schema.prisma"]);
        let git = [("package.json", r#"{"scripts": {"prepare": "husky"}}"#), (".git/HEAD", "x")];
        unknown("npm ci", &git, "husky");
        unknown("npm ci", &[("package.json", "{}"), ("binding.gyp", "")], "compile");
    }

    #[test]
    fn configuration_that_names_files_is_refused() {
        let plain = [
            PROJECT[0],
            PROJECT[1],
            (".npmrc", "@a:registry=https://npm.example\n//npm.example/:_authToken=${T}\n"),
        ];
        reads("npm ci", &plain, &[".npmrc", "package-lock.json", "package.json"]);
        unknown("npm ci", &[PROJECT[0], (".npmrc", "cafile=certs/ca.pem\n")], "cafile");
        unknown("npm run build", PROJECT, "runs a script");
        unknown("npm ci --strange", PROJECT, "--strange");
        unknown("npm install lodash", PROJECT, "adds packages");
        unknown("npm ci", &PROJECT[1..], "does not come from the build context");
        unknown("npm ci", &[PROJECT[0], ("/package.json", r#"{"workspaces": ["app"]}"#)], "workspaces");
    }
}
