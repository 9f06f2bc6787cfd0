//! One build: all stages up to the target in the order of the file, none left out.

use std::rc::Rc;

use super::{
    Daemon,
    argument::Arguments,
    config::Config,
    contents::{Contents, Run},
    copy, key,
    lower::{self, Effect, Lowered},
    program::{Line, Program, StageLines},
    reference,
    source::{Sum, Taken},
    state::{self, Expander, State},
    store::{Found, Image, Parent},
    version::Rules,
    write::Write,
};
use crate::{
    builder::{BuildError, Ingredients, Input, Outcome, Output, SelectedFiles, Status, Step, Variable},
    context::Tree,
    digest::Digest,
    dockerfile::{self, instruction::{Command, From, Instruction}},
    image::BaseImage,
};

/// A stage that is done, as later FROM and `COPY --from` see it.
pub(super) struct Finished {
    /// Its name in lower case.
    pub(super) name: Option<String>,
    pub(super) image: Parent,
    pub(super) contents: Contents,
    /// Whether image and checksums are the daemon's own.
    pub(super) exact: bool,
    /// Index of its last step.
    pub(super) last_step: Option<usize>,
    config: Config,
    variables: Rc<Vec<Variable>>,
    base: Option<(String, String)>,
}

/// The stage that is being built.
pub(super) struct Current<'a> {
    pub(super) state: State<'a>,
    pub(super) image: Parent,
    pub(super) contents: Contents,
    pub(super) exact: bool,
    /// The image config of `image`.
    image_config: Config,
    base: Option<(String, String)>,
    last_step: Option<usize>,
    /// Whether no step has been done yet, so that the next one stands directly on the base.
    fresh: bool,
}

/// A build under way.
pub(super) struct Build<'d, 'a> {
    pub(super) daemon: &'d mut Daemon,
    pub(super) input: &'a Input<'a>,
    pub(super) rules: Rules,
    pub(super) escape: char,
    /// The context as the daemon has it.
    pub(super) context: Rc<Tree>,
    pub(super) finished: Vec<Finished>,
    arguments: Arguments<'a>,
    /// Names that some ARG declares.
    declared: Vec<String>,
    outcome: Outcome,
    number: usize,
    total: usize,
}

/// Where in the file a step stands.
#[derive(Clone, Copy)]
struct Place<'p> {
    stage: usize,
    line: &'p Line<'p>,
    /// The number in `Step 3/7`, or `None` for a trigger of a base image.
    number: Option<usize>,
}

impl<'d, 'a> Build<'d, 'a> {
    pub(super) fn new(daemon: &'d mut Daemon, input: &'a Input<'a>, rules: Rules, context: Rc<Tree>) -> Self {
        Self {
            daemon,
            input,
            rules,
            escape: input.dockerfile.escape,
            context,
            finished: Vec::new(),
            arguments: Arguments::new(input.build_args, rules),
            declared: Vec::new(),
            outcome: Outcome::default(),
            number: 0,
            total: 0,
        }
    }

    /// Runs the program to its end or to the first failure.
    pub(super) fn run(mut self, program: &Program<'_>) -> Outcome {
        self.total = program.len();
        for global in &program.globals {
            self.number += 1;
            if self.outcome.error.is_none() {
                let done = self.global(&global.instruction);
                self.note(done, global.instruction.line);
            }
        }
        let mut image = None;
        for (index, stage) in program.stages.iter().enumerate() {
            image = self.stage(index, stage);
        }
        if self.outcome.error.is_none() && image.is_none() {
            let message = "No image was generated. Is your Dockerfile empty?".to_owned();
            self.outcome.error = Some(BuildError { message, line: 0, refused: false });
        }
        if self.outcome.error.is_none() {
            let unused = self.arguments.unused(|name| self.declared.iter().any(|declared| declared == name));
            if !unused.is_empty() {
                let warning = ["[Warning] One or more build-args [", &unused.join(" "), "] were not consumed"].concat();
                self.outcome.warnings.push(warning);
            }
        }
        self.outcome
    }

    fn note(&mut self, done: Result<(), String>, line: u32) {
        if let Err(message) = done {
            self.outcome.error = Some(BuildError { message, line, refused: false });
        }
    }

    /// ARG before the first FROM.
    fn global(&mut self, instruction: &Instruction) -> Result<(), String> {
        let Command::Arg(arguments) = &instruction.command else { return Ok(()) };
        let expander = Expander::of_globals(&self.arguments, self.escape, self.rules);
        let mut declared = Vec::new();
        for argument in arguments {
            let name = expander.word(&argument.name.text)?;
            let default = argument.default.as_ref().map(|word| expander.word(&word.text)).transpose()?;
            declared.push((name, default));
        }
        for (name, default) in declared {
            self.arguments.declare_global(&name, default.as_deref(), instruction.line);
            self.declared.push(name);
        }
        Ok(())
    }

    /// Builds a stage and returns its image's ID.
    fn stage(&mut self, index: usize, stage: &StageLines<'_>) -> Option<Digest> {
        let name = stage.name();
        let from = &stage.from;
        self.number += 1;
        let begun = match (&self.outcome.error, &from.instruction.command) {
            (Some(_), _) => Err(None),
            (None, Command::From(command)) => self.begin(command, name.as_deref()).map_err(Some),
            (None, _) => Err(None),
        };
        let mut current = match begun {
            Ok(current) => current,
            Err(message) => {
                if let Some(message) = message {
                    self.note(Err(message), from.instruction.line);
                }
                self.skip(index, stage);
                return None;
            }
        };
        self.triggers(index, from, &mut current);
        for line in &stage.lines {
            self.number += 1;
            self.step(Place { stage: index, line, number: Some(self.number) }, &mut current);
        }
        let id = current.image.id;
        self.finished.push(Finished {
            name,
            image: current.image,
            contents: current.contents,
            exact: current.exact,
            last_step: current.last_step,
            config: current.state.config,
            variables: current.state.variables,
            base: current.base,
        });
        id
    }

    /// The steps of a stage that is not reached.
    fn skip(&mut self, index: usize, stage: &StageLines<'_>) {
        for line in &stage.lines {
            self.number += 1;
            let place = Place { stage: index, line, number: Some(self.number) };
            let step = self.bare_step(place, Status::Skipped);
            self.outcome.steps.push(step);
        }
    }

    /// FROM: nothing is looked up.
    fn begin(&mut self, from: &From, name: Option<&str>) -> Result<Current<'a>, String> {
        if let Some(taken) = name.filter(|name| self.finished.iter().any(|stage| stage.name.as_deref() == Some(name))) {
            return Err([taken, " stage name already used"].concat());
        }
        let expander = Expander::of_globals(&self.arguments, self.escape, self.rules);
        if let Some(platform) = from.platform.as_deref().filter(|platform| !platform.is_empty()) {
            check_platform(&expander.word(platform)?, self.rules)?;
        }
        let reference = expander.word(&from.image.text)?;
        if reference.is_empty() {
            return Err(["base name (", &from.image.text, ") should not be blank"].concat());
        }
        self.arguments.begin_stage();
        let lower = reference.to_lowercase();
        if let Some(stage) = self.finished.iter().find(|stage| stage.name.as_ref() == Some(&lower)) {
            return Ok(Current {
                state: self.state(stage.config.clone(), Rc::clone(&stage.variables)),
                image: stage.image.clone(),
                contents: stage.contents.clone(),
                exact: stage.exact,
                image_config: stage.config.clone(),
                base: stage.base.clone(),
                last_step: stage.last_step,
                fresh: stage.last_step.is_none(),
            });
        }
        reference::check(&reference, self.rules)?;
        let base = if reference == "scratch" { None } else { Some(self.image_id(&reference)) };
        let unknown = BaseImage::default();
        let image = base.and_then(|_| self.input.base_images.get(&reference)).unwrap_or(&unknown);
        let config = Config::of_base(image);
        let variables = state::variables(&config.env, image.env.as_ref().map_or(0, Vec::len));
        Ok(Current {
            state: self.state(config.clone(), Rc::new(variables)),
            image: Parent { id: base.map(|(id, _)| id), perhaps: Vec::new() },
            contents: base.map_or(Contents::default(), |(id, _)| Contents::of_image(id)),
            exact: base.is_none_or(|(_, own)| own),
            image_config: config,
            base: base.map(|(id, _)| (reference, id.to_string())),
            last_step: None,
            fresh: true,
        })
    }

    fn state(&self, config: Config, variables: Rc<Vec<Variable>>) -> State<'a> {
        State { config, variables, arguments: self.arguments.clone(), cmd_set: false, rules: self.rules }
    }

    /// The ID of an image that is not built here, and whether it is the daemon's own: the digest of its config.
    pub(super) fn image_id(&self, reference: &str) -> (Digest, bool) {
        let base = self.input.base_images.get(reference);
        if let Some(id) = base.and_then(|base| base.config_digest.as_deref()).and_then(Digest::parse) {
            return (id, true);
        }
        let stand_in = base.and_then(|base| base.digest.as_deref()).unwrap_or(reference);
        (Digest::of(["image config of ", stand_in].concat().as_bytes()), false)
    }

    /// The triggers of the base image, as instructions of this stage before its first.
    fn triggers(&mut self, stage: usize, from: &Line<'_>, current: &mut Current<'a>) {
        let triggers = std::mem::take(&mut current.state.config.on_build);
        for trigger in triggers {
            // A trigger is read as a Dockerfile of its own, with the usual escape character.
            let mut instruction = match dockerfile::parse_trigger(&trigger, '\\') {
                Ok(instruction) => instruction,
                Err(message) => {
                    if self.outcome.error.is_none() {
                        self.note(Err(message), from.instruction.line);
                    }
                    return;
                }
            };
            instruction.line = from.instruction.line;
            instruction.end_line = from.instruction.end_line;
            let line = Line::owned(from.origin, instruction);
            self.step(Place { stage, line: &line, number: None }, current);
        }
    }

    /// One step: looked up, and executed if nothing is found.
    fn step(&mut self, place: Place<'_>, current: &mut Current<'a>) {
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

    fn do_step(&mut self, place: Place<'_>, current: &mut Current<'a>, step: &mut Step) -> Result<(), String> {
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
            current.image_config = image.config.clone();
            return Ok(());
        }
        let perhaps = if let Found::Perhaps(perhaps) = found { perhaps } else { Vec::new() };
        if !perhaps.is_empty() {
            step.status = Status::Depends;
        }
        if let Some(copied) = &copied {
            copied.write.check(&current.contents, &current.state.config.workdir)?;
        }
        // The container shares the stage's health check: what is written back reaches the stage as well.
        if matches!(lowered.effect, Effect::None | Effect::Directory) && current.state.config.healthcheck.is_some() {
            current.state.config.healthcheck.clone_from(&stored.healthcheck);
        }
        let certain = perhaps.is_empty();
        let contents = self.execute(current, &lowered, copied.as_ref().map(|copied| &copied.write), &step.instruction, certain);
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
    fn execute(
        &mut self,
        current: &Current<'_>,
        lowered: &Lowered,
        copied: Option<&Write>,
        instruction: &str,
        certain: bool,
    ) -> Contents {
        let mut contents = current.contents.clone();
        match (lowered.effect, copied) {
            (Effect::Run, _) => {
                let said = self.input.outputs.get(instruction).copied();
                let run = self.daemon.outputs.run(instruction, said.filter(|said| certain || *said == Output::Same));
                contents.run(run);
            }
            (Effect::Copy, Some(copied)) => copied.to(&mut contents, &current.state.config.workdir),
            (Effect::Directory, _) => contents.make_directory(&current.state.config.workdir),
            _ => {}
        }
        contents
    }

    fn ingredients(&self, current: &Current<'_>, lowered: &Lowered, files: Option<&SelectedFiles>) -> Ingredients {
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

    fn bare_step(&self, place: Place<'_>, status: Status) -> Step {
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

/// `containerd/platforms`: every part between slashes has letters, digits, `_`, `-` (and `.` since 23.0).
fn check_platform(platform: &str, rules: Rules) -> Result<(), String> {
    let dot = rules.current_parser();
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (dot && byte == b'.');
    let Some(part) = platform.split('/').find(|part| part.is_empty() || !part.bytes().all(valid)) else {
        return Ok(());
    };
    let pattern = if dot { "^[A-Za-z0-9_.-]+$" } else { "^[A-Za-z0-9_-]+$" };
    let mut message = ["failed to parse platform ", platform, ": "].concat();
    super::quote::string(&mut message, part);
    message.push_str(" is an invalid component of ");
    super::quote::string(&mut message, platform);
    message.push_str(": platform specifier component must match ");
    super::quote::string(&mut message, pattern);
    message.push_str(": invalid argument");
    Err(message)
}
