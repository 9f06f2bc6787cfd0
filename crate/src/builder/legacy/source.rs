//! What a COPY or an ADD took in, so that two executions can be compared although not all bytes are known.

use crate::digest::Digest;

/// The files of a step and the rest of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// The text that the daemon compares, without the checksum.
    pub(super) text: String,
    /// The sources after expansion.
    pub(super) sources: Vec<String>,
    /// The checksum.
    pub(super) sum: Sum,
}

/// A checksum that is known, or what it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    /// As the daemon writes it: `file:…`, `dir:…`, `multi:…`.
    Known(String),
    /// Hangs on bytes that only a real run produces.
    Hidden {
        /// Which runs produced them: the base image and every execution whose files are not known.
        runs: Digest,
        /// The known files among them.
        files: Digest,
        /// Executions of which it is said that their output is new.
        fresh: Vec<u64>,
    },
}

impl Taken {
    /// Whether the daemon would find both equal.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.text == other.text
            && self.sum == other.sum
            && (matches!(self.sum, Sum::Known(_)) || self.sources == other.sources)
    }

    /// Whether the daemon may find both equal: it hangs on bytes that are not known.
    pub(super) fn perhaps_same(&self, other: &Self) -> bool {
        // A checksum covers the paths, so that other sources give another one; wildcards may match alike.
        let wild = |taken: &Self| taken.sources.iter().any(|source| source.contains(['*', '?', '[']));
        if self.text != other.text || (self.sources != other.sources && !wild(self) && !wild(other)) {
            return false;
        }
        match (&self.sum, &other.sum) {
            (Sum::Known(_), Sum::Known(_)) => false,
            (Sum::Hidden { fresh, .. }, Sum::Known(_)) | (Sum::Known(_), Sum::Hidden { fresh, .. }) => fresh.is_empty(),
            (Sum::Hidden { runs, fresh, .. }, Sum::Hidden { runs: others, fresh: news, .. }) => {
                runs != others && fresh == news
            }
        }
    }
}
