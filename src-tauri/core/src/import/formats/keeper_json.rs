//! Keeper's JSON.
//!
//! A record may name another one's value (its address, say). The walk that hands over the items is preceded by
//! one that finds which records are named, and, if any are, by one that keeps the values of those.

use std::collections::HashMap;

use super::json_scan::Scanner;
use super::json_value::Json;
use super::keeper_record::{self, Named};
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::{Input, Source, Window};
use super::table;
use crate::import::Error;
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "keeperjson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Keeper (json)";

pub(super) static SHAPE: Shape = Shape { fits, read };

/// One record with its notes.
const LARGEST_RECORD_BYTES: usize = 8 * 1024 * 1024;

/// A shared folder with who may see it.
const LARGEST_FOLDER_BYTES: usize = 4 * 1024 * 1024;

/// Records that others name; each keeps its custom fields in memory.
const MOST_NAMED: usize = 100_000;

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let has = |key: &str| json.has(&format!("records[].{key}"));
    if !json.has("records") && !has("title") {
        0.0
    } else if has("$type") || has("custom_fields") {
        1.0
    } else if json.has("shared_folders") || has("login_url") {
        0.9
    } else if has("title") {
        0.5
    } else {
        0.1
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut named: HashMap<String, Named> = HashMap::new();
    let mut records = 0_u64;
    walk(input, context, &mut |record, _, _| {
        records += 1;
        for (id, _) in record.map(keeper_record::references).unwrap_or_default() {
            named.insert(id, Named::default());
        }
        if named.len() > MOST_NAMED {
            return Err(Error::TooLarge { limit: "100,000 records that others name" }.into());
        }
        Ok(())
    })?;
    if records == 0 {
        return Err(Error::Empty.into());
    }
    let new_types = context.options.new_types;
    if !named.is_empty() {
        walk(input, context, &mut |record, row, _| {
            let uid = record.map_or("", |record| record.get("uid").str());
            if let (Some(known), Some(record)) = (named.get_mut(uid), record) {
                *known = keeper_record::values(record, row, new_types);
            }
            Ok(())
        })?;
    }
    table::tell_encoding(context.sniff, out);
    shared_folders(input, context, out)?;
    let mut tally = keeper_record::Tally::default();
    let sha256 = walk(input, context, &mut |record, row, _| {
        if let Some(record) = record {
            return keeper_record::read(record, row, (&named, new_types), (out, &mut tally));
        }
        let message = "this entry is not a record; it was left out";
        out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row), message);
        Ok(())
    })?;
    tally.tell(out);
    Ok(sha256)
}

/// What a walk does with a record, none where something else stands, and with its position from 1.
type Each<'e> = &'e mut dyn FnMut(Option<&Json>, u32, &mut Scanner<'_>) -> Result<(), Halt>;

/// Walks over the records; answers the file's SHA-256.
fn walk(input: &mut dyn Input, context: &Context<'_>, each: Each<'_>) -> Result<String, Halt> {
    let mut scanner = Scanner::new(Window::new(Source::open(input, context.sniff)?), NAME);
    let mut row = 0;
    scanner.object(|key, scanner| -> Result<(), Halt> {
        if key != "records" || scanner.peek()? != Some(b'[') {
            return Ok(scanner.skip()?);
        }
        scanner.array(|scanner| {
            row += 1;
            let record = serde_json::from_slice(scanner.value(LARGEST_RECORD_BYTES)?).ok();
            let record = record.filter(|record| matches!(record, Json::Object(_)));
            each(record.as_ref(), row, scanner)
        })
    })?;
    if scanner.peek()?.is_some() {
        return Err(scanner.malformed("something follows the end of the JSON").into());
    }
    Ok(scanner.into_window().into_source().sha256()?)
}

/// Folders of a team count even when nothing is in them.
fn shared_folders(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<(), Error> {
    let mut scanner = Scanner::new(Window::new(Source::open(input, context.sniff)?), NAME);
    scanner.object(|key, scanner| {
        if key != "shared_folders" || scanner.peek()? != Some(b'[') {
            return scanner.skip();
        }
        scanner.array(|scanner| {
            let folder = serde_json::from_slice::<Json>(scanner.value(LARGEST_FOLDER_BYTES)?);
            if let Ok(folder) = folder {
                out.folders.nested(&keeper_record::folder_path(folder.get("path").str()));
            }
            Ok(())
        })
    })
}
