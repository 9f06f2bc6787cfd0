//! The second of the builder's two readings: from split arguments to what the instruction says. Checks come in
//! the builder's order, so that the first mistake is the one that it names.

use super::{Command, Flag, Form, Heredoc, Word, copy, from, healthcheck, onbuild, run, variable};
use crate::{
    diagnostic::code,
    dockerfile::{
        flag::Flags,
        keyword::Keyword,
        line::Logical,
        mistake::Mistake,
        node::{Args, Node},
        suggest::suggest,
    },
};

/// What the second reading works with.
pub(in crate::dockerfile) struct Reading<'l> {
    pub(super) line: &'l Logical<'l>,
    pub(super) node: Node<'l>,
    pub(super) flags: &'l [Flag],
    pub(super) escape: char,
    /// The logical line as the builder keeps it: not trimmed at its end.
    pub(super) untrimmed: &'l str,
    /// The here-documents that the line opens, with their bodies.
    pub(super) heredocs: &'l mut Vec<Heredoc>,
}

impl<'l> Reading<'l> {
    pub(in crate::dockerfile) fn new(
        line: &'l Logical<'l>,
        node: Node<'l>,
        flags: &'l [Flag],
        escape: char,
        untrimmed: &'l str,
        heredocs: &'l mut Vec<Heredoc>,
    ) -> Self {
        Self { line, node, flags, escape, untrimmed, heredocs }
    }

    /// Reads the instruction.
    pub(in crate::dockerfile) fn command(mut self) -> Result<Command, Mistake> {
        let Some(keyword) = self.node.keyword else {
            let message = ["unknown instruction: ", self.node.name].concat();
            let message = suggest(message, self.node.name, Keyword::names(), false);
            return Err(self.mistake(code::UNKNOWN_INSTRUCTION, message));
        };
        match keyword {
            Keyword::From => from::read(self),
            Keyword::Run => run::read(self),
            Keyword::Copy => copy::read(self).map(Command::Copy),
            Keyword::Add => copy::read(self).map(Command::Add),
            Keyword::Env => variable::pairs(self).map(Command::Env),
            Keyword::Label => variable::pairs(self).map(Command::Label),
            Keyword::Arg => variable::arguments(self),
            Keyword::Workdir => self.one(true).map(Command::Workdir),
            Keyword::User => self.one(true).map(Command::User),
            Keyword::Stopsignal => self.one(false).map(Command::Stopsignal),
            Keyword::Maintainer => self.one(true).map(|word| Command::Maintainer(word.text)),
            Keyword::Shell => self.shell(),
            Keyword::Cmd => self.no_flags().map(|()| Command::Cmd(self.form())),
            Keyword::Entrypoint => self.no_flags().map(|()| Command::Entrypoint(self.form())),
            Keyword::Expose => {
                let words = self.words();
                self.some(&words)?;
                self.no_flags()?;
                Ok(Command::Expose(words))
            }
            Keyword::Volume => self.volume(),
            Keyword::Healthcheck => healthcheck::read(self),
            Keyword::Onbuild => onbuild::read(self),
        }
    }

    /// The keyword in capitals.
    pub(super) fn name(&self) -> &'static str {
        self.node.keyword.map_or("", Keyword::name)
    }

    /// A mistake about the instruction as a whole, shown at its keyword.
    pub(super) fn mistake(&self, code: &'static str, message: impl Into<String>) -> Mistake {
        Mistake::new(code, self.line.span(self.node.name), message)
    }

    /// Takes the arguments as words; text is one word.
    pub(super) fn words(&mut self) -> Vec<Word> {
        match std::mem::replace(&mut self.node.args, Args::None) {
            Args::Words(words) | Args::Json(words) => words,
            Args::Text(text) => vec![Word { text: text.to_owned(), span: self.line.span(text) }],
            _ => Vec::new(),
        }
    }

    /// Takes the arguments as a command.
    pub(super) fn form(&mut self) -> Form {
        match std::mem::replace(&mut self.node.args, Args::None) {
            Args::Json(words) => Form::Exec(words.into_iter().map(|word| word.text).collect()),
            Args::Text(text) => Form::Shell(text.to_owned()),
            _ => Form::Shell(String::new()),
        }
    }

    /// Fails unless there is an argument.
    pub(super) fn some<T>(&self, arguments: &[T]) -> Result<(), Mistake> {
        if arguments.is_empty() {
            let message = [self.name(), " requires at least one argument"].concat();
            return Err(self.mistake(code::ARGUMENT_COUNT, message));
        }
        Ok(())
    }

    /// Fails if there are flags, for instructions that know none.
    pub(super) fn no_flags(&self) -> Result<(), Mistake> {
        Flags::check(self.flags, &[]).map(|_| ())
    }

    /// The one argument of instructions that take their rest as it is.
    fn one(mut self, check_flags: bool) -> Result<Word, Mistake> {
        let Some(word) = self.words().pop() else {
            let message = [self.name(), " requires exactly one argument"].concat();
            return Err(self.mistake(code::ARGUMENT_COUNT, message));
        };
        if check_flags {
            self.no_flags()?;
        }
        Ok(word)
    }

    fn shell(mut self) -> Result<Command, Mistake> {
        self.no_flags()?;
        match self.form() {
            Form::Exec(words) => self.some(&words).map(|()| Command::Shell(words)),
            Form::Shell(text) if text.is_empty() => self.some::<Word>(&[]).map(|()| Command::Invalid),
            Form::Shell(_) => {
                let message = [self.name(), " requires the arguments to be in JSON form"].concat();
                Err(Mistake::new(code::NOT_JSON, self.line.span(self.node.rest), message))
            }
        }
    }

    fn volume(mut self) -> Result<Command, Mistake> {
        let mut words = self.words();
        self.some(&words)?;
        self.no_flags()?;
        for word in &mut words {
            if word.text.trim().len() < word.text.len() {
                word.text = word.text.trim().to_owned();
            }
            if word.text.is_empty() {
                let message = "VOLUME specified can not be an empty string";
                return Err(Mistake::new(code::BLANK_NAME, word.span, message));
            }
        }
        Ok(Command::Volume(words))
    }
}
