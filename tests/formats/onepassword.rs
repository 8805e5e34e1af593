//! 1Password's exports, of version 6 to 8.

use super::sameness::same;

#[test]
fn a_1pux_becomes_what_the_official_client_makes_of_it() {
    let id = "1password1pux";
    same(id, "1password1pux/sample.1pux", "1password1pux/expected.json");
    let inner = "1password1pux/sample-exportdata.json";
    same(id, inner, "1password1pux/sample-exportdata.expected.json");
    let kinds = "1password1pux/sample-kinds.1pux";
    same(id, kinds, "1password1pux/sample-kinds.expected.json");
}

#[test]
fn w1() {
    same("1passwordwincsv", "1passwordwincsv/sample.csv", "1passwordwincsv/expected.json");
}
#[test]
fn w2() {
    same(
        "1passwordwincsv",
        "1passwordwincsv/sample-more.csv",
        "1passwordwincsv/sample-more.expected.json",
    );
}
#[test]
fn m1() {
    same("1passwordmaccsv", "1passwordmaccsv/sample.csv", "1passwordmaccsv/expected.json");
}
#[test]
fn m2() {
    same(
        "1passwordmaccsv",
        "1passwordmaccsv/sample-types.csv",
        "1passwordmaccsv/sample-types.expected.json",
    );
}
#[test]
fn p1() {
    same("1password1pif", "1password1pif/sample.1pif", "1password1pif/expected.json");
}
#[test]
fn p2() {
    same(
        "1password1pif",
        "1password1pif/sample-folders.1pif",
        "1password1pif/sample-folders.expected.json",
    );
}
