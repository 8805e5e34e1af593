//! One entry of Password Depot 17.

use std::collections::HashSet;

use super::passworddepot17_field::{self as field, Custom};
use super::rules_card;
use super::rules_kvp;
use super::values::{self, is_blank};
use super::xml_node::Node;
use crate::model::{BankAccount, Card, FieldKind, Identity, Item, ItemKind, Login, Text};

/// Its type numbers that matter.
const CARD: &str = "1";
const LICENCE: &str = "2";
const IDENTITY: &str = "3";
const INFORMATION: &str = "4";
const BANKING: &str = "5";
const DOCUMENT: &str = "7";

/// The entry, and with `new_types` the bank account in it before it.
pub(super) fn read(node: &Node, favorites: &HashSet<String>, new_types: bool) -> Vec<Item> {
    let item = Item { kind: ItemKind::Login(Login::default()), ..Item::default() };
    let mut entry = Entry { item, kind: "0".to_owned(), bank: None, new_types };
    for child in node.children() {
        entry.take(child, favorites);
    }
    let mut items: Vec<Item> = entry.bank.into_iter().collect();
    items.push(entry.item);
    for item in &mut items {
        item.name = values::name(item.name.expose());
        item.notes = item.notes.take().filter(|notes| !is_blank(notes.expose()));
    }
    items
}

struct Entry {
    item: Item,
    kind: String,
    bank: Option<Item>,
    new_types: bool,
}

/// As written; only nothing at all is nothing.
fn raw(text: &str) -> Option<Text> {
    (!text.is_empty()).then(|| Text::new(text))
}

impl Entry {
    fn take(&mut self, child: &Node, favorites: &HashSet<String>) {
        let text = child.text();
        match (child.name(), &mut self.item.kind) {
            ("hitems", _) => {}
            ("description", _) => self.item.name = Text::new(text.as_str()),
            ("comment", _) => self.set_notes(&text),
            ("type", _) => self.set_kind(&text),
            ("username", ItemKind::Login(login)) => login.username = raw(&text),
            ("password", ItemKind::Login(login)) => login.password = raw(&text),
            ("url", ItemKind::Login(login)) => {
                login.uris = values::uri(&text).into_iter().collect();
            }
            ("customfields", _) => self.custom(child),
            ("tans", _) if self.kind == BANKING => {
                for tan in child.all("tan") {
                    self.tan(tan);
                }
            }
            // Cards and others have one too; the official importer shows it (section 7, point 14).
            ("password", _) => {
                rules_kvp::add(&mut self.item, "password", &text, FieldKind::Hidden);
            }
            (name, _) => {
                self.item.favorite |= name == "fingerprint" && favorites.contains(text.as_str());
                rules_kvp::add(&mut self.item, name, &text, FieldKind::Text);
            }
        }
    }

    /// Notes of its own come first, whatever was collected before them (section 7, point 1).
    fn set_notes(&mut self, text: &str) {
        let collected = self.item.notes.take().filter(|notes| !is_blank(notes.expose()));
        self.item.notes = Some(match collected {
            Some(collected) => Text::new(format!("{text}\n{}", collected.expose())),
            None => Text::new(text),
        });
    }

    fn set_kind(&mut self, number: &str) {
        number.clone_into(&mut self.kind);
        self.item.kind = match number {
            CARD => ItemKind::Card(Card::default()),
            IDENTITY => ItemKind::Identity(Box::default()),
            LICENCE | INFORMATION | DOCUMENT => ItemKind::Note,
            _ => ItemKind::Login(Login::default()),
        };
    }

    /// `number` names the others.
    fn tan(&mut self, tan: &Node) {
        let mut number = "0".to_owned();
        for child in tan.children() {
            if child.name() == "number" {
                number = child.text().to_string();
            } else {
                let key = format!("tan_{number}_{}", child.name());
                rules_kvp::add(&mut self.item, &key, &child.text(), FieldKind::Text);
            }
        }
    }

    fn custom(&mut self, fields: &Node) {
        if self.new_types && self.kind == BANKING {
            let kind = ItemKind::BankAccount(Box::default());
            self.bank = Some(Item { name: self.item.name.clone(), kind, ..Item::default() });
        }
        for custom in fields.all("field").filter_map(field::read) {
            if !self.place(&custom) {
                let Custom { name, value, kind } = &custom;
                rules_kvp::add(&mut self.item, name, value, *kind);
            }
        }
    }

    /// Whether a custom field has a place of its own.
    fn place(&mut self, custom: &Custom) -> bool {
        let value = raw(&custom.value);
        if let Some(Item { kind: ItemKind::BankAccount(account), .. }) = &mut self.bank
            && let Some(place) = of_account(account, &custom.name)
        {
            *place = value;
            return true;
        }
        let is_information = self.kind == INFORMATION && custom.name == "IDS_InformationText";
        match &mut self.item.kind {
            ItemKind::Card(card) => place_in_card(card, custom, value),
            ItemKind::Identity(person) => place_in_identity(person, custom, value),
            ItemKind::Note if is_information => {
                self.set_notes(&custom.value);
                true
            }
            _ => false,
        }
    }
}

fn of_account<'a>(account: &'a mut BankAccount, name: &str) -> Option<&'a mut Option<Text>> {
    Some(match name {
        "IDS_ECHolder" => &mut account.name_on_account,
        "IDS_ECAccountNumber" => &mut account.account_number,
        "IDS_ECBLZ" => &mut account.routing_number,
        "IDS_ECBankName" => &mut account.bank_name,
        "IDS_ECIBAN" => &mut account.iban,
        "IDS_ECPhone" => &mut account.bank_contact_phone,
        "IDS_ECPIN" => &mut account.pin,
        _ => return None,
    })
}

fn place_in_card(card: &mut Card, custom: &Custom, value: Option<Text>) -> bool {
    match custom.name.as_str() {
        "IDS_CardHolder" => card.cardholder_name = value,
        "IDS_CardNumber" => {
            card.brand = values::card_brand(&custom.value).map(Text::from);
            card.number = value;
        }
        "IDS_CardExpires" => match rules_card::expiry(&custom.value) {
            Some((month, year)) => {
                card.exp_month = Some(month.into());
                card.exp_year = Some(year.into());
            }
            // The official importer drops what it does not understand; here it becomes a field.
            None => return false,
        },
        "IDS_CardCode" => card.code = value,
        _ => return false,
    }
    true
}

fn place_in_identity(person: &mut Identity, custom: &Custom, value: Option<Text>) -> bool {
    let place = match custom.name.as_str() {
        "IDS_IdentityName" => {
            let (first, middle, last) = super::rules_person::first_middle_last(&custom.value);
            let keep = |place: &mut Option<Text>, part: Option<Text>| {
                if part.is_some() {
                    *place = part;
                }
            };
            keep(&mut person.first_name, first);
            keep(&mut person.middle_name, middle);
            keep(&mut person.last_name, last);
            return true;
        }
        "IDS_IdentityEmail" => &mut person.email,
        "IDS_IdentityFirstName" => &mut person.first_name,
        "IDS_IdentityLastName" => &mut person.last_name,
        "IDS_IdentityCompany" => &mut person.company,
        "IDS_IdentityAddress1" => &mut person.address1,
        "IDS_IdentityAddress2" => &mut person.address2,
        "IDS_IdentityCity" => &mut person.city,
        "IDS_IdentityState" => &mut person.state,
        "IDS_IdentityZIP" => &mut person.postal_code,
        "IDS_IdentityCountry" => &mut person.country,
        "IDS_IdentityPhone" => &mut person.phone,
        _ => return false,
    };
    *place = value;
    true
}
