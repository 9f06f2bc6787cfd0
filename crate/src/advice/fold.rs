//! A RUN that only gives another mode or owner to files which the COPY before it brings: the COPY can do that by
//! itself.
//!
//! Such a RUN runs again whenever the files change, and its layer holds them once more. The image stays the same for
//! the modes that the files have here; another checkout may give them others, so a person should look. A folder that
//! the COPY makes would get the files' mode and owner too, so it has to be there.

use crate::{
    builder::Builder,
    context::Kind,
    dockerfile::{Command, Instruction, instruction::Form},
    text::TextEdit,
    tool,
};

use super::{
    Level, Move, Saving,
    edit::lines,
    effect::{Effect, What, script, with_setting},
    mount::raised,
    reason, split,
    stage::{Ground, chain, stands},
};

/// A RUN that a COPY makes needless.
pub(super) struct Fold {
    pub(super) copy: usize,
    pub(super) run: usize,
    /// The mode that it gives, with those that the files have now.
    pub(super) mode: Option<(u32, Vec<u32>)>,
    /// The owner that it gives.
    pub(super) owner: Option<String>,
}

/// The moves that fold a RUN into the COPY before it.
pub(super) fn folds(ground: &Ground<'_>) -> Vec<Move> {
    if ground.state.settings.builder != Builder::Buildkit {
        return Vec::new();
    }
    let dockerfile = &*ground.state.dockerfile;
    let mut moves = Vec::new();
    for (number, stage) in ground.stages.list.iter().enumerate() {
        for copy in stage.instructions.clone() {
            let Some(fold) = fold(ground, number, copy) else { continue };
            let (Some(from), Some(run)) =
                (dockerfile.instructions.get(fold.copy), dockerfile.instructions.get(fold.run))
            else {
                continue;
            };
            let mut flags = fold.owner.as_deref().map(split::chown).unwrap_or_default();
            if let Some((mode, _)) = &fold.mode {
                flags.push_str(&reason::chmod(*mode));
            }
            let mut edits = vec![
                split::with_flags(from, flags),
                TextEdit { span: lines(dockerfile, run), text: String::new() },
            ];
            if fold.mode.is_some() {
                edits.splice(0..0, raised(ground));
            }
            let saves = saves(ground, fold.run);
            let builds = !saves.is_empty()
                && ground
                    .costs
                    .with_text(ground.state, &[], &crate::text::apply(&dockerfile.text, &edits))
                    .is_some_and(|costs| !costs.fails);
            if builds {
                let mut id = String::from(if fold.mode.is_some() { "chmod-" } else { "chown-" });
                id.push_str(&run.line.to_string());
                moves.push(Move {
                    id,
                    level: Level::Review,
                    title: reason::fold_title(dockerfile, &fold),
                    why: reason::fold_why(dockerfile, &fold),
                    evidence: Vec::new(),
                    edits,
                    saves,
                });
            }
        }
    }
    moves
}

fn fold(ground: &Ground<'_>, number: usize, copy: usize) -> Option<Fold> {
    let instructions = &ground.state.dockerfile.instructions;
    let stage = ground.stages.list.get(number)?.instructions.clone();
    let effect = |index: usize| ground.effects.get(index)?.as_ref();
    let (Command::Copy(command) | Command::Add(command)) = &instructions.get(copy)?.command else {
        return None;
    };
    let brought = effect(copy)?.copy()?;
    if command.link || !brought.exact || !brought.regions.is_empty() {
        return None;
    }
    // Settings between the two change neither.
    let run = (copy + 1..stage.end)
        .find(|index| effect(*index).is_none_or(|effect| !matches!(effect.what, What::Config)))?;
    let site = ground.sites.before.get(run)?.as_ref()?;
    let instruction = instructions.get(run)?;
    let Command::Run(given) = &instruction.command else { return None };
    let root = matches!(site.user.split(':').next(), Some("" | "root" | "0"));
    let bare = given.mounts.is_empty() && instruction.flags.is_empty() && is_plain(instruction, &given.form);
    if !root || !bare {
        return None;
    }
    let (script, _) = script(instruction, given);
    let (modes, owners) = with_setting(site, &[], |setting| tool::attribute_changes(script, setting))?;
    let brings = |path: &str| brought.pairs.iter().any(|pair| pair.to == path);
    let known =
        modes.iter().all(|change| brings(&change.path)) && owners.iter().all(|change| brings(&change.path));
    let said =
        (!modes.is_empty() && command.chmod.is_some()) || (!owners.is_empty() && command.chown.is_some());
    if !known || said {
        return None;
    }
    let mut all = Vec::new();
    let mut old = Vec::new();
    for pair in &brought.pairs {
        let entry = brought.tree.get(&pair.from).filter(|entry| matches!(entry.kind, Kind::File(_)))?;
        // A new owner takes special bits away. Who has which name is looked up in these files.
        let special = entry.mode & 0o7000 != 0 || matches!(pair.to.as_str(), "/etc/passwd" | "/etc/group");
        if special && !owners.is_empty() {
            return None;
        }
        old.push(entry.mode);
        let mut own = modes.iter().filter(|change| change.path == pair.to);
        let mode = own.try_fold(entry.mode, |mode, change| tool::changed_mode(mode, &change.mode))?;
        let owner = owners.iter().filter(|change| change.path == pair.to).fold(None, |known, change| {
            // What is copied is root's, and keeps the group that it has.
            let group = known.map_or("0", |(_, group)| group);
            Some((change.user.as_str(), change.group.as_deref().unwrap_or(group)))
        });
        all.push((Some(mode).filter(|_| !modes.is_empty()), owner));
    }
    let (mode, owner) = *all.first()?;
    let same = all.iter().all(|other| *other == (mode, owner));
    let usual = mode.is_none_or(|mode| mode == 0o755) && owner.is_none();
    let above: Vec<&Effect> = chain(ground.stages, ground.sites, number)
        .into_iter()
        .chain(stage.start..copy)
        .filter_map(effect)
        .collect();
    let workdir = ground.sites.before.get(copy)?.as_ref()?.workdir.as_deref();
    let there = usual || stands(&brought.folder, &above, &above, workdir);
    let mode = mode.map(|mode| (mode, old));
    (same && there).then(|| Fold {
        copy,
        run,
        mode,
        owner: owner.map(|(user, group)| [user, ":", group].concat()),
    })
}

/// Whether a RUN has no here-document, whose lines would stay behind.
fn is_plain(instruction: &Instruction, form: &Form) -> bool {
    instruction.heredocs.is_empty() && matches!(form, Form::Shell(_) | Form::Exec(_))
}

/// What is saved after each edit if an instruction is gone.
fn saves(ground: &Ground<'_>, index: usize) -> Vec<Saving> {
    let all = ground.costs.parts.iter().zip(&ground.costs.after).zip(ground.edits);
    all.filter_map(|((parts, &before), edit)| {
        let own: u64 = parts.iter().filter(|part| part.origin == index).map(|part| part.cost).sum();
        let after = before.saturating_sub(own);
        (own > 0).then(|| Saving { edit: edit.name.clone(), before, after })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{
        Options, optimize,
        tests::{advise, state},
    };

    #[test]
    fn a_copy_gives_the_mode_and_the_owner_that_a_run_gave() {
        let files = [("entry.sh", "#!/bin/sh\n"), ("other.sh", ""), ("conf/a", ""), ("passwd", "")];
        let folded = |body: &str| {
            let text = "FROM debian:12\nWORKDIR /app\n".to_owned() + body;
            let found = advise(&text, &files);
            let id = found.moves.iter().find(|one| one.id.starts_with("ch"))?.id.clone();
            assert_eq!(found.dockerfile, text, "a person should look");
            let options = Options { moves: Some(vec![id]), ..Options::default() };
            let found = optimize(&state(&text, &files), &options).dockerfile;
            found.strip_prefix("FROM debian:12\nWORKDIR /app\n").map(str::to_owned)
        };
        let gives = |body: &str, expect: &str| assert_eq!(folded(body).as_deref(), Some(expect), "{body}");
        gives(
            "COPY entry.sh /\nRUN chmod +x /entry.sh\nCMD [\"/entry.sh\"]\n",
            "COPY --chmod=755 entry.sh /\nCMD [\"/entry.sh\"]\n",
        );
        gives(
            "copy --chown=1 entry.sh other.sh ./\nENV A=1\n# run\nRUN chmod 0700 entry.sh && chmod u=rwx,go= ./other.sh",
            "copy --chmod=700 --chown=1 entry.sh other.sh ./\nENV A=1\n",
        );
        gives(
            "COPY entry.sh /usr/local/bin/\nRUN chown 5:6 /usr/local/bin/entry.sh\n",
            "COPY --chown=5:6 entry.sh /usr/local/bin/\n",
        );
        gives(
            "COPY entry.sh .\nRUN chown app:root entry.sh && chmod 640 entry.sh\n",
            "COPY --chown=app:root --chmod=640 entry.sh .\n",
        );
        gives("COPY entry.sh .\nRUN chown 0:7 entry.sh; chown 5 entry.sh\n", "COPY --chown=5:7 entry.sh .\n");
        gives(
            "COPY --chmod=600 entry.sh .\nRUN chown 5:6 entry.sh\n",
            "COPY --chown=5:6 --chmod=600 entry.sh .\n",
        );
        gives("COPY entry.sh /new/\nRUN chmod 755 /new/entry.sh\n", "COPY --chmod=755 entry.sh /new/\n");
        for other in [
            // The folder that the COPY makes would get the file's mode or owner.
            "COPY entry.sh /new/\nRUN chmod 700 /new/entry.sh\n",
            "COPY entry.sh /new/\nRUN chown 5:6 /new/entry.sh\n",
            // Owners that take more than the name to tell, or are not given to all.
            "COPY entry.sh .\nRUN chown 5: entry.sh\n",
            "COPY entry.sh .\nRUN chown :6 entry.sh\n",
            "COPY entry.sh .\nRUN chown a.b entry.sh\n",
            "COPY entry.sh .\nRUN chown -h 5:6 entry.sh\n",
            "COPY entry.sh other.sh ./\nRUN chown 5:6 entry.sh\n",
            "COPY entry.sh other.sh ./\nRUN chown 5:6 entry.sh && chown 5:7 other.sh\n",
            "COPY --chown=1 entry.sh .\nRUN chown 5:6 entry.sh\n",
            "COPY passwd /etc/\nRUN chown app:app /etc/passwd\n",
            // A file that keeps another mode, a folder, something else that is done, something between the two.
            "COPY entry.sh other.sh ./\nRUN chmod +x entry.sh\n",
            "COPY conf /conf/\nRUN chmod 755 /conf/a\n",
            "COPY entry.sh /\nRUN chmod +x /entry.sh && /entry.sh\n",
            "COPY entry.sh /\nRUN chmod +x /entry.sh || true\n",
            "COPY entry.sh /\nRUN chmod +x /entry.sh /usr/bin/x\n",
            "COPY entry.sh /\nRUN chmod u+s /entry.sh\n",
            "COPY entry.sh /\nRUN chmod -R +x /entry.sh\n",
            "COPY entry.sh /\nRUN ./x\nRUN chmod +x /entry.sh\n",
            "COPY entry.sh /\nUSER 7\nRUN chmod +x /entry.sh\n",
            "COPY --chmod=600 entry.sh /\nRUN chmod +x /entry.sh\n",
            "COPY --from=x entry.sh /\nRUN chmod +x /entry.sh\n",
        ] {
            assert_eq!(folded(other), None, "{other}");
        }
    }
}
