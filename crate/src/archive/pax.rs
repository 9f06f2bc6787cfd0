//! Extended headers of archives (POSIX pax): records of `length key=value`, as Go's `archive/tar` takes them.

/// What the records before an entry say about it. An empty value says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<i64>,
    pub(super) uid: Option<i64>,
    pub(super) gid: Option<i64>,
    /// Whether something is said that is not read here and counts: a sparse file, an extended attribute.
    pub(super) more: bool,
    /// Whether a value is wrong, which counts once an entry is read.
    pub(super) wrong: bool,
}

impl Records {
    /// Reads the data of an extended header; `None` if it is malformed.
    pub(super) fn read(mut data: &[u8]) -> Option<Self> {
        let mut records = Self::default();
        while !data.is_empty() {
            let space = data.iter().position(|&byte| byte == b' ')?;
            let (number, _) = data.split_at(space);
            let length = usize::try_from(integer(number)?).ok().filter(|&length| length >= 5)?;
            let record = data.get(..length)?.get(space + 1..)?.strip_suffix(b"\n")?;
            data = data.get(length..)?;
            let equals = record.iter().position(|&byte| byte == b'=')?;
            let (key, value) = record.split_at(equals);
            let value = value.get(1..)?;
            let texts: [&[u8]; 4] = [b"path", b"linkpath", b"uname", b"gname"];
            let holds_nul = if texts.contains(&key) { value.contains(&0) } else { key.contains(&0) };
            if key.is_empty() || holds_nul {
                return None;
            }
            records.take(key, value);
        }
        Some(records)
    }

    /// The last record with a key counts.
    fn take(&mut self, key: &[u8], value: &[u8]) {
        let text = || (!value.is_empty()).then(|| value.to_vec());
        match key {
            b"path" => self.path = text(),
            b"linkpath" => self.link = text(),
            b"size" => self.size = self.number(value),
            b"uid" => self.uid = self.number(value),
            b"gid" => self.gid = self.number(value),
            b"atime" | b"mtime" | b"ctime" => self.wrong |= !value.is_empty() && !is_time(value),
            _ => {
                // Attributes of other systems are refused by Linux, and both builders pass over that.
                let spaces: [&[u8]; 4] = [b"user.", b"system.", b"trusted.", b"security."];
                let attribute = key.strip_prefix(b"SCHILY.xattr.").unwrap_or(&[]);
                self.more |= key.starts_with(b"GNU.sparse.")
                    || spaces.iter().any(|space| attribute.starts_with(space));
            }
        }
    }

    fn number(&mut self, value: &[u8]) -> Option<i64> {
        let number = integer(value);
        self.wrong |= number.is_none() && !value.is_empty();
        number
    }
}

/// A decimal number with or without a sign.
fn integer(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Seconds, with or without a fraction.
fn is_time(text: &[u8]) -> bool {
    let point = text.iter().position(|&byte| byte == b'.').unwrap_or(text.len());
    let (seconds, fraction) = text.split_at(point);
    integer(seconds).is_some() && fraction.iter().skip(1).all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read() {
        let records = Records::read(b"12 path=abc\n11 path=de\n10 size=7\n7 uid=\n").expect("they are sound");
        assert_eq!(records.path.as_deref(), Some(&b"de"[..]));
        assert_eq!((records.size, records.uid, records.wrong), (Some(7), None, false));
        assert!(Records::read(b"10 size=x\n").expect("the form is right").wrong);
        assert!(!Records::read(b"13 mtime=1.5\n").expect("it is sound").wrong);
        for malformed in
            [&b"12 path=abc"[..], b"3 a\n", b"12 path:abc\n", b"x path=a\n", b"9 path=\0\n", b"5 =a\n"]
        {
            assert!(Records::read(malformed).is_none(), "{malformed:?}");
        }
    }
}
