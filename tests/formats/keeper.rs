//! Keeper's exports.

use super::sameness::same;

#[test]
fn a_keeper_json_becomes_what_the_official_client_makes_of_it() {
    let id = "keeperjson";
    same(id, "keeperjson/sample.json", "keeperjson/expected.json");
}
#[test]
fn kinds() {
    let id = "keeperjson";
    same(id, "keeperjson/sample-kinds.json", "keeperjson/sample-kinds.expected.json");
}
#[test]
fn old() {
    let id = "keeperjson";
    same(id, "keeperjson/sample-old.json", "keeperjson/sample-old.expected.json");
}

#[test]
fn a_keeper_csv_becomes_what_the_official_client_makes_of_it() {
    let id = "keepercsv";
    same(id, "keepercsv/sample.csv", "keepercsv/expected.json");
}
#[test]
fn semi() {
    let id = "keepercsv";
    let semicolon = "keepercsv/sample-semicolon.csv";
    same(id, semicolon, "keepercsv/sample-semicolon.expected.json");
}
