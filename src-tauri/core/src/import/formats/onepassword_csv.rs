//! 1Password 6 and 7: what the CSV files of Windows and Mac have in common.
//!
//! Column names hold what a value is, in any case; which of them a slot takes is asked in the official
//! importer's order, because several names may hold the same word.

use super::output::{Halt, Output, Place, Target};
use super::rows::Row;
use super::rules_card::expiry;
use super::rules_json::after_epoch;
use super::rules_note::{add, note_if_empty};
use super::table::{Header, RowReader};
use super::values::{self, card_brand};
use crate::model::{Card, FieldKind, FindingCode, Identity, Item, ItemKind, Login, Severity, Text};

/// Columns that say nothing a vault could hold, or that are read beforehand.
const IGNORED: [&str; 9] =
    ["ainfo", "autosubmit", "notesplain", "ps", "scope", "tags", "title", "uuid", "notes"];

/// Which of the two programs wrote it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Windows,
    Mac,
}

/// How many of a header's names only 1Password has.
pub(super) fn marks(header: &Header) -> usize {
    let marks = ["uuid", "scope", "autosubmit", "ainfo", "ps", "notesplain"];
    marks.iter().filter(|mark| header.has(mark)).count()
}

/// Whether a name is `3: number` or the like, as Windows numbers what has no place in every item.
pub(super) fn is_numbered(name: &str) -> bool {
    name.split_once(": ").is_some_and(|(place, _)| {
        let digits = place.rsplit(' ').next().unwrap_or("");
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Looks the columns up.
pub(super) fn reader(header: &mut Header, system: System) -> Box<dyn RowReader> {
    let mut columns: Vec<Column> = Vec::new();
    for (index, written) in header.rest() {
        let doubled = columns.iter().filter(|known| known.written == written).count();
        let written = if doubled > 0 { format!("{written}_{doubled}") } else { written };
        columns.push(Column { index, lower: written.to_lowercase(), written });
    }
    Box::new(Reader { system, columns, typed: false, improved: [false; 2] })
}

struct Column {
    index: usize,
    written: String,
    lower: String,
}

struct Reader {
    system: System,
    columns: Vec<Column>,
    /// A row had a type that is understood: from then on the column is no custom field.
    typed: bool,
    /// Tags and single addresses, which the official client drops.
    improved: [bool; 2],
}

impl RowReader for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let title = self.prop(row, "title");
        if values::is_blank(title) {
            let message = "the row has no title; it was left out";
            out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row.line), message);
            return Ok(());
        }
        let part = |name| values::text(self.prop(row, name)).unwrap_or_default();
        let notes = format!("{}\n{}\n", part("notesplain").expose(), part("notes").expose());
        let mut draft = Draft {
            item: Item {
                name: values::name(title),
                notes: Some(Text::new(notes)),
                row: row.line,
                ..Item::default()
            },
            ..Draft::default()
        };
        draft.kind = self.kind(row);
        for column in &self.columns {
            let value = row.at(column.index);
            if !values::is_blank(value) {
                self.value(column, value, &mut draft);
            }
        }
        self.finish(draft, row, out)
    }

    fn escape(&self) -> u8 {
        b'\\'
    }

    fn end(&mut self, out: &mut Output<'_>) {
        let messages = [
            "tags became collections; the official client drops them",
            "the column URL was read; the official client ignores it",
        ];
        for (is, message) in self.improved.iter().zip(messages) {
            if *is {
                out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
            }
        }
    }
}

/// Which part of a [`Draft`] counts.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Login,
    Card,
    Identity,
}

/// An item in the making.
#[derive(Default)]
struct Draft {
    kind: Kind,
    item: Item,
    login: Login,
    card: Card,
    person: Identity,
    /// An e-mail address that is the user name where there is none and nothing else follows it.
    email: Option<Text>,
    /// There was one that found no place.
    lost: bool,
    /// An address in a column of its own.
    url: Option<Text>,
}

impl Reader {
    /// The last column of this name in any case.
    fn prop<'r>(&self, row: &Row<'r>, name: &str) -> &'r str {
        let column = self.columns.iter().rfind(|column| column.lower == name);
        row.cell(column.map(|column| column.index))
    }

    fn kind(&mut self, row: &Row<'_>) -> Kind {
        if self.system == System::Mac {
            let kind = self.prop(row, "type");
            let (kind, known) = match kind {
                "Credit Card" => (Kind::Card, true),
                "Identity" => (Kind::Identity, true),
                _ => (
                    Kind::Login,
                    values::is_blank(kind) || kind == "Login" || kind == "Secure Note",
                ),
            };
            self.typed |= known;
            return kind;
        }
        // The first column of such a name decides.
        let given = |before: &str, after: &str| {
            let column = self.columns.iter().find(|it| is_place(&it.lower, before, after));
            column.is_some_and(|column| !values::is_blank(row.at(column.index)))
        };
        let name = ["first name", "initial", "last name"].iter().any(|part| given("name ", part));
        if name || given("internet ", "email") {
            Kind::Identity
        } else if given("", "number") && given("", "expiry date") {
            Kind::Card
        } else {
            Kind::Login
        }
    }

    fn value(&self, column: &Column, value: &str, draft: &mut Draft) {
        let known = match draft.kind {
            Kind::Login => login(&column.lower, value, draft),
            Kind::Card => self.card(&column.lower, value, &mut draft.card),
            Kind::Identity => self.person(&column.lower, value, draft),
        };
        if !known {
            self.custom(column, value, draft);
        }
    }

    fn card(&self, name: &str, value: &str, card: &mut Card) -> bool {
        if name.contains("number") && fill(&mut card.number, value) {
            card.brand = card_brand(value).map(Text::from);
            return true;
        }
        if name.contains("verification number") && fill(&mut card.code, value) {
            return true;
        }
        if name.contains("cardholder name") && fill(&mut card.cardholder_name, value) {
            return true;
        }
        let free = card.exp_month.is_none() && card.exp_year.is_none();
        if !free || !name.contains("expiry date") {
            return false;
        }
        let (month, year) = match self.system {
            System::Mac if value.encode_utf16().count() == 7 => {
                let year: String = value.chars().skip(3).take(4).collect();
                (value.chars().take(2).collect::<String>(), year)
            }
            System::Mac => return false,
            System::Windows => match value.split('/').collect::<Vec<_>>().as_slice() {
                // 6/1/2029 12:00:00 AM
                [month, _, year, ..] => ((*month).to_owned(), year.chars().take(4).collect()),
                _ => match expiry(value) {
                    Some(parts) => parts,
                    None => return false,
                },
            },
        };
        let plain = month.strip_prefix('0').filter(|_| month.chars().count() == 2);
        card.exp_month = values::text(plain.unwrap_or(&month));
        card.exp_year = values::text(&year);
        true
    }

    fn person(&self, name: &str, value: &str, draft: &mut Draft) -> bool {
        let person = &mut draft.person;
        let slots = [
            ("first name", &mut person.first_name),
            ("initial", &mut person.middle_name),
            ("last name", &mut person.last_name),
            ("username", &mut person.username),
            ("email", &mut person.email),
            ("default phone", &mut person.phone),
            ("company", &mut person.company),
        ];
        for (word, slot) in slots {
            if name.contains(word) && fill(slot, value) {
                return true;
            }
        }
        let address = self.system == System::Windows && is_place(name, "address ", "address");
        if address {
            add(&mut draft.item, "address", value, FieldKind::Text);
        }
        address
    }

    /// What has no place of its own.
    fn custom(&self, column: &Column, value: &str, draft: &mut Draft) {
        let name = column.lower.as_str();
        let email = draft.email.take();
        if name == "email" && email.is_none() {
            draft.email = Some(Text::new(value));
            return;
        }
        // The official client forgets the address when any other column that is no part of a login follows.
        draft.lost |= email.is_some();
        let ignored = IGNORED.contains(&name) || (name == "type" && self.typed);
        if ignored || name.starts_with("section:") || name.starts_with("section ") {
            return;
        }
        if name == "created date" || name == "modified date" {
            let date = utc(value).unwrap_or_else(|| value.to_owned());
            add(&mut draft.item, &format!("1Password {}", column.written), &date, FieldKind::Text);
            return;
        }
        let secret = ["password", "key", "secret"].iter().any(|word| name.contains(word));
        let kind = if secret { FieldKind::Hidden } else { FieldKind::Text };
        add(&mut draft.item, &column.written, value, kind);
    }

    fn finish(&mut self, draft: Draft, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let Draft { kind, mut item, mut login, card, person, email, mut lost, url } = draft;
        let had_email = email.is_some();
        let free = kind == Kind::Login && login.username.is_none();
        match email.filter(|email| free && !email.expose().contains("://")) {
            Some(email) => login.username = Some(email),
            None => lost |= had_email,
        }
        if lost {
            let message = "an e-mail address has no place beside what follows it; it was left out";
            let place = Place::value(row.line, out.next_item(), "login.username");
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
        if let Some(uri) = url.and_then(|url| values::uri(url.expose()))
            && !login.uris.contains(&uri)
        {
            self.improved[1] = true;
            login.uris.push(uri);
        }
        item.kind = match kind {
            Kind::Login => ItemKind::Login(login),
            Kind::Card => ItemKind::Card(card),
            Kind::Identity => ItemKind::Identity(Box::new(person)),
        };
        note_if_empty(&mut item);
        item.notes = item.notes.filter(|notes| !values::is_blank(notes.expose()));
        if out.target != Target::Individual {
            for tag in self.prop(row, "tags").split(',') {
                let folder = out.folders.nested(tag.trim());
                item.folders.extend(folder.filter(|folder| !item.folders.contains(folder)));
            }
            self.improved[0] |= !item.folders.is_empty();
        }
        out.item(item)
    }
}

/// A name that holds `before`, a number, a colon and `after`, such as `name 3: last name`.
fn is_place(name: &str, before: &str, after: &str) -> bool {
    name.match_indices(": ").any(|(at, colon)| {
        let (place, rest) = (name.get(..at).unwrap_or(""), name.get(at + colon.len()..));
        let word = place.trim_end_matches(|c: char| c.is_ascii_digit());
        word.len() < place.len()
            && word.ends_with(before)
            && rest.is_some_and(|it| it.starts_with(after))
    })
}

/// Puts a value into an empty slot.
fn fill(slot: &mut Option<Text>, value: &str) -> bool {
    let free = slot.is_none();
    if free {
        *slot = Some(Text::new(value));
    }
    free
}

fn login(name: &str, value: &str, draft: &mut Draft) -> bool {
    let login = &mut draft.login;
    match name {
        "username" => fill(&mut login.username, value),
        "password" => fill(&mut login.password, value),
        "urls" if login.uris.is_empty() => {
            login.uris = value.split('\n').filter_map(values::uri).collect();
            true
        }
        // The official client takes it for read and drops it (section 7, point 19).
        "url" => {
            draft.url.get_or_insert_with(|| Text::new(value));
            true
        }
        _ => false,
    }
}

/// Seconds since 1970 as `Tue, 01 Jan 1980 00:00:00 GMT`.
fn utc(value: &str) -> Option<String> {
    let value = value.trim_start();
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let seconds: u32 = value.get(..digits)?.parse().ok()?;
    let moment = after_epoch(f64::from(seconds) * 1000.0)?;
    Some(moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_windows_numbers_are_told_by_their_words() {
        assert!(is_place("3: number", "", "number"));
        assert!(is_place("name 12: last name", "name ", "last name"));
        assert!(!is_place("name: last name", "name ", "last name"));
        assert!(!is_place("4: verification number", "", "number"));
        assert!(
            is_numbered("internet 2: email") && !is_numbered("section: x") && !is_numbered("x")
        );
    }
}
