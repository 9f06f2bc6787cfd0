//! What a BuildKit daemon remembers from build to build, beyond what the recordings hold: outputs that nobody
//! knows, refused files, cache mounts, `--no-cache`; and that no text makes it panic.

use std::rc::Rc;

use layerwise::{
    builder::{
        Outcome, Status,
        buildkit::{Daemon, NoCache, Options},
    },
    image::BaseImage,
    map::Map,
    simulation::{Edit, FileEntry, Scenario, State},
};
use proptest::prelude::*;

/// A state with a file `a.txt` and a Dockerfile outside of the context.
fn state(dockerfile: &str, outputs: &[(&str, &str)]) -> State {
    let outputs: Map<&str, &str> = outputs.iter().copied().collect();
    let json = serde_json::json!({
        "dockerfile": dockerfile, "dockerfilePath": null, "context": {"a.txt": {"text": "1"}}, "outputs": outputs,
    });
    let scenario: Scenario = serde_json::from_value(json).expect("the document is well formed");
    State::from_scenario(&scenario).expect("the scenario is sound")
}

fn write(state: &mut State, text: &str, time: i64) {
    let file = FileEntry { text: Some(text.to_owned()), ..FileEntry::default() };
    let write = [("a.txt".to_owned(), file)].into_iter().collect();
    state.apply(&Edit { write, ..Edit::default() }, time).expect("the edit fits");
}

fn told(outcome: &Outcome) -> String {
    let letter = |status| match status {
        Status::Cached => 'c',
        Status::Executed => 'x',
        Status::Depends => '?',
        Status::Failed => 'f',
        Status::Skipped => '-',
    };
    outcome.steps.iter().map(|step| letter(step.status)).collect()
}

const STAGES: &str =
    "FROM alpine AS build\nCOPY a.txt /in\nRUN make\nFROM alpine\nCOPY --from=build /out /out\nRUN use\n";

#[track_caller]
fn check_edit(outputs: &[(&str, &str)], expected: &str) {
    let mut state = state(STAGES, outputs);
    let mut daemon = Daemon::default();
    assert_eq!(told(&daemon.build(&state.input())), "xxxx");
    write(&mut state, "22", 7);
    assert_eq!(told(&daemon.build(&state.input())), expected);
    assert_eq!(told(&daemon.build(&state.input())), "cccc", "an equal build is cached whole");
    write(&mut state, "1", 8);
    assert_eq!(told(&daemon.build(&state.input())), "cccc", "going back is cached whole");
}

#[test]
fn what_only_a_real_run_knows_is_told_as_such() {
    check_edit(&[], "xx??");
    check_edit(&[("RUN make", "same")], "xxcc");
    check_edit(&[("RUN make", "different")], "xxxx");
}

#[test]
fn bytes_said_to_be_new_equal_none_before_even_above_what_nobody_knows() {
    let text = "FROM alpine AS build\nRUN prepare\nCOPY a.txt /in\nRUN make\nFROM alpine\nCOPY --from=build /out /out\n";
    let mut state = state(text, &[("RUN make", "different")]);
    let mut daemon = Daemon::default();
    assert_eq!(told(&daemon.build(&state.input())), "xxxx");
    write(&mut state, "22", 7);
    assert_eq!(told(&daemon.build(&state.input())), "cxxx");
    assert_eq!(told(&daemon.build(&state.input())), "cccc");
}

#[test]
fn bytes_said_to_be_new_may_be_written_over_by_a_run_of_which_nothing_is_said() {
    let text = "FROM alpine AS build\nCOPY a.txt /in\nRUN make\nRUN more\nFROM alpine\nCOPY --from=build /out /out\n";
    let mut state = state(text, &[("RUN make", "different")]);
    let mut daemon = Daemon::default();
    assert_eq!(told(&daemon.build(&state.input())), "xxxx");
    write(&mut state, "22", 7);
    assert_eq!(told(&daemon.build(&state.input())), "xxx?");
}

#[test]
fn another_image_may_hold_the_same_files() {
    let image = |digest: char| BaseImage {
        digest: Some(["sha256:", &digest.to_string().repeat(64)].concat()),
        diff_ids: Some(vec![["sha256:", &digest.to_string().repeat(64)].concat()]),
        ..BaseImage::default()
    };
    let text = "FROM scratch\nCOPY --from=tools /etc/conf /c\nCOPY a.txt /\n";
    let mut state = state(text, &[]);
    let set = |state: &mut State, digest| {
        let base_images = [("tools".to_owned(), image(digest))].into_iter().collect();
        state.apply(&Edit { base_images, ..Edit::default() }, 7).expect("the edit fits");
    };
    set(&mut state, 'a');
    let mut daemon = Daemon::default();
    assert_eq!(told(&daemon.build(&state.input())), "xx");
    assert_eq!(told(&daemon.build(&state.input())), "cc");
    set(&mut state, 'b');
    assert_eq!(told(&daemon.build(&state.input())), "??");
    set(&mut state, 'a');
    assert_eq!(told(&daemon.build(&state.input())), "cc");
}

#[test]
fn a_dockerfile_that_is_not_there_is_told_in_buildkits_words() {
    let mut state = state("FROM scratch\n", &[]);
    Rc::make_mut(&mut state.settings).dockerfile_path = Some("sub/D".to_owned());
    state.apply(&Edit::default(), 7).expect("the edit fits");
    let error = Daemon::default().build(&state.input()).error.expect("it fails");
    assert_eq!(error.message, "failed to read dockerfile: open sub/D: no such file or directory");
}

#[test]
fn a_refused_file_is_planned_and_not_remembered() {
    let mut daemon = Daemon::default();
    let refused = state("FROM alpine\nRUN one\nCPOY a b\n", &[]);
    let outcome = daemon.build(&refused.input());
    assert!(outcome.error.as_ref().is_some_and(|error| error.refused && error.line == 3));
    assert_eq!(told(&outcome), "x");
    assert_eq!(told(&daemon.build(&state("FROM alpine\nRUN one\n", &[]).input())), "x");
}

#[test]
fn a_missing_source_fails_its_step_and_skips_what_stands_on_it() {
    let outcome =
        Daemon::default().build(&state("FROM alpine\nRUN one\nCOPY none /\nRUN two\n", &[]).input());
    assert_eq!(told(&outcome), "xf-");
    let error = outcome.error.expect("it fails");
    assert_eq!((error.line, error.refused), (3, false));
    assert!(error.message.ends_with("\"/none\": not found"), "{}", error.message);
}

#[test]
fn cache_mounts_are_warm_once_a_step_has_had_them() {
    let text = |command: &str| ["FROM alpine\nRUN --mount=type=cache,target=/c ", command, "\n"].concat();
    let mut daemon = Daemon::default();
    let first = daemon.build(&state(&text("one"), &[]).input());
    assert!(!first.steps[0].cache_mounts[0].warm);
    let second = daemon.build(&state(&text("two"), &[]).input());
    assert!(second.steps[0].cache_mounts[0].warm);
}

#[test]
fn no_cache_runs_again_and_a_trial_on_a_clone_is_not_remembered() {
    let state = state("FROM alpine\nWORKDIR /w\nCOPY a.txt .\nRUN one\n", &[]);
    let mut daemon = Daemon::default();
    assert_eq!(told(&daemon.clone().build(&state.input())), "xxx");
    assert_eq!(told(&daemon.build(&state.input())), "xxx");
    let options = Options { no_cache: NoCache::Everywhere, ..Options::default() };
    assert_eq!(told(&daemon.build_with(&state.input(), &options)), "cxx");
    assert_eq!(told(&daemon.build(&state.input())), "ccc");
}

#[test]
fn steps_name_what_they_stand_on() {
    let outcome = Daemon::default().build(&state(STAGES, &[]).input());
    let parents: Vec<Option<usize>> = outcome.steps.iter().map(|step| step.parent).collect();
    assert_eq!(parents, [None, Some(0), None, Some(2)]);
    assert_eq!(outcome.steps[2].inputs, [1]);
    assert_eq!(outcome.steps[0].ingredients.files[0].selected, ["a.txt"]);
}

/// A line that means something now and then.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("FROM scratch AS a".to_owned()),
        Just("FROM a".to_owned()),
        Just("FROM $X AS b".to_owned()),
        "(COPY|ADD) (--from=(a|b|0|9) |--link |--parents |--chmod=(7|u\\+x) |--chown=(a|1):b |--exclude=\\* )?\
         (a\\.txt|\\*|/|\\.\\.|\\[|http://h/x|<<E) (/|x/|\\.|/a/\\./|\\$X)",
        "RUN (--mount=(type=(cache|bind|secret|ssh|tmpfs))?(,from=(a|b))?(,source=[a/]{0,3})?,target=[/a.]{0,3} )?[a-z$\"<]{0,6}",
        "(ENV|ARG|WORKDIR|USER|LABEL|EXPOSE|SHELL|ONBUILD RUN|ONBUILD COPY) [A-Za-z=$/{}:\"'\\[\\], -]{0,12}",
        "[ -~]{0,20}",
    ]
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(lines in prop::collection::vec(line(), 0..12)) {
        let state = state(&(lines.join("\n") + "\n"), &[]);
        let mut daemon = Daemon::default();
        let first = daemon.build(&state.input());
        let second = daemon.build(&state.input());
        if first.error.is_none() {
            let again = |step: &layerwise::builder::Step| step.status == Status::Cached;
            prop_assert!(second.steps.iter().all(again), "{}", told(&second));
        }
    }
}
