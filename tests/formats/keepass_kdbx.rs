//! KeePass databases.

use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::keys::Secret;
use wardroom_core::model::{FindingCode, Text};

use super::normal::{Reading, expected, fixture, read};
use super::same::check;
use super::scratch::{Scratch, addresses, export, login};

const PASSWORD: &str = "Fixture-pässword";

fn options(password: Option<&str>, key_file: Option<&str>) -> ReadOptions {
    ReadOptions {
        export_password: password.map(Secret::new),
        key_file: key_file.map(|name| fixture(&format!("keepasskdbx/{name}"))),
        ..ReadOptions::default()
    }
}

fn open(name: &str, password: Option<&str>, key_file: Option<&str>) -> Result<Reading, Error> {
    read(&fixture(&format!("keepasskdbx/{name}")), &options(password, key_file), false)
}

#[test]
fn a_database_becomes_what_the_official_client_makes_of_it() {
    // The order of custom fields is not defined there (fixtures' README): sorted on both sides.
    for (name, password, key_file, expectation) in [
        ("sample.kdbx", Some("fixture-master-ä"), None, "expected.json"),
        ("sample-31.kdbx", Some(PASSWORD), None, "sample-31.expected.json"),
        ("sample-4aes.kdbx", Some(PASSWORD), None, "sample-4aes.expected.json"),
        ("sample-4argon2.kdbx", Some(PASSWORD), Some("key-v2.keyx"), "sample-4argon2.expected.json"),
        ("sample-twofish.kdbx", None, Some("key-any.txt"), "sample-twofish.expected.json"),
        ("tiny-v1.kdbx", Some(PASSWORD), Some("key-v1.key"), "sample-twofish.expected.json"),
        ("tiny-raw.kdbx", Some(PASSWORD), Some("key-raw.key"), "sample-twofish.expected.json"),
        ("tiny-hex.kdbx", None, Some("key-hex.key"), "sample-twofish.expected.json"),
        ("tiny-plainstream.kdbx", Some(""), None, "sample-twofish.expected.json"),
    ] {
        let reading = open(name, password, key_file).expect(name);
        let mut ours = reading.normal(false);
        let mut theirs = expected(&format!("keepasskdbx/{expectation}"));
        for items in [&mut ours, &mut theirs] {
            for item in items["items"].as_array_mut().unwrap() {
                if let Some(fields) = item.get_mut("fields") {
                    fields.as_array_mut().unwrap().sort_by_key(serde_json::Value::to_string);
                }
            }
            items["items"].as_array_mut().unwrap().sort_by_key(serde_json::Value::to_string);
        }
        check(&ours, &mut theirs, name);
    }
}
