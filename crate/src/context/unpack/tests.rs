//! Archives unpacked: what is bounded, and files of several names.

use proptest::prelude::*;

use super::*;
use crate::context::{Entry, Node, Tree};

fn header(name: &str, kind: u8, link: &str, size: usize) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut field = |at: usize, text: &str| block[at..at + text.len()].copy_from_slice(text.as_bytes());
    field(0, name);
    field(100, "0000644");
    field(124, &format!("{size:011o}"));
    field(157, link);
    field(257, "ustar");
    block[156] = kind;
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

/// An archive of these entries: names, letters, and what is in them or where they lead.
pub(crate) fn archive(entries: &[(&str, u8, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &(name, kind, text) in entries {
        let (link, data) = if kind == b'0' { ("", text) } else { (text, "") };
        bytes.extend(header(name, kind, link, data.len()));
        bytes.extend_from_slice(data.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn unpacked(entries: &[(&str, u8, &str)]) -> Result<Tree, NotUnpacked> {
    let node = Node::new(Entry::file(archive(entries)));
    match node.package("a.tar") {
        Package::Archive(archive) => archive.over(&Tree::new(), None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn work_is_bounded() {
    let deep = "d/".repeat(300);
    assert_eq!(
        unpacked(&[("f", b'0', "x"), ("l", b'2', &deep[..90]), ("l/f", b'0', "")]).map(|tree| tree.len()),
        {
            let gap = "open /l/f: no such file or directory";
            Err(NotUnpacked::Lacks(gap.into()))
        }
    );
    // Each link leads through the one before twice: the kernel stops at forty.
    let names: Vec<String> = (0..60).map(|number| format!("l{number}")).collect();
    let targets: Vec<String> =
        (0..60_usize).map(|number| format!("l{0}/../l{0}", number.saturating_sub(1))).collect();
    let mut entries = vec![("l0", b'5', "")];
    entries.extend((1..60).map(|number| (names[number].as_str(), b'2', targets[number].as_str())));
    entries.push(("l59/f", b'0', "x"));
    let circle = "open /l59/f: too many levels of symbolic links";
    assert_eq!(unpacked(&entries).map(|tree| tree.len()), Err(NotUnpacked::Fails(circle.into())));
}

#[test]
fn a_file_keeps_its_other_names() {
    let tree = unpacked(&[("a", b'0', "1"), ("b", b'1', "a"), ("a", b'0', "2")]).expect("it unpacks");
    assert_eq!(tree.get("b").map(|entry| &entry.kind), Some(&Entry::file(*b"1").kind));
    assert_eq!(tree.get("a").map(|entry| &entry.kind), Some(&Entry::file(*b"2").kind));
}

proptest! {
    #[test]
    fn nothing_leads_out_or_breaks(
        entries in prop::collection::vec(
            (
                prop::sample::select(&["a", "b", "a/b", "a/b/c", "../a", "/b/", ".", "", "/", "..", "b/../a/d", "l", "l/x"][..]),
                prop::sample::select(&b"012356\0gLK7S"[..]),
                prop::sample::select(&["a", "/", "..", "../../b", "l", "b/c", "", "/a/b"][..]),
            ),
            0..12,
        ),
        owner in prop::option::of((0_u32..3, 0_u32..3)),
    ) {
        let node = Node::new(Entry::file(archive(&entries)));
        if let Package::Archive(unpacking) = node.package("a.tar") {
            let once = unpacking.over(&Tree::new(), owner);
            if let Ok(tree) = &once {
                prop_assert!(tree.walk().all(|(path, _)| !path.split('/').any(|part| part == "..")));
                let _ = unpacking.over(tree, owner);
            }
            prop_assert_eq!(once, unpacking.over(&Tree::new(), owner));
        }
    }
}
