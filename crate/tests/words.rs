//! Expansion of ENV and ARG against the environments that BuildKit gave to the RUNs of real builds.

use layerwise::{
    dockerfile::{Command, parse},
    word::{Empty, Lexer, Modifiers, expand, expand_heredoc, expand_words},
};
use serde_json::Value;

const ENVIRONMENTS: &str = include_str!("../../tests/vectors/word/environments.json");

/// Assigns as a stage does: an assigned name goes to the end.
fn assign(list: &mut Vec<(String, String)>, name: String, value: String) {
    list.retain(|(known, _)| *known != name);
    list.push((name, value));
}

#[test]
fn environments_agree() {
    let cases: Vec<Value> = serde_json::from_str(ENVIRONMENTS).unwrap();
    let mut checked = 0;
    for case in &cases {
        let file = parse(case["dockerfile"].as_str().unwrap());
        assert!(file.refusal().is_none(), "{}", case["name"]);
        let mut list: Vec<(String, String)> = Vec::new();
        for entry in case["base"].as_array().unwrap() {
            let (name, value) = entry.as_str().unwrap().split_once('=').unwrap();
            assign(&mut list, name.to_owned(), value.to_owned());
        }
        for instruction in &file.instructions {
            let word = |text: &str| expand(text, file.escape, &list).unwrap();
            let assigned: Vec<(String, String)> = match &instruction.command {
                Command::Env(pairs) => {
                    pairs.iter().map(|pair| (word(&pair.key.text), word(&pair.value.text))).collect()
                }
                Command::Arg(arguments) => arguments
                    .iter()
                    .filter_map(|argument| {
                        Some((argument.name.text.clone(), word(&argument.default.as_ref()?.text)))
                    })
                    .collect(),
                _ => Vec::new(),
            };
            assigned.into_iter().for_each(|(name, value)| assign(&mut list, name, value));
            // Runs are told apart by their text; those without a recording were cached or not reached.
            let runs = case["runs"].as_array().unwrap();
            if let Command::Run(_) = instruction.command
                && let Some(run) = runs.iter().find(|run| run["run"] == instruction.text())
                && runs.iter().filter(|other| other["run"] == run["run"]).count() == 1
            {
                let ours: Vec<String> = list.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let theirs: Vec<&str> =
                    run["env"].as_array().unwrap().iter().map(|entry| entry.as_str().unwrap()).collect();
                assert_eq!(ours, theirs, "{} {}", case["name"], instruction.text());
                checked += 1;
            }
        }
    }
    println!("{checked} environments agree");
    assert_eq!(checked, 56);
}

fn scope() -> Vec<(String, String)> {
    [("V", "val"), ("E", ""), ("F", "foo/bar/baz.tar.gz"), ("S", "aXbXc"), ("N", "one\ntwo")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

#[track_caller]
fn check(word: &str, expect: &str) {
    assert_eq!(expand(word, '\\', &scope()).as_deref(), Ok(expect), "{word}");
}

#[track_caller]
fn fails(word: &str, reason: &str) {
    let error = expand(word, '\\', &scope()).unwrap_err();
    assert_eq!(error.to_string(), format!("failed to process {}: {reason}", layerwise::text::quote(word)));
}

#[test]
fn quotes_and_escapes() {
    check("'a $V \\'", "a $V \\");
    check("\"a $V \\\" \\$V \\\\ \\n\"", "a val \" $V \\ \\n");
    check("\\a\\ b\\", "a b");
    check("x'y'\"z\"", "xyz");
    check("<a << b", "<a << b");
    check("\u{feff}a", "a");
    assert_eq!(expand("C:\\a `$V", '`', &scope()).as_deref(), Ok("C:\\a $V"));
    fails("'a", "unexpected end of statement while looking for matching single-quote");
    fails("\"a\\", "unexpected end of statement while looking for matching double-quote");
}

#[test]
fn names() {
    check("$V-$V_-${V}_", "val--val_");
    check("$1x $$ $@ a$ $.", "x   a$ $.");
    check("$", "$");
    check("${é}", "");
}

#[test]
fn conditions() {
    for (word, expect) in [
        ("${U:-d}${E:-d}${V:-d}", "ddval"),
        ("${U-d}${E-d}${V-d}", "dval"),
        ("${U:+p}${E:+p}${V:+p}", "p"),
        ("${U+p}${E+p}${V+p}", "pp"),
        ("${V:?e}${V?e}${E?e}", "valval"),
        ("${U:-${E:-\"a } b\"}}", "a } b"),
        ("${U:-\\}}", "}"),
        ("${U:-'$V'}", "$V"),
    ] {
        check(word, expect);
    }
    fails("${U:?}", "U: is not allowed to be unset");
    fails("${E:?}", "E: is not allowed to be empty");
    fails("${U?}", "U: is not allowed to be unset");
    fails("${U:?say $V}", "U: say val");
}

#[test]
fn patterns() {
    for (word, expect) in [
        ("${F#*/} ${F##*/} ${F%/*} ${F%%.*}", "bar/baz.tar.gz baz.tar.gz foo/bar foo/bar/baz"),
        (
            "${F#foo} ${F%gz} ${F#x} ${F%x}",
            "/bar/baz.tar.gz foo/bar/baz.tar. foo/bar/baz.tar.gz foo/bar/baz.tar.gz",
        ),
        ("${F/a/A} ${F//a/A}", "foo/bAr/baz.tar.gz foo/bAr/bAz.tAr.gz"),
        ("${F/b?r/X} ${F//[a]/X}", "foo/X/baz.tar.gz foo/bar/baz.tar.gz"),
        ("${F/\\//-} ${F//\\//-}", "foo-bar/baz.tar.gz foo-bar-baz.tar.gz"),
        ("${F/f*r/X}", "X.gz"),
        ("${N/*/x} ${N//*/x} ${N%?two}", "x\ntwo x\nx one\ntwo"),
        ("${S//X/} ${S//X} ", ""),
    ] {
        if expect.is_empty() {
            fails(word, "syntax error: missing '/' in ${}");
        } else {
            check(word, expect);
        }
    }
    check("${S///-}", "-a-X-b-X-c-");
    check("${E//*/x}${E/*/y}${U//?/z}", "xy");
    fails("${F#\\a}", "invalid pattern (\\a) in substitution: invalid escape '\\a'");
    fails("${F%a\\b}", "invalid pattern (\\ba) in substitution: invalid escape '\\b'");
    fails("${S/\\", "syntax error: missing '/' in ${}");
}

#[test]
fn replacements_are_templates() {
    // `replace-template` of the recorded builds has these values.
    check("${S//X/$1} ${S/X/$1}", "abc abXc");
    check("${S//X/\\$0}", "a\\Xb\\Xc");
    check("${S//X/\\\\}", "a\\\\b\\\\c");
    // Backslashes stay, so that `$$` and `${1}` take one with them.
    check("${S//X/\\$$}", "a\\$b\\$c");
    check("${S//X/\\${1\\}}", "a\\${1\\}b\\${1\\}c");
}

#[test]
fn mistakes() {
    fails("${}", "syntax error: bad substitution");
    fails("${{x}", "syntax error: bad substitution");
    fails("${:x}", "syntax error: bad substitution");
    fails("${", "syntax error: missing '}'");
    fails("${X:-a", "syntax error: missing '}'");
    fails("${X:-'a}", "syntax error: missing '}'");
    fails("${X!y}", "unsupported modifier (!) in substitution");
    fails("${X:#y}", "unsupported modifier (:#) in substitution");
    fails("${X:!y}", "unsupported modifier (:!) in substitution");
    fails("${X", "unsupported modifier (\u{fffd}) in substitution");
    fails(&"${a:-".repeat(200), "syntax error: nested too deeply");
}

#[test]
fn older_builders_know_fewer_forms() {
    let old = Lexer { modifiers: Modifiers::Colon, ..Lexer::new('\\') };
    let reason = |lexer: Lexer, word: &str| lexer.word(word, &scope()).unwrap_err().reason.into_owned();
    assert_eq!(old.word("${U:-a}${V:+b}${V?c}", &scope()).as_deref(), Ok("abval"));
    assert_eq!(reason(old, "${F%.*}"), "missing ':' in substitution");
    assert_eq!(reason(old, "${U-a}"), "missing ':' in substitution");
    assert_eq!(reason(old, "${V"), "missing ':' in substitution");
    assert_eq!(reason(old, "${V:!x}"), "unsupported modifier (!) in substitution");
    let newer = Lexer { modifiers: Modifiers::Plain, ..old };
    assert_eq!(newer.word("${U-a}", &scope()).as_deref(), Ok("a"));
    assert_eq!(reason(newer, "${F%.*}"), "unsupported modifier (%) in substitution");
}

#[test]
fn words_and_names_of_steps() {
    let words = |word| expand_words(word, '\\', &vec![("P".to_owned(), "80  81".to_owned())]).unwrap();
    assert_eq!(words("$P/udp 'a b'"), ["80", "81/udp", "a b"]);
    // The builder keeps one buffer for all levels: what stands before a nested word is lost.
    assert_eq!(words("80${X:-81}"), ["81"]);
    assert_eq!(words(""), [""; 0]);

    let run = Lexer { raw_quotes: true, raw_escapes: true, skip_unset: true, ..Lexer::new('\\') };
    let line = "RUN echo \"$V\" '$V' ${V} $UNSET ${UNSET:-z} \\$V";
    let named = "RUN echo \"val\" '$V' val $UNSET ${UNSET:-z} \\$V";
    assert_eq!(run.word(line, &scope()).as_deref(), Ok(named));
    let kept = "${U-a} ${U?b} ${U#c} ${U%%d} ${U//e/f} ${U}";
    assert_eq!(run.word(kept, &Empty).as_deref(), Ok("${U-a} ${U?b} ${U#c} ${U%%d} ${U/e/f} ${U}"));
}

#[test]
fn bodies_of_heredocs() {
    let body = "a '$V' \"$V\" \\$V \\n \\\\ ${U:-'x'}\n";
    assert_eq!(expand_heredoc(body, &scope()).as_deref(), Ok("a 'val' \"val\" $V n \\ 'x'\n"));
}
