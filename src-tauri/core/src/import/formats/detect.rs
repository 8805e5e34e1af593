//! Which format a file is in, by its content.

use std::io::Cursor;

use super::lines::{self, Lines};
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{self, FORMATS, Format, Reader, Shape};
use super::sniff::{self, Sniff};
use super::source::{Input, Source};
use super::table::{self, Layout};
use super::{bitwarden_json, generic_csv, lastpass_html};
use crate::import::Error;
use crate::model::Detection;

/// Below this a guess is only an alternative: reading must be asked for by name.
const SURE: f64 = 0.5;

/// From here on a format has all of its marks and no other needs to be offered for a recipe.
const CERTAIN: f64 = 0.9;

/// Formats that could read a file, best first, each with how sure that is.
pub(super) struct Guess {
    candidates: Vec<(&'static Format, f64)>,
    needs_password: bool,
}

impl Guess {
    /// The best, when it is sure enough to act on.
    pub(super) fn sure(&self) -> Option<&'static Format> {
        self.candidates.first().filter(|(_, sure)| *sure >= SURE).map(|(format, _)| *format)
    }

    pub(super) fn into_detection(self) -> Detection {
        let format = self.sure();
        let others = self.candidates.iter().skip(usize::from(format.is_some()));
        Detection {
            format: format.map(|format| format.id.to_owned()),
            confidence: self.candidates.first().map_or(0.0, |(_, sure)| *sure),
            alternatives: others.map(|(format, _)| format.id.to_owned()).collect(),
            needs_password: self.needs_password,
        }
    }
}

/// Looks at the content; `file_name` (lower case) decides only between formats of the same layout.
///
/// How sure a format may be: 1 for a mark nobody else has; 0.9 for all of its columns or keys and no others;
/// 0.6 for a fit that others might share; below 0.5 it is offered, never chosen.
pub(super) fn guess(input: &mut dyn Input, sniff: &Sniff, file_name: &str) -> Result<Guess, Error> {
    let looked = Looked::at(input, sniff, file_name)?;
    let mut candidates = Vec::new();
    if looked.is_plain() {
        candidates = table_candidates(sniff, file_name);
    } else if !looked.elements.is_empty() {
        candidates = page_candidates(input, sniff, file_name)?;
    }
    for format in FORMATS.iter().copied() {
        let sure = match format.reader {
            Reader::Shape(shape) => (shape.fits)(&looked),
            Reader::Lines(rows) if looked.is_plain() => {
                lines::recognise(sniff, rows).map_or(0.0, |(_, sure)| sure)
            }
            _ => 0.0,
        };
        if sure > 0.0 {
            candidates.push((format, sure));
        }
    }
    // Any table could be read as a spreadsheet; that helps nobody who has an export of a known product.
    if candidates.iter().any(|(_, sure)| *sure >= CERTAIN) {
        candidates.retain(|(format, _)| format.id != generic_csv::FORMAT.id);
    }
    // Stable: equally sure ones stay in the order of the list, the usual one first.
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
    let sealed = |(format, _): &(&Format, f64)| needs_password(format, &looked);
    let needs_password = candidates.first().is_some_and(sealed);
    Ok(Guess { candidates, needs_password })
}

fn needs_password(format: &Format, looked: &Looked<'_>) -> bool {
    match format.id {
        "bitwardenjson" => bitwarden_json::is_sealed(looked),
        _ => format.needs_password,
    }
}

/// Refuses a file for a format it cannot be, so that the wrong choice does not become an import of rubbish.
pub(super) fn check_choice(
    format: &'static Format,
    shape: &Shape,
    input: &mut dyn Input,
    sniff: &Sniff,
    file_name: &str,
) -> Result<(), Error> {
    let looked = Looked::at(input, sniff, file_name)?;
    if (shape.fits)(&looked) > 0.0 {
        return Ok(());
    }
    let problem = "the content is not that of this format";
    Err(Error::Malformed { format: format.name, problem, row: None, column: None })
}

/// Reads rows without a header in the format asked for; refuses when they are surely another's.
pub(super) fn read_lines(
    rows: &'static Lines,
    input: &mut dyn Input,
    sniff: &Sniff,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let own = lines::recognise(sniff, rows);
    let other = table::recognise(sniff, &registry::layouts()).map_or(0.0, |(.., sure)| sure);
    let other = registry::lines().iter().fold(other, |best, lines| {
        best.max(lines::recognise(sniff, lines).map_or(0.0, |(_, sure)| sure))
    });
    match own {
        Some((delimiter, sure)) if sure >= other || other < 0.9 => {
            lines::read((rows, delimiter), input, sniff, out)
        }
        _ => Err(lines::stranger(rows.name).into()),
    }
}

fn table_candidates(sniff: &Sniff, file_name: &str) -> Vec<(&'static Format, f64)> {
    let mut fits: Vec<_> = registry::layouts()
        .into_iter()
        .filter_map(|layout| table::recognise(sniff, &[layout]))
        .collect();
    fits.sort_by(|a, b| b.2.total_cmp(&a.2));
    fits.into_iter().flat_map(|(layout, _, sure)| of_layout(layout, sure, file_name)).collect()
}

/// Formats that share a layout: the one the file's name hints at, then in the order of the list.
fn of_layout(layout: &Layout, sure: f64, file_name: &str) -> Vec<(&'static Format, f64)> {
    let same = |format: &&Format| match format.reader {
        Reader::Table(other) => std::ptr::eq(other, layout),
        _ => false,
    };
    let hinted = |format: &Format| !format.hint.is_empty() && file_name.contains(format.hint);
    let mut formats: Vec<_> =
        FORMATS.iter().copied().filter(same).map(|format| (format, sure)).collect();
    formats.sort_by_key(|(format, _)| !hinted(format));
    formats
}

fn page_candidates(
    input: &mut dyn Input,
    sniff: &Sniff,
    file_name: &str,
) -> Result<Vec<(&'static Format, f64)>, Error> {
    let Some(text) = lastpass_html::extract(input, sniff)? else { return Ok(Vec::new()) };
    let inner = sniff::sniff(&mut Cursor::new(text.as_bytes()))?;
    let layout = &super::lastpass_csv::LAYOUT;
    Ok(match table::recognise(&inner, &[layout]) {
        Some((_, _, sure)) => of_layout(layout, sure * 0.9, file_name),
        None => Vec::new(),
    })
}

/// Reads a table in the layout asked for; refuses when the header does not fit, or fits another better.
pub(super) fn read_table(
    layout: &'static Layout,
    input: &mut dyn Input,
    sniff: &Sniff,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let is_lastpass = std::ptr::eq(layout, &raw const super::lastpass_csv::LAYOUT);
    if is_lastpass && let Some(text) = lastpass_html::extract(input, sniff)? {
        let mut inner = Cursor::new(text.as_bytes());
        let inner_sniff = sniff::sniff(&mut inner)?;
        let delimiter = delimiter_for(layout, &inner_sniff)?;
        table::read((layout, delimiter), &mut inner, &inner_sniff, out)?;
        return Ok(Source::open(input, sniff)?.sha256()?);
    }
    let delimiter = delimiter_for(layout, sniff)?;
    table::read((layout, delimiter), input, sniff, out)
}

pub(super) fn delimiter_for(layout: &'static Layout, sniff: &Sniff) -> Result<u8, Error> {
    let best = table::recognise(sniff, &registry::layouts());
    let own = table::recognise(sniff, &[layout]);
    match (own, best) {
        (Some((_, delimiter, sure)), Some((_, _, top))) if sure >= top => Ok(delimiter),
        _ => Err(Error::Malformed {
            format: layout.name,
            problem: "the columns are not those of this format",
            row: Some(1),
            column: None,
        }),
    }
}
