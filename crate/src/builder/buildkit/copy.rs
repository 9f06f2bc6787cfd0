//! COPY and ADD: what is copied from where, and the op that does it (BuildKit:
//! `frontend/dockerfile/dockerfile2llb/convert.go`, `dispatchCopy`).

use std::rc::Rc;

use super::{
    dispatch::told,
    file::{Action, Copy as CopyAction, CopyMode, FileOp, Owner},
    graph::{Edge, Kind, Op, OpId, number_of, selector},
    lower::{Lowering, Place, Stage},
    mode, name,
    path::{base, clean, clean_destination, has_wildcard, join},
    reference::{self, Origin},
    source::{Download, GitTree, is_git, is_http},
};
use crate::{
    builder::{Ingredients, SelectedFiles},
    context::{Selection, file_op_selections},
    digest::Digest,
    dockerfile::{Heredoc, instruction::Copy},
    word::{expand, expand_heredoc},
};

/// A source of the instruction, before the inputs are numbered.
struct Part {
    /// What it is copied from; nothing is an empty file system.
    op: Option<OpId>,
    action: CopyAction,
    /// The source as written, after expansion, if it is a path of files.
    written: Option<String>,
}

impl Lowering<'_> {
    /// Lowers COPY, or ADD if `add` is set.
    pub(super) fn copy(
        &mut self,
        stage: &mut Stage,
        place: Place<'_>,
        copy: &Copy,
        add: bool,
    ) -> Result<(), String> {
        let env = stage.state.env.clone();
        let word = |text: &str| expand(text, place.escape, &env).map_err(told);
        let sources = copy.sources.iter().map(|source| word(&source.text)).collect::<Result<Vec<_>, _>>()?;
        let written_dest = word(&copy.destination.text)?;
        let owner = Owner::parse(&copy.chown.as_deref().map_or(Ok(String::new()), &word)?);
        let mode = mode::parse(&copy.chmod.as_deref().map_or(Ok(String::new()), &word)?)?;
        let checksum = copy.checksum.as_deref().map_or(Ok(String::new()), &word)?;
        check_checksum(&checksum, &sources, copy.heredocs.len())?;
        let origin = self.copy_origin(stage, copy, &word)?;
        let dest = destination(&stage.state.dir, &written_dest);
        let files = self.source(&origin, &stage.state.platform.clone());
        let template = CopyAction {
            dest: dest.clone(),
            owner: owner.clone(),
            mode: mode.clone(),
            exclude: copy.exclude.clone(),
            ..CopyAction::default()
        };
        let mut parts = Vec::with_capacity(sources.len() + copy.heredocs.len());
        let mut exact = true;
        for source in &sources {
            let (part, known) = self.part(source, &template, copy, add, files, &checksum)?;
            exact &= known;
            parts.push(part);
        }
        for heredoc in copy.heredocs.iter().filter_map(|&index| place.instruction.heredocs.get(index)) {
            let mut body = document(heredoc);
            if heredoc.expand {
                body = expand_heredoc(&body, &env).map_err(told)?;
            }
            let action = CopyAction { source: join(&["/", &heredoc.name]), ..template.clone() };
            let op = self.make_file(&heredoc.name, 0o644, body.into_bytes());
            parts.push(Part { op: Some(op), action, written: None });
        }
        let link = copy.link && mode == CopyMode::Keep;
        let parent = stage.state.out.filter(|_| !link);
        let (op, edges) = assemble(parent, &parts);
        let named_on_nothing = parent.is_none() && owner.as_ref().is_some_and(Owner::is_named);
        exact &= written_dest.starts_with('/') || stage.state.dir_known;
        let digest = op.digest();
        let id = self.graph.add(Op { digest, kind: Kind::File(op.into()), inputs: edges.clone(), exact });

        let shown = name::plain(place.instruction, place.escape, &env);
        let ingredients = self.copy_ingredients(stage, copy, add, parent, &parts, &dest);
        let below = stage.state.out;
        let mut draft = self.draft(stage, place, &shown, id, ingredients);
        draft.files = selected_files(copy, &origin, &parts, &edges, parent);
        draft.below.extend(self.last(&origin));
        draft.obstacle = named_on_nothing.then(|| "invalid user index: -1".to_owned());
        stage.state.out = Some(id);
        if let Some(below) = below.filter(|_| link) {
            let merged = self.graph.add(Op {
                digest: Digest::of(MERGE.as_bytes()),
                kind: Kind::Merge,
                inputs: vec![Edge::whole(below), Edge::whole(id)],
                exact: true,
            });
            draft.merge = Some(merged);
            stage.state.out = Some(merged);
        }
        self.emit(stage, draft);
        Ok(())
    }

    /// Where a COPY takes its files from.
    fn copy_origin(
        &self,
        stage: &Stage,
        copy: &Copy,
        word: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Origin, String> {
        let Some(from) = &copy.from else { return Ok(Origin::Context) };
        if word(from)? != *from {
            let message = "variable expansion is not supported for --from, define a new stage with FROM using ARG \
                           from global scope as a workaround";
            return Err(message.to_owned());
        }
        let origin = reference::source(&self.stages, self.input.build_contexts, from, true)?;
        match origin {
            Origin::Stage(other) if self.states.get(other).is_none() => {
                let here = self.stages.title(stage.index);
                let message = [
                    "cannot copy from stage \"",
                    from,
                    "\", it needs to be defined before current stage \"",
                    &here,
                    "\"",
                ];
                Err(message.concat())
            }
            origin => Ok(origin),
        }
    }

    /// One source: a download, a git tree, or a path.
    fn part(
        &mut self,
        source: &str,
        template: &CopyAction,
        copy: &Copy,
        add: bool,
        files: Option<OpId>,
        checksum: &str,
    ) -> Result<(Part, bool), String> {
        if is_git(source) {
            if !add {
                return Err("source can't be a git ref for COPY".to_owned());
            }
            let tree = GitTree {
                reference: source.to_owned(),
                keep_git_dir: copy.keep_git_dir,
                checksum: Some(checksum.to_owned()).filter(|text| !text.is_empty()),
            };
            let (digest, exact) = tree.digest();
            let op = self.graph.add(Op { digest, kind: Kind::Fetch, inputs: Vec::new(), exact });
            let action = CopyAction { source: "/".to_owned(), ..template.clone() };
            return Ok((Part { op: Some(op), action, written: None }, exact));
        }
        if is_http(source) {
            if !add {
                return Err("source can't be a URL for COPY".to_owned());
            }
            let download = Download::new(source, Some(checksum).filter(|text| !text.is_empty()));
            let action = CopyAction {
                source: join(&["/", &download.filename]),
                unpack: copy.unpack == Some(true),
                ..template.clone()
            };
            let (digest, exact) = download.digest();
            let op = self.graph.add(Op { digest, kind: Kind::Fetch, inputs: Vec::new(), exact });
            return Ok((Part { op: Some(op), action, written: None }, exact));
        }
        let mut action = CopyAction {
            source: clean(&["/", source].concat()),
            local: true,
            unpack: copy.unpack.unwrap_or(add),
            ..template.clone()
        };
        if copy.parents {
            let (pivot, pattern) = source.split_once("/./").unwrap_or(("/", source));
            action.source = clean(&["/", pivot].concat());
            let pattern = match pattern.strip_prefix('/') {
                Some(rest) => rest.to_owned(),
                None => Some(clean(pattern)).filter(|pattern| pattern != ".").unwrap_or_default(),
            };
            if !has_wildcard(&action.source) && !has_wildcard(&pattern) {
                action.required = vec![clean(&["/", &action.source, "/", &pattern].concat())];
            }
            action.include = vec![pattern];
        }
        Ok((Part { op: files, action, written: Some(source.to_owned()) }, true))
    }

    /// The op that makes a file on an empty file system.
    pub(super) fn make_file(&mut self, name: &str, mode: u32, data: Vec<u8>) -> OpId {
        let path = join(&["/", name]);
        let op = FileOp { parent: None, actions: vec![Action::MakeFile { path, mode, data }], inputs: 0 };
        self.graph.add(Op {
            digest: op.digest(),
            kind: Kind::File(op.into()),
            inputs: Vec::new(),
            exact: true,
        })
    }

    fn copy_ingredients(
        &self,
        stage: &Stage,
        copy: &Copy,
        add: bool,
        parent: Option<OpId>,
        parts: &[Part],
        dest: &str,
    ) -> Ingredients {
        let mut text = String::new();
        for part in parts {
            text.push_str(base(&part.action.source));
            text.push(' ');
        }
        text.push_str(dest);
        let mut options = Vec::new();
        let mut option = |name: &str, value: &str| options.push([name, "=", value].concat());
        if let Some(action) = parts.first().map(|part| &part.action) {
            match &action.mode {
                CopyMode::Keep => {}
                CopyMode::Bits(bits) => option("--chmod", &mode::octal(*bits)),
                CopyMode::Symbolic(text) => option("--chmod", text),
            }
            if let Some(owner) = &action.owner {
                option("--chown", &owner.text());
            }
        }
        for exclude in &copy.exclude {
            option("--exclude", exclude);
        }
        for pattern in parts.iter().flat_map(|part| &part.action.include) {
            option("--parents", pattern);
        }
        if copy.link {
            option("--link", "true");
        }
        if parts.iter().any(|part| part.action.unpack) {
            option(if add { "ADD" } else { "--unpack" }, "true");
        }
        Ingredients { base: self.base_of(stage, parent), text, options, ..Ingredients::default() }
    }
}

/// All that the op of `--link` hashes: it puts its second input on top of its first.
const MERGE: &str = r#"{"Type":"buildkit.merge.v0","Merge":{"inputs":[{},{"input":1}]}}"#;

/// Numbers the inputs in order of first use, the file system that is changed first, and says by which files each
/// of them is known.
fn assemble(parent: Option<OpId>, parts: &[Part]) -> (FileOp, Vec<Edge>) {
    let mut inputs: Vec<OpId> = parent.into_iter().collect();
    let mut actions = Vec::with_capacity(parts.len());
    for part in parts {
        let input = part.op.map(|op| number_of(&mut inputs, op));
        actions.push(CopyAction { input, ..part.action.clone() });
    }
    let edge = |(number, &op): (usize, &OpId)| {
        if parent == Some(op) {
            return Edge::whole(op);
        }
        let used: Vec<&CopyAction> = actions.iter().filter(|action| action.input == Some(number)).collect();
        let mut paths: Vec<&str> = used.iter().map(|action| action.source.as_str()).collect();
        paths.sort_unstable_by(|left, right| right.cmp(left));
        let selections: Vec<Selection> = used.iter().map(|action| selection(action)).collect();
        let content = Rc::from(file_op_selections(&selections));
        Edge { op, selector: Some(selector(&paths)), content: Some(content) }
    };
    let edges: Vec<Edge> = inputs.iter().enumerate().map(edge).collect();
    let actions = actions.into_iter().map(|action| Action::Copy(Box::new(action))).collect();
    (FileOp { parent: parent.map(|_| 0), actions, inputs: edges.len() }, edges)
}

/// The files that a copy takes in.
pub(super) fn selection(action: &CopyAction) -> Selection {
    Selection {
        path: action.source.clone(),
        wildcard: action.local && has_wildcard(&action.source),
        follow: action.local,
        include: action.include.clone(),
        exclude: action.exclude.clone(),
        required: action.required.clone(),
    }
}

/// What the step is said to take in: the paths as written, for each input that holds files.
fn selected_files(
    copy: &Copy,
    origin: &Origin,
    parts: &[Part],
    edges: &[Edge],
    parent: Option<OpId>,
) -> Vec<(usize, SelectedFiles)> {
    let sources: Vec<String> = parts.iter().filter_map(|part| part.written.clone()).collect();
    let op = parts.iter().find(|part| part.written.is_some()).and_then(|part| part.op);
    let Some(number) = op.filter(|_| op != parent).and_then(|op| edges.iter().position(|edge| edge.op == op))
    else {
        return Vec::new();
    };
    let files = SelectedFiles {
        from: copy.from.clone().filter(|_| *origin != Origin::Context),
        sources,
        tree: None,
        selected: Vec::new(),
        exclude: copy.exclude.clone(),
        digest: None,
    };
    vec![(number, files)]
}

/// The destination in the image: absolute, clean, with the final slash or `/.` that it was written with.
fn destination(dir: &str, written: &str) -> String {
    let written = if matches!(written, "" | ".") { "./" } else { written };
    if written.starts_with('/') {
        return clean_destination(written);
    }
    clean_destination(&["/", dir, "/", written].concat())
}

/// The body of a here-document as it is used: without leading tabs if it says so.
pub(super) fn document(heredoc: &Heredoc) -> String {
    if !heredoc.chomp {
        return heredoc.body.clone();
    }
    heredoc.body.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect()
}

/// What BuildKit refuses in `ADD --checksum`.
fn check_checksum(checksum: &str, sources: &[String], heredocs: usize) -> Result<(), String> {
    if checksum.is_empty() {
        return Ok(());
    }
    let [source] = sources else {
        return Err("checksum can't be specified for multiple sources".to_owned());
    };
    if heredocs > 0 {
        return Err("checksum can't be specified for multiple sources".to_owned());
    }
    if is_git(source) {
        return Ok(());
    }
    if !is_http(source) {
        return Err("checksum requires HTTP(S) or Git sources".to_owned());
    }
    let (algorithm, hex) = checksum.split_once(':').unwrap_or(("", ""));
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if algorithm.is_empty() || hex.is_empty() => {
            return Err("invalid checksum digest format".to_owned());
        }
        _ => return Err("unsupported digest algorithm".to_owned()),
    };
    let good = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hex.len() != length {
        return Err("invalid checksum digest length".to_owned());
    }
    if hex.bytes().all(good) { Ok(()) } else { Err("invalid checksum digest format".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_keep_their_final_slash() {
        for (written, expected) in [
            ("./", "/w/"),
            (".", "/w/"),
            ("", "/w/"),
            ("b.txt", "/w/b.txt"),
            ("sub/", "/w/sub/"),
            ("../up/x", "/up/x"),
            ("/abs//y/", "/abs/y/"),
            ("dot/.", "/w/dot/."),
            ("/", "/"),
        ] {
            assert_eq!(destination("/w", written), expected, "{written}");
        }
    }
}
