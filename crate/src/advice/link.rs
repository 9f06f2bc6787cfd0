//! `COPY --link`: a COPY that is a layer of its own, and stays in the cache when a step above it runs again.
//!
//! The files are put into an empty file system, and that is laid over the image (BuildKit: `Merge`). So the folders
//! above them are made anew, root's with mode 755, and what stands there counts no longer: the image stays the same if
//!
//! | a folder above the files | then |
//! |---|---|
//! | is not there | both make it in the same way |
//! | was made by a WORKDIR as root, or by a COPY that names no owner or mode | it is the same already |
//! | comes from the base image | a person should look: it may be a link, or have another owner or mode |
//!
//! No step above that is not understood, and none that writes there otherwise: then nothing is offered. On an empty
//! base image everything is known. An owner by name would be looked up in the empty file system, and with `--chmod`
//! BuildKit takes no notice of `--link`.

use crate::{
    builder::Builder,
    check,
    context::Kind,
    dockerfile::{Command, instruction::Copy},
    tool::{Reach, Region, Survey, shell::normal},
};

use super::{
    Level, Move,
    brought::{Brought, inside, join_relative},
    effect::{Effect, What},
    reason, split,
    stage::{Ground, chain},
};

/// Folders of usual base images that are links, or have another owner or mode.
const OTHERS: [&str; 16] = [
    "/tmp",
    "/root",
    "/run",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/dev",
    "/proc",
    "/sys",
    "/home",
    "/go",
    "/var/tmp",
    "/var/run",
    "/var/lock",
    "/var/www",
];

/// What is known of a path before an instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Absent,
    /// A folder of root's with mode 755.
    Plain,
    /// Whatever the base image has there, or such a folder.
    Base,
    Other,
}

/// What linking comes to in a stage.
#[derive(Default)]
pub(super) struct Links {
    /// All COPYs that run again although their own files are the same, in one move. What it saves is not said yet.
    pub(super) found: Option<Move>,
    /// Whether each COPY is a layer of its own, or may be one without a doubt.
    every: bool,
    /// Whether one is already.
    linked: bool,
}

impl Links {
    /// Whether the order of the COPYs costs nothing, so that it is left as it is. `moves` are those that save.
    pub(super) fn settles(&self, moves: &[Move]) -> bool {
        let found = |found: &Move| moves.iter().any(|one| one.id == found.id);
        self.every && (self.linked || self.found.as_ref().is_some_and(found))
    }
}

/// Looks at the COPYs of a stage.
pub(super) fn links(ground: &Ground<'_>, number: usize) -> Links {
    let dockerfile = &*ground.state.dockerfile;
    let mut out = Links::default();
    let Some(stage) = ground.stages.list.get(number) else { return out };
    if ground.state.settings.builder != Builder::Buildkit
        || ground.sites.triggers.get(number).copied().unwrap_or(true)
        || !check::has_link(dockerfile)
    {
        return out;
    }
    let (mut copies, mut edits, mut all) = (Vec::new(), Vec::new(), Hangs::default());
    out.every = is_empty(ground, number);
    for index in stage.instructions.clone() {
        let Some(instruction) = dockerfile.instructions.get(index) else { continue };
        let own = match &instruction.command {
            Command::Copy(copy) if copy.link => {
                out.linked = true;
                continue;
            }
            Command::Copy(copy) => same(ground, number, index, copy),
            Command::Run(_) | Command::Add(_) => None,
            _ => continue,
        };
        let Some(own) = own else {
            out.every = false;
            continue;
        };
        if !needlessly(ground, index) {
            continue;
        }
        copies.push(index);
        edits.push(split::with_flags(instruction, " --link".to_owned()));
        for (own, all) in [(own.folders, &mut all.folders), (own.files, &mut all.files)] {
            let new: Vec<String> = own.into_iter().filter(|path| !all.contains(path)).collect();
            all.extend(new);
        }
    }
    out.found = (!edits.is_empty()).then(|| Move {
        id: ["link-", &number.to_string()].concat(),
        level: if out.every { Level::Safe } else { Level::Review },
        title: reason::link_title(dockerfile, &copies),
        why: reason::link_why(&all),
        evidence: Vec::new(),
        edits,
        saves: Vec::new(),
    });
    out
}

/// Whether a COPY runs again after an edit that leaves what it copies as it was.
fn needlessly(ground: &Ground<'_>, index: usize) -> bool {
    let touched = ground.touched(index);
    let runs = |(bit, parts): (usize, &Vec<super::cost::Part>)| {
        touched >> bit & 1 == 0 && parts.iter().any(|part| part.origin == index)
    };
    ground.costs.parts.iter().enumerate().take(128).any(runs)
}

/// What the base image must be like at some paths, if a linked COPY is to build the same image.
#[derive(Default)]
pub(super) struct Hangs {
    /// Plain folders, or nothing.
    pub(super) folders: Vec<String>,
    /// A file, or nothing.
    pub(super) files: Vec<String>,
}

/// On what it hangs that a linked COPY builds the same image; `None` if it may not.
fn same(ground: &Ground<'_>, number: usize, index: usize, copy: &Copy) -> Option<Hangs> {
    let plain = copy.heredocs.is_empty() && !copy.parents && !copy.link && copy.chmod.is_none();
    let owner = matches!(copy.chown.as_deref(), None | Some("0" | "0:0"));
    if !plain || !owner {
        return None;
    }
    let dockerfile = &*ground.state.dockerfile;
    let brought = ground.effects.get(index)?.as_ref()?.copy()?;
    let site = ground.sites.before.get(index)?.as_ref()?;
    let destination = site.absolute(&site.expand(&copy.destination.text, dockerfile.escape)?)?;
    let target = normal(&destination);
    let own = ground.stages.list.get(number)?.instructions.start..index;
    let above = chain(ground.stages, ground.sites, number).into_iter().chain(own);
    let above: Vec<(usize, &Effect)> =
        above.map(|at| Some((at, ground.effects.get(at)?.as_ref()?))).collect::<Option<_>>()?;
    if !above.iter().all(|(at, effect)| apart(ground, *at, effect, brought, &target, copy)) {
        return None;
    }
    let start = if is_empty(ground, number) { Known::Absent } else { Known::Base };
    let known = |folder: &str| {
        above.iter().fold(start, |known, (at, effect)| {
            behind(known, effect, dockerfile.instructions.get(*at).map(|one| &one.command), folder)
        })
    };
    let folders_only = brought.exact && brought.pairs.iter().all(|pair| pair.folder);
    let named = !destination.ends_with('/') && !folders_only;
    let mut hangs = Hangs::default();
    let mut look = |path: &str, folder: bool| match known(path) {
        Known::Absent => true,
        Known::Plain => folder,
        Known::Base if OTHERS.iter().any(|other| inside(path, other).is_some()) => false,
        Known::Base => {
            let list = if folder { &mut hangs.folders } else { &mut hangs.files };
            list.push(path.to_owned());
            true
        }
        Known::Other => false,
    };
    if named {
        // A folder of that name would take the file in.
        let one = !brought.exact
            || (brought.pairs.len() == 1 && brought.pairs.iter().all(|pair| pair.to == target));
        if !one || !look(&target, false) {
            return None;
        }
    }
    let above = target.match_indices('/').map(|(at, _)| at).skip(1);
    let folders = above.chain((!named).then_some(target.len())).filter_map(|end| target.get(..end));
    folders.filter(|folder| *folder != "/").all(|folder| look(folder, true)).then_some(hangs)
}

/// Whether a stage stands on an empty image.
fn is_empty(ground: &Ground<'_>, number: usize) -> bool {
    let mut at = number;
    // A stage stands only on earlier ones.
    while let Some(base) = ground.sites.base.get(at).copied().flatten().filter(|base| *base < at) {
        at = base;
    }
    let from =
        ground.stages.list.get(at).and_then(|stage| ground.state.dockerfile.instructions.get(stage.from));
    matches!(from.map(|from| &from.command), Some(Command::From(from)) if from.image.text == "scratch")
}

/// Whether nothing that an instruction above puts into the image meets the files of a COPY in a way that matters.
fn apart(
    ground: &Ground<'_>,
    at: usize,
    effect: &Effect,
    brought: &Brought,
    target: &str,
    copy: &Copy,
) -> bool {
    // Without a final slash it may be the file itself that is copied there.
    let own = Region::tree(target);
    let meets = |region: &Region| if brought.exact { brought.meets(region) } else { region.meets(&own) };
    match &effect.what {
        What::Config => true,
        // What is copied to a folder goes into it.
        What::Folder(folder) => {
            let below = inside(folder, target).is_some_and(|rest| !rest.is_empty());
            !below || (brought.exact && !brought.meets(&Region::tree(folder.as_str())))
        }
        What::Run(survey) => survey.opaque.is_none() && !touches(survey, &meets),
        What::Copy(other) => {
            if brought.exact && other.exact && brought.is_plain() && other.is_plain() {
                return true;
            }
            let regions = other.regions.iter().any(&meets);
            let pairs = other.pairs.iter().any(|pair| {
                meets(&if pair.folder {
                    Region::tree(pair.to.as_str())
                } else {
                    Region::entry(pair.to.as_str())
                })
            });
            !regions && !pairs && !copy.parents
        }
        What::Unknown => {
            matches!(
                ground.state.dockerfile.instructions.get(at).map(|one| &one.command),
                Some(Command::Volume(_))
            )
        }
    }
}

fn touches(survey: &Survey, meets: &dyn Fn(&Region) -> bool) -> bool {
    survey.writes.iter().any(meets)
}

/// What is known of a folder behind an instruction, if that is known before it.
fn behind(known: Known, effect: &Effect, command: Option<&Command>, folder: &str) -> Known {
    let above = |path: &str| inside(path, folder).is_some();
    let made = |plain: bool| match known {
        Known::Absent if plain => Known::Plain,
        Known::Absent => Known::Other,
        _ => known,
    };
    match &effect.what {
        What::Config | What::Unknown => known,
        What::Folder(path) => {
            if above(path) {
                made(!effect.user)
            } else {
                known
            }
        }
        What::Run(survey) => {
            let changes = survey.changes().any(|region| {
                region.covers(folder) || (known == Known::Absent && inside(&region.path, folder).is_some())
            });
            if changes { Known::Other } else { known }
        }
        What::Copy(copy) => {
            let plain = !effect.chown && !effect.chmod;
            let add = matches!(command, Some(Command::Add(_)));
            let linked = matches!(command, Some(Command::Copy(copy) | Command::Add(copy)) if copy.link);
            let unknown = |region: &Region| match inside(folder, &region.path) {
                Some("") => add,
                Some(_) => region.reach == Reach::Tree,
                None => false,
            };
            if copy.regions.iter().any(unknown) {
                return Known::Other;
            }
            for pair in &copy.pairs {
                let Some(rest) = inside(folder, &pair.to) else { continue };
                if rest.is_empty() {
                    // The folder that a folder's members go into is made as those above it are.
                    if pair.folder {
                        continue;
                    }
                    return Known::Other;
                }
                if !pair.folder {
                    return Known::Other;
                }
                let Some(entry) = copy.tree.get(&join_relative(&pair.from, rest)) else { continue };
                let usual = entry.kind == Kind::Directory && entry.mode == 0o755 && plain;
                return if !usual {
                    Known::Other
                } else if known == Known::Base {
                    known
                } else {
                    Known::Plain
                };
            }
            match above(&copy.folder) {
                true if linked && plain => Known::Plain,
                true if linked => Known::Other,
                true => made(plain),
                false => known,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Level, LikelyEdit, Options, optimize, tests::state};
    use crate::context::Entry;

    const FILES: [(&str, &str); 6] =
        [("a/x", "x"), ("b/y", "y"), ("c.txt", "c"), ("d.txt", "d"), ("e/s", "-> ../c.txt"), ("d.tar", "")];

    /// Which of the copies are linked, by line, and how sure that is; edits change each file as often.
    fn linked(dockerfile: &str) -> (Vec<usize>, Option<Level>) {
        let state = state(dockerfile, &FILES);
        let edit = |path: &str| {
            let mut after = state.clone();
            after.context.insert(path, Entry::file(*b"other")).unwrap();
            LikelyEdit { name: path.to_owned(), weight: 1, state: after }
        };
        let edits = ["a/x", "b/y", "c.txt", "d.txt"].map(edit).to_vec();
        let mut options = Options { edits, ..Options::default() };
        let found = optimize(&state, &options);
        let link = found.moves.iter().find(|one| one.id.starts_with("link-"));
        options.moves = Some(link.iter().map(|one| one.id.clone()).collect());
        let text = optimize(&state, &options).dockerfile;
        let lines =
            (1..).zip(text.lines()).filter(|(_, line)| line.contains(" --link ")).map(|(line, _)| line);
        (lines.collect(), link.map(|one| one.level))
    }

    fn check(body: &str, lines: &[usize]) {
        assert_eq!(linked(&["FROM debian:12\n", body].concat()).0, lines, "{body}");
    }

    #[test]
    fn on_an_empty_image_everything_is_known() {
        let body = "FROM scratch\nWORKDIR /app\nCOPY a ./a/\nCOPY b/y /etc/own/\nCOPY c.txt /c\nCOPY --from=busybox /bin /own/bin\n";
        assert_eq!(linked(body), (vec![4, 5, 6], Some(Level::Safe)));
        let other =
            ["FROM debian:12 AS other\nRUN apt-get update\n", &body.replace("busybox", "other")].concat();
        assert_eq!(linked(&other).0, [6, 7, 8], "what another stage has made is the same as long as that is");
        let stages = "FROM scratch AS one\nCOPY a /etc/\nFROM one\nCOPY b /b\nCOPY c.txt /etc/\n";
        assert_eq!(linked(stages), (vec![4, 5], Some(Level::Safe)));
        let done = body
            .replace("COPY b", "COPY --link b")
            .replace("COPY c", "COPY --link c")
            .replace("COPY --f", "COPY --link --f");
        assert_eq!(linked(&done).1, None, "nothing is left");
        let with = |line: &str| linked(&body.replace("COPY a", &[line, "\nCOPY a"].concat())).0;
        assert_eq!(with("USER 5\nWORKDIR /etc/own\nUSER root"), [8, 9], "the folder is another user's");
        assert_eq!(with("COPY --chown=5 d.txt /etc/"), [4, 6, 7], "the folder is another user\'s");
        assert_eq!(with("COPY --from=busybox / /"), [0; 0], "nothing is known of its folders");
        assert_eq!(with("ADD d.tar /etc/"), [6, 7], "an archive may say what /etc is like");
        assert_eq!(with("COPY a /c"), [5, 7], "the file would go into the folder");
    }

    #[test]
    fn on_a_base_image_a_person_should_look() {
        let body = "WORKDIR /app\nCOPY a ./a/\nCOPY b /etc/own\nCOPY c.txt /usr/local/bin/c\nCOPY d.txt .\n";
        assert_eq!(linked(&["FROM debian:12\n", body].concat()), (vec![4, 5, 6], Some(Level::Review)));
        check("COPY a /app\nCOPY b /tmp/\nCOPY c.txt /var/run/c\nCOPY d.txt /root/\n", &[]);
        check(
            "COPY a /app\nCOPY --chown=app b /b\nCOPY --chown=5 c.txt /c\nCOPY --chmod=600 d.txt /d\n",
            &[],
        );
        check("COPY a /app\nCOPY --chown=0:0 d.txt /etc/\n", &[3]);
        check("COPY a /app\nCOPY d.txt /app\n", &[]);
        check("COPY a /app/\nRUN ./unknown\nCOPY d.txt /app/\n", &[]);
        check("COPY a /a\nRUN chmod 700 /etc\nCOPY d.txt /etc/\nCOPY c.txt /opt/c/\n", &[5]);
        check("COPY a /a\nRUN chown -R 5 /opt\nCOPY c.txt /opt/c/\nCOPY d.txt /etc/\n", &[5]);
        check("COPY a /a\nRUN mkdir -p /data/in\nCOPY c.txt /data/\nCOPY d.txt /etc/\n", &[4, 5]);
        check("COPY a /a\nRUN ln -s /a /l\nCOPY c.txt /l/\nCOPY d.txt /etc/\n", &[5]);
        check("COPY a /a\nCOPY e /e\nCOPY b /e/\nCOPY d.txt /e/s\n", &[3]);
    }

    #[test]
    fn frontends_without_it_are_left_alone() {
        let with =
            |syntax: &str| linked(&[syntax, "\nFROM scratch\nCOPY a /a\nCOPY d.txt /etc/\n"].concat()).0;
        assert_eq!(with("# syntax=docker/dockerfile:1.3"), [0; 0]);
        assert_eq!(with("# syntax=docker/dockerfile:1.4"), [4]);
        assert_eq!(with("# syntax=docker/dockerfile:1"), [4]);
        assert_eq!(with("# syntax=own/frontend"), [0; 0]);
    }
}
