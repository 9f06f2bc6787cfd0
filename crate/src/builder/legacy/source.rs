//! What a COPY or an ADD took in, so that two executions can be compared although not all bytes are known.

use crate::{
    builder::buildkit::snapshot::Doubt,
    digest::{Digest, Hasher},
    ignore::has_wildcard,
};

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
    Hidden(Hidden),
}

/// What tells files apart that only a real run knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hidden {
    /// Which runs produced them: the base image and every execution whose files are not known.
    pub(super) runs: Digest,
    /// The known files among them.
    pub(super) files: Digest,
    /// Whether they may as well be equal to others.
    pub(super) doubt: Doubt,
    /// Whether they are said to be other than any before.
    pub(super) new: bool,
}

/// What is said about the files is no part of them.
impl PartialEq for Hidden {
    fn eq(&self, other: &Self) -> bool {
        self.runs == other.runs && self.files == other.files
    }
}

impl Eq for Hidden {}

impl Hidden {
    /// Files that are known, or taken to be: equal names are equal files.
    pub(super) fn certain(name: Digest) -> Self {
        Self { runs: name, files: name, doubt: Doubt::None, new: false }
    }

    /// Whether they may be equal to others.
    fn may_equal(&self, other: Doubt) -> bool {
        !self.new && self.doubt.meets(other)
    }

    /// Both together.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.runs = both(self.runs, other.runs);
        self.files = both(self.files, other.files);
        self.doubt = self.doubt.max(other.doubt);
        self.new |= other.new;
        self
    }

    /// One digest of all of it.
    pub(super) fn digest(&self) -> Digest {
        both(self.runs, self.files)
    }
}

fn both(one: Digest, other: Digest) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(one.bytes());
    hasher.update(other.bytes());
    hasher.finish()
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
        let wild = |taken: &Self| taken.sources.iter().any(|source| has_wildcard(source));
        if self.text != other.text || (self.sources != other.sources && !wild(self) && !wild(other)) {
            return false;
        }
        match (&self.sum, &other.sum) {
            (Sum::Known(_), Sum::Known(_)) => false,
            (Sum::Hidden(before), Sum::Known(_)) => before.doubt.meets(Doubt::None),
            (Sum::Known(_), Sum::Hidden(now)) => now.may_equal(Doubt::None),
            // Equal runs with other known files among them are sure to differ.
            (Sum::Hidden(before), Sum::Hidden(now)) => before.runs != now.runs && now.may_equal(before.doubt),
        }
    }
}
