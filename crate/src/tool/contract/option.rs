//! Reading a command line by a table of the options that a contract understands.

use super::Call;

/// A command line, taken apart.
pub(super) struct Line<'a> {
    /// Options with their values, in order, by the name as written.
    pub(super) options: Vec<(&'a str, Option<&'a str>)>,
    /// What is no option.
    pub(super) operands: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// Whether an option is given under any of its names.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(name))
    }

    /// The values of an option under any of its names, in order.
    pub(super) fn values(&self, names: &[&str]) -> Vec<&'a str> {
        self.options.iter().filter(|(name, _)| names.contains(name)).filter_map(|(_, value)| *value).collect()
    }
}

/// Takes `words` apart. `plain` lists the options without a value, `valued` those with one, separated by blanks.
/// Clusters of short options (`-yq`) and attached values (`-rfile`, `--name=value`) are understood.
///
/// # Errors
/// Says which option is not in the tables.
pub(super) fn line<'a>(
    call: &Call<'_>,
    words: &[&'a str],
    plain: &str,
    valued: &str,
) -> Result<Line<'a>, String> {
    let has = |table: &str, name: &str| table.split_ascii_whitespace().any(|known| known == name);
    let mut out = Line { options: Vec::new(), operands: Vec::new() };
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        if word == "--" {
            out.operands.extend(words.by_ref());
        } else if !word.starts_with('-') || word == "-" {
            out.operands.push(word);
        } else if has(plain, word) {
            out.options.push((word, None));
        } else if has(valued, word) {
            out.options.push((word, words.next().copied()));
        } else if let Some((name, value)) =
            word.split_once('=').filter(|(name, _)| name.starts_with("--") && has(valued, name))
        {
            out.options.push((name, Some(value)));
        } else if !word.starts_with("--")
            && word.is_ascii()
            && cluster(word, &has, plain, valued, &mut words, &mut out)
        {
        } else {
            let mut what = String::from("has the option `");
            what.push_str(word);
            what.push_str("`, whose effects are not known");
            return call.unknown(&what);
        }
    }
    Ok(out)
}

/// `-abVALUE`: short options, the last of which may have its value attached or in the next word.
fn cluster<'a>(
    word: &'a str,
    has: &dyn Fn(&str, &str) -> bool,
    plain: &str,
    valued: &str,
    words: &mut std::slice::Iter<'_, &'a str>,
    out: &mut Line<'a>,
) -> bool {
    let mut found = Vec::new();
    for (at, letter) in word.char_indices().skip(1) {
        let name = |table: &str| {
            table
                .split_ascii_whitespace()
                .any(|known| known.len() == 2 && known.ends_with(letter) && has(table, known))
        };
        // The option's own text is not in the word as a slice of its own, so it is named by a static table.
        let Some(short) = short_name(letter) else { return false };
        if name(plain) {
            found.push((short, None));
        } else if name(valued) {
            let value = word.get(at + 1..).filter(|rest| !rest.is_empty());
            found.push((short, value.or_else(|| words.as_slice().first().copied())));
            if value.is_none() {
                words.next();
            }
            break;
        } else {
            return false;
        }
    }
    out.options.extend(found);
    true
}

/// `-x` for a letter or digit.
fn short_name(letter: char) -> Option<&'static str> {
    const NAMES: &str = "-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z-0-1-2-3-4-5-6-7-8-9";
    let at = NAMES.bytes().skip(1).step_by(2).position(|known| known == letter as u8)?;
    NAMES.get(at * 2..at * 2 + 2)
}
