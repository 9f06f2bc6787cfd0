//! JSON: the form of arguments, which is a whole, valid array of strings or else not the JSON form, and the
//! members and elements of other texts, such as a `package.json`.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_while, take_while_m_n, take_while1},
    character::complete::{char, one_of},
    combinator::{opt, recognize, value},
};

use crate::text::scan::trim_start;

/// How deep arrays and objects may nest before Go's decoder gives up.
const DEPTH: usize = 10_000;

/// What a text is as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Json<'l> {
    /// Not an array, or not valid: the arguments are in plain form.
    Plain,
    /// A valid array that holds something other than strings.
    Mixed,
    /// The strings, each with the text that it is written as.
    Strings(Vec<(String, &'l str)>),
}

/// Reads the arguments of an instruction.
pub(super) fn array(text: &str) -> Json<'_> {
    let text = trim_start(text);
    if text.as_bytes().first() != Some(&b'[') {
        return Json::Plain;
    }
    if let Ok(("", strings)) = strings(text) {
        return Json::Strings(strings);
    }
    match skip_value(text) {
        Ok((rest, ())) if blank(rest).is_ok_and(|(rest, _)| rest.is_empty()) => Json::Mixed,
        _ => Json::Plain,
    }
}

/// The members of an object, each with the text of its value; `None` if the text is no valid object.
pub(crate) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let mut found = Vec::new();
    values(text, '{', |name, value| found.push((name, value))).then_some(found)
}

/// The elements of an array, each as text; `None` if the text is no valid array.
pub(crate) fn elements(text: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    values(text, '[', |_, value| found.push(value)).then_some(found)
}

/// The value of a member of an object, as text; of several with the same name the last one counts.
pub(crate) fn member<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut found = None;
    let mut take = |key: String, value| {
        if key == name {
            found = Some(value);
        }
    };
    values(text, '{', &mut take).then_some(found)?
}

/// The string that a text is.
pub(crate) fn text(text: &str) -> Option<String> {
    match string(text.trim()) {
        Ok(("", string)) => Some(string),
        _ => None,
    }
}

/// Hands out what an object or array holds; whether the text is a valid one.
fn values<'t>(text: &'t str, open: char, mut with: impl FnMut(String, &'t str)) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut read = || -> Result<bool, nom::Err<nom::error::Error<&'t str>>> {
        let close = if open == '{' { '}' } else { ']' };
        let (mut input, _) = (blank, char(open), blank).parse(text)?;
        if let (rest, Some(_)) = opt((char(close), blank)).parse(input)? {
            return Ok(rest.is_empty());
        }
        loop {
            let mut name = String::new();
            if open == '{' {
                (input, name) = string(input)?;
                (input, _) = (blank, char(':'), blank).parse(input)?;
            }
            let (rest, ()) = skip_value(input)?;
            with(name, input.get(..input.len() - rest.len()).unwrap_or(""));
            let (rest, (_, separator, _)) = (blank, one_of(",]}"), blank).parse(rest)?;
            input = rest;
            if separator != ',' {
                return Ok(separator == close && input.is_empty());
            }
        }
    };
    read().unwrap_or(false)
}

/// JSON's own blanks, fewer than Unicode's.
fn blank(input: &str) -> IResult<&str, &str> {
    take_while(|char| matches!(char, ' ' | '\t' | '\r' | '\n'))(input)
}

fn strings(input: &str) -> IResult<&str, Vec<(String, &str)>> {
    let mut found = Vec::new();
    let (mut input, _) = (char('['), blank).parse(input)?;
    if let (rest, Some(_)) = opt(char(']')).parse(input)? {
        return blank(rest).map(|(rest, _)| (rest, found));
    }
    loop {
        let (rest, string) = string(input)?;
        found.push((string, input.get(..input.len() - rest.len()).unwrap_or("")));
        let (rest, (_, separator, _)) = (blank, one_of(",]"), blank).parse(rest)?;
        input = rest;
        if separator == ']' {
            return Ok((input, found));
        }
    }
}

fn string(input: &str) -> IResult<&str, String> {
    let mut out = String::new();
    let (mut input, _) = char('"')(input)?;
    loop {
        let (rest, part) = take_while(|char| !matches!(char, '"' | '\\' | '\0'..='\u{1f}'))(input)?;
        out.push_str(part);
        let (rest, end) = one_of("\"\\")(rest)?;
        if end == '"' {
            return Ok((rest, out));
        }
        let (rest, char) = alt((escaped, unicode)).parse(rest)?;
        out.push(char);
        input = rest;
    }
}

fn escaped(input: &str) -> IResult<&str, char> {
    alt((
        one_of("\"\\/"),
        value('\u{8}', char('b')),
        value('\u{c}', char('f')),
        value('\n', char('n')),
        value('\r', char('r')),
        value('\t', char('t')),
    ))
    .parse(input)
}

fn hex(input: &str) -> IResult<&str, u32> {
    let (input, digits) = take_while_m_n(4, 4, |char: char| char.is_ascii_hexdigit())(input)?;
    Ok((input, u32::from_str_radix(digits, 16).unwrap_or(0)))
}

/// `uXXXX`; two halves of a surrogate pair make a character, one half alone the replacement character.
fn unicode(input: &str) -> IResult<&str, char> {
    let (input, high) = (char('u'), hex).map(|(_, code)| code).parse(input)?;
    if let Some(char) = char::from_u32(high) {
        return Ok((input, char));
    }
    if (0xd800..0xdc00).contains(&high)
        && let Ok((rest, low @ 0xdc00..0xe000)) = (tag("\\u"), hex).map(|(_, code)| code).parse(input)
        && let Some(char) = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    {
        return Ok((rest, char));
    }
    Ok((input, char::REPLACEMENT_CHARACTER))
}

fn number(input: &str) -> IResult<&str, &str> {
    let digits = || take_while1(|char: char| char.is_ascii_digit());
    recognize((
        opt(char('-')),
        alt((tag("0"), digits())),
        opt((char('.'), digits())),
        opt((one_of("eE"), opt(one_of("+-")), digits())),
    ))
    .parse(input)
}

fn scalar(input: &str) -> IResult<&str, ()> {
    alt((
        value((), string),
        value((), number),
        value((), tag("true")),
        value((), tag("false")),
        value((), tag("null")),
    ))
    .parse(input)
}

/// Goes over one value of any kind, without recursion.
fn skip_value(input: &str) -> IResult<&str, ()> {
    let failure = |input| Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    let mut open: Vec<char> = Vec::new();
    let mut input = input;
    loop {
        // A value, or the start of one that holds others.
        (input, _) = blank(input)?;
        if let (rest, Some(bracket)) = opt(one_of("[{")).parse(input)? {
            if open.len() == DEPTH {
                return failure(input);
            }
            let close = if bracket == '[' { ']' } else { '}' };
            (input, _) = blank(rest)?;
            if let (rest, Some(_)) = opt(char(close)).parse(input)? {
                input = rest;
            } else {
                open.push(close);
                if close == '}' {
                    (input, _) = (string, blank, char(':')).parse(input)?;
                }
                continue;
            }
        } else {
            (input, ()) = scalar(input)?;
        }
        // What follows it.
        loop {
            let Some(&close) = open.last() else { return Ok((input, ())) };
            let (rest, (_, separator)) = (blank, one_of(",]}")).parse(input)?;
            input = rest;
            if separator == ',' {
                if close == '}' {
                    (input, _) = (blank, string, blank, char(':')).parse(input)?;
                }
                break;
            }
            if separator != close {
                return failure(input);
            }
            open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, array, elements, member, members, text};

    fn strings(text: &str) -> Vec<String> {
        match array(text) {
            Json::Strings(strings) => strings.into_iter().map(|(string, _)| string).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn reads_strings_with_escapes() {
        assert_eq!(strings(r#" [ "a b" ,"c\n\"\/\u0041" ] "#), ["a b", "c\n\"/A"]);
        assert_eq!(strings("[]"), Vec::<String>::new());
        assert_eq!(strings(r#"["\ud83d\ude00\ud83dx\udc00"]"#), ["\u{1f600}\u{fffd}x\u{fffd}"]);
    }

    #[test]
    fn members_and_elements_are_found_in_valid_text_only() {
        let object = " {\"a\" : {\"b\": [1, {}]},\n\"c\":\"x\\\"y\", \"c\": null } ";
        assert_eq!(member(object, "a"), Some("{\"b\": [1, {}]}"));
        assert_eq!(member(object, "c"), Some("null"), "the last one counts");
        assert_eq!(members(object).unwrap().len(), 3);
        assert_eq!(members("{}"), Some(Vec::new()));
        assert_eq!(elements("[1 , \"a,b\",[]]"), Some(vec!["1", "\"a,b\"", "[]"]));
        assert_eq!(text("\"x\\ny\""), Some("x\ny".to_owned()));
        for wrong in ["", "{", "[]", "{\"a\"}", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":1]"] {
            assert_eq!(members(wrong), None, "{wrong}");
        }
        assert_eq!(elements("[1}"), None);
    }

    #[test]
    fn keeps_the_written_text() {
        assert_eq!(array(r#"["\n"]"#), Json::Strings(vec![("\n".to_owned(), r#""\n""#)]));
    }

    #[test]
    fn tells_other_elements_from_broken_text() {
        for mixed in [
            r#"["a", 1]"#,
            "[null]",
            "[-1.5e+3, true]",
            r#"[["a"]]"#,
            r#"[{"a":[1,{}],"b":""},"c"]"#,
            "[[], {}]",
        ] {
            assert_eq!(array(mixed), Json::Mixed, "{mixed}");
        }
        for plain in [
            "",
            "a",
            "{}",
            "['a']",
            r#"["a",]"#,
            r#"["a"] # c"#,
            r#"["a" "b"]"#,
            "[01]",
            "[1.]",
            "[,]",
            "[\"\t\"]",
            r#"["\x"]"#,
            "[",
            r#"["a"#,
            "[}",
            r#"[{"a"}]"#,
            "[{1:2}]",
            "[tru]",
            "[\u{a0}]",
            r#"["\u12"]"#,
        ] {
            assert_eq!(array(plain), Json::Plain, "{plain}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(array(&nested(10_000)), Json::Mixed);
        assert_eq!(array(&nested(10_001)), Json::Plain);
    }
}
