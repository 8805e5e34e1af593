//! One card of SafeInCloud: a note, a payment card or a login.

use super::output::{Output, Place};
use super::rules_card;
use super::rules_guess;
use super::rules_kvp;
use super::values::{self, is_blank};
use super::xml_node::Node;
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

/// What was read better, told once per file.
#[derive(Default)]
pub(super) struct Told {
    /// A field called like a secret did not become the password.
    pub password: bool,
}

/// A field that may be the password: its place among the fields, and whether it is of that very type.
struct Candidate {
    at: usize,
    is_password: bool,
    listed: bool,
}

/// Reads a card; `row` is its position.
pub(super) fn read(node: &Node, row: u32, told: &mut Told, out: &mut Output<'_>) -> Item {
    let mut item = Item {
        name: values::name(node.attribute("title").unwrap_or("")),
        favorite: node.attribute("star") == Some("true"),
        row,
        ..Item::default()
    };
    let filled = |field: &&Node| !is_blank(&field.text());
    let is_number = |field: &Node| field.attribute("autofill") == Some("cc-number");
    item.kind = if node.attribute("type") == Some("note") {
        ItemKind::Note
    } else if node.all("field").filter(filled).any(is_number) {
        ItemKind::Card(card(node, &mut item))
    } else {
        ItemKind::Login(login(node, &mut item, told))
    };
    if matches!(item.kind, ItemKind::Note) && node.all("field").any(|field| filled(&field)) {
        let message = "a note has fields as well; they were left out";
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place(row, out), message);
    }
    for notes in node.all("notes") {
        add_line(&mut item, &notes.text());
    }
    item.notes = item.notes.filter(|notes| !is_blank(notes.expose()));
    let files = node.all("file").chain(node.all("image")).count();
    if files > 0 {
        let message = format!("{files} attachments stay behind; move them by hand");
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place(row, out), &message);
    }
    item
}

/// The item about to be handed over.
fn place(row: u32, out: &Output<'_>) -> Place {
    Place { row: Some(row), item: Some(out.next_item()), field: None }
}

fn name(field: &Node) -> &str {
    field.attribute("name").unwrap_or("")
}

fn kind(field: &Node) -> String {
    field.attribute("type").unwrap_or("").to_lowercase()
}

fn add_line(item: &mut Item, text: &str) {
    let before = item.notes.as_ref().map_or("", Text::expose);
    item.notes = Some(Text::new(format!("{before}{text}\n")));
}

fn card(node: &Node, item: &mut Item) -> Card {
    let mut card = Card::default();
    for field in node.all("field") {
        let text = field.text();
        if is_blank(&text) {
            continue;
        }
        let value = Some(Text::new(text.as_str()));
        let expiry = rules_card::expiry(&text);
        match (field.attribute("autofill").unwrap_or(""), expiry) {
            ("cc-number", _) => {
                card.brand = values::card_brand(&text).map(Text::from);
                card.number = value;
            }
            ("cc-name", _) => card.cardholder_name = value,
            ("cc-exp", Some((month, year))) => {
                card.exp_month = Some(month.into());
                card.exp_year = Some(year.into());
            }
            ("cc-csc", _) => card.code = value,
            _ => match kind(field).as_str() {
                "notes" => add_line(item, &text),
                "pin" => rules_kvp::add(item, name(field), &text, FieldKind::Hidden),
                _ => rules_kvp::add(item, name(field), &text, FieldKind::Text),
            },
        }
    }
    card
}

fn login(node: &Node, item: &mut Item, told: &mut Told) -> Login {
    let (mut login, mut candidates) = (Login::default(), Vec::new());
    for field in node.all("field") {
        let text = field.text();
        if is_blank(&text) {
            continue;
        }
        match kind(field).as_str() {
            "login" if login.username.is_none() => login.username = Some(Text::new(text.as_str())),
            kind @ ("password" | "secret") => {
                let (at, listed) = (item.fields.len(), rules_guess::is_password(name(field)));
                candidates.push(Candidate { at, is_password: kind == "password", listed });
                // Whatever its length: a long password is one all the same (section 7, point 3).
                rules_kvp::field(item, name(field), &text, FieldKind::Hidden);
            }
            "one_time_password" => login.totp = Some(Text::new(text.as_str())),
            "notes" => add_line(item, &text),
            "weblogin" | "website" => login.uris.extend(values::uri(&text)),
            _ => rules_kvp::add(item, name(field), &text, FieldKind::Text),
        }
    }
    login.password = password(item, &candidates, told);
    login
}

/// The official importer takes the first field with a name from the list, and leaves it out of the fields;
/// else the first one. `Secret` is on the list: where there are passwords, they go first (section 7, point 17).
fn password(item: &mut Item, candidates: &[Candidate], told: &mut Told) -> Option<Text> {
    let official = candidates.iter().find(|one| one.listed).or(candidates.first())?;
    let passwords = || candidates.iter().filter(|one| one.is_password);
    let ours = passwords().find(|one| one.listed).or_else(|| passwords().next());
    let chosen = ours.filter(|_| !official.is_password).unwrap_or(official);
    told.password |= chosen.at != official.at;
    let value = item.fields.get(chosen.at)?.value.clone();
    if chosen.listed {
        item.fields.remove(chosen.at);
    }
    value
}
