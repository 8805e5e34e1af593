//! Bitwarden's own JSON: personal, of an organization, or sealed with a password of its own.
//!
//! Two walks over the file: the first finds what kind of export it is and its folders, wherever they
//! stand; the second hands over the items, one in memory at a time. A sealed export has to be opened as a
//! whole first.

use std::collections::HashMap;
use std::io::Cursor;

use serde::Deserialize;

use super::ReadOptions;
use super::bitwarden_item::{self, Origin};
use super::bitwarden_restricted;
use super::bitwarden_zip::{self, Attached};
use super::json_scan::Scanner;
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place, Target};
use super::registry::{Context, Format, Reader, Shape};
use super::sniff::{self, Sniff};
use super::source::{Input, Source, Window};
use crate::import::Error;
use crate::keys::{self, ExportKey, Kdf, Secret};
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "bitwardenjson",
    name: "Bitwarden (json)",
    extensions: &["json", "zip"],
    needs_password: true,
    rank: 1,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Bitwarden (json)";

/// Notes hold at most 10,000 characters; an item of this size is no item.
const LARGEST_ITEM_BYTES: usize = 8 * 1024 * 1024;

/// A folder's id and name.
const LARGEST_FOLDER_BYTES: usize = 64 * 1024;

/// A hundred times what the server takes.
const MOST_FOLDERS: usize = 200_000;

/// A sealed export is held in memory twice, closed and open.
const LARGEST_SEALED_BYTES: usize = 256 * 1024 * 1024;

/// What the first walk finds.
#[derive(Default)]
pub(super) struct Outline {
    pub encrypted: Option<bool>,
    /// What tells the right key of an export for one account only.
    pub validation: Option<String>,
    pub sealed: bool,
    pub has_data: bool,
    /// Number of items, `None` without a list of them.
    pub items: Option<u64>,
    pub folders: Option<Vec<Folder>>,
    pub collections: Option<Vec<Folder>>,
}

pub(super) struct Folder {
    id: String,
    pub name: String,
    /// Of a collection.
    pub organization: String,
}

impl Outline {
    /// Walks the file once.
    pub(super) fn read(input: &mut dyn Input, sniff: &Sniff) -> Result<Self, Error> {
        let source = Source::open(input, sniff)?;
        let mut scanner = Scanner::new(Window::new(source), NAME);
        let mut outline = Self::default();
        scanner.object(|key, scanner| outline.key(key, scanner))?;
        match scanner.peek()? {
            None => Ok(outline),
            Some(_) => Err(scanner.malformed("something follows the end of the JSON")),
        }
    }

    fn key(&mut self, key: &str, scanner: &mut Scanner<'_>) -> Result<(), Error> {
        let list = scanner.peek()? == Some(b'[');
        match key {
            "encrypted" => self.encrypted = Some(is_true(scanner)?),
            "encKeyValidation_DO_NOT_EDIT" => self.validation = short_text(scanner)?,
            "passwordProtected" => self.sealed = is_true(scanner)?,
            "items" if list => {
                let mut count = 0;
                scanner.array(|scanner| {
                    count += 1;
                    scanner.skip()
                })?;
                self.items = Some(count);
            }
            "folders" if list => self.folders = Some(read_folders(scanner)?),
            "collections" if list => self.collections = Some(read_folders(scanner)?),
            _ => {
                self.has_data |= key == "data";
                scanner.skip()?;
            }
        }
        Ok(())
    }
}

static SHAPE: Shape = Shape { fits, read: read_shape };

fn fits(looked: &Looked<'_>) -> f64 {
    if let Some(members) = &looked.members {
        return bitwarden_zip::fits(members);
    }
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    match (json.has("encrypted"), json.has("items") || json.has("data")) {
        // Damaged: reading it says where, if it is Bitwarden's at all.
        (true, _) if json.broken => 0.5,
        (true, true) => 1.0,
        // Enpass has `items` and `folders` too.
        (false, true) if json.has("collections") => 0.6,
        (false, true) if json.has("items") => 0.3,
        _ => 0.0,
    }
}

/// It cannot be read without a password of its own.
pub(super) fn is_sealed(looked: &Looked<'_>) -> bool {
    looked.json.as_ref().is_some_and(|json| json.has("passwordProtected") && json.has("salt"))
}

fn read_shape(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    if let Some(unpacked) = bitwarden_zip::unpack(input)? {
        let mut inner = Cursor::new(unpacked.json.as_slice());
        let inner_sniff = sniff::sniff(&mut inner)?;
        read((&mut inner, &inner_sniff), context.options, &unpacked.attached, out)?;
        return Ok(Source::open(input, context.sniff)?.sha256()?);
    }
    read((input, context.sniff), context.options, &Attached::default(), out)
}

fn is_true(scanner: &mut Scanner<'_>) -> Result<bool, Error> {
    // Whatever is not a truth value is skipped, however long.
    if matches!(scanner.peek()?, Some(b't' | b'f' | b'n')) {
        return Ok(scanner.value(64)? == b"true");
    }
    scanner.skip().map(|()| false)
}

/// A text; whatever else is there is skipped.
fn short_text(scanner: &mut Scanner<'_>) -> Result<Option<String>, Error> {
    if scanner.peek()? != Some(b'"') {
        return scanner.skip().map(|()| None);
    }
    Ok(serde_json::from_slice(scanner.value(LARGEST_FOLDER_BYTES)?).ok())
}

fn read_folders(scanner: &mut Scanner<'_>) -> Result<Vec<Folder>, Error> {
    let mut folders = Vec::new();
    scanner.array(|scanner| {
        let folder = serde_json::from_slice::<Json>(scanner.value(LARGEST_FOLDER_BYTES)?);
        if let Ok(folder) = folder
            && !folder.get("id").str().is_empty()
        {
            let text = |key| folder.get(key).str().to_owned();
            let (id, name, organization) = (text("id"), text("name"), text("organizationId"));
            folders.push(Folder { id, name, organization });
        }
        if folders.len() > MOST_FOLDERS {
            return Err(Error::TooLarge { limit: "200,000 folders" });
        }
        Ok(())
    })?;
    Ok(folders)
}

/// Reads the file, opening it first when it is sealed; answers its SHA-256.
fn read(
    (input, sniff): (&mut dyn Input, &Sniff),
    options: &ReadOptions,
    attached: &Attached,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut outline = Outline::read(input, sniff)?;
    if outline.encrypted != Some(true) {
        return read_plain(&outline, &Beside { key: None, attached }, (input, sniff), out);
    }
    if !outline.sealed {
        let key = bitwarden_restricted::key(&outline, options.opener.as_ref())?;
        bitwarden_restricted::open_names(&mut outline, &key, out);
        return read_plain(&outline, &Beside { key: Some(&key), attached }, (input, sniff), out);
    }
    let password = options.export_password.as_ref().ok_or(Error::PasswordNeeded)?;
    let (plain, sha256) = open(input, sniff, password)?;
    let mut inner = Cursor::new(plain.expose().as_bytes());
    let inner_sniff = sniff::sniff(&mut inner)?;
    let outline = Outline::read(&mut inner, &inner_sniff)?;
    if outline.encrypted == Some(true) {
        return Err(malformed("the protected part is encrypted once more").into());
    }
    let beside = Beside { key: None, attached };
    read_plain(&outline, &beside, (&mut inner, &inner_sniff), out)?;
    Ok(sha256)
}

fn malformed(problem: &'static str) -> Error {
    Error::Malformed { format: NAME, problem, row: None, column: None }
}

/// The envelope of a password-protected export.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sealed {
    salt: String,
    kdf_type: i64,
    kdf_iterations: i64,
    kdf_memory: Option<i64>,
    kdf_parallelism: Option<i64>,
    #[serde(rename = "encKeyValidation_DO_NOT_EDIT")]
    validation: String,
    data: String,
}

fn open(
    input: &mut dyn Input,
    sniff: &Sniff,
    password: &Secret,
) -> Result<(Secret, String), Error> {
    let mut window = Window::new(Source::open(input, sniff)?);
    let text = window.all(LARGEST_SEALED_BYTES, "256 MiB for a protected export")?;
    let sealed: Sealed = serde_json::from_slice(text)
        .map_err(|_| malformed("what belongs to a protected export is missing or damaged"))?;
    let kdf =
        Kdf::new(sealed.kdf_type, sealed.kdf_iterations, sealed.kdf_memory, sealed.kdf_parallelism)
            .map_err(explain)?;
    let Sealed { salt, validation, data, .. } = &sealed;
    let plain =
        keys::open_protected_export(password, salt, &kdf, validation, data).map_err(explain)?;
    Ok((plain, window.into_source().sha256()?))
}

fn explain(error: keys::Error) -> Error {
    match error {
        keys::Error::WrongPassword => Error::WrongPassword,
        keys::Error::KdfRefused => malformed("its key derivation settings are out of bounds"),
        _ => malformed("its protected part is damaged"),
    }
}

/// What is needed besides the file's text.
struct Beside<'a> {
    key: Option<&'a ExportKey>,
    attached: &'a Attached,
}

fn read_plain(
    outline: &Outline,
    beside: &Beside<'_>,
    (input, sniff): (&mut dyn Input, &Sniff),
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let Some(items) = outline.items else {
        return Err(malformed("it has no list of items").into());
    };
    let folders = outline.folders.iter().chain(&outline.collections).flatten();
    if items == 0 && folders.count() == 0 {
        return Err(Error::Empty.into());
    }
    super::table::tell_encoding(sniff, out);
    let origin = Origin { folders: place_folders(outline, out) };
    let mut scanner = Scanner::new(Window::new(Source::open(input, sniff)?), NAME);
    let mut row = 0;
    scanner.object(|key, scanner| -> Result<(), Halt> {
        if key != "items" || scanner.peek()? != Some(b'[') {
            return Ok(scanner.skip()?);
        }
        scanner.array(|scanner| {
            row += 1;
            let entry = serde_json::from_slice(scanner.value(LARGEST_ITEM_BYTES)?);
            let Ok(item @ Json::Object(_)) = entry else {
                let message = "this entry is not an item; it was left out";
                out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row), message);
                return Ok(());
            };
            let unmarked = outline.encrypted.is_none() && row == 1;
            if unmarked && item.get("type").integer().is_none() {
                return Err(malformed("its items are not Bitwarden's").into());
            }
            beside.attached.tell(&item, row, out);
            let item = match beside.key {
                Some(key) => bitwarden_restricted::open_item(item, key, row, out),
                None => Some(item),
            };
            item.map_or(Ok(()), |item| bitwarden_item::read(&item, row, &origin, out))
        })
    })?;
    Ok(scanner.into_window().into_source().sha256()?)
}

/// Ids of the folders or collections that count for the target.
///
/// The official client sends a person's folders to an organization as personal folders without items;
/// here they become collections (import-formats.md, section 7, point 10).
fn place_folders(outline: &Outline, out: &mut Output<'_>) -> HashMap<String, u32> {
    let chosen = match (&outline.collections, out.target) {
        (Some(_), Target::Individual) => {
            let message = "the file belongs to an organization; its collections are not used";
            out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, message);
            return HashMap::new();
        }
        (Some(collections), _) => collections,
        (None, _) => match &outline.folders {
            Some(folders) => folders,
            None => return HashMap::new(),
        },
    };
    let mut ids = HashMap::new();
    for folder in chosen.iter().filter(|folder| !super::values::is_blank(&folder.name)) {
        ids.insert(folder.id.clone(), out.folders.exact(&folder.name));
    }
    ids
}
