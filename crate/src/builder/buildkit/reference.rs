//! What `FROM`, `--from` and `from=` name: a stage, a named context or an image; and image names in the short
//! form in which they are compared.

use crate::{build::Stages, context::Tree, image::BaseImage, map::Map};

/// Where files or a base come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The build context.
    Context,
    /// An empty file system.
    Scratch,
    /// A stage of the file.
    Stage(usize),
    /// `--build-context NAME=…`, by the name under which it was given.
    Named(String),
    /// An image by its reference as written.
    Image(String),
}

/// An image name without default registry, default folder and `:latest`: `docker.io/library/base:latest` is
/// `base`.
pub(super) fn familiar(reference: &str) -> &str {
    let rest = reference.strip_prefix("index.docker.io/").unwrap_or(reference);
    let rest = rest.strip_prefix("docker.io/").unwrap_or(rest);
    let rest = rest.strip_prefix("library/").unwrap_or(rest);
    rest.strip_suffix(":latest").unwrap_or(rest)
}

/// What is known of an image: under the reference as written, else under any that means the same.
pub(crate) fn image<'a>(images: &'a Map<String, BaseImage>, reference: &str) -> Option<&'a BaseImage> {
    images.get(reference).or_else(|| {
        let short = familiar(reference);
        images.iter().find(|(name, _)| familiar(name) == short).map(|(_, image)| image)
    })
}

/// The named context that stands for an image, if there is one.
pub(crate) fn named(contexts: &Map<String, Tree>, reference: &str) -> Option<String> {
    if matches!(reference, "scratch" | "context") {
        return None;
    }
    let short = familiar(reference);
    contexts.keys().find(|name| familiar(name) == short).cloned()
}

/// What `FROM word` means in stage number `at`.
pub(crate) fn base(stages: &Stages, contexts: &Map<String, Tree>, word: &str, at: usize) -> Origin {
    if let Some(stage) = stages.base(word, at) {
        return Origin::Stage(stage);
    }
    if word == "scratch" {
        return Origin::Scratch;
    }
    match named(contexts, word) {
        Some(name) => Origin::Named(name),
        None => Origin::Image(word.to_owned()),
    }
}

/// What `--from` or `from=` means. A number is a stage's index where `numbers` says so.
///
/// # Errors
/// If there is no stage of that number.
pub(crate) fn source(
    stages: &Stages,
    contexts: &Map<String, Tree>,
    word: &str,
    numbers: bool,
) -> Result<Origin, String> {
    let number = word.strip_prefix('+').unwrap_or(word);
    if numbers && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return match number.parse() {
            Ok(index) if index < stages.list.len() => Ok(Origin::Stage(index)),
            _ => Err(["invalid stage index ", number].concat()),
        };
    }
    if let Some(stage) = stages.named(word) {
        return Ok(Origin::Stage(stage));
    }
    Ok(match named(contexts, word) {
        Some(name) => Origin::Named(name),
        None if word == "scratch" => Origin::Scratch,
        None => Origin::Image(word.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_short_form() {
        assert_eq!(familiar("docker.io/library/base:latest"), "base");
        assert_eq!(familiar("python:3.12"), "python:3.12");
        assert_eq!(familiar("ghcr.io/a/b:latest"), "ghcr.io/a/b");
        let images = [("docker.io/library/alpine".to_owned(), BaseImage::default())].into_iter().collect();
        assert!(image(&images, "alpine:latest").is_some());
        assert!(image(&images, "alpine:3").is_none());
    }
}
