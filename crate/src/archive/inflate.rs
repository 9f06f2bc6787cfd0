//! DEFLATE (RFC 1951), with the offsets that Go's `compress/flate` names where it stops.

/// Why nothing more comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// The input ends too early.
    Short,
    /// The input is damaged; so many bytes were looked at.
    Corrupt(usize),
    /// There is more than is wanted.
    Full,
}

/// Appends what comes out of `input` and says how long the packed data is.
pub(super) fn inflate(input: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<usize, Halt> {
    let start = out.len();
    let mut bits = Bits { input, at: 0, touched: 0 };
    loop {
        let head = bits.take(3)?;
        match head >> 1 {
            0 => stored(&mut bits, limit, out)?,
            1 => compressed(&mut bits, &fixed(), &Table::even(), limit, start, out)?,
            2 => {
                let (literals, distances) = tables(&mut bits)?;
                compressed(&mut bits, &literals, &distances, limit, start, out)?;
            }
            _ => return Err(bits.corrupt()),
        }
        if head & 1 == 1 {
            return Ok(bits.at.div_ceil(8));
        }
    }
}

/// The input as bits, the lowest of each byte first.
struct Bits<'a> {
    input: &'a [u8],
    /// In bits.
    at: usize,
    /// How far Go has read, which reads a byte when it needs it: in bits.
    touched: usize,
}

impl Bits<'_> {
    /// The next 24 bits or more; behind the end there are zeros.
    fn peek(&self) -> u32 {
        let byte = self.at / 8;
        let word = match self.input.get(byte..).and_then(|rest| rest.first_chunk::<4>()) {
            Some(word) => u32::from_le_bytes(*word),
            None => (0..4).fold(0, |word, place| {
                word | u32::from(self.input.get(byte + place).copied().unwrap_or(0)) << (8 * place)
            }),
        };
        word >> (self.at % 8)
    }

    /// Whether so many bits are there.
    fn need(&mut self, count: usize) -> Result<(), Halt> {
        self.touched = self.touched.max(self.at + count);
        if self.touched > self.input.len() * 8 { Err(Halt::Short) } else { Ok(()) }
    }

    fn take(&mut self, count: usize) -> Result<usize, Halt> {
        self.need(count)?;
        let value = self.peek() as usize & ((1 << count) - 1);
        self.at += count;
        Ok(value)
    }

    fn symbol(&mut self, table: &Table) -> Result<usize, Halt> {
        self.need(table.least)?;
        let entry = table.entries.get(self.peek() as usize & (table.entries.len() - 1)).copied().unwrap_or(0);
        let length = usize::from(entry & 15);
        if length == 0 {
            return Err(self.corrupt());
        }
        self.need(length)?;
        self.at += length;
        Ok(usize::from(entry >> 4))
    }

    fn corrupt(&self) -> Halt {
        Halt::Corrupt(self.touched.div_ceil(8))
    }
}

/// A code: for all that the next bits can be the symbol, with the number of its bits below it; 0 is no code.
struct Table {
    entries: Vec<u16>,
    /// How many bits are looked at, at least.
    least: usize,
}

impl Table {
    /// The code with these lengths, if there is one: one that is complete, or of one bit alone, or of nothing.
    fn new(lengths: &[u8]) -> Option<Self> {
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let mut entries = vec![0; 1 << longest];
        let (mut code, mut least) = (0_usize, 0);
        for length in 1..=longest {
            code <<= 1;
            for symbol in (0..lengths.len()).filter(|&symbol| lengths[symbol] == length) {
                if least == 0 {
                    least = usize::from(length);
                }
                // Codes are sent highest bit first.
                let first = code.reverse_bits() >> (usize::BITS - u32::from(length));
                if code >> length != 0 {
                    return None;
                }
                for entry in entries.iter_mut().skip(first).step_by(1 << length) {
                    *entry = (symbol as u16) << 4 | u16::from(length);
                }
                code += 1;
            }
        }
        let complete = code == 1 << longest || code == 1 && longest == 1 || longest == 0;
        complete.then_some(Self { entries, least })
    }

    /// The distances of a block with the fixed code: five bits each.
    fn even() -> Self {
        Self::new(&[5; 32]).unwrap_or(Self { entries: vec![0], least: 0 })
    }
}

/// The literals and lengths of a block with the fixed code.
fn fixed() -> Table {
    let lengths: Vec<u8> = (0..288)
        .map(|symbol| match symbol {
            144..256 => 9,
            256..280 => 7,
            _ => 8,
        })
        .collect();
    Table::new(&lengths).unwrap_or(Table { entries: vec![0], least: 0 })
}

/// A block that is not compressed.
fn stored(bits: &mut Bits<'_>, limit: usize, out: &mut Vec<u8>) -> Result<(), Halt> {
    bits.at = bits.at.next_multiple_of(8);
    let length = bits.take(16)?;
    if bits.take(16)? != length ^ 0xffff {
        return Err(bits.corrupt());
    }
    let rest = bits.input.get(bits.at / 8..).unwrap_or(&[]);
    let data = rest.get(..length).unwrap_or(rest);
    if data.len() > limit.saturating_sub(out.len()) {
        return Err(Halt::Full);
    }
    out.extend_from_slice(data);
    bits.need(length * 8)?;
    bits.at += length * 8;
    Ok(())
}

/// In which order the lengths of the code for lengths are sent.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The codes of a block that brings its own.
fn tables(bits: &mut Bits<'_>) -> Result<(Table, Table), Halt> {
    bits.need(14)?;
    let literals = bits.take(5)? + 257;
    let distances = bits.take(5)? + 1;
    if literals > 286 || distances > 30 {
        return Err(bits.corrupt());
    }
    let count = bits.take(4)? + 4;
    let mut lengths = [0; 19];
    for &symbol in ORDER.iter().take(count) {
        lengths[symbol] = bits.take(3)? as u8;
    }
    let code = Table::new(&lengths).ok_or_else(|| bits.corrupt())?;
    let all = literals + distances;
    let mut lengths: Vec<u8> = Vec::with_capacity(all);
    while lengths.len() < all {
        let symbol = bits.symbol(&code)?;
        let (length, times) = match symbol {
            16 => (*lengths.last().ok_or_else(|| bits.corrupt())?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        if lengths.len() + times > all {
            return Err(bits.corrupt());
        }
        lengths.resize(lengths.len() + times, length);
    }
    let (one, other) = lengths.split_at(literals);
    match (Table::new(one), Table::new(other)) {
        (Some(mut one), Some(other)) => {
            // Each block has the symbol for its end, so that as many bits are sure to be there.
            one.least = one.least.max(usize::from(lengths[256]));
            Ok((one, other))
        }
        _ => Err(bits.corrupt()),
    }
}

/// Lengths from 257 on, and distances: the least, and how many bits are added to it.
const LENGTHS: [(u16, u8); 29] = ladder(3, 4, true);
const DISTANCES: [(u16, u8); 30] = ladder(1, 2, false);

/// Numbers that rise by one for two groups and then double their steps.
const fn ladder<const COUNT: usize>(first: u16, group: usize, ends: bool) -> [(u16, u8); COUNT] {
    let mut steps = [(0, 0); COUNT];
    let (mut at, mut value) = (0, first);
    while at < COUNT {
        let bits = if at < 2 * group { 0 } else { at / group - 1 };
        steps[at] = (value, bits as u8);
        value = value.wrapping_add(1 << bits);
        at += 1;
    }
    // The longest has a symbol of its own.
    if ends {
        steps[COUNT - 1] = (258, 0);
    }
    steps
}

fn compressed(
    bits: &mut Bits<'_>,
    literals: &Table,
    distances: &Table,
    limit: usize,
    start: usize,
    out: &mut Vec<u8>,
) -> Result<(), Halt> {
    loop {
        let symbol = bits.symbol(literals)?;
        if symbol == 256 {
            return Ok(());
        }
        if out.len() >= limit {
            return Err(Halt::Full);
        }
        if symbol < 256 {
            out.push(symbol as u8);
            continue;
        }
        let &(least, extra) = LENGTHS.get(symbol - 257).ok_or_else(|| bits.corrupt())?;
        let length = usize::from(least) + bits.take(usize::from(extra))?;
        let symbol = bits.symbol(distances)?;
        let &(least, extra) = DISTANCES.get(symbol).ok_or_else(|| bits.corrupt())?;
        let distance = usize::from(least) + bits.take(usize::from(extra))?;
        let from = out.len().checked_sub(distance).filter(|&from| from >= start);
        let from = from.ok_or_else(|| bits.corrupt())?;
        // The copy may reach into what it writes.
        for at in from..from + length {
            out.push(out.get(at).copied().unwrap_or(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1951 worked by hand: a fixed block with three literals and a copy that overlaps itself.
    #[test]
    fn a_fixed_block_is_read() {
        let mut out = Vec::new();
        // "aaaaaaaaaa" as zlib writes it: literal a, then a copy of nine from one before.
        let packed = [0x4b, 0x84, 0x03, 0x00];
        assert_eq!(inflate(&packed, 100, &mut out), Ok(4));
        assert_eq!(out, b"aaaaaaaaaa");
    }

    #[test]
    fn a_stored_block_is_read() {
        let mut out = Vec::new();
        let packed = [1, 3, 0, 0xfc, 0xff, b'x', b'y', b'z', 9];
        assert_eq!(inflate(&packed, 100, &mut out), Ok(8));
        assert_eq!(out, b"xyz");
        assert_eq!(inflate(&packed[..7], 100, &mut Vec::new()), Err(Halt::Short));
        assert_eq!(inflate(&packed, 2, &mut Vec::new()), Err(Halt::Full));
    }

    #[test]
    fn lengths_and_distances_are_those_of_the_standard() {
        assert_eq!(LENGTHS[8], (11, 1));
        assert_eq!(LENGTHS[27], (227, 5));
        assert_eq!(LENGTHS[28], (258, 0));
        assert_eq!(DISTANCES[4], (5, 1));
        assert_eq!(DISTANCES[29], (24577, 13));
    }
}
