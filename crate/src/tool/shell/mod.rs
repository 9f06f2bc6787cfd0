//! A shell script read as far as it is certain what runs: command lines with their words, the folder they run
//! in and the variables they see.
//!
//! Lists (`&&`, `||`, `;`, `|`), subshells, groups, `cd`, assignments, quotes, simple variables, comments,
//! redirections and here-documents are followed. Loops, conditions, functions, command substitution and what
//! depends on them are not: the script is then marked with what could not be followed, and the commands around
//! it are still listed, because their cost counts.

use crate::map::Map;

mod read;
mod scan;
mod state;
mod word;

pub use read::commands;
pub use state::Value;
pub(crate) use state::{join, normal};

/// A script that was read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The commands in the order of the text.
    pub commands: Vec<Command>,
    /// The first thing in it that cannot be followed, in words that fit behind "it uses".
    pub opaque: Option<String>,
}

/// A simple command.
#[derive(Clone, Debug)]
pub struct Command {
    /// Program and arguments after expansion.
    pub words: Vec<Word>,
    /// Redirections to and from files.
    pub redirects: Vec<Redirect>,
    /// The folder it runs in, absolute; `None` if that is not certain.
    pub directory: Option<String>,
    /// Variables that the script has set or unset before it, where they reach the command's environment.
    pub variables: Map<String, Value>,
    /// The commands whose output it reads and which read its output run beside it.
    pub piped: bool,
}

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text after expansion; as written if it is not known.
    pub text: String,
    /// Whether the text is what the command gets.
    pub known: bool,
    /// Whether it has a pattern that the shell replaces by the files that match.
    pub pattern: bool,
}

impl Word {
    /// The text, if it is certain and no pattern.
    pub fn certain(&self) -> Option<&str> {
        (self.known && !self.pattern).then_some(self.text.as_str())
    }
}

/// `< file`, `> file`, `>> file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The file.
    pub target: Word,
    /// Whether the file is written; else it is read.
    pub write: bool,
}

#[cfg(test)]
mod tests;
