//! `apt-get` and `apt`.
//!
//! | command | downloads | cost cold | warm |
//! |---|---|---|---|
//! | `update` | package lists to `/var/lib/apt/lists` | 4 s | 3 s |
//! | `install`, `upgrade`, `dist-upgrade`, `reinstall` | packages to `/var/cache/apt/archives` | 20 s | 9 s |
//! | `clean`, `autoclean`, `remove`, `purge`, `autoremove` | | 1 s | 1 s |
//!
//! All of them read and write the system (`/etc`, `/usr`, `/var/lib`, …), because packages run scripts of their
//! own: those see `/usr/local` (certificates, libraries, fonts, programs in PATH) but no project folder.
//! A local package (`./x.deb`) is read.
//!
//! Debian's and Ubuntu's images carry `/etc/apt/apt.conf.d/docker-clean`, which deletes the packages after each
//! installation. A cache mount on `/var/cache/apt` therefore stays empty unless a step removes that file or sets
//! `Binary::apt::APT::Keep-Downloaded-Packages` (`apt`) or `APT::Keep-Downloaded-Packages` (`apt-get`) and the
//! file no longer hinders: `keeps`.

use super::{Cache, Call, Contract, Cost, option, project};
use crate::tool::{Distribution, Region, Survey};

pub(super) const CONTRACT: Contract =
    Contract { programs: &["apt-get", "apt", "apt-cache", "dpkg", "update-ca-certificates"], cost, caches };

/// Where packages install to and what their scripts look at.
pub(crate) const SYSTEM: [&str; 30] = [
    "/bin",
    "/boot",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/sbin",
    "/usr/bin",
    "/usr/games",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local/etc",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/libexec",
    "/usr/local/share",
    "/usr/local/src",
    "/usr/sbin",
    "/usr/share",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/mail",
    "/var/spool",
    "/var/www/html",
    "/run",
];

const PLAIN: &str = "-y -q -qq -f -m -d -s -u -V --yes --assume-yes --quiet --no-install-recommends --no-install-suggests \
    --install-recommends --fix-broken --fix-missing --allow-unauthenticated --allow-downgrades \
    --allow-remove-essential --allow-change-held-packages --allow-releaseinfo-change --force-yes --purge \
    --auto-remove --autoremove --no-upgrade --only-upgrade --reinstall --ignore-missing --no-cache \
    --show-progress --download-only --ignore-hold --trivial-only --simulate --no-show-upgraded --print-uris -h --help --version";
const VALUED: &str = "-o --option -t --target-release --default-release -c --config-file";

/// Options that `-o` may set: those without a file in them.
const HARMLESS: [&str; 8] = [
    "acquire::",
    "apt::install-recommends",
    "apt::install-suggests",
    "dpkg::options::",
    "dpkg::use-pty",
    "debug::",
    "apt::keep-downloaded-packages",
    "binary::apt::apt::keep-downloaded-packages",
];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    match call.name {
        "update-ca-certificates" => {
            for path in [
                "/usr/local/share/ca-certificates",
                "/usr/share/ca-certificates",
                "/etc/ca-certificates.conf",
                "/etc/ca-certificates",
                "/etc/ssl/certs",
            ] {
                out.read(Region::tree(path));
            }
            out.write(Region::tree("/etc/ssl"));
            return Ok(());
        }
        "dpkg" => return call.unknown("runs the scripts of a package that is not known"),
        _ => {}
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    for setting in line.values(&["-o", "--option"]) {
        let lower = setting.to_ascii_lowercase();
        if !HARMLESS.iter().any(|known| lower.starts_with(known)) {
            return call.unknown("is given an option with `-o` whose effects are not known");
        }
    }
    if line.has(&["-c", "--config-file"]) {
        return call.unknown("reads a configuration of its own");
    }
    let Some((command, packages)) = line.operands.split_first() else { return Ok(()) };
    match *command {
        "update" | "install" | "reinstall" | "upgrade" | "dist-upgrade" | "full-upgrade" | "remove"
        | "purge" | "autoremove" | "auto-remove" | "clean" | "autoclean" | "auto-clean" | "check"
        | "show" | "search" | "list" | "policy" | "madison" => {}
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    for package in packages.iter().filter(|package| package.contains('/')) {
        // `name/release` is a package; a path begins with `.` or `/`.
        if package.starts_with(['.', '/']) {
            match call.absolute(package) {
                Some(path) => out.read(Region::entry(path)),
                None => return call.unknown("installs a file that is not certain"),
            }
        }
    }
    system(call, out);
    for home in call.homes() {
        out.read(Region::entry(crate::tool::shell::join(&home, ".aptrc")));
    }
    if packages.is_empty() || *command != "install" {
        return Ok(());
    }
    let mut sentence = String::from("the packages of `");
    sentence.push_str(call.name);
    sentence.push_str(" install` are named on its command line; apt and the packages' scripts look at the system, not at the project");
    out.note(sentence);
    Ok(())
}

/// The system, as packages and their scripts read and change it. They put nothing into the folder of programs below
/// `/usr/local` (Debian's policy, 9.1.2), and start from it only what has a name that they know.
pub(super) fn system(call: &Call<'_>, out: &mut Survey) {
    for path in SYSTEM {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    project::programs(call, out, &["/usr/local/bin", "/usr/local/sbin"]);
    out.write(Region::tree("/tmp"));
}

/// The command of a call, looked for past its options.
fn command<'a>(call: &Call<'a>) -> &'a str {
    let mut words = call.arguments.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-o" | "-t" | "-c" | "--option" | "--target-release" | "--config-file" => {
                words.next();
            }
            text if text.starts_with('-') => {}
            text => return text,
        }
    }
    ""
}

fn cost(call: &Call<'_>) -> Cost {
    match command(call) {
        "update" => Cost { cold: 4_000, warm: 3_000 },
        "install" | "reinstall" | "upgrade" | "dist-upgrade" | "full-upgrade" => {
            Cost { cold: 20_000, warm: 9_000 }
        }
        _ if call.name == "update-ca-certificates" => Cost::same(1_000),
        _ => Cost::same(1_000),
    }
}

fn caches(call: &Call<'_>) -> Vec<Cache> {
    match command(call) {
        "update" => {
            vec![Cache {
                target: "/var/lib/apt".to_owned(),
                locked: true,
                cleaned: false,
                off: Vec::new(),
                traceless: false,
            }]
        }
        "install" | "reinstall" | "upgrade" | "dist-upgrade" | "full-upgrade" => {
            let cleaned =
                !matches!(call.setting.distribution, Some(Distribution::Alpine | Distribution::Fedora));
            vec![Cache {
                target: "/var/cache/apt".to_owned(),
                locked: true,
                cleaned,
                off: Vec::new(),
                traceless: false,
            }]
        }
        _ => Vec::new(),
    }
}

/// Whether a call empties the folder of packages.
pub(in super::super) fn empties(call: &Call<'_>) -> bool {
    let archives = |text: &str| text.starts_with("/var/cache/apt");
    CONTRACT.programs.contains(&call.name)
        && matches!(command(call), "clean" | "autoclean" | "auto-clean" | "distclean")
        || call.name == "rm" && call.arguments.iter().any(|word| archives(&word.text))
}

/// Whether a call lets apt keep packages: it removes `docker-clean`.
pub(in super::super) fn keeps(call: &Call<'_>) -> bool {
    matches!(call.name, "rm" | "mv" | "unlink")
        && call.arguments.iter().any(|word| word.text.starts_with("/etc/apt/apt.conf.d/docker-clean"))
        || call.name == "rm" && call.arguments.iter().any(|word| word.text == "/etc/apt/apt.conf.d/*")
}
