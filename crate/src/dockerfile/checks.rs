//! `# check=skip=Rule,…;error=true`: how BuildKit's checks are set. The checks themselves stand in the module
//! `check`.

use super::directive::directive;
use crate::text::quote;

/// How checks are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// `skip=all`.
    pub skip_all: bool,
    /// `skip=…`: the rules that are off.
    pub skip: Vec<String>,
    /// `experimental=…`: the rules that are on although they are being tried out; `all` for all.
    pub experimental: Vec<String>,
    /// `error=true`: the build fails if a rule finds something.
    pub error: bool,
}

impl Checks {
    /// Whether a rule is off.
    pub fn skips(&self, rule: &str) -> bool {
        self.skip_all || self.skip.iter().any(|skipped| skipped == rule)
    }

    /// Reads the value of the directive. The error is the builder's message.
    pub(crate) fn read(value: &str) -> Result<Self, String> {
        let mut options = Self::default();
        let value = value.trim();
        if value.is_empty() {
            return Ok(options);
        }
        let names = |list: &str| list.split(',').map(|name| name.trim().to_owned()).collect();
        for part in value.splitn(3, ';') {
            let invalid = |what| Err(["invalid check option ", what].concat());
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
                            "failed to parse check option ",
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

    /// Reads the comments above an instruction: the first that is written like the directive counts, and says
    /// nothing if it cannot be read.
    pub(crate) fn of_comments(comments: &[&str]) -> Option<Self> {
        let mut written = comments.iter().filter_map(|comment| directive(comment, ""));
        let (_, value) = written.find(|(name, _)| *name == "check")?;
        Self::read(value.split(' ').next().unwrap_or("")).ok()
    }

    /// Whether a rule that is being tried out is on.
    pub fn tries(&self, rule: &str) -> bool {
        match self.experimental.as_slice() {
            [all] if all == "all" => true,
            some => some.iter().any(|name| name == rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Checks;

    #[test]
    fn reads_options() {
        let options = Checks::read("skip=A, B;error=true;experimental=C").unwrap();
        assert!(options.skips("A") && options.skips("B") && !options.skips("C") && options.error);
        assert!(Checks::read("skip=all").unwrap().skips("Anything"));
        assert_eq!(Checks::read(""), Ok(Checks::default()));
        assert_eq!(Checks::read("a").unwrap_err(), "invalid check option \"a\"");
        assert_eq!(Checks::read("a=b").unwrap_err(), "invalid check option \"a\"");
        assert_eq!(
            Checks::read("error=maybe").unwrap_err(),
            "failed to parse check option \"error=maybe\": \
             strconv.ParseBool: parsing \"maybe\": invalid syntax"
        );
    }
}
