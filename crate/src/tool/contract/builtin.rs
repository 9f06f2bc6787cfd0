//! The shell's own commands and programs that touch no file.
//!
//! | command | effect |
//! |---|---|
//! | `:` `true` `false` `echo` `printf` `sleep` `exit` `export` `set` … | none; what they redirect is counted apart |
//! | `test` `[` `pwd` `id` `whoami` `uname` `arch` `nproc` `date` `which` `type` | read what they are asked for |
//! | `cd` | none: the reader of the script follows it |

use super::{Call, Contract, Cost, no_caches};
use crate::tool::{Found, Region, Survey};

pub(super) const CONTRACT: Contract = Contract { programs: &NAMES, cost, caches: no_caches };

const NAMES: [&str; 30] = [
    ":", "true", "false", "echo", "printf", "sleep", "exit", "return", "export", "readonly", "declare",
    "typeset", "local", "unset", "set", "cd", "test", "[", "pwd", "id", "whoami", "uname", "arch", "nproc",
    "date", "type", "umask", "wait", "source", ".",
];

/// Whether the shell itself carries out the command, so that no file of that name matters.
pub(super) fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name) && !matches!(name, "sleep" | "id" | "whoami" | "uname" | "arch" | "nproc" | "date")
}

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    match call.name {
        "umask" => call.unknown("changes the mode of files that are made later"),
        "test" | "[" => {
            for word in call.arguments {
                if matches!(word.text.as_str(), "]" | "!" | "=" | "==" | "!=" | "-a" | "-o")
                    || word.text.starts_with('-')
                {
                    continue;
                }
                match call.path(word) {
                    Some(path) => out.read(Region::tree(path)),
                    None => return call.unknown("looks at a file that is not certain"),
                }
            }
            Ok(())
        }
        "cd" => {
            if call.directory.is_some() {
                Ok(())
            } else {
                call.unknown("goes to a folder that is not certain")
            }
        }
        "source" | "." => {
            // Only the script that activates a virtual environment is followed.
            match call.arguments.first().and_then(|word| call.path(word)) {
                Some(path) => match call.files.find(&path) {
                    Found::Made | Found::Perhaps | Found::Absent => {
                        out.read(Region::entry(path));
                        Ok(())
                    }
                    _ => call.unknown("runs a script of the build context"),
                },
                None => call.unknown("reads a script that is not certain"),
            }
        }
        "echo" | "printf" => {
            if call.arguments.iter().any(|word| word.pattern) {
                return call.unknown("prints names of files that match a pattern");
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn cost(call: &Call<'_>) -> Cost {
    let seconds = if call.name == "sleep" {
        call.arguments.first().and_then(|word| word.text.parse::<u64>().ok())
    } else {
        None
    };
    Cost::same(seconds.map_or(0, |seconds| seconds.min(3_600) * 1_000))
}
