//! Bind mounts in the place of copied manifests: a RUN reads the files from the build context, and no layer holds
//! them before a later COPY brings them anyway.
//!
//! That saves the COPY and its layer; the RUN still runs again when the files change. So it is offered to those who ask
//! for it, and never applied with the moves. The RUN must be the only step that reads the files before they come, and
//! must not write there: the mount is read-only.

use crate::{
    builder::Builder,
    dockerfile::{Command, Instruction},
    text::{Span, TextEdit, apply},
    tool::{Region, shell::normal},
};

use super::{
    Level, Move,
    brought::{Brought, Pair, inside},
    edit::line_end,
    effect::{Effect, What},
    mount::raised,
    prove, reason,
    script::mounted,
    stage::{Ground, chain, stands},
};

/// How the ids of these moves begin.
pub(super) const ID: &str = "bind-";

/// Beyond so many files the flags would be longer than what they save.
const MOST: usize = 6;

/// All moves of this kind.
pub(super) fn binds(ground: &Ground<'_>) -> Vec<Move> {
    if ground.state.settings.builder != Builder::Buildkit {
        return Vec::new();
    }
    let all = ground.stages.list.iter().enumerate().flat_map(|(number, stage)| {
        stage.instructions.clone().filter_map(move |copy| bind(ground, number, copy, stage.instructions.end))
    });
    all.collect()
}

fn bind(ground: &Ground<'_>, number: usize, copy: usize, end: usize) -> Option<Move> {
    let dockerfile = &*ground.state.dockerfile;
    let from = dockerfile.instructions.get(copy)?;
    let Command::Copy(command) = &from.command else { return None };
    let effect = |index: usize| ground.effects.get(index)?.as_ref();
    let brought = effect(copy)?.copy()?;
    let files = brought.exact
        && brought.regions.is_empty()
        && command.chown.is_none()
        && command.chmod.is_none()
        && !brought.pairs.is_empty()
        && brought.pairs.len() <= MOST
        && brought.pairs.iter().all(|pair| !pair.folder && brought.is_file(&pair.from) && is_plain(pair));
    if !files {
        return None;
    }
    // The COPY that brings them anyway, and the one step before it that looks at them.
    let again = |index: &usize| {
        effect(*index).and_then(Effect::copy).is_some_and(|other| {
            other.exact && brought.pairs.iter().all(|pair| other.brings(&pair.from, &pair.to))
        })
    };
    let later = (copy + 1..end).find(again)?;
    let mut run = None;
    for index in copy + 1..later {
        if !leaves(effect(index)?, brought) && run.replace(index).is_some() {
            return None;
        }
    }
    let run = run?;
    let instruction = dockerfile.instructions.get(run)?;
    let survey = effect(run)?.run().filter(|survey| survey.opaque.is_none())?;
    let touched = |region: &Region| brought.meets(region) || inside(&brought.folder, &region.path).is_some();
    if survey.changes().any(touched) || !made(ground, number, copy, run, brought) {
        return None;
    }
    let site = ground.sites.before.get(run)?.as_ref()?;
    let flags: Vec<String> = brought.pairs.iter().map(|pair| flag(pair, site.workdir.as_deref())).collect();
    let end = line_end(dockerfile, instruction);
    let mut edits = vec![
        TextEdit { span: without_comment(&dockerfile.text, from), text: String::new() },
        mounted(instruction, &dockerfile.text, dockerfile.escape, end, &flags),
    ];
    edits.splice(0..0, raised(ground));
    let fails = ground.try_text(&apply(&dockerfile.text, &edits)).is_none_or(|costs| costs.fails);
    let (saves, better) = prove::alone_saves(ground, &edits).filter(|_| !fails)?;
    let files = brought.pairs.as_slice();
    better.then(|| Move {
        id: [ID, &from.line.to_string()].concat(),
        level: Level::Review,
        title: reason::bind_title(dockerfile, copy, run, files),
        why: reason::bind_why(dockerfile, run, later, files, &flags),
        evidence: survey.evidence.clone(),
        edits,
        saves,
    })
}

/// Whether an instruction neither reads nor changes what a COPY brings.
fn leaves(effect: &Effect, brought: &Brought) -> bool {
    match &effect.what {
        What::Config | What::Folder(_) => true,
        What::Copy(other) => !brought.collides(other),
        What::Run(survey) => {
            survey.opaque.is_none()
                && !survey.reads.iter().chain(survey.changes()).any(|region| brought.meets(region))
        }
        What::Unknown => false,
    }
}

/// Whether the folder that the files go into is there for the RUN without the COPY that may make it.
fn made(ground: &Ground<'_>, number: usize, copy: usize, run: usize, brought: &Brought) -> bool {
    let Some(stage) = ground.stages.list.get(number) else { return false };
    let above = chain(ground.stages, ground.sites, number).into_iter().chain(stage.instructions.start..run);
    let above: Option<Vec<&Effect>> =
        above.filter(|index| *index != copy).map(|index| ground.effects.get(index)?.as_ref()).collect();
    let workdir = ground.sites.before.get(copy).and_then(|site| site.as_ref()?.workdir.as_deref());
    above.is_some_and(|above| stands(&brought.folder, &above, &above, workdir))
}

/// Whether a pair can be written in a flag: no commas, quotes, variables and blanks, and no brackets, which a mount
/// takes for a pattern.
fn is_plain(pair: &Pair) -> bool {
    let plain =
        |path: &str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte));
    plain(&pair.from) && plain(&pair.to)
}

fn flag(pair: &Pair, workdir: Option<&str>) -> String {
    let inner = workdir.map(normal).and_then(|folder| inside(&pair.to, &folder).map(str::to_owned));
    let target = inner.filter(|rest| !rest.is_empty()).unwrap_or_else(|| pair.to.clone());
    ["--mount=type=bind,source=", &pair.from, ",target=", &target].concat()
}

/// The lines of an instruction without the comments above it, which then stand above the next one.
fn without_comment(text: &str, instruction: &Instruction) -> Span {
    let start =
        text.get(..instruction.span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(instruction.span.end..).unwrap_or("");
    let end = rest.find('\n').map_or(text.len(), |at| instruction.span.end + at + 1);
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::super::{
        Level, Options, optimize,
        tests::{Files, state},
    };

    const APP: Files<'_> = &[
        ("requirements.txt", "-c limits.txt\nflask\n"),
        ("limits.txt", "flask<3\n"),
        ("package.json", "{}"),
        ("start.py", ""),
    ];

    /// What a stage becomes with all bind mounts.
    fn bound(body: &str) -> String {
        let head = "FROM python:3.12-slim\nWORKDIR /app\n";
        let state = state(&[head, body].concat(), APP);
        let asked = Options { bind_mounts: true, ..Options::default() };
        let found = optimize(&state, &asked);
        let of = |id: &str| id.starts_with("bind-");
        assert!(found.moves.iter().all(|one| !of(&one.id) || one.level == Level::Review));
        assert!(!optimize(&state, &Options::default()).moves.iter().any(|one| of(&one.id)), "nobody asked");
        let moves = Some(found.moves.iter().map(|one| one.id.clone()).filter(|id| of(id)).collect());
        let text = optimize(&state, &Options { moves, ..Options::default() }).dockerfile;
        text.strip_prefix(head).unwrap().to_owned()
    }

    #[test]
    fn what_a_later_copy_brings_is_mounted() {
        assert_eq!(
            bound(
                "# first\nCOPY requirements.txt limits.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n"
            ),
            "# first\nRUN --mount=type=bind,source=requirements.txt,target=requirements.txt \\\n    \
             --mount=type=bind,source=limits.txt,target=limits.txt \\\n    pip install -r requirements.txt\nCOPY . .\n"
        );
        assert_eq!(
            bound(
                "WORKDIR /tmp\nCOPY package.json /opt/\nENV A=b\nRUN cat /opt/package.json\nCOPY package.json /opt/"
            ),
            "WORKDIR /tmp\nENV A=b\nRUN --mount=type=bind,source=package.json,target=/opt/package.json cat /opt/package.json\n\
             COPY package.json /opt/"
        );
        let crlf = "COPY package.json .\r\nRUN cat package.json\r\nCOPY . .\r\n";
        let mounted =
            "RUN --mount=type=bind,source=package.json,target=package.json cat package.json\r\nCOPY . .\r\n";
        assert_eq!(bound(crlf), mounted);
    }

    #[test]
    fn what_a_mount_would_change_is_left_alone() {
        let kept = |body: &str| assert_eq!(bound(body), body);
        let copy = "COPY package.json .\n";
        let kept_in = |rest: &str| kept(&[copy, rest].concat());
        kept_in("RUN cat package.json\n");
        kept_in("RUN cat package.json\nCOPY start.py .\n");
        kept_in("RUN cat package.json\nRUN cat package.json\nCOPY . .\n");
        kept_in("RUN cat package.json\nRUN ./build\nCOPY . .\n");
        kept_in("RUN ./build\nCOPY . .\n");
        kept_in("RUN cat package.json > package.json\nCOPY . .\n");
        kept_in("RUN cat package.json && chown -R 1 /app\nCOPY . .\n");
        kept_in("RUN cat package.json\nCOPY --exclude=start.py . .\n");
        kept_in("RUN true\nCOPY . .\n");
        kept("COPY --chmod=600 package.json .\nRUN cat package.json\nCOPY . .\n");
        kept("COPY --chown=1 package.json .\nRUN cat package.json\nCOPY . .\n");
        // The folder would be missing.
        kept("COPY package.json /data/\nRUN cat /data/package.json\nCOPY package.json /data/\n");
    }
}
