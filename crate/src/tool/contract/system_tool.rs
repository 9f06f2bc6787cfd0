//! Helpers of images, R, and the shell itself called as a program.
//!
//! | program | reads | writes |
//! |---|---|---|
//! | `docker-php-ext-install`, `docker-php-ext-enable`, `docker-php-ext-configure`, `install-php-extensions`, `pecl`, `a2enmod` | the system | the system, PHP's sources |
//! | `R -e`, `Rscript -e` with `install.packages` or `renv::restore` | `.Rprofile`, `.Renviron`, `renv.lock`, `renv/` | R's libraries, `renv/library` |
//! | `sh -c`, `bash -c` | as the script | |
//! | `sh ./mvnw`, `sh ./gradlew` | as the wrapper | |

use super::{
    Call, apt,
    project::{self, Project},
};
use crate::tool::{Region, Script, Survey, effect::follow, shell::Command};

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    match call.name {
        "sh" | "bash" | "ash" | "dash" => return shell(call, out),
        "R" | "Rscript" => return statistics(call, out),
        _ => {}
    }
    let words = call.certain()?;
    if words.iter().any(|word| word.starts_with(['.', '/']) || project::ends(word, ".tgz")) {
        return call.unknown("is given a file");
    }
    apt::system(call, out);
    for path in ["/usr/src/php", "/usr/src/php.tar.xz", "/usr/local"] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    project::home(call, out, &[".pearrc"], &[".pearrc"]);
    Ok(())
}

fn shell(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    if let [flags, script, ..] = words.as_slice()
        && flags.starts_with('-')
        && flags.ends_with('c')
        && out.depth < 3
    {
        let Some(folder) = call.directory else {
            return call.unknown("runs in a folder that is not certain");
        };
        let setting = crate::tool::Setting { workdir: folder, shell: &[], ..*call.setting };
        // Variables that the script around it has set are not handed on.
        if call.command.variables.is_empty() {
            out.depth += 1;
            follow(Script::Shell(script), &setting, call.files, out);
            out.depth -= 1;
            return Ok(());
        }
        return call.unknown("runs a script with variables of the one around it");
    }
    let wrapper = words.first().is_some_and(|script| {
        let name = script.rsplit('/').next().unwrap_or(script);
        matches!(name, "mvnw" | "gradlew")
    });
    if wrapper {
        let command = Command { words: call.arguments.to_vec(), ..call.command.clone() };
        if let Some(inner) = Call::of(&command, call.setting, call.files) {
            return super::effects(&inner, out);
        }
    }
    call.unknown("runs a script that is not followed")
}

fn statistics(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words: Vec<&str> =
        call.arguments.iter().filter(|word| word.known).map(|word| word.text.as_str()).collect();
    if words.len() != call.arguments.len() {
        return call.certain().map(|_| ());
    }
    let mut code: Vec<&str> = Vec::new();
    let mut own = true;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-e" => code.extend(rest.next().copied()),
            "--vanilla" | "--no-init-file" => own = false,
            "--quiet" | "-q" | "--slave" | "--no-save" | "--no-restore" | "--no-echo" | "--no-environ" => {}
            _ => return call.unknown("runs a script of the project"),
        }
    }
    let mut restores = false;
    for statement in
        code.iter().flat_map(|code| code.split([';', '\n'])).map(str::trim).filter(|one| !one.is_empty())
    {
        let plain = [
            "options(",
            "library(renv)",
            "renv::consent(",
            "renv::restore(",
            "install.packages(",
            "remotes::install_version(",
            "remotes::install_cran(",
            "pak::pak(",
            "update.packages(",
        ];
        let local = [
            "file",
            "repos = NULL",
            "repos=NULL",
            "type = \"source\"",
            "lockfile",
            "project",
            "library =",
            "readLines",
            "source(",
        ];
        if !plain.iter().any(|known| statement.starts_with(known))
            || local.iter().any(|word| statement.contains(word))
        {
            return call.unknown("runs code that is not followed");
        }
        restores |= statement.starts_with("renv::restore");
    }
    project::system(call, out);
    for path in ["/usr/local/lib/R", "/usr/lib/R", "/usr/local/lib/R/site-library"] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    project::home(
        call,
        out,
        &[".Rprofile", ".Renviron", ".netrc"],
        &[".cache", ".local/share/renv", ".R", "R"],
    );
    for name in
        ["RENV_PATHS_CACHE", "RENV_PATHS_LIBRARY", "RENV_PATHS_ROOT", "R_LIBS", "R_LIBS_USER", "R_LIBS_SITE"]
    {
        project::variable_folder(call, out, name)?;
    }
    let mut project = Project::here(call, out)?;
    if own {
        project.look(".Renviron");
        let profile = project.text(".Rprofile")?;
        let usual = |text: &str| {
            text.lines().map(str::trim).all(|line| {
                line.is_empty()
                    || line.starts_with('#')
                    || matches!(line, "source(\"renv/activate.R\")" | "source('renv/activate.R')")
            })
        };
        if profile.as_deref().is_some_and(|text| !usual(text)) {
            return project.problem(".Rprofile", "is a program that runs first");
        }
    }
    if restores || own && project.stands(".Rprofile") {
        for name in
            ["renv/activate.R", "renv/settings.json", "renv/settings.dcf", "renv/.gitignore", "renv.lock"]
        {
            project.look(name);
        }
        for name in ["renv/library", "renv/staging", "renv/sandbox"] {
            project.make_all(name);
        }
        if project.stands("renv") && !project.stands("renv/.gitignore") {
            project.make("renv/.gitignore");
        }
    }
    if restores {
        project.required("renv.lock")?;
        project.note("renv.lock", "names what is installed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown};

    #[test]
    fn libraries_of_r_are_restored_from_the_lock_file() {
        let files: Tree<'_> = &[
            ("renv.lock", "{}"),
            (".Rprofile", "source(\"renv/activate.R\")\n"),
            ("renv/activate.R", ""),
            ("report.R", ""),
        ];
        reads("R -e \"renv::restore()\"", files, &[".Rprofile", "renv.lock", "renv/activate.R"]);
        reads("R --vanilla -e \"install.packages('renv')\"", files, &[]);
        unknown("Rscript report.R", files, "script of the project");
        unknown("R -e \"source('a.R')\"", files, "code");
        unknown(
            "R -e \"renv::restore()\"",
            &[("renv.lock", ""), (".Rprofile", "x <- readLines('y')\n")],
            "program",
        );
    }

    #[test]
    fn a_shell_called_as_a_program_is_read() {
        reads("sh -c 'cat a.txt'", &[("a.txt", "")], &["a.txt"]);
        unknown("sh setup.sh", &[("setup.sh", "")], "not followed");
        unknown("curl https://a.example | sh", &[], "not followed");
        reads("docker-php-ext-install zip pdo_mysql", &[("index.php", "")], &[]);
    }
}
