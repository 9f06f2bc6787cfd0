//! Requirement files as pip reads them: one requirement or option a line, files that name further files.

use super::{Call, python_project};
use crate::tool::{Found, Region, Survey, shell::normal};

/// How deep requirement files may include each other.
const DEPTH: usize = 20;

/// What a requirement may be.
enum Requirement<'a> {
    /// `-r file`, `-c file`.
    Include(&'a str),
    /// A folder or URL to look for packages in.
    Links(&'a str),
    /// A package by name, with what must hold for it.
    Package(&'a str),
    /// A local project in editable mode.
    Editable(&'a str),
    /// An option that only concerns the index or the download.
    Option,
}

/// Reads a requirement or constraint file with all that it includes.
///
/// # Errors
/// Says what keeps its effects from being known.
pub(super) fn file(call: &Call<'_>, path: &str, out: &mut Survey, depth: usize) -> Result<(), String> {
    let shown = shown(call, path);
    let region = Region::entry(path);
    if out.reads.contains(&region) {
        return Ok(());
    }
    let problem = |what: &str| {
        let mut reason = shown.clone();
        reason.push_str(what);
        Err(reason)
    };
    if depth > DEPTH {
        return problem(" is included too deep");
    }
    let text = match call.files.find(path) {
        Found::Text(text) => text,
        Found::Made | Found::Perhaps => {
            return problem(" may be written by an earlier step, so what it names is not known");
        }
        Found::Absent => {
            return problem(
                " does not come from the build context: it is not there, or the ignore file leaves it out",
            );
        }
        Found::File => return problem(" is not known as text"),
        Found::Folder(_) => return problem(" is a folder"),
    };
    out.read(region);
    let folder =
        path.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder });
    let mut packages = 0_usize;
    for line in logical(&text) {
        match read(&line) {
            Ok(Requirement::Include(target)) => {
                if target.contains("://") {
                    continue;
                }
                if target.contains("${") {
                    let mut sentence = shown.clone();
                    sentence.push_str(" includes `");
                    sentence.push_str(target);
                    sentence.push('`');
                    out.note(sentence);
                }
                let target = variables(call, target)?;
                file(call, &place(folder, &target), out, depth + 1)?;
            }
            Ok(Requirement::Links(target)) => {
                if target.starts_with("http") {
                    continue;
                }
                return problem(" names a folder to find packages in");
            }
            Ok(Requirement::Package(text)) => {
                packages += 1;
                package(call, text, out).or_else(|what| {
                    let mut reason = String::from(" ");
                    reason.push_str(&what);
                    problem(&reason)
                })?;
            }
            Ok(Requirement::Editable(folder)) => {
                editable(call, folder, out).or_else(|what| {
                    let mut reason = String::from(" ");
                    reason.push_str(&what);
                    problem(&reason)
                })?;
            }
            Ok(Requirement::Option) => {}
            Err(what) => {
                let mut reason = String::from(" ");
                reason.push_str(&what);
                return problem(&reason);
            }
        }
    }
    let mut sentence = shown;
    sentence.push_str(" names ");
    sentence.push_str(&packages.to_string());
    sentence.push_str(if packages == 1 { " package, no local folder" } else { " packages, no local folder" });
    out.note(sentence);
    Ok(())
}

/// The path as a person knows it: relative to the folder that the RUN starts in.
fn shown(call: &Call<'_>, path: &str) -> String {
    let folder = normal(call.setting.workdir);
    if folder == "/" {
        return path.to_owned();
    }
    let relative = path.strip_prefix(folder.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    relative.unwrap_or(path).to_owned()
}

fn place(folder: &str, target: &str) -> String {
    crate::tool::shell::join(folder, target)
}

/// `${NAME}` in a requirement file is a variable of the environment.
fn variables(call: &Call<'_>, text: &str) -> Result<String, String> {
    let Some((before, rest)) = text.split_once("${") else { return Ok(text.to_owned()) };
    let Some((name, after)) = rest.split_once('}') else { return Ok(text.to_owned()) };
    let Some(value) = call.text(name) else {
        let mut reason = String::from("a requirement file uses the variable ");
        reason.push_str(name);
        reason.push_str(", which is not known");
        return Err(reason);
    };
    let mut out = before.to_owned();
    out.push_str(&value);
    out.push_str(after);
    Ok(out)
}

/// Lines without comments, continuations joined.
fn logical(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
        let comment = line.trim_start().starts_with('#');
        if let (Some(start), false) = (line.strip_suffix('\\'), comment) {
            current.push_str(start);
            continue;
        }
        if !comment || current.is_empty() {
            current.push_str(line);
        }
        lines.push(std::mem::take(&mut current));
    }
    lines.push(current);
    lines
        .into_iter()
        .map(|line| {
            let cut =
                if line.starts_with('#') { Some(0) } else { line.find(" #").or_else(|| line.find("\t#")) };
            cut.and_then(|at| line.get(..at)).unwrap_or(&line).trim().to_owned()
        })
        .filter(|line| !line.is_empty())
        .collect()
}

fn read(line: &str) -> Result<Requirement<'_>, String> {
    if !line.starts_with('-') {
        return Ok(Requirement::Package(line));
    }
    let end = line.find([' ', '\t', '=']).unwrap_or(line.len());
    let (name, value) = line.split_at_checked(end).unwrap_or((line, ""));
    let value = value.trim_start_matches(['=', ' ', '\t']).trim_matches(['"', '\'']);
    match name {
        "-r" | "--requirement" | "-c" | "--constraint" => Ok(Requirement::Include(value)),
        "-e" | "--editable" if vcs(value) => {
            Err("installs a repository in editable mode, into the project's folder".to_owned())
        }
        "-e" | "--editable" => Ok(Requirement::Editable(value)),
        "-f" | "--find-links" => Ok(Requirement::Links(value)),
        "-i" | "--index-url" | "--extra-index-url" | "--trusted-host" | "--pre" | "--no-index"
        | "--no-binary" | "--only-binary" | "--prefer-binary" | "--require-hashes" | "--use-feature"
        | "--pypi-url" => Ok(Requirement::Option),
        _ if name.starts_with("-r") || name.starts_with("-c") => {
            Ok(Requirement::Include(name.get(2..).unwrap_or("")))
        }
        _ => {
            let mut reason = String::from("has the option `");
            reason.push_str(name);
            reason.push_str("`, whose effects are not known");
            Err(reason)
        }
    }
}

fn vcs(text: &str) -> bool {
    ["git+", "hg+", "svn+", "bzr+"].iter().any(|scheme| text.starts_with(scheme))
}

/// Takes in a local project in editable mode.
///
/// # Errors
/// Says that its build may read anything.
pub(super) fn editable(call: &Call<'_>, text: &str, out: &mut Survey) -> Result<(), String> {
    if vcs(text) || text.contains("://") {
        return Err("installs a repository in editable mode, into the project's folder".to_owned());
    }
    let folder = text.split('[').next().unwrap_or(text).trim();
    python_project::build(call, folder, out)
        .map_err(|reason| reason.replacen("`: ", "` in editable mode: ", 1))
}

/// Takes in one requirement: of a file, a command line or `-e`.
///
/// # Errors
/// Says that it is a local project, whose build may read anything.
pub(super) fn package(call: &Call<'_>, text: &str, out: &mut Survey) -> Result<(), String> {
    let text = text.split(" --").next().unwrap_or(text).trim();
    // `name @ URL` and a URL alone.
    let target = text
        .split_once(" @ ")
        .or_else(|| text.split_once('@').filter(|(_, url)| url.contains("://")))
        .map_or(text, |(name, url)| if name.contains("://") { text } else { url.trim() });
    let target = target.split(" ;").next().unwrap_or(target).trim();
    let local = |path: &str| {
        let mut reason = String::from("installs the local folder `");
        reason.push_str(path);
        reason.push_str("`: its build may read any file of it");
        Err(reason)
    };
    if target.starts_with("file:") || target.contains("+file:") {
        return local(target);
    }
    if target.contains("://") {
        return Ok(());
    }
    let path = target.split(';').next().unwrap_or(target).trim();
    let archive = [".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tar.xz"]
        .iter()
        .any(|end| path.ends_with(end));
    if archive {
        // pip takes it from the current folder if it is there.
        let Some(path) = call.absolute(path) else { return local(path) };
        out.read(Region::entry(path));
        return Ok(());
    }
    let folder = path.split('[').next().unwrap_or(path);
    if folder.starts_with('~') {
        return local(folder);
    }
    if folder.starts_with('.') || folder.contains('/') {
        return python_project::build(call, folder, out);
    }
    Ok(())
}
