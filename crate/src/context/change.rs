//! Changes of what stands in a tree: other name, other mode, other time.

use std::rc::Rc;

use super::{
    Kind, PathError, Tree,
    path::{MAX_DEPTH, parts},
    tree::{put, take},
};

impl Tree {
    /// Moves a file, or a folder with all its members; what stands at the new path is replaced, but a folder
    /// only by a folder and only if it is empty, as the system call does it. Folders above the new path are made.
    ///
    /// # Errors
    /// If nothing stands at the old path, if the new one is not possible, or lies within the old one.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<(), PathError> {
        let (from, to) = (parts(old)?, parts(new)?);
        if from.is_empty() || to.is_empty() {
            return Err(PathError::Empty);
        }
        let node = self.find(&from).ok_or_else(|| PathError::NotFound(from.join("/")))?;
        if from == to {
            return Ok(());
        }
        if to.starts_with(&from) {
            return Err(PathError::IntoItself(from.join("/")));
        }
        if to.len() + node.below().height as usize > MAX_DEPTH {
            return Err(PathError::TooDeep(to.join("/")));
        }
        self.check_folders(&to)?;
        match self.find(&to) {
            Some(there) if there.is_directory() && !(node.is_directory() && there.is_empty()) => {
                return Err(PathError::FolderInTheWay(to.join("/")));
            }
            Some(there) if !there.is_directory() && node.is_directory() => {
                return Err(PathError::FileInTheWay(to.join("/")));
            }
            Some(_) => self.settle_links(&to),
            None => {}
        }
        self.move_links(&from, &to);
        let root = Rc::make_mut(&mut self.root);
        if let Some(node) = take(root, &from) {
            put(root, &to, node);
        }
        Ok(())
    }

    /// Gives a file or folder other permission bits (`0o7777` at most). Links are followed, as `chmod` does.
    ///
    /// # Errors
    /// If nothing stands there, or a link leads nowhere.
    pub fn chmod(&mut self, path: &str, mode: u32) -> Result<(), PathError> {
        let target = self.file_behind(path)?;
        self.change(&parts(&target)?, |node| {
            let entry = node.entry();
            let (uid, gid, mtime) = (entry.uid, entry.gid, entry.mtime);
            let changed = entry.mode != mode & 0o7777;
            node.set_metadata(mode & 0o7777, uid, gid, mtime);
            ((), changed)
        });
        Ok(())
    }

    /// Gives an entry another modification time, in seconds. No digest changes. Symbolic links are not followed.
    ///
    /// # Errors
    /// If nothing stands there.
    pub fn touch(&mut self, path: &str, mtime: i64) -> Result<(), PathError> {
        let found = parts(path)?;
        let node = self.find(&found).ok_or_else(|| PathError::NotFound(found.join("/")))?;
        let target = match node.entry().kind {
            Kind::Hardlink(_) => self.file_behind(path)?,
            _ => found.join("/"),
        };
        self.change(&parts(&target)?, |node| {
            let entry = node.entry();
            let (mode, uid, gid) = (entry.mode, entry.uid, entry.gid);
            node.set_metadata(mode, uid, gid, mtime);
            ((), false)
        });
        Ok(())
    }

    /// The path of the file whose metadata are meant, behind symbolic and hard links.
    fn file_behind(&self, path: &str) -> Result<String, PathError> {
        // Climbing out is told as such, and not as something missing.
        let found = parts(path)?;
        let missing = || PathError::NotFound(found.join("/"));
        let target = self.resolve(path, true).ok_or_else(missing)?;
        match self.get(&target).map(|entry| &entry.kind) {
            Some(Kind::Hardlink(_)) => self.first_name(&target).ok_or_else(missing),
            Some(_) => Ok(target),
            None => Err(missing()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Entry;

    fn tree(paths: &[&str]) -> Tree {
        let mut tree = Tree::new();
        for path in paths {
            let entry = if path.ends_with('/') { Entry::directory() } else { Entry::file(*b"x") };
            tree.insert(path, entry).expect("a good path");
        }
        tree
    }

    fn paths(tree: &Tree) -> String {
        tree.walk().map(|(path, _)| path).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn renaming_moves_everything_below() {
        let mut files = tree(&["a/b/c", "d"]);
        assert_eq!(files.rename("a", "x/y"), Ok(()));
        assert_eq!(paths(&files), "d x x/y x/y/b x/y/b/c");
        assert_eq!(files.rename("d", "x/y/b/c"), Ok(()));
        assert_eq!(paths(&files), "x x/y x/y/b x/y/b/c");
        assert_eq!(files.len(), 4);
    }

    #[test]
    fn impossible_renames_change_nothing() {
        let mut files = tree(&["a/b", "d", "e/"]);
        let before = files.clone();
        for (old, new, error) in [
            ("no", "x", PathError::NotFound("no".into())),
            ("a", "a/b/c", PathError::IntoItself("a".into())),
            ("d", "a", PathError::FolderInTheWay("a".into())),
            ("a", "d", PathError::FileInTheWay("d".into())),
            ("e", "a", PathError::FolderInTheWay("a".into())),
            ("a", "d/x", PathError::FileInTheWay("d".into())),
            ("a", "../x", PathError::Outside("../x".into())),
            ("", "x", PathError::Empty),
        ] {
            assert_eq!(files.rename(old, new), Err(error), "{old} to {new}");
        }
        assert!(files.is_same(&before));
        assert_eq!(files.rename("a", "a"), Ok(()));
        assert_eq!(files.rename("a", "e"), Ok(()));
    }

    #[test]
    fn chmod_follows_links_and_touch_does_not() {
        let mut files = tree(&["f"]);
        assert_eq!(files.insert("l", Entry::symlink("f")), Ok(()));
        assert_eq!(files.chmod("l", 0o100_755), Ok(()));
        assert_eq!(files.touch("l", 7), Ok(()));
        assert_eq!(files.get("f").map(|entry| (entry.mode, entry.mtime)), Some((0o755, 0)));
        assert_eq!(files.get("l").map(|entry| (entry.mode, entry.mtime)), Some((0o777, 7)));
        assert_eq!(files.chmod("no", 0), Err(PathError::NotFound("no".into())));
        assert_eq!(files.touch("..", 0), Err(PathError::Outside("..".into())));
        assert_eq!(files.chmod(".", 0o700), Ok(()));
        assert_eq!(files.root().entry().mode, 0o700);
    }
}
