//! LastPass's form fills: one row is an identity, a card, or both.

use super::output::{Halt, Output};
use super::rows::Row;
use super::table::{Header, RowReader};
use super::values;
use crate::model::{Card, Identity, Item, ItemKind, Text};

/// Columns in the order of [`NAMES`].
pub(super) struct FormColumns([Option<usize>; NAMES.len()]);

const NAMES: [&str; 23] = [
    "profilename",
    "title",
    "firstname",
    "middlename",
    "lastname",
    "username",
    "company",
    "ssn",
    "address1",
    "address2",
    "address3",
    "city",
    "state",
    "zip",
    "country",
    "email",
    "phone",
    "ccname",
    "ccnum",
    "cccsc",
    "ccexp",
    "notes",
    "profilelanguage",
];

impl FormColumns {
    pub(super) fn new(header: &mut Header) -> Self {
        Self(NAMES.map(|name| header.column(name)))
    }

    fn cell<'r>(&self, row: &Row<'r>, name: &str) -> &'r str {
        let known = NAMES.iter().position(|known| *known == name);
        row.cell(known.and_then(|index| self.0[index]))
    }
}

impl RowReader for FormColumns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let text = |name: &str| values::text(self.cell(row, name));
        let base = Item {
            name: values::name(self.cell(row, "profilename")),
            row: row.line,
            ..Item::default()
        };
        let person = ["title", "firstname", "lastname", "address1", "phone", "username", "email"];
        if !person.iter().any(|name| text(name).is_some()) {
            let kind = ItemKind::Card(card(&text));
            return out.item(Item { kind, notes: text("notes"), ..base });
        }
        if text("ccnum").is_some() {
            out.item(Item { kind: ItemKind::Card(card(&text)), ..base.clone() })?;
        }
        let kind = ItemKind::Identity(Box::new(identity(&text)));
        out.item(Item { kind, notes: text("notes"), ..base })
    }
}

fn card(text: &impl Fn(&str) -> Option<Text>) -> Card {
    let number = text("ccnum");
    let expiry = text("ccexp");
    let mut parts = expiry.as_ref().map_or("", Text::expose).splitn(3, '-');
    let (year, month) = (parts.next().unwrap_or(""), parts.next());
    Card {
        cardholder_name: text("ccname"),
        brand: number
            .as_ref()
            .and_then(|number| values::card_brand(number.expose()))
            .map(Text::new),
        exp_month: month.and_then(|month| {
            values::text(if month.len() == 2 {
                month.strip_prefix('0').unwrap_or(month)
            } else {
                month
            })
        }),
        exp_year: month.and_then(|_| values::text(year)),
        code: text("cccsc"),
        number,
    }
}

fn identity(text: &impl Fn(&str) -> Option<Text>) -> Identity {
    Identity {
        title: text("title").map(|title| capitalised(title.expose())),
        first_name: text("firstname"),
        middle_name: text("middlename"),
        last_name: text("lastname"),
        address1: text("address1"),
        address2: text("address2"),
        address3: text("address3"),
        city: text("city"),
        state: text("state"),
        postal_code: text("zip"),
        country: text("country"),
        company: text("company"),
        email: text("email"),
        phone: text("phone"),
        ssn: text("ssn"),
        username: text("username"),
        ..Identity::default()
    }
}

/// First letter in upper case: `mr` becomes `Mr`.
fn capitalised(title: &str) -> Text {
    let mut letters = title.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    Text::new(format!("{first}{}", letters.as_str()))
}
