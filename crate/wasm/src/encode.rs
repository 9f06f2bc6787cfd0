//! Values on their way to JavaScript: a list of words and one text, which `decode.ts` makes objects of in one go.
//!
//! Crossing to JavaScript costs more than a value does, so it is crossed once for a whole answer. All texts of the
//! answer stand in one behind the other, each is told by its length in UTF-16; a name of a member or variant is sent
//! when it is used for the first time, and known by a number from then on.
//!
//! | low 3 bits | the other 29 | what follows |
//! |---|---|---|
//! | [`SIMPLE`] | 0 null, 1 true, 2 false | |
//! | [`SMALL`] | a whole number | |
//! | [`FLOAT`] | | low and high half of its bits |
//! | [`TEXT`] | length | |
//! | [`NAME`] | a name | its length, if it is new |
//! | [`LIST`] | how many | values |
//! | [`STRUCT`] | how many | for each a word with its name, its length if the name is new, and the value |
//! | [`MAP`] | how many | for each the key and the value |
//!
//! A name is `number << 1`, plus one if it is new: then its text is the next one in the text.

use std::fmt;

use serde::{Serialize, Serializer, ser};

pub(crate) const SIMPLE: u32 = 0;
pub(crate) const SMALL: u32 = 1;
pub(crate) const FLOAT: u32 = 2;
pub(crate) const TEXT: u32 = 3;
pub(crate) const NAME: u32 = 4;
pub(crate) const LIST: u32 = 5;
pub(crate) const STRUCT: u32 = 6;
pub(crate) const MAP: u32 = 7;

const NULL: u32 = SIMPLE;
const TRUE: u32 = SIMPLE | 1 << 3;
const FALSE: u32 = SIMPLE | 2 << 3;

/// What a word holds beside its kind.
const LIMIT: u32 = 1 << 29;

/// How many names can be known at a time: more than all structs together have.
const NAMES: usize = 512;

/// How many places are tried for a name.
const TRIES: usize = 8;

/// What is written, and the names that the other side knows. It is used again and again, for names to stay known.
pub(crate) struct Encoder {
    pub(crate) words: Vec<u32>,
    pub(crate) text: String,
    /// Names by number, told by where they stand in memory.
    names: [(usize, usize); NAMES],
}

impl Encoder {
    pub(crate) const fn new() -> Self {
        Self { words: Vec::new(), text: String::new(), names: [(0, 0); NAMES] }
    }

    /// Writes a value in the place of what was written before.
    pub(crate) fn write<T: Serialize + ?Sized>(&mut self, value: &T) {
        self.words.clear();
        self.text.clear();
        // Plain data can always be written. A type that says it cannot be is a mistake, and arrives as null.
        if value.serialize(&mut *self).is_err() {
            self.words.clear();
            self.words.push(NULL);
        }
    }

    /// The word for a name, and its text if it is new.
    #[inline(never)]
    fn name(&mut self, name: &'static str, kind: u32, shift: u32) {
        let known = (name.as_ptr() as usize, name.len());
        let home = known.0.wrapping_mul(0x9e37_79b1) >> 7;
        let mut number = home % NAMES;
        for at in 0..TRIES {
            let place = (home + at) % NAMES;
            let Some(&there) = self.names.get(place) else { break };
            if there == known {
                self.words.push(kind | (place as u32) << 1 << shift);
                return;
            }
            if there == (0, 0) {
                number = place;
                break;
            }
        }
        if let Some(there) = self.names.get_mut(number) {
            *there = known;
        }
        self.words.extend_from_slice(&[kind | ((number as u32) << 1 | 1) << shift, name.len() as u32]);
        self.text.push_str(name);
    }

    fn member(&mut self, name: &'static str) {
        self.name(name, 0, 0);
    }

    #[inline(never)]
    fn string(&mut self, text: &str) {
        let length = if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() };
        self.words.push(TEXT | (length as u32) << 3);
        self.text.push_str(text);
    }

    #[inline(never)]
    fn number(&mut self, number: f64) {
        #[expect(clippy::cast_sign_loss, reason = "what is lost shows in the comparison")]
        let small = number as u32;
        // Zero has two signs.
        if small < LIMIT && f64::from(small).to_bits() == number.to_bits() {
            self.words.push(SMALL | small << 3);
        } else {
            let bits = number.to_bits();
            self.words.extend_from_slice(&[FLOAT, bits as u32, (bits >> 32) as u32]);
        }
    }

    fn open(&mut self, kind: u32) -> Open<'_> {
        self.words.push(kind);
        Open { at: self.words.len() - 1, count: 0, encoder: self }
    }
}

/// A list, struct or map that is being written.
pub(crate) struct Open<'e> {
    encoder: &'e mut Encoder,
    at: usize,
    count: u32,
}

impl Open<'_> {
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.count += 1;
        value.serialize(&mut *self.encoder)
    }

    fn close(self) {
        if let Some(word) = self.encoder.words.get_mut(self.at) {
            *word |= self.count << 3;
        }
    }
}

/// A type says that it cannot be written.
#[derive(Debug)]
pub(crate) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot be written")
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'e> Serializer for &'e mut Encoder {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Open<'e>;
    type SerializeTuple = Open<'e>;
    type SerializeTupleStruct = Open<'e>;
    type SerializeTupleVariant = Open<'e>;
    type SerializeMap = Open<'e>;
    type SerializeStruct = Open<'e>;
    type SerializeStructVariant = Open<'e>;

    fn serialize_bool(self, value: bool) -> Result<(), Failed> {
        self.words.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "JavaScript's numbers are these")]
    fn serialize_i64(self, value: i64) -> Result<(), Failed> {
        self.serialize_f64(value as f64)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Failed> {
        self.serialize_u32(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Failed> {
        self.serialize_u32(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "JavaScript's numbers are these")]
    fn serialize_u64(self, value: u64) -> Result<(), Failed> {
        self.serialize_f64(value as f64)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Failed> {
        self.number(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Failed> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Failed> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failed> {
        self.words.push(NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Failed> {
        self.name(variant, NAME, 3);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.words.push(STRUCT | 1 << 3);
        self.member(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'e>, Failed> {
        Ok(self.open(LIST))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'e>, Failed> {
        Ok(self.open(LIST))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'e>, Failed> {
        Ok(self.open(LIST))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'e>, Failed> {
        self.words.push(STRUCT | 1 << 3);
        self.member(variant);
        Ok(self.open(LIST))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'e>, Failed> {
        Ok(self.open(MAP))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'e>, Failed> {
        Ok(self.open(STRUCT))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'e>, Failed> {
        self.words.push(STRUCT | 1 << 3);
        self.member(variant);
        Ok(self.open(STRUCT))
    }
}

/// The traits for what holds values in order differ in names alone.
macro_rules! in_order {
    ($($trait:ident $write:ident),*) => {$(
        impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = Failed;

            fn $write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                self.value(value)
            }

            fn end(self) -> Result<(), Failed> {
                self.close();
                Ok(())
            }
        }
    )*};
}

in_order!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

/// And those for what holds them by name.
macro_rules! by_name {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = Failed;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Failed> {
                self.encoder.member(name);
                self.value(value)
            }

            fn end(self) -> Result<(), Failed> {
                self.close();
                Ok(())
            }
        }
    )*};
}

by_name!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        key.serialize(&mut *self.encoder)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.value(value)
    }

    fn end(self) -> Result<(), Failed> {
        self.close();
        Ok(())
    }
}
