//! Whole subtrees: taken from one tree, put into another, with other owners or modes, without copying files.

use std::rc::Rc;

use super::{
    Entry, Node, PathError, Tree,
    path::{MAX_DEPTH, parts},
    tree::put,
};

impl Tree {
    /// The folder at a path as a tree of its own. It shares all nodes with this one. Links are not followed.
    pub fn subtree(&self, path: &str) -> Option<Self> {
        let node = self.node(path)?;
        node.is_directory().then(|| Self { root: Rc::clone(node) })
    }

    /// Puts a node, with everything below it, at a path in place of what stands there. Folders above it are made
    /// (mode 0755). The root is replaced by a folder only.
    ///
    /// # Errors
    /// If the path is not possible, or the tree would become too deep.
    pub fn graft(&mut self, path: &str, node: Rc<Node>) -> Result<(), PathError> {
        let parts = parts(path)?;
        if parts.len() + node.below().height as usize > MAX_DEPTH {
            return Err(PathError::TooDeep(parts.join("/")));
        }
        if parts.is_empty() {
            if !node.is_directory() {
                return Err(PathError::Empty);
            }
            self.root = node;
            return Ok(());
        }
        self.check_folders(&parts)?;
        self.settle_links(&parts);
        put(Rc::make_mut(&mut self.root), &parts, node);
        Ok(())
    }

    /// Lays another tree over this one, as layers of an image are: folders are merged and get what the other says of
    /// them, and whatever else is in both is the other's. The root itself stays as it is.
    pub fn lay(&mut self, over: &Self) {
        for (name, node) in over.root.children() {
            let laid = self.root.child(name).map(|under| node.laid_over(under));
            Rc::make_mut(&mut self.root).set_child(name, Some(laid.unwrap_or_else(|| Rc::clone(node))));
        }
    }
}

impl Node {
    /// The node over another one: see [`Tree::lay`].
    fn laid_over(self: &Rc<Self>, under: &Rc<Self>) -> Rc<Self> {
        if !self.is_directory() || !under.is_directory() {
            return Rc::clone(self);
        }
        let mut laid = Self::clone(under);
        let Entry { mode, uid, gid, mtime, .. } = *self.entry();
        laid.set_metadata(mode, uid, gid, mtime);
        // Trees are of bounded depth, and so is this recursion.
        for (name, child) in self.children() {
            let over = under.child(name).map_or_else(|| Rc::clone(child), |under| child.laid_over(under));
            laid.set_child(name, Some(over));
        }
        Rc::new(laid)
    }

    /// The node with other metadata here and below, as `map` gives them from the old ones (the kind of its answer
    /// is not used). What stays as it is is shared with the old node.
    #[must_use]
    pub fn mapped(self: &Rc<Self>, map: &dyn Fn(&Entry) -> Entry) -> Rc<Self> {
        let old = self.entry();
        let new = map(old);
        let mut changed = (new.mode, new.uid, new.gid, new.mtime) != (old.mode, old.uid, old.gid, old.mtime);
        let mut children = Vec::with_capacity(self.children().len());
        for (name, child) in self.children() {
            let mapped = child.mapped(map);
            changed |= !Rc::ptr_eq(&mapped, child);
            children.push((Rc::clone(name), mapped));
        }
        if !changed {
            return Rc::clone(self);
        }
        let entry = Entry { kind: old.kind.clone(), ..new };
        Rc::new(if self.is_directory() {
            Self::folder(entry, self.is_implied(), children)
        } else {
            Self::new(entry)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::new();
        for path in ["a/b/c", "a/d", "e"] {
            tree.insert(path, Entry::file(*b"x")).expect("a good path");
        }
        tree
    }

    #[test]
    fn subtrees_are_shared() {
        let files = tree();
        let part = files.subtree("a").expect("a folder");
        assert_eq!(part.len(), 3);
        assert!(files.subtree("e").is_none());
        let mut other = Tree::new();
        assert_eq!(other.graft("x/y", Rc::clone(part.root())), Ok(()));
        assert_eq!(other.len(), 5);
        assert!(other.node("x/y").is_some_and(|node| Rc::ptr_eq(node, part.root())));
        assert_eq!(
            other.graft("x/y/d/z", Rc::clone(part.root())),
            Err(PathError::FileInTheWay("x/y/d".into()))
        );
    }

    #[test]
    fn grafts_never_make_a_tree_too_deep() {
        let mut files = tree();
        let mut grown = 0;
        while let Ok(()) = files.graft("a/b/deeper", Rc::clone(files.root())) {
            grown += 1;
        }
        assert!(grown > 50, "{grown}");
        assert!(files.root().below().height as usize <= MAX_DEPTH);
    }

    #[test]
    fn layers_merge_folders_and_replace_the_rest() {
        let mut files = tree();
        let mut over = Tree::new();
        over.insert("a", Entry { mode: 0o700, ..Entry::directory() }).expect("a good path");
        over.insert("a/d/new", Entry::file(*b"y")).expect("a good path");
        over.insert("e", Entry::file(*b"y")).expect("a good path");
        files.lay(&over);
        let paths: Vec<String> = files.walk().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a", "a/b", "a/b/c", "a/d", "a/d/new", "e"]);
        assert_eq!(files.get("a").map(|entry| entry.mode), Some(0o700));
        assert_eq!(files.get("e"), Some(&Entry::file(*b"y")));
    }

    #[test]
    fn mapping_shares_what_stays() {
        let files = tree();
        let same = files.root().mapped(&Clone::clone);
        assert!(Rc::ptr_eq(&same, files.root()));
        let owned = files.root().mapped(&|entry| Entry { uid: 7, ..entry.clone() });
        assert!(Tree::from_node(owned).walk().all(|(_, entry)| entry.uid == 7));
    }
}
