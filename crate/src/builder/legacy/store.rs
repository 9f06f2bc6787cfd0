//! The daemon's images: who is whose child, with which stored config, in order of creation.

use std::rc::Rc;

use super::{config::Config, source::Taken, version::Rules};
use crate::{builder::buildkit::snapshot::Snapshot, digest::Digest, map::Map};

/// An image that a step made.
#[derive(Debug)]
pub(super) struct Image {
    /// The daemon's IDs are digests that cover the time of creation, so that no two executions give the same
    /// one. Here they are digests of a counter.
    pub(super) id: Digest,
    /// The container config that look-ups are compared with.
    pub(super) stored: Config,
    /// The image config, which fills holes of later container configs.
    pub(super) config: Config,
    /// What a COPY or an ADD took in.
    pub(super) taken: Option<Taken>,
    /// The files.
    pub(super) contents: Snapshot,
    /// Images of which this one may be one: the step that made it would have been a hit if the files that it
    /// takes in, which only a real run knows, are the same as before. Their children may be its children.
    pub(super) perhaps: Vec<Rc<Image>>,
}

/// What a look-up finds.
#[derive(Debug)]
pub(super) enum Found {
    /// An image that the step is taken from.
    Certain(Rc<Image>),
    /// Images that the step is taken from if bytes that only a real run knows are as they were.
    Perhaps(Vec<Rc<Image>>),
    /// Nothing.
    Nothing,
}

/// All images that steps made. Clones share them until one of them adds an image.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    children: Rc<Map<Option<Digest>, Vec<Rc<Image>>>>,
    count: u64,
}

impl Store {
    /// A new ID, unlike all before.
    pub(super) fn next_id(&mut self) -> Digest {
        self.count += 1;
        Digest::of(["image ", &self.count.to_string()].concat().as_bytes())
    }

    /// Records `image` as the newest child of `parent`; `None` is the parent of what stands on `scratch`.
    pub(super) fn add(&mut self, parent: Option<Digest>, image: Rc<Image>) {
        Rc::make_mut(&mut self.children).get_or_default(parent).push(image);
    }

    /// Looks `probe` up among the children of `parent`, and if none of them is it, among the children of the
    /// images that `parent` may be. The newest wins.
    pub(super) fn find(&self, parent: &Parent, probe: &Config, taken: Option<&Taken>, rules: Rules) -> Found {
        let newest_first = || self.children.get(&parent.id).into_iter().flatten().rev();
        if let Some(image) = newest_first().find(|image| same(image, probe, taken, rules)) {
            return Found::Certain(Rc::clone(image));
        }
        let mut perhaps: Vec<Rc<Image>> =
            newest_first().filter(|image| perhaps_same(image, probe, taken, rules)).map(Rc::clone).collect();
        for candidate in &parent.perhaps {
            for image in self.children.get(&Some(candidate.id)).into_iter().flatten().rev() {
                if same(image, probe, taken, rules) || perhaps_same(image, probe, taken, rules) {
                    perhaps.push(Rc::clone(image));
                }
            }
        }
        if perhaps.is_empty() { Found::Nothing } else { Found::Perhaps(perhaps) }
    }
}

/// The image that a look-up starts from.
#[derive(Clone, Debug, Default)]
pub(super) struct Parent {
    /// Its ID; `None` for `scratch`.
    pub(super) id: Option<Digest>,
    /// Images that it may be; see [`Image::perhaps`].
    pub(super) perhaps: Vec<Rc<Image>>,
}

fn same(image: &Image, probe: &Config, taken: Option<&Taken>, rules: Rules) -> bool {
    let files = match (&image.taken, taken) {
        (Some(before), Some(now)) => before.same(now),
        (None, None) => true,
        _ => false,
    };
    files && image.stored.matches(probe, rules)
}

/// Whether everything is equal but the checksum, and that one is not known on at least one side.
fn perhaps_same(image: &Image, probe: &Config, taken: Option<&Taken>, rules: Rules) -> bool {
    let (Some(before), Some(now)) = (&image.taken, taken) else { return false };
    before.perhaps_same(now) && image.stored.matches_but_cmd(probe, rules)
}
