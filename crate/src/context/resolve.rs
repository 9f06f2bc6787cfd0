//! Symbolic links: where a path really leads, within the tree.

use std::rc::Rc;

use super::{Kind, Node, Tree};

/// How many links a path may lead through; BuildKit's limit.
const MAX_LINKS: usize = 255;

impl Tree {
    /// Where a path leads when links are followed: those on the way always, the last part only if
    /// `follow_last`. Targets from the root start at this tree's root, and `..` stops there. The answer is
    /// relative, empty for the root. `None` if nothing stands there, or the links go round in circles.
    ///
    /// ```
    /// use layerwise::context::{Entry, Tree};
    ///
    /// let mut tree = Tree::new();
    /// tree.insert("d/f", Entry::file(*b"x"))?;
    /// tree.insert("l", Entry::symlink("/d/."))?;
    /// assert_eq!(tree.resolve("l/f", false).as_deref(), Some("d/f"));
    /// assert_eq!(tree.resolve("l", false).as_deref(), Some("l"));
    /// assert_eq!(tree.resolve("l/no", true), None);
    /// # Ok::<(), layerwise::context::PathError>(())
    /// ```
    pub fn resolve(&self, path: &str, follow_last: bool) -> Option<String> {
        self.lead(path, follow_last).ok().map(|(path, _)| path)
    }

    /// The path at which nothing stands on the way to `path`, links followed, or `None` if something does.
    pub(crate) fn gap(&self, path: &str) -> Option<String> {
        self.lead(path, true).err().flatten()
    }

    /// As [`Tree::resolve`], with the node. The error is the path at which nothing stands, with the rest of the
    /// way cleaned behind it, or `None` for a circle.
    pub(super) fn lead(&self, path: &str, follow_last: bool) -> Result<(String, &Rc<Node>), Option<String>> {
        // The parts still to go, the next one last.
        let mut ahead: Vec<&str> = path.split('/').rev().collect();
        let mut way: Vec<(&str, &Rc<Node>)> = Vec::new();
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            match part {
                "" | "." => continue,
                ".." => {
                    way.pop();
                    continue;
                }
                _ => {}
            }
            let here = way.last().map_or(&self.root, |(_, node)| *node);
            let Some((name, child)) = here.child(part).and_then(|child| Some((here.name_of(part)?, child)))
            else {
                let mut missing: Vec<&str> = way.iter().map(|(name, _)| *name).collect();
                missing.push(part);
                for part in ahead.iter().rev() {
                    match *part {
                        "" | "." => {}
                        ".." => drop(missing.pop()),
                        part => missing.push(part),
                    }
                }
                return Err(Some(missing.join("/")));
            };
            if let Kind::Symlink(target) = &child.entry().kind
                && (follow_last || ahead.iter().any(|part| !part.is_empty()))
            {
                links += 1;
                if links > MAX_LINKS {
                    return Err(None);
                }
                if target.starts_with('/') {
                    way.clear();
                }
                ahead.extend(target.split('/').rev());
                continue;
            }
            way.push((name, child));
        }
        let node = way.last().map_or(&self.root, |(_, node)| *node);
        Ok((way.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("/"), node))
    }
}

impl Node {
    /// A member's name as the node holds it, which lives as long as the node.
    fn name_of(&self, name: &str) -> Option<&str> {
        let children = self.children();
        let at = children.binary_search_by(|(own, _)| (**own).cmp(name)).ok()?;
        children.get(at).map(|(own, _)| &**own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Entry;

    fn tree() -> Tree {
        let mut tree = Tree::new();
        for (path, entry) in [
            ("d/f", Entry::file(*b"x")),
            ("d/up", Entry::symlink("..")),
            ("d/out", Entry::symlink("../../../d/f")),
            ("abs", Entry::symlink("/d")),
            ("chain", Entry::symlink("abs/f")),
            ("ring", Entry::symlink("ring2/x")),
            ("ring2", Entry::symlink("ring")),
            ("self", Entry::symlink("self")),
            ("grow", Entry::symlink("grow/grow")),
            ("lost", Entry::symlink("no/../where")),
            ("root", Entry::symlink("/")),
            ("none", Entry::symlink("")),
        ] {
            tree.insert(path, entry).expect("a good path");
        }
        tree
    }

    fn check(path: &str, follow_last: bool, expected: Option<&str>) {
        assert_eq!(tree().resolve(path, follow_last).as_deref(), expected, "{path}");
    }

    #[test]
    fn links_lead_within_the_tree() {
        check("abs/f", false, Some("d/f"));
        check("/chain", true, Some("d/f"));
        check("chain", false, Some("chain"));
        check("d/up/d/out", true, Some("d/f"));
        check("d/out", true, Some("d/f"));
        check("root", true, Some(""));
        check("root/root/d", true, Some("d"));
        check("", true, Some(""));
        check("..", true, Some(""));
        check("d/f/x", true, None);
    }

    #[test]
    fn circles_and_dead_ends_lead_nowhere() {
        for path in ["ring", "self", "grow", "lost", "no", "ring/x"] {
            check(path, true, None);
        }
        assert_eq!(tree().lead("lost", true), Err(Some("where".into())));
        assert_eq!(tree().lead("self", true), Err(None));
    }
}
