//! Extra values of formats that know hidden ones (import-formats.md, section 3, "key/value rule").

use super::values::is_blank;
use crate::model::{Field, FieldKind, Item, Text};

/// The official importer's bound, in UTF-16 units.
const LONGEST_FIELD: usize = 200;

/// A custom field of `kind`, or lines in the notes when long or of several lines. Blank ones go.
///
/// Unlike the official importer, a line break comes before when the notes do not end in one (section 7,
/// point 2), and what is hidden stays a hidden field whatever its length.
pub(super) fn add(item: &mut Item, key: &str, value: &str, kind: FieldKind) {
    if is_blank(value) {
        return;
    }
    let long = value.len() > LONGEST_FIELD && value.encode_utf16().count() > LONGEST_FIELD;
    if kind != FieldKind::Hidden && (long || trim(value).contains(['\n', '\r'])) {
        let key = if is_blank(key) { "" } else { key };
        let lines = value.replace("\r\n", "\n").replace('\r', "\n");
        let notes = item.notes.as_ref().map_or("", Text::expose);
        let gap = if notes.is_empty() || notes.ends_with('\n') { "" } else { "\n" };
        item.notes = Some(Text::new(format!("{notes}{gap}{key}: {lines}\n")));
    } else {
        field(item, key, value, kind);
    }
}

/// A custom field, however long.
pub(super) fn field(item: &mut Item, key: &str, value: &str, kind: FieldKind) {
    let name = (!is_blank(key)).then(|| Text::new(key));
    item.fields.push(Field { name, value: Some(Text::new(value)), kind });
}

/// As JavaScript's `trim`, which also takes U+FEFF.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
}
