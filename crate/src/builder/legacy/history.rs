//! The line that `docker history` shows for a step.

use super::version::Rules;
use crate::builder::{LegacyVersion, Step};

/// What the daemon compares as the command of a step, its elements joined by blanks: `CREATED BY` of
/// `docker history --no-trunc`. `None` if it holds a checksum that only a real run knows, or if the step was not
/// reached.
///
/// ```text
/// /bin/sh -c #(nop)  ENV A=1
/// /bin/sh -c #(nop) COPY file:00ec1633… in /app/
/// |1 V=2 /bin/sh -c make
/// ```
pub fn history_line(step: &Step, version: LegacyVersion) -> Option<String> {
    step.cache_key?;
    let parts = &step.ingredients;
    let option = |name: &str| parts.options.iter().find_map(|option| option.strip_prefix(name));
    let shell = parts.shell.as_deref().unwrap_or_default().join(" ");
    let keyword = step.instruction.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
    Some(match keyword.as_str() {
        "RUN" => {
            let Some(count) = option("arguments=") else { return Some(parts.text.clone()) };
            let listed = count.parse().unwrap_or(0);
            let arguments = parts.env.iter().skip(parts.env.len().saturating_sub(listed));
            let mut line: Vec<String> =
                arguments.map(|argument| [&argument.name, "=", &argument.value].concat()).collect();
            line.sort_unstable();
            line.insert(0, ["|", count].concat());
            line.push(parts.text.clone());
            line.join(" ")
        }
        "COPY" | "ADD" => {
            let (verb, destination) = parts.text.split_once(' ')?;
            let sum = step.checksum.as_deref()?;
            let chown = option("chown=").map_or(String::new(), |chown| {
                let blank = if Rules::new(version).chown_blank() { " " } else { "" };
                ["--chown=", chown, blank].concat()
            });
            [&shell, " #(nop) ", verb, " ", &chown, sum, " in ", destination, " "].concat()
        }
        "WORKDIR" => [&shell, " #(nop) ", &parts.text].concat(),
        _ => [&shell, " #(nop)  ", &parts.text].concat(),
    })
}
