//! Dashlane: five kinds of CSV.

use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FieldKind, FindingCode, ItemKind, Text};

use super::normal::{expected, fixture, read};
use super::samples_more::equal;
use super::scratch::{export, login};

#[test]
fn every_kind_of_dashlane_csv_becomes_what_the_official_client_makes_of_it() {
    for name in [
        "sample.csv",
        "sample-otpurl.csv",
        "sample-payments.csv",
        "sample-ids.csv",
        "sample-personal.csv",
        "sample-people.csv",
        "sample-notes.csv",
        "sample-notes-old.csv",
    ] {
        equal("dashlanecsv", name);
    }
}
