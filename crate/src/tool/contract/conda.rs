//! `conda`, `mamba` and `micromamba`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `install`, `create` | what `--file` names | the installation |
//! | `env create`, `env update` | the environment file of `-f` or `environment.yml`, requirement files that it names | the same |
//! | `clean`, `config`, `list`, `info` | | the same |

use super::{
    Call, option, pip,
    project::{self, Project},
    requirements,
};
use crate::tool::{Region, Survey};

const PLAIN: &str = "-y --yes -q --quiet --override-channels -v --no-deps --update-deps --freeze-installed --prune -a --all --force --force-pkgs-dirs \
    -t -p -i --tarballs --packages --index-cache --system --strict-channel-priority --offline --copy --mkdir";
const VALUED: &str = "-n --name -c --channel -f --file --add --set --solver --prefix --experimental";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let line = option::line(call, &words, PLAIN, VALUED)?;
    project::system(call, out);
    pip::places(call, out);
    project::home(call, out, &[".condarc", ".mambarc"], &[".conda", ".cache", ".mamba", "micromamba"]);
    for path in [
        "/opt/conda",
        "/opt/miniconda",
        "/opt/miniconda3",
        "/opt/mamba",
        "/opt/miniforge3",
        "/root/miniconda3",
    ] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    for name in ["CONDA_DIR", "CONDA_PREFIX", "MAMBA_ROOT_PREFIX", "CONDA_PKGS_DIRS"] {
        project::variable_folder(call, out, name)?;
    }
    for path in line.values(&["--prefix"]) {
        match call.absolute(path) {
            Some(path) => out.write(Region::tree(path)),
            None => return call.unknown("installs into a folder that is not certain"),
        }
    }
    let mut files: Vec<String> = line.values(&["-f", "--file"]).into_iter().map(str::to_owned).collect();
    match line.operands.as_slice() {
        ["clean" | "config" | "list" | "info" | "init", ..] | [] => return Ok(()),
        ["env", "create" | "update"] if files.is_empty() => files.push("environment.yml".to_owned()),
        ["env", "create" | "update"] => {}
        ["install" | "create" | "update", names @ ..] => {
            if names.iter().any(|name| name.starts_with(['.', '/'])) {
                return call.unknown("installs a local package");
            }
        }
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    for file in files.iter().filter(|file| !file.contains("://")) {
        let mut project = Project::here(call, out)?;
        let text = project.required(file)?;
        for line in text.lines().map(|line| line.trim().trim_start_matches("- ").trim()) {
            if let Some(path) = line.strip_prefix("-r ").or_else(|| line.strip_prefix("-c ")) {
                let Some(path) = call.absolute(path.trim()) else {
                    return call.unknown("reads a file that is not certain");
                };
                requirements::file(call, &path, project.out, 0)?;
            } else if line.starts_with("-e")
                || line.starts_with('.')
                || line.starts_with("file:")
                || line.contains("://") && line.contains("file:")
            {
                return project.problem(file, "installs a local project");
            }
        }
        project.note(file, "names what is installed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown};

    #[test]
    fn environments_lead_to_requirement_files() {
        let files: Tree<'_> = &[
            ("environment.yml", "dependencies:\n  - numpy\n  - pip:\n    - -r requirements.txt\n"),
            ("requirements.txt", "flask\n"),
            ("main.py", ""),
        ];
        reads(
            "conda env create -f environment.yml && conda clean -afy",
            files,
            &["environment.yml", "requirements.txt"],
        );
        reads("mamba install -y -c conda-forge numpy", files, &[]);
        unknown("conda env update", &[("environment.yml", "  - pip:\n    - -e .\n")], "local project");
        unknown("conda run python main.py", files, "command");
    }
}
