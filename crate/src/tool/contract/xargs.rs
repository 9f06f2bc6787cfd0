//! `xargs`.
//!
//! | command | reads and writes | cost |
//! |---|---|---|
//! | `xargs PROGRAM … < FILE` | `FILE`; and what the program reads and writes with the words of the file as arguments | the program's |
//!
//! The file must come from the build context, so that its words are known. Input from a pipe is not known.

use super::{Cache, Call, Contract, Cost};
use crate::tool::{
    Found, Region, Survey,
    shell::{Command, Word},
};

pub(super) const CONTRACT: Contract = Contract {
    programs: &["xargs"],
    cost: |call| inner(call, &[], super::cost).flatten().unwrap_or(Cost::same(crate::tool::cost::UNKNOWN)),
    caches: |call| inner(call, &[], super::caches).unwrap_or_else(Vec::<Cache>::new),
};

/// Calls `with` with the program that is run, `words` behind its own arguments.
fn inner<T>(call: &Call<'_>, words: &[Word], with: impl FnOnce(&Call<'_>) -> T) -> Option<T> {
    let plain = |word: &&Word| matches!(word.text.as_str(), "-r" | "-t" | "--no-run-if-empty" | "--verbose");
    let own = call.arguments.iter().skip_while(plain).cloned();
    let command = Command { words: own.chain(words.iter().cloned()).collect(), ..call.command.clone() };
    let inner = Call::of(&command, call.setting, call.files)?;
    // A program that runs programs is not followed any further.
    (inner.name != "xargs" && !inner.name.starts_with('-')).then(|| with(&inner))
}

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let inputs = call.inputs();
    let [file] = inputs.as_slice() else {
        return call.unknown("takes arguments from a program's output, which is not known");
    };
    let Some(path) = call.path(file) else { return call.unknown("reads a file that is not certain") };
    let text = match call.files.find(&path) {
        Found::Text(text) if !text.contains(['\'', '"', '\\']) => text,
        _ => return call.unknown("takes arguments from a file whose words are not known"),
    };
    let words: Vec<Word> = text
        .split_ascii_whitespace()
        .map(|word| Word { text: word.to_owned(), known: true, pattern: false })
        .collect();
    out.read(Region::entry(path));
    let done = inner(call, &words, |inner| inner.genuine().and_then(|()| super::effects(inner, out)));
    done.unwrap_or_else(|| call.unknown("runs a program that is not known"))
}
