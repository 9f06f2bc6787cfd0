//! The stages one after the other, as the builder dispatches them: each instruction with the variables that are
//! set when it comes.

use super::{
    Reach, command, expose,
    findings::{Findings, Place},
    from, ignored, secret,
    stage::Stage,
    undefined::{self, HIDDEN},
    variable, workdir,
};
use crate::{
    build::{Arguments, Needs, Stages},
    builder::{
        Input,
        buildkit::reference::{self, Origin},
    },
    dockerfile::{Checks, Command, Instruction, Word, instruction::Argument},
    ignore::Patterns,
    platform::Platform,
    text::Span,
    word::{Lexer, expand},
};

/// The work on one file.
pub(super) struct Walk<'w, 'f> {
    pub(super) findings: &'w mut Findings<'f>,
    arguments: Arguments<'w>,
    ignored: Patterns,
    pub(super) escape: char,
}

/// An instruction as it is dispatched.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) instruction: &'a Instruction,
    /// Index into the file's instructions; none for a trigger.
    pub(super) index: Option<usize>,
    pub(super) place: Place<'a>,
    /// The escape token that it was read with.
    pub(super) escape: char,
}

pub(super) fn check(findings: &mut Findings<'_>, input: &Input<'_>, reach: Reach) {
    let file = input.dockerfile;
    let stages = Stages::of(file);
    let mut arguments = Arguments::new(input.build_args);
    let platform = if input.platform.is_empty() { "linux/amd64" } else { input.platform };
    let target = Platform::parse(platform).unwrap_or_default();
    let last = stages.list.last().and_then(|stage| stage.name.clone());
    let name = input.target.map(str::to_owned).or(last).unwrap_or_else(|| "default".to_owned());
    arguments.set_platform(&Platform::default(), &target, &name);
    from::defaults(findings, &stages, &arguments);
    let _ = arguments.declare_globals(file, &stages);
    let bases: Vec<Origin> = (0..stages.list.len()).map(|at| base(input, &stages, &arguments, at)).collect();
    for stage in &stages.list {
        let Some(instruction) = file.instructions.get(stage.from) else { continue };
        let own = findings.own(stage.from);
        from::check(findings, instruction, Place::of(instruction, own.as_ref()), &stages, &arguments);
    }
    let built = built(input, &stages, &bases);
    // Without a target the checks look into all stages; triggers go off only where the last stage needs them.
    let all = reach == Reach::Check && input.target.is_none_or(str::is_empty) && !built.is_empty();
    let mut walk = Walk { findings, arguments, ignored: ignored::patterns(input), escape: file.escape };
    let mut done: Vec<Stage> = Vec::new();
    for (at, base) in bases.iter().enumerate() {
        let mut stage = match base {
            Origin::Stage(below) => done.get(*below).cloned().unwrap_or_else(Stage::empty),
            Origin::Image(name) => Stage::image(reference::image(input.base_images, name)),
            _ => Stage::empty(),
        };
        let needed = built.get(at).copied().unwrap_or(false);
        if all || needed {
            walk.stage(&mut stage, &stages, at, needed, is_replaced(input, &stages, at));
        }
        done.push(stage);
    }
}

/// What a stage stands on.
fn base(input: &Input<'_>, stages: &Stages, arguments: &Arguments<'_>, at: usize) -> Origin {
    let file = input.dockerfile;
    let Some(stage) = stages.list.get(at) else { return Origin::Scratch };
    if let Some(name) = stage.name.as_deref().and_then(|name| reference::named(input.build_contexts, name)) {
        return Origin::Named(name);
    }
    match file.instructions.get(stage.from).map(|instruction| &instruction.command) {
        Some(Command::From(from)) => {
            let word = expand(&from.image.text, file.escape, &arguments.globals).unwrap_or_default();
            reference::base(stages, input.build_contexts, &word, at)
        }
        _ => Origin::Scratch,
    }
}

/// Whether a named context stands in place of the stage.
fn is_replaced(input: &Input<'_>, stages: &Stages, at: usize) -> bool {
    let name = stages.list.get(at).and_then(|stage| stage.name.as_deref());
    name.is_some_and(|name| reference::named(input.build_contexts, name).is_some())
}

/// Which stages the target needs; empty if the builder gives up before it comes to one.
fn built(input: &Input<'_>, stages: &Stages, bases: &[Origin]) -> Vec<bool> {
    let count = stages.list.len();
    let named = input.target.filter(|target| !target.is_empty());
    let target = match named {
        // A target that is not there: the builder gives up.
        Some(name) => match stages.named(name) {
            Some(stage) => stage,
            None => return Vec::new(),
        },
        None => count.saturating_sub(1),
    };
    let mut needs = Needs::new(count);
    for (at, (stage, base)) in stages.list.iter().zip(bases).enumerate() {
        if let Origin::Stage(below) = base {
            needs.add(at, *below);
        }
        if is_replaced(input, stages, at) {
            continue;
        }
        // What a stage below asks of this one counts, too.
        let mut lists = vec![stage.instructions.clone()];
        if let Origin::Stage(below) = base {
            lists.extend(stages.list.get(*below).map(|below| below.instructions.clone()));
        }
        for (number, list) in lists.into_iter().enumerate() {
            for instruction in input.dockerfile.instructions.get(list).unwrap_or_default() {
                let instruction = match (&instruction.command, number) {
                    (_, 0) => instruction,
                    (Command::Onbuild(_, inner), _) => inner,
                    _ => continue,
                };
                for (word, numbers) in sources(instruction) {
                    if let Ok(Origin::Stage(other)) =
                        reference::source(stages, input.build_contexts, word, numbers)
                    {
                        needs.add(at, other);
                    }
                }
            }
        }
    }
    if needs.circle().is_some() { Vec::new() } else { needs.reach(target, count) }
}

/// What an instruction takes files from, and whether a number may stand for a stage.
fn sources(instruction: &Instruction) -> Vec<(&str, bool)> {
    match &instruction.command {
        Command::Copy(copy) => copy.from.iter().map(|from| (from.as_str(), true)).collect(),
        Command::Run(run) => run
            .mounts
            .iter()
            .filter_map(|mount| mount.field("from"))
            .filter(|from| !from.is_empty())
            .map(|from| (from, false))
            .collect(),
        _ => Vec::new(),
    }
}

impl Walk<'_, '_> {
    fn stage(&mut self, stage: &mut Stage, stages: &Stages, at: usize, needed: bool, replaced: bool) {
        let mut triggers = stage.begin();
        if !needed {
            triggers.clear();
        }
        let file = self.findings.file;
        let Some(found) = stages.list.get(at) else { return };
        let Some(from) = file.instructions.get(found.from) else { return };
        for trigger in &triggers {
            // The builder names the FROM that sets them off.
            let place = Place::of(from, None);
            self.dispatch(stage, Step { instruction: trigger, index: None, place, escape: '\\' });
        }
        let own = if replaced { 0..0 } else { found.instructions.clone() };
        for index in own {
            let Some(instruction) = file.instructions.get(index) else { continue };
            let own: Option<Checks> = self.findings.own(index);
            let place = Place::of(instruction, own.as_ref());
            self.dispatch(stage, Step { instruction, index: Some(index), place, escape: self.escape });
        }
    }

    fn dispatch(&mut self, stage: &mut Stage, step: Step<'_>) {
        match &step.instruction.command {
            Command::Env(pairs) => variable::env(self, stage, step, pairs),
            Command::Label(pairs) => variable::label(self, stage, step, pairs),
            Command::Arg(arguments) => {
                for argument in arguments {
                    self.argument(stage, step, argument);
                }
            }
            Command::Copy(copy) | Command::Add(copy) => {
                let is_copy = matches!(step.instruction.command, Command::Copy(_));
                ignored::copy(self, stage, step, copy, is_copy);
            }
            Command::Run(run) => {
                for mount in &run.mounts {
                    let _ = mount.options(&mut |value| Ok(self.word(stage, step, (value, mount.span))));
                }
            }
            Command::Workdir(word) => {
                let path = self.expand(stage, step, word);
                workdir::check(self.findings, stage, step, word, &path);
            }
            Command::User(word) | Command::Stopsignal(word) => {
                self.expand(stage, step, word);
            }
            Command::Volume(words) => {
                for word in words {
                    self.expand(stage, step, word);
                }
            }
            Command::Expose(words) => expose::check(self.findings, stage, step, words),
            Command::Shell(shell) => stage.has_shell = !shell.is_empty(),
            Command::Cmd(form) => command::check(self.findings, stage, step, 0, form),
            Command::Entrypoint(form) => command::check(self.findings, stage, step, 1, form),
            Command::Healthcheck(_) => command::once(self.findings, stage, step, 2),
            Command::Onbuild(_, trigger) => stage.triggers.push((**trigger).clone()),
            Command::From(_) | Command::Maintainer(_) | Command::Invalid => {}
        }
    }

    /// ARG: the default is looked at only if it counts.
    fn argument(&mut self, stage: &mut Stage, step: Step<'_>, argument: &Argument) {
        let name = &argument.name;
        secret::check(self.findings, step, "ARG", &name.text, name.span);
        if let Some(default) = &argument.default
            && !self.arguments.given.contains_key(&name.text)
        {
            self.expand(stage, step, default);
        }
        let line = step.place.line;
        if let Ok(Some(variable)) = self.arguments.declare(argument, line, step.escape, &stage.env)
            && !HIDDEN.contains(&variable.name.as_str())
        {
            stage.env.assign(variable);
        }
        stage.declared.push(name.text.clone());
    }

    /// Expands a word, and tells of variables that nothing sets.
    pub(super) fn expand(&mut self, stage: &Stage, step: Step<'_>, word: &Word) -> String {
        self.word(stage, step, (&word.text, word.span))
    }

    /// The same for a word that has only a place.
    pub(super) fn word(&mut self, stage: &Stage, step: Step<'_>, word: (&str, Span)) -> String {
        // The builder expands with the file's token, whatever a trigger was read with.
        undefined::expand(self.findings, step.place, stage, Lexer::new(self.escape), word)
    }

    pub(super) fn is_ignored(&self, source: &str) -> bool {
        ignored::is_ignored(&self.ignored, source)
    }
}
