//! Reading a member of an archive without trusting what the archive says of itself.

use std::io::{ErrorKind, Read, SeekFrom};

use ::zip::ZipArchive;
use ::zip::result::ZipError;
use zeroize::Zeroizing;

use super::source::Input;
use crate::import::Error;

/// More members than any export has; listing them costs memory.
const MOST_MEMBERS: usize = 100_000;

/// Given at once to a member that says it is larger: a forged size must not reserve memory.
const FIRST_BYTES: u64 = 1024 * 1024;

/// An open archive.
pub(super) type Archive<'a> = ZipArchive<&'a mut dyn Input>;

/// Opens the archive's list of members.
pub(super) fn open(input: &mut dyn Input) -> Result<Archive<'_>, Error> {
    input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
    let archive = ZipArchive::new(input).map_err(explain)?;
    if archive.len() > MOST_MEMBERS {
        return Err(malformed("the archive has more than 100,000 members"));
    }
    Ok(archive)
}

/// Unpacks one member, whatever size it claims.
///
/// # Errors
/// [`Error::TooLarge`] beyond `most_bytes`; [`Error::Malformed`] when it is missing, protected or damaged.
pub(super) fn member(
    archive: &mut Archive<'_>,
    path: &str,
    most_bytes: u64,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let file = archive.by_name(path).map_err(explain)?;
    let claimed = file.size();
    if claimed > most_bytes {
        return Err(Error::TooLarge { limit: "the bound for a member of an archive" });
    }
    let mut bytes = Buffer::new(claimed.min(FIRST_BYTES));
    let mut file = file.take(most_bytes + 1);
    bytes.fill(&mut file)?;
    if bytes.len as u64 > most_bytes {
        return Err(Error::TooLarge { limit: "the bound for a member of an archive" });
    }
    Ok(bytes.into_inner())
}

/// Grows without leaving an unwiped copy behind, which `read_to_end` would.
struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    len: usize,
}

impl Buffer {
    fn new(size: u64) -> Self {
        let size = usize::try_from(size).unwrap_or(0) + 1;
        Self { bytes: Zeroizing::new(vec![0; size.max(4096)]), len: 0 }
    }

    fn fill(&mut self, file: &mut impl Read) -> Result<(), Error> {
        loop {
            if self.len == self.bytes.len() {
                let mut larger = Zeroizing::new(vec![0; self.bytes.len() * 2]);
                larger[..self.len].copy_from_slice(&self.bytes);
                self.bytes = larger;
            }
            match file.read(&mut self.bytes[self.len..]) {
                Ok(0) => return Ok(()),
                Ok(n) => self.len += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(damaged(error)),
            }
        }
    }

    fn into_inner(mut self) -> Zeroizing<Vec<u8>> {
        self.bytes.truncate(self.len);
        self.bytes
    }
}

fn explain(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => damaged(error),
        ZipError::FileNotFound => malformed("the archive does not hold what its format has in it"),
        ZipError::UnsupportedArchive(_) => {
            malformed("the archive is protected or packed in a way that is not read")
        }
        _ => malformed("the archive is damaged"),
    }
}

/// What comes of damaged bytes is no trouble with the disk.
fn damaged(error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::InvalidData
        | ErrorKind::InvalidInput
        | ErrorKind::UnexpectedEof
        | ErrorKind::Other => malformed("the archive is damaged"),
        _ => Error::Unreadable(error),
    }
}

fn malformed(problem: &'static str) -> Error {
    Error::Malformed { format: "Archive", problem, row: None, column: None }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use ::zip::ZipWriter;
    use ::zip::write::SimpleFileOptions;

    use super::*;

    fn packed(name: &str, content: &[u8]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8], name: &str, most: u64) -> Result<Vec<u8>, Error> {
        let mut input = Cursor::new(bytes);
        let mut archive = open(&mut input)?;
        member(&mut archive, name, most).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn a_member_is_read_up_to_the_bound_and_not_beyond() {
        let bytes = packed("a/b.json", &[b'x'; 10_000]);
        assert_eq!(read(&bytes, "a/b.json", 10_000).unwrap().len(), 10_000);
        let refused = read(&bytes, "a/b.json", 9_999);
        assert!(matches!(refused, Err(Error::TooLarge { .. })), "a bomb is refused: {refused:?}");
    }

    #[test]
    fn a_member_that_lies_about_its_size_is_not_believed() {
        let mut bytes = packed("a", &[b'x'; 10_000]);
        // The uncompressed size in the central directory, 24 bytes after its signature (APPNOTE 4.3.12).
        let at = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap() + 24;
        bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        let read = read(&bytes, "a", 5_000);
        assert!(read.is_err(), "more than the bound comes out of it: {read:?}");
    }

    #[test]
    fn a_missing_member_and_a_damaged_archive_are_named() {
        let bytes = packed("a", b"content");
        assert!(matches!(read(&bytes, "b", 100), Err(Error::Malformed { .. })));
        for cut in 0..bytes.len() {
            let cut = read(&bytes[..cut], "a", 100);
            assert!(matches!(cut, Err(Error::Malformed { .. })), "{cut:?}");
        }
    }
}
