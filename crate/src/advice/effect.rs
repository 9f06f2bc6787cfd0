//! What each instruction reads and writes: files of the image, and the settings of the stage.

use std::rc::Rc;

use crate::{
    context::Tree,
    dockerfile::{
        Command, Dockerfile, Instruction,
        instruction::{Copy, Form, Run},
    },
    map::Set,
    tool::{self, Files, Region, Script, Survey, shell::normal},
};

use super::{brought::Brought, site::Site};

/// A setting of the stage that instructions read and write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    /// A variable.
    Variable(String),
    /// All variables.
    Variables,
    Workdir,
    User,
    Shell,
    /// CMD, and ENTRYPOINT which resets it.
    Command,
    /// Any other part of the image's configuration, by keyword.
    Other(String),
}

impl Setting {
    fn meets(&self, other: &Self) -> bool {
        self == other
            || matches!(
                (self, other),
                (Self::Variables, Self::Variable(_)) | (Self::Variable(_), Self::Variables)
            )
    }
}

/// What an instruction does to the file system.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Nothing.
    Config,
    /// Makes a folder if it is missing.
    Folder(String),
    /// Brings files.
    Copy(Brought),
    /// Runs programs.
    Run(Survey),
    /// Something that is not known.
    Unknown,
}

/// What an instruction reads and writes.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) what: What,
    pub(super) reads: Set<Setting>,
    pub(super) writes: Set<Setting>,
    /// COPY: whether `--chown` hands the files to someone.
    pub(super) chown: bool,
    /// COPY: whether `--chmod` gives the files and folders another mode.
    pub(super) chmod: bool,
    /// COPY: whether the destination is relative to the working directory.
    pub(super) relative: bool,
    /// USER at this place, if it is not root.
    pub(super) user: bool,
}

impl Effect {
    /// Whether settings that one writes matter to the other.
    pub(super) fn settings_meet(&self, other: &Self) -> bool {
        let meet = |writes: &Set<Setting>, others: &Set<Setting>| {
            writes.iter().any(|a| others.iter().any(|b| a.meets(b)))
        };
        meet(&self.writes, &other.reads)
            || meet(&other.writes, &self.reads)
            || meet(&self.writes, &other.writes)
    }

    pub(super) fn run(&self) -> Option<&Survey> {
        match &self.what {
            What::Run(survey) => Some(survey),
            _ => None,
        }
    }

    pub(super) fn copy(&self) -> Option<&Brought> {
        match &self.what {
            What::Copy(brought) => Some(brought),
            _ => None,
        }
    }
}

/// The context after the ignore file, and what a COPY's patterns select from it.
pub(super) struct Selected {
    pub(super) tree: Rc<Tree>,
    pub(super) paths: Vec<String>,
}

/// What an instruction of a stage reads and writes. `selected` is what the simulated builder selects for a COPY
/// from the context.
pub(super) fn effect(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    site: &Site,
    files: &dyn Files,
    selected: Option<&Selected>,
    known_folder: &dyn Fn(&str) -> bool,
) -> Effect {
    let mut out = Effect {
        what: What::Config,
        reads: Set::new(),
        writes: Set::new(),
        chown: false,
        chmod: false,
        relative: false,
        user: !site.user.is_empty() && site.user != "root" && site.user != "0",
    };
    let escape = dockerfile.escape;
    let variables = |out: &mut Effect, text: &str| {
        for name in names(text) {
            out.reads.insert(Setting::Variable(name));
        }
    };
    match &instruction.command {
        Command::Env(list) => {
            for assignment in list {
                variables(&mut out, &assignment.key.text);
                variables(&mut out, &assignment.value.text);
                out.writes.insert(Setting::Variable(assignment.key.text.clone()));
            }
            // The order of variables is part of the configuration.
            out.writes.insert(Setting::Other("ENV".to_owned()));
        }
        Command::Arg(list) => {
            for argument in list {
                if let Some(default) = &argument.default {
                    variables(&mut out, &default.text);
                }
                out.writes.insert(Setting::Variable(argument.name.text.clone()));
            }
        }
        Command::Label(list) => {
            for assignment in list {
                variables(&mut out, &assignment.key.text);
                variables(&mut out, &assignment.value.text);
            }
            out.writes.insert(Setting::Other("LABEL".to_owned()));
        }
        Command::Workdir(folder) => {
            variables(&mut out, &folder.text);
            out.reads.insert(Setting::User);
            let expanded = site.expand(&folder.text, escape);
            if expanded.as_deref().is_none_or(|folder| !folder.starts_with('/')) {
                out.reads.insert(Setting::Workdir);
            }
            out.writes.insert(Setting::Workdir);
            out.what = match expanded.and_then(|folder| site.absolute(&folder)) {
                Some(folder) => What::Folder(normal(&folder)),
                None => What::Unknown,
            };
        }
        Command::User(user) => {
            variables(&mut out, &user.text);
            out.writes.insert(Setting::User);
        }
        Command::Shell(_) => {
            out.writes.insert(Setting::Shell);
        }
        Command::Cmd(form) | Command::Entrypoint(form) => {
            if matches!(form, Form::Shell(_)) {
                out.reads.insert(Setting::Shell);
            }
            out.writes.insert(Setting::Command);
        }
        Command::Healthcheck(_) => {
            out.reads.insert(Setting::Shell);
            out.writes.insert(Setting::Other("HEALTHCHECK".to_owned()));
        }
        Command::Expose(words) => {
            for word in words {
                variables(&mut out, &word.text);
            }
            out.writes.insert(Setting::Other("EXPOSE".to_owned()));
        }
        Command::Stopsignal(word) => {
            variables(&mut out, &word.text);
            out.writes.insert(Setting::Other("STOPSIGNAL".to_owned()));
        }
        Command::Maintainer(_) => {
            out.writes.insert(Setting::Other("MAINTAINER".to_owned()));
        }
        // After VOLUME the classic builder drops what later steps write there.
        Command::Volume(_) | Command::From(_) | Command::Invalid | Command::Onbuild(..) => {
            out.what = What::Unknown;
            out.reads.insert(Setting::Variables);
            out.writes.insert(Setting::Other("VOLUME".to_owned()));
        }
        Command::Copy(copy) | Command::Add(copy) => {
            let add = matches!(instruction.command, Command::Add(_));
            files_of(copy, add, instruction, site, escape, selected, known_folder, &mut out);
        }
        Command::Run(run) => {
            out.reads.extend([Setting::Variables, Setting::Workdir, Setting::User]);
            if matches!(run.form, Form::Shell(_)) {
                out.reads.insert(Setting::Shell);
            }
            out.what = What::Run(survey(instruction, run, site, files));
        }
    }
    out
}

#[expect(clippy::too_many_arguments, reason = "one caller, which has them all at hand")]
fn files_of(
    copy: &Copy,
    add: bool,
    instruction: &Instruction,
    site: &Site,
    escape: char,
    selected: Option<&Selected>,
    known_folder: &dyn Fn(&str) -> bool,
    out: &mut Effect,
) {
    let words = copy.sources.iter().chain([&copy.destination]).map(|word| word.text.as_str());
    let flags = [copy.chown.as_deref(), copy.chmod.as_deref()].into_iter().flatten();
    for text in words.chain(flags) {
        out.reads.extend(names(text).into_iter().map(Setting::Variable));
    }
    for heredoc in &instruction.heredocs {
        out.reads.extend(names(&heredoc.body).into_iter().map(Setting::Variable));
    }
    out.chown = copy.chown.is_some();
    out.chmod = copy.chmod.is_some();
    let Some(destination) = site.expand(&copy.destination.text, escape) else {
        out.what = What::Unknown;
        return;
    };
    out.relative = !destination.starts_with('/');
    if out.relative {
        out.reads.insert(Setting::Workdir);
    }
    let Some(destination) = site.absolute(&destination) else {
        out.what = What::Unknown;
        return;
    };
    let sources: Option<Vec<String>> =
        copy.sources.iter().map(|source| site.expand(&source.text, escape)).collect();
    let plain = copy.from.is_none() && copy.heredocs.is_empty() && !copy.parents;
    let (Some(selected), Some(sources), true) = (selected, sources, plain) else {
        // With --parents a source keeps its folders: they lie below the destination too.
        out.what = What::Copy(Brought::unknown(&destination));
        return;
    };
    let unpacks = add
        && (sources
            .iter()
            .any(|source| source.contains("://") || source.starts_with("git@") || archive(source))
            || selected.paths.iter().any(|path| archive(path)));
    if unpacks {
        out.what = What::Copy(Brought::unknown(&destination));
        return;
    }
    let mut brought = Brought::sources(&selected.tree, &sources, &selected.paths, &destination, known_folder);
    brought.exact &= copy.exclude.is_empty();
    out.what = What::Copy(brought);
}

/// Whether ADD may unpack a file of this name. It looks at the bytes; the name is what is known.
fn archive(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".lz"]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// What a RUN says to run.
pub(super) fn script<'a>(instruction: &'a Instruction, run: &'a Run) -> (Script<'a>, bool) {
    match &run.form {
        Form::Exec(words) => (Script::Exec(words), true),
        Form::Shell(text) => match instruction.heredocs.as_slice() {
            [] => (Script::Shell(text), true),
            [only]
                if text.trim().starts_with("<<")
                    && text.split_ascii_whitespace().count() == 1
                    && only.descriptor == 0 =>
            {
                (Script::Shell(&only.body), !only.chomp)
            }
            _ => (Script::Heredocs(text), false),
        },
    }
}

/// Calls `with` with what the tools need to know about a place.
pub(super) fn with_setting<T>(
    site: &Site,
    caches: &[String],
    with: impl FnOnce(&tool::Setting<'_>) -> T,
) -> T {
    let env: Vec<(String, String)> =
        site.env.iter().map(|variable| (variable.name.clone(), variable.value.clone())).collect();
    with(&tool::Setting {
        env: &env,
        env_complete: site.env_complete,
        workdir: site.workdir.as_deref().unwrap_or(""),
        user: &site.user,
        shell: &site.shell,
        distribution: site.distribution,
        caches,
        left: tool::Left::NOTHING,
    })
}

fn survey(instruction: &Instruction, run: &Run, site: &Site, files: &dyn Files) -> Survey {
    let (script, plain) = script(instruction, run);
    let mut survey = with_setting(site, &[], |setting| tool::survey(script, setting, files));
    // A COPY that names an owner fails if nobody has that name; what failed here may have been passed over.
    let passes = match script {
        Script::Shell(text) if instruction.heredocs.is_empty() => {
            text.contains([';', '|', '\n']) || text.replace("&&", "").contains('&')
        }
        Script::Shell(_) | Script::Heredocs(_) => true,
        Script::Exec(_) => false,
    };
    if passes {
        for handed in std::mem::take(&mut survey.handed) {
            survey.reads.push(handed.region.clone());
            survey.writes.push(handed.region);
        }
    }
    let mut close = |reason: &str| {
        if survey.opaque.is_none() {
            survey.opaque = Some(reason.to_owned());
        }
    };
    if !plain {
        close("it reads a here-document whose commands are not followed");
    }
    if run.security.is_some() {
        close("it runs with other rights than usual");
    }
    for mount in &run.mounts {
        let field = |name: &str| {
            mount.fields.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
        };
        match field("type") {
            None | Some("bind") => close("it mounts files of the build context or of another stage"),
            Some("cache" | "tmpfs") => {
                let target = field("target")
                    .and_then(|target| site.expand(target, '\\'))
                    .and_then(|target| site.absolute(&target));
                match target {
                    Some(target) if field("from").is_none() => {
                        survey.writes.push(Region::tree(normal(&target)));
                    }
                    _ => close("it mounts files that are not known"),
                }
            }
            Some("secret" | "ssh") => {
                if let Some(target) = field("target").and_then(|target| site.absolute(target)) {
                    survey.writes.push(Region::entry(normal(&target)));
                }
            }
            Some(_) => close("it has a mount that is not known"),
        }
    }
    survey
}

/// Names of variables that a word uses: more rather than fewer.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let rest = text.get(at + 1..).unwrap_or("");
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let length =
            rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(rest.len());
        if let Some(name) = rest.get(..length).filter(|name| !name.is_empty()) {
            found.push(name.to_owned());
        }
    }
    found
}
