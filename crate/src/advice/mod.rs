//! Advice: what each instruction reads and writes, which orders build the same image, and which of them is
//! cheapest.
//!
//! | step | file |
//! |---|---|
//! | the edits that people make, and what a Dockerfile costs after each, by simulating it | `likely`, `committed`, `cost` |
//! | what holds where an instruction stands: variables, folder, user, shell | `site` |
//! | what a COPY brings, and what stands at a path before a RUN | `brought`, `overlay` |
//! | what an instruction reads and writes, and whether two may change places | `effect`, `commute` |
//! | a COPY in two: what a RUN reads, and the rest | `split` |
//! | the cheapest allowed order of a stage | `order` |
//! | cache mounts for what programs download | `mount` |
//! | modes that a COPY gives in the place of a RUN | `modes`, `fold` |
//! | bind mounts in the place of copied manifests, if they are asked for | `bind` |
//! | COPYs that are a layer of their own | `link` |
//! | what moves save | `prove` |
//! | lines for the ignore file | `hygiene`, `unread`, `named` |
//! | the change as edits of the text, and as sentences | `block`, `edit`, `reason` |
//!
//! A move is `safe` if the image stays the same for what is known for certain: a program's contract and the files
//! that are there. What is not known is not moved, and the reason is said. Everything here ends in a simulation:
//! what a move saves is what the builder's own rules say, and an order that does not save is dropped.

mod answer;
mod bind;
mod block;
mod brought;
mod committed;
mod commute;
mod cost;
mod dummy;
mod edit;
mod effect;
mod fold;
mod hygiene;
mod likely;
mod link;
mod modes;
mod mount;
mod named;
mod optimize;
mod order;
mod overlay;
mod prove;
mod reason;
mod script;
mod site;
mod split;
mod stage;
#[cfg(test)]
mod tests;
mod twin;
mod unread;

pub use answer::{Advice, IgnoreLine, Kept, Level, Move, Options, Saving};
pub use likely::LikelyEdit;
pub use optimize::optimize;
