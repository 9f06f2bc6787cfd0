//! Names of images (`distribution/reference`): only what makes the daemon refuse one.

use super::version::Rules;

/// Whether the daemon can read the name.
///
/// # Errors
/// Its message.
pub(super) fn check(reference: &str, rules: Rules) -> Result<(), String> {
    // Before the first slash stands a registry if it looks like one.
    let (registry, path) = match reference.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':']) || first == "localhost" || first != first.to_lowercase() =>
        {
            (Some(first), rest)
        }
        _ => (None, reference),
    };
    let name = path.split([':', '@']).next().unwrap_or("");
    if name != name.to_lowercase() {
        let official = if registry.is_none() && !name.contains('/') { "library/" } else { "" };
        let shown = ["repository name (", official, name, ")"].concat();
        let shown = if rules.current_parser() { shown.as_str() } else { "repository name" };
        return Err(["invalid reference format: ", shown, " must be lowercase"].concat());
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
    if name.is_empty() || !name.bytes().all(known) {
        return Err("invalid reference format".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::builder::{LegacyVersion, legacy::version::Rules};

    #[test]
    fn names_must_be_lower_case() {
        let old = Rules::new(LegacyVersion { daemon: (20, 10), client: (28, 2) });
        let new = Rules::new(LegacyVersion::default());
        for good in ["alpine", "alpine:3.20", "ghcr.io/a/b@sha256:00", "localhost:5000/x", "a/b:Tag"] {
            assert_eq!(check(good, new), Ok(()), "{good}");
        }
        assert_eq!(
            check("$S", old).unwrap_err(),
            "invalid reference format: repository name must be lowercase"
        );
        let message = "invalid reference format: repository name (library/$S) must be lowercase";
        assert_eq!(check("$S", new).unwrap_err(), message);
        assert_eq!(check("a b", new).unwrap_err(), "invalid reference format");
    }
}
