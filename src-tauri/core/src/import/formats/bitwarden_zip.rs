//! Bitwarden's export with attachments: the JSON as `data.json`, beside it `attachments/<item id>/<file>`.
//!
//! No official client imports it. The attachments stay in the zip; each item that has some is told.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::json_value::Json;
use super::output::{Output, Place};
use super::source::{Input, read_chunk};
use super::zip;
use crate::import::Error;
use crate::model::{FindingCode, Severity};

const DATA: &str = "data.json";

/// Held in memory: it cannot be read piecemeal out of an archive.
const LARGEST_DATA_BYTES: u64 = 128 * 1024 * 1024;

/// How sure an archive is such an export.
pub(super) fn fits(members: &[String]) -> f64 {
    if !members.iter().any(|member| member == DATA) {
        0.0
    } else if members.iter().all(|member| member == DATA || member.starts_with("attachments/")) {
        1.0
    } else {
        0.5
    }
}

/// The export without its archive.
pub(super) struct Unpacked {
    pub json: Zeroizing<Vec<u8>>,
    pub attached: Attached,
}

/// How many attachments each item has.
#[derive(Default)]
pub(super) struct Attached(HashMap<String, u32>);

/// Unpacks the JSON and counts the rest; none when the file is no archive.
pub(super) fn unpack(input: &mut dyn Input) -> Result<Option<Unpacked>, Error> {
    let mut first = [0; 4];
    input.seek(std::io::SeekFrom::Start(0)).map_err(Error::Unreadable)?;
    let read = read_chunk(input, &mut first)?;
    if read < 4 || !first.starts_with(b"PK") {
        return Ok(None);
    }
    let mut archive = zip::open(input)?;
    let mut attached = HashMap::new();
    for member in archive.file_names().flatten() {
        let mut parts = member.split('/');
        let (Some("attachments"), Some(item), Some(file)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if !file.is_empty() {
            *attached.entry(item.to_owned()).or_default() += 1;
        }
    }
    let json = zip::member(&mut archive, DATA, LARGEST_DATA_BYTES)?;
    Ok(Some(Unpacked { json, attached: Attached(attached) }))
}

impl Attached {
    /// Says that the item about to be read has attachments.
    pub(super) fn tell(&self, item: &Json, row: u32, out: &mut Output<'_>) {
        let Some(count) = self.0.get(item.get("id").str()) else { return };
        if !item.get("deletedDate").is_null() {
            return;
        }
        let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
        let message = format!("attachments must be moved by hand: {count}");
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place, &message);
    }
}
