//! Our reading of 106 small Dockerfiles against BuildKit's, recorded from its own packages: every member of the
//! recordings is rebuilt from what our types say.

use layerwise::{
    check,
    diagnostic::code,
    dockerfile::{
        Command, Dockerfile, Flag, Heredoc, Instruction, Keyword, Phase, Word, detect,
        instruction::{Argument, Assignment, Copy, Form},
        parse,
    },
    text::LineIndex,
};
use serde_json::{Value, json};

const PROBES: &str = include_str!("../../tests/vectors/parse/probes.jsonl");

#[test]
fn every_probe_agrees() {
    let read = |line| trim(expand(serde_json::from_str(line).unwrap()));
    let probes: Vec<Value> = PROBES.lines().map(read).collect();
    let mut agree = 0;
    for probe in &probes {
        let ours = convert(probe);
        let wrong: Vec<String> = probe
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, theirs)| ours.get(name.as_str()) != Some(*theirs))
            .map(|(name, theirs)| format!("  {name}\n    theirs {theirs}\n    ours   {}", ours[name]))
            .collect();
        let extra: Vec<&String> =
            ours.as_object().unwrap().keys().filter(|name| probe.get(name.as_str()).is_none()).collect();
        if wrong.is_empty() && extra.is_empty() {
            agree += 1;
        } else {
            println!("{}: also ours: {extra:?}\n{}", probe["id"], wrong.join("\n"));
        }
    }
    println!("{agree} of {} probes agree", probes.len());
    assert_eq!((agree, probes.len()), (106, 106));
}

/// Writes runs out that the vectors hold as `⟦a*65531⟧`.
fn expand(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let mut out = String::new();
            let mut rest = text.as_str();
            while let Some((before, behind)) = rest.split_once('⟦') {
                let (run, after) = behind.split_once('⟧').unwrap();
                let (unit, count) = run.split_once('*').unwrap();
                out.push_str(before);
                out.push_str(&unit.repeat(count.parse().unwrap()));
                rest = after;
            }
            Value::String(out + rest)
        }
        Value::Array(values) => values.into_iter().map(expand).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, expand(value))).collect(),
        other => other,
    }
}

/// Trims the logical lines: the recordings keep the blanks at their end.
fn trim(mut probe: Value) -> Value {
    for instruction in probe.get_mut("instructions").and_then(Value::as_array_mut).into_iter().flatten() {
        instruction["original"] = instruction["original"].as_str().unwrap().trim().into();
    }
    probe
}

/// Our reading of a probe's text in the form of the recordings.
fn convert(probe: &Value) -> Value {
    let text = probe["text"].as_str().unwrap();
    let file = parse(text);
    let directives: serde_json::Map<String, Value> = ["syntax", "escape", "check"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), detect(text, name)?.into())))
        .collect();
    let mut out = json!({ "id": probe["id"], "text": text, "directives": directives });
    if file.refusal_phase() == Some(Phase::Lines) {
        out["parse_error"] = parse_error(&file);
        return out;
    }
    out["escape_token"] = file.escape.to_string().into();
    out["instructions"] = (0..file.instructions.len()).map(|index| instruction(&file, index)).collect();
    out["warnings"] = warnings(&file);
    // That there is no stage at all is said later, by another package.
    match file.refusal().filter(|found| found.code != code::NO_STAGES) {
        Some(found) => {
            let line = file.instructions.iter().find(|instruction| instruction.line == found.line).unwrap();
            out["stages_error"] = json!({ "text": file.refusal_text(), "lines": [lines(line)] });
        }
        None => {
            let first = file.instructions.iter().position(is_from).unwrap_or(file.instructions.len());
            out["meta_args"] = file.instructions[..first].iter().flat_map(meta_args).collect();
            out["stages"] = stages(&file, first);
        }
    }
    out
}

fn is_from(instruction: &Instruction) -> bool {
    matches!(instruction.command, Command::From(_))
}

/// The lines of an instruction. The recordings hold the first and the last line of each range of one line.
fn lines(instruction: &Instruction) -> Value {
    json!([instruction.line, instruction.end_line])
}

fn parse_error(file: &Dockerfile) -> Value {
    let found = file.refusal().unwrap();
    let instruction = file.instructions.iter().find(|instruction| instruction.line == found.line);
    // The builder has not counted the line yet in which it finds these.
    let uncounted = match found.code {
        code::DUPLICATE_DIRECTIVE | code::INVALID_ESCAPE_TOKEN => true,
        code::LINE_TOO_LONG => instruction.is_some(),
        _ => false,
    };
    let last = file.text.matches('\n').count();
    let line = match found.code {
        // An empty text is refused before it is parsed; the recordings are of the parser alone.
        code::EMPTY_FILE => return json!({ "text": "file with no instructions", "lines": [[0, 0]] }),
        code::NO_INSTRUCTIONS => last as u32,
        _ => found.line - u32::from(uncounted),
    };
    let mut places = vec![json!([line, line])];
    if found.code == code::UNTERMINATED_HEREDOC {
        // The builder names all lines that it has read; it stops before one that is too long.
        let long = file.text.lines().position(|text| text.len() > 65_535);
        for further in line + 1..=long.unwrap_or(last) as u32 {
            places.push(json!([further, further]));
        }
    }
    json!({ "text": file.refusal_text(), "lines": places })
}

fn warnings(file: &Dockerfile) -> Value {
    let lines = LineIndex::new(&file.text);
    file.gaps
        .iter()
        .map(|gap| {
            let within = |instruction: &&Instruction| {
                instruction.span.start <= gap.start && gap.end <= instruction.span.end
            };
            let instruction = file.instructions.iter().find(within).unwrap();
            json!({
                "line": lines.line(gap.end),
                "short": format!("Empty continuation line found in: {}", instruction.original),
                "url": check::url(code::NO_EMPTY_CONTINUATION),
            })
        })
        .collect()
}

fn instruction(file: &Dockerfile, index: usize) -> Value {
    let instruction = &file.instructions[index];
    let mut out = node(file, instruction, (instruction.line, instruction.end_line), true);
    let comments = file.doc_comments(index);
    if !comments.is_empty() {
        out["comments"] = comments.into_iter().map(Value::from).collect();
    }
    out
}

fn node(file: &Dockerfile, instruction: &Instruction, (start, end): (u32, u32), outer: bool) -> Value {
    let mut out = json!({
        "cmd": instruction.name().to_lowercase(),
        "args": args(file, instruction),
        "flags": instruction.flags.iter().map(flag).collect::<Vec<_>>(),
        // The builder keeps those of a trigger with the ONBUILD.
        "heredocs": instruction.heredocs.iter().filter(|_| outer).map(heredoc).collect::<Vec<_>>(),
        "json": is_json(instruction),
        "line_start": start,
        "line_end": end,
        "original": instruction.original,
    });
    if instruction.name() != instruction.name().to_uppercase() {
        out["cmd_raw"] = instruction.name().to_owned().into();
    }
    if let Some(trigger) = trigger(instruction) {
        out["onbuild"] = node(file, &trigger, (0, 0), false);
    }
    out
}

/// What is behind ONBUILD; for one that is refused, read once more from its text.
fn trigger(instruction: &Instruction) -> Option<Instruction> {
    match &instruction.command {
        Command::Onbuild(_, trigger) => Some((**trigger).clone()),
        Command::Invalid if Keyword::find(instruction.name()) == Some(Keyword::Onbuild) => {
            parse(instruction.text()).instructions.pop()
        }
        _ => None,
    }
}

fn flag(flag: &Flag) -> String {
    match &flag.value {
        Some(value) => format!("--{}={value}", flag.name),
        None => format!("--{}", flag.name),
    }
}

fn heredoc(heredoc: &Heredoc) -> Value {
    json!({
        "name": heredoc.name, "fd": heredoc.descriptor, "chomp": heredoc.chomp, "expand": heredoc.expand,
        "content": heredoc.body,
    })
}

fn is_json(instruction: &Instruction) -> bool {
    match &instruction.command {
        Command::Run(run) => matches!(run.form, Form::Exec(_)),
        Command::Cmd(form) | Command::Entrypoint(form) => matches!(form, Form::Exec(_)),
        Command::Copy(copy) | Command::Add(copy) => copy.json,
        Command::Shell(_) => true,
        Command::Healthcheck(check) => check.test.first().is_some_and(|kind| kind == "CMD"),
        Command::Volume(words) => {
            instruction.text().starts_with('[') && words.iter().all(|word| word.span.len() > word.text.len())
        }
        _ => false,
    }
}

fn texts(words: &[Word]) -> Vec<String> {
    words.iter().map(|word| word.text.clone()).collect()
}

/// The form's words; the shell form without text has none.
fn form(form: &Form) -> Vec<String> {
    match form {
        Form::Exec(words) => words.clone(),
        Form::Shell(text) if text.is_empty() => Vec::new(),
        Form::Shell(text) => vec![text.clone()],
    }
}

/// Whether a blank stands between name and value, as in `ENV name value`.
fn has_no_delimiter(file: &Dockerfile, pair: &Assignment) -> bool {
    !file.text[pair.key.span.end..].starts_with('=')
}

fn args(file: &Dockerfile, instruction: &Instruction) -> Vec<String> {
    let text = || vec![instruction.text().to_owned()];
    match &instruction.command {
        Command::From(from) => {
            let keyword = instruction.text().split_whitespace().nth(1).unwrap_or("").to_owned();
            let alias = from.alias.iter().flat_map(|alias| [keyword.clone(), alias.text.clone()]);
            [from.image.text.clone()].into_iter().chain(alias).collect()
        }
        Command::Run(run) => form(&run.form),
        Command::Cmd(words) | Command::Entrypoint(words) => form(words),
        Command::Copy(copy) | Command::Add(copy) => copy_words(instruction, copy),
        Command::Env(pairs) | Command::Label(pairs) => {
            let parts = |pair: &Assignment| {
                let delimiter = if has_no_delimiter(file, pair) { "" } else { "=" };
                [pair.key.text.clone(), pair.value.text.clone(), delimiter.to_owned()]
            };
            pairs.iter().flat_map(parts).collect()
        }
        Command::Arg(arguments) => arguments
            .iter()
            .map(|argument| match &argument.default {
                Some(value) => format!("{}={}", argument.name.text, value.text),
                None => argument.name.text.clone(),
            })
            .collect(),
        Command::Expose(words) | Command::Volume(words) => texts(words),
        Command::Workdir(word) | Command::User(word) | Command::Stopsignal(word) => vec![word.text.clone()],
        Command::Maintainer(word) => vec![word.clone()],
        Command::Shell(words) => words.clone(),
        Command::Healthcheck(check) => check.test.clone(),
        Command::Onbuild(..) => Vec::new(),
        Command::Invalid => match Keyword::find(instruction.name()) {
            None => vec![String::new()],
            Some(Keyword::Onbuild) => Vec::new(),
            Some(Keyword::Env) => instruction
                .text()
                .split_whitespace()
                .filter_map(|word| word.split_once('='))
                .flat_map(|(key, value)| [key.to_owned(), value.to_owned(), "=".to_owned()])
                .collect(),
            Some(Keyword::Shell | Keyword::Run) => text(),
            Some(_) => instruction.text().split_whitespace().map(str::to_owned).collect(),
        },
    }
}

/// Sources, here-documents and destination in the order in which they stand.
fn copy_words(instruction: &Instruction, copy: &Copy) -> Vec<String> {
    if copy.json {
        return texts(&[copy.sources.as_slice(), std::slice::from_ref(&copy.destination)].concat());
    }
    let words: Vec<String> = instruction.text().split_whitespace().map(str::to_owned).collect();
    assert_eq!(words.len(), copy.sources.len() + copy.heredocs.len() + 1);
    assert!(copy.sources.iter().all(|source| words.contains(&source.text)));
    words
}

fn meta_args(instruction: &Instruction) -> Vec<Value> {
    let Command::Arg(arguments) = &instruction.command else { return Vec::new() };
    arguments
        .iter()
        .map(|argument| {
            json!({ "key": argument.name.text, "value": argument.default.as_ref().map(|value| &value.text) })
        })
        .collect()
}

fn stages(file: &Dockerfile, first: usize) -> Value {
    let mut stages: Vec<Value> = Vec::new();
    for (index, instruction) in file.instructions.iter().enumerate().skip(first) {
        if let Command::From(from) = &instruction.command {
            let name = from.alias.as_ref().map_or(String::new(), |alias| alias.text.to_lowercase());
            let prefix = format!("{name} ");
            let comments = file.doc_comments(index);
            let comment = comments.iter().find_map(|comment| comment.strip_prefix(&prefix));
            stages.push(json!({
                "name": name,
                "base_name": from.image.text,
                "platform": from.platform.clone().unwrap_or_default(),
                "doc_comment": comment.filter(|_| !name.is_empty()).unwrap_or(""),
                "lines": [lines(instruction)],
                "commands": [],
                "detail": [],
            }));
            continue;
        }
        let stage = stages.last_mut().unwrap();
        let name = Value::from(instruction.name().to_lowercase());
        stage["commands"].as_array_mut().unwrap().push(name);
        stage["detail"].as_array_mut().unwrap().push(detail(file, instruction));
    }
    stages.into()
}

fn detail(file: &Dockerfile, instruction: &Instruction) -> Value {
    let or_null = |values: Vec<Value>| if values.is_empty() { Value::Null } else { values.into() };
    let files = || {
        let file =
            |heredoc: &Heredoc| json!({ "Name": heredoc.name, "Data": heredoc.body, "Chomp": heredoc.chomp });
        or_null(instruction.heredocs.iter().map(file).collect())
    };
    let pairs = |pairs: &[Assignment]| -> Value {
        let pair = |pair: &Assignment| {
            let no_delimiter = has_no_delimiter(file, pair);
            json!({ "Key": pair.key.text, "Value": pair.value.text, "NoDelim": no_delimiter })
        };
        pairs.iter().map(pair).collect()
    };
    match &instruction.command {
        Command::Run(run) => json!({
            "CmdLine": form(&run.form),
            "Files": files(),
            "FlagsUsed": instruction.flags.iter().map(|flag| flag.name.clone()).collect::<Vec<_>>(),
            "PrependShell": matches!(run.form, Form::Shell(_)),
        }),
        Command::Cmd(words) | Command::Entrypoint(words) => json!({
            "CmdLine": form(words),
            "Files": files(),
            "PrependShell": matches!(words, Form::Shell(_)),
        }),
        Command::Copy(copy) => {
            let contents = copy.heredocs.iter().map(|&index| &instruction.heredocs[index]);
            let contents = contents.map(
                |heredoc| json!({ "Path": heredoc.name, "Data": heredoc.body, "Expand": heredoc.expand }),
            );
            json!({
                "From": copy.from.clone().unwrap_or_default(),
                "Chown": copy.chown.clone().unwrap_or_default(),
                "Chmod": copy.chmod.clone().unwrap_or_default(),
                "Link": copy.link,
                "Parents": copy.parents,
                "ExcludePatterns": or_null(copy.exclude.iter().cloned().map(Value::from).collect()),
                "SourcePaths": or_null(copy.sources.iter().map(|word| word.text.clone().into()).collect()),
                "SourceContents": or_null(contents.collect()),
                "DestPath": copy.destination.text,
            })
        }
        Command::Env(list) => json!({ "Env": pairs(list) }),
        Command::Label(list) => json!({ "Labels": pairs(list) }),
        Command::Arg(arguments) => {
            let argument = |argument: &Argument| {
                let value = argument.default.as_ref().map(|value| &value.text);
                json!({ "Key": argument.name.text, "Value": value, "DocComment": "" })
            };
            json!({ "Args": arguments.iter().map(argument).collect::<Vec<_>>() })
        }
        Command::Workdir(word) => json!({ "Path": word.text }),
        Command::User(word) => json!({ "User": word.text }),
        Command::Stopsignal(word) => json!({ "Signal": word.text }),
        Command::Maintainer(text) => json!({ "Maintainer": text }),
        Command::Volume(words) => json!({ "Volumes": texts(words) }),
        Command::Expose(words) => {
            let mut ports = texts(words);
            ports.sort();
            json!({ "Ports": ports })
        }
        Command::Onbuild(text, _) => json!({ "Expression": text }),
        other => panic!("no probe has {other:?} in a stage"),
    }
}
