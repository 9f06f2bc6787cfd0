//! What keeps programs from keeping their downloads, or deletes them at the end: a cache mount takes it out of a RUN.

/// Options that tell a program to keep nothing.
pub(super) const NO_CACHE_DIR: &str = "--no-cache-dir";
pub(super) const NO_CACHE: &str = "--no-cache";

/// Removes the file that empties apt's folder of packages.
pub const UNCLEAN: &str = "rm -f /etc/apt/apt.conf.d/docker-clean";

/// Commands that delete what apt keeps.
pub const APT_CLEANING: [&str; 6] = [
    "apt-get clean",
    "apt clean",
    "rm -rf /var/lib/apt/lists/*",
    "rm -r /var/lib/apt/lists/*",
    "rm -rf /var/cache/apt/*",
    "rm -rf /var/cache/apt/archives/*",
];

/// Commands that delete what a program keeps.
pub const CLEANING: [(&str, &str); 6] = [
    ("npm", "npm cache clean --force"),
    ("yarn", "yarn cache clean"),
    ("pip", "pip cache purge"),
    ("composer", "composer clear-cache"),
    ("uv", "uv cache clean"),
    ("go", "go clean -modcache"),
];

/// A RUN's text without its cache mounts and without all that goes when it gets one, blanks made one: two texts of
/// which this is the same install the same.
pub fn essence(instruction: &str) -> String {
    let goes = |word: &&str| {
        matches!(*word, NO_CACHE_DIR | NO_CACHE)
            || (word.starts_with("--mount=") && word.contains("type=cache"))
    };
    let words: Vec<&str> = instruction.split_ascii_whitespace().filter(|word| !goes(word)).collect();
    let mut text = words.join(" ");
    for command in APT_CLEANING.iter().chain(CLEANING.iter().map(|(_, command)| command)) {
        let joined = [" && ", command].concat();
        while let Some(at) = text.find(&joined) {
            let end = at + joined.len();
            if !text.get(end..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ';'])) {
                break;
            }
            text.replace_range(at..end, "");
        }
    }
    while let Some((keyword, rest)) = text.split_once(' ')
        && let Some((first, rest)) = rest.split_once(" && ")
        && (first == UNCLEAN || (first.starts_with("unset ") && first.split(' ').count() == 2))
    {
        text = [keyword, " ", rest].concat();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn what_a_mount_takes_out_makes_no_difference() {
        for (one, other) in [
            ("RUN pip install --no-cache-dir  flask", "RUN --mount=type=cache,target=/c pip install flask"),
            (
                "RUN : && pip install flask",
                "RUN --mount=type=cache,target=/c     unset PIP_NO_CACHE_DIR && : && pip install flask",
            ),
            (
                "RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*",
                "RUN --mount=type=cache,target=/c rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y gcc",
            ),
            ("RUN npm ci && npm cache clean --force && true", "RUN npm ci && true"),
        ] {
            assert_eq!(essence(one), essence(other));
        }
        assert_ne!(essence("RUN a && rm -rf /var/lib/apt/lists/*x"), essence("RUN a"));
        assert_ne!(essence("RUN unset A B && a"), essence("RUN a"));
        assert_ne!(essence("RUN --mount=type=bind,target=/s a"), essence("RUN a"));
    }
}
