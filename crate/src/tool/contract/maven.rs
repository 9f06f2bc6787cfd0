//! `mvn`, and the wrapper `mvnw`.
//!
//! | goal | reads | writes |
//! |---|---|---|
//! | `dependency:go-offline`, `dependency:resolve`, `dependency:resolve-plugins` | `pom.xml` with its modules and parents, `.mvn/`, settings; the wrapper's own files | `~/.m2`, `target` |
//! | others | not known | |

use super::{
    Call, option,
    project::{self, Project, inner, parent, tidy},
};
use crate::tool::{Found, Region, Survey, shell::join};

const PLAIN: &str = "-B --batch-mode -q --quiet -e --errors -X --debug -U --update-snapshots -ntp --no-transfer-progress -o --offline -am \
    --also-make -C -c -ff -fae -fn -V --show-version -v --version -N --non-recursive -nsu -amd";
const VALUED: &str = "-f --file -s --settings -gs --global-settings -pl --projects -T --threads -l --color";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let (settings, words): (Vec<&str>, Vec<&str>) =
        words.into_iter().partition(|word| word.starts_with("-D") || word.starts_with("-P"));
    let line = option::line(call, &words, PLAIN, VALUED)?;
    let harmless = |goal: &&str| {
        let plain =
            ["dependency:go-offline", "dependency:resolve", "dependency:resolve-plugins"].contains(goal);
        plain
            || goal.starts_with("org.apache.maven.plugins:maven-dependency-plugin:")
                && goal.ends_with(":go-offline")
    };
    if !line.operands.iter().all(harmless) {
        return call.unknown("compiles or changes the project");
    }
    project::system(call, out);
    project::home(call, out, &[".mavenrc"], &[".m2"]);
    for name in ["MAVEN_CONFIG", "MAVEN_USER_HOME"] {
        project::variable_folder(call, out, name)?;
    }
    for setting in settings {
        if let Some(path) = setting.strip_prefix("-Dmaven.repo.local=") {
            let Some(path) = call.absolute(path) else {
                return call.unknown("keeps files where it is not certain");
            };
            out.write(Region::tree(path.clone()));
            out.read(Region::tree(path));
        }
    }
    if call
        .text("MAVEN_OPTS")
        .or_else(|| call.text("MAVEN_ARGS"))
        .is_some_and(|options| options.contains('/') || options.contains("-f"))
    {
        return call.unknown("follows the variable MAVEN_OPTS or MAVEN_ARGS");
    }
    for file in line.values(&["-s", "--settings", "-gs", "--global-settings"]) {
        match call.absolute(file) {
            Some(path) => out.read(Region::entry(path)),
            None => return call.unknown("reads settings that are not certain"),
        }
    }
    if call.name == "mvnw" {
        wrapper(call, out)?;
    }
    let file = line.values(&["-f", "--file"]).last().copied().unwrap_or("pom.xml").to_owned();
    let folder = if project::ends(&file, ".xml") { parent(&file) } else { &file };
    let mut project =
        if folder.is_empty() { Project::here(call, out)? } else { Project::at(call, folder, out)? };
    let first =
        if project::ends(&file, ".xml") { file.rsplit('/').next().unwrap_or("pom.xml") } else { "pom.xml" };
    // Maven looks for `.mvn` from the project's folder upwards.
    for folder in project.above() {
        let path = join(&folder, ".mvn");
        if matches!(project.call.files.find(&path), Found::Folder(_)) {
            return project.problem(&path, "may configure Maven");
        }
        project.out.read(Region::entry(path));
    }
    project.look_all(".mvn");
    if project.text(".mvn/extensions.xml")?.is_some() {
        return project.problem(".mvn/extensions.xml", "loads extensions of Maven");
    }
    if project.text(".mvn/maven.config")?.is_some_and(|text| text.contains("-f") || text.contains("--file")) {
        return project.problem(".mvn/maven.config", "names other files");
    }
    poms(&mut project, first)
}

/// The wrapper's own files. A `mvnw` beside them is taken to be Maven's.
fn wrapper(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let Some(program) = call.absolute(call.program) else {
        return call.unknown("is run by a path that is not certain");
    };
    let folder = parent(&program).to_owned();
    let mut project = Project::at(call, if folder.is_empty() { "/" } else { &folder }, out)?;
    project.look("mvnw");
    let properties = ".mvn/wrapper/maven-wrapper.properties";
    if !project.stands(properties) {
        return project.problem("mvnw", "is not the usual wrapper: its properties are not there");
    }
    project.look_all(".mvn");
    project.make(".mvn/wrapper/maven-wrapper.jar");
    project.note("mvnw", "is Maven's wrapper, by the properties beside it");
    Ok(())
}

/// A pom with its parents and modules.
fn poms(project: &mut Project<'_, '_>, first: &str) -> Result<(), String> {
    let mut list = vec![first.to_owned()];
    let mut next = 0;
    while let Some(file) = list.get(next).cloned() {
        next += 1;
        if next > 500 {
            return project.problem(first, "leads to too many modules");
        }
        let Some(text) = project.text(&file)? else {
            if next == 1 {
                project.required(&file)?;
            }
            continue;
        };
        let text = without_comments(&text);
        for (word, what) in [
            ("<exists>", "turns profiles on by files that are there"),
            ("<missing>", "turns profiles on by files that are not there"),
            ("<systemPath>", "takes a library from the project"),
            ("file://", "takes libraries from a folder"),
            ("${project.basedir}/lib", "takes libraries from a folder"),
        ] {
            if text.contains(word) {
                return project.problem(&file, what);
            }
        }
        if (text.contains("<extension>") || text.contains("<extensions>true"))
            && !(text.matches("<extension>").count() == 1
                && text.contains("<artifactId>os-maven-plugin</artifactId>"))
        {
            return project.problem(&file, "loads extensions of Maven");
        }
        let folder = parent(&file).to_owned();
        project.make_all(&inner(&folder, "target"));
        let add = |path: &str, list: &mut Vec<String>| -> bool {
            let path = if project::ends(path, ".xml") { path.to_owned() } else { inner(path, "pom.xml") };
            let Some(path) = tidy(&inner(&folder, &path)) else { return false };
            if !list.contains(&path) {
                list.push(path);
            }
            true
        };
        for module in elements(&text, "module") {
            if module.contains('$') || !add(module, &mut list) {
                return project.problem(&file, "names a module that is not certain");
            }
        }
        if let Some(above) = elements(&text, "parent").first() {
            let none = above.contains("<relativePath/>") || above.contains("<relativePath></relativePath>");
            let path = elements(above, "relativePath").first().copied().unwrap_or("../pom.xml");
            if !none && !add(path, &mut list) {
                let path = join(&join(&project.folder, &folder), path);
                if !matches!(project.call.files.find(&path), Found::Absent | Found::Perhaps | Found::Made) {
                    return project.problem(&file, "has its parent outside of the project");
                }
                project.out.read(Region::entry(path));
            }
        }
    }
    project.note(first, "and what it leads to name the libraries");
    Ok(())
}

/// The texts of elements with a name, without looking at how they nest.
fn elements<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (mut open, mut close) = (String::from("<"), String::from("</"));
    for tag in [&mut open, &mut close] {
        tag.push_str(name);
        tag.push('>');
    }
    let parts = text.split(open.as_str()).skip(1);
    parts
        .filter_map(|part| part.split(close.as_str()).next())
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// An XML text without its comments.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "pom.xml",
            "<project><!-- <module>old</module> --><modules><module>core</module></modules></project>",
        ),
        ("core/pom.xml", "<project><parent><relativePath>../pom.xml</relativePath></parent></project>"),
        ("core/src/A.java", ""),
        (".mvn/maven.config", "-T1C\n"),
    ];

    #[test]
    fn poms_of_all_modules_are_read() {
        let expect = [".mvn/", ".mvn/maven.config", "core/pom.xml", "pom.xml"];
        reads("mvn -B dependency:go-offline", PROJECT, &expect);
        reads("mvn -q -DskipTests dependency:resolve dependency:resolve-plugins", PROJECT, &expect);
        writes("mvn dependency:go-offline", PROJECT, &["core/target/", "target/"]);
    }

    #[test]
    fn the_wrapper_is_told_by_its_properties() {
        let wrapper = [
            ("mvnw", "#!/bin/sh\n"),
            (".mvn/wrapper/maven-wrapper.properties", ""),
            ("pom.xml", "<project/>"),
            ("src/A.java", ""),
        ];
        reads("./mvnw dependency:go-offline", &wrapper, &[".mvn/", "mvnw", "pom.xml"]);
        reads("sh ./mvnw dependency:go-offline", &wrapper, &[".mvn/", "mvnw", "pom.xml"]);
        unknown("./mvnw dependency:go-offline", &[wrapper[0], wrapper[2]], "not the usual wrapper");
    }

    #[test]
    fn what_depends_on_files_is_not_followed() {
        unknown("mvn package", PROJECT, "compiles");
        unknown("mvn dependency:go-offline", &[("pom.xml", "<exists>x</exists>")], "profiles");
        unknown("mvn dependency:go-offline", &[("pom.xml", "<extensions>true</extensions>")], "extensions");
        unknown("mvn dependency:go-offline", &[("pom.xml", "<module>../a</module>")], "module");
    }
}
