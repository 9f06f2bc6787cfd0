//! What `ARG` gives: the global list before the first `FROM`, and declarations inside a stage.

use super::{Environment, Stages, Variable, VariableSource};
use crate::{
    dockerfile::{Command, Dockerfile, instruction::Argument},
    map::Map,
    platform::Platform,
    word::{WordError, expand},
};

/// The arguments that BuildKit sets by itself. They are global: a stage sees them after `ARG NAME`.
pub const PLATFORM_ARGUMENTS: [&str; 11] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];

/// Whether `name` is one of the proxy arguments, which need no declaration and are in no cache key unless they
/// are declared.
pub fn is_proxy(name: &str) -> bool {
    ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"]
        .iter()
        .any(|proxy| proxy.eq_ignore_ascii_case(name))
}

/// Build arguments and global arguments: all that a declaration in a stage can draw on.
#[derive(Clone, Debug)]
pub struct Arguments<'a> {
    /// `--build-arg`.
    pub given: &'a Map<String, String>,
    /// The global list in order. A stage sees none of it until it declares a name; `FROM` sees all of it.
    pub globals: Environment,
}

impl<'a> Arguments<'a> {
    /// Only the build arguments; the global list is empty, as it begins for the classic builder.
    pub fn new(given: &'a Map<String, String>) -> Self {
        Self { given, globals: Environment::default() }
    }

    /// Sets the platform arguments of BuildKit. A build argument of the same name overrides.
    pub fn set_platform(&mut self, build: &Platform, target: &Platform, stage: &str) {
        let values: [&str; 11] = [
            &build.to_string(),
            &build.os,
            "",
            &build.architecture,
            &build.variant,
            &target.to_string(),
            &target.os,
            "",
            &target.architecture,
            &target.variant,
            stage,
        ];
        for (name, value) in PLATFORM_ARGUMENTS.into_iter().zip(values) {
            let variable = self.given_value(name, 0).unwrap_or_else(|| Variable {
                name: name.to_owned(),
                value: value.to_owned(),
                source: VariableSource::Builder,
            });
            self.globals.assign(variable);
        }
    }

    /// Evaluates the `ARG`s before the first `FROM`, each with what the global list holds by then.
    ///
    /// # Errors
    /// The message of the first default that cannot be expanded, with the index of its instruction; the others
    /// are evaluated all the same.
    pub fn declare_globals(
        &mut self,
        dockerfile: &Dockerfile,
        stages: &Stages,
    ) -> Result<(), (usize, WordError)> {
        let mut outcome = Ok(());
        for &index in &stages.globals {
            let Some(instruction) = dockerfile.instructions.get(index) else { continue };
            let Command::Arg(arguments) = &instruction.command else { continue };
            for argument in arguments {
                let line = instruction.line;
                let value = match (self.given_value(&argument.name.text, line), &argument.default) {
                    (Some(given), _) => Ok(Some(given)),
                    (None, Some(default)) => expand(&default.text, dockerfile.escape, &self.globals)
                        .map(|value| Some(variable(argument, value, VariableSource::Arg(line)))),
                    (None, None) => Ok(None),
                };
                match value {
                    Ok(Some(variable)) => self.globals.assign(variable),
                    Err(error) if outcome.is_ok() => outcome = Err((index, error)),
                    Ok(None) | Err(_) => {}
                }
            }
        }
        outcome
    }

    /// What `ARG name[=default]` on `line` of a stage gives: the build argument verbatim, else the default
    /// expanded with the stage's variables, else the global argument, else nothing.
    ///
    /// # Errors
    /// If the default cannot be expanded.
    pub fn declare(
        &self,
        argument: &Argument,
        line: u32,
        escape: char,
        stage: &Environment,
    ) -> Result<Option<Variable>, WordError> {
        let name = argument.name.text.as_str();
        if let Some(given) = self.given_value(name, line) {
            return Ok(Some(given));
        }
        if let Some(default) = &argument.default {
            let value = expand(&default.text, escape, stage)?;
            return Ok(Some(variable(argument, value, VariableSource::Arg(line))));
        }
        Ok(self.globals.variable(name).cloned())
    }

    fn given_value(&self, name: &str, line: u32) -> Option<Variable> {
        let value = self.given.get(name)?.clone();
        Some(Variable { name: name.to_owned(), value, source: VariableSource::BuildArg(line) })
    }
}

fn variable(argument: &Argument, value: String, source: VariableSource) -> Variable {
    Variable { name: argument.name.text.clone(), value, source }
}
