//! The tree: look up, put in, take out, walk.

use std::rc::Rc;

use super::{
    Entry, Kind, Node,
    node::Member,
    path::{PathError, parts},
};

/// A persistent tree of files. Clones share nodes; a folder keeps its digest until something below it changes.
///
/// Paths are relative to the root, with `/` between parts; one that starts with `/` is taken as relative too.
///
/// ```
/// use layerwise::context::{Entry, Tree};
///
/// let mut tree = Tree::new();
/// tree.insert("src/main.py", Entry::file(*b"print(1)\n"))?;
/// let before = tree.clone();
/// tree.insert("src/main.py", Entry::file(*b"print(2)\n"))?;
/// assert_eq!(before.diff(&tree)[0].path, "src/main.py");
/// # Ok::<(), layerwise::context::PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    pub(super) root: Rc<Node>,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// A tree that holds nothing. Its root is a folder with mode 0755, owned by root.
    pub fn new() -> Self {
        Self::from_node(Rc::new(Node::new(Entry::directory())))
    }

    /// The tree whose root is this folder; an empty one if it is none.
    pub fn from_node(root: Rc<Node>) -> Self {
        if root.is_directory() { Self { root } } else { Self::new() }
    }

    /// The root folder.
    pub fn root(&self) -> &Rc<Node> {
        &self.root
    }

    /// Whether both are one tree, so that nothing differs. Does not look at files.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.root, &other.root)
    }

    /// Puts a file, folder or link at a path, making the folders above it (mode 0755). A folder that stands there
    /// takes the new metadata and keeps its members.
    ///
    /// # Errors
    /// If the path is empty, leaves the tree or lies too deep, if a file stands where a folder is needed, or a
    /// folder where a file is put. The tree is unchanged then.
    pub fn insert(&mut self, path: &str, entry: Entry) -> Result<(), PathError> {
        let parts = parts(path)?;
        if parts.is_empty() && (path.is_empty() || !matches!(entry.kind, Kind::Directory)) {
            return Err(PathError::Empty);
        }
        self.check_folders(&parts)?;
        let keeps_members = match self.find(&parts) {
            Some(node) if node.is_directory() && !matches!(entry.kind, Kind::Directory) => {
                return Err(PathError::FolderInTheWay(parts.join("/")));
            }
            Some(node) if !node.is_directory() && matches!(entry.kind, Kind::Directory) => {
                return Err(PathError::FileInTheWay(parts.join("/")));
            }
            Some(node) => node.is_directory(),
            None => false,
        };
        if keeps_members {
            self.change(&parts, |node| {
                node.set_metadata(entry.mode, entry.uid, entry.gid, entry.mtime);
                ((), true)
            });
        } else {
            self.settle_links(&parts);
            put(Rc::make_mut(&mut self.root), &parts, Rc::new(Node::new(entry)));
        }
        Ok(())
    }

    /// Takes out what stands at a path, with everything below. Returns whether something stood there; the root
    /// stays.
    pub fn remove(&mut self, path: &str) -> bool {
        let Ok(parts) = parts(path) else { return false };
        if parts.is_empty() || self.find(&parts).is_none() {
            return false;
        }
        self.settle_links(&parts);
        take(Rc::make_mut(&mut self.root), &parts).is_some()
    }

    /// What stands at a path. Links are not followed.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.node(path).map(|node| node.entry())
    }

    /// The node at a path, for [`Tree::graft`] and walks of one's own. Links are not followed.
    pub fn node(&self, path: &str) -> Option<&Rc<Node>> {
        self.find(&parts(path).ok()?)
    }

    /// Names and entries in a folder, in byte order.
    pub fn children(&self, path: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let children = self.node(path).map_or(&[][..], |node| node.children());
        children.iter().map(|(name, node)| (&**name, node.entry()))
    }

    /// How many files, folders and links there are, without the root.
    pub fn len(&self) -> usize {
        self.root.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.root.is_empty()
    }

    /// All entries but the root: a folder, then its members, in byte order of the parts of their paths.
    pub fn walk(&self) -> Walk<'_> {
        Walk { path: String::new(), open: vec![(0, self.root.children().iter())] }
    }

    pub(super) fn find(&self, parts: &[&str]) -> Option<&Rc<Node>> {
        parts.iter().try_fold(&self.root, |node, part| node.child(part))
    }

    /// Whether folders can stand above the last part: nothing else is in their way.
    pub(super) fn check_folders(&self, parts: &[&str]) -> Result<(), PathError> {
        let mut node = &self.root;
        for (index, part) in parts.iter().enumerate() {
            if !node.is_directory() {
                return Err(PathError::FileInTheWay(parts[..index].join("/")));
            }
            match node.child(part) {
                Some(child) => node = child,
                None => break,
            }
        }
        Ok(())
    }

    /// Changes what stands at a path. `change` also says whether digests above may have changed.
    pub(super) fn change<T>(
        &mut self,
        parts: &[&str],
        change: impl FnOnce(&mut Node) -> (T, bool),
    ) -> Option<T> {
        self.find(parts)?;
        descend(Rc::make_mut(&mut self.root), parts, change).map(|(result, _)| result)
    }
}

fn descend<T>(
    node: &mut Node,
    parts: &[&str],
    change: impl FnOnce(&mut Node) -> (T, bool),
) -> Option<(T, bool)> {
    let Some((first, rest)) = parts.split_first() else { return Some(change(node)) };
    node.change_child(first, |child| match descend(child, rest, change) {
        Some((result, stale)) => (Some((result, stale)), stale),
        None => (None, false),
    })?
}

/// Puts a node at a path below `node`, making folders.
pub(in crate::context) fn put(node: &mut Node, parts: &[&str], new: Rc<Node>) {
    match parts {
        [] => {}
        [name] => drop(node.set_child(name, Some(new))),
        [first, rest @ ..] => {
            if node.child(first).is_none() {
                node.set_child(first, Some(Rc::new(Node::new(Entry::directory()))));
            }
            node.change_child(first, |child| (put(child, rest, new), true));
        }
    }
}

/// Takes out what stands at a path below `node`.
pub(in crate::context) fn take(node: &mut Node, parts: &[&str]) -> Option<Rc<Node>> {
    match parts {
        [] => None,
        [name] => node.set_child(name, None),
        [first, rest @ ..] => node.change_child(first, |child| (take(child, rest), true))?,
    }
}

/// All entries of a tree in order: see [`Tree::walk`].
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    path: String,
    /// For each open folder the length of its path and what remains of it.
    open: Vec<(usize, std::slice::Iter<'a, Member>)>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = (String, &'a Entry);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (length, members) = self.open.last_mut()?;
            self.path.truncate(*length);
            let Some((name, node)) = members.next() else {
                self.open.pop();
                continue;
            };
            if !self.path.is_empty() {
                self.path.push('/');
            }
            self.path.push_str(name);
            if node.is_directory() {
                self.open.push((self.path.len(), node.children().iter()));
            }
            return Some((self.path.clone(), node.entry()));
        }
    }
}
