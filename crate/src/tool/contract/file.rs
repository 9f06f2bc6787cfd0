//! Programs that make, change, move and read files named on their command line.
//!
//! | program | reads | writes |
//! |---|---|---|
//! | `mkdir` | | its operands |
//! | `touch` | its operands | its operands |
//! | `rm`, `rmdir`, `unlink` | its operands, to see what there is | its operands |
//! | `chmod`, `chown`, `chgrp` | their operands | their operands, with `-R` all below; `chown -R` hands them over |
//! | `cp`, `mv`, `ln`, `install` | sources | target; `mv` also its sources |
//! | `cat`, `ls`, `head`, `tail`, `wc`, `sort`, `uniq`, `tr`, `cut`, `grep`, `tee`, `sha256sum`, `du` | operands | `tee`: operands |
//! | `sed` | operands | with `-i` its operands |
//! | `useradd`, `adduser`, `groupadd`, `addgroup`, `usermod` | user database, `/etc/skel` | user database, homes |

use super::{Call, Contract, Cost, no_caches, option};
use crate::tool::{Handed, Reach, Region, Survey, shell::Word};

pub(super) const CONTRACT: Contract = Contract {
    programs: &[
        "mkdir",
        "touch",
        "rm",
        "rmdir",
        "unlink",
        "chmod",
        "chown",
        "chgrp",
        "cp",
        "mv",
        "ln",
        "cat",
        "ls",
        "head",
        "tail",
        "wc",
        "sort",
        "uniq",
        "tr",
        "cut",
        "grep",
        "tee",
        "sha256sum",
        "du",
        "sed",
        "useradd",
        "adduser",
        "groupadd",
        "addgroup",
        "usermod",
    ],
    cost: |_| Cost::same(20),
    caches: no_caches,
};

const ACCOUNTS: [&str; 9] = [
    "/etc/passwd",
    "/etc/group",
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/subuid",
    "/etc/subgid",
    "/etc/login.defs",
    "/etc/adduser.conf",
    "/etc/deluser.conf",
];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    match call.name {
        "mkdir" => {
            let operands = operands(call, "-p -v --parents --verbose", "-m --mode", &[])?;
            let parents = call
                .arguments
                .iter()
                .any(|word| matches!(word.text.as_str(), "-p" | "-pv" | "-vp" | "--parents"));
            for (region, _) in operands {
                if parents { out.write(region) } else { out.write_into(region) }
            }
            Ok(())
        }
        "touch" => both(call, out, "-a -c -m --no-create", "-d -t --date", false),
        "rm" => both(call, out, "-r -R -f -v -d --recursive --force --verbose", "", true),
        "rmdir" | "unlink" => both(call, out, "-p -v", "", true),
        "chmod" | "chgrp" | "chown" => {
            let recursive =
                call.arguments.iter().any(|word| word.text.starts_with('-') && word.text.contains('R'));
            let recursive = recursive || call.arguments.iter().any(|word| word.text == "--recursive");
            let operands = owned(call)?;
            let owner = if recursive { owner(call) } else { None };
            for region in operands {
                if let Some(owner) = owner.as_ref().filter(|_| region.reach == Reach::Entry) {
                    out.handed.push(Handed { region: Region::tree(region.path), owner: owner.clone() });
                    continue;
                }
                let region = if recursive { Region::tree(region.path) } else { region };
                out.read(region.clone());
                out.write(region);
            }
            if call.name != "chmod" {
                accounts(out, false);
            }
            Ok(())
        }
        "cp" | "mv" | "ln" => transfer(call, out),
        "sed" => sed(call, out),
        "useradd" | "adduser" | "groupadd" | "addgroup" | "usermod" => user(call, out),
        "tee" => both(call, out, "-a -i --append", "", false),
        "tr" => Ok(()),
        "cut" | "sort" | "uniq" | "head" | "tail" | "wc" | "cat" | "ls" | "sha256sum" | "du" | "grep" => {
            let listing = matches!(call.name, "ls" | "du" | "grep");
            let words = call.arguments.iter().filter(|word| !word.text.starts_with('-'));
            let words: Vec<&Word> = words.skip(usize::from(call.name == "grep")).collect();
            if words.is_empty() && matches!(call.name, "ls" | "du") {
                return call.unknown("lists the current folder");
            }
            for word in words {
                let region = region(call, word)?;
                out.read(if listing { Region::tree(region.path) } else { region });
            }
            if call
                .arguments
                .iter()
                .any(|word| !word.known || word.text.starts_with("--") || word.text == "-o")
            {
                return call.unknown("has an argument whose effects are not known");
            }
            Ok(())
        }
        _ => call.unknown("is not known"),
    }
}

/// The region that an operand names: for a pattern all of the folder in which it is looked for.
fn region(call: &Call<'_>, word: &Word) -> Result<Region, String> {
    if word.known && word.pattern {
        let fixed = word.text.split(['*', '?', '[']).next().unwrap_or("");
        let folder = fixed.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(folder) =
            call.absolute(if fixed.starts_with('/') && folder.is_empty() { "/" } else { folder })
        {
            return Ok(Region::tree(folder));
        }
    }
    match call.path(word) {
        Some(path) => Ok(Region::entry(path)),
        None => call.unknown("names a file that is not certain"),
    }
}

fn operands(
    call: &Call<'_>,
    plain: &str,
    valued: &str,
    skip: &[&str],
) -> Result<Vec<(Region, bool)>, String> {
    let texts: Vec<&str> = call.arguments.iter().map(|word| word.text.as_str()).collect();
    if call.arguments.iter().any(|word| !word.known) {
        return call.unknown("names a file that is not certain");
    }
    let line = option::line(call, &texts, plain, valued)?;
    let mut regions = Vec::new();
    for operand in line.operands {
        if skip.contains(&operand) {
            continue;
        }
        // The operand is looked up again as a word, to know whether it is a pattern.
        let Some(word) = call.arguments.iter().find(|word| word.text == operand) else { continue };
        regions.push((region(call, word)?, word.pattern));
    }
    Ok(regions)
}

/// Operands that are read and written; `deep` with all below them.
fn both(call: &Call<'_>, out: &mut Survey, plain: &str, valued: &str, deep: bool) -> Result<(), String> {
    for (region, pattern) in operands(call, plain, valued, &[])? {
        let region = if deep || pattern { Region::tree(region.path) } else { region };
        out.read(region.clone());
        out.write_into(region);
    }
    Ok(())
}

/// The operands of `chmod MODE FILE…` and `chown OWNER FILE…`.
fn owned(call: &Call<'_>) -> Result<Vec<Region>, String> {
    let mut regions = Vec::new();
    let words = call.arguments.iter().filter(|word| !is_flag(&word.text));
    for word in words.skip(1) {
        regions.push(region(call, word)?);
    }
    if call.arguments.iter().any(|word| word.text.starts_with("--reference")) {
        return call.unknown("copies the mode of another file");
    }
    Ok(regions)
}

/// The owner that `chown -R` gives, if it is said plainly and links are left as they are.
fn owner(call: &Call<'_>) -> Option<String> {
    const PLAIN: [&str; 9] = ["-R", "-Rv", "-vR", "-Rf", "-fR", "-v", "-f", "--recursive", "--verbose"];
    if call.name != "chown" {
        return None;
    }
    let mut words = call.arguments.iter().map(|word| word.certain());
    let owner = words.find(|word| word.is_none_or(|word| !word.starts_with('-')))??;
    let flags = call.arguments.iter().filter(|word| word.text.starts_with('-'));
    if !flags.into_iter().all(|flag| PLAIN.contains(&flag.text.as_str())) {
        return None;
    }
    let name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    match owner.split_once(':') {
        Some((user, group)) => (name(user) && name(group)).then(|| owner.to_owned()),
        // The group stays: that of root, where a COPY has put the files.
        None => name(owner).then(|| [owner, ":0"].concat()),
    }
}

/// `-R`, `-v` and so on; `-x` of `chmod -x file` is a mode.
fn is_flag(text: &str) -> bool {
    matches!(text, "-R" | "-v" | "-c" | "-f" | "-h" | "-L" | "-H" | "-P" | "-Rv" | "-Rf" | "-vR" | "-fR")
        || text.starts_with("--")
}

fn transfer(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let plain = "-r -R -a -f -p -v -n -L -P -s -u -T -d -i --recursive --archive --force --verbose --symbolic --no-clobber";
    let mut regions: Vec<Region> =
        operands(call, plain, "", &[])?.into_iter().map(|(region, _)| region).collect();
    let Some(target) = regions.pop() else { return call.unknown("has no operands") };
    if regions.is_empty() {
        return call.unknown("has one operand only");
    }
    // A symbolic link names its target without looking at it; a hard link needs it.
    let symbolic = |text: &str| {
        text == "--symbolic" || (text.starts_with('-') && !text.starts_with("--") && text.contains('s'))
    };
    let link = call.name == "ln" && call.arguments.iter().any(|word| symbolic(&word.text));
    for region in regions {
        let region = Region::tree(region.path);
        if call.name == "mv" {
            out.write(region.clone());
        }
        if !link {
            out.read(region);
        }
    }
    let target = Region::tree(target.path);
    out.read(target.clone());
    out.write_into(target);
    Ok(())
}

fn sed(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let texts = call.certain()?;
    let line = option::line(
        call,
        &texts,
        "-n -r -E -i -s -u --quiet --silent --in-place --regexp-extended",
        "-e --expression",
    )?;
    let script = line.values(&["-e", "--expression"]);
    let (scripts, files) = if script.is_empty() {
        let Some((script, files)) = line.operands.split_first() else { return call.unknown("has no script") };
        (vec![*script], files)
    } else {
        (script, line.operands.as_slice())
    };
    // `w`, `r` and `e` in a script touch other files: only plain substitutions and deletions are understood.
    if !scripts.iter().all(|script| plain_sed(script)) {
        return call.unknown("runs a script that is not understood");
    }
    let write = line.has(&["-i", "--in-place"]);
    for file in files {
        let Some(path) = call.absolute(file) else { return call.unknown("names a file that is not certain") };
        out.read(Region::entry(path.clone()));
        if write {
            out.write(Region::entry(path));
        }
    }
    Ok(())
}

fn plain_sed(script: &str) -> bool {
    let command =
        script.trim_start_matches(|next: char| next.is_ascii_digit() || matches!(next, ',' | '$' | ' '));
    if let Some(rest) = command.strip_prefix('s') {
        let Some(mark) = rest.chars().next() else { return false };
        let mut parts = rest.split(mark);
        let flags = parts.clone().count() == 4
            && parts
                .nth(3)
                .is_some_and(|flags| flags.bytes().all(|flag| matches!(flag, b'g' | b'i' | b'I' | b'p')));
        return flags;
    }
    command.starts_with('/') && command.ends_with("/d") && command.matches('/').count() == 2 || command == "d"
}

fn accounts(out: &mut Survey, write: bool) {
    for path in ACCOUNTS {
        out.read(Region::entry(path));
        if write {
            out.write(Region::entry(path));
        }
    }
}

fn user(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    call.certain()?;
    accounts(out, true);
    out.read(Region::tree("/etc/skel"));
    for path in [
        "/etc/passwd-",
        "/etc/group-",
        "/etc/shadow-",
        "/etc/gshadow-",
        "/var/log",
        "/var/mail",
        "/var/spool/mail",
    ] {
        out.write(Region::tree(path));
    }
    // A home may be made or handed over: named ones, and those under /home.
    out.write(Region::entry("/home"));
    for word in call.arguments {
        let text = word.text.rsplit('=').next().unwrap_or("");
        if text.starts_with('/') {
            out.write(Region::tree(crate::tool::shell::normal(text)));
        } else if !text.starts_with('-') {
            let mut home = String::from("/home/");
            home.push_str(text);
            out.write(Region::tree(crate::tool::shell::normal(&home)));
        }
    }
    Ok(())
}
