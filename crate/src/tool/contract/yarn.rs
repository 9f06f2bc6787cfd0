//! `yarn`, version 1 and the later ones.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install`, alone | `package.json` with workspaces and local packages, `yarn.lock`, `.yarnrc`, `.yarnrc.yml`, `.npmrc`, `.yarn/`, what the project's scripts read | `node_modules`, `.yarn`, caches; `yarn.lock` if it is missing or does not hold all packages |
//! | `global add NAME…` | the user's configuration | the global folder |
//! | `config`, `cache` | | the user's configuration, the cache |
//! | `run`, a script's name … | not known | |
//!
//! Costs and the cache stand in `price`.

use super::{
    Call, javascript, option,
    project::{self, Project},
};
use crate::tool::{Region, Survey};

const PLAIN: &str = "--frozen-lockfile --immutable --immutable-cache --check-cache --pure-lockfile --no-lockfile --production --production=true \
    --production=false --prod --ignore-scripts --ignore-engines --ignore-platform --ignore-optional --non-interactive --silent -s --offline \
    --prefer-offline --no-progress --check-files --force --flat --link-duplicates --inline-builds --no-immutable --refresh-lockfile \
    --verbose --no-bin-links --no-emoji --no-node-version-check --skip-integrity-check --update-checksums --no-default-rc";
const VALUED: &str = "--network-timeout --network-concurrency --cwd --mode --mutex --registry --cache-folder --modules-folder --loglevel";

/// Settings of `.yarnrc.yml` that name no file of the project.
const HARMLESS: &str = "nodeLinker npmScopes npmRegistryServer npmRegistries npmAuthToken npmAlwaysAuth npmPublishRegistry enableTelemetry \
    enableGlobalCache compressionLevel packageExtensions supportedArchitectures checksumBehavior enableImmutableInstalls enableScripts \
    enableProgressBars httpTimeout httpRetry networkConcurrency nmHoistingLimits nmMode defaultSemverRangePrefix logFilters pnpMode \
    pnpFallbackMode pnpIgnorePatterns pnpEnableEsmLoader enableStrictSsl enableNetwork unsafeHttpWhitelist preferInteractive \
    enableInlineBuilds enableHardenedMode catalog catalogs winLinkType enableMirror enableTransparentWorkspaces telemetryInterval \
    npmMinimalAgeGate preferReuse preferAggregateCacheInfo enableColors enableTimers enableMessageNames enableConstraintsChecks";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let command = words.iter().find(|word| !word.starts_with('-')).copied();
    match command {
        Some("config") => {
            let rest: Vec<&str> = words.iter().copied().filter(|word| *word != "config").collect();
            return javascript::set_configuration(call, &rest, out);
        }
        Some("global") => return globally(call, &words, out),
        Some("cache") => {
            project::home(call, out, &[".yarnrc", ".yarnrc.yml"], &[".cache", ".yarn/berry"]);
            project::variable_folder(call, out, "YARN_CACHE_FOLDER")?;
            out.write(Region::tree("/usr/local/share/.cache"));
            return Ok(());
        }
        _ if words == ["--version"] || words == ["-v"] => return Ok(()),
        _ => {}
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    match line.operands.as_slice() {
        [] | ["install"] | ["workspaces", "focus", ..] => {}
        _ => return call.unknown("runs a script or program of the project"),
    }
    if line.has(&["--modules-folder"]) {
        return call.unknown("installs into another folder");
    }
    project::system(call, out);
    project::home(
        call,
        out,
        &[".yarnrc", ".yarnrc.yml"],
        &[".yarn/berry", ".cache", ".npm", ".config/yarn", ".node-gyp"],
    );
    for path in ["/usr/local/share/.cache", "/usr/local/share/.config/yarn"] {
        out.write(Region::tree(path));
    }
    if let Some(folder) = line.values(&["--cache-folder"]).last() {
        let Some(folder) = call.absolute(folder) else {
            return call.unknown("keeps its cache where it is not certain");
        };
        out.read(Region::tree(folder.clone()));
        out.write(Region::tree(folder));
    }
    for name in call.names("YARN_") {
        match name.as_str() {
            "YARN_CACHE_FOLDER" | "YARN_GLOBAL_FOLDER" => {
                project::variable_folder(call, out, &name)?;
            }
            "YARN_VERSION"
            | "YARN_ENABLE_TELEMETRY"
            | "YARN_ENABLE_IMMUTABLE_INSTALLS"
            | "YARN_ENABLE_SCRIPTS"
            | "YARN_ENABLE_GLOBAL_CACHE"
            | "YARN_NODE_LINKER"
            | "YARN_NPM_AUTH_TOKEN"
            | "YARN_NPM_REGISTRY_SERVER"
            | "YARN_COMPRESSION_LEVEL"
            | "YARN_PRODUCTION"
            | "YARN_REGISTRY"
            | "YARN_HTTP_TIMEOUT" => {}
            _ => {
                let mut what = String::from("follows the variable ");
                what.push_str(&name);
                return call.unknown(&what);
            }
        }
    }
    let mut project = match javascript::folder(&line, &["--cwd"]) {
        Some(folder) => Project::at(call, &folder, out)?,
        None => Project::here(call, out)?,
    };
    javascript::roots(&mut project)?;
    for file in [".yarnrc.yml", ".yarnrc"] {
        project.none_above(file)?;
    }
    let mut quiet = javascript::configuration(&mut project, true)? || line.has(&["--ignore-scripts"]);
    quiet |= line.values(&["--mode"]).contains(&"skip-build");
    classic(&mut project)?;
    let later = later(&mut project)?;
    let names = javascript::package(&mut project, &[], quiet)?;
    let frozen = line.has(&["--frozen-lockfile", "--immutable", "--pure-lockfile", "--no-lockfile"]);
    let lock = project.text("yarn.lock")?;
    if !frozen && lock.as_ref().is_none_or(|lock| !javascript::lock_holds(lock, &names)) {
        project.make("yarn.lock");
    }
    project.look_all(".yarn");
    for name in [".yarn/install-state.gz", ".yarn/build-state.yml", ".pnp.data.json"] {
        project.make(name);
    }
    project.make_all(".yarn/unplugged");
    // With all packages in it, as people commit it, the folder stays as it is.
    if later && !project.stands(".yarn/cache") {
        project.make_all(".yarn/cache");
    }
    for name in [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"] {
        project.look(name);
        if later && !project.stands(name) {
            project.make(name);
        }
    }
    Ok(())
}

/// `.yarnrc` of version 1: a name and a value a line.
fn classic(project: &mut Project<'_, '_>) -> Result<(), String> {
    let Some(text) = project.text(".yarnrc")? else { return Ok(()) };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let (key, value) = (key.trim_matches('"'), value.trim().trim_matches('"'));
        match key {
            "registry"
            | "strict-ssl"
            | "network-timeout"
            | "save-prefix"
            | "version-tag-prefix"
            | "lastUpdateCheck"
            | "save-exact"
            | "ignore-engines"
            | "--ignore-engines"
            | "workspaces-experimental" => {}
            key if key.ends_with(":registry") => {}
            "yarn-path" if released(value) => project.look(value),
            _ => return project.problem(".yarnrc", "has a setting whose effects are not known"),
        }
    }
    Ok(())
}

/// `.yarnrc.yml`; whether a version after 1 is used.
fn later(project: &mut Project<'_, '_>) -> Result<bool, String> {
    let manifest = project.required("package.json")?;
    let named =
        crate::dockerfile::json::member(&manifest, "packageManager").and_then(crate::dockerfile::json::text);
    let modern = named.is_some_and(|name| name.starts_with("yarn@") && !name.starts_with("yarn@1"));
    let Some(text) = project.text(".yarnrc.yml")? else { return Ok(modern) };
    for line in text.lines() {
        if let Some(path) = line.trim().strip_prefix("- path:").or_else(|| line.strip_prefix("yarnPath:")) {
            let path = path.trim().trim_matches(['"', '\'']);
            if !released(path) {
                return project.problem(".yarnrc.yml", "names a program that is not known");
            }
            project.look(path.trim_start_matches("./"));
            continue;
        }
        if line.starts_with([' ', '\t', '#', '-']) || line.trim().is_empty() {
            continue;
        }
        let key = line.split(':').next().unwrap_or("");
        if key == "plugins" || HARMLESS.split_ascii_whitespace().any(|known| known == key) {
            continue;
        }
        return project.problem(".yarnrc.yml", "has a setting whose effects are not known");
    }
    project.note(".yarnrc.yml", "names no file of the project but what yarn itself put there");
    Ok(true)
}

/// Whether a path is where yarn keeps releases and plugins of its own.
fn released(path: &str) -> bool {
    let path = path.trim_start_matches("./");
    path.starts_with(".yarn/releases/yarn-") || path.starts_with(".yarn/plugins/@yarnpkg/plugin-")
}

fn globally(call: &Call<'_>, words: &[&str], out: &mut Survey) -> Result<(), String> {
    let names = words.iter().filter(|word| !word.starts_with('-')).skip(2);
    if !words.contains(&"add")
        || names.clone().any(|name| name.starts_with(['.', '/']) || name.starts_with("file:"))
    {
        return call.unknown("is given a command whose effects are not known");
    }
    project::system(call, out);
    project::home(call, out, &[".npmrc", ".yarnrc"], &[".cache", ".config/yarn", ".yarn/berry", ".npm"]);
    for path in ["/usr/local/share", "/usr/local/bin", "/usr/local/lib/node_modules"] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("package.json", r#"{"dependencies": {"a": "1"}}"#),
        ("yarn.lock", "a@1:\n  version \"1.0.0\"\n"),
        ("index.js", ""),
    ];

    #[test]
    fn version_one_reads_manifest_and_lock_file() {
        for script in ["yarn", "yarn install --frozen-lockfile", "yarn --production"] {
            reads(script, PROJECT, &["package.json", "yarn.lock"]);
        }
        writes(
            "yarn install",
            &PROJECT[..1],
            &[
                ".pnp.data.json",
                ".yarn/build-state.yml",
                ".yarn/install-state.gz",
                ".yarn/unplugged/",
                "node_modules/",
                "yarn.lock",
            ],
        );
        unknown("yarn build", PROJECT, "runs a script");
        unknown("yarn", &[PROJECT[0], (".yarnrc", "yarn-path \"tools/yarn.js\"\n")], "setting");
        unknown("yarn", &[PROJECT[0], ("/.yarnrc.yml", "nodeLinker: pnp\n")], "above");
    }

    #[test]
    fn later_versions_read_their_folder() {
        let files = [
            (
                "package.json",
                r#"{"packageManager": "yarn@4.1.0", "dependencies": {"a": "patch:a@1#~/.yarn/patches/a.patch"}}"#,
            ),
            ("yarn.lock", "\"a@npm:1\":\n"),
            (".yarnrc.yml", "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n"),
            (".yarn/releases/yarn-4.1.0.cjs", ""),
            (".yarn/patches/a.patch", ""),
            ("index.js", ""),
        ];
        let expect = [
            ".yarn/",
            ".yarn/patches/a.patch",
            ".yarn/releases/yarn-4.1.0.cjs",
            ".yarnrc.yml",
            "package.json",
            "yarn.lock",
        ];
        reads("yarn install --immutable", &files, &expect);
        unknown(
            "yarn install",
            &[files[0], (".yarnrc.yml", "plugins:\n  - path: tools/plugin.cjs\n")],
            "program",
        );
        unknown("yarn install", &[files[0], (".yarnrc.yml", "initScope: x\n")], "setting");
    }
}
