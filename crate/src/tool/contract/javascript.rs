//! What npm, yarn, pnpm and bun have in common: `package.json` files with their workspaces, local packages and
//! the scripts that an install runs, and configuration of one `name=value` a line.
//!
//! A package from a registry may run a script of its own when it is installed. It works in its own folder below
//! `node_modules`, with few exceptions that look at the project: they are listed in `LOOKING`.

use super::{
    Call,
    project::{self, DEPTH, Project, inner, tidy},
};
use crate::{
    dockerfile::json,
    tool::{Found, Script, Setting, effect::follow, shell::join},
};

/// Scripts of the project that run before and after an install.
pub(super) const SCRIPTS: [&str; 8] = [
    "pnpm:devPreinstall",
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
];

/// Settings of `.npmrc`, also as variables, that name no file and move nothing.
const HARMLESS: &str = "registry always-auth strict-ssl save-exact save-prefix save engine-strict fund audit audit-level loglevel \
    progress legacy-peer-deps strict-peer-deps strict-peer-dependencies auto-install-peers node-linker shamefully-hoist hoist \
    hoist-pattern public-hoist-pattern package-lock lockfile update-notifier fetch-retries fetch-retry-factor fetch-timeout \
    fetch-retry-mintimeout fetch-retry-maxtimeout maxsockets network-timeout network-concurrency prefer-offline prefer-online offline omit \
    include production optional only lockfile-version link-workspace-packages prefer-workspace-packages shared-workspace-lockfile \
    save-workspace-protocol resolution-mode dedupe-peer-dependents dedupe-direct-deps side-effects-cache unsafe-perm color email \
    _auth _authtoken _password username ignore-scripts force sign-git-tag tag-version-prefix init-author-name init-license \
    frozen-lockfile prefer-frozen-lockfile verify-store-integrity package-import-method child-concurrency use-node-version \
    manage-package-manager-versions enable-pre-post-scripts strict-store-pkg-content-check resolve-peers-from-workspace-root \
    ignore-workspace-root-check inject-workspace-packages minimum-release-age noproxy proxy https-proxy http-proxy user-agent \
    target_arch target-arch platform arch libc cpu os recursive-install symlink yes install-strategy install-metrics foreground-scripts \
    workspace-concurrency reporter npm-version node-version ci replace-registry-host disturl python";

/// Packages whose own scripts look at the project, or change it.
const LOOKING: [&str; 12] = [
    "@prisma/client",
    "prisma",
    "puppeteer",
    "nx",
    "msw",
    "husky",
    "simple-git-hooks",
    "yorkie",
    "pre-commit",
    "ghooks",
    "lefthook",
    "@angular/cli",
];

/// Looks at everything that `package.json` in the project's folder leads to: workspaces by the patterns in it and
/// in `more`, local packages, scripts. Gives the names of the direct dependencies.
///
/// # Errors
/// Says what keeps the effects from being known.
pub(super) fn package(
    project: &mut Project<'_, '_>,
    more: &[String],
    quiet: bool,
) -> Result<Vec<String>, String> {
    project.required("package.json")?;
    let mut names = Vec::new();
    let mut seen = vec![String::new()];
    let mut next = 0;
    let text = project.required("package.json")?;
    let mut patterns = workspaces(&text);
    patterns.extend(more.iter().cloned());
    for pattern in patterns.iter().filter(|pattern| !pattern.starts_with('!')) {
        for folder in project.matches(pattern)? {
            if project.stands(&inner(&folder, "package.json")) && !seen.contains(&folder) {
                seen.push(folder);
            }
        }
    }
    while let Some(folder) = seen.get(next).cloned() {
        next += 1;
        if seen.len() > 2_000 {
            return project.problem("package.json", "leads to too many packages");
        }
        let file = inner(&folder, "package.json");
        let Some(text) = project.text(&file)? else { continue };
        if json::members(&text).is_none() {
            return project.problem(&file, "is not valid JSON");
        }
        project.make_all(&inner(&folder, "node_modules"));
        for (name, wanted) in dependencies(&text) {
            if let Some(local) = local(&folder, &wanted) {
                let Some(local) = local else {
                    return project.problem(&file, "names a package outside of the project");
                };
                let archive = project::ends(&local, ".tgz") || project::ends(&local, ".tar.gz");
                if archive {
                    project.look(&local);
                } else if !seen.contains(&local) {
                    seen.push(local);
                }
            }
            if let Some(patch) = patch(&wanted) {
                project.look(&patch);
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for patch in patched(&text) {
            project.look(&patch);
        }
        if !quiet {
            scripts(project, &folder, &text)?;
            for name in LOOKING.iter().filter(|name| names.iter().any(|known| known == *name)) {
                looking(project, &folder, &text, name)?;
            }
        }
    }
    let sentence = if quiet { "names what is installed; no script runs" } else { "names what is installed" };
    project.note("package.json", sentence);
    Ok(names)
}

/// Runs what the project's own scripts do.
fn scripts(project: &mut Project<'_, '_>, folder: &str, text: &str) -> Result<(), String> {
    let file = inner(folder, "package.json");
    let own = json::member(text, "scripts").unwrap_or("{}");
    let mut any = false;
    for name in SCRIPTS {
        let Some(script) = json::member(own, name).and_then(json::text) else { continue };
        any = true;
        if project.out.depth >= DEPTH.min(3) {
            return project.problem(&file, "runs scripts that run the install again");
        }
        let place = join(&project.folder, folder);
        let setting = Setting { workdir: &place, shell: &[], ..*project.call.setting };
        let before = project.out.opaque.take();
        project.out.depth += 1;
        follow(Script::Shell(&script), &setting, project.call.files, project.out);
        project.out.depth -= 1;
        let found = std::mem::replace(&mut project.out.opaque, before);
        if let Some(reason) = found {
            let mut what = String::from("has the script `");
            what.push_str(name);
            what.push_str("`, which runs at every install: ");
            what.push_str(&reason);
            return project.problem(&file, &what);
        }
        // A program of the project's own hides one of the same name.
        for word in script.split_ascii_whitespace() {
            let program = inner(&inner(folder, "node_modules/.bin"), word);
            if !word.contains('/')
                && !matches!(project.find(&program), Found::Absent | Found::Perhaps | Found::Made)
            {
                return project.problem(&program, "is a program of the build context");
            }
        }
        let mut what = String::from("runs `");
        what.push_str(&script);
        what.push('`');
        project.note(&file, &what);
    }
    if !any && json::member(own, "install").is_none() && project.stands(&inner(folder, "binding.gyp")) {
        return project.problem(&inner(folder, "binding.gyp"), "makes the install compile the project");
    }
    project.look(&inner(folder, "binding.gyp"));
    Ok(())
}

/// What a package's own script looks at in the project.
fn looking(project: &mut Project<'_, '_>, folder: &str, text: &str, name: &str) -> Result<(), String> {
    match name {
        "@prisma/client" | "prisma" => prisma(project, folder, text, None)?,
        "puppeteer" => {
            for file in [
                ".puppeteerrc",
                ".puppeteerrc.json",
                ".puppeteerrc.yaml",
                ".puppeteerrc.js",
                ".puppeteerrc.cjs",
                ".puppeteerrc.ts",
                "puppeteer.config.js",
                "puppeteer.config.cjs",
                "puppeteer.config.ts",
            ] {
                project.look(&inner(folder, file));
            }
        }
        "@angular/cli" => {
            project.look(&inner(folder, "angular.json"));
            project.look(&inner(folder, ".angular.json"));
        }
        "nx" => {
            project.look("nx.json");
            if project.stands("nx.json") {
                return project
                    .problem("nx.json", "makes `nx` look at the whole workspace when it is installed");
            }
        }
        "msw" if json::member(text, "msw").is_some() => {
            return project
                .problem("package.json", "makes `msw` write into the project when it is installed");
        }
        "msw" => {}
        _ => {
            project.look_all(".git");
            if project.stands(".git") {
                let mut what = String::from("is changed by the package `");
                what.push_str(name);
                what.push_str("` when it is installed");
                return project.problem(".git", &what);
            }
        }
    }
    Ok(())
}

/// The client that Prisma generates from a schema, if there is one.
///
/// # Errors
/// Says that the schema has parts whose effects are not known.
pub(super) fn prisma(
    project: &mut Project<'_, '_>,
    folder: &str,
    text: &str,
    schema: Option<&str>,
) -> Result<(), String> {
    let own = json::member(text, "prisma").and_then(|own| json::member(own, "schema")).and_then(json::text);
    let chosen = schema.map(str::to_owned).or(own);
    let mut places: Vec<String> = Vec::new();
    for folder in [folder, ""] {
        project.look_all(&inner(folder, "prisma"));
        for file in [
            "schema.prisma",
            ".env",
            "prisma/.env",
            "prisma.config.ts",
            "prisma.config.js",
            "prisma.config.mjs",
        ] {
            project.look(&inner(folder, file));
        }
        if project.stands(&inner(folder, "prisma.config.ts")) {
            return project.problem("prisma.config.ts", "is a program that decides what Prisma reads");
        }
        for file in ["schema.prisma", "prisma/schema.prisma"] {
            places.push(inner(folder, file));
        }
        places.extend(chosen.as_deref().and_then(|chosen| tidy(&inner(folder, chosen))));
    }
    for place in places {
        let found = project.find(&place);
        if let Found::Folder(_) = found {
            return project.problem(&place, "is a folder of schemas");
        }
        let Some(text) = project.text(&place)? else { continue };
        for line in text.lines().map(str::trim) {
            let value = line.split_once('=').map_or("", |(_, value)| value.trim().trim_matches('"'));
            if line.starts_with("output") {
                return project.problem(&place, "names a folder that Prisma writes to");
            }
            let usual = [
                "prisma-client-js",
                "postgresql",
                "mysql",
                "sqlite",
                "sqlserver",
                "mongodb",
                "cockroachdb",
                "postgres",
            ];
            if line.starts_with("provider") && !usual.contains(&value) {
                return project.problem(&place, "names a generator whose effects are not known");
            }
        }
    }
    project.make_all(&inner(folder, "node_modules"));
    project.make_all("node_modules");
    Ok(())
}

/// Patterns of workspaces: a list, or an object with `packages`.
pub(super) fn workspaces(text: &str) -> Vec<String> {
    let Some(value) = json::member(text, "workspaces") else { return Vec::new() };
    let list = json::elements(value).or_else(|| json::member(value, "packages").and_then(json::elements));
    list.unwrap_or_default().into_iter().filter_map(json::text).collect()
}

/// Direct dependencies with what is wanted of each.
fn dependencies(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for kind in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "resolutions"]
    {
        let members = json::member(text, kind).and_then(json::members).unwrap_or_default();
        all.extend(members.into_iter().map(|(name, wanted)| (name, json::text(wanted).unwrap_or_default())));
    }
    all
}

/// The folder or file that a dependency names in the project: `Some(None)` if it lies outside.
#[expect(clippy::option_option, reason = "whether it is local, and where")]
fn local(folder: &str, wanted: &str) -> Option<Option<String>> {
    let path = ["file:", "link:", "portal:"].iter().find_map(|kind| wanted.strip_prefix(kind));
    let path = path.or_else(|| {
        (wanted.starts_with("./")
            || wanted.starts_with("../")
            || wanted.starts_with('/')
            || wanted.starts_with('~'))
        .then_some(wanted)
    });
    // A range such as `~1.2` is no path.
    let path = path.filter(|path| !path.starts_with('~') || path.starts_with("~/"))?;
    if path.starts_with(['/', '~']) {
        return Some(None);
    }
    Some(tidy(&inner(folder, path)))
}

/// The patch file that yarn's `patch:` protocol names.
fn patch(wanted: &str) -> Option<String> {
    let (_, path) = wanted.strip_prefix("patch:")?.split_once('#')?;
    let path = path.split("::").next()?.trim_start_matches("~/");
    tidy(path.rsplit('#').next()?)
}

/// The patch files that `patchedDependencies` names, of pnpm and of bun.
fn patched(text: &str) -> Vec<String> {
    let own = json::member(text, "patchedDependencies");
    let pnpm = json::member(text, "pnpm").and_then(|pnpm| json::member(pnpm, "patchedDependencies"));
    let members = own.into_iter().chain(pnpm).filter_map(json::members).flatten();
    members.filter_map(|(_, path)| json::text(path)).filter_map(|path| tidy(&path)).collect()
}

/// Looks at a `package.json` above the project: it may hold the project as a workspace.
///
/// # Errors
/// Says that one does.
pub(super) fn roots(project: &mut Project<'_, '_>) -> Result<(), String> {
    for folder in project.above() {
        let path = join(&folder, "package.json");
        if let Found::Text(text) = project.call.files.find(&path)
            && !workspaces(&text).is_empty()
        {
            return project.problem(&path, "has workspaces, of which this may be one");
        }
        project.out.read(crate::tool::Region::entry(path));
    }
    Ok(())
}

/// Looks at `.npmrc` in the project and the user's home, and at variables of the same meaning. Tells whether
/// scripts are switched off.
///
/// # Errors
/// Names a setting whose effects are not known.
pub(super) fn configuration(project: &mut Project<'_, '_>, own: bool) -> Result<bool, String> {
    let mut quiet = false;
    if own && let Some(text) = project.text(".npmrc")? {
        quiet |= settings(project, ".npmrc", &text)?;
        project.note(".npmrc", "names no file");
    }
    for home in project.call.homes() {
        let path = join(&home, ".npmrc");
        if let Found::Text(text) = project.call.files.find(&path) {
            quiet |= settings(project, &path, &text)?;
        }
        project.out.read(crate::tool::Region::entry(path));
    }
    for prefix in ["npm_config_", "NPM_CONFIG_", "pnpm_config_", "PNPM_CONFIG_"] {
        for name in project.call.names(prefix) {
            let key = name.get(prefix.len()..).unwrap_or("").to_ascii_lowercase().replace('_', "-");
            let value = project.call.text(&name).unwrap_or_default();
            match key.as_str() {
                "cache" | "prefix" | "store-dir" => {
                    project::variable_folder(project.call, project.out, &name)?;
                }
                "ignore-scripts" => quiet |= value == "true",
                _ if harmless(&key) || value.is_empty() => {}
                _ => {
                    let mut what = String::from("follows the variable ");
                    what.push_str(&name);
                    return project.call.unknown(&what);
                }
            }
        }
    }
    for name in ["PNPM_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"] {
        project::variable_folder(project.call, project.out, name)?;
    }
    let options = project.call.text("NODE_OPTIONS").unwrap_or_default();
    if options.contains("require")
        || options.contains("-r ")
        || options.contains("import")
        || options.contains("loader")
    {
        return project.call.unknown("loads what NODE_OPTIONS names");
    }
    Ok(quiet)
}

fn harmless(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let key = key.trim_end_matches("[]");
    key.starts_with("//")
        || key.ends_with(":registry")
        || HARMLESS.split_ascii_whitespace().any(|known| known == key)
}

fn settings(project: &Project<'_, '_>, name: &str, text: &str) -> Result<bool, String> {
    let mut quiet = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        let (key, value) =
            line.split_once('=').map_or((line, "true"), |(key, value)| (key.trim(), value.trim()));
        if !harmless(key) {
            let mut what = String::from("sets `");
            what.push_str(key);
            what.push_str("`, whose effects are not known");
            return project.problem(name, &what);
        }
        quiet |= key == "ignore-scripts" && value == "true";
    }
    Ok(quiet)
}

/// Sets a key of the user's configuration, as `npm config set KEY VALUE` does.
pub(super) fn set_configuration(
    call: &Call<'_>,
    words: &[&str],
    out: &mut crate::tool::Survey,
) -> Result<(), String> {
    let mut words = words.iter().filter(|word| !word.starts_with('-'));
    let first = words.next().copied().unwrap_or("");
    let pairs: Vec<&str> = if first == "set" {
        words.copied().collect()
    } else {
        std::iter::once(first).chain(words.copied()).collect()
    };
    if matches!(first, "get" | "list" | "ls") {
        return Ok(());
    }
    let key = pairs.first().copied().unwrap_or("").split('=').next().unwrap_or("");
    if !harmless(key) || pairs.len() > 2 {
        return call.unknown("sets something whose effects are not known");
    }
    project::home(call, out, &[".npmrc"], &[".config/pnpm", ".config/yarn"]);
    for home in call.homes() {
        for file in [".npmrc", ".yarnrc"] {
            out.write(crate::tool::Region::entry(join(&home, file)));
        }
    }
    for file in ["/usr/local/etc", "/usr/etc"] {
        out.write(crate::tool::Region::tree(file));
    }
    Ok(())
}

/// Whether a lock file holds all of these packages: then an install leaves it as it is.
pub(super) fn lock_holds(text: &str, names: &[String]) -> bool {
    names.iter().all(|name| text.contains(name.as_str()))
}

/// The folder of a path that a command line names for the project.
pub(super) fn folder(line: &super::option::Line<'_>, names: &[&str]) -> Option<String> {
    line.values(names).last().map(|value| (*value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_packages_are_told_from_ranges() {
        assert_eq!(local("a", "file:../b"), Some(Some("b".to_owned())));
        assert_eq!(local("", "file:../b"), Some(None));
        assert_eq!(local("", "./x.tgz"), Some(Some("x.tgz".to_owned())));
        for range in ["^1.0.0", "~1.2", "workspace:*", "git+https://a/b", "latest", "npm:a@1"] {
            assert_eq!(local("", range), None, "{range}");
        }
        assert_eq!(patch("patch:a@1.0.0#.yarn/patches/a.patch"), Some(".yarn/patches/a.patch".to_owned()));
        assert_eq!(
            patch("patch:a@npm%3A1#~/.yarn/patches/a.patch"),
            Some(".yarn/patches/a.patch".to_owned())
        );
    }

    #[test]
    fn settings_without_files_are_harmless() {
        for key in [
            "registry",
            "@acme:registry",
            "//npm.example/:_authToken",
            "node-linker",
            "public-hoist-pattern[]",
        ] {
            assert!(harmless(key), "{key}");
        }
        for key in ["cafile", "prefix", "script-shell", "userconfig"] {
            assert!(!harmless(key), "{key}");
        }
    }
}
