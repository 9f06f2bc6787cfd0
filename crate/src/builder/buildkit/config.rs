//! What BuildKit refuses in EXPOSE and STOPSIGNAL. Neither makes a step.

/// Checks one word of EXPOSE: `[[ip:]host:]container[/protocol]`, ports or ranges.
pub(super) fn check_port(text: &str) -> Result<(), String> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let protocol = if protocol.is_empty() { "tcp" } else { protocol };
    let container = ports.rsplit(':').next().unwrap_or(ports);
    if container.is_empty() {
        return Err(["invalid port: ", &crate::text::quote(text), ": no port specified"].concat());
    }
    let (first, last) = container.split_once('-').unwrap_or((container, container));
    let read = |port: &str| {
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| port.parse::<u16>().ok()).flatten()
    };
    match (read(first), read(last)) {
        (Some(first), Some(last)) if first <= last => {}
        _ => return Err(["invalid containerPort: ", container].concat()),
    }
    if !["tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(protocol)) {
        return Err(["invalid port: ", &crate::text::quote(text), ": invalid proto: ", protocol].concat());
    }
    Ok(())
}

const SIGNALS: [&str; 36] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
];

/// Checks STOPSIGNAL: a number other than 0 or a name, with or without `SIG`.
pub(super) fn check_signal(text: &str) -> Result<(), String> {
    let number = text.parse::<i64>();
    let upper = crate::text::upper(text);
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let offset = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|offset| (1..=most).contains(&offset));
    let real_time = name.strip_prefix("RTMIN+").is_some_and(|rest| offset(rest, 15))
        || name.strip_prefix("RTMAX-").is_some_and(|rest| offset(rest, 14));
    if number.as_ref().is_ok_and(|&number| number != 0) || SIGNALS.contains(&name) || real_time {
        Ok(())
    } else {
        Err(["invalid signal: ", text].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_checked_in_the_builders_words() {
        for good in ["80", "80/tcp", "8000-8010/UDP", "127.0.0.1:80:8080", "53/"] {
            assert_eq!(check_port(good), Ok(()), "{good}");
        }
        assert_eq!(check_port("abc"), Err("invalid containerPort: abc".into()));
        assert_eq!(check_port("99999"), Err("invalid containerPort: 99999".into()));
        assert_eq!(check_port("80/xyz"), Err("invalid port: \"80/xyz\": invalid proto: xyz".into()));
    }

    #[test]
    fn signals_are_numbers_or_names() {
        for good in ["9", "SIGTERM", "term", "SIGRTMIN+3"] {
            assert_eq!(check_signal(good), Ok(()), "{good}");
        }
        for bad in ["0", "NOSIG", "", "RTMIN+16"] {
            assert_eq!(check_signal(bad), Err(["invalid signal: ", bad].concat()));
        }
    }
}
