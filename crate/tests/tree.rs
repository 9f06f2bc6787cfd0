//! Every shortcut of the file tree, held against doing the same from scratch: digests that nodes remember, filters
//! that match only what changed, differences that skip shared nodes. And what an edit may cost.

use layerwise::{
    context::{
        Change, Content, Entry, Kind, LegacyOptions, RootHeader, Selection, Tree, What, content_digest,
        is_exact, legacy_sums, selected_paths,
    },
    digest::{Digest, bytes_hashed},
    ignore::{Ignore, Patterns, Wildcard},
    map::Map,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// An edit; those that are not possible must change nothing.
#[derive(Clone, Debug)]
enum Edit {
    Write(String, u8),
    Folder(String),
    Link(String, String),
    Name(String, String),
    Large(String, u8),
    Remove(String),
    Rename(String, String),
    Chmod(String, u32),
    Touch(String, i64),
    Graft(String, String),
}

fn path() -> impl Strategy<Value = String> {
    vec(select(vec!["a", "b", "b.x", "c.log", "d", "é"]), 1..4).prop_map(|parts| parts.join("/"))
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (path(), 0..4_u8).prop_map(|(path, byte)| Edit::Write(path, byte)),
        1 => path().prop_map(Edit::Folder),
        1 => (path(), prop_oneof![path(), Just("/".into()), Just("../b".into())])
            .prop_map(|(path, target)| Edit::Link(path, target)),
        1 => (path(), path()).prop_map(|(path, target)| Edit::Name(path, target)),
        1 => (path(), 0..3_u8).prop_map(|(path, byte)| Edit::Large(path, byte)),
        2 => path().prop_map(Edit::Remove),
        1 => (path(), path()).prop_map(|(old, new)| Edit::Rename(old, new)),
        1 => (path(), select(vec![0o644, 0o755, 0o4755])).prop_map(|(path, mode)| Edit::Chmod(path, mode)),
        1 => (path(), 0..3_i64).prop_map(|(path, time)| Edit::Touch(path, time)),
        1 => (path(), path()).prop_map(|(from, to)| Edit::Graft(from, to)),
    ]
}

fn apply(tree: &mut Tree, edit: &Edit) {
    let before = tree.clone();
    let done = match edit {
        Edit::Write(path, byte) => tree.insert(path, Entry::file(vec![*byte; 3])),
        Edit::Folder(path) => tree.insert(path, Entry::directory()),
        Edit::Link(path, target) => tree.insert(path, Entry::symlink(target)),
        Edit::Name(path, target) => {
            let kind = Kind::Hardlink(target.as_str().into());
            tree.insert(path, Entry { kind, ..Entry::file([]) })
        }
        Edit::Large(path, byte) => {
            let content = Content::Digest { digest: Digest::of(&[*byte]), size: 9 };
            tree.insert(path, Entry { kind: Kind::File(content), ..Entry::file([]) })
        }
        Edit::Remove(path) => {
            tree.remove(path);
            Ok(())
        }
        Edit::Rename(old, new) => tree.rename(old, new),
        Edit::Chmod(path, mode) => tree.chmod(path, *mode),
        Edit::Touch(path, time) => tree.touch(path, *time),
        Edit::Graft(from, to) => match tree.node(from).cloned() {
            Some(node) => tree.graft(to, node),
            None => Ok(()),
        },
    };
    if done.is_err() {
        assert!(tree.is_same(&before), "{edit:?} failed and changed something");
    }
}

/// The same files in a tree that shares and remembers nothing.
fn from_scratch(tree: &Tree) -> Tree {
    let mut fresh = Tree::new();
    fresh.insert(".", tree.root().entry().clone()).unwrap();
    for (path, entry) in tree.walk() {
        fresh.insert(&path, entry.clone()).unwrap();
    }
    assert_eq!(&fresh, tree);
    fresh
}

fn selections() -> Vec<Selection> {
    let wild = |path: &str| Selection { wildcard: true, ..Selection::path(path) };
    let exclude = |path: &str| Selection { exclude: vec!["b*".into(), "!**/c.log".into()], ..wild(path) };
    vec![
        Selection::path("/"),
        Selection::path("/a"),
        wild("/*"),
        wild("/a/?"),
        wild("/[^/b]*"),
        Selection { wildcard: false, ..exclude("/") },
        exclude("/*"),
        Selection { include: vec!["*/b".into()], ..Selection::path("/") },
    ]
}

/// All that is asked of a tree.
fn answers(tree: &Tree) -> Vec<String> {
    let mut answers = Vec::new();
    for selection in selections() {
        for root in [RootHeader::Context, RootHeader::Directory] {
            answers.push(format!("{:?}", content_digest(tree, std::slice::from_ref(&selection), root)));
        }
        answers.push(format!("{:?}", selected_paths(tree, &selection)));
        answers.push(format!("{}", is_exact(tree, &[selection])));
    }
    for (from_image, source) in [(false, "."), (true, "."), (false, "a"), (false, "*/b*")] {
        let options = LegacyOptions { from_image, ..LegacyOptions::default() };
        answers.push(format!("{:?}", legacy_sums(tree, source, &options)));
    }
    answers.push(tree.len().to_string());
    answers
}

const IGNORES: [&str; 8] = [
    "",
    "*.log\n",
    "**/c.log\nb\n",
    "*\n!a\n",
    "a\n!a/b\n!**/d\n",
    "**\n!*/b.x\n!d\na/d\n",
    "a/**\n!a/b/c.log\n",
    "[^a]\n!b\nb/?\n",
];

/// What the ignore file leaves, found path by path.
fn left(ignore: &Ignore, tree: &Tree) -> Vec<String> {
    let all: Vec<String> = tree.walk().map(|(path, _)| path).collect();
    let kept = |path: &String| ignore.excluded_by(path).is_none();
    let below = |folder: &String| {
        all.iter().any(|path| {
            path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')) && kept(path)
        })
    };
    all.iter().filter(|path| kept(path) || below(path)).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn remembered_answers_are_those_from_scratch(edits in vec(edit(), 1..30)) {
        let mut tree = Tree::new();
        for edit in &edits {
            apply(&mut tree, edit);
            // Ask in between, so that something is remembered.
            let found = answers(&tree);
            prop_assert_eq!(found, answers(&from_scratch(&tree)), "after {:?}", edit);
        }
        prop_assert_eq!(tree.walk().count(), tree.len());
    }

    #[test]
    fn filtering_again_is_filtering_from_scratch(edits in vec(edit(), 1..20), file in select(IGNORES.to_vec())) {
        let ignore = Ignore::parse(file);
        let mut tree = Tree::new();
        let mut previous: Option<(Tree, Tree)> = None;
        for edit in &edits {
            apply(&mut tree, edit);
            let filtered = ignore.filter(&tree, previous.as_ref().map(|(all, left)| (all, left)));
            prop_assert_eq!(&filtered, &ignore.filter(&from_scratch(&tree), None), "after {:?}", edit);
            let paths: Vec<String> = filtered.walk().map(|(path, _)| path).collect();
            prop_assert_eq!(paths, left(&ignore, &tree));
            prop_assert_eq!(answers(&filtered), answers(&from_scratch(&filtered)));
            let legacy = ignore.filter_legacy(&tree);
            let kept: Vec<String> = legacy.walk().map(|(path, _)| path).collect();
            prop_assert!(kept.iter().all(|path| tree.get(path).is_some()));
            previous = Some((tree.clone(), filtered));
        }
    }

    #[test]
    fn differences_are_complete(first in vec(edit(), 1..20), second in vec(edit(), 0..8)) {
        let mut before = Tree::new();
        first.iter().for_each(|edit| apply(&mut before, edit));
        let mut after = before.clone();
        second.iter().for_each(|edit| apply(&mut after, edit));
        let all = |tree: &Tree| -> Map<String, Entry> {
            tree.walk().map(|(path, entry)| (path, entry.clone())).collect()
        };
        let (old, new) = (all(&before), all(&after));
        let mut expected: Vec<&String> = old.keys().chain(new.keys()).collect();
        expected.sort_by(|left, right| left.split('/').cmp(right.split('/')));
        expected.dedup();
        expected.retain(|path| old.get(*path) != new.get(*path));
        let all_changes = before.diff(&after);
        prop_assert_eq!(&all_changes, &from_scratch(&before).diff(&from_scratch(&after)));
        // A mode reaches the root through a link to it; a walk leaves the root out.
        let (root, changes): (Vec<Change>, Vec<Change>) =
            all_changes.into_iter().partition(|change| change.path.is_empty());
        let roots = [before.root().entry(), after.root().entry()];
        prop_assert_eq!(root.len(), usize::from(roots[0] != roots[1]));
        prop_assert_eq!(changes.iter().map(|change| &change.path).collect::<Vec<_>>(), expected);
        for Change { path, what, before, after } in &changes {
            prop_assert_eq!(before.as_ref(), old.get(path));
            prop_assert_eq!(after.as_ref(), new.get(path));
            prop_assert_eq!(*what == What::Added, before.is_none());
            prop_assert_eq!(*what == What::Deleted, after.is_none());
        }
    }

    #[test]
    fn a_transfer_brings_what_was_sent(first in vec(edit(), 1..20), second in vec(edit(), 0..8)) {
        let mut old = Tree::new();
        first.iter().for_each(|edit| apply(&mut old, edit));
        let mut sent = old.clone();
        second.iter().for_each(|edit| apply(&mut sent, edit));
        let snapshot = old.transfer(&sent);
        prop_assert_eq!(&snapshot, &from_scratch(&old).transfer(&from_scratch(&sent)));
        prop_assert_eq!(
            snapshot.walk().map(|(path, _)| path).collect::<Vec<_>>(),
            sent.walk().map(|(path, _)| path).collect::<Vec<_>>()
        );
        prop_assert!(snapshot.transfer(&sent).is_same(&snapshot));
        prop_assert!(sent.transfer(&sent).is_same(&sent));
    }

    #[test]
    fn nothing_that_is_typed_panics(
        text in ".{0,12}|[\\[\\]*?!^\\\\/a:.-]{0,16}",
        path in ".{0,12}|[a/.*\\\\]{0,12}",
        edits in vec(edit(), 0..8),
    ) {
        let mut tree = Tree::new();
        edits.iter().for_each(|edit| apply(&mut tree, edit));
        let ignore = Ignore::parse(&text);
        let filtered = ignore.filter(&tree, None);
        prop_assert!(filtered.len() <= tree.len());
        prop_assert!(ignore.filter_legacy(&tree).len() <= tree.len());
        let _ = ignore.excluded_by(&path);
        let _ = Patterns::new([text.as_str()]).match_path(&path);
        let _ = Wildcard::new(&text).map(|wildcard| (wildcard.matches(&path), wildcard.depth()));
        let _ = legacy_sums(&tree, &text, &LegacyOptions::default());
        for wildcard in [false, true] {
            let selection = Selection {
                path: text.clone(), wildcard, follow: true,
                include: vec![path.clone()], exclude: vec![text.clone()], required: vec![path.clone()],
            };
            let _ = content_digest(&tree, std::slice::from_ref(&selection), RootHeader::Context);
            let _ = selected_paths(&tree, &selection);
        }
        apply(&mut tree, &Edit::Write(text.clone(), 1));
        apply(&mut tree, &Edit::Rename(text.clone(), path.clone()));
        apply(&mut tree, &Edit::Link(path, text));
        let _ = answers(&tree);
    }
}

/// 10,000 files of 500 bytes in 600 folders of three levels.
fn large() -> Tree {
    let mut tree = Tree::new();
    for number in 0..10_000 {
        let folder = number % 600;
        let path = format!("src/{}/{}/file{number}.txt", folder / 25, folder % 25);
        tree.insert(&path, Entry::file(vec![b'x'; 500])).unwrap();
    }
    tree
}

#[test]
fn an_edit_costs_its_file_and_the_folders_above() {
    let ignore = Ignore::parse("**/*.log\n**/node_modules\ntarget\n!target/keep\n");
    let mut tree = large();
    let sent = ignore.filter(&tree, None);
    let whole = [Selection::path("/")];
    let start = bytes_hashed();
    let first = content_digest(&sent, &whole, RootHeader::Context).unwrap();
    assert!(bytes_hashed() - start > 5_000_000, "the first time everything is hashed");
    assert_eq!(bytes_hashed_by(|| content_digest(&sent, &whole, RootHeader::Context)), 71);

    let before = tree.clone();
    tree.insert("src/3/7/file82.txt", Entry::file(vec![b'y'; 500])).unwrap();
    let again = ignore.filter(&tree, Some((&before, &sent)));
    // The file with its header, and the records of src/3/7 (17 files), src/3 (25), src (24) and the root.
    let record = |members: usize, name: usize| (members + 1) * 72 + members * name;
    let most = 500 + 90 + record(17, 14) + record(25, 2) + record(24, 2) + record(1, 3) + 71;
    let mut second = first;
    let hashed = bytes_hashed_by(|| {
        second = content_digest(&again, &whole, RootHeader::Context).unwrap();
    });
    assert_ne!(first, second);
    assert!(hashed <= most as u64, "{hashed} bytes were hashed, not {most}");
    assert_eq!(tree.diff(&before).len(), 1);
    assert_eq!(second, content_digest(&from_scratch(&again), &whole, RootHeader::Context).unwrap());
}

fn bytes_hashed_by<T>(work: impl FnOnce() -> T) -> u64 {
    let start = bytes_hashed();
    work();
    bytes_hashed() - start
}

#[test]
fn what_the_ignore_file_takes_out_costs_nothing() {
    let ignore = Ignore::parse("src/4\n");
    let mut tree = large();
    let sent = ignore.filter(&tree, None);
    content_digest(&sent, &[Selection::path("/")], RootHeader::Context).unwrap();
    let before = tree.clone();
    tree.insert("src/4/1/new", Entry::file(*b"x")).unwrap();
    let again = ignore.filter(&tree, Some((&before, &sent)));
    assert!(again.is_same(&sent));
    // A file's time is in no digest.
    tree.touch("src/3/7/file82.txt", 5).unwrap();
    let touched = ignore.filter(&tree, Some((&before, &again)));
    let hashed = bytes_hashed_by(|| content_digest(&touched, &[Selection::path("/")], RootHeader::Context));
    assert!(hashed < 6_000, "only the records of filtered folders: {hashed}");
}

#[test]
fn legacy_sums_are_remembered_too() {
    let mut tree = large();
    let options = LegacyOptions::default();
    let first = legacy_sums(&tree, ".", &options).unwrap();
    tree.insert("src/3/7/file82.txt", Entry::file(vec![b'y'; 500])).unwrap();
    let mut second = Vec::new();
    let hashed = bytes_hashed_by(|| second = legacy_sums(&tree, ".", &options).unwrap());
    assert_ne!(first, second);
    // One file, and the list of all sums.
    assert!(hashed < 600 + 65 * 11_000, "{hashed}");
}

#[test]
fn the_deepest_tree_is_walked_and_dropped() {
    let mut tree = Tree::new();
    let deepest = vec!["d"; 256].join("/");
    tree.insert(&deepest, Entry::file(*b"x")).unwrap();
    assert!(tree.insert(&[&deepest, "/d"].concat(), Entry::file(*b"x")).is_err());
    let _ = answers(&tree);
    assert_eq!(Ignore::parse("**/x\n!d\n").filter(&tree, None).len(), 256);
    assert_eq!(tree.diff(&Tree::new()).len(), 256);
}
