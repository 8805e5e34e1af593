//! Proton Pass's exports.

use super::sameness::same;

#[test]
fn a_proton_pass_export_becomes_what_the_official_client_makes_of_it() {
    same("protonpass", "protonpass/sample.zip", "protonpass/expected.json");
}

#[test]
fn a_proton_pass_json_is_the_same_without_its_archive() {
    same("protonpass", "protonpass/sample-data.json", "protonpass/sample-data.expected.json");
}
