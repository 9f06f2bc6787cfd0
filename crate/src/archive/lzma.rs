//! LZMA as chunks of LZMA2 hold it: bits by how likely they were so far.

/// Half, the likelihood that everything begins with, in parts of 2048.
const HALF: u16 = 1024;

// Where likelihoods are, by what they are about. States are 12, places within a group of bytes at most 16.
const MATCH: usize = 0;
const REPEAT: usize = 192;
const REPEAT_0: usize = 204;
const REPEAT_1: usize = 216;
const REPEAT_2: usize = 228;
const SHORT: usize = 240;
const SLOT: usize = 432;
const SPECIAL: usize = 688;
const ALIGN: usize = 816;
const LENGTH: usize = 832;
const REPEAT_LENGTH: usize = 1346;
const LITERAL: usize = 1860;

/// A decoder.
pub(super) struct Lzma {
    likely: Vec<u16>,
    /// Bits of the byte before that count for a literal.
    context: u32,
    /// Masks of the place that count for literals and for the rest.
    literal_mask: usize,
    mask: usize,
    state: usize,
    /// The last four distances, less one.
    distances: [usize; 4],
}

impl Lzma {
    /// A decoder with these properties, if they are possible.
    pub(super) fn new(properties: u8) -> Option<Self> {
        let (rest, context) = (properties / 9, u32::from(properties % 9));
        let (places, literal_places) = (rest / 5, rest % 5);
        if places > 4 || context + u32::from(literal_places) > 4 {
            return None;
        }
        Some(Self {
            likely: vec![HALF; LITERAL + (0x300 << (context + u32::from(literal_places)))],
            context,
            literal_mask: (1 << literal_places) - 1,
            mask: (1 << places) - 1,
            state: 0,
            distances: [0; 4],
        })
    }

    /// Forgets what was likely.
    pub(super) fn reset(&mut self) {
        self.likely.fill(HALF);
        self.state = 0;
        self.distances = [0; 4];
    }

    /// Appends `length` bytes that come out of a chunk. What was written from `start` on can be copied. `None` if the
    /// chunk is damaged.
    pub(super) fn decode(
        &mut self,
        chunk: &[u8],
        length: usize,
        start: usize,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let mut bits = Chunk::new(chunk)?;
        let end = out.len() + length;
        while out.len() < end {
            let place = (out.len() - start) & self.mask;
            if bits.bit(self.likely.get_mut(MATCH + self.state * 16 + place)?)? == 0 {
                let byte = self.literal(&mut bits, start, out)?;
                out.push(byte);
                self.state = match self.state {
                    0..4 => 0,
                    4..10 => self.state - 3,
                    _ => self.state - 6,
                };
                continue;
            }
            let copied = self.copied(&mut bits, place)?;
            let distance = self.distances[0].saturating_add(1);
            if distance > out.len() - start || copied > end - out.len() {
                return None;
            }
            // The copy may reach into what it writes.
            for at in out.len() - distance..out.len() - distance + copied {
                out.push(*out.get(at)?);
            }
        }
        Some(())
    }

    fn literal(&mut self, bits: &mut Chunk<'_>, start: usize, out: &[u8]) -> Option<u8> {
        let place = out.len() - start;
        let before = if place == 0 { 0 } else { out.last().copied().unwrap_or(0) };
        let table =
            ((place & self.literal_mask) << self.context) + (usize::from(before) >> (8 - self.context));
        let table = LITERAL + 0x300 * table;
        let mut symbol = 1;
        if self.state >= 7 {
            // The byte that a copy would have had tells something as long as it agrees.
            let mut expected =
                usize::from(*out.get(out.len().checked_sub(self.distances[0].saturating_add(1))?)?);
            let mut agrees = 0x100;
            while symbol < 0x100 {
                expected <<= 1;
                let hint = expected & agrees;
                let bit = bits.bit(self.likely.get_mut(table + agrees + hint + symbol)?)?;
                symbol = symbol << 1 | bit;
                agrees &= if bit == 1 { expected } else { !expected };
            }
        } else {
            while symbol < 0x100 {
                symbol = symbol << 1 | bits.bit(self.likely.get_mut(table + symbol)?)?;
            }
        }
        Some(symbol as u8)
    }

    /// How many bytes are copied; the distance is the first of the last ones then.
    fn copied(&mut self, bits: &mut Chunk<'_>, place: usize) -> Option<usize> {
        let state = self.state;
        let after = |literal: usize, other: usize| if state < 7 { literal } else { other };
        if bits.bit(self.likely.get_mut(REPEAT + state)?)? == 0 {
            let length = self.length(bits, LENGTH, place)?;
            let distance = self.distance(bits, length)?;
            self.distances.rotate_right(1);
            self.distances[0] = distance;
            self.state = after(7, 10);
            return Some(length);
        }
        if bits.bit(self.likely.get_mut(REPEAT_0 + state)?)? == 0 {
            if bits.bit(self.likely.get_mut(SHORT + state * 16 + place)?)? == 0 {
                self.state = after(9, 11);
                return Some(1);
            }
        } else if bits.bit(self.likely.get_mut(REPEAT_1 + state)?)? == 0 {
            self.distances.swap(0, 1);
        } else {
            let last = 2 + bits.bit(self.likely.get_mut(REPEAT_2 + state)?)?;
            self.distances.get_mut(..=last)?.rotate_right(1);
        }
        self.state = after(8, 11);
        self.length(bits, REPEAT_LENGTH, place)
    }

    fn length(&mut self, bits: &mut Chunk<'_>, base: usize, place: usize) -> Option<usize> {
        if bits.bit(self.likely.get_mut(base)?)? == 0 {
            return Some(2 + bits.tree(self.likely.get_mut(base + 2 + place * 8..)?, 3)?);
        }
        if bits.bit(self.likely.get_mut(base + 1)?)? == 0 {
            return Some(10 + bits.tree(self.likely.get_mut(base + 130 + place * 8..)?, 3)?);
        }
        Some(18 + bits.tree(self.likely.get_mut(base + 258..)?, 8)?)
    }

    fn distance(&mut self, bits: &mut Chunk<'_>, length: usize) -> Option<usize> {
        let table = SLOT + 64 * (length - 2).min(3);
        let slot = bits.tree(self.likely.get_mut(table..)?, 6)?;
        if slot < 4 {
            return Some(slot);
        }
        let count = slot / 2 - 1;
        let top = (2 | slot & 1) << count;
        if slot < 14 {
            let likely = self.likely.get_mut(SPECIAL + top - slot..)?;
            return Some(top + bits.reverse(likely, count)?);
        }
        let middle = bits.direct(count - 4)?;
        let low = bits.reverse(self.likely.get_mut(ALIGN..)?, 4)?;
        Some(top + (middle << 4) + low)
    }
}

/// The bits of a chunk.
struct Chunk<'a> {
    rest: std::slice::Iter<'a, u8>,
    range: u32,
    code: u32,
}

impl<'a> Chunk<'a> {
    fn new(chunk: &'a [u8]) -> Option<Self> {
        let (&[0, a, b, c, d], rest) = chunk.split_first_chunk::<5>()? else { return None };
        Some(Self { rest: rest.iter(), range: u32::MAX, code: u32::from_be_bytes([a, b, c, d]) })
    }

    fn fill(&mut self) -> Option<()> {
        if self.range < 1 << 24 {
            self.range <<= 8;
            self.code = self.code << 8 | u32::from(*self.rest.next()?);
        }
        Some(())
    }

    /// A bit of which it is known how likely it is.
    fn bit(&mut self, likely: &mut u16) -> Option<usize> {
        self.fill()?;
        let bound = (self.range >> 11) * u32::from(*likely);
        if self.code < bound {
            self.range = bound;
            *likely += (2048 - *likely) >> 5;
            Some(0)
        } else {
            self.range -= bound;
            self.code -= bound;
            *likely -= *likely >> 5;
            Some(1)
        }
    }

    /// Bits of which each may be likely by those before it, the highest first.
    fn tree(&mut self, likely: &mut [u16], count: usize) -> Option<usize> {
        let mut symbol = 1;
        for _ in 0..count {
            symbol = symbol << 1 | self.bit(likely.get_mut(symbol)?)?;
        }
        Some(symbol - (1 << count))
    }

    /// The same, the lowest first.
    fn reverse(&mut self, likely: &mut [u16], count: usize) -> Option<usize> {
        let (mut symbol, mut value) = (1, 0);
        for place in 0..count {
            let bit = self.bit(likely.get_mut(symbol)?)?;
            symbol = symbol << 1 | bit;
            value |= bit << place;
        }
        Some(value)
    }

    /// Bits of which nothing is known.
    fn direct(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for _ in 0..count {
            self.fill()?;
            self.range >>= 1;
            let bit = self.code >= self.range;
            if bit {
                self.code -= self.range;
            }
            value = value << 1 | usize::from(bit);
        }
        Some(value)
    }
}
