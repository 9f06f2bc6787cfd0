//! Whole builds: what hangs on bytes that are not known, what is said about them, and that nothing panics.

use proptest::prelude::*;

use super::*;
use crate::{
    builder::{LegacyVersion, NeverHits, Output, Status},
    context::{Entry, Tree, archive_of},
    dockerfile,
    image::BaseImage,
    map::Map,
};

/// A daemon, and the context of its next build.
#[derive(Default)]
struct Bench {
    daemon: Daemon,
    context: Tree,
    outputs: Map<String, Output>,
    images: Map<String, BaseImage>,
    arguments: Map<String, String>,
    version: LegacyVersion,
    /// The Dockerfile's place in the context; none is one from elsewhere.
    dockerfile_path: Option<&'static str>,
}

impl Bench {
    fn with(files: &[(&str, &str)]) -> Self {
        let mut bench = Self::default();
        for (path, text) in files {
            bench.context.insert(path, Entry::file(text.as_bytes())).unwrap();
        }
        bench
    }

    fn write(&mut self, path: &str, text: &str) -> &mut Self {
        self.context.insert(path, Entry::file(text.as_bytes())).unwrap();
        self
    }

    fn build(&mut self, text: &str) -> Outcome {
        self.daemon.build(&Input {
            dockerfile: &dockerfile::parse(text),
            dockerfile_path: self.dockerfile_path,
            context: &self.context,
            base_images: &self.images,
            build_contexts: &Map::new(),
            build_args: &self.arguments,
            secrets: &[],
            ssh: false,
            target: None,
            platform: "linux/amd64",
            outputs: &self.outputs,
            legacy_version: self.version,
        })
    }

    /// Builds and compares the first letters of the statuses.
    fn check(&mut self, text: &str, expect: &str) -> Outcome {
        let outcome = self.build(text);
        let letter = |step: &crate::builder::Step| match step.status {
            Status::Cached => 'c',
            Status::Executed => 'e',
            Status::Depends => 'd',
            Status::Failed => 'f',
            Status::Skipped => 's',
        };
        assert_eq!(outcome.steps.iter().map(letter).collect::<String>(), expect, "{text}");
        outcome
    }
}

const STAGES: &str = "FROM a AS b\nCOPY x /x\nRUN make\nFROM a\nCOPY --from=b /out /out\nRUN use\n";

#[test]
fn a_second_build_is_all_hits() {
    let mut bench = Bench::with(&[("x", "1")]);
    bench.check(STAGES, "eeee");
    bench.check(STAGES, "cccc");
    bench.write("x", "2").check(STAGES, "eedd");
    bench.check(STAGES, "cccc");
    bench.write("x", "1").check(STAGES, "cccc");
}

#[test]
fn what_stands_behind_unknown_bytes_is_known_to_run_if_it_is_new() {
    let mut bench = Bench::with(&[("x", "1")]);
    bench.check(STAGES, "eeee");
    let longer = STAGES.to_owned() + "RUN more\n";
    bench.write("x", "2").check(&longer, "eedde");
    bench.write("x", "3").check(&longer, "eeddd");
}

#[test]
fn outputs_decide_what_bytes_cannot() {
    let mut bench = Bench::with(&[("x", "1")]);
    bench.outputs.insert("RUN make".to_owned(), Output::Same);
    bench.check(STAGES, "eeee");
    bench.write("x", "2").check(STAGES, "eecc");
    bench.outputs.insert("RUN make".to_owned(), Output::Different);
    bench.write("x", "3").check(STAGES, "eeee");
    bench.outputs.insert("RUN make".to_owned(), Output::Same);
    bench.write("x", "4").check(STAGES, "eecc");
}

#[test]
fn one_output_that_is_new_says_nothing_of_another() {
    let text = "FROM a AS b\nCOPY x /x\nRUN make\nRUN more\nFROM a\nCOPY --from=b /out /out\n";
    let mut bench = Bench::with(&[("x", "1")]);
    bench.outputs.insert("RUN make".to_owned(), Output::Different);
    bench.check(text, "eeee");
    bench.write("x", "2").check(text, "eeed");
    bench.outputs.insert("RUN more".to_owned(), Output::Same);
    bench.write("x", "3").check(text, "eeee");
}

#[test]
fn what_is_said_of_a_run_holds_whatever_was_said_before() {
    let text = "FROM a AS b\nRUN prepare\nCOPY x /x\nRUN make\nFROM a\nCOPY --from=b /bin/out /out\n";
    let mut bench = Bench::with(&[("x", "1")]);
    bench.check(text, "eeee");
    bench.outputs.insert("RUN make".to_owned(), Output::Same);
    bench.write("x", "2").check(text, "ceec");
    bench.outputs.insert("RUN make".to_owned(), Output::Different);
    bench.write("x", "3").check(text, "ceee");
    bench.outputs = Map::new();
    bench.write("x", "4").check(text, "ceed");
}

/// The sums and the words are those of Docker 20.10.24.
#[test]
fn a_pattern_in_a_folder_that_only_copy_filled_is_known() {
    let text =
        "FROM a AS b\nCOPY . /src\nFROM a\nCOPY --from=b /src/*.txt /app/\nCOPY --from=b /*.txt /app/\n";
    let mut bench = Bench::with(&[("requirements.txt", "flask\n"), ("main.py", "print(1)\n")]);
    bench.version.daemon = (20, 10);
    let outcome = bench.check(text, "eee");
    let sum = "file:d606d6559522f6d0c7760cca28206b310a51fe8555a064243a2f18ff7992a787";
    assert_eq!(outcome.steps[1].checksum.as_deref(), Some(sum));
    assert_eq!(outcome.steps[2].checksum, None, "the image may hold such files");
    bench.context.insert("away", Entry::symlink("/etc/hosts")).unwrap();
    let text = "FROM a AS b\nCOPY . /src\nFROM a\nCOPY --from=b /src /app/\n";
    assert_eq!(bench.check(text, "ee").steps[1].checksum, None, "the image may hold what the link leads to");
}

/// As with Docker's command line 28.2.2: the random name of a Dockerfile from elsewhere is in what is sent as
/// `.dockerignore`, so that two equal builds take in other bytes.
#[test]
fn an_ignore_file_that_does_not_name_itself_differs_with_every_build() {
    let text = "FROM a\nCOPY x /\nCOPY . /all\nRUN use\n";
    for (ignore, second) in [("", "cee"), ("other\n", "cee"), (".dockerignore\n", "ccc"), (".*\n", "ccc")] {
        let mut bench = Bench::with(&[("x", "1"), (".dockerignore", ignore)]);
        bench.check(text, "eee");
        let outcome = bench.check(text, second);
        assert_eq!(outcome.steps[1].exact, second == "ccc" && outcome.steps[0].exact, "{ignore:?}");
    }
    let mut bench = Bench::with(&[("x", "1")]);
    bench.check(text, "eee");
    bench.check(text, "ccc");
}

/// The sums are those of Docker 20.10.24 with the command line 28.2.2.
#[test]
fn folders_above_a_copied_folder_are_not_given_away() {
    let sums = [
        ("d /y/z", "dir:4091849f0b11acdf98ab48d12619db6dcf1cd1f113fb54ecc30f51577abfd792"),
        ("a.txt d /y/z/", "dir:dc79b249321dee72f72f946d3eff49276a24e5b330005de6810069aa2ee448e7"),
    ];
    for (words, sum) in sums {
        let mut bench = Bench::with(&[("a.txt", "a\n"), ("d/b", "b\n")]);
        bench.version.daemon = (20, 10);
        let first = ["FROM scratch AS s\nCOPY --chown=1234:1234 ", words, "\n"].concat();
        let outcome = bench.check(&[&first, "FROM base\nCOPY --from=s / /x/\n"].concat(), "ee");
        assert_eq!(outcome.steps[1].checksum.as_deref(), Some(sum), "{words}");
    }
}

/// The words are those of Docker 20.10.24, but for the folder of the image on its host.
#[test]
fn nothing_is_put_below_a_file() {
    let gap = "lstat /x/y: not a directory";
    let copy = ["failed to copy files: ", gap].concat();
    let folder = "failed to copy files: failed to create new directory: mkdir /x: not a directory";
    let all = "failed to copy files: failed to copy directory: mkdir /x: not a directory";
    for (line, message) in [
        ("COPY a.txt /x/y", copy.as_str()),
        ("COPY a.txt /x/y/z", &copy),
        ("COPY a.txt /x/y/", &copy),
        ("COPY d /x/y", &copy),
        ("ADD a.txt ../x/y", &copy),
        ("COPY a.txt /x/", folder),
        ("COPY a.txt b.txt /x/", folder),
        ("COPY d /x", all),
        ("COPY d /x/", all),
        ("WORKDIR /x/y/z", gap),
        ("WORKDIR /x/y", gap),
        ("WORKDIR /x", "Cannot mkdir: /x is not a directory"),
    ] {
        let mut bench = Bench::with(&[("a.txt", "a"), ("b.txt", "b"), ("d/f", "f")]);
        let outcome = bench.check(&["FROM a\nCOPY a.txt /x\n", line, "\n"].concat(), "ef");
        assert_eq!(outcome.error.unwrap().message, message, "{line}");
    }
    let mut bench = Bench::with(&[("a.txt", "a"), ("d/f", "f")]);
    bench.check("FROM a\nCOPY a.txt /x\nRUN rm /x\nWORKDIR /x\nCOPY d /x\n", "eeee");
}

#[test]
fn a_run_that_fails_anywhere_fails_each_time() {
    let mut bench = Bench::default();
    for expect in ["eff", "cff"] {
        let text = "FROM a\nARG A=1\nRUN false\nRUN next\n";
        let outcome = bench.check(text, &expect.replacen("ff", "fs", 1));
        let message = "The command '/bin/sh -c false' returned a non-zero code: 1";
        assert_eq!(outcome.error.unwrap().message, message);
    }
}

#[test]
fn unknown_files_lie_where_they_were_copied_to() {
    let text = "FROM a AS b\nCOPY x /x\nRUN make\nFROM scratch AS c\nCOPY --from=b /out /u/\nCOPY x /k/\nFROM a\n\
        COPY --from=c /k/x /\nCOPY --from=c /u /u\n";
    let mut bench = Bench::with(&[("x", "1"), ("y", "1")]);
    let outcome = bench.check(text, "eeeeee");
    assert!(outcome.steps[4].checksum.is_some());
    assert!(outcome.steps[5].checksum.is_none());
    bench.check(&text.replace("make", "make all"), "ceddcd");
}

#[test]
fn files_that_only_copy_made_are_known() {
    let text = "FROM a AS b\nWORKDIR /app\nENV E=1\nCOPY . .\nFROM a\nCOPY --from=b /app/x /\nCOPY --from=0 /app/d /d\n";
    let mut bench = Bench::with(&[("x", "1"), ("d/y", "1"), ("z", "1")]);
    let first = bench.check(text, "eeeee");
    assert!(first.steps.iter().skip(2).all(|step| step.checksum.is_some()));
    bench.write("z", "2").check(text, "ccecc");
    bench.write("d/y", "2").check(text, "ccece");
    bench.check(&text.replace("E=1", "E=2"), "ceecc");
}

#[test]
fn all_of_a_stage_on_scratch_is_known() {
    let text = "FROM scratch AS b\nCOPY d /d/\nFROM a\nCOPY --from=b /d/*.c /no /x/\n";
    let mut bench = Bench::with(&[("d/y.c", "1")]);
    let outcome = bench.check(text, "ef");
    let message = "COPY failed: stat no: file does not exist";
    assert_eq!(outcome.error.unwrap().message, message);
}

#[test]
fn a_refused_file_is_not_remembered() {
    let mut bench = Bench::default();
    let outcome = bench.check("FROM a\nENV A=1\nCOPPY x y\nENV B=1\n", "ee");
    let error = outcome.error.unwrap();
    assert!(error.refused);
    assert_eq!(error.line, 3);
    bench.check("FROM a\nENV A=1\n", "e");
}

#[test]
fn steps_that_never_hit_say_why() {
    let mut bench = Bench::default();
    let text = "FROM a\nENTRYPOINT [\"x\"]\nENTRYPOINT []\nENV A=1\n";
    bench.check(text, "eee");
    let outcome = bench.check(text, "cee");
    assert_eq!(outcome.steps[1].ingredients.never, Some(NeverHits::EmptyEntrypoint));
    assert_eq!(outcome.steps[2].ingredients.never, None);
}

#[test]
fn old_parsers_read_json_up_to_its_end() {
    let text = "FROM a\nCMD [\"x]\"] # y\n";
    let line = |bench: &mut Bench| history_line(&bench.build(text).steps[0], bench.version).unwrap();
    let mut bench = Bench::default();
    assert_eq!(line(&mut bench), r#"/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "[\"x]\"] # y"]"#);
    bench.version.daemon = (27, 0);
    assert_eq!(line(&mut bench), r#"/bin/sh -c #(nop)  CMD ["x]"]"#);
}

/// Pieces of Dockerfiles, joined at random.
fn any_dockerfile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "(?i)(from|run|copy|add|env|label|arg|workdir|user|expose|volume|cmd|entrypoint|shell|onbuild|healthcheck|stopsignal)",
        "--(from|chown|mount|platform|interval)=[a-z0-9:,=/$]{0,9}",
        "[a-z./*?\\[\\]$\\{\\}:=\"'<>|\\\\-]{0,8}",
        Just("FROM scratch AS a".to_owned()),
        Just("COPY --from=a . /x/".to_owned()),
        Just("COPY . d/".to_owned()),
        Just("ADD d/.. ../".to_owned()),
        Just("ONBUILD COPY x /y".to_owned()),
        Just("FROM a".to_owned()),
        Just("FROM b AS c".to_owned()),
        Just("ARG x=$x".to_owned()),
        Just("COPY --from=b /bin/../x* /d".to_owned()),
        Just("<<EOF".to_owned()),
        Just("EOF".to_owned()),
        "\\PC{0,6}",
    ];
    prop::collection::vec((piece, prop_oneof![Just(" "), Just("\n"), Just("\\\n"), Just("=")]), 0..24)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, end)| [piece, end.to_owned()]).collect())
}

#[test]
fn archives_are_unpacked_as_the_version_does() {
    let text = "FROM scratch\nADD a.tar /x/\n";
    let whole = archive_of(&[("a", b'0', "x")]);
    let told = |bytes: &[u8], daemon: (u16, u16)| {
        let mut bench = Bench::default();
        bench.version.daemon = daemon;
        bench.context.insert("a.tar", Entry::file(bytes)).unwrap();
        bench.build(text).error.map(|error| error.message)
    };
    // Until 23.0 it is done by a process of its own (`pkg/chrootarchive`).
    let apart = "failed to copy files: Error processing tar file(exit status 1): unexpected EOF";
    assert_eq!(told(&whole[..512], (23, 0)).as_deref(), Some(apart));
    assert_eq!(told(&whole[..512], (24, 0)).as_deref(), Some("failed to copy files: unexpected EOF"));
    assert_eq!(told(&whole, (28, 2)), None);
    // A file that 20.10 does not take for packed is copied, and nothing of it is known to be wrong.
    let mut bench = Bench::default();
    bench.version.daemon = (20, 10);
    bench.context.insert("a.tar", Entry::file(*b"\x28\xb5\x2f\xfd damaged")).unwrap();
    let copied = "FROM scratch AS one\nADD a.tar /x/\nFROM scratch\nCOPY --from=one /x /y/\n";
    bench.check(copied, "ee");
    bench.context.insert("a.tar", Entry::file(*b"\x28\xb5\x2f\xfd other")).unwrap();
    bench.check(copied, "ee");
    bench.version.daemon = (23, 0);
    bench.context.insert("a.tar", Entry::file(*b"\x28\xb5\x2f\xfd third")).unwrap();
    bench.check(copied, "ed");
}

proptest! {
    #[test]
    fn no_dockerfile_panics(
        text in any_dockerfile(),
        trigger in any_dockerfile(),
        ignore in "[a-z!*/.\n]{0,12}",
        argument in "\\PC{0,4}",
        major in 20_u16..29,
        elsewhere: bool,
    ) {
        let mut bench = Bench::with(&[("x", "1"), ("d/x", "2"), ("d/e/f", ""), (".dockerignore", &ignore)]);
        bench.context.insert("l", Entry::symlink("d/../l")).unwrap();
        bench.context.insert("d/up", Entry::symlink("..")).unwrap();
        bench.version.daemon = (major, 10);
        bench.dockerfile_path = (!elsewhere).then_some("Dockerfile");
        bench.arguments.insert("x".to_owned(), argument);
        let image = BaseImage { on_build: Some(vec![trigger]), ..BaseImage::default() };
        bench.images.insert("b".to_owned(), image);
        let first = bench.build(&text);
        let second = bench.build(&text);
        // What was built and is looked up again in the same order is there, up to the first that is not. Two builds of
        // a Dockerfile from elsewhere may send a `.dockerignore` that differs, of which the second one's steps tell.
        for (one, two) in first.steps.iter().zip(&second.steps) {
            if one.ingredients.never.is_some() || one.status == Status::Failed || first.error.is_some() || (elsewhere && !two.exact) {
                break;
            }
            prop_assert_eq!(two.status, Status::Cached, "{} in {:?}", &two.name, &text);
        }
    }
}
