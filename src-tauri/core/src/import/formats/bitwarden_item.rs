//! One item of Bitwarden's JSON. Whatever does not fit is a finding, never a failure.

use std::collections::HashMap;

use super::json_value::{Json, NotText};
use super::output::{Halt, Output, Place};
use super::values;
use crate::model::{
    Field, FieldKind, FindingCode, Item, ItemKind, PasswordHistory, Severity, Text,
};

/// What items refer to.
pub(super) struct Origin {
    /// Folder or collection ids to their index.
    pub folders: HashMap<String, u32>,
}

/// The official client keeps this many old passwords.
const MOST_OLD_PASSWORDS: usize = 5;

/// Used where a date is required and the file has none.
pub(super) const NO_DATE: &str = "1970-01-01T00:00:00.000Z";

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
        file: 0,
        kind: ItemKind::Note,
    };
    item.kind = reader.kind(json, &mut item.fields);
    out.item(item)
}

/// Reads one item and tells what does not fit.
pub(super) struct Reader<'o, 'a> {
    row: u32,
    out: &'o mut Output<'a>,
}

impl Reader<'_, '_> {
    /// The server takes bank accounts, driver's licences and passports.
    pub(super) fn new_types(&self) -> bool {
        self.out.new_types
    }

    pub(super) fn tell(&mut self, code: FindingCode, path: impl Into<String>, message: &str) {
        let place = Place::value(self.row, self.out.next_item(), path);
        self.out.find(code, Severity::Warning, place, message);
    }

    pub(super) fn odd(&mut self, path: impl Into<String>, message: &str) {
        self.tell(FindingCode::ValueNotUnderstood, path, message);
    }

    /// The text under `key` of the item itself.
    fn text(&mut self, json: &Json, key: &str) -> Option<Text> {
        self.text_at(json, key, "")
    }

    /// The text under `key` of a part; `path` leads to the part and ends with a dot.
    pub(super) fn text_at(&mut self, json: &Json, key: &str, path: &str) -> Option<Text> {
        json.get(key).as_text().unwrap_or_else(|NotText| {
            self.odd(format!("{path}{key}"), "the value is not a text; it was left out");
            None
        })
    }

    /// The objects of a list; anything else in its place is a finding.
    pub(super) fn list<'j>(
        &mut self,
        json: &'j Json,
        key: &str,
        path: &str,
    ) -> Vec<(usize, &'j Json)> {
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
}
