//! Replays what real builders were recorded to do (`tests/vectors/replay`, see the README there) and holds the
//! engine's answer against it: step names, hits and misses, cache record digests, checksums, error texts.
//!
//! All must agree but for the scenarios that `tests/conformance/known.json` names, each with its reason; one that is
//! named there and agrees is a mistake, too. A step may be left open only as `conformance/open.rs` allows; those that
//! are, and the checksums of such files, are counted by scenario in `tests/conformance/open.json`. How much
//! is compared at least is in `floor.json` beside the vectors. With `--nocapture` each disagreeing scenario is listed
//! with its first difference; `SCENARIO=part-of-a-name` looks at some only and shows all their differences.

#![expect(clippy::print_stdout, reason = "the list of differences is what this test is run for")]

#[path = "conformance/open.rs"]
mod open;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::PathBuf,
    rc::Rc,
};

use layerwise::{
    builder::{Builder, Outcome, Status, Step},
    digest::Digest,
    simulation::{Done, History, Scenario, State, time_of_edit},
};
use serde_json::Value;

struct Vector {
    name: String,
    scenario: Scenario,
    recorded: Value,
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/replay"))
}

#[expect(clippy::disallowed_methods, reason = "a test may be told which scenario to look at")]
fn chosen() -> Option<String> {
    std::env::var("SCENARIO").ok()
}

fn vectors() -> Vec<Vector> {
    let mut files: Vec<_> = fs::read_dir(folder())
        .expect("the vectors lie beside the crate")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "floor"))
        .collect();
    files.sort();
    let wanted = chosen().unwrap_or_default();
    let mut found = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.contains(&wanted) {
            let text = fs::read_to_string(&path).expect("a vector is text");
            let mut document: Value = serde_json::from_str(&text).expect("a vector is JSON");
            expand(&mut document);
            let recorded = document["recorded"].take();
            let scenario = serde_json::from_value(document).expect("a vector is a scenario");
            found.push(Vector { name, scenario, recorded });
        }
    }
    found
}

/// Vectors may say `{"text": …, "repeat": n}` for a large file, which a scenario cannot.
fn expand(value: &mut Value) {
    if let Some(number) = value.get("repeat").and_then(Value::as_u64) {
        let text = value["text"].as_str().unwrap_or("").repeat(number as usize);
        value["text"] = text.into();
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(expand),
        Value::Object(members) => members.values_mut().for_each(expand),
        _ => {}
    }
}

/// How many of how many agree.
#[derive(Default)]
struct Count {
    agree: usize,
    of: usize,
}

impl Count {
    fn add(&mut self, agrees: bool) {
        self.agree += usize::from(agrees);
        self.of += 1;
    }
}

#[derive(Default)]
struct Tally {
    builds: Count,
    steps: Count,
    digests: Count,
    errors: Count,
    /// Steps that are rightly left open.
    open: usize,
    /// Those of them that come out as recorded once it is said whether RUNs wrote what they wrote before.
    answered: usize,
    /// Checksums of files that a RUN wrote or an image holds.
    unknown: usize,
    runs_fail: usize,
    /// Scenarios that differ.
    names: BTreeSet<String>,
    /// How many steps and checksums of a scenario are left open.
    left_open: BTreeMap<String, [usize; 2]>,
    lines: Vec<String>,
}

/// Collects the differences of one build.
struct Differences<'a> {
    tally: &'a mut Tally,
    found: Vec<String>,
    /// The builds before.
    earlier: &'a [Done],
    /// Whether an image is another one than it was in one of them.
    other_images: bool,
    /// Whether there are named contexts.
    contexts: bool,
    /// Steps that are rightly left open although the recording says what became of them.
    open: usize,
}

impl Differences<'_> {
    fn note(&mut self, text: String) {
        self.found.push(text);
    }

    /// Whether a step is left open, and rightly.
    fn open(&mut self, steps: &[Step], step: &Step, expect: &Value) -> bool {
        if !open::is_open(step) || expect["cached"].is_null() {
            return false;
        }
        if let Some(objection) = open::objection(steps, step, self.earlier, self.other_images) {
            self.note(format!("{:?} is left open, but {objection}", step.name));
            return false;
        }
        self.open += 1;
        self.tally.open += 1;
        true
    }
}

type Compare = fn(&Value, &Outcome, &mut Differences<'_>);

fn run(builder: Builder, member: &str, compare: Compare) -> Tally {
    let mut tally = Tally::default();
    for vector in vectors() {
        let recorded = &vector.recorded[member];
        let mut scenario = vector.scenario;
        scenario.builder = builder;
        scenario.legacy = Some(versions(vector.recorded["legacy"]["version"].as_str().unwrap_or("")));
        let mut state = State::from_scenario(&scenario).expect("the files of a vector are fine");
        let mut history = History::new(builder);
        let mut differences = Vec::new();
        let before = [tally.open, tally.unknown];
        for (number, edit) in scenario.edits().iter().enumerate() {
            state
                .apply(edit, time_of_edit(number))
                .unwrap_or_else(|error| panic!("{}: {error}", vector.name));
            let found = held(&mut tally, &mut history, &state, &recorded["builds"][number], compare);
            tally.builds.add(found.is_empty());
            differences.extend(found.into_iter().map(|line| format!("build {}: {line}", number + 1)));
        }
        let left_open = [tally.open - before[0], tally.unknown - before[1]];
        if left_open != [0, 0] {
            tally.left_open.insert(vector.name.clone(), left_open);
        }
        if !differences.is_empty() {
            tally.names.insert(vector.name.clone());
        }
        let shown = if chosen().is_some() { differences.len() } else { 1 };
        for line in differences.iter().take(shown) {
            tally.lines.push(format!("{}: {line}", vector.name));
        }
    }
    tally
}

/// Does a build and compares it. If it leaves steps open, it is done again with what makes them come out as recorded,
/// so that later builds find what the real one left.
fn held(
    tally: &mut Tally,
    history: &mut History,
    state: &State,
    recorded: &Value,
    compare: Compare,
) -> Vec<String> {
    let before = history.clone();
    let differ = |history: &mut History, state: &State, tally: &mut Tally| {
        history.build(state.clone());
        let (last, earlier) = history.done().split_last().expect("a build was just done");
        let other_images = earlier.iter().any(|done| done.state.base_images != state.base_images);
        let mut build = Differences {
            tally,
            found: Vec::new(),
            earlier,
            other_images,
            contexts: !state.build_contexts.is_empty(),
            open: 0,
        };
        compare(recorded, &last.outcome, &mut build);
        error(recorded, &last.outcome, &mut build);
        (build.found, build.open)
    };
    let (mut found, open_now) = differ(history, state, tally);
    if open_now == 0 {
        return found;
    }
    let undecided = Rc::clone(&history.done().last().expect("it was just done").outcome);
    let mut answered = Vec::new();
    let mut fits = None;
    for said in open::answers(&open::runs(&undecided.steps)) {
        let mut told = state.clone();
        Rc::make_mut(&mut told.settings).outputs.extend(said);
        let mut trial = before.clone();
        let (differences, left) = differ(&mut trial, &told, &mut Tally::default());
        answered.push(Rc::clone(&trial.done().last().expect("it was just done").outcome));
        if differences.is_empty() && left == 0 && fits.is_none() {
            fits = Some(trial);
        }
    }
    found.extend(open::one_sided(&undecided.steps, &answered));
    if let Some(trial) = fits {
        tally.answered += open_now;
        *history = trial;
    }
    found
}

/// `dockerd 20.10.24+dfsg1, docker cli 28.2.2`.
fn versions(text: &str) -> layerwise::simulation::LegacyVersions {
    let mut words = text.split([' ', ',', '+']).filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let daemon = words.next().map(Into::into);
    let client = words.next_back().map(Into::into);
    layerwise::simulation::LegacyVersions { daemon, client }
}

/// The builder's own text: without what the client writes before it, and without the folders on its machine that
/// stand for the root of the image and for the context.
fn plain(error: &str) -> String {
    let error = error.strip_prefix("error: ").unwrap_or(error);
    error.strip_prefix("failed to solve: ").unwrap_or(error).replace("ROOT/", "/").replace("CONTEXT/", "")
}

/// Whether a RUN failed by itself, which nobody can tell without running it.
fn run_fails(error: &str) -> bool {
    // A user whom the image does not know.
    let user = error.starts_with("unable to find user ") || error.starts_with("unable to find group ");
    user || error.contains("did not complete successfully") || error.contains("returned a non-zero code")
}

fn error(recorded: &Value, outcome: &Outcome, build: &mut Differences<'_>) {
    let expect = recorded["error"].as_str().map(plain);
    let expect = expect.as_deref();
    if expect.is_some_and(run_fails) && outcome.error.is_none() {
        build.tally.runs_fail += 1;
        return;
    }
    let got = outcome.error.as_ref().map(|error| error.message.as_str());
    if expect.is_some() || got.is_some() {
        build.tally.errors.add(expect == got);
    }
    if expect != got {
        build.note(format!("error: recorded {expect:?}, here {got:?}"));
    }
}

/// Whether a step's status is what was recorded; in a failed build only hits are certain.
fn agrees(recorded: &Value, failed_build: bool, step: &Step) -> bool {
    match recorded["cached"].as_bool() {
        Some(true) => step.status == Status::Cached,
        Some(false) if failed_build => step.status != Status::Cached,
        Some(false) => step.status == Status::Executed,
        None => true,
    }
}

fn describe(recorded: &Value) -> &'static str {
    match recorded["cached"].as_bool() {
        Some(true) => "cached",
        Some(false) => "executed",
        None => "not finished",
    }
}

fn compare_buildkit(recorded: &Value, outcome: &Outcome, build: &mut Differences<'_>) {
    let failed = recorded["error"].is_string();
    let refused = outcome.error.as_ref().is_some_and(|error| error.refused);
    let mut free: Vec<&Step> = outcome.steps.iter().collect();
    let mut seen = BTreeSet::new();
    for expect in recorded["steps"].as_array().into_iter().flatten() {
        let name = expect["name"].as_str().unwrap_or("");
        // The builder prints the name of an ADD twice if it downloads something, the first time for the download.
        let download = name.contains("ADD ") && name.contains("://");
        let Some(at) = free.iter().position(|step| step.name == name) else {
            if download && seen.contains(name) {
                continue;
            }
            build.tally.steps.add(false);
            build.note(format!("no step {name:?}"));
            continue;
        };
        let step = free.remove(at);
        seen.insert(name);
        if build.open(&outcome.steps, step, expect) {
            continue;
        }
        let merge = match expect["mergeCached"].as_bool() {
            Some(hit) if !failed => step.merge == Some(if hit { Status::Cached } else { Status::Executed }),
            _ => true,
        };
        let right = agrees(expect, failed, step) && merge && step.instruction == expect["instruction"];
        build.tally.steps.add(right);
        if !right {
            let merged = step.merge.map(|merge| format!(", merge {merge:?}")).unwrap_or_default();
            let recorded_merge = expect["mergeCached"].as_bool().map(|hit| format!(", merge hit {hit}"));
            build.note(format!(
                "{name:?}: recorded {}{}, here {:?}{merged}",
                describe(expect),
                recorded_merge.unwrap_or_default(),
                step.status
            ));
        }
    }
    if !refused && !recorded["error"].as_str().is_some_and(run_fails) {
        for step in free.iter().filter(|step| step.status != Status::Skipped) {
            build.note(format!("a step too many: {:?} {:?}", step.name, step.status));
        }
    }
    if !failed {
        let here: BTreeSet<String> = outcome
            .records
            .iter()
            .filter(|record| record.result)
            .map(|record| record.digest.to_string())
            .collect();
        let there: BTreeSet<&str> = recorded["cacheRecords"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|record| record["result"] == true)
            .filter_map(|record| record["digest"].as_str())
            .collect();
        for digest in there {
            let known = here.contains(digest);
            build.tally.digests.add(known);
            if !known {
                build.note(format!("no record {digest}; here are {here:?}"));
            }
        }
        contents(recorded, outcome, build);
    }
}

/// What an executed step takes of a stage is known by its content, and this is among the records. Which mode a folder
/// of a context has that stands in for an image hangs on what was sent for which build before.
fn contents(recorded: &Value, outcome: &Outcome, build: &mut Differences<'_>) {
    if build.contexts {
        return;
    }
    let records = recorded["cacheRecords"].as_array().map_or(&[][..], Vec::as_slice);
    for step in outcome.steps.iter().filter(|step| step.exact && step.status == Status::Executed) {
        let of_stage =
            step.ingredients.files.iter().any(|files| files.from.is_some() && !files.sources.is_empty());
        let Some(sum) = step.checksum.as_ref().filter(|_| of_stage && !step.inputs.is_empty()) else {
            continue;
        };
        let record = Digest::of([sum, "@-1"].concat().as_bytes()).to_string();
        let known = records.iter().any(|each| each["digest"] == record.as_str());
        build.tally.digests.add(known);
        if !known {
            build.note(format!("{:?}: no content {sum} is among the records", step.name));
        }
    }
}

fn compare_legacy(recorded: &Value, outcome: &Outcome, build: &mut Differences<'_>) {
    let failed = recorded["error"].is_string();
    let mut free: Vec<&Step> = outcome.steps.iter().collect();
    for expect in recorded["steps"].as_array().into_iter().flatten() {
        let (index, text) =
            (expect["index"].as_u64().unwrap_or(0) as usize, expect["text"].as_str().unwrap_or(""));
        let Some(at) = free.iter().position(|step| step.index == index && step.instruction == text) else {
            if expect["cached"].is_null() {
                // FROM and ARG before it: lines of the output, but no steps that could be hits.
                triggers(expect, index, &mut free, build);
                continue;
            }
            build.tally.steps.add(false);
            build.note(format!("no step {index} {text:?}"));
            continue;
        };
        let step = free.remove(at);
        let open = build.open(&outcome.steps, step, expect);
        let hit = open || agrees(expect, failed, step);
        // The command is a prefix (shell, arguments of RUN) and the step's text; of COPY and ADD the checksum is
        // within the text, and is compared by itself.
        let command = match expect["command"].as_array() {
            Some(words)
                if !text.to_ascii_uppercase().starts_with("COPY")
                    && !text.to_ascii_uppercase().starts_with("ADD") =>
            {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                words.join(" ").ends_with(&step.ingredients.text)
            }
            _ => true,
        };
        let checksum = match expect["checksum"].as_str() {
            Some(_) if step.checksum.is_none() && open::may_be_unknown(&outcome.steps, step) => {
                build.tally.unknown += 1;
                true
            }
            Some(sum) => {
                let equal = step.checksum.as_deref() == Some(sum);
                build.tally.digests.add(equal);
                equal
            }
            None => true,
        };
        if !open {
            build.tally.steps.add(hit && command && checksum);
        }
        if !hit {
            build.note(format!(
                "step {index} {text:?}: recorded {}, here {:?}",
                describe(expect),
                step.status
            ));
        } else if !checksum {
            build.note(format!(
                "step {index} {text:?}: checksum {}, here {:?}",
                expect["checksum"], step.checksum
            ));
        } else if !command {
            let here = &step.ingredients.text;
            build.note(format!("step {index} {text:?}: compared {}, here {here:?}", expect["command"]));
        }
    }
    let refused = outcome.error.as_ref().is_some_and(|error| error.refused);
    if !refused && !recorded["error"].as_str().is_some_and(run_fails) {
        for step in free.iter().filter(|step| step.status != Status::Skipped) {
            build.note(format!("a step too many: {} {:?} {:?}", step.index, step.instruction, step.status));
        }
    }
}

/// Triggers of the base image follow their FROM and have its number.
fn triggers(recorded: &Value, index: usize, free: &mut Vec<&Step>, build: &mut Differences<'_>) {
    for expect in recorded["triggers"].as_array().into_iter().flatten() {
        let Some(at) = free.iter().position(|step| step.index == index) else {
            build.note(format!("step {index}: a trigger is missing"));
            return;
        };
        let step = free.remove(at);
        let status = if expect == true { Status::Cached } else { Status::Executed };
        if step.status != status {
            build.note(format!("step {index}: a trigger is {:?}, recorded {status:?}", step.status));
        }
    }
}

fn judge(name: &str, what: &str, tally: &Tally) {
    let mut report = String::new();
    for line in &tally.lines {
        let _ = writeln!(report, "  {line}");
    }
    let Tally { builds, steps, digests, errors, open, answered, unknown, runs_fail, .. } = tally;
    let _ = write!(
        report,
        "{name}: {} of {} builds, {} of {} steps, {} of {} {what}, {} of {} errors agree; {open} more steps depend on \
         what a RUN writes or an image holds ({answered} come out as recorded once that is said), {unknown} more \
         {what} cover such files; {runs_fail} builds fail in a RUN",
        builds.agree, builds.of, steps.agree, steps.of, digests.agree, digests.of, errors.agree, errors.of
    );
    println!("{report}");
    if chosen().is_some() {
        return;
    }
    let read = |path: PathBuf| -> Value {
        let text = fs::read_to_string(path).expect("the file lies beside the vectors");
        serde_json::from_str(&text).expect("the file is JSON")
    };
    let listed = &read(folder().join("../../conformance/open.json"))[name];
    assert_eq!(
        serde_json::to_value(&tally.left_open).as_ref().ok(),
        Some(listed),
        "{name}: what is left open"
    );
    let known = &read(folder().join("../../conformance/known.json"))[name];
    let known: BTreeSet<String> = known.as_object().expect("a list of names").keys().cloned().collect();
    assert_eq!(
        tally.names, known,
        "{name}: the scenarios that differ are those that are known to, and no other"
    );
    let floor = read(folder().join("floor.json"));
    for (member, count) in [("builds", builds), ("steps", steps), ("digests", digests), ("errors", errors)] {
        let least = floor[name][member].as_u64().expect("the floor holds a number") as usize;
        assert!(count.agree >= least, "{name}: {} {member} agree, {least} did before", count.agree);
    }
}

#[test]
fn buildkit() {
    judge("buildkit", "record digests", &run(Builder::Buildkit, "buildkit", compare_buildkit));
}

#[test]
fn legacy() {
    judge("legacy", "checksums", &run(Builder::Legacy, "legacy", compare_legacy));
}
