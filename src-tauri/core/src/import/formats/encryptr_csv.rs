//! Encryptr: `Entry Type,Label,Notes,Text,Username,Password,Site URL,Card Type,Name on card,Card Number,CVV,Expiry`.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_note, values};
use crate::model::{Card, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "encryptrcsv",
    name: "Encryptr (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "Encryptr", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let sure = ["entry type", "label"].iter().all(|name| header.has(name));
    if sure { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    kind: Option<usize>,
    text: Option<usize>,
    holder: Option<usize>,
    number: Option<usize>,
    code: Option<usize>,
    expiry: Option<usize>,
}

fn reader(header: &mut Header) -> Entries {
    // The official client tells the brand by the number.
    header.ignore(&["card type"]);
    let columns = Columns {
        name: header.column("label"),
        notes: header.column("notes"),
        username: header.column("username"),
        password: header.column("password"),
        url: header.column("site url"),
        ..Columns::default()
    };
    Entries {
        columns,
        kind: header.column("entry type"),
        text: header.column("text"),
        holder: header.column("name on card"),
        number: header.column("card number"),
        code: header.column("cvv"),
        expiry: header.column("expiry"),
    }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        if let Some(text) = row.value(self.text) {
            let notes = item.notes.as_ref().map_or("", Text::expose);
            let gap = if notes.is_empty() { "" } else { "\n\n" };
            item.notes = Some(Text::new(format!("{notes}{gap}{}", text.expose())));
        }
        let login = [self.columns.username, self.columns.password, self.columns.url];
        let card = [self.holder, self.number, self.code, self.expiry];
        match row.cell(self.kind) {
            "Password" => columns::tell_left_out(row, &card, out),
            "Credit Card" => {
                columns::tell_left_out(row, &login, out);
                item.kind = ItemKind::Card(self.card(row, out));
            }
            _ => {
                columns::tell_left_out(row, &[&login[..], &card].concat(), out);
                item.kind = ItemKind::Login(Login::default());
            }
        }
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }
}

impl Entries {
    /// `MM/YY`, the year always of this century.
    fn card(&self, row: &Row<'_>, out: &mut Output<'_>) -> Card {
        let number = row.cell(self.number);
        let expiry = row.cell(self.expiry);
        let (month, year) = expiry.split_once('/').unwrap_or(("", ""));
        let year = columns::leading_number(year.split('/').next().unwrap_or(""));
        let (exp_month, exp_year) = (columns::leading_number(month), year.map(century));
        if !values::is_blank(expiry) && (exp_month.is_none() || exp_year.is_none()) {
            columns::tell_not_understood(row, "card.expMonth", out);
        }
        Card {
            cardholder_name: row.value(self.holder),
            brand: columns::brand(number),
            number: values::text(number),
            exp_month: exp_month.map(|month| Text::new(month.to_string())),
            exp_year: exp_year.map(|year| Text::new(year.to_string())),
            code: row.value(self.code),
        }
    }
}

/// A year of four digits stays what it is.
fn century(year: u32) -> u32 {
    if year < 1000 { 2000 + year } else { year }
}
