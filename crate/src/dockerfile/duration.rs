//! Durations as Go writes them: `1m30s`, `500ms`.

use nom::{IResult, Parser, bytes::complete::take_while, character::complete::char, combinator::opt};

use crate::text::quote;

/// Nanoseconds in a millisecond.
pub(super) const MILLISECOND: i64 = 1_000_000;

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a duration as nanoseconds. The error is Go's message.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    let invalid = || ["time: invalid duration ", &quote(text)].concat();
    let (negative, mut rest) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    // The least duration is one nanosecond further from zero than the greatest.
    let limit = i64::MAX.unsigned_abs() + 1;
    while !rest.is_empty() {
        let Ok((behind, (whole, fraction))) = number(rest) else { return Err(invalid()) };
        if whole.is_empty() && fraction.unwrap_or("").is_empty() {
            return Err(invalid());
        }
        let unit_end = behind.find(|char: char| char == '.' || char.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(unit_end);
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        if whole > limit {
            return Err(invalid());
        }
        if unit.is_empty() {
            return Err(["time: missing unit in duration ", &quote(text)].concat());
        }
        let Some(&(_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(["time: unknown unit ", &quote(unit), " in duration ", &quote(text)].concat());
        };
        total = whole
            .checked_mul(scale)
            .and_then(|part| part.checked_add(fraction_of(fraction.unwrap_or(""), scale)))
            .and_then(|part| total.checked_add(part))
            .filter(|&sum| sum <= limit)
            .ok_or_else(invalid)?;
        rest = next;
    }
    if negative {
        return Ok(0_i64.saturating_sub_unsigned(total));
    }
    i64::try_from(total).map_err(|_| invalid())
}

fn number(input: &str) -> IResult<&str, (&str, Option<&str>)> {
    let digits = || take_while(|char: char| char.is_ascii_digit());
    (digits(), opt((char('.'), digits()).map(|(_, fraction)| fraction))).parse(input)
}

/// The nanoseconds of a decimal fraction of a unit, rounded as Go rounds them: it computes with floats, and leaves
/// out the digits that are too many for a whole number.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "Go's floats are these, and none is below zero"
)]
fn fraction_of(digits: &str, scale: u64) -> u64 {
    let (mut value, mut base) = (0_u64, 1.0);
    for digit in digits.bytes() {
        let longer = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit - b'0')));
        let Some(longer) = longer.filter(|&longer| longer <= 1 << 63) else { break };
        value = longer;
        base *= 10.0;
    }
    (value as f64 * (scale as f64 / base)) as u64
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str, expect: Result<i64, &str>) {
        assert_eq!(parse(text), expect.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn reads_durations() {
        check("0", Ok(0));
        check("+5s", Ok(5_000_000_000));
        check("1h2m3s4ms5us6ns", Ok(3_723_004_005_006));
        check("1.5s", Ok(1_500_000_000));
        check(".5m", Ok(30_000_000_000));
        check("1.s", Ok(1_000_000_000));
        check("-1ns", Ok(-1));
        check("9223372036854775807ns", Ok(i64::MAX));
        check("1\u{b5}s", Ok(1000));
        // As `time.ParseDuration` of Go 1.26 reads them.
        check("0.333333333333333333333h", Ok(1_200_000_000_000));
        check("0.29999999999999999999s", Ok(300_000_000));
        check("0.9999999999999999999h", Ok(3_600_000_000_000));
        check("0.9223372036854775807s", Ok(922_337_203));
        check("9223372036.854775807s", Ok(i64::MAX));
        check("1.0000000000000000000000001s", Ok(1_000_000_000));
        check("0.57m", Ok(34_200_000_000));
    }

    #[test]
    fn words_errors_as_go_does() {
        check("abc", Err("time: invalid duration \"abc\""));
        check("", Err("time: invalid duration \"\""));
        check("-", Err("time: invalid duration \"-\""));
        check(".s", Err("time: invalid duration \".s\""));
        check("1", Err("time: missing unit in duration \"1\""));
        check("1x", Err("time: unknown unit \"x\" in duration \"1x\""));
        check("1s 2s", Err("time: unknown unit \"s \" in duration \"1s 2s\""));
        check("9223372036854775808ns", Err("time: invalid duration \"9223372036854775808ns\""));
        check("3000000h", Err("time: invalid duration \"3000000h\""));
    }
}
