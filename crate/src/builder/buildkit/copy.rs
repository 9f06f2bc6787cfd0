//! COPY and ADD: what is copied from where, and the op that does it (BuildKit:
//! `frontend/dockerfile/dockerfile2llb/convert.go`, `dispatchCopy`).

use std::rc::Rc;

use super::{
    dispatch::told,
    file::{Action, Copy as CopyAction, CopyMode, FileOp, Owner, Target},
    graph::{Edge, Kind, OpId, number_of, selector},
    lower::{Lowering, Place, Stage},
    mode, name,
    path::{base, clean, clean_destination, has_wildcard, join},
    reference::{self, Origin},
    source::{Download, GitTree, is_git, is_http},
};
use crate::{
    builder::{Ingredients, SelectedFiles},
    context::{Selection, file_op_selections},
    dockerfile::{Heredoc, instruction::Copy},
    word::{expand, expand_heredoc},
};

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
        let mut sources = Vec::with_capacity(copy.sources.len());
        for source in &copy.sources {
            sources.push(word(&source.text)?);
        }
        let written_dest = word(&copy.destination.text)?;
        let option = |text: &Option<String>| text.as_deref().map_or(Ok(String::new()), word);
        let owner = Owner::parse(&option(&copy.chown)?);
        let mode = mode::parse(&option(&copy.chmod)?)?;
        let checksum = option(&copy.checksum)?;
        check_checksum(&checksum, &sources, copy.heredocs.len())?;
        let origin = self.copy_origin(stage, copy, &word)?;
        let files = self.source(&origin, &stage.state.platform);
        let below = stage.state.out;
        let link = copy.link && mode == CopyMode::Keep;
        let parent = below.filter(|_| !link);
        let named_on_nothing = parent.is_none() && owner.as_ref().is_some_and(Owner::is_named);
        let mut exact = written_dest.starts_with('/') || stage.state.dir_known;
        let dest = destination(&stage.state.dir, &written_dest);
        let to = Rc::new(Target { dest, owner, mode, exclude: copy.exclude.clone() });

        // The inputs are numbered in order of first use, the file system that is changed first.
        let mut inputs: Vec<OpId> = parent.into_iter().collect();
        let mut actions = Vec::with_capacity(sources.len() + copy.heredocs.len());
        for source in &sources {
            let mut action = CopyAction { to: Rc::clone(&to), ..CopyAction::default() };
            let (op, known) = self.part(source, &mut action, copy, add, files, &checksum)?;
            exact &= known;
            action.input = op.map(|op| number_of(&mut inputs, op));
            actions.push(action);
        }
        for heredoc in copy.heredocs.iter().filter_map(|&index| place.instruction.heredocs.get(index)) {
            let mut body = document(heredoc);
            if heredoc.expand {
                body = expand_heredoc(&body, &env).map_err(told)?;
            }
            let op = self.make_file(&heredoc.name, 0o644, body.into_bytes());
            actions.push(CopyAction {
                input: Some(number_of(&mut inputs, op)),
                source: join(&["/", &heredoc.name]),
                to: Rc::clone(&to),
                ..CopyAction::default()
            });
        }
        let edges = self.edges(parent, &inputs, &actions);
        let mut ingredients = ingredients(copy, add, &actions);
        ingredients.base = self.base_of(stage, parent);
        // What the step is said to take in: the paths as written, if they lie in an input of their own.
        let local = files.filter(|_| files != parent && actions.iter().any(|action| action.local));
        let number = inputs.iter().position(|&input| Some(input) == local);
        if number.is_some() {
            let written = sources.into_iter().zip(&actions).filter(|(_, action)| action.local);
            ingredients.files.push(SelectedFiles {
                from: copy.from.clone().filter(|_| origin != Origin::Context),
                sources: written.map(|(source, _)| source).collect(),
                tree: None,
                selected: Vec::new(),
                exclude: copy.exclude.clone(),
                digest: None,
            });
        }
        let actions = actions.into_iter().map(|action| Action::Copy(Box::new(action))).collect();
        let op = FileOp { parent: parent.map(|_| 0), actions, inputs: inputs.len() };
        let id = self.add_file(op, edges, exact);
        let merged = below.filter(|_| link).map(|below| {
            self.add(MERGE.to_owned(), Kind::Merge, vec![Edge::whole(below), Edge::whole(id)], true)
        });

        let shown = name::plain(place.instruction, place.escape, &env);
        let last = self.last(&origin);
        let draft = self.emit(stage, place, &shown, id, ingredients);
        draft.inputs.extend(number);
        draft.below.extend(last);
        draft.merge = merged;
        if named_on_nothing {
            draft.obstacle = Some("invalid user index: -1".to_owned());
        }
        stage.state.out = Some(merged.unwrap_or(id));
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

    /// One source: a download, a git tree, or a path. Says in the action what is copied, and gives the op that
    /// it is copied from, nothing for an empty file system, with whether that is known.
    fn part(
        &mut self,
        source: &str,
        action: &mut CopyAction,
        copy: &Copy,
        add: bool,
        files: Option<OpId>,
        checksum: &str,
    ) -> Result<(Option<OpId>, bool), String> {
        let checksum = Some(checksum).filter(|text| !text.is_empty());
        let (git, http) = (is_git(source), is_http(source));
        if git || http {
            if !add {
                let message =
                    if git { "source can't be a git ref for COPY" } else { "source can't be a URL for COPY" };
                return Err(message.to_owned());
            }
            let (digest, exact) = if git {
                "/".clone_into(&mut action.source);
                GitTree { reference: source, keep_git_dir: copy.keep_git_dir, checksum }
                    .digest(&mut self.hashed)
            } else {
                let download = Download::new(source, checksum);
                action.source = join(&["/", &download.filename]);
                action.unpack = copy.unpack == Some(true);
                download.digest(&mut self.hashed)
            };
            return Ok((Some(self.add_digest(digest, Kind::Fetch, Vec::new(), exact)), exact));
        }
        action.local = true;
        action.unpack = copy.unpack.unwrap_or(add);
        if copy.parents {
            let (pivot, pattern) = crate::text::split_once(source, "/./").unwrap_or(("/", source));
            action.source = clean(&["/", pivot].concat());
            let pattern = match pattern.strip_prefix('/') {
                Some(rest) => rest.to_owned(),
                None => Some(clean(pattern)).filter(|pattern| pattern != ".").unwrap_or_default(),
            };
            if !has_wildcard(&action.source) && !has_wildcard(&pattern) {
                action.required.push(clean(&["/", &action.source, "/", &pattern].concat()));
            }
            action.include.push(pattern);
        } else {
            action.source = clean(&["/", source].concat());
        }
        Ok((files, true))
    }

    /// The inputs, with the files by which each of them is known; the file system that is changed is not.
    fn edges(&mut self, parent: Option<OpId>, inputs: &[OpId], actions: &[CopyAction]) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(inputs.len());
        for (number, &op) in inputs.iter().enumerate() {
            let mut edge = Edge::whole(op);
            if parent != Some(op) {
                let mut paths: Vec<&str> = Vec::new();
                let mut selections = Vec::new();
                for action in actions {
                    if action.input == Some(number) {
                        paths.push(&action.source);
                        selections.push(selection(action));
                    }
                }
                paths.sort_unstable();
                paths.reverse();
                edge.selector = Some(self.hashed.digest(selector(&paths)));
                edge.content = Some(Rc::from(file_op_selections(&selections)));
            }
            edges.push(edge);
        }
        edges
    }

    /// The op that makes a file on an empty file system.
    pub(super) fn make_file(&mut self, name: &str, mode: u32, data: Vec<u8>) -> OpId {
        let path = join(&["/", name]);
        self.file(None, Action::MakeFile { path, mode, data }, true)
    }
}

/// What goes into the step's key, files and base apart.
fn ingredients(copy: &Copy, add: bool, actions: &[CopyAction]) -> Ingredients {
    let mut text = String::new();
    let mut options = Vec::new();
    let mut option = |name: &str, value: &str| options.push([name, "=", value].concat());
    if let Some(action) = actions.first() {
        for action in actions {
            text.push_str(base(&action.source));
            text.push(' ');
        }
        text.push_str(&action.to.dest);
        match &action.to.mode {
            CopyMode::Keep => {}
            CopyMode::Bits(bits) => option("--chmod", &mode::octal(*bits)),
            CopyMode::Symbolic(text) => option("--chmod", text),
        }
        if let Some(owner) = &action.to.owner {
            option("--chown", &owner.text());
        }
    }
    for exclude in &copy.exclude {
        option("--exclude", exclude);
    }
    for action in actions {
        for pattern in &action.include {
            option("--parents", pattern);
        }
    }
    if copy.link {
        option("--link", "true");
    }
    if actions.iter().any(|action| action.unpack) {
        option(if add { "ADD" } else { "--unpack" }, "true");
    }
    Ingredients { text, options, ..Ingredients::default() }
}

/// All that the op of `--link` hashes: it puts its second input on top of its first.
const MERGE: &str = r#"{"Type":"buildkit.merge.v0","Merge":{"inputs":[{},{"input":1}]}}"#;

/// The files that a copy takes in.
fn selection(action: &CopyAction) -> Selection {
    Selection {
        path: action.source.clone(),
        wildcard: action.local && has_wildcard(&action.source),
        follow: action.local,
        include: action.include.clone(),
        exclude: action.to.exclude.clone(),
        required: action.required.clone(),
    }
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
