//! `pip-compile` and `pip-sync` of pip-tools, also as `python -m piptools`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `pip-compile [FILE…]` | the requirement files, `requirements.in` if none is named, with all that they include; what was compiled before | the file of `-o`, else the input's name with `.txt`; caches |
//! | `pip-compile` of a project's metadata | not known: a build may read any file | |
//! | `pip-sync [FILE…]` | the requirement files, `requirements.txt` if none is named | the Python installation, caches |
//!
//! Settings stand in `.pip-tools.toml` and `pyproject.toml` beside the first input (`select_config_file` in
//! `piptools/utils.py`); what is compiled already pins versions unless `--upgrade` is given (`scripts/compile.py`).

use super::{
    Call, option, pip,
    project::{Project, ends, inner, parent},
    requirements,
};
use crate::tool::{Region, Survey};

const PLAIN: &str = "-v -vv -vvv --verbose -q -qq --quiet -p --pre -r --rebuild --all-extras --no-index --header --no-header --emit-trusted-host \
    --no-emit-trusted-host --annotate --no-annotate -U --upgrade --no-upgrade --allow-unsafe --no-allow-unsafe --strip-extras --no-strip-extras \
    --generate-hashes --reuse-hashes --no-reuse-hashes --emit-find-links --no-emit-find-links --emit-index-url --no-emit-index-url --emit-options \
    --no-emit-options --no-config --force --user --color --no-color -h --help --version";
const VALUED: &str = "--extra -i --index-url --extra-index-url --trusted-host --annotation-style -P --upgrade-package -o --output-file --newline \
    --max-rounds --cache-dir --resolver --unsafe-package -c --constraint -f --find-links --uploaded-prior-to";
/// Names of files that describe a project: what it needs may be known by a build only.
const METADATA: [&str; 3] = [".toml", ".py", ".cfg"];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let line = option::line(call, &words, PLAIN, VALUED)?;
    if line.has(&["-h", "--help", "--version"]) {
        return Ok(());
    }
    pip::environment(call, out)?;
    pip::places(call, out);
    for folder in line.values(&["--cache-dir"]).into_iter().chain(call.text("PIP_TOOLS_CACHE_DIR").as_deref())
    {
        match call.absolute(folder) {
            Some(folder) => out.write(Region::tree(folder)),
            None => return call.unknown("keeps downloads in a folder that is not certain"),
        }
    }
    for folder in line.values(&["-f", "--find-links"]) {
        match call.absolute(folder) {
            _ if folder.starts_with("http") => {}
            Some(folder) => out.read(Region::tree(folder)),
            None => return call.unknown("looks for packages in a folder that is not certain"),
        }
    }
    let compile = call.name == "pip-compile";
    let usual = if compile { "requirements.in" } else { "requirements.txt" };
    let mut inputs = line.operands.clone();
    if inputs.is_empty() {
        inputs.push(usual);
    }
    if inputs.iter().any(|file| *file == "-" || METADATA.iter().any(|end| ends(file, end))) {
        return call.unknown("takes requirements from a project");
    }
    let mut project = Project::here(call, out)?;
    if !line.has(&["--no-config"]) {
        settings(&mut project, &inputs)?;
    }
    let constraints = line.values(&["-c", "--constraint"]);
    for file in inputs.iter().chain(&constraints).filter(|file| !file.contains("://")) {
        let path = project.path(file);
        requirements::file(call, &path, project.out, 0)?;
    }
    if !compile {
        return Ok(());
    }
    let named = line.values(&["-o", "--output-file"]).last().map(|file| (*file).to_owned());
    let Some(output) = named.or_else(|| derived(&inputs)) else {
        return call.unknown("writes to a file that is not certain");
    };
    if output == "-" {
        return Ok(());
    }
    // The versions that it names stay unless all are to be new; what the context brings there is read as it is.
    if line.has(&["-U", "--upgrade", "--rebuild"]) || !project.stands(&output) {
        project.look(&output);
    } else {
        let path = project.path(&output);
        requirements::file(call, &path, project.out, 0)?;
    }
    let path = project.path(&output);
    project.out.write_into(Region::entry(path.clone()));
    // Requirements by name: a local folder is read already, or the input is refused.
    project.out.texts.push((path, String::new()));
    Ok(())
}

/// The file that is written if none is named: that of the one input, with another ending.
fn derived(inputs: &[&str]) -> Option<String> {
    let [only] = inputs else { return None };
    let name = only.rsplit('/').next().unwrap_or(only);
    let stem = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or(name, |(stem, _)| stem);
    let mut output = inner(parent(only), stem);
    output.push_str(".txt");
    Some(output)
}

/// Settings of pip-tools itself. They may name any option, so there must be none.
fn settings(project: &mut Project<'_, '_>, inputs: &[&str]) -> Result<(), String> {
    for input in inputs {
        let folder = parent(input);
        if project.text(&inner(folder, ".pip-tools.toml"))?.is_some() {
            return project.problem(&inner(folder, ".pip-tools.toml"), "may set any option");
        }
        let file = inner(folder, "pyproject.toml");
        if project.text(&file)?.is_some_and(|text| text.contains("tool.pip-tools")) {
            return project.problem(&file, "has settings of pip-tools");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("requirements.in", "-c limits.txt\nflask\n"),
        ("limits.txt", "flask<4\n"),
        ("requirements.txt", "flask==3.0\n"),
        ("dev/dev.in", "pytest\n"),
        ("app.py", ""),
    ];

    #[test]
    fn a_compilation_reads_its_inputs_and_what_it_made_before() {
        let all = ["limits.txt", "requirements.in", "requirements.txt"];
        reads("pip-compile", PROJECT, &all);
        reads("pip-compile --upgrade requirements.in", PROJECT, &all);
        reads("python -m piptools compile requirements.in", PROJECT, &all);
        writes("pip-compile", PROJECT, &["requirements.txt"]);
        writes("pip-compile dev/dev.in", PROJECT, &["dev/dev.txt"]);
        writes("pip-compile -o all.txt requirements.in dev/dev.in", PROJECT, &["all.txt"]);
        writes("pip-compile -qo - requirements.in", PROJECT, &[]);
    }

    #[test]
    fn what_is_synchronized_is_what_the_files_name() {
        reads("pip-sync", PROJECT, &["requirements.txt"]);
        let made = &[("requirements.in", "flask\n"), ("app.py", "")];
        reads("pip-compile && pip-sync --no-config requirements.txt", made, &["requirements.in"]);
        reads(
            "pip-sync requirements.txt dev/dev.txt",
            &[("requirements.txt", "a\n"), ("dev/dev.txt", "-r ../more.txt\n"), ("more.txt", "b\n")],
            &["dev/dev.txt", "more.txt", "requirements.txt"],
        );
    }

    #[test]
    fn projects_and_settings_are_not_followed() {
        unknown("pip-compile pyproject.toml", &[("pyproject.toml", "[project]\n")], "from a project");
        unknown("pip-compile", &[("requirements.in", "-e .\n"), ("setup.py", "")], "editable");
        unknown("pip-compile a.in b.in", &[("a.in", ""), ("b.in", "")], "not certain");
        unknown("pip-compile", &[("requirements.in", ""), (".pip-tools.toml", "")], "any option");
        let set = &[("requirements.in", ""), ("pyproject.toml", "[tool.pip-tools]\nextra = ['x']\n")];
        unknown("pip-compile", set, "settings of pip-tools");
        unknown("pip-compile", &[("setup.py", "")], "does not come from the build context");
        unknown("pip-sync --pip-args \"-t lib\"", PROJECT, "option");
    }
}
