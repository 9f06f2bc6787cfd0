//! Builds done one after the other on one daemon: what each read, what it did, and what is told about it.

use std::rc::Rc;

use crate::{
    builder::{BuildError, Builder, Input, Outcome, buildkit, legacy},
    check,
};

use super::{
    Error,
    report::report,
    scenario::Scenario,
    state::{State, time_of_edit},
    timeline::{BuildResult, Timeline},
};

/// A build that was done.
#[derive(Clone, Debug)]
pub struct Done {
    /// What it read.
    pub state: State,
    /// What the builder did.
    pub outcome: Rc<Outcome>,
    /// What is told about it.
    pub result: Rc<BuildResult>,
}

/// A builder with its cache.
#[derive(Clone, Debug)]
enum Daemon {
    Buildkit(buildkit::Daemon),
    Legacy(legacy::Daemon),
}

impl Daemon {
    fn new(builder: Builder) -> Self {
        match builder {
            Builder::Buildkit => Self::Buildkit(buildkit::Daemon::default()),
            Builder::Legacy => Self::Legacy(legacy::Daemon::default()),
        }
    }

    fn fresh(&self) -> Self {
        match self {
            Self::Buildkit(daemon) => Self::Buildkit(daemon.fresh()),
            Self::Legacy(_) => Self::Legacy(legacy::Daemon::default()),
        }
    }

    fn build(&mut self, input: &Input<'_>) -> Outcome {
        match self {
            Self::Buildkit(daemon) => match violation(input) {
                Some(error) => stopped(daemon.preview(input), error),
                None => daemon.build(input),
            },
            Self::Legacy(daemon) => daemon.build(input),
        }
    }

    fn preview(&mut self, input: &Input<'_>) -> Outcome {
        match self {
            Self::Buildkit(daemon) => match violation(input) {
                Some(error) => stopped(daemon.preview(input), error),
                None => daemon.preview(input),
            },
            Self::Legacy(daemon) => daemon.clone().build(input),
        }
    }
}

/// Why the checks of the build refuse it, if they are to.
fn violation(input: &Input<'_>) -> Option<BuildError> {
    if check::may_fail(input) { check::violation(input) } else { None }
}

/// What is told of a build that its checks refuse: the steps are those that there would be.
fn stopped(mut outcome: Outcome, error: BuildError) -> Outcome {
    if !outcome.error.as_ref().is_some_and(|error| error.refused) {
        outcome.error = Some(error);
    }
    outcome
}

/// A build that was tried.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What the builder would do.
    pub outcome: Rc<Outcome>,
    /// What is told about it.
    pub result: Rc<BuildResult>,
}

/// A daemon and the builds that it has done, all with the same settings.
#[derive(Clone, Debug)]
pub struct History {
    daemon: Daemon,
    done: Vec<Done>,
}

impl History {
    /// A fresh daemon.
    pub fn new(builder: Builder) -> Self {
        Self { daemon: Daemon::new(builder), done: Vec::new() }
    }

    /// A fresh daemon for nearly the same files: it knows of them what this one has computed.
    pub(crate) fn fresh(&self) -> Self {
        Self { daemon: self.daemon.fresh(), done: Vec::new() }
    }

    /// The builds so far.
    pub fn done(&self) -> &[Done] {
        &self.done
    }

    /// Builds `state`, remembers it, and says what is told about it.
    pub fn build(&mut self, state: State) -> Rc<BuildResult> {
        let outcome = self.daemon.build(&state.input());
        let result = Rc::new(report(&self.done, &state, &outcome));
        self.done.push(Done { state, outcome: Rc::new(outcome), result: Rc::clone(&result) });
        result
    }

    /// What [`History::build`] would do, without remembering it, and without the records of a cache export.
    pub fn preview(&mut self, state: &State) -> Preview {
        let outcome = self.daemon.preview(&state.input());
        let mut result = report(&self.done, state, &outcome);
        result.cache_records = None;
        Preview { outcome: Rc::new(outcome), result: Rc::new(result) }
    }

    /// What the builder would do, without the document about it.
    pub(crate) fn outcome(&self, state: &State) -> Outcome {
        self.daemon.clone().preview(&state.input())
    }

    /// The documents of all builds.
    pub fn timeline(&self, builder: Builder) -> Timeline {
        Timeline { builder, builds: self.done.iter().map(|done| (*done.result).clone()).collect() }
    }
}

/// Does the builds of a scenario, one after the other, on one fresh daemon.
///
/// # Errors
/// If the scenario's files or one of its edits are wrong. A Dockerfile that the builder refuses is not an error:
/// that build fails, and the next one may be fine.
pub fn replay(scenario: &Scenario) -> Result<Timeline, Error> {
    let mut state = State::from_scenario(scenario)?;
    let mut history = History::new(scenario.builder);
    for (number, edit) in scenario.edits().iter().enumerate() {
        state.apply(edit, time_of_edit(number))?;
        history.build(state.clone());
    }
    Ok(history.timeline(scenario.builder))
}
