//! Values that a step fails on, whatever the variables are: words that cannot be expanded, mounts, ports,
//! signals. The builder says so only when it comes to the step.

mod signal;

pub use signal::check_signal;

use super::{Command, Dockerfile, Instruction, Word};
use crate::{
    diagnostic::{Diagnostic, Severity, code},
    text::{Span, quote, scan::has_any, split_once},
    word::{Empty, Lexer, expand_words},
};

/// Adds what is found to the diagnostics of `file`.
pub(super) fn run(file: &mut Dockerfile) {
    let shared: &Dockerfile = file;
    let mut findings = Findings { file: shared, found: Vec::new() };
    for instruction in &shared.instructions {
        words(&mut findings, instruction);
        mounts(&mut findings, instruction);
        match &instruction.command {
            Command::Expose(ports) => {
                for word in ports.iter().filter(|word| !crate::text::scan::has(&word.text, b'$')) {
                    expose(&mut findings, instruction, word);
                }
            }
            Command::Stopsignal(word)
                if !has_any(&word.text, b"$\"'") && !word.text.contains([findings.file.escape]) =>
            {
                if let Err(message) = check_signal(&word.text) {
                    findings.push(instruction, code::INVALID_SIGNAL, word.span, message);
                }
            }
            _ => {}
        }
    }
    let found = findings.found;
    file.diagnostics.extend(found);
}

/// What is found so far.
struct Findings<'f> {
    file: &'f Dockerfile,
    found: Vec<Diagnostic>,
}

impl Findings<'_> {
    fn push(&mut self, instruction: &Instruction, code: &'static str, span: Span, message: String) {
        let line = instruction.line;
        let severity = Severity::Error;
        self.found.push(Diagnostic { code, severity, span, line, message, hint: None, edits: Vec::new() });
    }
}

/// Words with a mistake that no variable mends. The first of an instruction is enough.
fn words(findings: &mut Findings<'_>, instruction: &Instruction) {
    let escape = findings.file.escape;
    let lexer = Lexer { skip_unset: true, ..Lexer::new(escape) };
    let mut check = |word: &Word| {
        if is_simple(&word.text, escape) {
            return true;
        }
        match lexer.word(&word.text, &Empty) {
            Ok(_) => true,
            Err(error) => {
                let message = error.to_string();
                findings.push(instruction, code::INVALID_WORD, word.span, message);
                false
            }
        }
    };
    let _ = match &instruction.command {
        Command::From(from) => check(&from.image),
        Command::Env(pairs) | Command::Label(pairs) => {
            pairs.iter().all(|pair| check(&pair.key) && check(&pair.value))
        }
        Command::Arg(arguments) => {
            arguments.iter().filter_map(|argument| argument.default.as_ref()).all(check)
        }
        Command::Copy(copy) | Command::Add(copy) => copy.sources.iter().chain([&copy.destination]).all(check),
        Command::Workdir(word) | Command::User(word) | Command::Stopsignal(word) => check(word),
        Command::Expose(words) | Command::Volume(words) => words.iter().all(check),
        _ => true,
    };
}

/// Whether a word is seen to be right without the lexer: only whole quotes, `$name` and `${name}` in it.
fn is_simple(word: &str, escape: char) -> bool {
    if !word.bytes().any(|byte| matches!(byte, b'$' | b'"' | b'\'')) {
        return true;
    }
    let mut quote = None;
    let mut bytes = word.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            _ if byte as char == escape => return false,
            b'\'' | b'"' if quote.is_none() => quote = Some(byte),
            _ if quote == Some(byte) => quote = None,
            b'$' if quote != Some(b'\'') && bytes.next_if_eq(&b'{').is_some() => {
                let mut length = 0;
                while bytes.next_if(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').is_some() {
                    length += 1;
                }
                if length == 0 || bytes.next() != Some(b'}') {
                    return false;
                }
            }
            _ => {}
        }
    }
    quote.is_none()
}

fn mounts(findings: &mut Findings<'_>, instruction: &Instruction) {
    let Command::Run(run) = &instruction.command else { return };
    for mount in &run.mounts {
        if mount.written.iter().any(|field| has_any(field, b"$\"'\\`")) {
            continue;
        }
        if let Err(message) = mount.options(&mut |value| Ok(value.to_owned())) {
            findings.push(instruction, code::INVALID_MOUNT, mount.span, message);
        }
    }
}

fn expose(findings: &mut Findings<'_>, instruction: &Instruction, word: &Word) {
    let escape = findings.file.escape;
    let ports = if has_any(&word.text, b"\"'<") || word.text.contains([escape]) {
        expand_words(&word.text, escape, &Empty).unwrap_or_default()
    } else {
        vec![word.text.clone()]
    };
    for port in ports {
        if let Err(message) = check_port(&port) {
            findings.push(instruction, code::INVALID_PORT, word.span, message);
        }
    }
}

/// Checks a port of EXPOSE, expanded: `[address:][host:]port[-port][/protocol]`.
///
/// # Errors
/// The builder's message.
pub fn check_port(port: &str) -> Result<(), String> {
    let (before, container) = port.rsplit_once(':').unwrap_or(("", port));
    let (address, host) = before.rsplit_once(':').unwrap_or(("", before));
    let (range, protocol) = container.split_once('/').unwrap_or((container, ""));
    let invalid = |why: &[&str]| Err(["invalid port: ", &quote(port), ": ", &why.concat()].concat());
    if range.is_empty() {
        return invalid(&["no port specified"]);
    }
    if !["", "tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(protocol)) {
        return invalid(&["invalid proto: ", protocol]);
    }
    if !address.is_empty() && !is_address(address) {
        return Err(["invalid IP address: ", address.trim_matches(['[', ']'])].concat());
    }
    let Some((first, last)) = port_range(range) else {
        return Err(["invalid containerPort: ", range].concat());
    };
    if host.is_empty() {
        return Ok(());
    }
    let Some((first_host, last_host)) = port_range(host) else {
        return Err(["invalid hostPort: ", host].concat());
    };
    if last - first != last_host - first_host && last != first {
        let why = ["invalid ranges specified for container and host Ports: ", range, " and ", host];
        return Err(why.concat());
    }
    Ok(())
}

fn is_address(address: &str) -> bool {
    let inside = address.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(address);
    is_address_4(inside) || is_address_6(inside)
}

/// Whether it is an address such as `127.0.0.1`: four numbers up to 255, without zeros before them.
fn is_address_4(address: &str) -> bool {
    let mut count = 0;
    for part in address.split('.') {
        count += 1;
        let plain = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_zero_first = part.len() > 1 && part.starts_with('0');
        if !plain || is_zero_first || (part.len() == 3 && part > "255") {
            return false;
        }
    }
    count == 4
}

/// Whether it is an address such as `::1`: eight groups of hexadecimal digits, or fewer around one `::`; the last
/// two may be an address of four numbers.
fn is_address_6(address: &str) -> bool {
    let (before, after) = match split_once(address, "::") {
        Some((before, after)) => (before, Some(after)),
        None => (address, None),
    };
    let mut count = 0;
    for (half, is_last) in [(before, after.is_none()), (after.unwrap_or(""), true)] {
        if half.is_empty() {
            continue;
        }
        let mut groups = half.split(':').peekable();
        while let Some(group) = groups.next() {
            let last = is_last && groups.peek().is_none();
            count += 1;
            if last && is_address_4(group) {
                count += 1;
            } else if !(1..=4).contains(&group.len()) || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return false;
            }
        }
    }
    if after.is_some() { count < 8 } else { count == 8 }
}

fn port_range(range: &str) -> Option<(u16, u16)> {
    let number = |text: &str| {
        // Go takes a plus sign, and a minus before zero.
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let number =
            digits.parse::<u16>().ok().filter(|_| digits.starts_with(|char: char| char.is_ascii_digit()))?;
        (!text.starts_with('-') || number == 0).then_some(number)
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (start, end) = (number(first)?, number(last)?);
    (start <= end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{check_port, is_address};

    #[test]
    fn addresses_are_those_of_go() {
        // As `net.ParseIP` of Go 1.26 says.
        for good in
            "127.0.0.1 ::1 :: ::ffff:1.2.3.4 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: 1:2:3:4:5:6:1.2.3.4 0000:1::"
                .split(' ')
        {
            assert!(is_address(good), "{good}");
        }
        for bad in
            "1.2.3 01.2.3.4 256.1.1.1 1::2::3 fe80::1%eth0 12345:: g:: 1.2.3.4.5 ::1.2.3.4:5 :1 1:".split(' ')
        {
            assert!(!is_address(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn addresses_are_those_of_the_standard_library(text in "([0-9a]{0,4}[:.]{0,2}){0,9}[0-9.:]{0,9}") {
            prop_assert_eq!(is_address(&text), text.parse::<std::net::IpAddr>().is_ok());
        }
    }

    #[test]
    fn ports() {
        for port in ["80", "80/TCP", "90-92/udp", "1:2", "1.2.3.4:5:6", "[::1]:5:6", "80/", "1-2:5", "+1"] {
            assert_eq!(check_port(port), Ok(()), "{port}");
        }
        for (port, expect) in [
            ("abc", "invalid containerPort: abc"),
            ("99999", "invalid containerPort: 99999"),
            ("9-8", "invalid containerPort: 9-8"),
            ("80/xyz", "invalid port: \"80/xyz\": invalid proto: xyz"),
            ("/tcp", "invalid port: \"/tcp\": no port specified"),
            ("x:80", "invalid hostPort: x"),
            ("x:1:80", "invalid IP address: x"),
            ("1-3:4-5", "invalid ranges specified for container and host Ports: 4-5 and 1-3"),
        ] {
            assert_eq!(check_port(port), Err(expect.to_owned()), "{port}");
        }
    }
}
