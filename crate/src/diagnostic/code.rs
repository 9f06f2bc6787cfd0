//! The names of all diagnostics of the language.

/// Every code with a sentence on what it means, in alphabetical order.
pub const TABLE: &[(&str, &str)] = &[
    (ARGUMENT_COUNT, "The instruction has too few or too many arguments."),
    (BLANK_NAME, "A variable or label has no name."),
    (DUPLICATE_DIRECTIVE, "A parser directive stands twice."),
    (DUPLICATE_FLAG, "A flag that may be given once is given twice."),
    (EMPTY_FILE, "The Dockerfile is empty."),
    (HEREDOC_DESTINATION, "The destination is a here-document."),
    (INVALID_DEVICE, "A `--device` cannot be read."),
    (INVALID_ESCAPE_TOKEN, "The escape directive names something other than a backslash or a backtick."),
    (INVALID_FLAG_VALUE, "The value of a flag is not one that it takes."),
    (INVALID_HEALTHCHECK, "The health check is neither a command nor NONE."),
    (INVALID_HEREDOC, "The name of a here-document cannot be read."),
    (INVALID_MOUNT, "A `--mount` cannot be read."),
    (
        INVALID_STAGE_NAME,
        "The name of a stage does not begin with a letter or has a character that it may not have.",
    ),
    (INVALID_TRIGGER, "The instruction may not be an ONBUILD trigger."),
    (LINE_TOO_LONG, "A line is longer than builders read."),
    (MISSING_EQUALS, "A word has no equals sign although the words before it have one."),
    (MISSING_FLAG_VALUE, "A flag that takes a value has none."),
    (MISSING_VALUE, "A variable or label has no value."),
    (NO_BUILD_STAGE, "An instruction other than ARG stands before the first FROM."),
    (NO_EMPTY_CONTINUATION, "An empty line stands within an instruction that goes on over lines."),
    (NO_INSTRUCTIONS, "There are only comments and blank lines."),
    (NO_STAGES, "There is no FROM."),
    (NOT_JSON, "The instruction takes a JSON array only."),
    (NOT_STRINGS, "A JSON array has elements that are not strings."),
    (UNKNOWN_FLAG, "The instruction has no such flag."),
    (UNKNOWN_INSTRUCTION, "There is no such instruction."),
    (UNTERMINATED_HEREDOC, "A here-document has no end."),
];

/// BuildKit's page about a rule: for `NoEmptyContinuation`,
/// `https://docs.docker.com/go/dockerfile/rule/no-empty-continuation/`. None for codes that are not its rules.
pub fn url(code: &str) -> Option<String> {
    if !RULES.contains(&code) {
        return None;
    }
    let mut url = String::from("https://docs.docker.com/go/dockerfile/rule/");
    let mut after_capital = true;
    for char in code.chars() {
        // `JSONArgs` becomes `json-args`: a word begins at a capital behind a small letter.
        if char.is_ascii_uppercase() && !after_capital {
            url.push('-');
        }
        after_capital = char.is_ascii_uppercase();
        url.push(char.to_ascii_lowercase());
    }
    url.push('/');
    Some(url)
}

/// The codes that are BuildKit's rules.
const RULES: [&str; 1] = [NO_EMPTY_CONTINUATION];

/// The instruction has too few or too many arguments.
pub const ARGUMENT_COUNT: &str = "ArgumentCount";
/// A variable or label has no name.
pub const BLANK_NAME: &str = "BlankName";
/// A parser directive stands twice.
pub const DUPLICATE_DIRECTIVE: &str = "DuplicateDirective";
/// A flag that may be given once is given twice.
pub const DUPLICATE_FLAG: &str = "DuplicateFlag";
/// The Dockerfile is empty.
pub const EMPTY_FILE: &str = "EmptyFile";
/// The destination is a here-document.
pub const HEREDOC_DESTINATION: &str = "HeredocDestination";
/// A `--device` cannot be read.
pub const INVALID_DEVICE: &str = "InvalidDevice";
/// The escape directive names something other than a backslash or a backtick.
pub const INVALID_ESCAPE_TOKEN: &str = "InvalidEscapeToken";
/// The value of a flag is not one that it takes.
pub const INVALID_FLAG_VALUE: &str = "InvalidFlagValue";
/// The health check is neither a command nor NONE.
pub const INVALID_HEALTHCHECK: &str = "InvalidHealthcheck";
/// The name of a here-document cannot be read.
pub const INVALID_HEREDOC: &str = "InvalidHeredoc";
/// A `--mount` cannot be read.
pub const INVALID_MOUNT: &str = "InvalidMount";
/// The name of a stage is not one that it may have.
pub const INVALID_STAGE_NAME: &str = "InvalidStageName";
/// The instruction may not be an ONBUILD trigger.
pub const INVALID_TRIGGER: &str = "InvalidTrigger";
/// A line is longer than builders read.
pub const LINE_TOO_LONG: &str = "LineTooLong";
/// A word has no equals sign although the words before it have one.
pub const MISSING_EQUALS: &str = "MissingEquals";
/// A flag that takes a value has none.
pub const MISSING_FLAG_VALUE: &str = "MissingFlagValue";
/// A variable or label has no value.
pub const MISSING_VALUE: &str = "MissingValue";
/// An instruction other than ARG stands before the first FROM.
pub const NO_BUILD_STAGE: &str = "NoBuildStage";
/// An empty line stands within an instruction that goes on over lines.
pub const NO_EMPTY_CONTINUATION: &str = "NoEmptyContinuation";
/// There are only comments and blank lines.
pub const NO_INSTRUCTIONS: &str = "NoInstructions";
/// There is no FROM.
pub const NO_STAGES: &str = "NoStages";
/// The instruction takes a JSON array only.
pub const NOT_JSON: &str = "NotJson";
/// A JSON array has elements that are not strings.
pub const NOT_STRINGS: &str = "NotStrings";
/// The instruction has no such flag.
pub const UNKNOWN_FLAG: &str = "UnknownFlag";
/// There is no such instruction.
pub const UNKNOWN_INSTRUCTION: &str = "UnknownInstruction";
/// A here-document has no end.
pub const UNTERMINATED_HEREDOC: &str = "UnterminatedHeredoc";
