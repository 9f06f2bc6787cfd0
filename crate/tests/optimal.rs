//! Advice held against brute force and against its promises: no allowed order of a small stage is cheaper, a
//! second look finds nothing more, comments and line ends survive, and nothing panics.
//!
//! What is allowed is known here by construction, not asked of the engine: RUNs keep their order, a file is
//! copied before the RUN that reads it, copies of the same file keep their order. Costs come from replays.

#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "a test may stop, and writes its own texts"
)]

use layerwise::{
    advice::{Advice, Options, optimize},
    digest::bytes_hashed,
    image::BaseImage,
    map::Map,
    simulation::{FileEntry, History, Scenario, State},
};
use proptest::prelude::*;

const HEAD: &str = "FROM python:3.12-slim\nWORKDIR /app\n";

/// Lines that stages are made of: text, the files that it copies (`*` for all), the file that it reads.
const LINES: [(&str, &str, &str); 9] = [
    ("COPY . .", "*", ""),
    ("COPY requirements.txt .", "requirements.txt", ""),
    ("COPY conf/a.ini /data/conf/", "conf/a.ini", ""),
    ("COPY src /srv/src/", "src/m.py", ""),
    ("RUN pip install -r requirements.txt", "", "requirements.txt"),
    ("RUN pip install -r dev.txt", "", "dev.txt"),
    ("RUN apt-get update && apt-get install -y gcc", "", ""),
    ("COPY dev.txt .", "dev.txt", ""),
    ("COPY README.md /doc/", "README.md", ""),
];

/// Further lines that a second look is given, too; `#` is another number each time.
const MORE: [&str; 30] = [
    "RUN chmod 755 requirements.txt",
    "RUN chmod +x start.py",
    "RUN chown 5:5 requirements.txt",
    "RUN chown -R 1000:1000 /app",
    "ENV APP_VERSION=1",
    "ARG GIT_SHA=0",
    "ENV PIP_NO_CACHE_DIR=1",
    "LABEL a=b",
    "WORKDIR /srv",
    "WORKDIR /app",
    "WORKDIR inner",
    "USER 1000",
    "USER root",
    "RUN mkdir -p /data/conf",
    "RUN echo a > /data/a",
    "RUN ./unknown",
    "COPY src start.py ./",
    "COPY start.py /usr/local/bin/",
    "COPY --chown=1000 dev.txt ./",
    "COPY --chmod=755 start.py /start",
    "COPY --link README.md /doc/",
    "ADD conf /data/conf/",
    "RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r dev.txt",
    "RUN pip install --no-cache-dir -r requirements.txt",
    "RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*",
    "FROM debian:#\nWORKDIR /app",
    "FROM scratch\nWORKDIR /s#",
    "COPY --from=0 /app /app",
    "COPY --from=0 /data /data",
    "COPY conf/a.ini src/m.py /etc/own/",
];

const FILES: [&str; 6] = ["requirements.txt", "dev.txt", "conf/a.ini", "src/m.py", "start.py", "README.md"];
const WEIGHTS: [f64; 6] = [10.0, 7.0, 2.0, 20.0, 40.0, 1.0];

fn state(dockerfile: &str) -> State {
    let entry = |path: &&str| {
        ((*path).to_owned(), FileEntry { text: Some("flask\n".to_owned()), ..FileEntry::default() })
    };
    let image = BaseImage {
        env: Some(vec!["PATH=/usr/local/bin:/usr/bin:/bin".to_owned()]),
        working_dir: Some(String::new()),
        ..BaseImage::default()
    };
    let scenario = Scenario {
        dockerfile: dockerfile.to_owned(),
        dockerfile_path: None,
        context: FILES.iter().map(entry).collect(),
        base_images: Map::from([("python:3.12-slim".to_owned(), image)]),
        weights: FILES.iter().zip(WEIGHTS).map(|(path, weight)| ((*path).to_owned(), weight)).collect(),
        ..Scenario::default()
    };
    State::from_scenario(&scenario).unwrap()
}

/// Milliseconds times weight over edits of each file.
fn cost(state: &State) -> Option<f64> {
    let mut history = History::new(state.settings.builder);
    history.build(state.clone());
    if history.done()[0].result.error.is_some() {
        return None;
    }
    let mut sum = 0.0;
    for (path, weight) in &state.settings.weights {
        let mut after = state.clone();
        after.context.insert(path, layerwise::context::Entry::file(*b"flask\n# other\n")).unwrap();
        sum += weight * f64::from(u32::try_from(history.preview(&after).result.cost).unwrap());
    }
    Some(sum)
}

/// Whether lines, by number, build the same image as in the order of their numbers.
fn allowed(order: &[usize], lines: &[usize], copies: &[&str]) -> bool {
    (0..order.len()).all(|place| allowed_at(place, order, lines, copies))
}

/// Whether the line at a place of an order may stand there.
fn allowed_at(place: usize, order: &[usize], lines: &[usize], copies: &[&str]) -> bool {
    let brings = |line: usize, file: &str| {
        let copied = LINES[lines[line]].1;
        copied == "*" || copied == file
    };
    // Into /app; the others have places of their own.
    let shared = |line: usize| matches!(LINES[lines[line]].1, "*" | "requirements.txt" | "dev.txt");
    let same = |one: usize, two: usize| {
        shared(one) && shared(two) && (brings(one, LINES[lines[two]].1) || brings(two, LINES[lines[one]].1))
    };
    let line = order[place];
    let (_, copied, read) = LINES[lines[line]];
    let behind = &order[place..];
    if copied.is_empty() && behind.iter().any(|&later| later < line && LINES[lines[later]].1.is_empty()) {
        return false;
    }
    if behind.iter().any(|&later| later < line && same(later, line)) {
        return false;
    }
    read.is_empty()
        || copies.contains(&read)
        || order[..place].iter().any(|&earlier| shared(earlier) && brings(earlier, read))
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let Some(shorter) = count.checked_sub(1) else { return vec![Vec::new()] };
    let insert =
        |order: Vec<usize>| (0..count).map(move |at| [&order[..at], &[shorter], &order[at..]].concat());
    permutations(shorter).into_iter().flat_map(insert).collect()
}

/// The lines in an order, with `COPY file .` before the first RUN that reads a file which is not there yet.
fn text(order: &[usize], lines: &[usize]) -> String {
    let mut text = HEAD.to_owned();
    let mut there: Vec<&str> = Vec::new();
    for &line in order {
        let (written, copied, read) = LINES[lines[line]];
        if !read.is_empty() && !there.contains(&read) && !there.contains(&"*") {
            text.push_str(&format!("COPY {read} .\n"));
            there.push(read);
        }
        there.extend(Some(copied).filter(|copied| !copied.is_empty()));
        text.push_str(written);
        text.push('\n');
    }
    text
}

/// Advice is asked for after a pause in typing: what the page has hashed, it must not hash again.
#[test]
fn advice_on_many_files_hashes_only_what_its_edits_change() {
    let mut context: Map<String, FileEntry> = Map::new();
    for number in 0..5_000 {
        let path = format!("src/m{}/f{number}.py", number / 20);
        context.insert(path, FileEntry { text: Some("x = 1\n".repeat(800)), ..FileEntry::default() });
    }
    let requirements = FileEntry { text: Some("flask\n".to_owned()), ..FileEntry::default() };
    context.insert("requirements.txt".to_owned(), requirements);
    let stage = |number| {
        format!(
            "FROM python:3.12-slim AS s{number}\nWORKDIR /app{number}\nCOPY . .\nRUN pip install -r requirements.txt\nRUN ./b\n"
        )
    };
    let dockerfile = (0..8).map(stage).collect::<String>()
        + "FROM scratch\n"
        + &(0..8).map(|number| format!("COPY --from=s{number} /app{number} /{number}\n")).collect::<String>();
    let scenario = Scenario { dockerfile, dockerfile_path: None, context, ..Scenario::default() };
    let state = State::from_scenario(&scenario).unwrap();
    History::new(state.settings.builder).build(state.clone());
    let before = bytes_hashed();
    let found = optimize(&state, &Options::default());
    // All files are 24 MB; the edits change two of them, whose folders have 20 and 250 names.
    let hashed = bytes_hashed() - before;
    assert!(hashed < 500_000, "{hashed} bytes");
    assert_eq!(found.moves.iter().filter(|one| one.id.starts_with("reorder")).count(), 8);
    // What one simulation tells of each move is what a simulation of that move alone tells.
    for one in &found.moves {
        let alone = Options { moves: Some(vec![one.id.clone()]), ..Options::default() };
        let alone: Vec<_> = optimize(&state, &alone)
            .saves
            .into_iter()
            .filter(|saving| saving.before != saving.after)
            .collect();
        let saves: Vec<_> =
            one.saves.iter().filter(|saving| !saving.edit.starts_with("line ")).cloned().collect();
        assert_eq!(saves, alone, "{}", one.id);
    }
}

fn advice(text: &str) -> Advice {
    optimize(&state(text), &Options::default())
}

/// What an order costs, counted by hand: a step runs again after an edit of a file that it or a step before it takes
/// in. `costs` are milliseconds by line.
fn counted(order: &[usize], lines: &[usize], costs: &[f64]) -> f64 {
    const COPY: f64 = 200.0;
    let (mut touched, mut there) = (Vec::new(), Vec::new());
    let mut sum = 0.0;
    for &line in order {
        let (_, copied, read) = LINES[lines[line]];
        if !read.is_empty() && !there.contains(&read) && !there.contains(&"*") {
            touched.push(read);
            there.push(read);
            sum += COPY * weight(&touched);
        }
        if !copied.is_empty() {
            touched.push(copied);
            there.push(copied);
        }
        sum += costs[line] * weight(&touched);
    }
    sum
}

/// How often one of these files changes.
fn weight(touched: &[&str]) -> f64 {
    let all = FILES.iter().zip(WEIGHTS);
    all.filter(|(file, _)| touched.contains(file) || touched.contains(&"*")).map(|(_, weight)| weight).sum()
}

/// The cheapest allowed order that begins with `order`, with what it costs.
fn cheapest(
    order: &mut Vec<usize>,
    lines: &[usize],
    copies: &[&str],
    costs: &[f64],
) -> Option<(f64, Vec<usize>)> {
    if order.len() == lines.len() {
        return Some((counted(order, lines, costs), order.clone()));
    }
    let mut best: Option<(f64, Vec<usize>)> = None;
    for line in 0..lines.len() {
        if order.contains(&line) {
            continue;
        }
        order.push(line);
        // What may not stand there now may not with more behind it.
        let rest = (0..lines.len()).filter(|line| !order.contains(line));
        let whole: Vec<usize> = order.iter().copied().chain(rest).collect();
        if allowed_at(order.len() - 1, &whole, lines, copies)
            && let Some(found) = cheapest(order, lines, copies, costs)
            && best.as_ref().is_none_or(|best| found.0 < best.0)
        {
            best = Some(found);
        }
        order.pop();
    }
    best
}

/// An instruction as people write it: on one line, with tabs, over several lines with a comment, as a here-document.
fn written(line: &str, form: usize, escape: char) -> String {
    let (keyword, rest) = line.split_once(' ').unwrap();
    match form {
        1 => format!("{keyword}\t{}", rest.replace(' ', "\t")),
        2 => {
            let Some((first, last)) = rest.rsplit_once(' ') else { return line.to_owned() };
            format!("{keyword} {first} {escape}\n\t# more\n\t{last}")
        }
        3 if keyword == "RUN" => format!("RUN <<EOF\n{rest}\nEOF"),
        _ => line.to_owned(),
    }
}

proptest! {
    // Few shuffled lines are a Dockerfile that builds; the others are passed over.
    #![proptest_config(ProptestConfig { cases: 40, max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn no_allowed_order_of_a_small_stage_is_cheaper(lines in proptest::sample::subsequence((0..LINES.len()).collect::<Vec<_>>(), 1..5).prop_shuffle()) {
        let original: Vec<usize> = (0..lines.len()).collect();
        prop_assume!(allowed(&original, &lines, &[]));
        let text_ = text(&original, &lines);
        let found = cost(&state(&advice(&text_).dockerfile)).unwrap();
        // Single files may be copied ahead only out of a `COPY . .` of the stage.
        let copies: &[&str] = if lines.contains(&0) { &["requirements.txt", "dev.txt"] } else { &[] };
        let orders = permutations(lines.len()).into_iter().filter(|order| allowed(order, &lines, copies));
        let best = orders.filter_map(|order| Some((cost(&state(&text(&order, &lines)))?, order)));
        let best = best.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        prop_assert!(found <= best.0, "{text_}\nbecame\n{}\nbut cheaper is {:?}", advice(&text_).dockerfile, text(&best.1, &lines));
        prop_assert!(found <= cost(&state(&text_)).unwrap());
    }

    #[test]
    fn no_allowed_order_of_eight_steps_is_cheaper(lines in proptest::sample::subsequence((0..LINES.len()).collect::<Vec<_>>(), 5..9).prop_shuffle()) {
        // RUNs that need a file stand behind what brings it: the shuffled lines are put right from the front.
        let original: Vec<usize> = (0..lines.len()).collect();
        prop_assume!(allowed(&original, &lines, &[]));
        let written = text(&original, &lines);
        let before = state(&written);
        let mut history = History::new(before.settings.builder);
        history.build(before.clone());
        let steps = &history.done()[0].result.steps;
        let costs: Vec<f64> = lines.iter().map(|line| {
            let own = steps.iter().find(|step| step.instruction == LINES[*line].0).unwrap();
            f64::from(u32::try_from(own.cost.cold).unwrap())
        }).collect();
        let copies: &[&str] = if lines.contains(&0) { &["requirements.txt", "dev.txt"] } else { &[] };
        let (best, order) = cheapest(&mut Vec::new(), &lines, copies, &costs).unwrap();
        prop_assert_eq!(Some(best), cost(&state(&text(&order, &lines))), "counted and simulated: {}", text(&order, &lines));
        let advised = advice(&written).dockerfile;
        let found = cost(&state(&advised)).unwrap();
        prop_assert!(found <= best, "{written}\nbecame\n{advised}\nbut cheaper is {}", text(&order, &lines));
        prop_assert!(found <= cost(&before).unwrap());
    }

    #[test]
    fn a_second_look_finds_nothing_more(
        lines in proptest::collection::vec((0..LINES.len(), 0..4_usize, 0..4_usize), 1..7),
        crlf: bool,
        backtick: bool,
        handed in proptest::option::of(0..7_usize),
        bare: bool,
    ) {
        let escape = if backtick { '`' } else { '\\' };
        let mut text = if backtick { "# escape=`\n".to_owned() + HEAD } else { HEAD.to_owned() };
        for (number, (line, trivia, form)) in lines.iter().enumerate() {
            if handed == Some(number) {
                text.push_str("RUN chown -R 7:7 /app\n");
            }
            match trivia {
                1 => text.push('\n'),
                2 => text.push_str(&format!("# about {number}\n")),
                3 => text.push_str(&format!("\n# apart {number}\n\n  ")),
                _ => {}
            }
            text.push_str(&written(LINES[*line].0, *form, escape));
            text.push('\n');
        }
        text.push_str("CMD [\"python\"]");
        if bare {
            text = text.replace("flask", "--no-cache-dir flask").replace("-r ", "--no-cache-dir -r ");
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let first = advice(&text);
        let second = advice(&first.dockerfile);
        prop_assert_eq!(&second.dockerfile, &first.dockerfile, "from\n{}", text);
        prop_assert!(first.cost_after <= first.cost_before);
        prop_assert_eq!(layerwise::text::apply(&text, &first.edits), first.dockerfile.clone());
        for comment in text.lines().filter(|line| line.starts_with("# about") || line.starts_with("# apart")) {
            prop_assert_eq!(first.dockerfile.lines().filter(|line| *line == comment).count(), 1);
        }
        if crlf {
            prop_assert!(!first.dockerfile.replace("\r\n", "").contains('\n'));
        } else {
            prop_assert!(!first.dockerfile.contains('\r'));
        }
        prop_assert!(bare || !first.dockerfile.contains("--mount"));
        if first.dockerfile.contains("--chown") || first.dockerfile.contains("--mount") {
            return Ok(());
        }
        // Everything but the lines that copy single files is still there, once.
        let mut before: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut after: Vec<&str> = first.dockerfile.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        before.sort_unstable();
        after.sort_unstable();
        for line in before {
            let at = after.iter().position(|other| *other == line);
            prop_assert!(at.is_some(), "{line} is gone");
            after.remove(at.unwrap());
        }
        prop_assert!(after.iter().all(|line| line.starts_with("COPY ")));
    }

    #[test]
    fn a_second_look_finds_nothing_more_among_other_lines(lines in proptest::collection::vec(0..LINES.len() + MORE.len(), 2..9)) {
        let line = |(number, at): (usize, &usize)| {
            let line = LINES.get(*at).map_or_else(|| MORE[at - LINES.len()], |line| line.0);
            line.replace('#', &number.to_string())
        };
        let text = HEAD.to_owned() + &lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\n");
        let first = advice(&text);
        prop_assert_eq!(&advice(&first.dockerfile).dockerfile, &first.dockerfile, "from\n{}", text);
        prop_assert!(first.cost_after <= first.cost_before);
        prop_assert_eq!(layerwise::text::apply(&text, &first.edits), first.dockerfile);
    }

    #[test]
    fn any_text_is_advised_without_panic(lines in proptest::collection::vec("(FROM|RUN|COPY|ADD|ENV|ARG|WORKDIR|USER|SHELL|ONBUILD|VOLUME|#|) ?[-a-z=./$\\{\\}\"'\\[\\],<>&|;* \\\\]{0,24}", 0..12)) {
        let text = format!("FROM python:3.12-slim\n{}", lines.join("\n"));
        let found = optimize(&state(&text), &Options::default());
        prop_assert_eq!(layerwise::text::apply(&text, &found.edits), found.dockerfile);
    }
}
