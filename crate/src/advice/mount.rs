//! Cache mounts for what programs download: the step runs again as before, but finds its downloads.
//!
//! The image changes, so a person should look: what lay in the mounted folders is no longer in it. Everything
//! that would keep the mount from helping is changed with it: pip's switches, Debian's `docker-clean`, commands
//! that delete the downloads at the end.

use crate::{
    builder::Builder,
    dockerfile::{
        Command, Instruction,
        instruction::{Form, Run},
    },
    text::{Span, TextEdit},
    tool::{self, Distribution, Downloads, Off, shell::normal},
};

use super::{
    edit::line_end,
    effect::{script, with_setting},
    site::Site,
    stage::Ground,
};

/// A cache mount that would help.
pub(super) struct Offer {
    /// The RUNs' indexes; the first is never missing.
    pub(super) index: usize,
    pub(super) others: Vec<usize>,
    pub(super) edits: Vec<TextEdit>,
    /// Folders that are mounted.
    pub(super) targets: Vec<String>,
    pub(super) programs: Vec<String>,
    /// Programs with the folders in which they keep downloads.
    pub(super) folders: Vec<(String, String)>,
    /// What else is changed.
    pub(super) also: Vec<Also>,
}

/// A change that goes with a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Also {
    /// An option is removed.
    Option(&'static str),
    /// A variable is emptied.
    Variable(&'static str),
    /// `docker-clean` is removed.
    Clean,
    /// Commands that delete the downloads are removed.
    Delete(String),
    /// Mounts that are there become locked.
    Locked,
    /// The syntax directive is raised.
    Syntax,
}

/// Looks for mounts that would help the RUNs of a stage. `kept` receives what keeps one from being offered.
pub(super) fn offers(ground: &Ground<'_>, number: usize, kept: &mut Vec<(usize, String)>) -> Vec<Offer> {
    let mut out = Vec::new();
    let Some(stage) = ground.stages.list.get(number) else { return out };
    if ground.state.settings.builder != Builder::Buildkit {
        return out;
    }
    let mut keeps = false;
    for index in stage.instructions.clone() {
        let Some(instruction) = ground.state.dockerfile.instructions.get(index) else { continue };
        let (Command::Run(run), Some(Some(site))) = (&instruction.command, ground.sites.before.get(index))
        else {
            continue;
        };
        let (script, _) = script(instruction, run);
        match offer(ground, index, instruction, run, site, keeps) {
            Ok(Some(offer)) => add(&mut out, offer),
            Ok(None) => {}
            Err(reason) => kept.push((index, reason)),
        }
        keeps |= with_setting(site, &[], |setting| tool::keeps_packages(script, setting));
    }
    out
}

/// RUNs of a stage that run the same programs get their mounts in one move.
fn add(offers: &mut Vec<Offer>, new: Offer) {
    let Some(known) = offers.iter_mut().find(|known| known.programs == new.programs) else {
        offers.push(new);
        return;
    };
    known.others.push(new.index);
    for edit in new.edits {
        if !known.edits.contains(&edit) {
            known.edits.push(edit);
        }
    }
    known.edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let targets =
        new.targets.into_iter().filter(|target| !known.targets.contains(target)).collect::<Vec<_>>();
    known.targets.extend(targets);
    let folders =
        new.folders.into_iter().filter(|folder| !known.folders.contains(folder)).collect::<Vec<_>>();
    known.folders.extend(folders);
    let also = new.also.into_iter().filter(|also| !known.also.contains(also)).collect::<Vec<_>>();
    known.also.extend(also);
}

fn offer(
    ground: &Ground<'_>,
    index: usize,
    instruction: &Instruction,
    run: &Run,
    site: &Site,
    keeps: bool,
) -> Result<Option<Offer>, String> {
    if matches!(run.form, Form::Exec(_)) || instruction.heredocs.len() > 1 {
        return Ok(None);
    }
    let (script, _) = script(instruction, run);
    let downloads = with_setting(site, &[], |setting| tool::downloads(script, setting));
    if downloads.is_empty() {
        return Ok(None);
    }
    let dockerfile = &*ground.state.dockerfile;
    let mut out = Offer {
        index,
        others: Vec::new(),
        edits: Vec::new(),
        targets: Vec::new(),
        programs: Vec::new(),
        folders: Vec::new(),
        also: Vec::new(),
    };
    let mut flags = Vec::new();
    for Downloads { program, cache } in &downloads {
        out.folders.push((program.clone(), cache.target.clone()));
        if !out.programs.contains(program) {
            out.programs.push(program.clone());
        }
        match cache.off {
            Some(Off::Option(name)) => {
                out.edits.extend(without_option(instruction, &dockerfile.text, name));
                out.also.push(Also::Option(name));
            }
            Some(Off::Variable(name)) => {
                let Some(edit) = emptied(ground, index, name) else {
                    let mut reason = program.clone();
                    reason.push_str(" keeps no downloads, because ");
                    reason.push_str(name);
                    reason.push_str(
                        " is set, and not by an ENV of this stage: a cache mount would stay empty.",
                    );
                    return Err(reason);
                };
                if !out.edits.contains(&edit) {
                    out.edits.push(edit);
                }
                out.also.push(Also::Variable(name));
            }
            None => {}
        }
        let covering = run.mounts.iter().find(|mount| {
            let target = field(mount, "target").and_then(|target| site.absolute(target));
            field(mount, "type") == Some("cache")
                && target
                    .is_some_and(|target| super::brought::inside(&cache.target, &normal(&target)).is_some())
        });
        match covering {
            Some(mount) if cache.locked && field(mount, "sharing").is_none() => {
                out.edits.push(TextEdit {
                    span: Span::new(mount.span.end, mount.span.end),
                    text: ",sharing=locked".to_owned(),
                });
                out.also.push(Also::Locked);
            }
            Some(_) => {}
            None => {
                flags.push(flag(cache, site)?);
                out.targets.push(cache.target.clone());
            }
        }
    }
    let debian =
        !matches!(site.distribution, Some(Distribution::Alpine | Distribution::Fedora | Distribution::Other));
    if downloads.iter().any(|download| download.cache.cleaned) {
        let itself = with_setting(site, &[], |setting| tool::keeps_packages(script, setting));
        if debian && !keeps && !itself {
            let edit = without_clean(
                instruction,
                &dockerfile.text,
                dockerfile.escape,
                line_end(dockerfile, instruction),
            );
            out.edits.push(edit);
            out.also.push(Also::Clean);
        }
        for command in [
            "apt-get clean",
            "apt clean",
            "rm -rf /var/lib/apt/lists/*",
            "rm -r /var/lib/apt/lists/*",
            "rm -rf /var/cache/apt/*",
            "rm -rf /var/cache/apt/archives/*",
        ] {
            if let Some(edit) = without_command(instruction, &dockerfile.text, dockerfile.escape, command) {
                out.edits.push(edit);
                out.also.push(Also::Delete(command.to_owned()));
            }
        }
    }
    // Commands that empty what a program keeps.
    for (program, command) in [
        ("npm", "npm cache clean --force"),
        ("yarn", "yarn cache clean"),
        ("pip", "pip cache purge"),
        ("composer", "composer clear-cache"),
        ("uv", "uv cache clean"),
        ("go", "go clean -modcache"),
    ] {
        if out.programs.iter().any(|known| known == program)
            && let Some(edit) = without_command(instruction, &dockerfile.text, dockerfile.escape, command)
        {
            out.edits.push(edit);
            out.also.push(Also::Delete(command.to_owned()));
        }
    }
    if !flags.is_empty() {
        // Flags stand before what else is put in front of the script.
        let edit = mounted(
            instruction,
            &dockerfile.text,
            dockerfile.escape,
            line_end(dockerfile, instruction),
            &flags,
        );
        out.edits.insert(0, edit);
        if let Some(edit) = raised(ground) {
            out.edits.push(edit);
            out.also.push(Also::Syntax);
        }
    }
    out.edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    join_same_place(&mut out.edits);
    Ok((!out.edits.is_empty()).then_some(out))
}

/// Insertions at one place become one edit.
fn join_same_place(edits: &mut Vec<TextEdit>) {
    let mut joined: Vec<TextEdit> = Vec::new();
    for edit in edits.drain(..) {
        match joined.last_mut() {
            Some(last) if last.span == edit.span && edit.span.is_empty() => last.text.push_str(&edit.text),
            _ => joined.push(edit),
        }
    }
    *edits = joined;
}

fn field<'a>(mount: &'a crate::dockerfile::instruction::Mount, name: &str) -> Option<&'a str> {
    mount.fields.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
}

fn flag(cache: &tool::Cache, site: &Site) -> Result<String, String> {
    let mut out = String::from("--mount=type=cache,target=");
    out.push_str(&cache.target);
    if cache.locked {
        out.push_str(",sharing=locked");
    }
    let (user, group) = site.user.split_once(':').unwrap_or((&site.user, ""));
    if !matches!(user, "" | "root" | "0") {
        if !user.bytes().all(|byte| byte.is_ascii_digit()) {
            let mut reason = String::from("A cache mount would belong to root, and the number of the user ");
            reason.push_str(user);
            reason.push_str(", who would have to write to it, is not known.");
            return Err(reason);
        }
        out.push_str(",uid=");
        out.push_str(user);
        if !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(",gid=");
            out.push_str(group);
        }
    }
    Ok(out)
}

/// Empties the value of a variable where this stage's ENV sets it: a program takes that as not set, and the line
/// with its comments stays.
fn emptied(ground: &Ground<'_>, index: usize, name: &str) -> Option<TextEdit> {
    let stage = ground.stages.list.iter().find(|stage| stage.instructions.contains(&index))?;
    let instructions = ground.state.dockerfile.instructions.get(stage.instructions.start..index)?;
    let assignments = instructions.iter().rev().filter_map(|instruction| match &instruction.command {
        Command::Env(list) => Some(list.iter().rev()),
        _ => None,
    });
    let assignment = assignments.flatten().find(|assignment| assignment.key.text == name)?;
    // `ENV NAME value` needs a value.
    let between = ground.state.dockerfile.text.get(assignment.key.span.end..assignment.value.span.start)?;
    (between == "=").then(|| TextEdit { span: assignment.value.span, text: String::new() })
}

/// Where the first word behind keyword and flags stands, past blanks, continued lines and comments.
fn script_start(instruction: &Instruction, text: &str, escape: char) -> usize {
    let flags = instruction.flags.iter().map(|flag| flag.span.end);
    let mut at = flags.chain([instruction.name_span.end]).max().unwrap_or(instruction.name_span.end);
    loop {
        let rest = text.get(at..instruction.span.end).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if blanks > 0 {
            at += blanks;
            continue;
        }
        let Some(line) = rest.find('\n').and_then(|end| rest.get(..=end)) else { return at };
        let bare = line.trim();
        if bare.is_empty()
            || bare.starts_with('#')
            || (bare.len() == escape.len_utf8() && bare.starts_with(escape))
        {
            at += line.len();
        } else {
            return at;
        }
    }
}

/// The blanks that continued lines of an instruction begin with.
fn continuation<'a>(instruction: &Instruction, text: &'a str) -> &'a str {
    let lines = instruction.span.of(text).lines().skip(1);
    let mut lines = lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    lines.next().map_or("    ", |line| line.get(..line.len() - line.trim_start().len()).unwrap_or("    "))
}

fn mounted(instruction: &Instruction, text: &str, escape: char, end: &str, flags: &[String]) -> TextEdit {
    let name = instruction.name_span.end;
    let rest = text.get(name..instruction.span.end).unwrap_or("");
    let at = name + rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let continued = text.get(at..).is_some_and(|rest| rest.starts_with(escape));
    let several =
        instruction.heredocs.is_empty() && (flags.len() > 1 || instruction.line != instruction.end_line);
    let mut out = String::new();
    for (number, flag) in flags.iter().enumerate() {
        out.push_str(flag);
        out.push(' ');
        let last = number + 1 == flags.len();
        if several && !(last && continued) {
            out.push(escape);
            out.push_str(end);
            let indent = if instruction.line == instruction.end_line {
                "    "
            } else {
                continuation(instruction, text)
            };
            out.push_str(indent);
        }
    }
    TextEdit { span: Span::new(at, at), text: out }
}

fn without_clean(instruction: &Instruction, text: &str, escape: char, end: &str) -> TextEdit {
    const REMOVE: &str = "rm -f /etc/apt/apt.conf.d/docker-clean";
    let mut out = String::from(REMOVE);
    if let [heredoc] = instruction.heredocs.as_slice() {
        let at = heredoc.span.start;
        out.push_str(end);
        return TextEdit { span: Span::new(at, at), text: out };
    }
    let at = script_start(instruction, text, escape);
    if instruction.line == instruction.end_line {
        out.push_str(" && ");
    } else {
        out.push(' ');
        out.push(escape);
        out.push_str(end);
        out.push_str(continuation(instruction, text));
        out.push_str("&& ");
    }
    TextEdit { span: Span::new(at, at), text: out }
}

/// Removes an option with the blank before it, or with its line if it stands alone on one.
fn without_option(instruction: &Instruction, text: &str, name: &str) -> Vec<TextEdit> {
    let own = instruction.span.of(text);
    let whole = |at: usize| {
        let before = own.get(..at).and_then(|before| before.chars().next_back());
        let after = own.get(at + name.len()..).and_then(|after| after.chars().next());
        before.is_some_and(|before| before.is_ascii_whitespace())
            && after.is_none_or(|after| after.is_ascii_whitespace() || after == ';')
    };
    let found = own.match_indices(name).map(|(at, _)| at).filter(|at| whole(*at));
    found
        .map(|at| {
            let start = own.get(..at).map_or(at, |before| before.trim_end_matches([' ', '\t']).len());
            // Alone at the start of a line, the indentation stays and the blank behind goes.
            let line_start = own.get(..start).is_some_and(|before| before.ends_with('\n'));
            let (from, to) = if line_start {
                let rest = own.get(at + name.len()..).unwrap_or("");
                (at, at + name.len() + rest.len() - rest.trim_start_matches([' ', '\t']).len())
            } else {
                (start, at + name.len())
            };
            TextEdit {
                span: Span::new(instruction.span.start + from, instruction.span.start + to),
                text: String::new(),
            }
        })
        .collect()
}

/// Removes `&& command` with the continued line that it stands on.
fn without_command(instruction: &Instruction, text: &str, escape: char, command: &str) -> Option<TextEdit> {
    let own = instruction.span.of(text);
    let at = own.find(command)?;
    let after = own.get(at + command.len()..)?;
    if !(after.is_empty() || after.starts_with([' ', '\t', '\n', '\r', ';'])) {
        return None;
    }
    let bare = |text: &str| {
        let mut text = text;
        loop {
            let shorter = text.trim_end_matches([' ', '\t', '\n', '\r']);
            // An escape token at the end of a line joins it with the next.
            let shorter = if shorter.len() < text.len() {
                shorter.strip_suffix(escape).unwrap_or(shorter)
            } else {
                shorter
            };
            if shorter.len() == text.len() {
                return text.len();
            }
            text = shorter;
        }
    };
    let joined = bare(own.get(..at)?);
    let before = own.get(..joined)?.strip_suffix("&&")?;
    let start = bare(before);
    Some(TextEdit {
        span: Span::new(instruction.span.start + start, instruction.span.start + at + command.len()),
        text: String::new(),
    })
}

/// Raises a syntax directive that names a version without `RUN --mount` and `COPY --chmod`, which came together.
pub(super) fn raised(ground: &Ground<'_>) -> Option<TextEdit> {
    let dockerfile = &*ground.state.dockerfile;
    let directive = dockerfile.directives.iter().find(|directive| directive.name == "syntax")?;
    let version = directive
        .value
        .strip_prefix("docker.io/")
        .unwrap_or(&directive.value)
        .strip_prefix("docker/dockerfile:")?;
    let old = ["1.0", "1.1"].iter().any(|old| {
        version
            .strip_prefix(old)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && !rest.contains('-')))
    });
    let line = directive.span.of(&dockerfile.text);
    let at = directive.span.start + line.find(&directive.value)?;
    old.then(|| TextEdit {
        span: Span::new(at, at + directive.value.len()),
        text: "docker/dockerfile:1".to_owned(),
    })
}
