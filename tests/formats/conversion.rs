//! `import convert` writes Bitwarden's own JSON, equal in content to what the official client would make.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};

use super::normal::{clean, expected, fixture};

/// An export as its importer would understand it, in the form of `expected.json`. Written from the format's
/// description, not with our own reader, so that both cannot be wrong together.
fn normal_export(path: &Path) -> Value {
    let export: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("written")).expect("JSON");
    assert_eq!(export["encrypted"], json!(false));
    let names = |key: &str| -> HashMap<String, String> {
        let list = export[key].as_array().cloned().unwrap_or_default();
        let entry = |folder: &Value| {
            Some((folder["id"].as_str()?.to_owned(), folder["name"].as_str()?.to_owned()))
        };
        list.iter().filter_map(entry).collect()
    };
    let (folders, collections) = (names("folders"), names("collections"));
    let mut items: Vec<_> = export["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            let mut item = item.clone();
            let folder = item["folderId"].as_str().map(|id| folders[id].clone());
            let mut own: Vec<_> = item["collectionIds"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|id| collections[id.as_str().expect("id")].clone())
                .collect();
            own.sort();
            item["folders"] = json!(folder.into_iter().collect::<Vec<_>>());
            item["collections"] = json!(own);
            normal_item(item)
        })
        .collect();
    items.sort_by_key(Value::to_string);
    let sorted = |names: HashMap<String, String>| {
        let mut names: Vec<_> = names.into_values().collect();
        names.sort();
        names
    };
    json!({ "items": items, "folders": sorted(folders), "collections": sorted(collections) })
}

fn normal_item(mut item: Value) -> Value {
    const KINDS: [&str; 6] = ["", "login", "note", "card", "identity", "sshKey"];
    const FIELDS: [&str; 4] = ["text", "hidden", "boolean", "linked"];
    let number = |value: &Value| usize::try_from(value.as_u64().expect("number")).expect("small");
    item["type"] = json!(KINDS[number(&item["type"])]);
    for field in item["fields"].as_array_mut().into_iter().flatten() {
        field["type"] = json!(FIELDS[number(&field["type"])]);
    }
    if item["reprompt"] == json!(0) {
        item["reprompt"] = Value::Null;
    }
    if !item["archivedDate"].is_null() {
        item["archived"] = json!(true);
    }
    assert!(item["deletedDate"].is_null(), "nothing from the trash is written");
    let object = item.as_object_mut().expect("object");
    for key in ["id", "organizationId", "folderId", "collectionIds", "archivedDate", "secureNote"] {
        object.remove(key);
    }
    clean(item).expect("a name is always there")
}

fn converts(file: &str, organization: bool, expectation: &Value) {
    let folder = tempfile::tempdir().expect("folder");
    let output = folder.path().join("out.json");
    let done = formats::convert(&fixture(file), &output, &ReadOptions::default(), organization);
    let done = done.expect(file);
    let written = normal_export(&output);
    assert_eq!(written, *expectation, "{file}");
    assert_eq!(done.items, expectation["items"].as_array().expect("items").len() as u64);
}

#[test]
fn the_written_json_holds_what_the_official_client_would_import() {
    for (file, individual, organization) in [
        ("chromecsv/sample.csv", "chromecsv/expected.json", "chromecsv/expected.json"),
        ("lastpasscsv/sample.csv", "lastpasscsv/expected.json", "lastpasscsv/expected.org.json"),
        ("bitwardencsv/sample.csv", "bitwardencsv/expected.json", "bitwardencsv/expected.org.json"),
        (
            "bitwardencsv/sample-org.csv",
            "bitwardencsv/sample-org.expected.json",
            "bitwardencsv/sample-org.expected.org.json",
        ),
        (
            "bitwardenjson/sample-org.json",
            "bitwardenjson/sample-org.expected.json",
            "bitwardenjson/sample-org.expected.org.json",
        ),
    ] {
        converts(file, false, &expected(individual));
        converts(file, true, &expected(organization));
    }
}

#[test]
fn a_file_that_exists_is_never_overwritten() {
    let folder = tempfile::tempdir().expect("folder");
    let output = folder.path().join("out.json");
    std::fs::write(&output, "mine").expect("write");
    let refused =
        formats::convert(&fixture("chromecsv/sample.csv"), &output, &ReadOptions::default(), true);
    assert!(matches!(refused, Err(Error::NotWritten(_))));
    assert_eq!(std::fs::read_to_string(&output).expect("read"), "mine");
}

#[test]
fn a_failed_conversion_leaves_no_plain_text_behind() {
    let folder = tempfile::tempdir().expect("folder");
    let (input, output) = (folder.path().join("in.json"), folder.path().join("out.json"));
    let item = r#"{"type":1,"name":"half","login":{"password":"s3cret"}}"#;
    let too_long = "x".repeat(9 * 1024 * 1024);
    std::fs::write(
        &input,
        format!(r#"{{"encrypted":false,"items":[{item},{{"name":"{too_long}"}}]}}"#),
    )
    .expect("write");
    let refused = formats::convert(&input, &output, &ReadOptions::default(), true);
    assert!(matches!(refused, Err(Error::Malformed { .. })));
    assert!(!output.exists());
}

#[cfg(unix)]
#[test]
fn the_written_json_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("folder");
    let output = folder.path().join("out.json");
    formats::convert(&fixture("chromecsv/sample.csv"), &output, &ReadOptions::default(), true)
        .expect("converted");
    let mode = std::fs::metadata(&output).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn converting_twice_gives_the_same_file() {
    let folder = tempfile::tempdir().expect("folder");
    let [first, second] = ["a.json", "b.json"].map(|name| folder.path().join(name));
    for output in [&first, &second] {
        formats::convert(&fixture("lastpasscsv/sample.csv"), output, &ReadOptions::default(), true)
            .expect("converted");
    }
    let [first, second] = [first, second].map(|path| std::fs::read(path).expect("read"));
    assert_eq!(first, second, "ids are made up from positions, not at random");
}
