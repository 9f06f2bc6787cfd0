//! What the fields of a mount mean, once variables are known.

use super::{Mount, size, split};
use crate::{dockerfile::suggest::suggest, text::quote};

/// What is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MountType {
    /// Files of the context, a stage or an image.
    #[default]
    Bind,
    /// A folder that stays from build to build.
    Cache,
    /// A folder in memory.
    Tmpfs,
    /// A secret, as a file or in a variable.
    Secret,
    /// A socket of an SSH agent.
    Ssh,
}

/// Who may use a cache mount at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// All.
    Shared,
    /// Each its own.
    Private,
    /// One after the other.
    Locked,
}

const TYPES: [(MountType, &str); 5] = [
    (MountType::Bind, "bind"),
    (MountType::Cache, "cache"),
    (MountType::Tmpfs, "tmpfs"),
    (MountType::Secret, "secret"),
    (MountType::Ssh, "ssh"),
];

const SHARING: [(Sharing, &str); 3] =
    [(Sharing::Shared, "shared"), (Sharing::Private, "private"), (Sharing::Locked, "locked")];

/// All keys, in the order in which the builder looks for the one that was meant.
const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];

impl MountType {
    /// Its name as it is written.
    pub fn name(self) -> &'static str {
        TYPES.iter().find(|&&(kind, _)| kind == self).map_or("", |&(_, name)| name)
    }
}

/// A mount, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MountOptions {
    /// `type`.
    pub kind: MountType,
    /// `from`: a stage or an image; empty if it is not given.
    pub from: String,
    /// `source`.
    pub source: String,
    /// `target`, not yet made absolute.
    pub target: String,
    /// Whether it is read-only, by `ro` and `rw` or by its type.
    pub readonly: bool,
    /// `size` in bytes.
    pub size: i64,
    /// `required`.
    pub required: bool,
    /// `id`.
    pub id: String,
    /// `sharing`.
    pub sharing: Option<Sharing>,
    /// `mode`, written in octal.
    pub mode: Option<u32>,
    /// `uid`.
    pub uid: Option<u32>,
    /// `gid`.
    pub gid: Option<u32>,
    /// `env`: the variable that holds a secret.
    pub env: Option<String>,
}

impl Mount {
    /// Reads the fields, after `expand` was applied to each value.
    ///
    /// # Errors
    /// The builder's message, or the error of `expand`.
    pub fn options(
        &self,
        expand: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<MountOptions, String> {
        let mut options = MountOptions::default();
        let mut readonly = None;
        for field in &self.written {
            let (key, value) = split(field);
            let value = match value {
                Some(value) => Some(expand(value)?),
                None => None,
            };
            options.set(&key, field, value, &mut readonly)?;
        }
        options.check()?;
        let by_type = !matches!(options.kind, MountType::Cache | MountType::Tmpfs);
        options.readonly = readonly.unwrap_or(by_type);
        Ok(options)
    }
}

impl MountOptions {
    fn set(
        &mut self,
        key: &str,
        field: &str,
        value: Option<String>,
        readonly: &mut Option<bool>,
    ) -> Result<(), String> {
        let Some(value) = value else { return self.set_bare(key, field, readonly) };
        match key {
            "type" => {
                let lowered = value.to_ascii_lowercase();
                let known = TYPES.iter().find(|(_, name)| *name == lowered);
                self.kind = known.map(|&(kind, _)| kind).ok_or_else(|| {
                    let message = ["unsupported mount type ", &quote(&value)].concat();
                    suggest(message, &value, TYPES.iter().map(|&(_, name)| name), true)
                })?;
            }
            "from" => self.from = value,
            "source" | "src" => self.source = value,
            "target" | "dst" | "destination" => self.target = value,
            "readonly" | "ro" => *readonly = Some(truth(key, &value)?),
            "readwrite" | "rw" => *readonly = Some(!truth(key, &value)?),
            "required" if matches!(self.kind, MountType::Secret | MountType::Ssh) => {
                self.required = truth(key, &value)?;
            }
            "size" if self.kind == MountType::Tmpfs => {
                self.size =
                    size::bytes(&value).ok_or_else(|| ["invalid value for size: ", &value].concat())?;
            }
            "required" | "size" => return Err(self.unexpected(key)),
            "id" => self.id = value,
            "sharing" => {
                let lowered = value.to_ascii_lowercase();
                let known = SHARING.iter().find(|(_, name)| *name == lowered);
                self.sharing = Some(known.map(|&(sharing, _)| sharing).ok_or_else(|| {
                    let message = ["unsupported sharing value ", &quote(&value)].concat();
                    suggest(message, &value, SHARING.iter().map(|&(_, name)| name), true)
                })?);
            }
            "mode" => self.mode = Some(number(key, &value, 8)?),
            "uid" => self.uid = Some(number(key, &value, 10)?),
            "gid" => self.gid = Some(number(key, &value, 10)?),
            "env" => self.env = Some(value),
            _ => {
                let message = ["unexpected key '", key, "' in '", field, "'"].concat();
                return Err(suggest(message, key, KEYS, true));
            }
        }
        Ok(())
    }

    fn set_bare(&mut self, key: &str, field: &str, readonly: &mut Option<bool>) -> Result<(), String> {
        match key {
            "readonly" | "ro" => *readonly = Some(true),
            "readwrite" | "rw" => *readonly = Some(false),
            "required" if matches!(self.kind, MountType::Secret | MountType::Ssh) => self.required = true,
            "required" => return Err(self.unexpected(key)),
            _ => return Err(["invalid field '", field, "' must be a key=value pair"].concat()),
        }
        Ok(())
    }

    fn unexpected(&self, key: &str) -> String {
        ["unexpected key '", key, "' for mount type '", self.kind.name(), "'"].concat()
    }

    fn check(&self) -> Result<(), String> {
        let kind = self.kind.name();
        if matches!(self.kind, MountType::Bind | MountType::Tmpfs) {
            let given = [("mode", self.mode), ("uid", self.uid), ("gid", self.gid)];
            if let Some((key, _)) = given.iter().find(|(_, value)| value.is_some()) {
                return Err([key, " not allowed for ", &quote(kind), " type mounts"].concat());
            }
        }
        if self.kind == MountType::Secret {
            let wrong = if !self.from.is_empty() {
                "secret mount should not have a from"
            } else if self.sharing.is_some() {
                "secret mount should not define sharing"
            } else if self.source.is_empty() && self.target.is_empty() && self.id.is_empty() {
                "invalid secret mount. one of source, target required"
            } else if !self.source.is_empty() && !self.id.is_empty() {
                "both source and id can't be set"
            } else {
                ""
            };
            if !wrong.is_empty() {
                return Err(wrong.to_owned());
            }
        }
        if self.sharing.is_some() && self.kind != MountType::Cache {
            return Err(["invalid cache sharing set for ", kind, " mount"].concat());
        }
        Ok(())
    }
}

/// The words that Go reads as booleans.
pub(super) fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

fn truth(key: &str, value: &str) -> Result<bool, String> {
    boolean(value).ok_or_else(|| ["invalid value for ", key, ": ", value].concat())
}

fn number(key: &str, value: &str, base: u32) -> Result<u32, String> {
    // Rust would take a plus sign.
    let digits = value.starts_with(|char: char| char.is_ascii_digit());
    let number = u32::from_str_radix(value, base).ok().filter(|_| digits);
    number.ok_or_else(|| ["invalid value ", value, " for ", key].concat())
}

#[cfg(test)]
mod tests {
    use super::{Mount, MountOptions, MountType, Sharing};
    use crate::text::Span;

    fn read(value: &str) -> Result<MountOptions, String> {
        Mount::read(value, Span::default())?.options(&mut |text| Ok(text.replace("$V", "v")))
    }

    #[test]
    fn reads_options() {
        let options = read("type=Cache,TARGET=/c,id=$V,sharing=LOCKED,mode=0750,uid=5,gid=6").unwrap();
        let expect = MountOptions {
            kind: MountType::Cache,
            target: "/c".to_owned(),
            id: "v".to_owned(),
            sharing: Some(Sharing::Locked),
            mode: Some(0o750),
            uid: Some(5),
            gid: Some(6),
            ..MountOptions::default()
        };
        assert_eq!(options, expect);
        assert!(read("src=a,dst=/b").unwrap().readonly);
        assert!(!read("src=a,dst=/b,rw").unwrap().readonly);
        assert!(read("type=cache,dst=/b,ro=T").unwrap().readonly);
        assert!(!read("type=secret,id=a,rw=1").unwrap().readonly);
        assert_eq!(read("type=tmpfs,target=/t,size=1m").unwrap().size, 1 << 20);
        assert!(read("type=ssh,required").unwrap().required);
    }

    #[test]
    fn words_mistakes_as_the_builder_does() {
        for (value, expect) in [
            ("type=foo,target=/x", "unsupported mount type \"foo\""),
            ("type=bnd", "unsupported mount type \"bnd\" (did you mean bind?)"),
            ("tpye=cache,target=/x", "unexpected key 'tpye' in 'tpye=cache' (did you mean type?)"),
            ("foo=1", "unexpected key 'foo' in 'foo=1' (did you mean from?)"),
            ("from=$X,target=/x", "'from' doesn't support variable expansion, define alias stage instead"),
            ("type=cache,sharing=x", "unsupported sharing value \"x\""),
            ("type=cache,size=1", "unexpected key 'size' for mount type 'cache'"),
            ("type=bind,mode=7", "mode not allowed for \"bind\" type mounts"),
            ("type=secret", "invalid secret mount. one of source, target required"),
            ("type=secret,id=a,src=b", "both source and id can't be set"),
            ("type=secret,id=a,from=b", "secret mount should not have a from"),
            ("type=secret,id=a,sharing=shared", "secret mount should not define sharing"),
            ("type=cache,target", "invalid field 'target' must be a key=value pair"),
            ("required", "unexpected key 'required' for mount type 'bind'"),
            ("type=ssh,required=x", "invalid value for required: x"),
            ("ro=maybe", "invalid value for ro: maybe"),
            ("type=cache,mode=9", "invalid value 9 for mode"),
            ("type=cache,uid=+1", "invalid value +1 for uid"),
            ("type=tmpfs,size=x", "invalid value for size: x"),
            ("sharing=shared", "invalid cache sharing set for bind mount"),
            ("", "failed to parse csv mounts: EOF"),
        ] {
            assert_eq!(read(value).unwrap_err(), expect, "{value}");
        }
        assert!(read("from=a$,target=/x").is_ok());
    }
}
