//! The table of rules, and what to do about what they find; what they find says [`code::TABLE`].
//!
//! Names, lines and messages are BuildKit's (v0.32.2, `frontend/dockerfile/linter/ruleset.go`), so that what is
//! found here can be looked up there and switched off by the same name. `InvalidBaseImagePlatform` is missing: it
//! is about an image as a registry has it.

use crate::diagnostic::code;

/// A rule of BuildKit's build checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What to do about it; empty if the message says it.
    pub hint: &'static str,
    /// Whether it is being tried out: off unless `# check=experimental=…` names it.
    pub experimental: bool,
}

const fn rule(name: &'static str, hint: &'static str) -> Rule {
    Rule { name, hint, experimental: false }
}

/// Every rule, in alphabetical order.
pub const RULES: [Rule; 21] = [
    rule(code::CONSISTENT_INSTRUCTION_CASING, ""),
    rule(
        code::COPY_IGNORED_FILE,
        "Take the path out of the ignore file, or do not copy it: the build fails when it comes here.",
    ),
    rule(
        code::DUPLICATE_STAGE_NAME,
        "Give one of them another name: what is built from that name is the last stage above.",
    ),
    rule(code::EXPOSE_INVALID_FORMAT, "Publish ports when the container starts: docker run -p."),
    rule(code::EXPOSE_PROTO_CASING, ""),
    rule(code::FROM_AS_CASING, ""),
    rule(
        code::FROM_PLATFORM_FLAG_CONST_DISALLOWED,
        "Leave --platform to the build command, or write $BUILDPLATFORM; a stage that is meant for one platform \
         alone may say so in its name.",
    ),
    rule(code::INVALID_DEFAULT_ARG_IN_FROM, "Give the ARG a default, or the variable: ${NAME:-value}."),
    Rule {
        name: code::INVALID_DEFINITION_DESCRIPTION,
        hint: "If the comment is no description, an empty comment line (#) below it says so.",
        experimental: true,
    },
    rule(code::JSON_ARGS_RECOMMENDED, "Write it as a JSON array, or set a SHELL to say that it is meant."),
    rule(code::LEGACY_KEY_VALUE_FORMAT, ""),
    rule(code::MAINTAINER_DEPRECATED, ""),
    rule(code::MULTIPLE_INSTRUCTIONS_DISALLOWED, ""),
    rule(code::NO_EMPTY_CONTINUATION, "Remove the empty lines, or make them comments."),
    rule(code::REDUNDANT_TARGET_PLATFORM, ""),
    rule(
        code::RESERVED_STAGE_NAME,
        "Give the stage another name: FROM and --from do not find it by this one.",
    ),
    rule(
        code::SECRETS_USED_IN_ARG_OR_ENV,
        "Use a secret mount: RUN --mount=type=secret,id=name,env=NAME. The image keeps nothing of it.",
    ),
    rule(code::STAGE_NAME_CASING, ""),
    rule(code::UNDEFINED_ARG_IN_FROM, "Declare it with ARG before the first FROM."),
    rule(
        code::UNDEFINED_VAR,
        "Set it with ENV or declare it with ARG above; an ARG before the first FROM must be declared again in \
         the stage.",
    ),
    rule(
        code::WORKDIR_RELATIVE_PATH,
        "Begin the path with a slash: the working directory of the base image may change.",
    ),
];

/// The rule of this name.
pub(super) fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// BuildKit's page about a rule: for `NoEmptyContinuation`,
/// `https://docs.docker.com/go/dockerfile/rule/no-empty-continuation/`. None for codes that are not its rules.
pub fn url(name: &str) -> Option<String> {
    find(name)?;
    let mut url = String::from("https://docs.docker.com/go/dockerfile/rule/");
    let bytes = name.as_bytes();
    for (at, char) in name.char_indices() {
        // A word begins at a capital behind or before a small letter: `JSONArgs` becomes `json-args`.
        let is_small =
            |place: Option<usize>| place.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_lowercase);
        if at > 0 && char.is_ascii_uppercase() && (is_small(at.checked_sub(1)) || is_small(Some(at + 1))) {
            url.push('-');
        }
        url.push(char.to_ascii_lowercase());
    }
    url.push('/');
    Some(url)
}
