//! Holds the plans against what BuildKit did: the records of its cache exports, its decisions in sequences of
//! builds, and its messages. `tests/vectors/plan/buildkit.json` holds the recordings; its first member says how
//! they were made and how they are written down.

#![expect(clippy::print_stdout, reason = "the counts are what one runs this test for")]

use std::{fs, path::Path};

use layerwise::{
    builder::{
        CacheRecord, Outcome, Status,
        buildkit::{Daemon, NoCache, Options, Ulimit},
    },
    digest::Digest,
    image::BaseImage,
    map::{Map, Set},
    simulation::{FileEntry, Scenario, State},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    bases: Map<String, BaseImage>,
    examples: Vec<Example>,
    sequences: Vec<Sequence>,
    errors: Vec<Mistake>,
}

#[derive(Deserialize)]
struct Example {
    name: String,
    #[serde(flatten)]
    build: Build,
    /// Digest, and for each input its alternatives.
    records: Vec<(String, Vec<Vec<Link>>)>,
    /// Records for bytes that neither Dockerfile nor context hold: index and what they are.
    #[serde(default)]
    needs: Map<String, String>,
    steps: Vec<String>,
}

/// A link with or without a selector.
#[derive(Deserialize)]
#[serde(untagged)]
enum Link {
    Bare((usize,)),
    Selected(usize, String),
}

#[derive(Deserialize)]
struct Sequence {
    name: String,
    builds: Vec<Decided>,
}

#[derive(Deserialize)]
struct Decided {
    #[serde(flatten)]
    build: Build,
    steps: Map<String, String>,
}

#[derive(Deserialize)]
struct Mistake {
    name: String,
    #[serde(flatten)]
    build: Build,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Build {
    #[serde(flatten)]
    scenario: Scenario,
    #[serde(default)]
    options: Flags,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Flags {
    hostname: String,
    hosts: Vec<String>,
    shm_size: Option<i64>,
    ulimit: Option<Limit>,
    cgroup_parent: String,
    network: Option<String>,
    no_cache: Option<Vec<String>>,
    allow: bool,
    ignore_file: Option<String>,
}

#[derive(Deserialize)]
struct Limit {
    name: String,
    soft: i64,
    hard: i64,
}

impl Flags {
    fn options(&self) -> Options {
        let ulimit = |limit: &Limit| Ulimit { name: limit.name.clone(), soft: limit.soft, hard: limit.hard };
        Options {
            hostname: self.hostname.clone(),
            hosts: self.hosts.clone(),
            shm_size: self.shm_size,
            ulimits: self.ulimit.iter().map(ulimit).collect(),
            cgroup_parent: self.cgroup_parent.clone(),
            network: self.network.clone(),
            no_cache: match &self.no_cache {
                None => NoCache::Nowhere,
                Some(stages) if stages.is_empty() => NoCache::Everywhere,
                Some(stages) => NoCache::Stages(stages.clone()),
            },
            allow_host_network: self.allow,
            allow_insecure: self.allow,
            ignore_file: self.ignore_file.clone(),
        }
    }
}

fn vectors() -> Vectors {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/plan/buildkit.json");
    let text = fs::read_to_string(path).expect("the vectors are in the repository");
    serde_json::from_str(&text).expect("the vectors are well formed")
}

fn build(daemon: &mut Daemon, build: &Build, bases: &Map<String, BaseImage>) -> Outcome {
    let mut scenario = build.scenario.clone();
    scenario.base_images.clone_from(bases);
    let state = State::from_scenario(&scenario).expect("the scenario is sound");
    daemon.build_with(&state.input(), &build.options.options())
}

/// Stage and text of a step's name. Numbers are left out: in the recordings base images are named contexts,
/// which take none.
fn without_number(name: &str) -> (String, String) {
    let (place, text) = name.split_once("] ").unwrap_or(("", name));
    let place = place.trim_start_matches('[').trim_start_matches("linux/amd64 ");
    let stage = place.rsplit_once(' ').map_or("", |(stage, _)| stage).trim();
    (stage.to_owned(), text.to_owned())
}

/// What a record stands for, with all that it is linked to.
fn identity(records: &[Shape], index: usize, known: &mut Map<usize, Digest>) -> Digest {
    if let Some(&digest) = known.get(&index) {
        return digest;
    }
    let (digest, inputs) = &records[index];
    let mut text = digest.clone();
    for links in inputs {
        let links: Set<String> = links
            .iter()
            .map(|(link, selector)| format!("{} {selector}", identity(records, *link, known)))
            .collect();
        text = [text, format!("{links:?}")].join("\n");
    }
    let digest = Digest::of(text.as_bytes());
    known.insert(index, digest);
    digest
}

/// A record's digest, and for each input its alternatives: the record linked and the selector.
type Shape = (String, Vec<Vec<(usize, String)>>);

/// Whether a record, or one that it is linked to, is among those that are not compared.
fn reaches(records: &[Shape], index: usize, needs: &Map<String, String>) -> bool {
    needs.contains_key(&index.to_string())
        || records[index].1.iter().flatten().any(|(link, _)| reaches(records, *link, needs))
}

fn recorded(example: &Example) -> Vec<Shape> {
    let link = |link: &Link| match link {
        Link::Bare((place,)) => (*place, String::new()),
        Link::Selected(place, selector) => (*place, selector.clone()),
    };
    let inputs =
        |inputs: &Vec<Vec<Link>>| inputs.iter().map(|links| links.iter().map(link).collect()).collect();
    example.records.iter().map(|(digest, links)| (digest.clone(), inputs(links))).collect()
}

fn planned(records: &[CacheRecord]) -> Vec<Shape> {
    records
        .iter()
        .map(|record| {
            let link = |link: &layerwise::builder::RecordLink| {
                (link.link, link.selector.map(|selector| selector.hex()).unwrap_or_default())
            };
            (
                record.digest.hex(),
                record.inputs.iter().map(|links| links.iter().map(link).collect()).collect(),
            )
        })
        .collect()
}

/// Takes one of `wanted` out of a bag.
fn take<T: Ord>(bag: &mut Map<T, usize>, wanted: &T) -> bool {
    match bag.get_mut(wanted) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

fn bag<T: Ord>(items: impl IntoIterator<Item = T>) -> Map<T, usize> {
    let mut bag = Map::new();
    for item in items {
        *bag.get_or_default(item) += 1;
    }
    bag
}

#[test]
fn records_are_those_of_cache_exports() {
    let vectors = vectors();
    let mut needs: Map<&str, usize> = Map::new();
    let (mut all, mut same, mut linkable, mut linked, mut names, mut named) = (0, 0, 0, 0, 0, 0);
    let mut differences = Vec::new();
    for example in &vectors.examples {
        let outcome = build(&mut Daemon::default(), &example.build, &vectors.bases);
        let ours = planned(&outcome.records);
        let theirs = recorded(example);
        let mut digests = bag(ours.iter().map(|(digest, _)| digest.clone()));
        let (mut our_links, mut their_links) = (Map::new(), Map::new());
        let mut links = bag((0..ours.len()).map(|at| identity(&ours, at, &mut our_links)));
        for (at, (digest, _)) in theirs.iter().enumerate() {
            if let Some(need) = example.needs.get(&at.to_string()) {
                *needs.get_or_default(need) += 1;
                continue;
            }
            all += 1;
            if !reaches(&theirs, at, &example.needs) {
                linkable += 1;
                let wanted = identity(&theirs, at, &mut their_links);
                if take(&mut links, &wanted) {
                    linked += 1;
                } else {
                    differences.push(format!("{}: {digest} has other links", example.name));
                }
            }
            if take(&mut digests, digest) {
                same += 1;
            } else {
                differences.push(format!("{}: no record {digest}", example.name));
            }
        }
        for name in example.steps.iter().filter(|name| !name.contains("] LINK ") && !name.contains("] FROM "))
        {
            names += 1;
            let wanted = without_number(name);
            if outcome.steps.iter().any(|step| without_number(&step.name) == wanted) {
                named += 1;
            } else {
                differences.push(format!("{}: no step {name}", example.name));
            }
        }
    }
    println!(
        "{same} of {all} records, {linked} of {linkable} with all their links; {named} of {names} names; not compared: {needs:?}"
    );
    println!("{}", differences.join("\n"));
    let unknown: usize = needs.values().sum();
    assert_eq!(all + unknown, 1230, "the vectors hold the records of 922 + 308");
    assert!(unknown <= 28, "{unknown} records are not compared");
    assert_eq!(same, all, "records");
    assert_eq!(named, names, "names");
    assert!(linked + 4 >= linkable, "links");
}

#[test]
fn sequences_hit_and_run_as_recorded() {
    let vectors = vectors();
    let (mut all, mut same, mut open) = (0, 0, 0);
    let mut differences = Vec::new();
    for sequence in &vectors.sequences {
        let mut daemon = Daemon::default();
        for (number, decided) in sequence.builds.iter().enumerate() {
            let outcome = build(&mut daemon, &decided.build, &vectors.bases);
            for (name, wanted) in &decided.steps {
                all += 1;
                let (stage, text) = without_number(name);
                let merge = text.strip_prefix("LINK ");
                let key = (stage, merge.unwrap_or(&text).to_owned());
                let step = outcome.steps.iter().find(|step| without_number(&step.name) == key);
                let status =
                    step.and_then(|step| if merge.is_some() { step.merge } else { Some(step.status) });
                let told = match status {
                    Some(Status::Cached) => "hit",
                    Some(Status::Executed) => "run",
                    // A command that fails was begun.
                    Some(Status::Failed) if text.starts_with("RUN ") => "run",
                    Some(Status::Depends) => {
                        open += 1;
                        continue;
                    }
                    _ => "nothing",
                };
                if told == wanted {
                    same += 1;
                } else {
                    let name = format!("{}, build {number}, {name}", sequence.name);
                    differences.push(format!("{name}: {told}, recorded {wanted}"));
                }
            }
        }
    }
    println!("{same} of {all} decisions; {open} are left to the bytes that a real run makes");
    println!("{}", differences.join("\n"));
    assert!(differences.is_empty(), "decisions that differ");
    assert!(same >= 279, "decisions");
}

#[test]
fn mistakes_are_told_in_buildkits_words() {
    let vectors = vectors();
    // What only running the command or reaching a server tells.
    let unknowable = ["heredoc-file-from"];
    let text = |text: &str| FileEntry { text: Some(text.to_owned()), ..FileEntry::default() };
    let context = [("a.txt", "a"), ("b.txt", "b"), ("b.log", "l"), (".dockerignore", "*.log\n")];
    let mut differences = Vec::new();
    for mut mistake in vectors.errors {
        if unknowable.contains(&mistake.name.as_str()) {
            continue;
        }
        let scenario = &mut mistake.build.scenario;
        scenario.dockerfile_path = None;
        scenario.context = context.iter().map(|(path, body)| ((*path).to_owned(), text(body))).collect();
        let outcome = build(&mut Daemon::default(), &mistake.build, &vectors.bases);
        let told = outcome.error.map(|error| error.message);
        if told != mistake.message {
            differences.push(format!("{}: {told:?}, recorded {:?}", mistake.name, mistake.message));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
