//! FROM.

use super::{Command, From, Word, read::Reading};
use crate::{
    diagnostic::code,
    dockerfile::{
        flag::{Flags, Takes},
        mistake::Mistake,
    },
    text::quote,
};

pub(super) fn read(mut reading: Reading<'_>) -> Result<Command, Mistake> {
    let words = reading.words();
    let (image, alias) = match <[Word; 1]>::try_from(words) {
        Ok([image]) => (image, None),
        Err(words) => match <[Word; 3]>::try_from(words) {
            Ok([image, keyword, alias]) if keyword.text.eq_ignore_ascii_case("as") => (image, Some(alias)),
            _ => {
                let message = "FROM requires either one or three arguments";
                return Err(reading.mistake(code::ARGUMENT_COUNT, message));
            }
        },
    };
    if let Some(alias) = alias.as_ref().filter(|alias| !is_stage_name(&alias.text)) {
        let message = [
            "invalid name for build stage: ",
            &quote(&alias.text),
            ", name can't start with a number or contain symbols",
        ];
        return Err(Mistake::new(code::INVALID_STAGE_NAME, alias.span, message.concat()));
    }
    let flags = Flags::check(reading.flags, &[("platform", Takes::Value)])?;
    Ok(Command::From(From { image, platform: flags.owned("platform"), alias }))
}

fn is_stage_name(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.'))
}
