//! The words of STOPSIGNAL (`moby/sys/signal`, Linux).

const NAMES: &str = "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT \
    STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX";

/// Whether the daemon knows the signal: a number other than 0, or a name with or without `SIG`.
pub(super) fn is_known(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i64>().is_ok_and(|number| number != 0);
    }
    let upper = text.to_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let offset = |sign: &str, last: u8| {
        let number = name.strip_prefix(sign)?;
        let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        number.parse::<u8>().ok().filter(|number| plain && (1..=last).contains(number))
    };
    NAMES.split(' ').any(|known| known == name)
        || offset("RTMIN+", 15).is_some()
        || offset("RTMAX-", 14).is_some()
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn names_and_numbers() {
        for known in ["SIGTERM", "term", "9", "-1", "SIGRTMIN+3", "RTMAX-14", "sigusr1"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in
            ["", "0", "NOSIG", "SIGSIGTERM", "RTMIN+16", "RTMAX-0", "RTMIN+03", "99999999999999999999"]
        {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}
