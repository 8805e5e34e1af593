//! 1Password 6 and 7: one JSON object on each line, lines of asterisks between.
//!
//! Folders are lines of their own and may follow what is in them, so a first walk gathers their names.

use std::collections::HashMap;

use super::json_value::Json;
use super::looked::Looked;
use super::onepassword_old;
use super::output::{Halt, Output, Place, Target};
use super::registry::{Context, Format, Reader, Shape};
use super::source::{Input, Source, Window};
use super::table;
use crate::import::Error;
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "1password1pif",
    name: NAME,
    extensions: &["1pif"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "1Password (1pif)";

static SHAPE: Shape = Shape { fits, read };

/// The line between items, the same in every export.
const SEPARATOR: &str = "***5642bee8-a5ff-11dc-8314-0800200c9a66***";

/// One item with its notes.
const LONGEST_LINE_BYTES: usize = 8 * 1024 * 1024;

/// No account has so many.
const MOST_FOLDERS: usize = 100_000;

fn fits(looked: &Looked<'_>) -> f64 {
    if looked.members.is_some() {
        return 0.0;
    }
    if looked.sniff.head.contains(SEPARATOR) {
        return 1.0;
    }
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let old = json.has("secureContents") && (json.has("typeName") || json.has("uuid"));
    let windows = json.has("hmac") && (json.has("overview") || json.has("details"));
    if old || windows { 0.9 } else { 0.0 }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut folders: HashMap<String, String> = HashMap::new();
    if out.target != Target::Individual {
        lines(input, context, &mut |_, item| {
            if let Some(item) = item.filter(onepassword_old::is_folder) {
                let (id, name) = (item.get("uuid").str(), item.get("title").str());
                folders.insert(id.to_owned(), name.to_owned());
            }
            if folders.len() > MOST_FOLDERS {
                return Err(Error::TooLarge { limit: "100,000 folders" }.into());
            }
            Ok(())
        })?;
    }
    table::tell_encoding(context.sniff, out);
    if !folders.is_empty() {
        let message = "folders became collections; the official client makes notes of them";
        out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
    }
    let mut items = 0_u64;
    let sha256 = lines(input, context, &mut |line, item| {
        items += 1;
        let Some(item) = item else {
            let message = "the line is no well-formed item; it was left out";
            out.find(FindingCode::DamagedRow, Severity::Error, Place::row(line), message);
            return Ok(());
        };
        onepassword_old::read(&item, (line, context.options.new_types), &folders, out)
    })?;
    if items == 0 {
        return Err(Error::Empty.into());
    }
    Ok(sha256)
}

/// What a walk does with the item on a line, none where it is damaged; lines count from 1.
type Each<'e> = &'e mut dyn FnMut(u32, Option<Json>) -> Result<(), Halt>;

/// Walks over the lines that begin an object; answers the file's SHA-256.
fn lines(input: &mut dyn Input, context: &Context<'_>, each: Each<'_>) -> Result<String, Halt> {
    let mut window = Window::new(Source::open(input, context.sniff)?);
    let (mut line, mut seen) = (1, 0);
    loop {
        let text = window.text();
        let fresh = text.get(seen..).unwrap_or_default();
        let end = memchr::memchr2(b'\n', b'\r', fresh).map(|at| seen + at);
        if end.is_none() && !window.ended() {
            seen = text.len();
            if seen > LONGEST_LINE_BYTES {
                let problem = "a line is longer than 8 MiB";
                let row = Some(u64::from(line));
                return Err(Error::Malformed { format: NAME, problem, row, column: None }.into());
            }
            window.more()?;
            continue;
        }
        let len = end.unwrap_or(text.len());
        let object = text.get(..len).unwrap_or_default();
        if object.starts_with(b"{") {
            let item = serde_json::from_slice(object).ok();
            each(line, item.filter(|item| matches!(item, Json::Object(_))))?;
        }
        let newline = text.get(len) == Some(&b'\n');
        let pair = text.get(len) == Some(&b'\r') && text.get(len + 1) == Some(&b'\n');
        line += u32::from(newline || (text.get(len) == Some(&b'\r') && !pair));
        window.take(len + usize::from(end.is_some()));
        seen = 0;
        if end.is_none() {
            return Ok(window.into_source().sha256()?);
        }
    }
}
