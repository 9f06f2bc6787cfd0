//! `SecretsUsedInArgOrEnv`: names that say that the value is secret.

use super::findings::Findings;
use super::walk::Step;
use crate::{
    diagnostic::code,
    text::{Span, quote},
};

const SECRETS: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

const HARMLESS: [&str; 3] = ["public", "file", "version"];

/// A name of which a part says that its value is secret, and none that it is not.
pub(super) fn check(findings: &mut Findings<'_>, step: Step<'_>, keyword: &str, name: &str, span: Span) {
    let has =
        |words: &[&str]| name.split('_').any(|part| words.iter().any(|word| word.eq_ignore_ascii_case(part)));
    if has(&SECRETS) && !has(&HARMLESS) {
        let message =
            ["Do not use ARG or ENV instructions for sensitive data (", keyword, " ", &quote(name), ")"];
        let place = if step.index.is_some() { step.place.at(span) } else { step.place };
        findings.warn(code::SECRETS_USED_IN_ARG_OR_ENV, place, &message, Vec::new());
    }
}
