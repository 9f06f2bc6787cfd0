//! RUN.

use super::{Command, Mount, Run, read::Reading};
use crate::{
    diagnostic::code,
    dockerfile::{
        flag::{Flags, Takes},
        mistake::Mistake,
        mount::check_device,
    },
    text::quote,
};

const FLAGS: [(&str, Takes); 4] = [
    ("device", Takes::Values),
    ("mount", Takes::Values),
    ("network", Takes::Value),
    ("security", Takes::Value),
];

pub(super) fn read(mut reading: Reading<'_>) -> Result<Command, Mistake> {
    let form = reading.form();
    let flags = Flags::check(reading.flags, &FLAGS)?;
    for flag in flags.all("device") {
        check_device(flag.value.as_deref().unwrap_or(""))
            .map_err(|message| Mistake::new(code::INVALID_DEVICE, flag.span, message))?;
    }
    let mut mounts = Vec::new();
    for flag in flags.all("mount") {
        let mount = Mount::read(flag.value.as_deref().unwrap_or(""), flag.span)
            .map_err(|message| Mistake::new(code::INVALID_MOUNT, flag.span, message))?;
        mounts.push(mount);
    }
    let one_of = |name: &str, known: &[&str], message: [&str; 3]| match flags.value(name) {
        Some(value) if !known.contains(&value) => {
            let span = flags.all(name).next().map_or(reading.line.span(reading.node.name), |flag| flag.span);
            let [before, _, behind] = message;
            let message = [before, &quote(value), behind].concat();
            Err(Mistake::new(code::INVALID_FLAG_VALUE, span, message))
        }
        value => Ok(value.map(str::to_owned)),
    };
    let network = one_of("network", &["default", "none", "host"], ["invalid network mode ", "", ""])?;
    let security = one_of("security", &["sandbox", "insecure"], ["security ", "", " is not valid"])?;
    Ok(Command::Run(Run { form, mounts, network, security }))
}
