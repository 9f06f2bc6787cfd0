//! Whether two instructions of a stage may change places.

use crate::{
    context::Kind,
    tool::{Handed, Reach, Region, Survey},
};

use super::{
    brought::{Brought, Pair, inside},
    effect::{Effect, What},
};

/// What two instructions, the first before the second, allow.
#[derive(Clone, Debug)]
pub(super) enum Between {
    /// Either order builds the same image.
    Free,
    /// The second may go first if these files of the first are copied before it.
    Split(Vec<Pair>),
    /// They stay in order.
    Fixed(Obstacle),
}

/// What keeps two instructions in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// One sets what the other uses.
    Setting,
    /// What the RUN reads and writes is not known, for this reason.
    Opaque(String),
    /// The RUN writes a path that the COPY brings too.
    Overwrites(String),
    /// The RUN reads something that cannot be copied alone.
    Reads(String),
    /// Both bring the same path.
    SameFiles,
    /// Which of them makes a folder decides its owner or mode.
    Folder(String),
    /// RUNs keep their order.
    Runs,
    /// What one of them does is not known.
    Unknown,
}

/// What is known of folders at the place of the first instruction.
pub(super) type Existed<'a> = &'a dyn Fn(&str) -> bool;

/// Looks at two instructions, `first` before `second` in the file.
///
/// `inert` says that the first only describes the build; `existed` which folders are there before the first,
/// `ready` which are there before the second whatever becomes of the first.
pub(super) fn between(
    first: &Effect,
    second: &Effect,
    inert: bool,
    existed: Existed<'_>,
    ready: Existed<'_>,
) -> Between {
    let meet = if inert { false } else { settings(first, second) };
    if meet {
        return match (&first.what, &second.what) {
            (What::Copy(_), What::Run(survey)) if survey.opaque.is_some() => opaque(survey.opaque.as_deref()),
            _ => Between::Fixed(Obstacle::Setting),
        };
    }
    match (&first.what, &second.what) {
        (What::Unknown, _) | (_, What::Unknown) => Between::Fixed(Obstacle::Unknown),
        (What::Config, What::Run(survey)) | (What::Run(survey), What::Config)
            if inert && survey.opaque.is_some() =>
        {
            opaque(survey.opaque.as_deref())
        }
        (What::Config, _) | (_, What::Config) | (What::Folder(_), What::Folder(_)) => Between::Free,
        (What::Run(one), What::Run(two)) if apart(one, two) => Between::Free,
        // Other RUNs keep their order; a COPY gains nothing above one, nor does a folder.
        (What::Run(_), _) => Between::Fixed(Obstacle::Runs),
        (What::Folder(_), What::Run(_)) => Between::Fixed(Obstacle::Setting),
        (What::Folder(folder), What::Copy(copy)) => made(folder, second, copy, existed),
        (What::Copy(copy), What::Folder(folder)) => made(folder, first, copy, existed),
        (What::Copy(one), What::Copy(two)) => copies(first, one, second, two, existed, ready),
        (What::Copy(copy), What::Run(_)) => run(first, copy, second, existed, ready),
    }
}

/// Whether two RUNs touch nothing of each other. One of them must only make, change or name files: what else a
/// program takes from the system is not listed.
fn apart(one: &Survey, two: &Survey) -> bool {
    const PLAIN: [&str; 16] = [
        ":", "true", "set", "echo", "printf", "cd", "mkdir", "touch", "chmod", "chown", "chgrp", "ln", "cp",
        "mv", "rm", "cat",
    ];
    let plain = |survey: &Survey| survey.programs.iter().all(|program| PLAIN.contains(&program.as_str()));
    if one.opaque.is_some() || two.opaque.is_some() || !(plain(one) || plain(two)) {
        return false;
    }
    // A folder that one makes is there for all that the other does in it.
    let touches = |one: &Survey, other: &Survey| {
        one.changes().any(|region| {
            let region = Region::tree(region.path.clone());
            let below = |path: &str| region.covers(path) || inside(&region.path, path).is_some();
            other.reads.iter().chain(other.changes()).any(|known| known.meets(&region))
                || other.needs.iter().any(|folder| below(folder))
        })
    };
    !touches(one, two) && !touches(two, one)
}

fn opaque(reason: Option<&str>) -> Between {
    Between::Fixed(Obstacle::Opaque(reason.unwrap_or("").to_owned()))
}

/// Whether settings meet. A COPY with a relative destination may pass a WORKDIR: its destination is written out.
fn settings(first: &Effect, second: &Effect) -> bool {
    let passes = matches!(
        (&first.what, &second.what),
        (What::Copy(_), What::Folder(_)) | (What::Folder(_), What::Copy(_))
    );
    if !passes {
        return first.settings_meet(second);
    }
    let without = |effect: &Effect| {
        let mut effect = Effect { what: What::Config, ..effect.clone() };
        effect.reads.retain(|setting| *setting != super::effect::Setting::Workdir);
        effect
    };
    without(first).settings_meet(&without(second))
}

/// A WORKDIR that makes `folder`, and a COPY.
fn made(folder: &str, effect: &Effect, copy: &Brought, existed: Existed<'_>) -> Between {
    let entry = Region::entry(folder);
    if copy.regions.iter().any(|region| region.meets(&entry)) {
        return Between::Fixed(Obstacle::Folder(folder.to_owned()));
    }
    // The folder is that of the COPY or lies above or below it: who makes the COPY's folder decides its metadata.
    let related = inside(&copy.folder, folder).is_some() || inside(folder, &copy.folder).is_some();
    if related && !existed(&copy.folder) {
        return Between::Fixed(Obstacle::Folder(copy.folder.clone()));
    }
    let brings_file = copy.pairs.iter().any(|pair| {
        inside(folder, &pair.to).is_some_and(|rest| {
            let path = super::brought::join_relative(&pair.from, rest);
            !rest.is_empty() && copy.tree.get(&path).is_some_and(|entry| entry.kind != Kind::Directory)
        })
    });
    if brings_file || (related && effect.chown && !copy.exact) {
        return Between::Fixed(Obstacle::Folder(folder.to_owned()));
    }
    Between::Free
}

fn copies(
    first: &Effect,
    one: &Brought,
    second: &Effect,
    two: &Brought,
    existed: Existed<'_>,
    ready: Existed<'_>,
) -> Between {
    if one.collides(two) {
        return Between::Fixed(Obstacle::SameFiles);
    }
    let related = inside(&one.folder, &two.folder).is_some() || inside(&two.folder, &one.folder).is_some();
    let own = first.chown || second.chown || first.chmod || second.chmod;
    let upper = if one.folder.len() < two.folder.len() { one } else { two };
    let lower = if one.folder.len() < two.folder.len() { two } else { one };
    // A folder that the first does not make is made for the second by what stays above it.
    let made = |folder: &str| existed(folder) || (ready(folder) && inside(&one.folder, folder).is_none());
    if related && !(existed(&upper.folder) && (made(&lower.folder) || !own)) {
        return Between::Fixed(Obstacle::Folder(upper.folder.clone()));
    }
    Between::Free
}

/// The owner that a COPY has to give its files by itself if it stands behind a RUN that would hand them over.
pub(super) fn owner<'a>(copy: &Effect, run: &'a Effect) -> Option<&'a str> {
    let (brought, survey) = (copy.copy()?, run.run()?);
    let handed = survey.handed.iter().rfind(|handed| brought.meets(&handed.region))?;
    Some(&handed.owner)
}

/// Whether a COPY could hand its files over by itself, so that nothing differs: all of them, with the folders that it
/// makes, lie where the RUN hands everything over.
fn hands_over(first: &Effect, handed: &Handed) -> bool {
    let Some(copy) = first.copy() else { return false };
    let within = |path: &str| inside(path, &handed.region.path).is_some();
    !first.chown
        && copy.exact
        && copy.pairs.iter().all(|pair| within(&pair.to))
        && within(&copy.folder)
        // A link's owner may be told apart from that of the file, and a new owner takes special bits away.
        && copy.is_plain()
}

fn run(first: &Effect, copy: &Brought, second: &Effect, existed: Existed<'_>, ready: Existed<'_>) -> Between {
    let Some(survey) = second.run() else { return Between::Fixed(Obstacle::Unknown) };
    if survey.opaque.is_some() {
        return opaque(survey.opaque.as_deref());
    }
    if first.chown
        && survey.writes.iter().any(|region| region.covers("/etc/passwd") || region.covers("/etc/group"))
    {
        // `--chown=name` looks the name up in the image.
        return Between::Fixed(Obstacle::Overwrites("/etc/passwd".to_owned()));
    }
    for handed in &survey.handed {
        if copy.meets(&handed.region) && !hands_over(first, handed) {
            return Between::Fixed(Obstacle::Overwrites(handed.region.path.clone()));
        }
        if copy.meets(&handed.region) && !ready(&handed.region.path) {
            return Between::Fixed(Obstacle::Folder(handed.region.path.clone()));
        }
    }
    for region in &survey.writes {
        if copy.meets(region) || (region.reach == Reach::Entry && copy.meets_folder(region)) {
            return Between::Fixed(Obstacle::Overwrites(region.path.clone()));
        }
    }
    let mut pairs: Vec<Pair> = Vec::new();
    for region in &survey.reads {
        match copy.within(region) {
            Ok(found) => {
                for pair in found {
                    if !pair.folder && !copy.is_file(&pair.from) {
                        return Between::Fixed(Obstacle::Reads(pair.to));
                    }
                    if !pairs.contains(&pair) {
                        pairs.push(pair);
                    }
                }
            }
            Err(path) => return Between::Fixed(Obstacle::Reads(path)),
        }
    }
    // What lies in a folder that is copied as a whole comes with it.
    let folders: Vec<Pair> = pairs.iter().filter(|pair| pair.folder).cloned().collect();
    pairs.retain(|pair| {
        !folders.iter().any(|folder| {
            folder != pair
                && inside(&pair.to, &folder.to).is_some_and(|rest| {
                    !rest.is_empty() && super::brought::join_relative(&folder.from, rest) == pair.from
                })
        })
    });
    // Folders that the RUN needs, or makes, and that are there only because the COPY makes or brings them.
    let there = |folder: &str| ready(folder) || pairs.iter().any(|pair| inside(&pair.to, folder).is_some());
    let brings = |folder: &str| {
        copy.pairs.iter().any(|pair| {
            pair.folder
                && inside(folder, &pair.to).is_some_and(|rest| {
                    let path = super::brought::join_relative(&pair.from, rest);
                    !rest.is_empty()
                        && copy.tree.get(&path).is_some_and(|entry| entry.kind == Kind::Directory)
                })
        })
    };
    let makes = |folder: &str| inside(&copy.folder, folder).is_some();
    let reads =
        survey.reads.iter().filter(|region| region.reach == Reach::Entry).map(|region| region.path.as_str());
    for folder in reads.chain(survey.needs.iter().map(String::as_str)) {
        if (brings(folder) || makes(folder)) && !there(folder) {
            return Between::Fixed(Obstacle::Folder(folder.to_owned()));
        }
    }
    // A folder above both that neither finds: the COPY makes it with its owner, or the mode of the folder that it
    // copies; a program makes it as the user that it runs as.
    let usual = !first.chmod && copy.pairs.iter().all(|pair| !pair.folder || copy.usual_mode(&pair.from));
    let plain = usual && !first.chown && !second.user;
    let writes =
        survey.writes.iter().filter_map(|region| region.path.rsplit_once('/')).map(|(folder, _)| folder);
    for folder in writes.filter(|folder| !folder.is_empty()) {
        if makes(folder) && !existed(folder) && !plain {
            return Between::Fixed(Obstacle::Folder(folder.to_owned()));
        }
    }
    // A copy of some files makes the COPY's folder, which the COPY would make in its own way.
    if !pairs.is_empty() && !existed(&copy.folder) && !usual {
        return Between::Fixed(Obstacle::Folder(copy.folder.clone()));
    }
    if pairs.is_empty() {
        return Between::Free;
    }
    if !copy.exact {
        return Between::Fixed(Obstacle::Reads(
            pairs.first().map_or_else(String::new, |pair| pair.to.clone()),
        ));
    }
    Between::Split(pairs)
}
