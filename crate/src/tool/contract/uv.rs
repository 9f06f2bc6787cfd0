//! `uv`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `sync` | `pyproject.toml` with workspace members, `uv.lock`, `uv.toml`, `.python-version`; local projects that are installed | `.venv`, caches; `uv.lock` if it is missing |
//! | `pip install`, `pip sync` | as pip | as pip, `.venv` |
//! | `pip compile` | the requirement files | the file of `-o` |
//! | `export` | `pyproject.toml`, `uv.lock` | the file of `-o` |
//! | `venv`, `python install`, `tool install` | | the environment, the user's folders |
//! | `run`, `build`, `lock`, `add`, … | not known | |

use super::{
    Call, cargo, option, pip,
    project::{self, Project, inner, tidy},
    python_project, requirements,
};
use crate::tool::{Found, Region, Survey};

const PLAIN: &str = "--frozen --locked --no-install-project --no-install-workspace --no-dev --no-editable --all-extras --all-groups --dev \
    --no-cache -n -q --quiet -v --verbose --compile-bytecode --no-progress --system --inexact --exact --no-sources --upgrade -U --reinstall --no-deps \
    --all-packages --active --no-default-groups --only-dev --no-build --no-config --native-tls --offline --no-index --pre --no-build-isolation \
    --break-system-packages --generate-hashes --no-hashes --no-header --no-annotate --strict --require-hashes --seed --clear --no-managed-python \
    --managed-python --no-python-downloads --strip-extras --universal --no-emit-project --no-emit-workspace --no-strip-extras --default --force";
const VALUED: &str = "--extra --group --no-group --only-group --package --python -p --link-mode --index-url -i --extra-index-url --index \
    --default-index --index-strategy --cache-dir --prerelease --resolution -r --requirement --requirements -c --constraint --constraints -o \
    --output-file --format --python-version --python-platform --no-binary --only-binary --trusted-host --keyring-provider --color -e --editable \
    --target --prefix --no-binary-package --no-build-package --with --from --no-install-package --directory --project -f --find-links --prompt";

/// Variables of uv that neither name files of the project nor move it.
const HARMLESS: &str = "UV_COMPILE_BYTECODE UV_LINK_MODE UV_SYSTEM_PYTHON UV_NO_CACHE UV_PYTHON UV_PYTHON_DOWNLOADS UV_PYTHON_PREFERENCE \
    UV_INDEX_URL UV_EXTRA_INDEX_URL UV_INDEX UV_DEFAULT_INDEX UV_FROZEN UV_LOCKED UV_NO_DEV UV_HTTP_TIMEOUT UV_NO_PROGRESS UV_VERSION \
    UV_BREAK_SYSTEM_PACKAGES UV_INDEX_STRATEGY UV_PRERELEASE UV_RESOLUTION UV_CONCURRENT_DOWNLOADS UV_CONCURRENT_INSTALLS UV_NATIVE_TLS \
    UV_NO_SYNC UV_REQUEST_TIMEOUT UV_PUBLISH_TOKEN UV_CONCURRENT_BUILDS UV_TOOL_DIR UV_TOOL_BIN_DIR UV_PYTHON_INSTALL_DIR UV_CACHE_DIR \
    UV_PROJECT_ENVIRONMENT UV_INSTALL_DIR UV_UNMANAGED_INSTALL UV_NO_BINARY UV_NO_BUILD";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words: Vec<&str> = if call.arguments.iter().all(|word| word.known) {
        call.arguments.iter().map(|word| word.text.as_str()).collect()
    } else {
        call.certain()?
    };
    let line = option::line(call, &words, PLAIN, VALUED)?;
    if line.has(&["--directory", "--project"]) {
        return call.unknown("works in another folder");
    }
    for name in call.names("UV_") {
        if !HARMLESS.split_ascii_whitespace().any(|known| known == name) && !name.starts_with("UV_INDEX_") {
            let mut what = String::from("follows the variable ");
            what.push_str(&name);
            return call.unknown(&what);
        }
    }
    let operands = line.operands.as_slice();
    if let [] | ["--version" | "version" | "cache" | "self" | "help", ..] = operands {
        return Ok(());
    }
    places(call, &line, out)?;
    match operands {
        ["sync"] => sync(call, &line, out),
        ["pip", "install" | "sync", rest @ ..] => {
            let sync = operands.get(1) == Some(&"sync");
            let mut project = Project::here(call, out)?;
            settings(&mut project)?;
            for file in
                line.values(&["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"])
            {
                add(call, file, out)?;
            }
            for editable in line.values(&["-e", "--editable"]) {
                requirements::package(call, editable, out).or_else(|what| call.unknown(&what))?;
            }
            for operand in rest {
                if sync {
                    add(call, operand, out)?;
                } else {
                    requirements::package(call, operand, out).or_else(|what| call.unknown(&what))?;
                }
            }
            Ok(())
        }
        ["pip", "compile", inputs @ ..] => {
            for file in inputs.iter().chain(&line.values(&["-c", "--constraint", "--constraints"])) {
                if project::ends(file, ".toml") || project::ends(file, ".py") || project::ends(file, ".cfg") {
                    return call.unknown("takes requirements from a project");
                }
                add(call, file, out)?;
            }
            let mut project = Project::here(call, out)?;
            settings(&mut project)?;
            derived(&mut project, &line);
            Ok(())
        }
        ["pip", "list" | "freeze" | "check" | "show" | "uninstall", ..]
        | ["python", "install" | "pin" | "find" | "list", ..] => Ok(()),
        ["tool", "install", names @ ..] => {
            if names.iter().any(|name| name.starts_with(['.', '/']))
                || line.has(&["-r", "--with", "--from", "-e"])
            {
                return call.unknown("installs a local project");
            }
            Ok(())
        }
        ["venv", rest @ ..] => {
            let mut project = Project::here(call, out)?;
            settings(&mut project)?;
            project.look(".python-version");
            project.make_all(rest.first().copied().unwrap_or(".venv"));
            Ok(())
        }
        ["export"] => {
            let mut project = Project::here(call, out)?;
            let manifest = project.required("pyproject.toml")?;
            project.required("uv.lock")?;
            settings(&mut project)?;
            if !line.has(&["--frozen"]) {
                members(&mut project, &manifest, false, out_of_date(&line))?;
            }
            if !line.has(&["--no-emit-project"])
                || !line.has(&["--no-emit-workspace"]) && manifest.contains("[tool.uv.workspace]")
            {
                return call.unknown("exports the project itself as a local folder");
            }
            derived(&mut project, &line);
            Ok(())
        }
        _ => call.unknown("is given a command whose effects are not known"),
    }
}

/// A file of `-o`: requirements by name, as long as what they are made of names no local folder.
fn derived(project: &mut Project<'_, '_>, line: &option::Line<'_>) {
    for file in line.values(&["-o", "--output-file"]) {
        project.look(file);
        project.make(file);
        let path = project.path(file);
        project.out.texts.push((path, String::new()));
    }
}

fn out_of_date(line: &option::Line<'_>) -> bool {
    !line.has(&["--frozen", "--locked"])
}

fn add(call: &Call<'_>, file: &str, out: &mut Survey) -> Result<(), String> {
    match call.absolute(file) {
        Some(path) => requirements::file(call, &path, out, 0),
        None => call.unknown("reads a requirement file that is not certain"),
    }
}

/// Settings of uv itself, in `uv.toml` and `pyproject.toml`, here and above.
fn settings(project: &mut Project<'_, '_>) -> Result<(), String> {
    project.none_above("uv.toml")?;
    project.none_above("pyproject.toml")?;
    if let Some(text) = project.text("uv.toml")? {
        plain(project, "uv.toml", &text)?;
    }
    if let Some(text) = project.text("pyproject.toml")? {
        let uv = text
            .split("\n[")
            .filter(|table| table.trim_start_matches('[').starts_with("tool.uv"))
            .collect::<Vec<_>>()
            .join("\n");
        plain(project, "pyproject.toml", &uv)?;
    }
    Ok(())
}

fn plain(project: &Project<'_, '_>, name: &str, text: &str) -> Result<(), String> {
    for word in [
        "find-links",
        "cache-dir",
        "cache-keys",
        "file:",
        "constraint = ",
        "override = ",
        "config-settings",
        "build-constraint = ",
        "environments = {",
    ] {
        if text.contains(word) {
            return project.problem(name, "has a setting of uv that names files");
        }
    }
    Ok(())
}

fn places(call: &Call<'_>, line: &option::Line<'_>, out: &mut Survey) -> Result<(), String> {
    project::system(call, out);
    pip::path_variables(call, out)?;
    pip::places(call, out);
    project::home(
        call,
        out,
        &[".netrc", ".gitconfig", ".config/uv/uv.toml"],
        &[".cache", ".local/share/uv", ".local/bin", ".cargo", ".rustup", ".config/git", ".ssh"],
    );
    for name in [
        "UV_CACHE_DIR",
        "UV_PROJECT_ENVIRONMENT",
        "UV_TOOL_DIR",
        "UV_TOOL_BIN_DIR",
        "UV_PYTHON_INSTALL_DIR",
        "VIRTUAL_ENV",
    ] {
        project::variable_folder(call, out, name)?;
    }
    for path in line.values(&["--cache-dir", "--target", "--prefix"]) {
        match call.absolute(path) {
            Some(path) => {
                out.read(Region::tree(path.clone()));
                out.write(Region::tree(path));
            }
            None => return call.unknown("writes to a folder that is not certain"),
        }
    }
    if let Some(folder) = call.directory {
        let path = crate::tool::shell::join(folder, ".venv");
        out.read(Region::tree(path.clone()));
        out.write(Region::tree(path));
    }
    Ok(())
}

fn sync(call: &Call<'_>, line: &option::Line<'_>, out: &mut Survey) -> Result<(), String> {
    let mut project = Project::here(call, out)?;
    settings(&mut project)?;
    let manifest = project.required("pyproject.toml")?;
    project.look(".python-version");
    project.look(".python-versions");
    let lock = project.text("uv.lock")?;
    if lock.is_none() {
        project.make("uv.lock");
    }
    let bare = line.has(&["--no-install-workspace"]);
    let packaged = manifest.contains("[build-system]") || manifest.contains("package = true");
    let unpackaged = manifest.contains("package = false") || !packaged;
    if !(bare || line.has(&["--no-install-project"]) || unpackaged) {
        return call.unknown("installs the project itself: its build may read any file of it");
    }
    members(&mut project, &manifest, !bare, out_of_date(line))?;
    for path in paths(&manifest) {
        local(&mut project, "", &path)?;
    }
    project.note("pyproject.toml", "and uv.lock name what is installed; the project itself is not built");
    Ok(())
}

/// The members of a workspace: their manifests, and their folders if they are installed.
fn members(
    project: &mut Project<'_, '_>,
    manifest: &str,
    install: bool,
    resolves: bool,
) -> Result<(), String> {
    let mut all = vec![String::new()];
    for pattern in cargo::list(manifest, "tool.uv.workspace", "members") {
        all.extend(
            project
                .matches(&pattern)?
                .into_iter()
                .filter(|path| project.stands(&inner(path, "pyproject.toml"))),
        );
    }
    for folder in all {
        let file = inner(&folder, "pyproject.toml");
        let text = project.required(&file)?;
        // Without static metadata the project is built to know what it needs.
        if text.lines().any(|line| line.trim_start().starts_with("dynamic"))
            && (resolves || text.contains("\"dependencies\""))
        {
            return project.problem(&file, "has metadata that only a build knows");
        }
        if folder.is_empty() {
            continue;
        }
        for path in paths(&text) {
            local(project, &folder, &path)?;
        }
        if install {
            let place = project.path(&folder);
            python_project::build(project.call, &place, project.out)
                .or_else(|what| project.call.unknown(&what))?;
        }
    }
    Ok(())
}

/// Folders and files that `[tool.uv.sources]` names.
fn paths(manifest: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in manifest.lines().filter(|line| line.contains('{') && line.contains("path")) {
        let Some(value) = line.split("path").nth(1).and_then(|rest| rest.trim_start().strip_prefix('='))
        else {
            continue;
        };
        found.extend(value.split(['"', '\'']).nth(1).map(str::to_owned));
    }
    found
}

fn local(project: &mut Project<'_, '_>, folder: &str, path: &str) -> Result<(), String> {
    let Some(place) = tidy(&inner(folder, path)).filter(|_| !path.starts_with('/')) else {
        return project.problem("pyproject.toml", "names a package outside of the project");
    };
    if matches!(project.find(&place), Found::Folder(_)) {
        let place = project.path(&place);
        return python_project::build(project.call, &place, project.out)
            .or_else(|what| project.call.unknown(&what));
    }
    project.look(&place);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "pyproject.toml",
            "[project]\nname = \"ws\"\n\n[tool.uv.workspace]\nmembers = [\n  \"packages/*\",\n]\n",
        ),
        ("uv.lock", ""),
        ("packages/a/pyproject.toml", "[project]\nname = \"a\"\n"),
        ("packages/a/src/a.py", ""),
        (".python-version", "3.12\n"),
        ("main.py", ""),
    ];

    #[test]
    fn a_sync_reads_manifests_and_builds_only_what_it_is_told_to() {
        let manifests = [".python-version", "packages/a/pyproject.toml", "pyproject.toml", "uv.lock"];
        reads("uv sync --locked --no-install-workspace", PROJECT, &manifests);
        let whole =
            [".python-version", "packages/a/", "packages/a/pyproject.toml", "pyproject.toml", "uv.lock"];
        reads("uv sync --frozen", PROJECT, &whole);
        writes("uv sync --frozen --no-install-workspace", PROJECT, &[".venv/"]);
        writes("uv sync", &[("pyproject.toml", "[project]\n")], &[".venv/", "uv.lock"]);
    }

    #[test]
    fn the_project_itself_is_not_built() {
        let packaged = [
            ("pyproject.toml", "[project]\nname = \"a\"\n[build-system]\n"),
            ("uv.lock", ""),
            ("README.md", ""),
        ];
        unknown("uv sync", &packaged, "project itself");
        reads("uv sync --no-install-project", &packaged, &["pyproject.toml", "uv.lock"]);
        unknown("uv run main.py", PROJECT, "command");
        unknown("uv sync", &[("pyproject.toml", "[project]\ndynamic = [\"version\"]\n")], "build");
    }

    #[test]
    fn requirements_are_compiled_and_installed() {
        let files = [("requirements.in", "flask\n"), ("requirements.txt", "flask==1\n"), ("main.py", "")];
        reads("uv pip install --system -r requirements.txt", &files, &["requirements.txt"]);
        reads("uv pip sync requirements.txt", &files, &["requirements.txt"]);
        writes("uv pip compile requirements.in -o out.txt", &files, &[".venv/", "out.txt"]);
    }
}
