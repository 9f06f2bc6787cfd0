//! `curl`, `wget`, `tar`, `unzip` and `git`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `curl URL`, `wget URL` | the user's configuration, certificates | the file of `-o`, `-O` or of the URL's name |
//! | `tar -x`, `unzip` | the archive | all of the folder of `-C`, `-d` |
//! | `git clone URL` | the user's configuration | its folder |
//! | `git config --global` | | the user's configuration |
//! | others of `git`, `tar -c`, data from files | not known | |

use super::{
    Call, option,
    project::{self, Project},
};
use crate::tool::{Region, Survey};

const CURL_PLAIN: &str = "-f -s -S -L -k -g -4 -6 -i -I -v -J -O -R -# --fail --silent --show-error --location --insecure --compressed --remote-name \
    --remote-header-name --create-dirs --progress-bar --tlsv1.2 --retry-connrefused --retry-all-errors --fail-with-body --ipv4 --globoff --http1.1 --verbose -N --no-progress-meter --remote-time --location-trusted --ssl-reqd";
const CURL_VALUED: &str = "-o --output -H --header -X --request -A --user-agent -m --max-time --connect-timeout --retry --retry-delay --retry-max-time \
    --proto --proto-redir --tls-max -u --user -e --referer --max-redirs --output-dir -x --proxy --noproxy -w --write-out --ciphers -y -Y --speed-limit --speed-time --url --resolve";
const WGET_PLAIN: &str = "-q -nv -c -N -S --quiet --no-verbose --no-check-certificate --show-progress --continue --https-only --no-cache --content-disposition -nc --no-clobber --no-hsts --spider -4 -6 --no-cookies";
const WGET_VALUED: &str = "-O --output-document -P --directory-prefix -t --tries -T --timeout --header -U --user-agent --progress --secure-protocol --user --password --retry-connrefused --waitretry --read-timeout --dns-timeout --max-redirect";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    match call.name {
        "curl" | "wget" => fetch(call, out),
        "git" => git(call, out),
        _ => unpack(call, out),
    }
}

fn fetch(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let known: Vec<&str> = call.arguments.iter().map(|word| word.text.as_str()).collect();
    let curl = call.name == "curl";
    let line = if curl {
        option::line(call, &known, CURL_PLAIN, CURL_VALUED)?
    } else {
        option::line(call, &known, WGET_PLAIN, WGET_VALUED)?
    };
    let files = ["-o", "--output", "--output-dir", "-O", "--output-document", "-P", "--directory-prefix"];
    let uncertain = call.arguments.iter().any(|word| !word.known);
    if line.values(&["-H", "--header"]).iter().any(|value| value.starts_with('@')) {
        return call.unknown("takes headers from a file");
    }
    if line.operands.iter().any(|url| url.starts_with("file:")) {
        return call.unknown("takes a file of the image");
    }
    project::system(call, out);
    let homes = if curl { [".curlrc", ".netrc"] } else { [".wgetrc", ".netrc"] };
    project::home(call, out, &homes, &[]);
    out.write(Region::tree("/root/.wget-hsts"));
    let mut project = Project::here(call, out)?;
    let named = line.values(&files);
    // A target that depends on something unknown could be any file.
    if named.iter().any(|file| file.contains('$')) && uncertain {
        return call.unknown("writes to a file that is not certain");
    }
    let by_name =
        curl && line.has(&["-O", "--remote-name"]) || !curl && !line.has(&["-O", "--output-document"]);
    if curl {
        for file in line.values(&["-o", "--output"]).iter().filter(|file| **file != "-") {
            write_into(&mut project, file, "");
        }
    } else {
        for file in line.values(&["-O", "--output-document"]).iter().filter(|file| **file != "-") {
            write_into(&mut project, file, "");
        }
    }
    if by_name && !line.has(&["--spider"]) {
        if uncertain || line.has(&["-J", "--remote-header-name", "--content-disposition"]) {
            return call.unknown("writes to a file whose name is not certain");
        }
        let folder = line.values(&["-P", "--directory-prefix", "--output-dir"]).last().copied().unwrap_or("");
        for url in line.operands.iter().filter(|url| !url.is_empty()) {
            let url = url.split(['?', '#']).next().unwrap_or(url);
            let name = url.split("://").nth(1).unwrap_or(url).split_once('/').map_or("", |(_, path)| path);
            let name = name.rsplit('/').next().unwrap_or("");
            write_into(&mut project, if name.is_empty() { "index.html" } else { name }, folder);
        }
    }
    Ok(())
}

fn write_into(project: &mut Project<'_, '_>, file: &str, folder: &str) {
    let path = project.path(&project::inner(folder, file));
    let path = if folder.starts_with('/') || file.starts_with('/') {
        crate::tool::shell::normal(&project::inner(folder, file))
    } else {
        path
    };
    project.out.read(Region::entry(path.clone()));
    project.out.write_into(Region::entry(path));
}

fn git(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    project::system(call, out);
    project::home(
        call,
        out,
        &[".gitconfig", ".netrc", ".git-credentials"],
        &[".config/git", ".ssh", ".cache"],
    );
    match words.as_slice() {
        ["--version"] | ["lfs", "install"] => Ok(()),
        ["config", rest @ ..] if rest.iter().any(|word| matches!(*word, "--global" | "--system")) => {
            for home in call.homes() {
                out.write(Region::entry(crate::tool::shell::join(&home, ".gitconfig")));
            }
            out.write(Region::entry("/etc/gitconfig"));
            Ok(())
        }
        ["clone", rest @ ..] => {
            let plain = "-q --quiet --recursive --recurse-submodules --single-branch --no-tags --shallow-submodules --bare --mirror -v --progress --no-single-branch";
            let valued = "-b --branch --depth --filter -j --jobs -c --config -o --origin --shallow-since";
            let line = option::line(call, rest, plain, valued)?;
            let (Some(url), folder) = (line.operands.first(), line.operands.get(1)) else {
                return call.unknown("has no address");
            };
            if !url.contains("://") && !url.contains('@') {
                return call.unknown("copies a repository of the image");
            }
            let name =
                url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or("").trim_end_matches(".git");
            let mut project = Project::here(call, out)?;
            let folder = folder.copied().unwrap_or(name);
            project.look_all(folder);
            project.make_all(folder);
            Ok(())
        }
        _ => call.unknown("is given a command whose effects are not known"),
    }
}

fn unpack(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let (mut target, mut archive) = (".".to_owned(), None);
    if call.name == "tar" {
        let plain = "-x -z -j -J -v -p -k --extract --gzip --bzip2 --xz --verbose --no-same-owner --same-owner --no-same-permissions --overwrite --zstd --wildcards --keep-old-files --no-overwrite-dir -o";
        let valued = "-f --file -C --directory --strip-components --strip --exclude --one-top-level";
        let mut first = words.first().map_or_else(String::new, |word| (*word).to_owned());
        if !first.starts_with('-') {
            first.insert(0, '-');
        }
        let all: Vec<&str> = std::iter::once(first.as_str()).chain(words.iter().copied().skip(1)).collect();
        let line = option::line(call, &all, plain, valued)?;
        if !line.has(&["-x", "--extract"]) {
            return call.unknown("makes an archive");
        }
        if let Some(folder) = line.values(&["-C", "--directory"]).last() {
            (*folder).clone_into(&mut target);
        }
        archive =
            line.values(&["-f", "--file"]).last().map(|file| (*file).to_owned()).filter(|file| file != "-");
    } else {
        let line = option::line(call, &words, "-q -o -u -n -j -qq -a", "-d -x")?;
        if let Some(folder) = line.values(&["-d"]).last() {
            (*folder).clone_into(&mut target);
        }
        archive = archive.or_else(|| line.operands.first().map(|file| (*file).to_owned()));
    }
    project::system(call, out);
    let mut project = Project::at(call, &target, out)?;
    project.look_all(".");
    project.make_all(".");
    if let Some(archive) = archive {
        match call.absolute(&archive) {
            Some(path) => out.read(Region::entry(path)),
            None => return call.unknown("unpacks a file that is not certain"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    #[test]
    fn downloads_write_the_files_that_are_named() {
        let files: Tree<'_> = &[("main.py", "")];
        reads("curl -fsSL https://a.example/x | tar -xz -C /opt", files, &[]);
        writes("curl -fsSLo tool https://a.example/x && chmod +x tool", files, &["tool"]);
        writes("curl -O https://a.example/x.tgz && tar xzf x.tgz -C deps", files, &["deps/", "x.tgz"]);
        writes("wget -q https://a.example/x.zip && unzip -q x.zip -d deps", files, &["deps/", "x.zip"]);
        writes("git clone --depth 1 https://a.example/own.git", files, &["own/"]);
        unknown("tar czf x.tgz src", files, "-czf");
        unknown("git submodule update --init", files, "command");
        unknown("curl -d @secret https://a.example", files, "-d");
    }
}
