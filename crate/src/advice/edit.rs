//! A new order as edits of the text. Whole lines move with the comment lines directly above them; everything else
//! keeps its bytes.

use crate::{
    dockerfile::{Command, Dockerfile, Instruction},
    text::{Span, TextEdit},
};

/// What stands somewhere in the new order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// An instruction of the file, by index, with changes of its text, in order.
    Existing(usize, Vec<TextEdit>),
    /// A new line, without its end.
    New(String),
}

/// An instruction's lines, its comment lines above included, with the last line's end.
pub(super) fn lines(dockerfile: &Dockerfile, instruction: &Instruction) -> Span {
    let text = &dockerfile.text;
    let first = if instruction.comment.is_empty() {
        instruction.span.start
    } else {
        instruction.comment.start.min(instruction.span.start)
    };
    let start = text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    // A byte order mark is no part of the first line.
    let start = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start };
    let end = text
        .get(instruction.span.end..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |at| instruction.span.end + at + 1);
    Span::new(start, end)
}

/// The line end that an instruction's lines have.
pub(super) fn line_end(dockerfile: &Dockerfile, instruction: &Instruction) -> &'static str {
    let lines = lines(dockerfile, instruction);
    let text = lines.of(&dockerfile.text);
    let crlf = if text.contains('\n') { text.contains("\r\n") } else { dockerfile.text.contains("\r\n") };
    if crlf { "\r\n" } else { "\n" }
}

/// The blanks before an instruction's keyword.
pub(super) fn indentation<'a>(dockerfile: &'a Dockerfile, instruction: &Instruction) -> &'a str {
    let before = dockerfile.text.get(..instruction.span.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    if line.trim_matches([' ', '\t']).is_empty() { line } else { "" }
}

/// How reluctantly an instruction is moved in the text: RUNs stay, so that other edits of them apply.
fn reluctance(instruction: &Instruction) -> u32 {
    match instruction.command {
        Command::Run(_) => 1_000,
        Command::Copy(_) | Command::Add(_) => 1,
        _ => 10,
    }
}

/// Edits that bring a run of instructions into a new order. `old` are their indexes in the file's order.
pub(super) fn reorder(dockerfile: &Dockerfile, old: &[usize], new: &[Unit]) -> Option<Vec<TextEdit>> {
    let kept = kept(dockerfile, old, new)?;
    let moved: Vec<usize> = old.iter().copied().filter(|index| !kept.contains(index)).collect();
    let span =
        |index: usize| dockerfile.instructions.get(index).map(|instruction| lines(dockerfile, instruction));
    let mut edits = Vec::new();
    let mut gone: Vec<Span> = Vec::new();
    for index in &moved {
        gone.push(span(*index)?);
    }
    let mut filled: Vec<usize> = Vec::new();
    let mut pending: Vec<&Unit> = Vec::new();
    let mut last: Option<Span> = None;
    let units = new.iter().map(Some).chain([None]);
    for unit in units {
        let next = match unit {
            Some(Unit::Existing(index, _)) if kept.contains(index) => Some(span(*index)?),
            None => None,
            Some(unit) => {
                pending.push(unit);
                continue;
            }
        };
        if !pending.is_empty() {
            // New lines stand directly before the instruction that they are for, moved ones behind the one before.
            let trailing = pending.iter().rev().take_while(|unit| matches!(unit, Unit::New(_))).count();
            let (early, late) = pending.split_at(pending.len() - trailing);
            let place =
                |from: usize, to: usize| gone.iter().position(|gone| gone.start >= from && gone.end <= to);
            let hole = place(last.map_or(0, |last| last.end), next.map_or(usize::MAX, |next| next.start));
            let behind =
                last.map_or_else(|| next.map_or(dockerfile.text.len(), |next| next.start), |last| last.end);
            let mut put = |units: &[&Unit], at: usize| -> Option<()> {
                if !units.is_empty() {
                    let text = text_of(dockerfile, units, at)?;
                    edits.push(TextEdit { span: Span::new(at, at), text });
                }
                Some(())
            };
            match (hole.and_then(|hole| Some((hole, *gone.get(hole)?))), next) {
                (Some((hole, gone)), _) => {
                    filled.push(hole);
                    put(&pending, gone.start)?;
                }
                (None, Some(next)) => {
                    put(early, behind)?;
                    put(late, next.start)?;
                }
                (None, None) => put(&pending, behind)?,
            }
            pending.clear();
        }
        last = next;
    }
    for (number, span) in gone.iter().enumerate() {
        let span = if filled.contains(&number) { *span } else { with_blank_lines(&dockerfile.text, *span) };
        edits.push(TextEdit { span, text: String::new() });
    }
    Some(merge(edits))
}

/// The instructions that keep their place: the heaviest run of them that is in the same order in both.
fn kept(dockerfile: &Dockerfile, old: &[usize], new: &[Unit]) -> Option<Vec<usize>> {
    let mut list: Vec<(usize, u32)> = Vec::new();
    for unit in new {
        if let Unit::Existing(index, change) = unit {
            let moved = dockerfile.instructions.get(*index)?;
            let weight = if change.is_empty() { reluctance(moved) } else { 0 };
            list.push((*index, weight));
        }
    }
    if list.len() != old.len() {
        return None;
    }
    // For each place the weight of the best run that ends there, and the place before.
    let mut best: Vec<(u32, Option<usize>)> = Vec::new();
    for (place, (index, weight)) in list.iter().enumerate() {
        let before = (0..place)
            .filter(|earlier| list[*earlier].0 < *index)
            .max_by_key(|earlier| (best[*earlier].0, usize::MAX - earlier));
        best.push((before.map_or(0, |before| best[before].0) + weight, before));
    }
    let mut at = (0..list.len()).max_by_key(|place| (best[*place].0, usize::MAX - place));
    let mut kept = Vec::new();
    while let Some(place) = at {
        if list[place].1 > 0 {
            kept.push(list[place].0);
        }
        at = best[place].1;
    }
    Some(kept)
}

/// The lines of units, to be put at a place of the text.
fn text_of(dockerfile: &Dockerfile, units: &[&Unit], at: usize) -> Option<String> {
    let whole = dockerfile.text.contains("\r\n");
    let mut out = String::new();
    let unended = at > 0 && at == dockerfile.text.len() && !dockerfile.text.ends_with('\n');
    for unit in units {
        let mut end = if whole { "\r\n" } else { "\n" };
        let mut text = match unit {
            Unit::New(line) => line.clone(),
            Unit::Existing(index, change) => {
                let instruction = dockerfile.instructions.get(*index)?;
                end = line_end(dockerfile, instruction);
                let span = lines(dockerfile, instruction);
                let text = span.of(&dockerfile.text);
                let mut text = text
                    .strip_suffix('\n')
                    .map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
                    .to_owned();
                for change in change.iter().rev() {
                    let range = change.span.start.checked_sub(span.start)?
                        ..change.span.end.checked_sub(span.start)?;
                    text.get(range.clone())?;
                    text.replace_range(range, &change.text);
                }
                text
            }
        };
        if unended {
            out.push_str(end);
        } else {
            text.push_str(end);
        }
        out.push_str(&text);
    }
    Some(out)
}

/// A span with the blank lines behind it, if blank lines stand before it too or it is the first line.
fn with_blank_lines(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).unwrap_or("");
    let blank_before = before.lines().next_back().is_none_or(|line| line.trim().is_empty());
    let mut end = span.end;
    if !blank_before {
        return span;
    }
    loop {
        let rest = text.get(end..).unwrap_or("");
        let Some(line) = rest.find('\n').and_then(|at| rest.get(..=at)) else { break };
        if !line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    Span::new(span.start, end)
}

/// Joins an insertion with the deletion that begins where it stands.
fn merge(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out: Vec<TextEdit> = Vec::new();
    for edit in edits {
        match out.last_mut() {
            Some(last) if last.span.is_empty() && last.span.start == edit.span.start => {
                last.span = edit.span;
                last.text.push_str(&edit.text);
            }
            _ => out.push(edit),
        }
    }
    out
}
