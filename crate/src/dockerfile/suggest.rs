//! "did you mean": the known word nearest to a mistyped one.

/// The nearest of `known`, fewer than three edits away. None if the word is one of them.
///
/// `exact` says whether case matters; if it does not, the answer takes the case of the word.
pub(crate) fn nearest(word: &str, known: &mut dyn Iterator<Item = &str>, exact: bool) -> Option<String> {
    let lowered = |text: &str| if exact { text.to_owned() } else { text.to_ascii_lowercase() };
    let wanted: Vec<char> = lowered(word).chars().collect();
    let mut best = None;
    let mut least = 3;
    for candidate in known {
        let candidate = lowered(candidate);
        let letters: Vec<char> = candidate.chars().collect();
        // A difference in length is at least so many edits; this also keeps long words from costing time.
        if letters.len().abs_diff(wanted.len()) > 2 {
            continue;
        }
        let distance = distance(&wanted, &letters);
        if distance == 0 {
            return None;
        }
        if distance < least {
            least = distance;
            best = Some(candidate);
        }
    }
    best.map(|found| {
        let has = |test: fn(&char) -> bool| word.chars().any(|char| test(&char));
        if exact || has(char::is_ascii_lowercase) { found } else { found.to_ascii_uppercase() }
    })
}

/// Adds ` (did you mean …?)` to a message if a known word is near.
pub(crate) fn suggest<'k>(
    mut message: String,
    word: &str,
    known: impl IntoIterator<Item = &'k str>,
    exact: bool,
) -> String {
    if let Some(found) = nearest(word, &mut known.into_iter(), exact) {
        message.push_str(" (did you mean ");
        message.push_str(&found);
        message.push_str("?)");
    }
    message
}

/// How many letters must be added, left out or replaced.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        for (cell, wanted) in row.iter_mut().skip(1).zip(other) {
            let replaced = diagonal + usize::from(letter != wanted);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let known = || ["COPY", "RUN", "FROM"].into_iter();
        assert_eq!(nearest("CPOY", &mut known(), false).as_deref(), Some("COPY"));
        assert_eq!(nearest("FOO", &mut known(), false).as_deref(), Some("FROM"));
        assert_eq!(nearest("run\u{a0}a", &mut known(), false).as_deref(), Some("run"));
        assert_eq!(nearest("FOOBAR", &mut known(), false), None);
        assert_eq!(nearest("copy", &mut known(), false), None);
        assert_eq!(nearest("", &mut ["type", "id", "ro"].into_iter(), true).as_deref(), Some("id"));
        assert_eq!(nearest("chwon", &mut ["chown", "chmod"].into_iter(), true).as_deref(), Some("chown"));
    }
}
