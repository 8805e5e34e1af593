//! Psono, Password Boss, Passman, Passky, GNOME, F-Secure KEY, Avast and the old Dashlane.

use super::samples_more::{equal, equal_but_collections, equal_but_line_break};

#[test]
fn psono_exports_become_what_the_official_client_makes_of_them() {
    equal_but_line_break("psonojson", "sample.json", "en", "L: ");
    equal("psonojson", "sample-kinds.json");
}

#[test]
fn password_boss_exports_become_what_the_official_client_makes_of_them() {
    equal_but_collections("passwordbossjson", "sample.json");
    equal_but_collections("passwordbossjson", "sample-kinds.json");
}

#[test]
fn passman_exports_become_what_the_official_client_makes_of_them() {
    equal("passmanjson", "sample.json");
}

#[test]
fn passky_exports_become_what_the_official_client_makes_of_them() {
    equal("passkyjson", "sample.json");
    equal("passkyjson", "sample-kinds.json");
}

#[test]
fn gnome_exports_become_what_the_official_client_makes_of_them() {
    equal("gnomejson", "sample.json");
}

#[test]
fn f_secure_exports_become_what_the_official_client_makes_of_them() {
    equal("fsecurefsk", "sample.fsk");
    equal("fsecurefsk", "sample-kinds.fsk");
}

#[test]
fn avast_exports_become_what_the_official_client_makes_of_them() {
    equal("avastjson", "sample.json");
    equal("avastjson", "sample-kinds.json");
    equal("avastcsv", "sample.csv");
}

#[test]
fn old_dashlane_exports_become_what_the_official_client_makes_of_them() {
    equal("dashlanejson", "sample.json");
}
