//! Where a text stands in another one. The standard library's search is made for long texts and takes 3 kB of code.

/// Where `part` stands first in `text`.
pub fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some((first, behind)) = part.split_first() else { return Some(0) };
    let mut start = 0;
    loop {
        let rest = text.get(start..)?;
        start += rest.iter().position(|byte| byte == first)? + 1;
        if text.get(start..)?.starts_with(behind) {
            return Some(start - 1);
        }
    }
}

/// Where `part` stands last in `text`.
pub fn rfind(text: &str, part: &str) -> Option<usize> {
    let text = text.as_bytes();
    let mut at = text.len().checked_sub(part.len())?;
    while !text.get(at..)?.starts_with(part.as_bytes()) {
        at = at.checked_sub(1)?;
    }
    Some(at)
}

/// What stands before `part` where it stands first in `text`, and what behind.
pub fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_the_standard_search_finds(text in "[abé]{0,12}", part in "[abé]{0,3}") {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(rfind(&text, &part), text.rfind(&part));
            prop_assert_eq!(split_once(&text, &part), text.split_once(&part));
        }
    }
}
