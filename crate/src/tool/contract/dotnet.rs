//! `dotnet`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `restore` | the project or solution with all projects that it refers to, `Directory.Build.props` and `.targets`, `Directory.Packages.props`, `NuGet.config`, `global.json`, `packages.lock.json` | `obj`, `~/.nuget` |
//! | `tool install -g NAME` | configuration | `~/.dotnet` |
//! | `build`, `publish`, `test`, … | not known | |

use super::{
    Call,
    maven::without_comments,
    option,
    project::{self, Project, fits, inner, parent, tidy},
};
use crate::tool::{Region, Survey, shell::join};

const PLAIN: &str = "--locked-mode --no-cache --no-dependencies --force --use-lock-file --force-evaluate --disable-parallel --ignore-failed-sources \
    --nologo -g --global --interactive --use-current-runtime --ucr";
const VALUED: &str = "-r --runtime -v --verbosity --configfile -s --source --packages -a --arch --os --version --tool-path --add-source";

/// Files that configure projects below their folder.
const ABOVE: [&str; 8] = [
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "Directory.Build.rsp",
    "NuGet.config",
    "NuGet.Config",
    "nuget.config",
    "global.json",
];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let Some((command, rest)) = words.split_first() else { return Ok(()) };
    let rest: Vec<&str> =
        rest.iter().copied().filter(|word| !word.starts_with("-p:") && !word.starts_with("/p:")).collect();
    match *command {
        "--version" | "--info" | "--list-sdks" | "--list-runtimes" => return Ok(()),
        "restore" => {}
        "tool" if rest.first() == Some(&"install") => {}
        _ => return call.unknown("compiles or changes the project"),
    }
    project::system(call, out);
    project::home(
        call,
        out,
        &[],
        &[
            ".nuget",
            ".dotnet",
            ".local/share/NuGet",
            ".config/NuGet",
            ".cache",
            ".local/share/Microsoft",
            ".templateengine",
        ],
    );
    project::variable_folder(call, out, "NUGET_PACKAGES")?;
    project::variable_folder(call, out, "DOTNET_CLI_HOME")?;
    let line = option::line(call, &rest, PLAIN, VALUED)?;
    for name in ["--packages", "--tool-path"] {
        for path in line.values(&[name]) {
            match call.absolute(path) {
                Some(path) => out.write(Region::tree(path)),
                None => return call.unknown("keeps files where it is not certain"),
            }
        }
    }
    for source in line.values(&["-s", "--source", "--add-source"]) {
        if !source.starts_with("http") {
            return call.unknown("takes packages from a folder");
        }
    }
    let mut project = Project::here(call, out)?;
    for file in line.values(&["--configfile"]) {
        project.look(file);
    }
    if *command == "tool" {
        if !line.has(&["-g", "--global", "--tool-path"]) {
            return call.unknown("changes the project's list of tools");
        }
        for name in ABOVE {
            project.look(name);
            project.none_above(name)?;
        }
        return Ok(());
    }
    let target = match line.operands.as_slice() {
        [] => None,
        [target] => Some(target.replace('\\', "/")),
        _ => return call.unknown("is given several projects"),
    };
    let first = target_file(&project, target.as_deref())?;
    projects(&mut project, &first)
}

fn is_project(name: &str) -> bool {
    [".csproj", ".fsproj", ".vbproj", ".proj", ".esproj", ".sqlproj"].iter().any(|end| name.ends_with(end))
}

fn is_solution(name: &str) -> bool {
    project::ends(name, ".sln") || project::ends(name, ".slnx")
}

/// The project or solution that is meant: the one that is named, or the only one in the folder.
fn target_file(project: &Project<'_, '_>, target: Option<&str>) -> Result<String, String> {
    let folder = match target {
        Some(target) if is_project(target) || is_solution(target) => {
            return tidy(target)
                .ok_or(())
                .or_else(|()| project.problem(target, "lies outside of the project"));
        }
        Some(folder) => folder.trim_end_matches('/').trim_start_matches("./"),
        None => "",
    };
    let folder = if folder == "." { "" } else { folder };
    let mut found: Vec<String> =
        project.names(folder)?.into_iter().filter(|name| is_solution(name) || is_project(name)).collect();
    if found.len() == 1 {
        return Ok(inner(folder, &found.remove(0)));
    }
    project.call.unknown("is not told which project it restores")
}

fn projects(project: &mut Project<'_, '_>, first: &str) -> Result<(), String> {
    let mut list = vec![first.to_owned()];
    let mut next = 0;
    while let Some(file) = list.get(next).cloned() {
        next += 1;
        if next > 1_000 {
            return project.problem(first, "leads to too many projects");
        }
        let text = without_comments(&project.required(&file)?);
        let folder = parent(&file).to_owned();
        let found: Vec<String> = if is_solution(&file) {
            text.split('"')
                .skip(1)
                .step_by(2)
                .map(|path| path.replace('\\', "/"))
                .filter(|path| is_project(path))
                .collect()
        } else {
            above(project, &folder)?;
            project.make_all(&inner(&folder, "obj"));
            project.look(&inner(&folder, "packages.lock.json"));
            if text.contains("RestorePackagesWithLockFile")
                && !project.stands(&inner(&folder, "packages.lock.json"))
            {
                project.make(&inner(&folder, "packages.lock.json"));
            }
            project.look(&inner(&folder, "packages.config"));
            evaluated(project, &file, &text)?;
            let name = file.rsplit('/').next().unwrap_or(&file);
            for end in ["*.user", "*.nuget.g.props"] {
                let mut pattern = name.to_owned();
                pattern.push_str(end.trim_start_matches('*'));
                let present = project.names(&folder)?.into_iter().find(|other| fits(&pattern, other));
                if let Some(present) = present {
                    return project.problem(&inner(&folder, &present), "is taken in by the project");
                }
            }
            attributes(&text, "<ProjectReference", "Include")
        };
        for path in found {
            if path.contains(['$', '*', '%']) {
                return project.problem(&file, "refers to a project that is not certain");
            }
            let Some(path) = tidy(&inner(&folder, &path)) else {
                return project.problem(&file, "refers to a project outside of the folder that is looked at");
            };
            if !list.contains(&path) {
                list.push(path);
            }
        }
        project.note(&file, "is looked at for packages and references");
    }
    Ok(())
}

/// Files above a project that configure it.
fn above(project: &mut Project<'_, '_>, folder: &str) -> Result<(), String> {
    let mut place = join(&project.folder, folder);
    loop {
        for name in ABOVE {
            let path = join(&place, name);
            let seen = project.out.reads.contains(&Region::entry(path.clone()));
            if !seen && let Some(text) = project.text(&path)? {
                if name == "Directory.Build.rsp" {
                    return project.problem(&path, "has options of MSBuild");
                }
                evaluated(project, &path, &without_comments(&text))?;
            }
        }
        let Some((upper, _)) = place.rsplit_once('/').filter(|_| place != "/") else { return Ok(()) };
        place = if upper.is_empty() { "/".to_owned() } else { upper.to_owned() };
    }
}

/// Refuses what `MSBuild` evaluates from other files.
fn evaluated(project: &mut Project<'_, '_>, file: &str, text: &str) -> Result<(), String> {
    for (word, what) in [
        ("Exists(", "asks whether files exist"),
        ("System.IO", "reads files"),
        ("GetPathOfFileAbove", "looks for files above it"),
        ("GetDirectoryNameOfFileAbove", "looks for files above it"),
        ("<UsingTask", "runs code of its own"),
        ("<Exec", "runs programs"),
        ("packageSourceFolder", "takes packages from a folder"),
        ("RestoreSources", "takes packages from a place that is not known"),
        ("RestorePackagesPath", "keeps packages in a folder of its own"),
        ("BaseIntermediateOutputPath", "writes to a folder of its own"),
        ("ArtifactsPath", "writes to a folder of its own"),
        ("UseArtifactsOutput", "writes to a folder of its own"),
    ] {
        if text.contains(word) {
            return project.problem(file, what);
        }
    }
    let folder = parent(file).to_owned();
    for path in attributes(text, "<Import", "Project") {
        let path = path.replace("$(MSBuildThisFileDirectory)", "").replace("$(MSBuildProjectDirectory)/", "");
        let absolute = folder.starts_with('/');
        let place = if absolute { Some(join(&folder, &path)) } else { tidy(&inner(&folder, &path)) };
        let Some(place) = place.filter(|_| !path.contains(['$', '*'])) else {
            return project.problem(file, "imports a file that is not certain");
        };
        if project.out.reads.contains(&Region::entry(project.path(&place))) {
            continue;
        }
        if !project.stands(&place) {
            project.look(&place);
            continue;
        }
        let text = without_comments(&project.required(&place)?);
        evaluated(project, &place, &text)?;
    }
    // A source of packages in `NuGet.config` may be a folder.
    if file.to_ascii_lowercase().ends_with("nuget.config") {
        for source in attributes(text, "<add", "value") {
            if source.starts_with('.') || source.starts_with('/') || source.contains('\\') {
                return project.problem(file, "takes packages from a folder");
            }
        }
    }
    Ok(())
}

/// The values of an attribute of elements that begin with `open`.
fn attributes(text: &str, open: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(open).skip(1) {
        if !part.starts_with([' ', '\t', '\r', '\n']) {
            continue;
        }
        let tag = part.split('>').next().unwrap_or("");
        for (at, _) in tag.match_indices(name) {
            let rest = tag.get(at + name.len()..).unwrap_or("").trim_start();
            let Some(rest) = rest.strip_prefix('=') else { continue };
            let rest = rest.trim_start();
            let quote = rest.chars().next().unwrap_or('"');
            if let Some(value) = rest.get(1..).and_then(|rest| rest.split(quote).next()) {
                found.push(value.replace('\\', "/"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("Shop.sln", "Project(\"{F}\") = \"Web\", \"src\\Web\\Web.csproj\", \"{A}\"\n"),
        ("src/Web/Web.csproj", "<Project><ProjectReference Include=\"..\\Core\\Core.csproj\" /></Project>"),
        ("src/Web/Program.cs", ""),
        ("src/Core/Core.csproj", "<Project/>"),
        ("Directory.Build.props", "<Project><Import Project=\"build/own.props\" /></Project>"),
        ("build/own.props", "<Project/>"),
        ("NuGet.config", "<add key=\"a\" value=\"https://a\" />"),
    ];

    #[test]
    fn a_restore_reads_projects_and_what_configures_them() {
        let expect = [
            "Directory.Build.props",
            "NuGet.config",
            "Shop.sln",
            "build/own.props",
            "src/Core/Core.csproj",
            "src/Web/Web.csproj",
        ];
        reads("dotnet restore", PROJECT, &expect);
        reads(
            "dotnet restore src/Web/Web.csproj -r linux-x64",
            PROJECT,
            &[expect[0], expect[1], expect[3], expect[4], expect[5]],
        );
        writes("dotnet restore Shop.sln", PROJECT, &["src/Core/obj/", "src/Web/obj/"]);
    }

    #[test]
    fn what_msbuild_evaluates_from_other_files_is_refused() {
        unknown("dotnet publish", PROJECT, "compiles");
        unknown("dotnet restore", &[("a.csproj", "<X Condition=\"Exists('b')\" />")], "exist");
        unknown("dotnet restore", &[("a.csproj", "<Import Project=\"$(Other)/x.props\" />")], "imports");
        unknown("dotnet restore", &[("a.csproj", ""), ("b.csproj", "")], "which project");
        unknown(
            "dotnet restore",
            &[("a.csproj", ""), ("nuget.config", "<add key=\"l\" value=\"./packages\" />")],
            "folder",
        );
    }
}
