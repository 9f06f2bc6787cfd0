//! The keywords that begin instructions.

/// An instruction's keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the instructions of the Dockerfile reference")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

/// All keywords with their names, in alphabetical order.
const NAMES: [(Keyword, &str); 18] = [
    (Keyword::Add, "ADD"),
    (Keyword::Arg, "ARG"),
    (Keyword::Cmd, "CMD"),
    (Keyword::Copy, "COPY"),
    (Keyword::Entrypoint, "ENTRYPOINT"),
    (Keyword::Env, "ENV"),
    (Keyword::Expose, "EXPOSE"),
    (Keyword::From, "FROM"),
    (Keyword::Healthcheck, "HEALTHCHECK"),
    (Keyword::Label, "LABEL"),
    (Keyword::Maintainer, "MAINTAINER"),
    (Keyword::Onbuild, "ONBUILD"),
    (Keyword::Run, "RUN"),
    (Keyword::Shell, "SHELL"),
    (Keyword::Stopsignal, "STOPSIGNAL"),
    (Keyword::User, "USER"),
    (Keyword::Volume, "VOLUME"),
    (Keyword::Workdir, "WORKDIR"),
];

impl Keyword {
    /// The keyword that a word is, in any case.
    pub fn find(word: &str) -> Option<Self> {
        let first = word.as_bytes().first()?.to_ascii_uppercase();
        let is_it = |name: &str| name.as_bytes().first() == Some(&first) && name.eq_ignore_ascii_case(word);
        NAMES.iter().find(|(_, name)| is_it(name)).map(|&(keyword, _)| keyword)
    }

    /// Its name in capitals.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|&&(keyword, _)| keyword == self).map_or("", |&(_, name)| name)
    }

    /// All names in capitals.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|&(_, name)| name)
    }
}
