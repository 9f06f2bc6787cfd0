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
        // Behind a step whose effects are not known, a file may be another one, or be there after all.
        let mut unknown = false;
        for effect in self.above.iter().rev() {
            let found = match &effect.what {
                What::Copy(brought) => brought.find(path),
                What::Run(survey) => {
                    unknown |= survey.opaque.is_some();
                    let known = survey.texts.iter().find(|(known, _)| known == path);
                    let covered = survey.writes.iter().any(|region| region.covers(path));
                    known
                        .map(|(_, text)| Found::Text(text.clone()))
                        .or_else(|| covered.then_some(Found::Made))
                }
                What::Unknown => Some(Found::Made),
                What::Folder(_) | What::Config => None,
            };
            match found {
                None => {}
                Some(_) if unknown => return Found::Made,
                Some(Found::Folder(names)) => return Found::Folder(self.names(path).unwrap_or(names)),
                Some(found) => return found,
            }
        }
        // A folder may be there because of what is copied into it.
        match self.names(path) {
            Some(names) if names.is_empty() && unknown => Found::Perhaps,
            Some(names) if names.is_empty() => Found::Absent,
            Some(_) if unknown => Found::Made,
            Some(names) => Found::Folder(names),
            None => Found::Made,
        }
    }

    fn brought(&self, folder: &str) -> Option<Vec<String>> {
        self.names(folder)
    }
}

impl Overlay<'_> {
    /// The names that all copies together bring into a folder; `None` if that is not certain.
    fn names(&self, folder: &str) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for effect in &self.above {
            match &effect.what {
                What::Copy(brought) => names.extend(brought.names(folder)?),
                What::Unknown => return None,
                What::Run(_) | What::Folder(_) | What::Config => {}
            }
        }
        names.sort();
        names.dedup();
        Some(names)
    }
}
