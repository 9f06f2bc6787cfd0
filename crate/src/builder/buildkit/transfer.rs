//! The build context and the named contexts as the daemon gets them: without what the ignore file keeps out, and
//! with the transfer's shortcut.

use std::rc::Rc;

use super::{Options, snapshot::Content};
use crate::{
    builder::Input,
    context::{Content as Bytes, Kind, NotFound, RootHeader, Selection, Tree, content_text, is_exact},
    ignore::Ignore,
};

/// How many contents are remembered.
const REMEMBERED: usize = 256;

/// What the daemon remembers of a context: it asks only for files that seem to have changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Received {
    /// Its name; the build context has none.
    name: Option<String>,
    /// The text of the ignore file.
    ignore: Option<Rc<[u8]>>,
    sent: Tree,
    filtered: Tree,
    /// What the daemon holds after the last build that used the context.
    held: Rc<Tree>,
    /// What it holds in the build that is being done.
    next: Rc<Tree>,
}

/// The contexts of all builds so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Contexts {
    received: Vec<Received>,
    /// What was hashed for contents, with the contents: an edit leaves most as they were.
    contents: Vec<(Vec<u8>, Content)>,
}

impl Contexts {
    /// The contexts of a daemon that holds no file yet. What ignore files keep out is not looked for again.
    pub(super) fn forgotten(&self) -> Self {
        let forget =
            |received: &Received| Received { held: Rc::default(), next: Rc::default(), ..received.clone() };
        Self { received: self.received.iter().map(forget).collect(), contents: self.contents.clone() }
    }

    /// Filters what is sent and lays it over what is held.
    pub(super) fn receive(&mut self, input: &Input<'_>, options: &Options) {
        self.take(None, input.context, ignore_file(input, options));
        for (name, tree) in input.build_contexts {
            self.take(Some(name), tree, text(tree, ".dockerignore"));
        }
    }

    fn take(&mut self, name: Option<&str>, sent: &Tree, ignore: Option<Rc<[u8]>>) {
        if self.get(name).is_none() {
            self.received.push(Received { name: name.map(str::to_owned), ..Received::default() });
        }
        if let Some(received) = self.get(name) {
            received.take(sent, ignore);
        }
    }

    fn get(&mut self, name: Option<&str>) -> Option<&mut Received> {
        self.received.iter_mut().find(|received| received.name.as_deref() == name)
    }

    /// The files of the build context, or of the named one.
    pub(super) fn tree(&self, name: Option<&str>) -> Rc<Tree> {
        let received = self.received.iter().find(|received| received.name.as_deref() == name);
        received.map_or_else(Rc::default, |received| Rc::clone(&received.next))
    }

    /// The content of selections of a context.
    pub(super) fn content(
        &mut self,
        name: Option<&str>,
        selections: &[Selection],
    ) -> Result<Content, NotFound> {
        let tree = self.tree(name);
        let text = content_text(&tree, selections, RootHeader::Context)?;
        if let Some((_, content)) = self.contents.iter().find(|(known, _)| *known == text) {
            return Ok(Content { exact: is_exact(&tree, selections), ..*content });
        }
        let content = Content::of(&text, is_exact(&tree, selections));
        if self.contents.len() == REMEMBERED {
            self.contents.clear();
        }
        self.contents.push((text, content));
        Ok(content)
    }

    /// Notes that what is held of a context was given up: the next transfer begins anew.
    pub(super) fn give_up(&mut self, name: Option<&str>) {
        if let Some(received) = self.get(name) {
            received.held = Rc::default();
        }
    }

    /// Notes that a context was transferred.
    pub(super) fn keep(&mut self, name: Option<&str>) {
        if let Some(received) = self.get(name) {
            received.held = Rc::clone(&received.next);
        }
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
        Kind::File(Bytes::Bytes(bytes)) => Some(Rc::clone(bytes)),
        _ => None,
    }
}

impl Received {
    fn take(&mut self, sent: &Tree, ignore: Option<Rc<[u8]>>) {
        let same_rules = self.ignore == ignore;
        if !(same_rules && self.sent.is_same(sent)) {
            let rules = Ignore::parse(&String::from_utf8_lossy(ignore.as_deref().unwrap_or_default()));
            let previous = same_rules.then_some((&self.sent, &self.filtered));
            self.filtered = rules.filter(sent, previous);
            self.sent = sent.clone();
            self.ignore = ignore;
        }
        self.next = Rc::new(self.held.transfer(&self.filtered));
    }
}
