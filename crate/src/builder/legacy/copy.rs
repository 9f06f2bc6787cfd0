//! COPY and ADD: the checksum of what they take in (`builder/dockerfile/copy.go`). What they write is in
//! [`super::write`].

use std::rc::Rc;

use super::{
    build::{Build, Current, Finished},
    contents,
    lower::{Comment, Effect, Lowered, commented},
    reference,
    source::{Hidden, Sum, Taken},
    state::Expander,
    step::requires_buildkit,
    write::{Item, Owner, Write},
};
use crate::{
    builder::{
        SelectedFiles,
        buildkit::snapshot::{Doubt, Snapshot},
    },
    context::{LegacyOptions, SourceSum, Tree, join_sums, legacy_sums},
    digest::Digest,
    dockerfile::instruction::Copy,
    ignore::has_wildcard,
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

/// The words of the instruction after expansion.
struct Words {
    chown: String,
    sources: Vec<String>,
    destination: String,
}

/// Where the sources are.
enum Origin<'b> {
    Context,
    Stage(&'b Finished),
    Image(Snapshot),
}

/// What is known of the sources.
#[derive(Default)]
struct Sums {
    known: Vec<SourceSum>,
    /// Set if the checksum hangs on bytes that are not known.
    hidden: Option<Hidden>,
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
    let words = expand(build, current, command)?;
    let from = command.from.as_deref().filter(|from| !from.is_empty() && verb == "COPY");
    let origin = match from {
        Some(from) => {
            let invalid = |reason: String| ["invalid from flag value ", from, ": ", &reason].concat();
            origin(build, from).map_err(invalid)?
        }
        None => Origin::Context,
    };
    let found = sums(build, &origin, &words, verb)?;

    let Words { chown, sources, destination } = words;
    let shown = match (chown.as_str(), build.rules.chown_blank()) {
        ("", _) => String::new(),
        (chown, true) => ["--chown=", chown, " "].concat(),
        (chown, false) => ["--chown=", chown].concat(),
    };
    let sum = found.sum();
    let known = if let Sum::Known(sum) = &sum { sum.as_str() } else { "" };
    let text = [verb, " ", &shown, known, " in ", &destination, " "].concat();
    let mut lowered = commented(&current.state.config, text, Comment::One, Effect::Copy);
    lowered.text = [verb, " ", &destination].concat();
    lowered.options.extend((!chown.is_empty()).then(|| ["chown=", &chown].concat()));

    let shell = current.state.config.shell().join(" ");
    let taken = Taken { text: [&shell, verb, &shown, &destination].join(" "), sources, sum };
    let write = write(build, &origin, &taken, &found.known, (destination, chown), verb);
    let copied = Copied {
        exact: found.hidden.is_none() && found.known.iter().all(|sum| sum.exact),
        files: selected(build, &origin, from, &taken, &found.known),
        input: if let Origin::Stage(stage) = &origin { stage.last_step } else { None },
        taken,
        write,
    };
    Ok((lowered, copied))
}

/// The files as data.
fn selected(
    build: &Build<'_, '_>,
    origin: &Origin<'_>,
    from: Option<&str>,
    taken: &Taken,
    sums: &[SourceSum],
) -> SelectedFiles {
    let tree = match (origin, &taken.sum) {
        (Origin::Context, _) => Some(Rc::clone(&build.context)),
        (Origin::Stage(stage), Sum::Known(_)) => match stage.contents.tree() {
            Some(whole) => Some(Rc::clone(whole)),
            None => taken
                .sources
                .first()
                .and_then(|source| tree(build, origin, source))
                .map(|tree| Rc::new(tree.clone())),
        },
        _ => None,
    };
    SelectedFiles {
        from: from.map(str::to_owned),
        sources: taken.sources.clone(),
        tree,
        selected: sums.iter().map(|sum| sum.path.clone()).collect(),
        exclude: Vec::new(),
        digest: if let Sum::Known(sum) = &taken.sum { Some(sum.clone()) } else { None },
    }
}

fn expand(build: &Build<'_, '_>, current: &Current<'_>, command: &Copy) -> Result<Words, String> {
    let expander = Expander::of_stage(&current.state, build.escape);
    let chown = expander.word(command.chown.as_deref().unwrap_or(""))?;
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
    Ok(Words { chown, sources, destination })
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
    reference::check(from, build.rules)?;
    Ok(Origin::Image(contents::of_image(build.image(from), build.image_id(from).0)))
}

/// The sums of all sources.
fn sums(build: &Build<'_, '_>, origin: &Origin<'_>, words: &Words, verb: &str) -> Result<Sums, String> {
    let failed = |reason: String| [verb, " failed: ", &reason].concat();
    let mut found = Sums::default();
    for source in &words.sources {
        if !is_url(source) {
            found.add(local(build, origin, source).map_err(failed)?);
        } else if verb == "ADD" {
            found.add(download(source));
        } else {
            return Err(failed("source can't be a URL for COPY".to_owned()));
        }
    }
    if found.known.is_empty() && found.hidden.is_none() {
        return Err(failed("no source files were specified".to_owned()));
    }
    let several = if found.hidden.is_some() { words.sources.len() > 1 } else { found.known.len() > 1 };
    if several && !words.destination.ends_with('/') {
        let rest = " with more than one source file, the destination must be a directory and end with a /";
        return Err(["When using ", verb, rest].concat());
    }
    Ok(found)
}

/// Whether the daemon downloads it (`builder/remotecontext/urlutil`).
fn is_url(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// A file from the network. It is downloaded at every build; that it stays the same is taken for granted, as it
/// is for base images.
fn download(source: &str) -> Sums {
    Sums { known: Vec::new(), hidden: Some(Hidden::certain(Digest::of(source.as_bytes()))) }
}

/// The sums of one source word.
fn local(build: &Build<'_, '_>, origin: &Origin<'_>, source: &str) -> Result<Sums, String> {
    let options = options(build, origin);
    let known = |tree: &Tree| {
        let sums = legacy_sums(tree, source, &options).map_err(|error| error.to_string())?;
        Ok(Sums { known: sums, hidden: None })
    };
    let hidden = |files: &Snapshot| {
        let digest =
            |tree: &Tree| legacy_sums(tree, source, &options).map_or(String::new(), |sums| join(&sums));
        Ok(Sums { known: Vec::new(), hidden: Some(contents::tell_apart(files, source, digest)) })
    };
    match origin {
        Origin::Context => known(&build.context).map_err(|reason: String| {
            let missing = "file not found in build context or excluded by .dockerignore: ";
            if reason.starts_with("stat ") { [missing, &reason].concat() } else { reason }
        }),
        Origin::Image(files) => hidden(files),
        Origin::Stage(stage) => match tree(build, origin, source).map(known).transpose()? {
            // A link in known files may lead to others.
            Some(sums) if stage.contents.tree().is_some() || !sums.known.iter().any(|sum| sum.leads_away) => {
                Ok(sums)
            }
            _ => hidden(&stage.contents),
        },
    }
}

/// The tree in which what `source` selects is as the daemon has it, if it is known.
fn tree<'b>(build: &'b Build<'_, '_>, origin: &Origin<'b>, source: &str) -> Option<&'b Tree> {
    match origin {
        Origin::Context => Some(&build.context),
        Origin::Image(_) => None,
        Origin::Stage(stage) => {
            stage.contents.tree().map(|tree| &**tree).or_else(|| contents::known(&stage.contents, source))
        }
    }
}

fn options(build: &Build<'_, '_>, origin: &Origin<'_>) -> LegacyOptions {
    let version = build.input.legacy_version;
    LegacyOptions::for_versions(version.client, version.daemon, !matches!(origin, Origin::Context))
}

fn join(sums: &[SourceSum]) -> String {
    let sums: Vec<String> = sums.iter().map(|sum| sum.sum.clone()).collect();
    join_sums(&sums)
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.known.extend(other.known);
        self.hidden = match (self.hidden.take(), other.hidden) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, None) | (None, one) => one,
        };
    }

    fn sum(&self) -> Sum {
        let known = join(&self.known);
        match &self.hidden {
            None => Sum::Known(known),
            Some(hidden) => Sum::Hidden(hidden.and(Hidden::certain(Digest::of(known.as_bytes())))),
        }
    }
}

/// What the step writes.
fn write(
    build: &Build<'_, '_>,
    origin: &Origin<'_>,
    taken: &Taken,
    sums: &[SourceSum],
    words: (String, String),
    verb: &str,
) -> Write {
    let (destination, chown) = words;
    let owner = match (chown.as_str(), origin) {
        ("", Origin::Context) => Some(Owner::Set(0, 0)),
        ("", _) => Some(Owner::Kept),
        (chown, _) => Owner::parse(chown),
    };
    let wild = taken.sources.iter().any(|source| has_wildcard(source));
    let names: Vec<&str> = if wild {
        sums.iter().map(|sum| sum.path.as_str()).collect()
    } else {
        taken.sources.iter().map(String::as_str).collect()
    };
    // Further names of a file are copied as files of their own.
    let item = |name: &&str| Item::find(&tree(build, origin, name)?.with_copies(), name);
    let items: Vec<Item> = names.iter().filter_map(item).collect();
    let (what, hidden) = match (&taken.sum, owner) {
        (Sum::Known(sum), Some(_)) => (sum.clone(), None),
        (Sum::Known(sum), None) => (sum.clone(), Some((Doubt::None, false))),
        (Sum::Hidden(hidden), _) => (hidden.digest().to_string(), Some((hidden.doubt, hidden.new))),
    };
    let unpacks = (verb == "ADD").then(|| build.rules.unpacks());
    let label = [&taken.text, " ", &what].concat();
    Write { destination, chown, items, owner: owner.unwrap_or(Owner::Kept), unpacks, label, hidden }
}
