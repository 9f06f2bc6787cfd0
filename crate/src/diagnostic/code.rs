//! The names of all diagnostics of the language.

/// Every code with a sentence on what it means, in alphabetical order.
pub const TABLE: &[(&str, &str)] = &[
    (ARGUMENT_COUNT, "The instruction has too few or too many arguments."),
    (BLANK_NAME, "A variable or label has no name."),
    (
        CONSISTENT_INSTRUCTION_CASING,
        "An instruction is not written in capitals or small letters like most of them.",
    ),
    (COPY_IGNORED_FILE, "COPY or ADD names a file that the ignore file keeps out."),
    (DUPLICATE_DIRECTIVE, "A parser directive stands twice."),
    (DUPLICATE_FLAG, "A flag that may be given once is given twice."),
    (DUPLICATE_STAGE_NAME, "Two stages have the same name."),
    (EMPTY_FILE, "The Dockerfile is empty."),
    (EXPOSE_INVALID_FORMAT, "A port of EXPOSE has an address or a host port."),
    (EXPOSE_PROTO_CASING, "The protocol of a port has capitals."),
    (FEATURE_NEWER_THAN_SYNTAX, "A feature is newer than the frontend that the syntax directive names."),
    (FROM_AS_CASING, "FROM is in capitals and AS is not, or the other way round."),
    (FROM_PLATFORM_FLAG_CONST_DISALLOWED, "The platform of a FROM is fixed."),
    (HEREDOC_DESTINATION, "The destination is a here-document."),
    (INVALID_CHECK, "The check directive cannot be read."),
    (INVALID_DEFAULT_ARG_IN_FROM, "Without build arguments the image of a FROM has no valid name."),
    (INVALID_DEFINITION_DESCRIPTION, "The comment above an ARG or a stage does not begin with its name."),
    (INVALID_DEVICE, "A `--device` cannot be read."),
    (INVALID_ESCAPE_TOKEN, "The escape directive names something other than a backslash or a backtick."),
    (INVALID_FLAG_VALUE, "The value of a flag is not one that it takes."),
    (INVALID_HEALTHCHECK, "The health check is neither a command nor NONE."),
    (INVALID_HEREDOC, "The name of a here-document cannot be read."),
    (INVALID_MOUNT, "A `--mount` cannot be read."),
    (INVALID_PORT, "A port of EXPOSE is not one."),
    (INVALID_SIGNAL, "The signal of STOPSIGNAL does not exist."),
    (INVALID_STAGE_NAME, "The name of a stage is not one that it may have."),
    (INVALID_TRIGGER, "The instruction may not be an ONBUILD trigger."),
    (INVALID_WORD, "A word cannot be expanded, whatever the variables are."),
    (JSON_ARGS_RECOMMENDED, "CMD or ENTRYPOINT is in shell form, so that signals go to the shell."),
    (LEGACY_KEY_VALUE_FORMAT, "A blank stands between name and value where an equals sign should."),
    (LINE_TOO_LONG, "A line is longer than builders read."),
    (LINT_VIOLATION, "The check directive says that what the checks find fails the build."),
    (MAINTAINER_DEPRECATED, "MAINTAINER is out of use."),
    (MISSING_EQUALS, "A word has no equals sign although the words before it have one."),
    (MISSING_FLAG_VALUE, "A flag that takes a value has none."),
    (MISSING_VALUE, "A variable or label has no value."),
    (
        MULTIPLE_INSTRUCTIONS_DISALLOWED,
        "Of several CMDs, ENTRYPOINTs or HEALTHCHECKs of a stage only the last counts.",
    ),
    (NO_BUILD_STAGE, "An instruction other than ARG stands before the first FROM."),
    (NO_EMPTY_CONTINUATION, "An empty line stands within an instruction that goes on over lines."),
    (NO_INSTRUCTIONS, "There are only comments and blank lines."),
    (NO_STAGES, "There is no FROM."),
    (NOT_JSON, "The instruction takes a JSON array only."),
    (NOT_STRINGS, "A JSON array has elements that are not strings."),
    (REDUNDANT_TARGET_PLATFORM, "FROM names the platform that it has anyway."),
    (RESERVED_STAGE_NAME, "A stage has a name that means something else."),
    (
        SECRETS_USED_IN_ARG_OR_ENV,
        "The name of a variable says that its value is secret, but the image keeps it.",
    ),
    (STAGE_NAME_CASING, "The name of a stage has capitals."),
    (UNDEFINED_ARG_IN_FROM, "FROM uses a variable that no ARG declares."),
    (UNDEFINED_VAR, "A variable is used that nothing sets."),
    (UNKNOWN_FLAG, "The instruction has no such flag."),
    (UNKNOWN_INSTRUCTION, "There is no such instruction."),
    (UNTERMINATED_HEREDOC, "A here-document has no end."),
    (WORKDIR_RELATIVE_PATH, "The first WORKDIR of a stage is relative."),
];

/// The instruction has too few or too many arguments.
pub const ARGUMENT_COUNT: &str = "ArgumentCount";
/// A variable or label has no name.
pub const BLANK_NAME: &str = "BlankName";
/// An instruction is not written in capitals or small letters like most of them.
pub const CONSISTENT_INSTRUCTION_CASING: &str = "ConsistentInstructionCasing";
/// COPY or ADD names a file that the ignore file keeps out.
pub const COPY_IGNORED_FILE: &str = "CopyIgnoredFile";
/// A parser directive stands twice.
pub const DUPLICATE_DIRECTIVE: &str = "DuplicateDirective";
/// A flag that may be given once is given twice.
pub const DUPLICATE_FLAG: &str = "DuplicateFlag";
/// Two stages have the same name.
pub const DUPLICATE_STAGE_NAME: &str = "DuplicateStageName";
/// The Dockerfile is empty.
pub const EMPTY_FILE: &str = "EmptyFile";
/// A port of EXPOSE has an address or a host port.
pub const EXPOSE_INVALID_FORMAT: &str = "ExposeInvalidFormat";
/// The protocol of a port has capitals.
pub const EXPOSE_PROTO_CASING: &str = "ExposeProtoCasing";
/// A feature is newer than the frontend that the syntax directive names.
pub const FEATURE_NEWER_THAN_SYNTAX: &str = "FeatureNewerThanSyntax";
/// FROM is in capitals and AS is not, or the other way round.
pub const FROM_AS_CASING: &str = "FromAsCasing";
/// The platform of a FROM is fixed.
pub const FROM_PLATFORM_FLAG_CONST_DISALLOWED: &str = "FromPlatformFlagConstDisallowed";
/// The destination is a here-document.
pub const HEREDOC_DESTINATION: &str = "HeredocDestination";
/// The check directive cannot be read.
pub const INVALID_CHECK: &str = "InvalidCheck";
/// Without build arguments the image of a FROM has no valid name.
pub const INVALID_DEFAULT_ARG_IN_FROM: &str = "InvalidDefaultArgInFrom";
/// The comment above an ARG or a stage does not begin with its name.
pub const INVALID_DEFINITION_DESCRIPTION: &str = "InvalidDefinitionDescription";
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
/// A port of EXPOSE is not one.
pub const INVALID_PORT: &str = "InvalidPort";
/// The signal of STOPSIGNAL does not exist.
pub const INVALID_SIGNAL: &str = "InvalidSignal";
/// The name of a stage is not one that it may have.
pub const INVALID_STAGE_NAME: &str = "InvalidStageName";
/// The instruction may not be an ONBUILD trigger.
pub const INVALID_TRIGGER: &str = "InvalidTrigger";
/// A word cannot be expanded, whatever the variables are.
pub const INVALID_WORD: &str = "InvalidWord";
/// CMD or ENTRYPOINT is in shell form, so that signals go to the shell.
pub const JSON_ARGS_RECOMMENDED: &str = "JSONArgsRecommended";
/// A blank stands between name and value where an equals sign should.
pub const LEGACY_KEY_VALUE_FORMAT: &str = "LegacyKeyValueFormat";
/// A line is longer than builders read.
pub const LINE_TOO_LONG: &str = "LineTooLong";
/// The check directive says that what the checks find fails the build.
pub const LINT_VIOLATION: &str = "LintViolation";
/// MAINTAINER is out of use.
pub const MAINTAINER_DEPRECATED: &str = "MaintainerDeprecated";
/// A word has no equals sign although the words before it have one.
pub const MISSING_EQUALS: &str = "MissingEquals";
/// A flag that takes a value has none.
pub const MISSING_FLAG_VALUE: &str = "MissingFlagValue";
/// A variable or label has no value.
pub const MISSING_VALUE: &str = "MissingValue";
/// Of several CMDs, ENTRYPOINTs or HEALTHCHECKs of a stage only the last counts.
pub const MULTIPLE_INSTRUCTIONS_DISALLOWED: &str = "MultipleInstructionsDisallowed";
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
/// FROM names the platform that it has anyway.
pub const REDUNDANT_TARGET_PLATFORM: &str = "RedundantTargetPlatform";
/// A stage has a name that means something else.
pub const RESERVED_STAGE_NAME: &str = "ReservedStageName";
/// The name of a variable says that its value is secret, but the image keeps it.
pub const SECRETS_USED_IN_ARG_OR_ENV: &str = "SecretsUsedInArgOrEnv";
/// The name of a stage has capitals.
pub const STAGE_NAME_CASING: &str = "StageNameCasing";
/// FROM uses a variable that no ARG declares.
pub const UNDEFINED_ARG_IN_FROM: &str = "UndefinedArgInFrom";
/// A variable is used that nothing sets.
pub const UNDEFINED_VAR: &str = "UndefinedVar";
/// The instruction has no such flag.
pub const UNKNOWN_FLAG: &str = "UnknownFlag";
/// There is no such instruction.
pub const UNKNOWN_INSTRUCTION: &str = "UnknownInstruction";
/// A here-document has no end.
pub const UNTERMINATED_HEREDOC: &str = "UnterminatedHeredoc";
/// The first WORKDIR of a stage is relative.
pub const WORKDIR_RELATIVE_PATH: &str = "WorkdirRelativePath";
