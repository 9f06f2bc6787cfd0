//! Digests of texts. An edit leaves most ops as they were, and to compare a text with that of the build before
//! costs less than to hash it.

use crate::digest::Digest;

/// How far a text is looked for behind the place where it is expected.
const REACH: usize = 64;

/// The texts that were hashed for a plan, in order, with their digests.
pub(super) type Texts = Vec<(String, Digest)>;

/// Hashes the texts of one plan.
#[derive(Default)]
pub(super) struct Hashed<'a> {
    /// The texts of the plan before.
    before: &'a [(String, Digest)],
    /// Where the next text is expected among them.
    at: usize,
    pub(super) texts: Texts,
}

impl<'a> Hashed<'a> {
    /// Knows the texts of the plan before.
    pub(super) fn new(before: &'a [(String, Digest)]) -> Self {
        Self { before, ..Self::default() }
    }

    /// The digest of a text.
    pub(super) fn digest(&mut self, text: String) -> Digest {
        self.digest_by(text, None)
    }

    /// The digest of the text that `make` makes, which another text decides that is made in less time.
    pub(super) fn digest_by(&mut self, text: String, make: Option<&dyn Fn() -> String>) -> Digest {
        let mut found = None;
        for (at, (known, digest)) in self.before.iter().enumerate().skip(self.at).take(REACH) {
            if *known == text {
                self.at = at + 1;
                found = Some(*digest);
                break;
            }
        }
        let digest = found.unwrap_or_else(|| match make {
            Some(make) => Digest::of(make().as_bytes()),
            None => Digest::of(text.as_bytes()),
        });
        self.texts.push((text, digest));
        digest
    }

    /// The digest of a record: of the op's digest and the number of its output.
    pub(super) fn record(&mut self, map: Digest) -> Digest {
        self.digest(suffixed(map, "@0"))
    }

    /// The digest of a source's cache map from the string that its kind makes.
    pub(super) fn source(&mut self, key: &str) -> Digest {
        self.digest(["buildkit.source.v0:", key].concat())
    }
}

/// The digest of a content's record.
pub(super) fn content_record(content: Digest) -> Digest {
    Digest::of(suffixed(content, "@-1").as_bytes())
}

fn suffixed(digest: Digest, suffix: &str) -> String {
    let mut text = digest.text();
    text.push_str(suffix);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_plan_before_give_the_digests_that_hashing_gives() {
        let mut first = Hashed::default();
        for text in ["a", "b", "b", "c"] {
            first.digest(text.to_owned());
        }
        let mut second = Hashed::new(&first.texts);
        for text in ["b", "x", "c", "a", "b"] {
            assert_eq!(second.digest(text.to_owned()), Digest::of(text.as_bytes()), "{text}");
        }
        assert_eq!(second.texts.len(), 5);
    }
}
