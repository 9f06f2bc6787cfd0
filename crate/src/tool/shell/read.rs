//! Lists, pipelines and simple commands.

use super::{
    Command, Reading, Redirect, Word,
    scan::Scan,
    state::{State, Value},
    word::{Fields, word},
};
use crate::{
    text::scan::has,
    tool::{Script, Setting},
};

/// How deep groups may nest before the rest counts as opaque.
const DEPTH: usize = 40;

/// Reads what a RUN says to run.
pub fn commands(script: Script<'_>, setting: &Setting<'_>) -> Reading {
    let mut reader = Reader { reading: Reading::default(), depth: 0 };
    let mut state = State::new(setting);
    match script {
        Script::Exec(words) => {
            let words = words.iter().map(|text| Word { text: text.clone(), known: true, pattern: false });
            let directory = state.directory.clone();
            let command = Command {
                words: words.collect(),
                redirects: Vec::new(),
                directory,
                variables: state.exported(),
                piped: false,
            };
            reader.reading.commands.push(command);
        }
        Script::Shell(text) | Script::Heredocs(text) => {
            if !posix(setting.shell, &mut state) {
                reader.opaque("a shell that is not read here");
                return reader.reading;
            }
            if text.trim_start().starts_with("#!") && !plain_interpreter(text) {
                reader.opaque("another interpreter than the shell");
                return reader.reading;
            }
            let mut scan = Scan::new(text);
            reader.list(&mut scan, &mut state);
            if scan.peek().is_some() {
                reader.opaque("a form of the shell that is not read here");
            }
        }
    }
    reader.reading
}

/// Whether the shell is one whose language is read here; takes over its flags.
fn posix(shell: &[String], state: &mut State<'_>) -> bool {
    let Some((program, flags)) = shell.split_first() else { return true };
    let name = program.rsplit('/').next().unwrap_or(program);
    for flag in flags {
        state.errexit |= flag.starts_with('-') && !flag.starts_with("--") && has(flag, b'e');
        state.errexit |= flag == "errexit";
    }
    matches!(name, "sh" | "bash" | "ash" | "dash" | "ksh")
        && flags.last().is_some_and(|flag| flag.ends_with('c'))
}

/// Whether a `#!` line names a plain shell.
fn plain_interpreter(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or("");
    matches!(
        line.strip_prefix("#!").unwrap_or(line).trim(),
        "/bin/sh" | "/bin/bash" | "/usr/bin/env sh" | "/usr/bin/env bash"
    )
}

struct Reader {
    reading: Reading,
    depth: usize,
}

impl Reader {
    fn opaque(&mut self, what: &str) {
        if self.reading.opaque.is_none() {
            self.reading.opaque = Some(what.to_owned());
        }
    }

    /// Commands up to the end of the text or of the group.
    fn list(&mut self, scan: &mut Scan<'_>, state: &mut State<'_>) {
        loop {
            scan.lines();
            while scan.take(";") {
                scan.lines();
            }
            match scan.peek() {
                None | Some(')') => return,
                Some('}') if closes(scan.rest()) => return,
                Some(_) => {}
            }
            let before = state.clone();
            let links = self.chain(scan, state);
            let background = scan.take("&");
            if background {
                self.opaque("a command in the background");
            }
            scan.blanks();
            let last = matches!(scan.peek(), None | Some(')'));
            // Without `set -e` the next command runs whether or not a `cd` of this one worked.
            if !last && (links > 1 || !before.errexit) && state.directory != before.directory {
                state.directory = None;
            }
            if !background && !matches!(scan.peek(), None | Some('\n' | ';' | ')' | '}')) {
                self.opaque("a form of the shell that is not read here");
                scan.next();
            }
        }
    }

    /// Pipelines joined by `&&` and `||`; how many there are.
    fn chain(&mut self, scan: &mut Scan<'_>, state: &mut State<'_>) -> usize {
        let start = state.clone();
        self.pipeline(scan, state);
        let mut links = 1;
        loop {
            scan.blanks();
            if scan.take("&&") {
                scan.lines();
                self.pipeline(scan, state);
            } else if scan.take("||") {
                scan.lines();
                // The right side runs if something on the left failed, so at any point of it.
                let left = state.clone();
                state.merge(&start);
                self.pipeline(scan, state);
                state.merge(&left);
            } else {
                return links;
            }
            links += 1;
        }
    }

    fn pipeline(&mut self, scan: &mut Scan<'_>, state: &mut State<'_>) {
        let first = self.reading.commands.len();
        let before = state.clone();
        self.command(scan, state);
        let mut piped = false;
        loop {
            scan.blanks();
            if scan.rest().starts_with("||") || !(scan.take("|&") || scan.take("|")) {
                break;
            }
            scan.lines();
            piped = true;
            let mut inner = before.clone();
            self.command(scan, &mut inner);
        }
        if piped {
            *state = before;
            for command in self.reading.commands.iter_mut().skip(first) {
                command.piped = true;
            }
        }
    }

    fn group(&mut self, scan: &mut Scan<'_>, state: &mut State<'_>, end: &str) {
        if self.depth >= DEPTH {
            self.opaque("groups nested too deep");
            while scan.next().is_some() {}
            return;
        }
        self.depth += 1;
        self.list(scan, state);
        self.depth -= 1;
        if !scan.take(end) {
            self.opaque("a group that is not closed");
        }
    }

    /// One command: a group, or words with redirections.
    fn command(&mut self, scan: &mut Scan<'_>, state: &mut State<'_>) {
        scan.blanks();
        let first = self.reading.commands.len();
        let grouped = if scan.take("(") {
            let mut inner = state.clone();
            self.group(scan, &mut inner, ")");
            true
        } else if scan.peek() == Some('{')
            && scan.rest().get(1..).is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\\']))
        {
            scan.next();
            self.group(scan, state, "}");
            true
        } else {
            false
        };
        let (words, redirects, assignments) = self.words(scan, state, !grouped);
        if grouped {
            if !words.is_empty() {
                self.opaque("a form of the shell that is not read here");
            }
            if !redirects.is_empty() {
                let directory = state.directory.clone();
                let variables = state.exported();
                self.reading.commands.insert(
                    first,
                    Command { words: Vec::new(), redirects, directory, variables, piped: false },
                );
            }
            return;
        }
        self.simple(state, words, redirects, assignments);
    }

    /// The words of a simple command, its redirections and the assignments before it.
    fn words(&mut self, scan: &mut Scan<'_>, state: &mut State<'_>, assign: bool) -> Parts {
        let (mut words, mut redirects, mut assignments) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            scan.blanks();
            match scan.peek() {
                None | Some('\n' | ';' | '&' | '|' | ')') => break,
                Some('(') => {
                    self.opaque("a function");
                    scan.next();
                }
                Some('<' | '>') => self.redirect(scan, state, &mut redirects),
                Some('0'..='9') if descriptor(scan.rest()) => {
                    while scan.peek().is_some_and(|next| next.is_ascii_digit()) {
                        scan.next();
                    }
                }
                Some(_) => {
                    let Fields { words: fields, plain, assigned, opaque } =
                        word(scan, state, assign && words.is_empty());
                    if let Some(what) = opaque {
                        self.opaque(what);
                    }
                    if let Some(name) = assigned {
                        let value = match fields.into_iter().next() {
                            // `A=1 B=$A`: whether the first is seen by the second differs between shells.
                            _ if plain.is_none() && !assignments.is_empty() => Value::Unknown,
                            Some(Word { text, known: true, .. }) if !name.ends_with('+') => Value::Set(text),
                            None => Value::Set(String::new()),
                            Some(_) => Value::Unknown,
                        };
                        let name = name.trim_end_matches('+').to_owned();
                        assignments.push((name, value));
                        continue;
                    }
                    if words.is_empty() && assign {
                        if let Some(what) = plain.as_deref().and_then(keyword) {
                            self.opaque(what);
                            continue;
                        }
                        if plain.as_deref() == Some("!") {
                            continue;
                        }
                    }
                    words.extend(fields);
                }
            }
        }
        (words, redirects, assignments)
    }

    fn redirect(&mut self, scan: &mut Scan<'_>, state: &State<'_>, redirects: &mut Vec<Redirect>) {
        if scan.take("<<<") {
            scan.blanks();
            let fields = word(scan, state, false);
            if let Some(what) = fields.opaque {
                self.opaque(what);
            }
            return;
        }
        if scan.take("<<") {
            let tabs = scan.take("-");
            scan.blanks();
            let fields = word(scan, state, false);
            match (fields.words.into_iter().next(), fields.opaque) {
                (Some(end), None) if end.known => scan.heredoc(end.text, tabs),
                _ => self.opaque("a here-document whose end is not certain"),
            }
            return;
        }
        let write = scan.peek() == Some('>');
        let both = scan.take("<>");
        let _ = both
            || scan.take(">>")
            || scan.take(">|")
            || scan.take(">&")
            || scan.take("<&")
            || scan.next().is_some();
        scan.blanks();
        if scan.peek() == Some('(') {
            self.opaque("the output of a command");
            return;
        }
        let fields = word(scan, state, false);
        if let Some(what) = fields.opaque {
            self.opaque(what);
        }
        for target in fields.words {
            // `>&2`, `2>&-`: descriptors, not files.
            let descriptor = target.text == "-" || target.text.bytes().all(|byte| byte.is_ascii_digit());
            if !descriptor && target.text != "/dev/null" && !target.text.starts_with("/dev/std") {
                redirects.push(Redirect { target, write: write || both });
            }
        }
    }

    /// Carries out what changes the script's own state, and lists the rest.
    fn simple(
        &mut self,
        state: &mut State<'_>,
        words: Vec<Word>,
        redirects: Vec<Redirect>,
        assignments: Vec<(String, Value)>,
    ) {
        let name = words.first().and_then(Word::certain).unwrap_or("").to_owned();
        if words.is_empty() && redirects.is_empty() {
            for (name, value) in assignments {
                state.set(&name, value, false);
            }
            return;
        }
        let arguments: Vec<Option<String>> =
            words.iter().skip(1).map(|word| word.certain().map(str::to_owned)).collect();
        match name.as_str() {
            "cd" => {
                let target = match arguments.as_slice() {
                    [] => match state.get("HOME") {
                        Value::Set(home) => Some(home),
                        _ => None,
                    },
                    [Some(target)] if target != "-" => Some(target.clone()),
                    [Some(option), Some(target)] if option == "--" => Some(target.clone()),
                    _ => None,
                };
                let cdpath = state.get("CDPATH") != Value::Unset
                    && target.as_deref().is_some_and(|target| !target.starts_with(['/', '.']));
                let known_cdpath = state.variables.contains_key("CDPATH");
                state.cd(target.as_deref().filter(|_| !(cdpath && known_cdpath)));
            }
            "set" => self.set(state, &arguments),
            "export" | "readonly" | "declare" | "typeset" | "local" => {
                for word in words.iter().skip(1) {
                    match (word.certain(), word.text.split_once('=')) {
                        (Some(text), None) if text.starts_with('-') => {}
                        (Some(text), None) => state.export(text),
                        (Some(_), Some((name, value))) => {
                            state.set(name, Value::Set(value.to_owned()), name_export(&words));
                        }
                        (None, Some((name, _))) => state.set(name, Value::Unknown, true),
                        (None, None) => self.opaque("variables whose names are not certain"),
                    }
                }
            }
            "unset" => {
                for name in arguments.iter().flatten() {
                    state.set(name, Value::Unset, true);
                }
            }
            "eval" | "exec" | "trap" | "alias" | "pushd" | "popd" | "shopt" | "read" | "getopts"
            | "source" | "."
                if !(matches!(name.as_str(), "source" | ".") && activate(state, &arguments)) =>
            {
                let mut what = String::from("`");
                what.push_str(&name);
                what.push('`');
                self.opaque(&what);
            }
            _ => {}
        }
        let mut variables = state.exported();
        variables.extend(assignments);
        self.reading.commands.push(Command {
            words,
            redirects,
            directory: state.directory.clone(),
            variables,
            piped: false,
        });
    }

    fn set(&mut self, state: &mut State<'_>, arguments: &[Option<String>]) {
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_deref() {
                Some("-o") => {
                    state.errexit |= arguments.next().is_some_and(|name| name.as_deref() == Some("errexit"));
                }
                Some("+o") => {
                    arguments.next();
                }
                Some(flags) if flags.starts_with('-') && flags.len() > 1 => {
                    state.errexit |= has(flags, b'e');
                    state.exports_all |= has(flags, b'a');
                    if flags.contains(['f', 'k', 'n']) {
                        self.opaque("`set`");
                    }
                    if flags.ends_with('o') {
                        state.errexit |=
                            arguments.next().is_some_and(|name| name.as_deref() == Some("errexit"));
                    }
                }
                Some(flags) if flags.starts_with('+') => state.errexit &= !has(flags, b'e'),
                _ => self.opaque("`set`"),
            }
        }
    }
}

type Parts = (Vec<Word>, Vec<Redirect>, Vec<(String, Value)>);

fn name_export(words: &[Word]) -> bool {
    words.first().is_some_and(|word| word.text == "export")
}

/// `. VENV/bin/activate` puts the environment's folder first in PATH.
fn activate(state: &mut State<'_>, arguments: &[Option<String>]) -> bool {
    let [Some(script)] = arguments else { return false };
    let Some(folder) = script.strip_suffix("/bin/activate") else { return false };
    let Some(folder) = (if folder.starts_with('/') {
        Some(super::state::normal(folder))
    } else {
        state.directory.as_deref().map(|here| super::state::join(here, folder))
    }) else {
        return false;
    };
    let Value::Set(path) = state.get("PATH") else {
        state.set("VIRTUAL_ENV", Value::Set(folder), true);
        return true;
    };
    let mut first = folder.clone();
    first.push_str("/bin:");
    first.push_str(&path);
    state.set("PATH", Value::Set(first), true);
    state.set("VIRTUAL_ENV", Value::Set(folder), true);
    true
}

/// What a word at a command's place opens that cannot be followed.
fn keyword(word: &str) -> Option<&'static str> {
    match word {
        "if" | "then" | "elif" | "else" | "fi" | "case" | "esac" | "[[" => Some("a condition"),
        "for" | "while" | "until" | "do" | "done" | "select" | "in" => Some("a loop"),
        "function" => Some("a function"),
        "}" => Some("a group"),
        _ => None,
    }
}

/// Whether a `}` stands where it ends a group.
fn closes(rest: &str) -> bool {
    rest.get(1..).is_none_or(|rest| {
        rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '&', '|', ')', '>', '<', '\r'])
    })
}

/// Whether digits at the cursor are the descriptor of a redirection.
fn descriptor(rest: &str) -> bool {
    rest.trim_start_matches(|next: char| next.is_ascii_digit()).starts_with(['<', '>'])
}
