//! The cheapest allowed order of a stage's instructions.
//!
//! After an edit, everything from the first instruction that it touches on runs again. So an order costs, for each
//! instruction, what it takes times the weight of all edits that touch it or anything before it. That sum grows
//! one instruction at a time and depends only on *which* instructions stand before, not on their order: the
//! cheapest way to each set of placed instructions is found from those to smaller sets, and the best order is
//! exact. Among orders of equal cost the one with the fewest files copied twice wins, then the one nearest to the
//! original.

/// A set of instructions or edits, as bits.
pub(super) type Set = u128;

/// An instruction to be placed.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// Milliseconds when it runs again.
    pub(super) cost: u64,
    /// The edits that touch it.
    pub(super) edits: Set,
    /// The edits that touch every RUN behind it: those of a variable.
    pub(super) carried: Set,
    /// Whether it is a RUN, which variables reach.
    pub(super) runs: bool,
    /// The instructions that must stand before it.
    pub(super) after: Set,
    /// COPYs of which it needs some files: either the whole COPY stands before it, or a copy of those files.
    pub(super) splits: Vec<Split>,
}

/// Files of a COPY that an instruction needs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Split {
    /// The COPY.
    pub(super) copy: usize,
    /// Other COPYs that bring the same files: any of them does.
    pub(super) others: Set,
    /// Milliseconds of copying those files alone.
    pub(super) cost: u64,
    /// The edits that touch those files.
    pub(super) edits: Set,
    /// What must stand before a copy of those files.
    pub(super) after: Set,
    /// What must stand before the instruction if the COPY does: a copy of those files does it by itself.
    pub(super) with: Set,
}

/// What an order costs; smaller is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Price {
    /// Milliseconds times weight.
    pub(super) cost: u128,
    /// How many copies of single files were added.
    pub(super) splits: u32,
    /// How many pairs stand the other way round.
    pub(super) swaps: u32,
}

/// An order: indexes of items, each with the splits (indexes into [`Item::splits`]) that stand directly before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) items: Vec<(usize, Vec<usize>)>,
    pub(super) price: Price,
    /// Whether every allowed order was compared.
    pub(super) exact: bool,
}

/// How many sets are followed at each length. RUNs and settings keep their order, so stages of ordinary size have
/// far fewer; beyond that the cheapest ones are followed.
const WIDTH: usize = 512;

#[derive(Clone, Debug)]
struct Way {
    price: Price,
    /// The edits that touch anything placed.
    touched: Set,
    /// The edits that touch the next RUN.
    carried: Set,
    /// The item placed last, with its splits, and the way before it.
    last: (usize, Vec<usize>),
    before: Key,
}

/// The items that are placed, and the edits that touch anything of them. Where a variable stands among the RUNs
/// decides the second, so the first alone would not do.
type Key = (Set, Set);

/// So many items are ordered without looking at what they cost.
const FEW: usize = 8;

impl Item {
    /// Whether its place changes no cost: settings that no edit touches.
    fn is_light(&self) -> bool {
        self.cost == 0 && self.edits == 0 && self.carried == 0 && !self.runs && self.splits.is_empty()
    }
}

/// Finds the cheapest order. `weights` are those of the edits, `start` are edits that touch what the stage stands
/// on. There are at most 128 items and 128 edits; further items keep their places behind the others.
///
/// Of many items those that cost nothing are put in afterwards: each doubles the number of sets, and its place
/// decides only how near the order is to the original.
pub(super) fn cheapest(items: &[Item], weights: &[u64], start: Set) -> Order {
    if items.len() > FEW && items.len() <= 128 && items.iter().any(Item::is_light) {
        let heavy: Vec<usize> = (0..items.len()).filter(|index| !items[*index].is_light()).collect();
        let order = search(&reduced(items, &heavy), weights, start);
        if let Some(items) = merged(items, &heavy, &order) {
            return Order { items, ..order };
        }
    }
    search(items, weights, start)
}

/// The heavy items alone: what must stand before them also through light ones, by their new numbers.
fn reduced(items: &[Item], heavy: &[usize]) -> Vec<Item> {
    // An item stands behind earlier ones only, so one round finds all that it stands behind.
    let mut above: Vec<Set> = Vec::with_capacity(items.len());
    let all = |above: &[Set], set: Set| {
        above
            .iter()
            .enumerate()
            .fold(set, |all, (at, more)| if set >> at & 1 == 1 { all | more } else { all })
    };
    for item in items {
        let set = all(&above, item.after);
        above.push(set);
    }
    let renumbered =
        |set: Set| heavy.iter().enumerate().fold(0, |found, (new, old)| found | (set >> old & 1) << new);
    let item = |&old: &usize| {
        let item = &items[old];
        let split = |split: &Split| {
            let copy = heavy.iter().position(|known| *known == split.copy)?;
            let after = renumbered(all(&above, split.after));
            let with = renumbered(split.with);
            Some(Split { copy, others: renumbered(split.others), after, with, ..*split })
        };
        let splits: Option<Vec<Split>> = item.splits.iter().map(split).collect();
        Some(Item { after: renumbered(above[old]), splits: splits?, ..item.clone() })
    };
    heavy.iter().filter_map(item).collect()
}

/// The order of the heavy items with the light ones among them: what stood earlier goes first. `None` if that does
/// not come out.
fn merged(items: &[Item], heavy: &[usize], order: &Order) -> Option<Vec<(usize, Vec<usize>)>> {
    if order.items.len() != heavy.len() {
        return None;
    }
    let mut light: Vec<usize> = (0..items.len()).filter(|index| items[*index].is_light()).collect();
    let mut placed: Set = 0;
    let mut all = Vec::with_capacity(items.len());
    let mut rest = order.items.iter().peekable();
    while all.len() < items.len() {
        let next = rest.peek().and_then(|(new, splits)| Some((*heavy.get(*new)?, splits)));
        let ready = next.filter(|(index, splits)| {
            let item = &items[*index];
            let mut needs =
                splits.iter().filter_map(|split| item.splits.get(*split)).map(|split| split.after);
            item.after & !placed == 0 && needs.all(|needs| needs & !placed == 0)
        });
        let free = light.iter().position(|index| items[*index].after & !placed == 0);
        let first = free.filter(|at| ready.is_none_or(|(index, _)| light[*at] < index));
        let (index, splits) = match (first, ready) {
            (Some(at), _) => (light.remove(at), Vec::new()),
            (None, Some((index, splits))) => {
                rest.next();
                (index, splits.clone())
            }
            (None, None) => return None,
        };
        placed |= 1 << index;
        all.push((index, splits));
    }
    Some(all)
}

/// The cheapest order by looking at all sets.
fn search(items: &[Item], weights: &[u64], start: Set) -> Order {
    let count = items.len().min(128);
    let mut levels: Vec<Vec<(Key, Way)>> = Vec::with_capacity(count + 1);
    let origin = Way {
        price: Price::default(),
        touched: start,
        carried: 0,
        last: (usize::MAX, Vec::new()),
        before: (0, 0),
    };
    levels.push(vec![((0, start), origin)]);
    let mut exact = true;
    for _ in 0..count {
        let Some(level) = levels.last() else { break };
        let mut next: Vec<(Key, Way)> = Vec::with_capacity(level.len() * 4);
        for &((placed, _), ref way) in level {
            for (index, item) in items.iter().enumerate().take(count) {
                if placed >> index & 1 == 1 || item.after & !placed != 0 {
                    continue;
                }
                let Some(step) = place(way, placed, index, item, weights) else { continue };
                let key = (placed | 1 << index, step.touched);
                next.push((key, step));
            }
        }
        // Of ways to the same end the first of the cheapest.
        let mut best: Vec<(Key, Price, usize)> =
            next.iter().enumerate().map(|(at, (key, way))| (*key, way.price, at)).collect();
        best.sort_unstable();
        best.dedup_by_key(|(key, ..)| *key);
        let mut ways: Vec<Option<Way>> = next.into_iter().map(|(_, way)| Some(way)).collect();
        let mut next: Vec<(Key, Way)> =
            best.into_iter().filter_map(|(key, _, at)| Some((key, ways.get_mut(at)?.take()?))).collect();
        if next.len() > WIDTH {
            exact = false;
            next.sort_by(|(left, one), (right, other)| one.price.cmp(&other.price).then(left.cmp(right)));
            next.truncate(WIDTH);
            next.sort_by_key(|(key, _)| *key);
        }
        levels.push(next);
    }
    trace(&levels, count, items.len(), exact)
}

/// Places an item after the set `placed`; `None` if files that it needs cannot be copied there.
fn place(way: &Way, placed: Set, index: usize, item: &Item, weights: &[u64]) -> Option<Way> {
    let mut price = way.price;
    let mut touched = way.touched;
    let mut splits = Vec::new();
    // COPYs whose files were copied ahead for this item.
    let mut ahead: Set = 0;
    for (number, split) in item.splits.iter().enumerate() {
        if (placed | ahead) & (split.others | 1 << split.copy) != 0 {
            if split.with & !placed != 0 {
                return None;
            }
            continue;
        }
        if split.after & !placed != 0 {
            return None;
        }
        touched |= split.edits;
        price.cost += u128::from(split.cost) * u128::from(weight(touched, weights));
        price.splits += 1;
        splits.push(number);
        ahead |= 1 << split.copy;
    }
    touched |= item.edits;
    if item.runs {
        touched |= way.carried;
    }
    price.cost += u128::from(item.cost) * u128::from(weight(touched, weights));
    // Earlier instructions that are not placed yet will stand behind this one.
    let earlier = !placed & ((1 << index) - 1);
    price.swaps += earlier.count_ones();
    Some(Way {
        price,
        touched,
        carried: way.carried | item.carried,
        last: (index, splits),
        before: (placed, way.touched),
    })
}

fn weight(edits: Set, weights: &[u64]) -> u64 {
    weights
        .iter()
        .enumerate()
        .filter(|(index, _)| *index < 128 && edits >> index & 1 == 1)
        .map(|(_, weight)| *weight)
        .sum()
}

fn trace(levels: &[Vec<(Key, Way)>], count: usize, all: usize, exact: bool) -> Order {
    let mut order = Order { exact: exact && all == count, ..Order::default() };
    let full = levels.last().and_then(|level| level.iter().map(|(_, way)| way).min_by_key(|way| way.price));
    let mut at = full.filter(|_| levels.len() == count + 1);
    order.price = at.map_or_else(Price::default, |way| way.price);
    for level in levels.iter().rev().skip(1) {
        let Some(way) = at else { break };
        order.items.push(way.last.clone());
        let before = level.binary_search_by(|(key, _)| key.cmp(&way.before)).ok();
        at = before.and_then(|place| level.get(place)).map(|(_, way)| way);
    }
    order.items.reverse();
    order.items.extend((count..all).map(|index| (index, Vec::new())));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What an order costs, told step by step; `None` if it is not allowed.
    fn price(items: &[Item], weights: &[u64], order: &[usize]) -> Option<Price> {
        let mut way =
            Way { price: Price::default(), touched: 0, carried: 0, last: (0, Vec::new()), before: (0, 0) };
        let mut placed = 0;
        for &index in order {
            if items[index].after & !placed != 0 {
                return None;
            }
            way = place(&way, placed, index, &items[index], weights)?;
            placed |= 1 << index;
        }
        Some(way.price)
    }

    fn permutations(count: usize) -> Vec<Vec<usize>> {
        if count == 0 {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for shorter in permutations(count - 1) {
            for at in 0..count {
                let mut order = shorter.clone();
                order.insert(at, count - 1);
                all.push(order);
            }
        }
        all
    }

    #[test]
    fn a_copy_sinks_below_what_does_not_need_it() {
        // COPY . . (touched by both edits), RUN that needs one file of it (touched by the second edit).
        let copy = Item { cost: 1, edits: 0b11, ..Item::default() };
        let split = Split { copy: 0, cost: 1, edits: 0b10, ..Split::default() };
        let run = Item { cost: 100, splits: vec![split], ..Item::default() };
        let order = cheapest(&[copy, run], &[9, 1], 0);
        assert_eq!(order.items, [(1, vec![0]), (0, vec![])]);
        assert_eq!(order.price, Price { cost: 1 + 100 + 10, splits: 1, swaps: 1 });
        assert!(order.exact);
    }

    #[test]
    fn equal_orders_stay_as_they_are() {
        let items = vec![Item { cost: 1, edits: 1, ..Item::default() }; 6];
        let order = cheapest(&items, &[1], 0);
        assert_eq!(order.price.swaps, 0);
        assert_eq!(order.items.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn many_free_instructions_stay_within_the_width() {
        let items: Vec<Item> = (0..40)
            .map(|index| Item { cost: 1 + index % 7, edits: 1 << (index % 5), ..Item::default() })
            .collect();
        let order = cheapest(&items, &[5, 4, 3, 2, 1], 0);
        assert_eq!(order.items.len(), 40);
        assert!(!order.exact);
    }

    prop_compose! {
        fn stage()(count in 1_usize..6)(
            costs in proptest::collection::vec(0_u64..50, count),
            edits in proptest::collection::vec(0_u128..8, count),
            after in proptest::collection::vec(0_u128..64, count),
            split in proptest::collection::vec((0_usize..6, 0_u64..3, 0_u128..8), count),
        ) -> Vec<Item> {
            (0..costs.len()).map(|index| {
                let earlier = (1 << index) - 1;
                let (copy, cost, files) = split[index];
                let splits = if copy < index && after[index] >> copy & 1 == 0 {
                    // Something between the two that the copy of the files makes needless.
                    let with = after[index] >> 3 & 1 << (index - 1) & earlier & !(1 << copy);
                    vec![Split { copy, cost, edits: files & edits[copy], with, ..Split::default() }]
                } else { Vec::new() };
                let runs = after[index] & 32 != 0;
                let carried = if after[index] & 16 != 0 { files } else { 0 };
                Item { cost: costs[index], edits: edits[index], carried, runs, after: after[index] & earlier, splits }
            }).collect()
        }
    }

    /// What an order says that the search has found costs, and whether it is allowed.
    fn price_of(items: &[Item], weights: &[u64], order: &Order) -> Option<(u128, u32)> {
        let order: Vec<usize> = order.items.iter().map(|(index, _)| *index).collect();
        price(items, weights, &order).map(|price| (price.cost, price.splits))
    }

    proptest! {
        #[test]
        fn items_without_cost_change_no_price(items in stage(), light in proptest::collection::vec((0_usize..6, 0_u128..256), 4..8), weights in proptest::collection::vec(1_u64..20, 3)) {
            // Settings among the others: each stands behind some earlier ones, and some later ones behind it.
            let mut all = items;
            for (at, after) in light {
                let at = at.min(all.len());
                let earlier: Set = (1 << at) - 1;
                let shifted = |set: Set| set & earlier | (set & !earlier) << 1;
                for (number, item) in all.iter_mut().enumerate() {
                    item.after = shifted(item.after) | if number >= at { after >> (number % 8) & 1 } else { 0 } << at;
                    for split in &mut item.splits {
                        split.copy += usize::from(split.copy >= at);
                        split.after = shifted(split.after);
                    }
                }
                all.insert(at, Item { after: after & earlier, ..Item::default() });
            }
            let (found, exact) = (cheapest(&all, &weights, 0), search(&all, &weights, 0));
            prop_assert!(exact.exact);
            prop_assert_eq!(price_of(&all, &weights, &found), Some((exact.price.cost, exact.price.splits)));
        }

        #[test]
        fn no_allowed_order_is_cheaper(items in stage(), weights in proptest::collection::vec(1_u64..20, 3)) {
            let found = cheapest(&items, &weights, 0);
            let best = permutations(items.len()).iter().filter_map(|order| price(&items, &weights, order)).min();
            prop_assert_eq!(Some(found.price), best);
            let order: Vec<usize> = found.items.iter().map(|(index, _)| *index).collect();
            prop_assert_eq!(price(&items, &weights, &order), best);
        }
    }
}
