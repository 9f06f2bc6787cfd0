//! Programs that the scripts of a `package.json` run at an install.
//!
//! | program | reads | writes |
//! |---|---|---|
//! | `husky` | whether there is a `.git` | not known if there is one |
//! | `patch-package` | `patches/`, `package.json`, lock files | `node_modules` |
//! | `prisma generate` | the schema, `package.json`, `.env` | `node_modules` |
//! | `only-allow` | | |
//! | `npx PROGRAM` | as the program | |

use super::{Call, javascript, project::Project};
use crate::tool::{Survey, shell::Command};

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    match call.name {
        "npx" | "pnpx" | "bunx" => {
            let skip = words
                .iter()
                .take_while(|word| matches!(**word, "-y" | "--yes" | "--no" | "--no-install"))
                .count();
            let command =
                Command { words: call.arguments.get(skip..).unwrap_or(&[]).to_vec(), ..call.command.clone() };
            let Some(inner) = Call::of(&command, call.setting, call.files) else {
                return call.unknown("runs a program that is not certain");
            };
            if !matches!(inner.name, "husky" | "patch-package" | "prisma" | "only-allow") {
                return call.unknown("runs a program of the project or of a package");
            }
            return effects(&inner, out);
        }
        "only-allow" => return Ok(()),
        _ => {}
    }
    let mut project = Project::here(call, out)?;
    match (call.name, words.as_slice()) {
        ("husky", [] | ["install", ..]) => {
            project.look_all(".git");
            project.look_all(".husky");
            if project.stands(".git") {
                return project.problem(".git", "is changed by husky");
            }
            project.note(".git", "is not there, so husky does nothing");
            Ok(())
        }
        ("patch-package", [] | ["--error-on-fail" | "--error-on-warn"]) => {
            project.look_all("patches");
            for name in ["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock"] {
                project.look(name);
            }
            project.make_all("node_modules");
            Ok(())
        }
        ("prisma", ["generate", rest @ ..]) => {
            let schema = rest.iter().find_map(|word| word.strip_prefix("--schema="));
            let other =
                rest.iter().position(|word| *word == "--schema").and_then(|at| rest.get(at + 1)).copied();
            let known = rest.iter().all(|word| {
                word.starts_with("--schema")
                    || Some(*word) == other
                    || *word == "--no-engine"
                    || *word == "--no-hints"
            });
            if !known {
                return call.unknown("has an option whose effects are not known");
            }
            let text = project.text("package.json")?.unwrap_or_default();
            if let Some(schema) = schema.or(other) {
                project.look(schema);
            }
            javascript::prisma(&mut project, "", &text, schema.or(other))
        }
        _ => call.unknown("is given a command whose effects are not known"),
    }
}
