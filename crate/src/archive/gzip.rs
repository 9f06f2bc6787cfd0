//! gzip (RFC 1952): members one after another. Messages are those of Go's `compress/gzip`; a builder that finds the
//! program `unpigz` has that one's words.

use super::{
    inflate::{Halt, inflate},
    packing::Stop,
};

const SHORT: &str = "unexpected EOF";
const HEADER: &str = "gzip: invalid header";

/// Appends what comes out of all members, at most `limit` bytes.
pub(super) fn unpack(file: &[u8], limit: usize, out: &mut Vec<u8>) -> Stop {
    let mut rest = file;
    while !rest.is_empty() {
        let start = out.len();
        let step = header(rest).and_then(|data| {
            rest = rest.get(data..).unwrap_or(&[]);
            let read = inflate(rest, limit, out).map_err(|halt| match halt {
                Halt::Short => Stop::Damaged(SHORT.to_owned()),
                Halt::Corrupt(offset) => {
                    Stop::Damaged(["flate: corrupt input before offset ", &offset.to_string()].concat())
                }
                Halt::Full => Stop::TooLarge,
            })?;
            let trailer = rest.get(read..).and_then(|rest| rest.first_chunk::<8>());
            let trailer = u64::from_le_bytes(*trailer.ok_or_else(|| Stop::Damaged(SHORT.to_owned()))?);
            let member = out.get(start..).unwrap_or(&[]);
            let sum = crc32(member.iter().copied());
            let sound = trailer as u32 == sum && (trailer >> 32) as u32 == member.len() as u32;
            if sound { Ok(read + 8) } else { Err(Stop::Damaged("gzip: invalid checksum".to_owned())) }
        });
        match step {
            Ok(read) => rest = rest.get(read..).unwrap_or(&[]),
            Err(stop) => return stop,
        }
    }
    Stop::End
}

/// The length of a member's header.
fn header(member: &[u8]) -> Result<usize, Stop> {
    let short = || Stop::Damaged(SHORT.to_owned());
    let wrong = || Stop::Damaged(HEADER.to_owned());
    let start = member.first_chunk::<10>().ok_or_else(short)?;
    if !start.starts_with(&[0x1f, 0x8b, 8]) {
        return Err(wrong());
    }
    let flags = start[3];
    let mut at = 10;
    if flags & 4 != 0 {
        let length = member.get(at..).and_then(|rest| rest.first_chunk()).ok_or_else(short)?;
        at += 2 + usize::from(u16::from_le_bytes(*length));
    }
    // Name and comment.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = member.get(at..).unwrap_or(&[]);
            match rest.iter().take(512).position(|&byte| byte == 0) {
                Some(end) => at += end + 1,
                None => return Err(if rest.len() < 512 { short() } else { wrong() }),
            }
        }
    }
    if flags & 2 != 0 {
        let sum = member.get(at..).and_then(|rest| rest.first_chunk()).ok_or_else(short)?;
        if u16::from_le_bytes(*sum) != crc32(member.iter().copied().take(at)) as u16 {
            return Err(wrong());
        }
        at += 2;
    }
    if at > member.len() { Err(short()) } else { Ok(at) }
}

/// What each byte does to the sum.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
            bit += 1;
        }
        table[byte] = sum;
        byte += 1;
    }
    table
};

/// The checksum that gzip has.
pub(super) fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    !bytes.fold(!0, |sum, byte| TABLE[usize::from(sum as u8 ^ byte)] ^ sum >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_published_one() {
        assert_eq!(crc32(b"123456789".iter().copied()), 0xcbf4_3926);
    }
}
