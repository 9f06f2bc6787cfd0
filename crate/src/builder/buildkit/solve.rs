//! Hits and misses: op by op, in the order in which they stand on each other (BuildKit: `solver/edge.go`).
//!
//! An op is a hit if for every input some way of knowing it, by definition or by content, leads to one and the
//! same stored result. Where a real run alone knows a content, it is also told whether some content would have
//! led to a hit: then the step depends on that run.

use std::rc::Rc;

use super::{
    NoCache,
    apply::{Source, apply, before_wildcard},
    draft::Draft,
    file::Copy,
    graph::{Edge, Kind, Op, OpId},
    lower::Plan,
    map::SharedMap,
    path::has_wildcard,
    sent::Sent,
    snapshot::{Content, Doubt, Extent, Snapshot, Unknown},
    store::{Key, Store, Stored, Way},
    transfer::Contexts,
};
use crate::{
    builder::{Output, Status},
    context::{NotFound, RootHeader, Tree},
    digest::{Digest, Hasher},
    map::Map,
};

/// What is decided about an op.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) status: Status,
    /// By which later ops know it.
    pub(super) keys: Vec<Key>,
    /// By which they might know it if bytes that nobody knows yet turn out equal.
    maybe: Vec<Key>,
    /// For each input its content, if it was computed.
    pub(super) contents: Vec<Option<Content>>,
    /// What the files are called that it makes, if it is a command.
    name: Digest,
    doubt: Doubt,
    new: bool,
    /// Why it fails.
    pub(super) failure: Option<String>,
}

/// What outlasts a build.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    store: Store,
    /// What the files were called that a RUN made the last time, by stage and text of the step.
    names: SharedMap<Rc<str>, Digest>,
    /// The number of names given so far.
    named: u64,
}

/// The work on one build.
pub(super) struct Solver<'a> {
    plan: &'a Plan,
    contexts: &'a mut Contexts,
    memory: &'a mut Memory,
    outputs: &'a Map<String, Output>,
    no_cache: &'a NoCache,
    decisions: Vec<Decision>,
    snapshots: Vec<Option<Rc<Snapshot>>>,
}

impl Decision {
    fn skipped(op: &Op) -> Self {
        Self {
            status: Status::Skipped,
            keys: Vec::new(),
            maybe: Vec::new(),
            contents: vec![None; op.inputs.len()],
            name: op.digest,
            doubt: Doubt::None,
            new: false,
            failure: None,
        }
    }

    fn source(op: &Op, records: &[Option<Digest>]) -> Self {
        let keys = records.iter().flatten().map(|&record| Key::Root(record)).collect();
        Self { status: Status::Cached, keys, ..Self::skipped(op) }
    }
}

impl<'a> Solver<'a> {
    /// A solver that has decided nothing yet.
    pub(super) fn new(
        plan: &'a Plan,
        contexts: &'a mut Contexts,
        memory: &'a mut Memory,
        outputs: &'a Map<String, Output>,
        no_cache: &'a NoCache,
    ) -> Self {
        let count = plan.graph.ops.len();
        let (decisions, snapshots) = (Vec::with_capacity(count), vec![None; count]);
        Self { plan, contexts, memory, outputs, no_cache, decisions, snapshots }
    }

    /// Decides all ops that are needed.
    pub(super) fn solve(mut self, needed: &[bool]) -> Vec<Decision> {
        let plan = self.plan;
        let mut steps: Vec<Option<&Draft>> = vec![None; plan.graph.ops.len()];
        for draft in &plan.drafts {
            if let Some(slot) = steps.get_mut(draft.op) {
                *slot = Some(draft);
            }
        }
        for (id, op) in plan.graph.ops.iter().enumerate() {
            let decision = if needed.get(id).copied().unwrap_or(false) {
                self.decide(op, steps.get(id).copied().flatten())
            } else {
                Decision::skipped(op)
            };
            self.decisions.push(decision);
        }
        self.store_images();
        self.decisions
    }

    /// Stores the images that were pulled: those that a step stands on and that no key led to. Where the layers
    /// are there already, under another manifest, nothing is pulled, and nothing new is stored.
    fn store_images(&mut self) {
        for (op, decision) in self.plan.graph.ops.iter().zip(&self.decisions) {
            for edge in op.inputs.iter().filter(|_| decision.status != Status::Skipped) {
                let image = self.plan.graph.get(edge.op);
                let Some(Op { kind: Kind::Image(keys), digest, record, .. }) = image else { continue };
                let records = [Some(*record), keys.chain_record];
                if records.into_iter().flatten().any(|record| self.is_stored(record)) {
                    continue;
                }
                for record in records.into_iter().flatten() {
                    let stored = Stored { name: *digest, contents: Rc::default() };
                    self.memory.store.store(Key::Root(record), stored);
                }
            }
        }
    }

    fn is_stored(&self, record: Digest) -> bool {
        self.memory.store.result(Key::Root(record)).is_some()
    }

    fn decide(&mut self, op: &Op, step: Option<&Draft>) -> Decision {
        match &op.kind {
            // By its layers it is known only as long as its manifest alone leads to nothing.
            Kind::Image(_) if self.is_stored(op.record) => {
                return Decision::source(op, &[Some(op.record)]);
            }
            Kind::Image(keys) => return Decision::source(op, &[Some(op.record), keys.chain_record]),
            Kind::Context(_) => return Decision::source(op, &[]),
            Kind::Fetch => return Decision::source(op, &[Some(op.record)]),
            Kind::Exec(_) | Kind::File(_) | Kind::Merge => {}
        }
        let stuck = |edge: &Edge| {
            self.decisions
                .get(edge.op)
                .is_none_or(|input| matches!(input.status, Status::Failed | Status::Skipped))
        };
        let mut decision = Decision::skipped(op);
        if op.inputs.iter().any(stuck) {
            // The files of contexts are looked for before anything is executed.
            for (number, edge) in op.inputs.iter().enumerate() {
                if self.context(edge).is_some()
                    && let Some(Err(message)) = self.look(op, number)
                {
                    (decision.status, decision.failure) = (Status::Failed, Some(message));
                }
            }
            return decision;
        }
        let forced = step.is_some_and(|step| self.no_cache.covers(&step.stage_title) && step.always_runs);
        if op.inputs.is_empty() {
            let key = Key::Root(op.record);
            let known = self.memory.store.result(key).filter(|_| !forced).cloned();
            return match known {
                Some(stored) => self.hit(op, step, decision, key, &stored),
                None => self.miss(op, step, decision, Some(key), Vec::new()),
            };
        }
        // First what the definitions say, and the files of contexts, which are at hand; then, only if that is no
        // hit, the files of stages and images.
        for late in [false, true] {
            for number in 0..op.inputs.len() {
                let edge = op.inputs.get(number);
                let made = edge.and_then(|edge| self.decisions.get(edge.op));
                let at_hand = made.is_some_and(|input| input.keys.is_empty());
                if decision.contents[number].is_some() || at_hand == late {
                    continue;
                }
                match self.look(op, number) {
                    None => {}
                    Some(Ok(content)) => decision.contents[number] = Some(content),
                    Some(Err(message)) => {
                        (decision.status, decision.failure) = (Status::Failed, Some(message));
                        return decision;
                    }
                }
            }
            let common = self.common(op, &decision, false);
            if !forced {
                for &key in &common {
                    if let Some(stored) = self.memory.store.result(key).cloned() {
                        return self.hit(op, step, decision, key, &stored);
                    }
                }
            }
            if late {
                let mut maybe = self.common(op, &decision, true);
                maybe.retain(|&key| !forced && self.memory.store.result(key).is_some());
                return self.miss(op, step, decision, common.first().copied(), maybe);
            }
        }
        decision
    }

    /// The files of the context that an input is, if it is one.
    fn context(&self, edge: &Edge) -> Option<Rc<Tree>> {
        match &self.plan.graph.get(edge.op)?.kind {
            Kind::Context(name) => Some(self.contexts.tree(name.as_deref())),
            _ => None,
        }
    }

    /// What is selected of an input, if files of it are: their checksum, or the builder's message for what is
    /// missing.
    fn look(&mut self, op: &Op, number: usize) -> Option<Result<Content, String>> {
        let edge = op.inputs.get(number)?;
        let selections = edge.content.as_ref()?;
        let content = match self.plan.graph.get(edge.op).map(|op| &op.kind) {
            Some(Kind::Context(name)) => {
                let missed = matches!(op.kind, Kind::Exec(_)).then(|| {
                    let tree = self.contexts.tree(name.as_deref());
                    self.sent(edge.op, &tree).missed(selections).map(str::to_owned)
                });
                match missed.flatten() {
                    Some(path) => Err(NotFound { path }),
                    None => self.contexts.content(name.as_deref(), selections),
                }
            }
            _ => self.snapshot(edge.op).content(selections, RootHeader::Directory),
        };
        Some(content.map_err(|missing| {
            ["failed to compute cache key: failed to calculate checksum of ref REF: ", &missing.to_string()]
                .concat()
        }))
    }

    /// The keys to which what is known of each of the inputs leads.
    fn common(&self, op: &Op, decision: &Decision, possible: bool) -> Vec<Key> {
        let mut common = self.ways(op, decision, 0, possible);
        for number in 1..op.inputs.len() {
            let keys = self.ways(op, decision, number, possible);
            common.retain(|key| keys.contains(key));
        }
        common
    }

    /// The keys to which what is known of an input leads; with `possible`, also what may turn out.
    fn ways(&self, op: &Op, decision: &Decision, number: usize, possible: bool) -> Vec<Key> {
        let mut keys = Vec::new();
        let (Some(edge), input) = (op.inputs.get(number), number as u32) else { return keys };
        let mut add = |found: &[Key]| {
            for &key in found {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        };
        let way = |from: Key, selector| Way { op: op.digest, input, selector, from };
        if let Some(made) = self.decisions.get(edge.op) {
            let maybe = if possible { made.maybe.as_slice() } else { &[] };
            for &from in made.keys.iter().chain(maybe) {
                add(self.memory.store.follow(&way(from, edge.selector)));
            }
        }
        if let Some(content) = decision.contents.get(number).copied().flatten() {
            add(self.memory.store.follow(&way(Key::Root(content.record), None)));
            // Bytes that nobody knows may be equal to any others, but for those that are said to be new.
            for doubt in [Doubt::Run, Doubt::Image, Doubt::None] {
                if possible && !content.new && content.doubt.meets(doubt) {
                    add(self.memory.store.by_content(op.digest, input, doubt));
                }
            }
        }
        keys
    }

    fn hit(
        &mut self,
        op: &Op,
        step: Option<&Draft>,
        mut decision: Decision,
        key: Key,
        stored: &Stored,
    ) -> Decision {
        decision.status = Status::Cached;
        decision.name = stored.name;
        self.link(op, &decision, key);
        // What was computed when it was stored is linked already.
        for (content, known) in decision.contents.iter_mut().zip(stored.contents.iter()) {
            *content = content.or(*known);
        }
        if let Some(step) = step.filter(|_| matches!(op.kind, Kind::Exec(_))) {
            self.memory.names.insert(title(step), stored.name);
        }
        decision.keys = vec![key];
        decision
    }

    fn miss(
        &mut self,
        op: &Op,
        step: Option<&Draft>,
        mut decision: Decision,
        key: Option<Key>,
        maybe: Vec<Key>,
    ) -> Decision {
        decision.status = if maybe.is_empty() { Status::Executed } else { Status::Depends };
        if let Some(message) = step.and_then(|step| step.obstacle.clone()).or_else(|| self.trial(op)) {
            decision.status = Status::Failed;
            decision.failure = Some(message);
            return decision;
        }
        if let (Kind::Exec(_), Some(step)) = (&op.kind, step) {
            self.name(step, &mut decision);
        }
        let key = match key {
            Some(key) => key,
            None => self.memory.store.fresh(),
        };
        self.link(op, &decision, key);
        let contents = Rc::from(decision.contents.as_slice());
        self.memory.store.store(key, Stored { name: decision.name, contents });
        decision.keys = vec![key];
        decision.maybe = maybe;
        decision
    }

    /// Names the files that a command makes, by what is said about its output.
    fn name(&mut self, step: &Draft, decision: &mut Decision) {
        let said =
            self.outputs.get(&step.step.instruction).or_else(|| self.outputs.get(&step.source)).copied();
        let title = title(step);
        let last = self.memory.names.get(&title).copied();
        decision.doubt = if said.is_none() { Doubt::Run } else { Doubt::None };
        decision.new = said == Some(Output::Different) && decision.status == Status::Executed;
        decision.name = if let (Some(Output::Same), Some(last)) = (said, last) {
            last
        } else {
            self.memory.named += 1;
            let mut hasher = Hasher::new();
            hasher.update(b"output ");
            hasher.update(&self.memory.named.to_le_bytes());
            hasher.finish()
        };
        self.memory.names.insert(title, decision.name);
    }

    /// Stores that all that is known of the inputs leads to `key`.
    fn link(&mut self, op: &Op, decision: &Decision, key: Key) {
        for (number, edge) in op.inputs.iter().enumerate() {
            let input = number as u32;
            if let Some(made) = self.decisions.get(edge.op) {
                for &from in &made.keys {
                    let way = Way { op: op.digest, input, selector: edge.selector, from };
                    self.memory.store.link(way, key, None);
                }
            }
            if let Some(content) = decision.contents.get(number).copied().flatten() {
                let way = Way { op: op.digest, input, selector: None, from: Key::Root(content.record) };
                self.memory.store.link(way, key, Some(content.doubt));
            }
        }
    }

    /// Why a copy is known to fail where it is executed: a file is missing, or something else is in the way.
    fn trial(&mut self, op: &Op) -> Option<String> {
        let Kind::File(file) = &op.kind else { return None };
        if let Some(folder) = file.copies().find_map(|copy| self.not_sent(op, copy)) {
            return Some(["lstat /", &folder, ": no such file or directory"].concat());
        }
        for edge in &op.inputs {
            self.snapshot(edge.op);
        }
        let parent = file.parent.and_then(|input| op.inputs.get(input));
        let below = parent.map_or_else(Rc::default, |edge| self.known(edge.op));
        self.carry_out(op, &below).err()
    }

    /// The folder in which a copy from a context looks for what it selects, if that is not there since nothing in
    /// it is sent: of a context the daemon asks for what the steps of the build select, and for no more.
    fn not_sent(&self, op: &Op, copy: &Copy) -> Option<String> {
        let wildcard = has_wildcard(&copy.source);
        if !copy.local || !wildcard && copy.include.is_empty() {
            return None;
        }
        let context = op.inputs.get(copy.input?)?;
        let tree = self.context(context)?;
        let plain = if wildcard { before_wildcard(&copy.source) } else { &copy.source };
        let folder = tree.resolve(plain, true).filter(|folder| !folder.is_empty())?;
        if self.sent(context.op, &tree).holds(&folder) { None } else { Some(folder) }
    }

    fn sent<'s>(&'s self, context: OpId, tree: &'s Tree) -> Sent<'s> {
        Sent { graph: &self.plan.graph, root: self.plan.root, context, tree }
    }

    /// What an op leaves behind. Ops below it are looked at first, each once.
    fn snapshot(&mut self, id: OpId) -> Rc<Snapshot> {
        if self.snapshots.get(id).is_none_or(Option::is_some) {
            return self.known(id);
        }
        // Inputs stand before what uses them.
        let mut wanted = vec![false; id + 1];
        wanted[id] = true;
        for each in (0..=id).rev() {
            wanted[each] &= self.snapshots[each].is_none();
            if wanted[each] {
                for edge in self.plan.graph.get(each).map_or(&[][..], |op| &op.inputs) {
                    wanted[edge.op] = true;
                }
            }
        }
        for (each, wanted) in wanted.into_iter().enumerate() {
            if wanted {
                self.snapshots[each] = Some(Rc::new(self.make(each)));
            }
        }
        self.known(id)
    }

    fn known(&self, id: OpId) -> Rc<Snapshot> {
        self.snapshots.get(id).cloned().flatten().unwrap_or_default()
    }

    fn make(&self, id: OpId) -> Snapshot {
        let Some(op) = self.plan.graph.get(id) else { return Snapshot::default() };
        let input = |number: Option<usize>| {
            let edge = number.and_then(|number| op.inputs.get(number));
            edge.map_or_else(Rc::default, |edge| self.known(edge.op))
        };
        match &op.kind {
            Kind::Context(name) => Snapshot::known(self.contexts.tree(name.as_deref())),
            Kind::Image(keys) => {
                let name = keys.chain.unwrap_or(keys.manifest);
                let extent = Extent::Image(Rc::clone(&keys.dir));
                Snapshot::unknown(Unknown { name, doubt: Doubt::Image, new: false, extent })
            }
            Kind::Fetch => {
                let doubt = if op.exact { Doubt::None } else { Doubt::Run };
                let extent = Extent::Everywhere;
                Snapshot::unknown(Unknown { name: op.digest, doubt, new: false, extent })
            }
            Kind::Exec(root) => {
                let mut snapshot = Snapshot::clone(&input(*root));
                if let Some(decision) = self.decisions.get(id) {
                    let Decision { name, doubt, new, .. } = *decision;
                    snapshot.cover(Unknown { name, doubt, new, extent: Extent::Everywhere });
                }
                snapshot
            }
            Kind::File(file) => {
                let below = input(file.parent);
                self.carry_out(op, &below).unwrap_or_else(|_| Snapshot::clone(&below))
            }
            Kind::Merge => {
                let (below, above) = (input(Some(0)), input(Some(1)));
                let mut merged = Snapshot::clone(&below);
                if let Some(tree) = above.tree() {
                    merged.top().lay(tree);
                    return merged;
                }
                let above = op.inputs.get(1).and_then(|edge| self.plan.graph.get(edge.op));
                above.and_then(|above| self.carry_out(above, &below).ok()).unwrap_or(merged)
            }
        }
    }

    /// The files of an op on top of `below`.
    fn carry_out(&self, op: &Op, below: &Rc<Snapshot>) -> Result<Snapshot, String> {
        let Kind::File(file) = &op.kind else { return Ok(Snapshot::clone(below)) };
        let source = |input: usize| {
            let edge = op.inputs.get(input)?;
            let snapshot = self.known(edge.op);
            let selections = edge.content.as_deref().unwrap_or_default();
            let content = snapshot.content(selections, RootHeader::Directory).ok();
            Some(Source { snapshot, content })
        };
        apply(file, op.digest, Snapshot::clone(below), &source)
    }
}

/// What tells a RUN from others: its stage and its text.
fn title(step: &Draft) -> Rc<str> {
    let mut text = step.step.stage_name.clone();
    text.push('\0');
    text.push_str(&step.source);
    text.into()
}
