//! The keys of sources: images, downloads and git trees. The build context has none; it is known by its content
//! only (BuildKit: `solver/llbsolver/ops/source.go` and `source/*`).

use std::rc::Rc;

use super::{
    hashed::Hashed,
    json::Object,
    path::{base, clean},
};
use crate::{
    digest::{Digest, Hasher},
    image::BaseImage,
    platform::Platform,
};

/// Where an image's two keys come from: either is good for a match.
#[derive(Clone, Debug)]
pub(super) struct ImageKeys {
    /// By manifest digest and platform.
    pub(super) manifest: Digest,
    /// By layers; images with equal layers share it.
    pub(super) chain: Option<Digest>,
    /// The digest of the record of `chain`; that of `manifest` is the op's.
    pub(super) chain_record: Option<Digest>,
    /// The working directory: a folder that is surely in it.
    pub(super) dir: Rc<str>,
}

impl ImageKeys {
    /// The keys of an image whose reference resolves to `digest`.
    pub(super) fn of(image: &BaseImage, digest: &str, platform: &Platform, hashed: &mut Hashed<'_>) -> Self {
        let mut text = String::with_capacity(160);
        let mut object = Object::new(&mut text);
        object.string("Digest", digest);
        object.string("OS", &platform.os);
        object.string("Arch", &platform.architecture);
        object.string_or_none("Variant", &platform.variant);
        object.end();
        let manifest = hashed.digest(text).text();
        let manifest = hashed.source(&manifest);
        let chain = image.diff_ids.as_deref().and_then(chain_id).map(|id| hashed.source(&id));
        let chain_record = chain.map(|chain| hashed.record(chain));
        let dir = image.working_dir.as_deref().unwrap_or("/").into();
        Self { manifest, chain, chain_record, dir }
    }
}

/// The chain id of layers: the first layer's, then the digest of the chain so far and the next layer.
fn chain_id(layers: &[String]) -> Option<String> {
    let (first, rest) = layers.split_first()?;
    let mut chain = first.clone();
    for layer in rest {
        let mut hasher = Hasher::new();
        for part in [chain.as_str(), " ", layer.as_str()] {
            hasher.update(part.as_bytes());
        }
        chain = hasher.finish().text();
    }
    Some(chain)
}

/// A file fetched by ADD.
#[derive(Debug)]
pub(super) struct Download<'a> {
    pub(super) url: &'a str,
    /// The name that the file gets: the last element of the URL's path.
    pub(super) filename: String,
    /// `--checksum`.
    pub(super) checksum: Option<&'a str>,
}

impl<'a> Download<'a> {
    /// Takes the file name out of the URL, without query and fragment, percent-decoded.
    pub(super) fn new(url: &'a str, checksum: Option<&'a str>) -> Self {
        let after_scheme = crate::text::split_once(url, "://").map_or(url, |(_, rest)| rest);
        let end = after_scheme.find(['?', '#']).unwrap_or(after_scheme.len());
        let path = after_scheme.get(..end).unwrap_or("");
        let path = path.find('/').and_then(|at| path.get(at..)).unwrap_or("");
        let decoded = decode(path);
        let name = match base(&decoded) {
            "." | "/" => "__unnamed__".to_owned(),
            name => name.to_owned(),
        };
        Self { url, filename: name, checksum }
    }

    /// The digest of its cache map. Without a checksum only a download knows the body: then the URL stands in
    /// for it, and the second value is false.
    pub(super) fn digest(&self, hashed: &mut Hashed<'_>) -> (Digest, bool) {
        let known = self.checksum.filter(|text| Digest::parse(text).is_some());
        let stand_in = Digest::of(self.url.as_bytes()).text();
        let mut text = String::with_capacity(200);
        let mut object = Object::new(&mut text);
        object.string("Filename", &self.filename);
        for name in ["Perm", "UID", "GID"] {
            object.number(name, 0);
        }
        object.string("Checksum", known.unwrap_or(&stand_in));
        object.end();
        let body = hashed.digest(text).text();
        (hashed.source(&body), known.is_some())
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let value = pair.filter(|_| byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(value.unwrap_or(byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A git tree fetched by ADD.
#[derive(Debug)]
pub(super) struct GitTree<'a> {
    /// The reference as written, after expansion.
    pub(super) reference: &'a str,
    pub(super) keep_git_dir: bool,
    pub(super) checksum: Option<&'a str>,
}

impl GitTree<'_> {
    /// The digest of its cache map, and whether it is the builder's own: the key is the commit, known only if
    /// the reference or the checksum is a full commit id.
    pub(super) fn digest(&self, hashed: &mut Hashed<'_>) -> (Digest, bool) {
        let fragment = self.reference.split_once('#').map(|(_, fragment)| fragment);
        let (reference, folder) =
            match fragment.map(|fragment| fragment.split_once(':').unwrap_or((fragment, ""))) {
                Some((reference, folder)) => (reference, folder),
                None => ("", ""),
            };
        let is_commit = |text: &&str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let commit = [self.checksum, Some(reference)].into_iter().flatten().find(is_commit);
        let mut key = match commit {
            Some(commit) => commit.to_owned(),
            None => Digest::of(self.reference.as_bytes()).hex(),
        };
        if self.keep_git_dir {
            key.push_str(".git");
            if commit.is_some() && reference.starts_with("refs/") {
                key.push('#');
                key.push_str(reference);
            }
        }
        let folder = clean(folder);
        if !matches!(folder.as_str(), "." | "/") {
            key.push(':');
            key.push_str(folder.trim_start_matches('/'));
        }
        (hashed.source(&key), commit.is_some())
    }
}

/// Whether a source of ADD is fetched over HTTP.
pub(crate) fn is_http(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Whether a source of ADD is a git repository.
pub(crate) fn is_git(source: &str) -> bool {
    if is_http(source) {
        let end = source.find(['?', '#']).unwrap_or(source.len());
        return source.get(..end).is_some_and(|path| path.strip_suffix(".git").is_some());
    }
    let scp = |text: &str| {
        text.split_once(':').is_some_and(|(host, path)| {
            host.split_once('@').is_some_and(|(user, host)| {
                let word = |text: &str| !text.is_empty() && !text.contains(['/', ' ', ':', '@']);
                word(user) && word(host)
            }) && !path.is_empty()
        })
    };
    source.starts_with("git://") || source.starts_with("ssh://") || scp(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_keys_are_those_of_the_worked_example() {
        let layers = [
            "sha256:fd265108a23cf0ce336678d232880b0714ef872f8ca7170140c7d5e714454e2a",
            "sha256:f0912061ce4232dbb7b57e7e975af8b0d962f10c44d67e0a7aa8127c5e4e6d7b",
        ];
        let image = BaseImage { diff_ids: Some(layers.map(str::to_owned).to_vec()), ..BaseImage::default() };
        let digest = "sha256:53ad0a82b5086c88b887b1cc3a2783b75e8b9e6a2f96721187b013677dad9f06";
        let mut hashed = Hashed::default();
        let keys = ImageKeys::of(&image, digest, &Platform::default(), &mut hashed);
        assert!(hashed.record(keys.manifest).hex().starts_with("b5e7d298"));
        assert!(keys.chain_record.is_some_and(|chain| chain.hex().starts_with("6ed7651c")));
    }

    #[test]
    fn downloads_are_named_by_their_path() {
        let name = |url| Download::new(url, None).filename;
        assert_eq!(name("http://h/dir/file.txt?x=a/b#frag"), "file.txt");
        assert_eq!(name("http://h/a%20b"), "a b");
        assert_eq!(name("http://h"), "__unnamed__");
        assert_eq!(name("http://h/dir/"), "dir");
    }

    #[test]
    fn git_repositories_are_told_from_downloads() {
        assert!(is_git("https://x/y.git"));
        assert!(is_git("https://x/y.git#main:sub"));
        assert!(is_git("git@github.com:a/b.git"));
        assert!(is_git("git://h/r.git"));
        assert!(!is_git("https://x/y.tar.gz"));
        assert!(!is_git("a/b:c"));
    }
}
