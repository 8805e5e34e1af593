//! KeePass databases.

use serde_json::Value;
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::keys::Secret;
use wardroom_core::model::{FieldKind, FindingCode, Text};

use super::normal::{Reading, expected, fixture, read};
use super::same::check;
use super::scratch::{addresses, export, login, password};

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

/// Refused although the password is right.
fn refused(bytes: &[u8]) -> String {
    let outcome = export(bytes).with(|path| read(path, &options(Some(PASSWORD), None), true));
    outcome.err().expect("refused").to_string()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(&format!("keepasskdbx/{name}"))).expect("fixture")
}

/// The order of custom fields is not defined there (README of the fixtures).
fn sort_fields(items: &mut Value) {
    for item in items["items"].as_array_mut().unwrap() {
        if let Some(fields) = item.get_mut("fields") {
            fields.as_array_mut().unwrap().sort_by_key(Value::to_string);
        }
    }
    items["items"].as_array_mut().unwrap().sort_by_key(Value::to_string);
}

#[test]
fn a_database_becomes_what_the_official_client_makes_of_it() {
    for (name, password, key_file, expectation) in [
        ("sample.kdbx", Some("fixture-master-ä"), None, "expected.json"),
        ("sample-31.kdbx", Some(PASSWORD), None, "sample-31.expected.json"),
        ("sample-4aes.kdbx", Some(PASSWORD), None, "sample-4aes.expected.json"),
        (
            "sample-4argon2.kdbx",
            Some(PASSWORD),
            Some("key-v2.keyx"),
            "sample-4argon2.expected.json",
        ),
        ("tiny-v1.kdbx", Some(PASSWORD), Some("key-v1.key"), "tiny-v1.expected.json"),
        ("tiny-raw.kdbx", Some(PASSWORD), Some("key-raw.key"), "tiny-raw.expected.json"),
        // The official command line asks for a password even where there is none.
        ("sample-twofish.kdbx", None, Some("key-any.txt"), "tiny-raw.expected.json"),
        ("tiny-hex.kdbx", Some(""), Some("key-hex.key"), "tiny-raw.expected.json"),
        ("tiny-plainstream.kdbx", Some(""), None, "tiny-raw.expected.json"),
    ] {
        let reading = open(name, password, key_file).expect(name);
        let mut ours = reading.normal(false);
        let mut theirs = expected(&format!("keepasskdbx/{expectation}"));
        // Section 7, point 24: no second scheme before an address that has one.
        for uri in theirs["items"].as_array_mut().unwrap() {
            if let Some(Value::String(uri)) = uri.pointer_mut("/login/uris/0/uri")
                && let Some(own) = uri.strip_prefix("https://").filter(|own| own.contains("://"))
            {
                *uri = own.to_owned();
            }
        }
        sort_fields(&mut ours);
        sort_fields(&mut theirs);
        check(&ours, &mut theirs, name);
    }
}

#[test]
fn groups_become_collections_and_the_recycle_bin_stays_behind() {
    // Section 7, points 10 and 11.
    let path = fixture("keepasskdbx/sample-31.kdbx");
    let reading = read(&path, &options(Some(PASSWORD), None), true).expect("open");
    let paths = ["Work", "Work/Sub/with slash", "Work/-", "Work/Empty", "OTP", "URL"];
    assert_eq!(reading.summary.folders, paths, "empty groups too, the recycle bin not");
    let deep = reading.items.iter().find(|item| item.name.expose() == "deep").unwrap();
    assert_eq!(deep.folders, [1]);
    assert_eq!(reading.found(FindingCode::InTrash).len(), 2);
    assert!(!reading.names().contains(&"gone"));
    let left = reading.found(FindingCode::AttachmentsLeft);
    assert_eq!(left.len(), 1);
    assert!(left[0].message.starts_with("1 attachment"), "names are content: {}", left[0].message);
}

#[test]
fn a_recycle_bin_that_is_switched_off_is_a_group_like_others() {
    let reading = open("better.kdbx", Some(PASSWORD), None).expect("open");
    assert_eq!(reading.summary.folders, ["Recycle Bin"]);
    let kept = reading.items.iter().find(|item| item.name.expose() == "no bin any more").unwrap();
    assert_eq!(password(kept), "kept");
}

#[test]
fn one_time_passwords_and_addresses_are_read_better() {
    // Section 7, points 12 and 24.
    let reading = open("better.kdbx", Some(PASSWORD), None).expect("open");
    let item = |name: &str| reading.items.iter().find(|item| item.name.expose() == name).unwrap();
    let totp = |name: &str| login(item(name)).totp.as_ref().map(Text::expose);
    assert_eq!(totp("seed"), Some("JBSWY3DPEHPK3PXP"));
    assert_eq!(totp("steam"), Some("steam://JBSWY3DPEHPK3PXP"));
    let eight = "otpauth://totp/Imported?secret=JBSWY3DPEHPK3PXP&digits=8&period=60";
    assert_eq!(totp("seed 8"), Some(eight));
    assert_eq!(totp("keeotp"), Some(eight));
    assert_eq!(totp("two"), Some("JBSWY3DPEHPK3PXP"));
    for name in ["seed", "steam", "seed 8", "keeotp", "same twice"] {
        assert!(item(name).fields.is_empty(), "{name}");
    }
    for (name, value) in [("two", "GEZDGNBVGY3TQOJQ"), ("broken", "not base32!")] {
        let field = &item(name).fields[0];
        assert_eq!(field.value.as_ref().map(Text::expose), Some(value), "nothing is lost");
        assert_eq!(field.kind, FieldKind::Hidden);
    }
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 2);
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
    for address in ["localhost", "about:blank", "router1"] {
        assert_eq!(addresses(item(&format!("URL {address}"))), [address]);
    }
}

#[test]
fn a_database_is_recognised_and_asks_for_its_password() {
    for name in ["sample.kdbx", "sample-31.kdbx", "sample-twofish.kdbx"] {
        let found = formats::detect(&fixture(&format!("keepasskdbx/{name}"))).expect("readable");
        assert_eq!(found.format.as_deref(), Some("keepasskdbx"));
        assert!(found.needs_password && found.confidence >= 0.9);
        assert!(matches!(open(name, None, None).err(), Some(Error::PasswordNeeded)), "{name}");
    }
}

#[test]
fn a_wrong_password_or_key_file_is_told_apart_from_damage() {
    for (name, password, key_file) in [
        ("sample-31.kdbx", Some("wrong"), None),
        ("sample-4aes.kdbx", Some("wrong"), None),
        ("sample-4aes.kdbx", Some(PASSWORD), Some("key-any.txt")),
        ("sample-4argon2.kdbx", Some(PASSWORD), None),
        ("sample-4argon2.kdbx", Some(PASSWORD), Some("key-v1.key")),
        ("sample-twofish.kdbx", Some("something"), Some("key-any.txt")),
    ] {
        let error = open(name, password, key_file).err().expect("refused");
        assert!(matches!(error, Error::WrongPassword), "{name}: {error}");
    }
    let missing = open("sample-4aes.kdbx", Some(PASSWORD), Some("no such file")).err();
    assert!(matches!(missing, Some(Error::Unreadable(_))));
}

#[test]
fn a_key_file_that_was_changed_says_so() {
    let text = String::from_utf8(bytes("key-v2.keyx")).unwrap();
    let at = text.find("Hash=\"").unwrap() + 40;
    let mut changed = text.into_bytes();
    changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
    let scratch = export(changed);
    let path = fixture("keepasskdbx/sample-4argon2.kdbx");
    let refused = scratch.with(|key_file| {
        let mut options = options(Some(PASSWORD), None);
        options.key_file = Some(key_file.to_owned());
        read(&path, &options, true).err().expect("refused").to_string()
    });
    assert_eq!(refused, "KeePass (kdbx): the key file is damaged");
}

#[test]
fn other_versions_are_refused_by_name() {
    let mut file = bytes("sample-4aes.kdbx");
    file[4] = 0x65;
    assert!(refused(&file).contains("KeePass 1"), "{}", refused(&file));
    assert_eq!(export(&file).detect().format.as_deref(), Some("keepasskdbx"));
    let mut file = bytes("sample-4aes.kdbx");
    file[10] = 5;
    assert!(refused(&file).contains("version is not 3 or 4"));
    file[7] = 0;
    assert!(refused(&file).contains("not a KeePass 2 database"));
}

/// Overwrites the value that follows `name` in the settings of a header.
fn set(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut file = bytes("sample-4argon2.kdbx");
    let at = file.windows(name.len()).position(|here| here == name).unwrap() + name.len() + 4;
    file[at..at + value.len()].copy_from_slice(value);
    file
}

#[test]
fn key_derivation_out_of_bounds_is_refused_before_it_starts() {
    for file in [
        set(b"\x01\0\0\0M", &(1u64 << 40).to_le_bytes()),
        set(b"\x01\0\0\0I", &u64::MAX.to_le_bytes()),
        set(b"\x01\0\0\0I", &(1u64 << 30).to_le_bytes()),
        set(b"\x01\0\0\0P", &u32::MAX.to_le_bytes()),
    ] {
        assert!(refused(&file).contains("out of bounds"), "{}", refused(&file));
    }
    // KDBX 3.1: field 6 has the rounds.
    let mut file = bytes("sample-31.kdbx");
    let at = file.windows(3).position(|here| here == [6, 8, 0]).unwrap() + 3;
    file[at..at + 8].copy_from_slice(&(1u64 << 60).to_le_bytes());
    assert!(refused(&file).contains("out of bounds"));
}

#[test]
fn damage_and_cuts_are_refused_wherever_they_are() {
    for name in ["sample-4aes.kdbx", "sample-31.kdbx"] {
        let file = bytes(name);
        for end in [0, 3, 8, 11, 12, 40, 100, 200, 300, file.len() / 2, file.len() - 1] {
            let outcome = export(&file[..end])
                .with(|path| read(path, &options(Some(PASSWORD), None), true).err());
            assert!(outcome.is_some(), "{name} cut at {end}");
        }
        let mut file = file;
        let middle = file.len() / 2;
        file[middle] ^= 1;
        assert!(refused(&file).starts_with("KeePass (kdbx): its content is damaged"));
    }
}

#[test]
fn an_open_part_that_was_changed_is_told() {
    // KDBX 3.1 repeats the header's hash inside; the comment is part of the header and of nothing else.
    let mut file = bytes("sample-31.kdbx");
    let at = file.windows(3).position(|here| here == [0, 4, 0]).unwrap() + 3;
    file[at] = b'x';
    let reading =
        export(&file).with(|path| read(path, &options(Some(PASSWORD), None), true)).expect("open");
    assert_eq!(reading.found(FindingCode::FormatOddity).len(), 1);
}
