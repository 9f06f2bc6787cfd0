//! Every shortcut of a workspace, held against doing everything from scratch: whatever a person does, the
//! timeline is that of the scenario that comes out, asked twice the answer is the same, and undo gives back
//! what was there.

use layerwise::{
    builder::Builder,
    image::BaseImage,
    map::Map,
    simulation::{BuildResult, FileEntry, Scenario, Workspace, replay},
};
use proptest::{prelude::*, sample::select};

const DOCKERFILES: [&str; 9] = [
    "FROM base\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"python\", \"app.py\"]\n",
    "FROM base\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
    "FROM base AS build\nARG V=1\nRUN make $V\nCOPY src /src/\nFROM base\nCOPY --from=build /src /out\nRUN true\n",
    "FROM base AS build\nCOPY src/a.txt /a\nFROM scratch\nCOPY --link --from=build /a /\n",
    "FROM base\nENV A=1 B=2\nCOPY *.txt /t/\nRUN --mount=type=cache,target=/root/.cache,id=c pip install x\n",
    "FROM base\nRUN --mount=type=bind,source=src,target=/m cat /m/a.txt\nLABEL x=y\n",
    "FROM base\nCOPY missing /\nRUN true\n",
    "FROM base AS one\nCOPY src /x/\nADD pack.ta* /x/\nADD --chown=7 pack.tar /z/\nFROM base\nCOPY --from=one /x /y\nCOPY --from=one /z/d /\n",
    "FROM base\nRUN true\nCPOY a /\n",
];

const PATHS: [&str; 7] =
    [".dockerignore", "app.py", "requirements.txt", "src/a.txt", "src/b.txt", "docs/x.md", "c.txt"];
const TEXTS: [&str; 5] = ["", "one\n", "two\n", "*.md\n", "src\n"];

/// Names and contents; the second holds the same as the first in another order, the last ends too early.
const ARCHIVES: [&[(&str, &str)]; 5] = [
    &[("a.txt", "1"), ("d/b", "2")],
    &[("d/b", "2"), ("a.txt", "1")],
    &[("a.txt", "other"), ("d/b", "2")],
    &[("d/b", "2"), ("d/c", "3")],
    &[("a.txt", "1"), ("", "")],
];

fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, text) in entries {
        let mut block = [0; 512];
        let size = format!("{:011o}", if name.is_empty() { 5000 } else { text.len() });
        for (at, field) in [(0, *name), (100, "0000644"), (124, &size), (148, "        "), (156, "0")] {
            block[at..at + field.len()].copy_from_slice(field.as_bytes());
        }
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
        bytes.extend(block);
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes
}

#[derive(Clone, Debug)]
enum Act {
    Dockerfile(&'static str),
    Write(&'static str, &'static str),
    Bytes(&'static str, u32),
    Archive(usize),
    Link(&'static str, &'static str),
    Remove(&'static str),
    Rename(&'static str, &'static str),
    Chmod(&'static str, u32),
    Touch(&'static str),
    Argument(&'static str),
    Target(bool),
    Image(bool),
    Cost(Option<f64>),
    Builder(bool),
    Build,
    Undo,
    Redo,
}

fn path() -> impl Strategy<Value = &'static str> {
    select(&PATHS[..])
}

fn act() -> impl Strategy<Value = Act> {
    let text = || select(&TEXTS[..]);
    let mode = || select(&[0o644_u32, 0o600, 0o755][..]);
    prop_oneof![
        3 => select(&DOCKERFILES[..]).prop_map(Act::Dockerfile),
        4 => (path(), text()).prop_map(|(path, text)| Act::Write(path, text)),
        1 => (path(), mode()).prop_map(|(path, mode)| Act::Bytes(path, mode)),
        3 => (0..ARCHIVES.len()).prop_map(Act::Archive),
        1 => (path(), path()).prop_map(|(path, target)| Act::Link(path, target)),
        2 => select(&["app.py", "src", "src/a.txt", ".dockerignore", "Dockerfile", "nowhere"][..]).prop_map(Act::Remove),
        2 => (path(), select(&["moved.txt", "lib/a.txt", "src/b.txt", "src", "Dockerfile"][..]))
            .prop_map(|(from, to)| Act::Rename(from, to)),
        2 => (select(&["src", "src/a.txt", "app.py"][..]), mode()).prop_map(|(path, mode)| Act::Chmod(path, mode)),
        2 => path().prop_map(Act::Touch),
        1 => select(&["1", "2"][..]).prop_map(Act::Argument),
        1 => any::<bool>().prop_map(Act::Target),
        1 => any::<bool>().prop_map(Act::Image),
        1 => any::<bool>().prop_map(|set| Act::Cost(set.then_some(2.5))),
        1 => any::<bool>().prop_map(Act::Builder),
        5 => Just(Act::Build),
        3 => Just(Act::Undo),
        2 => Just(Act::Redo),
    ]
}

fn text(text: &str) -> FileEntry {
    FileEntry { text: Some(text.into()), ..FileEntry::default() }
}

fn image(env: &str) -> BaseImage {
    BaseImage { env: Some(vec!["PATH=/bin".into(), env.into()]), ..BaseImage::default() }
}

fn start() -> Scenario {
    let files = PATHS.iter().filter(|path| **path != "c.txt").map(|path| ((*path).to_owned(), text("one\n")));
    Scenario {
        dockerfile: DOCKERFILES[0].into(),
        context: files.collect(),
        base_images: Map::from([("base".into(), image("A=1"))]),
        ..Scenario::default()
    }
}

/// Does it. What is refused (a path below a file, a file that is not there) must change nothing, which the
/// comparisons below would notice.
fn run(work: &mut Workspace, act: &Act) {
    let before = work.scenario();
    let refused = match *act {
        Act::Dockerfile(text) => work.set_dockerfile(text).is_err(),
        Act::Write(path, content) => work.write(path, text(content)).is_err(),
        Act::Bytes(path, mode) => work.write_bytes(path, &[0xff, 0x00], mode).is_err(),
        Act::Archive(which) => work.write_bytes("pack.tar", &archive(ARCHIVES[which]), 0o644).is_err(),
        Act::Link(path, target) => {
            work.write(path, FileEntry { symlink: Some(target.into()), ..FileEntry::default() }).is_err()
        }
        Act::Remove(path) => work.remove(path).is_err(),
        Act::Rename(from, to) => work.rename(from, to).is_err(),
        Act::Chmod(path, mode) => work.chmod(path, mode).is_err(),
        Act::Touch(path) => work.touch(path).is_err(),
        Act::Argument(value) => {
            work.set_build_args(Map::from([("V".into(), value.into())]));
            false
        }
        Act::Target(set) => {
            work.set_target(set.then_some("build"));
            false
        }
        Act::Image(other) => {
            work.set_base_image("base", image(if other { "A=2" } else { "A=1" }));
            false
        }
        Act::Cost(seconds) => {
            work.set_cost("RUN true", seconds);
            false
        }
        Act::Builder(legacy) => {
            work.set_builder(if legacy { Builder::Legacy } else { Builder::Buildkit });
            false
        }
        Act::Build => {
            let next = work.next();
            // A cache is exported of what was built.
            let built = BuildResult { cache_records: None, ..(*work.build()).clone() };
            assert_eq!(built, *next, "the preview is what the build does");
            false
        }
        Act::Undo => !work.undo(),
        Act::Redo => !work.redo(),
    };
    if refused {
        assert_eq!(work.scenario(), before, "what is refused changes nothing");
    }
}

/// A file that is moved to the Dockerfile's place keeps its time, which two files of one text would not tell apart.
#[test]
fn a_dockerfile_that_was_moved_keeps_its_time() {
    let mut work = Workspace::open(&start()).expect("the files are fine");
    let acts = [
        Act::Write("src/b.txt", "one\n"),
        Act::Dockerfile(DOCKERFILES[0]),
        Act::Rename(".dockerignore", "Dockerfile"),
        Act::Build,
        Act::Rename("src/b.txt", "Dockerfile"),
    ];
    for act in &acts {
        run(&mut work, act);
    }
    let scenario = work.scenario();
    let again = Workspace::open(&scenario).expect("what it writes, it opens");
    assert_eq!(again.scenario(), scenario);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_workspace_is_its_scenario_replayed(acts in prop::collection::vec(act(), 0..24)) {
        let mut work = Workspace::open(&start()).expect("the files are fine");
        for act in &acts {
            run(&mut work, act);
        }
        let scenario = work.scenario();
        prop_assert_eq!(work.timeline(), replay(&scenario).expect("what it writes, it reads"));
        let mut again = Workspace::open(&scenario).expect("what it writes, it opens");
        prop_assert_eq!(again.scenario(), scenario);
        prop_assert_eq!(again.facts(), work.facts());
        prop_assert_eq!(again.next(), work.next());
    }

    #[test]
    fn undo_gives_back_what_was_there(before in prop::collection::vec(act(), 0..8), act in act()) {
        let mut work = Workspace::open(&start()).expect("the files are fine");
        for act in &before {
            run(&mut work, act);
        }
        let (scenario, next) = (work.scenario(), work.next());
        let edits = !matches!(act, Act::Build | Act::Undo | Act::Redo);
        run(&mut work, &act);
        let changed = work.scenario();
        if edits && changed != scenario {
            prop_assert!(work.undo());
            prop_assert_eq!(work.scenario(), scenario);
            prop_assert_eq!(work.next(), next);
            prop_assert!(work.redo());
            prop_assert_eq!(work.scenario(), changed);
        }
    }

    #[test]
    fn a_scenario_replays_the_same_twice(acts in prop::collection::vec(act(), 0..12)) {
        let mut work = Workspace::open(&start()).expect("the files are fine");
        for act in &acts {
            run(&mut work, act);
        }
        let scenario = work.scenario();
        prop_assert_eq!(replay(&scenario), replay(&scenario));
    }
}
