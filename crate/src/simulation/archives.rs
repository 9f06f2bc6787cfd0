//! Archives that ADD unpacks: they are read where that counts, and hashed once.

use super::{Cause, FileEntry, History, Scenario, State, Workspace};
use crate::{builder::Builder, context::archive_of, digest::bytes_hashed};

const TWO_STAGES: &str =
    "FROM scratch AS one\nADD OPTIONS a.tar /x/\nFROM scratch\nCOPY --from=one /x/d /y/\n";

fn scenario(dockerfile: &str, builder: Builder) -> Scenario {
    let text = "text ".repeat(10_000);
    let bytes = archive_of(&[("d/a", b'0', &text), ("d/b", b'0', "b"), ("c", b'0', "c")]);
    // All of it is ASCII.
    let text = String::from_utf8(bytes).expect("it is text");
    let entry = FileEntry { text: Some(text), ..FileEntry::default() };
    Scenario {
        dockerfile: dockerfile.into(),
        context: [("a.tar".to_owned(), entry)].into_iter().collect(),
        builder,
        ..Scenario::default()
    }
}

#[test]
fn a_keystroke_hashes_no_file_of_an_archive() {
    for builder in [Builder::Buildkit, Builder::Legacy] {
        for options in ["", "--chown=7:8"] {
            let dockerfile = TWO_STAGES.replace("OPTIONS", options);
            let mut work = Workspace::open(&scenario(&dockerfile, builder)).expect("it is sound");
            work.next();
            let before = bytes_hashed();
            work.set_dockerfile(&dockerfile.replace("/y/", "/z/")).expect("it is short");
            work.next();
            let hashed = bytes_hashed() - before;
            // The classic builder has the checksum of the archive itself for each new place in memory.
            assert!(hashed < 20_000, "{builder:?} {options}: {hashed} bytes");
        }
    }
}

#[test]
fn an_archive_is_read_where_it_is_unpacked_and_nowhere_else() {
    let read = |dockerfile: &str, builder: Builder, times: usize| {
        let mut history = History::new(builder);
        let mut is_read = false;
        for _ in 0..times {
            // Each time the file is another one of the same bytes.
            let state = State::from_scenario(&scenario(dockerfile, builder)).expect("it is sound");
            history.build(state.clone());
            is_read = state.context.node("a.tar").is_some_and(|node| node.is_read());
        }
        is_read
    };
    for builder in [Builder::Buildkit, Builder::Legacy] {
        assert!(read("FROM scratch\nADD a.tar /x/\n", builder, 1), "{builder:?}");
        assert!(!read("FROM scratch\nCOPY a.tar /x/\n", builder, 1), "{builder:?}");
        assert!(!read("FROM scratch\nADD a.tar /x/\n", builder, 2), "{builder:?}: a hit is not unpacked");
    }
    assert!(!read("FROM scratch\nADD --unpack=false a.tar /x/\n", Builder::Buildkit, 1));
    let unused = "FROM scratch AS one\nADD a.tar /x/\nFROM scratch\nCOPY a.tar /\n";
    assert!(!read(unused, Builder::Buildkit, 1), "a stage that is not needed is not built");
}

#[test]
fn a_cause_names_the_file_in_the_archive() {
    let file = |text: &str| {
        let bytes = archive_of(&[("d/a", b'0', text), ("d/b", b'0', "b")]);
        let text = String::from_utf8(bytes).expect("it is ASCII");
        FileEntry { text: Some(text), ..FileEntry::default() }
    };
    let mut work = Workspace::open(&Scenario {
        context: [("a.tar".to_owned(), file("1"))].into_iter().collect(),
        ..scenario(&TWO_STAGES.replace("OPTIONS ", ""), Builder::Legacy)
    })
    .expect("it is sound");
    work.build();
    work.write("a.tar", file("2")).expect("it is a file");
    let next = work.next();
    let cause = next.steps.last().and_then(|step| step.cause.clone());
    let Some(Cause::Files { changes, .. }) = cause else { panic!("{cause:?}") };
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["x/d/a"]);
}
