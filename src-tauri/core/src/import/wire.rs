//! One request's worth of items as the server takes them: `POST /ciphers/import-organization`.
//!
//! Writes JSON straight into one buffer while sealing field by field, so that a chunk never exists as a
//! tree. Shapes: `src/Api/Vault/Models/Request/CipherRequestModel.cs`. Fields without a value are sent as
//! null: Vaultwarden gives stored objects back as they came, and clients expect the keys.

use crate::keys::{self, Sealer};
use crate::model::{
    Field, FieldKind, Item, ItemKind, Login, Passkey, PasswordHistory, SshKey, Text, Uri,
};
use crate::server::LandedItem;
use crate::store::Entry;

/// Items of one request: the server takes 40,000, but its proxies wait 90 seconds and no longer.
pub(super) const MOST_ITEMS: usize = 1_000;
/// Bytes of one request: Vaultwarden refuses 20 MB, Kestrel 30.
const MOST_BYTES: usize = 4_000_000;
/// Links of one request: the cloud refuses 80,000.
const MOST_LINKS: usize = 40_000;
/// Collections of one request: the cloud refuses 2,000.
const MOST_COLLECTIONS: usize = 1_000;

/// Seals one text for the client.
pub(super) trait Seal {
    fn seal(&self, plain: &str) -> Result<String, keys::Error>;
}

impl Seal for Sealer {
    fn seal(&self, plain: &str) -> Result<String, keys::Error> {
        Sealer::seal(self, plain)
    }
}

/// A collection as a request names it.
#[derive(Debug, Clone)]
pub(super) struct WireCollection {
    /// `None`: the request makes it.
    pub(super) id: Option<crate::model::CollectionId>,
    /// Sent always, even with an id.
    pub(super) sealed_name: String,
}

/// A request in the making.
pub(super) struct Chunk {
    out: Vec<u8>,
    entries: Vec<Entry>,
    /// Positions of collections used, in the order the request lists them.
    used: Vec<u32>,
    links: usize,
}

/// A finished request.
pub(super) struct Request {
    pub(super) body: Vec<u8>,
    pub(super) entries: Vec<Entry>,
    /// Positions of the collections it lists.
    pub(super) collections: Vec<u32>,
}

impl Chunk {
    pub(super) fn new() -> Self {
        Self { out: b"{\"ciphers\":[".to_vec(), entries: Vec::new(), used: Vec::new(), links: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// No further item may be added.
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= MOST_ITEMS
            || self.out.len() >= MOST_BYTES
            || self.links >= MOST_LINKS
            || self.used.len() >= MOST_COLLECTIONS
    }

    /// Seals and appends one item that goes into the collections at `positions`.
    pub(super) fn push(
        &mut self,
        index: u32,
        item: &Item,
        positions: Box<[u32]>,
        sealer: &impl Seal,
    ) -> Result<(), keys::Error> {
        let name = sealer.seal(item.name.expose())?;
        if !self.entries.is_empty() {
            self.out.push(b',');
        }
        let mut writer = Writer { out: &mut self.out, sealer };
        write_item(&mut writer, item, &name)?;
        for position in &positions {
            if !self.used.contains(position) {
                self.used.push(*position);
            }
        }
        self.links += positions.len();
        let fingerprint = LandedItem::fingerprint_of(&name);
        self.entries.push(Entry { item: index, fingerprint, collections: positions });
        Ok(())
    }

    /// Appends collections and links. `to_make` are positions that the server is to make with this request,
    /// whether or not an item is in them: parents of others hold none.
    ///
    /// # Panics
    /// When an item named a position outside of `collections`.
    pub(super) fn finish(mut self, collections: &[WireCollection], to_make: &[u32]) -> Request {
        let room = MOST_COLLECTIONS.saturating_sub(self.used.len());
        let unused = to_make.iter().filter(|position| !self.used.contains(position));
        let unused: Vec<u32> = unused.copied().take(room).collect();
        self.used.extend(unused);
        self.out.extend_from_slice(b"],\"collections\":[");
        for (place, position) in self.used.iter().enumerate() {
            let index = usize::try_from(*position).expect("a position fits the list it indexes");
            let collection = collections.get(index).expect("items name positions of the list");
            write_collection(&mut self.out, place, collection);
        }
        self.out.extend_from_slice(b"],\"collectionRelationships\":[");
        let mut first = true;
        for (key, entry) in self.entries.iter().enumerate() {
            for position in &entry.collections {
                let value = self.used.iter().position(|used| used == position);
                let value = value.expect("every position was noted when pushed");
                let comma = if std::mem::take(&mut first) { "" } else { "," };
                let link = format!("{comma}{{\"key\":{key},\"value\":{value}}}");
                self.out.extend_from_slice(link.as_bytes());
            }
        }
        self.out.extend_from_slice(b"],\"folders\":[],\"folderRelationships\":[]}");
        Request { body: self.out, entries: self.entries, collections: self.used }
    }
}

// Vaultwarden wants both lists, Bitwarden ignores them (`CollectionWithIdRequestModel`).
fn write_collection(out: &mut Vec<u8>, place: usize, collection: &WireCollection) {
    let comma = if place == 0 { "" } else { "," };
    let id = collection.id.map(|id| format!("\"id\":\"{id}\",")).unwrap_or_default();
    let name = &collection.sealed_name;
    let text = format!("{comma}{{{id}\"name\":\"{name}\",\"groups\":[],\"users\":[]}}");
    out.extend_from_slice(text.as_bytes());
}

/// Appends JSON; sealed texts need no escaping (digits, dots, bars, base64).
struct Writer<'a, S> {
    out: &'a mut Vec<u8>,
    sealer: &'a S,
}

type Answer = Result<(), keys::Error>;

impl<S: Seal> Writer<'_, S> {
    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A date or other plain text that is not ours to trust.
    fn plain(&mut self, text: &str) {
        serde_json::to_writer(&mut *self.out, text).expect("a string is always JSON");
    }

    fn sealed(&mut self, text: &str) -> Answer {
        let sealed = self.sealer.seal(text)?;
        self.raw("\"");
        self.raw(&sealed);
        self.raw("\"");
        Ok(())
    }

    /// `key` holds the quotes and the colon. Empty counts as absent, as the official client has it.
    fn optional(&mut self, key: &str, text: Option<&Text>) -> Answer {
        self.raw(key);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.sealed(text.expose())
        } else {
            self.raw("null");
            Ok(())
        }
    }

    /// Members of an object: `each` writes the value.
    fn texts(
        &mut self,
        texts: &[(&'static str, Option<&Text>)],
        each: fn(&mut Self, Option<&Text>) -> Answer,
    ) -> Answer {
        for (place, (name, text)) in texts.iter().enumerate() {
            self.raw(if place == 0 { "\"" } else { ",\"" });
            self.raw(name);
            self.raw("\":");
            each(self, *text)?;
        }
        Ok(())
    }

    /// An object of optional texts.
    fn record(&mut self, key: &str, texts: &[(&'static str, Option<&Text>)]) -> Answer {
        self.raw(key);
        self.raw("{");
        self.texts(texts, |w, text| w.optional("", text))?;
        self.raw("}");
        Ok(())
    }

    /// `null` for none: that is what clients send.
    fn list<T>(&mut self, key: &str, list: &[T], each: fn(&mut Self, &T) -> Answer) -> Answer {
        self.raw(key);
        if list.is_empty() {
            self.raw("null");
            return Ok(());
        }
        for (place, entry) in list.iter().enumerate() {
            self.raw(if place == 0 { "[" } else { "," });
            each(self, entry)?;
        }
        self.raw("]");
        Ok(())
    }
}

fn write_item<S: Seal>(w: &mut Writer<'_, S>, item: &Item, name: &str) -> Answer {
    w.raw("{\"type\":");
    w.raw(&item.kind.number().to_string());
    w.raw(",\"name\":\"");
    w.raw(name);
    w.raw("\"");
    w.optional(",\"notes\":", item.notes.as_ref())?;
    // A favourite is one person's mark; the person who imports is not among the client's members.
    w.raw(",\"key\":null,\"favorite\":false,\"reprompt\":");
    w.raw(if item.reprompt { "1" } else { "0" });
    w.list(",\"fields\":", &item.fields, write_field)?;
    w.list(",\"passwordHistory\":", &item.password_history, write_password_history)?;
    match &item.kind {
        ItemKind::Login(login) => write_login(w, login)?,
        ItemKind::Note => w.raw(",\"secureNote\":{\"type\":0}"),
        ItemKind::Card(card) => w.record(",\"card\":", &card.texts())?,
        ItemKind::Identity(identity) => w.record(",\"identity\":", &identity.texts())?,
        ItemKind::SshKey(key) => write_ssh_key(w, key)?,
        ItemKind::BankAccount(account) => w.record(",\"bankAccount\":", &account.texts())?,
        ItemKind::DriversLicense(license) => {
            w.record(",\"driversLicense\":", &license.texts())?;
        }
        ItemKind::Passport(passport) => w.record(",\"passport\":", &passport.texts())?,
    }
    w.raw("}");
    Ok(())
}

fn write_field<S: Seal>(w: &mut Writer<'_, S>, field: &Field) -> Answer {
    let linked = match field.kind {
        FieldKind::Linked(target) => Some(target),
        FieldKind::Text | FieldKind::Hidden | FieldKind::Boolean => None,
    };
    w.raw("{\"type\":");
    w.raw(&field.kind.number().to_string());
    w.optional(",\"name\":", field.name.as_ref())?;
    w.optional(",\"value\":", field.value.as_ref())?;
    w.raw(",\"linkedId\":");
    w.raw(&linked.map_or_else(|| "null".to_owned(), |target| target.to_string()));
    w.raw("}");
    Ok(())
}

fn write_password_history<S: Seal>(w: &mut Writer<'_, S>, old: &PasswordHistory) -> Answer {
    w.raw("{\"password\":");
    w.sealed(old.password.expose())?;
    w.raw(",\"lastUsedDate\":");
    w.plain(&old.last_used);
    w.raw("}");
    Ok(())
}

fn write_login<S: Seal>(w: &mut Writer<'_, S>, login: &Login) -> Answer {
    w.raw(",\"login\":{");
    w.list("\"uris\":", &login.uris, write_uri)?;
    w.optional(",\"username\":", login.username.as_ref())?;
    w.optional(",\"password\":", login.password.as_ref())?;
    w.raw(",\"passwordRevisionDate\":null");
    w.optional(",\"totp\":", login.totp.as_ref())?;
    w.raw(",\"autofillOnPageLoad\":null");
    w.list(",\"fido2Credentials\":", &login.passkeys, write_passkey)?;
    w.raw("}");
    Ok(())
}

// Clients drop addresses whose checksum is missing or wrong without a word.
fn write_uri<S: Seal>(w: &mut Writer<'_, S>, uri: &Uri) -> Answer {
    w.raw("{\"uri\":");
    w.sealed(uri.uri.expose())?;
    w.raw(",\"uriChecksum\":");
    w.sealed(&keys::uri_checksum(uri.uri.expose()))?;
    w.raw(",\"match\":");
    w.raw(&uri.matching.map_or_else(|| "null".to_owned(), |number| number.to_string()));
    w.raw("}");
    Ok(())
}

fn write_passkey<S: Seal>(w: &mut Writer<'_, S>, passkey: &Passkey) -> Answer {
    w.raw("{");
    // Their keys are required even when they hold nothing.
    w.texts(&passkey.texts(), |w, text| {
        if let Some(text) = text {
            w.sealed(text.expose())
        } else {
            w.raw("null");
            Ok(())
        }
    })?;
    w.raw(",\"creationDate\":");
    w.plain(&passkey.creation_date);
    w.raw("}");
    Ok(())
}

fn write_ssh_key<S: Seal>(w: &mut Writer<'_, S>, key: &SshKey) -> Answer {
    w.raw(",\"sshKey\":{\"privateKey\":");
    w.sealed(key.private_key.expose())?;
    w.raw(",\"publicKey\":");
    w.sealed(key.public_key.expose())?;
    w.raw(",\"keyFingerprint\":");
    w.sealed(key.fingerprint.expose())?;
    w.raw("}");
    Ok(())
}

#[cfg(test)]
mod tests;
