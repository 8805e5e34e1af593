//! KeePass (kdbx): the databases themselves, KDBX 3.1 and 4.
//!
//! The file is held in memory, opened; what it inflates to is read as a stream, entry by entry.

use std::io::{Read, Seek, SeekFrom};

use data_encoding::BASE64;
use encoding_rs::UTF_8;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::keepass_item::Flavor;
use super::keepass_tree;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::{Input, Source};
use super::xml::{Unlock, Xml};
use crate::import::Error;
use crate::keys::{InnerStream, Kdbx, KdbxError, OpenKdbx};
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "keepasskdbx",
    name: "KeePass (kdbx)",
    extensions: &["kdbx"],
    needs_password: true,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

/// Held in memory twice, sealed and open. The official importer takes 10 MiB; attachments need more.
const LARGEST_BYTES: u64 = 256 * 1024 * 1024;

/// Any file can be a key file.
const LARGEST_KEY_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// All KeePass databases; what is not KDBX is refused by its own name, not as unknown.
fn fits(looked: &Looked<'_>) -> f64 {
    if !looked.first.starts_with(&[0x03, 0xD9, 0xA2, 0x9A]) {
        return 0.0;
    }
    if looked.first[4..].starts_with(&[0x67, 0xFB, 0x4B, 0xB5]) { 1.0 } else { 0.9 }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
    let file = bounded(input, LARGEST_BYTES, "256 MiB for a database")?;
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&*file));
    let database = Kdbx::new(&file).map_err(explain)?;
    let header_hash = BASE64.encode(&database.header_hash());
    let key_file = match &context.options.key_file {
        Some(path) => Some(key_file(path)?),
        None => None,
    };
    let password = context.options.export_password.as_ref();
    let key_file = key_file.as_deref().map(Vec::as_slice);
    let OpenKdbx { xml, inner } = database.open(password, key_file).map_err(explain)?;
    let mut forward = Forward { xml, begun: false };
    let source = Source::open_as(&mut forward, LARGEST_BYTES, UTF_8)?;
    let mut xml = Xml::over(source, FORMAT.name);
    xml.unlock_with(Box::new(Values(inner)));
    let meta = keepass_tree::read(&mut xml, Flavor::Database, out)?;
    if meta.header_hash.is_some_and(|hash| hash != header_hash) {
        let message = "the open part of the database was changed after it was saved";
        out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, message);
    }
    Ok(sha256)
}

fn key_file(path: &std::path::Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut file = std::fs::File::open(path).map_err(Error::Unreadable)?;
    bounded(&mut file, LARGEST_KEY_FILE_BYTES, "64 MiB for a key file")
}

fn bounded(
    input: &mut dyn Input,
    most: u64,
    limit: &'static str,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let size = input.seek(SeekFrom::End(0)).map_err(Error::Unreadable)?;
    input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
    // As much as there is from the start: growing would leave copies behind.
    let room = usize::try_from(size.min(most)).unwrap_or(0);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
    input.take(most + 1).read_to_end(&mut bytes).map_err(Error::Unreadable)?;
    if bytes.len() as u64 > most {
        return Err(Error::TooLarge { limit });
    }
    Ok(bytes)
}

fn explain(error: KdbxError) -> Error {
    let problem = match error {
        KdbxError::WrongKey => return Error::WrongPassword,
        KdbxError::NoKey => return Error::PasswordNeeded,
        KdbxError::KeePass1 => {
            "this is a KeePass 1 database; open it with KeePass 2 and save it as KDBX first"
        }
        KdbxError::Stranger => "this is not a KeePass 2 database",
        KdbxError::Version => "its KDBX version is not 3 or 4",
        KdbxError::Header => "its header is damaged",
        KdbxError::Unsupported => "it is sealed in a way that is not supported",
        KdbxError::Costly => "its key derivation settings are out of bounds",
        KdbxError::KeyFile => "the key file is damaged",
        KdbxError::Damaged => "its content is damaged",
    };
    Error::Malformed { format: FORMAT.name, problem, row: None, column: None }
}

struct Values(InnerStream);

impl Unlock for Values {
    fn unlock(&mut self, sealed: &str) -> Option<Zeroizing<String>> {
        self.0.next(sealed)
    }
}

/// A stream that can only be read once, from its beginning.
struct Forward {
    xml: Box<dyn Read>,
    begun: bool,
}

impl Read for Forward {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.begun = true;
        self.xml.read(into)
    }
}

impl Seek for Forward {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        match to {
            SeekFrom::Start(0) if !self.begun => Ok(0),
            _ => Err(std::io::ErrorKind::Unsupported.into()),
        }
    }
}
