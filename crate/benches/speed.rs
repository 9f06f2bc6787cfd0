//! How long the engine takes natively: `cargo bench -p layerwise`, or a part of a name behind it to run some.
//!
//! | benchmark | what is measured | goal |
//! |---|---|---|
//! | `parse/typical` | reading a Dockerfile of 60 lines | |
//! | `edit/one of 10000` | one file of 5 kB written among 10,000, and what the next build would do | 2 ms |
//! | `replay/NAME` | all builds of the largest recorded scenario, by steps; divide by its builds | 1 ms a build |
//! | `advice/300 lines, 5000 files` | all advice on a Dockerfile of many stages, in a page that has built it before | 20 ms in a browser |
//! | `hash/engine`, `hash/sha2` | a COPY's content checksum of one file of 8 MiB; the same bytes by the crate `sha2` alone | nine tenths of it |
//!
//! Nothing fails by the clock, since machines differ.

use std::{fs, hint::black_box, path::Path};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use layerwise::{
    advice,
    context::{Entry, RootHeader, Selection, Tree, content_digest},
    dockerfile,
    simulation::{FileEntry, Scenario, State, Workspace, replay},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const TYPICAL: &str = include_str!("../../tests/vectors/bench/typical.Dockerfile");

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(TYPICAL.len() as u64));
    group.bench_function("typical", |bencher| bencher.iter(|| dockerfile::parse(black_box(TYPICAL))));
    group.finish();
}

/// A file of a scenario.
fn text(text: &str) -> FileEntry {
    FileEntry { text: Some(text.into()), ..FileEntry::default() }
}

fn edit(criterion: &mut Criterion) {
    let mut files = json!({ ".dockerignore": { "text": ".git\n**/*.pyc\nnode_modules\n!web/keep.pyc\n" } });
    for number in 0..10_000 {
        files[format!("shop/m{}/f{number}.py", number / 20)] =
            json!({ "text": format!("value = {number}\n").repeat(40) });
    }
    let dockerfile = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n";
    let scenario = scenario(json!({ "dockerfile": dockerfile, "context": files }));
    let mut work = Workspace::open(&scenario).expect("all paths are good");
    work.build();
    let texts = ["x", "y"].map(|letter| letter.repeat(5000));
    let mut turn = 0;
    criterion.bench_function("edit/one of 10000", |bencher| {
        bencher.iter(|| {
            turn = 1 - turn;
            work.write("shop/m100/f2001.py", text(&texts[turn])).expect("a good path");
            work.next()
        });
    });
}

/// A Dockerfile of 300 lines: services of four languages, each built in a stage of its own, with packages one a line.
const MANY_STAGES: &str = include_str!("../../tests/vectors/bench/many-stages.Dockerfile");

fn optimize(criterion: &mut Criterion) {
    let mut files = json!({
        ".dockerignore": { "text": ".git\n**/*.pyc\n" },
        "package.json": { "text": r#"{"name": "shop", "workspaces": ["web/*"], "dependencies": {"express": "4"}}"# },
        "package-lock.json": { "text": r#"{"lockfileVersion": 3, "packages": {}}"# },
        "requirements.txt": { "text": "django==5.0\n-c constraints.txt\n" },
        "constraints.txt": { "text": "" },
        "go.mod": { "text": "module shop\n" },
        "go.sum": { "text": "" },
        "manage.py": { "text": "" },
    });
    for number in 0..5_000 {
        let top = if number % 2 == 0 { "shop" } else { "web" };
        files[format!("{top}/m{}/f{number}.py", number / 20)] =
            json!({ "text": format!("value = {number}\n").repeat(40) });
    }
    let dockerfile = MANY_STAGES;
    assert!((290..=310).contains(&dockerfile.lines().count()), "{}", dockerfile.lines().count());
    let scenario = scenario(json!({ "dockerfile": dockerfile, "context": files }));
    let state = State::from_scenario(&scenario).expect("all paths are good");
    let found = advice::optimize(&state, &advice::Options::default());
    assert!(!found.moves.is_empty(), "{:?}", found.kept);
    criterion.bench_function("advice/300 lines, 5000 files", |bencher| {
        bencher.iter(|| advice::optimize(black_box(&state), &advice::Options::default()));
    });
}

fn scenario(document: Value) -> Scenario {
    serde_json::from_value(document).expect("it is a scenario")
}

/// The recorded scenario with the most steps in all its builds, with its name and the number of builds.
fn largest() -> (String, Scenario, usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/replay");
    let mut found = None;
    let mut most = 0;
    for entry in fs::read_dir(folder).expect("the vectors lie beside the crate") {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let document = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
        // What is no scenario is the list of how many of them agree, or its description.
        let Some(scenario) = document.and_then(|document| serde_json::from_value::<Scenario>(document).ok())
        else {
            continue;
        };
        let Ok(timeline) = replay(&scenario) else { continue };
        let steps = timeline.builds.iter().map(|build| build.steps.len()).sum();
        if steps > most {
            most = steps;
            found = Some((name, scenario, timeline.builds.len()));
        }
    }
    found.expect("there are scenarios")
}

fn replays(criterion: &mut Criterion) {
    let (name, scenario, builds) = largest();
    let mut group = criterion.benchmark_group("replay");
    group.throughput(Throughput::Elements(builds as u64));
    group.bench_function(name, |bencher| bencher.iter(|| replay(black_box(&scenario))));
    group.finish();
}

fn hash(criterion: &mut Criterion) {
    let bytes: Vec<u8> = (0..8_u32 << 20).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut group = criterion.benchmark_group("hash");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("engine", |bencher| {
        // A tree remembers what it has hashed, so each round gets a new one.
        let tree = || {
            let mut tree = Tree::new();
            tree.insert("file", Entry::file(bytes.as_slice())).expect("a good path");
            tree
        };
        let all = [Selection::path("/")];
        bencher.iter_batched_ref(
            tree,
            |tree| content_digest(tree, &all, RootHeader::Context),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("sha2", |bencher| bencher.iter(|| Sha256::digest(black_box(&bytes))));
    group.finish();
}

criterion_group!(benches, parse, edit, optimize, replays, hash);
criterion_main!(benches);
