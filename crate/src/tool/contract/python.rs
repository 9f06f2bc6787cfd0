//! `python -m pip`, `python -m piptools`, `python -m venv` and `virtualenv`.
//!
//! | command | reads | writes | cost |
//! |---|---|---|---|
//! | `python -m pip …` | as `pip`; and modules of the current folder that hide Python's own | as `pip` | as `pip` |
//! | `python -m piptools compile`, `sync` | as `pip-compile`, `pip-sync`; and modules as above | as they | as they |
//! | `python -m venv DIR`, `virtualenv DIR` | Python; with `-m` the current folder as above | `DIR` | 3 s |
//! | `python --version` | | | |
//!
//! `python -m` puts the current folder first on the module path: a `random.py` in the project replaces Python's
//! own. So the names in that folder decide, and are looked at.

use super::{Call, Contract, Cost, option, pip, pip_tools};
use crate::tool::{Found, Region, Survey};

pub(super) const CONTRACT: Contract = Contract {
    programs: &["python", "virtualenv"],
    cost: |call| match module(call) {
        Module::Pip => (pip::CONTRACT.cost)(&call.inner("pip", 2)),
        Module::Tools(name) => {
            super::cost(&call.inner(name, 3)).unwrap_or(Cost::same(crate::tool::cost::UNKNOWN))
        }
        Module::Venv | Module::Virtualenv => Cost::same(3_000),
        Module::None => Cost::same(30),
        Module::Other => Cost::same(crate::tool::cost::UNKNOWN),
    },
    caches: |call| {
        if module(call) == Module::Pip { (pip::CONTRACT.caches)(&call.inner("pip", 2)) } else { Vec::new() }
    },
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Module {
    Pip,
    /// pip-tools, by the name of the program that does the same.
    Tools(&'static str),
    Venv,
    Virtualenv,
    None,
    Other,
}

fn module(call: &Call<'_>) -> Module {
    if call.name == "virtualenv" {
        return Module::Virtualenv;
    }
    let word = |at: usize| call.arguments.get(at).map(|word| word.text.as_str());
    match (word(0), word(1)) {
        (Some("-m"), Some("pip")) => Module::Pip,
        (Some("-m"), Some("piptools")) => match word(2) {
            Some("compile") => Module::Tools("pip-compile"),
            Some("sync") => Module::Tools("pip-sync"),
            _ => Module::Other,
        },
        (Some("-m"), Some("venv")) => Module::Venv,
        (Some("-m"), Some("virtualenv")) => Module::Virtualenv,
        (Some("--version" | "-V" | "-VV"), None) => Module::None,
        _ => Module::Other,
    }
}

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    match module(call) {
        Module::Pip => {
            shadows(call, out)?;
            pip::effects(&call.inner("pip", 2), out)
        }
        Module::Tools(name) => {
            shadows(call, out)?;
            pip_tools::effects(&call.inner(name, 3), out)
        }
        Module::Venv => {
            shadows(call, out)?;
            venv(&call.inner("venv", 2), out)
        }
        Module::Virtualenv if call.name == "virtualenv" => venv(call, out),
        Module::Virtualenv => {
            shadows(call, out)?;
            venv(&call.inner("virtualenv", 2), out)
        }
        Module::None => Ok(()),
        Module::Other => {
            let mut what = String::from("runs code that is not followed");
            if let Some(script) = call.arguments.first().filter(|word| !word.text.starts_with('-')) {
                what.push_str(" (`");
                what.push_str(&script.text);
                what.push_str("`)");
            }
            call.unknown(&what)
        }
    }
}

fn venv(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let plain = "--system-site-packages --symlinks --copies --clear --upgrade --without-pip --upgrade-deps -q --quiet --no-download --download --always-copy";
    let line = option::line(call, &words, plain, "--prompt -p --python --seeder --pip --setuptools --wheel")?;
    let [folder] = line.operands.as_slice() else { return call.unknown("is not given one folder") };
    let Some(folder) = call.absolute(folder) else {
        return call.unknown("makes its folder at a path that is not certain");
    };
    pip::path_variables(call, out)?;
    out.read(Region::tree(folder.clone()));
    out.write(Region::tree(folder));
    Ok(())
}

/// Refuses if a name in the current folder, or in a folder of PYTHONPATH, hides a module of Python.
fn shadows(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let Some(folder) = call.directory else { return call.unknown("runs in a folder that is not certain") };
    hidden(call, folder)?;
    // What decides is which names are in the folder; those that matter are not there.
    let mut sentence = String::from("no file in ");
    sentence.push_str(folder);
    sentence.push_str(" has the name of a module of Python's own");
    out.note(sentence);
    Ok(())
}

/// Refuses if a name in the folder hides a module that Python or pip loads.
pub(super) fn hidden(call: &Call<'_>, folder: &str) -> Result<(), String> {
    let Found::Folder(names) = call.files.find(folder) else { return Ok(()) };
    for name in names {
        let stem = name.split('.').next().unwrap_or("");
        let metadata = [".egg-info", ".dist-info", ".pth", ".egg-link"].iter().any(|end| name.ends_with(end));
        if metadata || MODULES.split_ascii_whitespace().any(|module| module == stem) {
            let mut what = String::from("may load `");
            what.push_str(&name);
            what.push_str("` of the project, which has the name of a module that Python looks for");
            return call.unknown(&what);
        }
    }
    Ok(())
}

/// Top-level modules of Python 3 and those that pip or site look for.
const MODULES: &str = "__future__ __main__ _pytest abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop \
    base64 bdb binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop \
    collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses \
    dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler \
    fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext glob \
    graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools \
    json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib \
    msvcrt multiprocessing netrc nis nntplib nt ntpath ntsecuritypkg nturl2path numbers opcode operator optparse os \
    ossaudiodev parser pathlib pdb pickle pickletools pip pipes pkg_resources pkgutil platform plistlib poplib posix \
    posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline \
    reprlib resource rlcompleter runpy sched secrets select selectors setuptools shelve shlex shutil signal site \
    sitecustomize smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat \
    statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib \
    tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty \
    turtle types typing unicodedata unittest urllib usercustomize uu uuid venv virtualenv warnings wave weakref \
    webbrowser wheel winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo brotli brotlicffi \
    certifi cryptography idna keyring OpenSSL redis simplejson socks truststore";
