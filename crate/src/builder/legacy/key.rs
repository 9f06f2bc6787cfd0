//! A digest of what a step is looked up by. The daemon has no such digest: it compares the parent image's ID and
//! the container config field by field. This one covers exactly those fields, so that two steps are equal to
//! the daemon if their digests are.

use super::{
    config::Config,
    source::{Sum, Taken},
    version::Rules,
};
use crate::digest::{Digest, Hasher};

/// The digest of parent and compared fields.
pub(super) fn digest(parent: Option<Digest>, probe: &Config, taken: Option<&Taken>, rules: Rules) -> Digest {
    let mut fields = Fields(Hasher::new());
    fields.text("parent", &parent.map_or(String::new(), |id| id.to_string()));
    fields.list("cmd", &probe.cmd);
    fields.list("env", &probe.env);
    fields.list("entrypoint", &probe.entrypoint);
    let labels: Vec<String> =
        probe.labels.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect();
    fields.list("labels", &labels);
    fields.list("exposed", &probe.exposed);
    fields.list("volumes", &probe.volumes);
    fields.text("user", &probe.user);
    if rules.compares_all() {
        fields.text("workdir", &probe.workdir);
        fields.list("shell", &probe.shell);
        fields.list("on build", &probe.on_build);
        fields.text("stop signal", &probe.stop_signal);
        if let Some(check) = &probe.healthcheck {
            fields.list("health check", &check.test);
            let numbers =
                [check.interval, check.timeout, check.start_period, check.start_interval, check.retries];
            fields.list("health options", numbers.map(|number| number.to_string()));
        }
    }
    if let Some(Taken { sources, sum: Sum::Hidden(hidden), .. }) = taken {
        fields.list("sources", sources);
        fields.text("hidden", &hidden.digest().to_string());
    }
    fields.0.finish()
}

/// Fields with their lengths, so that no two lists run into each other.
struct Fields(Hasher);

impl Fields {
    fn text(&mut self, name: &str, text: &str) {
        self.list(name, [text]);
    }

    fn list<T: AsRef<str>>(&mut self, name: &str, items: impl IntoIterator<Item = T>) {
        self.piece(name);
        for item in items {
            self.piece(item.as_ref());
        }
        self.0.update(b";");
    }

    fn piece(&mut self, text: &str) {
        self.0.update(text.len().to_string().as_bytes());
        self.0.update(b":");
        self.0.update(text.as_bytes());
    }
}
