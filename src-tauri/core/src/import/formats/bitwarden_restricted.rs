//! Bitwarden's account-restricted JSON: the plain layout, every text sealed under the key of the account or organization
//! that made the export, or under the key of its item.

use super::bitwarden_json::Outline;
use super::json_value::Json;
use super::output::{Output, Place};
use crate::import::Error;
use crate::keys::{ExportKey, ExportOpener};
use crate::model::{FindingCode, OrganizationId, Severity, Text};

/// Texts that are written in the open (`libs/common/src/models/export`).
const OPEN: [&str; 13] = [
    "id",
    "organizationId",
    "folderId",
    "collectionIds",
    "creationDate",
    "revisionDate",
    "deletedDate",
    "archivedDate",
    "lastUsedDate",
    "passwordRevisionDate",
    "key",
    "uriChecksum",
    "externalId",
];

/// The key the export was made with, if it is at hand.
pub(super) fn key(outline: &Outline, opener: Option<&ExportOpener>) -> Result<ExportKey, Error> {
    let validation = outline.validation.as_deref().ok_or(Error::AccountRestricted)?;
    let opener = opener.ok_or(Error::AccountRestricted)?;
    let mut organizations: Vec<OrganizationId> = Vec::new();
    for folder in outline.collections.iter().flatten() {
        if let Ok(id) = folder.organization.parse().map(OrganizationId)
            && !organizations.contains(&id)
        {
            organizations.push(id);
        }
    }
    opener.key_for(validation, &organizations).map_err(|_| Error::AccountRestricted)
}

/// Opens the names of folders and collections.
pub(super) fn open_names(outline: &mut Outline, key: &ExportKey, out: &mut Output<'_>) {
    let folders = outline.folders.iter_mut().chain(outline.collections.iter_mut()).flatten();
    let mut closed = 0_u32;
    for folder in folders {
        match key.open_text(&folder.name) {
            Ok(name) => name.expose().clone_into(&mut folder.name),
            Err(_) => {
                folder.name.clear();
                closed += 1;
            }
        }
    }
    if closed > 0 {
        let message = format!("names of folders that could not be opened: {closed}");
        out.find(FindingCode::DamagedRow, Severity::Error, Place::FILE, &message);
    }
}

/// Opens every text of an item; none when its own key does not open.
pub(super) fn open_item(
    item: Json,
    key: &ExportKey,
    row: u32,
    out: &mut Output<'_>,
) -> Option<Json> {
    let own = match item.get("key") {
        Json::Text(wrapped) => match key.open_item_key(wrapped.expose()) {
            Ok(own) => Some(own),
            Err(_) => {
                let message = "the item could not be opened; it was left out";
                out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row), message);
                return None;
            }
        },
        _ => None,
    };
    let mut opening = Opening { key: own.as_ref().unwrap_or(key), row, out, path: Vec::new() };
    Some(opening.open(item))
}

/// One item under way.
struct Opening<'o, 'a> {
    key: &'o ExportKey,
    row: u32,
    out: &'o mut Output<'a>,
    /// Where the value stands, for findings.
    path: Vec<String>,
}

impl Opening<'_, '_> {
    /// Recursion is bounded where the JSON is scanned.
    fn open(&mut self, json: Json) -> Json {
        match json {
            Json::Text(text) => self.text(&text),
            Json::List(list) => {
                let open = |(at, one): (usize, Json)| self.below(format!("[{at}]"), one);
                Json::List(list.into_iter().enumerate().map(open).collect())
            }
            Json::Object(entries) => {
                let open = |(key, value): (String, Json)| {
                    let value = if OPEN.contains(&key.as_str()) {
                        value
                    } else {
                        self.below(format!(".{key}"), value)
                    };
                    (key, value)
                };
                Json::Object(entries.into_iter().map(open).collect())
            }
            plain => plain,
        }
    }

    fn below(&mut self, step: String, json: Json) -> Json {
        self.path.push(step);
        let opened = self.open(json);
        self.path.pop();
        opened
    }

    fn text(&mut self, text: &Text) -> Json {
        if text.is_empty() {
            return Json::Null;
        }
        if let Ok(plain) = self.key.open_text(text.expose()) {
            return Json::Text(Text::new(plain.expose()));
        }
        let path = self.path.concat();
        let place =
            Place::value(self.row, self.out.next_item(), path.strip_prefix('.').unwrap_or(&path));
        let message = "the value could not be opened; it was left out";
        self.out.find(FindingCode::ValueNotUnderstood, Severity::Error, place, message);
        Json::Null
    }
}
