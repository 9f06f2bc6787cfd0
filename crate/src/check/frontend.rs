//! `# syntax=docker/dockerfile:1.3`: what the file uses that its frontend does not have.

use super::{
    feature::{self, Feature},
    findings::replace,
};
use crate::{
    builder::buildkit::source::{is_git, is_http},
    diagnostic::{Diagnostic, Severity, code},
    dockerfile::{
        Command, Directive, Dockerfile, Instruction,
        instruction::{Copy, Run},
    },
    text::{Span, TextEdit},
};

/// A version of `docker/dockerfile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    /// N of 1.N; none for the newest.
    minor: Option<u16>,
    labs: bool,
}

impl Version {
    /// Reads the reference of a frontend image. None if it is another one, or if nobody can tell.
    fn read(reference: &str) -> Option<(Self, &str)> {
        let name = reference.strip_prefix("docker.io/").unwrap_or(reference);
        let rest = ["docker/dockerfile-upstream", "docker/dockerfile"]
            .into_iter()
            .find_map(|image| name.strip_prefix(image).filter(|rest| !rest.starts_with('-')))?;
        let newest = Self { minor: None, labs: false };
        if rest.is_empty() {
            return Some((newest, ""));
        }
        let tag = rest.strip_prefix(':')?.split('@').next()?;
        let (number, labs) = match tag.strip_suffix("-labs").or_else(|| tag.strip_suffix("-experimental")) {
            Some(number) => (number, true),
            None => (tag, tag == "labs"),
        };
        if matches!(number, "1" | "latest" | "labs" | "master") {
            return Some((Self { labs, ..newest }, tag));
        }
        let minor = number.strip_prefix("1.")?.split(['.', '-']).next()?.parse().ok()?;
        Some((Self { minor: Some(minor), labs }, tag))
    }

    fn has(self, feature: &Feature) -> bool {
        let reaches = |first: u16| self.minor.is_none_or(|minor| minor >= first);
        feature.stable.is_some_and(reaches) || (self.labs && feature.labs.is_some_and(reaches))
    }
}

/// Whether the frontend that the file names is known to have `COPY --link`; that of a BuildKit of these years has it.
pub(crate) fn has_link(file: &Dockerfile) -> bool {
    let Some(directive) = file.directives.iter().find(|directive| directive.name == "syntax") else {
        return true;
    };
    let reference = directive.value.split(' ').next().unwrap_or("");
    Version::read(reference).is_some_and(|(version, _)| version.has(&feature::LINK))
}

/// Everything that is newer than the frontend which the file names.
pub(super) fn check(file: &Dockerfile) -> Vec<Diagnostic> {
    let Some(directive) = file.directives.iter().find(|directive| directive.name == "syntax") else {
        return Vec::new();
    };
    let reference = directive.value.split(' ').next().unwrap_or("");
    let Some((version, tag)) = Version::read(reference) else { return Vec::new() };
    let mut found = Vec::new();
    for instruction in &file.instructions {
        let mut used = Used(Vec::new());
        used.instruction(instruction);
        if let Command::Onbuild(_, inner) = &instruction.command {
            used.trigger(instruction, inner);
            used.instruction(inner);
        }
        for (feature, span) in used.0 {
            if !version.has(&feature) {
                let edits = newer(file, directive, reference, tag, version, &feature);
                found.push(finding(instruction, &feature, span, reference, edits));
            }
        }
    }
    found
}

/// `1.4`, or `1.14-labs` if there is nothing else.
fn needed(version: Version, feature: &Feature) -> String {
    let (minor, channel) = match (feature.stable, feature.labs) {
        (_, Some(labs)) if version.labs => (labs, "-labs"),
        (Some(stable), _) => (stable, if version.labs { "-labs" } else { "" }),
        (None, labs) => (labs.unwrap_or(0), "-labs"),
    };
    ["1.", &minor.to_string(), channel].concat()
}

fn finding(
    instruction: &Instruction,
    feature: &Feature,
    span: Span,
    reference: &str,
    edits: Vec<TextEdit>,
) -> Diagnostic {
    let first = match (feature.stable, feature.labs) {
        (Some(stable), labs) => {
            let mut text = ["docker/dockerfile:1.", &stable.to_string()].concat();
            if let Some(labs) = labs {
                text.push_str(&[" (1.", &labs.to_string(), "-labs)"].concat());
            }
            text
        }
        (None, labs) => ["docker/dockerfile:1.", &labs.unwrap_or(0).to_string(), "-labs"].concat(),
    };
    let mut name = feature.name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let hint = if feature.silent {
        "An older frontend builds the file, and knows nothing of it."
    } else {
        "The frontend that is named here refuses it."
    };
    Diagnostic {
        code: code::FEATURE_NEWER_THAN_SYNTAX,
        severity: if feature.silent { Severity::Warning } else { Severity::Error },
        span,
        line: instruction.line,
        message: [&name, " came with ", &first, "; this file is read by ", reference].concat(),
        hint: Some(hint.to_owned()),
        edits,
    }
}

/// Names a version that has it; what is pinned by a digest stays.
fn newer(
    file: &Dockerfile,
    directive: &Directive,
    reference: &str,
    tag: &str,
    version: Version,
    feature: &Feature,
) -> Vec<TextEdit> {
    if reference.contains('@') {
        return Vec::new();
    }
    let written = directive.span.of(&file.text);
    let Some(at) = written.find(reference) else { return Vec::new() };
    let end = directive.span.start + at + reference.len();
    let text = needed(version, feature);
    match tag {
        "" => replace(Span::new(end, end), [":", &text].concat()),
        tag => replace(Span::new(end - tag.len(), end), text),
    }
}

/// The features that an instruction uses, with their places.
struct Used(Vec<(Feature, Span)>);

impl Used {
    fn add(&mut self, feature: Feature, span: Span) {
        if !self.0.iter().any(|(known, _)| *known == feature) {
            self.0.push((feature, span));
        }
    }

    fn instruction(&mut self, instruction: &Instruction) {
        let flag = |name: &str| instruction.flags.iter().find(|flag| flag.name == name).map(|flag| flag.span);
        if !instruction.heredocs.is_empty() {
            self.add(feature::HEREDOCS, instruction.name_span);
        }
        match &instruction.command {
            Command::Run(run) => self.run(run, &flag),
            Command::Copy(copy) | Command::Add(copy) => self.copy(copy, &flag),
            Command::Healthcheck(_) => {
                if let Some(span) = flag("start-interval") {
                    self.add(feature::START_INTERVAL, span);
                }
            }
            Command::Arg(arguments) => {
                if let [_, second, ..] = arguments.as_slice() {
                    self.add(feature::SEVERAL_ARGS, second.name.span);
                }
                let stage = |name: &str| name == "TARGETSTAGE";
                if let Some(argument) = arguments.iter().find(|argument| stage(&argument.name.text)) {
                    self.add(feature::TARGET_STAGE, argument.name.span);
                }
            }
            _ => {}
        }
        self.words(instruction);
    }

    fn run(&mut self, run: &Run, flag: &dyn Fn(&str) -> Option<Span>) {
        for mount in &run.mounts {
            self.add(feature::RUN_MOUNT, mount.span);
            if mount.written.iter().any(|field| field.contains('$')) {
                self.add(feature::MOUNT_VARIABLES, mount.span);
            }
            if mount.field("type") == Some("secret") && mount.fields.iter().any(|(key, _)| key == "env") {
                self.add(feature::SECRET_VARIABLE, mount.span);
            }
        }
        let flags = [
            ("network", feature::RUN_NETWORK),
            ("security", feature::RUN_SECURITY),
            ("device", feature::RUN_DEVICE),
        ];
        for (name, feature) in flags {
            if let Some(span) = flag(name) {
                self.add(feature, span);
            }
        }
    }

    fn copy(&mut self, copy: &Copy, flag: &dyn Fn(&str) -> Option<Span>) {
        let flags = [
            ("link", feature::LINK),
            ("parents", feature::PARENTS),
            ("exclude", feature::EXCLUDE),
            ("checksum", feature::ADD_CHECKSUM),
            ("keep-git-dir", feature::KEEP_GIT_DIR),
            ("unpack", feature::UNPACK),
            ("chmod", feature::CHMOD),
        ];
        for (name, feature) in flags {
            if let Some(span) = flag(name) {
                self.add(feature, span);
            }
        }
        if let (Some(mode), Some(span)) = (&copy.chmod, flag("chmod")) {
            if mode.contains('$') {
                self.add(feature::CHMOD_VARIABLE, span);
            } else if !mode.bytes().all(|byte| byte.is_ascii_digit()) {
                self.add(feature::CHMOD_SYMBOLS, span);
            }
        }
        for source in &copy.sources {
            let text = source.text.as_str();
            // COPY takes no repositories; what looks like one is a path.
            if !is_git(text) || copy.from.is_some() {
                continue;
            }
            self.add(feature::ADD_GIT, source.span);
            if let Some(span) = flag("checksum") {
                self.add(feature::GIT_CHECKSUM, span);
            }
            if is_http(text) && text.contains('?') {
                self.add(feature::GIT_QUERY, source.span);
            }
        }
    }

    /// ONBUILD with files from elsewhere.
    fn trigger(&mut self, instruction: &Instruction, inner: &Instruction) {
        let takes = match &inner.command {
            Command::Copy(copy) => copy.from.is_some(),
            Command::Run(run) => run.mounts.iter().any(|mount| mount.field("from").is_some()),
            _ => false,
        };
        if takes {
            self.add(feature::ONBUILD_FROM, instruction.span);
        }
    }

    /// The forms of `${…}` in words that the builder expands.
    fn words(&mut self, instruction: &Instruction) {
        let mut word = |text: &str, span: Span| {
            for (at, _) in text.match_indices("${") {
                let name = |char: char| char == '_' || char.is_ascii_alphanumeric();
                match text.get(at + 2..).unwrap_or("").trim_start_matches(name).chars().next() {
                    Some('-' | '+' | '?') => self.add(feature::WITHOUT_COLON, span),
                    Some('#' | '%' | '/') => self.add(feature::PATTERNS, span),
                    _ => {}
                }
            }
        };
        match &instruction.command {
            Command::From(from) => word(&from.image.text, from.image.span),
            Command::Env(pairs) | Command::Label(pairs) => {
                for pair in pairs {
                    word(&pair.key.text, pair.key.span);
                    word(&pair.value.text, pair.value.span);
                }
            }
            Command::Arg(arguments) => {
                for default in arguments.iter().filter_map(|argument| argument.default.as_ref()) {
                    word(&default.text, default.span);
                }
            }
            Command::Copy(copy) | Command::Add(copy) => {
                for each in copy.sources.iter().chain([&copy.destination]) {
                    word(&each.text, each.span);
                }
            }
            Command::Workdir(each) | Command::User(each) | Command::Stopsignal(each) => {
                word(&each.text, each.span);
            }
            Command::Expose(words) | Command::Volume(words) => {
                for each in words {
                    word(&each.text, each.span);
                }
            }
            _ => {}
        }
    }
}
