//! What stands at a path of the image before an instruction, told from the instructions above it.

use crate::tool::{Files, Found};

use super::effect::{Effect, What};

/// The image before an instruction: the effects above it, the nearest first to be asked.
pub(super) struct Overlay<'a> {
    /// Effects of the stages that this one stands on and of its own instructions so far, in order.
    pub(super) above: Vec<&'a Effect>,
}

impl Files for Overlay<'_> {
    fn find(&self, path: &str) -> Found {
        for effect in self.above.iter().rev() {
            match &effect.what {
                What::Copy(brought) => {
                    if let Some(found) = brought.find(path) {
                        return found;
                    }
                }
                What::Run(survey) => {
                    if survey.opaque.is_some() || survey.writes.iter().any(|region| region.covers(path)) {
                        return Found::Made;
                    }
                }
                What::Unknown => return Found::Made,
                What::Folder(_) | What::Config => {}
            }
        }
        Found::Absent
    }
}
