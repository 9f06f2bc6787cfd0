//! `gradle`, and the wrapper `gradlew`.
//!
//! | task | reads | writes |
//! |---|---|---|
//! | `dependencies`, `help`, `tasks` | settings and build scripts of all subprojects, `gradle.properties`, `gradle/`, `buildSrc/`; the wrapper's own files | `.gradle`, `build`, `~/.gradle` |
//! | others | not known | |
//!
//! Build scripts are programs. One in which nothing that opens files is named, and which applies only plugins that
//! open none while they are applied, reads no other file.

use super::{
    Call, option,
    project::{self, Project, inner, parent, tidy},
};
use crate::tool::Survey;

const PLAIN: &str = "--no-daemon --daemon --info --stacktrace --quiet -q --refresh-dependencies --no-build-cache --build-cache --parallel \
    --no-parallel --scan --no-scan --offline --continue -i -s --warning-mode=all --console=plain --version -v --no-watch-fs --no-configuration-cache";
const VALUED: &str = "-p --project-dir -x --exclude-task --console --warning-mode --configuration -g --gradle-user-home --max-workers";

/// Words of a build script that open files, or may.
const OPENING: [&str; 24] = [
    "file(",
    "files(",
    "File(",
    "fileTree",
    "zipTree",
    ".text",
    "readText",
    "readLines",
    "eachLine",
    "nputStream",
    "Reader(",
    "exec",
    "Process",
    "git",
    "listFiles",
    "walk",
    "Properties",
    "load(",
    "exists()",
    "fileContents",
    "rootDir",
    "projectDir",
    "Paths.",
    "Path.of",
];

/// Plugins that open no file of the project while they are applied; those of Gradle itself have no dot.
const PLUGINS: &str = "org.springframework.boot io.spring.dependency-management com.github.johnrengelman.shadow com.gradleup.shadow \
    org.jetbrains.kotlin.jvm org.jetbrains.kotlin.plugin.spring org.jetbrains.kotlin.plugin.jpa org.jetbrains.kotlin.plugin.serialization \
    org.jetbrains.kotlin.kapt com.google.protobuf io.ktor.plugin io.micronaut.application io.micronaut.library io.quarkus \
    com.google.cloud.tools.jib com.diffplug.spotless org.gradle.toolchains.foojay-resolver-convention io.freefair.lombok \
    org.graalvm.buildtools.native com.adarshr.test-logger com.github.ben-manes.versions org.flywaydb.flyway com.google.devtools.ksp";

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let words = call.certain()?;
    let words: Vec<&str> =
        words.into_iter().filter(|word| !word.starts_with("-D") && !word.starts_with("-P")).collect();
    let line = option::line(call, &words, PLAIN, VALUED)?;
    let harmless = |task: &&str| {
        let name = task.rsplit(':').next().unwrap_or(task);
        matches!(name, "dependencies" | "help" | "tasks" | "projects")
    };
    if !line.operands.iter().all(harmless) {
        return call.unknown("compiles or changes the project");
    }
    project::system(call, out);
    project::home(call, out, &[], &[".gradle", ".m2", ".kotlin", ".konan"]);
    project::variable_folder(call, out, "GRADLE_USER_HOME")?;
    for folder in line.values(&["-g", "--gradle-user-home"]) {
        match call.absolute(folder) {
            Some(folder) => out.write(crate::tool::Region::tree(folder)),
            None => return call.unknown("keeps files where it is not certain"),
        }
    }
    if call.name == "gradlew" {
        wrapper(call, out)?;
    }
    let mut project = match line.values(&["-p", "--project-dir"]).last() {
        Some(folder) => Project::at(call, folder, out)?,
        None => Project::here(call, out)?,
    };
    for name in ["settings.gradle", "settings.gradle.kts"] {
        project.none_above(name)?;
    }
    build(&mut project, "")
}

/// The wrapper's own files. A `gradlew` beside them is taken to be Gradle's.
fn wrapper(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    let Some(program) = call.absolute(call.program) else {
        return call.unknown("is run by a path that is not certain");
    };
    let folder = parent(&program).to_owned();
    let mut project = Project::at(call, if folder.is_empty() { "/" } else { &folder }, out)?;
    project.look("gradlew");
    if !project.stands("gradle/wrapper/gradle-wrapper.properties") {
        return project.problem("gradlew", "is not the usual wrapper: its properties are not there");
    }
    project.look_all("gradle");
    project.note("gradlew", "is Gradle's wrapper, by the properties beside it");
    Ok(())
}

/// A build: its settings, its projects' scripts, its own plugins.
fn build(project: &mut Project<'_, '_>, root: &str) -> Result<(), String> {
    let mut folders = vec![root.to_owned()];
    let mut any = false;
    project.look_all(&inner(root, "gradle"));
    for name in ["gradle.properties", "gradle.lockfile", "local.properties", "settings-gradle.lockfile"] {
        project.look(&inner(root, name));
    }
    for name in ["settings.gradle", "settings.gradle.kts"] {
        let file = inner(root, name);
        let Some(text) = project.text(&file)? else { continue };
        any = true;
        script(project, root, &file, &text)?;
        for line in text.lines().map(str::trim) {
            if line.starts_with("includeBuild") || line.contains("includeBuild(") {
                for folder in quoted(line) {
                    let Some(folder) = tidy(&inner(root, folder)) else {
                        return project.problem(&file, "includes a build outside of the project");
                    };
                    project.look_all(&folder);
                    whole(project, &folder)?;
                }
            } else if line.starts_with("include") || line.starts_with(['\'', '"']) {
                for path in quoted(line).into_iter().filter(|path| !path.contains(' ')) {
                    let mut folder = root.to_owned();
                    for part in path.split(':').filter(|part| !part.is_empty()) {
                        folder = inner(&folder, part);
                        if !folders.contains(&folder) {
                            folders.push(folder.clone());
                        }
                    }
                }
            }
        }
    }
    project.look_all(&inner(root, "buildSrc"));
    whole(project, &inner(root, "buildSrc"))?;
    for folder in folders {
        for name in ["build.gradle", "build.gradle.kts"] {
            let file = inner(&folder, name);
            if let Some(text) = project.text(&file)? {
                any = true;
                script(project, root, &file, &text)?;
            }
        }
        project.look(&inner(&folder, "gradle.properties"));
        project.look(&inner(&folder, "gradle.lockfile"));
        project.make_all(&inner(&folder, "build"));
    }
    for name in [".gradle", ".kotlin"] {
        project.make_all(&inner(root, name));
    }
    if !any {
        return project.required("build.gradle").map(|_| ());
    }
    Ok(())
}

/// All scripts below a folder that is read as a whole, and what is made in it.
fn whole(project: &mut Project<'_, '_>, folder: &str) -> Result<(), String> {
    for name in ["build", ".gradle", ".kotlin"] {
        project.make_all(&inner(folder, name));
    }
    let mut pattern = inner(folder, "**");
    pattern.push_str("/*");
    for file in project.matches(&pattern)? {
        let code =
            [".gradle", ".gradle.kts", ".kt", ".java", ".groovy"].iter().any(|end| file.ends_with(end));
        if code && let Some(text) = project.text(&file)? {
            script(project, "", &file, &text)?;
        }
    }
    Ok(())
}

/// Refuses a script that may open files.
fn script(project: &mut Project<'_, '_>, root: &str, file: &str, text: &str) -> Result<(), String> {
    let mut bare = String::new();
    for line in text.lines() {
        let code = line.trim();
        if code.starts_with("//") || code.starts_with('*') || code.starts_with("/*") {
            continue;
        }
        if let Some(rest) = code.strip_prefix("apply from:").or_else(|| code.strip_prefix("apply(from = ")) {
            let [path] = quoted(rest)[..] else {
                return project.problem(file, "applies a script that is not certain");
            };
            let path = path.trim_start_matches("$rootDir/").trim_start_matches("${rootDir}/");
            let place =
                if path.starts_with("http") || path.contains('$') { None } else { tidy(&inner(root, path)) };
            let Some(place) = place else {
                return project.problem(file, "applies a script that is not certain");
            };
            if project.out.reads.iter().any(|region| region.path == project.path(&place)) {
                continue;
            }
            let text = project.required(&place)?;
            script(project, root, &place, &text)?;
            continue;
        }
        bare.push_str(code);
        bare.push('\n');
    }
    let bare = bare
        .replace("github", "")
        .replace("gitlab", "")
        .replace("mainClass.set(", "")
        .replace("settings.gradle", "");
    if let Some(word) = OPENING.iter().find(|word| bare.contains(*word)) {
        let mut what = String::from("is a program that may read other files (`");
        what.push_str(word);
        what.push_str("`)");
        return project.problem(file, &what);
    }
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        let at = ["id(", "id '", "id \"", "apply plugin:"].iter().filter_map(|word| line.find(word)).min();
        let Some(rest) = at.and_then(|at| line.get(at..)) else { continue };
        if let Some(plugin) = quoted(rest).first() {
            let known =
                !plugin.contains('.') || PLUGINS.split_ascii_whitespace().any(|known| known == *plugin);
            let mut own = inner(root, "buildSrc/src/main/kotlin/");
            own.push_str(plugin);
            own.push_str(".gradle.kts");
            if !known && !project.stands(&own) {
                let mut what = String::from("applies the plugin ");
                what.push_str(plugin);
                what.push_str(", and what that reads is not known");
                return project.problem(file, &what);
            }
        }
    }
    project.note(file, "opens no other file");
    Ok(())
}

/// What stands in quotes.
fn quoted(line: &str) -> Vec<&str> {
    line.split(['"', '\'']).skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        ("settings.gradle", "rootProject.name = 's'\ninclude 'api', ':libs:core'\n"),
        ("build.gradle", "plugins {\n  id 'java'\n  id 'org.springframework.boot' version '3'\n}\n"),
        ("api/build.gradle.kts", "dependencies { implementation(libs.ktor) }\n"),
        ("api/src/A.java", ""),
        ("libs/core/build.gradle", "// file(\"x\") is a comment\n"),
        ("gradle/libs.versions.toml", ""),
        ("gradle.properties", ""),
    ];

    #[test]
    fn scripts_of_all_projects_are_read() {
        let expect = [
            "api/build.gradle.kts",
            "build.gradle",
            "gradle.properties",
            "gradle/",
            "libs/core/build.gradle",
            "settings.gradle",
        ];
        reads("gradle dependencies --no-daemon", PROJECT, &expect);
        writes(
            "gradle :api:dependencies",
            &PROJECT[..1],
            &[
                ".gradle/",
                ".kotlin/",
                "api/build/",
                "build/",
                "buildSrc/.gradle/",
                "buildSrc/.kotlin/",
                "buildSrc/build/",
                "libs/build/",
                "libs/core/build/",
            ],
        );
    }

    #[test]
    fn scripts_that_may_open_files_are_refused() {
        unknown("gradle build", PROJECT, "compiles");
        unknown(
            "gradle dependencies",
            &[("build.gradle", "version = file('VERSION').text\n")],
            "other files",
        );
        unknown(
            "gradle dependencies",
            &[("build.gradle", "plugins { id 'com.palantir.git-version' version '3' }\n")],
            "git",
        );
        unknown(
            "gradle dependencies",
            &[("build.gradle", "plugins { id 'org.example.own' version '3' }\n")],
            "plugin",
        );
        unknown("gradle dependencies", &[("build.gradle", "apply from: \"${dir}/a.gradle\"\n")], "applies");
        let applied =
            [("build.gradle", "apply from: 'gradle/a.gradle'\n"), ("gradle/a.gradle", "ext.x = file('x')\n")];
        unknown("gradle dependencies", &applied, "gradle/a.gradle");
    }
}
