//! Compares a sample with everything the official client was seen to make of it.

use std::path::Path;

use serde_json::Value;
use wardroom_core::import::formats::{self, ReadOptions};

use super::normal::{expected, fixture, read};

/// Reads `name` of the format called `id` for a person, for an organization, and with the new kinds of item; each must
/// be what the official client makes of it. Where an expectation is not there, the plain one holds.
pub(crate) fn equal(id: &str, name: &str) {
    let found = formats::detect(&fixture(&format!("{id}/{name}"))).expect("readable");
    assert_eq!(found.format.as_deref(), Some(id), "{name} is recognised");
    for (variant, organization, new_types) in
        [("", false, false), (".org", true, false), (".newtypes", false, true)]
    {
        let wanted = expected(&expectation(id, name, variant));
        compare(&fixture(&format!("{id}/{name}")), organization, new_types, &wanted);
    }
}

/// The same but for one place of the notes, where we put a line break the official client forgets (import-formats.md,
/// section 7, point 2).
pub(crate) fn equal_but_line_break(id: &str, name: &str, before: &str, after: &str) {
    for (variant, organization) in [("", false), (".org", true)] {
        let wanted = expected(&expectation(id, name, variant)).to_string();
        let (joined, apart) = (format!("{before}{after}"), format!("{before}\\n{after}"));
        assert!(wanted.contains(&joined), "{name} shows what is missing");
        let mut wanted: Value =
            serde_json::from_str(&wanted.replace(&joined, &apart)).expect("JSON");
        wanted["items"].as_array_mut().expect("items").sort_by_key(Value::to_string);
        compare(&fixture(&format!("{id}/{name}")), organization, false, &wanted);
    }
}

/// The same where the official client loses the folders for an organization (import-formats.md, section 7, point 10):
/// they are its collections here.
pub(crate) fn equal_but_collections(id: &str, name: &str) {
    let found = formats::detect(&fixture(&format!("{id}/{name}"))).expect("readable");
    assert_eq!(found.format.as_deref(), Some(id), "{name} is recognised");
    let mut wanted = expected(&expectation(id, name, ""));
    compare(&fixture(&format!("{id}/{name}")), false, false, &wanted);
    let folders = std::mem::replace(&mut wanted["folders"], Value::Array(Vec::new()));
    wanted["collections"] = folders;
    for item in wanted["items"].as_array_mut().expect("items") {
        item["favorite"] = Value::Bool(false);
        let item = item.as_object_mut().expect("an object");
        if let Some(folders) = item.remove("folders") {
            item.insert("collections".to_owned(), folders);
        }
    }
    wanted["items"].as_array_mut().expect("items").sort_by_key(Value::to_string);
    compare(&fixture(&format!("{id}/{name}")), true, false, &wanted);
}

fn expectation(id: &str, name: &str, variant: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let lead = if stem == "sample" { String::new() } else { format!("{stem}.") };
    let own = format!("{id}/{lead}expected{variant}.json");
    if fixture(&own).exists() { own } else { format!("{id}/{lead}expected.json") }
}

fn compare(path: &Path, organization: bool, new_types: bool, theirs: &Value) {
    let options = ReadOptions { new_types, ..ReadOptions::default() };
    let ours = read(path, &options, organization).expect("read").normal(organization);
    let pairs = ours["items"].as_array().into_iter().flatten();
    for (ours, theirs) in pairs.zip(theirs["items"].as_array().into_iter().flatten()) {
        assert_eq!(ours, theirs, "{} for an organization: {organization}", path.display());
    }
    assert_eq!(&ours, theirs, "{} for an organization: {organization}", path.display());
}
