//! Proton Pass: the zip, or the `data.json` inside it.
//!
//! Two walks over the JSON: the names of vaults may stand behind their items.

use std::io::Cursor;

use super::json_scan::Scanner;
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::protonpass_item::{self, Tally};
use super::registry::{Context, Format, Reader, Shape};
use super::sniff::{self, Sniff};
use super::source::{Input, Source, Window};
use super::{table, zip};
use crate::import::Error;
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "protonpass",
    name: NAME,
    extensions: &["zip", "json"],
    needs_password: false,
    rank: 3,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "ProtonPass (zip/json)";

static SHAPE: Shape = Shape { fits, read };

/// Where the archive keeps the items; the folder's name has changed between versions of the exporter.
const MEMBERS: [&str; 3] = ["Proton Pass/data.json", "ProtonPass/data.json", "pass/data.json"];

/// The same encrypted.
const SEALED: [&str; 3] = ["Proton Pass/data.pgp", "ProtonPass/data.pgp", "pass/data.pgp"];

/// Far above any account.
const LARGEST_MEMBER_BYTES: u64 = 256 * 1024 * 1024;

/// One item with its notes and passkeys.
const LARGEST_ITEM_BYTES: usize = 8 * 1024 * 1024;

/// A name and a description.
const LARGEST_NAME_BYTES: usize = 1024 * 1024;

/// No account has so many.
const MOST_VAULTS: usize = 10_000;

fn fits(looked: &Looked<'_>) -> f64 {
    if MEMBERS.iter().chain(&SEALED).any(|member| looked.has_member(member)) {
        return 1.0;
    }
    if looked.first.starts_with(b"-----BEGIN PGP MESSAGE") {
        return if looked.file_name.contains("proton") { 0.6 } else { 0.0 };
    }
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let items =
        || json.any(|path| path.starts_with("vaults.") && path.rsplit('.').next() == Some("items"));
    match (json.has("vaults"), json.has("userId"), json.has("encrypted") || json.has("version")) {
        (true, true, _) => 1.0,
        (true, false, true) if items() => 0.9,
        (true, false, _) if items() => 0.6,
        _ => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let new_types = context.options.new_types;
    if context.sniff.head.starts_with("-----BEGIN PGP") {
        return Err(sealed().into());
    }
    if !context.sniff.head.starts_with("PK") {
        return read_data(input, context.sniff, new_types, out);
    }
    let plain = {
        let mut archive = zip::open(input)?;
        let has = |member: &&&str| archive.index_for_name(member).is_some();
        let member = MEMBERS.iter().find(has);
        let Some(member) = member else { return Err(sealed().into()) };
        zip::member(&mut archive, member, LARGEST_MEMBER_BYTES)?
    };
    let mut inner = Cursor::new(plain.as_slice());
    let sniff = sniff::sniff(&mut inner)?;
    read_data(&mut inner, &sniff, new_types, out)?;
    Ok(Source::open(input, context.sniff)?.sha256()?)
}

fn sealed() -> Error {
    malformed("the export is encrypted with PGP; export again as a zip without a passphrase")
}

fn malformed(problem: &'static str) -> Error {
    Error::Malformed { format: NAME, problem, row: None, column: None }
}

/// Walks to every vault.
fn vaults<E: From<Error>>(
    scanner: &mut Scanner<'_>,
    each: &mut dyn FnMut(&mut Scanner<'_>) -> Result<(), E>,
) -> Result<(), E> {
    scanner.object(|key, scanner| match (key, scanner.peek()?) {
        ("vaults", Some(b'{')) => scanner.object(|_, scanner| match scanner.peek()? {
            Some(b'{') => each(scanner),
            _ => Ok(scanner.skip()?),
        }),
        ("encrypted", Some(b't')) => Err(sealed().into()),
        _ => Ok(scanner.skip()?),
    })
}

fn vault_names(input: &mut dyn Input, sniff: &Sniff) -> Result<Vec<String>, Error> {
    let mut scanner = Scanner::new(Window::new(Source::open(input, sniff)?), NAME);
    let mut names = Vec::new();
    vaults(&mut scanner, &mut |scanner| {
        let mut name = String::new();
        scanner.object(|key, scanner| {
            if key != "name" || scanner.peek()? != Some(b'"') {
                return scanner.skip();
            }
            let value = serde_json::from_slice(scanner.value(LARGEST_NAME_BYTES)?);
            name = value.unwrap_or_default();
            Ok(())
        })?;
        names.push(name);
        if names.len() > MOST_VAULTS {
            return Err(Error::TooLarge { limit: "10,000 vaults" });
        }
        Ok::<_, Error>(())
    })?;
    if scanner.peek()?.is_some() {
        return Err(scanner.malformed("something follows the end of the JSON"));
    }
    if names.is_empty() {
        return Err(malformed("it has no vaults"));
    }
    Ok(names)
}

fn read_data(
    input: &mut dyn Input,
    sniff: &Sniff,
    new_types: bool,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut names = vault_names(input, sniff)?.into_iter();
    table::tell_encoding(sniff, out);
    let mut scanner = Scanner::new(Window::new(Source::open(input, sniff)?), NAME);
    let (mut row, mut tally) = (0, Tally::default());
    vaults(&mut scanner, &mut |scanner| {
        let vault = names.next().unwrap_or_default();
        scanner.object(|key, scanner| -> Result<(), Halt> {
            if key != "items" || scanner.peek()? != Some(b'[') {
                return Ok(scanner.skip()?);
            }
            scanner.array(|scanner| {
                row += 1;
                let entry = serde_json::from_slice(scanner.value(LARGEST_ITEM_BYTES)?);
                let Ok(item @ Json::Object(_)) = entry else {
                    let message = "this entry is not an item; it was left out";
                    out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row), message);
                    return Ok(());
                };
                let origin = protonpass_item::Origin { row, vault: &vault, new_types };
                protonpass_item::read(&item, &origin, &mut tally, out)
            })
        })
    })?;
    if row == 0 {
        return Err(Error::Empty.into());
    }
    tally.tell(out);
    Ok(scanner.into_window().into_source().sha256()?)
}
