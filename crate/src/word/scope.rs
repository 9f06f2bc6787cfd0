//! Who sees which variable.

use crate::map::Map;

/// The variables that a word sees.
pub trait Scope {
    /// The value of a variable, if it is set.
    fn get(&self, name: &str) -> Option<&str>;
}

/// No variables at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty;

impl Scope for Empty {
    fn get(&self, _: &str) -> Option<&str> {
        None
    }
}

impl Scope for Map<String, String> {
    fn get(&self, name: &str) -> Option<&str> {
        Map::get(self, name).map(String::as_str)
    }
}

/// A list of assignments; the last one of a name counts.
impl Scope for Vec<(String, String)> {
    fn get(&self, name: &str) -> Option<&str> {
        self.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
