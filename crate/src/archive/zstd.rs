//! Zstandard (RFC 8878): frames of blocks. Damage, and dictionaries, are left unknown: what the builder says of them
//! is not looked for here.

use super::{
    fse::{Backward, Fse, Huffman},
    packing::Stop,
};

/// The longest block.
const LONGEST: usize = 128 << 10;

/// Appends what comes out of all frames, at most `limit` bytes. Checksums are not looked at.
pub(super) fn unpack(file: &[u8], limit: usize, out: &mut Vec<u8>) -> Stop {
    let mut rest = file;
    while !rest.is_empty() {
        match frame(&mut rest, limit, out) {
            Some(true) => {}
            Some(false) => return Stop::TooLarge,
            None => return Stop::Foreign,
        }
    }
    Stop::End
}

/// Takes so many bytes.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}

/// Takes a number of so many bytes, the lowest first.
fn number(rest: &mut &[u8], bytes: usize) -> Option<usize> {
    Some(take(rest, bytes)?.iter().rev().fold(0, |value, &byte| value << 8 | usize::from(byte)))
}

/// What one block leaves for the next.
struct Frame {
    start: usize,
    huffman: Option<Huffman>,
    /// The codes of literal lengths, offsets and match lengths.
    codes: [Option<Fse>; 3],
    /// The last three offsets.
    offsets: [usize; 3],
}

/// One frame; says whether there was room for it.
fn frame(rest: &mut &[u8], limit: usize, out: &mut Vec<u8>) -> Option<bool> {
    let magic = number(rest, 4)?;
    if magic & !15 == 0x184d_2a50 {
        let length = number(rest, 4)?;
        return take(rest, length).map(|_| true);
    }
    if magic != 0xfd2f_b528 {
        return None;
    }
    let flags = number(rest, 1)?;
    let single = flags & 0x20 != 0;
    let (dictionary, size) = ([0, 1, 2, 4][flags & 3], [usize::from(single), 2, 4, 8][flags >> 6]);
    take(rest, usize::from(!single))?;
    if number(rest, dictionary)? != 0 {
        return None;
    }
    take(rest, size)?;
    let mut frame = Frame { start: out.len(), huffman: None, codes: [None, None, None], offsets: [1, 4, 8] };
    loop {
        let header = number(rest, 3)?;
        let size = header >> 3;
        let room = limit.saturating_sub(out.len());
        match header >> 1 & 3 {
            0 => {
                let data = take(rest, size)?;
                if size > room {
                    return Some(false);
                }
                out.extend_from_slice(data);
            }
            1 => {
                let byte = number(rest, 1)? as u8;
                if size > room {
                    return Some(false);
                }
                out.resize(out.len() + size, byte);
            }
            2 => {
                if room < LONGEST {
                    return Some(false);
                }
                frame.block(take(rest, size)?, out)?;
            }
            _ => return None,
        }
        if header & 1 == 1 {
            break;
        }
    }
    take(rest, flags & 4)?;
    Some(true)
}

/// For the codes of literal lengths and of match lengths: the least length, and how many bits are added to it.
const LITERAL_LENGTHS: [(u32, u8); 20] = [
    (16, 1),
    (18, 1),
    (20, 1),
    (22, 1),
    (24, 2),
    (28, 2),
    (32, 3),
    (40, 3),
    (48, 4),
    (64, 6),
    (128, 7),
    (256, 8),
    (512, 9),
    (1024, 10),
    (2048, 11),
    (4096, 12),
    (8192, 13),
    (16384, 14),
    (32768, 15),
    (65536, 16),
];
const MATCH_LENGTHS: [(u32, u8); 21] = [
    (35, 1),
    (37, 1),
    (39, 1),
    (41, 1),
    (43, 2),
    (47, 2),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 5),
    (131, 7),
    (259, 8),
    (515, 9),
    (1027, 10),
    (2051, 11),
    (4099, 12),
    (8195, 13),
    (16387, 14),
    (32771, 15),
    (65539, 16),
];

/// The codes that are meant where a block brings none: how likely each symbol is, and in parts of what power of two.
const USUAL: [(&[i16], u32); 3] = [
    (
        &[
            4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
            -1, -1, -1, -1,
        ],
        6,
    ),
    (&[1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1], 5),
    (
        &[
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
        ],
        6,
    ),
];
/// How finely the three codes may be told, and how many symbols they have.
const FINEST: [(u32, usize); 3] = [(9, 36), (8, 32), (9, 53)];

impl Frame {
    fn block(&mut self, data: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let mut rest = data;
        let literals = self.literals(&mut rest)?;
        let end = out.len() + LONGEST;
        let first = number(&mut rest, 1)?;
        let count = match first {
            0..128 => first,
            128..255 => ((first - 128) << 8) + number(&mut rest, 1)?,
            _ => number(&mut rest, 2)? + 0x7f00,
        };
        let mut literals = literals.as_slice();
        if count > 0 {
            self.tables(&mut rest)?;
            self.sequences(rest, count, &mut literals, end, out)?;
        }
        out.extend_from_slice(literals);
        (out.len() <= end).then_some(())
    }

    /// The bytes that are not copied.
    fn literals(&mut self, rest: &mut &[u8]) -> Option<Vec<u8>> {
        let first = usize::from(*rest.first()?);
        let (kind, form) = (first & 3, first >> 2 & 3);
        if kind < 2 {
            let (bytes, shift) = [(1, 3), (2, 4), (1, 3), (3, 4)][form];
            let size = number(rest, bytes)? >> shift;
            if size > LONGEST {
                return None;
            }
            return if kind == 0 {
                take(rest, size).map(<[u8]>::to_vec)
            } else {
                Some(vec![number(rest, 1)? as u8; size])
            };
        }
        let (bytes, bits) = [(3, 10), (3, 10), (4, 14), (5, 18)][form];
        let header = take(rest, bytes)?.iter().rev().fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        let part = |place: u32| (header >> (4 + place * bits)) as usize & ((1 << bits) - 1);
        let (size, packed) = (part(0), part(1));
        let mut data = take(rest, packed)?;
        if size > LONGEST {
            return None;
        }
        if kind == 2 {
            self.huffman = Some(Huffman::read(&mut data)?);
        }
        let huffman = self.huffman.as_ref()?;
        let mut literals = Vec::with_capacity(size);
        if form == 0 {
            huffman.decode(data, size, &mut literals)?;
            return Some(literals);
        }
        // Four streams, the lengths of three of them before.
        let lengths = [number(&mut data, 2)?, number(&mut data, 2)?, number(&mut data, 2)?];
        let quarter = size.div_ceil(4);
        for length in lengths {
            huffman.decode(take(&mut data, length)?, quarter, &mut literals)?;
        }
        huffman.decode(data, size.checked_sub(3 * quarter)?, &mut literals)?;
        Some(literals)
    }

    /// The codes of a block's sequences.
    fn tables(&mut self, rest: &mut &[u8]) -> Option<()> {
        let modes = number(rest, 1)?;
        for (place, code) in self.codes.iter_mut().enumerate() {
            let (finest, symbols) = FINEST[place];
            match modes >> (6 - 2 * place) & 3 {
                0 => *code = Some(Fse::new(USUAL[place].0, USUAL[place].1)?),
                1 => {
                    let symbol = number(rest, 1)?;
                    *code = Some(Fse::always((symbol < symbols).then_some(symbol as u8)?));
                }
                2 => *code = Some(Fse::read(rest, finest, symbols)?),
                _ => {}
            }
        }
        Some(())
    }

    /// Literals and copies in turns.
    fn sequences(
        &mut self,
        data: &[u8],
        count: usize,
        literals: &mut &[u8],
        end: usize,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let mut bits = Backward::new(data)?;
        let [Some(literal_code), Some(offset_code), Some(match_code)] = &self.codes else { return None };
        let mut states =
            [bits.take(literal_code.bits())?, bits.take(offset_code.bits())?, bits.take(match_code.bits())?];
        for number in 0..count {
            let (literal, offset, copied) = (
                literal_code.symbol(states[0])?,
                offset_code.symbol(states[1])?,
                match_code.symbol(states[2])?,
            );
            if offset > 31 {
                return None;
            }
            let offset = (1_usize << offset) + bits.take(u32::from(offset))?;
            let copied = match usize::from(copied) {
                code @ 0..32 => code + 3,
                code => {
                    let &(least, extra) = MATCH_LENGTHS.get(code - 32)?;
                    least as usize + bits.take(u32::from(extra))?
                }
            };
            let literal = match usize::from(literal) {
                code @ 0..16 => code,
                code => {
                    let &(least, extra) = LITERAL_LENGTHS.get(code - 16)?;
                    least as usize + bits.take(u32::from(extra))?
                }
            };
            if number + 1 < count {
                states[0] = literal_code.next(states[0], &mut bits)?;
                states[2] = match_code.next(states[2], &mut bits)?;
                states[1] = offset_code.next(states[1], &mut bits)?;
            }
            let offset = recent(&mut self.offsets, offset, literal)?;
            out.extend_from_slice(take(literals, literal)?);
            let from = out.len().checked_sub(offset).filter(|&from| from >= self.start && offset > 0)?;
            if out.len() + copied > end {
                return None;
            }
            // The copy may reach into what it writes.
            for at in from..from + copied {
                out.push(*out.get(at)?);
            }
        }
        bits.is_used_up().then_some(())
    }
}

/// What an offset means: the first three values stand for the last three offsets.
fn recent(offsets: &mut [usize; 3], value: usize, literal: usize) -> Option<usize> {
    // Without literals, the last offset itself would be a longer copy before.
    let place = match value {
        4.. => 3,
        value if literal == 0 => value,
        value => value - 1,
    };
    let offset = match (place, value) {
        (3, 4..) => value - 3,
        (3, _) => offsets[0].checked_sub(1)?,
        _ => *offsets.get(place)?,
    };
    offsets.get_mut(..=place.min(2))?.rotate_right(1);
    offsets[0] = offset;
    Some(offset)
}
