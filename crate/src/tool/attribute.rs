//! A RUN that does nothing but give files another mode or owner.

use super::{Script, Setting, shell};

/// A file whose mode is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModeChange {
    /// Absolute path.
    pub path: String,
    /// The mode as `chmod` takes it.
    pub mode: String,
}

/// A file that gets another owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerChange {
    /// Absolute path.
    pub path: String,
    /// Name or number of the user.
    pub user: String,
    /// Name or number of the group; without one the file keeps its group.
    pub group: Option<String>,
}

/// The modes that a script gives, in order; `None` if it does anything else, or anything that is not certain.
pub fn mode_changes(script: Script<'_>, setting: &Setting<'_>) -> Option<Vec<ModeChange>> {
    let (modes, owners) = attribute_changes(script, setting)?;
    owners.is_empty().then_some(modes)
}

/// The modes and owners that a script gives to files as root, each in order; `None` if it does anything else, or
/// anything that is not certain.
pub fn attribute_changes(
    script: Script<'_>,
    setting: &Setting<'_>,
) -> Option<(Vec<ModeChange>, Vec<OwnerChange>)> {
    // What follows `||` may never run.
    if let Script::Shell(text) = script
        && text.contains("||")
    {
        return None;
    }
    let reading = shell::commands(script, setting);
    if reading.opaque.is_some() {
        return None;
    }
    let (mut modes, mut owners) = (Vec::new(), Vec::new());
    for command in &reading.commands {
        let words: Vec<&str> = command.words.iter().map(shell::Word::certain).collect::<Option<_>>()?;
        let [name @ ("chmod" | "chown"), value, paths @ ..] = words.as_slice() else { return None };
        let bare = command.redirects.is_empty() && !command.piped && !paths.is_empty();
        if !bare || words.iter().skip(1).any(|word| word.starts_with('-')) {
            return None;
        }
        let owner = if *name == "chown" { Some(owner(value)?) } else { None };
        for path in paths {
            let path = if path.starts_with('/') {
                shell::normal(path)
            } else {
                shell::join(command.directory.as_deref()?, path)
            };
            match &owner {
                Some((user, group)) => {
                    owners.push(OwnerChange { path, user: user.clone(), group: group.clone() });
                }
                None => modes.push(ModeChange { path, mode: (*value).to_owned() }),
            }
        }
    }
    (!modes.is_empty() || !owners.is_empty()).then_some((modes, owners))
}

/// The user and the group that `chown` is told. `user:` takes a group from the list of users, `:group` leaves the user,
/// and a dot may be a part of a name: none of them is plain.
fn owner(text: &str) -> Option<(String, Option<String>)> {
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    (plain(user) && group.is_none_or(plain)).then(|| (user.to_owned(), group.map(str::to_owned)))
}

/// What `chmod` makes of a mode, with the usual mask of 022; `None` for what is not plain.
///
/// ```
/// use layerwise::tool::changed_mode;
///
/// assert_eq!(changed_mode(0o644, "+x"), Some(0o755));
/// assert_eq!(changed_mode(0o644, "u=rwx,go-r"), Some(0o700));
/// assert_eq!(changed_mode(0o644, "0750"), Some(0o750));
/// assert_eq!(changed_mode(0o644, "u+s"), None);
/// ```
pub fn changed_mode(mode: u32, change: &str) -> Option<u32> {
    const MASK: u32 = 0o022;
    if change.bytes().all(|byte| byte.is_ascii_digit()) {
        return u32::from_str_radix(change, 8).ok().filter(|mode| *mode <= 0o777 && change.len() >= 3);
    }
    let mut mode = mode;
    for clause in change.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at_checked(at)?;
        let (operator, bits) = rest.split_at_checked(1)?;
        let mut classes = 0;
        for letter in who.chars() {
            classes |= match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                _ => return None,
            };
        }
        let mut permissions = 0;
        for letter in bits.chars() {
            permissions |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                _ => return None,
            };
        }
        let (classes, mask) = if who.is_empty() { (0o777, MASK) } else { (classes, 0) };
        let bits = permissions & classes & !mask;
        mode = match operator {
            "+" => mode | bits,
            "-" => mode & !bits,
            _ => mode & !classes | bits,
        };
    }
    Some(mode)
}
