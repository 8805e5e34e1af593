//! RememBear: `id,type,name,notes,username,password,website,cardholder,number,verification,expiryMonth,expiryYear,
//! pin,zipCode,trash`.

use super::columns::{self, Columns};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_note;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{Card, FieldKind, FindingCode, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "remembearcsv",
    name: "RememBear (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "RememBear", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let marks = ["type", "name", "website", "cardholder", "verification"];
    if marks.iter().all(|name| header.has(name)) { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    kind: Option<usize>,
    trash: Option<usize>,
    holder: Option<usize>,
    number: Option<usize>,
    code: Option<usize>,
    month: Option<usize>,
    year: Option<usize>,
    pin: Option<usize>,
    zip: Option<usize>,
}

fn reader(header: &mut Header) -> Entries {
    header.ignore(&["id"]);
    let columns = Columns {
        name: header.column("name"),
        notes: header.column("notes"),
        username: header.column("username"),
        password: header.column("password"),
        url: header.column("website"),
        ..Columns::default()
    };
    let mut column = |name| header.column(name);
    Entries {
        columns,
        kind: column("type"),
        trash: column("trash"),
        holder: column("cardholder"),
        number: column("number"),
        code: column("verification"),
        month: column("expirymonth"),
        year: column("expiryyear"),
        pin: column("pin"),
        zip: column("zipcode"),
    }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if row.cell(self.trash) == "true" {
            let message = "the entry was in the trash";
            out.find(FindingCode::InTrash, Severity::Info, Place::row(row.line), message);
            return Ok(());
        }
        let mut item = self.columns.item(row, out);
        let login = [self.columns.username, self.columns.password, self.columns.url];
        let card = [self.holder, self.number, self.code, self.month, self.year, self.pin, self.zip];
        match row.cell(self.kind) {
            "LoginItem" => columns::tell_left_out(row, &card, out),
            "CreditCardItem" => {
                columns::tell_left_out(row, &login, out);
                item.kind = ItemKind::Card(self.card(row, out));
                rules_note::add(&mut item, "PIN", row.cell(self.pin), FieldKind::Hidden);
                rules_note::add(&mut item, "Zip Code", row.cell(self.zip), FieldKind::Text);
            }
            _ => {
                columns::tell_left_out(row, &[&login[..], &card].concat(), out);
                item.kind = ItemKind::Login(Login::default());
            }
        }
        out.item(item)
    }
}

impl Entries {
    fn card(&self, row: &Row<'_>, out: &mut Output<'_>) -> Card {
        let month = columns::leading_number(row.cell(self.month));
        let year = columns::leading_number(row.cell(self.year));
        let exp_month = month.filter(|month| (1..=12).contains(month));
        let lost = |cell, number: Option<u32>| !values::is_blank(cell) && number.is_none();
        if lost(row.cell(self.month), exp_month) || lost(row.cell(self.year), year) {
            columns::tell_not_understood(row, "card.expMonth", out);
        }
        Card {
            cardholder_name: row.value(self.holder),
            brand: columns::brand(row.cell(self.number)),
            number: row.value(self.number),
            exp_month: exp_month.map(|month| Text::new(month.to_string())),
            exp_year: year.map(|year| Text::new(year.to_string())),
            code: row.value(self.code),
        }
    }
}
