//! From instructions to stages: what both builders share before a step gets a key.
//!
//! [`Stages`] cuts the Dockerfile into stages and finds them by name or number, [`Needs`] tells which of them a
//! target needs and refuses circles, [`Environment`] is the ordered list of variables that a stage accumulates,
//! and [`Arguments`] says what `ARG` gives: before the first `FROM`, in a stage, or by the platform. Knows
//! nothing of files, images or keys.

mod arguments;
mod environment;
mod graph;
mod stage;

pub use arguments::{Arguments, PLATFORM_ARGUMENTS, is_proxy};
pub use environment::{Environment, Variable, VariableSource};
pub use graph::Needs;
pub use stage::{Stage, Stages};
