//! Dashlane's `ids.csv`: identity cards, passports, licences, social security and tax numbers.

use super::dashlane_csv::Columns;
use super::output::{Halt, Output, Place};
use super::rows::Row;
use super::table::RowReader;
use super::{rules_person, values};
use crate::model::{
    DriversLicense, FindingCode, Identity, Item, ItemKind, Passport, Severity, Text,
};

pub(super) struct Ids(Columns);

/// Columns the dedicated kinds of item have a place for.
const DATED: [&str; 4] = ["type", "issue_date", "expiration_date", "place_of_issue"];

impl Ids {
    pub(super) fn new(columns: Columns) -> Self {
        Self(columns)
    }

    fn identity(&self, row: &Row<'_>) -> Identity {
        let (first_name, middle_name, last_name) =
            rules_person::first_middle_last(self.0.cell(row, "name"));
        Identity { first_name, middle_name, last_name, ..Identity::default() }
    }

    fn passport(&self, row: &Row<'_>) -> ItemKind {
        let (first, middle, last) = rules_person::first_middle_last(self.0.cell(row, "name"));
        let given_name = match (first, middle) {
            (Some(first), Some(middle)) => {
                Some(Text::new(format!("{} {}", first.expose(), middle.expose())))
            }
            (first, middle) => first.or(middle),
        };
        ItemKind::Passport(Box::new(Passport {
            given_name,
            surname: last,
            passport_number: self.0.text(row, "number"),
            issue_date: day(self.0.cell(row, "issue_date")),
            expiration_date: day(self.0.cell(row, "expiration_date")),
            issuing_country: self.0.text(row, "place_of_issue"),
            ..Passport::default()
        }))
    }

    fn license(&self, row: &Row<'_>) -> ItemKind {
        let (first_name, middle_name, last_name) =
            rules_person::first_middle_last(self.0.cell(row, "name"));
        ItemKind::DriversLicense(Box::new(DriversLicense {
            first_name,
            middle_name,
            last_name,
            license_number: self.0.text(row, "number"),
            issue_date: day(self.0.cell(row, "issue_date")),
            expiration_date: day(self.0.cell(row, "expiration_date")),
            issuing_country: self.0.text(row, "place_of_issue"),
            issuing_state: self.0.text(row, "state"),
            ..DriversLicense::default()
        }))
    }

    /// Columns of a dedicated kind that were understood.
    fn dated(&self, row: &Row<'_>) -> Vec<&'static str> {
        let understood = |name: &&str| {
            let date = name.ends_with("_date");
            !date || day(self.0.cell(row, name)).is_some()
        };
        DATED.into_iter().filter(understood).collect()
    }
}

impl RowReader for Ids {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let text = |name| self.0.text(row, name);
        let kind = self.0.cell(row, "type");
        let name = format!("{} {kind}", self.0.cell(row, "name"));
        let mut item = Item { name: values::name(&name), row: row.line, ..Item::default() };
        let mut taken = vec!["name", "number"];
        let mut person = self.identity(row);
        match kind {
            "passport" if out.new_types => {
                item.kind = self.passport(row);
                taken.extend(self.dated(row));
            }
            "license" if out.new_types => {
                item.kind = self.license(row);
                taken.push("state");
                taken.extend(self.dated(row));
            }
            "passport" => person.passport_number = text("number"),
            "license" => {
                (person.license_number, person.state) = (text("number"), text("state"));
                taken.push("state");
            }
            "card" => person.license_number = text("number"),
            "social_security" => person.ssn = text("number"),
            "tax_number" => {
                item.name = values::name(kind);
                self.tell_name(row, out);
                person = Identity { license_number: text("number"), ..Identity::default() };
            }
            _ => taken.retain(|name| *name != "number"),
        }
        if !matches!(item.kind, ItemKind::Passport(_) | ItemKind::DriversLicense(_)) {
            item.kind = ItemKind::Identity(Box::new(person));
        }
        self.0.fields(&mut item, row, &taken, &["number"]);
        out.item(item)
    }
}

impl Ids {
    fn tell_name(&self, row: &Row<'_>, out: &mut Output<'_>) {
        if self.0.text(row, "name").is_some() {
            let place = Place::value(row.line, out.next_item(), "name");
            let message = "the name on a tax number has no place; it was left out";
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
    }
}

/// `2024-7-1` as `2024-07-01`.
fn day(value: &str) -> Option<Text> {
    let mut parts = value.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if [year, month, day].iter().any(|part| values::is_blank(part)) {
        return None;
    }
    Some(Text::new(format!("{year}-{month:0>2}-{day:0>2}")))
}
