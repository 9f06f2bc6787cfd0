//! Why a step is executed: the first difference between what its key is made of and what that of the same step
//! was made of in an earlier build, followed back to where it began.

use crate::builder::{Builder, Ingredients, SelectedFiles, Status, Step, Variable, VariableSource};

use super::{
    change::{LISTED, changes},
    counterpart::{Side, pair, source},
    history::Done,
    state::State,
    timeline::{Cause, Setting, Source},
};

/// How many builds are looked back for a step that the build before does not have.
const LOOK_BACK: usize = 20;

/// The causes of one build's steps.
pub(crate) struct Causes {
    /// Parallel to the steps: why each one is executed, for those that are.
    pub(crate) of: Vec<Option<Cause>>,
    /// Parallel to the steps: the same step of the build before.
    pub(crate) before: Vec<Option<usize>>,
}

/// Finds the causes for the steps of a build of `state`, which comes after the builds `done`.
pub(crate) fn causes(done: &[Done], state: &State, steps: &[Step]) -> Causes {
    let new = Side { dockerfile: &state.dockerfile, steps };
    let pairs_with = |earlier: &Done| {
        pair(Side { dockerfile: &earlier.state.dockerfile, steps: &earlier.outcome.steps }, new)
    };
    let before = done.last().map_or_else(|| vec![None; steps.len()], pairs_with);
    let mut older: Vec<Option<Vec<Option<usize>>>> = vec![None; LOOK_BACK];
    let mut of = Vec::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate() {
        if !matches!(step.status, Status::Executed | Status::Depends | Status::Failed) {
            of.push(None);
            continue;
        }
        let mut found = None;
        for (back, earlier) in done.iter().rev().enumerate().take(LOOK_BACK) {
            let partner = if back == 0 {
                before.get(at).copied().flatten()
            } else {
                let Some(slot) = older.get_mut(back) else { break };
                slot.get_or_insert_with(|| pairs_with(earlier)).get(at).copied().flatten()
            };
            // What failed or was not reached left nothing in the cache that could have been hit.
            if let Some(partner) = partner.and_then(|at| earlier.outcome.steps.get(at))
                && matches!(partner.status, Status::Cached | Status::Executed | Status::Depends)
            {
                found = Some((earlier, partner));
                break;
            }
        }
        of.push(Some(match found {
            Some((earlier, partner)) => Comparison { earlier, state, steps, partner, step }.cause(),
            None if done.iter().any(has_results) => rerun_parent(steps, step).unwrap_or(Cause::NewStep),
            None => Cause::FirstBuild,
        }));
    }
    trace(steps, &mut of);
    Causes { of, before }
}

fn has_results(done: &Done) -> bool {
    done.outcome.steps.iter().any(|step| matches!(step.status, Status::Cached | Status::Executed))
}

/// Whether what stands on the step cannot be taken from the cache because of it.
fn ran(step: &Step) -> bool {
    let ran = |status| matches!(status, Status::Executed | Status::Depends | Status::Failed);
    ran(step.status) || step.merge.is_some_and(ran)
}

fn rerun_parent(steps: &[Step], step: &Step) -> Option<Cause> {
    let parent = step.parent.filter(|&at| steps.get(at).is_some_and(ran))?;
    Some(Cause::Parent { step: parent, root: parent })
}

/// Puts the step where it began into the causes that point to another step.
fn trace(steps: &[Step], causes: &mut [Option<Cause>]) {
    let next = |causes: &[Option<Cause>], at: usize| match causes.get(at) {
        Some(Some(Cause::Parent { step, .. } | Cause::Output { step, .. })) => Some(*step),
        Some(Some(_)) | None => None,
        // A linked copy that was a hit, put on top of something that was not.
        Some(None) => steps.get(at)?.parent.filter(|&parent| steps.get(parent).is_some_and(ran)),
    };
    let roots: Vec<usize> = (0..causes.len())
        .map(|start| {
            let mut at = start;
            // Steps stand on steps of the same list without cycles; the bound only makes that plain.
            for _ in 0..steps.len() {
                match next(causes, at) {
                    Some(step) => at = step,
                    None => break,
                }
            }
            at
        })
        .collect();
    for (cause, found) in causes.iter_mut().zip(roots) {
        if let Some(Cause::Parent { root, .. } | Cause::Output { root, .. }) = cause {
            *root = found;
        }
    }
}

/// A step beside its counterpart of an earlier build.
struct Comparison<'a> {
    earlier: &'a Done,
    state: &'a State,
    steps: &'a [Step],
    partner: &'a Step,
    step: &'a Step,
}

impl Comparison<'_> {
    fn cause(&self) -> Cause {
        let (old, new) = (&self.partner.ingredients, &self.step.ingredients);
        // Every instruction is a step of the classic builder's: what sets a variable or a user ran again itself,
        // and the chain leads there. BuildKit has no such step, so the variable is told.
        let classic = self.state.settings.builder == Builder::Legacy;
        let inherits = classic && rerun_parent(self.steps, self.step).is_some();
        self.base(old, new)
            .or_else(|| self.text(old, new))
            .or_else(|| options(old, new))
            .or_else(|| if inherits { None } else { environment(&old.env, &new.env) })
            .or_else(|| if inherits { None } else { settings(old, new) })
            .or_else(|| self.files(old, new))
            .or_else(|| new.never.map(|rule| Cause::Never { rule }))
            .or_else(|| rerun_parent(self.steps, self.step))
            .or_else(|| self.output())
            .unwrap_or(Cause::NewStep)
    }

    /// Another base image. Not told if the layers are the same and something else differs too: BuildKit then
    /// finds what stands on the old image under the new one.
    fn base(&self, old: &Ingredients, new: &Ingredients) -> Option<Cause> {
        let (Some((old_reference, old_digest)), Some((reference, digest))) = (&old.base, &new.base) else {
            return None;
        };
        if old_digest == digest {
            return None;
        }
        let layers = |state: &State, reference: &str| {
            state.base_images.get(reference).and_then(|image| image.diff_ids.clone())
        };
        let old_layers = layers(&self.earlier.state, old_reference);
        if !same_but_base(old, new) && old_layers.is_some() && old_layers == layers(self.state, reference) {
            return None;
        }
        let known = |digest: &String| (!digest.is_empty()).then(|| digest.clone());
        Some(Cause::BaseImage {
            reference: reference.clone(),
            before: known(old_digest),
            after: known(digest),
        })
    }

    fn text(&self, old: &Ingredients, new: &Ingredients) -> Option<Cause> {
        if old.text == new.text {
            return None;
        }
        let before = source(&self.earlier.state.dockerfile, self.partner);
        let after = source(&self.state.dockerfile, self.step);
        Some(if before != after {
            Cause::Instruction { before: before.into(), after: after.into() }
        } else if self.partner.instruction != self.step.instruction {
            Cause::Instruction {
                before: self.partner.instruction.clone(),
                after: self.step.instruction.clone(),
            }
        } else {
            Cause::Instruction { before: old.text.clone(), after: new.text.clone() }
        })
    }

    fn files(&self, old: &Ingredients, new: &Ingredients) -> Option<Cause> {
        let number = old.files.len().max(new.files.len());
        (0..number).find_map(|at| match (old.files.get(at), new.files.get(at)) {
            (Some(before), Some(after)) => self.selection(before, after),
            (None, Some(after)) => after.digest.as_ref().map(|_| nothing_known(after)),
            (Some(before), None) => Some(nothing_known(before)),
            (None, None) => None,
        })
    }

    fn selection(&self, before: &SelectedFiles, after: &SelectedFiles) -> Option<Cause> {
        if before.digest == after.digest || after.digest.is_none() || before.digest.is_none() {
            return None;
        }
        let mut list = changes(before, after, &self.earlier.state.context, &self.state.context);
        let total = list.len();
        list.truncate(LISTED);
        Some(Cause::Files { from: after.from.clone(), changes: list, total })
    }

    /// Files that only a real run produces decide: names the first step of another stage that ran.
    fn output(&self) -> Option<Cause> {
        let unknown = self.step.ingredients.files.iter().any(|files| files.digest.is_none());
        if !unknown && self.step.status != Status::Depends {
            return None;
        }
        let ran = |at: &&usize| self.steps.get(**at).is_some_and(ran);
        let step = *self.step.inputs.iter().find(ran).or_else(|| self.step.inputs.first())?;
        Some(Cause::Output { step, root: step })
    }
}

/// Whether two keys differ by the base image at most.
fn same_but_base(old: &Ingredients, new: &Ingredients) -> bool {
    let Ingredients { base: _, text, options, env, workdir, user, shell, platform, files, never } = old;
    *text == new.text
        && *options == new.options
        && *env == new.env
        && *workdir == new.workdir
        && *user == new.user
        && *shell == new.shell
        && *platform == new.platform
        && *files == new.files
        && *never == new.never
}

fn nothing_known(files: &SelectedFiles) -> Cause {
    Cause::Files { from: files.from.clone(), changes: Vec::new(), total: 0 }
}

fn options(old: &Ingredients, new: &Ingredients) -> Option<Cause> {
    if old.options == new.options {
        return None;
    }
    let gone = old.options.iter().find(|option| !new.options.contains(option));
    let come = new.options.iter().find(|option| !old.options.contains(option));
    // The same options in another order: told by the first that moved.
    let moved = || old.options.iter().zip(&new.options).find(|(before, after)| before != after);
    let (before, after) = match (gone, come) {
        (None, None) => moved().map_or((None, None), |(before, after)| (Some(before), Some(after))),
        found => found,
    };
    Some(Cause::Setting { what: Setting::Option, before: before.cloned(), after: after.cloned() })
}

fn settings(old: &Ingredients, new: &Ingredients) -> Option<Cause> {
    let joined = |shell: &Option<Vec<String>>| shell.as_ref().map(|words| words.join(" "));
    let pairs = [
        (Setting::Workdir, old.workdir.clone(), new.workdir.clone()),
        (Setting::User, old.user.clone(), new.user.clone()),
        (Setting::Shell, joined(&old.shell), joined(&new.shell)),
        (Setting::Platform, old.platform.clone(), new.platform.clone()),
    ];
    pairs.into_iter().find(|(_, before, after)| before != after).map(|(what, before, after)| Cause::Setting {
        what,
        before,
        after,
    })
}

fn environment(old: &[Variable], new: &[Variable]) -> Option<Cause> {
    // Where two lists say a name twice, the last one counts, as in a shell.
    let value = |list: &[Variable], name: &str| {
        list.iter().rev().find(|variable| variable.name == name).map(|variable| variable.value.clone())
    };
    let told = |variable: &Variable| {
        let (source, line) = origin(variable.source);
        Cause::Environment {
            name: variable.name.clone(),
            before: value(old, &variable.name),
            after: value(new, &variable.name),
            source,
            line,
        }
    };
    let changed = new.iter().find(|variable| value(old, &variable.name) != value(new, &variable.name));
    let gone = || old.iter().find(|variable| value(new, &variable.name).is_none());
    if let Some(variable) = changed.or_else(gone) {
        return Some(told(variable));
    }
    let names = |list: &[Variable]| list.iter().map(|variable| variable.name.clone()).collect::<Vec<_>>();
    let (before, after) = (names(old), names(new));
    (before != after).then_some(Cause::EnvironmentOrder { before, after })
}

fn origin(source: VariableSource) -> (Source, Option<u32>) {
    let at = |line: u32| (line > 0).then_some(line);
    match source {
        VariableSource::BaseImage => (Source::BaseImage, None),
        VariableSource::Env(line) => (Source::Env, at(line)),
        VariableSource::Arg(line) => (Source::Arg, at(line)),
        VariableSource::BuildArg(line) => (Source::BuildArg, at(line)),
        VariableSource::Builder => (Source::Builder, None),
    }
}
