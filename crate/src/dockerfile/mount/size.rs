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

/// A decimal number times two to the power of `shift`, rounded down.
fn scaled(number: &str, shift: u32) -> Option<i64> {
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (number, 0),
    };
    let negative = mantissa.starts_with('-');
    let digits = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let mut value: u128 = 0;
    let mut places = exponent;
    for digit in whole.bytes() {
        value = push(value, digit)?;
    }
    for digit in fraction.bytes().take(15) {
        value = push(value, digit)?;
        places -= 1;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || (negative && value > 0) {
        return None;
    }
    let mut value = value.saturating_mul(1 << shift);
    for _ in 0..places.unsigned_abs().min(60) {
        value = if places > 0 { value.saturating_mul(10) } else { value / 10 };
    }
    Some(i64::try_from(value).unwrap_or(i64::MAX))
}

fn push(value: u128, digit: u8) -> Option<u128> {
    let digit = digit.is_ascii_digit().then(|| u128::from(digit - b'0'))?;
    Some(value.saturating_mul(10).saturating_add(digit).min(u128::from(u64::MAX)))
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
        ] {
            assert_eq!(bytes(text), Some(expect), "{text}");
        }
        for text in ["", "k", "-1", "1x", "1bb", "1kx", "1kibb", "1 2", "1.2.3", ".", "a1"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
