//! `bundle` and `gem`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `bundle install` | `Gemfile`, `Gemfile.lock`, files that the Gemfile evaluates, gemspecs of local gems with what they require, `.ruby-version`, `.bundle/config` | the gems, `.bundle`, `vendor/bundle`; `Gemfile.lock` if it is missing |
//! | `bundle config` | | `.bundle`, `BUNDLE_APP_CONFIG`, `~/.bundle` |
//! | `gem install NAME`, `gem update --system` | | the gems |
//! | `bundle exec`, … | not known | |
//!
//! A Gemfile is a program. It is taken if each line is one of the usual declarations.

use super::{
    Call, option,
    project::{self, Project, inner, parent, tidy},
};
use crate::tool::{Region, Survey};

const PLAIN: &str = "--deployment --frozen --no-cache --quiet --local --prefer-local --redownload --no-prune --clean --verbose --system --no-document \
    --no-doc --conservative -N --no-rdoc --no-ri --force -f";
const VALUED: &str = "--jobs -j --retry --without --with --path --binstubs --gemfile -v --version --source -s --install-dir -i --bindir";

/// Words that begin a declaration which opens no file.
const DECLARATIONS: [&str; 14] = [
    "source",
    "gem",
    "group",
    "end",
    "platforms",
    "platform",
    "git_source",
    "ruby",
    "}",
    "install_if",
    "plugin_none",
    "]",
    ")",
    "env",
];

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    project::system(call, out);
    project::home(
        call,
        out,
        &[".gemrc", ".netrc", ".gitconfig"],
        &[".bundle", ".gem", ".local/share/gem", ".cache", ".ssh", ".config/git"],
    );
    for path in ["/usr/local/bundle", "/usr/local/lib/ruby", "/var/lib/gems", "/usr/local/bin"] {
        out.read(Region::tree(path));
        out.write(Region::tree(path));
    }
    for name in ["GEM_HOME", "BUNDLE_PATH", "BUNDLE_APP_CONFIG", "BUNDLE_USER_HOME", "BUNDLE_BIN"] {
        project::variable_folder(call, out, name)?;
    }
    if call.name == "gem" {
        let line = option::line(call, &words, PLAIN, VALUED)?;
        return match line.operands.as_slice() {
            ["install", names @ ..]
                if names.iter().all(|name| !project::ends(name, ".gem") && !name.contains('/')) =>
            {
                Ok(())
            }
            ["update" | "cleanup" | "list" | "sources" | "env", ..] | [] => Ok(()),
            _ => call.unknown("is given a command whose effects are not known"),
        };
    }
    if words.first() == Some(&"config") {
        Project::here(call, out)?.make_all(".bundle");
        return Ok(());
    }
    let line = option::line(call, &words, PLAIN, VALUED)?;
    match line.operands.as_slice() {
        [] | ["install"] if words != ["--version"] => {}
        ["clean" | "version", ..] | [] => return Ok(()),
        _ => return call.unknown("is given a command whose effects are not known"),
    }
    let gemfile = call
        .text("BUNDLE_GEMFILE")
        .or_else(|| line.values(&["--gemfile"]).last().map(|file| (*file).to_owned()));
    let mut project = Project::here(call, out)?;
    let gemfile = gemfile.unwrap_or_else(|| "Gemfile".to_owned());
    for path in line.values(&["--path", "--binstubs"]) {
        project.make_all(path);
    }
    for name in [".bundle", "vendor/bundle"] {
        project.look_all(name);
        project.make_all(name);
    }
    project.make_all("vendor/cache");
    project.look_all("vendor/cache");
    if project
        .text(".bundle/config")?
        .is_some_and(|text| text.contains("LOCAL") || text.contains("BIN") || text.contains("GEMFILE"))
    {
        return project.problem(".bundle/config", "names folders");
    }
    let mut lock = gemfile.clone();
    lock.push_str(".lock");
    let frozen = line.has(&["--deployment", "--frozen"])
        || ["BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN"]
            .iter()
            .any(|name| call.text(name).is_some_and(|value| value != "false"));
    let held = project.text(&lock)?;
    project.look("gems.rb");
    project.look("gems.locked");
    if !frozen && held.as_ref().is_none_or(|lock| !covers_platform(lock)) {
        project.make(&lock);
    }
    program(&mut project, &gemfile, 0)
}

/// Whether bundler on Linux adds no platform to a lock file.
fn covers_platform(lock: &str) -> bool {
    let Some(list) = lock.split("PLATFORMS\n").nth(1) else { return true };
    let list = list.split("\n\n").next().unwrap_or("");
    list.lines().map(str::trim).any(|platform| platform == "ruby" || platform.starts_with("x86_64-linux"))
}

/// Reads a Gemfile, or a file that it evaluates.
fn program(project: &mut Project<'_, '_>, file: &str, depth: usize) -> Result<(), String> {
    let text = project.required(file)?;
    let folder = parent(file).to_owned();
    if depth > 8 {
        return project.problem(file, "evaluates files too deep");
    }
    let mut continued = false;
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or("").trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let word = line.split(|next: char| !(next.is_alphanumeric() || next == '_')).next().unwrap_or("");
        let rest = line.get(word.len()..).unwrap_or("");
        let first = quoted(line).first().copied().unwrap_or("").to_owned();
        match word {
            _ if continued && line.starts_with(['"', '\'', ':', '[', ']']) => {}
            _ if continued && !word.is_empty() && rest.trim_start().starts_with([':', '=']) => {}
            "eval_gemfile" => {
                let Some(place) =
                    tidy(&inner(&folder, &first)).filter(|_| !first.is_empty() && !line.contains("#{"))
                else {
                    return project.problem(file, "evaluates a file that is not certain");
                };
                program(project, &place, depth + 1)?;
            }
            "gemspec" => specification(
                project,
                file,
                &folder,
                option_value(line, "path").unwrap_or_default().as_str(),
            )?,
            "ruby" if line.contains("file:") || line.contains("File.read") => {
                let name = option_value(line, "file").unwrap_or(first);
                project.look(&inner(&folder, &name));
            }
            "path" if rest.trim_start().starts_with(['"', '\'']) => {
                specification(project, file, &folder, &first)?;
            }
            "gem" if line.contains("path:") || line.contains(":path") => {
                let Some(path) = option_value(line, "path") else {
                    return project.problem(file, "names a local gem that is not certain");
                };
                specification(project, file, &folder, &path)?;
            }
            _ if DECLARATIONS.contains(&word) || line.starts_with(['}', ']', ')']) => {
                for bad in ["File", "Dir", "`", "%x", "IO.", "require", "eval", "system", "exec", "open("] {
                    if line.contains(bad) {
                        return project.problem(file, "is a program that may read other files");
                    }
                }
            }
            _ => {
                let mut what = String::from("has a line that is not a usual declaration: `");
                what.push_str(line);
                what.push('`');
                return project.problem(file, &what);
            }
        }
        continued = line.ends_with(',') || line.ends_with('[') || line.ends_with('(');
    }
    project.look(&inner(&folder, ".ruby-version"));
    project.look(&inner(&folder, ".tool-versions"));
    project.note(file, "has declarations only");
    Ok(())
}

/// The gemspecs of a local gem. One that lists files with git or by patterns decides by them which programs it has.
fn specification(project: &mut Project<'_, '_>, file: &str, folder: &str, path: &str) -> Result<(), String> {
    let Some(place) = tidy(&inner(folder, path)).filter(|_| !path.starts_with('/')) else {
        return project.problem(file, "names a gem outside of the project");
    };
    let names: Vec<String> =
        project.names(&place)?.into_iter().filter(|name| project::ends(name, ".gemspec")).collect();
    if names.is_empty() {
        return project.problem(file, "names a local gem without a gemspec");
    }
    for name in names {
        let spec = inner(&place, &name);
        let text = project.required(&spec)?;
        let files = text.contains("git") && text.contains("ls-files")
            || text.contains("executables") && text.contains("files.grep");
        if files || ["`", "%x", "system(", "exec(", "IO.", "ENV"].iter().any(|word| text.contains(word)) {
            return project.problem(&spec, "asks git or other programs about files");
        }
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("require_relative") {
                let Some(target) = quoted(rest).first().and_then(|target| tidy(&inner(&place, target)))
                else {
                    return project.problem(&spec, "requires a file that is not certain");
                };
                let mut target = target;
                if !project::ends(&target, ".rb") {
                    target.push_str(".rb");
                }
                let required = project.required(&target)?;
                if ["require", "File", "Dir", "`", "IO.", "eval"].iter().any(|word| required.contains(word)) {
                    return project.problem(&target, "is a program that may read other files");
                }
            } else if line.starts_with("require ")
                && !["\"English\"", "'English'"].iter().any(|known| line.contains(known))
            {
                // `require "gem/version"` with lib in the load path.
                let Some(target) = quoted(line).first().map(|target| inner(&place, &inner("lib", target)))
                else {
                    continue;
                };
                let mut target = target;
                target.push_str(".rb");
                project.look(&target);
            } else if line.contains("File.read") || line.contains("File.open") {
                match quoted(line.split("File.").nth(1).unwrap_or("")).first() {
                    Some(target) if !target.contains("#{") => project.look(&inner(&place, target)),
                    _ => return project.problem(&spec, "reads a file that is not certain"),
                }
            }
        }
    }
    Ok(())
}

/// The string behind `name:` or `:name =>`.
fn option_value(line: &str, name: &str) -> Option<String> {
    let at = line.find(name)?;
    quoted(line.get(at + name.len()..)?).first().map(|value| (*value).to_owned())
}

/// What stands in quotes.
fn quoted(line: &str) -> Vec<&str> {
    line.split(['"', '\'']).skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "Gemfile",
            "source 'https://rubygems.org'\nruby file: '.ruby-version'\ngemspec\ngroup :test do\n  gem 'rspec', '~> 3', # tests\n      require: false\nend\neval_gemfile 'gems/Gemfile.dev'\n",
        ),
        ("Gemfile.lock", "PLATFORMS\n  ruby\n\nDEPENDENCIES\n"),
        (".ruby-version", "3.2\n"),
        ("gems/Gemfile.dev", "gem 'own', path: 'own'\n"),
        ("gems/own/own.gemspec", "Gem::Specification.new { |s| s.name = 'own' }\n"),
        ("pump.gemspec", "require_relative 'lib/pump/version'\n"),
        ("lib/pump/version.rb", "VERSION = '1'\n"),
        ("lib/pump.rb", ""),
    ];

    #[test]
    fn an_install_reads_what_the_gemfile_leads_to() {
        let expect = [
            ".ruby-version",
            "Gemfile",
            "Gemfile.lock",
            "gems/Gemfile.dev",
            "gems/own/own.gemspec",
            "lib/pump/version.rb",
            "pump.gemspec",
        ];
        reads("bundle config set without test && bundle install --jobs 4", PROJECT, &expect);
        writes(
            "bundle install",
            &PROJECT[..1].iter().map(|(name, _)| (*name, "gem 'a'\n")).collect::<Vec<_>>(),
            &[".bundle/", "Gemfile.lock", "vendor/bundle/", "vendor/cache/"],
        );
    }

    #[test]
    fn programs_are_not_followed() {
        unknown("bundle exec rake", PROJECT, "command");
        unknown("bundle install", &[("Gemfile", "Dir['gems/*'].each { |d| gem d }\n")], "declaration");
        unknown("bundle install", &[("Gemfile", "gem 'a', File.read('v')\n")], "other files");
        unknown(
            "bundle install",
            &[("Gemfile", "gemspec\n"), ("a.gemspec", "s.files = `git ls-files`.split\n")],
            "git",
        );
    }

    #[test]
    fn a_lock_file_for_another_platform_is_changed() {
        let files: Tree<'_> =
            &[("Gemfile", "gem 'a'\n"), ("Gemfile.lock", "PLATFORMS\n  arm64-darwin-22\n\n")];
        writes("bundle install", files, &[".bundle/", "Gemfile.lock", "vendor/bundle/", "vendor/cache/"]);
    }
}
