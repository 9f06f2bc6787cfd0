//! One instruction after the other: what changes the state of the stage, and what becomes a step.

use super::{
    draft::Draft,
    file::{Action, FileOp, Owner},
    graph::{Edge, Kind, OpId},
    lower::{Lowering, Place, Stage},
    name,
    path::{clean, join},
    state::Trigger,
};
use crate::{
    build::{Variable, VariableSource},
    builder::{Ingredients, Status, Step},
    dockerfile::{
        Command, Word,
        instruction::{Argument, Assignment},
    },
    word::{WordError, expand, expand_words},
};

impl Lowering<'_> {
    /// Lowers one instruction. What the builder refuses is noted, and the instruction left out.
    pub(super) fn dispatch(&mut self, stage: &mut Stage, place: Place<'_>) {
        if let Err(message) = self.instruction(stage, place) {
            self.refuse(place.line, message);
        }
    }

    fn instruction(&mut self, stage: &mut Stage, place: Place<'_>) -> Result<(), String> {
        let word = |word: &Word| expand(&word.text, place.escape, &stage.state.env).map_err(told);
        match &place.instruction.command {
            Command::Env(assignments) => env(stage, place, assignments)?,
            Command::Arg(arguments) => self.arg(stage, place, arguments)?,
            Command::Label(assignments) => {
                for assignment in assignments {
                    word(&assignment.key)?;
                    word(&assignment.value)?;
                }
            }
            Command::Workdir(path) => {
                let path = word(path)?;
                self.workdir(stage, place, &path);
            }
            Command::User(user) => stage.state.user = word(user)?,
            Command::Stopsignal(signal) => crate::dockerfile::check_signal(&word(signal)?)?,
            Command::Volume(volumes) => {
                for volume in volumes {
                    word(volume)?;
                }
            }
            Command::Expose(ports) => {
                for port in ports {
                    for port in expand_words(&port.text, place.escape, &stage.state.env).map_err(told)? {
                        crate::dockerfile::check_port(&port)?;
                    }
                }
            }
            Command::Shell(shell) => stage.state.shell = Some(shell.clone()),
            Command::Onbuild(_, trigger) => {
                stage.state.triggers.push(Trigger::Stage(place.origin, trigger.clone()));
            }
            Command::Run(run) => self.run(stage, place, run)?,
            Command::Copy(copy) => self.copy(stage, place, copy, false)?,
            Command::Add(copy) => self.copy(stage, place, copy, true)?,
            Command::From(_)
            | Command::Invalid
            | Command::Maintainer(_)
            | Command::Cmd(_)
            | Command::Entrypoint(_)
            | Command::Healthcheck(_) => {}
        }
        Ok(())
    }

    fn arg(&self, stage: &mut Stage, place: Place<'_>, arguments: &[Argument]) -> Result<(), String> {
        for argument in arguments {
            let declared =
                self.arguments.declare(argument, place.line, place.escape, &stage.state.env).map_err(told)?;
            // Scanners of the frontend are configured by these two, which no step sees.
            let hidden = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];
            if let Some(variable) = declared.filter(|variable| !hidden.contains(&variable.name.as_str())) {
                stage.state.env.assign(variable);
            }
        }
        Ok(())
    }

    fn workdir(&mut self, stage: &mut Stage, place: Place<'_>, path: &str) {
        let state = &mut stage.state;
        state.dir = if path.starts_with('/') {
            state.dir_known = true;
            path.to_owned()
        } else if path.is_empty() && state.dir.starts_with('/') {
            // Nothing is joined, so a final slash stays.
            state.dir.clone()
        } else {
            join(&["/", &state.dir, path])
        };
        if state.dir == "/" {
            return;
        }
        let made = clean(&state.dir);
        let parent = state.out;
        // Without the configuration a user may be set that this build does not see.
        let exact = state.dir_known && (state.known || !state.user.is_empty());
        let action = Action::MakeDirectory {
            path: made.clone(),
            mode: 0o755,
            parents: true,
            owner: Owner::parse(&state.user),
            timestamp: self.epoch(),
        };
        let id = self.file(parent, action, exact);
        let ingredients = Ingredients {
            base: self.base_of(stage, parent),
            text: made,
            user: (!stage.state.user.is_empty()).then(|| stage.state.user.clone()),
            ..Ingredients::default()
        };
        let shown = name::plain(place.instruction, place.escape, &stage.state.env);
        self.emit(stage, place, &shown, id, ingredients);
        stage.state.out = Some(id);
    }

    /// The op of one action on a file system, or on an empty one.
    pub(super) fn file(&mut self, parent: Option<OpId>, action: Action, exact: bool) -> OpId {
        let place = parent.map(|_| 0);
        let op = FileOp { parent: place, actions: vec![action], inputs: usize::from(parent.is_some()) };
        let inputs = parent.map(Edge::whole).into_iter().collect();
        self.add_file(op, inputs, exact)
    }

    /// `SOURCE_DATE_EPOCH` in nanoseconds, or -1: the time that WORKDIR gives to the folders that it makes.
    fn epoch(&self) -> i64 {
        let given = self.arguments.given.get("SOURCE_DATE_EPOCH");
        let seconds = given.and_then(|text| text.parse::<i64>().ok());
        seconds.and_then(|seconds| seconds.checked_mul(1_000_000_000)).unwrap_or(-1)
    }

    /// The image of the stage if a step stands directly on it.
    pub(super) fn base_of(&self, stage: &Stage, parent: Option<usize>) -> Option<(String, String)> {
        let image = parent.and_then(|parent| self.graph.get(parent));
        match image.map(|op| &op.kind) {
            Some(Kind::Image(_)) => stage.state.image.clone(),
            _ => None,
        }
    }

    /// Adds a step of this instruction, numbered as the next of its stage; it stands on the stage's file system.
    pub(super) fn emit(
        &mut self,
        stage: &mut Stage,
        place: Place<'_>,
        shown: &str,
        op: OpId,
        ingredients: Ingredients,
    ) -> &mut Draft {
        let instruction = if place.triggered { ["ONBUILD ", shown].concat() } else { shown.to_owned() };
        let made = self.graph.get(op);
        let step = Step {
            name: stage.numbering.next(&instruction),
            stage: stage.index,
            stage_name: stage.numbering.stage.clone(),
            index: stage.numbering.last,
            instruction,
            origin: place.origin,
            line: place.line,
            end_line: place.end_line,
            status: Status::Skipped,
            merge: None,
            cache_key: made.map(|op| op.record),
            checksum: None,
            exact: made.is_some_and(|op| op.exact),
            ingredients,
            parent: None,
            inputs: Vec::new(),
            cache_mounts: Vec::new(),
        };
        let draft = Draft {
            step,
            stage_title: self.stages.title(stage.index),
            source: place.instruction.original.clone(),
            op,
            merge: None,
            parent: stage.state.out,
            overlaid: Vec::new(),
            below: stage.state.last.into_iter().collect(),
            inputs: Vec::new(),
            always_runs: !matches!(place.instruction.command, Command::Workdir(_)),
            obstacle: None,
        };
        let at = self.drafts.len();
        stage.state.last = Some(at);
        self.drafts.push(draft);
        &mut self.drafts[at]
    }
}

/// All values see the variables as they were before the instruction.
fn env(stage: &mut Stage, place: Place<'_>, assignments: &[Assignment]) -> Result<(), String> {
    let before = stage.state.env.clone();
    for assignment in assignments {
        let name = expand(&assignment.key.text, place.escape, &before).map_err(told)?;
        let value = expand(&assignment.value.text, place.escape, &before).map_err(told)?;
        let variable = Variable { name, value, source: VariableSource::Env(place.line) };
        stage.state.env.assign(variable.clone());
        stage.state.config.replace(variable);
    }
    Ok(())
}

/// The builder's message of an expansion that failed.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(super) fn told(error: WordError) -> String {
    error.to_string()
}
