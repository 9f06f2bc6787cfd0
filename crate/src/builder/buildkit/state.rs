//! What a stage has accumulated when an instruction is lowered: file system, variables, working directory,
//! user, shell, platform.

use super::graph::OpId;
use crate::{
    build::{Environment, Variable, VariableSource},
    dockerfile::Instruction,
    image::BaseImage,
    platform::Platform,
};

/// The search path that BuildKit gives to `scratch` and to images without one.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The state of a stage.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The file system; `None` is an empty one.
    pub(super) out: Option<OpId>,
    /// The variables that a RUN gets.
    pub(super) env: Environment,
    /// The variables of the image configuration: what a stage on top starts with.
    pub(super) config: Environment,
    /// Working directory.
    pub(super) dir: String,
    /// User; empty if none is set.
    pub(super) user: String,
    /// Shell of the shell form, if it is not the default.
    pub(super) shell: Option<Vec<String>>,
    pub(super) platform: Platform,
    /// What a stage on top carries out first.
    pub(super) triggers: Vec<Trigger>,
    /// Reference and digest of the image at the bottom.
    pub(super) image: Option<(String, String)>,
    /// Whether the image configuration is known, so that variables, user and shell are.
    pub(super) known: bool,
    /// Whether the working directory is known.
    pub(super) dir_known: bool,
    /// Index of the step that made the file system, among the drafts.
    pub(super) last: Option<usize>,
}

/// An ONBUILD instruction that waits for a stage on top.
#[derive(Clone, Debug)]
pub(super) enum Trigger {
    /// From a base image's configuration.
    Text(String),
    /// From a stage of the file: index of the ONBUILD instruction and what it says.
    Stage(usize, Box<Instruction>),
}

impl State {
    /// A stage on `scratch`.
    pub(super) fn scratch(platform: Platform) -> Self {
        let config: Environment = [default_path()].into_iter().collect();
        Self {
            out: None,
            env: config.clone(),
            config,
            dir: "/".to_owned(),
            user: String::new(),
            shell: None,
            platform,
            triggers: Vec::new(),
            image: None,
            known: true,
            dir_known: true,
            last: None,
        }
    }

    /// A stage on an image. A configuration counts as known if its variables are: what else it leaves out is
    /// then empty, as in the configuration itself.
    pub(super) fn image(
        image: &BaseImage,
        reference: &str,
        digest: String,
        out: Option<OpId>,
        platform: Platform,
    ) -> Self {
        let mut state = Self::scratch(platform);
        let known = image.env.is_some() && image.unknown_env.as_ref().is_none_or(Vec::is_empty);
        let pairs = image.env.iter().flatten().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        state.env = pairs
            .map(|(name, value)| Variable {
                name: name.to_owned(),
                value: value.to_owned(),
                source: VariableSource::BaseImage,
            })
            .collect();
        state.config = state.env.clone();
        state.out = out;
        state.dir = image.working_dir.clone().filter(|dir| !dir.is_empty()).unwrap_or(state.dir);
        state.user = image.user.clone().unwrap_or_default();
        state.shell = image.shell.clone().filter(|shell| !shell.is_empty());
        state.triggers = image.on_build.iter().flatten().cloned().map(Trigger::Text).collect();
        state.image = Some((reference.to_owned(), digest));
        state.known = known;
        state.dir_known = known || image.working_dir.is_some();
        state
    }

    /// Begins a stage on this one: the variables of the configuration are assigned once more, so that those
    /// that come only from ARG of the parent move to the front.
    pub(super) fn begin(&mut self) {
        if self.config.variable("PATH").is_none() {
            self.config.assign(default_path());
        }
        for variable in self.config.iter().cloned().collect::<Vec<_>>() {
            self.env.assign(variable);
        }
    }

    /// The shell that runs the shell form.
    pub(super) fn shell(&self) -> Vec<String> {
        self.shell.clone().unwrap_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned()])
    }
}

fn default_path() -> Variable {
    Variable { name: "PATH".to_owned(), value: DEFAULT_PATH.to_owned(), source: VariableSource::Builder }
}
