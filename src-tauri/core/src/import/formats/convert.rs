//! Bitwarden's own unencrypted JSON of what would be uploaded.
//!
//! Written item by item; `folders` or `collections` come last because a CSV tells them last. Ids are made
//! up from positions, so that the same file always gives the same output.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::{ReadOptions, read};
use crate::import::Error;
use crate::model::{Conversion, Field, FieldKind, Item, ItemKind, Passkey, PasswordHistory, Text};

/// Writes Bitwarden's own unencrypted JSON of what would be uploaded; the file is readable by its owner only.
/// Refuses to overwrite. With `organization`, folders are written as collections, and favourites and archive
/// marks are left out as the server would.
///
/// On Windows the file gets the permissions of its folder.
pub fn convert(
    path: &Path,
    output: &Path,
    options: &ReadOptions,
    organization: bool,
) -> Result<Conversion, Error> {
    let file = create(output).map_err(Error::NotWritten)?;
    let written = write(path, file, options, organization);
    if written.is_err() {
        // Half a vault in plain text is worse than none.
        let _ = std::fs::remove_file(output);
    }
    Ok(Conversion { output: output.display().to_string(), items: written? })
}

fn create(output: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(output)
}

fn write(path: &Path, file: File, options: &ReadOptions, organization: bool) -> Result<u64, Error> {
    let mut out = BufWriter::new(file);
    let mut items = 0;
    out.write_all(b"{\"encrypted\":false,\"items\":[").map_err(Error::NotWritten)?;
    let summary = read(path, options, organization, &mut |item| {
        let separator: &[u8] = if items == 0 { b"\n" } else { b",\n" };
        out.write_all(separator).map_err(Error::NotWritten)?;
        json(&mut out, &Entry::new(&item, items, organization))?;
        items += 1;
        Ok::<_, Error>(())
    })?;
    let key = if organization { "collections" } else { "folders" };
    write!(out, "\n],\"{key}\":[").map_err(Error::NotWritten)?;
    for (index, name) in summary.folders.iter().enumerate() {
        let separator: &[u8] = if index == 0 { b"\n" } else { b",\n" };
        out.write_all(separator).map_err(Error::NotWritten)?;
        let organization_id = organization.then(|| id("organization", 0));
        let id = id("folder", index as u64);
        json(&mut out, &Folder { id, organization_id, name })?;
    }
    out.write_all(b"\n]}\n").and_then(|()| out.flush()).map_err(Error::NotWritten)?;
    Ok(items)
}

fn json(out: &mut impl Write, value: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer(out, value).map_err(|error| Error::NotWritten(error.into()))
}

/// A made-up id; the same `what` and `index` always give the same one.
fn id(what: &str, index: u64) -> Uuid {
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"wardroom:convert");
    Uuid::new_v5(&space, format!("{what} {index}").as_bytes())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Folder<'a> {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<Uuid>,
    name: &'a str,
}

/// An item as the export has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    id: Uuid,
    organization_id: Option<Uuid>,
    folder_id: Option<Uuid>,
    collection_ids: Option<Vec<Uuid>>,
    #[serde(rename = "type")]
    kind: u8,
    name: &'a str,
    notes: Option<&'a str>,
    favorite: bool,
    reprompt: u8,
    fields: Vec<CustomField<'a>>,
    password_history: Vec<Record<'a>>,
    deleted_date: Option<()>,
    archived_date: Option<&'a str>,
    #[serde(flatten)]
    part: Part<'a>,
}

impl<'a> Entry<'a> {
    fn new(item: &'a Item, index: u64, organization: bool) -> Self {
        let mut folders = item.folders.iter().map(|folder| id("folder", u64::from(*folder)));
        let old = |old: &'a PasswordHistory| {
            Record(vec![
                ("password", Some(old.password.expose())),
                ("lastUsedDate", Some(&old.last_used)),
            ])
        };
        Self {
            id: id("item", index),
            organization_id: organization.then(|| id("organization", 0)),
            // A person's vault keeps one folder per item, and the official client the last one.
            folder_id: if organization { None } else { folders.clone().next_back() },
            collection_ids: organization.then(|| folders.by_ref().collect()),
            kind: item.kind.number(),
            name: item.name.expose(),
            notes: plain(item.notes.as_ref()),
            favorite: item.favorite && !organization,
            reprompt: u8::from(item.reprompt),
            fields: item.fields.iter().map(CustomField::new).collect(),
            password_history: item.password_history.iter().map(old).collect(),
            deleted_date: None,
            archived_date: item.archived.as_deref().filter(|_| !organization),
            part: Part::new(&item.kind),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomField<'a> {
    name: Option<&'a str>,
    value: Option<&'a str>,
    #[serde(rename = "type")]
    kind: u8,
    linked_id: Option<u32>,
}

impl<'a> CustomField<'a> {
    fn new(field: &'a Field) -> Self {
        let linked_id = match field.kind {
            FieldKind::Linked(id) => Some(id),
            _ => None,
        };
        let (name, value) = (plain(field.name.as_ref()), plain(field.value.as_ref()));
        Self { name, value, kind: field.kind.number(), linked_id }
    }
}

/// The part only one kind of item has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Part<'a> {
    Login {
        uris: Vec<Address<'a>>,
        #[serde(rename = "fido2Credentials")]
        passkeys: Vec<Record<'a>>,
        username: Option<&'a str>,
        password: Option<&'a str>,
        totp: Option<&'a str>,
    },
    SecureNote {
        #[serde(rename = "type")]
        kind: u8,
    },
    Card(Record<'a>),
    Identity(Record<'a>),
    SshKey(Record<'a>),
    BankAccount(Record<'a>),
    DriversLicense(Record<'a>),
    Passport(Record<'a>),
}

#[derive(Serialize)]
struct Address<'a> {
    #[serde(rename = "match")]
    matching: Option<u8>,
    uri: &'a str,
}

impl<'a> Part<'a> {
    fn new(kind: &'a ItemKind) -> Self {
        match kind {
            ItemKind::Login(login) => Self::Login {
                uris: login
                    .uris
                    .iter()
                    .map(|uri| Address { matching: uri.matching, uri: uri.uri.expose() })
                    .collect(),
                passkeys: login.passkeys.iter().map(passkey).collect(),
                username: plain(login.username.as_ref()),
                password: plain(login.password.as_ref()),
                totp: plain(login.totp.as_ref()),
            },
            ItemKind::Note => Self::SecureNote { kind: 0 },
            ItemKind::Card(card) => Self::Card(record(&card.texts())),
            ItemKind::Identity(person) => Self::Identity(record(&person.texts())),
            ItemKind::BankAccount(account) => Self::BankAccount(record(&account.texts())),
            ItemKind::DriversLicense(license) => Self::DriversLicense(record(&license.texts())),
            ItemKind::Passport(passport) => Self::Passport(record(&passport.texts())),
            ItemKind::SshKey(key) => Self::SshKey(Record(vec![
                ("privateKey", Some(key.private_key.expose())),
                ("publicKey", Some(key.public_key.expose())),
                ("keyFingerprint", Some(key.fingerprint.expose())),
            ])),
        }
    }
}

fn passkey(passkey: &Passkey) -> Record<'_> {
    let mut all = record(&passkey.texts());
    all.0.push(("creationDate", Some(&passkey.creation_date)));
    all
}

fn record<'a>(texts: &[(&'static str, Option<&'a Text>)]) -> Record<'a> {
    Record(texts.iter().map(|(name, text)| (*name, plain(*text))).collect())
}

fn plain(text: Option<&Text>) -> Option<&str> {
    text.map(Text::expose)
}

/// Texts under their wire names.
struct Record<'a>(Vec<(&'static str, Option<&'a str>)>);

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
