//! What is known while a script is read: the current folder and the variables.

use crate::{map::Map, tool::Setting};

/// What a script did to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Set to this text.
    Set(String),
    /// Removed.
    Unset,
    /// Set to something that is not certain.
    Unknown,
}

/// The state at one point of a script.
#[derive(Clone, Debug)]
pub(super) struct State<'a> {
    setting: &'a Setting<'a>,
    /// The current folder, absolute.
    pub(super) directory: Option<String>,
    /// Variables that the script changed; the flag says whether commands see them.
    pub(super) variables: Map<String, (Value, bool)>,
    /// `set -e`.
    pub(super) errexit: bool,
    /// `set -f` or `set -u` and the like that change how words are read.
    pub(super) exports_all: bool,
}

impl<'a> State<'a> {
    pub(super) fn new(setting: &'a Setting<'a>) -> Self {
        let directory = setting.workdir.starts_with('/').then(|| normal(setting.workdir));
        Self { setting, directory, variables: Map::new(), errexit: false, exports_all: false }
    }

    /// The value of a variable: what the script set, else what the environment has.
    pub(super) fn get(&self, name: &str) -> Value {
        if let Some((value, _)) = self.variables.get(name) {
            return value.clone();
        }
        match name {
            "PWD" => return self.directory.clone().map_or(Value::Unknown, Value::Set),
            "HOME" => return self.setting.home().map_or(Value::Unknown, Value::Set),
            _ => {}
        }
        match self.setting.variable(name) {
            Some(value) => Value::Set(value.to_owned()),
            None if self.setting.env_complete && !shell_sets(name) => Value::Unset,
            None => Value::Unknown,
        }
    }

    /// Sets a variable; it reaches commands if it is exported or was in the environment before.
    pub(super) fn set(&mut self, name: &str, value: Value, export: bool) {
        let inherited = self.variables.get(name).is_some_and(|(_, exported)| *exported)
            || self.setting.variable(name).is_some()
            || !self.setting.env_complete;
        self.variables.insert(name.to_owned(), (value, export || inherited || self.exports_all));
    }

    /// Marks variables as exported.
    pub(super) fn export(&mut self, name: &str) {
        if let Some((_, exported)) = self.variables.get_mut(name) {
            *exported = true;
        }
    }

    /// The variables that commands see changed.
    pub(super) fn exported(&self) -> Map<String, Value> {
        self.variables
            .iter()
            .filter(|(_, (_, exported))| *exported)
            .map(|(name, (value, _))| (name.clone(), value.clone()))
            .collect()
    }

    /// Changes the folder as `cd` does; `None` if the target is not certain.
    pub(super) fn cd(&mut self, target: Option<&str>) {
        self.directory = match (target, &self.directory) {
            (Some(target), _) if target.starts_with('/') => Some(normal(target)),
            (Some(target), Some(here)) => Some(join(here, target)),
            _ => None,
        };
    }

    /// Forgets what is not the same as in `other`: one of the two is the truth, and which one is not certain.
    pub(super) fn merge(&mut self, other: &Self) {
        if self.directory != other.directory {
            self.directory = None;
        }
        let names: Vec<String> = self.variables.keys().chain(other.variables.keys()).cloned().collect();
        for name in names {
            if self.variables.get(&name) != other.variables.get(&name) {
                self.variables.insert(name, (Value::Unknown, true));
            }
        }
        self.errexit &= other.errexit;
    }
}

/// Variables that the shell itself sets, so that their absence from the environment says nothing.
fn shell_sets(name: &str) -> bool {
    matches!(
        name,
        "IFS"
            | "OLDPWD"
            | "PPID"
            | "RANDOM"
            | "SECONDS"
            | "SHLVL"
            | "UID"
            | "EUID"
            | "HOSTNAME"
            | "LINENO"
            | "OSTYPE"
            | "HOSTTYPE"
            | "MACHTYPE"
            | "SHELL"
            | "OPTIND"
            | "_"
            | "PATH"
    ) || name.starts_with("BASH")
}

/// `path` below `folder`, cleaned; absolute paths stay.
pub(crate) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return normal(path);
    }
    let mut joined = folder.to_owned();
    joined.push('/');
    joined.push_str(path);
    normal(&joined)
}

/// An absolute path without `.`, `..`, doubled and trailing slashes.
pub(crate) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut out = String::with_capacity(path.len());
    for part in &parts {
        out.push('/');
        out.push_str(part);
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}
