//! What moves save: the simulation of the Dockerfile with them, compared with that of the original.
//!
//! Moves of different stages do not touch each other's steps: an edit that makes a step of a stage run again does so
//! in any order of them, so that what stands on the stage, or takes files from it, sees the same. So one simulation
//! with all moves tells what each of them saves, by the steps of its own stage.

use std::rc::Rc;

use crate::{
    dockerfile::Dockerfile,
    text::{Span, TextEdit, apply},
};

use super::{
    Move, Saving,
    cost::{Costs, Part, again, savings},
    mount::Offer,
    stage::Ground,
};

/// Edits of the text that do not touch each other, all together; `None` if two of them do.
fn joined<'e>(all: impl Iterator<Item = &'e [TextEdit]>) -> Option<Vec<TextEdit>> {
    let mut joined: Vec<TextEdit> = Vec::new();
    for edits in all {
        for edit in edits {
            if joined.contains(edit) {
                continue;
            }
            if joined.iter().any(|other| overlap(edit, other)) {
                return None;
            }
            joined.push(edit.clone());
        }
    }
    joined.sort_by_key(|edit| (edit.span.start, edit.span.end));
    Some(joined)
}

/// Whether two edits touch the same text.
pub(super) fn overlap(one: &TextEdit, two: &TextEdit) -> bool {
    one.span.start < two.span.end && two.span.start < one.span.end
        || (one.span.is_empty() && one.span.start > two.span.start && one.span.start < two.span.end)
        || (two.span.is_empty() && two.span.start > one.span.start && two.span.start < one.span.end)
}

/// Drops the moves that do not save, and says of the others what they save. `stages` are those of the moves.
pub(super) fn prove(ground: &Ground<'_>, stages: &[usize], moves: &mut Vec<Move>) {
    let together = together(ground, moves.iter().map(|one| one.edits.as_slice()));
    let mut proved: Vec<bool> = Vec::new();
    for (one, stage) in moves.iter_mut().zip(stages) {
        let alone = stages.iter().filter(|other| *other == stage).count() == 1;
        let found = match &together {
            Some(costs) if alone => Some(part(ground, costs, &|part| part.stage == *stage)),
            _ => alone_saves(ground, &one.edits),
        };
        let (saves, better) = found.unwrap_or_default();
        one.saves = saves;
        proved.push(better);
    }
    follow(ground, moves, &mut proved);
    let mut proved = proved.into_iter();
    moves.retain(|_| proved.next() == Some(true));
}

/// Finds the moves that save only once the proved ones are made. Stages that begin alike share steps: what one of them
/// saves, the other one saves too, but they would not be alike any more.
fn follow(ground: &Ground<'_>, moves: &mut [Move], proved: &mut [bool]) {
    for at in 0..moves.len() {
        if proved.get(at) != Some(&false) || !proved.contains(&true) {
            continue;
        }
        let made = |also: Option<usize>| {
            let edits = moves.iter().enumerate().zip(proved.iter());
            let edits = edits.filter(|((number, _), proved)| **proved || also == Some(*number));
            together(ground, edits.map(|((_, one), _)| one.edits.as_slice()))
        };
        let Some((before, after)) = made(None).zip(made(Some(at))) else { continue };
        if after.total(ground.edits) < before.total(ground.edits) {
            let saves = savings(ground.edits, &before, &after);
            if let (Some(one), Some(proved)) = (moves.get_mut(at), proved.get_mut(at)) {
                one.saves = saves;
                *proved = true;
            }
        }
    }
}

/// What all edits together cost, if they can be made together and build.
fn together<'e>(ground: &Ground<'_>, edits: impl Iterator<Item = &'e [TextEdit]>) -> Option<Rc<Costs>> {
    let edits = joined(edits)?;
    if edits.is_empty() {
        return None;
    }
    let costs = ground.try_text(&apply(&ground.state.dockerfile.text, &edits))?;
    (!costs.fails).then_some(costs)
}

/// What a move saves on its own, by a simulation of its own, and whether that is anything.
pub(super) fn alone_saves(ground: &Ground<'_>, edits: &[TextEdit]) -> Option<(Vec<Saving>, bool)> {
    let costs = ground.try_text(&apply(&ground.state.dockerfile.text, edits)).filter(|costs| !costs.fails)?;
    let better = costs.total(ground.edits) < ground.costs.total(ground.edits);
    Some((savings(ground.edits, ground.costs, &costs), better))
}

/// Edit by edit, what changes if only the steps that `own` names cost what they do in `after`, and whether that is
/// cheaper by the edits' weights.
fn part(ground: &Ground<'_>, after: &Costs, own: &dyn Fn(&Part) -> bool) -> (Vec<Saving>, bool) {
    let sum = |parts: &[Part]| parts.iter().filter(|part| own(part)).map(|part| part.cost).sum::<u64>();
    let (mut saves, mut gain) = (Vec::new(), 0_i128);
    let both = ground.costs.parts.iter().zip(&after.parts).zip(&ground.costs.after);
    for (((old, new), &before), edit) in both.zip(ground.edits) {
        let (old, new) = (sum(old), sum(new));
        gain += i128::from(edit.weight) * (i128::from(old) - i128::from(new));
        if old != new {
            let after = before.saturating_sub(old).saturating_add(new);
            saves.push(Saving { edit: edit.name.clone(), before, after });
        }
    }
    (saves, gain > 0)
}

/// What mounts save: for edits of files, and for a change of the RUN's own line, for which they always help. `None`
/// for one that would not do. A mount changes what its step takes, and no step's hit or miss.
pub(super) fn mounts(ground: &Ground<'_>, offers: &[Offer]) -> Vec<Option<Vec<Saving>>> {
    let mounted = |edits: &[TextEdit]| {
        let text = apply(&ground.state.dockerfile.text, edits);
        ground.costs.with_text(ground.state, &[], &text).filter(|costs| !costs.fails)
    };
    let all = joined(offers.iter().map(|offer| offer.edits.as_slice()))
        .filter(|edits| !edits.is_empty())
        .and_then(|edits| mounted(&edits));
    let saves = |offer: &Offer| {
        let alone;
        let costs = if let Some(costs) = &all {
            costs
        } else {
            alone = mounted(&offer.edits)?;
            &alone
        };
        let cost = |origin: usize, old: u64| {
            let own = origin == offer.index || offer.others.contains(&origin);
            if own { costs.rerun(origin) } else { old }
        };
        let mut saves = Vec::new();
        for ((parts, &before), edit) in ground.costs.parts.iter().zip(&ground.costs.after).zip(ground.edits) {
            let after =
                parts.iter().fold(0_u64, |sum, part| sum.saturating_add(cost(part.origin, part.cost)));
            if before != after {
                saves.push(Saving { edit: edit.name.clone(), before, after });
            }
        }
        saves.extend(own_change(ground, offer.index, &cost));
        let good = !saves.is_empty() && saves.iter().all(|saving| saving.after <= saving.before);
        good.then_some(saves)
    };
    offers.iter().map(saves).collect()
}

/// What a change of a RUN's own line costs without and with its mount: the step and all that stand on it, or take
/// files from it, run again.
fn own_change(ground: &Ground<'_>, index: usize, cost: &dyn Fn(usize, u64) -> u64) -> Option<Saving> {
    let first = ground.costs.first.done().last()?;
    let mut runs: Vec<bool> = Vec::new();
    let (mut before, mut after) = (0_u64, 0_u64);
    for (step, told) in first.outcome.steps.iter().zip(&first.result.steps) {
        // Steps stand on earlier ones.
        let below = step.parent.iter().chain(&step.inputs).any(|at| runs.get(*at).copied().unwrap_or(false));
        runs.push(below || step.origin == index);
        if runs.last() == Some(&true) {
            let old = again(told);
            before = before.saturating_add(old);
            after = after.saturating_add(cost(step.origin, old));
        }
    }
    let line = ground.state.dockerfile.instructions.get(index)?.line;
    let mut edit = String::from("line ");
    edit.push_str(&line.to_string());
    edit.push_str(" of the Dockerfile");
    (before != after).then_some(Saving { edit, before, after })
}

/// The moves' edits that are applied: those of the moves that `chosen` names, without what clashes with another.
/// An instruction that one move puts elsewhere takes along what another changes in it.
pub(super) fn chosen_edits(
    dockerfile: &Dockerfile,
    moves: &[Move],
    chosen: &dyn Fn(&Move) -> bool,
) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for one in moves.iter().filter(|one| chosen(one)) {
        let fresh = one.edits.iter().filter(|edit| !edits.contains(edit)).cloned();
        let clashes = |edit: &TextEdit| edits.iter().any(|other| overlap(edit, other));
        let (inside, mut fresh): (Vec<TextEdit>, Vec<TextEdit>) = fresh.partition(clashes);
        let mut all = edits.clone();
        let carried = dockerfile.instructions.iter().try_fold(0, |count, instruction| {
            let own = |edit: &&TextEdit| {
                instruction.span.start <= edit.span.start && edit.span.end <= instruction.span.end
            };
            let own: Vec<TextEdit> = inside.iter().filter(own).cloned().collect();
            carry(&dockerfile.text, instruction.span, &own, &mut all).then_some(count + own.len())
        });
        if carried == Some(inside.len()) {
            all.append(&mut fresh);
            edits = all;
        }
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits
}

/// Changes an instruction's text where one of the edits puts it; whether it is found there.
fn carry(text: &str, span: Span, own: &[TextEdit], edits: &mut [TextEdit]) -> bool {
    if own.is_empty() {
        return true;
    }
    let before = span.of(text);
    let mut places = edits.iter_mut().filter(|edit| edit.text.matches(before).count() == 1);
    let (Some(edit), None) = (places.next(), places.next()) else { return false };
    let mut after = before.to_owned();
    for change in own.iter().rev() {
        let range = change.span.start - span.start..change.span.end - span.start;
        if after.get(range.clone()).is_none() {
            return false;
        }
        after.replace_range(range, &change.text);
    }
    edit.text = edit.text.replacen(before, &after, 1);
    true
}
