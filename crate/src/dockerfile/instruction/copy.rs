//! COPY and ADD.

use super::{Copy, Heredoc, Word, read::Reading};
use crate::{
    diagnostic::code,
    dockerfile::{
        flag::{Flags, Takes},
        heredoc::word_opens,
        keyword::Keyword,
        mistake::Mistake,
        node::Args,
    },
    map::Map,
    text::scan::has_pair,
};

// In the order in which the builder declares them: of two that are equally near to a mistyped one it names the first.
const COPY: [(&str, Takes); 6] = [
    ("chown", Takes::Value),
    ("from", Takes::Value),
    ("chmod", Takes::Value),
    ("link", Takes::Bool),
    ("exclude", Takes::Values),
    ("parents", Takes::Bool),
];

const ADD: [(&str, Takes); 7] = [
    ("chown", Takes::Value),
    ("chmod", Takes::Value),
    ("link", Takes::Bool),
    ("keep-git-dir", Takes::Bool),
    ("checksum", Takes::Value),
    ("unpack", Takes::Bool),
    ("exclude", Takes::Values),
];

pub(super) fn read(mut reading: Reading<'_>) -> Result<Copy, Mistake> {
    let name = reading.name();
    let json = matches!(reading.node.args, Args::Json(_));
    let mut words = reading.words();
    let destination = words.pop().filter(|_| !words.is_empty());
    let Some(destination) = destination else {
        let message = [
            name,
            " requires at least two arguments, but only one was provided. Destination could not be determined",
        ];
        return Err(reading.mistake(code::ARGUMENT_COUNT, message.concat()));
    };
    let known: &[_] = if reading.node.keyword == Some(Keyword::Copy) { &COPY } else { &ADD };
    let flags = Flags::check(reading.flags, known)?;
    if matches!(word_opens(&destination.text), Ok(Some(_))) {
        let message = [name, " cannot accept a heredoc as a destination"].concat();
        return Err(Mistake::new(code::HEREDOC_DESTINATION, destination.span, message));
    }
    let (sources, heredocs) = sources(words, reading.heredocs);
    Ok(Copy {
        sources,
        heredocs,
        destination,
        from: flags.owned("from"),
        chown: flags.owned("chown"),
        chmod: flags.owned("chmod"),
        link: flags.boolean("link").unwrap_or(false),
        parents: flags.boolean("parents").unwrap_or(false),
        exclude: flags.all("exclude").filter_map(|flag| flag.value.clone()).collect(),
        checksum: flags.owned("checksum"),
        keep_git_dir: flags.boolean("keep-git-dir").unwrap_or(false),
        unpack: flags.boolean("unpack"),
        json,
    })
}

/// Tells paths from here-documents. The builder looks a here-document up by its name: of two with one name both
/// get the later body, and one that the line does not open (in a JSON array) gets none.
fn sources(words: Vec<Word>, heredocs: &mut Vec<Heredoc>) -> (Vec<Word>, Vec<usize>) {
    if !words.iter().any(|word| has_pair(&word.text, *b"<<")) {
        return (words, Vec::new());
    }
    let last: Map<String, usize> =
        heredocs.iter().enumerate().map(|(index, heredoc)| (heredoc.name.clone(), index)).collect();
    let mut paths = Vec::with_capacity(words.len());
    let mut indexes = Vec::new();
    for word in words {
        let Ok(Some(found)) = word_opens(&word.text) else {
            paths.push(word);
            continue;
        };
        let last = last.get(&found.name).copied();
        let known = last.and_then(|index| heredocs.get(index));
        let same = known.is_some_and(|known| known.chomp == found.chomp && known.expand == found.expand);
        if let Some(index) = last.filter(|_| same) {
            indexes.push(index);
        } else {
            let (body, span) =
                known.map_or((String::new(), word.span), |known| (known.body.clone(), known.span));
            indexes.push(heredocs.len());
            heredocs.push(Heredoc { body, span, ..found });
        }
    }
    (paths, indexes)
}
