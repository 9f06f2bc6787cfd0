//! Which flags an instruction may have in which version, and what the parser says of others
//! (`frontend/dockerfile/instructions/bflag.go` as the daemon vendors it).

use super::version::Rules;
use crate::dockerfile::{
    instruction::{Flag, Instruction},
    suggest,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Needs a value, once.
    Text,
    /// Needs a value, as often as one likes.
    List,
    /// `true`, `false` or no value.
    Switch,
}

/// The flags of an instruction (its name in upper case); `None` if the parser does not look at them.
fn known(name: &str, rules: Rules) -> Option<Vec<(&'static str, Kind)>> {
    let mut flags = Vec::new();
    match name {
        "ARG" | "STOPSIGNAL" => return None,
        "FROM" => flags.push(("platform", Kind::Text)),
        "COPY" | "ADD" => {
            flags.extend([("chown", Kind::Text), ("chmod", Kind::Text)]);
            if rules.current_parser() {
                flags.push(("link", Kind::Switch));
            }
            if name == "COPY" {
                flags.push(("from", Kind::Text));
            } else if rules.knows_checksum() {
                flags.extend([("keep-git-dir", Kind::Switch), ("checksum", Kind::Text)]);
            }
        }
        "RUN" => {
            flags.push(("mount", Kind::List));
            if rules.current_parser() {
                flags.push(("network", Kind::Text));
            }
            if rules.strict_json() {
                flags.push(("device", Kind::List));
            }
        }
        "HEALTHCHECK" => {
            flags.extend(["interval", "timeout", "start-period", "retries"].map(|name| (name, Kind::Text)));
            if rules.start_interval() {
                flags.push(("start-interval", Kind::Text));
            }
        }
        _ => {}
    }
    Some(flags)
}

/// The parser's message for the first flag that it refuses.
pub(super) fn refused(instruction: &Instruction, rules: Rules) -> Option<String> {
    let name = instruction.name().to_ascii_uppercase();
    // Only `HEALTHCHECK NONE` is done before flags are read.
    if name == "HEALTHCHECK"
        && instruction.text().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("none"))
    {
        return None;
    }
    let known = known(&name, rules)?;
    let mut used: Vec<&str> = Vec::new();
    for flag in &instruction.flags {
        if flag.name.is_empty() && flag.value.is_none() {
            return None;
        }
        let shown = if rules.dashed_flags() { ["--", &flag.name].concat() } else { flag.name.clone() };
        let Some((name, kind)) = known.iter().find(|(name, _)| *name == flag.name) else {
            let message = said(rules, &["Unknown flag: ", &shown]);
            if !rules.current_parser() {
                return Some(message);
            }
            return Some(suggest(message, &flag.name, known.iter().map(|(name, _)| *name), true));
        };
        if used.contains(name) && *kind != Kind::List {
            return Some(said(rules, &["Duplicate flag specified: ", &shown]));
        }
        used.push(name);
        if let Some(message) = wrong_value(flag, *kind, &shown, rules) {
            return Some(message);
        }
    }
    None
}

fn wrong_value(flag: &Flag, kind: Kind, shown: &str, rules: Rules) -> Option<String> {
    let missing = || Some(said(rules, &["Missing a value on flag: ", shown]));
    match (kind, flag.value.as_deref()) {
        (Kind::Switch, Some("")) | (Kind::Text | Kind::List, None) => missing(),
        (Kind::Switch, Some(value))
            if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") =>
        {
            Some(said(rules, &["Expecting boolean value for flag ", shown, ", not: ", value]))
        }
        _ => None,
    }
}

/// Messages begin in lower case since 23.0.
fn said(rules: Rules, parts: &[&str]) -> String {
    let mut text = parts.concat();
    if rules.current_parser()
        && let Some(first) = text.get_mut(..1)
    {
        first.make_ascii_lowercase();
    }
    text
}
