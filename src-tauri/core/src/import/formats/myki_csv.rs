//! Myki: six kinds of files, told apart by their columns; what is not mapped becomes custom fields.

use super::columns;
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_note, rules_person, values};
use crate::model::{Card, FieldKind, Identity, Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "mykicsv",
    name: "Myki (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Myki", fits, reader: |header| Box::new(reader(header)) };

/// What a file holds.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Accounts,
    TwoStep,
    Cards,
    Identities,
    IdCards,
    Notes,
}

/// The column that tells each kind, in the official client's order.
const MARKS: [(&str, Kind); 6] = [
    ("url", Kind::Accounts),
    ("authtoken", Kind::TwoStep),
    ("cardnumber", Kind::Cards),
    ("firstname", Kind::Identities),
    ("idtype", Kind::IdCards),
    ("content", Kind::Notes),
];

fn fits(header: &Header) -> f64 {
    match (header.has("nickname") && kind(header).is_some(), header.has("additionalinfo")) {
        (false, _) => 0.0,
        (true, false) => 0.6,
        (true, true) => 1.0,
    }
}

fn kind(header: &Header) -> Option<Kind> {
    MARKS.iter().find(|(mark, _)| header.has(mark)).map(|(_, kind)| *kind)
}

/// The columns each kind maps, in the order [`Entries::item`] reads them.
fn mapped(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Accounts => &["url", "username", "password", "twofasecret"],
        Kind::TwoStep => &["authtoken"],
        Kind::Cards => &["cardname", "cardnumber", "exp_month", "exp_year", "cvv"],
        Kind::Identities => &[
            "title",
            "firstname",
            "middlename",
            "lastname",
            "email",
            "firstaddressline",
            "secondaddressline",
            "city",
            "country",
            "zipcode",
        ],
        Kind::IdCards => &["idname", "idnumber", "idcountry"],
        Kind::Notes => &["content"],
    }
}

struct Entries {
    kind: Kind,
    name: Option<usize>,
    notes: Option<usize>,
    mapped: Vec<Option<usize>>,
    /// Phone number or kind of document: read, and a field as well.
    extra: Option<usize>,
    rest: Vec<(usize, String)>,
}

fn reader(header: &mut Header) -> Entries {
    let kind = kind(header).unwrap_or(Kind::Accounts);
    let extra = match kind {
        Kind::Identities => "number",
        Kind::IdCards => "idtype",
        _ => "",
    };
    Entries {
        kind,
        name: header.column("nickname"),
        notes: header.column("additionalinfo"),
        mapped: mapped(kind).iter().map(|name| header.column(name)).collect(),
        extra: header.names().iter().position(|name| !name.is_empty() && name == extra),
        rest: columns::distinct(header.rest()),
    }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let notes = match self.kind {
            Kind::Notes => self.cell(row, 0),
            _ => row.cell(self.notes),
        };
        let mut item = Item {
            kind: self.item(row),
            name: values::name(row.cell(self.name)),
            notes: values::text(notes.trim_end()),
            row: row.line,
            ..Item::default()
        };
        columns::add_rest(&mut item, row, &self.rest);
        if self.kind == Kind::Notes {
            let about = row.cell(self.notes);
            rules_note::add(&mut item, "additionalInfo", about, FieldKind::Text);
        }
        out.item(item)
    }
}

impl Entries {
    fn cell<'r>(&self, row: &Row<'r>, index: usize) -> &'r str {
        row.cell(self.mapped.get(index).copied().flatten())
    }

    fn item(&self, row: &Row<'_>) -> ItemKind {
        let text = |index| values::text(self.cell(row, index));
        match self.kind {
            Kind::Accounts => ItemKind::Login(Login {
                uris: values::uri(self.cell(row, 0)).into_iter().collect(),
                username: text(1),
                password: text(2),
                totp: text(3),
                ..Login::default()
            }),
            Kind::TwoStep => ItemKind::Login(Login { totp: text(0), ..Login::default() }),
            Kind::Cards => ItemKind::Card(Card {
                cardholder_name: text(0),
                brand: columns::brand(self.cell(row, 1)),
                number: text(1),
                exp_month: columns::month(self.cell(row, 2)),
                exp_year: text(3),
                code: text(4),
            }),
            Kind::Identities => ItemKind::Identity(Box::new(Identity {
                title: text(0),
                first_name: text(1),
                middle_name: text(2),
                last_name: text(3),
                email: text(4),
                address1: text(5),
                address2: text(6),
                city: text(7),
                country: text(8),
                postal_code: text(9),
                phone: row.value(self.extra),
                ..Identity::default()
            })),
            Kind::IdCards => self.document(row),
            Kind::Notes => ItemKind::Note,
        }
    }

    fn document(&self, row: &Row<'_>) -> ItemKind {
        let (first_name, middle_name, last_name) =
            rules_person::first_middle_last(self.cell(row, 0));
        let number: Option<Text> = values::text(self.cell(row, 1));
        let mut person = Identity {
            first_name,
            middle_name,
            last_name,
            country: values::text(self.cell(row, 2)),
            ..Identity::default()
        };
        match row.cell(self.extra) {
            "Passport" => person.passport_number = number,
            "Social Security" => person.ssn = number,
            _ => person.license_number = number,
        }
        ItemKind::Identity(Box::new(person))
    }
}
