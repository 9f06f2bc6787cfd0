//! COPY and ADD: the checksum of what they take in (`builder/dockerfile/copy.go`). What they write is in
//! [`super::write`].

use std::rc::Rc;

use super::{
    build::{Build, Current, Finished, requires_buildkit},
    contents::{Contents, Written},
    lower::{Comment, Effect, Lowered, commented},
    source::{Sum, Taken},
    state::Expander,
    write::{Item, Owner, Write},
};
use crate::{
    builder::SelectedFiles,
    context::{self, LegacyOptions, LegacySumError, SourceSum, Tree},
    digest::{Digest, Hasher},
    dockerfile::instruction::Copy,
};

/// A COPY or ADD with its files.
pub(super) struct Copied {
    /// What is compared.
    pub(super) taken: Taken,
    /// Whether the checksum is the daemon's own.
    pub(super) exact: bool,
    pub(super) files: SelectedFiles,
    /// Index of the step whose files it takes.
    pub(super) input: Option<usize>,
    /// What it writes.
    pub(super) write: Write,
}

/// Where the sources are.
enum Origin<'b> {
    Context,
    Stage(&'b Finished),
    Image(String, Digest),
}

/// One source word with what is known of it.
#[derive(Default)]
struct Sums {
    known: Vec<SourceSum>,
    /// Set if the checksum hangs on bytes that are not known.
    hidden: Option<(Digest, Digest, Vec<u64>)>,
}

/// Lowers COPY or ADD.
///
/// # Errors
/// The daemon's message, if the step fails before anything is looked up.
pub(super) fn lower(
    build: &Build<'_, '_>,
    current: &Current<'_>,
    command: &Copy,
    verb: &str,
) -> Result<(Lowered, Copied), String> {
    let expander = Expander::of_stage(&current.state, build.escape);
    let chown = command.chown.as_deref().map(|chown| expander.word(chown)).transpose()?.unwrap_or_default();
    let mut chmod = command.chmod.clone().unwrap_or_default();
    if build.rules.current_parser() {
        chmod = expander.word(&chmod)?;
    }
    if build.rules.knows_checksum() {
        expander.word(command.checksum.as_deref().unwrap_or(""))?;
    }
    let sources = expander.each(command.sources.iter().map(|word| word.text.as_str()))?;
    let destination = expander.word(&command.destination.text)?;
    if !chmod.is_empty() {
        return Err(requires_buildkit("chmod"));
    }

    let origin = match command.from.as_deref().filter(|from| !from.is_empty() && verb == "COPY") {
        Some(from) => origin(build, from).map_err(|reason| ["invalid from flag value ", from, ": ", &reason].concat())?,
        None => Origin::Context,
    };
    let failed = |reason: String| [verb, " failed: ", &reason].concat();
    let mut found = Sums::default();
    let mut items = Vec::new();
    for source in &sources {
        let sums = if is_url(source) {
            if verb == "COPY" {
                return Err(failed("source can't be a URL for COPY".to_owned()));
            }
            download(source)
        } else {
            local(build, &origin, source).map_err(failed)?
        };
        found.add(sums, &mut items);
    }
    if found.known.is_empty() && found.hidden.is_none() {
        return Err(failed("no source files were specified".to_owned()));
    }
    if sources.len().max(found.known.len()) > 1 && !destination.ends_with('/') {
        let rest = " with more than one source file, the destination must be a directory and end with a /";
        return Err(["When using ", verb, rest].concat());
    }

    let shown = match (chown.as_str(), build.rules.chown_blank()) {
        ("", _) => String::new(),
        (chown, true) => ["--chown=", chown, " "].concat(),
        (chown, false) => ["--chown=", chown].concat(),
    };
    let sum = match &found.hidden {
        None => Sum::Known(context::join_sums(&found.known)),
        Some((runs, files, fresh)) => Sum::Hidden { runs: *runs, files: *files, fresh: fresh.clone() },
    };
    let known = if let Sum::Known(sum) = &sum { sum.as_str() } else { "" };
    let text = [verb, " ", &shown, known, " in ", &destination, " "].concat();
    let mut lowered = commented(&current.state.config, text, Comment::One, Effect::Copy);
    lowered.text = [verb, " ", &destination].concat();
    lowered.options.extend((!chown.is_empty()).then(|| ["chown=", &chown].concat()));

    let write = write(build, &origin, &sum, &found, &sources, destination, &chown, verb);
    let copied = Copied {
        exact: matches!(sum, Sum::Known(_)) && found.known.iter().all(|sum| sum.exact),
        files: selected(build, &origin, command.from.as_deref(), &sources, &sum, &found.known),
        input: if let Origin::Stage(stage) = &origin { stage.last_step } else { None },
        taken: Taken { text: [&current.state.config.shell().join(" "), verb, &shown, &write.destination].concat(), sources, sum },
        write,
    };
    Ok((lowered, copied))
}

impl Copied {
    /// What a miss finds out before it writes.
    ///
    /// # Errors
    /// The daemon's message.
    pub(super) fn check(&self, contents: &Contents, workdir: &str) -> Result<(), String> {
        let owner = self.write.chown.as_str();
        if owner.matches(':').count() > 1 {
            let reason = ["invalid chown string format: ", owner].concat();
            return Err(["unable to convert uid/gid chown string to host mapping: ", &reason].concat());
        }
        self.write.check(contents, workdir)
    }
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.known.extend(other.known);
        self.hidden = match (self.hidden.take(), other.hidden) {
            (Some((runs, files, mut fresh)), Some((more_runs, more_files, more_fresh))) => {
                fresh.extend(more_fresh);
                Some((both(runs, more_runs), both(files, more_files), fresh))
            }
            (one, None) | (None, one) => one,
        };
    }
}

fn both(one: Digest, other: Digest) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(one.bytes());
    hasher.update(other.bytes());
    hasher.finish()
}

/// Whether the daemon downloads it (`builder/remotecontext/urlutil`).
fn is_url(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// A file from the network. It is downloaded at every build; that it stays the same is taken for granted, as it
/// is for base images.
fn download(source: &str) -> Sums {
    let address = Digest::of(source.as_bytes());
    Sums { known: Vec::new(), hidden: Some((address, address, Vec::new())) }
}

/// What `--from` names: an earlier stage by name or number, else an image.
fn origin<'b>(build: &'b Build<'_, '_>, from: &str) -> Result<Origin<'b>, String> {
    let lower = from.to_lowercase();
    if let Some(stage) = build.finished.iter().find(|stage| stage.name.as_ref() == Some(&lower)) {
        return Ok(Origin::Stage(stage));
    }
    if let Ok(index) = from.parse::<i64>() {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        return match build.finished.get(index) {
            Some(stage) => Ok(Origin::Stage(stage)),
            None if index == build.finished.len() => Err("refers to current build stage".to_owned()),
            None => Err("index out of bounds".to_owned()),
        };
    }
    if from.chars().any(|character| character.is_ascii_uppercase() || character == '$') && !from.contains(['@', '/', ':']) {
        let detail = if build.rules.current_parser() { ["repository name (library/", from, ")"].concat() } else { "repository name".to_owned() };
        return Err(["invalid reference format: ", &detail, " must be lowercase"].concat());
    }
    Ok(Origin::Image(from.to_owned(), build.image_id(from).0))
}
