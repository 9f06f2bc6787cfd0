//! The build context: a persistent Merkle tree of files, selections from it, and their checksums.

mod entry;

pub use entry::{Content, Entry, Kind};

/// A persistent tree of files. Clones share nodes; a folder keeps its digest until something below it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {}
