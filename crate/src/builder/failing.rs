//! Commands that fail wherever they run.

/// The exit code of a command line that fails by its text alone: `false`, or `exit` with a number, in a shell. What
/// any other command does, only a real run knows.
///
/// POSIX: "Shell Command Language", `exit`; "Utilities", `false`.
pub(super) fn exit_code(args: &[String]) -> Option<u8> {
    let (text, shell) = args.split_last()?;
    let (last, options) = shell.split_last().filter(|(_, rest)| !rest.is_empty())?;
    let program = options.first()?.rsplit('/').next()?;
    let plain = |option: &String| option.bytes().skip(1).all(|letter| b"eux".contains(&letter));
    let command = last.strip_prefix('-')?.strip_suffix('c')?;
    if !["sh", "bash", "ash", "dash"].contains(&program)
        || !command.bytes().all(|letter| b"eux".contains(&letter))
        || !options.iter().skip(1).all(|option| option.starts_with('-') && plain(option))
    {
        return None;
    }
    let mut words = text.split_ascii_whitespace();
    let code = match (words.next()?, words.next()) {
        ("false", None) => 1,
        // A line break would end the command.
        ("exit", Some(number)) if !text.trim_ascii().contains('\n') => number.parse().ok()?,
        _ => return None,
    };
    (code != 0 && words.next().is_none()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::exit_code;

    /// Exit codes that BuildKit 0.32.2 and Docker 20.10.24 printed for these, and commands that are not judged.
    #[test]
    fn only_what_fails_anywhere_is_known_to_fail() {
        let code = |args: &[&str]| exit_code(&args.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(code(&["/bin/sh", "-c", "false"]), Some(1));
        assert_eq!(code(&["/bin/sh", "-c", "false\n"]), Some(1));
        assert_eq!(code(&["/bin/sh", "-c", "exit   3"]), Some(3));
        assert_eq!(code(&["/bin/sh", "-exc", "exit 03"]), Some(3));
        assert_eq!(code(&["bash", "-e", "-c", "exit 255"]), Some(255));
        for text in
            ["", "exit", "exit 0", "exit 256", "exit -1", "exit\n3", "exit 1 2", "false || true", "False"]
        {
            assert_eq!(code(&["/bin/sh", "-c", text]), None, "{text:?}");
        }
        assert_eq!(code(&["false"]), None);
        assert_eq!(code(&["/bin/sh", "-nc", "false"]), None);
        assert_eq!(code(&["/bin/sh", "false"]), None);
        assert_eq!(code(&["python", "-c", "false"]), None);
        assert_eq!(code(&[]), None);
    }
}
