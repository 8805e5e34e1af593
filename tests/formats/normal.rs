//! Items in the form of the fixtures' `expected.json`, so that both can be compared.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions, Summary};
use wardroom_core::model::{FieldKind, Item, ItemKind, Text};

/// A file of `tests/fixtures/import`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/import").join(name)
}

/// A whole file read into memory.
pub(crate) struct Reading {
    pub(crate) items: Vec<Item>,
    pub(crate) summary: Summary,
}

/// Reads `path`, detecting its format unless `options` name one.
pub(crate) fn read(
    path: &Path,
    options: &ReadOptions,
    organization: bool,
) -> Result<Reading, Error> {
    let mut items = Vec::new();
    let summary = formats::read(path, options, organization, &mut |item| {
        items.push(item);
        Ok::<_, Error>(())
    })?;
    Ok(Reading { items, summary })
}

impl Reading {
    /// As `expected.json` has it: items sorted by their JSON text, paths of folders or collections.
    pub(crate) fn normal(&self, organization: bool) -> Value {
        let items = self.items.iter().map(|item| self.item(item, organization)).collect();
        let mut paths = self.summary.folders.clone();
        paths.sort();
        let none: Vec<String> = Vec::new();
        let (folders, collections) = if organization { (none, paths) } else { (paths, none) };
        json!({ "items": sorted(items), "folders": folders, "collections": collections })
    }

    fn item(&self, item: &Item, organization: bool) -> Value {
        let mut paths: Vec<_> = item
            .folders
            .iter()
            .map(|index| self.summary.folders[*index as usize].clone())
            .collect();
        paths.sort();
        let (kind, part) = kind(&item.kind);
        let mut object = json!({
            "type": kind,
            "name": item.name.expose(),
            "notes": text(item.notes.as_ref()),
            "favorite": item.favorite && !organization,
            kind: part,
            "fields": item.fields.iter().map(field).collect::<Vec<_>>(),
            "passwordHistory": item.password_history.iter().map(|old| json!({
                "password": old.password.expose(), "lastUsedDate": old.last_used,
            })).collect::<Vec<_>>(),
        });
        if item.reprompt {
            object["reprompt"] = json!(1);
        }
        if item.archived.is_some() && !organization {
            object["archived"] = json!(true);
        }
        object[if organization { "collections" } else { "folders" }] = json!(paths);
        clean(object).expect("a name is always there")
    }
}

/// The fixture's expectation in the same form.
pub(crate) fn expected(name: &str) -> Value {
    let text = std::fs::read_to_string(fixture(name)).expect("fixture");
    let whole: Value = serde_json::from_str(&text).expect("fixture is JSON");
    let items = whole["items"].as_array().expect("items").clone();
    let items = items.into_iter().filter_map(clean).collect();
    json!({
        "items": sorted(items), "folders": whole["folders"], "collections": whole["collections"],
    })
}

fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_key(Value::to_string);
    items
}

/// Leaves out what is "no value": null, empty texts, lists and objects.
pub(crate) fn clean(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Array(list) => {
            let list: Vec<_> = list.into_iter().filter_map(clean).collect();
            (!list.is_empty()).then_some(Value::Array(list))
        }
        Value::Object(object) => {
            let object: Map<_, _> =
                object.into_iter().filter_map(|(key, value)| Some((key, clean(value)?))).collect();
            (!object.is_empty()).then_some(Value::Object(object))
        }
        other => Some(other),
    }
}

fn text(text: Option<&Text>) -> Value {
    text.map_or(Value::Null, |text| json!(text.expose()))
}

fn texts(texts: &[(&'static str, Option<&Text>)]) -> Value {
    texts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), text(*value)))
        .collect::<Map<_, _>>()
        .into()
}

fn kind(kind: &ItemKind) -> (&'static str, Value) {
    let part = match kind {
        ItemKind::Login(login) => json!({
            "username": text(login.username.as_ref()),
            "password": text(login.password.as_ref()),
            "totp": text(login.totp.as_ref()),
            "uris": login.uris.iter()
                .map(|uri| json!({ "uri": uri.uri.expose(), "match": uri.matching }))
                .collect::<Vec<_>>(),
            "fido2Credentials": login.passkeys.iter().map(|passkey| {
                let mut all = texts(&passkey.texts());
                all["creationDate"] = json!(passkey.creation_date);
                all
            }).collect::<Vec<_>>(),
        }),
        ItemKind::Note => Value::Null,
        ItemKind::Card(card) => texts(&card.texts()),
        ItemKind::Identity(person) => texts(&person.texts()),
        ItemKind::SshKey(key) => json!({
            "privateKey": key.private_key.expose(),
            "publicKey": key.public_key.expose(),
            "keyFingerprint": key.fingerprint.expose(),
        }),
        ItemKind::BankAccount(account) => texts(&account.texts()),
        ItemKind::DriversLicense(license) => texts(&license.texts()),
        ItemKind::Passport(passport) => texts(&passport.texts()),
    };
    (kind.name(), part)
}

fn field(field: &wardroom_core::model::Field) -> Value {
    let (kind, linked) = match field.kind {
        FieldKind::Text => ("text", None),
        FieldKind::Hidden => ("hidden", None),
        FieldKind::Boolean => ("boolean", None),
        FieldKind::Linked(id) => ("linked", Some(id)),
    };
    json!({
        "name": text(field.name.as_ref()), "value": text(field.value.as_ref()),
        "type": kind, "linkedId": linked,
    })
}
