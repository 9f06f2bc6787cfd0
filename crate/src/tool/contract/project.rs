//! A project folder as a program looks at it: files read as text or only looked for, folders that are filled.
//! What is looked at becomes a region that is read, whether or not it is there: a COPY could bring it.

use super::Call;
use crate::tool::{
    Found, Region, Survey,
    effect::below,
    shell::{join, normal},
};

/// How deep a pattern's `**` looks, and how deep manifests may name each other.
pub(super) const DEPTH: usize = 12;

/// A call together with the folder that it works in.
pub(super) struct Project<'p, 'c> {
    pub(super) call: &'p Call<'c>,
    /// Absolute path.
    pub(super) folder: String,
    pub(super) out: &'p mut Survey,
}

impl<'p, 'c> Project<'p, 'c> {
    /// The project in the folder in which the program runs.
    ///
    /// # Errors
    /// Says that the folder is not certain.
    pub(super) fn here(call: &'p Call<'c>, out: &'p mut Survey) -> Result<Self, String> {
        match call.directory {
            Some(folder) => Ok(Self { call, folder: folder.to_owned(), out }),
            None => call.unknown("runs in a folder that is not certain"),
        }
    }

    /// The same in another folder, relative to that in which the program runs.
    ///
    /// # Errors
    /// Says that the folder is not certain.
    pub(super) fn at(call: &'p Call<'c>, folder: &str, out: &'p mut Survey) -> Result<Self, String> {
        match call.absolute(folder) {
            Some(folder) => Ok(Self { call, folder, out }),
            None => call.unknown("works in a folder that is not certain"),
        }
    }

    /// The absolute path of a name in the folder.
    pub(super) fn path(&self, name: &str) -> String {
        join(&self.folder, name)
    }

    /// What stands at a name.
    pub(super) fn find(&self, name: &str) -> Found {
        self.call.files.find(&self.path(name))
    }

    /// Whether the context or an earlier step brings a name.
    pub(super) fn stands(&self, name: &str) -> bool {
        !matches!(self.find(name), Found::Absent | Found::Perhaps)
    }

    /// The program opens a file if it is there.
    pub(super) fn look(&mut self, name: &str) {
        let path = self.path(name);
        self.out.read(Region::entry(path));
    }

    /// The program reads a folder with all below it, if it is there.
    pub(super) fn look_all(&mut self, name: &str) {
        let path = self.path(name);
        self.out.read(Region::tree(path));
    }

    /// The program writes a file.
    pub(super) fn make(&mut self, name: &str) {
        let path = self.path(name);
        self.out.write(Region::entry(path));
    }

    /// The program fills a folder.
    pub(super) fn make_all(&mut self, name: &str) {
        let path = self.path(name);
        self.out.write(Region::tree(path));
    }

    /// A path as a person knows it: relative to the folder that the RUN starts in.
    pub(super) fn shown(&self, name: &str) -> String {
        let path = self.path(name);
        let folder = normal(self.call.setting.workdir);
        if folder == "/" || !below(&path, &folder) {
            return path;
        }
        path.get(folder.len() + 1..).unwrap_or(&path).to_owned()
    }

    /// Reads a file as text; `None` if it is not there.
    ///
    /// # Errors
    /// Says why its text is not known.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.look(name);
        match self.find(name) {
            Found::Text(text) => Ok(Some(text)),
            Found::Absent | Found::Perhaps => Ok(None),
            Found::Made => {
                self.problem(name, "may be written by an earlier step, so what it says is not known")
            }
            Found::File => self.problem(name, "is not known as text"),
            Found::Folder(_) => self.problem(name, "is a folder"),
        }
    }

    /// Reads a file that must be there.
    ///
    /// # Errors
    /// Says why its text is not known.
    pub(super) fn required(&mut self, name: &str) -> Result<String, String> {
        match self.text(name)? {
            Some(text) => Ok(text),
            None => self.problem(
                name,
                "does not come from the build context: it is not there, or the ignore file leaves it out",
            ),
        }
    }

    /// Refuses because of a file.
    ///
    /// # Errors
    /// Always.
    pub(super) fn problem<T>(&self, name: &str, what: &str) -> Result<T, String> {
        let mut reason = self.shown(name);
        reason.push(' ');
        reason.push_str(what);
        Err(reason)
    }

    /// Notes what was looked at in a file.
    pub(super) fn note(&mut self, name: &str, what: &str) {
        let mut sentence = self.shown(name);
        sentence.push(' ');
        sentence.push_str(what);
        self.out.note(sentence);
    }

    /// The names in a folder; none if it is not there.
    ///
    /// # Errors
    /// Says that they are not certain.
    pub(super) fn names(&self, name: &str) -> Result<Vec<String>, String> {
        match self.find(name) {
            Found::Folder(names) => Ok(names),
            Found::Made => self.problem(name, "may be filled by another step, so what is in it is not known"),
            Found::Absent | Found::Perhaps | Found::File | Found::Text(_) => Ok(Vec::new()),
        }
    }

    /// The folders and files that a pattern names, relative to the folder: `*` stands for a part of a name, `**`
    /// for any folders.
    pub(super) fn matches(&self, pattern: &str) -> Result<Vec<String>, String> {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let mut found = vec![String::new()];
        for part in pattern.split('/') {
            let mut next = Vec::new();
            for folder in found {
                match part {
                    "." | "" => next.push(folder),
                    "**" => self.all_folders(folder, 0, &mut next)?,
                    part if part.contains('*') => {
                        let names = self.names(&folder)?;
                        next.extend(
                            names.iter().filter(|name| fits(part, name)).map(|name| inner(&folder, name)),
                        );
                    }
                    part => next.push(inner(&folder, part)),
                }
            }
            found = next;
        }
        found.retain(|path| self.stands(path));
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn all_folders(&self, folder: String, depth: usize, out: &mut Vec<String>) -> Result<(), String> {
        if depth < DEPTH {
            for name in self.names(&folder)? {
                let path = inner(&folder, &name);
                if name != "node_modules" && matches!(self.find(&path), Found::Folder(_)) {
                    self.all_folders(path, depth + 1, out)?;
                }
            }
        }
        out.push(folder);
        Ok(())
    }

    /// The folders above the project's own, nearest first.
    pub(super) fn above(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut folder = self.folder.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/').filter(|_| folder != "/") {
            folder = if parent.is_empty() { "/" } else { parent };
            all.push(folder.to_owned());
        }
        all
    }

    /// Looks for a file in all folders above the project's; refuses if one is there.
    ///
    /// # Errors
    /// Names the file that is there.
    pub(super) fn none_above(&mut self, name: &str) -> Result<(), String> {
        for folder in self.above() {
            let path = join(&folder, name);
            match self.call.files.find(&path) {
                Found::Absent | Found::Perhaps | Found::Made => {}
                _ => {
                    let mut what = String::from("looks at ");
                    what.push_str(&path);
                    what.push_str(" above its own folder");
                    return self.call.unknown(&what);
                }
            }
            self.out.read(Region::entry(path));
        }
        Ok(())
    }
}

/// Files in the user's home that a program reads if they are there, and folders that it reads and fills.
pub(super) fn home(call: &Call<'_>, out: &mut Survey, files: &[&str], folders: &[&str]) {
    for home in call.homes() {
        for file in files {
            out.read(Region::entry(join(&home, file)));
        }
        for folder in folders {
            out.read(Region::tree(join(&home, folder)));
            out.write(Region::tree(join(&home, folder)));
        }
    }
}

/// What every program looks at: its own files, libraries and the system's settings.
pub(super) fn system(call: &Call<'_>, out: &mut Survey) {
    for path in
        ["/etc", "/lib", "/lib64", "/usr/include", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/share"]
    {
        out.read(Region::tree(path));
    }
    for folder in call.path_folders() {
        let prefix = folder.strip_suffix("/bin").or_else(|| folder.strip_suffix("/sbin")).unwrap_or("");
        // A project's own bin folder may stand in PATH; its other folders are no program's.
        let own = [Some(call.setting.workdir), call.directory].contains(&Some(prefix));
        if !prefix.is_empty() && !own {
            for name in ["etc", "include", "lib", "libexec", "share"] {
                out.read(Region::tree(join(prefix, name)));
            }
        }
        out.read(Region::tree(folder));
    }
    for name in
        ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
    {
        if let Some(path) = call.text(name).and_then(|path| call.absolute(&path)) {
            out.read(Region::tree(path));
        }
    }
    out.write(Region::tree("/tmp"));
}

/// Names of programs that other programs start, and beginnings of such names.
const STARTED: &str = "sh bash dash ash busybox env sed awk gawk mawk grep egrep fgrep cat cp mv rm ln ls mkdir rmdir touch chmod chown chgrp find \
    xargs sort uniq head tail tr cut tee wc test true false echo printf date sleep id whoami uname hostname dirname basename readlink realpath \
    mktemp which type expr seq stat dd od cmp diff patch install sync kill ps su sudo runuser start-stop-daemon service systemctl initctl \
    invoke-rc.d ldconfig ldd file make cmake gcc g++ cc c++ clang cpp ld as ar nm strip ranlib objcopy objdump pkg-config pkgconf m4 bison flex \
    autoconf automake libtool tar gzip gunzip bzip2 xz unxz zstd zip unzip cpio curl wget git hg svn ssh scp rsync gpg gpgv gpgconf openssl node \
    nodejs npm npx yarn yarnpkg pnpm bun corepack node-gyp python perl ruby gem bundle java javac go gofmt cargo rustc rustup php composer R lua tclsh \
    locale localedef locale-gen fc-cache mandb install-info glib-compile-schemas gtk-update-icon-cache ucf py3compile py3clean py3versions \
    pycompile tzconfig deluser delgroup adduser addgroup useradd userdel usermod groupadd groupdel groupmod passwd chpasswd getent nologin \
    msgfmt xgettext swig protoc docker apk dnf yum rpm microdnf setcap getcap mount umount modprobe sysctl chroot ischroot catchsegv pip uv poetry \
    virtualenv tsc cython gfortran f77 nvcc nasm yasm mysql_config pg_config xml2-config xslt-config curl-config krb5-config gdal-config \
    icu-config freetype-config sdl-config llvm-config cups-config php-config phpize pcre-config net-snmp-config apxs";
const PREFIXES: [&str; 14] = [
    "update-", "dpkg", "deb", "apt", "invoke-", "policy-", "systemd", "python", "pip", "perl", "x86_64-",
    "aarch64-", "ld.", "gcc-",
];

/// The programs in folders of PATH that other programs may start: those of the context whose names are known.
pub(super) fn programs(call: &Call<'_>, out: &mut Survey, folders: &[&str]) {
    for folder in folders {
        let Some(names) = call.files.brought(folder) else {
            out.read(Region::tree(*folder));
            continue;
        };
        for name in names {
            let known = STARTED.split_ascii_whitespace().any(|known| known == name)
                || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
                || name == call.name;
            if known {
                out.read(Region::entry(join(folder, &name)));
            }
        }
    }
}

/// A folder that a variable names: read and filled.
///
/// # Errors
/// Says that the folder is not certain.
pub(super) fn variable_folder(call: &Call<'_>, out: &mut Survey, name: &str) -> Result<bool, String> {
    let Some(value) = call.text(name) else { return Ok(false) };
    let Some(path) = call.absolute(&value) else {
        return call.unknown("keeps files in a folder that is not certain");
    };
    out.read(Region::tree(path.clone()));
    out.write(Region::tree(path));
    Ok(true)
}

/// Whether a name fits a pattern with `*`.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or("");
    }
    true
}

/// Whether a file's name ends with this.
pub(super) fn ends(path: &str, end: &str) -> bool {
    path.ends_with(end)
}

/// `name` below a relative folder.
pub(super) fn inner(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        return name.to_owned();
    }
    let mut path = folder.to_owned();
    path.push('/');
    path.push_str(name);
    path
}

/// The folder of a relative path, empty for a name alone.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative path without `.` and `..`; `None` if it leaves the project.
pub(super) fn tidy(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_a_name() {
        for (pattern, name, expect) in [
            ("*", "a", true),
            ("a*", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ab", false),
            ("*.csproj", "Shop.csproj", true),
            ("a*b*c", "a-b-c", true),
            ("a", "ab", false),
        ] {
            assert_eq!(fits(pattern, name), expect, "{pattern} {name}");
        }
    }

    #[test]
    fn a_relative_path_is_tidied_or_leaves_the_project() {
        assert_eq!(tidy("a/../b/./c"), Some("b/c".to_owned()));
        assert_eq!(tidy("./"), Some(String::new()));
        assert_eq!(tidy("a/../../b"), None);
    }
}
