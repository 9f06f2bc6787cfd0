//! What a stage has come to: its config, its arguments, and how words expand under them.

use std::rc::Rc;

use super::{
    argument::{Arguments, Available},
    config::Config,
    version::Rules,
};
use crate::{
    builder::{Variable, VariableSource},
    word::{Lexer, Scope},
};

/// The state of a stage between two steps.
#[derive(Clone, Debug)]
pub(super) struct State<'a> {
    pub(super) config: Config,
    /// The entries of `config.env` with their origins.
    pub(super) variables: Rc<Vec<Variable>>,
    pub(super) arguments: Arguments<'a>,
    /// Whether this stage has had a CMD that is not empty, which ENTRYPOINT then leaves alone.
    pub(super) cmd_set: bool,
    pub(super) rules: Rules,
}

impl State<'_> {
    /// The arguments that a step sees: those with a value that ENV does not hide.
    pub(super) fn available(&self) -> Vec<Available> {
        self.arguments.available(|name| self.config.variable(name).is_some())
    }

    /// `ENV`: replaces the first entry of that name in place, or appends.
    pub(super) fn set_variable(&mut self, name: &str, value: &str, line: u32) {
        let entry = [name, "=", value].concat();
        let variable =
            Variable { name: name.to_owned(), value: value.to_owned(), source: VariableSource::Env(line) };
        let variables = Rc::make_mut(&mut self.variables);
        let at = variables.iter().position(|variable| variable.name == name);
        let known = at.and_then(|at| Some((self.config.env.get_mut(at)?, variables.get_mut(at)?)));
        if let Some((old, known)) = known {
            (*old, *known) = (entry, variable);
        } else {
            self.config.env.push(entry);
            variables.push(variable);
        }
    }

    /// The environment as data, followed by the arguments that are written into the command of a RUN.
    pub(super) fn with_arguments(&self, arguments: &[Available]) -> Rc<Vec<Variable>> {
        let mut listed = arguments.iter().filter(|argument| argument.listed).peekable();
        if listed.peek().is_none() {
            return Rc::clone(&self.variables);
        }
        let listed = listed.map(|argument| Variable {
            name: argument.name.clone(),
            value: argument.value.clone(),
            source: argument.source,
        });
        Rc::new(self.variables.iter().cloned().chain(listed).collect())
    }
}

/// The entries of an environment, the first `count` from the base image, a default `PATH` from the builder.
pub(super) fn variables(env: &[String], count: usize) -> Vec<Variable> {
    let variable = |(index, entry): (usize, &String)| {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        let source = if index < count { VariableSource::BaseImage } else { VariableSource::Builder };
        Variable { name: name.to_owned(), value: value.to_owned(), source }
    };
    env.iter().enumerate().map(variable).collect()
}

/// Expands words as one instruction sees them: by the state before it.
pub(super) struct Expander<'a> {
    config: Option<&'a Config>,
    available: Vec<Available>,
    escape: char,
    rules: Rules,
}

impl<'a> Expander<'a> {
    /// For an instruction of a stage.
    pub(super) fn of_stage(state: &'a State<'_>, escape: char) -> Self {
        Self { config: Some(&state.config), available: state.available(), escape, rules: state.rules }
    }

    /// For FROM and for ARG before the first FROM.
    pub(super) fn of_globals(arguments: &Arguments<'_>, escape: char, rules: Rules) -> Self {
        Self { config: None, available: arguments.global(), escape, rules }
    }

    /// The word with variables replaced and quotes removed.
    ///
    /// # Errors
    /// The daemon's message.
    pub(super) fn word(&self, text: &str) -> Result<String, String> {
        self.lexer().word(text, self).map_err(|error| error.to_string())
    }

    /// All of `texts`, each as one word.
    ///
    /// # Errors
    /// The daemon's message.
    pub(super) fn each<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<Vec<String>, String> {
        texts.into_iter().map(|text| self.word(text)).collect()
    }

    /// The word, split again at blanks that come out of variables: EXPOSE only.
    ///
    /// # Errors
    /// The daemon's message.
    pub(super) fn words(&self, text: &str) -> Result<Vec<String>, String> {
        self.lexer().words(text, self).map_err(|error| error.to_string())
    }

    fn lexer(&self) -> Lexer {
        Lexer { modifiers: self.rules.modifiers(), ..Lexer::new(self.escape) }
    }
}

impl Scope for Expander<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let argument = || self.available.iter().find(|argument| argument.name == name);
        self.config
            .and_then(|config| config.variable(name))
            .or_else(|| argument().map(|found| found.value.as_str()))
    }
}
