//! `cargo`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `fetch` | `Cargo.toml` with workspace members and path dependencies, the files that make their targets, `Cargo.lock`, `.cargo/`, `rust-toolchain` | the registry, `Cargo.lock` if it is missing |
//! | `install NAME` | the user's configuration, `.cargo/` | the registry, programs |
//! | `build`, `test`, `run`, … | not known | |
//!
//! cargo refuses a package without a target, so the file of one must be there, though it is not read.

use super::{
    Call, option,
    project::{self, DEPTH, Project, inner, parent, tidy},
};
use crate::tool::{Found, Region, Survey, shell::join};

const PLAIN: &str = "--locked --frozen --offline -q --quiet -v --verbose --force -f --no-track --debug --all-features --no-default-features -vv";
const VALUED: &str = "--manifest-path --target --color --version --vers --root --features -j --jobs --git --tag --branch --rev --config --profile";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let words: Vec<&str> = words.into_iter().skip_while(|word| word.starts_with('+')).collect();
    let Some((command, rest)) = words.split_first() else { return Ok(()) };
    project::system(call, out);
    places(call, out)?;
    match *command {
        "--version" | "-V" | "version" => Ok(()),
        "fetch" => {
            let line = option::line(call, rest, PLAIN, VALUED)?;
            if line.has(&["--config"]) || !line.operands.is_empty() {
                return call.unknown("is given a configuration of its own");
            }
            let folder = line.values(&["--manifest-path"]).last().map_or("", |path| parent(path)).to_owned();
            let mut project =
                if folder.is_empty() { Project::here(call, out)? } else { Project::at(call, &folder, out)? };
            configuration(&mut project)?;
            fetch(&mut project, line.has(&["--locked", "--frozen"]))
        }
        "install" => {
            let line = option::line(call, rest, PLAIN, VALUED)?;
            if line.operands.is_empty() || line.has(&["--config"]) {
                return call.unknown("compiles the project");
            }
            for root in line.values(&["--root"]) {
                match call.absolute(root) {
                    Some(path) => out.write(Region::tree(path)),
                    None => return call.unknown("installs into a folder that is not certain"),
                }
            }
            let mut project = Project::here(call, out)?;
            configuration(&mut project)
        }
        _ => call.unknown("compiles the project"),
    }
}

/// Which kind of build a call compiles the dependencies for, so that another one finds them: the profile, and what they
/// are compiled for. `cargo chef cook` does that alone.
pub(in super::super) fn compiles(call: &Call<'_>) -> Option<String> {
    let words: Vec<&str> = call.arguments.iter().map(|word| word.text.as_str()).collect();
    let words = words.strip_prefix(["chef"].as_slice()).unwrap_or(&words);
    if call.name != "cargo" || !matches!(words.first(), Some(&("build" | "cook"))) {
        return None;
    }
    let value = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at + 1).copied()
    };
    let release = words.iter().any(|word| matches!(*word, "--release" | "-r"));
    let profile = if release { "release" } else { value("--profile").unwrap_or("dev") };
    Some([profile, " ", value("--target").unwrap_or("")].concat())
}

/// What of a manifest keeps the dependencies of its package from being compiled with empty sources in the usual places;
/// `None` if nothing does.
pub fn needs_sources(manifest: &str) -> Option<&'static str> {
    let mut packages = 0;
    let mut table = "";
    for line in manifest.lines().map(|line| line.split('#').next().unwrap_or("").trim()) {
        if line.starts_with("[[") {
            return Some("it names its targets itself");
        }
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).trim();
            packages += usize::from(table == "package");
            if table.split('.').next() == Some("workspace") {
                return Some("it is a workspace");
            }
            continue;
        }
        let key = line.split('=').next().unwrap_or("").trim();
        let main = table == "package";
        if main && (matches!(key, "build" | "links" | "workspace") || key.starts_with("auto")) {
            return Some("it says how it is built");
        }
        if key == "path"
            || line.contains("path ")
            || line.contains("path=")
            || key.split('.').next_back() == Some("path")
        {
            return Some("it names a path of the project");
        }
        if key.contains('.') && key.ends_with("workspace")
            || line.contains("workspace ")
            || line.contains("workspace=")
        {
            return Some("it takes settings from a workspace");
        }
    }
    (packages != 1).then_some("it is not the manifest of one package")
}

/// The folders that cargo and rustup keep their files in.
fn places(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    project::home(call, out, &[".gitconfig", ".netrc"], &[".cargo", ".rustup", ".config/git", ".ssh"]);
    for path in ["/usr/local/cargo", "/usr/local/rustup"] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    for name in ["CARGO_HOME", "RUSTUP_HOME"] {
        project::variable_folder(call, out, name)?;
    }
    Ok(())
}

/// `.cargo/config.toml` and the toolchain file, here and above.
fn configuration(project: &mut Project<'_, '_>) -> Result<(), String> {
    for name in [".cargo/config.toml", ".cargo/config"] {
        project.none_above(name)?;
        if let Some(text) = project.text(name)? {
            for word in ["path", "include", "directory", "paths", "local-registry", "credential-provider"] {
                let named = text.lines().any(|line| {
                    line.split('=').next().is_some_and(|key| key.trim() == word)
                        && !line.trim().starts_with('#')
                });
                if named {
                    return project.problem(name, "names files of the project");
                }
            }
            project.note(name, "names no file");
        }
    }
    for name in ["rust-toolchain.toml", "rust-toolchain"] {
        project.none_above(name)?;
        if project.text(name)?.is_some_and(|text| text.contains("path")) {
            return project.problem(name, "names a toolchain by its folder");
        }
    }
    Ok(())
}

fn fetch(project: &mut Project<'_, '_>, locked: bool) -> Result<(), String> {
    // A workspace above would take the package in.
    for folder in project.above() {
        let path = join(&folder, "Cargo.toml");
        if !matches!(project.call.files.find(&path), Found::Absent | Found::Perhaps | Found::Made) {
            return project.problem(&path, "may be a workspace that this package is in");
        }
        project.out.read(Region::entry(path));
    }
    let text = project.required("Cargo.toml")?;
    let mut folders = vec![String::new()];
    for pattern in
        list(&text, "workspace", "members").iter().chain(&list(&text, "workspace", "default-members"))
    {
        if pattern.starts_with("..") || pattern.starts_with('/') {
            return project.problem("Cargo.toml", "names a member outside of the project");
        }
        folders.extend(
            project
                .matches(pattern)?
                .into_iter()
                .filter(|path| matches!(project.find(path), Found::Folder(_))),
        );
    }
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        if next > 500 || folder.split('/').count() > DEPTH {
            return project.problem("Cargo.toml", "leads to too many packages");
        }
        let file = inner(&folder, "Cargo.toml");
        let text = project.required(&file)?;
        for path in path_dependencies(&text) {
            let Some(place) = tidy(&inner(&folder, &path)).filter(|_| !path.starts_with('/')) else {
                return project.problem(&file, "names a package outside of the project");
            };
            if !folders.contains(&place) {
                folders.push(place);
            }
        }
        if section(&text, "package").next().is_some() {
            targets(project, &folder, &text);
        }
    }
    let lock = project.text("Cargo.lock")?;
    if lock.is_none() && !locked {
        project.make("Cargo.lock");
    }
    project.note("Cargo.toml", "and the manifests that it leads to name what is fetched");
    Ok(())
}

/// The files whose presence makes a package's targets.
fn targets(project: &mut Project<'_, '_>, folder: &str, text: &str) {
    let mut any = false;
    for name in ["src/main.rs", "src/lib.rs", "build.rs"] {
        let path = inner(folder, name);
        any |= name != "build.rs" && project.stands(&path);
        project.look(&path);
    }
    for line in text.lines() {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value = value.trim().trim_matches(['"', '\'']);
        if matches!(key.trim(), "path" | "build") && project::ends(value, ".rs") {
            let path = inner(folder, value);
            any |= project.stands(&path);
            project.look(&path);
        }
    }
    // Without one of the usual files any of these may be the target.
    if !any {
        for name in ["src/bin", "examples", "tests", "benches"] {
            project.look_all(&inner(folder, name));
        }
    }
}

/// The lines of a table of a TOML text.
fn section<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.trim_matches(['[', ']']) == name;
            return inside;
        }
        inside
    })
}

/// A list of strings of a table, over several lines.
pub(super) fn list(text: &str, table: &str, key: &str) -> Vec<String> {
    let joined: String =
        section(text, table).map(|line| line.split('#').next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut rest = joined.as_str();
    while let Some(at) = rest.find(key) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let after = after.get(key.len()..).unwrap_or("").trim_start();
        rest = after;
        let starts = before.is_empty() || before.ends_with(['\n', ' ', '\t']);
        let Some(values) = after.strip_prefix('=').filter(|_| starts) else { continue };
        let Some(values) = values.trim_start().strip_prefix('[').and_then(|values| values.split(']').next())
        else {
            continue;
        };
        return values
            .split(',')
            .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
            .filter(|value| !value.is_empty())
            .collect();
    }
    Vec::new()
}

/// The folders of path dependencies.
fn path_dependencies(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or("")) {
        for (at, _) in line.match_indices("path") {
            let rest = line.get(at + 4..).unwrap_or("").trim_start();
            let Some(value) = rest.strip_prefix('=') else { continue };
            let value = value.trim_start().trim_start_matches(['"', '\'']);
            let value = value.split(['"', '\'']).next().unwrap_or("");
            if !project::ends(value, ".rs") && !value.is_empty() {
                found.push(value.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("Cargo.toml", "[workspace]\nmembers = [\n  \"crates/*\", # all\n]\n"),
        ("Cargo.lock", ""),
        (
            "crates/a/Cargo.toml",
            "[package]\nname = \"a\"\n[dependencies]\nown = { path = \"../../libs/own\" }\n",
        ),
        ("crates/a/src/main.rs", ""),
        ("crates/a/src/other.rs", ""),
        ("libs/own/Cargo.toml", "[package]\nname = \"own\"\n[lib]\npath = \"lib.rs\"\n"),
        ("libs/own/lib.rs", ""),
    ];

    #[test]
    fn a_fetch_needs_manifests_and_targets() {
        let expect = [
            "Cargo.lock",
            "Cargo.toml",
            "crates/a/Cargo.toml",
            "crates/a/src/main.rs",
            "libs/own/Cargo.toml",
            "libs/own/lib.rs",
        ];
        reads("cargo fetch --locked", PROJECT, &expect);
        writes("cargo fetch", PROJECT, &[]);
        writes(
            "cargo fetch",
            &[("Cargo.toml", "[package]\nname = \"a\"\n"), ("src/main.rs", "")],
            &["Cargo.lock"],
        );
    }

    #[test]
    fn what_compiles_is_not_followed() {
        unknown("cargo build --release", PROJECT, "compiles");
        unknown("cargo install --path .", PROJECT, "--path");
        reads("cargo install cargo-chef --locked", PROJECT, &[]);
        unknown(
            "cargo fetch",
            &[PROJECT[0], (".cargo/config.toml", "[source.own]\ndirectory = \"vendor\"\n")],
            "names files",
        );
        unknown("cargo fetch", &[("Cargo.toml", "[dependencies]\na = { path = \"../a\" }\n")], "outside");
    }
}
