//! `.dockerignore`: its lines, and the path patterns that it shares with `COPY --exclude` and `--parents`.
//!
//! Three kinds of matching live here, since builders use three. [`Patterns`] is the ignore file's language, in
//! which `**` crosses folders and an excluded folder takes what is below it along. [`Wildcard`] is Go's
//! `path.Match`, which decides what `COPY *.txt .` selects. [`path`] is lexical path cleaning, which both apply.
//! Nothing here knows of files: how a tree is filtered stands in the module `context`.

mod line;
pub mod path;
mod pattern;
mod patterns;
mod regular;
mod wildcard;

pub use line::Ignore;
pub use pattern::Pattern;
pub use patterns::{Matches, Patterns, Verdict};
pub use wildcard::{Wildcard, has_wildcard};
