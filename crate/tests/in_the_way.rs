//! What BuildKit says when a file is where a COPY needs a folder: the words are those of the release v0.32.2, without
//! the folder on its machine that stands for the root of the image.

use layerwise::{
    builder::{Status, buildkit::Daemon},
    simulation::{Scenario, State},
};

/// The message of a build whose second step is `line`; nothing if it does not fail.
fn told(first: &str, line: &str) -> Option<String> {
    let json = serde_json::json!({
        "dockerfile": format!("FROM scratch\nCOPY a.txt {first}\n{line}\n"),
        "dockerfilePath": null,
        "context": {
            "a.txt": {"text": "a"},
            "docs/a.md": {"text": "a"},
            "docs/b.md": {"text": "b"},
            "docs/s/c.md": {"text": "c"},
        },
    });
    let scenario: Scenario = serde_json::from_value(json).expect("the document is well formed");
    let state = State::from_scenario(&scenario).expect("the scenario is sound");
    let outcome = Daemon::default().build(&state.input());
    assert_eq!(outcome.steps[0].status, Status::Executed, "{line}");
    outcome.error.map(|error| error.message)
}

#[test]
fn a_path_below_a_file_is_refused_by_what_the_destination_ends_with() {
    let gap = Some("lstat /x/y: not a directory");
    let folder = Some("mkdir /x: not a directory");
    let all = Some("cannot copy to non-directory: /x");
    let sources = ["docs/*.md", "docs/a.*", "docs", "docs/a.md", "docs/a.md docs/b.md", "--exclude=*.c docs"];
    let parents = ["docs/*.md", "docs", "docs/a.md", "a.txt", "docs/./*.md", "docs/./a.md", "docs/s"];
    let lines =
        sources.map(str::to_owned).into_iter().chain(parents.map(|source| ["--parents ", source].concat()));
    for source in lines {
        let one = !source.contains(".md docs");
        let whole = source.ends_with("docs") || source.contains("--parents");
        for (destination, message) in [
            ("/x/y/", gap),
            ("/x/y/z/", gap),
            ("/x/", folder),
            ("/x/y", folder.filter(|_| one)),
            ("/x", all.filter(|_| one && whole)),
        ] {
            if one || destination.ends_with('/') {
                let line = ["COPY ", &source, " ", destination].concat();
                assert_eq!(told("/x", &line).as_deref(), message, "{line}");
            }
        }
    }
}

#[test]
fn a_file_in_the_way_of_a_folder_that_is_copied_along_is_told_by_what_is_looked_for() {
    for (first, line, message) in [
        (
            "/docs",
            "COPY --parents docs/a.md /",
            "failed to stat /docs/a.md: lstat /docs/a.md: not a directory",
        ),
        (
            "/docs",
            "COPY --parents docs/*.md /",
            "failed to stat /docs/a.md: lstat /docs/a.md: not a directory",
        ),
        (
            "/q/docs",
            "COPY --parents docs/s/*.md /q",
            "failed to stat /q/docs/s: lstat /q/docs/s: not a directory",
        ),
        (
            "/q/docs",
            "COPY --parents docs/s/*.md /q/",
            "failed to stat /q/docs/s: lstat /q/docs/s: not a directory",
        ),
        (
            "/q/docs/a.md/x",
            "COPY --parents docs/a.md /q/",
            "cannot replace to directory /q/docs/a.md with file",
        ),
    ] {
        assert_eq!(told(first, line).as_deref(), Some(message), "{line}");
    }
}
