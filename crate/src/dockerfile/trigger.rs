//! ONBUILD triggers of a base image, which the builder reads like a file of one instruction.

use super::{Command, Instruction, Phase, reader::Reader};

/// Reads a trigger. The error is the builder's message.
pub(super) fn read(text: &str, escape: char) -> Result<Instruction, String> {
    let mut file = Reader::new(text, escape, true).read();
    if text.is_empty() {
        return Err("file with no instructions".to_owned());
    }
    if file.refusal_phase() == Some(Phase::Lines) {
        return Err(file.refusal_text().unwrap_or_default());
    }
    if file.instructions.len() != 1 {
        return Err("onbuild trigger should be a single expression".to_owned());
    }
    match file.instructions.pop() {
        Some(Instruction { command: Command::From(_), .. }) => {
            Err("*instructions.Stage is not a command type".to_owned())
        }
        Some(instruction) if !matches!(instruction.command, Command::Invalid) => Ok(instruction),
        _ => Err(file.refusal().map_or(String::new(), |found| found.message.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_one_instruction() {
        assert_eq!(read("RUN <<EOF\na\nEOF", '\\').unwrap().heredocs[0].body, "a\n");
        let fails = |text| read(text, '\\').unwrap_err();
        assert_eq!(fails(""), "file with no instructions");
        assert_eq!(fails("RUN a\nRUN b"), "onbuild trigger should be a single expression");
        assert_eq!(fails("FROM a"), "*instructions.Stage is not a command type");
        assert_eq!(
            fails("COPY a"),
            concat!(
                "COPY requires at least two arguments, but only one was provided. ",
                "Destination could not be determined",
            )
        );
        assert_eq!(fails("CPOY a b"), "unknown instruction: CPOY (did you mean COPY?)");
    }
}
