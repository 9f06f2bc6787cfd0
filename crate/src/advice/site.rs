//! What holds where an instruction stands: variables, working directory, user, shell.
//!
//! Folders, users and variables of base images count as far as they are known. A folder that is not known makes
//! every relative path below it unknown.

use crate::{
    build::{Arguments, Environment, Stages, Variable, VariableSource},
    dockerfile::{Command, Dockerfile, Instruction},
    image::BaseImage,
    simulation::State,
    tool::{self, Distribution},
    word::expand,
};

/// The PATH that builders give to images without one.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What an instruction finds.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// ENV and, for RUN, ARG: all variables that words and programs see.
    pub(super) env: Environment,
    /// Whether `env` is all there is.
    pub(super) env_complete: bool,
    /// Working directory, absolute and clean, if it is known.
    pub(super) workdir: Option<String>,
    /// User as USER set it.
    pub(super) user: String,
    /// Shell of the shell form; empty for the usual one.
    pub(super) shell: Vec<String>,
    /// The base image's distribution.
    pub(super) distribution: Option<Distribution>,
}

impl Site {
    /// A word after expansion; `None` if it cannot be expanded.
    pub(super) fn expand(&self, word: &str, escape: char) -> Option<String> {
        expand(word, escape, &self.env).ok()
    }

    /// A path made absolute, a final slash kept.
    pub(super) fn absolute(&self, path: &str) -> Option<String> {
        let mut absolute = if path.starts_with('/') {
            tool::shell::normal(path)
        } else {
            tool::shell::join(self.workdir.as_deref()?, path)
        };
        let folder = path.ends_with('/') || path == "." || path.ends_with("/.") || path.is_empty();
        if folder && absolute != "/" {
            absolute.push('/');
        }
        Some(absolute)
    }
}

/// What every instruction finds, by its index; `None` for those outside of a stage.
pub(super) struct Sites {
    /// Before each instruction.
    pub(super) before: Vec<Option<Site>>,
    /// For each stage the stage that it stands on.
    pub(super) base: Vec<Option<usize>>,
    /// For each stage whether its base may run triggers that are not in the file.
    pub(super) triggers: Vec<bool>,
}

/// Follows all stages of a Dockerfile.
pub(super) fn sites(state: &State, stages: &Stages) -> Sites {
    let dockerfile = &*state.dockerfile;
    let mut arguments = Arguments::new(&state.build_args);
    // A global ARG that cannot be expanded makes the build fail; the simulation says so.
    let _ = arguments.declare_globals(dockerfile, stages);
    let mut out =
        Sites { before: vec![None; dockerfile.instructions.len()], base: Vec::new(), triggers: Vec::new() };
    let mut ends: Vec<Site> = Vec::new();
    for (number, stage) in stages.list.iter().enumerate() {
        let reference = match dockerfile.instructions.get(stage.from).map(|instruction| &instruction.command)
        {
            Some(Command::From(from)) => {
                expand(&from.image.text, dockerfile.escape, &arguments.globals).unwrap_or_default()
            }
            _ => String::new(),
        };
        let base = stages.base(&crate::text::lower(&reference), number);
        let (mut site, triggers) = match base.and_then(|base| ends.get(base)) {
            Some(parent) => {
                let list = base.and_then(|base| stages.list.get(base));
                let own = list.is_some_and(|stage| onbuild(dockerfile, stage.instructions.clone()));
                let site = Site { env: without_arguments(&parent.env), ..parent.clone() };
                (site, own)
            }
            None => start(&reference, state.base_images.get(&reference)),
        };
        for index in stage.instructions.clone() {
            let Some(instruction) = dockerfile.instructions.get(index) else { continue };
            if let Some(before) = out.before.get_mut(index) {
                *before = Some(site.clone());
            }
            step(&mut site, instruction, dockerfile.escape, &arguments);
        }
        out.base.push(base);
        out.triggers.push(triggers);
        ends.push(site);
    }
    out
}

/// Whether a range of instructions holds triggers.
fn onbuild(dockerfile: &Dockerfile, range: std::ops::Range<usize>) -> bool {
    dockerfile
        .instructions
        .get(range)
        .unwrap_or(&[])
        .iter()
        .any(|instruction| matches!(instruction.command, Command::Onbuild(..)))
}

/// ARGs end with their stage.
fn without_arguments(env: &Environment) -> Environment {
    let stays = |variable: &&Variable| {
        !matches!(variable.source, VariableSource::Arg(_) | VariableSource::BuildArg(_))
    };
    env.iter().filter(stays).cloned().collect()
}

/// What a base image brings, and whether it may run triggers.
fn start(reference: &str, image: Option<&BaseImage>) -> (Site, bool) {
    let scratch = reference == "scratch";
    let given = image.and_then(|image| image.env.as_deref());
    let mut env = Environment::default();
    let mut set = |name: &str, value: &str| {
        env.assign(Variable {
            name: name.to_owned(),
            value: value.to_owned(),
            source: VariableSource::BaseImage,
        });
    };
    if !given.unwrap_or(&[]).iter().any(|entry| entry.starts_with("PATH=")) {
        set("PATH", PATH);
    }
    for entry in given.unwrap_or(&[]) {
        if let Some((name, value)) = entry.split_once('=') {
            set(name, value);
        }
    }
    let workdir = match image.and_then(|image| image.working_dir.as_deref()) {
        Some("") => Some("/".to_owned()),
        Some(folder) => Some(tool::shell::normal(folder)),
        None => scratch.then(|| "/".to_owned()),
    };
    let site = Site {
        env,
        env_complete: scratch || given.is_some(),
        workdir,
        user: image.and_then(|image| image.user.clone()).unwrap_or_default(),
        shell: image.and_then(|image| image.shell.clone()).unwrap_or_default(),
        distribution: tool::distribution(reference, image.and_then(|image| image.distribution.as_deref())),
    };
    let triggers = match image.and_then(|image| image.on_build.as_ref()) {
        Some(triggers) => !triggers.is_empty(),
        None => reference.contains("onbuild"),
    };
    (site, triggers)
}

fn step(site: &mut Site, instruction: &Instruction, escape: char, arguments: &Arguments<'_>) {
    match &instruction.command {
        Command::Env(list) => {
            // All values see the variables as they are before the instruction.
            let before = site.env.clone();
            for assignment in list {
                let name = expand(&assignment.key.text, escape, &before).unwrap_or_default();
                let value = expand(&assignment.value.text, escape, &before).unwrap_or_default();
                site.env.assign(Variable { name, value, source: VariableSource::Env(instruction.line) });
            }
        }
        Command::Arg(list) => {
            for argument in list {
                // An ENV of the same name hides an ARG, whatever their order.
                let hidden = site.env.variable(&argument.name.text).is_some_and(|known| {
                    matches!(known.source, VariableSource::Env(_) | VariableSource::BaseImage)
                });
                if hidden {
                    continue;
                }
                if let Ok(Some(variable)) = arguments.declare(argument, instruction.line, escape, &site.env) {
                    let source = match variable.source {
                        VariableSource::BuildArg(line) => VariableSource::BuildArg(line),
                        _ => VariableSource::Arg(instruction.line),
                    };
                    site.env.assign(Variable { source, ..variable });
                }
            }
        }
        Command::Workdir(folder) => {
            site.workdir = site
                .expand(&folder.text, escape)
                .and_then(|folder| site.absolute(&folder).map(|folder| tool::shell::normal(&folder)));
        }
        Command::User(user) => site.user = site.expand(&user.text, escape).unwrap_or_default(),
        Command::Shell(shell) => site.shell.clone_from(shell),
        _ => {}
    }
}
