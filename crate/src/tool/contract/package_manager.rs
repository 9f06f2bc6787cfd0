//! `apk`, `dnf`, `yum` and `microdnf`: as `apt`, they change the system, and the scripts of packages look at it.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `apk add`, `del`, `update`, `upgrade` | the system, local packages | the system |
//! | `dnf install`, `remove`, `update`, `clean`, `makecache`, `module enable` … | the same | the same |
//!
//! Costs and caches stand in `price`.

use super::{Call, apt, option, project};
use crate::tool::{Region, Survey};

const PLAIN: &str = "--no-cache -U --update-cache --update -q -u --no-progress --quiet --allow-untrusted --force --force-refresh --purge --latest --available -l -f \
    -y --assumeyes --nodocs --allowerasing --best --skip-broken --nogpgcheck --refresh -v --verbose -C --cacheonly --noplugins --nobest --all";
const VALUED: &str = "-t --virtual -X --repository --keys-dir --arch --enablerepo --disablerepo --setopt --releasever --exclude -x --disableplugin \
    --enableplugin --installroot --repo --repoid --repofrompath --forcearch --wait --cache-max-age";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let line = option::line(call, &words, PLAIN, VALUED)?;
    if line.has(&["--installroot", "--repofrompath", "--keys-dir"]) {
        return call.unknown("works on another folder");
    }
    let Some((command, packages)) = line.operands.split_first() else { return Ok(()) };
    match *command {
        "add" | "del" | "update" | "upgrade" | "fetch" | "info" | "search" | "install" | "remove"
        | "erase" | "clean" | "makecache" | "groupinstall" | "group" | "module" | "reinstall"
        | "autoremove" | "repolist" | "list" | "upgrade-minimal" | "check-update" | "swap" | "downgrade"
        | "distro-sync" | "cache" => {}
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    for package in packages {
        // `@group` and `name@repository` are no files; a path begins with `.` or `/`.
        if package.starts_with(['.', '/'])
            || project::ends(package, ".apk")
            || project::ends(package, ".rpm") && !package.contains("://")
        {
            match call.absolute(package) {
                Some(path) => out.read(Region::entry(path)),
                None => return call.unknown("installs a file that is not certain"),
            }
        }
    }
    apt::system(call, out);
    for path in ["/var/tmp", "/lib/apk", "/usr/share"] {
        out.write(Region::tree(path));
    }
    project::home(call, out, &[".rpmmacros"], &[]);
    let mut sentence = String::from("the packages of `");
    sentence.push_str(call.name);
    sentence.push_str(
        "` are named on its command line; the packages' scripts look at the system, not at the project",
    );
    out.note(sentence);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown};

    #[test]
    fn packages_of_the_distribution_read_nothing_of_the_project() {
        let files: Tree<'_> = &[("a.apk", ""), ("main.py", "")];
        for script in [
            "apk add --no-cache git",
            "apk add --virtual .deps gcc && apk del .deps",
            "dnf install -y git && dnf clean all",
            "microdnf -y install tar",
        ] {
            reads(script, files, &[]);
        }
        reads("apk add --allow-untrusted ./a.apk", files, &["a.apk"]);
        unknown("dnf install -y --installroot /x git", files, "another folder");
    }
}
