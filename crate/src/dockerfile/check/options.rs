//! `# check=skip=Rule,…;error=true`.

use crate::{dockerfile::directive::directive, text::quote};

/// How checks are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `skip=all`.
    pub skip_all: bool,
    /// `skip=…`: the rules that are off.
    pub skip: Vec<String>,
    /// `experimental=…`: the rules that are on although they are being tried out; `all` for all.
    pub experimental: Vec<String>,
    /// `error=true`: the build fails if a rule finds something.
    pub error: bool,
}

impl Options {
    /// Whether a rule is off.
    pub fn skips(&self, rule: &str) -> bool {
        self.skip_all || self.skip.iter().any(|skipped| skipped == rule)
    }

    /// Reads the value of the directive. The error is the builder's message.
    pub(in crate::dockerfile) fn read(value: &str) -> Result<Self, String> {
        let mut options = Self::default();
        let value = value.trim();
        if value.is_empty() {
            return Ok(options);
        }
        let names = |list: &str| list.split(',').map(|name| name.trim().to_owned()).collect();
        for part in value.splitn(3, ';') {
            let invalid = |what| Err(["failed to parse check options: invalid check option ", what].concat());
            let Some((key, value)) = part.split_once('=') else { return invalid(&quote(part)) };
            let value = value.trim();
            match key.trim() {
                "skip" if value == "all" => options.skip_all = true,
                "skip" => options.skip = names(value),
                "experimental" => options.experimental = names(value),
                "error" => match value {
                    "1" | "t" | "T" | "TRUE" | "true" | "True" => options.error = true,
                    "0" | "f" | "F" | "FALSE" | "false" | "False" => options.error = false,
                    _ => {
                        let parts = [
                            "failed to parse check options: failed to parse check option ",
                            &quote(part),
                            ": strconv.ParseBool: parsing ",
                            &quote(value),
                            ": invalid syntax",
                        ];
                        return Err(parts.concat());
                    }
                },
                key => return invalid(&quote(key)),
            }
        }
        Ok(options)
    }

    /// Reads a comment above an instruction that is written like the directive.
    pub(super) fn of_comment(comment: &str) -> Option<Self> {
        let (name, value) = directive(comment, "")?;
        let value = value.split(' ').next().unwrap_or("");
        if name == "check" { Self::read(value).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn reads_options() {
        let options = Options::read("skip=A, B;error=true;experimental=C").unwrap();
        assert!(options.skips("A") && options.skips("B") && !options.skips("C") && options.error);
        assert!(Options::read("skip=all").unwrap().skips("Anything"));
        assert_eq!(Options::read(""), Ok(Options::default()));
        assert_eq!(
            Options::read("a").unwrap_err(),
            "failed to parse check options: invalid check option \"a\""
        );
        assert_eq!(
            Options::read("a=b").unwrap_err(),
            "failed to parse check options: invalid check option \"a\""
        );
        assert_eq!(
            Options::read("error=maybe").unwrap_err(),
            "failed to parse check options: failed to parse check option \"error=maybe\": \
             strconv.ParseBool: parsing \"maybe\": invalid syntax"
        );
    }
}
