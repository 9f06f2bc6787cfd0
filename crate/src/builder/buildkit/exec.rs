//! The `ExecOp` of a RUN and the JSON that its cache key hashes (BuildKit: `solver/llbsolver/ops/exec.go`,
//! `CacheMap`).

use super::{
    Options,
    json::{Object, count},
    path::clean,
};
use crate::{build::Variable, platform::Platform};

/// What a RUN executes, apart from its inputs.
pub(super) struct Exec<'a> {
    pub(super) args: &'a [String],
    pub(super) env: &'a [Variable],
    /// `SSH_AUTH_SOCK`, if ssh mounts set it.
    pub(super) ssh_socket: Option<&'a str>,
    pub(super) cwd: &'a str,
    pub(super) user: &'a str,
    pub(super) mounts: &'a [&'a Mount],
    pub(super) secret_env: &'a [SecretEnv],
    pub(super) network: Network,
    pub(super) insecure: bool,
    pub(super) platform: &'a Platform,
    pub(super) options: &'a Options,
    /// The host name, if one is set.
    pub(super) hostname: &'a str,
}

/// `--network`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Network {
    #[default]
    Default,
    Host,
    None,
}

/// A mount as the op lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Index of the op's input, or `None` for nothing (scratch).
    pub(super) input: Option<usize>,
    pub(super) dest: String,
    pub(super) kind: MountKind,
    pub(super) readonly: bool,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MountKind {
    /// The root file system.
    Root,
    Bind,
    Cache {
        id: String,
        shared: bool,
    },
    Tmpfs {
        size: i64,
    },
    Secret(Credential),
    Ssh(Credential),
}

/// A secret or an ssh agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mode: u32,
    pub(super) optional: bool,
}

/// A secret given as a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SecretEnv {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) optional: bool,
}

impl Exec<'_> {
    /// What is hashed: the op without its inputs.
    pub(super) fn json(&self) -> String {
        let mut text = String::with_capacity(512);
        let mut op = Object::new(&mut text);
        op.string("Type", "buildkit.exec.v0");
        self.write_exec(op.field("Exec"));
        op.string("OS", &self.platform.os);
        op.string("Arch", &self.platform.architecture);
        op.string_or_none("Variant", &self.platform.variant);
        op.end();
        text
    }

    fn write_exec(&self, out: &mut String) {
        let mut exec = Object::new(out);
        self.write_meta(exec.field("meta"));
        let plain_root = matches!(self.mounts, [Mount { kind: MountKind::Root, .. }]);
        if !plain_root && !self.mounts.is_empty() {
            let out = exec.field("mounts");
            for (index, mount) in self.mounts.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                mount.write(out);
            }
            out.push(']');
        }
        exec.number_or_none(
            "network",
            match self.network {
                Network::Default => 0,
                Network::Host => 1,
                Network::None => 2,
            },
        );
        exec.number_or_none("security", i64::from(self.insecure));
        if !self.secret_env.is_empty() {
            let out = exec.field("secretenv");
            for (index, secret) in self.secret_env.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                let mut object = Object::new(out);
                object.string("ID", &secret.id);
                object.string("name", &secret.name);
                object.flag("optional", secret.optional);
                object.end();
            }
            out.push(']');
        }
        exec.end();
    }

    fn write_meta(&self, out: &mut String) {
        let mut meta = Object::new(out);
        meta.strings("args", self.args);
        let mut env: Vec<String> = Vec::with_capacity(self.env.len() + 1);
        env.extend(self.env.iter().map(|variable| pair(&variable.name, &variable.value)));
        env.extend(self.ssh_socket.map(|socket| pair("SSH_AUTH_SOCK", socket)));
        meta.strings_or_none("env", &env);
        meta.string("cwd", self.cwd);
        meta.string_or_none("user", self.user);
        self.write_limits(&mut meta);
        meta.flag("removeMountStubsRecursive", true);
        meta.end();
    }
}

impl Exec<'_> {
    fn write_limits(&self, meta: &mut Object<'_>) {
        if !self.options.hosts.is_empty() {
            let out = meta.field("extraHosts");
            for (index, host) in self.options.hosts.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                let mut object = Object::new(out);
                object.string("Host", &crate::text::lower(host));
                object.end();
            }
            out.push(']');
        }
        meta.string_or_none("hostname", self.hostname);
        if !self.options.ulimits.is_empty() {
            let out = meta.field("ulimit");
            for (index, limit) in self.options.ulimits.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                let mut object = Object::new(out);
                object.string("Name", &limit.name);
                object.number_or_none("Soft", limit.soft);
                object.number_or_none("Hard", limit.hard);
                object.end();
            }
            out.push(']');
        }
        meta.string_or_none("cgroupParent", &self.options.cgroup_parent);
    }
}

fn pair(name: &str, value: &str) -> String {
    let mut text = String::with_capacity(name.len() + value.len() + 1);
    text.push_str(name);
    text.push('=');
    text.push_str(value);
    text
}

impl Mount {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        match self.input {
            Some(input) => object.number_or_none("input", count(input)),
            None => object.number("input", -1),
        }
        object.string("dest", &self.dest);
        let credential = matches!(self.kind, MountKind::Secret(_) | MountKind::Ssh(_));
        if self.kind != MountKind::Root && !credential {
            object.number("output", -1);
        }
        object.flag("readonly", self.readonly && !credential);
        match &self.kind {
            MountKind::Root | MountKind::Bind => {}
            MountKind::Cache { id, .. } => {
                object.number("mountType", 3);
                let mut options = Object::new(object.field("cacheOpt"));
                // Names of one's own and exclusive folders are erased, so that the key tells only the default
                // from anything else.
                if self.kind.is_default_cache(&self.dest) {
                    options.string_or_none("ID", id);
                }
                options.end();
            }
            MountKind::Tmpfs { size } => {
                object.number("mountType", 4);
                let mut options = Object::new(object.field("TmpfsOpt"));
                options.number_or_none("size", *size);
                options.end();
            }
            MountKind::Secret(credential) => {
                object.number("mountType", 1);
                credential.write(object.field("secretOpt"));
            }
            MountKind::Ssh(credential) => {
                object.number("mountType", 2);
                credential.write(object.field("SSHOpt"));
            }
        }
        object.end();
    }
}

impl MountKind {
    /// Whether it is a shared cache folder that the target alone names: `dest`, or a namespace, `/` and `dest`.
    pub(super) fn is_default_cache(&self, dest: &str) -> bool {
        let Self::Cache { id, shared } = self else { return false };
        *shared && (id == dest || id.split_once('/').is_some_and(|(_, after)| after == dest))
    }
}

impl Credential {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        object.string_or_none("ID", &self.id);
        object.number_or_none("uid", i64::from(self.uid));
        object.number_or_none("gid", i64::from(self.gid));
        object.number_or_none("mode", i64::from(self.mode));
        object.flag("optional", self.optional);
        object.end();
    }
}

/// The id of a cache mount's folder: a namespace, `/`, and the id given or the target as written, cleaned.
pub(super) fn cache_id(namespace: &str, id: Option<&str>, target: &str) -> String {
    let mut text = namespace.to_owned();
    text.push('/');
    match id.filter(|id| !id.is_empty()) {
        Some(id) => text.push_str(id),
        None => text.push_str(&clean(target)),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_with_mounts_of_all_kinds_is_encoded_as_recorded() {
        let mount = |input, dest: &str, kind, readonly| Mount { input, dest: dest.into(), kind, readonly };
        let secret = Credential { id: "tok".into(), uid: 0, gid: 0, mode: 256, optional: true };
        let mounts = [
            mount(Some(0), "/", MountKind::Root, false),
            mount(Some(1), "/a", MountKind::Bind, true),
            mount(None, "/z", MountKind::Cache { id: "//z".into(), shared: true }, false),
            mount(None, "/run/secrets/tok", MountKind::Secret(secret), true),
        ];
        let mut out = String::new();
        for mount in &mounts {
            mount.write(&mut out);
        }
        assert_eq!(
            out,
            r#"{"dest":"/"}{"input":1,"dest":"/a","output":-1,"readonly":true}{"input":-1,"dest":"/z","output":-1,"mountType":3,"cacheOpt":{"ID":"//z"}}{"input":-1,"dest":"/run/secrets/tok","mountType":1,"secretOpt":{"ID":"tok","mode":256,"optional":true}}"#
        );
    }

    #[test]
    fn only_default_cache_folders_are_named_in_the_key() {
        let default =
            |id: &str, dest| MountKind::Cache { id: id.into(), shared: true }.is_default_cache(dest);
        assert!(default("//c", "/c"));
        assert!(default("/c", "/c"));
        assert!(default("ns1//c", "/c"));
        assert!(!default("/pip", "/root/.cache"));
        assert!(!default("//c", "/c/"));
        assert_eq!(cache_id("", None, "/root/.cache"), "//root/.cache");
        assert_eq!(cache_id("ns", Some("pip"), "/x"), "ns/pip");
    }
}
