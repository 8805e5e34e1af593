//! Logins that are notes, and values that go to the notes.

use super::values;
use crate::model::{Field, FieldKind, Item, ItemKind, Text};

/// Longer values go to the notes (import-formats.md, section 3), counted in UTF-16 units.
const LONGEST_FIELD: usize = 200;

/// The note conversion: a login without user name, password and address becomes a secure note.
///
/// The official client drops a TOTP key with that; such an item stays a login here.
pub(super) fn note_if_empty(item: &mut Item) {
    if let ItemKind::Login(login) = &item.kind
        && login.username.is_none()
        && login.password.is_none()
        && login.totp.is_none()
        && login.uris.is_empty()
        && login.passkeys.is_empty()
    {
        item.kind = ItemKind::Note;
    }
}

/// One more line at the end of the notes, on a line of its own (section 7, point 2).
pub(super) fn append(item: &mut Item, line: &str) {
    let notes = item.notes.get_or_insert_default();
    if !notes.is_empty() && !notes.expose().ends_with('\n') {
        notes.push_str("\n");
    }
    notes.push_str(line);
    notes.push_str("\n");
}

/// The key/value rule of section 3, with the line break of section 7, point 2.
pub(super) fn add(item: &mut Item, key: &str, value: &str, kind: FieldKind) {
    if values::is_blank(value) {
        return;
    }
    let key = if values::is_blank(key) { "" } else { key };
    let long = value.len() > LONGEST_FIELD && value.encode_utf16().count() > LONGEST_FIELD;
    if long || value.trim().contains('\n') {
        append(item, &format!("{key}: {value}"));
    } else {
        let name = (!key.is_empty()).then(|| Text::new(key));
        item.fields.push(Field { name, value: Some(Text::new(value)), kind });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Login;

    fn login(login: Login) -> Item {
        Item { kind: ItemKind::Login(login), ..Item::default() }
    }

    #[test]
    fn only_a_login_that_holds_nothing_becomes_a_note() {
        let mut empty = login(Login::default());
        note_if_empty(&mut empty);
        assert_eq!(empty.kind, ItemKind::Note);
        for kept in [
            Login { username: Some("u".into()), ..Login::default() },
            Login { password: Some("p".into()), ..Login::default() },
            Login { totp: Some("t".into()), ..Login::default() },
            Login { uris: values::uri("a.example").into_iter().collect(), ..Login::default() },
        ] {
            let mut item = login(kept);
            note_if_empty(&mut item);
            assert!(matches!(item.kind, ItemKind::Login(_)), "nothing a login holds may be lost");
        }
    }

    #[test]
    fn values_in_the_notes_start_on_a_line_of_their_own() {
        let mut item = Item::default();
        add(&mut item, "Recovery", "a\nb", FieldKind::Text);
        add(&mut item, "Key", &"x".repeat(201), FieldKind::Hidden);
        let notes = item.notes.as_ref().expect("notes").expose().to_owned();
        assert_eq!(notes, format!("Recovery: a\nb\nKey: {}\n", "x".repeat(201)));
        item.notes = Some("last line".into());
        append(&mut item, "a: b");
        assert_eq!(item.notes.as_ref().expect("notes").expose(), "last line\na: b\n");
        add(&mut item, " ", "short", FieldKind::Hidden);
        add(&mut item, "blank", " ", FieldKind::Text);
        assert_eq!(item.fields.len(), 1, "blank values are nothing");
        assert_eq!((&item.fields[0].name, item.fields[0].kind), (&None, FieldKind::Hidden));
    }
}
