//! Moves and refusals, each on the smallest Dockerfile that shows it.

use super::{Advice, Level, LikelyEdit, Options, optimize};
use crate::{
    builder::Builder,
    map::Map,
    simulation::{FileEntry, Scenario, State},
};

pub(super) type Files<'a> = &'a [(&'a str, &'a str)];

/// A scenario of these files; a text that begins with an arrow is a link's target.
fn scenario(builder: Builder, dockerfile: &str, files: Files<'_>) -> State {
    let entry = |(path, text): &(&str, &str)| {
        let file = match text.strip_prefix("-> ") {
            Some(target) => FileEntry { symlink: Some(target.to_owned()), ..FileEntry::default() },
            None => FileEntry { text: Some((*text).to_owned()), ..FileEntry::default() },
        };
        ((*path).to_owned(), file)
    };
    let context: Map<String, FileEntry> = files.iter().map(entry).collect();
    let scenario = Scenario {
        dockerfile: dockerfile.to_owned(),
        dockerfile_path: None,
        context,
        builder,
        ..Scenario::default()
    };
    State::from_scenario(&scenario).unwrap()
}

pub(super) fn state(dockerfile: &str, files: Files<'_>) -> State {
    scenario(Builder::Buildkit, dockerfile, files)
}

fn advise_with(builder: Builder, dockerfile: &str, files: Files<'_>, options: &Options) -> Advice {
    optimize(&scenario(builder, dockerfile, files), options)
}

pub(super) fn advise(dockerfile: &str, files: Files<'_>) -> Advice {
    advise_with(Builder::Buildkit, dockerfile, files, &Options::default())
}

/// Checks what a stage on `python:3.12-slim` becomes; the first lines are left out on both sides.
fn check(body: &str, files: Files<'_>, expect: &str) {
    let head = "FROM python:3.12-slim\nWORKDIR /app\n";
    let found = advise(&(head.to_owned() + body), files);
    assert_eq!(found.dockerfile.strip_prefix(head), Some(expect), "{:?}", found.kept);
    assert_eq!(
        advise(&found.dockerfile, files).dockerfile,
        found.dockerfile,
        "the rewrite of a rewrite is itself"
    );
}

/// Checks that a stage is left as it is, and that the reason has these words.
fn refuse(body: &str, files: Files<'_>, reason: &str) {
    let text = "FROM python:3.12-slim\nWORKDIR /app\n".to_owned() + body;
    let found = advise(&text, files);
    assert_eq!(found.dockerfile, text);
    assert!(found.kept.iter().any(|kept| kept.why.contains(reason)), "{:?}", found.kept);
}

pub(super) const APP: Files<'_> = &[("requirements.txt", "flask\n"), ("start.py", "x = 1\n")];
pub(super) const INSTALL: &str = "COPY . .\nRUN pip install -r requirements.txt\n";

#[test]
fn what_pip_reads_is_copied_first() {
    check(INSTALL, APP, "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n");
    let nested = [
        ("requirements.txt", "-r deps/base.txt\n-c limits.txt\n"),
        ("deps/base.txt", "flask # web\n"),
        ("limits.txt", "flask<3\n"),
        ("a.py", ""),
    ];
    check(
        INSTALL,
        &nested,
        "COPY deps/base.txt deps/\nCOPY requirements.txt limits.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
}

#[test]
fn what_changes_more_often_is_copied_behind_what_is_copied_first() {
    // pip may read what lies in /etc.
    check(
        "COPY start.py /etc/own/\nCOPY . .\nRUN pip install -r requirements.txt\n",
        &[APP[0], APP[1], ("a.py", ""), ("b.py", "")],
        "COPY requirements.txt .\nCOPY start.py /etc/own/\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
}

#[test]
fn what_is_copied_first_passes_settings_too() {
    check(
        "COPY start.py /etc/own/\nCOPY . .\nENV PIP_NO_CACHE=1\nRUN pip install -r requirements.txt\n",
        &[APP[0], APP[1], ("a.py", ""), ("b.py", "")],
        "COPY requirements.txt .\nCOPY start.py /etc/own/\nENV PIP_NO_CACHE=1\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
    check(
        "WORKDIR /srv\nCOPY start.py own/\nCOPY . .\nWORKDIR /srv\nRUN pip install -r requirements.txt\n",
        &[APP[0], APP[1], ("a.py", ""), ("b.py", "")],
        "WORKDIR /srv\nCOPY requirements.txt .\nCOPY start.py own/\nWORKDIR /srv\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
}

#[test]
fn a_folder_that_stays_above_both_copies_lets_them_change_places() {
    // The second look would find it above both.
    check(
        "COPY . .\nWORKDIR inner\nCOPY --chown=1000 requirements.txt ./\n",
        APP,
        "WORKDIR inner\nCOPY --chown=1000 requirements.txt ./\nCOPY . /app/\n",
    );
}

#[test]
fn a_local_project_is_copied_as_a_whole() {
    let files = [
        ("requirements.txt", "-e ./libs/own\n"),
        ("libs/own/setup.py", "from setuptools import setup\nsetup(name='own')\n"),
        ("libs/own/own.py", ""),
        ("a.py", ""),
    ];
    check(
        INSTALL,
        &files,
        "COPY requirements.txt .\nCOPY libs/own libs/own\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
}

#[test]
fn manifests_that_are_copied_one_by_one_are_found_as_one_tree() {
    let files = [
        ("package.json", r#"{"workspaces": ["packages/*"]}"#),
        ("package-lock.json", r#"{"packages": {}}"#),
        ("packages/a/package.json", "{}"),
        ("packages/a/a.js", ""),
        ("packages/b/package.json", "{}"),
        ("a.js", ""),
    ];
    let good = "COPY packages/a/package.json packages/a/\nCOPY packages/b/package.json packages/b/\n\
        COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
    check("COPY . .\nRUN npm ci\n", &files, good);
    check(good, &files, good);
}

#[test]
fn a_folder_that_another_stage_fills_is_not_known() {
    let text = "FROM python:3.12-slim AS base\nFROM python:3.12-slim\nWORKDIR /app\nCOPY a.js .\nCOPY package.json .\n\
        COPY --from=base /packages packages\nRUN npm install\n";
    let found = advise(text, &[("package.json", r#"{"workspaces": ["packages/*"]}"#), ("a.js", "")]);
    assert!(
        found.kept.iter().any(|kept| kept.why.contains("may be filled by another step")),
        "{:?}",
        found.kept
    );
}

#[test]
fn a_step_above_the_copy_does_not_hinder() {
    check(
        &["RUN ./unknown.sh\n", INSTALL].concat(),
        APP,
        "RUN ./unknown.sh\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
    refuse("COPY . .\nRUN ./unknown.sh\nRUN pip install -r requirements.txt\n", APP, "is not known");
}

#[test]
fn what_one_step_derives_the_next_one_reads() {
    let files = [(".dockerignore", "*.txt\n"), ("requirements.in", "flask\n"), ("a.py", "")];
    check(
        "COPY . .\nRUN uv pip compile requirements.in -o requirements.txt\nRUN pip install -r requirements.txt\n",
        &files,
        "COPY requirements.in .\nRUN uv pip compile requirements.in -o requirements.txt\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
}

#[test]
fn a_script_in_the_folder_of_programs_sinks_below_packages() {
    let files = [("entry.sh", ""), ("systemctl", "")];
    check(
        "COPY entry.sh /usr/local/bin/\nRUN apt-get update && apt-get install -y curl\n",
        &files,
        "RUN apt-get update && apt-get install -y curl\nCOPY entry.sh /usr/local/bin/\n",
    );
    let text = "COPY systemctl /usr/local/bin/\nRUN apt-get update && apt-get install -y curl\n";
    check(text, &files, text);
}

#[test]
fn the_ignore_file_lacks_what_no_step_needs() {
    let lacks = |body: &str, files: Files<'_>| {
        let text = "FROM node:20\nWORKDIR /app\n".to_owned() + body;
        advise(&text, files).dockerignore
    };
    let files = [
        (".dockerignore", "*.md\n"),
        ("package.json", "{}"),
        ("package-lock.json", r#"{"packages": {}}"#),
        ("node_modules/a/package.json", "{}"),
        (".git/HEAD", "x"),
        ("src/__pycache__/a.pyc", ""),
        ("index.js", ""),
    ];
    let all = "*.md\n**/node_modules\n.git\n**/__pycache__\n.dockerignore\n";
    assert_eq!(lacks("COPY . .\nRUN npm ci\n", &files).as_deref(), Some(all));
    let built = all.replace(".git\n", "");
    assert_eq!(
        lacks("COPY . .\nRUN npm ci\nRUN npm run build\n", &files),
        Some(built),
        "a build may look at .git"
    );
    assert_eq!(lacks("COPY package.json package-lock.json ./\nRUN npm ci\nCOPY index.js .\n", &files), None);
    let good = [(".dockerignore", all), files[1], files[2], files[3], files[4], files[6]];
    assert_eq!(lacks("COPY . .\nRUN npm ci\n", &good), None);
}

#[test]
fn steps_that_only_make_files_let_an_install_pass() {
    let files = [("requirements.txt", "flask\n"), ("entry.sh", "")];
    check(
        "COPY . .\nRUN chmod +x entry.sh\nRUN pip install -r requirements.txt\n",
        &files,
        "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN chmod +x entry.sh\n",
    );
    let kept = "COPY . .\nRUN chmod 600 requirements.txt\nRUN pip install -r requirements.txt\n";
    check(kept, &files, kept);
    check(
        "COPY entry.sh /srv/\nRUN mkdir -p /data\nRUN touch /data/x\n",
        &files,
        "RUN mkdir -p /data\nRUN touch /data/x\nCOPY entry.sh /srv/\n",
    );
}

#[test]
fn a_copy_hands_its_files_over_where_a_run_did() {
    let files = [("requirements.txt", "flask\n"), ("start.py", ""), ("conf/a.ini", "")];
    check(
        "COPY . .\nRUN chown -R 1000:1000 /app\nUSER 1000\nRUN pip install -r requirements.txt\n",
        &files,
        "RUN chown -R 1000:1000 /app\nUSER 1000\nCOPY --chown=1000:1000 requirements.txt .\n\
         RUN pip install -r requirements.txt\nCOPY --chown=1000:1000 . .\n",
    );
    // The group of a COPY is root's, which `chown NAME` leaves.
    check(
        "RUN useradd app\nCOPY . .\nRUN pip install -r requirements.txt\nRUN mkdir -p log && chown -R app .\n",
        &files,
        "RUN useradd app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n\
         RUN mkdir -p log && chown -R app .\nCOPY --chown=app:0 . .\n",
    );
    let stays = |body: &str, files: Files<'_>| check(body, files, body);
    // The folder is not there before the COPY; a part of what is copied stays root's; someone else owns it already.
    stays("COPY . /data/\nRUN chown -R 1000:1000 /data\n", &files);
    stays("COPY . .\nRUN chown -R 1000:1000 conf\n", &files);
    stays("COPY --chown=33 . .\nRUN chown -R 1000:1000 /app\n", &files);
    // Links are another matter, and so are other options and patterns.
    stays("COPY . .\nRUN chown -R 1000:1000 /app\n", &[("a.py", ""), ("link", "-> a.py")]);
    stays("COPY . .\nRUN chown -RL 1000:1000 /app\n", &files);
    stays("COPY . .\nRUN chown -R 1000:1000 /app/*\n", &files);
    stays("COPY . .\nRUN chown -R $OWNER /app\n", &files);
    // Nobody may have the name, and that may have been passed over.
    stays("COPY . .\nRUN chown -R app:app /app || true\n", &files);
    stays("COPY . .\nRUN chown -R app:app /app; true\n", &files);
    stays("COPY . .\nRUN <<E\nchown -R app:app /app\ntrue\nE\n", &files);
    // Who has the name changes later.
    check(
        "RUN useradd app\nCOPY . .\nRUN chown -R app:app /app\nRUN usermod -u 7 app\nRUN apt-get update\n",
        &files,
        "RUN useradd app\nRUN chown -R app:app /app\nCOPY --chown=app:app . .\nRUN usermod -u 7 app\nRUN apt-get update\n",
    );
}

#[test]
fn a_copy_for_a_run_gives_the_mode_that_another_run_gives_first() {
    let files = [
        ("mvnw", "#!/bin/sh\n"),
        (".mvn/wrapper/maven-wrapper.properties", "distributionUrl=x\n"),
        ("pom.xml", "<project><artifactId>a</artifactId></project>\n"),
        ("src/A.java", ""),
        ("other", ""),
    ];
    let end = "RUN ./mvnw package\n";
    let with = |body: &str| [body, end].concat();
    check(
        &with("COPY . .\nRUN chmod +x mvnw other\nRUN ./mvnw dependency:go-offline\n"),
        &files,
        &with(
            "COPY pom.xml .\nCOPY --chmod=755 mvnw .\nCOPY .mvn .mvn\nRUN ./mvnw dependency:go-offline\nCOPY . .\n\
             RUN chmod +x mvnw other\n",
        ),
    );
    let stays = |body: &str| check(&with(body), &files, &with(body));
    // Something else is done too, or the mode hangs on more than the file's own.
    stays("COPY . .\nRUN chmod +x mvnw && ./other\nRUN ./mvnw dependency:go-offline\n");
    stays("COPY . .\nRUN chmod +X mvnw\nRUN ./mvnw dependency:go-offline\n");
    stays("COPY . .\nRUN chmod -R +x .\nRUN ./mvnw dependency:go-offline\n");
    // Two copies bring the file.
    stays("COPY . .\nCOPY mvnw .\nRUN chmod +x mvnw\nRUN ./mvnw dependency:go-offline\n");
}

#[test]
fn variables_that_describe_a_build_sink_below_what_does_not_use_them() {
    let state = |body: &str, version: &str| {
        let text = "FROM node:20\nWORKDIR /app\n".to_owned() + body;
        let files = [("package.json", "{}"), ("package-lock.json", r#"{"packages": {}}"#), ("a.js", "")];
        let entry = |(path, text): &(&str, &str)| {
            ((*path).to_owned(), FileEntry { text: Some((*text).to_owned()), ..FileEntry::default() })
        };
        let scenario = Scenario {
            dockerfile: text,
            context: files.iter().map(entry).collect(),
            build_args: [("GIT_SHA".to_owned(), version.to_owned())].into_iter().collect(),
            ..Scenario::default()
        };
        State::from_scenario(&scenario).unwrap()
    };
    let sunk = |body: &str| {
        let edits = vec![LikelyEdit { name: "commit".to_owned(), weight: 1, state: state(body, "2") }];
        let found = optimize(&state(body, "1"), &Options { edits, ..Options::default() });
        found.dockerfile.lines().skip(2).map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let manifests = "COPY package.json package-lock.json ./\nRUN npm ci";
    assert_eq!(
        sunk(&["ARG GIT_SHA\nENV RELEASE=$GIT_SHA\n", manifests, "\nRUN ./build.sh\n"].concat()),
        [manifests, "\nARG GIT_SHA\nENV RELEASE=$GIT_SHA\nRUN ./build.sh"].concat(),
    );
    let used =
        ["ARG GIT_SHA\nCOPY package.json package-lock.json ./\nRUN npm ci && echo $GIT_SHA > sha"].concat();
    assert!(sunk(&used).find("ARG") < sunk(&used).find("RUN"));
    let other = ["ARG GIT_SHA\nENV NODE_ENV=$GIT_SHA\n", manifests].concat();
    assert!(sunk(&other).find("ENV") < sunk(&other).find("RUN"));
}

#[test]
fn flags_form_and_case_go_along() {
    let files = [("requirements.txt", "flask\n"), ("a b.txt", "x\n"), ("start.py", "")];
    check(
        "copy --chown=1000:1000 . .\nRUN pip install -r requirements.txt\n",
        &files,
        "copy --chown=1000:1000 requirements.txt .\nRUN pip install -r requirements.txt\ncopy --chown=1000:1000 . .\n",
    );
    check(
        "COPY [\".\", \".\"]\nRUN pip install -r requirements.txt\n",
        &files,
        "COPY [\"requirements.txt\", \".\"]\nRUN pip install -r requirements.txt\nCOPY [\".\", \".\"]\n",
    );
    check(
        "COPY . .\nRUN pip install -r 'a b.txt'\n",
        &files,
        "COPY [\"a b.txt\", \".\"]\nRUN pip install -r 'a b.txt'\nCOPY . .\n",
    );
}

#[test]
fn comments_and_blank_lines_stay_with_what_they_are_about() {
    check(
        "# sources\nCOPY . .\n\n# packages\nRUN pip install -r requirements.txt\n\nCMD [\"x\"]",
        APP,
        "COPY requirements.txt .\n\n# packages\nRUN pip install -r requirements.txt\n# sources\nCOPY . .\n\nCMD [\"x\"]",
    );
}

#[test]
fn a_plain_recipe_of_make_is_followed() {
    let files = [
        ("Makefile", ".PHONY: deps\ndeps:\n\tpip install -r requirements.txt\n"),
        ("requirements.txt", "flask\n"),
        ("start.py", ""),
    ];
    check(
        "COPY . .\nRUN make deps\n",
        &files,
        "COPY Makefile requirements.txt ./\nRUN make deps\nCOPY . .\n",
    );
}

#[test]
fn what_is_not_known_is_not_moved() {
    refuse("COPY . .\nRUN ./setup.sh\n", APP, "what `setup.sh` reads and writes is not known");
    refuse("COPY . .\nRUN ninja deps\n", APP, "what `ninja` reads and writes is not known");
    refuse(
        "COPY . .\nRUN make deps\n",
        &[("Makefile", "include a.mk\ndeps:\n"), ("a.mk", "")],
        "include a.mk",
    );
    refuse("COPY . .\nRUN pip install .\n", APP, "its build may read any file of it");
    refuse("COPY . .\nRUN pip install -r $(cat which)\n", APP, "the output of a command");
    refuse(INSTALL, &[("requirements.txt", "-e ./lib\n"), ("lib/setup.py", "")], "in editable mode");
    refuse(INSTALL, &[("requirements.txt", "./lib\n"), ("lib/setup.py", "")], "installs the local folder");
    refuse(
        INSTALL,
        &[(".dockerignore", "*.txt\n"), ("requirements.txt", "a\n"), ("a.py", "")],
        "the ignore file leaves it out",
    );
    refuse(
        "COPY . .\nRUN sed -i s/a/b/ requirements.txt && pip install -r requirements.txt\n",
        APP,
        "would overwrite",
    );
    refuse("ENV PIP_TARGET=lib\nCOPY . .\nRUN pip install -r requirements.txt\n", APP, "PIP_TARGET");
    refuse("COPY . .\nRUN for f in *.txt; do pip install -r $f; done\n", APP, "a loop");
}

#[test]
fn files_that_python_would_load_keep_the_order() {
    let files = [("requirements.txt", "flask\n"), ("random.py", "")];
    refuse("COPY . .\nRUN python -m pip install -r requirements.txt\n", &files, "random.py");
    check(INSTALL, &files, "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n");
    let hidden = [("requirements.txt", "flask\n"), ("bin/pip", "#!/bin/sh\n")];
    refuse(
        "ENV PATH=/app/bin:$PATH\nCOPY . .\nRUN pip install -r requirements.txt\n",
        &hidden,
        "is a program of the build context",
    );
}

#[test]
fn an_environment_inside_the_copied_folder_must_not_be_in_the_context() {
    let body = "COPY . .\nRUN python -m venv .venv && .venv/bin/pip install -r requirements.txt\n";
    let moved = "COPY requirements.txt .\nRUN python -m venv .venv && .venv/bin/pip install -r requirements.txt\nCOPY . .\n";
    check(body, APP, moved);
    let there = [("requirements.txt", "flask\n"), (".venv/pyvenv.cfg", "x\n"), ("start.py", "")];
    refuse(body, &there, "would overwrite");
    let ignored = [
        (".dockerignore", ".venv\n"),
        ("requirements.txt", "flask\n"),
        (".venv/pyvenv.cfg", "x\n"),
        ("start.py", ""),
    ];
    check(body, &ignored, moved);
}

#[test]
fn links_are_copied_only_if_they_lead_to_a_file() {
    check(
        INSTALL,
        &[("requirements.txt", "-> deps/linux.txt"), ("deps/linux.txt", "flask\n"), ("a.py", "")],
        "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
    );
    refuse(
        "COPY . .\nRUN pip install -r deps/a.txt\n",
        &[("deps", "-> real"), ("real/a.txt", "flask\n"), ("b.py", "")],
        "stays behind",
    );
}

#[test]
fn settings_that_a_run_uses_stay_above_it() {
    let body =
        "COPY . .\nENV PIP_INDEX_URL=https://example.org\nUSER 1000\nRUN pip install -r requirements.txt\n";
    let found = advise(&("FROM python:3.12-slim\nWORKDIR /app\n".to_owned() + body), APP).dockerfile;
    let place = |text: &str| found.find(text).unwrap();
    assert!(place("ENV PIP") < place("RUN pip") && place("USER") < place("RUN pip"));
    assert!(place("RUN pip") < place("COPY . ."));
}

#[test]
fn line_ends_are_kept() {
    let text =
        "FROM python:3.12-slim\r\nWORKDIR /app\r\nCOPY . .\r\nRUN pip install \\\r\n  -r requirements.txt";
    let expect = "FROM python:3.12-slim\r\nWORKDIR /app\r\nCOPY requirements.txt .\r\nRUN pip install \\\r\n  -r requirements.txt\r\nCOPY . .";
    assert_eq!(advise(text, APP).dockerfile, expect);
}

#[test]
fn the_classic_builder_gets_the_same_order_and_no_mounts() {
    let text = "FROM python:3.12-slim\nWORKDIR /app\n".to_owned() + INSTALL;
    let found = advise_with(Builder::Legacy, &text, APP, &Options::default());
    assert_eq!(found.kept, []);
    assert!(
        found
            .dockerfile
            .ends_with("COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n")
    );
    assert!(found.moves.iter().all(|one| one.level == Level::Safe));
}

/// The text after the one move that a person should look at.
fn mounted(text: &str) -> String {
    let review = |advice: &Advice| {
        advice.moves.iter().find(|one| one.level == Level::Review).map(|one| one.id.clone())
    };
    let id = review(&advise(text, APP)).unwrap();
    let options = Options { moves: Some(vec![id]), ..Options::default() };
    let found = advise_with(Builder::Buildkit, text, APP, &options);
    assert_eq!(review(&advise(&found.dockerfile, APP)), None, "{}", found.dockerfile);
    found.dockerfile
}

#[test]
fn apt_gets_locked_mounts_and_keeps_its_packages() {
    assert_eq!(
        mounted(
            "FROM debian:12\nRUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*\n"
        ),
        "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y gcc\n"
    );
    assert_eq!(
        mounted(
            "FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt \\\n    apt-get update \\\n    && apt-get install -y gcc \\\n    && rm -rf /var/lib/apt/lists/*\n"
        ),
        "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    rm -f /etc/apt/apt.conf.d/docker-clean \\\n    && apt-get update \\\n    && apt-get install -y gcc\n"
    );
}

#[test]
fn a_good_file_is_told_to_be_good() {
    let text = "FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN --mount=type=cache,target=/root/.cache pip install -r requirements.txt\nCOPY . .\n";
    let found = advise(text, APP);
    assert!(found.moves.is_empty());
    assert_eq!(found.dockerfile, text);
    assert!(found.kept.iter().any(|kept| kept.why.starts_with("Nothing to gain here")));
}

#[test]
fn what_commits_change_decides_which_copy_goes_last() {
    let files = [("a.conf", ""), ("b.conf", ""), ("README.md", "")];
    let text = "FROM debian:12\nCOPY a.conf /etc/own/a/\nCOPY b.conf /etc/own/b/\nRUN ./x\n";
    let with = |commits: &[&[&str]]| {
        let paths = |paths: &&[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let commits = commits.iter().map(paths).collect();
        advise_with(Builder::Buildkit, text, &files, &Options { commits, ..Options::default() })
    };
    let order = |advice: &Advice| advice.dockerfile.find("a.conf") < advice.dockerfile.find("b.conf");
    assert!(order(&with(&[])));
    assert!(order(&with(&[&["b.conf"], &["b.conf"]])));
    assert!(!order(&with(&[&["a.conf"], &["a.conf", "README.md"], &["b.conf"]])));
    // Files that no step takes in, and those that are gone, say nothing.
    assert!(order(&with(&[&["README.md"], &["gone.conf"]])));
    let named = with(&[["a.conf", "b.conf"].as_slice(); 30]);
    assert_eq!(named.saves[0].edit, "a.conf with b.conf");
}

#[test]
fn savings_are_those_of_the_simulation() {
    let found = advise(&("FROM python:3.12-slim\nWORKDIR /app\n".to_owned() + INSTALL), APP);
    let saving = found.saves.iter().find(|saving| saving.edit == "start.py").unwrap();
    assert_eq!((saving.before, saving.after), (35_500, 200));
    assert!(found.cost_after < found.cost_before);
}

/// Both have the same steps at first. If only one of them had another order, the other would have them for itself.
#[test]
fn stages_that_begin_alike_are_put_right_together() {
    let stage = |name: &str| ["FROM python:3.12-slim AS ", name, "\nWORKDIR /app\n", INSTALL].concat();
    let text = [&stage("a"), "RUN one\n", &stage("b"), "COPY --from=a /app/start.py /two.py\n"].concat();
    let found = advise(&text, APP);
    assert_eq!(found.dockerfile.matches("COPY requirements.txt .\n").count(), 2);
    assert_eq!(advise(&found.dockerfile, APP).dockerfile, found.dockerfile);
    assert!(found.moves.iter().all(|one| !one.saves.is_empty()));
}

/// The Dockerfile is a file of the context too, unless an ignore file leaves it out.
#[test]
fn a_change_of_the_last_line_runs_what_takes_the_dockerfile_in() {
    let cost = |body: &str, ignore: &str| {
        let file = |text: &str| FileEntry { text: Some(text.to_owned()), ..FileEntry::default() };
        let files = [APP, &[(".dockerignore", ignore)]].concat();
        let scenario = Scenario {
            dockerfile: ["FROM python:3.12-slim\nWORKDIR /app\n", body].concat(),
            context: files.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect(),
            ..Scenario::default()
        };
        let found = optimize(&State::from_scenario(&scenario).unwrap(), &Options::default());
        let last = found.saves.last().unwrap().clone();
        assert_eq!(last.edit, "the last line of the Dockerfile");
        (last.before, last.after)
    };
    let body = [INSTALL, "CMD [\"python\"]\n"].concat();
    assert_eq!(cost(&body, ""), (35_500, 200));
    assert_eq!(cost(&body, "Dockerfile\n"), (0, 0));
    // A RUN is a step of its own.
    assert_eq!(cost(INSTALL, "Dockerfile\n"), (35_300, 200));
    assert_eq!(cost("COPY start.py .\nRUN ./x\n", ""), (5_300, 5_300));
}
