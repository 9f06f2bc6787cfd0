//! The daemon: what it remembers, and a build from beginning to end.

use std::rc::Rc;

use super::{
    Options,
    draft::Draft,
    export,
    graph::{Kind, OpId},
    lower::Plan,
    map::SharedMap,
    planned::Planned,
    solve::{Decision, Memory, Solver, record},
    transfer::{Contexts, Received},
};
use crate::{
    builder::{BuildError, CacheMount, Input, Outcome, SelectedFiles, Status, Step},
    context::{Selection, Tree, selected_paths},
    dockerfile::Sharing,
    map::Map,
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
    /// Contexts by name; the build context has none.
    received: Map<String, Received>,
    /// Folders of cache mounts that an executed step has had.
    folders: SharedMap<String, ()>,
}

impl Daemon {
    /// Decides for each step whether the cache has it, stores what is executed, and reports.
    ///
    /// Never fails: what is wrong with the Dockerfile or the files is [`Outcome::error`]. A digest of files that
    /// the builder's message names by a reference of its own stands as `REF`.
    pub fn build(&mut self, input: &Input<'_>) -> Outcome {
        self.build_with(input, &Options::default())
    }

    /// Like [`Daemon::build`], with further flags of the build command.
    pub fn build_with(&mut self, input: &Input<'_>, options: &Options) -> Outcome {
        let plan = Planned::plan(&mut self.planned, input, options);
        if plan.error.is_some() {
            // Nothing is built of a file that is refused; what would be is told all the same.
            let mut trial = self.clone();
            return Outcome { records: Vec::new(), ..trial.carry_out(input, &plan, options) };
        }
        self.carry_out(input, &plan, options)
    }

    fn carry_out(&mut self, input: &Input<'_>, plan: &Plan, options: &Options) -> Outcome {
        let contexts = Contexts::receive(input, options, &mut self.received);
        let needed = plan.graph.needed(plan.root);
        let solver = Solver::new(plan, &contexts, &mut self.memory, input.outputs, &options.no_cache);
        let decisions = solver.solve(&needed);
        self.keep(plan, &needed);
        let steps = self.steps(plan, &needed, &decisions, &contexts);
        let error = plan.error.clone().or_else(|| failure(&plan.drafts, &decisions, &needed));
        let records = match error {
            Some(_) => Vec::new(),
            None => export::records(&plan.graph, &decisions, &needed),
        };
        Outcome { steps, records, error, warnings: Vec::new() }
    }

    /// Remembers the contexts that were transferred.
    fn keep(&mut self, plan: &Plan, needed: &[bool]) {
        for (op, _) in plan.graph.ops.iter().zip(needed).filter(|(_, needed)| **needed) {
            if let Kind::Context(name) = &op.kind
                && let Some(received) = self.received.get_mut(name.as_deref().unwrap_or(""))
            {
                received.keep();
            }
        }
    }

    /// The steps that are needed, by stage and number.
    fn steps(
        &mut self,
        plan: &Plan,
        needed: &[bool],
        decisions: &[Decision],
        contexts: &Contexts,
    ) -> Vec<Step> {
        let is_needed = |draft: &&Draft| {
            needed.get(draft.merge.unwrap_or(draft.op)).copied().unwrap_or(false)
                || needed.get(draft.op).copied().unwrap_or(false)
        };
        let mut drafts: Vec<&Draft> = plan.drafts.iter().filter(is_needed).collect();
        drafts.sort_by_key(|draft| (draft.stage, draft.index));
        let mut step_of: Vec<Option<usize>> = vec![None; plan.graph.ops.len()];
        for (at, draft) in drafts.iter().enumerate() {
            for op in [Some(draft.op), draft.merge].into_iter().flatten() {
                if let Some(slot) = step_of.get_mut(op) {
                    *slot = Some(at);
                }
            }
        }
        let find = |op: OpId| step_of.get(op).copied().flatten();
        let mut steps = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (Some(op), Some(decision)) = (plan.graph.get(draft.op), decisions.get(draft.op)) else {
                continue;
            };
            let mut step = Step {
                name: draft.name.clone(),
                stage: draft.stage,
                stage_name: draft.stage_name.clone(),
                index: draft.index,
                instruction: draft.instruction.clone(),
                origin: draft.origin,
                line: draft.line,
                end_line: draft.end_line,
                status: decision.status,
                merge: draft.merge.and_then(|merge| decisions.get(merge)).map(|merge| merge.status),
                cache_key: Some(record(op.digest)),
                checksum: None,
                exact: op.exact,
                ingredients: draft.ingredients.clone(),
                parent: draft.parent.and_then(find),
                inputs: Vec::new(),
                cache_mounts: Vec::new(),
            };
            for edge in op.inputs.iter().filter(|edge| Some(edge.op) != draft.parent) {
                step.inputs.extend(find(edge.op).filter(|input| !step.inputs.contains(input)));
            }
            for (number, files) in &draft.files {
                let selected = select(plan, op.inputs.get(*number), files, contexts);
                let content = decision.contents.get(*number).copied().flatten();
                let digest =
                    content.filter(|content| !content.unsure).map(|content| content.digest.to_string());
                step.exact &= content.is_some_and(|content| content.exact);
                if step.checksum.is_none() {
                    step.checksum.clone_from(&digest);
                }
                step.ingredients.files.push(SelectedFiles { digest, ..selected });
            }
            self.mounts(draft, &mut step);
            steps.push(step);
        }
        steps
    }

    /// Says which folders of cache mounts may hold something, and fills them if the step is executed.
    fn mounts(&mut self, draft: &Draft, step: &mut Step) {
        for folder in &draft.caches {
            step.cache_mounts.push(CacheMount {
                target: folder.target.clone(),
                id: folder.id.clone(),
                sharing: sharing(folder.sharing).to_owned(),
                warm: self.folders.get(&folder.id).is_some(),
            });
        }
        if matches!(step.status, Status::Executed | Status::Depends) {
            for folder in &draft.caches {
                self.folders.insert(folder.id.clone(), ());
            }
        }
    }
}

/// The word in the Dockerfile.
fn sharing(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::Shared => "shared",
        Sharing::Private => "private",
        Sharing::Locked => "locked",
    }
}

/// The files that a step takes in from one input: known if it is a context.
fn select(
    plan: &Plan,
    edge: Option<&super::graph::Edge>,
    files: &SelectedFiles,
    contexts: &Contexts,
) -> SelectedFiles {
    let mut files = files.clone();
    let source = edge.and_then(|edge| plan.graph.get(edge.op)).map(|op| &op.kind);
    if let (Some(edge), Some(Kind::Context(name))) = (edge, source) {
        let tree = contexts.tree(name.as_deref());
        files.selected =
            edge.content.iter().flat_map(|each| each.iter()).flat_map(|each| paths(&tree, each)).collect();
        files.tree = Some(tree);
    }
    files
}

fn paths(tree: &Tree, selection: &Selection) -> Vec<String> {
    let whole = Selection { include: selection.include.clone(), exclude: Vec::new(), ..selection.clone() };
    selected_paths(tree, &whole)
}

/// Why the first step fails that does. Files are looked for before anything is executed, so what is missing is
/// told first.
fn failure(drafts: &[Draft], decisions: &[Decision], needed: &[bool]) -> Option<BuildError> {
    let mut failed: Vec<(&Draft, &String)> = drafts
        .iter()
        .filter(|draft| needed.get(draft.op).copied().unwrap_or(false))
        .filter_map(|draft| Some((draft, decisions.get(draft.op)?.failure.as_ref()?)))
        .collect();
    failed.sort_by_key(|(draft, message)| {
        (!message.starts_with("failed to compute cache key"), draft.stage, draft.index)
    });
    let (draft, message) = failed.first()?;
    Some(BuildError { message: (*message).clone(), line: draft.line, refused: false })
}
