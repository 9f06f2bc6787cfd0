//! One step: looked up, and executed if nothing is found.

use std::rc::Rc;

use super::{
    build::{Build, Current, Place},
    config::Config,
    contents, copy, key,
    lower::{self, Effect, Lowered},
    source::Sum,
    store::{Found, Image, Parent},
    write::Write,
};
use crate::{
    builder::{
        Ingredients, Output, SelectedFiles, Status, Step, buildkit::snapshot::Snapshot, upper_keyword,
    },
    dockerfile::instruction::{Command, Instruction},
};

impl<'a> Build<'_, 'a> {
    /// One step: looked up, and executed if nothing is found.
    pub(super) fn step(&mut self, place: Place<'_>, current: &mut Current<'a>) {
        if self.outcome.error.is_some() {
            let step = self.bare_step(place, Status::Skipped);
            self.outcome.steps.push(step);
            return;
        }
        let mut step = self.bare_step(place, Status::Executed);
        step.parent = current.last_step;
        let done = self.do_step(place, current, &mut step);
        if done.is_err() {
            step.status = Status::Failed;
        }
        let at = self.outcome.steps.len();
        current.last_step = Some(at);
        current.fresh = false;
        self.outcome.steps.push(step);
        self.note(done, place.line.instruction.line);
    }

    fn do_step(
        &mut self,
        place: Place<'_>,
        current: &mut Current<'a>,
        step: &mut Step,
    ) -> Result<(), String> {
        let instruction: &Instruction = &place.line.instruction;
        if let Command::Arg(arguments) = &instruction.command {
            self.declared.extend(arguments.iter().map(|argument| argument.name.text.clone()));
        }
        let (lowered, copied) = match &instruction.command {
            Command::Copy(command) => {
                let (lowered, copied) = copy::lower(self, current, command, "COPY")?;
                (lowered, Some(copied))
            }
            Command::Add(command) => {
                let (lowered, copied) = copy::lower(self, current, command, "ADD")?;
                (lowered, Some(copied))
            }
            Command::Run(_) | Command::Invalid => {
                if let Some(message) = &place.line.failure {
                    return Err(message.clone());
                }
                if let Some(flag) = instruction.flags.first() {
                    return Err(requires_buildkit(&flag.name));
                }
                (lower::lower(instruction, &mut current.state, self.escape)?, None)
            }
            _ => (lower::lower(instruction, &mut current.state, self.escape)?, None),
        };
        let taken = copied.as_ref().map(|copied| &copied.taken);
        step.cache_key = Some(key::digest(current.image.id, &lowered.probe, taken, self.rules));
        step.checksum = taken.and_then(|taken| match &taken.sum {
            Sum::Known(sum) => Some(sum.clone()),
            Sum::Hidden(_) => None,
        });
        step.exact = current.exact && copied.as_ref().is_none_or(|copied| copied.exact);
        step.ingredients = self.ingredients(current, &lowered, copied.as_ref().map(|copied| &copied.files));
        step.inputs.extend(copied.as_ref().and_then(|copied| copied.input));

        let mut stored = lowered.probe.clone();
        if matches!(lowered.effect, Effect::None | Effect::Directory) {
            stored.write_back(&current.image_config, self.rules);
            step.ingredients.never = Config::never_hits(&stored, &lowered.probe, self.rules);
        }
        let found = self.daemon.store.find(&current.image, &lowered.probe, taken, self.rules);
        if let Found::Certain(image) = &found {
            step.status = Status::Cached;
            current.image = Parent { id: Some(image.id), perhaps: image.perhaps.clone() };
            current.contents = image.contents.clone();
            if lowered.effect == Effect::Run {
                self.daemon.outputs.took(
                    &self.stage_title(place.stage),
                    &step.instruction,
                    &current.contents,
                );
            }
            current.image_config = image.config.clone();
            return Ok(());
        }
        let perhaps = if let Found::Perhaps(perhaps) = found { perhaps } else { Vec::new() };
        if !perhaps.is_empty() {
            step.status = Status::Depends;
        }
        if let Some(message) = lowered.failure {
            return Err(message);
        }
        if let Some(copied) = &copied {
            copied.write.check(&current.contents, &current.state.config.workdir)?;
        }
        // The container shares the stage's health check: what is written back reaches the stage as well.
        if matches!(lowered.effect, Effect::None | Effect::Directory)
            && current.state.config.healthcheck.is_some()
        {
            current.state.config.healthcheck.clone_from(&stored.healthcheck);
        }
        let certain = perhaps.is_empty();
        let contents =
            self.execute(current, &lowered, copied.as_ref().map(|copied| &copied.write), step, certain)?;
        let image = Rc::new(Image {
            id: self.daemon.store.next_id(),
            stored,
            config: current.state.config.clone(),
            taken: copied.map(|copied| copied.taken),
            contents: contents.clone(),
            perhaps: perhaps.clone(),
        });
        self.daemon.store.add(current.image.id, Rc::clone(&image));
        current.image = Parent { id: Some(image.id), perhaps };
        current.contents = contents;
        current.image_config = current.state.config.clone();
        Ok(())
    }

    /// The files after the step.
    ///
    /// # Errors
    /// The daemon's message if something is in the way of what is made.
    fn execute(
        &mut self,
        current: &Current<'_>,
        lowered: &Lowered,
        copied: Option<&Write>,
        step: &Step,
        certain: bool,
    ) -> Result<Snapshot, String> {
        let mut contents = current.contents.clone();
        let instruction = step.instruction.as_str();
        let workdir = current.state.config.workdir.as_str();
        if matches!(lowered.effect, Effect::Run | Effect::None) && !workdir.is_empty() {
            contents::check_directory(&contents, workdir)?;
        }
        match (lowered.effect, copied) {
            (Effect::Run, _) => {
                let outputs = self.input.outputs;
                let said =
                    outputs.get(instruction).or_else(|| outputs.get(&upper_keyword(instruction))).copied();
                let said = said.filter(|said| certain || *said == Output::Same);
                let title = self.stage_title(step.stage);
                contents.cover(self.daemon.outputs.run(&title, instruction, said));
            }
            (Effect::Copy, Some(copied)) => copied.to(&mut contents, &current.state.config.workdir)?,
            (Effect::Directory, _) => {
                contents::make_directory(&mut contents, &current.state.config.workdir)?;
            }
            _ => {}
        }
        Ok(contents)
    }

    /// What a stage is called from build to build: by its name, else by its number.
    fn stage_title(&self, stage: usize) -> String {
        self.stage_name.clone().unwrap_or_else(|| stage.to_string())
    }

    fn ingredients(
        &self,
        current: &Current<'_>,
        lowered: &Lowered,
        files: Option<&SelectedFiles>,
    ) -> Ingredients {
        let config = &lowered.probe;
        Ingredients {
            base: current.base.clone().filter(|_| current.fresh),
            text: lowered.text.clone(),
            options: lowered.options.clone(),
            env: current.state.with_arguments(&lowered.arguments),
            workdir: self.rules.compares_all().then(|| config.workdir.clone()),
            user: Some(config.user.clone()),
            shell: Some(config.shell()),
            platform: None,
            files: files.cloned().into_iter().collect(),
            never: None,
        }
    }

    pub(super) fn bare_step(&self, place: Place<'_>, status: Status) -> Step {
        let instruction = &place.line.instruction;
        let text = instruction.original.trim().to_owned();
        let name = place.number.map_or_else(
            || text.clone(),
            |number| ["Step ", &number.to_string(), "/", &self.total.to_string(), " : ", &text].concat(),
        );
        Step {
            name,
            stage: place.stage,
            stage_name: String::new(),
            index: place.number.unwrap_or(self.number),
            instruction: text,
            origin: place.line.origin,
            line: instruction.line,
            end_line: instruction.end_line,
            status,
            merge: None,
            cache_key: None,
            checksum: None,
            exact: false,
            ingredients: Ingredients::default(),
            parent: None,
            inputs: Vec::new(),
            cache_mounts: Vec::new(),
        }
    }
}

/// What the daemon says of options that only BuildKit knows.
pub(super) fn requires_buildkit(option: &str) -> String {
    let rest = " option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images \
        with BuildKit enabled";
    ["the --", option, rest].concat()
}
