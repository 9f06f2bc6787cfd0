//! The signals that STOPSIGNAL takes.

const NAMES: [&str; 34] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
];

/// Checks the value of STOPSIGNAL: a number other than zero, or a name of a Linux signal in any case, with or
/// without `SIG`.
///
/// # Errors
/// The builder's message.
pub fn check_signal(signal: &str) -> Result<(), String> {
    let digits = signal.strip_prefix(['+', '-']).unwrap_or(signal);
    let is_known = if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        signal.parse::<i64>().is_ok_and(|number| number != 0)
    } else {
        let name = crate::text::upper(signal);
        is_name(name.strip_prefix("SIG").unwrap_or(&name))
    };
    if is_known { Ok(()) } else { Err(["invalid signal: ", signal].concat()) }
}

fn is_name(name: &str) -> bool {
    // `RTMIN` to `RTMIN+15` and `RTMAX-14` to `RTMAX`, numbers without leading zeros.
    let real_time = [("RTMIN", '+', 15), ("RTMAX", '-', 14)].iter().any(|&(base, sign, most)| {
        let Some(rest) = name.strip_prefix(base) else { return false };
        rest.is_empty()
            || rest.strip_prefix(sign).is_some_and(|number| {
                !number.starts_with(['0', '+']) && number.parse::<u8>().is_ok_and(|number| number <= most)
            })
    });
    real_time || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::check_signal;

    #[test]
    fn numbers_and_names() {
        for signal in
            ["9", "-1", "TERM", "sigterm", "SIGRTMIN", "RTMIN+15", "rtmax-14", "SIGWINCH", "\u{17f}ıgterm"]
        {
            assert_eq!(check_signal(signal), Ok(()), "{signal}");
        }
        for signal in ["0", "", "SIGX", "RTMIN+16", "RTMAX-0", "RTMAX+1", "SIGSIGTERM", "1.5", "SIG"] {
            assert_eq!(check_signal(signal), Err(format!("invalid signal: {signal}")), "{signal}");
        }
    }
}
