//! BuildKit's own build checks (`docker build --check`): what it builds and yet warns about, with the edits that
//! mend it; and features that are newer than the frontend which the file names.
//!
//! [`warnings`] goes through the file as the builder does: the text, the instructions one by one, all stages
//! together, then each stage with its variables as they are when an instruction comes. The first part of a file's
//! findings, what the builder refuses, stands in [`Dockerfile::diagnostics`](crate::dockerfile::Dockerfile); and
//! [`diagnostics`] puts both together with what a build says.
//!
//! | file | what it holds |
//! |---|---|
//! | `rule` | the table of rules |
//! | `findings` | what is found; whether a rule is on at a place |
//! | `casing`, `continuation`, `description`, `names` | rules about the text and its instructions |
//! | `from` | rules about FROM |
//! | `walk`, `stage` | the stages one after the other, and what each has so far |
//! | `command`, `expose`, `ignored`, `secret`, `undefined`, `variable`, `workdir` | rules about the instructions of a stage |
//! | `reference` | names of images |
//! | `frontend`, `feature` | `# syntax=…`, and what came with which version |
//! | `answer` | everything that is wrong, by place |

mod answer;
mod casing;
mod command;
mod continuation;
mod description;
mod expose;
mod feature;
mod findings;
mod from;
mod frontend;
mod ignored;
mod names;
mod reference;
mod rule;
mod secret;
mod stage;
mod undefined;
mod variable;
mod walk;
mod workdir;

pub use answer::{BUILD_FAILS, BUILD_WARNS, diagnostics};
pub use feature::{FEATURES, Feature};
pub(crate) use frontend::has_link;
pub use rule::{RULES, Rule, url};

use crate::{
    builder::{BuildError, Input},
    diagnostic::{Diagnostic, Severity, code},
    text::Span,
};
use findings::{Findings, Place};

/// How the builder says that its checks fail the build; names of rules follow.
const VIOLATION: &str = "lint violation found for rules: ";

/// Which stages are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All, or those that the target needs if one is named: `docker build --check`.
    Check,
    /// Those that the target needs, which is the last stage if none is named: a build.
    Build,
}

/// What the builder warns about, in its own order: as it reads the file, then stage by stage.
///
/// ```
/// use layerwise::{check::{self, Reach}, simulation::Workspace};
///
/// let mut work = Workspace::new();
/// work.set_dockerfile("FROM alpine AS Build\nCMD run\n")?;
/// let found = check::warnings(&work.state().input(), Reach::Check);
/// let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
/// assert_eq!(codes, ["StageNameCasing", "JSONArgsRecommended"]);
/// # Ok::<(), layerwise::simulation::Error>(())
/// ```
pub fn warnings(input: &Input<'_>, reach: Reach) -> Vec<Diagnostic> {
    let mut findings = Findings::new(input);
    continuation::check(&mut findings);
    for (index, instruction) in findings.file.instructions.iter().enumerate() {
        let own = findings.own(index);
        let place = Place::of(instruction, own.as_ref());
        names::instruction(&mut findings, instruction, place);
        description::check(&mut findings, index, instruction, place);
    }
    names::stages(&mut findings);
    casing::check(&mut findings);
    walk::check(&mut findings, input, reach);
    if findings.fails() && findings.found.iter().any(|finding| finding.severity == Severity::Warning) {
        let failure = failure(&findings);
        findings.found.push(failure);
    }
    findings.refuse();
    findings.found
}

/// Whether the build fails if its checks find something: `# check=error=true`, or the build argument that says so. Quick
/// to ask, unlike [`violation`].
pub fn may_fail(input: &Input<'_>) -> bool {
    let given = input.build_args.get(findings::SETTING);
    given.map_or(input.dockerfile.checks.error, |given| given.contains("error"))
}

/// Why the builder refuses the file before any step, if its checks are set to fail the build and find something. What it
/// refuses for other reasons it refuses earlier (`dockerfile2llb`: `lint.Error`).
pub fn violation(input: &Input<'_>) -> Option<BuildError> {
    let found = warnings(input, Reach::Build).into_iter().find(|found| found.code == code::LINT_VIOLATION)?;
    Some(BuildError { message: found.message, line: 0, refused: true })
}

/// `# check=error=true`: what was found fails the build.
fn failure(findings: &Findings<'_>) -> Diagnostic {
    let counts = |finding: &&Diagnostic| finding.severity == Severity::Warning;
    let mut rules: Vec<&str> = findings.found.iter().filter(counts).map(|finding| finding.code).collect();
    rules.sort_unstable();
    rules.dedup();
    let directive = findings.file.directives.iter().find(|directive| directive.name == "check");
    Diagnostic {
        code: code::LINT_VIOLATION,
        severity: Severity::Error,
        span: directive.map_or(Span::default(), |directive| directive.span),
        line: 0,
        message: [VIOLATION, &rules.join(", ")].concat(),
        hint: Some("error=true makes the build fail on what its checks find.".to_owned()),
        edits: Vec::new(),
    }
}
