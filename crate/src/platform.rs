//! Platforms: `os/architecture/variant` read and brought to the one form that cache keys hold, as containerd's
//! `platforms` package does it. Knows nothing of builds.

use std::fmt;

/// A platform in normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    /// Operating system: `linux`.
    pub os: String,
    /// Architecture: `amd64`, `arm64`, `arm`, `386`, …
    pub architecture: String,
    /// Variant: `v7`, or empty.
    pub variant: String,
}

impl Default for Platform {
    fn default() -> Self {
        Self { os: "linux".into(), architecture: "amd64".into(), variant: String::new() }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
    }
}

impl Platform {
    /// As it is written: `linux/arm64`, `linux/arm/v7`.
    pub fn text(&self) -> String {
        let mut text = self.os.clone();
        for part in [&self.architecture, &self.variant] {
            if !part.is_empty() {
                text.push('/');
                text.push_str(part);
            }
        }
        text
    }
}

/// Systems that may stand alone, as in `--platform=linux`.
const SYSTEMS: [&str; 15] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
];

/// Architectures that may stand alone, as in `--platform=arm64`.
const ARCHITECTURES: [&str; 16] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv64", "s390x", "sparc64", "wasm", "armbe",
];

impl Platform {
    /// Reads `os`, `architecture`, `os/architecture` or `os/architecture/variant` and brings it to normal form.
    ///
    /// # Errors
    /// The builder's message if the text is none of these.
    ///
    /// ```
    /// # use layerwise::platform::Platform;
    /// assert_eq!(Platform::parse("linux/aarch64").unwrap().to_string(), "linux/arm64");
    /// assert_eq!(Platform::parse("arm").unwrap().to_string(), "linux/arm/v7");
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let plain = |part: &&str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        };
        if parts.len() > 3 || !parts.iter().all(plain) {
            return Err(refuse(text, "cannot parse platform specifier"));
        }
        let lower = |part: &str| part.to_ascii_lowercase();
        let (os, architecture, variant) = match *parts.as_slice() {
            [one] => {
                let one = lower(one);
                let os = system(&one);
                if SYSTEMS.contains(&os.as_str()) || os == "windows" {
                    (os, "amd64".to_owned(), String::new())
                } else {
                    let (architecture, variant) = normal(&one, "");
                    if !ARCHITECTURES.contains(&architecture.as_str()) {
                        return Err(refuse(text, "unknown operating system or architecture"));
                    }
                    ("linux".to_owned(), architecture, variant)
                }
            }
            [os, architecture] => {
                let (architecture, variant) = normal(&lower(architecture), "");
                (system(&lower(os)), architecture, variant)
            }
            [os, architecture, variant] => {
                let (architecture, variant) = normal(&lower(architecture), &lower(variant));
                (system(&lower(os)), architecture, variant)
            }
            _ => return Err(refuse(text, "cannot parse platform specifier")),
        };
        Ok(Self { os, architecture, variant })
    }
}

fn refuse(text: &str, why: &str) -> String {
    format!("failed to parse platform {text}: \"{text}\": {why}: invalid argument")
}

fn system(os: &str) -> String {
    if os == "macos" { "darwin".to_owned() } else { os.to_owned() }
}

/// Aliases of architectures; variants that say nothing are dropped, those of `arm` are written out.
fn normal(architecture: &str, variant: &str) -> (String, String) {
    let (architecture, variant) = match (architecture, variant) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8" | "v8.0") => ("arm64", ""),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        same => same,
    };
    (architecture.to_owned(), variant.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(
            Platform::parse(text).map_or_else(|error| error, |platform| platform.to_string()),
            expected
        );
    }

    #[test]
    fn aliases_and_variants_take_their_normal_form() {
        check("linux/amd64", "linux/amd64");
        check("linux/amd64/v2", "linux/amd64/v2");
        check("linux/amd64/v1", "linux/amd64");
        check("Linux/X86_64", "linux/amd64");
        check("linux/arm64/v8", "linux/arm64");
        check("linux/arm", "linux/arm/v7");
        check("linux/arm/6", "linux/arm/v6");
        check("386", "linux/386");
        check("macos", "darwin/amd64");
    }

    #[test]
    fn malformed_platforms_are_refused_with_the_builders_words() {
        check(
            "foo/bar/baz/q",
            "failed to parse platform foo/bar/baz/q: \"foo/bar/baz/q\": cannot parse platform specifier: invalid argument",
        );
        check(
            "nothing",
            "failed to parse platform nothing: \"nothing\": unknown operating system or architecture: invalid argument",
        );
    }
}
