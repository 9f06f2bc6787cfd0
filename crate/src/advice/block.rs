//! A run of instructions in its new order: as edits of the text, with the copies of single files that it needs, and
//! with the reasons.

use crate::{dockerfile::Command, ignore::Ignore, text::TextEdit, tool};

use super::{
    Level, Move,
    brought::Pair,
    commute::{Between, owner},
    edit::{Unit, reorder},
    effect::{Effect, What},
    modes,
    optimize::ignore,
    order::Set,
    reason, split,
    stage::{Ground, Plan, chain, stands},
};

/// Whether an item is a COPY or a setting, which a copy of single files may stand before: so is a WORKDIR that names the
/// folder which it is already.
fn lets_pass(ground: &Ground<'_>, plan: &Plan, item: usize) -> bool {
    let Some(index) = plan.active.get(item) else { return false };
    let Some(effect) = ground.effects.get(*index).and_then(|effect| effect.as_ref()) else { return false };
    let site = ground.sites.before.get(*index).and_then(|site| site.as_ref());
    match &effect.what {
        What::Copy(_) | What::Config => true,
        What::Folder(folder) => site.is_some_and(|site| site.workdir.as_ref() == Some(folder)),
        What::Run(_) | What::Unknown => false,
    }
}

/// A unit of a new order that a copy of single files may stand before.
struct Passable {
    /// Milliseconds when it runs again.
    cost: u64,
    /// Its item, if it is an instruction of the file.
    item: Option<usize>,
}

/// Runs of places that are permuted among themselves: each is a move of its own. COPYs and settings directly above
/// belong to it: a copy of single files may go before them.
pub(super) fn blocks(ground: &Ground<'_>, plan: &Plan) -> Vec<std::ops::Range<usize>> {
    let mut blocks: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut start, mut highest) = (0, 0);
    for (place, (item, _)) in plan.order.items.iter().enumerate() {
        highest = highest.max(*item);
        if highest == place {
            if place > start {
                let copies = |place: usize| {
                    plan.order.items.get(place).is_some_and(|(item, _)| lets_pass(ground, plan, *item))
                };
                while let Some(above) = start.checked_sub(1).filter(|above| copies(*above)) {
                    start = match blocks.last() {
                        Some(block) if block.end == start => {
                            let start = block.start;
                            blocks.pop();
                            start
                        }
                        _ => above,
                    };
                }
                blocks.push(start..place + 1);
            }
            start = place + 1;
        }
    }
    blocks
}

/// The move of a block, with all its edits and reasons.
pub(super) fn block_move(
    ground: &Ground<'_>,
    number: usize,
    plan: &Plan,
    block: std::ops::Range<usize>,
    count: usize,
) -> Option<Move> {
    let dockerfile = &*ground.state.dockerfile;
    let old: Vec<usize> = plan.active.get(block.clone())?.to_vec();
    let mut units = Vec::new();
    // For each unit the edits that touch it, and what is to be known if it may be passed.
    let mut trail: Vec<(Set, Option<Passable>)> = Vec::new();
    let mut copied: Vec<(usize, usize, Vec<Pair>)> = Vec::new();
    let mut already: Vec<(Pair, Option<u32>)> = Vec::new();
    let mut why = Vec::new();
    let mut evidence = Vec::new();
    let ignore = ignore(ground);
    let below = chain(ground.stages, ground.sites, number);
    let below: Vec<&Effect> = below.into_iter().filter_map(|at| ground.effects.get(at)?.as_ref()).collect();
    let order = plan.order.items.get(block.clone())?;
    let mut workdir = ground.sites.before.get(*old.first()?)?.as_ref()?.workdir.clone();
    let mut before = ground.start(number);
    for (item, splits) in plan.order.items.get(..block.start)? {
        let own = plan.items.get(*item)?;
        before |= own.edits;
        before |=
            splits.iter().filter_map(|split| own.splits.get(*split)).fold(0, |set, split| set | split.edits);
    }
    for (place, (item, splits)) in order.iter().enumerate() {
        let index = *plan.active.get(*item)?;
        let site = ground.sites.before.get(index)?.as_ref()?;
        for split in splits {
            let (copy, pairs) = plan.copies.get(*item)?.get(*split)?;
            let with = plan.items.get(*item)?.splits.get(*split)?.with;
            let source = *plan.active.get(*copy)?;
            let effect = ground.effects.get(source)?.as_ref()?;
            let mut fresh: Vec<(Pair, Option<u32>)> = Vec::new();
            for pair in pairs {
                let file = (pair.clone(), modes::mode(effect, pair, with, &plan.modes));
                if !already.contains(&file) {
                    fresh.push(file);
                }
            }
            let owner = handed(ground, plan, *copy, order.get(..place)?);
            // Files of one mode stand in lines of their own.
            fresh.sort_by_key(|(_, mode)| *mode);
            let mut lines = Vec::new();
            for same in fresh.chunk_by(|(_, one), (_, two)| one == two) {
                let mut flags = owner.map_or_else(String::new, split::chown);
                if let Some((_, Some(mode))) = same.first() {
                    // A folder that such a copy makes gets the file's mode.
                    let parent = |(pair, _): &(Pair, Option<u32>)| {
                        let folder = pair.to.rsplit_once('/').map_or("", |(folder, _)| folder);
                        folder.is_empty() || stands(folder, &below, &below, site.workdir.as_deref())
                    };
                    if *mode != 0o755 && !same.iter().all(parent) {
                        return None;
                    }
                    flags.push_str(&reason::chmod(*mode));
                }
                let files: Vec<Pair> = same.iter().map(|(pair, _)| pair.clone()).collect();
                let copy = dockerfile.instructions.get(source)?;
                lines.extend(split::copies(dockerfile, copy, &files, site, &flags)?);
            }
            if lines.is_empty() {
                continue;
            }
            // COPYs directly above may change more often than these files: then they come later.
            let after = plan.items.get(*item)?.splits.get(*split)?.after;
            let free = trail.iter().rev().take_while(|(_, passable)| passable.is_some()).count();
            let base = trail.len() - free;
            let touched = trail.iter().take(base).fold(before, |set, (edits, _)| set | edits);
            let above = trail.split_off(base);
            let stays =
                |passable: &Passable| passable.item.is_some_and(|item| item >= 128 || after >> item & 1 == 1);
            let stay =
                above.iter().enumerate().filter(|(_, (_, passable))| passable.as_ref().is_some_and(stays));
            let stay = stay.fold(0, |set, (number, _)| set | 1 << (number % 128));
            let known: Vec<(Set, u64)> =
                above.iter().map(|(edits, own)| (*edits, own.as_ref().map_or(0, |own| own.cost))).collect();
            let mut stand = units.split_off(base).into_iter().zip(above);
            for number in ground.steadiest(&known, &lines, stay, touched) {
                if number < known.len() {
                    let (unit, own) = stand.next()?;
                    units.push(unit);
                    trail.push(own);
                } else {
                    let (text, files) = lines.get(number - known.len())?;
                    units.push(Unit::New(text.clone()));
                    trail.push((
                        ground.touched_files(files),
                        Some(Passable { cost: tool::cost::COPY, item: None }),
                    ));
                }
            }
            let files: Vec<Pair> = fresh.iter().map(|(pair, _)| pair.clone()).collect();
            already.extend(fresh);
            copied.push((index, source, files));
        }
        let mut changes: Vec<TextEdit> = Vec::new();
        if let Some(owner) = handed(ground, plan, *item, order.get(..place)?) {
            changes.push(split::with_flags(dockerfile.instructions.get(index)?, split::chown(owner)));
        }
        changes.extend(rewritten(ground, index, workdir.as_deref())?);
        if let Some(Command::Workdir(_)) =
            dockerfile.instructions.get(index).map(|instruction| &instruction.command)
        {
            workdir = match ground.effects.get(index)?.as_ref()?.what.clone() {
                What::Folder(folder) => Some(folder),
                _ => None,
            };
        }
        units.push(Unit::Existing(index, changes));
        let own = plan.items.get(*item)?;
        let passable = Passable { cost: own.cost, item: Some(*item) };
        trail.push((own.edits, Some(passable).filter(|_| lets_pass(ground, plan, *item))));
        // What stood before it in the file and stands behind it now.
        for (later, _) in order.iter().skip(place + 1).filter(|(later, _)| later < item) {
            explain(ground, plan, *later, *item, ignore.as_ref(), &mut why, &mut evidence);
        }
    }
    let edits = reorder(dockerfile, &old, &units)?;
    let own = ground.state.settings.dockerfile_path.as_deref();
    let copies = old.iter().filter_map(|index| ground.effects.get(*index)?.as_ref()?.copy());
    if own.is_some_and(|own| copies.clone().any(|copy| copy.takes(own))) {
        evidence.push(reason::OWN_COPY.to_owned());
    }
    let moved: Vec<usize> = order
        .iter()
        .enumerate()
        .filter(|(place, (item, _))| {
            order.iter().skip(place + 1).all(|(later, _)| later > item)
                && order.iter().take(*place).any(|(earlier, _)| earlier > item)
        })
        .map(|(_, (item, _))| plan.active.get(*item).copied())
        .collect::<Option<_>>()?;
    let after = order
        .iter()
        .rfind(|(item, _)| plan.active.get(*item).is_some_and(|index| !moved.contains(index)))
        .and_then(|(item, _)| plan.active.get(*item).copied());
    let mut id = String::from("reorder-");
    id.push_str(&number.to_string());
    id.push('-');
    id.push_str(&count.to_string());
    let title = reason::reorder_title(dockerfile, &copied, &moved, after);
    Some(Move { id, level: Level::Safe, title, why, evidence, edits, saves: Vec::new() })
}

/// The owner that a COPY has to give its files where it stands behind `before`, of which some stood behind it.
fn handed<'a>(
    ground: &'a Ground<'_>,
    plan: &Plan,
    copy: usize,
    before: &[(usize, Vec<usize>)],
) -> Option<&'a str> {
    let effect = |item: usize| ground.effects.get(*plan.active.get(item)?)?.as_ref();
    let last = before
        .iter()
        .map(|(item, _)| *item)
        .filter(|item| *item > copy)
        .filter_map(|item| Some((item, owner(effect(copy)?, effect(item)?)?)));
    last.max_by_key(|(item, _)| *item).map(|(_, owner)| owner)
}

/// The destination of a COPY written out, if the working directory at its new place is another one. `None` if it
/// cannot be written.
#[expect(clippy::option_option, reason = "whether it works, and whether anything changes")]
fn rewritten(ground: &Ground<'_>, index: usize, workdir: Option<&str>) -> Option<Option<TextEdit>> {
    let dockerfile = &*ground.state.dockerfile;
    let instruction = dockerfile.instructions.get(index)?;
    let (Command::Copy(copy) | Command::Add(copy)) = &instruction.command else { return Some(None) };
    let site = ground.sites.before.get(index)?.as_ref()?;
    if !ground.effects.get(index)?.as_ref()?.relative || site.workdir.as_deref() == workdir {
        return Some(None);
    }
    let destination = site.absolute(&site.expand(&copy.destination.text, dockerfile.escape)?)?;
    if !destination.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte)) {
        return None;
    }
    let mut text = destination;
    if copy.json {
        text.insert(0, '"');
        text.push('"');
    }
    Some(Some(TextEdit { span: copy.destination.span, text }))
}

/// Says why `run`, which stood behind `copy`, may stand before it.
fn explain(
    ground: &Ground<'_>,
    plan: &Plan,
    copy: usize,
    run: usize,
    ignore: Option<&Ignore>,
    why: &mut Vec<String>,
    evidence: &mut Vec<String>,
) {
    let (Some(&first), Some(&second)) = (plan.active.get(copy), plan.active.get(run)) else { return };
    let effect = |index: usize| -> Option<&Effect> { ground.effects.get(index)?.as_ref() };
    let (Some(earlier), Some(later)) = (effect(first), effect(second)) else { return };
    let dockerfile = &*ground.state.dockerfile;
    let mut push = |sentence: String| {
        if !why.contains(&sentence) {
            why.push(sentence);
        }
    };
    let gives = plan
        .items
        .get(run)
        .is_some_and(|item| copy < 128 && item.splits.iter().any(|split| split.with >> copy & 1 == 1));
    if gives {
        push(reason::gives_mode(dockerfile, first, second));
    }
    let Some(brought) = earlier.copy() else { return };
    if let Some(survey) = later.run() {
        let pairs: Vec<Pair> = match plan.pairs.get(run).and_then(|row| row.get(copy)) {
            Some(Between::Split(pairs)) => pairs.clone(),
            _ => Vec::new(),
        };
        if let Some(owner) = owner(earlier, later) {
            push(reason::hands_over(dockerfile, first, second, owner));
        }
        push(reason::run_before_copy(dockerfile, first, second, survey, &pairs));
        for sentence in survey.evidence.iter().cloned().chain(reason::not_brought(survey, brought, ignore)) {
            if !evidence.contains(&sentence) {
                evidence.push(sentence);
            }
        }
    } else {
        let mut sentence = reason::named(dockerfile, second);
        sentence.push_str(" and ");
        sentence.push_str(&reason::named(dockerfile, first));
        sentence.push_str(" do not touch the same files or settings.");
        push(sentence);
    }
}
