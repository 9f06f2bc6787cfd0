//! The entries of an archive, as Go's `archive/tar` gives them one after another.

use std::rc::Rc;

use super::{
    header::{BLOCK, Header, text},
    pax::Records,
};

/// The longest name that a file system takes, and the longest part of one.
const LONGEST: (usize, usize) = (4095, 255);
/// The longest header of a header.
const LONGEST_SPECIAL: usize = 1 << 20;

/// An entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As it is written, with slashes and dots.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Permission bits with setuid, setgid and sticky.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

/// What an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file with its bytes; where the archive ends too early there are none.
    File(Rc<[u8]>),
    /// A folder.
    Directory,
    /// A symbolic link with its target.
    Symlink(String),
    /// A further name of the file with this name.
    Hardlink(String),
    /// A device or a pipe: its letter, and the numbers of a device.
    Special(u8, [u32; 2]),
    /// What no builder unpacks, with its letter.
    Refused(u8),
}

/// How an archive ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With what marks the end.
    Marked,
    /// Where the bytes end, which is fine between entries and an error within one.
    Cut {
        /// Whether something is missing.
        inside: bool,
    },
    /// With a block that is no header, or a wrong header: the builder's message.
    Wrong(&'static str),
    /// It holds what is not read here.
    Unknown,
}

/// The entries of an archive and how it ends; `None` if it is none, since there is no first header.
pub(super) fn read(stream: &[u8]) -> Option<(Vec<Entry>, End)> {
    let mut reader = Reader { rest: stream, skip: 0 };
    let mut entries = Vec::new();
    let mut first = true;
    loop {
        match reader.next() {
            Ok(entry) => entries.extend(entry),
            Err(Halt { entry, end }) => {
                // Of a file that is not all there, there was a header.
                if first && entry.is_none() && end != End::Unknown {
                    return None;
                }
                entries.extend(entry);
                return Some((entries, end));
            }
        }
        first = false;
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    /// How many bytes fill up the last block of an entry.
    skip: usize,
}

/// Why there is no next entry, or none after this one.
struct Halt {
    entry: Option<Entry>,
    end: End,
}

impl From<End> for Halt {
    fn from(end: End) -> Self {
        Self { entry: None, end }
    }
}

const WRONG: End = End::Wrong("archive/tar: invalid tar header");

impl<'a> Reader<'a> {
    /// The next entry; none if it is a header for all that follow, which builders pass over.
    fn next(&mut self) -> Result<Option<Entry>, Halt> {
        let mut records = Records::default();
        let (mut long_name, mut long_link) = (Vec::new(), Vec::new());
        loop {
            let header = self.header()?;
            match header.flag {
                b'x' => records = Records::read(self.special(header.size)?).ok_or(WRONG)?,
                b'g' => {
                    Records::read(self.special(header.size)?).ok_or(WRONG)?;
                    return Ok(None);
                }
                b'L' => long_name = text(self.special(header.size)?).to_vec(),
                b'K' => long_link = text(self.special(header.size)?).to_vec(),
                _ => return self.entry(header, records, long_name, long_link).map(Some),
            }
        }
    }

    fn entry(
        &mut self,
        header: Header,
        records: Records,
        long_name: Vec<u8>,
        long_link: Vec<u8>,
    ) -> Result<Entry, Halt> {
        // The size of the header counts before that of the records.
        if records.wrong || !is_bare(header.flag) && header.size < 0 {
            return Err(WRONG.into());
        }
        if records.more {
            return Err(End::Unknown.into());
        }
        let or = |long: Vec<u8>, record: Option<Vec<u8>>, own: Vec<u8>| {
            String::from_utf8(if long.is_empty() { record.unwrap_or(own) } else { long })
        };
        let name = or(long_name, records.path, header.name);
        let link = or(long_link, records.link, header.link);
        let owner = |record: Option<i64>, own: i64| u32::try_from(record.unwrap_or(own)).ok();
        let owners = (owner(records.uid, header.uid), owner(records.gid, header.gid));
        let (Ok(name), Ok(link), (Some(uid), Some(gid))) = (name, link, owners) else {
            return Err(End::Unknown.into());
        };
        // -1 keeps an owner, and what no file system takes fails in ways of its own.
        if uid.min(gid) == u32::MAX || uid.max(gid) == u32::MAX || is_too_long(&name) || is_too_long(&link) {
            return Err(End::Unknown.into());
        }
        let flag = match header.flag {
            // Before there were folders, a final slash made one.
            0 if name.ends_with('/') => b'5',
            0 => b'0',
            flag => flag,
        };
        let size = if is_bare(flag) { 0 } else { records.size.unwrap_or(header.size) };
        let size =
            usize::try_from(size).map_err(|_| if size < 0 { WRONG } else { End::Cut { inside: true } });
        let kind = match flag {
            b'0' => Kind::File(Rc::from([])),
            b'1' => Kind::Hardlink(link),
            b'2' => Kind::Symlink(link),
            b'5' => Kind::Directory,
            b'3' | b'4' | b'6' => {
                let [major, minor] = if flag == b'6' { [0, 0] } else { header.device };
                // Larger numbers are no device's.
                if !(0..1 << 12).contains(&major) || !(0..1 << 20).contains(&minor) {
                    return Err(End::Unknown.into());
                }
                Kind::Special(flag, [major, minor].map(|number| number.cast_unsigned() as u32))
            }
            b'S' if !header.gnu => return Err(WRONG.into()),
            other => Kind::Refused(other),
        };
        let mut entry = Entry { name, kind, mode: (header.mode.cast_unsigned() & 0o7777) as u32, uid, gid };
        let data = match size {
            Ok(size) => self.data(size),
            Err(end @ End::Cut { .. }) => Err(end),
            Err(end) => return Err(end.into()),
        };
        match (data, &mut entry.kind) {
            (Ok(data), Kind::File(bytes)) => *bytes = Rc::from(data),
            (Err(end), _) => return Err(Halt { entry: Some(entry), end }),
            _ => {}
        }
        Ok(entry)
    }

    /// The next header. Two empty blocks, or the end between entries, end an archive.
    fn header(&mut self) -> Result<Header, End> {
        self.rest = self.rest.get(self.skip..).unwrap_or(&[]);
        self.skip = 0;
        let mut block = self.block()?;
        if *block == [0; BLOCK] {
            block = self.block()?;
            return Err(if *block == [0; BLOCK] { End::Marked } else { WRONG });
        }
        Header::read(block).ok_or(WRONG)
    }

    fn block(&mut self) -> Result<&'a [u8; BLOCK], End> {
        match self.rest.split_first_chunk() {
            Some((block, rest)) => {
                self.rest = rest;
                Ok(block)
            }
            None => Err(End::Cut { inside: !self.rest.is_empty() }),
        }
    }

    /// The data of an entry.
    fn data(&mut self, size: usize) -> Result<&'a [u8], End> {
        let (data, rest) = self.rest.split_at_checked(size).ok_or(End::Cut { inside: true })?;
        self.rest = rest;
        self.skip = size.wrapping_neg() % BLOCK;
        Ok(data)
    }

    /// The data of a header of a header.
    fn special(&mut self, size: i64) -> Result<&'a [u8], End> {
        let size =
            usize::try_from(size).map_err(|_| if size < 0 { WRONG } else { End::Cut { inside: true } })?;
        if size > LONGEST_SPECIAL && self.rest.len() > LONGEST_SPECIAL {
            return Err(End::Wrong("archive/tar: header field too long"));
        }
        self.data(size)
    }
}

/// Whether entries with this letter have no data, whatever their size says.
fn is_bare(flag: u8) -> bool {
    (b'1'..=b'6').contains(&flag)
}

fn is_too_long(name: &str) -> bool {
    name.len() > LONGEST.0 || name.split('/').any(|part| part.len() > LONGEST.1)
}
