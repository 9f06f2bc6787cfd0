//! How a file is packed: told by its first bytes, as both builders do (`github.com/moby/go-archive/compression`).

use std::borrow::Cow;

use super::{bzip2, gzip, xz, zstd};

/// How much is unpacked at most.
const LIMIT: usize = 64 << 20;

/// What comes out of a file.
pub(super) struct Stream<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) stop: Stop,
}

/// Why nothing more comes.
pub(super) enum Stop {
    /// It is all.
    End,
    /// The rest cannot be unpacked; the builder's words for it.
    Damaged(String),
    /// More than is unpacked here.
    TooLarge,
    /// It is packed in a way, or damaged in one, that is not known here.
    Foreign,
}

/// Unpacks a file; one that is not packed is what it is.
pub(super) fn unpack(file: &[u8]) -> Stream<'_> {
    let unpack: fn(&[u8], usize, &mut Vec<u8>) -> Stop = if file.starts_with(&[0x1f, 0x8b, 8]) {
        gzip::unpack
    } else if file.starts_with(b"BZh") {
        bzip2::unpack
    } else if file.starts_with(b"\xfd7zXZ\0") {
        xz::unpack
    } else if is_zstandard(file) {
        zstd::unpack
    } else {
        return Stream { bytes: Cow::Borrowed(file), stop: Stop::End };
    };
    let mut bytes = Vec::new();
    let stop = unpack(file, LIMIT, &mut bytes);
    Stream { bytes: Cow::Owned(bytes), stop }
}

/// Whether a file is packed by Zstandard, which older builders do not know: a frame, or one to be skipped.
pub fn is_zstandard(file: &[u8]) -> bool {
    let magic = file.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    magic == Some(0xfd2f_b528) || file.len() >= 8 && magic.is_some_and(|magic| magic & !15 == 0x184d_2a50)
}
