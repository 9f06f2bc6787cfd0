//! Puts it all together: the advice on a state.

use std::{cell::RefCell, rc::Rc};

use crate::{
    build::Stages,
    builder::{Builder, Outcome},
    context::{Content, Kind, Tree},
    diagnostic::Severity,
    dockerfile::Command,
    ignore::Ignore,
    simulation::{Settings, State},
    text::apply,
    tool::shell::normal,
};

use super::{
    Advice, Kept, Level, LikelyEdit, Move, Options, bind, block,
    commute::{Between, Obstacle},
    cost::{Costs, all_savings},
    dummy, fold, hygiene,
    likely::{likely, most},
    link, mount, prove, reason,
    site::sites,
    stage::{Ground, Plan, effects, plan},
    twin::Twins,
};

/// Advice on the Dockerfile of `state`.
///
/// Never fails: a Dockerfile that does not build, or of which too little is known, is left as it is, and
/// [`Advice::kept`] says why.
pub fn optimize(state: &State, options: &Options) -> Advice {
    let state = &with_secrets(state);
    let text = &state.dockerfile.text;
    let mut advice = Advice { dockerfile: text.clone(), ..Advice::default() };
    let refused =
        state.dockerfile.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    if let Some(diagnostic) = refused {
        advice.kept.push(Kept { line: diagnostic.line, why: reason::fails(&diagnostic.message) });
        return advice;
    }
    let first = Costs::of(state, &[]);
    if first.fails {
        let error = first.result().and_then(|result| result.error.as_ref());
        let why = reason::fails(error.map_or("", |error| &error.message));
        advice.kept.push(Kept { line: error.map_or(0, |error| error.line), why });
        return advice;
    }
    let edits = edits(state, options, &first);
    let costs = first.with(&edits);
    advice.cost_before = costs.expected(&edits);
    advice.cost_after = advice.cost_before;
    advice.saves = all_savings(&edits, &costs, &costs);
    let stages = Stages::of(&state.dockerfile);
    let sites = sites(state, &stages);
    let Some(done) = costs.first.done().last() else { return advice };
    let twins = Twins::of(&state.dockerfile, &stages, &done.outcome);
    let effects = effects(state, &stages, &sites, &done.outcome, &twins);
    let ground = Ground {
        state,
        stages: &stages,
        sites: &sites,
        effects: &effects,
        edits: &edits,
        costs: &costs,
        twins: &twins,
        tried: RefCell::default(),
    };
    let mut moved = Vec::new();
    let looked: Vec<link::Links> =
        (0..stages.list.len()).map(|number| link::links(&ground, number)).collect();
    let (of, mut links): (Vec<usize>, Vec<Move>) =
        looked.iter().enumerate().filter_map(|(number, own)| Some((number, own.found.clone()?))).unzip();
    prove::prove(&ground, &of, &mut links);
    for number in 0..stages.list.len() {
        safe_moves(&ground, number, &mut advice);
        if looked.get(number).is_some_and(|own| own.settles(&links)) {
            advice.moves.truncate(moved.len());
        }
        moved.resize(advice.moves.len(), number);
    }
    prove::prove(&ground, &moved, &mut advice.moves);
    advice.moves.extend(links);
    mounts(&ground, &mut advice);
    advice.moves.extend(fold::folds(&ground));
    let named = |kind: &str| options.moves.iter().flatten().any(|id| id.starts_with(kind));
    if options.bind_mounts || named(bind::ID) {
        advice.moves.extend(bind::binds(&ground));
    }
    if options.dummy_sources || named(dummy::ID) {
        advice.moves.extend(dummy::dummies(&ground));
    }
    if advice.moves.iter().all(|one| one.level != Level::Safe)
        && advice.kept.iter().all(|kept| kept.line == 0 || kept.why.is_empty())
    {
        let copied = done
            .outcome
            .steps
            .iter()
            .any(|step| step.ingredients.files.iter().any(|files| files.from.is_none()));
        let why = if !copied {
            reason::NOTHING_COPIED
        } else if copies_first(&ground) {
            reason::ALREADY_GOOD
        } else {
            reason::NOTHING_GAINED
        };
        advice.kept.push(Kept { line: 0, why: why.to_owned() });
    }
    if let Some((text, lines)) = hygiene::ignore_file(&ground, &ignore_name(&ground)) {
        (advice.dockerignore, advice.ignore_lines) = (Some(text), lines);
    }
    advice.moves.sort_by_key(|one| one.level == Level::Review);
    advice.kept.sort_by(|a, b| (a.line, &a.why).cmp(&(b.line, &b.why)));
    advice.kept.dedup();
    choose(&ground, options, &mut advice);
    advice
}

/// The state with every secret that a RUN asks for: whether one is given says nothing about the order.
fn with_secrets(state: &State) -> State {
    if state.settings.builder != Builder::Buildkit {
        return state.clone();
    }
    let mut secrets = state.settings.secrets.clone();
    for instruction in &state.dockerfile.instructions {
        let Command::Run(run) = &instruction.command else { continue };
        for mount in &run.mounts {
            let field = |name: &str| {
                mount.fields.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.clone())
            };
            let id = field("id")
                .or_else(|| field("source"))
                .or_else(|| field("target").and_then(|target| target.rsplit('/').next().map(str::to_owned)));
            if let (Some("secret"), Some(id)) = (field("type").as_deref(), id) {
                secrets.push(id);
            }
        }
    }
    let mut state = state.clone();
    if secrets.len() > state.settings.secrets.len() || !state.settings.ssh {
        let mut settings = Settings::clone(&state.settings);
        (settings.secrets, settings.ssh) = (secrets, true);
        state.settings = Rc::new(settings);
    }
    state
}

/// The likely edits: those that are given, else drawn from the files by which steps take them in.
fn edits(state: &State, options: &Options, first: &Costs) -> Vec<LikelyEdit> {
    if !options.edits.is_empty() {
        let mut edits = options.edits.clone();
        for edit in &mut edits {
            edit.state.settings = state.settings.clone();
        }
        return most(edits);
    }
    let Some(done) = first.first.done().last() else { return Vec::new() };
    let mentioned = mentioned(&done.outcome);
    // Nearly always all select from one tree: the context after the ignore file.
    let tree = mentioned.first().map(|(_, tree, _)| *tree);
    let tree = tree.filter(|tree| mentioned.iter().all(|(_, other, _)| std::ptr::eq(*tree, *other)));
    likely(state, tree, &options.commits, &|path| {
        let mut group = 0_u128;
        for (roots, own, steps) in &mentioned {
            let inside = |root: &&str| root.is_empty() || super::brought::inside(path, root).is_some();
            if roots.iter().any(inside) && (tree.is_some() || own.get(path).is_some()) {
                group |= steps;
            }
        }
        (group != 0).then_some(group)
    })
}

/// Paths that steps take in from a tree, and which steps, as bits.
type Selection<'a> = (Vec<&'a str>, &'a Tree, u128);

/// What the steps take in from the context, each selection once.
fn mentioned(outcome: &Outcome) -> Vec<Selection<'_>> {
    let files =
        outcome.steps.iter().flat_map(|step| &step.ingredients.files).filter(|files| files.from.is_none());
    let mut all: Vec<Selection<'_>> = Vec::new();
    for (bit, files) in files.filter(|files| files.tree.is_some()).enumerate().take(126) {
        let Some(tree) = files.tree.as_deref() else { continue };
        let roots: Vec<&str> = files.selected.iter().map(String::as_str).collect();
        let known = all.iter_mut().find(|(known, of, _)| std::ptr::eq(*of, tree) && *known == roots);
        match known {
            Some((_, _, steps)) => *steps |= 1 << bit,
            None => all.push((roots, tree, 1 << bit)),
        }
    }
    all
}

/// Finds the cheapest order of a stage and tells it as moves.
fn safe_moves(ground: &Ground<'_>, number: usize, advice: &mut Advice) {
    let Some(stage) = ground.stages.list.get(number) else { return };
    let Some(plan) = plan(ground, number) else {
        let line = ground.state.dockerfile.instructions.get(stage.from).map_or(0, |from| from.line);
        advice.kept.push(Kept { line, why: reason::TRIGGERS.to_owned() });
        return;
    };
    for block in block::blocks(ground, &plan) {
        if let Some(found) = block::block_move(ground, number, &plan, block, advice.moves.len()) {
            advice.moves.push(found);
        }
    }
    kept(ground, &plan, advice);
}

/// The ignore file that applies.
pub(super) fn ignore(ground: &Ground<'_>) -> Option<Ignore> {
    match &ground.state.context.get(&ignore_name(ground))?.kind {
        Kind::File(Content::Bytes(bytes)) => std::str::from_utf8(bytes).ok().map(Ignore::parse),
        _ => None,
    }
}

/// The name of the ignore file that applies: the Dockerfile's own if there is one.
fn ignore_name(ground: &Ground<'_>) -> String {
    let state = ground.state;
    let own = state.settings.dockerfile_path.as_ref().map(|path| {
        let mut path = path.clone();
        path.push_str(".dockerignore");
        path
    });
    let buildkit = state.settings.builder == Builder::Buildkit;
    let own = own.filter(|path| buildkit && state.context.get(path).is_some());
    own.unwrap_or_else(|| ".dockerignore".to_owned())
}

/// Notes which expensive RUNs stay behind a COPY of the context, and why.
fn kept(ground: &Ground<'_>, plan: &Plan, advice: &mut Advice) {
    for (place, (run, _)) in plan.order.items.iter().enumerate() {
        let Some(item) = plan.items.get(*run).filter(|item| item.runs && item.cost >= 1_000) else {
            continue;
        };
        let before: Vec<usize> = plan.order.items.iter().take(place).map(|(earlier, _)| *earlier).collect();
        for copy in before {
            let Some(Between::Fixed(obstacle)) = plan.pairs.get(*run).and_then(|row| row.get(copy)) else {
                continue;
            };
            let touched = plan.items.get(copy).is_some_and(|copy| copy.edits & !item.edits != 0);
            let (Some(&first), Some(&second)) = (plan.active.get(copy), plan.active.get(*run)) else {
                continue;
            };
            let brings = ground
                .effects
                .get(first)
                .and_then(|effect| effect.as_ref())
                .is_some_and(|effect| effect.copy().is_some());
            if !touched || !brings || matches!(obstacle, Obstacle::Runs) {
                continue;
            }
            let site = ground.sites.before.get(second).and_then(|site| site.as_ref());
            let workdir = site.and_then(|site| site.workdir.as_deref()).map(normal);
            let line =
                ground.state.dockerfile.instructions.get(second).map_or(0, |instruction| instruction.line);
            let why = reason::obstacle(&ground.state.dockerfile, first, second, obstacle, workdir.as_deref());
            advice.kept.push(Kept { line, why });
        }
    }
}

/// Whether RUNs that cost something stand behind copies of what they read alone.
fn copies_first(ground: &Ground<'_>) -> bool {
    ground
        .effects
        .iter()
        .flatten()
        .any(|effect| effect.run().is_some_and(|survey| survey.opaque.is_none() && !survey.reads.is_empty()))
}

/// Adds the cache mounts that save something.
fn mounts(ground: &Ground<'_>, advice: &mut Advice) {
    let mut kept = Vec::new();
    let mut offers = Vec::new();
    for number in 0..ground.stages.list.len() {
        offers.extend(mount::offers(ground, number, &mut kept));
    }
    let dockerfile = &*ground.state.dockerfile;
    let line = |index: usize| dockerfile.instructions.get(index).map_or(0, |instruction| instruction.line);
    for (saves, offer) in prove::mounts(ground, &offers).into_iter().zip(offers) {
        let Some(saves) = saves else { continue };
        let mut id = String::from("mount-");
        id.push_str(&line(offer.index).to_string());
        advice.moves.push(Move {
            id,
            level: if offer.same_image { Level::Safe } else { Level::Review },
            title: reason::mount_title(&offer, dockerfile),
            why: reason::mount_why(&offer),
            evidence: reason::mount_evidence(&offer),
            edits: offer.edits,
            saves,
        });
    }
    for (index, why) in kept {
        advice.kept.push(Kept { line: line(index), why });
    }
}

/// Applies the chosen moves, all safe ones if none are named.
fn choose(ground: &Ground<'_>, options: &Options, advice: &mut Advice) {
    let text = &ground.state.dockerfile.text;
    let chosen = |one: &Move| match &options.moves {
        Some(ids) => ids.contains(&one.id),
        None => one.level == Level::Safe,
    };
    let edits = prove::chosen_edits(&ground.state.dockerfile, &advice.moves, &chosen);
    if edits.is_empty() {
        return;
    }
    let result = apply(text, &edits);
    if let Some(costs) = ground.try_text(&result) {
        let worse = options.moves.is_none() && costs.total(ground.edits) > ground.costs.total(ground.edits);
        if !costs.fails && !worse {
            advice.cost_after = costs.expected(ground.edits);
            advice.saves = all_savings(ground.edits, ground.costs, &costs);
            advice.dockerfile = result;
            advice.edits = edits;
        }
    }
}
