//! SHA-256 in the form that builders print and hash: `sha256:` and 64 lower-case hex digits.
//!
//! Everything that is hashed goes through [`Hasher`], so that the number of bytes hashed can be asserted:
//! an edit of one file must not hash any other file again.

use std::{cell::Cell, fmt};

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest. Its text form, `sha256:…`, is what builders hash again when they chain digests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// Reads `sha256:` and 64 hex digits, or the 64 hex digits alone.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        if hex.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 lower-case hex digits, without the prefix.
    pub fn hex(&self) -> String {
        let mut bytes = Vec::with_capacity(64);
        self.append_hex_to(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// The text form, prefix included. Shorter than [`ToString`], which goes through the formatter.
    pub fn text(&self) -> String {
        let mut bytes = Vec::with_capacity(71);
        self.append_to(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Appends the text form, prefix included, to bytes that are to be hashed.
    pub fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"sha256:");
        self.append_hex_to(bytes);
    }

    /// Appends the 64 digits without the prefix.
    pub fn append_hex_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.digits());
    }

    fn digits(&self) -> [u8; 64] {
        let mut digits = [0; 64];
        for (at, digit) in digits.iter_mut().enumerate() {
            let nibble = self.0[at / 2] >> (4 - at % 2 * 4) & 15;
            *digit = b"0123456789abcdef"[usize::from(nibble)];
        }
        digits
    }
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

thread_local! {
    static BYTES_HASHED: Cell<u64> = const { Cell::new(0) };
}

/// How many bytes this thread has hashed so far. Take it before and after to see what an operation cost.
pub fn bytes_hashed() -> u64 {
    BYTES_HASHED.get()
}

/// A streaming SHA-256.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// An empty hasher.
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    /// Appends `bytes` to what is hashed.
    pub fn update(&mut self, bytes: &[u8]) {
        BYTES_HASHED.set(BYTES_HASHED.get().wrapping_add(bytes.len() as u64));
        self.0.update(bytes);
    }

    /// The digest of all that was appended.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_nothing_is_the_published_one() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(Digest::parse(empty), Some(Digest::of(b"")));
    }

    #[test]
    fn malformed_digests_are_refused() {
        for text in ["", "sha256:", "sha256:zz", "sha512:00", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }
}
