//! Reading exports: detection, one reader per format, inspection, conversion. No I/O but the file.
//!
//! A file is looked at once from end to end (`sniff`: encoding, size, oddities), recognised by its
//! content (`detect`), then read in a second pass that hands over one item at a time. The second pass
//! decodes in a window of 256 KiB that grows only for a longer row or item, up to a bound. Cells and
//! values are kept nowhere but in the items.

mod bitwarden_csv;
mod bitwarden_item;
mod bitwarden_json;
mod bitwarden_kind;
mod bitwarden_uris;
mod chrome_csv;
mod convert;
mod detect;
mod inspect;
mod json_scan;
mod json_value;
mod lastpass_csv;
mod lastpass_form;
mod lastpass_html;
mod lastpass_note;
mod output;
mod registry;
mod rows;
mod sniff;
mod source;
mod ssh_key;
mod table;
mod values;

use std::fs::File;
use std::path::Path;

use super::Error;
use crate::keys::Secret;
use crate::model::{Detection, Finding, FormatInfo, Item};
use output::{Halt, Output, Target};

pub use convert::convert;
pub use inspect::inspect;

/// What a person gave along with the file.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Format id; `None` means detect.
    pub format: Option<String>,
    /// The export's own password.
    pub export_password: Option<Secret>,
}

/// Facts about a file known once it was read to the end.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// The format that read it.
    pub format: &'static str,
    /// Folder paths; items point into this list. Complete only at the end.
    pub folders: Vec<String>,
    /// Findings of the reader (damaged rows, blank rows …), without the limits' findings.
    pub findings: Vec<Finding>,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
}

/// Every format, best rank first.
#[must_use]
pub fn formats() -> Vec<FormatInfo> {
    registry::FORMATS.iter().map(registry::Format::info).collect()
}

/// Guesses the format from the content; the name only breaks ties.
pub fn detect(path: &Path) -> Result<Detection, Error> {
    let mut file = File::open(path).map_err(Error::Unreadable)?;
    let sniff = sniff::sniff(&mut file)?;
    Ok(detect::guess(&mut file, &sniff, &file_name(path))?.into_detection())
}

/// Reads the file and hands over one item at a time; `organization` chooses collections over folders as the
/// official client does. CSV formats stream: memory does not grow with the file.
///
/// Favourites and archive marks are kept in the items whatever the target: they mean nothing in an
/// organization, and who sends there leaves them out.
///
/// Stops at the first error of `each`. Blocking: call it off the async threads.
pub fn read<E: From<Error>>(
    path: &Path,
    options: &ReadOptions,
    organization: bool,
    each: &mut dyn FnMut(Item) -> Result<(), E>,
) -> Result<Summary, E> {
    let target = if organization { Target::Organization } else { Target::Individual };
    let mut failed = None;
    let mut hand_over = |item| {
        each(item).map_err(|error| {
            failed = Some(error);
            Halt::Stopped
        })
    };
    match read_for(path, options, target, &mut hand_over) {
        Ok(summary) => Ok(summary),
        Err(Halt::Error(error)) => Err(error.into()),
        Err(Halt::Stopped) => Err(failed.expect("only the caller's function stops a read")),
    }
}

fn read_for(
    path: &Path,
    options: &ReadOptions,
    target: Target,
    each: output::Each<'_>,
) -> Result<Summary, Halt> {
    let mut file = File::open(path).map_err(Error::Unreadable)?;
    let sniff = sniff::sniff(&mut file)?;
    if sniff.head.trim().is_empty() && !sniff.more() {
        return Err(Error::Empty.into());
    }
    let format = match &options.format {
        Some(id) => registry::by_id(id),
        None => detect::guess(&mut file, &sniff, &file_name(path))?.sure(),
    };
    let format = format.ok_or(Error::UnknownFormat)?;
    let mut out = Output::new(target, each);
    let sha256 = match format.reader {
        registry::Reader::Table(layout) => detect::read_table(layout, &mut file, &sniff, &mut out)?,
        registry::Reader::BitwardenJson => {
            bitwarden_json::read(&mut file, &sniff, options.export_password.as_ref(), &mut out)?
        }
    };
    let (folders, findings) = out.finish();
    Ok(Summary { format: format.id, folders, findings, sha256 })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
}
