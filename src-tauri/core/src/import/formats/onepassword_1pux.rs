//! 1Password 8: a 1pux archive, or the `export.data` inside it.
//!
//! Two walks: the first finds how many vaults there are and their names, which stand beside their items; the
//! second hands over the items, one in memory at a time. An archive's member is unpacked as a whole first.

use std::io::Cursor;

use super::json_scan::Scanner;
use super::json_value::Json;
use super::looked::Looked;
use super::onepassword_item;
use super::output::{Halt, Output, Place, Target};
use super::registry::{Context, Format, Reader, Shape};
use super::sniff::{self, Sniff};
use super::source::{Input, Source, Window};
use super::{table, zip};
use crate::import::Error;
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "1password1pux",
    name: NAME,
    extensions: &["1pux", "data", "json"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "1Password (1pux/json)";

static SHAPE: Shape = Shape { fits, read };

/// Where the archive keeps the items.
const MEMBER: &str = "export.data";

/// Far above any account: items are some kilobytes each.
const LARGEST_MEMBER_BYTES: u64 = 256 * 1024 * 1024;

/// One item with its history and notes.
const LARGEST_ITEM_BYTES: usize = 8 * 1024 * 1024;

/// The name and description of a vault; pictures are not in it.
const LARGEST_ATTRS_BYTES: usize = 1024 * 1024;

/// No account has so many.
const MOST_VAULTS: usize = 10_000;

fn fits(looked: &Looked<'_>) -> f64 {
    if looked.has_member(MEMBER) {
        return 1.0;
    }
    if looked.members.is_none() && looked.first.starts_with(b"PK") {
        // A damaged archive says nothing of itself but its name.
        return if looked.file_name.rsplit('.').next() == Some("1pux") { 0.5 } else { 0.0 };
    }
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    match (json.has("accounts[].vaults"), json.has("accounts") && json.has("accounts[].attrs")) {
        (true, _) => 1.0,
        (false, true) => 0.6,
        _ => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    if context.sniff.head.starts_with("PK") {
        let plain = zip::member(&mut zip::open(input)?, MEMBER, LARGEST_MEMBER_BYTES)?;
        let mut inner = Cursor::new(plain.as_slice());
        let sniff = sniff::sniff(&mut inner)?;
        read_data(&mut inner, &sniff, context.options.new_types, out)?;
        return Ok(Source::open(input, context.sniff)?.sha256()?);
    }
    read_data(input, context.sniff, context.options.new_types, out)
}

/// Names of the vaults in the order they stand in the file; none of vaults without items.
fn vault_names(input: &mut dyn Input, sniff: &Sniff) -> Result<Vec<String>, Error> {
    let mut scanner = Scanner::new(Window::new(Source::open(input, sniff)?), NAME);
    let mut names = Vec::new();
    let mut known = false;
    vaults(&mut scanner, &mut |scanner| {
        known = true;
        let (mut name, mut items) = (String::new(), 0_u64);
        scanner.object(|key, scanner| match (key, scanner.peek()?) {
            ("attrs", _) => {
                let attrs = serde_json::from_slice::<Json>(scanner.value(LARGEST_ATTRS_BYTES)?);
                name = attrs.map(|attrs| attrs.get("name").str().to_owned()).unwrap_or_default();
                Ok(())
            }
            ("items", Some(b'[')) => scanner.array(|scanner| {
                items += 1;
                scanner.skip()
            }),
            _ => scanner.skip(),
        })?;
        names.push(if items > 0 { name } else { String::new() });
        if names.len() > MOST_VAULTS {
            return Err(Error::TooLarge { limit: "10,000 vaults" });
        }
        Ok::<_, Error>(())
    })?;
    if scanner.peek()?.is_some() {
        return Err(scanner.malformed("something follows the end of the JSON"));
    }
    if !known {
        return Err(scanner.malformed("it has no vaults"));
    }
    Ok(names)
}

/// Walks to every vault of every account; the official client reads the first account only.
fn vaults<E: From<Error>>(
    scanner: &mut Scanner<'_>,
    each: &mut dyn FnMut(&mut Scanner<'_>) -> Result<(), E>,
) -> Result<(), E> {
    objects_in(scanner, "accounts", &mut |scanner| {
        objects_in(scanner, "vaults", &mut |scanner| match scanner.peek()? {
            Some(b'{') => each(scanner),
            _ => Ok(scanner.skip()?),
        })
    })
}

/// Walks to every element of the list that an object has under `list`.
fn objects_in<E: From<Error>>(
    scanner: &mut Scanner<'_>,
    list: &str,
    each: &mut dyn FnMut(&mut Scanner<'_>) -> Result<(), E>,
) -> Result<(), E> {
    if scanner.peek()? != Some(b'{') {
        return Ok(scanner.skip()?);
    }
    scanner.object(|key, scanner| {
        if key == list && scanner.peek()? == Some(b'[') {
            scanner.array(&mut *each)
        } else {
            Ok(scanner.skip()?)
        }
    })
}

fn read_data(
    input: &mut dyn Input,
    sniff: &Sniff,
    new_types: bool,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let names = vault_names(input, sniff)?;
    table::tell_encoding(sniff, out);
    // Vaults are who may see what; the official client drops them (section 7, point 10).
    let several = names.iter().filter(|name| !name.is_empty()).count() > 1;
    let keep = several && out.target != Target::Individual;
    if keep {
        let message = "the file has several vaults; each becomes a collection beside the tags";
        out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
    }
    let mut scanner = Scanner::new(Window::new(Source::open(input, sniff)?), NAME);
    let mut names = names.into_iter();
    let mut row = 0;
    vaults(&mut scanner, &mut |scanner| {
        let vault = names.next().filter(|name| keep && !super::values::is_blank(name));
        objects_in(scanner, "items", &mut |scanner| {
            row += 1;
            let entry = serde_json::from_slice(scanner.value(LARGEST_ITEM_BYTES)?);
            let Ok(item @ Json::Object(_)) = entry else {
                let message = "this entry is not an item; it was left out";
                out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row), message);
                return Ok(());
            };
            let origin = onepassword_item::Origin { row, vault: vault.as_deref(), new_types };
            onepassword_item::read(&item, &origin, out)
        })
    })?;
    if row == 0 {
        return Err(Error::Empty.into());
    }
    Ok(scanner.into_window().into_source().sha256()?)
}
