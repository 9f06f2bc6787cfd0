//! A persistent ordered map: a clone costs nothing, an insertion copies the path to it. It keeps a daemon cheap
//! to clone, so that a build can be tried at every keystroke without being remembered.

use std::{cmp::Ordering, rc::Rc};

/// A balanced (AVL) tree whose nodes are shared between clones.
#[derive(Clone, Debug)]
pub(super) struct SharedMap<K, V>(Link<K, V>);

type Link<K, V> = Option<Rc<Node<K, V>>>;

#[derive(Clone, Debug)]
struct Node<K, V> {
    key: K,
    value: V,
    height: u8,
    left: Link<K, V>,
    right: Link<K, V>,
}

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Ord + Clone, V: Clone> SharedMap<K, V> {
    /// The value of `key`.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        let mut link = self.0.as_ref();
        while let Some(node) = link {
            link = match key.cmp(&node.key) {
                Ordering::Less => node.left.as_ref(),
                Ordering::Greater => node.right.as_ref(),
                Ordering::Equal => return Some(&node.value),
            };
        }
        None
    }

    /// Sets the value of `key`.
    pub(super) fn insert(&mut self, key: K, value: V) {
        insert(&mut self.0, key, value);
    }
}

fn height<K, V>(link: &Link<K, V>) -> u8 {
    link.as_ref().map_or(0, |node| node.height)
}

// The depth is that of a balanced tree, at most 1.44 times the logarithm of its size.
fn insert<K: Ord + Clone, V: Clone>(link: &mut Link<K, V>, key: K, value: V) {
    let Some(node) = link else {
        *link = Some(Rc::new(Node { key, value, height: 1, left: None, right: None }));
        return;
    };
    let inner = Rc::make_mut(node);
    match key.cmp(&inner.key) {
        Ordering::Less => insert(&mut inner.left, key, value),
        Ordering::Greater => insert(&mut inner.right, key, value),
        Ordering::Equal => {
            inner.value = value;
            return;
        }
    }
    balance(node);
}

fn balance<K: Clone, V: Clone>(node: &mut Rc<Node<K, V>>) {
    let inner = Rc::make_mut(node);
    let (left, right) = (height(&inner.left), height(&inner.right));
    if left > right + 1 {
        if let Some(child) = &mut inner.left
            && height(&child.right) > height(&child.left)
        {
            rotate_left(child);
        }
        rotate_right(node);
    } else if right > left + 1 {
        if let Some(child) = &mut inner.right
            && height(&child.left) > height(&child.right)
        {
            rotate_right(child);
        }
        rotate_left(node);
    } else {
        inner.height = left.max(right) + 1;
    }
}

fn measure<K, V>(node: &mut Node<K, V>) {
    node.height = height(&node.left).max(height(&node.right)) + 1;
}

fn rotate_right<K: Clone, V: Clone>(node: &mut Rc<Node<K, V>>) {
    let inner = Rc::make_mut(node);
    let Some(mut top) = inner.left.take() else { return };
    inner.left = Rc::make_mut(&mut top).right.take();
    measure(inner);
    let below = std::mem::replace(node, top);
    let inner = Rc::make_mut(node);
    inner.right = Some(below);
    measure(inner);
}

fn rotate_left<K: Clone, V: Clone>(node: &mut Rc<Node<K, V>>) {
    let inner = Rc::make_mut(node);
    let Some(mut top) = inner.right.take() else { return };
    inner.right = Rc::make_mut(&mut top).left.take();
    measure(inner);
    let below = std::mem::replace(node, top);
    let inner = Rc::make_mut(node);
    inner.left = Some(below);
    measure(inner);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn check_shape(link: &Link<u16, u16>) -> u8 {
        let Some(node) = link else { return 0 };
        let (left, right) = (check_shape(&node.left), check_shape(&node.right));
        assert!(left.abs_diff(right) <= 1, "out of balance");
        assert_eq!(node.height, left.max(right) + 1);
        node.height
    }

    proptest! {
        #[test]
        fn it_behaves_like_an_ordinary_map(entries in prop::collection::vec((0_u16..300, any::<u16>()), 0..400)) {
            let mut map = SharedMap::default();
            let mut model = BTreeMap::new();
            for (key, value) in entries {
                let (before, model_before) = (map.clone(), model.get(&key).copied());
                map.insert(key, value);
                model.insert(key, value);
                prop_assert_eq!(before.get(&key).copied(), model_before);
            }
            for key in 0..300 {
                prop_assert_eq!(map.get(&key), model.get(&key));
            }
            check_shape(&map.0);
        }
    }
}
