//! A spreadsheet before it is read, and what a recipe makes of it.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::output::{Halt, Target};
use super::sheet::{Sample, Sheets};
use super::sheet_guess::{Guess, cell, guess, guess_columns};
use super::{ReadOptions, Source, read_for, sheet_look, sheet_plan, sniff};
use crate::import::Error;
use crate::import::mask::{host, mask_user, masked};
use crate::model::{ColumnRole, Item, Recipe, RecipeColumn, RecipePreview, SheetPreview};

/// Rows shown.
const ROWS_SHOWN: usize = 30;

/// Items shown.
const ITEMS_SHOWN: usize = 50;

/// Letters of a cell that are shown.
const LETTERS_SHOWN: usize = 80;

/// Dots a secret is shown as: its length is nobody's business.
const DOTS: usize = 12;

/// A spreadsheet seen from outside, and what identifies it for saved recipes.
pub(in crate::import) struct Seen {
    pub preview: SheetPreview,
    /// Of each of its first rows that may be the one of the names.
    pub headers: Vec<[u8; 32]>,
}

/// Looks at a spreadsheet; sheet, delimiter and row of names are those of `shape`, where it has them. Row 0 says
/// that there are no names.
pub(in crate::import) fn look(path: &Path, shape: Option<&Recipe>) -> Result<Seen, Error> {
    let mut file = File::open(path).map_err(Error::Unreadable)?;
    let sniff = sniff::sniff(&mut file)?;
    if sniff.head.trim().is_empty() && !sniff.more() {
        return Err(Error::Empty);
    }
    let dialect =
        Recipe { delimiter: shape.and_then(|shape| shape.delimiter.clone()), ..Recipe::default() };
    let mut sheets = Sheets::open(&mut file, &sniff, Some(&dialect))?;
    let names = if sheets.is_book() { sheets.names() } else { Vec::new() };
    let (sheet, sample) = choose(&mut sheets, shape).map_err(whole)?;
    let Guess { mut recipe, .. } = match shape.and_then(|shape| shape.header_row) {
        Some(row) => guess_columns(&sample, Some(row).filter(|row| *row > 0)),
        None => guess(&sample),
    };
    recipe.delimiter = dialect.delimiter;
    recipe.sheet = (names.len() > 1).then(|| sheet.clone());
    let total = count(&mut sheets, &sheet, recipe.header_row).map_err(whole)?;
    let headers = headers(&sample, &recipe);
    let findings = match preview(path, &recipe) {
        Ok(preview) => preview.findings,
        Err(Error::Malformed { .. } | Error::Empty) => Vec::new(),
        Err(error) => return Err(error),
    };
    let rows = shown(&sample, &recipe);
    let preview =
        SheetPreview { sheets: names, recipe, fitting: Vec::new(), rows, total, findings };
    Ok(Seen { preview, headers })
}

/// The sheet asked for, or the first whose columns are understood, or the first with content.
fn choose(sheets: &mut Sheets<'_>, shape: Option<&Recipe>) -> Result<(String, Sample), Halt> {
    let wanted = shape.and_then(|shape| shape.sheet.as_ref()).filter(|_| sheets.is_book());
    let mut best: Option<(String, Sample)> = None;
    for name in sheets.names() {
        if wanted.is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let sample = sheets.sample(&name)?;
        let sure = guess(&sample).sure;
        if sure || (best.is_none() && !sample.is_empty()) {
            best = Some((name, sample));
        }
        if sure {
            break;
        }
    }
    best.ok_or_else(|| Error::Empty.into())
}

/// Rows with content below the names.
fn count(sheets: &mut Sheets<'_>, sheet: &str, header_row: Option<u32>) -> Result<u64, Halt> {
    let mut total = 0;
    sheets.each(sheet, &mut |line| {
        let below = line.number > header_row.unwrap_or(0);
        total += u64::from(below && !line.row.is_blank());
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(total)
}

/// What a recipe makes of a file: the first items, masked, and what was found on the way to the end.
pub(in crate::import) fn preview(path: &Path, recipe: &Recipe) -> Result<RecipePreview, Error> {
    let options = ReadOptions { recipe: Some(recipe.clone()), ..ReadOptions::default() };
    let source = Source { path: path.to_path_buf(), options };
    let (mut first, mut total) = (Vec::new(), 0);
    let read = read_for(&[source], Target::AsFile, &mut |item: Item| {
        total += 1;
        if first.len() < ITEMS_SHOWN {
            first.push(item);
        }
        Ok(())
    });
    let summary = read.map_err(whole)?;
    let items = first.iter().zip(0..);
    let items =
        items.map(|(item, index)| masked(item, index, &summary.folders, false, 0)).collect();
    Ok(RecipePreview { items, total, findings: summary.findings })
}

fn whole(halt: Halt) -> Error {
    match halt {
        Halt::Error(error) => error,
        Halt::Stopped => unreachable!("looking never stops a read"),
    }
}

/// The first rows, masked by what their columns hold.
fn shown(sample: &Sample, recipe: &Recipe) -> Vec<Vec<String>> {
    let header = recipe.header_row.map_or(0, |row| row as usize);
    let rows = sample.iter().take(ROWS_SHOWN.max(header)).enumerate();
    rows.map(|(index, row)| {
        let column = |at: usize| recipe.columns.get(at).map(|column| column.role);
        let shown = |(at, cell): (usize, &Zeroizing<String>)| match column(at) {
            Some(role) if index >= header => shorten(&mask(cell, role)),
            _ if index + 1 == header => shorten(cell),
            _ => shorten(&mask_words(cell)),
        };
        row.iter().enumerate().map(shown).collect()
    })
    .collect()
}

fn mask(cell: &str, role: ColumnRole) -> String {
    use ColumnRole::{CardCode, CardNumber, HiddenField, Notes, Password, Totp, Uri, Username};
    match role {
        Password | Totp | HiddenField | CardNumber | CardCode | Notes => dots(cell),
        Username => mask_user(cell),
        Uri if !host(cell).is_empty() => host(cell),
        _ => mask_words(cell),
    }
}

/// Dots for letters and digits: a date or a number stays recognisable as such.
fn dots(text: &str) -> String {
    let dot = |c: char| if c.is_alphanumeric() { '•' } else { c };
    text.chars().take(DOTS).map(dot).collect()
}

/// Words that look like secrets as dots.
fn mask_words(cell: &str) -> String {
    let words = cell.split(' ').map(|word| {
        if sheet_look::is_mail(word) {
            return mask_user(word);
        }
        let secret = sheet_look::is_secret(word) || sheet_look::is_totp(word);
        if secret { dots(word) } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LETTERS_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

fn headers(sample: &Sample, recipe: &Recipe) -> Vec<[u8; 32]> {
    let rows = sample.iter().take(ROWS_SHOWN);
    let names = rows.map(|row| (0..row.len()).map(|index| cell(row, index)).collect::<Vec<_>>());
    let mut headers: Vec<_> = names.map(|names| fingerprint(&names)).collect();
    if recipe.header_row.is_none() {
        headers.push(header_of(&recipe.columns));
    }
    headers
}

/// What offers a saved recipe again: the names of its columns, or without names how many there are.
pub(in crate::import) fn header_of(columns: &[RecipeColumn]) -> [u8; 32] {
    let names: Vec<_> = columns.iter().map(|column| column.header.as_str()).collect();
    if names.iter().all(|name| name.trim().is_empty()) {
        return Sha256::digest(format!("{} columns", names.len())).into();
    }
    fingerprint(&names)
}

fn fingerprint(names: &[&str]) -> [u8; 32] {
    let names: Vec<_> = names.iter().map(|name| sheet_plan::plain(name)).collect();
    let last = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    let mut hash = Sha256::new();
    for name in &names[..last] {
        hash.update(name.as_bytes());
        hash.update([0x1F]);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_secret_is_shown_as_dots() {
        assert_eq!(mask("Tr0ub4dor&3", ColumnRole::Password), "•••••••••&•");
        assert_eq!(mask("PIN is 1234, call", ColumnRole::Notes), "••• •• ••••,");
        assert_eq!(mask("alice@acme.example", ColumnRole::Username), "a•••@acme.example");
        assert_eq!(mask("https://x.example/t?token=s3cret", ColumnRole::Uri), "x.example");
        assert_eq!(mask("old Tr0ub4dor&3 router", ColumnRole::Field), "old •••••••••&• router");
        assert_eq!(shorten(&"x".repeat(200)).chars().count(), LETTERS_SHOWN + 1);
    }

    #[test]
    fn names_of_columns_identify_a_file_whatever_their_case_and_the_empty_cells_behind_them() {
        assert_eq!(fingerprint(&["\u{FEFF}Name ", "USER", "", ""]), fingerprint(&["name", "user"]));
        assert_ne!(fingerprint(&["name", "user"]), fingerprint(&["user", "name"]));
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["ab"]));
    }
}
