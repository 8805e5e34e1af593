//! Comparing a reading with what the official client made of the same file.

use serde_json::{Value, json};
use wardroom_core::import::formats::ReadOptions;

use super::normal::{Reading, expected, fixture, read};

/// Reads a sample for a format chosen by name, and once more to see that it is also recognised.
pub(crate) fn reading(format: &str, file: &str, organization: bool) -> Reading {
    let found = wardroom_core::import::formats::detect(&fixture(file)).expect(file);
    assert_eq!(found.format.as_deref(), Some(format), "{file} is recognised");
    let options = ReadOptions { format: Some(format.to_owned()), ..ReadOptions::default() };
    read(&fixture(file), &options, organization).expect(file)
}

/// The sample becomes exactly what the official client makes of it in a personal vault.
pub(crate) fn same(format: &str, file: &str, expectation: &str) {
    let ours = reading(format, file, false).normal(false);
    agree(&ours, &expected(expectation), file);
}

/// Says only what differs, so that a difference is readable.
pub(crate) fn agree(ours: &Value, theirs: &Value, file: &str) {
    let items = |value: &Value| value["items"].as_array().expect("items").clone();
    let (mut ours_only, mut theirs_only) = (items(ours), items(theirs));
    ours_only.retain(|item| match theirs_only.iter().position(|other| other == item) {
        Some(at) => {
            theirs_only.remove(at);
            false
        }
        None => true,
    });
    let lines = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let different = !ours_only.is_empty() || !theirs_only.is_empty();
    assert!(
        !different,
        "{file}\nours:\n{}\nthe official client's:\n{}",
        lines(&ours_only),
        lines(&theirs_only)
    );
    for paths in ["folders", "collections"] {
        assert_eq!(ours[paths], theirs[paths], "{file}");
    }
}

/// The same reading with the items of one name changed: what is better than the official result, or not
/// comparable.
pub(crate) fn patched(mut whole: Value, name: &str, mut change: impl FnMut(&mut Value)) -> Value {
    let mut found = false;
    for item in whole["items"].as_array_mut().expect("items") {
        if item["name"] == name {
            change(item);
            found = true;
        }
    }
    assert!(found, "no item is called {name}");
    whole
}

/// What a personal result is in an organization: folders are collections, favourites and archive dates are gone.
pub(crate) fn shared(mut personal: Value) -> Value {
    for item in personal["items"].as_array_mut().expect("items") {
        let item = item.as_object_mut().expect("an item");
        item.insert("favorite".into(), json!(false));
        item.remove("archived");
        if let Some(folders) = item.remove("folders") {
            item.insert("collections".into(), folders);
        }
    }
    let folders = personal["folders"].take();
    personal["folders"] = json!([]);
    personal["collections"] = folders;
    personal
}
