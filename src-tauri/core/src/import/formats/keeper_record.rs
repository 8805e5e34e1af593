//! One record of Keeper's JSON.

use std::collections::HashMap;

use super::json_value::Json;
use super::keeper_field::{self, Fields};
use super::output::{Halt, Output, Place, Target};
use super::rules_json::{entries, list, text, uris};
use super::{rules_note, values};
use crate::model::{Field, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

/// Keys of a record that are read, or that say nothing a vault could hold.
const KNOWN: [&str; 12] = [
    "$type",
    "custom_fields",
    "folders",
    "last_modified",
    "login",
    "login_url",
    "notes",
    "password",
    "references",
    "schema",
    "title",
    "uid",
];

/// The values of a record that others name.
#[derive(Default)]
pub(super) struct Named(Vec<Field>);

impl Named {
    fn value(&self, name: &str) -> Option<&Text> {
        let named = |field: &&Field| field.name.as_ref().is_some_and(|it| it.expose() == name);
        self.0.iter().find(named)?.value.as_ref()
    }
}

/// What is said once for the whole file.
#[derive(Default)]
pub(super) struct Tally {
    pub dates: bool,
    pub keys: bool,
    pub months: bool,
}

impl Tally {
    pub(super) fn tell(&self, out: &mut Output<'_>) {
        for (is, message) in [
            (self.dates, "dates are written as ISO 8601 in UTC, whatever zone this machine is in"),
            (self.keys, "RSA keys in PKCS#1 were converted; they are SSH keys, not notes"),
            (self.months, "months of expiry have no leading zero"),
        ] {
            if is {
                out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
            }
        }
    }
}

/// A record's item in the making.
pub(super) struct Draft {
    pub item: Item,
    pub login: Login,
    pub tally: Tally,
}

impl Draft {
    /// The login's parts become custom fields of what is no login.
    pub(super) fn login_into_fields(&mut self) {
        let login = std::mem::take(&mut self.login);
        self.push("Username", login.username, FieldKind::Text);
        self.push("Password", login.password, FieldKind::Hidden);
        for uri in login.uris {
            self.push("URL", Some(uri.uri), FieldKind::Text);
        }
    }

    /// A custom field of any length, unless empty.
    pub(super) fn push(&mut self, name: &str, value: Option<Text>, kind: FieldKind) {
        let value = value.filter(|value| !value.is_empty());
        if value.is_some() {
            let name = (!name.is_empty()).then(|| Text::new(name));
            self.item.fields.push(Field { name, value, kind });
        }
    }
}

/// The path of a folder: `\` separates; a doubled one and `/` belong to the name and become `-`.
pub(super) fn folder_path(path: &str) -> String {
    path.replace("\\\\", "-").replace('/', "-")
}

/// Ids of the records a record names, with the kind of value that is meant.
pub(super) fn references(record: &Json) -> Vec<(String, String)> {
    let mut all = Vec::new();
    if record.get("uid").str().is_empty() {
        return all;
    }
    for (key, ids) in entries(record.get("references")) {
        let (kind, _) = keeper_field::parse_key(key);
        let kind = kind.strip_suffix("Ref").unwrap_or(&kind);
        for id in several(ids) {
            all.push((id.str().to_owned(), kind.to_owned()));
        }
    }
    all
}

/// A list as it is, anything else as a list of one, nothing as none.
pub(super) fn several(value: &Json) -> &[Json] {
    match value {
        Json::Null => &[],
        Json::List(list) => list,
        one => std::slice::from_ref(one),
    }
}

/// The values others may name.
pub(super) fn values(record: &Json, row: u32, new_types: bool) -> Named {
    let (draft, _) = draft(record, row, new_types);
    Named(draft.item.fields)
}

/// Hands the record over.
pub(super) fn read(
    record: &Json,
    row: u32,
    (named, new_types): (&HashMap<String, Named>, bool),
    (out, tally): (&mut Output<'_>, &mut Tally),
) -> Result<(), Halt> {
    let (mut draft, account) = draft(record, row, new_types);
    let folders = folders(record, out);
    if let Some(mut account) = account {
        account.folders.clone_from(&folders);
        out.item(account)?;
    }
    let mut files = 0_u32;
    for (id, kind) in references(record) {
        let value = named.get(&id).and_then(|named| named.value(&kind)).cloned();
        files += u32::from(kind == "file");
        draft.push(&kind, value, FieldKind::Text);
    }
    tally.dates |= draft.tally.dates;
    tally.keys |= draft.tally.keys;
    tally.months |= draft.tally.months;
    let Draft { mut item, login, .. } = draft;
    if matches!(item.kind, ItemKind::Login(_)) {
        item.kind = ItemKind::Login(login);
    }
    rules_note::note_if_empty(&mut item);
    item.folders = folders;
    tell(record, (row, files), out);
    out.item(item)
}

fn tell(record: &Json, (row, files): (u32, u32), out: &mut Output<'_>) {
    let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
    if files > 0 {
        let message = format!("{files} attached files must be moved by hand");
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place.clone(), &message);
    }
    let strange = |(key, value): &(&str, &Json)| !KNOWN.contains(key) && !value.is_null();
    let strange = entries(record).into_iter().filter(strange).count();
    if strange > 0 {
        let message = format!("{strange} parts of the record are not known and were left out");
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, &message);
    }
}

/// All folders of the record; a personal vault keeps the last.
fn folders(record: &Json, out: &mut Output<'_>) -> Vec<u32> {
    let mut folders = Vec::new();
    for entry in list(record.get("folders")) {
        for key in ["folder", "shared_folder"] {
            let folder = out.folders.nested(&folder_path(entry.get(key).str()));
            let Some(folder) = folder else { continue };
            folders.retain(|known| *known != folder);
            folders.push(folder);
        }
    }
    if out.target == Target::Individual {
        folders.drain(..folders.len().saturating_sub(1));
    }
    folders
}

/// The record's item, and the bank account beside it where the server takes such.
fn draft(record: &Json, row: u32, new_types: bool) -> (Draft, Option<Item>) {
    let mut draft = Draft {
        item: Item {
            name: values::name(record.get("title").str()),
            notes: text(record.get("notes")),
            row,
            ..Item::default()
        },
        login: Login {
            username: text(record.get("login")),
            password: text(record.get("password")),
            uris: uris(record.get("login_url")),
            ..Login::default()
        },
        tally: Tally::default(),
    };
    let mut fields = Fields::of(record.get("custom_fields"));
    let mut account = None;
    match (record.get("$type").str(), new_types) {
        ("bankCard", _) => keeper_field::card(&mut fields, &mut draft),
        ("driverLicense", true) => keeper_field::license(&mut fields, &mut draft),
        ("passport", true) => keeper_field::passport(&mut fields, &mut draft),
        ("driverLicense" | "ssnCard" | "passport", _) => {
            keeper_field::person(record.get("$type").str(), &mut fields, &mut draft);
        }
        ("sshKeys", _) => ssh_key(&mut fields, &mut draft),
        ("bankAccount", true) => account = Some(keeper_field::account(&mut fields, &draft.item)),
        _ => {}
    }
    keeper_field::rest(&fields, &mut draft);
    (draft, account)
}

/// An SSH key where it is one, else a note with the key in hidden fields.
fn ssh_key(fields: &mut Fields<'_>, draft: &mut Draft) {
    let private = fields.text("$keyPair/privateKey");
    let passphrase = draft.login.password.clone();
    let key = super::rules_ssh::key(&private, passphrase.as_ref().map(Text::expose));
    let Some(key) = key else {
        draft.item.kind = ItemKind::Note;
        let passphrase = draft.login.password.take();
        draft.push("Passphrase", passphrase, FieldKind::Hidden);
        // The official client drops the user name and the address with the login.
        draft.login_into_fields();
        return;
    };
    draft.tally.keys |= private.contains("BEGIN RSA PRIVATE KEY");
    draft.item.kind = ItemKind::SshKey(key);
    draft.login_into_fields();
    for (name, path) in [("Hostname", "$host/hostName"), ("Port", "$host/port")] {
        let value = Text::new(fields.text(path));
        draft.push(name, Some(value), FieldKind::Text);
    }
    fields.remove("$keyPair");
    fields.remove("$host");
}
