//! Dashlane's `payments.csv`: cards and bank accounts.

use super::dashlane_csv::Columns;
use super::output::{Halt, Output, Place};
use super::rows::Row;
use super::table::RowReader;
use super::{rules_card, values};
use crate::model::{BankAccount, Card, FindingCode, Item, ItemKind, Severity, Text};

pub(super) struct Payments(Columns);

impl Payments {
    pub(super) fn new(columns: Columns) -> Self {
        Self(columns)
    }

    /// A card; the file's `account_name` is what stands on it.
    fn card(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        let cell = |name| self.0.cell(row, name);
        let number = self.0.text(row, "cc_number");
        let (month, year) = (cell("expiration_month"), cell("expiration_year"));
        let expiry = rules_card::expiry(&format!("{month}/{year}"));
        let mut taken = vec!["account_name", "account_holder", "cc_number", "code"];
        if expiry.is_some() {
            taken.extend(["expiration_month", "expiration_year"]);
        }
        let brand = number.as_ref().and_then(|number| values::card_brand(number.expose()));
        let (exp_month, exp_year) = expiry.unzip();
        item.kind = ItemKind::Card(Card {
            cardholder_name: self.holder(row, item, out),
            brand: brand.map(Text::new),
            number,
            exp_month: exp_month.map(Text::new),
            exp_year: exp_year.map(Text::new),
            code: self.0.text(row, "code"),
        });
        self.0.fields(item, row, &taken, &[]);
    }

    /// The official client takes the account's name for the holder and drops the holder of the older rows; of the
    /// newer ones it reads neither.
    fn holder(&self, row: &Row<'_>, item: &Item, out: &mut Output<'_>) -> Option<Text> {
        let (name, holder) = (self.0.text(row, "account_name"), self.0.text(row, "account_holder"));
        if self.0.cell(row, "type") != "credit_card" {
            return holder.or(name);
        }
        if holder.is_some() && holder != name {
            let message =
                "the account's name is the cardholder's now; the account holder was left out";
            let place = Place::value(item.row, out.next_item(), "card.cardholderName");
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
        name
    }

    fn account(&self, item: &mut Item, row: &Row<'_>, out: &Output<'_>) {
        let text = |name| self.0.text(row, name);
        let mut taken = vec!["account_name", "account_holder", "account_number"];
        if out.new_types {
            taken.push("type");
            item.kind = ItemKind::BankAccount(Box::new(BankAccount {
                name_on_account: text("account_holder"),
                account_number: text("account_number"),
                ..BankAccount::default()
            }));
        } else {
            item.kind = ItemKind::Card(Card {
                cardholder_name: text("account_holder"),
                number: text("account_number"),
                ..Card::default()
            });
        }
        self.0.fields(item, row, &taken, &["code", "cc_number"]);
    }
}

impl RowReader for Payments {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = Item {
            name: values::name(self.0.cell(row, "account_name")),
            row: row.line,
            ..Item::default()
        };
        let kind = self.0.cell(row, "type");
        if kind == "bank" {
            self.account(&mut item, row, out);
        } else if matches!(kind, "credit_card" | "payment_card")
            || self.0.text(row, "cc_number").is_some()
        {
            // The official client puts number and code of the newer `payment_card` into fields anybody
            // can read (import-formats.md, section 7, point 14).
            self.card(&mut item, row, out);
        } else {
            item.kind = ItemKind::Card(Card::default());
            self.0.fields(&mut item, row, &[], &["code", "account_number"]);
        }
        out.item(item)
    }
}
