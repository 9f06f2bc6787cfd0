//! `make`, as far as a makefile is plain, and `cmake`.
//!
//! | command | reads | writes |
//! |---|---|---|
//! | `make TARGET…` whose recipes are plain | the makefile, what the recipes read, and the target's own name: a file of that name would be up to date | what the recipes write |
//! | `make --version`, `cmake --version` | | |
//! | other makefiles, `cmake` | not known | |
//!
//! Plain is a makefile of rules, literal variables and comments, nothing of which is computed, included or decided;
//! a plain recipe belongs to a target that names only other such targets. Each line of it is a script of its own for
//! `/bin/sh` (GNU make's manual, "Recipe Execution" and "Variables Override"). `cmake` runs the project's
//! `CMakeLists.txt`, a program that may open any file.

use super::{Call, option, project::Project};
use crate::tool::{Found, Script, Setting, Survey, effect::follow};

const PLAIN: &str = "-s --silent --quiet --no-print-directory -B --always-make -k --keep-going -w --print-directory -j --version -v --no-builtin-rules -r";
const VALUED: &str = "-C --directory -f --file --makefile --jobs -l";
/// How deep targets may name each other.
const DEPTH: usize = 10;

/// A rule: its targets, what they need, the lines of its recipe.
struct Rule<'a> {
    targets: Vec<&'a str>,
    needs: Vec<&'a str>,
    recipe: Vec<String>,
}

/// A plain makefile.
struct Makefile<'a> {
    rules: Vec<Rule<'a>>,
    phony: Vec<&'a str>,
    variables: Vec<(&'a str, &'a str)>,
}

pub(super) fn effects(call: &Call<'_>, out: &mut Survey) -> Result<(), String> {
    if call.name == "cmake" {
        return match call.certain()?.as_slice() {
            ["--version" | "-version" | "--help"] => Ok(()),
            _ => call
                .unknown("configures or builds the project by its CMakeLists.txt, which may open any file"),
        };
    }
    let words = call.certain()?;
    let words: Vec<&str> = words.into_iter().filter(|word| !jobs(word)).collect();
    let line = option::line(call, &words, PLAIN, VALUED)?;
    if line.has(&["--version", "-v"]) {
        return Ok(());
    }
    if line.operands.iter().any(|word| word.contains('=')) {
        return call.unknown("is given a variable");
    }
    for name in ["MAKEFLAGS", "MAKEFILES", "GNUMAKEFLAGS"] {
        if call.text(name).is_some() {
            return call.unknown("follows the variables MAKEFLAGS and MAKEFILES");
        }
    }
    // What the script around it has exported would be seen by the recipes.
    if !call.command.variables.is_empty() {
        return call.unknown("runs with variables of the script around it");
    }
    if out.depth >= 3 {
        return call.unknown("is started by too many scripts");
    }
    let mut project = match line.values(&["-C", "--directory"]).as_slice() {
        [] => Project::here(call, out)?,
        [folder] => Project::at(call, folder, out)?,
        _ => return call.unknown("works in several folders"),
    };
    let (file, text) = makefile(&mut project, &line.values(&["-f", "--file", "--makefile"]))?;
    let read = match parse(&text) {
        Ok(read) => read,
        Err(what) => return project.problem(&file, &what),
    };
    let first = read.rules.iter().flat_map(|rule| &rule.targets).find(|target| !target.starts_with('.'));
    let targets = if line.operands.is_empty() { first.into_iter().copied().collect() } else { line.operands };
    if targets.is_empty() {
        return project.problem(&file, "has no target");
    }
    let mut done = Vec::new();
    for target in targets {
        if let Err(what) = make(&mut project, &read, target, &mut done, 0) {
            return project.problem(&file, &what);
        }
    }
    Ok(())
}

fn jobs(word: &str) -> bool {
    word.strip_prefix("-j").is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The makefile in effect, and its text. What else could be one must not be there.
fn makefile(project: &mut Project<'_, '_>, named: &[&str]) -> Result<(String, String), String> {
    if let [name] = named {
        return Ok(((*name).to_owned(), project.required(name)?));
    }
    if !named.is_empty() {
        return project.call.unknown("reads several makefiles");
    }
    for name in ["GNUmakefile", "makefile", "Makefile"] {
        if let Some(text) = project.text(name)? {
            // A rule of make's own would make it out of these.
            for from in
                [".sh", ".c", ".cc", ".cpp", ".p", ".f", ".o", ".s", ".S", ".y", ".l", ".m", ".mod", ",v"]
            {
                let mut other = name.to_owned();
                other.push_str(from);
                project.look(&other);
                if project.stands(&other) {
                    return project.problem(&other, "would be made into a makefile");
                }
            }
            return Ok((name.to_owned(), text));
        }
    }
    project.required("Makefile").map(|text| ("Makefile".to_owned(), text))
}

/// Reads a makefile in which nothing is computed.
fn parse(text: &str) -> Result<Makefile<'_>, String> {
    let mut out = Makefile { rules: Vec::new(), phony: Vec::new(), variables: Vec::new() };
    let unclear = |line: &str| {
        let mut what = String::from("has the line `");
        what.push_str(line.trim());
        what.push_str("`, which is not followed");
        what
    };
    let mut lines = text.lines();
    let mut in_rule = false;
    while let Some(line) = lines.next() {
        if let Some(command) = line.strip_prefix('\t').filter(|_| in_rule) {
            let mut whole = command.to_owned();
            // The backslash and the line break reach the shell, which takes them away.
            while whole.ends_with('\\') {
                whole.pop();
                let next = lines.next().unwrap_or("");
                whole.push_str(next.strip_prefix('\t').unwrap_or(next));
            }
            if let Some(rule) = out.rules.last_mut() {
                rule.recipe.push(whole);
            }
            continue;
        }
        let bare = line.split('#').next().unwrap_or("").trim();
        if bare.is_empty() {
            continue;
        }
        let computed =
            bare.ends_with('\\') || bare.contains("::") || bare.contains("!=") || bare.contains('%');
        let word = bare.split_ascii_whitespace().next().unwrap_or("");
        let decides = [
            "include", "-include", "sinclude", "define", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif",
            "export", "unexport", "override", "vpath", "load", "undefine",
        ];
        if computed || decides.contains(&word) {
            return Err(unclear(line));
        }
        let equals = bare.find('=');
        let colon = bare.find(':');
        in_rule = false;
        match (equals, colon) {
            (Some(at), colon) if colon.is_none_or(|colon| colon + 1 >= at) => {
                let (name, value) = bare.split_at(at);
                let plain = name.trim_end_matches([':', ' ', '\t']);
                let literal = !value.contains('$') && !name.ends_with(['?', '+', '!']);
                let special =
                    plain.starts_with('.') || matches!(plain, "SHELL" | "MAKEFLAGS" | "VPATH" | "PATH");
                if special || out.variables.iter().any(|(known, _)| *known == plain) || function(value) {
                    return Err(unclear(line));
                }
                // One that is not literal is of no matter unless a recipe uses it.
                if literal {
                    out.variables.push((plain, value.get(1..).unwrap_or("").trim()));
                }
            }
            (None, Some(at)) if !bare.contains(['$', ';', '|', '*', '?', '[']) => {
                let (targets, needs) = bare.split_at(at);
                let needs: Vec<&str> = needs.get(1..).unwrap_or("").split_ascii_whitespace().collect();
                let targets: Vec<&str> = targets.split_ascii_whitespace().collect();
                if targets == [".PHONY"] {
                    out.phony.extend(needs);
                } else if targets.iter().any(|target| target.starts_with('.')) {
                    return Err(unclear(line));
                } else {
                    out.rules.push(Rule { targets, needs, recipe: Vec::new() });
                    in_rule = true;
                }
            }
            _ => return Err(unclear(line)),
        }
    }
    Ok(out)
}

/// Whether a text calls a function of make's.
fn function(text: &str) -> bool {
    text.match_indices(['(', '{']).any(|(at, _)| {
        let name = text.get(at + 1..).and_then(|rest| rest.split([')', '}']).next()).unwrap_or("");
        text.get(..at).is_some_and(|before| before.ends_with('$')) && name.contains(' ')
    })
}

fn make<'a>(
    project: &mut Project<'_, '_>,
    file: &Makefile<'a>,
    target: &'a str,
    done: &mut Vec<&'a str>,
    depth: usize,
) -> Result<(), String> {
    if done.contains(&target) {
        return Ok(());
    }
    let mut what = String::from("has the target `");
    what.push_str(target);
    let rules: Vec<&Rule<'a>> = file.rules.iter().filter(|rule| rule.targets.contains(&target)).collect();
    let recipes = rules.iter().filter(|rule| !rule.recipe.is_empty()).count();
    if rules.is_empty() || recipes > 1 || depth > DEPTH {
        what.push_str("`, which has no plain rule");
        return Err(what);
    }
    // A file of that name would be compared by its time.
    if !file.phony.contains(&target) {
        project.look(target);
        if project.find(target) != Found::Absent {
            what.push_str("`, and something of that name may be there");
            return Err(what);
        }
    }
    for need in rules.iter().flat_map(|rule| &rule.needs) {
        make(project, file, need, done, depth + 1)?;
    }
    done.push(target);
    for line in rules.iter().flat_map(|rule| &rule.recipe) {
        let Some(script) = script(line, target, &file.variables) else {
            what.push_str("`, whose recipe uses what is not literal");
            return Err(what);
        };
        let setting = Setting { workdir: &project.folder, shell: &[], ..*project.call.setting };
        let before = project.out.opaque.take();
        project.out.depth += 1;
        follow(Script::Shell(&script), &setting, project.call.files, project.out);
        project.out.depth -= 1;
        if let Some(reason) = std::mem::replace(&mut project.out.opaque, before) {
            what.push_str("`: ");
            what.push_str(&reason);
            return Err(what);
        }
        let mut fact = String::from("of make says `");
        fact.push_str(&script);
        fact.push('`');
        project.note(target, &fact);
    }
    Ok(())
}

/// A recipe's line as the shell gets it; `None` if make computes something in it.
fn script(line: &str, target: &str, variables: &[(&str, &str)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = line.trim_start_matches(['@', '-', '+', ' ', '\t']);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let first = after.chars().next()?;
        rest = match first {
            '$' => {
                out.push('$');
                after.get(1..)?
            }
            '@' => {
                out.push_str(target);
                after.get(1..)?
            }
            '(' | '{' => {
                let (name, left) = after.get(1..)?.split_once(if first == '(' { ')' } else { '}' })?;
                let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
                out.push_str(value);
                left
            }
            _ => return None,
        };
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::tool::contract::probe::{Tree, reads, unknown, writes};

    const PROJECT: Tree<'_> = &[
        (
            "Makefile",
            "# tasks\nOUT := made/list.txt\n.PHONY: deps folders all\n\nall: deps\n\t./build.sh\n\n\
             deps: folders\n\t@echo \"for $$USER\" && \\\n\t  pip install -r requirements.txt\n\
             folders:\n\tmkdir -p made\n\tcat names.txt > $(OUT)\n",
        ),
        ("requirements.txt", "flask\n"),
        ("names.txt", ""),
        ("app.py", ""),
    ];

    #[test]
    fn plain_recipes_are_read_as_scripts() {
        reads("make deps", PROJECT, &["Makefile", "names.txt", "requirements.txt"]);
        reads("make -s -j4 folders", PROJECT, &["Makefile", "names.txt"]);
        writes("make folders", PROJECT, &["made", "made/list.txt"]);
        reads(
            "make -C sub x",
            &[("sub/Makefile", "x:\n\tcat a\n"), ("sub/a", ""), ("a", "")],
            &["sub/Makefile", "sub/a"],
        );
        reads("make", &[("Makefile", "first:\n\ttrue\n"), ("a", "")], &["Makefile"]);
    }

    #[test]
    fn what_make_decides_is_not_followed() {
        unknown("make all", PROJECT, "build.sh");
        unknown("make nothing", PROJECT, "no plain rule");
        unknown("make deps PIP=pip3", PROJECT, "variable");
        for (text, words) in [
            ("include config.mk\ndeps:\n\ttrue\n", "include"),
            ("ifdef CI\ndeps:\n\ttrue\nendif\n", "ifdef"),
            ("%.o: %.c\n\tcc $<\ndeps:\n\ttrue\n", "%.o"),
            ("V := $(shell cat v)\ndeps:\n\ttrue\n", "shell"),
            ("deps: $(FILES)\n\ttrue\n", "FILES"),
            ("deps: other.txt\n\ttrue\n", "no plain rule"),
            ("deps:\n\tcat $(FILE)\n", "not literal"),
            ("FILE = $(OTHER)\ndeps:\n\tcat $(FILE)\n", "not literal"),
            ("deps:\n\t$(MAKE) more\n", "not literal"),
            ("SHELL := /bin/zsh\ndeps:\n\ttrue\n", "SHELL"),
            (".ONESHELL:\ndeps:\n\ttrue\n", "ONESHELL"),
            ("FILE ?= a\ndeps:\n\tcat $(FILE)\n", "not literal"),
        ] {
            unknown("make deps", &[("Makefile", text), ("a", "")], words);
        }
        unknown("make deps", &[("Makefile", "deps:\n\ttrue\n"), ("deps/a", "")], "may be there");
        unknown("make deps", &[("Makefile", "deps:\n\ttrue\n"), ("Makefile.sh", "")], "made into");
        unknown("cmake -S . -B build", &[("CMakeLists.txt", "")], "CMakeLists.txt");
    }
}
