//! Writes `tests/wire/samples.ts`: a sample of every shape and variant that the engine hands to JavaScript, each
//! with `satisfies` its type, so that the type checker holds them against `types.ts`. Missing, extra and
//! misspelt members are then errors.
//!
//! Fails if the file that is committed differs, after writing the new one: look at it and commit it.

use std::{fmt::Write as _, fs, path::PathBuf};

use layerwise::{
    builder::{BuildError, Builder, CacheRecord, NeverHits, Output, RecordLink, Status},
    digest::Digest,
    image::BaseImage,
    map::Map,
    simulation::{
        Anything, Before, Build, BuildResult, Cause, Cost, CostSource, Edit, Emptied, FileChange,
        FileDifference, FileEntry, IgnoredBy, LegacyVersions, Mount, NoEffect, Pairs, PathFact, Scenario,
        Setting, Source, Step, Timeline, Unaffected,
    },
};
use serde::Serialize;

struct Samples {
    text: String,
    types: Vec<&'static str>,
}

impl Samples {
    fn add<T: Serialize>(&mut self, name: &'static str, values: &[T]) {
        self.types.push(name);
        let _ = writeln!(self.text, "\nconst samples{name} = [");
        for value in values {
            let json = serde_json::to_string(value).expect("a sample is plain data");
            let _ = writeln!(self.text, "  {json} satisfies {name},");
        }
        self.text.push_str("];\n");
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.into())
}

fn causes() -> Vec<Cause> {
    let change = |what, before: Option<&str>, after: Option<&str>| FileChange {
        path: "src/a.txt".into(),
        what,
        before: before.map(Into::into),
        after: after.map(Into::into),
    };
    let changes = vec![
        change(FileDifference::Content, None, None),
        change(FileDifference::Mode, Some("0644"), Some("0755")),
        change(FileDifference::Type, None, None),
        change(FileDifference::Target, Some("a"), Some("b")),
        change(FileDifference::Added, None, None),
        change(FileDifference::Deleted, None, None),
        change(FileDifference::Ignored, None, None),
        change(FileDifference::Unignored, None, None),
    ];
    let variable = |source, line| Cause::Environment {
        name: "A".into(),
        before: text("1"),
        after: text("2"),
        source,
        line,
    };
    let setting = |what| Cause::Setting { what, before: text("a"), after: text("b") };
    let rules = [
        NeverHits::EmptyEntrypoint,
        NeverHits::EmptyUser,
        NeverHits::PartialHealthcheck,
        NeverHits::UncleanWorkdir,
    ];
    let mut causes = vec![
        Cause::FirstBuild,
        Cause::NewStep,
        Cause::Files { from: None, total: changes.len(), changes },
        Cause::Files { from: text("build"), changes: Vec::new(), total: 0 },
        Cause::Instruction { before: "RUN a".into(), after: "RUN b".into() },
        variable(Source::BaseImage, None),
        variable(Source::Env, Some(3)),
        variable(Source::Arg, Some(3)),
        variable(Source::BuildArg, Some(3)),
        variable(Source::Builder, None),
        Cause::Environment { name: "A".into(), before: None, after: None, source: Source::Env, line: None },
        Cause::EnvironmentOrder { before: vec!["A".into(), "B".into()], after: vec!["B".into(), "A".into()] },
        setting(Setting::Workdir),
        setting(Setting::User),
        setting(Setting::Shell),
        setting(Setting::Platform),
        setting(Setting::Option),
        Cause::Setting { what: Setting::User, before: None, after: None },
        Cause::BaseImage { reference: "python:3".into(), before: text("sha256:1"), after: text("sha256:2") },
        Cause::BaseImage { reference: "python:3".into(), before: None, after: None },
        Cause::Parent { step: 1, root: 0 },
        Cause::Output { step: 1, root: 0 },
    ];
    causes.extend(rules.map(|rule| Cause::Never { rule }));
    causes
}

fn costs() -> Vec<Cost> {
    let cost = |source| Cost { now: 300, cold: 300, warm: 200, source };
    vec![cost(CostSource::Default), cost(CostSource::Set)]
}

fn mounts() -> Vec<Mount> {
    let mount = |emptied| Mount {
        target: "/root/.cache".into(),
        id: "/root/.cache".into(),
        sharing: "shared".into(),
        warm: true,
        emptied,
    };
    vec![mount(None), mount(Some(Emptied::DockerClean))]
}

fn steps() -> Vec<Step> {
    let least = Step {
        name: "[2/3] COPY . .".into(),
        stage: String::new(),
        stage_index: 0,
        index: 2,
        instruction: "COPY . .".into(),
        line: 3,
        end_line: 3,
        status: Status::Cached,
        merge: None,
        cause: None,
        cache_key: None,
        checksum: None,
        before: None,
        exact: false,
        parent: None,
        inputs: Vec::new(),
        mounts: Vec::new(),
        cost: Cost { now: 0, cold: 200, warm: 200, source: CostSource::Default },
    };
    let most = Step {
        merge: Some(Status::Executed),
        cause: Some(Cause::FirstBuild),
        cache_key: text("sha256:1"),
        checksum: text("sha256:2"),
        before: Some(Before { cache_key: text("sha256:3"), checksum: None }),
        exact: true,
        parent: Some(0),
        inputs: vec![1],
        mounts: mounts(),
        ..least.clone()
    };
    let statuses = [Status::Executed, Status::Depends, Status::Failed, Status::Skipped];
    let mut steps = vec![least, most.clone()];
    steps.extend(statuses.map(|status| Step { status, ..most.clone() }));
    steps
}

fn records() -> Vec<CacheRecord> {
    let digest = Digest::of(b"");
    let links =
        vec![vec![RecordLink { selector: Some(digest), link: 1 }, RecordLink { selector: None, link: 2 }]];
    vec![
        CacheRecord { digest: Digest::of(b""), inputs: links, result: true },
        CacheRecord { digest: Digest::of(b""), inputs: Vec::new(), result: false },
    ]
}

fn unaffected() -> Vec<Unaffected> {
    let plain = |why| Unaffected { path: "a".into(), why, line: None, pattern: None };
    vec![
        plain(NoEffect::Timestamp),
        Unaffected { line: Some(2), pattern: text("*.log"), ..plain(NoEffect::Ignored) },
        plain(NoEffect::NotCopied),
        plain(NoEffect::SameContent),
        plain(NoEffect::FolderMode),
    ]
}

fn results() -> Vec<BuildResult> {
    let error = BuildError { message: "no".into(), line: 1, refused: true };
    vec![
        BuildResult::default(),
        BuildResult {
            steps: steps(),
            cache_records: Some(records()),
            error: Some(error),
            warnings: vec!["careful".into()],
            unaffected: unaffected(),
            cost: 500,
        },
    ]
}

fn entries() -> Vec<FileEntry> {
    let usual = FileEntry::default;
    vec![
        FileEntry { text: text("x"), mode: text("0755"), mtime: Some(7), ..usual() },
        FileEntry { base64: text("eA=="), ..usual() },
        FileEntry { symlink: text("a"), ..usual() },
        FileEntry { hardlink: text("a"), ..usual() },
        FileEntry { dir: Some(true), ..usual() },
        FileEntry { digest: text("sha256:1"), size: Some(1), ..usual() },
    ]
}

fn images() -> Vec<BaseImage> {
    let list = |item: &str| Some(vec![item.to_owned()]);
    vec![
        BaseImage::default(),
        BaseImage {
            env: list("A=1"),
            unknown_env: Some(vec!["PYTHON_VERSION".into()]),
            working_dir: text("/app"),
            user: text("app"),
            shell: list("/bin/sh"),
            on_build: list("RUN x"),
            cmd: list("sh"),
            entrypoint: list("sh"),
            labels: Some(Map::from([("a".into(), "b".into())])),
            exposed_ports: list("80/tcp"),
            volumes: list("/data"),
            stop_signal: text("SIGTERM"),
            digest: text("sha256:1"),
            config_digest: text("sha256:2"),
            diff_ids: list("sha256:3"),
            distribution: text("debian"),
        },
    ]
}

fn edits() -> Vec<Edit> {
    let files = || entries().into_iter().enumerate().map(|(at, entry)| (at.to_string(), entry)).collect();
    vec![
        Edit::default(),
        Edit {
            write: files(),
            delete: vec!["a".into()],
            rename: Pairs(vec![("a".into(), "b".into())]),
            chmod: Map::from([("a".into(), "0755".into())]),
            touch: vec!["a".into()],
            dockerfile: text("FROM x\n"),
            build_args: Some(Map::from([("A".into(), "1".into())])),
            target: Some(None),
            base_images: Map::from([("x".into(), BaseImage::default())]),
            build_contexts: Map::from([("x".into(), files())]),
        },
        Edit { target: Some(text("build")), ..Edit::default() },
    ]
}

fn scenarios() -> Vec<Scenario> {
    let context: Map<_, _> =
        entries().into_iter().enumerate().map(|(at, entry)| (at.to_string(), entry)).collect();
    vec![
        Scenario::default(),
        Scenario {
            version: Some(1),
            name: text("x"),
            about: text("x"),
            dockerfile: "FROM x\n".into(),
            dockerfile_path: None,
            build_contexts: Map::from([("x".into(), context.clone())]),
            context,
            base_images: Map::from([("x".into(), BaseImage::default())]),
            build_args: Map::from([("A".into(), "1".into())]),
            secrets: Map::from([("x".into(), Anything)]),
            ssh: true,
            target: text("build"),
            platform: text("linux/arm64"),
            builder: Builder::Legacy,
            legacy: Some(LegacyVersions { daemon: text("20.10"), client: text("28.2") }),
            builds: Some(edits().into_iter().map(|edit| Build { edit }).collect()),
            pending: edits().pop(),
            costs: Map::from([("RUN x".into(), 1.5)]),
            weights: Map::from([("a".into(), 2.0)]),
            outputs: Map::from([("RUN x".into(), Output::Same), ("RUN y".into(), Output::Different)]),
        },
    ]
}

fn facts() -> Vec<PathFact> {
    let ignored_by = Some(IgnoredBy { line: 1, pattern: "*.log".into() });
    vec![
        PathFact { path: "a".into(), ignored_by: None, copied_by: vec![3, 5] },
        PathFact { path: "b.log".into(), ignored_by, copied_by: Vec::new() },
    ]
}

fn written() -> String {
    let mut samples = Samples { text: String::new(), types: Vec::new() };
    samples.add("FileEntry", &entries());
    samples.add("BaseImage", &images());
    samples.add("Edit", &edits());
    samples.add("Scenario", &scenarios());
    samples.add("Cause", &causes());
    samples.add("Cost", &costs());
    samples.add("CacheMount", &mounts());
    samples.add("Step", &steps());
    samples.add("CacheRecord", &records());
    samples.add("Unaffected", &unaffected());
    samples.add("BuildResult", &results());
    let timeline = |builder| Timeline { builder, builds: results() };
    samples.add("Timeline", &[timeline(Builder::Buildkit), timeline(Builder::Legacy)]);
    samples.add("PathFact", &facts());
    let mut out =
        String::from("// Written by crate/tests/wire.rs: what the engine hands out satisfies types.ts.\n");
    let _ = writeln!(
        out,
        "import type {{ {} }} from \"../../www/layerwise/src/types.ts\";",
        samples.types.join(", ")
    );
    out + &samples.text
}

#[test]
fn the_committed_samples_are_what_the_engine_writes() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/wire/samples.ts"));
    let expect = written();
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed != expect {
        fs::create_dir_all(path.parent().expect("the file lies in a folder"))
            .expect("the folder can be made");
        fs::write(&path, expect).expect("the file can be written");
        panic!("tests/wire/samples.ts differed and was written anew: look at it and commit it");
    }
}
