//! Enpass: a row is a title, labels each with its value, and a note if a cell is left over.

use super::lines::{self, Lines};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::{rules_card, rules_note, values};
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "enpasscsv",
    name: "Enpass (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines = Lines {
    name: "Enpass (csv)",
    delimiters: lines::USUAL,
    fits,
    reader: || Box::new(Items { first: true }),
};

/// Labels Enpass's own templates have, in lower case and without the mark of sensitive ones.
const LABELS: [&str; 16] = [
    "username",
    "password",
    "email",
    "e-mail",
    "url",
    "website",
    "totp",
    "one-time code",
    "phone number",
    "security question",
    "security answer",
    "cardholder",
    "number",
    "cvc",
    "expiry date",
    "pin",
];

/// Labels that make a login.
const SIGN_IN: [&str; 6] = ["username", "password", "email", "e-mail", "url", "website"];

fn fits(rows: &[Vec<String>]) -> f64 {
    let head = rows.first().filter(|row| is_header(row.first().map_or("", String::as_str)));
    let field = |row: &Vec<String>| row.get(1).is_some_and(|cell| plain(cell).starts_with("field"));
    if head.is_some_and(field) {
        return 0.95;
    }
    let rows = rows.get(usize::from(head.is_some())..).unwrap_or_default();
    let labels = |row: &Vec<String>| {
        let labels: Vec<_> = row.iter().skip(1).step_by(2).take(4).cloned().collect();
        labels.iter().any(|label| LABELS.contains(&plain(label).as_str()))
    };
    let long: Vec<_> = rows.iter().filter(|row| row.len() > 2).collect();
    let known = long.iter().filter(|row| labels(row)).count();
    let marked = rows.iter().flatten().any(|cell| {
        cell.strip_prefix('*').is_some_and(|label| LABELS.contains(&plain(label).as_str()))
    });
    match (known, long.len()) {
        (0, _) => 0.0,
        (known, all) if marked && known * 2 >= all => 0.95,
        (known, all) if known * 4 >= all * 3 => 0.6,
        (known, all) if known * 2 >= all => 0.4,
        _ => 0.0,
    }
}

fn is_header(title: &str) -> bool {
    matches!(title, "Title" | "title")
}

/// A label without its mark, in lower case.
fn plain(label: &str) -> String {
    label.strip_prefix('*').unwrap_or(label).trim().to_lowercase()
}

struct Items {
    first: bool,
}

impl RowReader for Items {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if std::mem::replace(&mut self.first, false) && is_header(row.at(0)) {
            return Ok(());
        }
        if row.len() < 2 {
            let message = "the row has a title and nothing else; it was left out";
            out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row.line), message);
            return Ok(());
        }
        let pairs_end = row.len() - usize::from(row.len().is_multiple_of(2));
        let mut item = Item { name: values::name(row.at(0)), row: row.line, ..Item::default() };
        if row.len() > pairs_end {
            item.notes = values::text(row.at(pairs_end));
        }
        let labels: Vec<_> = (1..pairs_end).step_by(2).map(|at| plain(row.at(at))).collect();
        let has = |label: &&str| labels.iter().any(|known| known == label);
        let mut kind = if ["cardholder", "number", "expiry date"].iter().all(|label| has(&label)) {
            ItemKind::Card(Card::default())
        } else if row.len() > 2 && SIGN_IN.iter().any(|label| has(&label)) {
            ItemKind::Login(Login::default())
        } else {
            ItemKind::Note
        };
        for (label, at) in labels.iter().zip((1..).step_by(2)) {
            let value = row.at(at + 1);
            let taken = values::is_blank(value)
                || match &mut kind {
                    ItemKind::Login(login) => login_takes(login, label, value),
                    ItemKind::Card(card) => card_takes(card, label, value),
                    _ => false,
                };
            if !taken {
                add(&mut item, row.at(at), value);
            }
        }
        item.kind = kind;
        out.item(item)
    }
}

/// The mark of a sensitive value goes from its label, and hides the value.
fn add(item: &mut Item, label: &str, value: &str) {
    match label.strip_prefix('*') {
        Some(label) => rules_note::add(item, label.trim(), value, FieldKind::Hidden),
        None => rules_note::add(item, label, value, FieldKind::Text),
    }
}

fn login_takes(login: &mut Login, label: &str, value: &str) -> bool {
    let slot = match label {
        "url" | "website" => {
            login.uris.extend(values::uri(value));
            return true;
        }
        "username" | "email" | "e-mail" => &mut login.username,
        "password" => &mut login.password,
        "totp" | "one-time code" => &mut login.totp,
        _ => return false,
    };
    let free = slot.is_none();
    if free {
        *slot = values::text(value);
    }
    free
}

fn card_takes(card: &mut Card, label: &str, value: &str) -> bool {
    match label {
        "cardholder" if card.cardholder_name.is_none() => {
            card.cardholder_name = values::text(value)
        }
        "number" if card.number.is_none() => {
            card.brand = values::card_brand(value).map(Text::new);
            card.number = values::text(value);
        }
        "cvc" if card.code.is_none() => card.code = values::text(value),
        "expiry date" if card.exp_month.is_none() && card.exp_year.is_none() => {
            let Some((month, year)) = rules_card::expiry(value) else { return false };
            card.exp_month = Some(Text::new(month));
            card.exp_year = Some(Text::new(year));
        }
        // Told by the number.
        "type" => {}
        _ => return false,
    }
    true
}
