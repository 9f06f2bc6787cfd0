//! Stages that begin alike: BuildKit does their common steps once, and they count as those of the first one. What is
//! known of its instructions holds for the others.

use crate::{
    build::{Stage, Stages},
    builder::Outcome,
    dockerfile::{Command, Dockerfile},
};

/// For each instruction the one whose steps stand for it: mostly itself.
pub(super) struct Twins(Vec<usize>);

impl Twins {
    /// Compares the stages of a file that was built.
    pub(super) fn of(dockerfile: &Dockerfile, stages: &Stages, outcome: &Outcome) -> Self {
        let mut twins: Vec<usize> = (0..dockerfile.instructions.len()).collect();
        let base = |stage: &Stage| match &dockerfile.instructions.get(stage.from)?.command {
            Command::From(from) => Some((&from.image.text, &from.platform)),
            _ => None,
        };
        let text = |index: usize| dockerfile.instructions.get(index).map(|instruction| &instruction.original);
        for (number, stage) in stages.list.iter().enumerate() {
            let earlier = stages.list.iter().take(number).filter(|other| base(other) == base(stage));
            for other in earlier {
                let pairs = stage.instructions.clone().zip(other.instructions.clone());
                for (index, first) in pairs.take_while(|(index, first)| text(*index) == text(*first)) {
                    let own = outcome.steps.iter().any(|step| step.origin == index);
                    let first = twins.get(first).copied();
                    if let (false, Some(twin), Some(first)) = (own, twins.get_mut(index), first)
                        && *twin == index
                    {
                        *twin = first;
                    }
                }
            }
        }
        Self(twins)
    }

    /// The instruction whose steps are those of `index`.
    pub(super) fn first(&self, index: usize) -> usize {
        self.0.get(index).copied().unwrap_or(index)
    }
}
