//! Go's `%q`, by which the daemon writes lists, durations and numbers into its comments.

use crate::text::quote;

/// Appends a list: `["a" "b"]`.
pub(super) fn list(out: &mut String, items: &[String]) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(&quote(item));
    }
    out.push(']');
}

/// Appends a number as Go does when it is asked to quote it: as the character with that code point.
pub(super) fn number(out: &mut String, value: i64) {
    let character = u32::try_from(value).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.push('\'');
    match character {
        '\'' => out.push_str("\\'"),
        '"' => out.push('"'),
        _ => out.push_str(quote(character.encode_utf8(&mut [0; 4])).trim_matches('"')),
    }
    out.push('\'');
}

/// Appends a duration in nanoseconds: `"1m30s"`.
pub(super) fn duration(out: &mut String, nanoseconds: i64) {
    out.push('"');
    if nanoseconds < 0 {
        out.push('-');
    }
    let total = nanoseconds.unsigned_abs();
    match total {
        0 => out.push_str("0s"),
        1..1_000 => decimal(out, total, 0, "ns"),
        1_000..1_000_000 => decimal(out, total, 3, "µs"),
        1_000_000..1_000_000_000 => decimal(out, total, 6, "ms"),
        _ => {
            let minutes = total / 60_000_000_000;
            if minutes >= 60 {
                out.push_str(&(minutes / 60).to_string());
                out.push('h');
            }
            if minutes > 0 {
                out.push_str(&(minutes % 60).to_string());
                out.push('m');
            }
            decimal(out, total % 60_000_000_000, 9, "s");
        }
    }
    out.push('"');
}

/// Appends `value` divided by ten to the `places`, without trailing zeros.
fn decimal(out: &mut String, value: u64, places: u32, unit: &str) {
    let scale = 10_u64.pow(places);
    out.push_str(&(value / scale).to_string());
    if !value.is_multiple_of(scale) {
        let digits = (scale + value % scale).to_string();
        out.push('.');
        out.push_str(digits.get(1..).unwrap_or("").trim_end_matches('0'));
    }
    out.push_str(unit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        for (items, expect) in [(&[][..], "[]"), (&["a b", "q\"x"][..], r#"["a b" "q\"x"]"#)] {
            let mut out = String::new();
            list(&mut out, &items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>());
            assert_eq!(out, expect);
        }
    }

    #[test]
    fn numbers_are_characters() {
        for (value, expect) in [
            (0, r"'\x00'"),
            (3, r"'\x03'"),
            (10, r"'\n'"),
            (39, r"'\''"),
            (34, "'\"'"),
            (65, "'A'"),
            (-1, "'\u{fffd}'"),
        ] {
            let mut out = String::new();
            number(&mut out, value);
            assert_eq!(out, expect);
        }
    }

    #[test]
    fn durations() {
        for (nanoseconds, expect) in [
            (0, "\"0s\""),
            (1, "\"1ns\""),
            (1_500, "\"1.5µs\""),
            (500_000_000, "\"500ms\""),
            (1_000_000_000, "\"1s\""),
            (90_000_000_000, "\"1m30s\""),
            (300_000_000_000, "\"5m0s\""),
            (3_600_500_000_000, "\"1h0m0.5s\""),
        ] {
            let mut out = String::new();
            duration(&mut out, nanoseconds);
            assert_eq!(out, expect);
        }
    }
}
