//! Sizes as `RUN --mount=type=tmpfs,size=` takes them: a number, then `k`, `m`, `g`, `t` or `p` with `b` or `ib`.

/// Reads a size as bytes, rounded down. None if it is not one.
pub(super) fn bytes(text: &str) -> Option<i64> {
    let end = text.rfind(|char: char| char.is_ascii_digit() || matches!(char, '.' | ' '))? + 1;
    let (number, suffix) = text.split_at(end);
    // One blank may stand between the number and its unit.
    let number = number.strip_suffix(' ').unwrap_or(number);
    let mut suffix = suffix.bytes().map(|byte| byte.to_ascii_lowercase());
    let unit = match suffix.next() {
        None | Some(b'b') => 0,
        Some(b'k') => 10,
        Some(b'm') => 20,
        Some(b'g') => 30,
        Some(b't') => 40,
        Some(b'p') => 50,
        Some(_) => return None,
    };
    let known = matches!(
        (unit, suffix.next(), suffix.next(), suffix.next()),
        (_, None, _, _) | (1.., Some(b'b'), None, _) | (1.., Some(b'i'), Some(b'b'), None)
    );
    if known { scaled(number, unit) } else { None }
}

/// A decimal number times two to the power of `shift`, rounded down. The builder computes with floats: with digits
/// and powers of ten that a float holds, one division gives the float that it reads.
#[expect(clippy::cast_precision_loss, reason = "that of the builder")]
fn scaled(number: &str, shift: u32) -> Option<i64> {
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, i32::try_from(exponent.parse::<i64>().ok()?).ok()?),
        None => (number, 0),
    };
    let negative = mantissa.starts_with('-');
    let digits = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let mut value: u64 = 0;
    let mut places = exponent;
    for (at, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
        if !digit.is_ascii_digit() {
            return None;
        }
        // More digits than these say nothing to a float.
        let is_kept = value < 10_u64.pow(18);
        if is_kept {
            value = value * 10 + u64::from(digit - b'0');
        }
        match (at < whole.len(), is_kept) {
            (true, false) => places = places.saturating_add(1),
            (false, true) => places = places.saturating_sub(1),
            _ => {}
        }
    }
    if negative && value > 0 {
        return None;
    }
    let mut power = 1.0;
    for _ in 0..places.unsigned_abs().min(400) {
        power *= 10.0;
    }
    let value = if places > 0 { value as f64 * power } else { value as f64 / power };
    // A product that is too large for a whole number is the largest one.
    (value != f64::INFINITY).then_some((value * (1_u64 << shift) as f64) as i64)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn reads_sizes() {
        for (text, expect) in [
            ("0", 0),
            ("1000000", 1_000_000),
            ("1k", 1024),
            ("1.5KiB", 1536),
            ("2 mb", 2 << 20),
            ("3G", 3 << 30),
            ("0.1k", 102),
            ("1b", 1),
            ("1e3", 1000),
            (".5t", 1 << 39),
            ("1p", 1 << 50),
            ("99999999999999999999p", i64::MAX),
            ("1.123456789012345678901234567890g", 1_206_302_541),
            ("123456789012345678901234567890e-20", 1_234_567_890),
            ("0e999999999", 0),
            ("1e-999999999p", 0),
        ] {
            assert_eq!(bytes(text), Some(expect), "{text}");
        }
        for text in
            ["", "k", "-1", "1x", "1bb", "1kx", "1kibb", "1 2", "1.2.3", ".", "a1", "1e400", "1e2147483647p"]
        {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
