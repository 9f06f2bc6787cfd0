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

type Unpack = fn(&[u8], usize, &mut Vec<u8>) -> Stop;

/// How a file is unpacked, if it is packed.
fn unpacked_by(file: &[u8]) -> Option<Unpack> {
    let ways: [(&[u8], Unpack); 3] =
        [(&[0x1f, 0x8b, 8], gzip::unpack), (b"BZh", bzip2::unpack), (b"\xfd7zXZ\0", xz::unpack)];
    let way = ways.iter().find(|(magic, _)| file.starts_with(magic)).map(|(_, unpack)| *unpack);
    way.or_else(|| is_zstandard(file).then_some(zstd::unpack))
}

/// Whether a file is packed.
pub(super) fn is_packed(file: &[u8]) -> bool {
    unpacked_by(file).is_some()
}

/// Unpacks a file; one that is not packed is what it is.
pub(super) fn unpack(file: &[u8]) -> Stream<'_> {
    let Some(unpack) = unpacked_by(file) else {
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
