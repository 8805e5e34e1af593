//! Reading exports: detection, one pure function per format, inspection, conversion. No I/O but the file.

use std::path::Path;

use super::Error;
use crate::keys::Secret;
use crate::model::{Conversion, Detection, Finding, FormatInfo, Inspection, Item};

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
    todo!("formats")
}

/// Guesses the format from the content; the name only breaks ties.
pub fn detect(path: &Path) -> Result<Detection, Error> {
    let _ = path;
    todo!("formats")
}

/// Reads the file and hands over one item at a time; `organization` chooses collections over folders as the
/// official client does. CSV formats stream: memory does not grow with the file.
///
/// Stops at the first error of `each`. Blocking: call it off the async threads.
pub fn read<E: From<Error>>(
    path: &Path,
    options: &ReadOptions,
    organization: bool,
    each: &mut dyn FnMut(Item) -> Result<(), E>,
) -> Result<Summary, E> {
    let _ = (path, options, organization, each);
    todo!("formats")
}

/// Counts, folders and findings (limits included) without keeping anything.
pub fn inspect(path: &Path, options: &ReadOptions) -> Result<Inspection, Error> {
    let _ = (path, options);
    todo!("formats")
}

/// Writes Bitwarden's own unencrypted JSON of what would be uploaded; the file is readable by its owner only.
/// Refuses to overwrite. With `organization`, folders are written as collections.
pub fn convert(
    path: &Path,
    output: &Path,
    options: &ReadOptions,
    organization: bool,
) -> Result<Conversion, Error> {
    let _ = (path, output, options, organization);
    todo!("formats")
}
