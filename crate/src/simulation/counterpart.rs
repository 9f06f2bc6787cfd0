//! Finds, for each step of a build, the same step of an earlier build.
//!
//! A person edits the Dockerfile between two builds: steps are inserted, removed, moved, and their texts change.
//! Steps are therefore paired the way a diff pairs lines, stage by stage: first those whose source text is the
//! same, in order; then those that moved; then what stands between the same neighbours and is the same
//! instruction; last those that moved to another stage.

use crate::{builder::Step, dockerfile::Dockerfile, map::Map};

/// The steps of one build with the Dockerfile that they come from.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) dockerfile: &'a Dockerfile,
    pub(crate) steps: &'a [Step],
}

/// The step's text as it stands in the Dockerfile; for a trigger of a base image, the trigger's text.
pub(crate) fn source<'a>(dockerfile: &'a Dockerfile, step: &'a Step) -> &'a str {
    match dockerfile.instructions.get(step.origin) {
        Some(instruction) if !instruction.name().eq_ignore_ascii_case("from") => &instruction.original,
        _ => &step.instruction,
    }
}

impl<'a> Side<'a> {
    fn of_stage(self, stage: usize) -> Vec<usize> {
        (0..self.steps.len())
            .filter(|&at| self.steps.get(at).is_some_and(|step| step.stage == stage))
            .collect()
    }

    fn stages(self) -> Map<usize, &'a str> {
        self.steps.iter().map(|step| (step.stage, step.stage_name.as_str())).collect()
    }

    fn source_at(self, at: usize) -> &'a str {
        self.steps.get(at).map_or("", |step| source(self.dockerfile, step))
    }
}

/// For each step of `new` the index of its counterpart in `old`. No step of `old` is given out twice.
pub(crate) fn pair(old: Side<'_>, new: Side<'_>) -> Vec<Option<usize>> {
    let mut pairs =
        Pairs { old, new, of_new: vec![None; new.steps.len()], taken: vec![false; old.steps.len()] };
    for (new_stage, old_stage) in pair_stages(old, new) {
        let (left, right) = (old.of_stage(old_stage), new.of_stage(new_stage));
        pairs.in_order(&left, &right);
        pairs.moved(&left, &right);
        pairs.edited(&left, &right);
    }
    let all = |side: Side<'_>| (0..side.steps.len()).collect::<Vec<_>>();
    pairs.moved(&all(old), &all(new));
    pairs.of_new
}

/// Which stage of `old` a stage of `new` was: by name, else by what it has in common, else by place.
fn pair_stages(old: Side<'_>, new: Side<'_>) -> Vec<(usize, usize)> {
    let mut free = old.stages();
    let mut pairs = Vec::new();
    let mut nameless = Vec::new();
    for (&stage, &name) in &new.stages() {
        let same =
            free.iter().find(|(_, other)| !name.is_empty() && !name.starts_with("stage-") && **other == name);
        match same.map(|(&at, _)| at) {
            Some(at) => {
                free.remove(&at);
                pairs.push((stage, at));
            }
            None => nameless.push(stage),
        }
    }
    for stage in nameless {
        let here: Vec<&str> = new.of_stage(stage).into_iter().map(|at| new.source_at(at)).collect();
        let best = free
            .keys()
            .map(|&at| {
                let shared =
                    old.of_stage(at).into_iter().filter(|&at| here.contains(&old.source_at(at))).count();
                (shared, at == stage, std::cmp::Reverse(at))
            })
            .max();
        if let Some((shared, same_place, std::cmp::Reverse(at))) = best
            && (shared > 0 || same_place)
        {
            free.remove(&at);
            pairs.push((stage, at));
        }
    }
    pairs
}

struct Pairs<'a> {
    old: Side<'a>,
    new: Side<'a>,
    of_new: Vec<Option<usize>>,
    taken: Vec<bool>,
}

/// A longest common subsequence is looked for only below this number of pairs, since it costs as many steps.
const TABLE: usize = 1 << 20;

impl Pairs<'_> {
    fn join(&mut self, old: usize, new: usize) {
        if let (Some(slot), Some(taken)) = (self.of_new.get_mut(new), self.taken.get_mut(old)) {
            *slot = Some(old);
            *taken = true;
        }
    }

    fn is_free(&self, old: usize) -> bool {
        self.taken.get(old) == Some(&false)
    }

    fn is_alone(&self, new: usize) -> bool {
        self.of_new.get(new) == Some(&None)
    }

    fn equal(&self, old: usize, new: usize) -> bool {
        self.old.source_at(old) == self.new.source_at(new)
    }

    /// Pairs equal steps that stand in the same order: what is common at both ends, then the longest common
    /// subsequence of the rest.
    fn in_order(&mut self, mut old: &[usize], mut new: &[usize]) {
        while let ([first, old_rest @ ..], [other, new_rest @ ..]) = (old, new)
            && self.equal(*first, *other)
        {
            self.join(*first, *other);
            (old, new) = (old_rest, new_rest);
        }
        while let ([old_rest @ .., last], [new_rest @ .., other]) = (old, new)
            && self.equal(*last, *other)
        {
            self.join(*last, *other);
            (old, new) = (old_rest, new_rest);
        }
        if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > TABLE {
            return;
        }
        let width = new.len() + 1;
        // table[i * width + j]: length of the longest common subsequence of old[i..] and new[j..].
        let mut table = vec![0_u32; (old.len() + 1) * width];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                table[i * width + j] = if self.equal(old[i], new[j]) {
                    table[(i + 1) * width + j + 1] + 1
                } else {
                    table[(i + 1) * width + j].max(table[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < old.len() && j < new.len() {
            if self.equal(old[i], new[j]) {
                self.join(old[i], new[j]);
                (i, j) = (i + 1, j + 1);
            } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }

    /// Pairs equal steps that are left, wherever they stand.
    fn moved(&mut self, old: &[usize], new: &[usize]) {
        let mut waiting: Map<&str, Vec<usize>> = Map::new();
        for &at in old.iter().rev().filter(|&&at| self.is_free(at)) {
            waiting.get_or_default(self.old.source_at(at)).push(at);
        }
        for &at in new {
            if self.is_alone(at)
                && let Some(found) = waiting.get_mut(self.new.source_at(at)).and_then(Vec::pop)
            {
                self.join(found, at);
            }
        }
    }

    /// Pairs what is left between the same neighbours: instructions of one kind, the most alike first.
    fn edited(&mut self, old: &[usize], new: &[usize]) {
        let mut start = 0;
        while start < new.len() {
            let gap = new[start..].iter().take_while(|&&at| self.is_alone(at)).count();
            if gap == 0 {
                start += 1;
                continue;
            }
            let place = |at: Option<usize>| at.and_then(|at| old.iter().position(|&other| other == at));
            let before = start.checked_sub(1).and_then(|at| self.of_new[new[at]]);
            let after = new.get(start + gap).and_then(|&at| self.of_new[at]);
            let from = place(before).map_or(0, |at| at + 1);
            // A neighbour that moved up says nothing of where the gap ends.
            let to = place(after).filter(|&at| at >= from).unwrap_or(old.len());
            let free: Vec<usize> = old[from..to].iter().copied().filter(|&at| self.is_free(at)).collect();
            self.alike(&free, &new[start..start + gap]);
            start += gap;
        }
    }

    fn alike(&mut self, old: &[usize], new: &[usize]) {
        let mut scores = Vec::new();
        for &left in old.iter().take(64) {
            for &right in new.iter().take(64) {
                let (before, after) = (self.old.source_at(left), self.new.source_at(right));
                if kind(before).eq_ignore_ascii_case(kind(after)) {
                    let gap_apart = left.abs_diff(right);
                    scores.push((likeness(before, after), std::cmp::Reverse(gap_apart), left, right));
                }
            }
        }
        scores.sort_unstable();
        // As many of a kind as before: each is an edit of one of them. Otherwise some are new, and those that
        // have little in common stay alone.
        let same_number = old.len() == new.len();
        for (score, _, left, right) in scores.into_iter().rev() {
            if self.is_free(left) && self.is_alone(right) && (same_number || score >= 300) {
                self.join(left, right);
            }
        }
    }
}

fn kind(source: &str) -> &str {
    source.split_ascii_whitespace().next().unwrap_or("")
}

/// How much two texts have in common at their ends, per thousand of the longer one.
fn likeness(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let head = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let tail = left[head..].iter().rev().zip(right[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (head + tail) * 1000 / left.len().max(right.len()).max(1)
}
