//! HEALTHCHECK.

use super::{Command, Form, Healthcheck, read::Reading};
use crate::{
    diagnostic::code,
    dockerfile::{
        duration::{self, MILLISECOND},
        flag::{Flags, Takes},
        mistake::Mistake,
        node::Args,
    },
    text::quote,
};

const FLAGS: [(&str, Takes); 5] = [
    ("interval", Takes::Value),
    ("timeout", Takes::Value),
    ("start-period", Takes::Value),
    ("start-interval", Takes::Value),
    ("retries", Takes::Value),
];

pub(super) fn read(mut reading: Reading<'_>) -> Result<Command, Mistake> {
    let Args::Typed(kind, behind) = std::mem::replace(&mut reading.node.args, Args::None) else {
        return reading.some::<()>(&[]).map(|()| Command::Invalid);
    };
    let kind_span = reading.line.span(kind);
    let kind = kind.to_ascii_uppercase();
    reading.node.args = *behind;
    let form = reading.form();
    if kind == "NONE" {
        // The builder does not look at the flags here.
        if !matches!(&form, Form::Shell(text) if text.is_empty())
            && !matches!(&form, Form::Exec(words) if words.is_empty())
        {
            let message = "HEALTHCHECK NONE takes no arguments";
            return Err(Mistake::new(code::ARGUMENT_COUNT, kind_span, message));
        }
        return Ok(Command::Healthcheck(Healthcheck { test: vec![kind], ..Healthcheck::default() }));
    }
    let flags = Flags::check(reading.flags, &FLAGS)?;
    if kind != "CMD" {
        let message = ["Unknown type ", &quote(&kind), " in HEALTHCHECK (try CMD)"].concat();
        return Err(Mistake::new(code::INVALID_HEALTHCHECK, kind_span, message));
    }
    let mut test = match form {
        Form::Exec(words) => [vec![kind], words].concat(),
        Form::Shell(text) if text.is_empty() => Vec::new(),
        Form::Shell(text) => vec!["CMD-SHELL".to_owned(), text],
    };
    if test.len() < 2 {
        test.clear();
        let message = "Missing command after HEALTHCHECK CMD";
        return Err(Mistake::new(code::INVALID_HEALTHCHECK, kind_span, message));
    }
    Ok(Command::Healthcheck(Healthcheck {
        test,
        interval: interval(&flags, "interval")?,
        timeout: interval(&flags, "timeout")?,
        start_period: interval(&flags, "start-period")?,
        start_interval: interval(&flags, "start-interval")?,
        retries: retries(&flags)?,
    }))
}

fn interval(flags: &Flags<'_>, name: &str) -> Result<i64, Mistake> {
    let Some(flag) = flags.all(name).next() else { return Ok(0) };
    let value = match flag.value.as_deref() {
        None | Some("") => return Ok(0),
        Some(value) => value,
    };
    let fail = |message: String| Mistake::new(code::INVALID_FLAG_VALUE, flag.span, message);
    match duration::parse(value).map_err(fail)? {
        0 => Ok(0),
        short if short < MILLISECOND => {
            Err(fail(["Interval ", &quote(name), " cannot be less than 1ms"].concat()))
        }
        length => Ok(length),
    }
}

fn retries(flags: &Flags<'_>) -> Result<i64, Mistake> {
    let Some(flag) = flags.all("retries").next() else { return Ok(0) };
    let value = match flag.value.as_deref() {
        None | Some("") => return Ok(0),
        Some(value) => value,
    };
    let fail = |message: String| Mistake::new(code::INVALID_FLAG_VALUE, flag.span, message);
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse::<i64>().ok().filter(|&number| i32::try_from(number).is_ok()) {
        Some(number) if number < 0 => {
            Err(fail(["--retries cannot be negative (", &number.to_string(), ")"].concat()))
        }
        Some(number) => Ok(number),
        None => {
            let why = if is_number { ": value out of range" } else { ": invalid syntax" };
            Err(fail(["strconv.ParseInt: parsing ", &quote(value), why].concat()))
        }
    }
}
