//! `COPY . .` in two: the lines that copy what a RUN reads, written in the manner of the COPY that they come from.

use crate::{
    dockerfile::{Command, Dockerfile, Instruction, instruction::Copy},
    text::{Span, TextEdit},
};

use super::{
    brought::{Pair, inside},
    edit::indentation,
    site::Site,
};

/// The COPY lines that bring `files`, as they stand where `site` holds, each with its files; `None` if a name cannot
/// be written. `flags` are added to those of the COPY.
pub(super) fn copies(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    files: &[Pair],
    site: &Site,
    flags: &str,
) -> Option<Vec<(String, Vec<Pair>)>> {
    let (Command::Copy(copy) | Command::Add(copy)) = &instruction.command else { return None };
    // Files of one folder go into one line, in the order in which they were found.
    let mut groups: Vec<(String, Vec<&Pair>)> = Vec::new();
    for file in files {
        let target = target(file);
        match groups
            .iter_mut()
            .find(|(known, list)| *known == target && !file.folder && list.iter().all(|other| !other.folder))
        {
            Some((_, list)) => list.push(file),
            None => groups.push((target, vec![file])),
        }
    }
    let absolute = copy.destination.text.starts_with('/');
    groups
        .iter()
        .map(|(target, list)| {
            let mut text = line(dockerfile, instruction, copy, target, list, absolute, site)?;
            text.insert_str(indentation(dockerfile, instruction).len() + instruction.name().len(), flags);
            Some((text, list.iter().map(|file| (*file).clone()).collect()))
        })
        .collect()
}

/// The flag that hands files to someone.
pub(super) fn chown(owner: &str) -> String {
    [" --chown=", owner].concat()
}

/// The edit that adds flags to a COPY.
pub(super) fn with_flags(instruction: &Instruction, flags: String) -> TextEdit {
    let at = instruction.name_span.end;
    TextEdit { span: Span::new(at, at), text: flags }
}

/// Where a pair goes: a folder's own path; for a file its folder with a slash, or its path if it gets another name.
fn target(file: &Pair) -> String {
    if file.folder {
        return file.to.clone();
    }
    let (folder, name) = file.to.rsplit_once('/').unwrap_or(("", &file.to));
    if file.from.rsplit('/').next() != Some(name) {
        return file.to.clone();
    }
    let mut folder = folder.to_owned();
    folder.push('/');
    folder
}

fn line(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    copy: &Copy,
    target: &str,
    files: &[&Pair],
    absolute: bool,
    site: &Site,
) -> Option<String> {
    let mut words: Vec<String> = files
        .iter()
        .map(|file| if file.from.is_empty() { ".".to_owned() } else { file.from.clone() })
        .collect();
    words.push(destination(target, files.len(), absolute, site)?);
    let mut out = indentation(dockerfile, instruction).to_owned();
    out.push_str(instruction.name());
    for flag in &instruction.flags {
        out.push(' ');
        out.push_str(flag.span.of(&dockerfile.text));
    }
    out.push(' ');
    let plain = words
        .iter()
        .all(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@:,=~%".contains(&byte)));
    if plain && !copy.json {
        out.push_str(&words.join(" "));
        return Some(out);
    }
    // In a JSON array blanks need no care; patterns and variables still would.
    let written = words.iter().all(|word| {
        !word.contains(['*', '?', '[', '\\', '$', '"', '\n', '\r', '\t']) && !word.contains(dockerfile.escape)
    });
    if !written {
        return None;
    }
    let spaced = copy.sources.first().is_some_and(|source| {
        dockerfile.text.get(..source.span.start).is_some_and(|before| before.ends_with("[ "))
    });
    out.push_str(if spaced { "[ \"" } else { "[\"" });
    out.push_str(&words.join("\", \""));
    out.push_str(if spaced { "\" ]" } else { "\"]" });
    Some(out)
}

/// A destination, relative to the working directory if the COPY's own is and it lies there.
fn destination(target: &str, files: usize, absolute: bool, site: &Site) -> Option<String> {
    let relative = site
        .workdir
        .as_deref()
        .filter(|_| !absolute)
        .and_then(|workdir| inside(target.trim_end_matches('/'), workdir));
    Some(match relative {
        Some("") if files == 1 => ".".to_owned(),
        Some("") => "./".to_owned(),
        Some(rest) => {
            let mut rest = rest.to_owned();
            if target.ends_with('/') {
                rest.push('/');
            }
            rest
        }
        None if target.is_empty() => return None,
        None => target.to_owned(),
    })
}
