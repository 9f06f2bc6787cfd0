//! Documents from outside: read as a plain value, then member by member.
//!
//! Whoever hands over a document (JSON text, a JavaScript object) does so by serde; the engine's own types are taken
//! out of a [`Value`]. One reader for values and a line for each member are a fifth of the code of a derived reader for
//! each type, and what is wrong is told with its place.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::map::Map;

/// A value as JSON knows it. Members keep their order, and their number: the last of one name counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing is said.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number. Documents hold none that this type cannot.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Object(Vec<(String, Value)>),
}

/// What is wrong with a document, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistake {
    /// The place as JavaScript writes it, such as `.context["a.txt"].mode`; empty for the document itself.
    pub at: String,
    /// What is expected there, such as `a text`.
    pub expected: &'static str,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "the document" } else { self.at.trim_start_matches('.') };
        f.write_str(at)?;
        f.write_str(" is not ")?;
        f.write_str(self.expected)
    }
}

impl std::error::Error for Mistake {}

/// A type that can be read out of a value.
pub trait FromValue: Sized {
    /// Takes it out of `value`.
    ///
    /// # Errors
    ///
    /// If the value, or something in it, has another shape.
    fn from_value(value: Value) -> Result<Self, Mistake>;
}

/// That a value is not what is expected there.
pub(crate) fn not<T>(expected: &'static str) -> Result<T, Mistake> {
    Err(Mistake { at: String::new(), expected })
}

/// The members of an object that were not taken yet, and the first mistake in one that was.
///
/// A type is read over its default: so what is already read needs to be cleared away in one place only.
pub(crate) struct Members {
    left: Vec<(String, Value)>,
    mistake: Option<Mistake>,
}

impl Members {
    /// The members of a value, if it is an object.
    pub(crate) fn of(value: Value) -> Result<Self, Mistake> {
        match value {
            Value::Object(left) => Ok(Self { left, mistake: None }),
            _ => not("an object"),
        }
    }

    /// Takes a member; where it is left out, `into` stays as it is.
    #[inline(never)]
    pub(crate) fn take<T: FromValue>(&mut self, name: &str, into: &mut T) {
        let Some(value) = self.find(name) else { return };
        match T::from_value(value) {
            Ok(value) => *into = value,
            Err(mistake) => self.note(name, mistake),
        }
    }

    /// What was read, if there was no mistake.
    pub(crate) fn end<T>(self, read: T) -> Result<T, Mistake> {
        self.mistake.map_or(Ok(read), Err)
    }

    fn find(&mut self, name: &str) -> Option<Value> {
        let (_, value) = self.left.iter_mut().rfind(|(own, _)| own == name)?;
        Some(std::mem::take(value))
    }

    #[inline(never)]
    fn note(&mut self, name: &str, mistake: Mistake) {
        self.mistake.get_or_insert_with(|| within(name, mistake));
    }
}

/// A mistake in a member, as one in the object.
#[inline(never)]
fn within(name: &str, mut mistake: Mistake) -> Mistake {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let place = if is_plain { [".", name, ""] } else { ["[\"", name, "\"]"] };
    mistake.at.insert_str(0, &place.concat());
    mistake
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        Ok(value)
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match value {
            Value::Bool(value) => Ok(value),
            _ => not("true or false"),
        }
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match value {
            Value::Number(value) => Ok(value),
            _ => not("a number"),
        }
    }
}

/// Whole numbers: those that a `f64` holds exactly.
impl FromValue for i64 {
    #[expect(clippy::cast_precision_loss, reason = "the bounds are powers of two")]
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match value {
            Value::Number(value) if value.fract() == 0.0 && value.abs() < (1_i64 << 53) as f64 => {
                Ok(value as Self)
            }
            _ => not("a whole number"),
        }
    }
}

impl FromValue for u64 {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match i64::from_value(value).map(Self::try_from) {
            Ok(Ok(value)) => Ok(value),
            _ => not("a whole number from 0 on"),
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        match value {
            Value::Text(value) => Ok(value),
            _ => not("a text"),
        }
    }
}

/// `null` is nothing.
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let Value::List(values) = value else { return not("a list") };
        let mut items = Self::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate() {
            items.push(T::from_value(value).map_err(|mistake| nth(at, mistake))?);
        }
        Ok(items)
    }
}

#[inline(never)]
fn nth(at: usize, mut mistake: Mistake) -> Mistake {
    mistake.at.insert_str(0, &["[", &at.to_string(), "]"].concat());
    mistake
}

impl<T: FromValue> FromValue for Map<String, T> {
    fn from_value(value: Value) -> Result<Self, Mistake> {
        let mut pairs = Vec::new();
        for (name, value) in Members::of(value)?.left {
            let value = T::from_value(value).map_err(|mistake| within(&name, mistake))?;
            pairs.push((name, value));
        }
        Ok(pairs.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "documents hold no number that is that large")]
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "documents hold no number that is that large")]
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Value::Object(members))
    }
}

impl<'de, T: FromValue> Deserialize<'de> for Map<String, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Types that serde reads by way of a value.
macro_rules! deserialized {
    ($($name:ty),*) => {$(
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = $crate::document::Value::deserialize(deserializer)?;
                $crate::document::FromValue::from_value(value).map_err(::serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use deserialized;

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromValue>(json: &str) -> Result<T, String> {
        let value = serde_json::from_str(json).map_err(|error| error.to_string())?;
        T::from_value(value).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn values_are_read_as_json_means_them() {
        assert_eq!(read::<Option<bool>>("null"), Ok(None));
        assert_eq!(read::<Vec<f64>>("[1, -2.5, 1e3]"), Ok(vec![1.0, -2.5, 1000.0]));
        assert_eq!(read::<i64>("-9007199254740991"), Ok(-9_007_199_254_740_991));
        assert_eq!(read::<String>(r#""\u00e9""#), Ok("é".into()));
        assert_eq!(
            read::<Map<String, u64>>(r#"{"b": 1, "a": 2, "b": 3}"#),
            Ok([("a".into(), 2), ("b".into(), 3)].into_iter().collect())
        );
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        assert_eq!(read::<String>("1"), Err("the document is not a text".into()));
        assert_eq!(read::<Vec<u64>>("[1, -1]"), Err("[1] is not a whole number from 0 on".into()));
        assert_eq!(read::<i64>("0.5"), Err("the document is not a whole number".into()));
        assert_eq!(read::<i64>("9007199254740992"), Err("the document is not a whole number".into()));
        assert_eq!(
            read::<Map<String, Map<String, bool>>>(r#"{"a/b": {"c": true, "d": "x"}}"#),
            Err("[\"a/b\"].d is not true or false".into())
        );
        assert_eq!(read::<Map<String, bool>>("[]"), Err("the document is not an object".into()));
    }

    #[test]
    fn members_are_left_out_null_or_there() {
        let members = || Members::of(serde_json::from_str(r#"{"a": null, "b": "x"}"#).unwrap()).unwrap();
        let usual = || (Some(String::from("usual")), String::from("usual"));
        let mut read = usual();
        let mut all = members();
        all.take("a", &mut read.0);
        all.take("c", &mut read.1);
        assert_eq!(all.end(read), Ok((None, "usual".into())));
        let mut read = usual();
        let mut all = members();
        all.take("b", &mut read.0);
        all.take("a", &mut read.1);
        assert_eq!(all.end(read).unwrap_err().to_string(), "a is not a text");
    }
}
