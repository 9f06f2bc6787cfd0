//! `go`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `mod download` | `go.mod`, `go.sum`, `go.work` with its modules, the `go.mod` of local replacements | the module cache |
//! | `mod verify` | the same | |
//! | `install PACKAGE@VERSION` | nothing of the project: it stands outside of any module | the module and build caches, the folder of programs |
//! | `env`, `version`, `clean` | | `~/.config/go`, caches |
//! | `build`, `test`, `generate`, `mod tidy`, … | not known | |
//!
//! Since Go 1.18 `go mod download` leaves `go.sum` as it is. An earlier one adds sums of what is not in it.

use super::{
    Call, option,
    project::{self, Project, inner, tidy},
};
use crate::tool::{Found, Region, Survey};

const PLAIN: &str = "-x -v -json -w -u -modcache -cache -trimpath -a -race";
const VALUED: &str = "-ldflags -tags -p -gcflags -mod -reuse";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let mut words = call.certain()?;
    let mut folder = None;
    if let ["-C", path, ..] = words.as_slice() {
        folder = Some(*path);
        words.drain(..2);
    }
    project::system(call, out);
    places(call, out)?;
    if call
        .text("GOFLAGS")
        .is_some_and(|flags| flags.contains("-mod=mod") || flags.contains("-modfile") || flags.contains("-C"))
    {
        return call.unknown("follows the variable GOFLAGS");
    }
    match words.as_slice() {
        ["version" | "env", ..] | ["clean", "-modcache" | "-cache"] => Ok(()),
        ["install", rest @ ..] => {
            let line = option::line(call, rest, PLAIN, VALUED)?;
            let versioned = !line.operands.is_empty()
                && line
                    .operands
                    .iter()
                    .all(|package| package.contains('@') && !package.starts_with(['.', '/']));
            if !versioned {
                return call.unknown("compiles the project");
            }
            out.note("`go install` of a package with a version looks at no module of the project".to_owned());
            Ok(())
        }
        ["mod", command @ ("download" | "verify"), rest @ ..] => {
            let line = option::line(call, rest, "-x -json", "-reuse")?;
            if line.operands.iter().any(|module| *module != "all") {
                return call.unknown("is given modules to download");
            }
            let mut project = match folder {
                Some(folder) => Project::at(call, folder, out)?,
                None => Project::here(call, out)?,
            };
            modules(&mut project, *command == "download")
        }
        _ => call.unknown("compiles or changes the project"),
    }
}

/// What `go.mod` or `go.work` leads to.
fn modules(project: &mut Project<'_, '_>, sums: bool) -> Result<(), String> {
    project.none_above("go.work")?;
    let work = match project.call.text("GOWORK").as_deref() {
        Some("off") => None,
        Some(_) => return project.call.unknown("follows the variable GOWORK"),
        None => project.text("go.work")?,
    };
    let mut folders = vec![String::new()];
    let mut replaced = Vec::new();
    if let Some(work) = &work {
        project.look("go.work.sum");
        folders = directives(work, "use").into_iter().map(|line| line.trim_matches('"').to_owned()).collect();
        replaced.extend(replacements(work));
        project.note("go.work", "names the modules");
    }
    let mut mods = Vec::new();
    for folder in folders {
        match tidy(&folder).filter(|_| !folder.starts_with('/')) {
            Some(folder) => mods.push((folder, true)),
            None => return project.problem("go.work", "names a module outside of the project"),
        }
    }
    for path in replaced {
        add(project, &mut mods, "", &path)?;
    }
    let mut next = 0;
    while let Some((folder, own)) = mods.get(next).cloned() {
        next += 1;
        let file = inner(&folder, "go.mod");
        let text = project.required(&file)?;
        if !own {
            continue;
        }
        let sum = inner(&folder, "go.sum");
        let held = project.text(&sum)?.is_some();
        if sums && (!held || old(&text)) && !directives(&text, "require").is_empty() {
            project.make(&sum);
        }
        for path in replacements(&text) {
            add(project, &mut mods, &folder, &path)?;
        }
        let mut what = String::from("names ");
        what.push_str(&directives(&text, "require").len().to_string());
        what.push_str(" modules");
        project.note(&file, &what);
    }
    if work.is_some() {
        project.make("go.work.sum");
    }
    Ok(())
}

fn add(
    project: &Project<'_, '_>,
    mods: &mut Vec<(String, bool)>,
    folder: &str,
    path: &str,
) -> Result<(), String> {
    let Some(place) = tidy(&inner(folder, path)).filter(|_| !path.starts_with('/')) else {
        return project.problem(&inner(folder, "go.mod"), "replaces a module by one outside of the project");
    };
    if !mods.iter().any(|(known, _)| *known == place) {
        mods.push((place, false));
    }
    Ok(())
}

/// Whether the module says a version before Go 1.18, so that an old Go may be in use.
fn old(text: &str) -> bool {
    let version = directives(text, "go").into_iter().next().unwrap_or_default();
    let minor = version.strip_prefix("1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    minor.is_some_and(|minor| minor < 18)
}

/// The local folders that `replace` directives name.
fn replacements(text: &str) -> Vec<String> {
    let lines = directives(text, "replace").into_iter();
    let targets = lines.filter_map(|line| line.split_once("=>").map(|(_, target)| target.trim().to_owned()));
    targets.filter(|target| target.starts_with(['.', '/'])).collect()
}

/// The lines of a directive, alone or in a block, without comments.
fn directives(text: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block = false;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or("").trim();
        if block {
            block = line != ")";
            if block && !line.is_empty() {
                found.push(line.to_owned());
            }
        } else if let Some(rest) = line.strip_prefix(name).filter(|rest| rest.starts_with([' ', '\t', '('])) {
            let rest = rest.trim();
            if rest.starts_with('(') {
                block = !rest.contains(')');
            } else {
                found.push(rest.to_owned());
            }
        }
    }
    found
}

/// The folders that Go keeps modules, builds and programs in.
fn places(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    project::home(
        call,
        out,
        &[".netrc", ".gitconfig"],
        &["go", ".cache/go-build", ".config/go", "sdk", ".config/git", ".ssh"],
    );
    for name in ["GOPATH", "GOMODCACHE", "GOCACHE", "GOBIN"] {
        project::variable_folder(call, out, name)?;
    }
    for path in ["/go/pkg", "/go/bin"] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    let own = call.text("GOENV").filter(|path| path != "off").and_then(|path| call.absolute(&path));
    if own.is_some_and(|path| !matches!(call.files.find(&path), Found::Absent | Found::Perhaps | Found::Made))
    {
        return call.unknown("follows the variable GOENV");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("go.mod", "module a\n\ngo 1.22\n\nrequire (\n\tb v1 // indirect\n)\n"),
        ("go.sum", "h1:x\n"),
        ("main.go", ""),
    ];

    #[test]
    fn a_download_reads_the_module_files() {
        reads("go mod download", PROJECT, &["go.mod", "go.sum"]);
        reads("go mod download -x && go mod verify", PROJECT, &["go.mod", "go.sum"]);
        writes("go mod download", PROJECT, &[]);
        writes("go mod download", &PROJECT[..1], &["go.sum"]);
        let old = [("go.mod", "module a\ngo 1.16\nrequire b v1\n"), PROJECT[1]];
        writes("go mod download", &old, &["go.sum"]);
    }

    #[test]
    fn replacements_and_workspaces_are_followed() {
        let files = [
            ("go.mod", "module a\ngo 1.22\nreplace b => ./libs/b\nreplace (\n  c => d v1\n)\n"),
            ("libs/b/go.mod", "module b\n"),
            ("libs/b/b.go", ""),
        ];
        reads("go mod download", &files, &["go.mod", "libs/b/go.mod"]);
        let work = [
            ("go.work", "go 1.22\nuse (\n\t./api\n\t./lib\n)\n"),
            ("api/go.mod", "module a\n"),
            ("lib/go.mod", "module l\n"),
            ("api/main.go", ""),
        ];
        reads("go mod download", &work, &["api/go.mod", "go.work", "lib/go.mod"]);
        unknown("go mod download", &[("go.mod", "replace b => ../b\n")], "outside");
        unknown("go mod download", &[PROJECT[0], ("/go.work", "use ./app\n")], "above");
    }

    #[test]
    fn only_a_versioned_program_is_installed_apart_from_the_project() {
        reads("go install example.test/tool@v1.2.3", PROJECT, &[]);
        unknown("go install ./cmd/tool", PROJECT, "compiles");
        unknown("go build -o /app/x .", PROJECT, "compiles");
        unknown("go mod tidy", PROJECT, "compiles or changes");
    }
}
