//! One item of Bitwarden's JSON. Whatever does not fit is a finding, never a failure.

use std::collections::HashMap;
use std::convert::Infallible;

use super::json_value::Json;
use super::output::{Halt, Output, Place};
use super::{ssh_key, values};
use crate::model::{
    Card, Field, FieldKind, FindingCode, Identity, Item, ItemKind, Login, Passkey, PasswordHistory,
    Severity, SshKey, Text, Uri,
};

/// What items refer to.
pub(super) struct Origin {
    /// Folder or collection ids to their index.
    pub folders: HashMap<String, u32>,
}

/// The official client keeps this many old passwords.
const MOST_OLD_PASSWORDS: usize = 5;

/// Used where a date is required and the file has none.
const NO_DATE: &str = "1970-01-01T00:00:00.000Z";

/// Reads one entry of `items`; `row` is its position, from 1.
pub(super) fn read(
    json: &Json,
    row: u32,
    origin: &Origin,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    if !json.get("deletedDate").is_null() {
        let message = "the item was in the trash and was left out";
        out.find(FindingCode::InTrash, Severity::Info, Place::row(row), message);
        return Ok(());
    }
    let mut reader = Reader { row, out };
    let mut item = Item {
        name: values::name(reader.text(json, "name").as_ref().map_or("", Text::expose)),
        notes: reader.text(json, "notes").filter(|notes| !values::is_blank(notes.expose())),
        favorite: matches!(json.get("favorite"), Json::Bool(true)),
        reprompt: reader.reprompt(json),
        fields: reader.fields(json),
        password_history: reader.history(json),
        archived: reader.archived(json),
        folders: reader.folders(json, origin),
        row,
        kind: ItemKind::Note,
    };
    item.kind = reader.kind(json, &mut item.fields);
    out.item(item)
}

struct Reader<'o, 'a> {
    row: u32,
    out: &'o mut Output<'a>,
}

impl Reader<'_, '_> {
    fn tell(&mut self, code: FindingCode, path: impl Into<String>, message: &str) {
        let place = Place::value(self.row, self.out.next_item(), path);
        self.out.find(code, Severity::Warning, place, message);
    }

    fn odd(&mut self, path: impl Into<String>, message: &str) {
        self.tell(FindingCode::ValueNotUnderstood, path, message);
    }

    /// The text under `key` of the item itself.
    fn text(&mut self, json: &Json, key: &str) -> Option<Text> {
        self.text_at(json, key, "")
    }

    /// The text under `key` of a part; `path` leads to the part and ends with a dot.
    fn text_at(&mut self, json: &Json, key: &str, path: &str) -> Option<Text> {
        json.get(key).as_text().unwrap_or_else(|| {
            self.odd(format!("{path}{key}"), "the value is not a text; it was left out");
            None
        })
    }

    /// The objects of a list; anything else in its place is a finding.
    fn list<'j>(&mut self, json: &'j Json, key: &str, path: &str) -> Vec<(usize, &'j Json)> {
        let path = format!("{path}{key}");
        match json.get(key) {
            Json::Null => Vec::new(),
            Json::List(list) => {
                let (objects, others): (Vec<_>, Vec<_>) =
                    list.iter().enumerate().partition(|(_, one)| matches!(one, Json::Object(_)));
                for (at, _) in others {
                    self.odd(
                        format!("{path}[{at}]"),
                        "the entry is not an object; it was left out",
                    );
                }
                objects
            }
            _ => {
                self.odd(path, "this is not a list; it was left out");
                Vec::new()
            }
        }
    }

    fn reprompt(&mut self, json: &Json) -> bool {
        match json.get("reprompt").integer() {
            Some(1) => true,
            Some(0) => false,
            _ => {
                if !json.get("reprompt").is_null() {
                    self.odd("reprompt", "reprompt is neither 0 nor 1; it was taken as 0");
                }
                false
            }
        }
    }

    fn fields(&mut self, json: &Json) -> Vec<Field> {
        let mut fields = Vec::new();
        for (at, field) in self.list(json, "fields", "") {
            let path = format!("fields[{at}].");
            let linked = field.get("linkedId").integer().and_then(|id| u32::try_from(id).ok());
            let kind = match (field.get("type").integer(), linked) {
                (Some(0), _) => FieldKind::Text,
                (Some(1), _) => FieldKind::Hidden,
                (Some(2), _) => FieldKind::Boolean,
                (Some(3), Some(linked)) => FieldKind::Linked(linked),
                // Hidden is the safe guess: it may hold a secret.
                _ => {
                    self.odd(
                        format!("{path}type"),
                        "the kind of field is not known; it is hidden now",
                    );
                    FieldKind::Hidden
                }
            };
            let name = self.text_at(field, "name", &path);
            fields.push(Field { name, value: self.text_at(field, "value", &path), kind });
        }
        fields
    }

    fn history(&mut self, json: &Json) -> Vec<PasswordHistory> {
        let mut old = Vec::new();
        for (at, entry) in
            self.list(json, "passwordHistory", "").into_iter().take(MOST_OLD_PASSWORDS)
        {
            let path = format!("passwordHistory[{at}].");
            let Some(password) = self.text_at(entry, "password", &path) else { continue };
            let last_used = values::moment(entry.get("lastUsedDate").str()).unwrap_or_else(|| {
                self.odd(format!("{path}lastUsedDate"), "the date was not understood");
                NO_DATE.to_owned()
            });
            old.push(PasswordHistory { password, last_used });
        }
        old
    }

    fn archived(&mut self, json: &Json) -> Option<String> {
        let date = json.get("archivedDate");
        if date.is_null() {
            return None;
        }
        Some(values::moment(date.str()).unwrap_or_else(|| {
            self.odd("archivedDate", "the date was not understood");
            NO_DATE.to_owned()
        }))
    }

    fn folders(&mut self, json: &Json, origin: &Origin) -> Vec<u32> {
        let mut ids = vec![json.get("folderId").str()];
        if let Json::List(more) = json.get("collectionIds") {
            ids.extend(more.iter().map(Json::str));
        }
        let mut folders = Vec::new();
        for id in ids.into_iter().filter(|id| !id.is_empty()) {
            match origin.folders.get(id) {
                Some(index) if !folders.contains(index) => folders.push(*index),
                Some(_) => {}
                None if origin.folders.is_empty() => {}
                None => {
                    let message = "it refers to a folder that is not in the file";
                    self.tell(FindingCode::FormatOddity, "folderId", message);
                }
            }
        }
        folders
    }

    fn kind(&mut self, json: &Json, fields: &mut Vec<Field>) -> ItemKind {
        match json.get("type").integer() {
            Some(1) => self.login(json.get("login")),
            Some(2) => ItemKind::Note,
            Some(3) => {
                let card = json.get("card");
                ItemKind::Card(certain(Card::build(|name| Ok(self.text_at(card, name, "card.")))))
            }
            Some(4) => {
                let person = json.get("identity");
                let person = Identity::build(|name| Ok(self.text_at(person, name, "identity.")));
                ItemKind::Identity(Box::new(certain(person)))
            }
            Some(5) => self.ssh_key(json.get("sshKey"), fields),
            _ => self.unknown(json, fields),
        }
    }

    fn login(&mut self, login: &Json) -> ItemKind {
        let mut uris = Vec::new();
        for (at, uri) in self.list(login, "uris", "login.") {
            let path = format!("login.uris[{at}].");
            let Some(address) = self.text_at(uri, "uri", &path) else { continue };
            let matching = match uri.get("match") {
                Json::Null => None,
                number => number.integer().and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 5),
            };
            if matching.is_none() && !uri.get("match").is_null() {
                self.odd(
                    format!("{path}match"),
                    "the match rule is not known; the default is used",
                );
            }
            uris.push(Uri { uri: address, matching });
        }
        let mut passkeys = Vec::new();
        for (at, passkey) in self.list(login, "fido2Credentials", "login.") {
            passkeys.push(self.passkey(passkey, &format!("login.fido2Credentials[{at}].")));
        }
        ItemKind::Login(Login {
            username: self.text_at(login, "username", "login."),
            password: self.text_at(login, "password", "login."),
            totp: self.text_at(login, "totp", "login."),
            uris,
            passkeys,
        })
    }

    fn passkey(&mut self, json: &Json, path: &str) -> Passkey {
        let mut given = |key| self.text_at(json, key, path);
        let mut passkey = Passkey {
            credential_id: given("credentialId").unwrap_or_default(),
            key_type: given("keyType").unwrap_or_default(),
            key_algorithm: given("keyAlgorithm").unwrap_or_default(),
            key_curve: given("keyCurve").unwrap_or_default(),
            key_value: given("keyValue").unwrap_or_default(),
            rp_id: given("rpId").unwrap_or_default(),
            rp_name: given("rpName"),
            user_handle: given("userHandle"),
            user_name: given("userName"),
            user_display_name: given("userDisplayName"),
            counter: given("counter").unwrap_or_default(),
            discoverable: given("discoverable").unwrap_or_default(),
            creation_date: String::new(),
        };
        passkey.creation_date =
            values::moment(json.get("creationDate").str()).unwrap_or_else(|| {
                self.odd(format!("{path}creationDate"), "the date was not understood");
                NO_DATE.to_owned()
            });
        passkey
    }

    /// Derives what is missing of a key; without a readable private key it becomes a secure note.
    fn ssh_key(&mut self, json: &Json, fields: &mut Vec<Field>) -> ItemKind {
        let mut given = |key| self.text_at(json, key, "sshKey.");
        let (private, public, print) =
            (given("privateKey"), given("publicKey"), given("keyFingerprint"));
        if let (Some(private_key), Some(public_key), Some(fingerprint)) =
            (&private, &public, &print)
        {
            let (private_key, public_key) = (private_key.clone(), public_key.clone());
            return ItemKind::SshKey(SshKey {
                private_key,
                public_key,
                fingerprint: fingerprint.clone(),
            });
        }
        if let Some(private_key) = private.clone()
            && let Some((derived, derived_print)) =
                ssh_key::public_part(private_key.expose(), public.as_ref().map(Text::expose))
        {
            self.tell(FindingCode::Improved, "sshKey", "the missing public part was derived");
            return ItemKind::SshKey(SshKey {
                private_key,
                public_key: public.unwrap_or(derived),
                fingerprint: print.unwrap_or(derived_print),
            });
        }
        self.odd("sshKey", "the key is incomplete; it is a secure note with hidden fields now");
        for (name, value) in
            [("Private key", private), ("Public key", public), ("Fingerprint", print)]
        {
            fields.extend(value.map(|value| hidden(name, value)));
        }
        ItemKind::Note
    }

    /// Bank accounts, licences, passports and what comes after them: a secure note that keeps every text.
    fn unknown(&mut self, json: &Json, fields: &mut Vec<Field>) -> ItemKind {
        let message =
            "this kind of item is not known here; it is a secure note with hidden fields now";
        self.tell(FindingCode::UnknownKind, "type", message);
        let Json::Object(entries) = json else { return ItemKind::Note };
        for (key, part) in entries.iter().filter(|(key, _)| key != "secureNote") {
            let Json::Object(texts) = part else { continue };
            for (name, value) in texts {
                match value.as_text() {
                    Some(value) => fields.extend(value.map(|value| hidden(name, value))),
                    None => self.odd(key.as_str(), "a value is not a text; it was left out"),
                }
            }
        }
        ItemKind::Note
    }
}

/// The value of something that cannot fail.
fn certain<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn hidden(name: &str, value: Text) -> Field {
    Field { name: Some(Text::new(name)), value: Some(value), kind: FieldKind::Hidden }
}
