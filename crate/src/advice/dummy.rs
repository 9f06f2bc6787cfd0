//! Dependencies of cargo compiled before the sources come: with an empty source in the place of the project's own, in a
//! step that runs again only when a manifest changes.
//!
//! cargo has no command for that; it goes by times, so the real sources are touched when they come, and what is left in
//! `target` is not what one build alone leaves. So it is offered to those who ask for it, and never applied with the
//! safe moves. A manifest that does more than name dependencies is left alone.

use crate::{
    context::{Content, Kind, Tree},
    dockerfile::{
        Command, Instruction,
        instruction::{Form, Run},
    },
    text::{Span, TextEdit, apply},
    tool::{self, Region, Script, shell},
};

use super::{
    Level, Move,
    brought::{Brought, Pair, inside, join_relative},
    edit::{indentation, line_end, lines},
    effect::{What, script, with_setting},
    prove, reason,
    script::before_script,
    site::Site,
    split,
    stage::Ground,
};

/// How the ids of these moves begin.
pub(super) const ID: &str = "dummy-";

/// Files that say what is compiled and by which toolchain; the first is never missing.
const MANIFESTS: [&str; 4] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "rust-toolchain"];

/// Files and folders with which more than the manifests decides.
const OTHERS: [&str; 3] = ["build.rs", ".cargo", "src/bin"];

/// Words of a call that ask for targets of their own, or for what is not downloaded.
const SPECIAL: &str = "--bin --bins --example --examples --test --tests --bench --benches --all-targets --manifest-path \
    --package -p --workspace --all --exclude --config --target-dir --offline --frozen -Z";

/// All moves of this kind.
pub(super) fn dummies(ground: &Ground<'_>) -> Vec<Move> {
    let stages =
        ground.stages.list.iter().flat_map(|stage| stage.instructions.clone().map(move |run| (stage, run)));
    stages.filter_map(|(stage, run)| dummy(ground, stage.instructions.start, run)).collect()
}

fn dummy(ground: &Ground<'_>, start: usize, index: usize) -> Option<Move> {
    let dockerfile = &*ground.state.dockerfile;
    let instruction = dockerfile.instructions.get(index)?;
    let Command::Run(run) = &instruction.command else { return None };
    let site = ground.sites.before.get(index)?.as_ref()?;
    let build = build(instruction, run, site)?;
    let effect = |index: usize| ground.effects.get(index)?.as_ref();
    let workdir = shell::normal(site.workdir.as_deref()?);
    // The COPY right before it, settings aside, brings the package, and nothing brought a part of it earlier.
    let copy = (start..index)
        .rev()
        .find(|index| effect(*index).is_none_or(|it| !matches!(it.what, What::Config)))?;
    let brought = effect(copy)?.copy().filter(|brought| brought.exact)?;
    let folder = Region::tree(workdir.clone());
    let fresh = (start..copy).all(|index| {
        effect(index).is_some_and(|effect| match &effect.what {
            What::Config | What::Folder(_) => true,
            What::Copy(other) => !other.meets(&folder),
            What::Run(survey) => {
                survey.opaque.is_none() && !survey.changes().any(|region| region.meets(&folder))
            }
            What::Unknown => false,
        })
    });
    let package = package(brought, &workdir).filter(|_| fresh)?;
    let files: Vec<Pair> = MANIFESTS
        .iter()
        .filter(|name| is_file(&brought.tree, &join_relative(&package, name)))
        .map(|name| Pair {
            from: join_relative(&package, name),
            to: shell::join(&workdir, name),
            folder: false,
        })
        .collect();
    let sources: Vec<&str> = ["src/main.rs", "src/lib.rs"]
        .into_iter()
        .filter(|name| is_file(&brought.tree, &join_relative(&package, name)))
        .collect();
    let from = dockerfile.instructions.get(copy)?;
    let mut text = String::new();
    let end = line_end(dockerfile, from);
    for (line, _) in split::copies(dockerfile, from, &files, ground.sites.before.get(copy)?.as_ref()?, "")? {
        text.push_str(&line);
        text.push_str(end);
    }
    text.push_str(indentation(dockerfile, instruction));
    text.push_str(instruction.name());
    for flag in &instruction.flags {
        text.push(' ');
        text.push_str(flag.span.of(&dockerfile.text));
    }
    text.push_str(" mkdir src && ");
    for source in &sources {
        let empty = if source.ends_with("main.rs") { "echo 'fn main() {}' > " } else { "touch " };
        text.push_str(&[empty, source, " && "].concat());
    }
    text.push_str(&[&build, " && rm -r src", end].concat());
    let at = lines(dockerfile, from).start;
    let touch = ["touch ", &sources.join(" ")].concat();
    let edits = vec![
        TextEdit { span: Span::new(at, at), text },
        before_script(
            instruction,
            &dockerfile.text,
            dockerfile.escape,
            line_end(dockerfile, instruction),
            &touch,
        ),
    ];
    let fails = ground.try_text(&apply(&dockerfile.text, &edits)).is_none_or(|costs| costs.fails);
    let (saves, better) = prove::alone_saves(ground, &edits).filter(|_| !fails)?;
    better.then(|| Move {
        id: [ID, &instruction.line.to_string()].concat(),
        level: Level::Review,
        title: reason::dummy_title(dockerfile, index),
        why: reason::dummy_why(dockerfile, copy, &files),
        evidence: vec![reason::dummy_evidence(&files)],
        edits,
        saves,
    })
}

/// The call of a RUN that does nothing but one `cargo build` of all there is, on one line.
fn build(instruction: &Instruction, run: &Run, site: &Site) -> Option<String> {
    let plain = matches!(run.form, Form::Shell(_)) && instruction.heredocs.is_empty();
    // A mount may bring sources, or take `target` out of the image.
    let bare = run.mounts.iter().all(|mount| {
        let value = |name: &str| mount.fields.iter().find(|(key, _)| key == name)?.1.as_deref();
        value("type") == Some("cache") && value("target").is_some_and(|target| !target.contains("target"))
    });
    let (Script::Shell(text), true) = (script(instruction, run).0, plain && bare) else { return None };
    let reading = with_setting(site, &[], |setting| shell::commands(Script::Shell(text), setting));
    let [command] = reading.commands.as_slice() else { return None };
    let words: Vec<&str> = command.words.iter().map(shell::Word::certain).collect::<Option<_>>()?;
    let special = |word: &&str| {
        SPECIAL.split_ascii_whitespace().any(|other| *word == other || word.split('=').next() == Some(other))
    };
    let build = reading.opaque.is_none()
        && command.redirects.is_empty()
        && words.starts_with(&["cargo", "build"])
        && !words.iter().any(special);
    // Words that the shell would read otherwise keep the text from being written again.
    (build
        && words
            .iter()
            .all(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./,=+:".contains(&byte))))
    .then(|| words.join(" "))
}

/// The folder of the context that becomes the working folder, if it holds one usual package and no more.
fn package(brought: &Brought, workdir: &str) -> Option<String> {
    let pair = brought.pairs.iter().find(|pair| pair.folder && inside(workdir, &pair.to).is_some())?;
    let package = join_relative(&pair.from, inside(workdir, &pair.to)?);
    let tree = &brought.tree;
    let here = |name: &str| join_relative(&package, name);
    // A manifest above would take the package into its workspace.
    let mut above = package.match_indices('/').map(|(at, _)| package.get(..at).unwrap_or("")).chain([""]);
    let single =
        package.is_empty() || above.all(|folder| tree.get(&join_relative(folder, "Cargo.toml")).is_none());
    let usual = OTHERS.iter().all(|name| tree.get(&here(name)).is_none())
        && (is_file(tree, &here("src/main.rs")) || is_file(tree, &here("src/lib.rs")));
    let Kind::File(Content::Bytes(manifest)) = &tree.get(&here("Cargo.toml"))?.kind else { return None };
    let plain = tool::needs_sources(std::str::from_utf8(manifest).ok()?).is_none();
    (single && usual && plain).then(|| package.clone())
}

fn is_file(tree: &Tree, path: &str) -> bool {
    tree.get(path).is_some_and(|entry| matches!(entry.kind, Kind::File(_)))
}

#[cfg(test)]
mod tests {
    use super::super::{
        Options, optimize,
        tests::{Files, state},
    };

    const PACKAGE: &str =
        "[package]\nname = \"a\" # path = \"no\"\n\n[dependencies]\nserde = { version = \"1\" }\n";
    const APP: Files<'_> =
        &[("Cargo.toml", PACKAGE), ("Cargo.lock", ""), ("src/main.rs", ""), ("src/x.rs", "")];

    /// What a stage becomes with this move, if it is offered.
    fn rewritten(body: &str, files: Files<'_>) -> Option<String> {
        let head = "FROM rust:1.80\nWORKDIR /app\n";
        let state = state(&[head, body].concat(), files);
        let of = |id: &str| id.starts_with("dummy-");
        assert!(!optimize(&state, &Options::default()).moves.iter().any(|one| of(&one.id)), "nobody asked");
        let found = optimize(&state, &Options { dummy_sources: true, ..Options::default() });
        assert_eq!(found.dockerfile, state.dockerfile.text, "nothing is applied");
        let id = found.moves.iter().find(|one| of(&one.id))?.id.clone();
        let text = optimize(&state, &Options { moves: Some(vec![id]), ..Options::default() }).dockerfile;
        Some(text.strip_prefix(head).unwrap().to_owned())
    }

    #[test]
    fn dependencies_are_compiled_first() {
        let become_ = |body: &str, files: Files<'_>, expect: &str| {
            assert_eq!(rewritten(body, files).as_deref(), Some(expect));
            assert_eq!(rewritten(expect, files), None, "once is enough");
        };
        become_(
            "# all\nCOPY . .\nRUN cargo build --release --locked\n",
            APP,
            "COPY Cargo.toml Cargo.lock ./\n\
             RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release --locked && rm -r src\n\
             # all\nCOPY . .\nRUN touch src/main.rs && cargo build --release --locked\n",
        );
        become_(
            "COPY . .\nENV A=b\nRUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    cargo build\n",
            &[("Cargo.toml", PACKAGE), ("src/lib.rs", ""), ("rust-toolchain", "")],
            "COPY Cargo.toml rust-toolchain ./\n\
             RUN --mount=type=cache,target=/usr/local/cargo/registry mkdir src && touch src/lib.rs && cargo build && rm -r src\n\
             COPY . .\nENV A=b\nRUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    touch src/lib.rs \\\n    && cargo build\n",
        );
    }

    #[test]
    fn what_is_more_than_a_plain_package_is_left_alone() {
        const COPY: &str = "COPY . .\nRUN cargo build\n";
        assert!(rewritten(COPY, APP).is_some());
        for body in [
            "COPY . .\nRUN cargo build --bin a\n",
            "COPY . .\nRUN cargo build --target-dir=/t\n",
            "COPY . .\nRUN cargo build && strip target/debug/a\n",
            "COPY . .\nRUN cargo build > log\n",
            "COPY . .\nRUN --mount=type=cache,target=/app/target cargo build\n",
            "COPY . .\nRUN --mount=type=bind,source=src,target=/app/src cargo build\n",
            "COPY . .\nRUN ./x\nRUN cargo build\n",
            "COPY Cargo.toml .\nCOPY . .\nRUN cargo build\n",
            "RUN ./x\nCOPY . .\nRUN cargo build\n",
            "COPY src /app/src\nRUN cargo build\n",
        ] {
            assert_eq!(rewritten(body, APP), None, "{body}");
        }
        let with = |path: &'static str| [APP, &[(path, "")]].concat();
        for path in ["build.rs", ".cargo/config.toml", "src/bin/b.rs"] {
            assert_eq!(rewritten(COPY, &with(path)), None, "{path}");
        }
        for manifest in [
            "[workspace]\n",
            "[package]\nname = \"a\"\nbuild = \"b.rs\"\n",
            "[package]\nname = \"a\"\n[[bin]]\nname = \"b\"\n",
            "[package]\nname = \"a\"\n[dependencies]\nb = { path=\"../b\" }\n",
            "[package]\nname = \"a\"\nversion.workspace = true\n",
            "[dependencies]\n",
        ] {
            assert_eq!(rewritten(COPY, &[("Cargo.toml", manifest), ("src/main.rs", "")]), None, "{manifest}");
        }
    }
}
