//! The files of an image as far as they are known: what COPY, ADD and WORKDIR wrote, with everything in between
//! that only a real run knows. From this follows what a `COPY --from` takes in.

use std::collections::BTreeMap;

use super::source::Hidden;
use crate::{
    builder::Output,
    context::{Entry, Kind, Tree},
    digest::{Digest, Hasher},
};

/// The files of an image.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// The image that it stands on; `None` for `scratch`.
    base: Option<Digest>,
    /// Known files on top of it.
    bottom: Tree,
    /// Above that, oldest first: files that are not known, and known ones on top of them.
    layers: Vec<(Written, Tree)>,
}

/// Files that only a real run knows, by what tells them from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Equal for equal files.
    pub(super) id: Digest,
    /// The execution of which it is said that its output is new.
    pub(super) fresh: Option<u64>,
}

impl Contents {
    /// The files of an image that is not built here.
    pub(super) fn of_image(id: Digest) -> Self {
        Self { base: Some(id), ..Self::default() }
    }

    /// Puts files on top that are not known.
    pub(super) fn hide(&mut self, written: Written) {
        self.layers.push((written, Tree::new()));
    }

    /// The tree that known files are written into.
    pub(super) fn top(&mut self) -> &mut Tree {
        self.layers.last_mut().map_or(&mut self.bottom, |(_, tree)| tree)
    }

    /// The same tree, to be read.
    pub(super) fn newest(&self) -> &Tree {
        self.layers.last().map_or(&self.bottom, |(_, tree)| tree)
    }

    /// Whether it stands on an image whose files are not known.
    pub(super) fn has_base(&self) -> bool {
        self.base.is_some()
    }

    /// The tree with all files, if all are known.
    pub(super) fn whole(&self) -> Option<&Tree> {
        (self.base.is_none() && self.layers.is_empty()).then_some(&self.bottom)
    }

    /// The tree in which `path` is as it is in the image, although not all files are known.
    pub(super) fn known(&self, path: &str) -> Option<&Tree> {
        let tree = self.newest();
        let resolved = tree.resolve(path, true)?;
        let known = match tree.get(&resolved)?.kind {
            // A folder may have been there before, with other files in it.
            Kind::Directory => self.layers.is_empty() && !is_usual(&resolved),
            _ => !is_linked(&resolved),
        };
        known.then_some(tree)
    }

    /// What tells the files of a selection apart from others, if not all are known: base and unknown layers,
    /// the `digest` of the known ones, and the executions whose output is said to be new.
    pub(super) fn tell_apart(&self, digest: impl Fn(&Tree) -> String) -> Hidden {
        let (mut runs, mut files) = (Hasher::new(), Hasher::new());
        runs.update(self.base.map_or(String::new(), |base| base.to_string()).as_bytes());
        files.update(digest(&self.bottom).as_bytes());
        for (written, tree) in &self.layers {
            runs.update(written.id.bytes());
            files.update(b";");
            files.update(digest(tree).as_bytes());
        }
        let fresh = self.layers.iter().filter_map(|(written, _)| written.fresh).collect();
        Hidden { runs: runs.finish(), files: files.finish(), fresh }
    }

    /// WORKDIR.
    pub(super) fn make_directory(&mut self, path: &str) {
        let tree = self.top();
        if tree.resolve(path, true).is_none() {
            // What cannot be made, such as a folder below a file, fails at the real daemon as well.
            let _ = tree.insert(path, Entry::directory());
        }
    }
}

/// Folders that images have: what lies there may come from the base.
pub(super) fn is_usual(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt",
        "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var",
    ];
    let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
    first.is_empty() || FOLDERS.contains(&first)
}

/// Folders that are links in many images, so that a file written there lies elsewhere.
fn is_linked(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    ["bin/", "sbin/", "lib/", "lib32/", "lib64/", "libx32/", "var/run/", "var/lock/"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

/// What RUNs wrote, as far as one can tell two executions apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    count: u64,
    /// The last output of each RUN by its text.
    last: BTreeMap<String, Written>,
}

impl Outputs {
    /// What an execution of `instruction` writes, given what is said about it.
    pub(super) fn run(&mut self, instruction: &str, said: Option<Output>) -> Written {
        if let (Some(Output::Same), Some(last)) = (said, self.last.get(instruction)) {
            return *last;
        }
        self.count += 1;
        let id = Digest::of(["run ", &self.count.to_string()].concat().as_bytes());
        let fresh = (said == Some(Output::Different)).then_some(self.count);
        let written = Written { id, fresh };
        self.last.insert(instruction.to_owned(), written);
        written
    }
}
