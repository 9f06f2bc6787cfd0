//! Causes and what has none, told of whole scenarios.

use super::{Build, Cause, CostSource, Edit, FileEntry, Files, Scenario, Timeline, replay};
use crate::{builder::Builder, image::BaseImage, map::Map};

fn file(text: &str) -> FileEntry {
    FileEntry { text: Some(text.into()), ..FileEntry::default() }
}

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect()
}

fn image(env: &str, layer: &str) -> BaseImage {
    BaseImage {
        env: Some(vec!["PATH=/bin".into(), env.into()]),
        working_dir: Some(String::new()),
        user: Some(String::new()),
        on_build: Some(Vec::new()),
        digest: Some(crate::digest::Digest::of([env, layer].concat().as_bytes()).to_string()),
        diff_ids: Some(vec![crate::digest::Digest::of(layer.as_bytes()).to_string()]),
        ..BaseImage::default()
    }
}

fn scenario(dockerfile: &str, edits: Vec<Edit>) -> Scenario {
    let builds = [Edit::default()].into_iter().chain(edits).map(|edit| Build { edit }).collect();
    Scenario {
        dockerfile: dockerfile.into(),
        context: files(&[
            ("app.py", "1\n"),
            ("requirements.txt", "a\n"),
            ("src/x.txt", "x\n"),
            ("notes.log", "n\n"),
        ]),
        base_images: Map::from([("base".into(), image("A=1", "layer"))]),
        builds: Some(builds),
        ..Scenario::default()
    }
}

fn dockerfile(text: &str) -> Edit {
    Edit { dockerfile: Some(text.into()), ..Edit::default() }
}

fn write(list: &[(&str, &str)]) -> Edit {
    Edit { write: files(list), ..Edit::default() }
}

/// The steps of the last build that are not hits, a line each: what they are, and why.
fn told(timeline: &Timeline) -> Vec<String> {
    let Some(last) = timeline.builds.last() else { return Vec::new() };
    last.steps
        .iter()
        .filter_map(|step| Some([step.instruction.clone(), cause(step.cause.as_ref()?)].join(" <- ")))
        .collect()
}

fn cause(cause: &Cause) -> String {
    match cause {
        Cause::Files { from, changes, .. } => {
            let changes: Vec<String> =
                changes.iter().map(|change| format!("{:?} {}", change.what, change.path)).collect();
            let from = from.as_ref().map(|from| format!(" of {from}")).unwrap_or_default();
            format!("files{from}: {}", changes.join(", "))
        }
        Cause::Parent { step, root } => format!("parent {step}, root {root}"),
        Cause::Output { step, root } => format!("output {step}, root {root}"),
        Cause::Instruction { before, after } => format!("{before:?} became {after:?}"),
        Cause::Environment { name, before, after, source, line } => {
            format!("{name} {before:?} became {after:?} by {source:?} {line:?}")
        }
        Cause::BaseImage { reference, .. } => format!("image {reference}"),
        other => format!("{other:?}"),
    }
}

fn check(text: &str, edits: Vec<Edit>, expect: &[&str]) {
    check_with(Builder::Buildkit, text, edits, expect);
}

fn check_with(builder: Builder, text: &str, edits: Vec<Edit>, expect: &[&str]) {
    let scenario = Scenario { builder, ..scenario(text, edits) };
    let timeline = replay(&scenario).expect("the scenario is fine");
    assert_eq!(told(&timeline), expect, "{text}");
}

const APP: &str = "FROM base\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n";
const FIXED: &str =
    "FROM base\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n";

#[test]
fn the_first_build_says_so() {
    check("FROM base\nRUN a\nRUN b\n", vec![], &["RUN a <- FirstBuild", "RUN b <- FirstBuild"]);
}

#[test]
fn an_edited_file_is_followed_to_what_it_reruns() {
    check(
        APP,
        vec![write(&[("app.py", "2\n")])],
        &["COPY . . <- files: Content app.py", "RUN pip install -r requirements.txt <- parent 1, root 1"],
    );
    check(FIXED, vec![write(&[("app.py", "2\n")])], &["COPY . . <- files: Content app.py"]);
}

#[test]
fn files_come_go_and_are_ignored() {
    let both = Edit { delete: vec!["notes.log".into()], ..write(&[("new.py", "")]) };
    check("FROM base\nCOPY . /\n", vec![both], &["COPY . / <- files: Added new.py, Deleted notes.log"]);
    check(
        "FROM base\nCOPY src /\nCOPY *.log /\n",
        vec![write(&[(".dockerignore", "*.log\n")])],
        &["COPY *.log / <- files: Ignored notes.log"],
    );
}

#[test]
fn steps_keep_their_counterparts_when_others_come_and_go() {
    check(
        "FROM base\nCOPY app.py /\nRUN a\nRUN b\n",
        vec![dockerfile("FROM base\nRUN new\nCOPY app.py /\nRUN a\nRUN b\n")],
        &[
            "RUN new <- NewStep",
            "COPY app.py / <- parent 0, root 0",
            "RUN a <- parent 1, root 0",
            "RUN b <- parent 2, root 0",
        ],
    );
    check(
        "FROM base\nRUN a\nRUN b\nRUN c\n",
        vec![dockerfile("FROM base\nRUN a\nRUN c\n")],
        &["RUN c <- NewStep"],
    );
    check(
        "FROM base\nRUN a\nRUN pip install flask\nRUN c\n",
        vec![dockerfile("FROM base\nRUN a\nRUN pip install flask==3\nRUN c\n")],
        &[
            "RUN pip install flask==3 <- \"RUN pip install flask\" became \"RUN pip install flask==3\"",
            "RUN c <- parent 1, root 1",
        ],
    );
}

#[test]
fn variables_are_told_with_their_line() {
    check(
        "FROM base\nENV X=1\nRUN a\n",
        vec![dockerfile("FROM base\nENV X=2\nRUN a\n")],
        &["RUN a <- X Some(\"1\") became Some(\"2\") by Env Some(2)"],
    );
    let argument = Edit { build_args: Some(Map::from([("V".into(), "2".into())])), ..Edit::default() };
    check(
        "FROM base\nARG V=1\nRUN a\n",
        vec![argument],
        &["RUN a <- V Some(\"1\") became Some(\"2\") by BuildArg Some(2)"],
    );
    check(
        "FROM base\nENV X=1 Y=2\nRUN a\n",
        vec![dockerfile("FROM base\nENV Y=2 X=1\nRUN a\n")],
        &["RUN a <- EnvironmentOrder { before: [\"PATH\", \"A\", \"X\", \"Y\"], \
            after: [\"PATH\", \"A\", \"Y\", \"X\"] }"],
    );
}

#[test]
fn another_base_image_is_told_before_all_else() {
    let images = |env: &str, layer: &str| Edit {
        base_images: Map::from([("base".into(), image(env, layer))]),
        ..Edit::default()
    };
    check(
        "FROM base\nRUN a\nRUN b\n",
        vec![images("A=1", "other")],
        &["RUN a <- image base", "RUN b <- parent 0, root 0"],
    );
    check(
        "FROM base\nCOPY app.py /\nRUN b\n",
        vec![images("A=2", "layer")],
        &["RUN b <- A Some(\"1\") became Some(\"2\") by BaseImage None"],
    );
}

#[test]
fn users_folders_and_shells_are_settings() {
    check(
        "FROM base\nUSER a\nRUN x\n",
        vec![dockerfile("FROM base\nUSER b\nRUN x\n")],
        &["RUN x <- Setting { what: User, before: Some(\"a\"), after: Some(\"b\") }"],
    );
}

#[test]
fn going_back_hits_and_a_failure_is_not_taken_for_a_result() {
    check(APP, vec![write(&[("app.py", "2\n")]), write(&[("app.py", "1\n")])], &[]);
    check("FROM base\nCOPY missing /\n", vec![write(&[("missing", "")])], &["COPY missing / <- FirstBuild"]);
}

#[test]
fn the_classic_builder_follows_its_chain() {
    check_with(
        Builder::Legacy,
        "FROM base\nENV X=1\nRUN a\nLABEL l=1\n",
        vec![dockerfile("FROM base\nENV X=2\nRUN a\nLABEL l=1\n")],
        &[
            "ENV X=2 <- \"ENV X=1\" became \"ENV X=2\"",
            "RUN a <- parent 0, root 0",
            "LABEL l=1 <- parent 1, root 0",
        ],
    );
}

#[test]
fn what_made_no_difference_is_told_with_its_reason() {
    let check = |text: &str, edit: Edit, expect: &[&str]| {
        let mut scenario = scenario(text, vec![edit]);
        scenario.context.extend(files(&[(".dockerignore", "# logs\n*.log\n")]));
        let timeline = replay(&scenario).expect("the scenario is fine");
        let last = timeline.builds.last().expect("it has builds");
        let told: Vec<String> = last
            .unaffected
            .iter()
            .map(|one| match (&one.line, &one.pattern) {
                (Some(line), Some(pattern)) => format!("{} {:?} {line} {pattern}", one.path, one.why),
                _ => format!("{} {:?}", one.path, one.why),
            })
            .collect();
        assert_eq!(told, expect);
    };
    let copy = "FROM base\nCOPY app.py src /x/\n";
    check(copy, Edit { touch: vec!["app.py".into()], ..Edit::default() }, &["app.py Timestamp"]);
    check(copy, write(&[("notes.log", "2\n")]), &["notes.log Ignored 2 *.log"]);
    check(copy, write(&[("requirements.txt", "b\n")]), &["requirements.txt NotCopied"]);
    let mode = Edit { chmod: Map::from([("src".into(), "0700".into())]), ..Edit::default() };
    check(copy, mode, &["src FolderMode"]);
    check(copy, write(&[("app.py", "2\n")]), &[]);
}

#[test]
fn what_was_measured_without_a_mount_counts_with_it() {
    let costs = |instruction: &str| {
        let scenario = Scenario {
            dockerfile: ["FROM node:20\n", instruction, "\n"].concat(),
            costs: [("RUN npm ci".to_owned(), 60.0), ("RUN --network=none npm i".to_owned(), 9.0)].into(),
            ..Scenario::default()
        };
        let step = replay(&scenario).unwrap().builds[0].steps[0].cost.clone();
        (step.cold, step.warm, step.source)
    };
    assert_eq!(costs("RUN npm ci"), (60_000, 60_000, CostSource::Set));
    // npm takes 30 s, and 10 s with its downloads at hand; starting the step takes 0.3 s.
    let mount = "RUN --mount=type=cache,target=/root/.npm";
    assert_eq!(costs(&[mount, " npm ci"].concat()), (60_000, 60_000 * 103 / 303, CostSource::Set));
    assert_eq!(
        costs(&[mount, " --network=none npm i"].concat()),
        (9_000, 9_000 * 103 / 303, CostSource::Set)
    );
    assert_eq!(costs(&[mount, " npm i"].concat()), (30_300, 10_300, CostSource::Default));
    // What goes when a mount comes makes no difference.
    assert_eq!(costs("RUN npm ci && npm cache clean --force"), (30_800, 30_800, CostSource::Default));
    let with = costs(&[mount, "  npm ci  && npm cache clean --force"].concat());
    assert_eq!((with.0, with.2), (60_000, CostSource::Set));
}
