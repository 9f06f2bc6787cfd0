//! Sentences for moves and for what was left alone, made of data in one place. Plain and exact: what is done, what
//! was looked at, what follows.

use crate::{dockerfile::Dockerfile, ignore::Ignore, tool::Survey};

use super::{
    brought::{Brought, Pair, inside},
    commute::Obstacle,
    fold::Fold,
    link::Hangs,
    mount::{Also, Offer},
    stage::short,
    unread::{Candidate, Purpose},
};

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => {
            let mut out = before.join(", ");
            out.push_str(" and ");
            out.push_str(last);
            out
        }
    }
}

/// An instruction as a person names it: its first line, shortened, with its line number.
pub(super) fn named(dockerfile: &Dockerfile, index: usize) -> String {
    let Some(instruction) = dockerfile.instructions.get(index) else { return String::new() };
    let mut text: String = instruction.original.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = text.char_indices().nth(48) {
        text.truncate(at);
        text.push('…');
    }
    let mut out = String::from("`");
    out.push_str(&text);
    out.push_str("` (line ");
    out.push_str(&instruction.line.to_string());
    out.push(')');
    out
}

fn files(pairs: &[Pair]) -> String {
    list(&pairs.iter().map(|pair| pair.from.clone()).collect::<Vec<_>>())
}

/// The heading of a reordering.
pub(super) fn reorder_title(
    dockerfile: &Dockerfile,
    copies: &[(usize, usize, Vec<Pair>)],
    moved: &[usize],
    after: Option<usize>,
) -> String {
    let mut out = String::new();
    if copies.is_empty() {
        out.push_str("Move ");
        out.push_str(&list(&moved.iter().map(|index| named(dockerfile, *index)).collect::<Vec<_>>()));
        if let Some(after) = after {
            out.push_str(" below ");
            out.push_str(&named(dockerfile, after));
        }
        return out;
    }
    out.push_str("Copy ");
    let all: Vec<Pair> = copies.iter().flat_map(|(_, _, pairs)| pairs.iter().cloned()).collect();
    out.push_str(&files(&all));
    out.push_str(" first, and the rest after ");
    let runs: Vec<String> = copies.iter().map(|(run, _, _)| named(dockerfile, *run)).collect();
    out.push_str(&list(&runs));
    out
}

/// A mode as `chmod` takes it.
pub(super) fn octal(mode: u32) -> String {
    [6, 3, 0].iter().filter_map(|shift| char::from_digit(mode >> shift & 7, 8)).collect()
}

/// The flag that gives a mode.
pub(super) fn chmod(mode: u32) -> String {
    [" --chmod=", &octal(mode)].concat()
}

/// That copies of single files give the mode that a RUN gives later.
pub(super) fn gives_mode(dockerfile: &Dockerfile, giver: usize, run: usize) -> String {
    let mut out = named(dockerfile, run);
    out.push_str(" finds the mode that ");
    out.push_str(&named(dockerfile, giver));
    out.push_str(" gives, because `--chmod` gives it to the copy.");
    out
}

/// That a COPY gives the mode and owner that a RUN gave.
pub(super) fn fold_title(dockerfile: &Dockerfile, fold: &Fold) -> String {
    let mut gifts = Vec::new();
    if let Some(owner) = &fold.owner {
        gifts.push(["owner ", owner].concat());
    }
    if let Some((mode, _)) = &fold.mode {
        gifts.push(["mode ", &octal(*mode)].concat());
    }
    let (copy, run) = (named(dockerfile, fold.copy), named(dockerfile, fold.run));
    text(&["Give ", &list(&gifts), " in ", &copy, " instead of ", &run])
}

/// Why that is the same, and what it hangs on.
pub(super) fn fold_why(dockerfile: &Dockerfile, fold: &Fold) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(owner) = &fold.owner {
        out.push(text(&["What is copied is root's, unless --chown says to whom it belongs: ", owner, "."]));
    }
    if let Some((mode, old)) = &fold.mode {
        let mut modes: Vec<String> = old.iter().map(|mode| octal(*mode)).collect();
        modes.sort();
        modes.dedup();
        out.push(text(&[
            "It changes nothing else, and makes ",
            &octal(*mode),
            " of ",
            &list(&modes),
            ", which the files have here; in a checkout with other modes that may differ.",
        ]));
    }
    out.push(text(&["The layer of ", &named(dockerfile, fold.run), " holds the files once more."]));
    out
}

/// That a RUN mounts files in the place of a COPY.
pub(super) fn bind_title(dockerfile: &Dockerfile, copy: usize, run: usize, mounted: &[Pair]) -> String {
    let (copy, run) = (named(dockerfile, copy), named(dockerfile, run));
    text(&["Mount ", &files(mounted), " in ", &run, " instead of ", &copy])
}

/// Why that is the same, and what it saves.
pub(super) fn bind_why(
    dockerfile: &Dockerfile,
    run: usize,
    later: usize,
    mounted: &[Pair],
    flags: &[String],
) -> Vec<String> {
    let (run, later, mounted) = (named(dockerfile, run), named(dockerfile, later), files(mounted));
    vec![
        text(&["With ", &flags.join(" "), " it reads the build context; ", &later, " brings what it reads anyway."]),
        text(&[&run, " still runs again when ", &mounted, " changes: what is saved is the copy with its layer."]),
        "By what is known of its programs it writes nothing there; a mount is read-only, so it would fail if it did.".to_owned(),
    ]
}

/// That COPYs become layers of their own.
pub(super) fn link_title(dockerfile: &Dockerfile, copies: &[usize]) -> String {
    let copies: Vec<String> = copies.iter().map(|index| named(dockerfile, *index)).collect();
    text(&["Keep ", &list(&copies), " when what stands above runs again (--link)"])
}

/// Why that is the same, or what it hangs on.
pub(super) fn link_why(hangs: &Hangs) -> Vec<String> {
    let mut out = vec![
        "With --link the files are a layer of their own, which does not hang on the steps above.".to_owned(),
    ];
    if hangs.folders.is_empty() && hangs.files.is_empty() {
        out.push(
            "The image is the same: what stands above the files is made in this file as --link makes it."
                .to_owned(),
        );
        return out;
    }
    if !hangs.folders.is_empty() {
        out.push(text(&[
            "--link makes the folders above anew: the image is the same if the base image has nothing at ",
            &list(&hangs.folders),
            ", or plain folders (root's, mode 755, no links).",
        ]));
    }
    if !hangs.files.is_empty() {
        out.push(text(&[
            "The base image must not have a folder or a link at ",
            &list(&hangs.files),
            ": what is copied would take its place.",
        ]));
    }
    out
}

/// That a COPY hands its files over by itself.
pub(super) fn hands_over(dockerfile: &Dockerfile, copy: usize, run: usize, owner: &str) -> String {
    let mut out = named(dockerfile, copy);
    out.push_str(" gives all that it brings to ");
    out.push_str(owner);
    out.push_str(" by itself, as ");
    out.push_str(&named(dockerfile, run));
    out.push_str(" did.");
    out
}

/// Why a RUN may stand before a COPY.
pub(super) fn run_before_copy(
    dockerfile: &Dockerfile,
    copy: usize,
    run: usize,
    survey: &Survey,
    pairs: &[Pair],
) -> String {
    let mut out = named(dockerfile, run);
    out.push_str(" reads ");
    if pairs.is_empty() {
        out.push_str("nothing");
    } else {
        out.push_str(&files(pairs));
        out.push_str(" and nothing else");
    }
    out.push_str(" of what ");
    out.push_str(&named(dockerfile, copy));
    out.push_str(" brings");
    let programs: Vec<String> = survey
        .programs
        .iter()
        .filter(|program| !matches!(program.as_str(), ":" | "true" | "set" | "echo" | "cd"))
        .cloned()
        .collect();
    if !programs.is_empty() {
        out.push_str(", by what is known of ");
        out.push_str(&list(&programs));
    }
    out.push_str(", and writes nothing there that the copy also writes.");
    out
}

/// That a folder which a RUN fills is not among the files copied over it.
pub(super) fn not_brought(survey: &Survey, copy: &Brought, ignore: Option<&Ignore>) -> Vec<String> {
    let mut out = Vec::new();
    for region in &survey.writes {
        // What lies in a folder that is told already needs no telling.
        let told = survey
            .writes
            .iter()
            .any(|other| other.path != region.path && inside(&region.path, &other.path).is_some());
        if told {
            continue;
        }
        let Some(pair) = copy
            .pairs
            .iter()
            .find(|pair| pair.folder && inside(&region.path, &pair.to).is_some_and(|rest| !rest.is_empty()))
        else {
            continue;
        };
        let rest = inside(&region.path, &pair.to).unwrap_or("");
        // Where the user's home is not certain, these are only possibilities.
        if matches!(rest, ".cache" | ".local") {
            continue;
        }
        let path = super::brought::join_relative(&pair.from, rest);
        let mut sentence = path.clone();
        match ignore.and_then(|ignore| ignore.excluded_by(&path)) {
            Some(pattern) => {
                sentence.push_str(", which the RUN fills, is left out of the context by line ");
                sentence.push_str(&pattern.line.to_string());
                sentence.push_str(" of the ignore file (`");
                sentence.push_str(&pattern.text);
                sentence.push_str("`)");
            }
            None => sentence.push_str(", which the RUN fills, is not in the context"),
        }
        out.push(sentence);
    }
    out
}

/// What keeps an instruction behind another one.
pub(super) fn obstacle(
    dockerfile: &Dockerfile,
    copy: usize,
    run: usize,
    obstacle: &Obstacle,
    workdir: Option<&str>,
) -> String {
    let mut out = named(dockerfile, run);
    out.push_str(" stays behind ");
    out.push_str(&named(dockerfile, copy));
    out.push_str(": ");
    match obstacle {
        Obstacle::Opaque(reason) => out.push_str(reason),
        Obstacle::Overwrites(path) => {
            out.push_str("it writes to ");
            out.push_str(&short(path, workdir));
            out.push_str(", which the copy would overwrite if it came later");
        }
        Obstacle::Reads(path) => {
            out.push_str("it reads ");
            out.push_str(&short(path, workdir));
            out.push_str(", which cannot be copied on its own without changing what it finds");
        }
        Obstacle::Folder(path) => {
            out.push_str("which of the two makes the folder ");
            out.push_str(path);
            out.push_str(" decides what it is like");
        }
        Obstacle::Setting => out.push_str("one of them sets what the other uses"),
        Obstacle::SameFiles => out.push_str("both write the same files"),
        Obstacle::Runs | Obstacle::Unknown => out.push_str("what they do to each other is not known"),
    }
    out.push('.');
    out
}

/// The heading of a cache mount.
pub(super) fn mount_title(offer: &Offer, dockerfile: &Dockerfile) -> String {
    let mut out = String::from("Keep the downloads of ");
    out.push_str(&list(&offer.programs));
    out.push_str(if offer.others.is_empty() { " between builds (line " } else { " between builds (lines " });
    let indexes = std::iter::once(&offer.index).chain(&offer.others);
    let lines: Vec<String> = indexes
        .filter_map(|index| dockerfile.instructions.get(*index))
        .map(|one| one.line.to_string())
        .collect();
    out.push_str(&list(&lines));
    out.push(')');
    out
}

/// The heading of a step that compiles dependencies alone.
pub(super) fn dummy_title(dockerfile: &Dockerfile, run: usize) -> String {
    text(&["Compile the dependencies before the sources come, for ", &named(dockerfile, run)])
}

/// What such a step does, and what it changes.
pub(super) fn dummy_why(dockerfile: &Dockerfile, copy: usize, files: &[Pair]) -> Vec<String> {
    let files: Vec<String> = files.iter().map(|pair| pair.from.clone()).collect();
    vec![
        text(&[
            "cargo compiles the dependencies together with an empty source first, in a step that runs again only if ",
            &list(&files),
            if files.len() == 1 { " changes." } else { " change." },
        ]),
        text(&[
            "The real sources come with ",
            &named(dockerfile, copy),
            " and are touched: cargo goes by times, and files of the context may be older than the empty ones.",
        ]),
        "What is left in the target folder is not what one build alone leaves; the program is compiled from the same sources.".to_owned(),
    ]
}

/// What was looked at for it.
pub(super) fn dummy_evidence(files: &[Pair]) -> String {
    let manifest = files.first().map_or("", |pair| pair.from.as_str());
    text(&[manifest, " is that of one package without paths, build script and targets of its own"])
}

/// Where programs keep what they download.
pub(super) fn mount_evidence(offer: &Offer) -> Vec<String> {
    let told =
        offer.folders.iter().map(|(program, folder)| text(&[program, " keeps its downloads in ", folder]));
    told.collect()
}

/// What a cache mount changes.
pub(super) fn mount_why(offer: &Offer) -> Vec<String> {
    let mut out = Vec::new();
    if !offer.targets.is_empty() {
        let mut sentence = String::from("A cache mount holds ");
        sentence.push_str(&list(&offer.targets));
        sentence.push_str(" outside of the image: the step still runs again when its key changes, but finds what it downloaded before.");
        out.push(sentence);
        let targets = list(&offer.targets);
        out.push(if offer.same_image {
            text(&[
                "The image is the same: nothing was left in ",
                &targets,
                " before, and what is kept there now is in no layer.",
            ])
        } else {
            text(&["The image is the same but for ", &targets, ", whose files are no longer in it."])
        });
        if offer.same_image {
            out.push(
                "That holds for a build from nothing. pip also keeps wheels that it has built itself, and takes them again under \
                 another base image: `docker builder prune --filter type=exec.cachemount` empties the mount."
                    .to_owned(),
            );
        }
    }
    for also in &offer.also {
        let sentence = match also {
            Also::Option(name) => text(&["The option ", name, " goes, because with it nothing is kept."]),
            Also::Variable(name) => {
                let why = if name.starts_with("PIP_") {
                    "pip takes any value of it, even `off` or `0`, as \"keep nothing\""
                } else {
                    "with it nothing is kept"
                };
                text(&[name, " is unset for this step alone, because ", why, ". Containers see it as before."])
            }
            Also::Clean => {
                "Debian's and Ubuntu's images ship /etc/apt/apt.conf.d/docker-clean, which deletes every package after it is installed: it is removed first, or the mount would stay empty.".to_owned()
            }
            Also::Delete(command) => text(&["`", command, "` goes, because it would empty the mount; the image does not hold those files anyway."]),
            Also::Locked => "apt cannot share its folders with another run of itself: the mount is locked while it is used.".to_owned(),
            Also::Syntax => "The Dockerfile version that the syntax directive names has no `RUN --mount` yet: it is raised.".to_owned(),
        };
        if !out.contains(&sentence) {
            out.push(sentence);
        }
    }
    if offer
        .targets
        .iter()
        .any(|target| target.starts_with("/var/cache/apt") || target.starts_with("/var/lib/apt"))
    {
        out.push(
            "sharing=locked lets one build at a time use the folder, since apt cannot share it.".to_owned(),
        );
    }
    out
}

/// Why a folder that a RUN fills should not be copied.
pub(super) fn installed(dockerfile: &Dockerfile, copy: usize, run: usize) -> String {
    let (copy, run) = (named(dockerfile, copy), named(dockerfile, run));
    text(&[&run, " fills it; what ", &copy, " puts there too was made for another machine."])
}

/// Why the history of the sources should not be copied.
pub(super) fn repository(dockerfile: &Dockerfile, copy: usize) -> String {
    text(&["It changes with every commit, and no RUN behind ", &named(dockerfile, copy), " looks at it."])
}

/// Why what tools of a workplace keep should not be copied.
pub(super) fn workplace(dockerfile: &Dockerfile, copy: usize) -> String {
    text(&[
        "Only tools of a workplace write and read it; ",
        &named(dockerfile, copy),
        " runs again when they do.",
    ])
}

/// Why a file need not be copied that nothing reads.
pub(super) fn unread(dockerfile: &Dockerfile, candidate: &Candidate) -> String {
    let what = match candidate.purpose {
        Purpose::Text => "It is for people",
        Purpose::Test => "It is for tests",
        Purpose::Service => "It is for work on the repository",
    };
    let copy = named(dockerfile, candidate.copy);
    text(&[
        what,
        ": no RUN behind ",
        &copy,
        " reads it, no command of the image is about it, and no program in the context names it. The image loses it.",
    ])
}

/// Why the Dockerfile and the ignore file need not be copied.
pub(super) fn own_file(dockerfile: &Dockerfile, copy: usize) -> String {
    let copy = named(dockerfile, copy);
    text(&[
        "The builder reads it all the same; as long as it is copied, an edit of it runs ",
        &copy,
        " again.",
    ])
}

fn text(parts: &[&str]) -> String {
    parts.concat()
}

/// That nothing is to be gained in the whole file.
pub(super) const NOTHING_COPIED: &str = "Nothing to gain here: no step takes in files of the context, so no edit of a file makes a step run again.";
pub(super) const NOTHING_GAINED: &str = "Nothing to gain here: no order of the steps that builds the same image runs fewer of them again after an edit.";
pub(super) const ALREADY_GOOD: &str = "Nothing to gain here: what each step reads is copied right before it, so an edit runs only the steps that need it.";
/// That the Dockerfile itself is among the copied files.
pub(super) const OWN_COPY: &str = "the Dockerfile itself is copied into the image, so that one file changes with this move; an ignore file can leave it out";

/// That the build fails, with the builder's message if it is known.
pub(super) fn fails(message: &str) -> String {
    let mut out = String::from("The build fails as it is, so there is nothing to compare");
    if !message.is_empty() {
        out.push_str(": ");
        out.push_str(message.trim_end_matches('.'));
    }
    out.push('.');
    out
}

pub(super) const TRIGGERS: &str = "This stage is left alone: its base image may run triggers of its own (ONBUILD), which are not in the file.";
