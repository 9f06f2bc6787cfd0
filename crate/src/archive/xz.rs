//! xz: the container, and LZMA2 in it. Other filters, and files that are damaged, are left to whoever has the program
//! `xz`, which the builders call: its words are its own.

use super::{lzma::Lzma, packing::Stop};

/// Appends what comes out of all streams, at most `limit` bytes. Checksums are not looked at.
pub(super) fn unpack(file: &[u8], limit: usize, out: &mut Vec<u8>) -> Stop {
    let mut rest = file;
    loop {
        match stream(&mut rest, limit, out) {
            Ok(()) => {}
            Err(stop) => return stop,
        }
        // Streams may be followed by others, with nothing in between.
        while let Some(after) = rest.strip_prefix(&[0; 4]) {
            rest = after;
        }
        if rest.is_empty() {
            return Stop::End;
        }
    }
}

/// Takes so many bytes.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Stop> {
    let (taken, after) = rest.split_at_checked(count).ok_or(Stop::Foreign)?;
    *rest = after;
    Ok(taken)
}

fn byte(rest: &mut &[u8]) -> Result<u8, Stop> {
    take(rest, 1).map(|bytes| bytes.first().copied().unwrap_or(0))
}

/// A number of seven bits a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Result<u64, Stop> {
    let mut value = 0;
    for place in 0..9 {
        let byte = byte(rest)?;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Stop::Foreign)
}

fn stream(rest: &mut &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Stop> {
    let head = take(rest, 12)?;
    let Some([0xfd, b'7', b'z', b'X', b'Z', 0, 0, check]) = head.first_chunk::<8>() else {
        return Err(Stop::Foreign);
    };
    let check = match check {
        0 => 0,
        1..=3 => 4,
        4..=6 => 8,
        7..=9 => 16,
        10..=12 => 32,
        13..=15 => 64,
        _ => return Err(Stop::Foreign),
    };
    let mut blocks = 0;
    loop {
        let size = byte(rest)?;
        if size == 0 {
            break;
        }
        // The size is in words and counts itself.
        let mut header = take(rest, usize::from(size) * 4 + 3)?;
        let flags = byte(&mut header)?;
        for flag in [0x40, 0x80] {
            if flags & flag != 0 {
                number(&mut header)?;
            }
        }
        let filter = (flags & 0x3f, number(&mut header)?, number(&mut header)?);
        if filter != (0, 0x21, 1) {
            return Err(Stop::Foreign);
        }
        let before = rest.len();
        chunks(rest, limit, out)?;
        let length = before - rest.len();
        take(rest, length.next_multiple_of(4) - length)?;
        take(rest, check)?;
        blocks += 1;
    }
    // The index: a size and a length for each block, filled up to words, and a sum.
    let before = rest.len() + 1;
    if number(rest)? != blocks {
        return Err(Stop::Foreign);
    }
    for _ in 0..2 * blocks {
        number(rest)?;
    }
    let length = before - rest.len();
    take(rest, length.next_multiple_of(4) - length + 4)?;
    let foot = take(rest, 12)?;
    if foot.ends_with(b"YZ") { Ok(()) } else { Err(Stop::Foreign) }
}

/// LZMA2: chunks, compressed or not.
fn chunks(rest: &mut &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Stop> {
    let mut decoder: Option<Lzma> = None;
    let mut start = out.len();
    loop {
        let control = byte(rest)?;
        if control == 0 {
            return Ok(());
        }
        if control == 1 || control >= 0xe0 {
            start = out.len();
        }
        let two = |rest: &mut &[u8]| {
            take(rest, 2).map(|bytes| bytes.iter().fold(0, |value, &byte| value << 8 | usize::from(byte)))
        };
        if control < 0x80 {
            let length = two(rest)? + 1;
            let data = take(rest, length)?;
            if control > 2 {
                return Err(Stop::Foreign);
            }
            if length > limit.saturating_sub(out.len()) {
                return Err(Stop::TooLarge);
            }
            out.extend_from_slice(data);
            continue;
        }
        let length = (usize::from(control & 0x1f) << 16) + two(rest)? + 1;
        let packed = two(rest)? + 1;
        if control >= 0xc0 {
            decoder = Lzma::new(byte(rest)?);
        }
        let decoder = decoder.as_mut().ok_or(Stop::Foreign)?;
        if control >= 0xa0 {
            decoder.reset();
        }
        let data = take(rest, packed)?;
        if length > limit.saturating_sub(out.len()) {
            return Err(Stop::TooLarge);
        }
        decoder.decode(data, length, start, out).ok_or(Stop::Foreign)?;
    }
}
