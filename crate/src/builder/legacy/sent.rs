//! The context as the daemon has it: what the client sends, less what the daemon takes out again.

use crate::{
    builder::Input,
    context::{Content, Entry, Kind, Tree},
    digest::Digest,
    ignore::Ignore,
};

/// The folder without what `.dockerignore` names. `.dockerignore` and the Dockerfile are ordinary files of it,
/// which patterns may name too.
///
/// A Dockerfile from elsewhere is sent under a random name, which the client writes into `.dockerignore` so that the
/// daemon removes it. Where the folder has a `.dockerignore` that does not name itself, that one then differs with
/// every build: `lottery` stands for its bytes (docker/cli: `build.AddDockerfileToBuildContext`).
pub(super) fn context(input: &Input<'_>, lottery: Digest) -> Tree {
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
    if input.dockerfile_path.is_none()
        && let Some(Entry { kind: Kind::File(Content::Bytes(bytes)), .. }) = tree.get(".dockerignore")
    {
        let size = bytes.len() as u64;
        let kind = Kind::File(Content::Digest { digest: lottery, size });
        if let Some(entry) = tree.get(".dockerignore").cloned() {
            let _ = tree.insert(".dockerignore", Entry { kind, ..entry });
        }
    }
    tree
}
