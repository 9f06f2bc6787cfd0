//! bzip2. Messages, and what is taken for damage, are those of Go's `compress/bzip2`.

use super::{gzip, packing::Stop};

/// Appends what comes out of all streams, at most `limit` bytes.
pub(super) fn unpack(file: &[u8], limit: usize, out: &mut Vec<u8>) -> Stop {
    let mut bits = Bits { input: file, at: 0 };
    match streams(&mut bits, limit, out) {
        Ok(()) => Stop::End,
        Err(Halt::Full) => Stop::TooLarge,
        // Whatever else is wrong follows from bits that are not there.
        Err(_) if bits.at > file.len() * 8 => Stop::Damaged("unexpected EOF".to_owned()),
        Err(Halt::Invalid(what)) => Stop::Damaged(["bzip2 data invalid: ", what].concat()),
    }
}

enum Halt {
    Invalid(&'static str),
    Full,
}

/// The input as bits, the highest of each byte first. Behind the end there are zeros.
struct Bits<'a> {
    input: &'a [u8],
    /// In bits.
    at: usize,
}

impl Bits<'_> {
    /// At most 24 bits.
    fn take(&mut self, count: usize) -> Result<u32, Halt> {
        let byte = self.at / 8;
        let word = match self.input.get(byte..).and_then(|rest| rest.first_chunk::<4>()) {
            Some(word) => u32::from_be_bytes(*word),
            None => (0..4).fold(0, |word, place| {
                word << 8 | u32::from(self.input.get(byte + place).copied().unwrap_or(0))
            }),
        };
        let value = (word << (self.at % 8)).checked_shr(32 - count as u32).unwrap_or(0);
        self.at += count;
        if self.at > self.input.len() * 8 { Err(Halt::Invalid("")) } else { Ok(value) }
    }

    fn flag(&mut self) -> Result<bool, Halt> {
        Ok(self.take(1)? == 1)
    }

    fn word(&mut self) -> Result<u32, Halt> {
        Ok(self.take(16)? << 16 | self.take(16)?)
    }
}

fn streams(bits: &mut Bits<'_>, limit: usize, out: &mut Vec<u8>) -> Result<(), Halt> {
    loop {
        bits.take(24)?; // "BZh"
        let level = bits.take(8)?;
        if !(0x31..=0x39).contains(&level) {
            return Err(Halt::Invalid("invalid compression level"));
        }
        let size = (level as usize - 0x30) * 100_000;
        let mut sum = 0_u32;
        loop {
            match (bits.take(24)?, bits.take(24)?) {
                (0x31_4159, 0x26_5359) => {
                    let wanted = bits.word()?;
                    let start = out.len();
                    block(bits, size, limit, out)?;
                    if crc32(out.get(start..).unwrap_or(&[])) != wanted {
                        return Err(Halt::Invalid("block checksum mismatch"));
                    }
                    sum = sum.rotate_left(1) ^ wanted;
                }
                (0x17_7245, 0x38_5090) => {
                    if bits.word()? != sum {
                        return Err(Halt::Invalid("file checksum mismatch"));
                    }
                    break;
                }
                _ => return Err(Halt::Invalid("bad magic value found")),
            }
        }
        bits.at = bits.at.next_multiple_of(8);
        let rest = bits.input.get(bits.at / 8..).unwrap_or(&[]);
        match rest {
            [] => return Ok(()),
            [_] => bits.at += 16,
            [b'B', b'Z', b'h', ..] | [b'B', b'Z'] => continue,
            [b'B', b'Z', ..] => return Err(Halt::Invalid("non-Huffman entropy encoding")),
            _ => return Err(Halt::Invalid("bad magic value in continuation file")),
        }
        return Err(Halt::Invalid(""));
    }
}

/// One block: codes, a list that moves what is used to its front, sorting undone, runs undone.
fn block(bits: &mut Bits<'_>, size: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), Halt> {
    if bits.flag()? {
        return Err(Halt::Invalid("deprecated randomized files"));
    }
    let origin = bits.take(24)? as usize;
    let mut recent = used(bits)?;
    if recent.is_empty() {
        return Err(Halt::Invalid("no symbols in input"));
    }
    let (trees, selectors) = trees(bits, recent.len() + 2)?;
    let mut selectors = selectors.into_iter();
    let mut tree = selectors.next().ok_or(Halt::Invalid("no tree selectors given"))?;
    let end = recent.len() + 1;
    let mut text: Vec<u8> = Vec::new();
    let (mut run, mut power, mut decoded) = (0, 1, 0);
    loop {
        if decoded == 50 {
            let missing = "insufficient selector indices for number of symbols";
            tree = selectors.next().ok_or(Halt::Invalid(missing))?;
            decoded = 0;
        }
        let code = trees.get(tree).ok_or(Halt::Invalid("tree selector out of range"))?;
        let symbol = code.symbol(bits)?;
        decoded += 1;
        if symbol < 2 {
            if run == 0 {
                power = 1;
            }
            run += power << symbol;
            power <<= 1;
            if run > 2 << 20 {
                return Err(Halt::Invalid("repeat count too large"));
            }
            continue;
        }
        if run > size - text.len() {
            return Err(Halt::Invalid("repeats past end of block"));
        }
        text.resize(text.len() + run, recent.first().copied().unwrap_or(0));
        run = 0;
        if symbol == end {
            break;
        }
        let byte = recent.remove(symbol - 1);
        recent.insert(0, byte);
        if text.len() >= size {
            return Err(Halt::Invalid("data exceeds block size"));
        }
        text.push(byte);
    }
    if origin >= text.len() {
        return Err(Halt::Invalid("origPtr out of bounds"));
    }
    write(&text, origin, limit, out)
}

/// The bytes that occur in a block.
fn used(bits: &mut Bits<'_>) -> Result<Vec<u8>, Halt> {
    let groups = bits.take(16)?;
    let mut bytes = Vec::with_capacity(256);
    for group in (0..16_u8).filter(|group| groups >> (15 - group) & 1 == 1) {
        let members = bits.take(16)?;
        bytes.extend(
            (0..16).filter(|member| members >> (15 - member) & 1 == 1).map(|member| group << 4 | member),
        );
    }
    Ok(bytes)
}

/// The codes of a block, and which of them each fifty symbols have.
fn trees(bits: &mut Bits<'_>, symbols: usize) -> Result<(Vec<Code>, Vec<usize>), Halt> {
    let count = bits.take(3)? as usize;
    if !(2..=6).contains(&count) {
        return Err(Halt::Invalid("invalid number of Huffman trees"));
    }
    let mut recent: Vec<usize> = (0..count).collect();
    let mut selectors = Vec::new();
    for _ in 0..bits.take(15)? {
        let mut place = 0;
        while bits.flag()? {
            place += 1;
        }
        if place >= count {
            return Err(Halt::Invalid("tree index too large"));
        }
        let tree = recent.remove(place);
        recent.insert(0, tree);
        selectors.push(tree);
    }
    let mut codes = Vec::with_capacity(count);
    for _ in 0..count {
        let mut length = bits.take(5)?;
        let mut lengths = Vec::with_capacity(symbols);
        for _ in 0..symbols {
            loop {
                if !(1..=20).contains(&length) {
                    return Err(Halt::Invalid("Huffman length out of range"));
                }
                if !bits.flag()? {
                    break;
                }
                length = if bits.flag()? { length - 1 } else { length + 1 };
            }
            lengths.push(length);
        }
        codes.push(Code::new(&lengths));
    }
    Ok((codes, selectors))
}

/// A code: symbols by their lengths.
struct Code {
    /// How many symbols have each length.
    counts: [u32; 21],
    /// Symbols, the ones with short codes first.
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[u32]) -> Self {
        let mut counts = [0; 21];
        let mut symbols = Vec::with_capacity(lengths.len());
        for length in 1..=20_u32 {
            let of_length = (0..lengths.len()).filter(|&symbol| lengths[symbol] == length);
            let before = symbols.len();
            symbols.extend(of_length);
            counts[length as usize] = (symbols.len() - before) as u32;
        }
        Self { counts, symbols }
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Result<usize, Halt> {
        let (mut code, mut first, mut index) = (0_u32, 0, 0);
        for count in self.counts.iter().skip(1) {
            code = code << 1 | bits.take(1)?;
            if let Some(place) = code.checked_sub(first).filter(|place| place < count) {
                return self.symbols.get((index + place) as usize).copied().ok_or(Halt::Invalid(""));
            }
            index += count;
            first = (first + count) << 1;
        }
        Err(Halt::Invalid("empty Huffman tree"))
    }
}

/// Undoes the sorting of a block and its runs: four equal bytes are followed by how many more there are.
fn write(text: &[u8], origin: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), Halt> {
    let mut places = [0; 256];
    for &byte in text {
        places[usize::from(byte)] += 1;
    }
    let mut sum = 0;
    for place in &mut places {
        (*place, sum) = (sum, sum + *place);
    }
    let mut next = vec![0_u32; text.len()];
    for (at, &byte) in text.iter().enumerate() {
        let place = &mut places[usize::from(byte)];
        if let Some(slot) = next.get_mut(*place) {
            *slot = at as u32;
        }
        *place += 1;
    }
    let mut at = next.get(origin).copied().unwrap_or(0) as usize;
    let (mut last, mut equal) = (None, 0);
    for _ in 0..text.len() {
        let byte = text.get(at).copied().unwrap_or(0);
        at = next.get(at).copied().unwrap_or(0) as usize;
        let times = if equal == 4 { usize::from(byte) } else { 1 };
        if times > limit.saturating_sub(out.len()) {
            return Err(Halt::Full);
        }
        if equal == 4 {
            out.resize(out.len() + times, last.unwrap_or(0));
            (last, equal) = (None, 0);
            continue;
        }
        equal = if last == Some(byte) { equal + 1 } else { 1 };
        last = Some(byte);
        out.push(byte);
    }
    Ok(())
}

/// The checksum of bzip2: that of gzip with all bits the other way round.
fn crc32(bytes: &[u8]) -> u32 {
    gzip::crc32(bytes.iter().map(|byte| byte.reverse_bits())).reverse_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_published_one() {
        assert_eq!(crc32(b"123456789"), 0xfc89_1918);
    }
}
