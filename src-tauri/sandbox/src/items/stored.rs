//! An item as the server keeps it: rendered once, at the import, and copied out from then on.

use serde::Serialize;
use uuid::Uuid;

use crate::answer::{Answer, Refusal};

use super::request::{
    BankAccount, Card, CipherRequest, DriversLicense, Field, Identity, Login, OldPassword,
    Passport, SecureNote, SshKey,
};

/// A kept item.
#[derive(Clone)]
pub(crate) struct StoredCipher {
    pub(crate) id: Uuid,
    pub(crate) kind: i64,
    /// As it came; `None` for blobs.
    pub(crate) name: Option<Box<str>>,
    /// The item's own key under the organization's, as it came.
    pub(crate) key: Option<Box<str>>,
    pub(crate) collections: Vec<Uuid>,
    /// The answer's JSON object without its closing brace, `object` and `collectionIds`.
    body: Box<str>,
}

/// `CipherMiniResponseModel` of bitwarden/server.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mini<'a> {
    id: Uuid,
    organization_id: Uuid,
    #[serde(rename = "type")]
    kind: i64,
    data: &'a str,
    #[serde(flatten)]
    typed: Option<Typed<'a>>,
    attachments: Option<()>,
    organization_use_totp: bool,
    revision_date: &'a str,
    creation_date: &'a str,
    deleted_date: Option<()>,
    reprompt: u8,
    key: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Typed<'a> {
    name: Option<&'a str>,
    notes: Option<&'a str>,
    login: Option<&'a Login>,
    card: Option<&'a Card>,
    identity: Option<&'a Identity>,
    secure_note: Option<&'a SecureNote>,
    ssh_key: Option<&'a SshKey>,
    bank_account: Option<&'a BankAccount>,
    drivers_license: Option<&'a DriversLicense>,
    passport: Option<&'a Passport>,
    fields: Option<&'a [Field]>,
    password_history: Option<&'a [OldPassword]>,
}

impl StoredCipher {
    /// Renders a checked request. A type without its object is what the server stumbles over (500).
    pub(crate) fn new(request: &CipherRequest, organization: Uuid, now: &str) -> Answer<Self> {
        let id = Uuid::new_v4();
        let blob = request.data.as_deref();
        let data = match blob {
            Some(blob) => blob.to_owned(),
            None => legacy_data(request)?,
        };
        let mini = Mini {
            id,
            organization_id: organization,
            kind: request.kind,
            data: &data,
            typed: blob.is_none().then(|| typed(request)),
            attachments: None,
            organization_use_totp: true,
            revision_date: now,
            creation_date: now,
            deleted_date: None,
            reprompt: request.reprompt,
            key: request.key.as_deref(),
        };
        let mut body = serde_json::to_string(&mini).expect("text, numbers and lists are JSON");
        body.pop();
        Ok(Self {
            id,
            kind: request.kind,
            name: if blob.is_none() { request.name.clone() } else { None },
            key: request.key.clone(),
            collections: Vec::new(),
            body: body.into_boxed_str(),
        })
    }

    /// Appends the item as a list shows it; `extra` are further members, each led by a comma.
    pub(crate) fn write(&self, out: &mut String, object: &str, extra: &str) {
        out.push_str(&self.body);
        out.push_str(",\"object\":\"");
        out.push_str(object);
        out.push('"');
        out.push_str(extra);
        out.push_str(",\"collectionIds\":[");
        for (at, collection) in self.collections.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push('"');
            out.push_str(collection.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
            out.push('"');
        }
        out.push_str("]}");
    }

    /// The item as JSON, for looking into it.
    pub(crate) fn json(&self) -> serde_json::Value {
        let mut text = String::new();
        self.write(&mut text, "cipherMiniDetails", "");
        serde_json::from_str(&text).expect("what was rendered as JSON is JSON")
    }
}

fn typed(request: &CipherRequest) -> Typed<'_> {
    // Only the object of the item's own type is kept (`CipherRequestModel.ToCipher`).
    let kind = request.kind;
    Typed {
        name: request.name.as_deref(),
        notes: request.notes.as_deref(),
        login: request.login.as_ref().filter(|_| kind == 1),
        secure_note: request.secure_note.as_ref().filter(|_| kind == 2),
        card: request.card.as_ref().filter(|_| kind == 3),
        identity: request.identity.as_ref().filter(|_| kind == 4),
        ssh_key: request.ssh_key.as_ref().filter(|_| kind == 5),
        bank_account: request.bank_account.as_ref().filter(|_| kind == 6),
        drivers_license: request.drivers_license.as_ref().filter(|_| kind == 7),
        passport: request.passport.as_ref().filter(|_| kind == 8),
        fields: request.fields.as_deref(),
        password_history: request.password_history.as_deref(),
    }
}

/// The whole item once more, as the JSON text in Pascal case that the server's database holds.
fn legacy_data(request: &CipherRequest) -> Answer<String> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Rest<'a> {
        name: Option<&'a str>,
        notes: Option<&'a str>,
        fields: Option<&'a [Field]>,
        password_history: Option<&'a [OldPassword]>,
    }
    let typed = typed(request);
    let object = match request.kind {
        1 => typed.login.map(serde_json::to_string),
        2 => typed.secure_note.map(serde_json::to_string),
        3 => typed.card.map(serde_json::to_string),
        4 => typed.identity.map(serde_json::to_string),
        5 => typed.ssh_key.map(serde_json::to_string),
        6 => typed.bank_account.map(serde_json::to_string),
        7 => typed.drivers_license.map(serde_json::to_string),
        8 => typed.passport.map(serde_json::to_string),
        _ => None,
    };
    let mut text = object.ok_or(Refusal::Stumbled)?.expect("text, numbers and lists are JSON");
    let rest = serde_json::to_string(&Rest {
        name: typed.name,
        notes: typed.notes,
        fields: typed.fields,
        password_history: typed.password_history,
    })
    .expect("text, numbers and lists are JSON");
    text.pop();
    text.push(',');
    text.push_str(rest.trim_start_matches('{'));
    Ok(pascal_keys(&text))
}

/// Capitalises the keys. No value in here holds a quotation mark, a brace or a comma: `EncString`s, dates and
/// numbers cannot, so every `{"` and `,"` begins a key.
fn pascal_keys(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut before = [' ', ' '];
    for letter in json.chars() {
        let begins_key = matches!(before, ['{' | ',', '"']);
        out.push(if begins_key { letter.to_ascii_uppercase() } else { letter });
        before = [before[1], letter];
    }
    out
}
