//! Archives unpacked over a folder, as both builders do (`github.com/moby/go-archive`, `Unpack`).

mod package;
#[cfg(test)]
pub(super) mod tests;
mod work;

pub(crate) use package::{Package, Unpacking};

/// Why an archive is not unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotUnpacked {
    /// The builder cannot; its message.
    Fails(String),
    /// The builder cannot, if nothing stands where nothing is known to; its message.
    Lacks(String),
    /// What comes out is not known here.
    Unknown,
}
