//! The block before an entry of an archive, read as Go's `archive/tar` does: v7, ustar, star and GNU.

/// How long a block is.
pub(super) const BLOCK: usize = 512;

/// Whether a file may begin with a header: there is a number where its checksum would be.
pub(super) fn is_likely(file: &[u8]) -> bool {
    let sum = file.get(148..156).filter(|_| file.len() >= BLOCK);
    sum.and_then(octal).is_some_and(|sum| sum > 0)
}

/// A block's fields.
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    pub(super) flag: u8,
    pub(super) mode: i64,
    pub(super) uid: i64,
    pub(super) gid: i64,
    pub(super) size: i64,
    pub(super) gnu: bool,
    /// Numbers of a device.
    pub(super) device: [i64; 2],
}

impl Header {
    /// Reads a block; `None` if it is no header.
    pub(super) fn read(block: &[u8; BLOCK]) -> Option<Self> {
        let field = |at: usize, length: usize| block.get(at..at + length).unwrap_or(&[]);
        let sum = octal(field(148, 8))?;
        let sums =
            block.iter().enumerate().map(|(at, &byte)| if (148..156).contains(&at) { b' ' } else { byte });
        let unsigned: i64 = sums.clone().map(i64::from).sum();
        let signed: i64 = sums.map(|byte| i64::from(byte.cast_signed())).sum();
        if sum != unsigned && sum != signed {
            return None;
        }
        let ustar = field(257, 6) == b"ustar\0";
        let star = ustar && field(508, 4) == b"tar\0";
        let gnu = field(257, 8) == b"ustar  \0";
        let mut name = text(field(0, 100)).to_vec();
        let header_numbers = [(100, 8), (108, 8), (116, 8), (124, 12), (136, 12)];
        let [mode, uid, gid, size, changed] = header_numbers.map(|(at, length)| number(field(at, length)));
        let mut device = [0; 2];
        if ustar || gnu {
            device = [number(field(329, 8))?, number(field(337, 8))?];
        }
        if star {
            number(field(476, 12))?;
            number(field(488, 12))?;
        }
        // Times of GNU's; where they are none, early writers in Go put a prefix.
        let time = |at: usize| block.get(at) == Some(&0) || number(field(at, 12)).is_some();
        let prefix = match (star, ustar, gnu) {
            (true, ..) => text(field(345, 131)),
            (_, true, _) => text(field(345, 155)),
            (.., true) if !(time(345) && time(357)) => {
                let prefix = text(field(345, 155));
                if prefix.is_ascii() { prefix } else { &[] }
            }
            _ => &[],
        };
        if !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        changed?;
        Some(Self {
            name,
            link: text(field(157, 100)).to_vec(),
            flag: block[156],
            mode: mode?,
            uid: uid?,
            gid: gid?,
            size: size?,
            gnu,
            device,
        })
    }
}

/// A field up to its first NUL.
pub(super) fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    field.get(..end).unwrap_or(field)
}

/// An octal number, or a binary one whose first bit is set.
fn number(field: &[u8]) -> Option<i64> {
    let Some((&first, rest)) = field.split_first().filter(|(first, _)| **first & 0x80 != 0) else {
        return octal(field);
    };
    let invert = if first & 0x40 != 0 { 0xff } else { 0 };
    let mut value = u64::from((first ^ invert) & 0x7f);
    for byte in rest {
        if value >> 56 > 0 {
            return None;
        }
        value = value << 8 | u64::from(byte ^ invert);
    }
    let value = i64::try_from(value).ok()?;
    Some(if invert == 0 { value } else { !value })
}

fn octal(field: &[u8]) -> Option<i64> {
    let blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| !blank(byte));
    let Some(start) = start else { return Some(0) };
    let end = field.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
    let digits = text(field.get(start..end)?);
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let value = u64::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| plain)?, 8).ok()?;
    Some(value.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        for (field, expected) in [
            (&b"0000644\0"[..], Some(0o644)),
            (b" 644 \0\0", Some(0o644)),
            (b"", Some(0)),
            (b"\0\0\0", Some(0)),
            (b"8", None),
            (b"+7", None),
            (b"7\x007", Some(7)),
            (b"\x80\0\0\x01\0", Some(256)),
            (b"\xff\xff\xff\xff", Some(-1)),
            (b"\x80\xff\xff\xff\xff\xff\xff\xff\xff", None),
        ] {
            assert_eq!(number(field), expected, "{field:?}");
        }
    }
}
