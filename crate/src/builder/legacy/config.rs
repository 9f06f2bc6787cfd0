//! The container config: what a stage has set so far, what the daemon compares, and what it stores.

use super::version::Rules;
use crate::{
    builder::NeverHits,
    context::path::clean,
    dockerfile::instruction::Healthcheck,
    image::BaseImage,
    map::{Map, Set},
};

/// What is in `PATH` if the base image does not say: `FROM scratch` too.
pub(super) const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The fields of a container config that a Dockerfile can set. An empty list, set or text is an absent one, as
/// in the daemon's comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) cmd: Vec<String>,
    /// `NAME=value` in order.
    pub(super) env: Vec<String>,
    pub(super) entrypoint: Vec<String>,
    pub(super) labels: Map<String, String>,
    pub(super) exposed: Set<String>,
    pub(super) volumes: Set<String>,
    pub(super) user: String,
    pub(super) workdir: String,
    pub(super) shell: Vec<String>,
    pub(super) on_build: Vec<String>,
    pub(super) stop_signal: String,
    pub(super) healthcheck: Option<Healthcheck>,
}

impl Config {
    /// The config that a stage on `base` begins with (`dispatchState.beginStage`).
    pub(super) fn of_base(base: &BaseImage) -> Self {
        let set = |list: &Option<Vec<String>>| list.iter().flatten().cloned().collect();
        let mut config = Self {
            cmd: base.cmd.clone().unwrap_or_default(),
            env: base.env.clone().unwrap_or_default(),
            entrypoint: base.entrypoint.clone().unwrap_or_default(),
            labels: base.labels.clone().unwrap_or_default(),
            exposed: set(&base.exposed_ports),
            volumes: set(&base.volumes),
            user: base.user.clone().unwrap_or_default(),
            workdir: base.working_dir.clone().unwrap_or_default(),
            shell: base.shell.clone().unwrap_or_default(),
            on_build: base.on_build.clone().unwrap_or_default(),
            stop_signal: base.stop_signal.clone().unwrap_or_default(),
            healthcheck: None,
        };
        config.set_default_path();
        config
    }

    /// Appends the default `PATH` if there is none.
    pub(super) fn set_default_path(&mut self) {
        if self.variable("PATH").is_none() {
            self.env.push(DEFAULT_PATH.to_owned());
        }
    }

    /// The value of a variable. A later entry of the same name wins, as when the daemon makes a map of the list.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().rev().find_map(|entry| match entry.split_once('=') {
            Some((key, value)) => (key == name).then_some(value),
            None => (entry == name).then_some(""),
        })
    }

    /// What the shell form is run with.
    pub(super) fn shell(&self) -> Vec<String> {
        if self.shell.is_empty() { vec!["/bin/sh".to_owned(), "-c".to_owned()] } else { self.shell.clone() }
    }

    /// Whether the daemon takes an image with this stored config for the step that `probe` describes
    /// (`image/cache/compare.go`).
    pub(super) fn matches(&self, probe: &Self, rules: Rules) -> bool {
        self.cmd == probe.cmd && self.matches_but_cmd(probe, rules)
    }

    /// [`Config::matches`] without looking at `cmd`.
    pub(super) fn matches_but_cmd(&self, probe: &Self, rules: Rules) -> bool {
        let always = self.env == probe.env
            && self.entrypoint == probe.entrypoint
            && self.labels == probe.labels
            && self.exposed == probe.exposed
            && self.volumes == probe.volumes
            && self.user == probe.user;
        let since_the_fix = || {
            self.workdir == probe.workdir
                && self.shell == probe.shell
                && self.on_build == probe.on_build
                && self.stop_signal == probe.stop_signal
                && self.healthcheck == probe.healthcheck
        };
        always && (!rules.compares_all() || since_the_fix())
    }

    /// What creating a container writes back into the config that is then stored: holes are filled from the
    /// parent image's config (`daemon/commit.go`, `merge`), and the working directory is cleaned.
    pub(super) fn write_back(&mut self, parent: &Self, rules: Rules) {
        fill(&mut self.user, &parent.user);
        fill(&mut self.workdir, &parent.workdir);
        fill(&mut self.stop_signal, &parent.stop_signal);
        if self.entrypoint.is_empty() {
            self.entrypoint.clone_from(&parent.entrypoint);
        }
        match (&mut self.healthcheck, &parent.healthcheck) {
            (None, inherited) => self.healthcheck.clone_from(inherited),
            (Some(own), Some(inherited)) => inherit(own, inherited, rules),
            (Some(_), None) => {}
        }
        if !self.workdir.is_empty() {
            self.workdir = clean(&self.workdir);
        }
    }

    /// By which rule a stored config differs from the probe that it was made of, if it does.
    pub(super) fn never_hits(stored: &Self, probe: &Self, rules: Rules) -> Option<NeverHits> {
        if stored.matches(probe, rules) {
            return None;
        }
        Some(if stored.entrypoint != probe.entrypoint {
            NeverHits::EmptyEntrypoint
        } else if stored.user != probe.user {
            NeverHits::EmptyUser
        } else if stored.healthcheck != probe.healthcheck {
            NeverHits::PartialHealthcheck
        } else {
            NeverHits::UncleanWorkdir
        })
    }
}

fn fill(own: &mut String, parent: &str) {
    if own.is_empty() {
        own.push_str(parent);
    }
}

/// Fills the options that a health check leaves out.
fn inherit(own: &mut Healthcheck, parent: &Healthcheck, rules: Rules) {
    if own.test.is_empty() {
        own.test.clone_from(&parent.test);
    }
    let mut options = vec![
        (&mut own.interval, parent.interval),
        (&mut own.timeout, parent.timeout),
        (&mut own.start_period, parent.start_period),
        (&mut own.retries, parent.retries),
    ];
    if rules.start_interval() {
        options.push((&mut own.start_interval, parent.start_interval));
    }
    for (own, parent) in options {
        if *own == 0 {
            *own = parent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::LegacyVersion;

    fn rules(major: u16, minor: u16) -> Rules {
        Rules::new(LegacyVersion { daemon: (major, minor), client: (28, 2) })
    }

    #[test]
    fn the_fix_compares_more_fields() {
        let stored = Config { workdir: "/a".into(), ..Config::default() };
        let probe = Config { workdir: "/b".into(), ..Config::default() };
        assert!(stored.matches(&probe, rules(20, 10)));
        assert!(!stored.matches(&probe, rules(28, 2)));
        let probe = Config { user: "u".into(), ..Config::default() };
        assert!(!stored.matches(&probe, rules(20, 10)));
    }

    #[test]
    fn an_empty_entrypoint_never_hits() {
        let parent = Config { entrypoint: vec!["/bin/sh".into()], ..Config::default() };
        let probe = Config::default();
        let mut stored = probe.clone();
        stored.write_back(&parent, rules(20, 10));
        assert_eq!(Config::never_hits(&stored, &probe, rules(20, 10)), Some(NeverHits::EmptyEntrypoint));
    }

    #[test]
    fn a_partial_health_check_never_hits_since_the_fix() {
        let check = |interval, retries| Healthcheck {
            test: vec!["NONE".into()],
            interval,
            retries,
            ..Healthcheck::default()
        };
        let parent = Config { healthcheck: Some(check(5, 0)), ..Config::default() };
        let probe = Config { healthcheck: Some(check(0, 3)), ..Config::default() };
        let mut stored = probe.clone();
        stored.write_back(&parent, rules(28, 2));
        assert_eq!(stored.healthcheck, Some(check(5, 3)));
        assert_eq!(Config::never_hits(&stored, &probe, rules(28, 2)), Some(NeverHits::PartialHealthcheck));
        assert_eq!(Config::never_hits(&stored, &probe, rules(20, 10)), None);
    }
}
