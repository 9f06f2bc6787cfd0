//! The words of EXPOSE: `80`, `443/tcp`, `8000-8010/udp`, and as Docker also takes, `ip:hostPort:containerPort`.
//! As `docker/go-connections/nat` reads them.

use std::net::IpAddr;

use super::version::Rules;
use crate::map::Set;

/// Adds the ports of `word` to `ports` as `80/tcp`.
///
/// # Errors
/// The daemon's message, if it refuses the word.
pub(super) fn add(ports: &mut Set<String>, word: &str, rules: Rules) -> Result<(), String> {
    let mut parts = word.rsplitn(3, ':');
    let container = parts.next().unwrap_or("");
    let host = parts.next().unwrap_or("");
    check_address(parts.next().unwrap_or(""), rules)?;
    let (port, protocol) = split_protocol(container);
    if port.is_empty() {
        return Err(message(rules, &["No port specified: ", word, "<empty>"]));
    }
    let Some((start, end)) = range(port) else {
        return Err(message(rules, &["Invalid containerPort: ", port]));
    };
    if !host.is_empty() {
        let Some((host_start, host_end)) = range(host) else {
            return Err(message(rules, &["Invalid hostPort: ", host]));
        };
        if end - start != host_end - host_start && end != start {
            return Err(message(
                rules,
                &["Invalid ranges specified for container and host Ports: ", port, " and ", host],
            ));
        }
    }
    let lower = protocol.to_lowercase();
    if !matches!(lower.as_str(), "tcp" | "udp" | "sctp") {
        return Err(message(rules, &["Invalid proto: ", protocol]));
    }
    for number in start..=end {
        ports.insert([&number.to_string(), "/", &lower].concat());
    }
    Ok(())
}

/// Messages begin in lower case from 25.0 on.
fn message(rules: Rules, parts: &[&str]) -> String {
    let text = parts.concat();
    match (rules.lower_case_ports(), text.get(..1), text.get(1..)) {
        (true, Some(first), Some(rest)) => [&first.to_ascii_lowercase(), rest].concat(),
        _ => text,
    }
}

fn check_address(address: &str, rules: Rules) -> Result<(), String> {
    let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    if bare.is_empty() || bare.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    let noun = if rules.lower_case_ports() { "invalid IP address: " } else { "Invalid ip address: " };
    Err([noun, bare].concat())
}

/// Port and protocol; `tcp` if none is named. Both are empty if there is no port.
fn split_protocol(word: &str) -> (&str, &str) {
    let mut parts = word.split('/');
    let port = parts.next().unwrap_or("");
    match parts.next() {
        _ if port.is_empty() => ("", ""),
        None | Some("") => (port, "tcp"),
        Some(protocol) => (port, protocol),
    }
}

/// `80` or `80-90`; what follows a second dash is not looked at.
fn range(text: &str) -> Option<(u16, u16)> {
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let start = number(parts.next()?)?;
    let end = parts.next().map_or(Some(start), number)?;
    (start <= end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::LegacyVersion;

    fn check(word: &str, expect: Result<&[&str], &str>) {
        let rules = Rules::new(LegacyVersion { daemon: (20, 10), client: (28, 2) });
        let mut ports = Set::new();
        let found = add(&mut ports, word, rules);
        let expect = expect.map(|ports| ports.iter().map(|&port| port.to_owned()).collect());
        assert_eq!(found.map(|()| ports), expect.map_err(str::to_owned), "{word}");
    }

    #[test]
    fn ports_and_ranges() {
        check("80", Ok(&["80/tcp"]));
        check("53/UDP", Ok(&["53/udp"]));
        check("80/", Ok(&["80/tcp"]));
        check("8000-8002/sctp", Ok(&["8000/sctp", "8001/sctp", "8002/sctp"]));
        check("127.0.0.1:8080:80", Ok(&["80/tcp"]));
        check("[::1]:8080:80", Ok(&["80/tcp"]));
    }

    #[test]
    fn refused_words() {
        check("abc", Err("Invalid containerPort: abc"));
        check("99999", Err("Invalid containerPort: 99999"));
        check("90-80", Err("Invalid containerPort: 90-80"));
        check("80/xyz", Err("Invalid proto: xyz"));
        check("", Err("No port specified: <empty>"));
        check("x:80:80", Err("Invalid ip address: x"));
    }
}
