//! RUNs that only give files another mode, as `chmod +x mvnw` does: a RUN behind them may pass if the copies of what
//! it reads give that mode by themselves.

use crate::{
    builder::Builder,
    context::Kind,
    dockerfile::Command,
    tool::{self, ModeChange, Region},
};

use super::{
    brought::Pair,
    commute::{Between, Obstacle},
    effect::{Effect, script, with_setting},
    mount::raised,
    order::Set,
    stage::Ground,
};

/// For a RUN and a COPY, by their places: the RUNs between them whose modes a copy of single files gives by itself.
#[derive(Default)]
pub(super) struct Given(Vec<(usize, usize, Set)>);

impl Given {
    /// Those for the RUN `run` and the COPY `copy`, as bits.
    pub(super) fn with(&self, run: usize, copy: usize) -> Set {
        let own = self.0.iter().filter(|(of, from, _)| (*of, *from) == (run, copy));
        own.fold(0, |all, (_, _, set)| all | set)
    }
}

/// For each instruction the modes that it gives; none if it does anything else.
pub(super) fn changes(ground: &Ground<'_>, active: &[usize]) -> Vec<Vec<ModeChange>> {
    let supported = ground.state.settings.builder == Builder::Buildkit && raised(ground).is_none();
    let own = |index: &usize| {
        let instruction = ground.state.dockerfile.instructions.get(*index)?;
        let Command::Run(run) = &instruction.command else { return None };
        let site = ground.sites.before.get(*index)?.as_ref()?;
        let root = matches!(site.user.split(':').next(), Some("" | "root" | "0"));
        if !supported || !root || !run.mounts.is_empty() || !instruction.heredocs.is_empty() {
            return None;
        }
        let (script, _) = script(instruction, run);
        with_setting(site, &[], |setting| tool::mode_changes(script, setting))
            .filter(|changes| changes.iter().all(|change| tool::changed_mode(0o644, &change.mode).is_some()))
    };
    active.iter().map(|index| own(index).unwrap_or_default()).collect()
}

/// Lets RUNs pass those that give modes, where the files that both look at are copied for them.
pub(super) fn given(known: &[&Effect], modes: &[Vec<ModeChange>], pairs: &mut [Vec<Between>]) -> Given {
    let mut given = Given::default();
    for run in 0..known.len().min(128) {
        let Some(survey) = known[run].run().filter(|survey| survey.opaque.is_none()) else { continue };
        for giver in 0..run {
            if !matches!(pairs[run].get(giver), Some(Between::Fixed(Obstacle::Runs)))
                || modes[giver].is_empty()
            {
                continue;
            }
            let mut copies = Vec::new();
            let passes = modes[giver].iter().all(|change| {
                let region = Region::entry(change.path.clone());
                if survey.changes().any(|own| own.meets(&region)) {
                    return false;
                }
                if !survey.reads.iter().any(|own| own.meets(&region)) {
                    return true;
                }
                // One COPY brings it, as a file by its name.
                let mut brings =
                    (0..giver).filter(|at| known[*at].copy().is_some_and(|copy| copy.meets(&region)));
                let (Some(copy), None) = (brings.next(), brings.next()) else { return false };
                copies.push(copy);
                let file = |file: &Pair| {
                    let entry = known[copy].copy().and_then(|copy| copy.tree.get(&file.from));
                    file.to == change.path && entry.is_some_and(|entry| matches!(entry.kind, Kind::File(_)))
                };
                !known[copy].chmod
                    && matches!(&pairs[run][copy], Between::Split(files) if files.iter().any(file))
            });
            if passes {
                pairs[run][giver] = Between::Free;
                given.0.extend(copies.into_iter().map(|copy| (run, copy, 1 << giver)));
            }
        }
    }
    given
}

/// The mode that a copy of a file gives in the place of the RUNs `with`; `None` if none of them is about it.
pub(super) fn mode(copy: &Effect, file: &Pair, with: Set, modes: &[Vec<ModeChange>]) -> Option<u32> {
    let entry = copy.copy()?.tree.get(&file.from)?;
    let givers = modes.iter().enumerate().filter(|(giver, _)| *giver < 128 && with >> giver & 1 == 1);
    let mut changes =
        givers.flat_map(|(_, changes)| changes).filter(|change| change.path == file.to).peekable();
    changes.peek()?;
    changes.try_fold(entry.mode, |mode, change| tool::changed_mode(mode, &change.mode))
}
