//! In which order the selections of one input are hashed, and which of them are dropped as covered by others.

use super::Selection;

/// The selections of a COPY or ADD, as BuildKit's file operation orders them: whole paths without those that lie
/// below another one, then the ones with wildcards or patterns, all sorted by path.
pub fn file_op_selections(selections: &[Selection]) -> Vec<Selection> {
    let mut ordered = Vec::new();
    for follow in [false, true] {
        let mut paths: Vec<&str> = Vec::new();
        for selection in selections {
            if selection.is_whole() && selection.follow == follow {
                paths.push(&selection.path);
            }
        }
        for path in outermost(paths) {
            ordered.push(Selection { path: path.to_string(), follow, ..Selection::default() });
        }
    }
    ordered.extend(selections.iter().filter(|selection| !selection.is_whole()).cloned());
    ordered.sort_by(|left, right| left.path.cmp(&right.path));
    ordered
}

/// The selections of the mounts of a RUN on one input, by the paths that are mounted: those not below another
/// one, sorted. The root covers all others.
pub fn exec_selections(paths: Vec<&str>) -> Vec<Selection> {
    outermost(paths).into_iter().map(Selection::path).collect()
}

/// The paths that do not lie below another one, sorted, each once.
fn outermost(mut paths: Vec<&str>) -> Vec<&str> {
    paths.sort_unstable();
    paths.dedup();
    let covered = |path: &str| {
        paths.iter().any(|other| {
            let below = path.strip_prefix(*other).is_some_and(|rest| rest.starts_with('/'));
            below || *other == "/" && path != "/" && path.starts_with('/')
        })
    };
    paths.iter().filter(|path| !covered(path)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(selections: &[Selection]) -> Vec<&str> {
        selections.iter().map(|selection| selection.path.as_str()).collect()
    }

    #[test]
    fn covered_and_repeated_paths_are_dropped() {
        let given = ["/b", "/a/x", "/a", "/ab", "/b"].map(Selection::path);
        assert_eq!(paths(&file_op_selections(&given)), ["/a", "/ab", "/b"]);
        assert_eq!(paths(&exec_selections(vec!["/o", "/o/p", "/a"])), ["/a", "/o"]);
        assert_eq!(paths(&exec_selections(vec!["/o", "/"])), ["/"]);
    }

    #[test]
    fn wildcards_are_kept_and_sorted_among_the_others() {
        let wild = Selection { wildcard: true, ..Selection::path("/a*") };
        let given = [wild.clone(), Selection::path("/a"), wild.clone(), Selection::path("/b")];
        assert_eq!(paths(&file_op_selections(&given)), ["/a", "/a*", "/a*", "/b"]);
    }
}
