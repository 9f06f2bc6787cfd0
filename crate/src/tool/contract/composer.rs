//! `composer`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install` | `composer.json`, `composer.lock`, `auth.json`, local repositories, folders that the autoloader lists, `.git` for the version, what scripts read | `vendor`, caches; `composer.lock` if it is missing |
//! | `global`, `config`, `self-update`, `clear-cache` | | the user's folder |
//! | `update`, `require`, `dump-autoload`, `run-script` … | not known | |

use super::{
    Call, option,
    project::{self, Project, inner, tidy},
};
use crate::{
    dockerfile::json,
    tool::{Script, Setting, Survey, effect::follow},
};

const PLAIN: &str = "-n --no-interaction -q --quiet -v -vv -vvv --verbose --ansi --no-ansi --no-dev --dev --no-scripts --no-autoloader --prefer-dist \
    --prefer-source --no-progress --no-suggest -o --optimize-autoloader -a --classmap-authoritative --apcu-autoloader --no-plugins --no-cache \
    --ignore-platform-reqs --no-install --audit --no-audit --dry-run --profile -g --global";
const VALUED: &str =
    "-d --working-dir --ignore-platform-req --prefer-install --apcu-autoloader-prefix --audit-format";

/// Scripts that an install runs.
const EVENTS: [&str; 10] = [
    "pre-install-cmd",
    "post-install-cmd",
    "pre-autoload-dump",
    "post-autoload-dump",
    "pre-package-install",
    "post-package-install",
    "pre-operations-exec",
    "init",
    "command",
    "pre-pool-create",
];

/// Plugins that touch only `vendor`.
const PLUGINS: [&str; 8] = [
    "phpstan/extension-installer",
    "pestphp/pest-plugin",
    "dealerdirect/phpcodesniffer-composer-installer",
    "php-http/discovery",
    "symfony/runtime",
    "bamarni/composer-bin-plugin",
    "infection/extension-installer",
    "ergebnis/composer-normalize",
];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let line = option::line(call, &words, PLAIN, VALUED)?;
    project::system(call, out);
    project::home(
        call,
        out,
        &[".netrc", ".gitconfig"],
        &[".composer", ".config/composer", ".cache", ".local/share/composer", ".ssh", ".config/git"],
    );
    for name in ["COMPOSER_HOME", "COMPOSER_CACHE_DIR"] {
        // `/tmp` is the home in composer's own image.
        project::variable_folder(call, out, name)?;
    }
    if call.text("COMPOSER").is_some() || call.text("COMPOSER_VENDOR_DIR").is_some() {
        return call.unknown("follows the variable COMPOSER or COMPOSER_VENDOR_DIR");
    }
    match line.operands.as_slice() {
        [] | ["clear-cache" | "clearcache" | "self-update" | "global", ..] => return Ok(()),
        ["config", ..] if line.has(&["-g", "--global"]) => return Ok(()),
        ["install" | "i"] => {}
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    let mut project = match line.values(&["-d", "--working-dir"]).last() {
        Some(folder) => Project::at(call, folder, out)?,
        None => Project::here(call, out)?,
    };
    let manifest = project.required("composer.json")?;
    if json::members(&manifest).is_none() {
        return project.problem("composer.json", "is not valid JSON");
    }
    let lock = project.text("composer.lock")?;
    if lock.is_none() {
        project.make("composer.lock");
    }
    project.look("auth.json");
    project.look("symfony.lock");
    let config = json::member(&manifest, "config").unwrap_or("{}");
    for name in ["vendor-dir", "bin-dir", "cache-dir", "data-dir", "home", "archive-dir"] {
        if json::member(config, name).is_some() {
            return project.problem("composer.json", "keeps files in folders of its own");
        }
    }
    project.make_all("vendor");
    project.look_all("vendor");
    repositories(&mut project, &manifest)?;
    if !line.has(&["--no-plugins"]) {
        let allowed = json::member(config, "allow-plugins").and_then(json::members).unwrap_or_default();
        for (name, _) in allowed.iter().filter(|(_, value)| value.trim() == "true") {
            if !PLUGINS.contains(&name.as_str()) {
                let mut what = String::from("lets the plugin ");
                what.push_str(name);
                what.push_str(" run, and what that reads is not known");
                return project.problem("composer.json", &what);
            }
        }
        if json::member(config, "allow-plugins").is_some_and(|value| value.trim() == "true") {
            return project.problem("composer.json", "lets any plugin run");
        }
    }
    if !line.has(&["--no-autoloader"]) {
        let optimized = line.has(&["-o", "--optimize-autoloader", "-a", "--classmap-authoritative"])
            || ["optimize-autoloader", "classmap-authoritative"]
                .iter()
                .any(|name| json::member(config, name).is_some_and(|value| value.trim() == "true"));
        autoload(&mut project, &manifest, optimized)?;
    }
    if json::member(&manifest, "version").is_none() && call.text("COMPOSER_ROOT_VERSION").is_none() {
        project.look_all(".git");
    }
    if !line.has(&["--no-scripts"]) {
        scripts(&mut project, &manifest)?;
    }
    project.note("composer.json", "names what is installed");
    Ok(())
}

/// Repositories of the kind `path`: their packages are linked or copied.
fn repositories(project: &mut Project<'_, '_>, manifest: &str) -> Result<(), String> {
    let Some(value) = json::member(manifest, "repositories") else { return Ok(()) };
    let list = json::elements(value)
        .or_else(|| Some(json::members(value)?.into_iter().map(|(_, value)| value).collect()));
    for repository in list.unwrap_or_default() {
        let text = |name: &str| json::member(repository, name).and_then(json::text).unwrap_or_default();
        let (kind, url) = (text("type"), text("url"));
        if kind == "artifact" {
            return project.problem("composer.json", "takes packages from a folder of archives");
        }
        if kind != "path" {
            continue;
        }
        let Some(url) = tidy(&url).filter(|_| !url.starts_with('/')) else {
            return project.problem("composer.json", "takes packages from outside of the project");
        };
        for folder in project.matches(&url)? {
            project.look_all(&folder);
        }
    }
    Ok(())
}

/// What the autoloader lists: classes of folders, all classes if it is optimized.
fn autoload(project: &mut Project<'_, '_>, manifest: &str, optimized: bool) -> Result<(), String> {
    for kind in ["autoload", "autoload-dev"] {
        let Some(map) = json::member(manifest, kind) else { continue };
        let mut paths: Vec<String> = Vec::new();
        let strings = |value: &str| -> Vec<String> {
            let list = json::elements(value).unwrap_or_else(|| vec![value]);
            list.into_iter().filter_map(json::text).collect()
        };
        paths.extend(json::member(map, "classmap").map(strings).unwrap_or_default());
        if optimized {
            for standard in ["psr-4", "psr-0"] {
                let members = json::member(map, standard).and_then(json::members).unwrap_or_default();
                paths.extend(members.into_iter().flat_map(|(_, value)| strings(value)));
            }
        }
        for path in paths {
            if path.contains('*') {
                return project.problem("composer.json", "lists classes by a pattern");
            }
            match tidy(&path) {
                Some(path) if path.is_empty() => {
                    return project.problem("composer.json", "lists all classes of the project");
                }
                Some(path) => project.look_all(&path),
                None => return project.problem("composer.json", "lists classes outside of the project"),
            }
        }
    }
    Ok(())
}

fn scripts(project: &mut Project<'_, '_>, manifest: &str) -> Result<(), String> {
    let own = json::member(manifest, "scripts").unwrap_or("{}");
    for event in EVENTS {
        let Some(value) = json::member(own, event) else { continue };
        let list = json::elements(value).unwrap_or_else(|| vec![value]);
        for script in list.into_iter().filter_map(json::text) {
            let plain = !script.starts_with('@') && !script.contains("::") && project.out.depth < 3;
            let mut reason = None;
            if plain {
                let setting =
                    Setting { workdir: &project.folder.clone(), shell: &[], ..*project.call.setting };
                let before = project.out.opaque.take();
                project.out.depth += 1;
                follow(Script::Shell(&script), &setting, project.call.files, project.out);
                project.out.depth -= 1;
                reason = std::mem::replace(&mut project.out.opaque, before);
            }
            if !plain || reason.is_some() {
                let mut what = String::from("runs `");
                what.push_str(&script);
                what.push_str("` at every install (");
                what.push_str(event);
                what.push_str("), and what that reads is not known");
                return project.problem("composer.json", &what);
            }
        }
    }
    project.look_all(&inner("", "vendor"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "composer.json",
            r#"{"version": "1", "autoload": {"psr-4": {"App\\": "src/"}, "classmap": ["lib"]}, "repositories": [{"type": "path", "url": "packages/*"}]}"#,
        ),
        ("composer.lock", ""),
        ("src/A.php", ""),
        ("lib/B.php", ""),
        ("packages/own/composer.json", "{}"),
        ("index.php", ""),
    ];

    #[test]
    fn an_install_reads_what_the_autoloader_lists() {
        let bare = ["composer.json", "composer.lock", "packages/own/"];
        reads("composer install --no-scripts --no-autoloader --prefer-dist", PROJECT, &bare);
        reads("composer install --no-dev", PROJECT, &[bare[0], bare[1], "lib/", bare[2]]);
        reads("composer install -o", PROJECT, &[bare[0], bare[1], "lib/", bare[2], "src/"]);
        writes("composer install", &PROJECT[..1], &["composer.lock", "vendor/"]);
    }

    #[test]
    fn scripts_and_plugins_are_not_followed() {
        let script = [(
            "composer.json",
            r#"{"version": "1", "scripts": {"post-autoload-dump": ["@php artisan package:discover"]}}"#,
        )];
        unknown("composer install", &script, "artisan");
        reads("composer install --no-scripts", &script, &["composer.json"]);
        let plugin =
            [("composer.json", r#"{"version": "1", "config": {"allow-plugins": {"symfony/flex": true}}}"#)];
        unknown("composer install", &plugin, "symfony/flex");
        unknown("composer update", PROJECT, "command");
        let git = [("composer.json", "{}"), (".git/HEAD", "x")];
        reads("composer install", &git, &[".git/", "composer.json"]);
    }
}
