//! A sample and what the official client made of it.

use serde_json::Value;
use wardroom_core::import::formats::ReadOptions;

use super::normal::{Reading, expected, fixture, read};

/// Reads a fixture, recognised by its content, and compares with an expectation.
pub(crate) fn compare(file: &str, organization: bool, expectation: &str) -> Reading {
    compare_but(file, organization, expected(expectation))
}

/// The same with an expectation that was changed where we are better.
pub(crate) fn compare_but(file: &str, organization: bool, mut wanted: Value) -> Reading {
    let reading = read(&fixture(file), &ReadOptions::default(), organization).expect(file);
    check(&reading.normal(organization), &mut wanted, file);
    reading
}

/// Item by item, so that the first difference is shown alone.
pub(crate) fn check(ours: &Value, wanted: &mut Value, file: &str) {
    let list = wanted["items"].as_array_mut().expect("items");
    list.sort_by_key(Value::to_string);
    let mine = ours["items"].as_array().expect("items");
    for (ours, theirs) in mine.iter().zip(list.iter()) {
        assert_eq!(ours, theirs, "{file}");
    }
    for paths in ["folders", "collections"] {
        let list = wanted[paths].as_array_mut().expect("paths");
        list.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        list.dedup();
    }
    assert_eq!(ours, wanted, "{file}");
}

/// The item of this name in an expectation.
pub(crate) fn item<'v>(wanted: &'v mut Value, name: &str) -> &'v mut Value {
    let items = wanted["items"].as_array_mut().expect("items");
    items.iter_mut().find(|item| item["name"] == name).expect(name)
}

/// What a personal import becomes in an organization: collections for folders, no favourites.
pub(crate) fn as_collections(mut wanted: Value) -> Value {
    for item in wanted["items"].as_array_mut().expect("items") {
        item["favorite"] = false.into();
        if let Some(folders) = item.as_object_mut().expect("item").remove("folders") {
            item["collections"] = folders;
        }
    }
    wanted["collections"] = wanted["folders"].take();
    wanted["folders"] = Value::Array(Vec::new());
    wanted
}
