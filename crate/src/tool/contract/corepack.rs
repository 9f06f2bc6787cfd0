//! `corepack`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `enable`, `disable` | | links beside Node's own program |
//! | `prepare NAME@VERSION`, `install -g NAME@VERSION` | | `COREPACK_HOME` or `~/.cache/node/corepack` |
//! | `prepare`, `install` without a name | `packageManager` of `package.json` | the same |

use super::{
    Call, javascript,
    project::{self, Project},
};
use crate::tool::{Region, Survey};

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    project::system(call, out);
    project::home(call, out, &[".npmrc"], &[".cache", ".local/share"]);
    project::variable_folder(call, out, "COREPACK_HOME")?;
    let mut plain = words.iter().filter(|word| !word.starts_with('-'));
    let command = plain.next().copied().unwrap_or("");
    if words.iter().any(|word| word.starts_with("--install-directory") || word.starts_with("-o")) {
        return call.unknown("installs into another folder");
    }
    match command {
        "enable" | "disable" => {
            for folder in call.path_folders() {
                out.write(Region::tree(folder));
            }
            Ok(())
        }
        "prepare" | "install" => {
            if plain.next().is_none() {
                let mut project = Project::here(call, out)?;
                javascript::roots(&mut project)?;
                project.required("package.json")?;
                project.note("package.json", "names the package manager");
            }
            Ok(())
        }
        _ => call.unknown("is given a command whose effects are not known"),
    }
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown};

    #[test]
    fn only_a_command_without_a_name_reads_the_manifest() {
        let files: Tree<'_> = &[("package.json", r#"{"packageManager": "pnpm@9"}"#), ("index.js", "")];
        reads("corepack enable && corepack prepare pnpm@9 --activate", files, &[]);
        reads("corepack install", files, &["package.json"]);
        unknown("corepack use pnpm", files, "command");
    }
}
