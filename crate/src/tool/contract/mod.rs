//! What programs do: for each the command lines that are understood, what they read, write, download and cost.
//!
//! A contract is a file with a table at its top, registered by its name in `contracts!`: a `CONTRACT` with costs
//! and caches, and a function `effects`. The latter must say `Err` with the reason for every command line whose
//! effects it does not know for certain: an option that it does not list, a file that decides and is not known.
//! Time is in milliseconds.
//!
//! Costs are in every answer, effects only in advice, which is loaded later: nothing that estimates costs leads
//! to a function that surveys effects.

pub mod apt;
mod builtin;
mod bun;
mod bundler;
mod call;
pub mod cargo;
mod composer;
mod conda;
mod corepack;
mod dotnet;
mod download;
mod file;
mod go;
mod gradle;
mod hook;
mod javascript;
mod make;
mod maven;
mod mix;
mod npm;
mod option;
mod package_manager;
pub(crate) mod pip;
mod pip_tools;
mod pipenv;
mod pnpm;
mod poetry;
mod price;
#[cfg(test)]
mod probe;
mod project;
mod python;
mod python_project;
mod requirements;
mod sbt;
mod system_tool;
mod uv;
mod xargs;
mod yarn;

pub use call::Call;

use super::Survey;

/// What is known about programs.
pub struct Contract {
    /// Their names.
    programs: &'static [&'static str],
    /// What a call takes.
    cost: fn(&Call<'_>) -> Cost,
    /// The folders in which a call keeps its downloads.
    caches: fn(&Call<'_>) -> Vec<Cache>,
}

/// Milliseconds of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// With nothing downloaded before.
    pub cold: u64,
    /// With all downloads at hand.
    pub warm: u64,
}

impl Cost {
    pub(super) const fn same(cost: u64) -> Self {
        Self { cold: cost, warm: cost }
    }
}

/// A folder in which a program keeps downloads between its runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Absolute path.
    pub target: String,
    /// `locked` for programs that cannot share the folder with another run of themselves.
    pub locked: bool,
    /// Whether Debian's `docker-clean` empties it.
    pub cleaned: bool,
    /// All that keeps the program from using it.
    pub off: Vec<Off>,
    /// Whether the program then leaves nothing at all in it.
    pub traceless: bool,
}

/// What keeps a program from keeping its downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// An option on its command line.
    Option(&'static str),
    /// A variable of its environment.
    Variable(&'static str),
}

impl Contract {
    fn covers(&self, name: &str) -> bool {
        self.programs.iter().any(|program| matches(program, name))
    }
}

/// The table of contracts. A program stands in at most one.
macro_rules! contracts {
    ($($tool:ident),*) => {
        fn find(name: &str) -> Option<&'static Contract> {
            [$(&$tool::CONTRACT),*, &price::CONTRACT].into_iter().find(|contract| contract.covers(name))
        }

        /// Adds what a call reads and writes.
        pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
            $(if $tool::CONTRACT.covers(call.name) {
                return $tool::effects(call, out);
            })*
            if let Some(effects) = installer(call.name) {
                return effects(call, out);
            }
            let mut reason = String::from("what `");
            reason.push_str(call.name);
            reason.push_str("` reads and writes is not known");
            Err(reason)
        }
    };
}

contracts!(builtin, file, apt, pip, python, xargs);

/// Adds what a call reads and writes, or says why that is not known.
type Effects = fn(&Call<'_>, &mut Survey) -> Result<(), String>;

/// The effects of a program whose costs stand in the table of `price`.
fn installer(name: &str) -> Option<Effects> {
    Some(match name {
        "npm" => npm::effects,
        "yarn" | "yarnpkg" => yarn::effects,
        "pnpm" => pnpm::effects,
        "bun" => bun::effects,
        "corepack" => corepack::effects,
        "go" => go::effects,
        "cargo" => cargo::effects,
        "bundle" | "bundler" | "gem" => bundler::effects,
        "composer" => composer::effects,
        "poetry" => poetry::effects,
        "uv" => uv::effects,
        "pipenv" => pipenv::effects,
        "pip-compile" | "pip-sync" => pip_tools::effects,
        "conda" | "mamba" | "micromamba" => conda::effects,
        "mvn" | "mvnw" => maven::effects,
        "gradle" | "gradlew" => gradle::effects,
        "make" | "cmake" => make::effects,
        "sbt" => sbt::effects,
        "dotnet" => dotnet::effects,
        "mix" => mix::effects,
        "apk" | "dnf" | "yum" | "microdnf" => package_manager::effects,
        "curl" | "wget" | "tar" | "unzip" | "git" => download::effects,
        "docker-php-ext-install"
        | "docker-php-ext-enable"
        | "docker-php-ext-configure"
        | "install-php-extensions"
        | "pecl"
        | "a2enmod"
        | "R"
        | "Rscript"
        | "sh"
        | "bash"
        | "ash"
        | "dash" => system_tool::effects,
        "npx" | "pnpx" | "bunx" | "husky" | "patch-package" | "prisma" | "only-allow" => hook::effects,
        _ => return None,
    })
}

/// Whether a name is the program's, also with a version behind it: `python3.11`, `pip3`.
fn matches(program: &str, name: &str) -> bool {
    program == name
        || (matches!(program, "python" | "pip")
            && name
                .strip_prefix(program)
                .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')))
}

/// What a call takes; `None` if nothing is known about the program.
pub(super) fn cost(call: &Call<'_>) -> Option<Cost> {
    find(call.name).map(|contract| (contract.cost)(call))
}

/// The folders in which a call keeps its downloads.
pub(crate) fn caches(call: &Call<'_>) -> Vec<Cache> {
    find(call.name).map_or_else(Vec::new, |contract| (contract.caches)(call))
}

fn no_caches(_: &Call<'_>) -> Vec<Cache> {
    Vec::new()
}
