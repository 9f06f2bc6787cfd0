//! One record of comma-separated values, with quotes as RFC 4180 has them.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{is_not, tag, take_till},
    character::complete::char,
    combinator::value,
    multi::fold_many0,
    sequence::delimited,
};

/// The fields of a record. The error is the message of Go's reader.
pub(super) fn record(line: &str) -> Result<Vec<String>, String> {
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return Err("EOF".to_owned());
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let start = line.len() - rest.len();
        if rest.starts_with('"') {
            let Ok((behind, field)) = quoted(rest) else {
                // The builder counts to where it last stood within the quotes.
                let inside = rest.get(1..).unwrap_or("");
                return Err(error(
                    start + 1 + last_quote(inside),
                    "extraneous or missing \" in quoted-field",
                ));
            };
            fields.push(field);
            rest = match behind.strip_prefix(',') {
                Some(rest) => rest,
                None if behind.is_empty() => return Ok(fields),
                None => {
                    let at = line.len() - behind.len() - 1;
                    return Err(error(at, "extraneous or missing \" in quoted-field"));
                }
            };
        } else {
            let Ok((behind, field)) = plain(rest) else { return Ok(fields) };
            if let Some(at) = field.find('"') {
                return Err(error(start + at, "bare \" in non-quoted-field"));
            }
            fields.push(field.to_owned());
            match behind.strip_prefix(',') {
                Some(behind) => rest = behind,
                None => return Ok(fields),
            }
        }
    }
}

fn plain(input: &str) -> IResult<&str, &str> {
    take_till(|char| char == ',')(input)
}

fn quoted(input: &str) -> IResult<&str, String> {
    let part = alt((value("\"", tag("\"\"")), is_not("\"")));
    let parts = fold_many0(part, String::new, |mut field: String, part| {
        field.push_str(part);
        field
    });
    delimited(char('"'), parts, char('"')).parse(input)
}

/// How far a quoted field without an end is read: behind its last doubled quote.
fn last_quote(inside: &str) -> usize {
    inside.rfind('"').map_or(0, |at| at + 1)
}

fn error(at: usize, what: &str) -> String {
    ["parse error on line 1, column ", &(at + 1).to_string(), ": ", what].concat()
}

#[cfg(test)]
mod tests {
    use super::record;

    #[test]
    fn splits_at_commas_outside_quotes() {
        assert_eq!(record("type=bind,a,,b=").unwrap(), ["type=bind", "a", "", "b="]);
        assert_eq!(record(r#""a,b","c""d",e"#).unwrap(), ["a,b", "c\"d", "e"]);
        assert_eq!(record("a,").unwrap(), ["a", ""]);
        assert_eq!(record("\"a\"\n").unwrap(), ["a"]);
    }

    #[test]
    fn words_errors_as_go_does() {
        let fails = |line| record(line).unwrap_err();
        assert_eq!(fails(""), "EOF");
        assert_eq!(fails("a,b\"c"), "parse error on line 1, column 4: bare \" in non-quoted-field");
        assert_eq!(
            fails("\"a\"b"),
            "parse error on line 1, column 3: extraneous or missing \" in quoted-field"
        );
        assert_eq!(
            fails("a,\"b"),
            "parse error on line 1, column 4: extraneous or missing \" in quoted-field"
        );
        assert_eq!(
            fails("\"a\"\"b"),
            "parse error on line 1, column 5: extraneous or missing \" in quoted-field"
        );
    }
}
