//! The ops of a build and how they hang together. Equal ops on equal inputs are one op, as in BuildKit.

use std::rc::Rc;

use super::{file::FileOp, source::ImageKeys};
use crate::{context::Selection, digest::Digest};

/// Index of an op in its [`Graph`].
pub(super) type OpId = usize;

/// An op: something that makes a file system.
#[derive(Clone, Debug)]
pub(super) struct Op {
    /// The digest of its cache map: its own parameters without its inputs.
    pub(super) digest: Digest,
    /// The digest of its record: of `digest` and the number of its output.
    pub(super) record: Digest,
    pub(super) kind: Kind,
    pub(super) inputs: Vec<Edge>,
    /// Whether the digest is the builder's own, and not made with stand-ins for what is not known.
    pub(super) exact: bool,
}

/// What an op does.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Image(Box<ImageKeys>),
    /// The build context, or the named one.
    Context(Option<Rc<str>>),
    /// A download or a git tree.
    Fetch,
    /// A command; the number of the input that is its root file system.
    Exec(Option<usize>),
    File(Rc<FileOp>),
    /// The second input put on top of the first.
    Merge,
}

/// An input of an op.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) op: OpId,
    /// The digest of the paths that are used, part of a match by definition.
    pub(super) selector: Option<Digest>,
    /// The files by whose content the input may be matched as well.
    pub(super) content: Option<Rc<[Selection]>>,
}

impl Edge {
    /// An input that is known by its definition only.
    pub(super) fn whole(op: OpId) -> Self {
        Self { op, selector: None, content: None }
    }
}

/// All ops of a build; inputs stand before what uses them.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) ops: Vec<Op>,
    /// All ops, sorted by digest.
    sorted: Vec<OpId>,
}

/// Whether two ops are the same: by digest and, for each input, the op and the paths used of it.
fn is_same(left: &Op, right: &Op) -> bool {
    left.digest == right.digest
        && left.inputs.len() == right.inputs.len()
        && left
            .inputs
            .iter()
            .zip(&right.inputs)
            .all(|(left, right)| left.op == right.op && left.selector == right.selector)
}

impl Graph {
    /// Adds an op, or finds the equal one.
    pub(super) fn add(&mut self, op: Op) -> OpId {
        let at = self.sorted.partition_point(|&id| self.ops[id].digest < op.digest);
        let equals = self.sorted[at..].iter().take_while(|&&id| self.ops[id].digest == op.digest);
        for &id in equals {
            if is_same(&self.ops[id], &op) {
                return id;
            }
        }
        let id = self.ops.len();
        self.sorted.insert(at, id);
        self.ops.push(op);
        id
    }

    /// The op of this index.
    pub(super) fn get(&self, id: OpId) -> Option<&Op> {
        self.ops.get(id)
    }

    /// For each op whether `root` stands on it.
    pub(super) fn needed(&self, root: Option<OpId>) -> Vec<bool> {
        let mut needed = vec![false; self.ops.len()];
        if let Some(flag) = root.and_then(|root| needed.get_mut(root)) {
            *flag = true;
        }
        for (id, op) in self.ops.iter().enumerate().rev() {
            if needed.get(id).copied().unwrap_or(false) {
                for edge in &op.inputs {
                    if let Some(flag) = needed.get_mut(edge.op) {
                        *flag = true;
                    }
                }
            }
        }
        needed
    }
}

/// The number of an input: that under which it is known already, else the next.
pub(super) fn number_of(inputs: &mut Vec<OpId>, op: OpId) -> usize {
    let known = inputs.iter().position(|&other| other == op);
    known.unwrap_or_else(|| {
        inputs.push(op);
        inputs.len() - 1
    })
}

/// The paths that are used of an input, joined by NUL bytes: the digest of this is the selector.
pub(super) fn selector(paths: &[&str]) -> String {
    paths.join("\0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_selector_is_the_published_one() {
        assert!(Digest::of(selector(&["/"]).as_bytes()).hex().starts_with("8a5edab2"));
    }

    #[test]
    fn equal_ops_are_one_and_only_what_is_needed_is_marked() {
        let op = |text: &[u8], inputs: &[OpId]| Op {
            digest: Digest::of(text),
            record: Digest::of(b""),
            kind: Kind::Merge,
            inputs: inputs.iter().map(|&op| Edge::whole(op)).collect(),
            exact: true,
        };
        let mut graph = Graph::default();
        let a = graph.add(op(b"a", &[]));
        let b = graph.add(op(b"b", &[a]));
        assert_eq!(graph.add(op(b"b", &[a])), b);
        let c = graph.add(op(b"b", &[b]));
        assert_ne!(c, b);
        assert_eq!(graph.needed(Some(b)), [true, true, false]);
        assert_eq!(graph.needed(None), [false, false, false]);
    }
}
