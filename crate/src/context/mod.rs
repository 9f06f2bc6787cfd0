//! The build context: a persistent Merkle tree of files, selections from it, and their checksums.
//!
//! A [`Tree`] is cheap to clone: clones share their nodes, and an edit copies only the path from the root to what
//! it changes. Nodes remember their digests, so that after an edit only the edited file and the records of the
//! folders above it are hashed again. The same trees hold what stages leave behind.
//!
//! | file | what it holds |
//! |---|---|
//! | `path` | what a path of a tree is; [`PathError`] |
//! | `entry`, `node`, `tree` | files, shared nodes, insert and remove |
//! | `change`, `graft`, `hardlink` | rename, chmod, touch; whole subtrees; further names of a file |
//! | `resolve` | symbolic links |
//! | `filter` | `.dockerignore` applied to a tree, again only where it changed |
//! | `diff` | what differs between two trees |
//! | `select`, `collect`, `order`, `checksum` | BuildKit's selections and content checksums |
//! | `legacy_select`, `legacy_sum` | the classic builder's |
//! | `unpack` | archives unpacked over a folder |
//! | `transfer` | what BuildKit's snapshot of the context holds after a transfer |

mod change;
mod checksum;
mod collect;
mod diff;
mod entry;
mod filter;
mod graft;
mod hardlink;
mod legacy_select;
mod legacy_sum;
mod node;
mod order;
pub mod path;
mod resolve;
mod select;
mod transfer;
mod tree;
mod unpack;

pub(crate) use checksum::content_text;
pub use checksum::{NotFound, RootHeader, content_digest, is_exact};
pub use diff::{Change, What};
pub use entry::{Content, Entry, Kind};
pub use legacy_select::legacy_sums;
pub use legacy_sum::{HostNames, LegacyOptions, LegacySumError, SourceSum, download_sum, join_sums};
pub use node::Node;
pub use order::{exec_selections, file_op_selections};
pub use path::PathError;
pub use select::{Selection, selected_paths};
pub use tree::Tree;
#[cfg(test)]
pub(crate) use unpack::tests::archive as archive_of;
pub(crate) use unpack::{NotUnpacked, Package, Unpacking};
