//! Instructions with their parts: what the grammar says, before variables are expanded.

mod copy;
mod from;
mod healthcheck;
mod onbuild;
mod read;
mod run;
mod variable;

pub(super) use read::Reading;

use crate::text::Span;

/// An instruction.
///
/// ```text
/// COPY --from=build a.txt /
/// ^^^^ name()          text() = "a.txt /"
/// ```
#[derive(Clone, Debug)]
pub struct Instruction {
    /// All its lines: from its first character to the end of its last line (without the line end), heredoc
    /// bodies included. Comment lines above it are not.
    pub span: Span,
    /// First line, counted from 1.
    pub line: u32,
    /// Last line, counted from 1; that of the last heredoc's end if there are heredocs.
    pub end_line: u32,
    /// Where the keyword stands.
    pub name_span: Span,
    /// The logical line: continuations joined and comments dropped as the builder does, trimmed; no heredoc
    /// bodies. BuildKit calls it the original.
    pub original: String,
    /// The flags in order.
    pub flags: Vec<Flag>,
    /// How long the keyword is.
    pub(super) name_length: usize,
    /// Where the arguments begin in the original.
    pub(super) text_start: usize,
    /// The heredocs that it opens.
    pub heredocs: Vec<Heredoc>,
    /// Comment lines directly above it, the first to the last; empty if there are none.
    pub comment: Span,
    /// What it says.
    pub command: Command,
}

impl Instruction {
    /// The keyword as written.
    pub fn name(&self) -> &str {
        self.original.get(..self.name_length).unwrap_or("")
    }

    /// What follows keyword and flags, trimmed, inner blanks kept.
    pub fn text(&self) -> &str {
        self.original.get(self.text_start..).unwrap_or("")
    }
}

/// `--name=value` or `--name` before the arguments; quotes and escapes are already removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Name without dashes, as written.
    pub name: String,
    /// Value, if there is a `=`.
    pub value: Option<String>,
    /// Where the whole flag stands.
    pub span: Span,
}

/// A here-document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// Its name without quotes, which also ends it.
    pub name: String,
    /// The file descriptor before `<<`; 0 if none is written.
    pub descriptor: u32,
    /// `<<-`: leading tabs are removed where the body is used.
    pub chomp: bool,
    /// Whether variables in the body are expanded: the name is not quoted.
    pub expand: bool,
    /// Body with its line ends, before tabs are removed.
    pub body: String,
    /// Where the body stands.
    pub span: Span,
}

/// A word of the logical line, before expansion: quotes, escapes and variables still in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text.
    pub text: String,
    /// Where it stands; for a JSON string, the string with its quotes.
    pub span: Span,
}

/// Shell form or exec form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// One string for the shell, verbatim.
    Shell(String),
    /// A JSON array of strings.
    Exec(Vec<String>),
}

/// An instruction's meaning.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants are the instructions of the Dockerfile reference")]
pub enum Command {
    From(From),
    Run(Run),
    Copy(Copy),
    Add(Copy),
    Env(Vec<Assignment>),
    Label(Vec<Assignment>),
    Arg(Vec<Argument>),
    Workdir(Word),
    User(Word),
    Stopsignal(Word),
    Maintainer(String),
    Shell(Vec<String>),
    Cmd(Form),
    Entrypoint(Form),
    Expose(Vec<Word>),
    Volume(Vec<Word>),
    Healthcheck(Healthcheck),
    /// The trigger's text as written, and the trigger read as an instruction of its own.
    Onbuild(String, Box<Instruction>),
    /// Could not be read; a diagnostic says why.
    Invalid,
}

/// `FROM [--platform=…] image [AS name]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// Image, stage or `scratch`, before expansion.
    pub image: Word,
    /// `--platform`, before expansion.
    pub platform: Option<String>,
    /// The stage's name as written.
    pub alias: Option<Word>,
}

/// `RUN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What runs. For a heredoc this is the logical line; see [`Instruction::heredocs`].
    pub form: Form,
    /// `--mount` values in order, before expansion, checked field by field but for values with variables.
    pub mounts: Vec<Mount>,
    /// `--network`: `default`, `none` or `host`.
    pub network: Option<String>,
    /// `--security`: `sandbox` or `insecure`.
    pub security: Option<String>,
}

/// The fields of a `--mount` in order, keys lower-cased and under their first name (`source`, `target`,
/// `readonly`); a bare word has the value `None`. [`Mount::options`] says what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Fields in order.
    pub fields: Vec<(String, Option<String>)>,
    /// The same fields as they are written, for messages.
    pub written: Vec<String>,
    /// The flag's place.
    pub span: Span,
}

/// `COPY` or `ADD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Sources before expansion, heredoc names left out.
    pub sources: Vec<Word>,
    /// Indexes into [`Instruction::heredocs`] of the sources that are heredocs.
    pub heredocs: Vec<usize>,
    /// Destination before expansion.
    pub destination: Word,
    /// `--from`, which is never expanded.
    pub from: Option<String>,
    /// `--chown`, before expansion.
    pub chown: Option<String>,
    /// `--chmod`, before expansion.
    pub chmod: Option<String>,
    /// `--link`.
    pub link: bool,
    /// `--parents`.
    pub parents: bool,
    /// `--exclude` values in order.
    pub exclude: Vec<String>,
    /// `ADD --checksum`, before expansion.
    pub checksum: Option<String>,
    /// `ADD --keep-git-dir`.
    pub keep_git_dir: bool,
    /// `ADD --unpack`, if given.
    pub unpack: Option<bool>,
    /// Whether sources and destination were written as a JSON array.
    pub json: bool,
}

/// `KEY=value` of ENV or LABEL, before expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub key: Word,
    /// The value.
    pub value: Word,
}

/// `NAME` or `NAME=default` of ARG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The name.
    pub name: Word,
    /// The default before expansion.
    pub default: Option<Word>,
}

/// `HEALTHCHECK`. Durations are nanoseconds; 0 if not given.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Healthcheck {
    /// What is run: empty for an inherited test, `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", text]`.
    pub test: Vec<String>,
    /// `--interval`.
    pub interval: i64,
    /// `--timeout`.
    pub timeout: i64,
    /// `--start-period`.
    pub start_period: i64,
    /// `--start-interval`.
    pub start_interval: i64,
    /// `--retries`.
    pub retries: i64,
}
