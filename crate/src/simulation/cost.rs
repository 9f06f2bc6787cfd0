//! What steps take: the scenario's own numbers where it has some, else rules of thumb for the commands.

use std::borrow::Cow;

use crate::{
    builder::{Builder, Status, Step},
    dockerfile::{Command, Dockerfile, Instruction, instruction::Form, parse_trigger},
    tool::{self, Distribution, Estimate, Left, Script, Setting},
};

use super::{
    counterpart::source,
    state::State,
    timeline::{Cost, CostSource, Emptied, Mount},
};

/// What each step takes, with its cache mounts; parallel to `steps`.
pub(crate) fn costs(state: &State, steps: &[Step]) -> Vec<(Cost, Vec<Mount>)> {
    let mut left: Vec<Left> = Vec::with_capacity(steps.len());
    let mut out = Vec::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate() {
        let before = step.parent.or_else(|| {
            let above = at.checked_sub(1)?;
            steps.get(above).is_some_and(|other| other.stage == step.stage).then_some(above)
        });
        let estimate = estimated(state, step, before.and_then(|at| left.get(at)).unwrap_or(Left::NOTHING));
        out.push(cost(state, step, &estimate));
        left.push(estimate.left);
    }
    out
}

fn cost(state: &State, step: &Step, estimate: &Estimate) -> (Cost, Vec<Mount>) {
    let mounts: Vec<Mount> = step
        .cache_mounts
        .iter()
        .enumerate()
        .map(|(index, mount)| Mount {
            target: mount.target.clone(),
            id: mount.id.clone(),
            sharing: mount.sharing.clone(),
            warm: mount.warm,
            emptied: estimate.emptied.contains(&index).then_some(Emptied::DockerClean),
        })
        .collect();
    let (cold, warm, source) =
        if let Some(milliseconds) = set(state, &[&step.instruction, source(&state.dockerfile, step)]) {
            (milliseconds, milliseconds, CostSource::Set)
        } else if let Some(cold) = unmounted(state, step) {
            // What was measured without the mounts is what it takes with nothing in them.
            let warm = u128::from(cold) * u128::from(estimate.warm) / u128::from(estimate.cold.max(1));
            (cold, u64::try_from(warm).unwrap_or(cold).min(cold), CostSource::Set)
        } else {
            (estimate.cold, estimate.warm, CostSource::Default)
        };
    let runs = matches!(step.status, Status::Executed | Status::Depends | Status::Failed);
    let filled = !mounts.is_empty() && mounts.iter().all(|mount| mount.warm);
    let now = match (runs, filled) {
        (false, _) => 0,
        (true, true) => warm,
        (true, false) => cold,
    };
    (Cost { now, cold, warm, source }, mounts)
}

/// The scenario's number for a step, in milliseconds, by its text as printed or as it stands in the file.
fn set(state: &State, texts: &[&str]) -> Option<u64> {
    let costs = &state.settings.costs;
    texts.iter().find_map(|text| costs.get(*text)).map(|seconds| milliseconds(*seconds))
}

#[expect(clippy::cast_sign_loss, reason = "it saturates: less than nothing and what is no number become 0")]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0 + 0.5) as u64
}

/// The scenario's number for the same RUN without cache mounts and with what goes when it gets them.
fn unmounted(state: &State, step: &Step) -> Option<u64> {
    let costs = &state.settings.costs;
    if step.cache_mounts.is_empty() || costs.is_empty() {
        return None;
    }
    let own = tool::essence(&step.instruction);
    let same = costs.iter().find(|(text, _)| tool::essence(text) == own);
    same.map(|(_, seconds)| milliseconds(*seconds))
}

/// The estimate for a step; `left` is what it finds.
fn estimated(state: &State, step: &Step, left: &Left) -> Estimate {
    let plain = |milliseconds| Estimate {
        cold: milliseconds,
        warm: milliseconds,
        emptied: Vec::new(),
        left: left.clone(),
    };
    let Some(instruction) = instruction(&state.dockerfile, step) else { return plain(0) };
    let run = match &instruction.command {
        Command::Run(run) => run,
        Command::Copy(_) | Command::Add(_) => return plain(tool::cost::COPY),
        Command::Workdir(_) => return plain(tool::cost::WORKDIR),
        Command::From(_) | Command::Arg(_) | Command::Invalid => return plain(0),
        // The classic builder makes a container and an image for each of the others, too.
        _ if state.settings.builder == Builder::Legacy => return plain(tool::cost::WORKDIR),
        _ => return plain(0),
    };
    let text = script_text(&instruction);
    let script = match &run.form {
        Form::Exec(words) => Script::Exec(words),
        Form::Shell(_) if is_one_heredoc(&instruction) || instruction.heredocs.is_empty() => {
            Script::Shell(&text)
        }
        Form::Shell(_) => Script::Heredocs(&text),
    };
    let inside = &step.ingredients;
    let env: Vec<(String, String)> =
        inside.env.iter().map(|variable| (variable.name.clone(), variable.value.clone())).collect();
    let caches: Vec<String> = step.cache_mounts.iter().map(|mount| mount.target.clone()).collect();
    let setting = Setting {
        env: &env,
        env_complete: false,
        workdir: inside.workdir.as_deref().filter(|folder| !folder.is_empty()).unwrap_or("/"),
        user: inside.user.as_deref().unwrap_or(""),
        shell: inside.shell.as_deref().unwrap_or(&[]),
        distribution: distribution(state, step),
        caches: &caches,
        left,
    };
    tool::estimate(script, &setting)
}

/// The instruction that a step comes from; a trigger of a base image is read again.
fn instruction<'a>(dockerfile: &'a Dockerfile, step: &Step) -> Option<Cow<'a, Instruction>> {
    let instruction = dockerfile.instructions.get(step.origin)?;
    if !matches!(instruction.command, Command::From(_)) {
        return Some(Cow::Borrowed(instruction));
    }
    let text = step.instruction.trim_start();
    let text = text.strip_prefix("ONBUILD ").unwrap_or(text);
    if text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from ")) {
        return Some(Cow::Borrowed(instruction));
    }
    parse_trigger(text, dockerfile.escape).ok().map(Cow::Owned)
}

/// Whether the whole RUN is one heredoc, so that its body is the script.
fn is_one_heredoc(instruction: &Instruction) -> bool {
    instruction.heredocs.len() == 1 && !instruction.text().trim().contains([' ', '\t'])
}

/// What the shell gets to read: the text, and the bodies of heredocs that it opens.
fn script_text(instruction: &Instruction) -> Cow<'_, str> {
    match instruction.heredocs.as_slice() {
        [] => Cow::Borrowed(instruction.text()),
        [only] if is_one_heredoc(instruction) => Cow::Borrowed(&only.body),
        several => {
            let mut text = instruction.text().to_owned();
            for heredoc in several {
                text.push('\n');
                text.push_str(&heredoc.body);
                text.push_str(&heredoc.name);
            }
            Cow::Owned(text)
        }
    }
}

/// The distribution of the image that the step's stage stands on.
fn distribution(state: &State, step: &Step) -> Option<Distribution> {
    let stages: Vec<&crate::dockerfile::instruction::From> = state
        .dockerfile
        .instructions
        .iter()
        .filter_map(|instruction| match &instruction.command {
            Command::From(from) => Some(from),
            _ => None,
        })
        .collect();
    let mut stage = step.stage;
    // Each round goes to an earlier stage.
    loop {
        let reference = stages.get(stage)?.image.text.as_str();
        let earlier = stages.iter().take(stage).rposition(|other| {
            other.alias.as_ref().is_some_and(|alias| alias.text.eq_ignore_ascii_case(reference))
        });
        let Some(at) = earlier else {
            let given = state.base_images.get(reference).and_then(|image| image.distribution.as_deref());
            return tool::distribution(reference, given);
        };
        stage = at;
    }
}
