//! An ordered map and an ordered set of few or mostly sorted keys.
//!
//! Both are sorted lists that are searched by halving. They do what `BTreeMap` and `BTreeSet` do, in a fraction of
//! the code: each pair of a key and a value type costs a tree of its own in the wasm file, and only an insertion into
//! a list here. An insertion behind all others is as cheap as into any list; one at the front moves the rest. Many
//! keys in no order are best given at once (`collect`, `extend`), which sorts them.

use std::{borrow::Borrow, cmp::Ordering, fmt};

use serde::{Serialize, Serializer};

/// Keys in order, each with a value.
///
/// ```
/// use layerwise::map::Map;
///
/// let mut ages = Map::from([("b", 2), ("a", 1)]);
/// ages.insert("b", 3);
/// assert_eq!(ages.get("b"), Some(&3));
/// assert_eq!(ages.into_iter().collect::<Vec<_>>(), [("a", 1), ("b", 3)]);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Map<K, V> {
    /// Sorted, none twice.
    keys: Vec<K>,
    /// Each in the place of its key.
    values: Vec<V>,
}

/// Values in order, none twice.
///
/// ```
/// use layerwise::map::Set;
///
/// let mut names: Set<&str> = ["b", "a", "b"].into_iter().collect();
/// assert!(!names.insert("a"));
/// assert_eq!(names.iter().collect::<Vec<_>>(), [&"a", &"b"]);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set<K> {
    /// Sorted, none twice.
    keys: Vec<K>,
}

/// The pairs of a map, by key.
pub type Iter<'a, K, V> = std::iter::Zip<std::slice::Iter<'a, K>, std::slice::Iter<'a, V>>;

/// The pairs of a map that is used up, by key.
pub type IntoIter<K, V> = std::iter::Zip<std::vec::IntoIter<K>, std::vec::IntoIter<V>>;

/// Where a key stands, or where it would. It is in no way about values, so that maps of the same keys share it.
#[inline(never)]
fn position<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], key: &Q) -> Result<usize, usize> {
    search(keys.len(), &|at| keys.get(at).map_or(Ordering::Greater, |known| known.borrow().cmp(key)))
}

/// Puts a key in its place, if it is not there: the place, and whether it is new.
#[inline(never)]
fn place<K: Ord>(keys: &mut Vec<K>, key: K) -> (usize, bool) {
    match position(keys, &key) {
        Ok(at) => (at, false),
        Err(at) => {
            keys.insert(at, key);
            (at, true)
        }
    }
}

/// Brings keys in order: the exchanges that bring their values in order, and how many are left of both.
#[inline(never)]
fn arrange<K: Ord>(keys: &mut Vec<K>) -> (Vec<(usize, usize)>, usize) {
    let (steps, kept) = exchanges(keys.len(), &|left, right| keys[left].cmp(&keys[right]));
    for &(left, right) in &steps {
        keys.swap(left, right);
    }
    keys.truncate(kept);
    (steps, kept)
}

/// Halves `length` places, of which `order` tells how they stand to what is looked for.
fn search(length: usize, order: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    let (mut start, mut end) = (0, length);
    // Most keys arrive in order.
    let mut middle = length.saturating_sub(1);
    while start < end {
        match order(middle) {
            Ordering::Less => start = middle + 1,
            Ordering::Greater => end = middle,
            Ordering::Equal => return Ok(middle),
        }
        middle = start + (end - start) / 2;
    }
    Err(start)
}

/// The exchanges that bring `length` keys in order, and how many are left after them if the earlier ones of equal
/// keys, which stand last then, are dropped.
fn exchanges(length: usize, order: &dyn Fn(usize, usize) -> Ordering) -> (Vec<(usize, usize)>, usize) {
    let mut steps = Vec::new();
    if (1..length).all(|at| order(at - 1, at).is_lt()) {
        return (steps, length);
    }
    let mut sorted: Vec<usize> = (0..length).collect();
    // The last of equal keys comes first.
    sorted.sort_unstable_by(|&left, &right| order(left, right).then(right.cmp(&left)));
    let mut wanted: Vec<usize> = Vec::with_capacity(length);
    let mut dropped: Vec<usize> = Vec::new();
    for at in sorted {
        match wanted.last() {
            Some(&last) if order(last, at).is_eq() => dropped.push(at),
            _ => wanted.push(at),
        }
    }
    let kept = wanted.len();
    wanted.append(&mut dropped);
    // Each place gets what stands at the place that is wanted there, along the circles that these make.
    for start in 0..length {
        let mut at = start;
        while let Some(from) = wanted.get_mut(at) {
            let next = std::mem::replace(from, at);
            if next == start {
                break;
            }
            steps.push((at, next));
            at = next;
        }
    }
    (steps, kept)
}

impl<K, V> Map<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }

    /// How many pairs it has.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The pairs, by key.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.keys.iter().zip(&self.values)
    }

    /// The keys in order.
    pub fn keys(&self) -> std::slice::Iter<'_, K> {
        self.keys.iter()
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> std::slice::Iter<'_, V> {
        self.values.iter()
    }

    /// The pairs, by key, with values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.keys.iter().zip(&mut self.values)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, V> {
        self.values.iter_mut()
    }
}

impl<K: Ord, V> Map<K, V> {
    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(position(&self.keys, key).ok()?)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.values.get_mut(position(&self.keys, key).ok()?)
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        position(&self.keys, key).is_ok()
    }

    /// Sets the value of a key and returns what it was.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (at, is_new) = place(&mut self.keys, key);
        if is_new {
            self.values.insert(at, value);
            return None;
        }
        self.values.get_mut(at).map(|slot| std::mem::replace(slot, value))
    }

    /// Takes a key out and returns its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = position(&self.keys, key).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    /// The value of a key, which gets `value` if it is not there yet.
    pub fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let (at, is_new) = place(&mut self.keys, key);
        if is_new {
            self.values.insert(at, value());
        }
        &mut self.values[at]
    }

    /// The value of a key, which gets the usual one of its type if it is not there yet.
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.get_or_insert_with(key, V::default)
    }

    /// Brings appended pairs in order; of equal keys the last counts.
    fn settle(&mut self) {
        let (steps, kept) = arrange(&mut self.keys);
        for (left, right) in steps {
            self.values.swap(left, right);
        }
        self.values.truncate(kept);
    }
}

impl<K> Set<K> {
    /// An empty set.
    pub const fn new() -> Self {
        Self { keys: Vec::new() }
    }

    /// How many values it has.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The values in order.
    pub fn iter(&self) -> std::slice::Iter<'_, K> {
        self.keys.iter()
    }

    /// Keeps only the values that are `wanted`.
    pub fn retain(&mut self, wanted: impl FnMut(&K) -> bool) {
        self.keys.retain(wanted);
    }
}

impl<K: Ord> Set<K> {
    /// Whether there is such a value.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        position(&self.keys, key).is_ok()
    }

    /// Adds a value and returns whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        place(&mut self.keys, key).1
    }
}

// Without the bounds on the types that derived ones would have.
impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Default for Set<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: fmt::Debug> fmt::Debug for Set<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.keys.push(key);
            self.values.push(value);
        }
        self.settle();
    }
}

impl<K: Ord> Extend<K> for Set<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        self.keys.extend(keys);
        arrange(&mut self.keys);
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::new();
        map.extend(pairs);
        map
    }
}

impl<K: Ord> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::new();
        set.extend(keys);
        set
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Ord, const N: usize> From<[K; N]> for Set<K> {
    fn from(keys: [K; N]) -> Self {
        keys.into_iter().collect()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.keys.into_iter().zip(self.values)
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K> IntoIterator for Set<K> {
    type Item = K;
    type IntoIter = std::vec::IntoIter<K>;

    fn into_iter(self) -> Self::IntoIter {
        self.keys.into_iter()
    }
}

impl<'a, K> IntoIterator for &'a Set<K> {
    type Item = &'a K;
    type IntoIter = std::slice::Iter<'a, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Written as an object, by key.
impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn pairs() -> impl Strategy<Value = Vec<(String, u8)>> {
        prop::collection::vec(("[ab]{0,3}", any::<u8>()), 0..40)
    }

    fn same(map: &Map<String, u8>, model: &BTreeMap<String, u8>) -> Result<(), TestCaseError> {
        prop_assert_eq!(map.iter().collect::<Vec<_>>(), model.iter().collect::<Vec<_>>());
        prop_assert_eq!(map.keys().collect::<Vec<_>>(), model.keys().collect::<Vec<_>>());
        prop_assert_eq!(map.values().collect::<Vec<_>>(), model.values().collect::<Vec<_>>());
        prop_assert_eq!((map.len(), map.is_empty()), (model.len(), model.is_empty()));
        prop_assert_eq!(format!("{map:?}"), format!("{model:?}"));
        Ok(())
    }

    proptest! {
        #[test]
        fn a_map_is_the_standard_one(
            first in pairs(),
            steps in prop::collection::vec((0_u8..6, "[ab]{0,3}", any::<u8>()), 0..40),
            more in pairs(),
        ) {
            let mut map: Map<String, u8> = first.iter().cloned().collect();
            let mut model: BTreeMap<String, u8> = first.into_iter().collect();
            same(&map, &model)?;
            for (what, key, value) in steps {
                let name = key.as_str();
                match what {
                    0 | 1 => prop_assert_eq!(map.insert(key.clone(), value), model.insert(key.clone(), value)),
                    2 => prop_assert_eq!(map.remove(name), model.remove(name)),
                    3 => prop_assert_eq!(
                        &*map.get_or_insert_with(key.clone(), || value),
                        &*model.entry(key.clone()).or_insert(value)
                    ),
                    4 => prop_assert_eq!(map.get_mut(name), model.get_mut(name)),
                    _ => for (left, right) in map.values_mut().zip(model.values_mut()) {
                        *left ^= value;
                        *right ^= value;
                    },
                }
                prop_assert_eq!(map.get(name), model.get(name));
                prop_assert_eq!(map.contains_key(name), model.contains_key(name));
                same(&map, &model)?;
            }
            let before = map.clone();
            map.extend(more.iter().cloned());
            let model_before = model.clone();
            model.extend(more);
            same(&map, &model)?;
            prop_assert_eq!(map == before, model == model_before);
            prop_assert_eq!(map.cmp(&before).is_eq(), map == before);
            prop_assert!(map.iter_mut().eq(&mut model));
            prop_assert!(map.into_iter().eq(model));
        }

        #[test]
        fn a_set_is_the_standard_one(first in prop::collection::vec(0_u8..40, 0..40), then in prop::collection::vec(0_u8..40, 0..40)) {
            let mut set: Set<u8> = first.iter().copied().collect();
            let mut model: BTreeSet<u8> = first.iter().copied().collect();
            for &value in &then {
                prop_assert_eq!(set.contains(&value), model.contains(&value));
                prop_assert_eq!(set.insert(value), model.insert(value));
            }
            prop_assert!(set.iter().eq(&model));
            set.retain(|value| value % 3 != 0);
            model.retain(|value| value % 3 != 0);
            set.extend(first.iter().map(|value| value / 2));
            model.extend(first.iter().map(|value| value / 2));
            prop_assert!((&set).into_iter().eq(&model));
            prop_assert_eq!((set.len(), set.is_empty()), (model.len(), model.is_empty()));
            prop_assert_eq!(format!("{set:?}"), format!("{model:?}"));
            prop_assert!(set.into_iter().eq(model));
        }

        #[test]
        fn it_is_read_and_written_as_the_standard_one(pairs in pairs()) {
            let members: Vec<String> = pairs.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            let text = format!("{{{}}}", members.join(","));
            let map: Map<String, u64> = serde_json::from_str(&text).unwrap();
            let model: BTreeMap<String, u64> = serde_json::from_str(&text).unwrap();
            prop_assert!(map.iter().eq(model.iter()));
            prop_assert_eq!(serde_json::to_string(&map).unwrap(), serde_json::to_string(&model).unwrap());
        }
    }
}
