//! Parser directives: `# escape=…`, `# syntax=…` and `# check=…` at the top of the file.

use nom::{
    IResult, Parser,
    bytes::complete::take_while,
    character::complete::{char, satisfy},
    combinator::{recognize, rest},
};

/// The names that are directives; anything else is a comment.
const NAMES: [&str; 3] = ["syntax", "escape", "check"];

/// Reads `name=value` behind the comment sign of a line. The name is lower-cased.
///
/// ```text
/// # escape = `
/// ^ sign     ^ value
///   ^^^^^^ name
/// ```
pub(super) fn directive(line: &str, sign: &str) -> Option<(&'static str, String)> {
    let (_, (name, value)) = assignment(line.strip_prefix(sign)?.trim_start()).ok()?;
    let value = value.trim_matches(is_space);
    let known = NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
    (!value.is_empty()).then(|| (known, value.to_owned()))
}

fn assignment(input: &str) -> IResult<&str, (&str, &str)> {
    let name = recognize((
        satisfy(|char| char.is_ascii_alphabetic()),
        take_while(|char: char| char.is_ascii_alphanumeric()),
    ));
    (name, take_while(is_space), char('='), rest).map(|(name, _, _, value)| (name, value)).parse(input)
}

/// The blanks that the builder's expression for directives knows.
fn is_space(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}

/// The value of a directive of `text` as the builder looks it up before it reads the file as a Dockerfile: a
/// `#!` line at the top is skipped, and `// syntax=…` counts too. The value ends at its first blank: for `syntax`
/// what follows are arguments.
pub fn detect(text: &str, name: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = if text.starts_with("#!") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    let find = |sign: &str| {
        let mut seen: Vec<&str> = Vec::new();
        for line in text.lines() {
            let (known, value) = directive(line, sign)?;
            if seen.contains(&known) {
                return None;
            }
            if known == name {
                return Some(value);
            }
            seen.push(known);
        }
        None
    };
    let value = find("#").or_else(|| if name == "syntax" { find("//") } else { None })?;
    Some(value.split(' ').next().unwrap_or("").to_owned())
}

#[cfg(test)]
mod tests {
    use super::{detect, directive};

    #[test]
    fn reads_name_and_value() {
        let read = |line| directive(line, "#");
        assert_eq!(read("# syntax=a/b:1"), Some(("syntax", "a/b:1".to_owned())));
        assert_eq!(read("#   ESCAPE   =   `  "), Some(("escape", "`".to_owned())));
        assert_eq!(read("#check=skip=all;error=true"), Some(("check", "skip=all;error=true".to_owned())));
        for comment in ["# hello", "# foo=bar", "# escape=", "# 1=2", "escape=`", "# escape `", "# es cape=`"]
        {
            assert_eq!(read(comment), None, "{comment}");
        }
    }

    #[test]
    fn looks_up_before_reading() {
        assert_eq!(detect("#!/x\n# syntax=a b\n", "syntax").as_deref(), Some("a"));
        assert_eq!(detect("// syntax=a/b\nFROM x", "syntax").as_deref(), Some("a/b"));
        assert_eq!(detect("# check=skip=all\n# escape=`", "escape").as_deref(), Some("`"));
        assert_eq!(detect("\n# escape=`", "escape"), None);
    }
}
