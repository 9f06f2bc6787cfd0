//! The instructions of a stage as items to be ordered.

use std::{cell::RefCell, rc::Rc};

use crate::{
    build::Stages,
    builder::{Outcome, Status, Step},
    dockerfile::{Command, Dockerfile, Instruction, instruction::Form},
    map,
    simulation::State,
    tool::{self, ModeChange, shell::normal},
};

use super::{
    LikelyEdit,
    brought::{Pair, inside},
    commute::{Between, Obstacle, between, owner},
    cost::Costs,
    effect::{Effect, Selected, What, effect, names},
    modes::{self, Given},
    order::{Item, Order, Set, Split, cheapest},
    overlay::Overlay,
    site::Sites,
    twin::Twins,
};

/// Words that names of variables are made of which describe a build: no program takes its behaviour from
/// `APP_VERSION` or `GIT_COMMIT`. One that has another word in it, as `NODE_VERSION`, may be a program's.
const DESCRIBING: &str = "APP APPLICATION BUILD BUILT GIT VCS CI SOURCE IMAGE RELEASE COMMIT SHA SHA1 HASH SHORT LONG FULL REF REFNAME REV \
    REVISION BRANCH TAG VERSION DATE TIME TIMESTAMP CREATED AT ID NUMBER NUM URL JOB PIPELINE SERVICE PROJECT SEMVER CHANNEL SLUG NAME \
    OCI LABEL MAINTAINER VENDOR TITLE DESCRIPTION LICENSE LICENSES DOCS";

/// A stage with all that is known about its instructions.
pub(super) struct Plan {
    /// Indexes of the instructions that are ordered; the others do not matter to any order.
    pub(super) active: Vec<usize>,
    /// What two of them allow, by their places in `active`.
    pub(super) pairs: Vec<Vec<Between>>,
    /// The cheapest order.
    pub(super) order: Order,
    /// Files to copy before an instruction: by its place in `active`, for each of its splits.
    pub(super) copies: Vec<Vec<(usize, Vec<Pair>)>>,
    /// What the items cost and which edits touch them.
    pub(super) items: Vec<Item>,
    /// For each item the modes that it gives, if it does nothing else.
    pub(super) modes: Vec<Vec<ModeChange>>,
}

/// Effects of all instructions, by index.
pub(super) fn effects(
    state: &State,
    stages: &Stages,
    sites: &Sites,
    outcome: &Outcome,
    twins: &Twins,
) -> Vec<Option<Effect>> {
    let dockerfile = &*state.dockerfile;
    let mut all: Vec<Option<Effect>> = (0..dockerfile.instructions.len()).map(|_| None).collect();
    for (number, stage) in stages.list.iter().enumerate() {
        let below = chain(stages, sites, number);
        for index in stage.instructions.clone() {
            let (Some(instruction), Some(Some(site))) =
                (dockerfile.instructions.get(index), sites.before.get(index))
            else {
                continue;
            };
            let selected = selected(outcome, twins.first(index));
            let above: Vec<&Effect> = below
                .iter()
                .copied()
                .chain(stage.instructions.start..index)
                .filter_map(|at| all.get(at)?.as_ref())
                .collect();
            let known = |folder: &str| stands(folder, &above, &above, site.workdir.as_deref());
            let overlay = Overlay { above: above.clone() };
            let found = effect(dockerfile, instruction, site, &overlay, selected.as_ref(), &known);
            if let Some(place) = all.get_mut(index) {
                *place = Some(found);
            }
        }
    }
    all
}

/// Instructions of the stages that a stage stands on, in order.
pub(super) fn chain(stages: &Stages, sites: &Sites, number: usize) -> Vec<usize> {
    let mut list = Vec::new();
    let mut at = sites.base.get(number).copied().flatten();
    // A stage stands only on earlier ones, so this ends.
    while let Some(base) = at {
        if let Some(stage) = stages.list.get(base) {
            list.splice(0..0, stage.instructions.clone());
        }
        at = sites.base.get(base).copied().flatten().filter(|next| *next < base);
    }
    list
}

/// Whether a folder stands before an instruction: usual ones, working folders, and those made above it.
/// `copies` are those of them that stay above whatever the order.
pub(super) fn stands(folder: &str, above: &[&Effect], copies: &[&Effect], workdir: Option<&str>) -> bool {
    const USUAL: [&str; 16] = [
        "/",
        "/usr",
        "/usr/local",
        "/usr/local/bin",
        "/usr/bin",
        "/usr/sbin",
        "/bin",
        "/sbin",
        "/etc",
        "/opt",
        "/srv",
        "/var",
        "/home",
        "/root",
        "/tmp",
        "/usr/local/lib",
    ];
    let under = |path: &str| inside(path, folder).is_some();
    USUAL.contains(&folder)
        || workdir.is_some_and(under)
        || above.iter().any(|effect| matches!(&effect.what, What::Folder(made) if under(made)))
        || copies
            .iter()
            .any(|effect| matches!(&effect.what, What::Copy(copy) if under(&copy.folder) && copy.exact))
}

/// What the simulated builder selects from the context for an instruction.
fn selected(outcome: &Outcome, index: usize) -> Option<Selected> {
    let step = outcome.steps.iter().find(|step| step.origin == index)?;
    let files = step.ingredients.files.iter().find(|files| files.from.is_none())?;
    Some(Selected { tree: files.tree.clone()?, paths: files.selected.clone() })
}

/// Everything that is needed to plan a stage.
pub(super) struct Ground<'a> {
    pub(super) state: &'a State,
    pub(super) stages: &'a Stages,
    pub(super) sites: &'a Sites,
    pub(super) effects: &'a [Option<Effect>],
    pub(super) edits: &'a [LikelyEdit],
    pub(super) costs: &'a Costs,
    pub(super) twins: &'a Twins,
    /// Dockerfiles that were simulated already.
    pub(super) tried: RefCell<Vec<(String, Rc<Costs>)>>,
}

impl Ground<'_> {
    /// What another Dockerfile costs; `None` if it cannot be tried.
    pub(super) fn try_text(&self, text: &str) -> Option<Rc<Costs>> {
        let known =
            self.tried.borrow().iter().find(|(known, _)| known == text).map(|(_, costs)| Rc::clone(costs));
        if known.is_some() {
            return known;
        }
        let costs = Rc::new(self.costs.with_text(self.state, self.edits, text)?);
        self.tried.borrow_mut().push((text.to_owned(), Rc::clone(&costs)));
        Some(costs)
    }

    fn dockerfile(&self) -> &Dockerfile {
        &self.state.dockerfile
    }

    /// The first build's steps.
    fn steps(&self) -> &[Step] {
        self.costs.first.done().last().map_or(&[], |done| &done.outcome.steps)
    }

    /// The edits after which an instruction takes in other files than before.
    pub(super) fn touched(&self, index: usize) -> Set {
        let index = self.twins.first(index);
        let mut set = 0;
        for (bit, rebuild) in self.costs.rebuilds.iter().enumerate().take(128) {
            let touched = self.steps().iter().filter(|step| step.origin == index).any(|before| {
                let Some(after) = rebuild
                    .steps
                    .iter()
                    .find(|step| step.origin == index && step.instruction == before.instruction)
                else {
                    return true;
                };
                // What another stage has made has no digest until that comes from the cache; then it is the same.
                let digests = |step: &Step| {
                    let own = step.ingredients.files.iter().filter(|files| files.from.is_none());
                    own.map(|files| files.digest.clone()).collect::<Vec<_>>()
                };
                let other = after
                    .inputs
                    .iter()
                    .any(|input| rebuild.steps.get(*input).is_some_and(|step| step.status != Status::Cached));
                digests(before) != digests(after) || other
            });
            set |= Set::from(touched) << bit;
        }
        set
    }

    /// The order of COPYs and settings that stand together and of copies of single files behind them, by number: so
    /// that what changes least comes first. Those that stand there, `above` with the edits that touch each and what it
    /// takes, keep their order; `after` are those of them, as bits, that stay before the files.
    pub(super) fn steadiest(
        &self,
        above: &[(Set, u64)],
        copies: &[(String, Vec<Pair>)],
        after: Set,
        start: Set,
    ) -> Vec<usize> {
        let stays = above.iter().enumerate().map(|(number, (edits, cost))| Item {
            cost: *cost,
            edits: *edits,
            after: number.checked_sub(1).map_or(0, |before| 1 << (before % 128)),
            ..Item::default()
        });
        let files = copies.iter().map(|(_, files)| Item {
            cost: tool::cost::COPY,
            edits: self.touched_files(files),
            after,
            ..Item::default()
        });
        let items: Vec<Item> = stays.chain(files).collect();
        let weights: Vec<u64> = self.edits.iter().map(|edit| edit.weight).collect();
        cheapest(&items, &weights, start).items.into_iter().map(|(item, _)| item).collect()
    }

    /// The edits after which the stage's base is another one.
    pub(super) fn start(&self, number: usize) -> Set {
        let Some(base) = self.sites.base.get(number).copied().flatten() else { return 0 };
        let mut set = 0;
        for (bit, rebuild) in self.costs.rebuilds.iter().enumerate().take(128) {
            let runs = |step: &Step| {
                step.stage == base
                    && matches!(step.status, Status::Executed | Status::Depends | Status::Failed)
            };
            set |= Set::from(rebuild.steps.iter().any(runs)) << bit;
        }
        set
    }

    /// The edits that change a file or folder of the context.
    pub(super) fn touched_files(&self, pairs: &[Pair]) -> Set {
        let mut set = 0;
        for (bit, edit) in self.edits.iter().enumerate().take(128) {
            let changed = pairs.iter().any(|pair| {
                let path = self.state.context.resolve(&pair.from, true).unwrap_or_else(|| pair.from.clone());
                let after = edit.state.context.resolve(&pair.from, true).unwrap_or_else(|| pair.from.clone());
                path != after || self.state.context.node(&path) != edit.state.context.node(&path)
            });
            set |= Set::from(changed) << bit;
        }
        set
    }

    /// For each edit the variables that differ in a stage because build arguments differ.
    fn changed_variables(&self, number: usize) -> Vec<map::Set<String>> {
        let mut all = Vec::new();
        for edit in self.edits.iter().take(128) {
            let mut names_ = map::Set::new();
            let (old, new) = (&*self.state.build_args, &*edit.state.build_args);
            for name in old.keys().chain(new.keys()) {
                if old.get(name) != new.get(name) {
                    names_.insert(name.clone());
                }
            }
            if let (false, Some(stage)) = (names_.is_empty(), self.stages.list.get(number)) {
                for index in stage.instructions.clone() {
                    let Some(Command::Env(list)) =
                        self.dockerfile().instructions.get(index).map(|i| &i.command)
                    else {
                        continue;
                    };
                    for assignment in list {
                        if names(&assignment.value.text).iter().any(|name| names_.contains(name)) {
                            names_.insert(assignment.key.text.clone());
                        }
                    }
                }
            }
            all.push(names_);
        }
        all
    }
}

/// Orders a stage; `None` if nothing is known about what it stands on.
pub(super) fn plan(ground: &Ground<'_>, number: usize) -> Option<Plan> {
    let stage = ground.stages.list.get(number)?;
    if ground.sites.triggers.get(number).copied().unwrap_or(true) {
        return None;
    }
    let dockerfile = ground.dockerfile();
    let shell = stage.instructions.clone().any(|index| {
        matches!(dockerfile.instructions.get(index).map(|i| &i.command), Some(Command::Shell(_)))
    });
    let mut active = Vec::new();
    for index in stage.instructions.clone() {
        let instruction = dockerfile.instructions.get(index)?;
        if !passive(instruction, shell) {
            active.push(index);
        }
    }
    let known: Vec<&Effect> =
        active.iter().map(|index| ground.effects.get(*index)?.as_ref()).collect::<Option<_>>()?;
    let inert: Vec<Vec<&str>> = active
        .iter()
        .map(|index| dockerfile.instructions.get(*index).map(describing).unwrap_or_default())
        .collect();
    let below = chain(ground.stages, ground.sites, number);
    let mut pairs: Vec<Vec<Between>> = Vec::new();
    for (second, effect) in known.iter().enumerate() {
        let mut row = Vec::new();
        for (first, earlier) in known.iter().enumerate().take(second) {
            let base: Vec<&Effect> =
                below.iter().filter_map(|at| ground.effects.get(*at)?.as_ref()).collect();
            let above: Vec<&Effect> = base.iter().chain(known.iter().take(first)).copied().collect();
            let workdir =
                ground.sites.before.get(active[first]).and_then(|site| site.as_ref()?.workdir.clone());
            let existed = |folder: &str| stands(folder, &above, &base, workdir.as_deref());
            // Working folders above a RUN stay above it.
            let nearer: Vec<&Effect> = base.iter().chain(known.iter().take(second)).copied().collect();
            let here =
                ground.sites.before.get(active[second]).and_then(|site| site.as_ref()?.workdir.clone());
            let ready = |folder: &str| stands(folder, &nearer, &base, here.as_deref());
            let run = dockerfile.instructions.get(active[second]);
            let metadata = effect.run().zip(run).is_some_and(|(survey, run)| {
                inert[first].iter().all(|name| !uses(run, survey, name)) && !inert[first].is_empty()
            });
            row.push(between(earlier, effect, metadata, &existed, &ready));
        }
        pairs.push(row);
    }
    let modes = modes::changes(ground, &active);
    let given = modes::given(&known, &modes, &mut pairs);
    settle(&known, &mut pairs, &given);
    keep_names(&known, &mut pairs);
    let changed = ground.changed_variables(number);
    let (items, copies) = items(ground, &active, &known, &pairs, &changed, &given);
    let weights: Vec<u64> = ground.edits.iter().map(|edit| edit.weight).collect();
    let order = cheapest(&items, &weights, ground.start(number));
    Some(Plan { active, pairs, order, copies, items, modes })
}

/// Keeps a COPY that will name an owner, as a RUN before it did, above those that change who has that name.
fn keep_names(known: &[&Effect], pairs: &mut [Vec<Between>]) {
    for (later, row) in pairs.iter_mut().enumerate() {
        let changes = known[later].run().is_some_and(|survey| {
            ["/etc/passwd", "/etc/group"]
                .iter()
                .any(|path| survey.writes.iter().any(|region| region.covers(path)))
        });
        for (copy, between) in row.iter_mut().enumerate().filter(|_| changes) {
            let named = |run: &&&Effect| {
                owner(known[copy], run)
                    .is_some_and(|owner| owner.bytes().any(|byte| byte.is_ascii_alphabetic()))
            };
            if known.get(copy..later).into_iter().flatten().find(named).is_some() {
                *between = Between::Fixed(Obstacle::Overwrites("/etc/passwd".to_owned()));
            }
        }
    }
}

/// Refuses splits whose files another instruction before the RUN writes too: which version counts is then a
/// matter of order.
fn settle(known: &[&Effect], pairs: &mut [Vec<Between>], given: &Given) {
    for (second, row) in pairs.iter_mut().enumerate() {
        for first in 0..row.len() {
            let Some(Between::Split(files)) = row.get(first) else { continue };
            let with = given.with(second, first);
            let others = known.iter().enumerate().take(second);
            let clash = others.filter(|(other, _)| *other != first && with >> other & 1 == 0).find_map(
                |(place, other)| {
                    files.iter().find(|file| {
                        if same_file(known[first], other, file) {
                            return false;
                        }
                        let region = if file.folder {
                            tool::Region::tree(file.to.clone())
                        } else {
                            tool::Region::entry(file.to.clone())
                        };
                        match &other.what {
                            What::Copy(copy) => copy.meets(&region),
                            // What a RUN above the COPY has put there is overwritten in either order.
                            What::Run(_) if place < first => false,
                            // What hands the files over is a matter of flags, or keeps the COPY where it is.
                            What::Run(survey) => {
                                survey.opaque.is_some() || survey.writes.iter().any(|own| own.meets(&region))
                            }
                            What::Unknown => true,
                            What::Folder(_) | What::Config => false,
                        }
                    })
                },
            );
            if let Some(file) = clash {
                let path = file.to.clone();
                if let Some(place) = row.get_mut(first) {
                    *place = Between::Fixed(Obstacle::Reads(path));
                }
            }
        }
    }
}

/// Whether another COPY brings the very file that the first one brings to its place.
fn same_file(first: &Effect, other: &Effect, file: &Pair) -> bool {
    let plain = !(first.chown || first.chmod || other.chown || other.chmod);
    plain && !file.folder && other.copy().is_some_and(|copy| copy.exact && copy.brings(&file.from, &file.to))
}

type Copies = Vec<Vec<(usize, Vec<Pair>)>>;

fn items(
    ground: &Ground<'_>,
    active: &[usize],
    known: &[&Effect],
    pairs: &[Vec<Between>],
    changed: &[map::Set<String>],
    given: &Given,
) -> (Vec<Item>, Copies) {
    let (mut items, mut copies): (Vec<Item>, Copies) = (Vec::new(), Vec::new());
    for (place, (&index, effect)) in active.iter().zip(known).enumerate() {
        let mut item = Item {
            cost: ground.costs.rerun(ground.twins.first(index)),
            edits: ground.touched(index),
            runs: effect.run().is_some(),
            ..Item::default()
        };
        let instruction = ground.dockerfile().instructions.get(index);
        for (bit, names) in changed.iter().enumerate().filter(|(_, names)| !names.is_empty()) {
            let uses = |setting: &super::effect::Setting| matches!(setting, super::effect::Setting::Variable(name) if names.contains(name));
            match instruction.map(|instruction| &instruction.command) {
                Some(Command::Arg(_) | Command::Env(_)) if effect.writes.iter().any(uses) => {
                    item.carried |= 1 << bit;
                }
                Some(Command::Run(_)) => {}
                _ if effect.reads.iter().any(uses) => item.edits |= 1 << bit,
                _ => {}
            }
        }
        let mut own = Vec::new();
        for (first, between) in pairs.get(place).into_iter().flatten().enumerate().take(128) {
            match between {
                Between::Free => {}
                Between::Fixed(_) => item.after |= 1 << first,
                Between::Split(files) => {
                    // What the whole COPY must stand behind, a copy of some of its files must stand behind too.
                    let mut after = items.get(first).map_or(0, |copy: &Item| copy.after);
                    for (above, between) in pairs.get(first).into_iter().flatten().enumerate().take(128) {
                        // A COPY of other files, or of the same ones, does not matter to these.
                        let apart = |file: &Pair| {
                            let other = known[above].copy();
                            let region = if file.folder {
                                tool::Region::tree(file.to.clone())
                            } else {
                                tool::Region::entry(file.to.clone())
                            };
                            same_file(known[first], known[above], file)
                                || other.is_some_and(|copy| !copy.meets(&region))
                        };
                        if matches!(between, Between::Fixed(Obstacle::SameFiles)) && files.iter().all(apart) {
                            after &= !(1 << above);
                        }
                    }
                    let others = known.iter().enumerate().take(place.min(128)).filter(|(other, effect)| {
                        *other != first && files.iter().all(|file| same_file(known[first], effect, file))
                    });
                    let others = others.fold(0, |set, (other, _)| set | 1 << other);
                    let edits = ground.touched_files(files) & items.get(first).map_or(0, |copy| copy.edits);
                    let with = given.with(place, first);
                    item.splits.push(Split {
                        copy: first,
                        others,
                        cost: tool::cost::COPY,
                        edits,
                        after,
                        with,
                    });
                    own.push((first, files.clone()));
                }
            }
        }
        copies.push(own);
        items.push(item);
    }
    (items, copies)
}

/// Whether an instruction sets only what no other instruction of the stage looks at.
fn passive(instruction: &Instruction, shell: bool) -> bool {
    match &instruction.command {
        Command::Cmd(form) | Command::Entrypoint(form) => !shell || matches!(form, Form::Exec(_)),
        Command::Healthcheck(_) => !shell,
        Command::Expose(words) => words.iter().all(|word| !word.text.contains('$')),
        Command::Stopsignal(word) => !word.text.contains('$'),
        Command::Label(list) => list
            .iter()
            .all(|assignment| !assignment.value.text.contains('$') && !assignment.key.text.contains('$')),
        Command::Maintainer(_) | Command::Onbuild(..) => true,
        _ => false,
    }
}

/// The variables that an ARG or ENV sets, if all of them only describe the build.
fn describing(instruction: &Instruction) -> Vec<&str> {
    let own: Vec<&str> = match &instruction.command {
        Command::Arg(list) => list.iter().map(|argument| argument.name.text.as_str()).collect(),
        Command::Env(list) => list.iter().map(|assignment| assignment.key.text.as_str()).collect(),
        _ => return Vec::new(),
    };
    let describes = |name: &&str| {
        // `CI` alone tells programs that nobody watches.
        *name != "CI"
            && name.split('_').all(|part| DESCRIBING.split_ascii_whitespace().any(|known| known == part))
    };
    if own.iter().all(describes) { own } else { Vec::new() }
}

/// Whether a RUN, or a script of the project that it runs, names a variable.
fn uses(instruction: &Instruction, survey: &tool::Survey, name: &str) -> bool {
    instruction.original.contains(name)
        || instruction.heredocs.iter().any(|heredoc| heredoc.body.contains(name))
        || survey.evidence.iter().any(|sentence| sentence.contains(name))
}

/// Whether a path is a folder's own: for sentences.
pub(super) fn short(path: &str, workdir: Option<&str>) -> String {
    match workdir.map(normal).as_deref().and_then(|folder| inside(path, folder)) {
        Some("") | None => path.to_owned(),
        Some(rest) => rest.to_owned(),
    }
}
