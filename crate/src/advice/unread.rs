//! Files of the context that a COPY brings and nothing reads: texts for people, tests, settings of services that
//! work on the repository. An edit of one runs the COPY again with all that stands behind it, for nothing.
//!
//! | what | where |
//! |---|---|
//! | `README`, `CHANGELOG` and their like, `docs` | in a folder that a COPY brings as a whole |
//! | `tests`, `spec`, `e2e` and their like | there |
//! | `.github`, `.gitlab-ci.yml`, `compose.yaml` and their like | there |
//!
//! Each is followed to where it comes to lie, into the stages that stand on that one and those that copy from it. It
//! is wanted if a COPY or a mount names it, a link leads to it, a command of the image is about it, a server may hand
//! it out, or a program in the context has its name (`named`). Whether it is cannot be said where a RUN is not
//! understood. A licence stays: it hardly ever changes, and has to go with copies. So does everything if the ignore
//! file takes anything in again: then somebody has chosen.

use crate::{
    context::Kind,
    dockerfile::{Command, Instruction, instruction::Mount},
    tool::{Reach, Region, Survey, shell::normal},
};

use super::{
    brought::{Brought, inside, join_relative, relative},
    effect::What,
    named::named,
    optimize::ignore,
    stage::Ground,
};

/// Texts for people, by what stands before the dot.
const TEXTS: [&str; 12] = [
    "readme",
    "changelog",
    "changes",
    "history",
    "contributing",
    "code_of_conduct",
    "security",
    "authors",
    "contributors",
    "maintainers",
    "roadmap",
    "upgrading",
];

const DOCUMENTS: [&str; 2] = ["docs", "doc"];

const TESTS: [&str; 6] = ["tests", "test", "__tests__", "spec", "e2e", "cypress"];

/// Settings of services and programs that work on the repository.
const SERVICES: [&str; 13] = [
    ".github",
    ".gitlab",
    ".circleci",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".drone.yml",
    ".pre-commit-config.yaml",
    ".editorconfig",
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "Jenkinsfile",
];

/// Folders that servers hand out as they are.
const SERVED: [&str; 5] = ["/usr/share/nginx", "/var/www", "/usr/local/apache2", "/usr/share/caddy", "/srv"];

/// Words of a command that hands out a folder, or looks for files in it.
const SERVERS: [&str; 9] =
    ["http.server", "http-server", "file-server", "serve", "mkdocs", "sphinx", "docsify", "jekyll", "hugo"];

/// What a candidate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Text,
    Test,
    Service,
}

/// Something that is perhaps not needed.
pub(super) struct Candidate {
    /// Path in the context.
    pub(super) path: String,
    pub(super) purpose: Purpose,
    /// The first instruction that brings it.
    pub(super) copy: usize,
}

/// Where something lies in an image.
#[derive(PartialEq, Eq)]
struct Place {
    stage: usize,
    /// The instruction that brings it.
    at: usize,
    path: String,
}

/// What COPYs bring and nothing reads.
pub(super) fn unread(ground: &Ground<'_>) -> Vec<Candidate> {
    let chosen =
        ignore(ground).is_some_and(|ignore| ignore.patterns().list().iter().any(|one| one.exception));
    let mut found = if chosen { Vec::new() } else { candidates(ground) };
    found.retain(|candidate| followed(ground, candidate));
    let Some(first) = found.first() else { return found };
    let Some(tree) = ground.effects.get(first.copy).and_then(|effect| Some(&effect.as_ref()?.copy()?.tree))
    else {
        return Vec::new();
    };
    let mut named = named(tree, &found).into_iter();
    found.retain(|_| named.next() == Some(false));
    found
}

/// What has the name of something that is not needed, in a folder that a COPY brings.
fn candidates(ground: &Ground<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for stage in &ground.stages.list {
        for copy in stage.instructions.clone() {
            let Some(brought) = brought(ground, copy).filter(|brought| brought.exact) else { continue };
            for pair in brought.pairs.iter().filter(|pair| pair.folder) {
                for (name, entry) in brought.tree.children(&pair.from) {
                    let Some(purpose) = purpose(name, &entry.kind) else { continue };
                    let path = join_relative(&pair.from, name);
                    if !found.iter().any(|known| known.path == path) {
                        found.push(Candidate { path, purpose, copy });
                    }
                }
            }
        }
    }
    found
}

fn purpose(name: &str, kind: &Kind) -> Option<Purpose> {
    if SERVICES.contains(&name) {
        return Some(Purpose::Service);
    }
    match kind {
        Kind::Directory if DOCUMENTS.contains(&name) => Some(Purpose::Text),
        Kind::Directory if TESTS.contains(&name) => Some(Purpose::Test),
        Kind::File(_) => {
            let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
            let written = matches!(ending, "md" | "markdown" | "rst" | "adoc")
                || (matches!(ending, "" | "txt") && !stem.bytes().any(|byte| byte.is_ascii_lowercase()));
            (written && TEXTS.contains(&crate::text::lower(stem).as_str())).then_some(Purpose::Text)
        }
        _ => None,
    }
}

/// What a COPY or ADD brings from the context, if the instruction is one and its effects are known.
fn brought<'a>(ground: &'a Ground<'_>, index: usize) -> Option<&'a Brought> {
    let (Command::Copy(copy) | Command::Add(copy)) =
        &ground.state.dockerfile.instructions.get(index)?.command
    else {
        return None;
    };
    if copy.from.is_some() {
        return None;
    }
    ground.effects.get(index)?.as_ref()?.copy()
}

/// Whether nothing reads a candidate wherever it comes to lie.
fn followed(ground: &Ground<'_>, candidate: &Candidate) -> bool {
    let instructions = &ground.state.dockerfile.instructions;
    let stages = &ground.stages.list;
    let Some(mut places) = sources(ground, candidate) else { return false };
    if instructions.iter().any(|one| commands(one, candidate)) {
        return false;
    }
    let mut next = 0;
    while let Some(place) = places.get(next) {
        let (stage, at, path) = (place.stage, place.at, place.path.clone());
        next += 1;
        if SERVED.iter().any(|served| inside(&path, served).is_some()) {
            return false;
        }
        // Stages stand only on earlier ones.
        let mut holding = vec![stage];
        for (number, base) in ground.sites.base.iter().enumerate().skip(stage + 1) {
            if base.is_some_and(|base| holding.contains(&base)) {
                holding.push(number);
            }
        }
        for (number, own) in stages.iter().enumerate() {
            for index in own.instructions.clone() {
                let Some(instruction) = instructions.get(index) else { return false };
                let behind = number != stage || index > at;
                if holding.contains(&number)
                    && behind
                    && !untouched(ground, index, instruction, &path, candidate)
                {
                    return false;
                }
                match taken(ground, index, instruction, &holding, &path) {
                    Ok(None) => {}
                    Ok(Some(path)) => {
                        let place = Place { stage: number, at: index, path };
                        if !places.contains(&place) {
                            places.push(place);
                        }
                    }
                    Err(()) => return false,
                }
            }
        }
    }
    true
}

/// Where the COPYs of the context put a candidate; `None` if one names it, or a mount may bring it.
fn sources(ground: &Ground<'_>, candidate: &Candidate) -> Option<Vec<Place>> {
    let path = candidate.path.as_str();
    let mut places = Vec::new();
    for (stage, own) in ground.stages.list.iter().enumerate() {
        for at in own.instructions.clone() {
            let instruction = ground.state.dockerfile.instructions.get(at)?;
            match &instruction.command {
                Command::Copy(copy) | Command::Add(copy) if copy.from.is_none() => {
                    let apart = copy
                        .sources
                        .iter()
                        .all(|source| source.text.contains("://") || apart(&source.text, path));
                    let Some(brought) = brought(ground, at) else {
                        if apart {
                            continue;
                        }
                        return None;
                    };
                    if !brought.exact && !apart {
                        return None;
                    }
                    for pair in &brought.pairs {
                        let Some(rest) = below(path, &pair.from) else {
                            if below(&pair.from, path).is_some() {
                                return None;
                            }
                            continue;
                        };
                        if rest.is_empty() || !pair.folder {
                            return None;
                        }
                        places.push(Place { stage, at, path: under(&pair.to, rest) });
                    }
                }
                Command::Run(run) if run.mounts.iter().any(|mount| mounts(mount, path)) => return None,
                Command::Onbuild(..) => return None,
                _ => {}
            }
        }
    }
    Some(places)
}

/// Whether a source as it is written surely means nothing of a path of the context, nor a folder above it.
fn apart(source: &str, path: &str) -> bool {
    let source_ = relative(source);
    !source.contains(['$', '*', '?', '[', '\\'])
        && below(path, &source_).is_none()
        && below(&source_, path).is_none()
}

/// What is left of a path of the context below a folder of it; the root is empty.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { inside(path, folder) }
}

/// `rest` below a path of the image.
fn under(folder: &str, rest: &str) -> String {
    let mut path = folder.trim_end_matches('/').to_owned();
    path.push('/');
    path.push_str(rest);
    path
}

/// Whether a mount may bring a path of the context.
fn mounts(mount: &Mount, path: &str) -> bool {
    let field = |names: &[&str]| {
        let own = mount.fields.iter().find(|(key, _)| names.contains(&key.as_str()));
        own.and_then(|(_, value)| value.as_deref())
    };
    let bind = matches!(field(&["type"]), None | Some("bind"));
    bind && field(&["from"]).is_none() && !apart(field(&["source", "src"]).unwrap_or("/"), path)
}

/// Whether a command of the image is about a candidate.
fn commands(instruction: &Instruction, candidate: &Candidate) -> bool {
    if !matches!(instruction.command, Command::Cmd(_) | Command::Entrypoint(_) | Command::Healthcheck(_)) {
        return false;
    }
    let text = crate::text::lower(&instruction.original);
    let word = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let apart =
                |next: Option<char>| next.is_none_or(|next| !next.is_ascii_alphanumeric() && next != '_');
            apart(text.get(..at).and_then(|before| before.chars().next_back()))
                && apart(text.get(at + word.len()..).and_then(|after| after.chars().next()))
        })
    };
    let name = candidate.path.rsplit('/').next().unwrap_or("");
    let tests = ["test", "spec", "cypress", "nox", "tox"];
    word(&crate::text::lower(name))
        || SERVERS.iter().any(|server| word(server))
        || (candidate.purpose == Purpose::Test && tests.iter().any(|name| text.contains(name)))
}

/// Whether an instruction of a stage in which `path` lies surely does nothing with it.
fn untouched(
    ground: &Ground<'_>,
    index: usize,
    instruction: &Instruction,
    path: &str,
    candidate: &Candidate,
) -> bool {
    let Some(effect) = ground.effects.get(index).and_then(|effect| effect.as_ref()) else { return false };
    let own = Region::tree(path);
    let within = |other: &str| inside(other, path).is_some();
    match &effect.what {
        What::Config => true,
        What::Folder(folder) => !within(folder),
        What::Run(survey) => survey.opaque.is_none() && leaves(survey, &own),
        // The same files again are looked at where they are brought.
        What::Copy(copy) => {
            let again = brought(ground, index).is_some_and(|brought| brought.takes(&candidate.path));
            again || !(copy.meets(&own) || within(&copy.folder))
        }
        What::Unknown => matches!(instruction.command, Command::Volume(_)),
    }
}

/// Whether a RUN neither reads a region nor changes anything in it by name.
fn leaves(survey: &Survey, own: &Region) -> bool {
    let changes = survey
        .changes()
        .any(|region| own.covers(&region.path) || (region.reach == Reach::Entry && own.meets(region)));
    !changes
        && !survey.reads.iter().any(|region| region.meets(own))
        && !survey.needs.iter().any(|folder| own.covers(folder))
}

/// Where an instruction puts `path` of one of the stages `holding` in its own. `Err` if it names it, or takes it in a
/// way that is not followed.
fn taken(
    ground: &Ground<'_>,
    index: usize,
    instruction: &Instruction,
    holding: &[usize],
    path: &str,
) -> Result<Option<String>, ()> {
    let holds = |from: &str| {
        let stage = ground.stages.named(from).or_else(|| from.parse().ok());
        // A variable may name any.
        from.contains('$') || stage.is_some_and(|stage| holding.contains(&stage))
    };
    match &instruction.command {
        Command::Run(run) => {
            let mut froms =
                run.mounts.iter().flat_map(|mount| &mount.fields).filter(|(key, _)| key == "from");
            if froms.any(|(_, from)| from.as_deref().is_some_and(holds)) { Err(()) } else { Ok(None) }
        }
        Command::Copy(copy) | Command::Add(copy) if copy.from.as_deref().is_some_and(holds) => {
            let effect = ground.effects.get(index).and_then(|effect| effect.as_ref()?.copy());
            let mut found = None;
            for source in &copy.sources {
                let plain = !source.text.contains(['$', '*', '?', '[', '\\']);
                let source = normal(&["/", &source.text].concat());
                if plain && inside(path, &source).is_none() && inside(&source, path).is_none() {
                    continue;
                }
                let rest = inside(path, &source).filter(|rest| plain && !rest.is_empty() && !copy.parents);
                found = Some(under(&effect.ok_or(())?.folder, rest.ok_or(())?));
            }
            Ok(found)
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{APP, Files, INSTALL, advise};

    /// The lines for the ignore file that the advice on a stage has.
    fn ignored(body: &str, files: Files<'_>) -> Vec<String> {
        let text = if body.starts_with("FROM") {
            body.to_owned()
        } else {
            "FROM python:3.12-slim\nWORKDIR /app\n".to_owned() + body
        };
        let found = advise(&text, files);
        let lines: Vec<String> = found.ignore_lines.iter().map(|line| line.line.clone()).collect();
        let added: String = lines.iter().map(|line| line.clone() + "\n").collect();
        assert_eq!(found.dockerignore.unwrap_or_default(), added);
        lines
    }

    #[test]
    fn what_nothing_reads_can_stay_out_of_the_context() {
        let files = [
            APP[0],
            APP[1],
            ("README.md", ""),
            ("CHANGELOG", ""),
            ("changes.txt", ""),
            ("LICENSE", ""),
            ("docs/index.rst", ""),
            ("tests/a.py", "open('README.md')"),
            (".github/workflows/ci.yml", ""),
            ("setup.py", "open('README.md').read()"),
        ];
        let all = [".github", "CHANGELOG", "README.md", "docs", "tests"];
        assert_eq!(ignored(INSTALL, &files), all);
        assert_eq!(ignored("COPY . .\nRUN ./build.sh\n", &files), [""; 0], "a script may read anything");
        assert_eq!(
            ignored("COPY . .\nRUN pip install .\n", &files),
            [""; 0],
            "a build of the project may, too"
        );
        let without = |name: &str| all.iter().copied().filter(|line| *line != name).collect::<Vec<_>>();
        let tests_stay = [".github", "CHANGELOG", "docs"];
        assert_eq!(ignored(&[INSTALL, "COPY docs /srv/docs\n"].concat(), &files), without("docs"));
        assert_eq!(
            ignored(&[INSTALL, "COPY tests/a.py /srv/\n"].concat(), &files),
            tests_stay,
            "and name a file"
        );
        assert_eq!(ignored(&[INSTALL, "COPY README* /srv/\n"].concat(), &files), without("README.md"));
        assert_eq!(ignored(&[INSTALL, "RUN cat docs/index.rst\n"].concat(), &files), without("docs"));
        assert_eq!(ignored(&[INSTALL, "RUN rm README.md\n"].concat(), &files), without("README.md"));
        assert_eq!(ignored(&[INSTALL, "WORKDIR tests\n"].concat(), &files), tests_stay);
        assert_eq!(ignored(&[INSTALL, "COPY start.py docs/\n"].concat(), &files), without("docs"));
        assert_eq!(
            ignored(&[INSTALL, "CMD [\"python\", \"-m\", \"pytest\"]\n"].concat(), &files),
            tests_stay
        );
        assert_eq!(ignored(&[INSTALL, "HEALTHCHECK CMD test -e docs\n"].concat(), &files)[0], ".github");
        assert_eq!(ignored(&[INSTALL, "CMD python -m http.server\n"].concat(), &files), [""; 0]);
        assert_eq!(ignored(&[INSTALL, "ONBUILD RUN pytest\n"].concat(), &files), [""; 0]);
        assert_eq!(ignored("COPY . /var/www/html/\n", &files), [""; 0], "a server hands it out");
        assert_eq!(ignored("COPY . .\nRUN --mount=target=/src true\n", &files), [""; 0]);
        let named =
            [files.as_slice(), &[("a.py", "x = open('docs/index.rst')"), ("b", "-> tests/a.py")]].concat();
        assert_eq!(
            ignored(INSTALL, &named),
            [".github", "CHANGELOG", "README.md"],
            "a program and a link lead there"
        );
        let chosen =
            [files.as_slice(), &[(".dockerignore", "**\n!docs\n!tests\n!*.py\n!requirements.txt\n")]]
                .concat();
        assert_eq!(ignored(INSTALL, &chosen), [""; 0], "somebody has chosen");
    }

    #[test]
    fn what_nothing_reads_is_followed_into_other_stages() {
        let files = [APP[0], APP[1], ("README.md", ""), ("docs/index.rst", ""), ("tests/a.py", "")];
        let head = "FROM python:3.12-slim AS base\nWORKDIR /app\nCOPY . .\n";
        let with = |rest: &str| ignored(&[head, rest].concat(), &files);
        let all = ["README.md", "docs", "tests"];
        assert_eq!(with("FROM base\nRUN pip install -r requirements.txt\n"), all);
        assert_eq!(with("FROM base AS two\nFROM two\nRUN pytest\n"), [""; 0]);
        assert_eq!(with("FROM base\nRUN ls tests\n"), ["README.md", "docs"]);
        assert_eq!(
            with("FROM python:3.12-slim\nCOPY --from=base /app/docs /srv/docs\n"),
            ["README.md", "tests"]
        );
        assert_eq!(with("FROM python:3.12-slim\nCOPY --from=0 /app/*.md /srv/\n"), [""; 0], "a pattern");
        let moved = "FROM python:3.12-slim\nCOPY --from=base /app /data\n";
        assert_eq!(with(moved), all);
        assert_eq!(with(&[moved, "RUN cat /data/tests/a.py\n"].concat()), ["README.md", "docs"]);
        assert_eq!(with(&[moved, "RUN make\n"].concat()), [""; 0]);
        assert_eq!(with("FROM python:3.12-slim\nCOPY --from=base /app /var/www/\n"), [""; 0]);
        assert_eq!(
            with("FROM python:3.12-slim\nRUN --mount=from=base,target=/x cat /x/app/docs/index.rst\n"),
            [""; 0]
        );
    }
}
