//! Cells a spreadsheet has changed: rounded numbers, lost zeros, days made of codes, formulas made of passwords.

use std::collections::HashMap;

use super::output::{Output, Place};
use super::sheet::Line;
use super::sheet_cell::Mark;
use super::sheet_plan::{Column, Plan};
use crate::model::{ColumnRole, FindingCode, Severity};

/// Digits a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

/// Codes up to here have a fixed length, such as PINs; longer numbers vary.
const LONGEST_CODE: usize = 8;

/// What was seen of a file so far.
#[derive(Default)]
pub(super) struct Marks {
    /// By column: how many values of digits only have this many digits; `None` once one begins with zero.
    lengths: HashMap<usize, Option<[u32; LONGEST_CODE + 1]>>,
    /// Columns with cells that are numbers, not texts.
    numbers: Vec<usize>,
    guarded: bool,
}

impl Marks {
    /// Tells about the cells of a row in which a changed letter would hurt.
    pub(super) fn look(&mut self, plan: &Plan, line: &Line<'_>, out: &mut Output<'_>) {
        self.guarded |= line.guarded;
        for column in plan.columns.iter().filter(|column| is_delicate(column.role)) {
            let cell = line.at(column.index);
            if cell.trim().is_empty() {
                continue;
            }
            let mark = line.marks.get(column.index).copied().unwrap_or(Mark::Text);
            if let Some(message) = spoilt(cell, mark, column.role) {
                let mut place = Place::value(line.row.line, out.next_item(), field(column));
                place.field = place.field.filter(|field| !field.is_empty());
                out.find(FindingCode::FormatOddity, Severity::Warning, place, message);
            }
            if is_code(column.role) {
                self.count(column.index, cell.trim(), mark);
            }
        }
    }

    fn count(&mut self, index: usize, cell: &str, mark: Mark) {
        if mark == Mark::Number && !self.numbers.contains(&index) {
            self.numbers.push(index);
        }
        let lengths = self.lengths.entry(index).or_insert(Some([0; LONGEST_CODE + 1]));
        if cell.len() <= LONGEST_CODE && cell.bytes().all(|b| b.is_ascii_digit()) {
            match lengths {
                Some(_) if cell.starts_with('0') => *lengths = None,
                Some(counts) => counts[cell.len()] += 1,
                None => {}
            }
        }
    }

    /// Tells what only the whole column shows.
    pub(super) fn end(&self, plan: &Plan, out: &mut Output<'_>) {
        if self.guarded {
            let message = "cells written as =\"text\", so that no spreadsheet changes them, were read as their text";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
        for column in &plan.columns {
            let index = column.index;
            let lost =
                self.lengths.get(&index).is_some_and(|lengths| lengths.is_some_and(|l| uneven(&l)));
            if lost || self.numbers.contains(&index) {
                let message = format!(
                    "column {} holds numbers: where a value began with zeros, a spreadsheet has removed them",
                    index + 1
                );
                out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, &message);
            }
        }
    }
}

/// Most codes have one length and some are shorter.
fn uneven(counts: &[u32]) -> bool {
    let Some(longest) = counts.iter().rposition(|count| *count > 0) else { return false };
    let shorter: u32 = counts.iter().take(longest).sum();
    longest >= 3 && counts[longest] >= 3 && shorter > 0 && shorter < counts[longest]
}

/// One changed sign makes it worthless.
fn is_delicate(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::Username | ColumnRole::CardNumber) || is_code(role)
}

/// May begin with zeros.
fn is_code(role: ColumnRole) -> bool {
    matches!(
        role,
        ColumnRole::Password | ColumnRole::Totp | ColumnRole::HiddenField | ColumnRole::CardCode
    )
}

fn field(column: &Column) -> &'static str {
    match column.role {
        ColumnRole::Username => "login.username",
        ColumnRole::Password => "login.password",
        ColumnRole::Totp => "login.totp",
        ColumnRole::CardNumber => "card.number",
        ColumnRole::CardCode => "card.code",
        _ => "",
    }
}

/// What has happened to a cell.
fn spoilt(cell: &str, mark: Mark, role: ColumnRole) -> Option<&'static str> {
    let trimmed = cell.trim();
    Some(if mark == Mark::Error && trimmed.starts_with('=') {
        "a spreadsheet took this for a formula; what was typed was read, but letters may have changed their case"
    } else if mark == Mark::Error || is_error(trimmed) {
        "a spreadsheet shows an error here instead of the value"
    } else if is_scientific(trimmed) || mark == Mark::Rounded || is_rounded(trimmed, role) {
        "a spreadsheet has probably rounded this number"
    } else if mark == Mark::Date || is_day(trimmed) {
        "this is a day or time, perhaps made by a spreadsheet of something else"
    } else if role == ColumnRole::Password && trimmed.len() != cell.len() {
        "the password begins or ends with a blank, which was kept"
    } else if role == ColumnRole::Password && is_guarded(cell) {
        "the password begins with an apostrophe, which a program may have put there as a guard; it was kept"
    } else {
        return None;
    })
}

/// In English and German, and the signs of a column that was too narrow when it was copied.
fn is_error(cell: &str) -> bool {
    const ERRORS: [&str; 12] = [
        "#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NULL!", "#NUM!", "#WERT!", "#BEZUG!",
        "#NV", "#ZAHL!", "#ВЕЛ!",
    ];
    ERRORS.contains(&cell) || (cell.len() >= 3 && cell.bytes().all(|b| b == b'#'))
}

/// `4.9E+11`, `4,9E+11`
fn is_scientific(cell: &str) -> bool {
    let Some((digits, power)) = cell.split_once(['E', 'e']) else { return false };
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let (whole, rest) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let power = power.strip_prefix('+').unwrap_or("");
    whole.len() == 1
        && [whole, rest, power].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && !power.is_empty()
}

/// More than fifteen digits, all zeros from there on. Card numbers of sixteen may end so.
fn is_rounded(cell: &str, role: ColumnRole) -> bool {
    let beyond = cell.get(KEPT_DIGITS..).unwrap_or("");
    let enough = if role == ColumnRole::CardNumber { 1 } else { 2 };
    cell.bytes().all(|b| b.is_ascii_digit())
        && beyond.len() >= enough
        && beyond.bytes().all(|b| b == b'0')
}

/// `3-Mar`, `Mar-03`, `03. Mrz`: what spreadsheets make of `3-3` or `3.3.`
fn is_day(cell: &str) -> bool {
    const MONTHS: [&str; 32] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mrz",
        "mär", "mai", "okt", "dez", "janv", "févr", "mars", "avr", "juin", "juil", "août", "sept",
        "déc", "ene", "abr", "ago", "dic", "gen", "mei",
    ];
    let lower = cell.to_lowercase();
    let mut parts = lower.split(['-', '.', ' ']).filter(|part| !part.is_empty());
    let (Some(a), Some(b), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let number = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    (number(a) && MONTHS.contains(&b)) || (MONTHS.contains(&a) && number(b))
}

/// `'=`, as programs write cells that must not become formulas.
fn is_guarded(cell: &str) -> bool {
    cell.strip_prefix('\'').is_some_and(|rest| rest.starts_with(['=', '+', '-', '@']))
}

/// The text of `="text"`.
pub(super) fn unguarded(cell: &str) -> Option<&str> {
    let inner = cell.strip_prefix("=\"")?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_does_to_numbers_is_seen() {
        for cell in [
            "4.9E+11",
            "4,90124E+11",
            "1e+15",
            "#NAME?",
            "#####",
            "12345678901234500",
            "3-Mar",
            "Mrz 03",
            "03. Mär",
        ] {
            assert!(spoilt(cell, Mark::Text, ColumnRole::Password).is_some(), "{cell}");
        }
        for cell in [
            "12E",
            "5E7",
            "=1+1",
            "+49",
            "@home",
            "-x",
            "#1!",
            "1234567890123450",
            "3-3",
            "summer",
            "2024-01-01",
        ] {
            assert!(spoilt(cell, Mark::Text, ColumnRole::Password).is_none(), "{cell}");
        }
    }

    #[test]
    fn shorter_codes_among_many_of_one_length_have_lost_their_zeros() {
        let counts = |pairs: &[(usize, u32)]| {
            let mut counts = [0; LONGEST_CODE + 1];
            for (length, count) in pairs {
                counts[*length] = *count;
            }
            uneven(&counts)
        };
        assert!(counts(&[(4, 5), (3, 1)]));
        assert!(!counts(&[(4, 5)]), "nothing is missing");
        assert!(!counts(&[(4, 1), (3, 4), (6, 2)]), "no length is the usual one");
    }

    #[test]
    fn only_the_idiom_for_texts_is_unwrapped() {
        assert_eq!(unguarded("=\"007\""), Some("007"));
        assert_eq!(unguarded("=\"a\"&\"b\""), None);
        assert_eq!(unguarded("=Summer"), None);
    }
}
