//! `FROM --platform`: only what makes the daemon refuse it (`containerd/platforms`). Which platform it is does
//! not matter to the classic builder's cache.

use super::version::Rules;
use crate::{platform::Platform, text::quote};

/// Whether the daemon can read the platform.
///
/// # Errors
/// Its message.
pub(super) fn check(text: &str, rules: Rules) -> Result<(), String> {
    parts(text, rules).map_err(|reason| ["failed to parse platform ", text, ": ", &reason].concat())?;
    if text.contains('(') { Ok(()) } else { Platform::parse(text).map(drop) }
}

fn parts(text: &str, rules: Rules) -> Result<(), String> {
    let shown = quote(text);
    if text.contains('*') {
        return Err([&shown, ": wildcards not yet supported: invalid argument"].concat());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    for (index, part) in text.split('/').enumerate() {
        if index == 0 && rules.platform_versions() {
            let (name, version) = match part.strip_suffix(')').and_then(|part| part.split_once('(')) {
                Some((name, version)) => (name, version),
                None => (part, ""),
            };
            let good = !name.is_empty() && name.bytes().all(plain);
            if !good || !version.bytes().all(|byte| plain(byte) || byte == b'.') {
                let pattern = quote(r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?$");
                let (of, rule) =
                    (" is an invalid OS component of ", ": OSAndVersion specifier component must match ");
                return Err([&quote(part), of, &shown, rule, &pattern, ": invalid argument"].concat());
            }
            continue;
        }
        let dots = rules.platform_dots();
        if part.is_empty() || !part.bytes().all(|byte| plain(byte) || (dots && byte == b'.')) {
            let pattern = quote(if dots { "^[A-Za-z0-9_.-]+$" } else { "^[A-Za-z0-9_-]+$" });
            let (of, rule) = (" is an invalid component of ", ": platform specifier component must match ");
            return Err([&quote(part), of, &shown, rule, &pattern, ": invalid argument"].concat());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::builder::{LegacyVersion, legacy::version::Rules};

    fn check_at(daemon: (u16, u16), text: &str, expect: Result<(), &str>) {
        let rules = Rules::new(LegacyVersion { daemon, client: daemon });
        assert_eq!(check(text, rules), expect.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn messages_by_version() {
        let start = r#"failed to parse platform : """#;
        let rest = r#": platform specifier component must match "^[A-Za-z0-9_-]+$": invalid argument"#;
        check_at((20, 10), "", Err(&[start, r#" is an invalid component of """#, rest].concat()));
        let rest = r#": OSAndVersion specifier component must match "^([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.-]*)\\))?$": invalid argument"#;
        check_at((28, 2), "", Err(&[start, r#" is an invalid OS component of """#, rest].concat()));
        check_at((28, 2), "windows(10.0.1)/amd64", Ok(()));
        check_at((28, 2), "linux/arm64/v8", Ok(()));
        check_at(
            (28, 2),
            "foo",
            Err(
                r#"failed to parse platform foo: "foo": unknown operating system or architecture: invalid argument"#,
            ),
        );
    }
}
