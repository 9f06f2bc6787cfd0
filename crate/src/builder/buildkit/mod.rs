//! BuildKit: instructions to ops, ops to cache keys, keys to hits.
//!
//! [`Daemon::build`] lowers the Dockerfile (`lower`, `dispatch`, `copy`, `run`) to a graph of ops
//! (`graph`), each with the digest of the JSON that BuildKit hashes (`exec`, `file`, `source`, `json`, `hashed`), then
//! decides op by op what the cache has (`solve`, `store`, `map`). What files a stage holds is known as far as
//! `snapshot` and `apply` can tell; `transfer` is how the context comes in, `export` the records that go out.

pub(super) mod apply;
mod copy;
mod daemon;
mod dispatch;
mod draft;
mod exec;
mod export;
mod file;
mod graph;
mod hashed;
mod json;
mod lower;
mod map;
mod mode;
mod name;
mod options;
mod path;
mod planned;
pub(crate) mod reference;
mod run;
mod sent;
pub(super) mod snapshot;
mod solve;
pub(crate) mod source;
mod state;
mod store;
pub(crate) mod transfer;

pub use daemon::Daemon;
pub use options::{NoCache, Options, Ulimit};
