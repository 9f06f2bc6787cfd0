//! The build context and the named contexts as the daemon gets them: without what the ignore file keeps out, and
//! with the transfer's shortcut.

use std::rc::Rc;

use super::Options;
use crate::{
    builder::Input,
    context::{Content, Kind, Tree},
    ignore::Ignore,
    map::Map,
};

/// What the daemon remembers of a context: it asks only for files that seem to have changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Received {
    /// The text of the ignore file.
    ignore: Option<Rc<[u8]>>,
    sent: Tree,
    filtered: Tree,
    /// What the daemon holds after the last build that used the context.
    held: Rc<Tree>,
    /// What it would hold after the next one.
    next: Rc<Tree>,
}

/// The contexts of a build.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    main: Rc<Tree>,
    named: Map<String, Rc<Tree>>,
}

impl Contexts {
    /// The files of the build context, or of the named one.
    pub(super) fn tree(&self, name: Option<&str>) -> Rc<Tree> {
        match name {
            None => Rc::clone(&self.main),
            Some(name) => self.named.get(name).cloned().unwrap_or_default(),
        }
    }

    /// Filters what is sent and lays it over what is held.
    pub(super) fn receive(input: &Input<'_>, options: &Options, held: &mut Map<String, Received>) -> Self {
        let ignore = ignore_file(input, options);
        let main = held.get_or_default(String::new()).take(input.context, ignore);
        let named = input.build_contexts.iter().map(|(name, tree)| {
            let ignore = text(tree, ".dockerignore");
            (name.clone(), held.get_or_default(name.clone()).take(tree, ignore))
        });
        let named = named.collect();
        Self { main, named }
    }
}

/// The text of the ignore file of the build context: the Dockerfile's own, or the context's.
pub(crate) fn ignore_file(input: &Input<'_>, options: &Options) -> Option<Rc<[u8]>> {
    let own = input.dockerfile_path.map(|path| [path, ".dockerignore"].concat());
    let own = own.as_deref().and_then(|path| text(input.context, path));
    let outside = || options.ignore_file.as_ref().map(|text| Rc::from(text.as_bytes()));
    own.or_else(outside).or_else(|| text(input.context, ".dockerignore"))
}

/// A file's bytes, if it is there.
fn text(tree: &Tree, path: &str) -> Option<Rc<[u8]>> {
    let path = tree.resolve(path, true)?;
    match &tree.get(&path)?.kind {
        Kind::File(Content::Bytes(bytes)) => Some(Rc::clone(bytes)),
        _ => None,
    }
}

impl Received {
    fn take(&mut self, sent: &Tree, ignore: Option<Rc<[u8]>>) -> Rc<Tree> {
        let same_rules = self.ignore == ignore;
        if !(same_rules && self.sent.is_same(sent)) {
            let rules = Ignore::parse(&String::from_utf8_lossy(ignore.as_deref().unwrap_or_default()));
            let previous = same_rules.then_some((&self.sent, &self.filtered));
            self.filtered = rules.filter(sent, previous);
            self.sent = sent.clone();
            self.ignore = ignore;
        }
        self.next = Rc::new(self.held.transfer(&self.filtered));
        Rc::clone(&self.next)
    }

    /// Notes that the context was transferred.
    pub(super) fn keep(&mut self) {
        self.held = Rc::clone(&self.next);
    }
}
