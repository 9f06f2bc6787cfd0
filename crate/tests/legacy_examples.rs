//! The classic builder against real runs: 244 examples on Docker 20.10.24, 23.0.18 and 28.2.2
//! (`tests/vectors/plan/legacy.json`). For every step the command that the daemon compares, the checksum in it
//! and whether the step was a hit; for every build the number of steps and the error.

use layerwise::{
    builder::{
        Input, LegacyVersion, Status, Step,
        legacy::{Daemon, history_line},
    },
    context::{Content, Entry, Kind, Tree},
    dockerfile,
    image::BaseImage,
    map::Map,
};
use serde_json::Value;

/// What a daemon was given, build after build.
#[derive(Default)]
struct State {
    dockerfile: String,
    path: String,
    mode: Option<String>,
    files: Map<String, Value>,
    images: Map<String, BaseImage>,
    arguments: Map<String, String>,
    target: Option<String>,
}

impl State {
    fn apply(&mut self, edit: &Value) {
        for path in edit["delete"].as_array().into_iter().flatten() {
            self.files.remove(path.as_str().unwrap());
        }
        for (path, file) in edit["write"].as_object().into_iter().flatten() {
            self.files.insert(path.clone(), file.clone());
        }
        for (name, config) in edit["baseImages"].as_object().into_iter().flatten() {
            self.images.insert(name.clone(), image(config));
        }
        if let Some(text) = edit["dockerfile"].as_str() {
            text.clone_into(&mut self.dockerfile);
        }
        if let Some(path) = edit["dockerfilePath"].as_str() {
            path.clone_into(&mut self.path);
        }
        if let Some(mode) = edit["dockerfileMode"].as_str() {
            self.mode = Some(mode.to_owned());
        }
        if let Some(arguments) = edit["buildArgs"].as_object() {
            let text = |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().to_owned());
            self.arguments = arguments.iter().map(text).collect();
        }
        if let Some(target) = edit.get("target") {
            self.target = target.as_str().map(str::to_owned);
        }
    }

    /// The context with the Dockerfile in it. Folders are as the files need them.
    fn context(&self) -> Tree {
        let mut tree = Tree::new();
        for (path, file) in &self.files {
            tree.insert(path, entry(file)).unwrap();
        }
        if !self.files.contains_key(&self.path) {
            let mode = self.mode.as_deref().map_or(0o644, mode);
            tree.insert(&self.path, Entry { mode, ..Entry::file(self.dockerfile.as_bytes()) }).unwrap();
        }
        tree
    }
}

fn mode(text: &str) -> u32 {
    u32::from_str_radix(text, 8).unwrap()
}

fn entry(file: &Value) -> Entry {
    let mut entry = if let Some(text) = file["text"].as_str() {
        Entry::file(text.as_bytes())
    } else if let Some(text) = file["base64"].as_str() {
        Entry { kind: Kind::File(Content::Bytes(base64(text).into())), ..Entry::file(*b"") }
    } else if let Some(target) = file["symlink"].as_str() {
        Entry::symlink(target)
    } else if let Some(target) = file["hardlink"].as_str() {
        Entry { kind: Kind::Hardlink(target.into()), ..Entry::file(*b"") }
    } else {
        Entry::directory()
    };
    if let Some(text) = file["mode"].as_str() {
        entry.mode = mode(text);
    }
    entry
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = group
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (at, &byte)| bits | u32::from(digit(byte)) << (18 - 6 * at));
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}

/// An image config as Docker writes it.
fn image(config: &Value) -> BaseImage {
    let list = |name: &str| config[name].as_array().map(|list| strings(list));
    let keys = |name: &str| config[name].as_object().map(|map| map.keys().cloned().collect());
    let text = |name: &str| config[name].as_str().map(str::to_owned);
    let pair = |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().to_owned());
    BaseImage {
        env: list("Env"),
        working_dir: text("WorkingDir"),
        user: text("User"),
        shell: list("Shell"),
        on_build: list("OnBuild"),
        cmd: list("Cmd"),
        entrypoint: list("Entrypoint"),
        labels: config["Labels"].as_object().map(|map| map.iter().map(pair).collect()),
        exposed_ports: keys("ExposedPorts"),
        volumes: keys("Volumes"),
        stop_signal: text("StopSignal"),
        ..BaseImage::default()
    }
}

fn strings(list: &[Value]) -> Vec<String> {
    list.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

fn version(text: &str) -> (u16, u16) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap())
}

/// How many of how many agree.
#[derive(Default)]
struct Count {
    agree: usize,
    all: usize,
    wrong: Vec<String>,
}

impl Count {
    fn note(&mut self, agrees: bool, what: impl FnOnce() -> String) {
        self.all += 1;
        self.agree += usize::from(agrees);
        if !agrees {
            self.wrong.push(what());
        }
    }

    fn report(&self, name: &str) -> bool {
        let Self { agree, all, wrong } = self;
        println!("{name}: {agree} of {all} agree\n{}", wrong.join("\n"));
        agree == all
    }
}

#[derive(Default)]
struct Counts {
    commands: Count,
    checksums: Count,
    decisions: Count,
    totals: Count,
    errors: Count,
    undecided: usize,
}

impl Counts {
    fn step(&mut self, at: &str, expected: &Value, steps: &[&Step], version: LegacyVersion) {
        let number = expected["n"].as_u64().unwrap() as usize;
        let Some(command) = expected["cmd"].as_array() else { return };
        let command = strings(command).join(" ");
        let Some(step) = steps.iter().find(|step| step.index == number && step.name.starts_with("Step "))
        else {
            self.commands.note(false, || format!("{at} step {number}: missing"));
            return;
        };
        let line = history_line(step, version);
        if line.is_none() && step.status != Status::Skipped {
            self.undecided += 1;
        } else {
            self.commands.note(line.as_ref() == Some(&command), || {
                format!("{at} {}\n  {line:?}\n  {command:?}", step.name)
            });
        }
        let sum = command.split(' ').find_map(|word| {
            ["file:", "dir:", "multi:"].iter().find_map(|kind| word.find(kind).and_then(|at| word.get(at..)))
        });
        if let (Some(sum), "COPY" | "ADD") = (sum, step.instruction.split(' ').next().unwrap_or("")) {
            if let Some(own) = step.checksum.as_deref() {
                self.checksums.note(own == sum, || format!("{at} {}: {own} is {sum}", step.name));
            }
        }
        let cached = expected["cached"].as_bool().unwrap();
        match step.status {
            Status::Depends => self.undecided += 1,
            status => self.decisions.note((status == Status::Cached) == cached, || {
                format!("{at} {}: {status:?}, recorded cached={cached}", step.name)
            }),
        }
    }
}

/// Whether only a real run fails so: by what a command, the files of a base image or the network does.
fn needs_a_run(error: &str) -> bool {
    let starts = ["The command '", "failed to create", "unable to convert uid/gid", "COPY failed: stat "];
    starts.iter().any(|start| error.starts_with(start)) || error.contains("no such host")
}

#[test]
fn real_runs_are_reproduced() {
    let examples: Value = serde_json::from_str(include_str!("../../tests/vectors/plan/legacy.json")).unwrap();
    let mut counts = Counts::default();
    for example in examples["examples"].as_array().unwrap() {
        let id = example["id"].as_str().unwrap();
        let version = LegacyVersion {
            daemon: version(example["daemon"].as_str().unwrap()),
            client: version(example["client"].as_str().unwrap()),
        };
        let mut state = State { path: "Dockerfile".to_owned(), ..State::default() };
        let suffix = id.split('@').next().unwrap().to_lowercase();
        for (name, config) in example["baseImages"].as_object().unwrap() {
            state.images.insert(format!("{name}-{suffix}"), image(config));
            state.images.insert(name.clone(), image(config));
        }
        let mut daemon = Daemon::default();
        for (number, build) in example["builds"].as_array().unwrap().iter().enumerate() {
            let at = format!("{id} build {}", number + 1);
            state.apply(&build["edit"]);
            let context = state.context();
            let outcome = daemon.build(&Input {
                dockerfile: &dockerfile::parse(&state.dockerfile),
                dockerfile_path: Some(&state.path),
                context: &context,
                base_images: &state.images,
                build_contexts: &Map::new(),
                build_args: &state.arguments,
                secrets: &[],
                ssh: false,
                target: state.target.as_deref(),
                platform: "linux/amd64",
                outputs: &Map::new(),
                legacy_version: version,
            });
            let steps: Vec<&Step> = outcome.steps.iter().collect();
            for expected in build["steps"].as_array().unwrap() {
                counts.step(&at, expected, &steps, version);
            }
            if let (Some(total), Some(step)) =
                (build["of"].as_u64(), steps.iter().find(|step| step.name.starts_with("Step ")))
            {
                let own = step.name.split([' ', '/']).nth(2).unwrap().parse().ok();
                counts.totals.note(own == Some(total), || format!("{at}: {own:?} steps, recorded {total}"));
            }
            let error = outcome.error.map(|error| error.message);
            if build["error"].as_str().is_some_and(needs_a_run) {
                counts.undecided += 1;
                continue;
            }
            counts.errors.note(error.as_deref() == build["error"].as_str(), || {
                format!("{at}: {error:?}, recorded {:?}", build["error"])
            });
        }
    }
    println!("{} steps hang on bytes that only a run knows", counts.undecided);
    let all = [
        counts.commands.report("commands"),
        counts.checksums.report("checksums"),
        counts.decisions.report("decisions"),
        counts.totals.report("totals"),
        counts.errors.report("errors"),
    ];
    assert!(all.iter().all(|&agree| agree));
}
