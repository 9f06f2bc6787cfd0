//! How long a step takes, as an estimate: a number to compare orders with, which a measured one replaces.
//!
//! | step | cold | warm |
//! |---|---|---|
//! | COPY, ADD | 0.2 s | |
//! | WORKDIR | 0.05 s | |
//! | RUN, to start it | 0.3 s | |
//! | a program without a contract | 5 s | |
//! | cargo, where an earlier step has compiled the dependencies | 20 s | |
//! | a contract's own | as its table says | with a filled cache mount |
//!
//! A step that downloads takes its warm time if all the folders that its programs keep downloads in lie in cache
//! mounts that an executed step has filled before.

use super::{
    NoFiles, Region, Script, Setting, Survey,
    contract::{self, Cache, Call, Cost},
    effect, shell,
};

/// Milliseconds of steps, unless something better is known.
pub mod cost {
    /// COPY and ADD.
    pub const COPY: u64 = 200;
    /// WORKDIR, which makes a folder.
    pub const WORKDIR: u64 = 50;
    /// Starting a RUN and storing its layer.
    pub const RUN: u64 = 300;
    /// Compiling a project whose dependencies are compiled.
    pub const OWN_CODE: u64 = 20_000;
    /// A program of which nothing is known.
    pub const UNKNOWN: u64 = 5_000;
}

/// What a RUN is expected to take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Milliseconds with nothing downloaded before.
    pub cold: u64,
    /// Milliseconds if its cache mounts hold its downloads; equal to `cold` if they cannot help.
    pub warm: u64,
    /// Indexes of the cache mounts that hold nothing although they are mounted, since Debian's `docker-clean`
    /// empties them after each installation.
    pub emptied: Vec<usize>,
    /// What this RUN and those before it leave to the next one.
    pub left: Left,
}

/// What RUNs leave in the image that matters to the costs of later ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Whether apt keeps the packages that it downloads.
    pub packages: bool,
    /// Of which kinds of build the dependencies are compiled: what is left then is a project's own code.
    pub compiled: Vec<String>,
}

impl Left {
    /// What the first RUN of a stage finds.
    pub const NOTHING: &Self = &Self { packages: false, compiled: Vec::new() };
}

/// Estimates how long a RUN takes.
pub fn estimate(script: Script<'_>, setting: &Setting<'_>) -> Estimate {
    let reading = shell::commands(script, setting);
    let mut out =
        Estimate { cold: cost::RUN, warm: cost::RUN, emptied: Vec::new(), left: setting.left.clone() };
    // What a filled folder of packages saves, until something empties it.
    let mut packages = (0, None);
    for command in &reading.commands {
        let Some(call) = Call::of(command, setting, &NoFiles) else {
            if !command.words.is_empty() {
                out.cold += cost::UNKNOWN;
                out.warm += cost::UNKNOWN;
            }
            continue;
        };
        out.left.packages |= contract::apt::keeps(&call);
        if let (true, (saved, Some(index))) = (contract::apt::empties(&call), packages) {
            out.warm += std::mem::take(&mut packages).0.max(saved);
            out.emptied.push(index);
        }
        let Some(mut cost) = contract::cost(&call) else {
            out.cold += cost::UNKNOWN;
            out.warm += cost::UNKNOWN;
            continue;
        };
        if let Some(kind) = contract::cargo::compiles(&call) {
            if out.left.compiled.contains(&kind) {
                cost = Cost::same(cost::OWN_CODE);
            } else {
                out.left.compiled.push(kind);
            }
        }
        out.cold += cost.cold;
        let caches = contract::caches(&call);
        let mut useful = !caches.is_empty();
        for cache in &caches {
            let mounted = setting.caches.iter().position(|target| covers(target, &cache.target));
            useful &= mounted.is_some() && cache.off.is_empty();
            if let (Some(index), true, false) = (mounted, cache.cleaned, out.left.packages) {
                useful = false;
                if !out.emptied.contains(&index) {
                    out.emptied.push(index);
                }
            }
        }
        if useful && caches.iter().any(|cache| cache.target == "/var/cache/apt") {
            let index = setting.caches.iter().position(|target| covers(target, "/var/cache/apt"));
            packages = (packages.0 + cost.cold - cost.warm, index);
        }
        out.warm += if useful { cost.warm } else { cost.cold };
    }
    out
}

/// A folder in which a RUN's programs keep downloads, with the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloads {
    /// The program's name.
    pub program: String,
    /// The folder and what is to be known about it.
    pub cache: Cache,
}

/// The folders in which a RUN's programs keep downloads, each once.
pub fn downloads(script: Script<'_>, setting: &Setting<'_>) -> Vec<Downloads> {
    let reading = shell::commands(script, setting);
    let mut out: Vec<Downloads> = Vec::new();
    for call in reading.commands.iter().filter_map(|command| Call::of(command, setting, &NoFiles)) {
        for cache in contract::caches(&call) {
            match out.iter_mut().find(|known| known.cache.target == cache.target) {
                Some(known) => {
                    let new: Vec<_> =
                        cache.off.into_iter().filter(|off| !known.cache.off.contains(off)).collect();
                    known.cache.off.extend(new);
                }
                None => out.push(Downloads { program: call.name.to_owned(), cache }),
            }
        }
    }
    out
}

/// Whether a RUN leaves a folder alone but for programs that would keep downloads in it and are kept from that: what
/// these then keep there, in a mount, no other program of the RUN sees.
pub fn leaves_alone(script: Script<'_>, setting: &Setting<'_>, folder: &str) -> bool {
    let reading = shell::commands(script, setting);
    let mut others = Survey::default();
    let known = reading.opaque.is_none()
        && reading.commands.iter().all(|command| {
            let call = Call::of(command, setting, &NoFiles);
            let kept = |call: &Call<'_>| {
                let mut caches = contract::caches(call).into_iter();
                caches.any(|cache| cache.target == folder && !cache.off.is_empty() && cache.traceless)
            };
            match call {
                Some(call) if kept(&call) => effect::redirects(command, &mut others).is_ok(),
                _ => effect::command(command, call.as_ref(), &mut others).is_ok(),
            }
        });
    let region = Region::tree(folder);
    known && !others.reads.iter().chain(others.changes()).any(|other| other.meets(&region))
}

/// Whether a RUN lets apt keep the packages that it downloads, for itself and for the steps behind it.
pub fn keeps_packages(script: Script<'_>, setting: &Setting<'_>) -> bool {
    let reading = shell::commands(script, setting);
    reading
        .commands
        .iter()
        .any(|command| Call::of(command, setting, &NoFiles).is_some_and(|call| contract::apt::keeps(&call)))
}

fn covers(target: &str, folder: &str) -> bool {
    let target = shell::normal(target);
    target == folder || effect::below(folder, &target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::Distribution;

    fn check(script: &str, env: &[(&str, &str)], caches: &[&str], expect: (u64, u64, &[usize])) {
        let env: Vec<(String, String)> =
            env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let caches: Vec<String> = caches.iter().map(|cache| (*cache).to_owned()).collect();
        let setting =
            Setting { distribution: Some(Distribution::Debian), caches: &caches, ..Setting::in_app(&env) };
        let found = estimate(Script::Shell(script), &setting);
        assert_eq!((found.cold, found.warm, found.emptied.as_slice()), expect, "{script}");
    }

    #[test]
    fn a_cache_mount_helps_where_the_program_keeps_its_downloads() {
        let script = "pip install -r requirements.txt";
        check(script, &[], &[], (35_300, 35_300, &[]));
        check(script, &[], &["/root/.cache"], (35_300, 8_300, &[]));
        check(script, &[], &["/root/.cache/pip/"], (35_300, 8_300, &[]));
        check(script, &[], &["/cache"], (35_300, 35_300, &[]));
        check(script, &[("PIP_CACHE_DIR", "/cache")], &["/cache"], (35_300, 8_300, &[]));
        check("python3 -m pip install -r requirements.txt", &[], &["/root/.cache"], (35_300, 8_300, &[]));
        check("/venv/bin/pip install -r requirements.txt", &[], &["/root/.cache"], (35_300, 8_300, &[]));
    }

    #[test]
    fn any_value_of_pip_no_cache_dir_switches_the_cache_off() {
        for value in ["1", "off", "0", "false"] {
            check(
                "pip install -r r.txt",
                &[("PIP_NO_CACHE_DIR", value)],
                &["/root/.cache"],
                (35_300, 35_300, &[]),
            );
        }
        check("pip install -r r.txt", &[("PIP_NO_CACHE_DIR", "")], &["/root/.cache"], (35_300, 8_300, &[]));
        check("pip install --no-cache-dir -r r.txt", &[], &["/root/.cache"], (35_300, 35_300, &[]));
    }

    #[test]
    fn docker_clean_empties_the_packages() {
        let install = "apt-get update && apt-get install -y gcc";
        check(install, &[], &["/var/cache/apt"], (24_300, 24_300, &[0]));
        check(install, &[], &["/var/lib/apt", "/var/cache/apt"], (24_300, 23_300, &[1]));
        let script = "rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y gcc";
        check(script, &[], &["/var/cache/apt", "/var/lib/apt"], (24_320, 12_320, &[]));
        let script = "rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y gcc && apt-get clean";
        check(script, &[], &["/var/lib/apt", "/var/cache/apt"], (25_320, 24_320, &[1]));
    }

    #[test]
    fn what_is_compiled_once_leaves_the_projects_own_code() {
        let own = cost::OWN_CODE + cost::RUN;
        let mut left = Left::default();
        // The first of its kind compiles the dependencies too, and so does another profile or target.
        for (script, expect) in [
            ("cargo chef prepare --recipe-path recipe.json", 2_300),
            ("cargo chef cook --release --recipe-path recipe.json", 90_300),
            ("cargo build --release --locked", own),
            ("cargo build", 90_300),
            ("cargo build --target x86_64-unknown-linux-musl -r", 90_300),
            ("touch src/main.rs && cargo build -r", own + 20),
        ] {
            let found = estimate(Script::Shell(script), &Setting { left: &left, ..Setting::in_app(&[]) });
            assert_eq!(found.cold, expect, "{script}");
            left = found.left;
        }
    }
}
