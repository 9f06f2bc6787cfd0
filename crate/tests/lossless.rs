//! What holds for every text: nothing is lost, nothing panics, every span fits, and time grows with the text.

use layerwise::{
    dockerfile::{Command, Dockerfile, Instruction, parse, parse_trigger, parse_without_heredocs, tokens},
    text::Span,
    word::{Lexer, expand, expand_heredoc, expand_words, variables},
};
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof, proptest},
    sample::select,
};

/// Pieces that mean something in a Dockerfile.
const PIECES: &[&str] = &[
    "FROM ",
    "RUN ",
    "COPY ",
    "ADD ",
    "ENV ",
    "LABEL ",
    "ARG ",
    "CMD ",
    "ONBUILD ",
    "HEALTHCHECK ",
    "EXPOSE ",
    "VOLUME ",
    "SHELL ",
    "WORKDIR ",
    "USER ",
    "from ",
    "Bogus ",
    "AS ",
    "NONE",
    "\n",
    "\n",
    "\r\n",
    "\n\n",
    " \\\n",
    "\\\r\n",
    "`\n",
    "\\",
    "`",
    "\n# note\n",
    "# ",
    "\u{a0}",
    "<<EOF",
    "<<-'EOF'",
    "EOF",
    "\nEOF\n",
    "\n\tEOF\n",
    "3<<A",
    "A",
    "<<",
    "<<<",
    "--mount=",
    "--from=x",
    "--chown=",
    "type=cache,",
    "--",
    "--link",
    "--interval=1s",
    "--\"é ",
    "[\"a\", \"b\"]",
    "[",
    "\"",
    "'",
    "\\u00e9",
    ",1]",
    "{}",
    "$X",
    "${X:-",
    "}",
    "${X//a/",
    "=",
    "a=b ",
    "# escape=`\n",
    "# syntax=a\n",
    "\u{feff}",
    "\u{85}",
    "\0",
    " ",
    "é",
];

/// Such pieces put together without sense, and some other text.
fn dockerfile_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(PIECES).prop_map(str::to_owned), 1 => "[a-zé ]{0,6}"];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn check_span(file: &Dockerfile, span: Span) {
    assert!(span.start <= span.end && file.text.get(span.range()).is_some(), "{span:?} in {:?}", file.text);
}

fn check_instruction(file: &Dockerfile, instruction: &Instruction) {
    let mut spans = vec![instruction.span, instruction.name_span, instruction.comment];
    spans.extend(instruction.flags.iter().map(|flag| flag.span));
    spans.extend(instruction.heredocs.iter().map(|heredoc| heredoc.span));
    let words: Vec<_> = match &instruction.command {
        Command::From(from) => [&from.image].into_iter().chain(&from.alias).collect(),
        Command::Copy(copy) | Command::Add(copy) => copy.sources.iter().chain([&copy.destination]).collect(),
        Command::Env(pairs) | Command::Label(pairs) => {
            pairs.iter().flat_map(|pair| [&pair.key, &pair.value]).collect()
        }
        Command::Arg(arguments) => arguments
            .iter()
            .flat_map(|argument| [&argument.name].into_iter().chain(&argument.default))
            .collect(),
        Command::Workdir(word) | Command::User(word) | Command::Stopsignal(word) => vec![word],
        Command::Expose(words) | Command::Volume(words) => words.iter().collect(),
        Command::Onbuild(_, trigger) => {
            check_instruction(file, trigger);
            Vec::new()
        }
        _ => Vec::new(),
    };
    spans.extend(words.iter().map(|word| word.span));
    for span in spans {
        check_span(file, span);
    }
}

fn check(text: &str) {
    for file in [parse(text), parse_without_heredocs(text)] {
        let joined: String = file.pieces.iter().map(|piece| piece.span.of(&file.text)).collect();
        assert_eq!(joined, text);
        assert!(file.pieces.iter().all(|piece| !piece.span.is_empty()));
        for (index, instruction) in file.instructions.iter().enumerate() {
            check_instruction(&file, instruction);
            assert!(instruction.line <= instruction.end_line);
            file.doc_comments(index);
        }
        for diagnostic in &file.diagnostics {
            check_span(&file, diagnostic.span);
            assert!(!diagnostic.message.is_empty());
        }
        let mut end = 0;
        for token in tokens(&file) {
            check_span(&file, token.span);
            assert!(!token.span.is_empty() && token.span.start >= end, "{token:?} behind {end} in {text:?}");
            let between = &text[end..token.span.start];
            assert!(
                between.chars().all(|char| char.is_whitespace() || char == '\u{feff}'),
                "{between:?} in {text:?}"
            );
            end = token.span.end;
        }
        assert!(
            text[end..].trim().trim_start_matches('\u{feff}').is_empty(),
            "{:?} in {text:?}",
            &text[end..]
        );
        assert_eq!(file.refusal().is_some(), file.refusal_text().is_some());
    }
    let _ = parse_trigger(text, '\\');
}

fn check_words(word: &str, escape: char) {
    let scope = vec![("X".to_owned(), "a.b/c".to_owned()), ("E".to_owned(), String::new())];
    for raw_quotes in [false, true] {
        for skip_unset in [false, true] {
            let lexer = Lexer { raw_quotes, raw_escapes: raw_quotes, skip_unset, ..Lexer::new(escape) };
            let _ = lexer.words(word, &scope);
        }
    }
    let _ = (expand_words(word, escape, &scope), expand_heredoc(word, &scope));
    // The short cut for words without anything special gives what the lexer gives.
    assert_eq!(expand(word, escape, &scope), Lexer::new(escape).word(word, &scope));
    for variable in variables(word, escape, true) {
        assert!(word.get(variable.span.range()).is_some_and(|text| text.contains(variable.name)));
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn text_like_a_dockerfile(text in dockerfile_like()) {
        check(&text);
    }

    #[test]
    fn any_word(word in any::<String>(), escape in select(vec!['\\', '`'])) {
        check_words(&word, escape);
    }

    #[test]
    fn words_like_substitutions(
        word in "[$X{}:+?#%/*\\\\`\"'<aé. -]{0,24}",
        escape in prop_oneof![Just('\\'), Just('`')],
    ) {
        check_words(&word, escape);
        check_words(&["${X", &word, "}"].concat(), escape);
    }
}

/// Texts that grow with `size` and in which something might be looked for over and over.
fn traps(size: usize) -> Vec<(&'static str, String)> {
    let numbered = |before: &str, after: &str| -> String {
        (0..size).fold(String::new(), |text, index| text + before + &index.to_string() + after)
    };
    vec![
        ("instructions", numbered("RUN echo ", "\n")),
        ("heredocs without end", numbered("RUN <<E", "\n")),
        ("heredocs with a tab before the end", "RUN <<A\n".repeat(size) + "\tA\n"),
        (
            "many heredocs of one instruction",
            "COPY ".to_owned() + &numbered("<<A", " ") + "/\n" + &numbered("A", "\n"),
        ),
        ("continuations", "RUN a \\\n".repeat(size)),
        ("comments", "# a\n".repeat(size) + "FROM a"),
        ("flags", "RUN ".to_owned() + &"--mount=a ".repeat(size)),
        ("sources", "COPY ".to_owned() + &"a ".repeat(size)),
        ("pairs", "ENV ".to_owned() + &numbered("A", "=b ")),
        ("quotes", "ENV a=".to_owned() + &"\"b' ".repeat(size)),
        ("array", "CMD [".to_owned() + &"\"a\",".repeat(size)),
        ("nested arrays", "CMD ".to_owned() + &"[".repeat(size)),
        ("substitutions", "ENV a=".to_owned() + &"${b:-".repeat(size)),
        ("triggers", "ONBUILD ".repeat(size)),
        ("stages", numbered("FROM a AS b", "\n")),
    ]
}

/// The clock is looked at here only: a text eight times as long must not take fifty times as long.
#[test]
#[expect(clippy::disallowed_methods, reason = "this test is about time")]
fn time_grows_with_the_text() {
    let measure = |text: &str| {
        let start = std::time::Instant::now();
        let file = parse(text);
        let count = tokens(&file).len();
        (start.elapsed().as_secs_f64(), count)
    };
    for ((name, short), (_, long)) in traps(1000).into_iter().zip(traps(8000)) {
        // Something else may have had the processor meanwhile: the best of several tries counts.
        let is_in_proportion = || measure(&long).0 < 0.02 + 50.0 * measure(&short).0;
        assert!((0..20).any(|_| is_in_proportion()), "{name}");
    }
}

#[test]
fn patterns_take_time_proportional_to_their_text() {
    let scope = vec![("X".to_owned(), "a".repeat(50_000))];
    for word in ["${X//a*b/c}", "${X/*a*b*/c}", "${X##*a*b}", "${X%a*a*ab}", "${X//?/b}"] {
        assert!(expand(word, '\\', &scope).is_ok(), "{word}");
    }
}

#[test]
fn files_of_five_thousand_lines() {
    let text = "FROM a\n".to_owned() + &"RUN echo a && \\\n    echo b\nCOPY <<E /x\nbody\nE\n".repeat(1000);
    let file = parse(&text);
    assert_eq!(file.instructions.len(), 2001);
    assert!(file.diagnostics.is_empty());
    check(&text);
}
