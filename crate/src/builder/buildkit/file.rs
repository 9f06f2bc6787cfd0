//! The `FileOp` of COPY, ADD, WORKDIR and of helper files, and the JSON that its cache key hashes (BuildKit:
//! `solver/llbsolver/ops/file.go`, `CacheMap`).

use std::rc::Rc;

use super::{
    json::{Object, base64, count},
    path::base,
};

/// An op that changes files without running anything: actions in order, each on the result of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileOp {
    /// Index of the op's input that the first action changes; `None` is an empty file system.
    pub(super) parent: Option<usize>,
    pub(super) actions: Vec<Action>,
    /// How many inputs the op has.
    pub(super) inputs: usize,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Copy(Box<Copy>),
    /// A file with its bytes.
    MakeFile {
        path: String,
        mode: u32,
        data: Vec<u8>,
    },
    /// A folder.
    MakeDirectory {
        path: String,
        mode: u32,
        parents: bool,
        owner: Option<Owner>,
        timestamp: i64,
    },
}

/// A copy from an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Copy {
    /// Index of the op's input that is copied from; `None` is an empty file system.
    pub(super) input: Option<usize>,
    /// Clean absolute path in the source.
    pub(super) source: String,
    /// Where to, the same for all sources of an instruction.
    pub(super) to: Rc<Target>,
    /// Follow a link, copy a folder's contents, take wildcards: all that a local path has and a download has not.
    pub(super) local: bool,
    /// Unpack archives.
    pub(super) unpack: bool,
    pub(super) include: Vec<String>,
    pub(super) required: Vec<String>,
}

/// Where something is copied to, and as whose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// Clean absolute path; a final slash is kept.
    pub(super) dest: String,
    pub(super) owner: Option<Owner>,
    pub(super) mode: CopyMode,
    /// Patterns of what is left out.
    pub(super) exclude: Vec<String>,
}

/// `--chmod`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum CopyMode {
    /// Not given.
    #[default]
    Keep,
    /// Octal.
    Bits(u32),
    /// `u+x,g=rw`.
    Symbolic(String),
}

/// `--chown`, or the user of a WORKDIR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) user: Id,
    pub(super) group: Option<Id>,
}

/// A user or group by number or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Id {
    Number(u32),
    Name(String),
}

impl Owner {
    /// Reads `user[:group]`. Nothing at all is no owner; an empty part is number 0.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        Some(Self { user: Id::parse(user), group: group.map(Id::parse) })
    }

    /// As it is written: `user` or `user:group`.
    pub(super) fn text(&self) -> String {
        let mut text = self.user.text();
        if let Some(group) = &self.group {
            text.push(':');
            text.push_str(&group.text());
        }
        text
    }

    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        self.user.write(object.field("user"));
        if let Some(group) = &self.group {
            group.write(object.field("group"));
        }
        object.end();
    }

    /// Whether a part is a name, which only an image's `/etc/passwd` turns into a number.
    pub(super) fn is_named(&self) -> bool {
        [Some(&self.user), self.group.as_ref()].into_iter().flatten().any(|id| matches!(id, Id::Name(_)))
    }
}

impl Id {
    fn parse(text: &str) -> Self {
        match text {
            "" | "root" => Self::Number(0),
            text => match text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse()) {
                Some(Ok(number)) => Self::Number(number),
                _ => Self::Name(text.to_owned()),
            },
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Name(name) => name.clone(),
        }
    }

    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        let mut user = Object::new(object.field("User"));
        match self {
            Self::Number(0) => {}
            Self::Number(number) => user.number("byId", i64::from(*number)),
            Self::Name(name) => {
                let mut by_name = Object::new(user.field("byName"));
                by_name.string_or_none("name", name);
                by_name.end();
            }
        }
        user.end();
        object.end();
    }
}

impl FileOp {
    /// Its copies.
    pub(super) fn copies(&self) -> impl Iterator<Item = &Copy> {
        self.actions.iter().filter_map(|action| match action {
            Action::Copy(copy) => Some(&**copy),
            _ => None,
        })
    }

    /// What decides the text that is hashed: the actions as they are before they are encoded once more.
    pub(super) fn parts(&self) -> String {
        let mut text = String::with_capacity(256);
        for action in &self.actions {
            action.write(&mut text);
            text.push('\n');
        }
        self.write_indexes(&mut text);
        text
    }

    /// What is hashed: the op without its inputs.
    pub(super) fn json(&self) -> String {
        let mut text = String::with_capacity(400);
        let mut op = Object::new(&mut text);
        op.string("Type", "buildkit.file.v0");
        let out = op.field("Actions");
        let mut action = String::with_capacity(256);
        for (index, each) in self.actions.iter().enumerate() {
            action.clear();
            each.write(&mut action);
            out.push_str(if index == 0 { "[\"" } else { ",\"" });
            base64(out, action.as_bytes());
            out.push('"');
        }
        out.push(']');
        if !is_plain(&self.indexes()) {
            self.write_indexes(op.field("indexes"));
        }
        op.end();
        text
    }

    fn write_indexes(&self, out: &mut String) {
        out.push('[');
        for (index, triple) in self.indexes().iter().enumerate() {
            out.push_str(if index == 0 { "[" } else { ",[" });
            for (place, number) in triple.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&number.to_string());
            }
            out.push(']');
        }
        out.push(']');
    }

    /// For each action: what it changes, what it copies from, and whether its result is the op's.
    fn indexes(&self) -> Vec<[i64; 3]> {
        let number = |input: Option<usize>| input.map_or(-1, count);
        let last = self.actions.len().saturating_sub(1);
        let triple = |(index, action): (usize, &Action)| {
            let changed = if index == 0 { number(self.parent) } else { count(self.inputs + index - 1) };
            let source = match action {
                Action::Copy(copy) => number(copy.input),
                _ => -1,
            };
            [changed, source, if index == last { 0 } else { -1 }]
        };
        self.actions.iter().enumerate().map(triple).collect()
    }
}

/// Whether BuildKit leaves the indexes out. The number of actions stands where one would expect the number
/// of inputs; that is how BuildKit has it.
fn is_plain(indexes: &[[i64; 3]]) -> bool {
    let all = count(indexes.len());
    indexes.iter().enumerate().all(|(index, &[changed, source, output])| {
        let at = count(index);
        changed == if at == 0 { 0 } else { all + at - 1 }
            && (source == -1 || source == 1)
            && output == if at == all - 1 { 0 } else { -1 }
    })
}

impl Action {
    fn write(&self, out: &mut String) {
        match self {
            Self::Copy(copy) => copy.write(out),
            Self::MakeFile { path, mode, data } => {
                let mut object = Object::new(out);
                object.string("path", path);
                object.number_or_none("mode", i64::from(*mode));
                if !data.is_empty() {
                    let out = object.field("data");
                    out.push('"');
                    base64(out, data);
                    out.push('"');
                }
                object.number("timestamp", -1);
                object.end();
            }
            Self::MakeDirectory { path, mode, parents, owner, timestamp } => {
                let mut object = Object::new(out);
                object.string("path", path);
                object.number_or_none("mode", i64::from(*mode));
                object.flag("makeParents", *parents);
                if let Some(owner) = owner {
                    owner.write(object.field("owner"));
                }
                object.number("timestamp", *timestamp);
                object.end();
            }
        }
    }
}

impl Copy {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        // The folders of the source are in the content digest; the key holds its last element only.
        let source = if self.input.is_some() { base(&self.source) } else { &self.source };
        object.string_or_none("src", source);
        object.string("dest", &self.to.dest);
        if let Some(owner) = &self.to.owner {
            owner.write(object.field("owner"));
        }
        match &self.to.mode {
            CopyMode::Keep => object.number("mode", -1),
            CopyMode::Bits(bits) => object.number_or_none("mode", i64::from(*bits)),
            CopyMode::Symbolic(_) => {}
        }
        object.flag("followSymlink", self.local);
        object.flag("dirCopyContents", self.local);
        object.flag("attemptUnpackDockerCompatibility", self.unpack);
        object.flag("createDestPath", true);
        object.flag("allowWildcard", self.local);
        object.flag("allowEmptyWildcard", self.local);
        object.number("timestamp", -1);
        object.strings_or_none("include_patterns", &self.include);
        object.strings_or_none("exclude_patterns", &self.to.exclude);
        if let CopyMode::Symbolic(text) = &self.to.mode {
            object.string("modeStr", text);
        }
        object.strings_or_none("required_paths", &self.required);
        object.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_action(action: &Action, expected: &str) {
        let mut out = String::new();
        action.write(&mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn actions_are_encoded_as_recorded() {
        let copy = Copy {
            input: Some(1),
            source: "/d/a.txt".into(),
            to: Target { dest: "/1".into(), owner: Owner::parse("bob:staff"), ..Target::default() }.into(),
            local: true,
            ..Copy::default()
        };
        check_action(
            &Action::Copy(Box::new(copy)),
            r#"{"src":"a.txt","dest":"/1","owner":{"user":{"User":{"byName":{"name":"bob"}}},"group":{"User":{"byName":{"name":"staff"}}}},"mode":-1,"followSymlink":true,"dirCopyContents":true,"createDestPath":true,"allowWildcard":true,"allowEmptyWildcard":true,"timestamp":-1}"#,
        );
        check_action(
            &Action::MakeDirectory {
                path: "/cache".into(),
                mode: 0o755,
                parents: false,
                owner: Owner::parse("0:0"),
                timestamp: -1,
            },
            r#"{"path":"/cache","mode":493,"owner":{"user":{"User":{}},"group":{"User":{}}},"timestamp":-1}"#,
        );
        check_action(
            &Action::MakeFile { path: "/EOF".into(), mode: 0o644, data: b"x\n".to_vec() },
            r#"{"path":"/EOF","mode":420,"data":"eAo=","timestamp":-1}"#,
        );
    }

    #[test]
    fn indexes_are_left_out_where_buildkit_does() {
        let copy = |input| Action::Copy(Box::new(Copy { input, ..Copy::default() }));
        let op = |parent, sources: &[usize], inputs| FileOp {
            parent,
            actions: sources.iter().map(|&input| copy(Some(input))).collect(),
            inputs,
        };
        let plain = |op: FileOp| is_plain(&op.indexes());
        assert!(plain(op(Some(0), &[1], 2)));
        assert!(plain(op(Some(0), &[1, 1], 2)));
        assert!(!plain(op(Some(0), &[1, 1, 1], 2)));
        assert!(!plain(op(None, &[0], 1)));
        assert_eq!(op(Some(0), &[1, 2], 3).indexes(), [[0, 1, -1], [3, 2, 0]]);
    }
}
