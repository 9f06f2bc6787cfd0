//! The loop over lines: directives, comments, blank lines, and where each instruction begins and ends.

use super::{
    Checks, Directive, Dockerfile, Piece, PieceKind,
    blank::plain,
    directive::{detect, directive},
    heredoc::{self, Bodies},
    instruction::{Command, Instruction, Reading},
    keyword::Keyword,
    line::{Joined, Line, Lines, Logical, join},
    mistake::Mistake,
    node::Node,
    refusal::{Phase, Refusal},
    value,
};
use crate::{
    diagnostic::{Diagnostic, Severity, code},
    text::{Span, scan::trim_start},
};

/// Reads a Dockerfile.
pub(super) struct Reader<'t> {
    text: &'t str,
    lines: Lines<'t>,
    /// Whether only directives have come so far.
    at_top: bool,
    /// Whether the dialect has here-documents.
    heredocs: bool,
    bodies: Bodies<'t>,
    /// Comment lines directly above what comes next.
    comment: Option<Span>,
    has_stage: bool,
    /// Whether it was said that there is no stage.
    is_misplaced: bool,
    /// A line too long for builders within the instruction that is being read.
    too_long: Option<Mistake>,
    refusal: Refusal,
    out: Dockerfile,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, escape: char, heredocs: bool) -> Self {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        // About as many as there will be, up to a point: growing means copying.
        let expected = (text.len() / 50 + 4).min(256);
        let mut out = Dockerfile {
            text: text.to_owned(),
            directives: Vec::new(),
            escape,
            instructions: Vec::with_capacity(expected),
            pieces: Vec::with_capacity(expected),
            diagnostics: Vec::new(),
            gaps: Vec::new(),
            refusal: None,
            checks: Checks::default(),
        };
        if start > 0 {
            out.pieces.push(Piece { kind: PieceKind::ByteOrderMark, span: Span::new(0, start) });
        }
        Self {
            text,
            lines: Lines::new(text, start),
            at_top: true,
            heredocs,
            bodies: Bodies::default(),
            comment: None,
            has_stage: false,
            is_misplaced: false,
            too_long: None,
            refusal: Refusal::default(),
            out,
        }
    }

    pub(super) fn read(mut self) -> Dockerfile {
        while let Some(line) = self.lines.next() {
            self.check_length(line);
            self.flush_length();
            let text = trim_start(line.text);
            let span = Span::new(line.start, line.end());
            if self.at_top && self.directive(line, text) {
                self.out.pieces.push(Piece { kind: PieceKind::Directive, span });
                continue;
            }
            if matches!(text.as_bytes().first(), None | Some(b'#')) {
                let blank = text.is_empty();
                let kind = if blank { PieceKind::Blank } else { PieceKind::Comment };
                self.out.pieces.push(Piece { kind, span });
                self.comment = if blank {
                    None
                } else {
                    Some(Span::new(self.comment.map_or(line.start, |above| above.start), line.text_end()))
                };
                continue;
            }
            self.instruction(line, text);
        }
        self.finish()
    }

    fn check_length(&mut self, line: Line<'_>) {
        if line.is_too_long() && self.too_long.is_none() {
            let message = "dockerfile line greater than max allowed size of 65535";
            let span = Span::new(line.start, line.text_end());
            self.too_long = Some(Mistake::new(code::LINE_TOO_LONG, span, message));
        }
    }

    /// Reports a line that was too long, once what stands before it is reported.
    fn flush_length(&mut self) {
        if let Some(mistake) = self.too_long.take() {
            let line = self.lines.number();
            self.report(mistake, line, Phase::Lines);
        }
    }

    /// Reads a directive, if the line is one.
    fn directive(&mut self, line: Line<'_>, text: &str) -> bool {
        let Some((name, value)) = directive(text, "#") else {
            self.at_top = false;
            return false;
        };
        let span = Span::new(line.start, line.text_end());
        if self.out.directives.iter().any(|known| known.name == name) {
            let message = ["only one ", name, " parser directive can be used"].concat();
            self.report(Mistake::new(code::DUPLICATE_DIRECTIVE, span, message), line.number, Phase::Lines);
        } else if name == "escape" {
            match value.as_str() {
                "`" => self.out.escape = '`',
                "\\" => self.out.escape = '\\',
                _ => {
                    let message = ["invalid escape token '", &value, "' does not match ` or \\"].concat();
                    let mistake = Mistake::new(code::INVALID_ESCAPE_TOKEN, span, message);
                    self.report(mistake, line.number, Phase::Lines);
                }
            }
        }
        self.out.directives.push(Directive { name: name.to_owned(), value, span });
        true
    }

    fn instruction(&mut self, first: Line<'t>, text: &'t str) {
        let start = first.text_end() - text.len();
        let escape = self.out.escape;
        let mut long = None;
        let joined = join(&mut self.lines, first, text, escape, |line| {
            if line.is_too_long() && long.is_none() {
                long = Some(line);
            }
        });
        if let Some(line) = long {
            self.check_length(line);
        }
        let Joined { logical, mut last, has_empty } = joined;
        if has_empty {
            self.out.gaps.push(Span::new(first.start, last.text_end()));
        }
        let (mut node, split) = Node::read(&logical, &logical.text, escape, 0);
        let keyword = node.keyword;
        let mut instruction = Instruction {
            span: Span::default(),
            line: first.number,
            end_line: 0,
            name_span: logical.span(node.name),
            original: node.whole.to_owned(),
            flags: std::mem::take(&mut node.flags),
            name_length: node.name.len(),
            text_start: node.whole.len() - node.rest.len(),
            heredocs: Vec::new(),
            comment: self.comment.take().unwrap_or(Span::new(start, start)),
            command: Command::Invalid,
        };
        let read = split.and_then(|()| self.read_bodies(&node, &logical, &mut instruction, &mut last));
        let command = read.map_err(|mistake| (mistake, Phase::Lines)).and_then(|()| {
            let heredocs = &mut instruction.heredocs;
            let reading = Reading::new(&logical, node, &instruction.flags, escape, &logical.text, heredocs);
            reading.command().map_err(|mistake| (mistake, Phase::Instructions))
        });
        match command {
            Ok(command) => instruction.command = command,
            Err((mistake, phase)) => self.report(mistake, first.number, phase),
        }
        self.flush_length();
        self.check_stage(keyword, &instruction);
        instruction.span = Span::new(start, last.text_end());
        instruction.end_line = last.number;
        let kind = PieceKind::Instruction(self.out.instructions.len());
        self.out.pieces.push(Piece { kind, span: Span::new(first.start, last.end()) });
        self.out.instructions.push(instruction);
    }

    /// Reads the here-documents behind an instruction.
    fn read_bodies(
        &mut self,
        node: &Node<'_>,
        logical: &Logical<'_>,
        instruction: &mut Instruction,
        last: &mut Line<'t>,
    ) -> Result<(), Mistake> {
        if !self.heredocs || !node.can_open_heredocs() {
            return Ok(());
        }
        let opened = heredoc::opened_by(&logical.text).map_err(|error| {
            Mistake::new(code::INVALID_HEREDOC, logical.span(node.rest), error.to_string())
        })?;
        for mut heredoc in opened {
            if !self.bodies.read(&mut heredoc, &mut self.lines) {
                let span = logical.span(node.rest);
                *last = self.give_up(*last);
                return Err(Mistake::new(code::UNTERMINATED_HEREDOC, span, "unterminated heredoc"));
            }
            // The line that ends it.
            let end = heredoc.span.end;
            let full = self.text.get(end..self.lines.offset()).unwrap_or("");
            let text = full.trim_end_matches(['\r', '\n']);
            *last = Line { text, full, start: end, number: self.lines.number() };
            instruction.heredocs.push(heredoc);
        }
        Ok(())
    }

    /// A here-document has no end. The builder gives up; for a person who is typing, it goes on to the next
    /// line that begins with a keyword in capitals.
    fn give_up(&mut self, mut last: Line<'t>) -> Line<'t> {
        let mut ahead = self.lines.clone();
        while let Some(line) = ahead.next() {
            let word = plain(line.text).0;
            if Keyword::find(word).is_some_and(|keyword| keyword.name() == word) {
                break;
            }
            last = line;
            self.lines = ahead.clone();
        }
        last
    }

    /// Other instructions than ARG must not come before the first FROM.
    fn check_stage(&mut self, keyword: Option<Keyword>, instruction: &Instruction) {
        if keyword == Some(Keyword::From) {
            self.has_stage = true;
        }
        let misplaced = !self.has_stage && !matches!(instruction.command, Command::Arg(_) | Command::Invalid);
        if misplaced && !self.is_misplaced {
            self.is_misplaced = true;
            let mistake = Mistake::new(
                code::NO_BUILD_STAGE,
                instruction.name_span,
                "no build stage in current context",
            );
            self.report(mistake, instruction.line, Phase::Stages);
        }
    }

    fn report(&mut self, mistake: Mistake, line: u32, phase: Phase) {
        self.refusal.note(phase, self.out.diagnostics.len());
        self.out.diagnostics.push(Diagnostic {
            code: mistake.code,
            severity: Severity::Error,
            span: mistake.span,
            line,
            message: mistake.message,
            hint: None,
            edits: Vec::new(),
        });
    }

    /// What can only be said about the file as a whole.
    fn finish(mut self) -> Dockerfile {
        let whole = if self.text.is_empty() {
            Some((code::EMPTY_FILE, "the Dockerfile cannot be empty"))
        } else if self.out.instructions.is_empty() {
            Some((code::NO_INSTRUCTIONS, "file with no instructions"))
        } else if !self.has_stage && self.refusal.is_none() {
            Some((code::NO_STAGES, "dockerfile contains no stages to build"))
        } else {
            None
        };
        if let Some((code, message)) = whole {
            let end = Span::new(self.text.len(), self.text.len());
            let phase = if code == code::NO_STAGES { Phase::Stages } else { Phase::Lines };
            self.report(Mistake::new(code, end, message), 0, phase);
        }
        match Checks::read(&detect(self.text, "check").unwrap_or_default()) {
            Ok(checks) => self.out.checks = checks,
            // The builder looks at these before it reads anything else.
            Err(message) => {
                let directive = self.out.directives.iter().find(|directive| directive.name == "check");
                let span = directive.map_or(Span::default(), |directive| directive.span);
                self.refusal.come_first();
                let message = ["failed to parse check options: ", &message].concat();
                self.report(Mistake::new(code::INVALID_CHECK, span, message), 1, Phase::Lines);
            }
        }
        self.out.refusal = self.refusal.first();
        value::run(&mut self.out);
        self.out
    }
}
