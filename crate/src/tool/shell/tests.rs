//! Scripts in, commands out: what the shell makes of each form, and what is said to be opaque.

use super::*;
use crate::tool::{Script, Setting};

/// Each command as `folder: words`, `?` before a word that is not known, `*` before a pattern.
fn show(reading: &Reading) -> String {
    let mut lines = Vec::new();
    for command in &reading.commands {
        let mut line = command.directory.clone().unwrap_or_else(|| "?".to_owned());
        line.push(':');
        for word in &command.words {
            line.push(' ');
            line.push_str(if !word.known {
                "?"
            } else if word.pattern {
                "*"
            } else {
                ""
            });
            line.push_str(&word.text);
        }
        for redirect in &command.redirects {
            line.push_str(if redirect.write { " >" } else { " <" });
            line.push_str(&redirect.target.text);
        }
        lines.push(line);
    }
    if let Some(what) = &reading.opaque {
        lines.push(format!("opaque: {what}"));
    }
    lines.join("\n")
}

fn check(script: &str, expect: &str) {
    let env =
        [("VENV", "/opt/venv"), ("PKGS", "a b"), ("EMPTY", "")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let reading = commands(Script::Shell(script), &Setting::in_app(&env));
    assert_eq!(show(&reading), expect, "{script}");
}

#[test]
fn lists_are_followed() {
    check(
        r#": && python -m venv "$VENV" && pip install -r requirements.txt"#,
        "/app: :\n/app: python -m venv /opt/venv\n/app: pip install -r requirements.txt",
    );
    check("a;b\nc | d || e", "/app: a\n/app: b\n/app: c\n/app: d\n/app: e");
    check("a \\\n  b # comment && c\nd", "/app: a b\n/app: d");
    check("! a && { b; c; } 2>&1 >x", "/app: a\n/app: >x\n/app: b\n/app: c");
    check("", "");
    check("# only a comment", "");
}

#[test]
fn cd_moves_only_what_surely_runs_there() {
    check("cd sub && a", "/app: cd sub\n/app/sub: a".replace("/app: cd", "/app/sub: cd").as_str());
    check("(cd /x && a) && b", "/x: cd /x\n/x: a\n/app: b");
    check("cd /x; a", "/x: cd /x\n?: a");
    check("set -e; cd /x; a", "/app: set -e\n/x: cd /x\n/x: a");
    check("set -e\nb && cd /x\na", "/app: set -e\n/app: b\n/x: cd /x\n?: a");
    check("cd /x || exit 1; a", "/x: cd /x\n?: exit 1\n?: a");
    check("cd $NOWHERE/y && a", "/y: cd /y\n/y: a");
    check("cd - && a", "?: cd -\n?: a");
    check("cd x | a; b", "/app/x: cd x\n/app: a\n/app: b");
}

#[test]
fn words_are_expanded_as_far_as_they_are_known() {
    check("a $PKGS \"$PKGS\" '$PKGS'", "/app: a a b a b $PKGS");
    check("a $EMPTY \"$EMPTY\" ${UNSET:-x} ${VENV:+y} ${UNSET}", "/app: a  x y");
    check("a ~/x ~", "/app: a /root/x /root");
    check("A=1 B=$A; c $A$B", "/app: c ?1$");
    check("A=1 && c $A", "/app: c 1");
    check("a {b,c} d{}", "/app: a ?{b,c} d{}");
    check("a *.txt \"*.txt\" \\*", "/app: a **.txt *.txt *");
    check("a $? $1 ${VENV%/*}", "/app: a ?$ ?$ ?$");
}

#[test]
fn what_cannot_be_followed_is_said() {
    check("a $(b c) d", "/app: a ?$ d\nopaque: the output of a command");
    check("a `b` d", "/app: a ?$ d\nopaque: the output of a command");
    check("for x in 1 2; do a $x; done", "/app: x in 1 2\n/app: a\nopaque: a loop");
    check("if a; then b; fi", "/app: a\n/app: b\nopaque: a condition");
    check("f() { a; }; f", "/app: f\nopaque: a function");
    check("a & b", "/app: a\n/app: b\nopaque: a command in the background");
    check("eval a", "/app: eval a\nopaque: `eval`");
    check("a 'b", "/app: a b");
    check("(a", "/app: a\nopaque: a group that is not closed");
}

#[test]
fn redirections_and_here_documents_are_read() {
    check("a <in >>out 2>/dev/null", "/app: a <in >out");
    check("cat <<EOF >x\n$(rm -rf /)\nEOF\nb", "/app: cat >x\n/app: b");
    check("xargs a < list", "/app: xargs a <list");
}

#[test]
fn activating_an_environment_puts_it_first() {
    let env = [("PATH".to_owned(), "/usr/bin".to_owned())];
    let reading = commands(Script::Shell(". /v/bin/activate && pip x"), &Setting::in_app(&env));
    let last = reading.commands.last().unwrap();
    assert_eq!(last.variables.get("PATH"), Some(&Value::Set("/v/bin:/usr/bin".to_owned())));
    assert_eq!(reading.opaque, None);
}

#[test]
fn other_shells_are_opaque() {
    let shell = ["powershell".to_owned(), "-Command".to_owned()];
    let env = [];
    let reading = commands(Script::Shell("a"), &Setting { shell: &shell, ..Setting::in_app(&env) });
    assert_eq!(show(&reading), "opaque: a shell that is not read here");
    let shell = ["/bin/bash", "-eo", "pipefail", "-c"].map(str::to_owned);
    let reading = commands(Script::Shell("cd /x; a"), &Setting { shell: &shell, ..Setting::in_app(&env) });
    assert_eq!(show(&reading), "/x: cd /x\n/x: a");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "[a-z &|;(){}<>$'\"`\\\\\n#=~*-]{0,60}") {
        let env = [];
        commands(Script::Shell(&text), &Setting::in_app(&env));
    }
}
