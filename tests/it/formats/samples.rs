//! Every sample of the fixtures, for both targets.

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
