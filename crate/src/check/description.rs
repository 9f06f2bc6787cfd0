//! `InvalidDefinitionDescription`, which is being tried out: the comment above an ARG or a named stage begins with
//! its name.

use super::findings::{Findings, Place};
use crate::{
    diagnostic::code,
    dockerfile::{Command, Instruction},
    text::{Span, TextEdit},
};

pub(super) fn check(findings: &mut Findings<'_>, index: usize, instruction: &Instruction, place: Place<'_>) {
    let (keyword, names): (_, Vec<String>) = match &instruction.command {
        Command::From(from) => {
            ("FROM", from.alias.iter().map(|alias| alias.text.to_ascii_lowercase()).collect())
        }
        Command::Arg(arguments) => {
            ("ARG", arguments.iter().map(|argument| argument.name.text.clone()).collect())
        }
        _ => return,
    };
    let comments = findings.file.doc_comments(index);
    let Some(first) = comments.last().map(|comment| comment.split(' ').next().unwrap_or("")) else { return };
    if names.is_empty() || names.iter().any(|name| name == first) {
        return;
    }
    let example = match names.as_slice() {
        [one] => one,
        _ => "<arg_key>",
    };
    // An empty comment line ends what is taken for a description.
    let edits =
        vec![TextEdit { span: Span::new(place.span.start, place.span.start), text: "#\n".to_owned() }];
    let message = ["Comment for ", keyword, " should follow the format: `# ", example, " <description>`"];
    findings.warn(code::INVALID_DEFINITION_DESCRIPTION, place, &message, edits);
}
