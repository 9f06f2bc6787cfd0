//! The daemon: what it remembers, and a build from beginning to end.

use std::rc::Rc;

use super::{
    Options,
    draft::Draft,
    export,
    graph::{Edge, Kind, OpId},
    lower::Plan,
    map::SharedMap,
    planned::Planned,
    snapshot::Doubt,
    solve::{Decision, Memory, Solver},
    transfer::Contexts,
};
use crate::{
    builder::{BuildError, Input, Outcome, SelectedFiles, Status, Step},
    context::{Selection, selected_paths},
};

/// BuildKit with its cache. Clones share what they remember until one of them builds.
///
/// ```
/// use layerwise::{builder::{self, Status, buildkit::Daemon}, context::{Entry, Tree}, dockerfile, map::Map};
///
/// let dockerfile = dockerfile::parse("FROM scratch\nCOPY a.txt /\n");
/// let mut context = Tree::new();
/// context.insert("a.txt", Entry::file(*b"hello\n"))?;
/// let input = builder::Input {
///     dockerfile: &dockerfile,
///     dockerfile_path: None,
///     context: &context,
///     base_images: &Map::new(),
///     build_contexts: &Map::new(),
///     build_args: &Map::new(),
///     secrets: &[],
///     ssh: false,
///     target: None,
///     platform: "",
///     outputs: &Map::new(),
///     legacy_version: builder::LegacyVersion::default(),
/// };
/// let mut daemon = Daemon::default();
/// assert_eq!(daemon.build(&input).steps[0].status, Status::Executed);
/// assert_eq!(daemon.build(&input).steps[0].status, Status::Cached);
/// # Ok::<(), layerwise::context::PathError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Daemon {
    memory: Memory,
    planned: Option<Rc<Planned>>,
    contexts: Contexts,
    /// Folders of cache mounts that an executed step has had.
    folders: SharedMap<String, ()>,
}

impl Daemon {
    /// A daemon that has built nothing. What this one has computed of the files, and does not hang on what it has
    /// built, is kept.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { contexts: self.contexts.forgotten(), ..Self::default() }
    }

    /// Decides for each step whether the cache has it, stores what is executed, and reports.
    ///
    /// Never fails: what is wrong with the Dockerfile or the files is [`Outcome::error`]. A digest of files that
    /// the builder's message names by a reference of its own stands as `REF`.
    pub fn build(&mut self, input: &Input<'_>) -> Outcome {
        self.build_with(input, &Options::default())
    }

    /// Like [`Daemon::build`], with further flags of the build command.
    pub fn build_with(&mut self, input: &Input<'_>, options: &Options) -> Outcome {
        self.carry_out(input, options, false)
    }

    /// What [`Daemon::build`] would do, without [`Outcome::records`]. Nothing is stored; only what was computed on
    /// the way is kept, for the next preview of nearly the same to be quick.
    pub fn preview(&mut self, input: &Input<'_>) -> Outcome {
        self.carry_out(input, &Options::default(), true)
    }

    fn carry_out(&mut self, input: &Input<'_>, options: &Options, preview: bool) -> Outcome {
        let plan = &*Planned::plan(&mut self.planned, input, options);
        // Nothing is built of a file that is refused; what would be is told all the same.
        let before = (preview || plan.error.is_some()).then(|| (self.memory.clone(), self.folders.clone()));
        self.contexts.receive(input, options);
        let needed = plan.graph.needed(plan.root);
        let solver =
            Solver::new(plan, &mut self.contexts, &mut self.memory, input.outputs, &options.no_cache);
        let decisions = solver.solve(&needed);
        let steps = self.steps(plan, &needed, &decisions);
        let error = missing(input)
            .or_else(|| plan.error.clone())
            .or_else(|| failure(&plan.drafts, &decisions, &needed));
        let mut records = Vec::new();
        if let Some((memory, folders)) = before {
            (self.memory, self.folders) = (memory, folders);
        } else {
            // Remembers the contexts that were transferred.
            for (op, needed) in plan.graph.ops.iter().zip(&needed) {
                if let (Kind::Context(name), true) = (&op.kind, needed) {
                    self.contexts.keep(name.as_deref());
                }
            }
            self.give_up(plan, &needed, &decisions);
            if error.is_none() {
                records = export::records(&plan.graph, &decisions, &needed);
            }
        }
        Outcome { steps, records, error, warnings: Vec::new() }
    }

    /// The steps that are needed, by stage and number.
    fn steps(&mut self, plan: &Plan, needed: &[bool], decisions: &[Decision]) -> Vec<Step> {
        let is_needed = |op: OpId| needed.get(op).copied().unwrap_or(false);
        let mut drafts: Vec<&Draft> = plan
            .drafts
            .iter()
            .filter(|draft| is_needed(draft.op) || draft.merge.is_some_and(is_needed))
            .collect();
        drafts.sort_by_key(|draft| (draft.step.stage, draft.step.index));
        let mut step_of: Vec<Option<usize>> = vec![None; plan.graph.ops.len()];
        for (at, draft) in drafts.iter().enumerate() {
            // A copy that another stage links as well may be a step of its own, too.
            if draft.merge.is_none() || step_of[draft.op].is_none() {
                step_of[draft.op] = Some(at);
            }
            if let Some(merge) = draft.merge {
                step_of[merge] = Some(at);
            }
        }
        let mut steps = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (op, decision) = (&plan.graph.ops[draft.op], &decisions[draft.op]);
            let mut step = draft.step.clone();
            step.status = decision.status;
            step.merge = draft.merge.map(|merge| decisions[merge].status);
            step.parent = draft.parent.and_then(|parent| step_of[parent]);
            for edge in &op.inputs {
                if let Some(input) = step_of[edge.op]
                    && Some(edge.op) != draft.parent
                    && !step.inputs.contains(&input)
                {
                    step.inputs.push(input);
                }
            }
            for (number, files) in draft.inputs.iter().zip(&mut step.ingredients.files) {
                if let Some(edge) = op.inputs.get(*number) {
                    self.select(plan, edge, files);
                }
                let content = decision.contents.get(*number).copied().flatten();
                step.exact &= content.is_some_and(|content| content.exact);
                if let Some(content) = content.filter(|content| content.doubt != Doubt::Run) {
                    files.digest = Some(content.digest.text());
                    if step.checksum.is_none() {
                        step.checksum.clone_from(&files.digest);
                    }
                }
            }
            self.mounts(&mut step);
            steps.push(step);
        }
        steps
    }

    /// A context that an executed step has below it, or mounts to write on, is made a layer of its own, and is not
    /// the daemon's to transfer onto any more (BuildKit: `cache/refs.go`, `Finalize`).
    fn give_up(&mut self, plan: &Plan, needed: &[bool], decisions: &[Decision]) {
        for draft in &plan.drafts {
            let end = draft.merge.unwrap_or(draft.op);
            if needed[end] && decisions[end].status == Status::Executed {
                for &op in draft.overlaid.iter().chain(&draft.parent) {
                    if let Some(Kind::Context(name)) = plan.graph.get(op).map(|op| &op.kind) {
                        self.contexts.give_up(name.as_deref());
                    }
                }
            }
        }
    }

    /// Adds the files that a step takes in from one input: known if it is a context.
    fn select(&self, plan: &Plan, edge: &Edge, files: &mut SelectedFiles) {
        if let Some(Kind::Context(name)) = plan.graph.get(edge.op).map(|op| &op.kind) {
            let tree = self.contexts.tree(name.as_deref());
            for selection in edge.content.iter().flat_map(|content| content.iter()) {
                if selection.exclude.is_empty() {
                    files.selected.extend(selected_paths(&tree, selection));
                } else {
                    let whole = Selection { exclude: Vec::new(), ..selection.clone() };
                    files.selected.extend(selected_paths(&tree, &whole));
                }
            }
            files.tree = Some(tree);
        }
    }

    /// Says which folders of cache mounts may hold something, and fills them if the step is executed.
    fn mounts(&mut self, step: &mut Step) {
        for mount in &mut step.cache_mounts {
            mount.warm = self.folders.get(&mount.id).is_some();
        }
        if matches!(step.status, Status::Executed | Status::Depends) {
            for mount in &step.cache_mounts {
                self.folders.insert(mount.id.clone(), ());
            }
        }
    }
}

/// What is said of a Dockerfile that is not in the context.
fn missing(input: &Input<'_>) -> Option<BuildError> {
    let path = input.missing_dockerfile()?;
    let message = ["failed to read dockerfile: open ", path, ": no such file or directory"].concat();
    Some(BuildError { message, line: 0, refused: true })
}

/// Why the first step fails that does. Files are looked for before anything is executed, so what is missing is
/// told first.
fn failure(drafts: &[Draft], decisions: &[Decision], needed: &[bool]) -> Option<BuildError> {
    let mut first: Option<(&Step, &String)> = None;
    let place = |step: &Step, message: &str| {
        (!message.starts_with("failed to compute cache key"), step.stage, step.index)
    };
    for draft in drafts {
        if needed[draft.op]
            && let Some(message) = &decisions[draft.op].failure
            && first.is_none_or(|(step, other)| place(&draft.step, message) < place(step, other))
        {
            first = Some((&draft.step, message));
        }
    }
    let (step, message) = first?;
    Some(BuildError { message: message.clone(), line: step.line, refused: false })
}
