//! The context as the daemon has it: what the client sends, less what the daemon takes out again.

use crate::{
    builder::Input,
    context::{Content, Kind, Tree},
    ignore::Ignore,
};

/// The folder without what `.dockerignore` names. `.dockerignore` and the Dockerfile are ordinary files of it,
/// which patterns may name too. For a Dockerfile from elsewhere the client has the daemon remove both.
pub(super) fn context(input: &Input<'_>) -> Tree {
    let entry = input.context.resolve(".dockerignore", true).and_then(|path| input.context.get(&path));
    let mut tree = match entry.map(|entry| &entry.kind) {
        Some(Kind::File(Content::Bytes(bytes))) => {
            let ignore = Ignore::parse(&String::from_utf8_lossy(bytes));
            match input.dockerfile_path {
                Some(dockerfile) => ignore.filter_legacy_with(input.context, dockerfile),
                None => ignore.filter_legacy(input.context),
            }
        }
        _ => input.context.clone(),
    };
    if input.dockerfile_path.is_none() {
        tree.remove(".dockerignore");
    }
    tree
}
