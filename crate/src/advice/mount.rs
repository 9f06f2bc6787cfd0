//! Cache mounts for what programs download: the step runs again as before, but finds its downloads.
//!
//! Where a program left its downloads in the image, the image changes: what lay in the mounted folders is no longer
//! in it, so a person should look. Where it was kept from leaving any, as pip is by `--no-cache-dir`, the image stays
//! the same and the move is safe. Everything that would keep the mount from helping is changed with it, within the RUN:
//! pip's switches, Debian's `docker-clean`, commands that delete the downloads at the end.

use crate::{
    builder::Builder,
    dockerfile::{
        Command, Instruction,
        instruction::{Form, Run},
    },
    text::{Span, TextEdit},
    tool::{self, Distribution, Downloads, Off, Script, shell::normal},
};

use super::{
    edit::line_end,
    effect::{script, with_setting},
    script::{before_script, mounted, without_command, without_option},
    site::Site,
    stage::Ground,
};

/// A cache mount that would help.
pub(super) struct Offer {
    /// The RUNs' indexes; the first is never missing.
    pub(super) index: usize,
    pub(super) others: Vec<usize>,
    pub(super) edits: Vec<TextEdit>,
    /// Folders that are mounted.
    pub(super) targets: Vec<String>,
    pub(super) programs: Vec<String>,
    /// Programs with the folders in which they keep downloads.
    pub(super) folders: Vec<(String, String)>,
    /// What else is changed.
    pub(super) also: Vec<Also>,
    /// Whether the image stays the same.
    pub(super) same_image: bool,
}

/// A change that goes with a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Also {
    /// An option is removed.
    Option(&'static str),
    /// A variable is unset for the RUN.
    Variable(&'static str),
    /// `docker-clean` is removed.
    Clean,
    /// Commands that delete the downloads are removed.
    Delete(String),
    /// Mounts that are there become locked.
    Locked,
    /// The syntax directive is raised.
    Syntax,
}

/// Looks for mounts that would help the RUNs of a stage. `kept` receives what keeps one from being offered.
pub(super) fn offers(ground: &Ground<'_>, number: usize, kept: &mut Vec<(usize, String)>) -> Vec<Offer> {
    let mut out = Vec::new();
    let Some(stage) = ground.stages.list.get(number) else { return out };
    if ground.state.settings.builder != Builder::Buildkit {
        return out;
    }
    let mut keeps = false;
    for index in stage.instructions.clone() {
        let Some(instruction) = ground.state.dockerfile.instructions.get(index) else { continue };
        let (Command::Run(run), Some(Some(site))) = (&instruction.command, ground.sites.before.get(index))
        else {
            continue;
        };
        let (script, _) = script(instruction, run);
        match offer(ground, index, instruction, run, site, keeps) {
            Ok(Some(offer)) => add(&mut out, offer),
            Ok(None) => {}
            Err(reason) => kept.push((index, reason)),
        }
        keeps |= with_setting(site, &[], |setting| tool::keeps_packages(script, setting));
    }
    out
}

/// RUNs of a stage that run the same programs get their mounts in one move.
fn add(offers: &mut Vec<Offer>, new: Offer) {
    let Some(known) =
        offers.iter_mut().find(|known| known.programs == new.programs && known.same_image == new.same_image)
    else {
        offers.push(new);
        return;
    };
    known.others.push(new.index);
    for edit in new.edits {
        if !known.edits.contains(&edit) {
            known.edits.push(edit);
        }
    }
    known.edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let targets =
        new.targets.into_iter().filter(|target| !known.targets.contains(target)).collect::<Vec<_>>();
    known.targets.extend(targets);
    let folders =
        new.folders.into_iter().filter(|folder| !known.folders.contains(folder)).collect::<Vec<_>>();
    known.folders.extend(folders);
    let also = new.also.into_iter().filter(|also| !known.also.contains(also)).collect::<Vec<_>>();
    known.also.extend(also);
}

fn offer(
    ground: &Ground<'_>,
    index: usize,
    instruction: &Instruction,
    run: &Run,
    site: &Site,
    keeps: bool,
) -> Result<Option<Offer>, String> {
    if matches!(run.form, Form::Exec(_)) || instruction.heredocs.len() > 1 {
        return Ok(None);
    }
    let (script, _) = script(instruction, run);
    let downloads = with_setting(site, &[], |setting| tool::downloads(script, setting));
    if downloads.is_empty() {
        return Ok(None);
    }
    let dockerfile = &*ground.state.dockerfile;
    let mut out = Offer {
        index,
        others: Vec::new(),
        edits: Vec::new(),
        targets: Vec::new(),
        programs: Vec::new(),
        folders: Vec::new(),
        also: Vec::new(),
        same_image: leaves_nothing(site, script, &downloads),
    };
    let mut first: Vec<String> = Vec::new();
    let mut flags = Vec::new();
    for Downloads { program, cache } in &downloads {
        out.folders.push((program.clone(), cache.target.clone()));
        if !out.programs.contains(program) {
            out.programs.push(program.clone());
        }
        for off in &cache.off {
            match off {
                Off::Option(name) => {
                    out.edits.extend(without_option(instruction, &dockerfile.text, name));
                    out.also.push(Also::Option(name));
                }
                Off::Variable(name) => {
                    let command = ["unset ", name].concat();
                    if !first.contains(&command) {
                        first.push(command);
                    }
                    out.also.push(Also::Variable(name));
                }
            }
        }
        let covering = run.mounts.iter().find(|mount| {
            let target = field(mount, "target").and_then(|target| site.absolute(target));
            field(mount, "type") == Some("cache")
                && target
                    .is_some_and(|target| super::brought::inside(&cache.target, &normal(&target)).is_some())
        });
        match covering {
            Some(mount) if cache.locked && field(mount, "sharing").is_none() => {
                out.edits.push(TextEdit {
                    span: Span::new(mount.span.end, mount.span.end),
                    text: ",sharing=locked".to_owned(),
                });
                out.also.push(Also::Locked);
            }
            Some(_) => {}
            None => {
                flags.push(flag(cache, site)?);
                out.targets.push(cache.target.clone());
            }
        }
    }
    let debian =
        !matches!(site.distribution, Some(Distribution::Alpine | Distribution::Fedora | Distribution::Other));
    if downloads.iter().any(|download| download.cache.cleaned) {
        let itself = with_setting(site, &[], |setting| tool::keeps_packages(script, setting));
        if debian && !keeps && !itself {
            first.push(tool::UNCLEAN.to_owned());
            out.also.push(Also::Clean);
        }
        for command in tool::APT_CLEANING {
            if let Some(edit) = without_command(instruction, &dockerfile.text, dockerfile.escape, command) {
                out.edits.push(edit);
                out.also.push(Also::Delete(command.to_owned()));
            }
        }
    }
    // Commands that empty what a program keeps.
    for (program, command) in tool::CLEANING {
        if out.programs.iter().any(|known| known == program)
            && let Some(edit) = without_command(instruction, &dockerfile.text, dockerfile.escape, command)
        {
            out.edits.push(edit);
            out.also.push(Also::Delete(command.to_owned()));
        }
    }
    let end = line_end(dockerfile, instruction);
    for command in first {
        out.edits.push(before_script(instruction, &dockerfile.text, dockerfile.escape, end, &command));
    }
    if !flags.is_empty() {
        // Flags stand before what else is put in front of the script.
        let edit = mounted(instruction, &dockerfile.text, dockerfile.escape, end, &flags);
        out.edits.insert(0, edit);
        if let Some(edit) = raised(ground) {
            out.edits.push(edit);
            out.also.push(Also::Syntax);
            // Another frontend may read other lines otherwise.
            out.same_image = false;
        }
    }
    out.edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    join_same_place(&mut out.edits);
    Ok((!out.edits.is_empty()).then_some(out))
}

/// Whether programs are kept from leaving downloads in the image, and nothing else uses the folders.
///
/// Folders above a mount are root's while they are missing (BuildKit: `executor/oci`), which matters to another user.
fn leaves_nothing(site: &Site, script: Script<'_>, downloads: &[Downloads]) -> bool {
    matches!(site.user.as_str(), "" | "root" | "0")
        && site.env_complete
        && downloads.iter().all(|Downloads { cache, .. }| {
            !cache.off.is_empty()
                && cache.traceless
                && with_setting(site, &[], |setting| tool::leaves_alone(script, setting, &cache.target))
        })
}

/// Insertions at one place become one edit.
fn join_same_place(edits: &mut Vec<TextEdit>) {
    let mut joined: Vec<TextEdit> = Vec::new();
    for edit in edits.drain(..) {
        match joined.last_mut() {
            Some(last) if last.span == edit.span && edit.span.is_empty() => last.text.push_str(&edit.text),
            _ => joined.push(edit),
        }
    }
    *edits = joined;
}

fn field<'a>(mount: &'a crate::dockerfile::instruction::Mount, name: &str) -> Option<&'a str> {
    mount.fields.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
}

fn flag(cache: &tool::Cache, site: &Site) -> Result<String, String> {
    let mut out = String::from("--mount=type=cache,target=");
    out.push_str(&cache.target);
    if cache.locked {
        out.push_str(",sharing=locked");
    }
    let (user, group) = site.user.split_once(':').unwrap_or((&site.user, ""));
    if !matches!(user, "" | "root" | "0") {
        if !user.bytes().all(|byte| byte.is_ascii_digit()) {
            let mut reason = String::from("A cache mount would belong to root, and the number of the user ");
            reason.push_str(user);
            reason.push_str(", who would have to write to it, is not known.");
            return Err(reason);
        }
        out.push_str(",uid=");
        out.push_str(user);
        if !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(",gid=");
            out.push_str(group);
        }
    }
    Ok(out)
}

/// Raises a syntax directive that names a version without `RUN --mount` and `COPY --chmod`, which came together.
pub(super) fn raised(ground: &Ground<'_>) -> Option<TextEdit> {
    let dockerfile = &*ground.state.dockerfile;
    let directive = dockerfile.directives.iter().find(|directive| directive.name == "syntax")?;
    let version = directive
        .value
        .strip_prefix("docker.io/")
        .unwrap_or(&directive.value)
        .strip_prefix("docker/dockerfile:")?;
    let old = ["1.0", "1.1"].iter().any(|old| {
        version
            .strip_prefix(old)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && !rest.contains('-')))
    });
    let line = directive.span.of(&dockerfile.text);
    let at = directive.span.start + line.find(&directive.value)?;
    old.then(|| TextEdit {
        span: Span::new(at, at + directive.value.len()),
        text: "docker/dockerfile:1".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        advice::{Advice, Level, Move, Options, optimize},
        image::BaseImage,
        map::Map,
        simulation::{FileEntry, Scenario, State},
    };

    fn advise(text: &str, moves: Option<Vec<String>>) -> Advice {
        let file = |text: &str| FileEntry { text: Some(text.to_owned()), ..FileEntry::default() };
        let context = [("requirements.txt", "flask\n"), ("start.py", "x = 1\n")];
        let env = Some(vec!["PATH=/usr/local/bin:/usr/bin:/bin".to_owned()]);
        let scenario = Scenario {
            dockerfile: text.to_owned(),
            dockerfile_path: None,
            context: context.map(|(path, text)| (path.to_owned(), file(text))).into_iter().collect(),
            base_images: Map::from([(
                "python".to_owned(),
                BaseImage { env, working_dir: Some("/".to_owned()), ..BaseImage::default() },
            )]),
            ..Scenario::default()
        };
        optimize(&State::from_scenario(&scenario).unwrap(), &Options { moves, ..Options::default() })
    }

    fn mount(advice: &Advice) -> Option<&Move> {
        advice.moves.iter().find(|one| one.id.starts_with("mount-"))
    }

    /// Checks what the move of the mount makes of a text, and that there is none for what it made.
    fn check(text: &str, level: Level, expect: &str) {
        let found = advise(text, None);
        let one = mount(&found).unwrap_or_else(|| panic!("no mount for {text}"));
        assert_eq!(one.level, level, "{text}");
        let found = advise(text, Some(vec![one.id.clone()]));
        assert_eq!(found.dockerfile, expect);
        assert_eq!(mount(&advise(expect, None)), None);
    }

    #[test]
    fn what_left_nothing_in_the_image_gets_a_safe_mount() {
        check(
            "FROM python\nRUN pip install --no-cache-dir flask\n",
            Level::Safe,
            "FROM python\nRUN --mount=type=cache,target=/root/.cache/pip pip install flask\n",
        );
        // pip takes `off` as `on`. The image's variables stay.
        check(
            "FROM python\nENV A=1 \\\n    # pip\n    PIP_NO_CACHE_DIR=off\nRUN : \\\n    && python -m venv /v \\\n    && pip install flask\n",
            Level::Safe,
            "FROM python\nENV A=1 \\\n    # pip\n    PIP_NO_CACHE_DIR=off\nRUN --mount=type=cache,target=/root/.cache/pip \\\n    unset PIP_NO_CACHE_DIR \\\n    && : \\\n    && python -m venv /v \\\n    && pip install flask\n",
        );
        check(
            "FROM python\nARG PIP_NO_CACHE_DIR=1\nRUN <<EOF\npip install flask\nEOF\n",
            Level::Safe,
            "FROM python\nARG PIP_NO_CACHE_DIR=1\nRUN --mount=type=cache,target=/root/.cache/pip <<EOF\nunset PIP_NO_CACHE_DIR\npip install flask\nEOF\n",
        );
    }

    #[test]
    fn all_that_keeps_downloads_from_being_kept_goes_at_once() {
        let mixed = "FROM python\nRUN pip install --no-cache-dir flask && pip install django\n";
        assert_eq!(mount(&advise(mixed, None)).map(|one| one.level), Some(Level::Review));
        check(
            "FROM python\nENV PIP_NO_CACHE_DIR=1\nRUN pip install --no-cache-dir flask\n",
            Level::Safe,
            "FROM python\nENV PIP_NO_CACHE_DIR=1\nRUN --mount=type=cache,target=/root/.cache/pip unset PIP_NO_CACHE_DIR && \
             pip install flask\n",
        );
    }

    #[test]
    fn what_the_image_may_lose_is_for_a_person() {
        const MOUNT: &str = "--mount=type=cache,target=/root/.cache/pip";
        for (run, level, after) in [
            ("pip install flask", Level::Review, "pip install flask"),
            // One of the two leaves its downloads.
            (
                "pip install --no-cache-dir a && pip install b",
                Level::Review,
                "pip install a && pip install b",
            ),
            // What else happens to the folder, or may.
            (
                "pip install --no-cache-dir a && touch /root/.cache/pip/x",
                Level::Review,
                "pip install a && touch /root/.cache/pip/x",
            ),
            ("pip install --no-cache-dir a && rm -rf /root", Level::Review, "pip install a && rm -rf /root"),
            (
                "pip install --no-cache-dir a > /root/.cache/pip",
                Level::Review,
                "pip install a > /root/.cache/pip",
            ),
            ("pip install --no-cache-dir a && ./own", Level::Review, "pip install a && ./own"),
            ("pip install --no-cache-dir a && mkdir -p /srv", Level::Safe, "pip install a && mkdir -p /srv"),
        ] {
            let head = "FROM python\nRUN ";
            check(&[head, run, "\n"].concat(), level, &[head, MOUNT, " ", after, "\n"].concat());
        }
        // An older frontend, an image of which nothing is known, another user.
        for text in [
            "# syntax=docker/dockerfile:1.0\nFROM python\nRUN pip install --no-cache-dir flask\n",
            "FROM unknown\nRUN pip install --no-cache-dir flask\n",
            "FROM python\nENV HOME=/home/u\nUSER 1000\nRUN pip install --no-cache-dir flask\n",
        ] {
            assert_eq!(mount(&advise(text, None)).unwrap().level, Level::Review, "{text}");
        }
    }

    #[test]
    fn an_instruction_that_moves_takes_its_mount_along() {
        let text = "FROM python\nWORKDIR /app\nRUN : \\\n    && pip install --no-cache-dir flask\nCOPY start.py .\nLABEL a=b\nRUN pip install --no-cache-dir -r requirements.txt || true\n";
        let found = advise(text, None);
        assert!(found.moves.iter().all(|one| one.level == Level::Safe), "{:?}", found.moves);
        assert_eq!(advise(&found.dockerfile, None).dockerfile, found.dockerfile);
    }
}
