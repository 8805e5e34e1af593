//! Bitwarden's export with attachments.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::keys::Secret;
use wardroom_core::model::FindingCode;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::normal::{fixture, read};
use super::scratch::export;

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("start");
        writer.write_all(content).expect("write");
    }
    writer.finish().expect("finish").into_inner()
}

fn sample() -> Vec<u8> {
    std::fs::read(fixture("bitwardenjson/sample.json")).expect("fixture")
}

#[test]
fn the_zip_is_read_like_the_json_in_it_and_attachments_are_told() {
    let whole: Value = serde_json::from_slice(&sample()).expect("JSON");
    let id = |at: usize| whole["items"][at]["id"].as_str().expect("id").to_owned();
    let (one, two) = (format!("attachments/{}/a.pdf", id(0)), format!("attachments/{}/b", id(0)));
    let third = format!("attachments/{}/c.png", id(1));
    let bytes = packed(&[("data.json", &sample()), (&one, b"x"), (&two, b"x"), (&third, b"x")]);
    let scratch = export(&bytes);
    let found = scratch.detect();
    assert_eq!(found.format.as_deref(), Some("bitwardenjson"));
    assert!(found.confidence >= 0.9 && !found.needs_password);
    let reading = scratch.read().expect("read");
    let plain = read(&fixture("bitwardenjson/sample.json"), &ReadOptions::default(), true);
    let plain = plain.expect("plain");
    assert_eq!(reading.normal(true), plain.normal(true));
    assert_ne!(reading.summary.sha256, plain.summary.sha256, "the hash is of the zip");
    let told = reading.found(FindingCode::AttachmentsLeft);
    let told: Vec<_> = told.iter().map(|finding| (finding.item, &*finding.message)).collect();
    assert_eq!(told.len(), 2);
    assert!(told[0].0 == Some(0) && told[0].1.ends_with(": 2"));
    assert!(told[1].0 == Some(1) && told[1].1.ends_with(": 1"));
}

#[test]
fn a_protected_json_in_the_zip_opens_with_its_password() {
    let sealed = std::fs::read(fixture("bitwardenjson/sample-password-pbkdf2.json"));
    let bytes = packed(&[("data.json", &sealed.expect("fixture"))]);
    let scratch = export(bytes);
    assert!(matches!(scratch.read().err(), Some(Error::PasswordNeeded)));
    let export_password = Some(Secret::new("fixture-Passw0rd-é"));
    let options = ReadOptions { export_password, ..ReadOptions::default() };
    assert!(scratch.with(|path| read(path, &options, true)).is_ok());
}

#[test]
fn what_is_not_such_a_zip_or_damaged_is_refused() {
    let nested = packed(&[("backup/data.json", &sample())]);
    assert_ne!(export(&nested).detect().format.as_deref(), Some("bitwardenjson"));
    let refused = export(nested).read_as("bitwardenjson");
    assert!(matches!(refused.err(), Some(Error::Malformed { .. })));
    for content in [&b"{"[..], b"[]", b"", b"null"] {
        let refused = export(packed(&[("data.json", content)])).read();
        assert!(refused.is_err(), "{content:?}");
    }
    let empty = json!({ "encrypted": false, "items": [] }).to_string();
    let refused = export(packed(&[("data.json", empty.as_bytes())])).read();
    assert!(matches!(refused.err(), Some(Error::Empty)));
}

#[test]
fn a_bomb_in_the_zip_is_refused_by_name() {
    let bytes = packed(&[("data.json", &vec![b' '; 129 * 1024 * 1024])]);
    assert!(bytes.len() < 1024 * 1024);
    assert!(matches!(export(bytes).read().err(), Some(Error::TooLarge { .. })));
}
