//! Which stages a target needs, and whether they stand in a circle.

/// For each stage the stages that it takes something from, in order of first mention: its base, `--from`,
/// `from=`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A list for each stage.
    pub of: Vec<Vec<usize>>,
}

impl Needs {
    /// Of so many stages, none of which needs another yet.
    pub fn new(count: usize) -> Self {
        Self { of: vec![Vec::new(); count] }
    }

    /// Notes that `stage` needs `other`.
    pub fn add(&mut self, stage: usize, other: usize) {
        if self.of.len() <= stage {
            self.of.resize(stage + 1, Vec::new());
        }
        if let Some(list) = self.of.get_mut(stage).filter(|list| !list.contains(&other)) {
            list.push(other);
        }
    }

    /// For each of `count` stages whether `target` needs it; a stage needs itself.
    pub fn reach(&self, target: usize, count: usize) -> Vec<bool> {
        let mut reached = vec![false; count];
        let mut open = vec![target];
        while let Some(stage) = open.pop() {
            if let Some(seen) = reached.get_mut(stage).filter(|seen| !**seen) {
                *seen = true;
                open.extend(self.of.get(stage).into_iter().flatten());
            }
        }
        reached
    }

    /// The first stage from which a walk along the needs comes back to where it has been: what the builder
    /// names when it says `circular dependency detected on stage`.
    pub fn circle(&self) -> Option<usize> {
        let count = self.of.len();
        let (mut seen, mut on_way) = (vec![false; count], vec![false; count]);
        for start in 0..count {
            // Stages on the way from `start`, each with the number of its needs that were followed.
            let mut way: Vec<(usize, usize)> = Vec::new();
            let mut next = Some(start);
            loop {
                match next.filter(|&stage| stage < count) {
                    Some(stage) if on_way[stage] => return Some(start),
                    Some(stage) if !seen[stage] => {
                        (seen[stage], on_way[stage]) = (true, true);
                        way.push((stage, 0));
                    }
                    _ => {}
                }
                let Some((stage, followed)) = way.last_mut() else { break };
                next = self.of[*stage].get(*followed).copied();
                *followed += 1;
                if next.is_none() {
                    on_way[*stage] = false;
                    way.pop();
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(pairs: &[(usize, usize)]) -> Needs {
        let mut needs = Needs::default();
        for &(stage, other) in pairs {
            needs.add(stage, other);
        }
        needs
    }

    #[test]
    fn only_what_the_target_needs_is_reached() {
        let needs = needs(&[(2, 0), (3, 1)]);
        assert_eq!(needs.reach(2, 4), [true, false, true, false]);
        assert_eq!(needs.reach(3, 4), [false, true, false, true]);
        assert_eq!(needs.reach(9, 2), [false, false]);
    }

    #[test]
    fn circles_are_named_after_the_stage_where_the_walk_began() {
        assert_eq!(needs(&[(1, 0), (2, 1), (2, 0)]).circle(), None);
        assert_eq!(needs(&[(0, 0)]).circle(), Some(0));
        assert_eq!(needs(&[(0, 1), (1, 0)]).circle(), Some(0));
        assert_eq!(needs(&[(1, 2), (2, 1)]).circle(), Some(1));
        assert_eq!(needs(&[(0, 1), (0, 2), (1, 3), (2, 3)]).circle(), None);
    }

    #[test]
    fn long_chains_do_not_exhaust_the_stack() {
        let pairs: Vec<(usize, usize)> = (1..20_000).map(|stage| (stage, stage - 1)).collect();
        assert_eq!(needs(&pairs).circle(), None);
    }
}
