//! One item of a 1Password 8 export.

use jiff::Timestamp;

use super::json_value::Json;
use super::onepassword_field::{self, Section};
use super::output::{Halt, Output, Place, Target};
use super::rules_json::{add, after_epoch, list, number, text, uris};
use super::{rules_note, rules_ssh, values};
use crate::model::{
    BankAccount, Card, DriversLicense, FieldKind, FindingCode, Identity, Item, ItemKind, Login,
    Passport, PasswordHistory, Severity, SshKey, Text,
};

/// What a vault keeps of old passwords.
const MOST_HISTORY: usize = 5;

/// Where an item stands and what may be made of it.
pub(super) struct Origin<'a> {
    /// Position in the file, from 1.
    pub row: u32,
    /// Its vault's name, when that becomes a collection.
    pub vault: Option<&'a str>,
    /// The server takes bank accounts, driver's licences and passports.
    pub new_types: bool,
}

/// Which of the parts of a [`Draft`] counts in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Login,
    Note,
    Card,
    Identity,
    SshKey,
    BankAccount,
    License,
    Passport,
}

/// An item in the making: what a field means depends on the kind, and the kind on what was read before.
pub(super) struct Draft {
    pub item: Item,
    pub kind: Kind,
    pub login: Login,
    pub card: Card,
    pub person: Identity,
    pub ssh: SshKey,
    pub bank: BankAccount,
    pub license: DriversLicense,
    pub passport: Passport,
    /// Files that hang on it.
    pub files: u32,
    /// Values that are neither texts nor known.
    pub lost: u32,
}

impl Draft {
    pub(super) fn new(kind: Kind, row: u32) -> Self {
        Self {
            item: Item { row, ..Item::default() },
            kind,
            login: Login::default(),
            card: Card::default(),
            person: Identity::default(),
            ssh: SshKey::default(),
            bank: BankAccount::default(),
            license: DriversLicense::default(),
            passport: Passport::default(),
            files: 0,
            lost: 0,
        }
    }

    pub(super) fn into_item(self) -> Item {
        let Self { mut item, .. } = self;
        item.kind = match self.kind {
            Kind::Login => ItemKind::Login(self.login),
            Kind::Note => ItemKind::Note,
            Kind::Card => ItemKind::Card(self.card),
            Kind::Identity => ItemKind::Identity(Box::new(self.person)),
            Kind::SshKey => ItemKind::SshKey(self.ssh),
            Kind::BankAccount => ItemKind::BankAccount(Box::new(self.bank)),
            Kind::License => ItemKind::DriversLicense(Box::new(self.license)),
            Kind::Passport => ItemKind::Passport(Box::new(self.passport)),
        };
        rules_note::note_if_empty(&mut item);
        item
    }
}

/// What a category becomes.
fn kind(category: &str, new_types: bool) -> Kind {
    match (category, new_types) {
        ("003" | "100" | "111" | "113", _) => Kind::Note,
        ("002", _) | ("101", false) => Kind::Card,
        ("101", true) => Kind::BankAccount,
        ("103", true) => Kind::License,
        ("106", true) => Kind::Passport,
        ("004" | "103" | "104" | "105" | "106" | "107" | "108", _) => Kind::Identity,
        ("114", _) => Kind::SshKey,
        _ => Kind::Login,
    }
}

/// Hands the item over.
pub(super) fn read(json: &Json, origin: &Origin<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    let details = json.get("details");
    if details.is_null() {
        let message = "the item has no details; it was left out";
        out.find(FindingCode::DamagedRow, Severity::Error, Place::row(origin.row), message);
        return Ok(());
    }
    let category = json.get("categoryUuid").str();
    let mut draft = Draft::new(kind(category, origin.new_types), origin.row);
    let overview = json.get("overview");
    draft.item.name = values::name(overview.get("title").str());
    draft.item.favorite = json.get("favIndex").integer() == Some(1);
    let addresses = list(overview.get("urls")).iter();
    draft.login.uris = addresses.flat_map(|address| uris(address.get("url"))).collect();
    login_fields(details, &mut draft);
    if category == "005" {
        draft.login.password = text(details.get("password"));
    }
    draft.item.password_history = history(details.get("passwordHistory"));
    for section in list(details.get("sections")) {
        let section = Section { category, title: section.get("title").str(), json: section };
        onepassword_field::read(&section, &mut draft);
    }
    if draft.kind == Kind::SshKey && draft.ssh == SshKey::default() && has_key(details) {
        let message =
            "its SSH key is damaged or of a kind vaults do not hold; the item was left out";
        out.find(FindingCode::DamagedRow, Severity::Error, Place::row(origin.row), message);
        return Ok(());
    }
    if draft.kind == Kind::SshKey && draft.ssh == SshKey::default() {
        draft.kind = Kind::Note;
    }
    notes(details, &mut draft, out);
    draft.files += u32::from(!details.get("documentAttributes").is_null());
    if json.get("state").str() == "archived" {
        draft.item.archived = Some(archived(json));
    }
    tell(&draft, out);
    let mut item = draft.into_item();
    item.folders = folders(overview, origin, out);
    out.item(item)
}

/// When it was changed last; the export does not say when it was archived.
fn archived(json: &Json) -> String {
    let seconds = number(json.get("updatedAt")).or_else(|| number(json.get("createdAt")));
    let moment = seconds.and_then(|seconds| after_epoch(seconds * 1000.0));
    format!("{:.3}", moment.unwrap_or_else(Timestamp::now))
}

/// The fields of a web form.
fn login_fields(details: &Json, draft: &mut Draft) {
    for field in list(details.get("loginFields")) {
        let value = field.get("value");
        let given = !matches!(value, Json::Text(text) if text.is_empty());
        match field.get("designation").str() {
            "username" if given => {
                draft.kind = Kind::Login;
                draft.login.username = text(value);
            }
            "password" if given => {
                draft.kind = Kind::Login;
                draft.login.password = text(value);
            }
            _ => {
                let name = field.get("name").str();
                match field.get("fieldType").str() {
                    "P" => add(&mut draft.item, name, value.str(), FieldKind::Hidden),
                    "C" => {
                        let checked = if given { "true" } else { "false" };
                        add(&mut draft.item, name, checked, FieldKind::Boolean);
                    }
                    _ => add(&mut draft.item, name, value.str(), FieldKind::Text),
                }
            }
        }
    }
}

/// The newest old passwords.
pub(super) fn history(entries: &Json) -> Vec<PasswordHistory> {
    let mut all: Vec<(f64, &Json)> = list(entries)
        .iter()
        .filter(|entry| text(entry.get("value")).is_some())
        .filter_map(|entry| Some((number(entry.get("time"))?, entry.get("value"))))
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.truncate(MOST_HISTORY);
    all.into_iter()
        .filter_map(|(time, value)| {
            // Seconds, or milliseconds when it has their thirteen digits.
            let milliseconds = if time.abs() >= 1e12 { time } else { time * 1000.0 };
            let last_used = format!("{:.3}", after_epoch(milliseconds)?);
            Some(PasswordHistory { password: text(value)?, last_used })
        })
        .collect()
}

/// The note itself comes first; the official client replaces by it what was too long for a field (section 7,
/// point 1).
fn notes(details: &Json, draft: &mut Draft, out: &mut Output<'_>) {
    let plain = super::rules_json::lines(details.get("notesPlain").str());
    if values::is_blank(&plain) {
        return;
    }
    let plain = plain.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    draft.item.notes = Some(match draft.item.notes.take() {
        Some(values) => {
            let message =
                "values too long for a field follow the note; the official client drops them";
            let place = Place::value(draft.item.row, out.next_item(), "notes");
            out.find(FindingCode::Improved, Severity::Info, place, message);
            Text::new(format!("{plain}\n{}", values.expose()))
        }
        None => Text::new(plain),
    });
}

/// The first tag is the folder, as the official client has it; an organization gets every tag and the vault.
fn folders(overview: &Json, origin: &Origin<'_>, out: &mut Output<'_>) -> Vec<u32> {
    let most = if out.target == Target::Individual { 1 } else { usize::MAX };
    let mut folders = Vec::new();
    for tag in list(overview.get("tags")).iter().take(most) {
        folders.extend(out.folders.nested(&capitalize(tag.str())));
    }
    folders.extend(origin.vault.map(|vault| out.folders.exact(vault)));
    let mut seen = Vec::new();
    folders.retain(|folder| {
        !seen.contains(folder) && {
            seen.push(*folder);
            true
        }
    });
    folders
}

/// Every word begins with a capital; a word begins at the first ASCII letter, digit or underscore after white
/// space, wherever in it that stands.
fn capitalize(tag: &str) -> String {
    let mut inside = false;
    let trimmed = tag.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let letter = |c: char| {
        if c.is_whitespace() {
            inside = false;
        } else if !inside && (c.is_ascii_alphanumeric() || c == '_') {
            inside = true;
            return c.to_ascii_uppercase();
        }
        c
    };
    trimmed.chars().map(letter).collect()
}

/// Whether the item says it has a key.
fn has_key(details: &Json) -> bool {
    let fields = list(details.get("sections")).iter().flat_map(|one| list(one.get("fields")));
    fields.into_iter().any(|field| !field.get("value").get("sshKey").is_null())
}

/// What had no place.
fn tell(draft: &Draft, out: &mut Output<'_>) {
    let place = |field: &str| Place::value(draft.item.row, out.next_item(), field);
    let (at_item, at_uris) = (place("fields"), place("login.uris"));
    if draft.files > 0 {
        let message = format!("{} attached files must be moved by hand", draft.files);
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, at_item.clone(), &message);
    }
    if draft.lost > 0 {
        let message = format!("{} values were not understood and left out", draft.lost);
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, at_item, &message);
    }
    if draft.kind != Kind::Login && !draft.login.uris.is_empty() {
        let message = "only logins have addresses; the item's were left out";
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, at_uris, message);
    }
}

/// The converted key, when it is one.
pub(super) fn ssh_key(value: &Json) -> Option<SshKey> {
    rules_ssh::key(value.get("metadata").get("privateKey").str(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_capitals_where_the_official_client_puts_them() {
        for (tag, folder) in [
            (" team/infra prod ", "Team/infra Prod"),
            ("éclair été", "éClair éTé"),
            ("#1 x-ray _a", "#1 X-ray _a"),
            ("", ""),
        ] {
            assert_eq!(capitalize(tag), folder);
        }
    }
}
