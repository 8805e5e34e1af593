//! What a spreadsheet's columns hold, by their names and, where those say nothing, by what is in them.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use super::sheet::{Sample, separator_line};
use super::sheet_look as look;
use super::sheet_words::{self, Strength, meanings};
use crate::model::{ColumnRole, Recipe, RecipeColumn};

/// Titles and blank rows above the names of the columns.
const MOST_ROWS_ABOVE: usize = 30;

/// Names of columns are words, not sentences. In bytes.
pub(super) const LONGEST_NAME: usize = 80;

/// Above this share of its values, a column is of that kind.
const MOSTLY: f64 = 0.6;

/// Whether a cell is of some kind.
type Look = fn(&str) -> bool;

/// What was made of a sheet.
pub(super) struct Guess {
    /// Without sheet and delimiter, which are known to the caller.
    pub recipe: Recipe,
    /// Names of columns were understood well enough to read it without asking.
    pub sure: bool,
    /// Something is known about it at all: a password, a user name, an address.
    pub useful: bool,
}

/// Guesses everything.
pub(super) fn guess(sample: &Sample) -> Guess {
    let header = known_header(sample);
    let sure = header.is_some_and(|row| is_sure(&sample[row]));
    guess_below(sample, header.or_else(|| unknown_header(sample)), sure)
}

/// Guesses the columns, with the row of names as a person has said.
pub(super) fn guess_columns(sample: &Sample, header_row: Option<u32>) -> Guess {
    let row = header_row.and_then(|row| usize::try_from(row).ok()?.checked_sub(1));
    let row = row.filter(|row| *row < sample.len());
    guess_below(sample, row, row.is_some_and(|row| is_sure(&sample[row])))
}

fn guess_below(sample: &Sample, header: Option<usize>, sure: bool) -> Guess {
    let body = body(sample, header);
    // Spreadsheets end their rows with many empty cells.
    let last = |row: &[Zeroizing<String>]| row.iter().rposition(|cell| !cell.trim().is_empty());
    let header_end = header.and_then(|row| last(&sample[row]));
    let body_end = body.iter().filter_map(|row| last(row)).max();
    let width = header_end.max(body_end).map_or(0, |last| last + 1);
    let mut roles = vec![ColumnRole::Ignore; width];
    let names: Vec<_> = (0..width)
        .map(|index| header.map_or("", |row| cell(&sample[row], index).trim()).to_owned())
        .collect();
    if header.is_some() {
        by_name(&names, &mut roles);
        correct(&body, &names, &mut roles);
    }
    by_content(&body, header.is_none(), &mut roles);
    fill_up(&body, &names, header.is_some(), &mut roles);
    let columns = names.into_iter().zip(roles).map(|(header, role)| RecipeColumn { header, role });
    let columns: Vec<_> = columns.collect();
    let useful = columns.iter().any(|column| {
        use ColumnRole::{CardNumber, Notes, Password, Totp, Uri, Username};
        matches!(column.role, Password | Username | Uri | Totp | CardNumber | Notes)
    });
    let recipe = Recipe {
        header_row: header.and_then(|row| u32::try_from(row + 1).ok()),
        folder_separator: Some(folder_separator(&body, &columns)),
        columns,
        ..Recipe::default()
    };
    Guess { recipe, sure, useful }
}

/// How wide the first row with something in it is.
pub(super) fn width(sample: &Sample) -> usize {
    sample.iter().find(|row| !is_blank(row)).map_or(0, Vec::len)
}

/// How well a way to part the cells explains the first rows; 0 for not at all.
pub(super) fn worth(sample: &Sample) -> usize {
    if let Some(row) = known_header(sample) {
        return 10_000 + 100 * score(&sample[row]);
    }
    let filled = || sample.iter().filter(|row| !is_blank(row));
    let widths: Vec<_> = filled().map(Vec::len).filter(|width| *width > 1).collect();
    let most = widths.iter().map(|one| widths.iter().filter(|other| *other == one).count()).max();
    let same = most.unwrap_or(0);
    if same >= 2 && same * 5 >= filled().count() * 3 { same } else { 0 }
}

/// The row of names that are understood, if there is one.
fn known_header(sample: &Sample) -> Option<usize> {
    let rows = sample.iter().take(MOST_ROWS_ABOVE).enumerate();
    let scored = rows.map(|(index, row)| (index, score(row))).filter(|(_, score)| *score >= 3);
    scored.rev().max_by_key(|(_, score)| *score).map(|(index, _)| index)
}

/// Two for each role that a name means, one for each that it might mean; 0 when it is only one role.
fn score(row: &[Zeroizing<String>]) -> usize {
    if row.len() < 2 {
        return 0;
    }
    let names = row.iter().filter(|cell| cell.len() <= LONGEST_NAME);
    let mut best: HashMap<ColumnRole, Strength> = HashMap::new();
    for (role, strength) in names.flat_map(|name| meanings(name)) {
        let known = best.entry(role).or_insert(strength);
        *known = strength.max(*known);
    }
    let points = |strength: &Strength| match strength {
        Strength::Strong => 2,
        Strength::Weak | Strength::Part => 1,
    };
    if best.len() < 2 { 0 } else { best.values().map(points).sum() }
}

/// A password column beyond doubt, and something that says what the password is for.
fn is_sure(row: &[Zeroizing<String>]) -> bool {
    let has = |role, doubtful| {
        let names = row.iter().filter(|cell| cell.len() <= LONGEST_NAME);
        let all = names.flat_map(|cell| meanings(cell));
        all.into_iter()
            .any(|(other, strength)| other == role && (strength != Strength::Weak || doubtful))
    };
    let of = [ColumnRole::Name, ColumnRole::Username, ColumnRole::Uri];
    has(ColumnRole::Password, false) && of.into_iter().any(|role| has(role, true))
}

/// A first row that looks like names, above rows that look like something else.
fn unknown_header(sample: &Sample) -> Option<usize> {
    // Titles stand alone in their row.
    let several = |row: &Vec<_>| {
        row.iter().filter(|cell: &&Zeroizing<String>| !cell.trim().is_empty()).count() > 1
    };
    let row = sample.iter().position(|row| several(row) && !is_separator(row))?;
    let names: Vec<_> = sample[row].iter().map(|cell| cell.trim()).collect();
    let distinct: HashSet<_> = names.iter().collect();
    let plain = |name: &&str| {
        !name.is_empty()
            && name.chars().count() <= 40
            && !name.contains(|c: char| c.is_ascii_digit())
            && !look::is_address(name)
            && !look::is_mail(name)
            && !look::is_secret(name)
    };
    let typed = |index| {
        let below = body(sample, Some(row));
        [look::is_address, look::is_mail, look::is_totp, look::is_secret]
            .into_iter()
            .any(|is| share(&below, index, is) >= MOSTLY)
    };
    let plausible = names.len() >= 2 && distinct.len() == names.len() && names.iter().all(plain);
    (plausible && (0..names.len()).any(typed)).then_some(row)
}

/// Roles by name: first what means it, then what might; each role once.
fn by_name(names: &[String], roles: &mut [ColumnRole]) {
    let meant: Vec<_> = names.iter().map(|name| meanings(name)).collect();
    for strength in [Strength::Strong, Strength::Weak, Strength::Part] {
        for role in sheet_words::roles() {
            let free = (0..roles.len()).find(|index| {
                roles[*index] == ColumnRole::Ignore && meant[*index].contains(&(role, strength))
            });
            if let Some(index) = free.filter(|_| !roles.contains(&role)) {
                roles[index] = role;
            }
        }
    }
    for (index, meant) in meant.iter().enumerate().filter(|(_, meant)| !meant.is_empty()) {
        let also = |role| meant.contains(&(role, Strength::Strong));
        if roles[index] == ColumnRole::Ignore {
            roles[index] = match () {
                () if also(ColumnRole::Uri) => ColumnRole::Uri,
                () if also(ColumnRole::Notes) => ColumnRole::Notes,
                () if also(ColumnRole::Password) || also(ColumnRole::Totp) => {
                    ColumnRole::HiddenField
                }
                () => ColumnRole::Ignore,
            };
        }
    }
}

/// Takes back what the values contradict.
fn correct(body: &[&[Zeroizing<String>]], names: &[String], roles: &mut [ColumnRole]) {
    let has_uri = roles.contains(&ColumnRole::Uri);
    let has_card = roles.contains(&ColumnRole::CardNumber);
    for (index, role) in roles.iter_mut().enumerate() {
        *role = match *role {
            ColumnRole::Name if !has_uri && share(body, index, look::is_address) >= MOSTLY => {
                ColumnRole::Uri
            }
            ColumnRole::Kind if share(body, index, |cell| look::kind(cell).is_some()) < 1.0 => {
                ColumnRole::Field
            }
            ColumnRole::CardExpiry | ColumnRole::CardHolder if !has_card => ColumnRole::Field,
            ColumnRole::CardCode if !has_card => ColumnRole::HiddenField,
            // "Benutzer" of a printed list may be a column of mail addresses and "Server" one of names.
            role => role,
        };
    }
    debug_assert_eq!(names.len(), roles.len());
}

/// Roles by content, for columns whose names say nothing.
fn by_content(body: &[&[Zeroizing<String>]], nameless: bool, roles: &mut [ColumnRole]) {
    let free = |roles: &[ColumnRole], is: Look| {
        let shares = roles.iter().enumerate().filter(|(_, role)| **role == ColumnRole::Ignore);
        let shares = shares.map(|(index, _)| (index, share(body, index, is)));
        let best = shares.rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 >= MOSTLY).then_some(best.0)
    };
    let by_kind: [(ColumnRole, Look); 4] = [
        (ColumnRole::Totp, look::is_totp),
        (ColumnRole::Uri, look::is_address),
        (ColumnRole::Username, look::is_mail),
        (ColumnRole::Password, look::is_secret),
    ];
    for (role, is) in by_kind {
        if !roles.contains(&role)
            && let Some(index) = free(roles, is)
        {
            roles[index] = role;
        }
    }
    if nameless {
        by_place(body, roles);
    }
}

/// Without any names: a user name stands before its password, a name first.
fn by_place(body: &[&[Zeroizing<String>]], roles: &mut [ColumnRole]) {
    let filled = |index: usize| share(body, index, |_| true) > 0.0;
    let password = roles.iter().position(|role| *role == ColumnRole::Password);
    if !roles.contains(&ColumnRole::Username)
        && let Some(before) = password.and_then(|at| at.checked_sub(1))
        && roles[before] == ColumnRole::Ignore
    {
        roles[before] = ColumnRole::Username;
    }
    let long = |index: usize| share(body, index, look::is_prose) >= MOSTLY;
    let first = |roles: &[ColumnRole], fits: &dyn Fn(usize) -> bool| {
        (0..roles.len())
            .find(|index| roles[*index] == ColumnRole::Ignore && filled(*index) && fits(*index))
    };
    if let Some(index) = first(roles, &long) {
        roles[index] = ColumnRole::Notes;
    }
    if let Some(index) = first(roles, &|_| true) {
        roles[index] = ColumnRole::Name;
    }
}

/// Nothing is lost: what is left becomes custom fields, hidden when it may be secret.
fn fill_up(
    body: &[&[Zeroizing<String>]],
    names: &[String],
    has_header: bool,
    roles: &mut [ColumnRole],
) {
    for (index, role) in roles.iter_mut().enumerate() {
        if *role == ColumnRole::Ignore {
            let secret = !has_header
                || sheet_words::is_secret(&names[index])
                || share(body, index, look::is_secret) >= MOSTLY;
            *role = if secret { ColumnRole::HiddenField } else { ColumnRole::Field };
        }
    }
}

/// What parts the folder paths, going by the folders that are there.
fn folder_separator(body: &[&[Zeroizing<String>]], columns: &[RecipeColumn]) -> String {
    let folders = columns.iter().position(|column| column.role == ColumnRole::Folder);
    let has = |part: &str| {
        folders.is_some_and(|index| body.iter().any(|row| cell(row, index).contains(part)))
    };
    let known = ["/", "\\", ">", "»", "::"];
    known.into_iter().find(|part| has(part)).unwrap_or("/").to_owned()
}

/// Rows below the names, blank ones left out.
fn body(sample: &Sample, header: Option<usize>) -> Vec<&[Zeroizing<String>]> {
    let from = header.map_or(0, |row| row + 1);
    let rows = sample.iter().skip(from).filter(|row| !is_blank(row) && !is_separator(row));
    rows.map(Vec::as_slice).collect()
}

/// Share of a column's values of which `is` holds; 0 without values.
fn share(body: &[&[Zeroizing<String>]], index: usize, is: impl Fn(&str) -> bool) -> f64 {
    let values = body.iter().map(|row| cell(row, index).trim()).filter(|value| !value.is_empty());
    let (all, fitting) = values
        .fold((0_u32, 0_u32), |(all, fitting), value| (all + 1, fitting + u32::from(is(value))));
    if all == 0 { 0.0 } else { f64::from(fitting) / f64::from(all) }
}

pub(super) fn cell(row: &[Zeroizing<String>], index: usize) -> &str {
    row.get(index).map_or("", |cell| cell.as_str())
}

fn is_blank(row: &[Zeroizing<String>]) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn is_separator(row: &[Zeroizing<String>]) -> bool {
    let first = cell(row, 0);
    separator_line(first).is_some() || (row.len() == 2 && first.eq_ignore_ascii_case("sep="))
}
