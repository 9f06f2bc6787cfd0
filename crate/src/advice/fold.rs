//! A RUN that only gives another mode to files which the COPY before it brings: the COPY can do that by itself.
//!
//! Such a RUN runs again whenever the files change, and its layer holds them once more. The image stays the same for
//! the modes that the files have here; another checkout may give them others, so a person should look.

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
    effect::{What, script, with_setting},
    mount::raised,
    reason, split,
    stage::Ground,
};

/// A RUN that a COPY makes needless.
struct Fold {
    copy: usize,
    run: usize,
    mode: u32,
    /// Modes that the files have now.
    old: Vec<u32>,
}

/// The moves that fold a RUN into the COPY before it.
pub(super) fn folds(ground: &Ground<'_>) -> Vec<Move> {
    if ground.state.settings.builder != Builder::Buildkit {
        return Vec::new();
    }
    let dockerfile = &*ground.state.dockerfile;
    let mut moves = Vec::new();
    for stage in &ground.stages.list {
        for copy in stage.instructions.clone() {
            let Some(fold) = fold(ground, copy, stage.instructions.end) else { continue };
            let (Some(from), Some(run)) =
                (dockerfile.instructions.get(fold.copy), dockerfile.instructions.get(fold.run))
            else {
                continue;
            };
            let mut edits = vec![
                split::with_flags(from, reason::chmod(fold.mode)),
                TextEdit { span: lines(dockerfile, run), text: String::new() },
            ];
            edits.splice(0..0, raised(ground));
            let saves = saves(ground, fold.run);
            let builds = !saves.is_empty()
                && ground
                    .costs
                    .with_text(ground.state, &[], &crate::text::apply(&dockerfile.text, &edits))
                    .is_some_and(|costs| !costs.fails);
            if builds {
                let mut id = String::from("chmod-");
                id.push_str(&run.line.to_string());
                moves.push(Move {
                    id,
                    level: Level::Review,
                    title: reason::fold_title(dockerfile, fold.copy, fold.run, fold.mode),
                    why: reason::fold_why(dockerfile, fold.run, fold.mode, &fold.old),
                    evidence: Vec::new(),
                    edits,
                    saves,
                });
            }
        }
    }
    moves
}

fn fold(ground: &Ground<'_>, copy: usize, end: usize) -> Option<Fold> {
    let instructions = &ground.state.dockerfile.instructions;
    let effect = |index: usize| ground.effects.get(index)?.as_ref();
    let (Command::Copy(command) | Command::Add(command)) = &instructions.get(copy)?.command else {
        return None;
    };
    let brought = effect(copy)?.copy()?;
    if command.chmod.is_some() || command.link || !brought.exact || !brought.regions.is_empty() {
        return None;
    }
    // Settings between the two change neither.
    let run = (copy + 1..end)
        .find(|index| effect(*index).is_none_or(|effect| !matches!(effect.what, What::Config)))?;
    let site = ground.sites.before.get(run)?.as_ref()?;
    let instruction = instructions.get(run)?;
    let Command::Run(command) = &instruction.command else { return None };
    let root = matches!(site.user.split(':').next(), Some("" | "root" | "0"));
    let bare =
        command.mounts.is_empty() && instruction.flags.is_empty() && is_plain(instruction, &command.form);
    if !root || !bare {
        return None;
    }
    let (script, _) = script(instruction, command);
    let changes = with_setting(site, &[], |setting| tool::mode_changes(script, setting))?;
    let (mut modes, mut old) = (Vec::new(), Vec::new());
    for pair in &brought.pairs {
        let entry = brought.tree.get(&pair.from).filter(|entry| matches!(entry.kind, Kind::File(_)))?;
        old.push(entry.mode);
        let mut own = changes.iter().filter(|change| change.path == pair.to);
        modes.push(own.try_fold(entry.mode, |mode, change| tool::changed_mode(mode, &change.mode))?);
    }
    let mode = *modes.first()?;
    let known = changes.iter().all(|change| brought.pairs.iter().any(|pair| pair.to == change.path));
    (known && modes.iter().all(|other| *other == mode)).then_some(Fold { copy, run, mode, old })
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
