//! Edits of a RUN's text: flags, a command before its script, options and commands that go.

use crate::{
    dockerfile::Instruction,
    text::{Span, TextEdit},
};

/// Where the first word behind keyword and flags stands, past blanks, continued lines and comments.
fn script_start(instruction: &Instruction, text: &str, escape: char) -> usize {
    let flags = instruction.flags.iter().map(|flag| flag.span.end);
    let mut at = flags.chain([instruction.name_span.end]).max().unwrap_or(instruction.name_span.end);
    loop {
        let rest = text.get(at..instruction.span.end).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if blanks > 0 {
            at += blanks;
            continue;
        }
        let Some(line) = rest.find('\n').and_then(|end| rest.get(..=end)) else { return at };
        let bare = line.trim();
        if bare.is_empty()
            || bare.starts_with('#')
            || (bare.len() == escape.len_utf8() && bare.starts_with(escape))
        {
            at += line.len();
        } else {
            return at;
        }
    }
}

/// The blanks that continued lines of an instruction begin with.
fn continuation<'a>(instruction: &Instruction, text: &'a str) -> &'a str {
    let lines = instruction.span.of(text).lines().skip(1);
    let mut lines = lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    lines.next().map_or("    ", |line| line.get(..line.len() - line.trim_start().len()).unwrap_or("    "))
}

/// Puts flags behind the keyword of a RUN.
pub(super) fn mounted(
    instruction: &Instruction,
    text: &str,
    escape: char,
    end: &str,
    flags: &[String],
) -> TextEdit {
    let name = instruction.name_span.end;
    let rest = text.get(name..instruction.span.end).unwrap_or("");
    let at = name + rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let continued = text.get(at..).is_some_and(|rest| rest.starts_with(escape));
    let several =
        instruction.heredocs.is_empty() && (flags.len() > 1 || instruction.line != instruction.end_line);
    let mut out = String::new();
    for (number, flag) in flags.iter().enumerate() {
        out.push_str(flag);
        out.push(' ');
        let last = number + 1 == flags.len();
        if several && !(last && continued) {
            out.push(escape);
            out.push_str(end);
            let indent = if instruction.line == instruction.end_line {
                "    "
            } else {
                continuation(instruction, text)
            };
            out.push_str(indent);
        }
    }
    TextEdit { span: Span::new(at, at), text: out }
}

/// Puts a command before the script of a RUN.
pub(super) fn before_script(
    instruction: &Instruction,
    text: &str,
    escape: char,
    end: &str,
    command: &str,
) -> TextEdit {
    let mut out = command.to_owned();
    if let [heredoc] = instruction.heredocs.as_slice() {
        let at = heredoc.span.start;
        out.push_str(end);
        return TextEdit { span: Span::new(at, at), text: out };
    }
    let at = script_start(instruction, text, escape);
    if instruction.line == instruction.end_line {
        out.push_str(" && ");
    } else {
        out.push(' ');
        out.push(escape);
        out.push_str(end);
        out.push_str(continuation(instruction, text));
        out.push_str("&& ");
    }
    TextEdit { span: Span::new(at, at), text: out }
}

/// Removes an option with the blank before it, or with its line if it stands alone on one.
pub(super) fn without_option(instruction: &Instruction, text: &str, name: &str) -> Vec<TextEdit> {
    let own = instruction.span.of(text);
    let whole = |at: usize| {
        let before = own.get(..at).and_then(|before| before.chars().next_back());
        let after = own.get(at + name.len()..).and_then(|after| after.chars().next());
        before.is_some_and(|before| before.is_ascii_whitespace())
            && after.is_none_or(|after| after.is_ascii_whitespace() || after == ';')
    };
    let found = own.match_indices(name).map(|(at, _)| at).filter(|at| whole(*at));
    found
        .map(|at| {
            let start = own.get(..at).map_or(at, |before| before.trim_end_matches([' ', '\t']).len());
            // Alone at the start of a line, the indentation stays and the blank behind goes.
            let line_start = own.get(..start).is_some_and(|before| before.ends_with('\n'));
            let (from, to) = if line_start {
                let rest = own.get(at + name.len()..).unwrap_or("");
                (at, at + name.len() + rest.len() - rest.trim_start_matches([' ', '\t']).len())
            } else {
                (start, at + name.len())
            };
            TextEdit {
                span: Span::new(instruction.span.start + from, instruction.span.start + to),
                text: String::new(),
            }
        })
        .collect()
}

/// Removes `&& command` with the continued line that it stands on.
pub(super) fn without_command(
    instruction: &Instruction,
    text: &str,
    escape: char,
    command: &str,
) -> Option<TextEdit> {
    let own = instruction.span.of(text);
    let at = own.find(command)?;
    let after = own.get(at + command.len()..)?;
    if !(after.is_empty() || after.starts_with([' ', '\t', '\n', '\r', ';'])) {
        return None;
    }
    let bare = |text: &str| {
        let mut text = text;
        loop {
            let shorter = text.trim_end_matches([' ', '\t', '\n', '\r']);
            // An escape token at the end of a line joins it with the next.
            let shorter = if shorter.len() < text.len() {
                shorter.strip_suffix(escape).unwrap_or(shorter)
            } else {
                shorter
            };
            if shorter.len() == text.len() {
                return text.len();
            }
            text = shorter;
        }
    };
    let joined = bare(own.get(..at)?);
    let before = own.get(..joined)?.strip_suffix("&&")?;
    let start = bare(before);
    Some(TextEdit {
        span: Span::new(instruction.span.start + start, instruction.span.start + at + command.len()),
        text: String::new(),
    })
}
