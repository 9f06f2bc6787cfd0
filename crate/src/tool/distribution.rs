//! Which family of distributions a base image belongs to: it decides which package manager keeps what where.

/// A family of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Debian and Ubuntu: apt, with `docker-clean` in the official images.
    Debian,
    /// Alpine: apk.
    Alpine,
    /// Fedora and its relatives: dnf, microdnf, yum.
    Fedora,
    /// Something else that is known to be none of these.
    Other,
}

/// Names of images on Docker Hub whose tags are Debian's unless they say otherwise.
const DEBIAN: [&str; 22] = [
    "buildpack-deps",
    "caddy-builder",
    "composer",
    "debian",
    "gcc",
    "golang",
    "httpd",
    "mysql",
    "nginx",
    "node",
    "openjdk",
    "perl",
    "php",
    "postgres",
    "pypy",
    "python",
    "r-base",
    "redis",
    "ruby",
    "rust",
    "tomcat",
    "ubuntu",
];

const FEDORA: [&str; 9] = [
    "almalinux",
    "amazonlinux",
    "centos",
    "fedora",
    "oraclelinux",
    "rockylinux",
    "ubi8",
    "ubi9",
    "ubi-minimal",
];

/// The family, from what is said about the image, else from its reference; `None` if neither tells.
pub fn distribution(reference: &str, given: Option<&str>) -> Option<Distribution> {
    if let Some(given) = given {
        return Some(match given {
            "debian" | "ubuntu" => Distribution::Debian,
            "alpine" => Distribution::Alpine,
            "fedora" | "centos" | "rhel" | "rocky" | "almalinux" | "amzn" | "ol" => Distribution::Fedora,
            _ => Distribution::Other,
        });
    }
    let reference = reference.split('@').next().unwrap_or(reference);
    let last = reference.rsplit('/').next().unwrap_or(reference);
    let (name, tag) = last.split_once(':').unwrap_or((last, ""));
    let has = |word: &str| crate::text::find(tag, word).is_some() || crate::text::find(name, word).is_some();
    if has("alpine") || name == "alpine" {
        return Some(Distribution::Alpine);
    }
    if has("bookworm")
        || has("bullseye")
        || has("buster")
        || has("trixie")
        || has("jammy")
        || has("focal")
        || has("noble")
    {
        return Some(Distribution::Debian);
    }
    if FEDORA.contains(&name) || has("-ubi") {
        return Some(Distribution::Fedora);
    }
    if name == "scratch" || has("distroless") || has("nanoserver") || has("windowsservercore") {
        return Some(Distribution::Other);
    }
    DEBIAN.contains(&name).then_some(Distribution::Debian)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_tells_the_family() {
        let cases = [
            ("python:3.10.2-slim", Some(Distribution::Debian)),
            ("python:3.12-alpine", Some(Distribution::Alpine)),
            ("docker.io/library/ubuntu:22.04", Some(Distribution::Debian)),
            ("fedora:40", Some(Distribution::Fedora)),
            ("scratch", Some(Distribution::Other)),
            ("registry.example/team/base:1", None),
            ("debian@sha256:00", Some(Distribution::Debian)),
        ];
        for (reference, expect) in cases {
            assert_eq!(distribution(reference, None), expect, "{reference}");
        }
        assert_eq!(distribution("base", Some("ubuntu")), Some(Distribution::Debian));
    }
}
