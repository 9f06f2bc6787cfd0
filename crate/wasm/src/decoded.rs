//! What the encoder writes, read again as `decode.ts` reads it, is what JSON would have said: for made-up values of
//! every shape, and for the answers about recorded builds.

use std::{fs, path::PathBuf};

use layerwise::{
    dockerfile,
    simulation::{self, Scenario, Workspace},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    encode::{Encoder, FLOAT, LIST, MAP, NAME, SIMPLE, SMALL, STRUCT, TEXT},
    wire,
};

/// The other side: names stay known from one answer to the next.
#[derive(Default)]
struct Decoder {
    names: Vec<String>,
    words: Vec<u32>,
    text: Vec<u16>,
}

impl Decoder {
    fn read(&mut self, encoder: &Encoder) -> Value {
        self.words = encoder.words.iter().rev().copied().collect();
        self.text = encoder.text.encode_utf16().collect();
        let value = self.value();
        assert!(self.words.is_empty() && self.text.is_empty(), "all is read");
        value
    }

    fn word(&mut self) -> u32 {
        self.words.pop().expect("a word")
    }

    fn text(&mut self, length: u32) -> String {
        let rest = self.text.split_off(length as usize);
        String::from_utf16(&std::mem::replace(&mut self.text, rest)).expect("whole characters")
    }

    fn name(&mut self, word: u32) -> String {
        let number = word as usize >> 1;
        if word & 1 == 1 {
            let length = self.word();
            self.names.resize(self.names.len().max(number + 1), String::new());
            self.names[number] = self.text(length);
        }
        self.names[number].clone()
    }

    fn value(&mut self) -> Value {
        let word = self.word();
        let count = word >> 3;
        match word & 7 {
            SIMPLE => [Value::Null, true.into(), false.into()][count as usize].clone(),
            SMALL => count.into(),
            FLOAT => {
                let (low, high) = (self.word(), self.word());
                f64::from_bits(u64::from(high) << 32 | u64::from(low)).into()
            }
            TEXT => self.text(count).into(),
            NAME => self.name(count).into(),
            LIST => (0..count).map(|_| self.value()).collect(),
            STRUCT => {
                let mut members = Map::new();
                for _ in 0..count {
                    let name = self.word();
                    let name = self.name(name);
                    members.insert(name, self.value());
                }
                members.into()
            }
            MAP => {
                let mut members = Map::new();
                for _ in 0..count {
                    let key = self.value();
                    members.insert(key.as_str().expect("a text").to_owned(), self.value());
                }
                members.into()
            }
            _ => unreachable!("three bits"),
        }
    }
}

/// Numbers as JavaScript has them: all are floating point.
fn as_in_javascript(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(list) => list.into_iter().map(as_in_javascript).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(key, value)| (key, as_in_javascript(value))).collect()
        }
        other => other,
    }
}

struct Both {
    encoder: Encoder,
    decoder: Decoder,
}

impl Both {
    fn new() -> Self {
        Self { encoder: Encoder::new(), decoder: Decoder::default() }
    }

    fn check<T: Serialize + ?Sized>(&mut self, value: &T) {
        self.encoder.write(value);
        let found = as_in_javascript(self.decoder.read(&self.encoder));
        assert_eq!(found, as_in_javascript(serde_json::to_value(value).expect("plain data")));
    }
}

/// Made-up values, the same each time.
struct Made(u64);

impl Made {
    fn number(&mut self, below: usize) -> usize {
        // Marsaglia's xorshift.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    fn text(&mut self) -> String {
        let pieces = [
            "",
            "a",
            "é",
            "𝄞",
            "\u{feff}",
            "\0",
            "__proto__",
            "\u{ffff}",
            "\"\\",
            "日本",
            "long text, plain",
        ];
        (0..self.number(4)).map(|_| pieces[self.number(pieces.len())]).collect()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.number(if depth == 0 { 5 } else { 7 }) {
            0 => [Value::Null, true.into(), false.into()][self.number(3)].clone(),
            1 => self.text().into(),
            2 => (self.0 >> self.number(64)).into(),
            3 => (i64::from_ne_bytes(self.0.to_ne_bytes()) >> self.number(64)).into(),
            4 => f64::from_bits(self.0).into(),
            5 => (0..self.number(6)).map(|_| self.value(depth - 1)).collect(),
            _ => (0..self.number(6)).map(|_| (self.text(), self.value(depth - 1))).collect(),
        }
    }
}

#[test]
fn made_up_values() {
    let mut both = Both::new();
    let mut made = Made(0x1234_5678_9abc_def1);
    for _ in 0..4000 {
        both.check(&made.value(5));
    }
    for number in [0.0, -0.0, 0.1, 536_870_911.0, 536_870_912.0, -1.0, 1e300, f64::MIN_POSITIVE] {
        both.encoder.write(&number);
        let found = both.decoder.read(&both.encoder).as_f64().expect("a number");
        assert_eq!(found.to_bits(), number.to_bits(), "{number}");
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Variant {
    Unit,
    Newtype(u8),
    Tuple(i8, char),
    StructLike { a: (), b: Option<&'static str> },
}

#[derive(Serialize)]
struct Tuple(u16, i16, f32);

#[test]
fn every_shape_of_serde() {
    let mut both = Both::new();
    for _ in 0..3 {
        both.check(&[Variant::Unit, Variant::Newtype(1)]);
        both.check(&(Variant::Tuple(-1, 'é'), Variant::StructLike { a: (), b: Some("𝄞") }));
        both.check(&Variant::StructLike { a: (), b: None });
        both.check(&(Tuple(1, -1, 0.5), i32::MIN, u32::MAX, u64::MAX, i64::MIN));
    }
}

#[test]
fn a_name_that_takes_the_place_of_another_is_sent_again() {
    /// More names than there is room for.
    struct Many(Vec<&'static str>);
    impl Serialize for Many {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeStruct as _;
            let mut members = serializer.serialize_struct("Many", self.0.len())?;
            for name in &self.0 {
                members.serialize_field(name, name)?;
            }
            members.end()
        }
    }
    let names = (0..2000).map(|number| &*number.to_string().leak()).collect();
    let mut both = Both::new();
    let many = Many(names);
    both.check(&many);
    both.check(&many);
}

#[test]
fn answers_about_recorded_builds() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/replay"));
    let mut both = Both::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the recorded scenarios") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let scenario: Scenario = serde_json::from_str(&text).expect("a scenario");
        both.check(&scenario);
        both.check(&wire::dockerfile(&dockerfile::parse(&scenario.dockerfile)));
        both.check(&wire::tokens(&dockerfile::parse(&scenario.dockerfile)));
        both.check(&simulation::replay(&scenario).expect("a timeline"));
        both.check(&Workspace::open(&scenario).expect("a workspace").facts());
        count += 1;
    }
    assert!(count > 100, "there are that many scenarios: {count}");
    both.check(&json!({}));
}
