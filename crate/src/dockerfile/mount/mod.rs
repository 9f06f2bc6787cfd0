//! `RUN --mount` and `RUN --device`: comma-separated fields, and what they mean.
//!
//! The builder reads a mount twice. With the instruction it only splits the fields and looks at `from`; the rest
//! is read when the step is built, since values may hold variables. [`Mount::options`] is that second reading.

mod csv;
mod device;
mod options;
mod size;

pub(super) use device::check as check_device;
pub use options::{MountOptions, MountType, Sharing};

use super::instruction::Mount;
use crate::text::Span;

impl Mount {
    /// Splits the value of a `--mount`. The error is the builder's message.
    pub(super) fn read(value: &str, span: Span) -> Result<Self, String> {
        let written = csv::record(value).map_err(|why| ["failed to parse csv mounts: ", &why].concat())?;
        let mut fields = Vec::with_capacity(written.len());
        for field in &written {
            let (key, value) = split(field);
            if key == "from" && value.is_some_and(names_variable) {
                let message = "'from' doesn't support variable expansion, define alias stage instead";
                return Err(message.to_owned());
            }
            let key = match first_name(&key) {
                Some(first) => first.to_owned(),
                None => key,
            };
            fields.push((key, value.map(str::to_owned)));
        }
        Ok(Self { fields, written, span })
    }

    /// The value of a field, by the first of its names; the last one counts if it is given more than once.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|(key, _)| key == name)?.1.as_deref()
    }
}

/// Splits a field into its key, lower-cased, and its value.
fn split(field: &str) -> (String, Option<&str>) {
    match field.split_once('=') {
        Some((key, value)) => (key.to_ascii_lowercase(), Some(value)),
        None => (field.to_ascii_lowercase(), None),
    }
}

/// Whether a dollar stands anywhere but at the end.
fn names_variable(value: &str) -> bool {
    value.find('$').is_some_and(|at| at + 1 < value.len())
}

/// The name under which a key that has several names is known, if this is another one.
fn first_name(key: &str) -> Option<&'static str> {
    match key {
        "src" => Some("source"),
        "dst" | "destination" => Some("target"),
        "ro" => Some("readonly"),
        "rw" => Some("readwrite"),
        _ => None,
    }
}
