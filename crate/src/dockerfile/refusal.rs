//! Which of several mistakes the builder names. It reads the file several times: all lines first, then what each
//! instruction says; the first mistake of the first reading that finds one is the only one that it reports.

use super::Dockerfile;
use crate::diagnostic::Diagnostic;

/// The builder's reading that finds a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Lines: directives, continuations, here-documents, arguments of ENV, LABEL and JSON arrays. The message
    /// stands alone (the classic builder writes `failed to parse Dockerfile: ` before it).
    Lines,
    /// Instructions: their flags and arguments. The builder writes `dockerfile parse error on line N: ` before
    /// the message.
    Instructions,
    /// Stages: what stands before the first FROM. The message stands alone.
    Stages,
}

/// The first mistake of each phase, as indexes into the diagnostics.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    lines: Option<usize>,
    later: Option<(Phase, usize)>,
}

impl Refusal {
    pub(super) fn note(&mut self, phase: Phase, index: usize) {
        // Instructions and stages are one pass over the file.
        if phase == Phase::Lines {
            self.lines.get_or_insert(index);
        } else {
            self.later.get_or_insert((phase, index));
        }
    }

    /// Forgets what was noted: the next mistake comes before it.
    pub(super) fn come_first(&mut self) {
        *self = Self::default();
    }

    pub(super) fn is_none(&self) -> bool {
        self.lines.is_none() && self.later.is_none()
    }

    pub(super) fn first(&self) -> Option<(Phase, usize)> {
        self.lines.map(|index| (Phase::Lines, index)).or(self.later)
    }
}

impl Dockerfile {
    /// The mistake for which the builder refuses the file, if there is one. Mistakes that it only finds while it
    /// builds a stage are not among them.
    pub fn refusal(&self) -> Option<&Diagnostic> {
        self.diagnostics.get(self.refusal?.1)
    }

    /// The reading in which the builder finds the mistake of [`Dockerfile::refusal`].
    pub fn refusal_phase(&self) -> Option<Phase> {
        self.refusal.map(|(phase, _)| phase)
    }

    /// What BuildKit says when it refuses the file:
    /// `dockerfile parse error on line 2: unknown instruction: CPOY (did you mean COPY?)`.
    pub fn refusal_text(&self) -> Option<String> {
        let diagnostic = self.refusal()?;
        Some(match self.refusal_phase()? {
            Phase::Instructions => {
                let line = diagnostic.line.to_string();
                ["dockerfile parse error on line ", &line, ": ", &diagnostic.message].concat()
            }
            Phase::Lines | Phase::Stages => diagnostic.message.clone(),
        })
    }
}
