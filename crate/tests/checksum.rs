//! Content checksums, ignore files and selections against what real builders computed: `tests/vectors/checksum`.

use layerwise::{
    context::{
        Content, Entry, Kind, LegacyOptions, RootHeader, Selection, Tree, content_digest, download_sum,
        exec_selections, file_op_selections, join_sums, legacy_sums,
    },
    digest::Digest,
    ignore::Ignore,
};
use serde_json::Value;

fn vectors(name: &str) -> Value {
    let path = [env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/checksum/", name].concat();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, member: &str) -> Vec<&'a str> {
    value[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn array<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    value[member].as_array().into_iter().flatten()
}

fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = bits << 6 | u32::from(value(byte));
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

/// The entry that a vector's file stands for.
fn entry(file: &Value) -> Entry {
    let mode = file["mode"].as_str().map(|mode| u32::from_str_radix(mode, 8).unwrap());
    let mut entry = if let Some(target) = file["symlink"].as_str() {
        return Entry::symlink(target);
    } else if let Some(first) = file["hardlink"].as_str() {
        Entry { kind: Kind::Hardlink(first.into()), ..Entry::file([]) }
    } else if file["dir"].as_bool() == Some(true) {
        Entry::directory()
    } else if let Some(encoded) = file["base64"].as_str() {
        Entry::file(base64(encoded))
    } else {
        let once = text(file, "text").as_bytes();
        Entry::file(once.repeat(file["repeat"].as_u64().unwrap_or(1) as usize))
    };
    let number = |name: &str| file[name].as_u64().unwrap_or(0) as u32;
    entry.mode = mode.unwrap_or(entry.mode);
    (entry.uid, entry.gid) = (number("uid"), number("gid"));
    entry
}

fn tree(files: &Value) -> Tree {
    let mut tree = Tree::new();
    for (path, file) in files.as_object().into_iter().flatten() {
        tree.insert(path, entry(file)).unwrap();
    }
    tree
}

fn selection(value: &Value) -> Selection {
    let owned = |member| list(value, member).into_iter().map(str::to_string).collect();
    Selection {
        path: text(value, "path").to_string(),
        wildcard: value["wildcard"].as_bool().unwrap_or(false),
        follow: true,
        include: owned("include"),
        exclude: owned("exclude"),
        required: owned("required"),
    }
}

/// Fails with all differences at once.
fn report(kind: &str, checked: usize, at_least: usize, wrong: &[String]) {
    assert!(wrong.is_empty(), "{kind}: {} of {checked} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked >= at_least, "{kind}: only {checked} vectors were found");
}

#[test]
fn buildkit_entries() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in array(&vectors("buildkit.json"), "entries") {
        let header = text(vector, "header");
        let field = |from: &str, to: &str| header.split(from).nth(1)?.split(to).next();
        let number = |from, to| field(from, to).and_then(|number| number.parse::<u32>().ok());
        let kind = match field("typeflag", "linkname") {
            Some("0") => Kind::File(Content::Bytes(base64(text(vector, "contentBase64")).into())),
            Some("5") => Kind::Directory,
            _ => Kind::Symlink(field("linkname", "uname").unwrap().into()),
        };
        let (mode, uid) = (number("mode", "uid").unwrap(), number("uid", "gid").unwrap());
        let gid = number("gid", "size").unwrap();
        let mut tree = Tree::new();
        tree.insert("x", Entry { kind, mode, uid, gid, mtime: 99 }).unwrap();
        // A wildcard lists the entry alone, under a key that is hashed along.
        let selection = Selection { wildcard: true, follow: false, ..Selection::path("/?") };
        let found = content_digest(&tree, &[selection], RootHeader::Context).unwrap();
        let listed = Digest::of(["\0x", text(vector, "entryDigest")].concat().as_bytes());
        checked += 1;
        if found != Digest::of(listed.to_string().as_bytes()) {
            wrong.push(text(vector, "description").to_string());
        }
    }
    report("entries", checked, 7, &wrong);
}

#[test]
fn buildkit_selections() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in array(&vectors("buildkit.json"), "examples") {
        let context = Ignore::parse(text(vector, "ignore")).filter(&tree(&vector["files"]), None);
        for check in array(vector, "checks") {
            let selections = if check["mounts"].is_array() {
                exec_selections(list(check, "mounts"))
            } else {
                file_op_selections(&array(check, "selections").map(selection).collect::<Vec<_>>())
            };
            let found = content_digest(&context, &selections, RootHeader::Context);
            checked += 1;
            let found = found.map(|digest| match check["record"].as_str() {
                // Where only the exported record is known, it is the digest of the content digest.
                Some(_) => Digest::of([&digest.to_string(), "@-1"].concat().as_bytes()),
                None => digest,
            });
            let expected = check["record"].as_str().unwrap_or(text(check, "digest"));
            if found.as_ref().map(ToString::to_string).as_deref() != Ok(expected) {
                wrong.push(format!("{}: {}: {found:?}", text(vector, "name"), text(check, "instruction")));
            }
        }
    }
    report("selections", checked, 180, &wrong);
}

/// Major and minor of a version.
fn version(vector: &Value, member: &str) -> (u16, u16) {
    let mut numbers = text(vector, member).split('.').filter_map(|number| number.parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

#[test]
fn legacy_sums_of_copies() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in vectors("legacy.json").as_array().unwrap() {
        let from_image = vector["image"].as_bool().unwrap_or(false);
        let (client, daemon) = (version(vector, "client"), version(vector, "daemon"));
        let options = LegacyOptions::for_versions(client, daemon, from_image);
        let mut files = tree(&vector["files"]);
        if !from_image {
            files = Ignore::parse(text(vector, "ignore")).filter_legacy(&files);
        }
        for check in array(vector, "checks") {
            let mut sums = Vec::new();
            if check["download"].is_object() {
                let content = Content::Bytes(base64(text(&check["download"], "base64")).into());
                let options = LegacyOptions::for_versions(client, daemon, true);
                sums.push(download_sum(text(&check["download"], "name"), content, &options));
            }
            for source in list(check, "sources") {
                match legacy_sums(&files, source, &options) {
                    Ok(found) => sums.extend(found.into_iter().map(|found| found.sum)),
                    Err(error) => sums.push(error.to_string()),
                }
            }
            let found = join_sums(&sums);
            checked += 1;
            if found != text(check, "sum") {
                wrong.push(format!("{} {:?}: {found}", text(vector, "id"), list(check, "sources")));
            }
        }
    }
    report("legacy sums", checked, 100, &wrong);
}
