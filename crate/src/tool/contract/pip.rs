//! `pip`, also as `python -m pip` and from a virtual environment.
//!
//! | command | reads | writes | cost cold | warm |
//! |---|---|---|---|---|
//! | `install -r FILE` | `FILE` and the files that it includes (`-r`, `-c`), configuration, the installed Python | the Python installation, caches | 35 s | 8 s |
//! | `install NAME…` | configuration, the installed Python | the same | 6 s + 2 s a name | a third |
//! | `install .`, `-e .`, a local folder | not known: a build reads what it likes | | 35 s | 8 s |
//! | `download`, `wheel` | as install | `-d`, `-w` folder | 35 s | 8 s |
//! | `uninstall`, `list`, `freeze`, `check`, `show`, `cache` | the installed Python | the same | 0.5 s | |
//!
//! Downloads are kept in `PIP_CACHE_DIR` or `~/.cache/pip`. `--no-cache-dir` switches that off, and so does
//! `PIP_NO_CACHE_DIR` with *any* value that is not empty: pip reads `off`, `0` and `false` as `on`
//! (`pip/_internal/cli/cmdoptions.py`, `_handle_no_cache_dir`).

use super::{Cache, Call, Contract, Cost, Off, option, python, requirements};
use crate::tool::{Found, Region, Survey, shell::Value};

pub(super) const CONTRACT: Contract = Contract { programs: &["pip"], cost, caches };

const PLAIN: &str = "-q -qq -qqq -v -vv -vvv -U -I -h --help --quiet --verbose --upgrade --ignore-installed --no-cache-dir --no-deps \
    --pre --user --no-input --disable-pip-version-check --no-compile --compile --break-system-packages \
    --force-reinstall --no-warn-script-location --no-warn-conflicts --no-build-isolation --require-hashes \
    --prefer-binary --no-index --isolated --use-pep517 --no-python-version-warning --no-color --ignore-requires-python \
    --no-clean --no-dependencies --yes -y --check-build-dependencies";
const VALUED: &str = "-i --index-url --extra-index-url --trusted-host --timeout --default-timeout --retries --upgrade-strategy \
    --no-binary --only-binary --progress-bar --root-user-action --use-feature --use-deprecated --proxy \
    --exists-action --python-version --platform --implementation --abi -r --requirement -c --constraint -e \
    --editable -t --target --prefix -d --dest -w --wheel-dir -f --find-links --cache-dir";

/// Variables of pip that name files or change where it writes.
const DECIDING: [&str; 14] = [
    "PIP_REQUIREMENT",
    "PIP_EDITABLE",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_SRC",
    "PIP_LOG",
    "PIP_LOG_FILE",
    "PIP_REPORT",
    "PIP_BUILD",
    "PIP_DEST",
    "PIP_WHEEL_DIR",
    "PIP_CONFIG_FILE",
    "PIP_FIND_LINKS",
];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let Some(command) = call.arguments.first() else { return Ok(()) };
    let inner = call.inner("pip", 1);
    match command.certain() {
        Some("install" | "download" | "wheel") => install(&inner, command.text.as_str(), out),
        Some("--version" | "-V" | "help") => Ok(()),
        Some("uninstall" | "list" | "freeze" | "check" | "show" | "cache") => {
            inner.certain()?;
            if inner.arguments.iter().any(|word| word.text.starts_with("-r")) {
                return call.unknown("reads a requirement file to remove what it names");
            }
            environment(&inner, out)?;
            places(&inner, out);
            Ok(())
        }
        _ => call.unknown("is given a command whose effects are not known"),
    }
}

fn install(call: &Call<'_>, command: &str, out: &mut Survey) -> Result<(), String> {
    if let Some(word) = call.arguments.iter().find(|word| word.pattern && !word.text.contains('[')) {
        let mut what = String::from("installs what matches `");
        what.push_str(&word.text);
        what.push('`');
        return call.unknown(&what);
    }
    // `name[extra]` looks like a pattern; no file has such a name unless the context brings one.
    if call.arguments.iter().any(|word| !word.known) {
        return call.certain().map(|_| ());
    }
    let words: Vec<&str> = call.arguments.iter().map(|word| word.text.as_str()).collect();
    let line = option::line(call, &words, PLAIN, VALUED)?;
    environment(call, out)?;
    for value in line.values(&["-e", "--editable"]) {
        requirements::editable(call, value, out).or_else(|what| call.unknown(&what))?;
    }
    for value in line.values(&["-f", "--find-links"]) {
        if value.starts_with("http") {
            continue;
        }
        match call.absolute(value) {
            Some(path) => out.read(Region::tree(path)),
            None => return call.unknown("looks for packages in a folder that is not certain"),
        }
    }
    for file in line.values(&["-r", "--requirement", "-c", "--constraint"]) {
        if file.contains("://") {
            continue;
        }
        match call.absolute(file) {
            Some(path) => requirements::file(call, &path, out, 0)?,
            None => return call.unknown("reads a requirement file that is not certain"),
        }
    }
    for operand in &line.operands {
        requirements::package(call, operand, out).or_else(|what| call.unknown(&what))?;
    }
    places(call, out);
    let targets =
        line.values(&["-t", "--target", "--prefix", "-d", "--dest", "-w", "--wheel-dir", "--cache-dir"]);
    for target in targets {
        match call.absolute(target) {
            Some(path) => {
                out.read(Region::tree(path.clone()));
                out.write(Region::tree(path));
            }
            None => return call.unknown("writes to a folder that is not certain"),
        }
    }
    if matches!(command, "download" | "wheel") && !line.has(&["-d", "--dest", "-w", "--wheel-dir"]) {
        return call.unknown("writes packages into the current folder");
    }
    Ok(())
}

/// Looks at the variables and configuration files that change what pip reads and writes.
pub(super) fn environment(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    for name in DECIDING {
        if call.text(name).is_some_and(|value| !(name == "PIP_FIND_LINKS" && value.starts_with("http"))) {
            let mut what = String::from("follows the variable ");
            what.push_str(name);
            return call.unknown(&what);
        }
    }
    for name in ["PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"] {
        for file in call.text(name).iter().flat_map(|value| value.split_ascii_whitespace()) {
            match call.absolute(file) {
                Some(path) => requirements::file(call, &path, out, 0)?,
                None => return call.unknown("reads a constraint file that is not certain"),
            }
        }
    }
    for name in [
        "PIP_CERT",
        "PIP_CLIENT_CERT",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "CURL_CA_BUNDLE",
        "NETRC",
        "GIT_SSL_CAINFO",
    ] {
        if let Some(path) = call.text(name) {
            match call.absolute(&path) {
                Some(path) => out.read(Region::tree(path)),
                None => return call.unknown("reads a certificate that is not certain"),
            }
        }
    }
    path_variables(call, out)?;
    let mut configurations = vec!["/etc/pip.conf".to_owned(), "/etc/xdg/pip/pip.conf".to_owned()];
    for home in call.homes() {
        for name in [".config/pip/pip.conf", ".pip/pip.conf"] {
            configurations.push(crate::tool::shell::join(&home, name));
        }
        for name in [".netrc", ".gitconfig", ".git-credentials", ".pydistutils.cfg"] {
            out.read(Region::entry(crate::tool::shell::join(&home, name)));
        }
        for name in [".config/git", ".ssh", ".local", ".cargo", ".rustup", ".cache"] {
            out.read(Region::tree(crate::tool::shell::join(&home, name)));
        }
    }
    for folder in prefixes(call) {
        configurations.push(crate::tool::shell::join(&folder, "pip.conf"));
    }
    for path in configurations {
        match call.files.find(&path) {
            Found::Text(text) if plain_configuration(&text) => out.note({
                let mut sentence = path.clone();
                sentence.push_str(" names no file");
                sentence
            }),
            Found::Text(_) | Found::File => {
                let mut what = String::from("follows ");
                what.push_str(&path);
                return call.unknown(&what);
            }
            Found::Folder(_) | Found::Made | Found::Perhaps | Found::Absent => {}
        }
        out.read(Region::entry(path));
    }
    Ok(())
}

/// PYTHONPATH and its like: folders from which Python loads modules.
pub(super) fn path_variables(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    for name in ["PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX"] {
        if call.text(name).is_some() {
            let mut what = String::from("follows the variable ");
            what.push_str(name);
            return call.unknown(&what);
        }
    }
    for folder in
        call.text("PYTHONPATH").iter().flat_map(|value| value.split(':')).filter(|folder| !folder.is_empty())
    {
        let Some(path) = call.absolute(folder) else {
            return call.unknown("loads modules from a folder that is not certain");
        };
        python::hidden(call, &path)?;
        let mut sentence = String::from("no file in ");
        sentence.push_str(&path);
        sentence.push_str(", which PYTHONPATH names, has the name of a module that pip loads");
        out.note(sentence);
    }
    Ok(())
}

/// Whether a `pip.conf` sets nothing that names a file or a place.
fn plain_configuration(text: &str) -> bool {
    const PLAIN: [&str; 14] = [
        "index-url",
        "extra-index-url",
        "index",
        "trusted-host",
        "timeout",
        "default-timeout",
        "retries",
        "no-cache-dir",
        "disable-pip-version-check",
        "progress-bar",
        "quiet",
        "no-input",
        "prefer-binary",
        "break-system-packages",
    ];
    text.lines().map(str::trim).all(|line| {
        let name = line.split(['=', ':']).next().unwrap_or("").trim();
        line.is_empty()
            || line.starts_with(['#', ';', '['])
            || PLAIN.contains(&name)
            || line.starts_with("http")
    })
}

/// Folders that may hold the Python installation in use: the parents of PATH's folders.
fn prefixes(call: &Call<'_>) -> Vec<String> {
    let mut prefixes = Vec::new();
    let program = call.program.contains('/').then(|| call.absolute(call.program)).flatten();
    let own = program.as_deref().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
    for folder in own.into_iter().chain(call.path_folders()) {
        let prefix = folder.strip_suffix("/bin").or_else(|| folder.strip_suffix("/sbin")).unwrap_or(&folder);
        let prefix = if prefix.is_empty() { "/usr" } else { prefix };
        if !prefixes.iter().any(|known| known == prefix) {
            prefixes.push(prefix.to_owned());
        }
    }
    if let Some(folder) = call.text("VIRTUAL_ENV") {
        prefixes.push(crate::tool::shell::normal(&folder));
    }
    prefixes
}

/// What pip reads of the system and writes: the Python installation and its caches.
pub(super) fn places(call: &Call<'_>, out: &mut Survey) {
    for prefix in prefixes(call) {
        for name in ["bin", "etc", "include", "lib", "lib64", "local", "man", "share", "src"] {
            let region = Region::tree(crate::tool::shell::join(&prefix, name));
            // Sources of the system's own packages are no place of pip's; projects are put there.
            if region.path == "/usr/src" {
                continue;
            }
            out.read(region.clone());
            out.write(region);
        }
    }
    for path in ["/etc", "/lib", "/lib64", "/sbin", "/bin", "/usr/sbin"] {
        out.read(Region::tree(path));
    }
    out.write(Region::tree("/tmp"));
    for home in call.homes() {
        for name in [".cache", ".local"] {
            out.write(Region::tree(crate::tool::shell::join(&home, name)));
        }
    }
    if let Some(folder) = call.text("PIP_CACHE_DIR").and_then(|folder| call.absolute(&folder)) {
        out.read(Region::tree(folder.clone()));
        out.write(Region::tree(folder));
    }
}

fn cost(call: &Call<'_>) -> Cost {
    let Some(command) = call.arguments.first() else { return Cost::same(500) };
    if !matches!(command.text.as_str(), "install" | "download" | "wheel") {
        return Cost::same(500);
    }
    let mut names = 0_u64;
    for word in call.arguments.iter().skip(1) {
        let text = word.text.as_str();
        if text.starts_with("-r")
            || text.starts_with("--requirement")
            || text.starts_with("-e")
            || text.starts_with('.')
            || !word.known
        {
            return Cost { cold: 35_000, warm: 8_000 };
        }
        names += u64::from(!text.starts_with('-'));
    }
    let cold = 6_000 + 2_000 * names.min(15);
    Cost { cold, warm: cold / 3 }
}

/// What keeps pip from keeping its downloads.
fn off(call: &Call<'_>) -> Vec<Off> {
    const OPTION: &str = crate::tool::kept::NO_CACHE_DIR;
    const VARIABLE: &str = "PIP_NO_CACHE_DIR";
    let option = call.arguments.iter().any(|word| word.text == OPTION).then_some(Off::Option(OPTION));
    let set = matches!(call.variable(VARIABLE), Value::Set(value) if !value.is_empty());
    option.into_iter().chain(set.then_some(Off::Variable(VARIABLE))).collect()
}

fn caches(call: &Call<'_>) -> Vec<Cache> {
    let command = call.arguments.first().map(|word| word.text.as_str());
    if !matches!(command, Some("install" | "download" | "wheel")) {
        return Vec::new();
    }
    let cache = |target| Cache { target, locked: false, cleaned: false, off: off(call), traceless: true };
    folder(call).map(cache).into_iter().collect()
}

/// The folder in which pip keeps downloads, if it is certain.
fn folder(call: &Call<'_>) -> Option<String> {
    let option = call.arguments.iter().position(|word| word.text == "--cache-dir");
    if let Some(word) = option.and_then(|at| call.arguments.get(at + 1)) {
        return call.path(word);
    }
    if let Some(folder) = call.text("PIP_CACHE_DIR") {
        return call.absolute(&folder);
    }
    if let Some(folder) = call.text("XDG_CACHE_HOME") {
        return call.absolute(&crate::tool::shell::join(&folder, "pip"));
    }
    match call.variable("HOME") {
        Value::Set(home) => Some(crate::tool::shell::join(&home, ".cache/pip")),
        Value::Unset | Value::Unknown => {
            call.setting.home().map(|home| crate::tool::shell::join(&home, ".cache/pip"))
        }
    }
}
