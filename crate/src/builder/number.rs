//! The names of steps as builders print them: number, total, and the instruction with its keyword in capitals.

/// Numbers the steps of one stage in the order in which they are emitted.
#[derive(Clone, Debug)]
pub struct Numbering {
    /// What stands before the number: the stage's name, or nothing if the build has only one.
    pub stage: String,
    /// How many steps there are.
    pub total: usize,
    /// The number given last.
    pub last: usize,
}

impl Numbering {
    /// BuildKit's name of the next step: `[build 2/5] COPY . .`. The number is aligned to the width of the
    /// total.
    pub fn next(&mut self, instruction: &str) -> String {
        self.last += 1;
        let mut name = String::with_capacity(instruction.len() + self.stage.len() + 12);
        name.push('[');
        if !self.stage.is_empty() {
            name.push_str(&self.stage);
            name.push(' ');
        }
        let (number, total) = (self.last.to_string(), self.total.to_string());
        name.extend(std::iter::repeat_n(' ', total.len().saturating_sub(number.len())));
        for part in [&number, "/", &total, "] ", instruction] {
            name.push_str(part);
        }
        name
    }
}

/// `text` with its first word, up to the first blank, in capitals.
pub fn upper_keyword(text: &str) -> String {
    let (keyword, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    keyword.to_ascii_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_aligned_to_the_total() {
        let mut numbering = Numbering { stage: "build".into(), total: 12, last: 1 };
        assert_eq!(numbering.next("COPY . ."), "[build  2/12] COPY . .");
        numbering = Numbering { stage: String::new(), total: 3, last: 1 };
        assert_eq!(numbering.next("RUN x"), "[2/3] RUN x");
    }

    #[test]
    fn only_the_keyword_is_raised() {
        assert_eq!(upper_keyword("copy a b"), "COPY a b");
        assert_eq!(upper_keyword("run"), "RUN");
        assert_eq!(upper_keyword(""), "");
    }
}
