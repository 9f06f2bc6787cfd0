//! `--chmod`: octal digits or symbols.

use super::file::CopyMode;
use crate::text::scan::has;

/// Reads `--chmod`; nothing at all keeps modes.
///
/// # Errors
/// The builder's message.
pub(super) fn parse(text: &str) -> Result<CopyMode, String> {
    if text.is_empty() {
        return Ok(CopyMode::Keep);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match u32::from_str_radix(text, 8) {
            Ok(bits) if bits <= 0o7777 => Ok(CopyMode::Bits(bits)),
            _ => {
                let message = [
                    "invalid chmod parameter: '",
                    text,
                    "'. it should be octal string and between 0 and 07777",
                ];
                Err(message.concat())
            }
        };
    }
    if text.split(',').all(is_clause) {
        Ok(CopyMode::Symbolic(text.to_owned()))
    } else {
        Err("invalid syntax".to_owned())
    }
}

/// `[ugoa…][+-=][rwxXst…]`, with several operators, or another class's bits as in `g=u`.
fn is_clause(text: &str) -> bool {
    let rest = text.trim_start_matches(['u', 'g', 'o', 'a']);
    let is_operator = |character| matches!(character, '+' | '-' | '=');
    rest.starts_with(is_operator)
        && rest.split(is_operator).skip(1).all(|bits| {
            matches!(bits, "u" | "g" | "o")
                || bits.chars().all(|bit| matches!(bit, 'r' | 'w' | 'x' | 'X' | 's' | 't'))
        })
}

/// What a symbolic mode makes of permission bits. The umask counts for nothing.
pub(super) fn apply(text: &str, mut bits: u32, directory: bool) -> u32 {
    for clause in text.split(',') {
        let operators = |character| matches!(character, '+' | '-' | '=');
        let start = clause.find(operators).unwrap_or(clause.len());
        let (who, mut rest) = clause.split_at(start);
        let class = |letter: u8| who.is_empty() || has(who, letter) || has(who, b'a');
        let mut classes = 0;
        for (letter, mask) in [(b'u', 0o700), (b'g', 0o070), (b'o', 0o007)] {
            if class(letter) {
                classes |= mask;
            }
        }
        while let Some(operator) = rest.chars().next() {
            let body = rest.get(1..).unwrap_or("");
            let end = body.find(operators).unwrap_or(body.len());
            let (perms, tail) = body.split_at(end);
            rest = tail;
            let spread = |three: u32| three | three << 3 | three << 6;
            let mut value = 0;
            let mut special = 0;
            for perm in perms.chars() {
                match perm {
                    'r' => value |= spread(4),
                    'w' => value |= spread(2),
                    'x' => value |= spread(1),
                    'X' if directory || bits & 0o111 != 0 => value |= spread(1),
                    'u' => value |= spread(bits >> 6 & 7),
                    'g' => value |= spread(bits >> 3 & 7),
                    'o' => value |= spread(bits & 7),
                    's' => special |= (u32::from(class(b'u')) * 0o4000) | (u32::from(class(b'g')) * 0o2000),
                    't' => special |= 0o1000,
                    _ => {}
                }
            }
            let value = value & classes | special;
            bits = match operator {
                '+' => bits | value,
                '-' => bits & !value,
                _ => bits & !classes | value,
            };
        }
    }
    bits
}

/// Bits as they are written: `0755`.
pub(super) fn octal(bits: u32) -> String {
    let mut text = String::from("0");
    let mut started = false;
    for shift in [9, 6, 3, 0] {
        let digit = bits >> shift & 7;
        started |= digit != 0 || shift == 0 || shift == 6;
        if started {
            text.push(char::from_digit(digit, 8).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_or_symbolic() {
        assert_eq!(parse("0755"), Ok(CopyMode::Bits(0o755)));
        assert_eq!(parse("755"), Ok(CopyMode::Bits(0o755)));
        assert_eq!(parse("u+x,g=rw"), Ok(CopyMode::Symbolic("u+x,g=rw".into())));
        assert_eq!(parse("foo"), Err("invalid syntax".into()));
        let refused = "invalid chmod parameter: '9'. it should be octal string and between 0 and 07777";
        assert_eq!(parse("9"), Err(refused.into()));
    }

    #[test]
    fn symbols_change_bits() {
        assert_eq!(apply("u+x", 0o644, false), 0o744);
        assert_eq!(apply("go-rwx", 0o755, false), 0o700);
        assert_eq!(apply("a=r,u+w", 0o777, false), 0o644);
        assert_eq!(apply("+X", 0o644, false), 0o644);
        assert_eq!(apply("+X", 0o644, true), 0o755);
        assert_eq!(octal(0o755), "0755");
        assert_eq!(octal(0o4755), "04755");
    }
}
