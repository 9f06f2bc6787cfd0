//! What the architecture promises about the shape of the code, checked: the direction between modules, their
//! listing in ARCHITECTURE.md, the length of files, and a paragraph at the top of each.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// In the order in which they may use each other: each only those before it.
const MODULES: [&str; 18] = [
    "map",
    "document",
    "text",
    "diagnostic",
    "digest",
    "word",
    "dockerfile",
    "ignore",
    "archive",
    "context",
    "image",
    "platform",
    "tool",
    "build",
    "builder",
    "check",
    "simulation",
    "advice",
];
const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let generated = ["node_modules", "dist", "build", "target", "vectors"].contains(&name.as_str());
        if path.is_dir()
            && (name == "build" && folder.ends_with("src") || !generated)
            && !name.starts_with("target-")
        {
            files(&path, extensions, found);
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|&known| extension == known))
        {
            found.push(path);
        }
    }
}

fn rust_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&root().join("crate/src"), &["rs"], &mut found);
    assert!(found.len() > 20, "the sources were not found");
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The top module that a file belongs to.
fn module(path: &Path) -> String {
    let source = root().join("crate/src");
    let inside = path.strip_prefix(source).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The top modules that a source names after `crate::`, in groups (`crate::{a, b::c}`) too. Tests may use all.
fn uses(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or("");
    let ident =
        |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(ident(rest));
            continue;
        };
        let (mut depth, mut start) = (0, true);
        for (offset, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && depth == 0 && !c.is_whitespace() => {
                    found.push(ident(&group[offset..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn modules_use_only_those_before_them() {
    let rank = |name: &str| MODULES.iter().position(|&module| module == name);
    let mut wrong = Vec::new();
    for (path, source) in rust_sources() {
        let here = module(&path);
        let Some(own) = rank(&here) else {
            assert_eq!(here, "lib", "{} is in no listed module", path.display());
            continue;
        };
        for used in uses(&source) {
            if rank(&used).is_some_and(|rank| rank > own) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the direction:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_is_listed() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let library = fs::read_to_string(root().join("crate/src/lib.rs")).unwrap();
    for module in MODULES {
        assert!(architecture.contains(&format!("| `{module}` |")), "ARCHITECTURE.md does not list {module}");
        assert!(library.contains(&format!("pub mod {module};")), "lib.rs does not declare {module}");
    }
    let declared = library.lines().filter(|line| line.starts_with("pub mod ")).count();
    assert_eq!(declared, MODULES.len(), "lib.rs declares modules that are not listed here");
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut found = Vec::new();
    for folder in [
        "crate/src",
        "crate/tests",
        "crate/wasm/src",
        "www/layerwise/src",
        "www/site",
        "www/scripts",
        "tests",
    ] {
        files(&root().join(folder), &["rs", "ts", "mjs", "css"], &mut found);
    }
    let mut wrong = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        let first = text.lines().next().unwrap_or("");
        if lines > LONGEST && !first.contains("generated") {
            wrong.push(format!("{} has {lines} lines, more than {LONGEST}", path.display()));
        }
        if path.extension().is_some_and(|extension| extension == "rs") && !first.starts_with("//!") {
            wrong.push(format!("{} does not open with what it is for", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn versions_agree() {
    let package = fs::read_to_string(root().join("www/layerwise/package.json")).unwrap();
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    assert!(package.contains(version), "package.json has another version than Cargo.toml");
}
