//! Compares a sample with everything the official client was seen to make of it.

use wardroom_core::import::formats::{self, ReadOptions};

use super::normal::{expected, fixture, read};

/// Reads `name` of the format called `id` for a person, for an organization, and with the new kinds of item; each must
/// be what the official client makes of it. Where an expectation is not there, the plain one holds.
pub(crate) fn equal(id: &str, name: &str) {
    let path = fixture(&format!("{id}/{name}"));
    let found = formats::detect(&path).expect("readable");
    assert_eq!(found.format.as_deref(), Some(id), "{name} is recognised");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let lead = if stem == "sample" { String::new() } else { format!("{stem}.") };
    for (variant, organization, new_types) in
        [("", false, false), (".org", true, false), (".newtypes", false, true)]
    {
        let own = format!("{id}/{lead}expected{variant}.json");
        let wanted = if fixture(&own).exists() { own } else { format!("{id}/{lead}expected.json") };
        let options = ReadOptions { new_types, ..ReadOptions::default() };
        let ours = read(&path, &options, organization).expect(name).normal(organization);
        let theirs = expected(&wanted);
        let pairs = ours["items"].as_array().into_iter().flatten();
        for (ours, theirs) in pairs.zip(theirs["items"].as_array().into_iter().flatten()) {
            assert_eq!(ours, theirs, "{wanted}");
        }
        assert_eq!(ours, theirs, "{wanted}");
    }
}
