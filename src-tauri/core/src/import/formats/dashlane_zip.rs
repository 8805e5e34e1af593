//! The zip Dashlane's export comes in.

use std::io::{Cursor, SeekFrom};

use super::dashlane_csv;
use super::output::{Halt, Output, Place};
use super::sniff::{self, Sniff};
use super::source::{Input, Source, read_chunk};
use super::zip;
use crate::import::Error;
use crate::model::{FindingCode, Severity};

/// In the order of the official help page; `wifi.csv` and what may come are told as left out.
const FILES: [&str; 5] =
    ["credentials.csv", "securenotes.csv", "payments.csv", "ids.csv", "personalinfo.csv"];

/// One file is held in memory; those of large companies have some 20 MiB.
const LARGEST_FILE_BYTES: u64 = 128 * 1024 * 1024;

/// How sure an archive is one of Dashlane's.
pub(super) fn fits(members: &[String]) -> f64 {
    let known =
        |file: &&&str| members.iter().any(|member| file_name(member).as_deref() == Some(**file));
    match FILES.iter().filter(known).count() {
        0 => 0.0,
        1 => 0.6,
        _ => 1.0,
    }
}

/// The last part of a path, in lower case; none of a folder and of what macOS adds.
fn file_name(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty())?;
    (!path.starts_with("__MACOSX")).then(|| name.to_lowercase())
}

/// Whether the file is an archive.
pub(super) fn is(input: &mut dyn Input) -> Result<bool, Error> {
    let mut first = [0; 4];
    input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
    let read = read_chunk(input, &mut first)?;
    Ok(read == 4 && first.starts_with(b"PK"))
}

/// Reads the five files, one after the other; answers the SHA-256 of the archive.
pub(super) fn read(
    input: &mut dyn Input,
    sniff: &Sniff,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut archive = zip::open(input)?;
    let paths: Vec<_> = archive.file_names().filter_map(Result::ok).collect();
    let paths: Vec<_> = paths.into_iter().map(std::borrow::Cow::into_owned).collect();
    for file in FILES {
        let named = |path: &&String| file_name(path).as_deref() == Some(file);
        if let Some(path) = paths.iter().find(named) {
            let bytes = zip::member(&mut archive, path, LARGEST_FILE_BYTES)?;
            member(file, &bytes, out)?;
        }
    }
    let names = paths.iter().filter_map(|path| file_name(path));
    let strangers = names.filter(|name| !FILES.contains(&name.as_str())).count();
    if strangers > 0 {
        let message =
            format!("files of the archive that are not known here were left out: {strangers}");
        out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, &message);
    }
    drop(archive);
    if out.next_item() == 0 {
        return Err(Error::Empty.into());
    }
    Ok(Source::open(input, sniff)?.sha256()?)
}

/// Reads one file; what is wrong with it as a whole does not stop the others.
fn member(file: &str, bytes: &[u8], out: &mut Output<'_>) -> Result<(), Halt> {
    let mut input = Cursor::new(bytes);
    let sniff = sniff::sniff(&mut input)?;
    if sniff.head.trim().is_empty() && !sniff.more() {
        return Ok(());
    }
    match dashlane_csv::read_table(&mut input, &sniff, out) {
        // Dashlane writes the column names even where there is nothing below them.
        Ok(_) | Err(Halt::Error(Error::Empty)) => Ok(()),
        Err(Halt::Error(Error::Malformed { problem, .. })) => {
            let message = format!("{file} was not read to its end: {problem}");
            out.find(FindingCode::DamagedRow, Severity::Error, Place::FILE, &message);
            Ok(())
        }
        Err(halt) => Err(halt),
    }
}
