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
