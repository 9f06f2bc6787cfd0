//! One call of a program, with what its contract may ask.

use super::super::{
    Files, Found, Setting,
    effect::path_of,
    shell::{Command, Value, Word, join, normal},
};

/// A program's call.
pub struct Call<'a> {
    /// The program's name without its folder.
    pub name: &'a str,
    /// The program as written.
    pub program: &'a str,
    /// Its arguments.
    pub arguments: &'a [Word],
    /// The folder it runs in, if that is certain.
    pub directory: Option<&'a str>,
    /// What the RUN finds when it starts.
    pub setting: &'a Setting<'a>,
    /// The image's files.
    pub files: &'a dyn Files,
    pub(super) command: &'a Command,
}

impl<'a> Call<'a> {
    /// The call that a command makes; `None` if it runs no program or which one is not certain.
    pub(in super::super) fn of(
        command: &'a Command,
        setting: &'a Setting<'a>,
        files: &'a dyn Files,
    ) -> Option<Self> {
        let mut words = command.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            // `command` and `exec` run what follows as it is.
            if first.text != "command" || rest.first().is_none_or(|next| next.text.starts_with('-')) {
                break;
            }
            words = rest;
        }
        let (first, arguments) = words.split_first()?;
        let program = first.certain()?;
        let name = program.rsplit('/').next().unwrap_or(program);
        Some(Self {
            name,
            program,
            arguments,
            directory: command.directory.as_deref(),
            setting,
            files,
            command,
        })
    }

    /// Files that the shell puts into the program's input.
    pub(super) fn inputs(&self) -> Vec<&'a Word> {
        self.command
            .redirects
            .iter()
            .filter(|redirect| !redirect.write)
            .map(|redirect| &redirect.target)
            .collect()
    }

    /// The same program called with the arguments from `skip` on, under another name.
    pub(super) fn inner(&self, name: &'a str, skip: usize) -> Self {
        let arguments = self.arguments.get(skip..).unwrap_or(&[]);
        Self { name, program: self.program, arguments, ..*self }
    }

    /// A variable as the program sees it.
    pub fn variable(&self, name: &str) -> Value {
        if let Some(value) = self.command.variables.get(name) {
            return value.clone();
        }
        match self.setting.variable(name) {
            Some(value) => Value::Set(value.to_owned()),
            None if self.setting.env_complete => Value::Unset,
            None => Value::Unknown,
        }
    }

    /// The text of a variable, if it is set, known and not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.variable(name) {
            Value::Set(value) if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// Names of all variables known to be set that begin with `prefix`.
    pub fn names(&self, prefix: &str) -> Vec<String> {
        let given = self
            .setting
            .env
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !self.command.variables.contains_key(*name));
        let changed =
            self.command.variables.iter().filter(|(_, value)| **value != Value::Unset).map(|(name, _)| name);
        let mut names: Vec<String> =
            given.chain(changed).filter(|name| name.starts_with(prefix)).cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    /// Home folders that the user may have: one if it is certain.
    pub fn homes(&self) -> Vec<String> {
        match self.variable("HOME") {
            Value::Set(home) => return vec![normal(&home)],
            Value::Unset | Value::Unknown => {}
        }
        if let Some(home) = self.setting.home() {
            // An image whose configuration is not known may set another user, whose home is its working folder.
            let mut homes = vec![normal(&home)];
            if !self.setting.env_complete {
                homes.push(normal(self.setting.workdir));
            }
            return homes;
        }
        let user = self.setting.user.split(':').next().unwrap_or("");
        let mut home = String::from("/home/");
        home.push_str(user);
        vec![home, normal(self.setting.workdir), "/".to_owned()]
    }

    /// The absolute path that a word names.
    pub fn path(&self, word: &Word) -> Option<String> {
        path_of(word, self.directory)
    }

    /// The absolute path of a text that came with an argument.
    pub fn absolute(&self, text: &str) -> Option<String> {
        if text.starts_with('/') { Some(normal(text)) } else { self.directory.map(|here| join(here, text)) }
    }

    /// The arguments, if all are certain.
    ///
    /// # Errors
    /// Says which is not.
    pub fn certain(&self) -> Result<Vec<&'a str>, String> {
        self.arguments.iter().map(|word| word.certain().ok_or_else(|| self.uncertain(word))).collect()
    }

    fn uncertain(&self, word: &Word) -> String {
        let mut reason = String::from("an argument of `");
        reason.push_str(self.name);
        reason.push_str("` is not certain: `");
        reason.push_str(&word.text);
        reason.push('`');
        reason
    }

    /// Refuses.
    ///
    /// # Errors
    /// Always: a reason that names the program and what is not known of it.
    pub fn unknown<T>(&self, what: &str) -> Result<T, String> {
        let mut reason = String::from("`");
        reason.push_str(self.name);
        reason.push_str("` ");
        reason.push_str(what);
        Err(reason)
    }

    /// The folders of PATH.
    pub fn path_folders(&self) -> Vec<String> {
        const DEFAULT: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let path = self.text("PATH");
        path.as_deref()
            .unwrap_or(DEFAULT)
            .split(':')
            .filter(|folder| folder.starts_with('/'))
            .map(normal)
            .collect()
    }

    /// Says whether the program is the one that its name says, and not a file of the build context.
    pub(in super::super) fn genuine(&self) -> Result<(), String> {
        if super::builtin::is_builtin(self.name) && !self.program.contains('/') {
            return Ok(());
        }
        // The wrappers that projects carry with them look at their own files first.
        if matches!(self.name, "mvnw" | "gradlew") && self.program.contains('/') {
            return Ok(());
        }
        let mut places = Vec::new();
        if self.program.contains('/') {
            places.push(self.absolute(self.program));
        } else {
            if let Some(path) = self.text("PATH") {
                // A relative folder in PATH finds programs in the current folder.
                if path.split(':').any(|folder| !folder.starts_with('/')) {
                    return self.unknown("is looked for in a folder that is not absolute");
                }
            }
            for folder in self.path_folders() {
                places.push(Some(join(&folder, self.name)));
            }
        }
        for place in places {
            let Some(place) = place else { return self.unknown("is run by a path that is not certain") };
            if !matches!(self.files.find(&place), Found::Absent | Found::Perhaps | Found::Made) {
                return self.unknown("is a program of the build context");
            }
        }
        Ok(())
    }
}
