//! What a stage has so far, as far as the rules ask.

use crate::{
    build::{Environment, Variable, VariableSource},
    dockerfile::Instruction,
    image::BaseImage,
    text::Span,
};

/// Where an instruction stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    pub(super) span: Span,
    pub(super) line: u32,
    /// Whether it was a trigger, so that the place is that of the FROM which set it off.
    pub(super) triggered: bool,
}

/// What a stage has so far.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// The variables that words see.
    pub(super) env: Environment,
    /// Those of the image configuration, with which a stage on top begins.
    pub(super) config: Environment,
    /// Whether it is known which variables the base image sets.
    pub(super) known: bool,
    /// Variables that the base image sets to values which are not known.
    pub(super) valueless: Vec<String>,
    /// The names that ARG declared, with a value or without.
    pub(super) declared: Vec<String>,
    /// Whether a shell is set: here, below, or in the base image.
    pub(super) has_shell: bool,
    /// The working directory, if it is known.
    pub(super) dir: Option<String>,
    /// Whether there was a WORKDIR, here or in a stage below.
    pub(super) has_workdir: bool,
    /// The last CMD, ENTRYPOINT and HEALTHCHECK.
    pub(super) last: [Option<Last>; 3],
    /// What ONBUILD asks of a stage on top.
    pub(super) triggers: Vec<Instruction>,
}

impl Stage {
    /// A stage on `scratch` or on files alone.
    pub(super) fn empty() -> Self {
        Self {
            env: Environment::default(),
            config: Environment::default(),
            known: true,
            valueless: Vec::new(),
            declared: Vec::new(),
            has_shell: false,
            dir: Some("/".to_owned()),
            has_workdir: false,
            last: [None; 3],
            triggers: Vec::new(),
        }
    }

    /// A stage on an image, as far as it is known.
    pub(super) fn image(image: Option<&BaseImage>) -> Self {
        let Some(image) = image else { return Self { known: false, dir: None, ..Self::empty() } };
        let pairs = image.env.iter().flatten().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let known = image.env.is_some();
        let dir = image.working_dir.clone().or_else(|| known.then(String::new));
        Self {
            config: pairs.map(|(name, value)| variable(name, value, VariableSource::BaseImage)).collect(),
            known,
            valueless: image.unknown_env.clone().unwrap_or_default(),
            has_shell: image.shell.as_ref().is_some_and(|shell| !shell.is_empty()),
            dir: dir.map(|dir| if dir.is_empty() { "/".to_owned() } else { dir }),
            triggers: image
                .on_build
                .iter()
                .flatten()
                .filter_map(|text| crate::dockerfile::parse_trigger(text, '\\').ok())
                .collect(),
            ..Self::empty()
        }
    }

    /// Begins a stage on this one, and gives the triggers that it carries out first.
    pub(super) fn begin(&mut self) -> Vec<Instruction> {
        if self.config.variable("PATH").is_none() {
            // Its value is the builder's; no rule shows it.
            self.config.assign(variable(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                VariableSource::Builder,
            ));
        }
        for variable in &self.config {
            self.env.assign(variable.clone());
        }
        self.last = [None; 3];
        std::mem::take(&mut self.triggers)
    }

    /// ENV.
    pub(super) fn set(&mut self, name: String, value: String, line: u32) {
        let variable = Variable { name, value, source: VariableSource::Env(line) };
        self.env.assign(variable.clone());
        self.config.replace(variable);
    }
}

fn variable(name: &str, value: &str, source: VariableSource) -> Variable {
    Variable { name: name.to_owned(), value: value.to_owned(), source }
}
