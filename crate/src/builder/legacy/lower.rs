//! From an instruction to what the daemon looks up: the state after it, and the container config that
//! describes it (`builder/dockerfile/dispatchers.go`). COPY and ADD are in [`super::copy`].

use std::borrow::Cow;

use super::{
    argument::Available,
    config::Config,
    port, quote, signal,
    state::{Expander, State},
    version::Rules,
};
use crate::{
    builder::failing::exit_code,
    context::path::{clean, join},
    dockerfile::{
        self,
        instruction::{Assignment, Command, Form, Healthcheck, Instruction, Word},
    },
};

/// What a step looks up.
#[derive(Debug)]
pub(super) struct Lowered {
    /// The container config that is compared.
    pub(super) probe: Config,
    /// The step's own text after expansion.
    pub(super) text: String,
    /// The arguments in the command of a RUN; empty for all others.
    pub(super) arguments: Vec<Available>,
    /// Options that are in the text: `chown=…`, `arguments=…`.
    pub(super) options: Vec<String>,
    /// What a miss does to the files.
    pub(super) effect: Effect,
    /// What the daemon says of a RUN that fails by its text alone.
    pub(super) failure: Option<String>,
}

/// What executing a step does to the files of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: the throw-away container is only created, which writes holes of its config back.
    None,
    /// Makes the working directory; writes back too.
    Directory,
    /// Runs something.
    Run,
    /// Copies files.
    Copy,
}

/// How a comment stands in `Cmd`: in two parts or in one.
#[derive(Clone, Copy)]
pub(super) enum Comment {
    /// `#(nop) ` and the text as two elements.
    Two,
    /// Both in one element: WORKDIR, COPY and ADD.
    One,
}

/// Lowers an instruction that is not FROM, COPY, ADD. Changes `state` to what it is after the step.
///
/// # Errors
/// The daemon's message, if the step fails before anything is looked up.
pub(super) fn lower(
    instruction: &Instruction,
    state: &mut State<'_>,
    escape: char,
) -> Result<Lowered, String> {
    let line = instruction.line;
    let expander = Expander::of_stage(state, escape);
    let text = match &instruction.command {
        Command::Env(pairs) => {
            let (pairs, text) = assignments("ENV", pairs, &expander)?;
            for (name, value) in &pairs {
                state.set_variable(name, value, line);
            }
            text
        }
        Command::Label(pairs) => {
            let (pairs, text) = assignments("LABEL", pairs, &expander)?;
            state.config.labels.extend(pairs);
            text
        }
        Command::Arg(arguments) => {
            let mut text = "ARG".to_owned();
            let mut declared = Vec::new();
            for argument in arguments {
                let name = expander.word(&argument.name.text)?;
                let default = argument.default.as_ref().map(|word| expander.word(&word.text)).transpose()?;
                text.push(' ');
                text.push_str(&name);
                if let Some(default) = &default {
                    text.push('=');
                    text.push_str(default);
                }
                declared.push((name, default));
            }
            for (name, default) in declared {
                state.arguments.declare(&name, default.as_deref(), line);
            }
            text
        }
        Command::Expose(words) => {
            let mut words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            words.sort_unstable();
            let mut ports = Vec::new();
            for word in words {
                ports.extend(expander.words(word)?);
            }
            let mut exposed = state.config.exposed.clone();
            for port in &ports {
                port::add(&mut exposed, port, state.rules)?;
            }
            state.config.exposed = exposed;
            ["EXPOSE ", &ports.join(" ")].concat()
        }
        Command::Volume(words) => {
            let volumes = expander.each(texts(words))?;
            if volumes.iter().any(String::is_empty) {
                return Err("VOLUME specified can not be an empty string".to_owned());
            }
            let text = ["VOLUME [", &volumes.join(" "), "]"].concat();
            state.config.volumes.extend(volumes);
            text
        }
        Command::User(word) => {
            let user = expander.word(&word.text)?;
            let text = ["USER ", &user].concat();
            state.config.user = user;
            text
        }
        Command::Stopsignal(word) => {
            let name = expander.word(&word.text)?;
            if !signal::is_known(&name) {
                return Err(["Invalid signal: ", &name].concat());
            }
            let text = ["STOPSIGNAL ", &name].concat();
            state.config.stop_signal = name;
            text
        }
        Command::Workdir(word) => return workdir(&expander.word(&word.text)?, state),
        Command::Run(run) => return Ok(self::run(&read_json(&run.form, state.rules), state)),
        Command::Maintainer(text) => ["MAINTAINER ", text].concat(),
        Command::Shell(shell) => {
            state.config.shell.clone_from(shell);
            ["SHELL [", &shell.join(" "), "]"].concat()
        }
        Command::Cmd(form) => {
            let form = read_json(form, state.rules);
            state.config.cmd = command_line(&form, &state.config);
            state.cmd_set |= !is_empty(&form);
            listed("CMD ", &state.config.cmd)
        }
        Command::Entrypoint(form) => {
            let form = read_json(form, state.rules);
            state.config.entrypoint =
                if is_empty(&form) { Vec::new() } else { command_line(&form, &state.config) };
            if !state.cmd_set {
                state.config.cmd.clear();
            }
            listed("ENTRYPOINT ", &state.config.entrypoint)
        }
        Command::Healthcheck(check) => {
            state.config.healthcheck = Some(check.clone());
            health_text(check, state.rules)
        }
        Command::Onbuild(trigger, _) => {
            let mut trigger = trigger.clone();
            for heredoc in &instruction.heredocs {
                trigger.push('\n');
                trigger.push_str(&heredoc.body);
                trigger.push_str(&heredoc.name);
            }
            let text = ["ONBUILD ", &trigger].concat();
            state.config.on_build.push(trigger);
            text
        }
        Command::From(_) | Command::Copy(_) | Command::Add(_) | Command::Invalid => String::new(),
    };
    Ok(commented(&state.config, text, Comment::Two, Effect::None))
}

/// A step whose `Cmd` is a comment.
pub(super) fn commented(config: &Config, text: String, comment: Comment, effect: Effect) -> Lowered {
    let mut probe = config.clone();
    probe.cmd = config.shell();
    match comment {
        Comment::Two => probe.cmd.extend(["#(nop) ".to_owned(), text.clone()]),
        Comment::One => probe.cmd.push(["#(nop) ", &text].concat()),
    }
    Lowered { probe, text, arguments: Vec::new(), options: Vec::new(), effect, failure: None }
}

fn workdir(path: &str, state: &mut State<'_>) -> Result<Lowered, String> {
    if path.is_empty() {
        return Err("cannot normalize nothing".to_owned());
    }
    state.config.workdir = if !path.starts_with('/') {
        join(&["/", &state.config.workdir, path])
    } else if state.rules.cleans_workdir() {
        clean(path)
    } else {
        path.to_owned()
    };
    let text = ["WORKDIR ", &state.config.workdir].concat();
    Ok(commented(&state.config, text, Comment::One, Effect::Directory))
}

/// RUN: no comment, but the command itself, with `|N` and the listed arguments in front if any is available.
fn run(form: &Form, state: &State<'_>) -> Lowered {
    let command = command_line(form, &state.config);
    let text = command.join(" ");
    let failure = exit_code(&command)
        .map(|code| ["The command '", &text, "' returned a non-zero code: ", &code.to_string()].concat());
    let arguments = state.available();
    let (mut cmd, mut options) = (Vec::new(), Vec::new());
    if !arguments.is_empty() {
        let listed = arguments.iter().filter(|argument| argument.listed);
        let mut listed: Vec<String> = listed.map(|found| [&found.name, "=", &found.value].concat()).collect();
        listed.sort_unstable();
        let count = listed.len().to_string();
        cmd.push(["|", &count].concat());
        options.push(["arguments=", &count].concat());
        cmd.extend(listed);
    }
    cmd.extend(command);
    let mut probe = state.config.clone();
    if !cmd.is_empty() {
        probe.entrypoint.clear();
    }
    probe.cmd = cmd;
    Lowered { probe, text, arguments, options, effect: Effect::Run, failure }
}

/// Before 28.0 anything may follow a JSON array, as in `CMD ["a"] # b`.
fn read_json(form: &Form, rules: Rules) -> Cow<'_, Form> {
    /// Brackets within strings are tried in vain; nobody writes as many.
    const TRIES: usize = 100;
    let Form::Shell(text) = form else { return Cow::Borrowed(form) };
    if rules.strict_json() || !text.starts_with('[') {
        return Cow::Borrowed(form);
    }
    let list = text.match_indices(']').take(TRIES).find_map(|(end, _)| {
        let array = text.get(..=end)?;
        match dockerfile::parse_trigger(&["CMD ", array].concat(), '\\').ok()?.command {
            Command::Cmd(form @ Form::Exec(_)) => Some(form),
            _ => None,
        }
    });
    list.map_or(Cow::Borrowed(form), Cow::Owned)
}

/// The list of an exec form, or the shell with the text of a shell form (without, if there is no text).
fn command_line(form: &Form, config: &Config) -> Vec<String> {
    match form {
        Form::Exec(list) => list.clone(),
        Form::Shell(text) => {
            let mut line = config.shell();
            line.extend((!text.is_empty()).then(|| text.clone()));
            line
        }
    }
}

fn is_empty(form: &Form) -> bool {
    match form {
        Form::Exec(list) => list.is_empty(),
        Form::Shell(text) => text.is_empty(),
    }
}

fn texts(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().map(|word| word.text.as_str())
}

/// Expanded pairs and the text `ENV K=V K2=V2`.
fn assignments(
    name: &str,
    pairs: &[Assignment],
    expander: &Expander<'_>,
) -> Result<(Vec<(String, String)>, String), String> {
    let mut text = name.to_owned();
    let mut expanded = Vec::new();
    for pair in pairs {
        let (key, value) = (expander.word(&pair.key.text)?, expander.word(&pair.value.text)?);
        for part in [" ", &key, "=", &value] {
            text.push_str(part);
        }
        expanded.push((key, value));
    }
    Ok((expanded, text))
}

fn listed(name: &str, items: &[String]) -> String {
    let mut text = name.to_owned();
    quote::list(&mut text, items);
    text
}

/// `HEALTHCHECK &{["CMD-SHELL" "x"] "5m0s" "0s" "0s" '\x03'}`: Go's quoting of the whole struct.
fn health_text(check: &Healthcheck, rules: Rules) -> String {
    let mut text = listed("HEALTHCHECK &{", &check.test);
    let start = rules.start_interval().then_some(check.start_interval);
    for duration in [check.interval, check.timeout, check.start_period].into_iter().chain(start) {
        text.push(' ');
        quote::duration(&mut text, duration);
    }
    text.push(' ');
    quote::number(&mut text, check.retries);
    text.push('}');
    text
}
