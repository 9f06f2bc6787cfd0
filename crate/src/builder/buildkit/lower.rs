//! From stages to ops: which stages the target needs, what each of them starts from, and their instructions in
//! order (BuildKit: `frontend/dockerfile/dockerfile2llb`, `toDispatchState`).

use std::rc::Rc;

use super::{
    Options,
    draft::Draft,
    file::FileOp,
    graph::{Edge, Graph, Kind, Op, OpId},
    hashed::{Hashed, Texts},
    reference::{self, Origin},
    source::ImageKeys,
    state::{State, Trigger},
};
use crate::{
    build::{Arguments, Needs, Stages},
    builder::{BuildError, Input, Numbering},
    digest::Digest,
    dockerfile::{Command, Instruction, suggest},
    platform::Platform,
    word::expand,
};

/// What a Dockerfile becomes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) graph: Graph,
    pub(super) drafts: Vec<Draft>,
    /// The target's file system.
    pub(super) root: Option<OpId>,
    /// Why the file is refused, if it is.
    pub(super) error: Option<BuildError>,
    /// What was hashed for it.
    pub(super) texts: Texts,
}

/// What a stage starts from.
#[derive(Debug)]
struct Start {
    base: Origin,
    platform: Platform,
    /// Triggers of its base, read.
    triggers: Vec<(usize, Instruction)>,
}

/// The work on one Dockerfile.
pub(super) struct Lowering<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) options: &'a Options,
    pub(super) stages: Stages,
    pub(super) arguments: Arguments<'a>,
    pub(super) graph: Graph,
    pub(super) drafts: Vec<Draft>,
    pub(super) states: Vec<Option<State>>,
    starts: Vec<Start>,
    /// Whether stages are named in what is printed.
    named: bool,
    target_platform: Platform,
    error: Option<BuildError>,
    pub(super) hashed: Hashed<'a>,
}

/// The stage that is being lowered.
pub(super) struct Stage {
    pub(super) index: usize,
    pub(super) state: State,
    pub(super) numbering: Numbering,
}

/// An instruction with its place.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) instruction: &'a Instruction,
    /// Index into the Dockerfile's instructions.
    pub(super) origin: usize,
    pub(super) line: u32,
    pub(super) end_line: u32,
    pub(super) escape: char,
    /// Whether it is a trigger.
    pub(super) triggered: bool,
}

/// Lowers the Dockerfile of a build; `before` is what was hashed for the build before.
pub(super) fn lower(input: &Input<'_>, options: &Options, before: &Texts) -> Plan {
    let mut lowering = Lowering {
        input,
        options,
        stages: Stages::of(input.dockerfile),
        arguments: Arguments::new(input.build_args),
        graph: Graph::default(),
        drafts: Vec::new(),
        states: Vec::new(),
        starts: Vec::new(),
        named: false,
        target_platform: Platform::default(),
        error: None,
        hashed: Hashed::new(before),
    };
    let root = lowering.run_all();
    let Lowering { graph, drafts, error, hashed, .. } = lowering;
    Plan { graph, drafts, root, error, texts: hashed.texts }
}

impl<'a> Lowering<'a> {
    fn run_all(&mut self) -> Option<OpId> {
        let dockerfile = self.input.dockerfile;
        if let Some(message) = dockerfile.refusal_text() {
            let line = dockerfile.refusal().map_or(0, |diagnostic| diagnostic.line);
            self.refuse(line, message);
        }
        match Platform::parse(if self.input.platform.is_empty() {
            "linux/amd64"
        } else {
            self.input.platform
        }) {
            Ok(platform) => self.target_platform = platform,
            Err(message) => self.refuse(0, message),
        }
        let last = self.stages.list.last().and_then(|stage| stage.name.clone());
        let stage = self.input.target.map(str::to_owned).or(last).unwrap_or_else(|| "default".to_owned());
        self.arguments.set_platform(&Platform::default(), &self.target_platform, &stage);
        if let Err((index, error)) = self.arguments.declare_globals(dockerfile, &self.stages) {
            let line = dockerfile.instructions.get(index).map_or(0, |instruction| instruction.line);
            self.refuse(line, error.to_string());
        }
        let count = self.stages.list.len();
        for stage in 0..count {
            let start = self.start(stage);
            self.starts.push(start);
        }
        let target = self.target()?;
        let needs = self.needs();
        if let Some(stage) = needs.circle() {
            let message = ["circular dependency detected on stage: ", &self.stages.title(stage)].concat();
            self.refuse(self.line(stage), message);
        }
        let reached = needs.reach(target, count);
        for (stage, reached) in reached.into_iter().enumerate() {
            let state = if reached { self.lower_stage(stage) } else { None };
            self.states.push(state);
        }
        let state = self.states.get(target)?.as_ref()?;
        let (out, last) = (state.out, state.last);
        self.merge_equal(last);
        out
    }

    /// Equal steps of several stages are one step. It is shown under the name of the one that comes last in a
    /// walk from the target along the inputs, each after its own inputs.
    fn merge_equal(&mut self, target: Option<usize>) {
        let mut rank = vec![0; self.drafts.len()];
        let mut given = 0;
        let mut way: Vec<(usize, usize)> = target.map(|draft| (draft, 0)).into_iter().collect();
        let mut seen = vec![false; self.drafts.len()];
        while let Some((draft, followed)) = way.last_mut() {
            let below = self.drafts.get(*draft).and_then(|draft| draft.below.get(*followed)).copied();
            *followed += 1;
            if let Some(below) = below {
                if seen.get(below).is_some_and(|seen| !seen) {
                    seen[below] = true;
                    way.push((below, 0));
                }
            } else {
                given += 1;
                rank[*draft] = given;
                way.pop();
            }
        }
        let best = |of: &dyn Fn(&Draft) -> OpId| {
            let mut best: Vec<Option<usize>> = vec![None; self.graph.ops.len()];
            for (index, draft) in self.drafts.iter().enumerate() {
                let best = best[of(draft)].get_or_insert(index);
                if rank[index] > rank[*best] {
                    *best = index;
                }
            }
            best
        };
        // A linked copy is another step wherever it is put on top of something else; the copy itself is one.
        let end = |draft: &Draft| draft.merge.unwrap_or(draft.op);
        let (shown, named) = (best(&end), best(&|draft| draft.op));
        let mut index = 0;
        self.drafts.retain(|draft| {
            let this = Some(index);
            index += 1;
            shown[end(draft)] == this && (draft.merge.is_some() || named[draft.op] == this)
        });
    }

    /// The step that made what is copied or mounted from elsewhere.
    pub(super) fn last(&self, origin: &Origin) -> Option<usize> {
        match origin {
            Origin::Stage(stage) => self.states.get(*stage)?.as_ref()?.last,
            _ => None,
        }
    }

    /// Notes why the file is refused; the first reason is the one that the builder tells.
    pub(super) fn refuse(&mut self, line: u32, message: String) {
        if self.error.is_none() {
            self.error = Some(BuildError { message, line, refused: true });
        }
    }

    fn line(&self, stage: usize) -> u32 {
        let from =
            self.stages.list.get(stage).and_then(|stage| self.input.dockerfile.instructions.get(stage.from));
        from.map_or(0, |from| from.line)
    }

    /// Expands the words of a FROM and finds what it means.
    fn start(&mut self, stage: usize) -> Start {
        let dockerfile = self.input.dockerfile;
        let mut start =
            Start { base: Origin::Scratch, platform: self.target_platform.clone(), triggers: Vec::new() };
        let Some(found) = self.stages.list.get(stage) else { return start };
        let Some(instruction) = dockerfile.instructions.get(found.from) else { return start };
        let Command::From(from) = &instruction.command else { return start };
        let name = found.name.clone();
        match expand(&from.image.text, dockerfile.escape, &self.arguments.globals) {
            Ok(word) if word.is_empty() => {
                let message = ["base name (", &from.image.text, ") should not be blank"].concat();
                self.refuse(instruction.line, message);
            }
            Ok(word) => start.base = reference::base(&self.stages, self.input.build_contexts, &word, stage),
            Err(error) => self.refuse(instruction.line, error.to_string()),
        }
        if let Some(name) = name.and_then(|name| reference::named(self.input.build_contexts, &name)) {
            start.base = Origin::Named(name);
        }
        if let Some(text) = &from.platform {
            let platform = match expand(text, dockerfile.escape, &self.arguments.globals) {
                Ok(word) if word.is_empty() => Err(["empty platform value from expression ", text].concat()),
                Ok(word) => Platform::parse(&word),
                Err(error) => Err(error.to_string()),
            };
            match platform {
                Ok(platform) => start.platform = platform,
                Err(message) => self.refuse(instruction.line, message),
            }
        }
        start.triggers = self.triggers(&start.base, stage);
        start
    }

    /// The triggers that a stage on this base carries out first.
    fn triggers(&mut self, base: &Origin, stage: usize) -> Vec<(usize, Instruction)> {
        let Some(from) = self.stages.list.get(stage).map(|stage| stage.from) else { return Vec::new() };
        let triggers = match base {
            Origin::Image(name) => match reference::image(self.input.base_images, name) {
                Some(image) => image.on_build.iter().flatten().cloned().map(Trigger::Text).collect(),
                None => Vec::new(),
            },
            Origin::Stage(parent) => self.stage_triggers(*parent),
            _ => Vec::new(),
        };
        let mut read = Vec::with_capacity(triggers.len());
        for trigger in triggers {
            match trigger {
                Trigger::Stage(index, instruction) => read.push((index, *instruction)),
                Trigger::Text(text) => match crate::dockerfile::parse_trigger(&text, '\\') {
                    Ok(instruction) => read.push((from, instruction)),
                    Err(message) => self.refuse(self.line(stage), message),
                },
            }
        }
        read
    }

    fn stage_triggers(&self, parent: usize) -> Vec<Trigger> {
        let Some(stage) = self.stages.list.get(parent) else { return Vec::new() };
        if self.starts.get(parent).is_some_and(|start| self.is_replaced(parent, start)) {
            return Vec::new();
        }
        let instructions =
            self.input.dockerfile.instructions.get(stage.instructions.clone()).unwrap_or_default();
        instructions
            .iter()
            .enumerate()
            .filter_map(|(index, instruction)| match &instruction.command {
                Command::Onbuild(_, inner) => {
                    Some(Trigger::Stage(stage.instructions.start + index, inner.clone()))
                }
                _ => None,
            })
            .collect()
    }

    /// Whether a named context stands in place of the stage, so that its instructions count for nothing.
    fn is_replaced(&self, stage: usize, start: &Start) -> bool {
        let name = self.stages.list.get(stage).and_then(|stage| stage.name.as_ref());
        matches!(&start.base, Origin::Named(_))
            && name.is_some_and(|name| reference::named(self.input.build_contexts, name).is_some())
    }

    fn target(&mut self) -> Option<usize> {
        let last = self.stages.list.len().checked_sub(1)?;
        let Some(target) = self.input.target.filter(|target| !target.is_empty()) else { return Some(last) };
        if let Some(stage) = self.stages.named(target) {
            return Some(stage);
        }
        let message = ["target stage \"", target, "\" could not be found"].concat();
        let names = self.stages.list.iter().filter_map(|stage| stage.name.as_deref());
        let message = suggest(message, &crate::text::lower(target), names, true);
        self.refuse(0, message);
        Some(last)
    }

    /// Which stage needs which. On the way, counts the nameless stages that BuildKit makes for images and mounts:
    /// they decide whether stages are named in what is printed.
    fn needs(&mut self) -> Needs {
        let mut needs = Needs::new(self.stages.list.len());
        let mut registered = self.stages.list.len();
        let mut errors = Vec::new();
        for (stage, start) in self.starts.iter().enumerate() {
            if let Origin::Stage(parent) = start.base {
                needs.add(stage, parent);
            }
            if self.is_replaced(stage, start) {
                continue;
            }
            let triggers = start.triggers.iter().map(|(_, instruction)| instruction);
            for instruction in triggers.chain(self.instructions(stage)) {
                for (word, numbers) in sources(instruction) {
                    let origin = match word {
                        Some(word) => {
                            reference::source(&self.stages, self.input.build_contexts, word, numbers)
                        }
                        None => Ok(Origin::Context),
                    };
                    match origin {
                        Ok(Origin::Stage(other)) => needs.add(stage, other),
                        Ok(_) => registered += 1,
                        Err(message) => errors.push((instruction.line, message)),
                    }
                }
            }
        }
        self.named = registered > 1;
        for (line, message) in errors {
            self.refuse(line, message);
        }
        needs
    }

    fn instructions(&self, stage: usize) -> &'a [Instruction] {
        let range = self.stages.list.get(stage).map(|stage| stage.instructions.clone()).unwrap_or_default();
        self.input.dockerfile.instructions.get(range).unwrap_or_default()
    }

    fn lower_stage(&mut self, index: usize) -> Option<State> {
        // Each stage is lowered once.
        let none = Start { base: Origin::Scratch, platform: Platform::default(), triggers: Vec::new() };
        let start = std::mem::replace(self.starts.get_mut(index)?, none);
        let replaced = self.is_replaced(index, &start);
        let mut state = self.begin(&start)?;
        state.triggers.clear();
        let from = self.stages.list.get(index)?.from;
        let from_line = self.line(index);
        let instructions = if replaced { &[] } else { self.instructions(index) };
        let on_image = !matches!(start.base, Origin::Scratch | Origin::Stage(_));
        let numbered = usize::from(matches!(start.base, Origin::Image(_)));
        let numbering = Numbering {
            stage: if self.named { self.stages.title(index) } else { String::new() },
            total: usize::from(on_image)
                + start.triggers.len()
                + instructions.iter().filter(|each| is_step(each)).count(),
            last: numbered,
        };
        let mut stage = Stage { index, state, numbering };
        for (origin, instruction) in &start.triggers {
            let written = *origin != from;
            let (line, end_line) = match self.input.dockerfile.instructions.get(*origin) {
                Some(onbuild) if written => (onbuild.line, onbuild.end_line),
                _ => (from_line, from_line),
            };
            let place = Place { instruction, origin: *origin, line, end_line, escape: '\\', triggered: true };
            self.dispatch(&mut stage, place);
        }
        let first = self.stages.list.get(index)?.instructions.start;
        for (number, instruction) in instructions.iter().enumerate() {
            let place = Place {
                instruction,
                origin: first + number,
                line: instruction.line,
                end_line: instruction.end_line,
                escape: self.input.dockerfile.escape,
                triggered: false,
            };
            self.dispatch(&mut stage, place);
        }
        Some(stage.state)
    }

    /// The state that a stage begins with.
    fn begin(&mut self, start: &Start) -> Option<State> {
        let mut state = match &start.base {
            Origin::Scratch => State::scratch(self.target_platform.clone()),
            Origin::Stage(parent) => self.states.get(*parent)?.clone()?,
            Origin::Named(_) | Origin::Context => {
                let mut state = State::scratch(start.platform.clone());
                state.out = self.source(&start.base, &start.platform);
                state
            }
            Origin::Image(name) => {
                let digest = self.image_digest(name);
                let out = self.source(&start.base, &start.platform);
                let unknown = crate::image::BaseImage::default();
                let image = reference::image(self.input.base_images, name).unwrap_or(&unknown);
                State::image(image, name, digest, out, start.platform.clone())
            }
        };
        state.begin();
        Some(state)
    }

    /// What an image's reference resolves to; a digest made of the reference if that is not known.
    fn image_digest(&self, name: &str) -> String {
        let known = reference::image(self.input.base_images, name).and_then(|image| image.digest.clone());
        known
            .or_else(|| name.split_once('@').map(|(_, digest)| digest.to_owned()))
            .unwrap_or_else(|| Digest::of(reference::familiar(name).as_bytes()).text())
    }

    /// The op of a context or image; nothing for an empty file system.
    pub(super) fn source(&mut self, origin: &Origin, platform: &Platform) -> Option<OpId> {
        let (text, kind) = match origin {
            Origin::Context => ("context".to_owned(), Kind::Context(None)),
            Origin::Named(name) => {
                (["context ", name].concat(), Kind::Context(Some(Rc::from(name.as_str()))))
            }
            Origin::Image(name) => return self.image(name, platform),
            Origin::Scratch => return None,
            Origin::Stage(stage) => return self.states.get(*stage)?.as_ref()?.out,
        };
        Some(self.add(text, kind, Vec::new(), true))
    }

    /// The op of an image; nothing if it is known to have no layers.
    fn image(&mut self, name: &str, platform: &Platform) -> Option<OpId> {
        let unknown = crate::image::BaseImage::default();
        let image = reference::image(self.input.base_images, name);
        if image.is_some_and(|image| image.diff_ids.as_ref().is_some_and(Vec::is_empty)) {
            return None;
        }
        let exact = image.is_some_and(|image| image.resolved().is_some());
        let image = image.unwrap_or(&unknown);
        let digest = self.image_digest(name);
        let keys = ImageKeys::of(image, &digest, platform, &mut self.hashed);
        let dir = Rc::clone(&keys.dir);
        let id = self.add_digest(keys.manifest, Kind::Image(Box::new(keys)), Vec::new(), exact);
        // Of references that mean the same image, the last one says which folder is in it.
        if let Some(Op { kind: Kind::Image(keys), .. }) = self.graph.ops.get_mut(id) {
            keys.dir = dir;
        }
        Some(id)
    }

    /// Adds an op by the text that is hashed for it.
    pub(super) fn add(&mut self, text: String, kind: Kind, inputs: Vec<Edge>, exact: bool) -> OpId {
        let digest = self.hashed.digest(text);
        self.add_digest(digest, kind, inputs, exact)
    }

    /// Adds an op that changes files.
    pub(super) fn add_file(&mut self, op: FileOp, inputs: Vec<Edge>, exact: bool) -> OpId {
        let digest = self.hashed.digest_by(op.parts(), Some(&|| op.json()));
        self.add_digest(digest, Kind::File(op.into()), inputs, exact)
    }

    /// Adds an op by its digest.
    pub(super) fn add_digest(&mut self, digest: Digest, kind: Kind, inputs: Vec<Edge>, exact: bool) -> OpId {
        let record = self.hashed.record(digest);
        self.graph.add(Op { digest, record, kind, inputs, exact })
    }
}

/// Whether an instruction is numbered.
fn is_step(instruction: &Instruction) -> bool {
    matches!(instruction.command, Command::Add(_) | Command::Copy(_) | Command::Run(_) | Command::Workdir(_))
}

/// What an instruction takes files from, as written, and whether a number may stand for a stage. A mount without
/// `from=` has no word.
fn sources(instruction: &Instruction) -> Vec<(Option<&str>, bool)> {
    match &instruction.command {
        Command::Copy(copy) => copy.from.iter().map(|from| (Some(from.as_str()), true)).collect(),
        Command::Run(run) => run
            .mounts
            .iter()
            .map(|mount| {
                let from = mount.fields.iter().rev().find(|(key, _)| key == "from");
                (from.and_then(|(_, value)| value.as_deref()).filter(|value| !value.is_empty()), false)
            })
            .collect(),
        _ => Vec::new(),
    }
}
