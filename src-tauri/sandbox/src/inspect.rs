//! Looking into the world from outside: what tests ask of a server that holds every key.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::crypto::{Key, base64};
use crate::world::World;
use crate::{StoredCollection, StoredItem};

/// What an organization holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// Items.
    pub items: usize,
    /// Collections.
    pub collections: usize,
    /// Items that belong to no collection.
    pub unassigned: usize,
    /// Items beyond the first among those that are alike once opened.
    pub duplicates: usize,
    /// Items with a text the organization's key does not open.
    pub unreadable: usize,
}

/// Items as stored.
pub(crate) fn items(world: &World, id: Uuid) -> Vec<StoredItem> {
    let Some(at) = world.index.get(&id) else { return Vec::new() };
    let Some(organization) = world.organizations.get(*at) else { return Vec::new() };
    organization
        .ciphers
        .iter()
        .map(|cipher| StoredItem {
            id: cipher.id,
            name: cipher.name.as_deref().unwrap_or_default().to_owned(),
            key: cipher.key.as_deref().map(str::to_owned),
            collections: cipher.collections.clone(),
        })
        .collect()
}

/// Collections as stored.
pub(crate) fn collections(world: &mut World, id: Uuid) -> Vec<StoredCollection> {
    let Some((organization, _)) = world.open(id) else { return Vec::new() };
    let key = organization.key.clone();
    organization
        .inside()
        .collections
        .iter()
        .map(|collection| StoredCollection {
            id: collection.id,
            name: collection.name.clone(),
            text: key.open(&collection.name).and_then(|text| String::from_utf8(text).ok()),
            managed: !collection.unmanaged(),
            groups: collection.groups.iter().map(|access| access.id).collect(),
            members: collection.users.iter().map(|access| access.id).collect(),
        })
        .collect()
}

/// The items of an organization with every text opened.
pub(crate) fn opened(world: &World, id: Uuid) -> Vec<Value> {
    let Some(organization) = world.index.get(&id).and_then(|at| world.organizations.get(*at))
    else {
        return Vec::new();
    };
    organization
        .ciphers
        .iter()
        .map(|cipher| open_item(&organization.key, cipher.json()).0)
        .collect()
}

/// Opens every `EncString` in an item; also says whether all could be.
fn open_item(key: &Key, mut item: Value) -> (Value, bool) {
    let own = item.get("key").and_then(Value::as_str).map(str::to_owned);
    let own = match own {
        None => Some(key.clone()),
        Some(sealed) => key.open_key(&sealed),
    };
    if let Some(fields) = item.as_object_mut() {
        fields.remove("data");
        fields.remove("key");
    }
    let mut readable = own.is_some();
    if let Some(own) = own {
        open_all(&own, &mut item, &mut readable);
    }
    (item, readable)
}

fn open_all(key: &Key, value: &mut Value, readable: &mut bool) {
    match value {
        Value::String(text) if text.starts_with("2.") => {
            match key.open(text).and_then(|plain| String::from_utf8(plain).ok()) {
                Some(plain) => *text = plain,
                None => *readable = false,
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| open_all(key, value, readable)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| open_all(key, value, readable));
        }
        _ => {}
    }
}

/// Counts, and how many items are the same thing twice.
pub(crate) fn contents(world: &mut World, id: Uuid) -> Option<Contents> {
    let collections = world.open(id)?.0.inside().collections.len();
    let organization = world.organizations.get(*world.index.get(&id)?)?;
    let mut seen: HashMap<[u8; 32], usize> = HashMap::new();
    let (mut duplicates, mut unreadable, mut unassigned) = (0, 0, 0);
    for cipher in &organization.ciphers {
        unassigned += usize::from(cipher.collections.is_empty());
        let (mut item, readable) = open_item(&organization.key, cipher.json());
        unreadable += usize::from(!readable);
        if let Some(fields) = item.as_object_mut() {
            // What two imports of the same row differ in.
            for own in ["id", "creationDate", "revisionDate"] {
                fields.remove(own);
            }
        }
        let times = seen.entry(Sha256::digest(item.to_string()).into()).or_default();
        duplicates += usize::from(*times > 0);
        *times += 1;
    }
    let items = organization.ciphers.len();
    Some(Contents { items, collections, unassigned, duplicates, unreadable })
}

/// The organization's key in base64.
pub(crate) fn key(world: &World, id: Uuid) -> Option<String> {
    let organization = world.organizations.get(*world.index.get(&id)?)?;
    Some(base64(organization.key.bytes()))
}

/// Opens a text under the organization's key.
pub(crate) fn open_text(world: &World, id: Uuid, text: &str) -> Option<String> {
    let organization = world.organizations.get(*world.index.get(&id)?)?;
    String::from_utf8(organization.key.open(text)?).ok()
}
