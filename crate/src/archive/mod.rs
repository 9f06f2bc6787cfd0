//! Archives as ADD unpacks them: packed or not, read to the entries that both builders would meet.
//!
//! Both builders are written in Go and read with its packages `compress/gzip`, `compress/bzip2` and `archive/tar`, so
//! that what these take for an archive is one, and where they stop, the builder stops, with their words. Nothing is
//! written here: what the entries make of a file system is the business of the tree of files.
//!
//! No library reads the packings: where one stops at damage, and with which words, is not where Go stops, and all four
//! together would add several times as much to what a page loads.
//!
//! | file | what it holds |
//! |---|---|
//! | `packing` | how a file is packed, and what comes out |
//! | `gzip`, `inflate`, `bzip2`, `xz`, `lzma`, `zstd`, `fse` | the packings |
//! | `tar` | entries, one after another |
//! | `header`, `pax` | the block before an entry, and what longer headers add |

mod bzip2;
mod fse;
mod gzip;
mod header;
mod inflate;
mod lzma;
mod packing;
mod pax;
mod tar;
mod xz;
mod zstd;

pub use packing::is_zstandard;
pub use tar::{End, Entry, Kind};

/// What a file is to ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// No archive: it is copied.
    Plain,
    /// An archive that is not read here, or may be one: what it holds is not known.
    Unknown,
    /// An archive.
    Archive(Archive),
}

/// An archive, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its entries in order.
    pub entries: Vec<Entry>,
    /// How it ends.
    pub end: End,
    /// What is wrong with the packing, in the builder's words, if that shows where all of it is unpacked.
    pub damage: Option<String>,
}

/// Reads a file. Never takes more than a bounded amount of time and memory: what unpacks to more than 64 MiB is
/// [`Reading::Unknown`].
///
/// ```
/// use layerwise::archive::{Reading, read};
///
/// assert_eq!(read(b"just a text\n"), Reading::Plain);
/// // An empty file is none either, though an empty archive may look like that.
/// assert_eq!(read(b""), Reading::Plain);
/// ```
pub fn read(file: &[u8]) -> Reading {
    // Most files are neither packed nor begin as an archive does.
    if !packing::is_packed(file) && !header::is_likely(file) {
        return Reading::Plain;
    }
    let stream = packing::unpack(file);
    let cut_short = matches!(stream.stop, packing::Stop::TooLarge);
    if matches!(stream.stop, packing::Stop::Foreign) {
        return Reading::Unknown;
    }
    let Some((entries, end)) = tar::read(&stream.bytes) else {
        return if cut_short { Reading::Unknown } else { Reading::Plain };
    };
    if end == End::Unknown || cut_short && matches!(end, End::Cut { .. }) {
        return Reading::Unknown;
    }
    let damage = if let packing::Stop::Damaged(message) = stream.stop { Some(message) } else { None };
    Reading::Archive(Archive { entries, end, damage })
}
