//! NordPass: one row for each entry, its `type` says what it is; more addresses and custom fields are JSON in a cell.
//! One cell of broken JSON stops the official client, which also leaves out entries of a kind it does not know
//! (import-formats.md, section 7, points 6 and 23).

use super::columns::{self, Columns};
use super::json_value::Json;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_card, rules_note, rules_person, values};
use crate::model::{Card, FieldKind, FindingCode, Identity, Item, ItemKind, Severity, Text, Uri};

pub(super) const FORMAT: Format = Format {
    id: "nordpasscsv",
    name: "Nordpass (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "NordPass", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let marks = ["name", "url", "username", "password", "note", "cardholdername", "cardnumber"];
    if marks.iter().all(|name| header.has(name)) { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    kind: Option<usize>,
    addresses: Option<usize>,
    fields: Option<usize>,
    /// Holder, number, code, expiry, PIN.
    card: [Option<usize>; 5],
    /// Name, telephone, e-mail, two lines of address, city, country, state, postal code.
    person: [Option<usize>; 9],
    /// Every column but type and folder, for entries of a kind nobody knows.
    all: Vec<(usize, String)>,
}

fn reader(header: &mut Header) -> Entries {
    let all = ["type", "folder", "name", "note", "custom_fields"];
    let all = (0..header.len()).filter(|index| !all.contains(&header.names()[*index].as_str()));
    let all = all.map(|index| (index, header.written(index).to_owned())).collect();
    let columns = Columns {
        name: header.column("name"),
        url: header.column("url"),
        username: header.column("username"),
        password: header.column("password"),
        notes: header.column("note"),
        folder: header.column("folder"),
        ..Columns::default()
    };
    let card = ["cardholdername", "cardnumber", "cvc", "expirydate", "pin"];
    let person = [
        "full_name",
        "phone_number",
        "email",
        "address1",
        "address2",
        "city",
        "country",
        "state",
        "zipcode",
    ];
    Entries {
        columns,
        kind: header.column("type"),
        addresses: header.column("additional_urls"),
        fields: header.column("custom_fields"),
        card: card.map(|name| header.column(name)),
        person: person.map(|name| header.column(name)),
        all,
    }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let kind = self.kind.map_or_else(|| self.guess(row), |_| row.cell(self.kind));
        if kind == "folder" {
            return Ok(());
        }
        let mut item = self.columns.item(row, out);
        self.add_fields(&mut item, row, out);
        match kind {
            "password" => self.add_addresses(&mut item, row, out),
            "credit_card" => {
                item.kind = ItemKind::Card(self.card(row, out));
                columns::tell_left_out(row, &[self.card[4], self.person[8]], out);
            }
            "identity" => item.kind = ItemKind::Identity(Box::new(self.identity(row))),
            "note" => item.kind = ItemKind::Note,
            _ => self.unknown(&mut item, row, out),
        }
        out.item(item)
    }
}

impl Entries {
    /// What a row is in exports made before there was a column that says so.
    fn guess(&self, row: &Row<'_>) -> &'static str {
        let any = |columns: &[Option<usize>]| {
            columns.iter().any(|column| !values::is_blank(row.cell(*column)))
        };
        if any(&[self.columns.url, self.columns.username, self.columns.password]) {
            "password"
        } else if any(&self.card) {
            "credit_card"
        } else if any(&self.person) {
            "identity"
        } else {
            "note"
        }
    }

    fn card(&self, row: &Row<'_>, out: &mut Output<'_>) -> Card {
        let [holder, number, code, expiry, _] = self.card;
        let parts = rules_card::expiry(row.cell(expiry));
        if parts.is_none() && !values::is_blank(row.cell(expiry)) {
            columns::tell_not_understood(row, "card.expMonth", out);
        }
        let (exp_month, exp_year) = parts.unzip();
        Card {
            cardholder_name: row.value(holder),
            brand: columns::brand(row.cell(number)),
            number: row.value(number),
            exp_month: exp_month.map(Text::new),
            exp_year: exp_year.map(Text::new),
            code: row.value(code),
        }
    }

    fn identity(&self, row: &Row<'_>) -> Identity {
        let [name, phone, email, address1, address2, city, country, state, postal] = self.person;
        let (first_name, middle_name, last_name) = rules_person::first_middle_last(row.cell(name));
        Identity {
            first_name,
            middle_name,
            last_name,
            phone: row.value(phone),
            email: row.value(email),
            address1: row.value(address1),
            address2: row.value(address2),
            city: row.value(city),
            country: values::text(&row.cell(country).to_uppercase()),
            state: row.value(state),
            postal_code: row.value(postal),
            ..Identity::default()
        }
    }

    fn add_addresses(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        let cell = row.cell(self.addresses);
        if values::is_blank(cell) {
            return;
        }
        let Ok(Json::List(list)) = serde_json::from_str::<Json>(cell) else {
            columns::tell_not_understood(row, "login.uris", out);
            columns::hide(item, "additional_urls", cell);
            return;
        };
        let more = list.iter().filter_map(|address| values::uri(address.str()));
        let more: Vec<Uri> = more.collect();
        if let ItemKind::Login(login) = &mut item.kind {
            login.uris.extend(more);
        }
    }

    fn add_fields(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        let cell = row.cell(self.fields);
        if values::is_blank(cell) {
            return;
        }
        let Ok(Json::List(list)) = serde_json::from_str::<Json>(cell) else {
            columns::tell_not_understood(row, "fields", out);
            columns::hide(item, "custom_fields", cell);
            return;
        };
        for field in &list {
            let hidden = field.get("type").str() == "hidden";
            let kind = if hidden { FieldKind::Hidden } else { FieldKind::Text };
            match field.get("value").as_text() {
                Ok(Some(value)) => {
                    rules_note::add(item, field.get("label").str(), value.expose(), kind);
                }
                Ok(None) => {}
                Err(_) => columns::tell_not_understood(row, "fields", out),
            }
        }
    }

    fn unknown(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        item.kind = ItemKind::Note;
        let secret = [self.columns.password, self.card[2], self.card[4]];
        for (index, name) in &self.all {
            let hidden = secret.contains(&Some(*index));
            let kind = if hidden { FieldKind::Hidden } else { FieldKind::Text };
            rules_note::add(item, name, row.at(*index), kind);
        }
        let message = "an entry of a kind that is not known became a secure note";
        let place = Place { row: Some(row.line), item: Some(out.next_item()), field: None };
        out.find(FindingCode::UnknownKind, Severity::Warning, place, message);
    }
}
