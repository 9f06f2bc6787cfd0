//! ENV, LABEL and ARG.

use super::{Argument, Assignment, Command, Word, read::Reading};
use crate::{
    diagnostic::code,
    dockerfile::{mistake::Mistake, node::Args},
    text::{Span, scan::split_once},
};

/// The pairs of ENV and LABEL.
pub(super) fn pairs(mut reading: Reading<'_>) -> Result<Vec<Assignment>, Mistake> {
    reading.no_flags()?;
    let pairs = match std::mem::replace(&mut reading.node.args, Args::None) {
        Args::Pairs(pairs) => pairs,
        _ => Vec::new(),
    };
    reading.some(&pairs)?;
    match pairs.iter().find(|pair| pair.key.text.is_empty()) {
        Some(pair) => Err(blank(&reading, pair.value.span)),
        None => Ok(pairs),
    }
}

/// ARG. Its flags, if it has any, are not looked at.
pub(super) fn arguments(mut reading: Reading<'_>) -> Result<Command, Mistake> {
    let words = reading.words();
    reading.some(&words)?;
    let mut arguments = Vec::with_capacity(words.len());
    for word in words {
        let Some((name, value)) = split_once(&word.text, b'=') else {
            arguments.push(Argument { name: word, default: None });
            continue;
        };
        if name.is_empty() {
            return Err(blank(&reading, word.span));
        }
        // A continuation within the name is the one case where this is a guess.
        let middle = (word.span.start + name.len()).min(word.span.end);
        let after = (middle + 1).min(word.span.end);
        arguments.push(Argument {
            name: Word { text: name.to_owned(), span: Span::new(word.span.start, middle) },
            default: Some(Word { text: value.to_owned(), span: Span::new(after, word.span.end) }),
        });
    }
    Ok(Command::Arg(arguments))
}

fn blank(reading: &Reading<'_>, span: Span) -> Mistake {
    Mistake::new(code::BLANK_NAME, span, [reading.name(), " names can not be blank"].concat())
}
