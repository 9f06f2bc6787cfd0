//! What the programs that install take, and where they keep their downloads: one row a command. Costs belong to
//! every answer, so they are kept in a table that is small when compiled; what the programs read and write is
//! known elsewhere.
//!
//! Every command that needs what is in the cache has it in its row, not only the one that fills it: a mount on
//! `go mod download` alone would leave `go build` without its modules. apk and dnf have no cache here, since they
//! keep no packages unless their configuration is changed.

use super::{Cache, Call, Contract, Cost, Off};
use crate::tool::shell::{Value, join};

pub(super) const CONTRACT: Contract = Contract { programs: PROGRAMS, cost, caches };

const PROGRAMS: &[&str] = &[
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "pnpx",
    "bun",
    "bunx",
    "corepack",
    "go",
    "cargo",
    "bundle",
    "bundler",
    "gem",
    "composer",
    "poetry",
    "uv",
    "pipenv",
    "pip-compile",
    "pip-sync",
    "conda",
    "mamba",
    "micromamba",
    "mvn",
    "mvnw",
    "gradle",
    "gradlew",
    "sbt",
    "dotnet",
    "mix",
    "apk",
    "dnf",
    "yum",
    "microdnf",
    "curl",
    "wget",
    "tar",
    "unzip",
    "git",
    "make",
    "cmake",
    "R",
    "Rscript",
    "tsc",
    "jest",
    "sh",
    "bash",
    "ash",
    "dash",
    "docker-php-ext-install",
    "docker-php-ext-enable",
    "docker-php-ext-configure",
    "pecl",
    "a2enmod",
    "husky",
    "patch-package",
    "prisma",
    "only-allow",
    "install-php-extensions",
    "rustup",
];

/// A program's command: names of programs; words of which one must be among the arguments, `*` for any; tenths of
/// a second cold and warm; the cache: variables that name it, then its path, `!` before one that is locked.
type Row = (&'static str, &'static str, u16, u16, &'static str);

const NPM: &str = "npm_config_cache NPM_CONFIG_CACHE ~/.npm";
const PNPM: &str = "npm_config_store_dir NPM_CONFIG_STORE_DIR PNPM_STORE_PATH ~/.local/share/pnpm/store";
const UV: &str = "UV_CACHE_DIR XDG_CACHE_HOME/uv ~/.cache/uv";
const MAVEN: &str = "~/.m2/repository";
const GRADLE: &str = "!GRADLE_USER_HOME/caches ~/.gradle/caches";
const GO: &str = "GOMODCACHE GOPATH/pkg/mod /go/pkg/mod";
const NUGET: &str = "NUGET_PACKAGES ~/.nuget/packages";
const COURSIER: &str = "COURSIER_CACHE XDG_CACHE_HOME/coursier/v1 ~/.cache/coursier/v1";
const CARGO: &str = "CARGO_HOME/registry /usr/local/cargo/registry";

const ROWS: [Row; 59] = [
    ("npm", "ci clean-install install i add", 300, 100, NPM),
    ("npm", "run run-script test exec rebuild", 250, 250, ""),
    ("npm pnpm yarn bun corepack", "config cache set --version -v", 5, 5, ""),
    ("yarn", "build test run", 250, 250, ""),
    ("yarn", "*", 300, 100, "YARN_CACHE_FOLDER /usr/local/share/.cache/yarn"),
    ("pnpm", "install i fetch add", 300, 100, PNPM),
    ("pnpm", "*", 250, 250, ""),
    ("bun", "install i ci add", 250, 60, "BUN_INSTALL_CACHE_DIR ~/.bun/install/cache"),
    ("bun", "*", 200, 200, ""),
    ("corepack", "*", 50, 50, ""),
    ("npx pnpx bunx", "*", 150, 150, ""),
    ("go", "mod", 250, 20, GO),
    ("go", "build install", 400, 200, GO),
    ("go", "test generate vet", 200, 100, GO),
    ("cargo", "fetch", 200, 30, CARGO),
    ("cargo", "prepare", 20, 20, ""),
    ("cargo", "build install run test check clippy chef", 900, 800, CARGO),
    ("rustup", "*", 200, 200, ""),
    ("bundle bundler", "install", 400, 400, ""),
    ("bundle bundler", "exec", 100, 100, ""),
    ("gem", "install", 100, 100, ""),
    (
        "composer",
        "install update require",
        300,
        100,
        "COMPOSER_CACHE_DIR COMPOSER_HOME/cache ~/.cache/composer",
    ),
    ("composer", "*", 20, 20, ""),
    ("poetry", "install sync update add", 350, 100, "POETRY_CACHE_DIR ~/.cache/pypoetry"),
    ("poetry", "*", 20, 20, ""),
    ("uv", "sync pip", 150, 30, UV),
    ("uv", "*", 20, 20, ""),
    ("pipenv", "install sync", 350, 100, "PIPENV_CACHE_DIR ~/.cache/pipenv"),
    ("pipenv", "*", 20, 20, ""),
    ("pip-compile", "*", 150, 50, "PIP_TOOLS_CACHE_DIR XDG_CACHE_HOME/pip-tools ~/.cache/pip-tools"),
    ("pip-sync", "*", 350, 80, "PIP_CACHE_DIR XDG_CACHE_HOME/pip ~/.cache/pip"),
    ("conda mamba micromamba", "install create env update", 600, 600, ""),
    ("mvn mvnw", "dependency:go-offline dependency:resolve dependency:resolve-plugins", 500, 60, MAVEN),
    ("mvn mvnw", "*", 500, 400, MAVEN),
    ("gradle gradlew", "dependencies", 400, 100, GRADLE),
    ("gradle gradlew", "*", 600, 400, GRADLE),
    ("sbt", "update reload", 600, 200, COURSIER),
    ("sbt", "*", 800, 600, COURSIER),
    ("dotnet", "restore", 250, 50, NUGET),
    ("dotnet", "build publish", 300, 300, NUGET),
    ("dotnet", "test", 200, 200, NUGET),
    ("mix", "deps.get", 200, 200, ""),
    ("mix", "*", 300, 300, ""),
    ("apk", "add upgrade", 80, 80, ""),
    ("apk", "*", 10, 10, ""),
    ("dnf yum", "install upgrade update groupinstall", 300, 300, ""),
    ("microdnf", "install upgrade update", 250, 250, ""),
    ("curl wget", "*", 20, 20, ""),
    ("tar unzip", "*", 10, 10, ""),
    ("git", "clone", 100, 100, ""),
    ("git", "*", 5, 5, ""),
    ("make", "*", 300, 300, ""),
    ("cmake", "--build", 300, 300, ""),
    ("cmake", "*", 30, 30, ""),
    ("R Rscript", "*", 600, 600, ""),
    ("docker-php-ext-install install-php-extensions pecl", "*", 400, 400, ""),
    ("docker-php-ext-enable docker-php-ext-configure a2enmod only-allow", "*", 5, 5, ""),
    ("tsc jest sh bash ash dash", "*", 200, 200, ""),
    ("husky patch-package prisma", "*", 20, 20, ""),
];

fn row(call: &Call<'_>) -> Option<&'static Row> {
    let word = |list: &str, word: &str| list.split(' ').any(|known| known == word);
    ROWS.iter().find(|row| {
        word(row.0, call.name)
            && (row.1 == "*" || call.arguments.iter().any(|argument| word(row.1, &argument.text)))
    })
}

fn cost(call: &Call<'_>) -> Cost {
    // `yarn` alone installs, `npm --version` takes no time.
    row(call)
        .map_or(Cost::same(500), |row| Cost { cold: u64::from(row.2) * 100, warm: u64::from(row.3) * 100 })
}

fn caches(call: &Call<'_>) -> Vec<Cache> {
    let Some(row) = row(call).filter(|row| !row.4.is_empty()) else { return Vec::new() };
    let (locked, places) = row.4.strip_prefix('!').map_or((false, row.4), |places| (true, places));
    for place in places.split(' ') {
        let target = if let Some(rest) = place.strip_prefix("~/") {
            match call.variable("HOME") {
                Value::Set(home) => Some(join(&home, rest)),
                Value::Unset | Value::Unknown => call.setting.home().map(|home| join(&home, rest)),
            }
        } else if place.starts_with('/') {
            Some(place.to_owned())
        } else {
            let (name, rest) = place.split_once('/').unwrap_or((place, ""));
            call.text(name).and_then(|folder| call.absolute(&join(&folder, rest)))
        };
        if let Some(target) = target {
            // It hands the variable on to pip.
            let traceless = call.name == "pip-sync";
            return vec![Cache { target, locked, cleaned: false, off: off(call), traceless }];
        }
    }
    Vec::new()
}

/// What keeps a program from keeping its downloads.
fn off(call: &Call<'_>) -> Vec<Off> {
    const OPTIONS: [&str; 4] = ["uv", "poetry", "bun", "composer"];
    const OPTION: &str = crate::tool::kept::NO_CACHE;
    let given = OPTIONS.contains(&call.name) && call.arguments.iter().any(|word| word.text == OPTION);
    let option = given.then_some(Off::Option(OPTION)).into_iter();
    let variable = match call.name {
        "uv" => "UV_NO_CACHE",
        "poetry" => "POETRY_NO_CACHE",
        "pip-sync" => "PIP_NO_CACHE_DIR",
        _ => return option.collect(),
    };
    option.chain(call.text(variable).map(|_| Off::Variable(variable))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_known_program() {
        for row in &ROWS {
            for program in row.0.split(' ') {
                assert!(PROGRAMS.contains(&program), "{program}");
            }
            assert!(row.2 >= row.3 && !row.1.is_empty(), "{row:?}");
        }
    }
}
