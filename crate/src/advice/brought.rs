//! What a COPY brings into the image: which path of the context becomes which path of the image.

use std::rc::Rc;

use crate::{
    context::{Content, Entry, Kind, Tree},
    tool::{
        Found, Reach, Region,
        shell::{join, normal},
    },
};

/// One source with its place in the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// Path in the context, empty for its root.
    pub(super) from: String,
    /// Path in the image. For a folder this is where its members go.
    pub(super) to: String,
    /// Whether it is a folder.
    pub(super) folder: bool,
}

/// The files that a COPY or ADD writes.
#[derive(Clone, Debug)]
pub(super) struct Brought {
    /// The context after the ignore file; empty if the files come from elsewhere.
    pub(super) tree: Rc<Tree>,
    /// Sources with their places.
    pub(super) pairs: Vec<Pair>,
    /// Places that it may write without it being known which file goes where.
    pub(super) regions: Vec<Region>,
    /// The folder that files are put into, made if it is missing.
    pub(super) folder: String,
    /// Whether `pairs` is all it does: no pattern takes files out again, nothing is unpacked or downloaded.
    pub(super) exact: bool,
}

impl Brought {
    /// Files from elsewhere than the context, somewhere at `destination`.
    pub(super) fn unknown(destination: &str) -> Self {
        let folder = normal(destination);
        Self {
            tree: Rc::default(),
            pairs: Vec::new(),
            regions: vec![Region::tree(folder.clone())],
            folder,
            exact: false,
        }
    }

    /// The sources of a COPY at their places. `destination` is absolute and ends with a slash if a folder is
    /// meant; `matched` are the paths that sources with patterns select; `known` are folders of the image.
    pub(super) fn sources(
        tree: &Rc<Tree>,
        sources: &[String],
        matched: &[String],
        destination: &str,
        known: &dyn Fn(&str) -> bool,
    ) -> Self {
        let target = normal(destination);
        let mut out = Self {
            tree: Rc::clone(tree),
            pairs: Vec::new(),
            regions: Vec::new(),
            folder: target.clone(),
            exact: true,
        };
        let mut plain: Vec<(String, String)> = Vec::new();
        for source in sources {
            let path = relative(source);
            if source.contains(['*', '?', '[', '\\']) {
                let explained = |path: &str| sources.iter().any(|source| relative(source) == path);
                for path in matched.iter().filter(|path| !explained(path)) {
                    plain.push((path.clone(), path.clone()));
                }
            } else {
                plain.push((path.clone(), path));
            }
        }
        let several = sources.len() > 1 || plain.len() > 1;
        for (path, name) in plain {
            let Some(real) = (if path.is_empty() { Some(String::new()) } else { tree.resolve(&path, true) })
            else {
                out.exact = false;
                out.regions.push(Region::tree(target.clone()));
                continue;
            };
            let folder =
                real.is_empty() || tree.get(&real).is_some_and(|entry| entry.kind == Kind::Directory);
            let inside = destination.ends_with('/') || several || known(&target);
            let to = if folder {
                target.clone()
            } else if inside {
                join(&target, name.rsplit('/').next().unwrap_or(&name))
            } else {
                // If the image has a folder of that name, the file goes into it.
                out.regions.push(Region::tree(target.clone()));
                let folder = target.rsplit_once('/').map_or("", |(folder, _)| folder);
                (if folder.is_empty() { "/" } else { folder }).clone_into(&mut out.folder);
                target.clone()
            };
            out.pairs.push(Pair { from: real, to, folder });
        }
        out
    }

    /// The path of the context that becomes `path` of the image, if one does. `Err` if a link or a file stands on
    /// the way, so that it cannot be said.
    fn source(&self, path: &str) -> Result<Option<String>, ()> {
        // A later source overwrites an earlier one.
        for pair in self.pairs.iter().rev() {
            let Some(rest) = inside(path, &pair.to) else { continue };
            if rest.is_empty() {
                return Ok(Some(pair.from.clone()));
            }
            if !pair.folder {
                return Err(());
            }
            let from = join_relative(&pair.from, rest);
            if self.tree.get(&from).is_some() {
                return Ok(Some(from));
            }
            if self.blocked(&pair.from, rest) {
                return Err(());
            }
        }
        Ok(None)
    }

    /// Whether a file or link stands above the path `rest` below `from`.
    fn blocked(&self, from: &str, rest: &str) -> bool {
        rest.match_indices('/').any(|(at, _)| {
            let above = join_relative(from, rest.get(..at).unwrap_or(""));
            self.tree.get(&above).is_some_and(|entry| entry.kind != Kind::Directory)
        })
    }

    /// Whether it writes, or may write, something of a region.
    pub(super) fn meets(&self, region: &Region) -> bool {
        if self.regions.iter().any(|own| own.meets(region)) {
            return true;
        }
        for pair in &self.pairs {
            // The region lies above what is brought.
            if region.reach == Reach::Tree && inside(&pair.to, &region.path).is_some() {
                return true;
            }
            let Some(rest) = inside(&region.path, &pair.to) else { continue };
            let met = if rest.is_empty() {
                // The folder that a folder's members go into keeps its own metadata.
                !pair.folder
            } else {
                !pair.folder
                    || self.tree.get(&join_relative(&pair.from, rest)).is_some()
                    || self.blocked(&pair.from, rest)
            };
            if met {
                return true;
            }
        }
        false
    }

    /// Whether `region` touches the folder that the files go into, or a folder above it, itself.
    pub(super) fn meets_folder(&self, region: &Region) -> bool {
        inside(&self.folder, &region.path).is_some()
    }

    /// What it brings to a path; `None` if nothing.
    pub(super) fn find(&self, path: &str) -> Option<Found> {
        match self.source(path) {
            Ok(Some(from)) => Some(self.found(&from)),
            Ok(None) if self.regions.iter().any(|region| region.covers(path)) => Some(Found::Made),
            Ok(None) => None,
            Err(()) => Some(Found::File),
        }
    }

    fn found(&self, from: &str) -> Found {
        let real = self.tree.resolve(from, true).unwrap_or_else(|| from.to_owned());
        match self.tree.get(&real).map(|entry| &entry.kind) {
            Some(Kind::Directory) => {
                Found::Folder(self.tree.children(&real).map(|(name, _)| name.to_owned()).collect())
            }
            Some(Kind::File(Content::Bytes(bytes))) => match std::str::from_utf8(bytes) {
                Ok(text) => Found::Text(text.to_owned()),
                Err(_) => Found::File,
            },
            None if real.is_empty() => {
                Found::Folder(self.tree.children("").map(|(name, _)| name.to_owned()).collect())
            }
            Some(_) | None => Found::File,
        }
    }

    /// The names that it brings into a folder; `None` if that is not certain.
    pub(super) fn names(&self, folder: &str) -> Option<Vec<String>> {
        let region = Region::tree(folder);
        if self
            .regions
            .iter()
            .any(|own| own.meets(&region) && !self.pairs.iter().any(|pair| pair.to == own.path))
        {
            return None;
        }
        let mut names = Vec::new();
        for pair in &self.pairs {
            if let Some(rest) = inside(&pair.to, folder).filter(|rest| !rest.is_empty()) {
                names.extend(rest.split('/').next().map(str::to_owned));
            } else if let Some(rest) = inside(folder, &pair.to).filter(|_| pair.folder) {
                let from = join_relative(&pair.from, rest);
                if self.blocked(&pair.from, rest) {
                    return None;
                }
                names.extend(self.tree.children(&from).map(|(name, _)| name.to_owned()));
            }
        }
        Some(names)
    }

    /// Whether a path of the context is among what it brings.
    pub(super) fn takes(&self, path: &str) -> bool {
        let below = |pair: &Pair| pair.from.is_empty() || inside(path, &pair.from).is_some();
        self.tree.get(path).is_some() && self.pairs.iter().any(below)
    }

    /// Whether it brings the path `from` of the context to `to`, and nothing else there.
    pub(super) fn brings(&self, from: &str, to: &str) -> bool {
        self.source(to) == Ok(Some(from.to_owned()))
            && !self.regions.iter().any(|region| region.covers(to) && region.path != to)
    }

    /// Whether it brings files and folders alone, none with special bits of its mode.
    pub(super) fn is_plain(&self) -> bool {
        let brings = |path: &str| {
            self.pairs.iter().any(|pair| pair.from.is_empty() || inside(path, &pair.from).is_some())
        };
        self.tree.walk().all(|(path, entry)| {
            let plain = matches!(entry.kind, Kind::File(_) | Kind::Directory) && entry.mode & 0o7000 == 0;
            plain || !brings(&path)
        })
    }

    /// Whether a path of the context is a file, or a link that leads to one.
    pub(super) fn is_file(&self, from: &str) -> bool {
        let real = self.tree.resolve(from, true);
        let entry = real.and_then(|real| self.tree.get(&real));
        entry.is_some_and(|entry| matches!(entry.kind, Kind::File(_) | Kind::Hardlink(_)))
    }

    /// Whether a folder of the context has the mode that a folder gets when it is made.
    pub(super) fn usual_mode(&self, from: &str) -> bool {
        // The context's own root is sent without its mode.
        from.is_empty() || self.tree.get(from).is_some_and(|entry| entry.mode == 0o755)
    }

    /// The paths of the context that it brings into a region, each with its place: whole folders where the region
    /// has all of them.
    ///
    /// # Errors
    /// The path at which a link or something unknown keeps it from being said.
    pub(super) fn within(&self, region: &Region) -> Result<Vec<Pair>, String> {
        if let Some(own) = self.regions.iter().find(|own| own.meets(region)) {
            let known =
                self.pairs.iter().any(|pair| !pair.folder && pair.to == own.path && region.covers(&pair.to));
            if !known {
                return Err(region.path.clone());
            }
        }
        let mut found = Vec::new();
        for pair in &self.pairs {
            if region.reach == Reach::Tree && inside(&pair.to, &region.path).is_some() {
                found.push(pair.clone());
                continue;
            }
            let Some(rest) = inside(&region.path, &pair.to) else { continue };
            if rest.is_empty() {
                if !pair.folder {
                    found.push(pair.clone());
                }
                continue;
            }
            if !pair.folder {
                continue;
            }
            let from = join_relative(&pair.from, rest);
            match self.tree.get(&from) {
                Some(Entry { kind: Kind::Directory, .. }) if region.reach == Reach::Tree => {
                    found.push(Pair { from, to: region.path.clone(), folder: true });
                }
                // A folder's own entry is made by copying anything into it.
                Some(Entry { kind: Kind::Directory, .. }) => {}
                Some(_) => found.push(Pair { from, to: region.path.clone(), folder: false }),
                None if self.blocked(&pair.from, rest) => return Err(region.path.clone()),
                None => {}
            }
        }
        Ok(found)
    }

    /// Whether both write a common path, or might.
    pub(super) fn collides(&self, other: &Self) -> bool {
        if other.regions.iter().any(|region| self.meets(region))
            || self.regions.iter().any(|region| other.meets(region))
        {
            return true;
        }
        for one in &self.pairs {
            for two in &other.pairs {
                let (upper, lower, trees) = if inside(&two.to, &one.to).is_some() {
                    (one, two, (&self.tree, &other.tree))
                } else if inside(&one.to, &two.to).is_some() {
                    (two, one, (&other.tree, &self.tree))
                } else {
                    continue;
                };
                let rest = inside(&lower.to, &upper.to).unwrap_or("");
                if !upper.folder {
                    return true;
                }
                let start = join_relative(&upper.from, rest);
                let common = if lower.folder {
                    // The same names on both sides, without looking below: one name is enough to keep the order.
                    trees.0.get(&start).is_none_or(|entry| entry.kind == Kind::Directory)
                        && trees
                            .1
                            .children(&lower.from)
                            .any(|(name, _)| trees.0.get(&join_relative(&start, name)).is_some())
                } else {
                    trees.0.get(&start).is_some()
                };
                if common || (!rest.is_empty() && self.blocked(&upper.from, rest)) {
                    return true;
                }
            }
        }
        false
    }
}

/// A source as a path of the context.
pub(super) fn relative(source: &str) -> String {
    normal(source).trim_start_matches('/').to_owned()
}

/// What is left of `path` below `folder`: empty if they are the same.
pub(super) fn inside<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder == "/" {
        return path.strip_prefix('/');
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// `rest` below a path of the context.
pub(super) fn join_relative(from: &str, rest: &str) -> String {
    if from.is_empty() {
        return rest.to_owned();
    }
    if rest.is_empty() {
        return from.to_owned();
    }
    let mut path = from.to_owned();
    path.push('/');
    path.push_str(rest);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Rc<Tree> {
        let mut tree = Tree::default();
        for path in ["requirements.txt", "app/main.py", "libs/a/setup.py", "bin/tool"] {
            tree.insert(path, Entry::file(path.as_bytes())).unwrap();
        }
        tree.insert("link", Entry::symlink("app")).unwrap();
        Rc::new(tree)
    }

    fn brought(sources: &[&str], destination: &str) -> Brought {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        Brought::sources(&tree(), &sources, &[], destination, &|folder| folder == "/app")
    }

    #[test]
    fn a_folder_brings_its_members() {
        let all = brought(&["."], "/app/");
        assert!(all.meets(&Region::entry("/app/requirements.txt")));
        assert!(all.meets(&Region::tree("/app/libs")));
        assert!(all.meets(&Region::tree("/")));
        assert!(!all.meets(&Region::tree("/app/.venv")), "the context has no such folder");
        assert!(!all.meets(&Region::entry("/app")), "the folder itself is not changed");
        assert!(all.meets(&Region::entry("/app/link/x")), "a link stands on the way");
        assert_eq!(all.find("/app/app/main.py"), Some(Found::Text("app/main.py".to_owned())));
        assert_eq!(all.find("/app/none"), None);
        assert_eq!(all.find("/other"), None);
    }

    #[test]
    fn a_file_goes_into_a_folder_or_becomes_the_destination() {
        assert_eq!(brought(&["bin/tool"], "/usr/").pairs[0].to, "/usr/tool");
        assert_eq!(brought(&["bin/tool"], "/app").pairs[0].to, "/app/tool");
        assert_eq!(brought(&["bin/tool"], "/usr/t").pairs[0].to, "/usr/t");
        assert_eq!(brought(&["bin/tool"], "/usr/t").folder, "/usr");
    }

    #[test]
    fn what_a_region_takes_is_named_as_short_as_it_can_be() {
        let all = brought(&["."], "/app/");
        let paths = |region: Region| -> Vec<String> {
            all.within(&region).unwrap().into_iter().map(|pair| pair.from).collect()
        };
        assert_eq!(paths(Region::entry("/app/requirements.txt")), ["requirements.txt"]);
        assert_eq!(paths(Region::tree("/app/libs/a")), ["libs/a"]);
        assert_eq!(paths(Region::tree("/usr")), [""; 0]);
        assert!(all.within(&Region::entry("/app/link/x")).is_err());
    }

    #[test]
    fn two_copies_collide_where_they_write_the_same() {
        let all = brought(&["."], "/app/");
        assert!(all.collides(&brought(&["requirements.txt"], "/app/")));
        assert!(!all.collides(&brought(&["requirements.txt"], "/srv/")));
        assert!(!brought(&["bin"], "/app/").collides(&brought(&["app"], "/app/")));
        assert!(all.collides(&Brought::unknown("/app/libs")));
        assert!(!all.collides(&Brought::unknown("/app/dist")));
    }
}
