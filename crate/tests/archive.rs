//! What real programs packed comes out again (`tests/vectors/archive/packings.json`), and whatever is damaged or large
//! does no harm.

use std::{fs, path::Path, rc::Rc};

use layerwise::archive::{End, Kind, Reading, read};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Archives by the command that packed them.
fn packed(member: &str) -> Vec<(String, Rc<[u8]>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/archive/packings.json");
    let text = fs::read_to_string(path).expect("the vectors are in the repository");
    let mut vectors: Map<String, Value> = serde_json::from_str(&text).expect("the vectors are JSON");
    let Some(Value::Object(of_kind)) = vectors.remove(member) else { panic!("no {member}") };
    of_kind.into_iter().map(|(command, text)| (command, bytes(text.as_str().unwrap_or("")).into())).collect()
}

/// What base64 stands for.
fn bytes(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let mut bits = (0_u32, 0);
    for digit in text.chars().map_while(|digit| DIGITS.find(digit)) {
        bits = (bits.0 << 6 | digit as u32, bits.1 + 6);
        if bits.1 >= 8 {
            bits.1 -= 8;
            bytes.push((bits.0 >> bits.1) as u8);
        }
    }
    bytes
}

/// The numbers from which the contents of the archive were made.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12345) & 0x7fff_ffff;
        self.0 >> 16
    }
}

fn contents() -> Vec<(&'static str, Vec<u8>)> {
    let mut numbers = Numbers(1);
    let words: Vec<String> = (0..1000)
        .map(|_| {
            let number = u64::from((numbers.next() & numbers.next()) % 64);
            format!("w{}", number * number * number)
        })
        .collect();
    let text = words.join(" ").into_bytes();
    let random = (0..600).map(|_| numbers.next() as u8).collect();
    let again = [&text[500..3000], b"!"].concat();
    vec![("text", text), ("random", random), ("same", vec![b'a'; 40_000]), ("again", again)]
}

#[test]
fn what_real_programs_packed_comes_out() {
    for (command, file) in packed("packed") {
        let Reading::Archive(archive) = read(&file) else { panic!("{command} made no archive") };
        assert_eq!((&archive.end, &archive.damage), (&End::Marked, &None), "{command}");
        let files: Vec<(&str, Vec<u8>)> = archive
            .entries
            .iter()
            .map(|entry| match &entry.kind {
                Kind::File(bytes) => (entry.name.as_str(), bytes.to_vec()),
                other => panic!("{command}: {other:?}"),
            })
            .collect();
        assert!(files == contents(), "{command}");
    }
}

#[test]
fn what_is_too_large_is_not_known() {
    for (command, file) in packed("large") {
        assert_eq!(read(&file), Reading::Unknown, "{command}");
    }
}

#[test]
fn what_ends_too_early_is_never_whole() {
    for (command, file) in packed("packed") {
        // The last bytes are sums that only who unpacks all of it looks at.
        for end in (0..file.len() - 100).step_by(31) {
            if let Reading::Archive(archive) = read(&file[..end]) {
                let cut = matches!(archive.end, End::Cut { .. } | End::Wrong(_));
                assert!(cut && archive.damage.is_some(), "{command}: {end} bytes of it are {archive:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_does_no_harm(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bytes: [u8; 2]) {
        let all = packed("packed");
        let (_, file) = which.get(&all);
        let mut damaged = file.to_vec();
        let at = at.index(damaged.len() - 1);
        damaged[at..at + 2].copy_from_slice(&bytes);
        let _ = read(&damaged);
    }

    #[test]
    fn anything_can_be_read(start in 0..7_usize, bytes: Vec<u8>) {
        let magic: [&[u8]; 7] =
            [b"\x1f\x8b\x08\0\0\0\0\0\0\0", b"BZh91AY&SY", b"\xfd7zXZ\0\0", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfd\x20", b"\x50\x2a\x4d\x18", b""];
        let _ = read(&[magic[start], &bytes].concat());
    }
}
