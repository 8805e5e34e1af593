//! Every sample of the fixtures, for both targets.

use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;

use super::normal::{expected, fixture, read};

/// Reads a sample and compares it with what the official client made of it.
fn same(file: &str, organization: bool, expectation: &str) {
    let reading = read(&fixture(file), &ReadOptions::default(), organization).expect(file);
    let (ours, theirs) = (reading.normal(organization), expected(expectation));
    for (ours, theirs) in ours["items"]
        .as_array()
        .into_iter()
        .flatten()
        .zip(theirs["items"].as_array().into_iter().flatten())
    {
        assert_eq!(ours, theirs, "{file}");
    }
    assert_eq!(ours, theirs, "{file}");
}

#[test]
fn a_chrome_export_becomes_what_the_official_client_makes_of_it() {
    same("chromecsv/sample.csv", false, "chromecsv/expected.json");
    same("chromecsv/sample.csv", true, "chromecsv/expected.json");
}

#[test]
fn a_lastpass_export_becomes_what_the_official_client_makes_of_it() {
    same("lastpasscsv/sample.csv", false, "lastpasscsv/expected.json");
    same("lastpasscsv/sample.csv", true, "lastpasscsv/expected.org.json");
}

#[test]
fn a_bitwarden_csv_becomes_what_the_official_client_makes_of_it() {
    same("bitwardencsv/sample.csv", false, "bitwardencsv/expected.json");
    same("bitwardencsv/sample.csv", true, "bitwardencsv/expected.org.json");
    same("bitwardencsv/sample-org.csv", false, "bitwardencsv/sample-org.expected.json");
    same("bitwardencsv/sample-org.csv", true, "bitwardencsv/sample-org.expected.org.json");
}

#[test]
fn a_personal_bitwarden_json_becomes_what_the_official_client_makes_of_it() {
    same("bitwardenjson/sample.json", false, "bitwardenjson/expected.json");
}

#[test]
fn an_organization_bitwarden_json_becomes_what_the_official_client_makes_of_it() {
    same("bitwardenjson/sample-org.json", false, "bitwardenjson/sample-org.expected.json");
    same("bitwardenjson/sample-org.json", true, "bitwardenjson/sample-org.expected.org.json");
}

/// With the password the fixtures' index names.
fn unsealed(organization: bool) -> super::normal::Reading {
    let options = ReadOptions {
        export_password: Some(wardroom_core::keys::Secret::new("fixture-Passw0rd-é")),
        ..ReadOptions::default()
    };
    read(&fixture("bitwardenjson/sample-password-pbkdf2.json"), &options, organization)
        .expect("open")
}

#[test]
fn a_password_protected_bitwarden_json_becomes_what_the_official_client_makes_of_it() {
    let wanted = expected("bitwardenjson/sample-password-pbkdf2.expected.json");
    assert_eq!(unsealed(false).normal(false), wanted);
}

#[test]
fn a_protected_export_is_read_like_the_plain_one_inside() {
    let plain = read(&fixture("bitwardenjson/sample.json"), &ReadOptions::default(), true);
    assert_eq!(unsealed(true).normal(true), plain.expect("read").normal(true));
}

#[test]
fn the_wrong_password_is_told_apart_from_a_damaged_file() {
    let path = fixture("bitwardenjson/sample-password-pbkdf2.json");
    let refused = |path: &std::path::Path, password: &str| {
        let export_password = Some(wardroom_core::keys::Secret::new(password));
        read(path, &ReadOptions { export_password, ..ReadOptions::default() }, true)
            .err()
            .expect("refused")
    };
    assert!(matches!(refused(&path, "fixture-Passw0rd-e"), Error::WrongPassword));
    assert!(matches!(refused(&path, ""), Error::WrongPassword));
    let text = std::fs::read_to_string(&path).expect("fixture");
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from));
        let scratch = super::scratch::export(text.replacen(from, to, 1));
        scratch.with(|path| refused(path, "fixture-Passw0rd-é"))
    };
    let damaged = changed("\"data\": \"2.qfWC", "\"data\": \"2.rfWC");
    assert!(matches!(damaged, Error::Malformed { .. }), "{damaged}");
    for (from, to) in [
        ("600000", "4999"),
        ("600000", "10000001"),
        ("600000", "-1"),
        ("600000", "1.5"),
        ("600000", "\"600000\""),
        ("\"kdfType\": 0", "\"kdfType\": 2"),
        ("\"kdfType\": 0", "\"kdfType\": 1"),
        ("\"salt\"", "\"pepper\""),
    ] {
        let error = changed(from, to);
        assert!(matches!(error, Error::Malformed { .. }), "{from} to {to}: {error}");
    }
}

#[test]
fn protected_exports_of_both_key_derivations_open_with_their_password_only() {
    let vectors = fixture("../crypto/vectors.json");
    let vectors: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(vectors).expect("vectors")).expect("JSON");
    let exports = vectors["passwordProtectedExports"].as_array().expect("exports");
    assert!(exports.iter().any(|export| export["id"].as_str().unwrap().contains("argon2id")));
    for export in exports {
        let text = |key: &str| export[key].as_str().expect("text");
        let sealed = super::scratch::export(text("file"));
        let open = |password: &str| {
            let export_password = Some(wardroom_core::keys::Secret::new(password));
            sealed.with(|path| {
                read(path, &ReadOptions { export_password, ..ReadOptions::default() }, true)
            })
        };
        let plain = super::scratch::export(text("plaintextJson")).read().expect("plain");
        let opened = open(text("password")).unwrap();
        assert_eq!(opened.normal(true), plain.normal(true));
        assert_ne!(opened.summary.sha256, plain.summary.sha256, "the hash is of the sealed file");
        assert!(matches!(open(text("wrongPassword")).err(), Some(Error::WrongPassword)));
    }
    let restricted = &vectors["orgEncryptedExports"][0]["file"];
    let restricted = super::scratch::export(restricted.as_str().expect("text"));
    assert!(matches!(restricted.read().err(), Some(Error::AccountRestricted)));
}
