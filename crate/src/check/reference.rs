//! What a name of an image looks like (`distribution/reference`, `ParseNormalizedNamed`).

/// Whether the builder can read a name of an image.
pub(super) fn is_reference(text: &str) -> bool {
    if text.len() == 64 && text.bytes().all(is_lower_hex) {
        return false;
    }
    let (domain, rest) = match text.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':'])
                || first == "localhost"
                || first.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            (Some(first), rest)
        }
        _ => (None, text),
    };
    let (rest, digest) = match rest.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (rest, None),
    };
    let (path, tag) = match rest.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (rest, None),
    };
    domain.is_none_or(is_domain)
        && path.len() <= 255
        && path.split('/').all(is_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
}

/// Small letters and digits, with single separators between them: `.`, `_`, `__` or any number of dashes.
fn is_component(part: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = part.as_bytes();
    let ends = |byte: Option<&u8>| byte.copied().is_some_and(is_plain);
    if !ends(bytes.first()) || !ends(bytes.last()) {
        return false;
    }
    bytes.chunk_by(|one, other| is_plain(*one) == is_plain(*other)).all(|run| match run {
        [b'.' | b'_'] | [b'_', b'_'] => true,
        [first, ..] if is_plain(*first) => true,
        run => run.iter().all(|byte| *byte == b'-'),
    })
}

/// A host with an optional port.
fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (domain, None),
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|host| host.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'));
    (is_address || host.split('.').all(is_label))
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&tag.len())
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn names_of_images() {
        let digest = ["a@sha256:", &"0".repeat(64)].concat();
        for good in
            ["a", "a:1", "a/b:T_x.y-z", "ghcr.io/a/b", "localhost/a", "h:5000/a", "a__b", "a--b.c", &digest]
        {
            assert!(is_reference(good), "{good}");
        }
        let id = "0".repeat(64);
        for bad in
            ["", "a:", "A", "a/", "a..b", "a___b", "-a", "a b", "a@sha256:0", "h:x/a", "a:.x", "$A", &id]
        {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
