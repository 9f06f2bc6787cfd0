//! What the daemon remembers: which keys follow from which, and which of them have a result (BuildKit:
//! `solver/cachestorage.go` and `solver/edge.go`).
//!
//! A key is either a root, the digest of a record without inputs, or a number: the place that an op with inputs
//! has in the graph of what was built. Links lead from the key of an input, through the digest of the op, to
//! the keys that were stored for it.

use std::rc::Rc;

use super::{
    map::SharedMap,
    snapshot::{Content, Doubt},
};
use crate::digest::Digest;

/// A key of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Of an op with inputs: known only by the links that lead to it.
    Made(u32),
    /// Of a source or of a content: the digest of its record.
    Root(Digest),
}

/// A way to a key: from an input's key through an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) op: Digest,
    pub(super) input: u32,
    pub(super) selector: Option<Digest>,
    pub(super) from: Key,
}

/// A result of the cache.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// What it is called: two results of one name hold the same bytes.
    pub(super) name: Digest,
    /// The contents of the op's inputs when it was stored, as far as they were computed.
    pub(super) contents: Rc<[Option<Content>]>,
}

/// The cache. Clones share everything until one of them stores something.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    links: SharedMap<Way, Rc<[Key]>>,
    /// For an op and the number of an input: all keys that a content of that input leads to, by how far it is known.
    contents: SharedMap<(Digest, u32, Doubt), Rc<[Key]>>,
    results: SharedMap<Key, Stored>,
    made: u32,
}

impl Store {
    /// The keys at the end of a way.
    pub(super) fn follow(&self, way: &Way) -> &[Key] {
        self.links.get(way).map_or(&[], |keys| keys)
    }

    /// The keys that some content of this input leads to that is known so far.
    pub(super) fn by_content(&self, op: Digest, input: u32, doubt: Doubt) -> &[Key] {
        self.contents.get(&(op, input, doubt)).map_or(&[], |keys| keys)
    }

    /// The result of a key, if there is one.
    pub(super) fn result(&self, key: Key) -> Option<&Stored> {
        self.results.get(&key)
    }

    /// A key that was not given before.
    pub(super) fn fresh(&mut self) -> Key {
        self.made += 1;
        Key::Made(self.made)
    }

    /// Stores that `way` leads to `key`. `content` says that the way begins at a content, and whether a real run
    /// alone knows it.
    pub(super) fn link(&mut self, way: Way, key: Key, content: Option<Doubt>) {
        if self.follow(&way).contains(&key) {
            return;
        }
        let keys = with(self.follow(&way), key);
        self.links.insert(way, keys);
        if let Some(doubt) = content
            && !self.by_content(way.op, way.input, doubt).contains(&key)
        {
            let keys = with(self.by_content(way.op, way.input, doubt), key);
            self.contents.insert((way.op, way.input, doubt), keys);
        }
    }

    /// Stores a result.
    pub(super) fn store(&mut self, key: Key, result: Stored) {
        self.results.insert(key, result);
    }
}

fn with(keys: &[Key], key: Key) -> Rc<[Key]> {
    keys.iter().copied().chain([key]).collect()
}
