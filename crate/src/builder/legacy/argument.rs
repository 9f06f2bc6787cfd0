//! The table of build arguments of a stage, as the daemon's `BuildArgs` keeps it.

use super::version::Rules;
use crate::{builder::VariableSource, map::Map};

/// A declared argument.
#[derive(Clone, Debug)]
struct Declared {
    default: Option<String>,
    line: u32,
}

/// An argument that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Available {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) source: VariableSource,
    /// Whether it is written into the command of a RUN: all but predefined ones that the stage does not declare.
    pub(super) listed: bool,
}

/// Arguments before the first FROM, those of the stage, and what the command line gives.
#[derive(Clone, Debug)]
pub(super) struct Arguments<'a> {
    given: &'a Map<String, String>,
    global: Map<String, Declared>,
    stage: Map<String, Declared>,
    rules: Rules,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(given: &'a Map<String, String>, rules: Rules) -> Self {
        Self { given, global: Map::new(), stage: Map::new(), rules }
    }

    /// `ARG` before the first FROM.
    pub(super) fn declare_global(&mut self, name: &str, default: Option<&str>, line: u32) {
        let declared = Declared { default: default.map(str::to_owned), line };
        self.global.insert(name.to_owned(), declared);
    }

    /// `ARG` in a stage.
    pub(super) fn declare(&mut self, name: &str, default: Option<&str>, line: u32) {
        let declared = Declared { default: default.map(str::to_owned), line };
        self.stage.insert(name.to_owned(), declared);
    }

    /// Arguments are not inherited from stage to stage.
    pub(super) fn begin_stage(&mut self) {
        self.stage = Map::new();
    }

    /// The arguments of the stage that have a value and are not in `env`, by name.
    pub(super) fn available(&self, in_env: impl Fn(&str) -> bool) -> Vec<Available> {
        self.of(&self.stage).into_iter().filter(|argument| !in_env(&argument.name)).collect()
    }

    /// What FROM and a global ARG can use: arguments before the first FROM, and predefined ones that are given.
    pub(super) fn global(&self) -> Vec<Available> {
        self.of(&self.global)
    }

    fn of(&self, table: &Map<String, Declared>) -> Vec<Available> {
        let mut names: Vec<&str> = table.keys().map(String::as_str).collect();
        names.extend(self.predefined().iter().filter(|name| !table.contains_key(**name)));
        names.sort_unstable();
        names.into_iter().filter_map(|name| self.value(name, table)).collect()
    }

    /// `--build-arg`, else the default, else what was said before the first FROM.
    fn value(&self, name: &str, table: &Map<String, Declared>) -> Option<Available> {
        let declared = table.get(name);
        let line = declared.map_or(0, |declared| declared.line);
        let (value, source) = if let Some(value) = self.given.get(name) {
            (value, VariableSource::BuildArg(line))
        } else if let Some(value) = declared.and_then(|declared| declared.default.as_ref()) {
            (value, VariableSource::Arg(line))
        } else {
            let global = self.global.get(name)?;
            (global.default.as_ref()?, VariableSource::Arg(global.line))
        };
        let listed = declared.is_some() || !self.predefined().contains(&name);
        Some(Available { name: name.to_owned(), value: value.clone(), source, listed })
    }

    fn predefined(&self) -> &'static [&'static str] {
        const NAMES: &[&str] = &[
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "FTP_PROXY",
            "ftp_proxy",
            "NO_PROXY",
            "no_proxy",
            "ALL_PROXY",
            "all_proxy",
        ];
        if self.rules.all_proxy() { NAMES } else { &NAMES[..8] }
    }

    /// The names given on the command line that no ARG of `used` and no predefined name takes, in order.
    pub(super) fn unused(&self, used: impl Fn(&str) -> bool) -> Vec<&str> {
        let names = self.given.keys().map(String::as_str);
        names.filter(|name| !used(name) && !self.predefined().contains(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::LegacyVersion;

    fn check(given: &[(&str, &str)], declare: impl Fn(&mut Arguments<'_>), expect: &[(&str, &str, bool)]) {
        let given = given.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut arguments = Arguments::new(&given, Rules::new(LegacyVersion::default()));
        declare(&mut arguments);
        let found = arguments.available(|name| name == "IN_ENV");
        let found: Vec<_> =
            found.iter().map(|found| (found.name.as_str(), found.value.as_str(), found.listed)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn command_line_wins_over_default_and_env_over_both() {
        let declare = |arguments: &mut Arguments<'_>| {
            arguments.declare("A", Some("1"), 2);
            arguments.declare("B", None, 3);
            arguments.declare("C", None, 4);
            arguments.declare("IN_ENV", Some("1"), 5);
        };
        check(&[("A", ""), ("C", "c"), ("UNKNOWN", "u")], declare, &[("A", "", true), ("C", "c", true)]);
    }

    #[test]
    fn global_arguments_need_a_declaration() {
        let declare = |arguments: &mut Arguments<'_>| {
            arguments.declare_global("G", Some("g"), 1);
            arguments.declare_global("H", Some("h"), 1);
            arguments.declare("G", None, 3);
        };
        check(&[], declare, &[("G", "g", true)]);
    }

    #[test]
    fn predefined_ones_are_listed_only_if_declared() {
        check(&[("HTTP_PROXY", "p")], |_| {}, &[("HTTP_PROXY", "p", false)]);
        check(
            &[("HTTP_PROXY", "p")],
            |arguments| arguments.declare("HTTP_PROXY", None, 2),
            &[("HTTP_PROXY", "p", true)],
        );
    }
}
