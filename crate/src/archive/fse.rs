//! The codes of Zstandard: states that tell a symbol and how many bits tell the next (FSE), and Huffman's.

/// Bits read from the end: a last 1 tells where they begin.
pub(super) struct Backward<'a> {
    data: &'a [u8],
    /// How many bits are left.
    left: usize,
}

impl<'a> Backward<'a> {
    pub(super) fn new(data: &'a [u8]) -> Option<Self> {
        let last = data.last().filter(|last| **last != 0)?;
        Some(Self { data, left: data.len() * 8 - last.leading_zeros() as usize - 1 })
    }

    /// The next bits, at most 32, zeros where there are none.
    fn peek(&self, count: u32) -> usize {
        let Some(low) = self.left.checked_sub(count as usize) else {
            let missing = count - self.left as u32;
            return Self { data: self.data, left: self.left }.peek_there(self.left as u32, 0) << missing;
        };
        self.peek_there(count, low)
    }

    fn peek_there(&self, count: u32, low: usize) -> usize {
        let byte = low / 8;
        let word = (0..5).fold(0_u64, |word, place| {
            word | u64::from(self.data.get(byte + place).copied().unwrap_or(0)) << (8 * place)
        });
        (word >> (low % 8) & ((1 << count) - 1)) as usize
    }

    pub(super) fn take(&mut self, count: u32) -> Option<usize> {
        let low = self.left.checked_sub(count as usize)?;
        let value = self.peek_there(count, low);
        self.left = low;
        Some(value)
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.left == 0
    }
}

/// A state: its symbol, and the next one, which so many bits are added to.
#[derive(Clone, Copy, Default)]
struct State {
    symbol: u8,
    bits: u8,
    next: u16,
}

/// A code of states.
pub(super) struct Fse(Vec<State>);

impl Fse {
    /// The code in which a symbol has as many states as it is likely; -1 is less than one state.
    pub(super) fn new(likely: &[i16], bits: u32) -> Option<Self> {
        let size = 1_usize << bits;
        let mut states = vec![State::default(); size];
        let mut high = size;
        let mut counts: Vec<u16> = Vec::with_capacity(likely.len());
        for (symbol, &likely) in likely.iter().enumerate() {
            if likely == -1 {
                high = high.checked_sub(1)?;
                states.get_mut(high)?.symbol = symbol as u8;
            }
            counts.push(likely.unsigned_abs());
        }
        let mut at = 0;
        for (symbol, &likely) in likely.iter().enumerate() {
            for _ in 0..likely.max(0) {
                states.get_mut(at)?.symbol = symbol as u8;
                loop {
                    at = (at + (size >> 1) + (size >> 3) + 3) & (size - 1);
                    if at < high {
                        break;
                    }
                }
            }
        }
        for state in &mut states {
            let count = counts.get_mut(usize::from(state.symbol))?;
            let length = bits - count.checked_ilog2()?;
            (state.bits, state.next) = (length as u8, ((u32::from(*count) << length) - size as u32) as u16);
            *count += 1;
        }
        (at == 0).then_some(Self(states))
    }

    /// The code of one symbol.
    pub(super) fn always(symbol: u8) -> Self {
        Self(vec![State { symbol, bits: 0, next: 0 }])
    }

    /// Takes the description of a code.
    pub(super) fn read(rest: &mut &[u8], finest: u32, symbols: usize) -> Option<Self> {
        let data = *rest;
        let mut at = 0;
        let mut take = |count: u32, used: &dyn Fn(usize) -> u32| {
            let word = (0..4).fold(0_u64, |word, place| {
                word | u64::from(data.get(at / 8 + place).copied().unwrap_or(0)) << (8 * place)
            });
            let value = (word >> (at % 8)) as usize & ((1 << count) - 1);
            at += used(value) as usize;
            (value, at)
        };
        let bits = 5 + take(4, &|_| 4).0 as u32;
        if bits > finest {
            return None;
        }
        let mut left = 1_usize << bits;
        let mut likely: Vec<i16> = Vec::new();
        let mut end = 4;
        while left > 0 {
            // A value of `left + 1` at most: small ones take a bit less.
            let width = (left + 1).ilog2() + 1;
            let small = (1 << width) - 1 - (left + 1);
            let mask = (1 << (width - 1)) - 1;
            let (value, after) = take(width, &|value| if value & mask < small { width - 1 } else { width });
            end = after;
            let value = match value & mask {
                low if low < small => low,
                _ if value > mask => value - small,
                _ => value,
            };
            left = left.checked_sub(value.abs_diff(1).max(usize::from(value == 0)))?;
            likely.push((value as u16).cast_signed() - 1);
            if value == 1 {
                // Two bits say how many more have no state at all; three, that there are more yet.
                loop {
                    let (more, after) = take(2, &|_| 2);
                    end = after;
                    likely.resize(likely.len() + more, 0);
                    if more < 3 || likely.len() > symbols {
                        break;
                    }
                }
            }
            if likely.len() > symbols {
                return None;
            }
        }
        *rest = data.get(end.div_ceil(8)..)?;
        Self::new(&likely, bits)
    }

    /// How many bits tell the first state.
    pub(super) fn bits(&self) -> u32 {
        self.0.len().ilog2()
    }

    pub(super) fn symbol(&self, state: usize) -> Option<u8> {
        self.0.get(state).map(|state| state.symbol)
    }

    pub(super) fn next(&self, state: usize, bits: &mut Backward<'_>) -> Option<usize> {
        let state = self.0.get(state)?;
        Some(usize::from(state.next) + bits.take(u32::from(state.bits))?)
    }
}

/// Huffman's code of literals: for all that the next bits can be, the symbol and how many of them it takes.
pub(super) struct Huffman {
    entries: Vec<(u8, u8)>,
    bits: u32,
}

impl Huffman {
    /// Takes the description of a code.
    pub(super) fn read(rest: &mut &[u8]) -> Option<Self> {
        let (&first, after) = rest.split_first()?;
        let mut weights = Vec::new();
        if first >= 128 {
            let count = usize::from(first) - 127;
            let (data, after) = after.split_at_checked(count.div_ceil(2))?;
            *rest = after;
            weights.extend(data.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(count));
        } else {
            let (mut data, after) = after.split_at_checked(usize::from(first))?;
            *rest = after;
            let code = Fse::read(&mut data, 6, 256)?;
            let mut bits = Backward::new(data)?;
            // Two states take turns until the bits are used up; then the other one has the last word.
            let (mut one, mut other) = (bits.take(code.bits())?, bits.take(code.bits())?);
            while weights.len() < 256 {
                weights.push(code.symbol(one)?);
                let Some(next) = code.next(one, &mut bits) else {
                    weights.push(code.symbol(other)?);
                    break;
                };
                one = next;
                std::mem::swap(&mut one, &mut other);
            }
        }
        Self::new(weights)
    }

    /// The code with these weights, and the last that follows from them.
    fn new(mut weights: Vec<u8>) -> Option<Self> {
        if weights.iter().any(|&weight| weight > 11) || weights.len() > 255 {
            return None;
        }
        let share = |weight: u8| 1_usize << weight >> 1;
        let sum: usize = weights.iter().map(|&weight| share(weight)).sum();
        let bits = sum.checked_ilog2()? + 1;
        let missing = (1 << bits) - sum;
        if bits > 11 || !missing.is_power_of_two() {
            return None;
        }
        weights.push(missing.ilog2() as u8 + 1);
        let mut entries = Vec::with_capacity(1 << bits);
        for weight in 1..=bits as u8 {
            for (symbol, _) in weights.iter().enumerate().filter(|(_, own)| **own == weight) {
                let length = bits as u8 + 1 - weight;
                entries.resize(entries.len() + share(weight), (symbol as u8, length));
            }
        }
        (entries.len() == 1 << bits).then_some(Self { entries, bits })
    }

    /// Appends `count` literals; all bits must be used up by them.
    pub(super) fn decode(&self, data: &[u8], count: usize, out: &mut Vec<u8>) -> Option<()> {
        let mut bits = Backward::new(data)?;
        for _ in 0..count {
            let &(symbol, length) = self.entries.get(bits.peek(self.bits))?;
            bits.take(u32::from(length))?;
            out.push(symbol);
        }
        bits.is_used_up().then_some(())
    }
}
