//! `sbt`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `update`, `reload`, `projects`, `about`, `--version` | the build definition: `*.sbt` of all projects, `project/`; `.sbtopts`, `.jvmopts`, `.sbtrc` | `target` of all projects, `project`'s own; `~/.sbt`, `~/.ivy2`, `~/.cache` |
//! | `compile`, `assembly`, … | not known | |
//!
//! Definitions are programs. One in which nothing that opens files is named, and which adds only plugins that open
//! none while a build is loaded, reads no other file. Where they stand: sbt's manual, "Build definition" and
//! "Organizing the build".

use super::{
    Call, option,
    project::{self, Project, inner, parent},
};
use crate::tool::Survey;

const PLAIN: &str = "-batch --batch -v --version -version -V --numeric-version --script-version -no-colors --no-colors -debug --debug -error -warn -info \
    --error --warn --info --server -client --supershell=false --no-server -no-server";
const VALUED: &str = "-mem --mem -java-home --java-home -jvm-debug --color --supershell";
const HARMLESS: &str = "update reload projects about exit sbtVersion version name";

/// Words of a build definition that open files, or may.
const OPENING: [&str; 17] = [
    "file(",
    "File(",
    "IO.",
    "Source.",
    "scala.io",
    "java.io",
    "java.nio",
    "Files.",
    "Paths.",
    "Path(",
    "rocess",
    ".!",
    "git",
    "baseDirectory",
    "Credentials(",
    "Using(",
    "crossProject",
];

/// Plugins that open no file of the project while a build is loaded or resolved.
const PLUGINS: &str = "sbt-assembly sbt-native-packager sbt-revolver sbt-scalafmt sbt-scalafix sbt-plugin sbt-scoverage sbt-updates sbt-tpolecat \
    sbt-buildinfo sbt-protoc sbt-scalajs sbt-wartremover sbt-jmh sbt-header sbt-release sbt-dependency-graph sbt-play-scalafmt sbt-explicit-dependencies \
    sbt-missinglink sbt-web sbt-digest sbt-gzip sbt-twirl sbt-avro sbt-graalvm-native-image sbt-pack sbt-jib sbt-stryker4s";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let words: Vec<&str> =
        words.into_iter().filter(|word| !word.starts_with("-D") && !word.starts_with("-J")).collect();
    let line = option::line(call, &words, PLAIN, VALUED)?;
    if !line.operands.iter().all(|command| HARMLESS.split_ascii_whitespace().any(|known| known == *command)) {
        return call.unknown("compiles or changes the project");
    }
    if line.operands.is_empty() && !line.options.iter().any(|(name, _)| name.contains("ersion")) {
        return call.unknown("waits for commands");
    }
    project::system(call, out);
    project::home(call, out, &[], &[".sbt", ".ivy2", ".cache", ".coursier", ".m2"]);
    project::variable_folder(call, out, "COURSIER_CACHE")?;
    for name in ["SBT_OPTS", "JAVA_OPTS", "JAVA_TOOL_OPTIONS"] {
        if call.text(name).is_some_and(|text| text.contains("sbt.") || text.contains("-javaagent")) {
            return call.unknown("is told by a variable to keep its files elsewhere");
        }
    }
    let mut project = Project::here(call, out)?;
    for name in [".sbtopts", ".jvmopts", ".sbtrc"] {
        if project.text(name)?.is_some_and(|text| text.contains("sbt.") || text.contains("-javaagent")) {
            return project.problem(name, "may name other files");
        }
    }
    // A folder without a definition is still a project, of which little is known.
    if !project.stands("build.sbt") {
        project.required("project/build.properties")?;
    }
    project.look_all("project");
    let mut folders = vec![String::new(), "project".to_owned(), "project/project".to_owned()];
    let mut definitions = project.matches("**/*.sbt")?;
    definitions.extend(project.matches("project/**/*.scala")?);
    for file in definitions {
        let text = project.required(&file)?;
        definition(&mut project, &file, &text)?;
        folders.push(parent(&file).to_owned());
    }
    folders.extend(project.matches("**/src")?.iter().map(|path| parent(path).to_owned()));
    for folder in folders {
        project.make_all(&inner(&folder, "target"));
    }
    project.make_all("project/project");
    Ok(())
}

/// Refuses a build definition that may open files.
fn definition(project: &mut Project<'_, '_>, file: &str, text: &str) -> Result<(), String> {
    let mut bare = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('*')) {
        bare.push_str(line);
        bare.push('\n');
    }
    // Where a project stands, and addresses of repositories.
    for known in ["in file(\"", ".in(file(\"", "github", "gitlab"] {
        bare = bare.replace(known, "");
    }
    if let Some(word) = OPENING.iter().find(|word| bare.contains(*word)) {
        let mut what = String::from("is a program that may read other files (`");
        what.push_str(word);
        what.push_str("`)");
        return project.problem(file, &what);
    }
    for line in bare.lines() {
        let Some((_, rest)) = line.split_once("addSbtPlugin(") else { continue };
        let plugin = rest.split('"').nth(3).unwrap_or("");
        if !PLUGINS.split_ascii_whitespace().any(|known| known == plugin) {
            let mut what = String::from("adds the plugin ");
            what.push_str(plugin);
            what.push_str(", and what that reads is not known");
            return project.problem(file, &what);
        }
    }
    project.note(file, "opens no other file");
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "build.sbt",
            "lazy val root = (project in file(\".\")).aggregate(core)\nlazy val core = project\n\
             libraryDependencies += \"org.http4s\" %% \"http4s-dsl\" % \"0.23\"\n",
        ),
        ("core/core.sbt", "name := \"core\"\n"),
        ("core/src/main/scala/A.scala", ""),
        ("project/build.properties", "sbt.version=1.9.9\n"),
        ("project/plugins.sbt", "addSbtPlugin(\"com.eed3si9n\" % \"sbt-assembly\" % \"2.1.5\")\n"),
        ("project/Own.scala", "object Own { val version = \"1\" }\n"),
        ("src/main/scala/Main.scala", ""),
        ("README.md", ""),
    ];

    #[test]
    fn resolving_reads_the_definitions_of_all_projects() {
        let all = ["build.sbt", "core/core.sbt", "project/", "project/Own.scala", "project/plugins.sbt"];
        reads("sbt update", PROJECT, &all);
        reads("sbt -batch -Dsbt.ci=true \"update\"", &PROJECT[..1], &["build.sbt"]);
        writes(
            "sbt update",
            PROJECT,
            &["core/target/", "project/project/", "project/project/target/", "project/target/", "target/"],
        );
    }

    #[test]
    fn programs_and_plugins_that_may_open_files_are_refused() {
        unknown("sbt compile", PROJECT, "compiles");
        unknown("sbt", PROJECT, "waits for commands");
        unknown("sbt update", &[("build.sbt", "version := IO.read(file(\"VERSION\"))\n")], "other files");
        unknown("sbt update", &[("build.sbt", "credentials += Credentials(x)\n")], "other files");
        let git = &[
            ("build.sbt", ""),
            ("project/plugins.sbt", "addSbtPlugin(\"com.github.sbt\" % \"sbt-dynver\" % \"5.0.1\")\n"),
        ];
        unknown("sbt update", git, "sbt-dynver");
        let program = &[("build.sbt", ""), ("project/a/Own.scala", "import java.io._\n")];
        unknown("sbt update", program, "project/a/Own.scala");
        unknown("sbt update", &[("README.md", "")], "project/build.properties");
        unknown("sbt update", &[("build.sbt", ""), (".sbtopts", "-Dsbt.global.base=/x\n")], ".sbtopts");
    }
}
