//! ONBUILD.

use super::{Command, Instruction, read::Reading};
use crate::{
    diagnostic::code,
    dockerfile::{
        keyword::Keyword,
        mistake::Mistake,
        node::{Args, Node},
    },
    text::{Span, scan::trim_start},
};

pub(super) fn read(mut reading: Reading<'_>) -> Result<Command, Mistake> {
    let Args::Trigger(node) = std::mem::replace(&mut reading.node.args, Args::None) else {
        return reading.some::<()>(&[]).map(|()| Command::Invalid);
    };
    reading.no_flags()?;
    match node.keyword {
        Some(Keyword::Onbuild) => {
            let message = "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed";
            return Err(Mistake::new(code::INVALID_TRIGGER, reading.line.span(node.name), message));
        }
        Some(keyword @ (Keyword::Maintainer | Keyword::From)) => {
            let message = [keyword.name(), " isn't allowed as an ONBUILD trigger"].concat();
            return Err(Mistake::new(code::INVALID_TRIGGER, reading.line.span(node.name), message));
        }
        _ => {}
    }
    // What stands behind the keyword as it is, then the here-documents with names without quotes.
    let behind = trim_start(reading.untrimmed).get(reading.node.name.len()..).unwrap_or("");
    let blanks = behind.bytes().take_while(|byte| matches!(byte, b'\t' | b'\x0c' | b'\r' | b' ')).count();
    let mut text = behind.get(blanks..).unwrap_or("").to_owned();
    for heredoc in reading.heredocs.iter() {
        text.push('\n');
        text.push_str(&heredoc.body);
        text.push_str(&heredoc.name);
    }
    Ok(Command::Onbuild(text, Box::new(trigger(&reading, *node))))
}

/// The trigger as an instruction of its own.
fn trigger(reading: &Reading<'_>, mut node: Node<'_>) -> Instruction {
    let mut heredocs = reading.heredocs.clone();
    let span = reading.line.span(node.whole);
    let mut instruction = Instruction {
        span,
        line: 0,
        end_line: 0,
        name_span: reading.line.span(node.name),
        original: node.whole.to_owned(),
        flags: std::mem::take(&mut node.flags),
        name_length: node.name.len(),
        text_start: node.whole.len() - node.rest.len(),
        heredocs: Vec::new(),
        comment: Span::new(span.start, span.start),
        command: Command::Invalid,
    };
    let untrimmed = node.whole;
    if let Ok(command) =
        Reading::new(reading.line, node, &instruction.flags, reading.escape, untrimmed, &mut heredocs)
            .command()
    {
        instruction.command = command;
    }
    instruction.heredocs = heredocs;
    instruction
}
