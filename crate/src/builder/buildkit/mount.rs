//! `RUN --mount`: its fields with variables expanded and checked (BuildKit:
//! `frontend/dockerfile/instructions/commands_runmount.go`).

use crate::{dockerfile::instruction::Mount, word::Scope};

/// What `type=` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum MountType {
    #[default]
    Bind,
    Cache,
    Tmpfs,
    Secret,
    Ssh,
}

/// A mount with its fields read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MountFields {
    pub(super) kind: MountType,
    pub(super) from: String,
    pub(super) source: String,
    pub(super) target: String,
    pub(super) readonly: bool,
    pub(super) id: String,
    pub(super) sharing: Sharing,
    pub(super) required: bool,
    pub(super) size: i64,
    pub(super) mode: Option<u32>,
    pub(super) uid: Option<u32>,
    pub(super) gid: Option<u32>,
    pub(super) env: Option<String>,
}

/// `sharing=` of a cache mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sharing {
    #[default]
    Shared,
    Private,
    Locked,
}

impl Sharing {
    /// The word in the Dockerfile.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Private => "private",
            Self::Locked => "locked",
        }
    }
}

/// The keys that a mount may have, as the builder lists them when it looks for the one that was meant.
const KEYS: [&str; 13] = [
    "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid", "env",
];

/// Reads the fields of a mount.
///
/// # Errors
/// The builder's message for what it refuses.
pub(super) fn read(mount: &Mount, escape: char, scope: &dyn Scope) -> Result<MountFields, String> {
    let mut fields = MountFields::default();
    let mut readonly = None;
    let mut sharing = None;
    for (key, value) in &mount.fields {
        let Some(value) = value else {
            match key.as_str() {
                "readonly" => readonly = Some(true),
                "readwrite" => readonly = Some(false),
                "required" if fields.is_credential() => fields.required = true,
                "required" => return Err(fields.unexpected(key)),
                _ => return Err(["invalid field '", key, "' must be a key=value pair"].concat()),
            }
            continue;
        };
        let value = if key == "from" {
            value.clone()
        } else {
            crate::word::expand(value, escape, scope).map_err(|error| error.to_string())?
        };
        match key.as_str() {
            "type" => fields.kind = MountType::parse(&value)?,
            "from" => fields.from = value,
            "source" => fields.source = value,
            "target" => fields.target = value,
            "readonly" => readonly = Some(boolean(key, &value)?),
            "readwrite" => readonly = Some(!boolean(key, &value)?),
            "required" if fields.is_credential() => fields.required = boolean(key, &value)?,
            "size" if fields.kind == MountType::Tmpfs => {
                fields.size = size(&value).ok_or_else(|| invalid(key, &value))?;
            }
            "required" | "size" => return Err(fields.unexpected(key)),
            "id" => fields.id = value,
            "sharing" => {
                sharing = Some(match value.to_lowercase().as_str() {
                    "shared" => Sharing::Shared,
                    "private" => Sharing::Private,
                    "locked" => Sharing::Locked,
                    _ => return Err(["unsupported sharing value \"", &value, "\""].concat()),
                });
            }
            "mode" => fields.mode = Some(number(key, &value, 8)?),
            "uid" => fields.uid = Some(number(key, &value, 10)?),
            "gid" => fields.gid = Some(number(key, &value, 10)?),
            "env" => fields.env = Some(value),
            _ => {
                let message = ["unexpected key '", key, "' in '", key, "=", &value, "'"].concat();
                return Err(crate::dockerfile::suggest(message, key, KEYS, true));
            }
        }
    }
    fields.readonly =
        readonly.unwrap_or(!matches!(fields.kind, MountType::Cache | MountType::Tmpfs));
    fields.check(sharing.is_some())?;
    fields.sharing = sharing.unwrap_or_default();
    Ok(fields)
}

impl MountFields {
    fn is_credential(&self) -> bool {
        matches!(self.kind, MountType::Secret | MountType::Ssh)
    }

    fn unexpected(&self, key: &str) -> String {
        ["unexpected key '", key, "' for mount type '", self.kind.name(), "'"].concat()
    }

    fn check(&self, sharing: bool) -> Result<(), String> {
        if matches!(self.kind, MountType::Bind | MountType::Tmpfs) {
            for (what, given) in
                [("mode", self.mode.is_some()), ("uid", self.uid.is_some()), ("gid", self.gid.is_some())]
            {
                if given {
                    return Err([what, " not allowed for \"", self.kind.name(), "\" type mounts"].concat());
                }
            }
        }
        if sharing && self.kind != MountType::Cache {
            return Err(["invalid cache sharing set for ", self.kind.name(), " mount"].concat());
        }
        if self.kind == MountType::Secret {
            if !self.from.is_empty() {
                return Err("secret mount should not have a from".to_owned());
            }
            if self.source.is_empty() && self.target.is_empty() && self.id.is_empty() {
                return Err("invalid secret mount. one of source, target required".to_owned());
            }
            if !self.source.is_empty() && !self.id.is_empty() {
                return Err("both source and id can't be set".to_owned());
            }
        }
        Ok(())
    }
}

impl MountType {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(match text.to_lowercase().as_str() {
            "bind" => Self::Bind,
            "cache" => Self::Cache,
            "tmpfs" => Self::Tmpfs,
            "secret" => Self::Secret,
            "ssh" => Self::Ssh,
            _ => return Err(["unsupported mount type \"", text, "\""].concat()),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Cache => "cache",
            Self::Tmpfs => "tmpfs",
            Self::Secret => "secret",
            Self::Ssh => "ssh",
        }
    }
}

fn invalid(key: &str, value: &str) -> String {
    ["invalid value for ", key, ": ", value].concat()
}

fn boolean(key: &str, value: &str) -> Result<bool, String> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(invalid(key, value)),
    }
}

fn number(key: &str, value: &str, radix: u32) -> Result<u32, String> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let read = digits.then(|| u32::from_str_radix(value, radix).ok()).flatten();
    read.ok_or_else(|| ["invalid value ", value, " for ", key].concat())
}

/// Bytes: a number, then `k`, `m`, `g`, `t` or `p` with an optional `b` or `ib`, in powers of 1024. A fraction
/// is cut off after multiplication.
fn size(text: &str) -> Option<i64> {
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let shift = match suffix.trim_start_matches(' ').to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        "p" | "pb" | "pib" => 50,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let unit = 1_i128 << shift;
    let whole: i128 = if whole.is_empty() && !fraction.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction = fraction.get(..fraction.len().min(18))?;
    let part = if fraction.is_empty() {
        0
    } else {
        fraction.parse::<i128>().ok()? * unit / 10_i128.pow(fraction.len() as u32)
    };
    i64::try_from(whole.checked_mul(unit)?.checked_add(part)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn mount(text: &str) -> Result<MountFields, String> {
        let field = |field: &str| match field.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (field.to_owned(), None),
        };
        read(&Mount { fields: text.split(',').map(field).collect(), span: Span::default() }, '\\', &crate::word::Empty)
    }

    #[test]
    fn fields_are_read_with_their_defaults() {
        let cache = mount("type=cache,target=/c,sharing=Locked").unwrap();
        assert_eq!((cache.readonly, cache.sharing), (false, Sharing::Locked));
        assert!(mount("target=/c").unwrap().readonly);
        assert!(!mount("target=/c,readwrite").unwrap().readonly);
        assert_eq!(mount("type=secret,id=a,mode=0440").unwrap().mode, Some(0o440));
    }

    #[test]
    fn mistakes_are_told_in_the_builders_words() {
        for (text, message) in [
            ("type=foo", "unsupported mount type \"foo\""),
            ("type=cache,size=1", "unexpected key 'size' for mount type 'cache'"),
            ("type=bind,mode=7", "mode not allowed for \"bind\" type mounts"),
            ("type=secret", "invalid secret mount. one of source, target required"),
            ("type=cache,target", "invalid field 'target' must be a key=value pair"),
            ("type=cache,sharing=x", "unsupported sharing value \"x\""),
        ] {
            assert_eq!(mount(text), Err(message.to_owned()));
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(size("64m"), Some(64 << 20));
        assert_eq!(size("1.5k"), Some(1536));
        assert_eq!(size("7"), Some(7));
        assert_eq!(size("99999999p"), None);
        assert_eq!(size("x"), None);
    }
}
