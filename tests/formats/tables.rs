//! The plain tables: every sample becomes what the official client makes of it, but for the points listed here.

use serde_json::{Value, json};
use wardroom_core::import::formats::ReadOptions;

use super::normal::{Reading, expected, fixture, read};

/// Format, sample, the official client's result.
const PERSONAL: &[(&str, &str, &str)] = &[
    ("arccsv", "arccsv/sample.csv", "arccsv/expected.json"),
    ("ascendocsv", "ascendocsv/sample.csv", "ascendocsv/expected.json"),
    ("aviracsv", "aviracsv/sample.csv", "aviracsv/expected.json"),
    ("blackberrycsv", "blackberrycsv/sample.csv", "blackberrycsv/expected.json"),
    ("blurcsv", "blurcsv/sample.csv", "blurcsv/expected.json"),
    ("buttercupcsv", "buttercupcsv/sample.csv", "buttercupcsv/expected.json"),
    ("codebookcsv", "codebookcsv/sample.csv", "codebookcsv/expected.json"),
    ("delineacsv", "delineacsv/sample.csv", "delineacsv/expected.json"),
    ("encryptrcsv", "encryptrcsv/sample.csv", "encryptrcsv/expected.json"),
    ("firefoxcsv", "firefoxcsv/sample.csv", "firefoxcsv/expected.json"),
    ("kasperskytxt", "kasperskytxt/sample.txt", "kasperskytxt/expected.json"),
    ("keepassxcsv", "keepassxcsv/sample.csv", "keepassxcsv/expected.json"),
    ("keepassxcsv", "keepassxcsv/sample-keepassx.csv", "keepassxcsv/sample-keepassx.expected.json"),
    ("logmeoncecsv", "logmeoncecsv/sample.csv", "logmeoncecsv/expected.json"),
    ("meldiumcsv", "meldiumcsv/sample.csv", "meldiumcsv/expected.json"),
    ("msecurecsv", "msecurecsv/sample.csv", "msecurecsv/expected.json"),
    ("mykicsv", "mykicsv/sample.csv", "mykicsv/expected.json"),
    ("mykicsv", "mykicsv/sample-cards.csv", "mykicsv/sample-cards.expected.json"),
    ("mykicsv", "mykicsv/sample-idcards.csv", "mykicsv/sample-idcards.expected.json"),
    ("mykicsv", "mykicsv/sample-identities.csv", "mykicsv/sample-identities.expected.json"),
    ("mykicsv", "mykicsv/sample-notes.csv", "mykicsv/sample-notes.expected.json"),
    ("mykicsv", "mykicsv/sample-twofa.csv", "mykicsv/sample-twofa.expected.json"),
    (
        "netwrixpasswordsecure",
        "netwrixpasswordsecure/sample.csv",
        "netwrixpasswordsecure/expected.json",
    ),
    (
        "netwrixpasswordsecure",
        "netwrixpasswordsecure/sample-english.csv",
        "netwrixpasswordsecure/sample-english.expected.json",
    ),
    (
        "netwrixpasswordsecure",
        "netwrixpasswordsecure/sample-wrapped.csv",
        "netwrixpasswordsecure/sample-wrapped.expected.json",
    ),
    ("nordpasscsv", "nordpasscsv/sample.csv", "nordpasscsv/expected.json"),
    ("padlockcsv", "padlockcsv/sample.csv", "padlockcsv/expected.json"),
    ("passkeepcsv", "passkeepcsv/sample.csv", "passkeepcsv/expected.json"),
    ("passpackcsv", "passpackcsv/sample.csv", "passpackcsv/expected.json"),
    ("passwordagentcsv", "passwordagentcsv/sample.csv", "passwordagentcsv/expected.json"),
    (
        "passwordagentcsv",
        "passwordagentcsv/sample-nine.csv",
        "passwordagentcsv/sample-nine.expected.json",
    ),
    (
        "passwordagentcsv",
        "passwordagentcsv/sample-ten.csv",
        "passwordagentcsv/sample-ten.expected.json",
    ),
    ("passwordwallettxt", "passwordwallettxt/sample.txt", "passwordwallettxt/expected.json"),
    (
        "passwordwallettxt",
        "passwordwallettxt/sample-tab.txt",
        "passwordwallettxt/sample-tab.expected.json",
    ),
    ("passwordxpcsv", "passwordxpcsv/sample.csv", "passwordxpcsv/expected.json"),
    (
        "passwordxpcsv",
        "passwordxpcsv/sample-german.csv",
        "passwordxpcsv/sample-german.expected.json",
    ),
    ("passwordxpcsv", "passwordxpcsv/sample-dutch.csv", "passwordxpcsv/sample-dutch.expected.json"),
    ("remembearcsv", "remembearcsv/sample.csv", "remembearcsv/expected.json"),
    ("roboformcsv", "roboformcsv/sample.csv", "roboformcsv/expected.json"),
    ("roboformcsv", "roboformcsv/sample-old.csv", "roboformcsv/sample-old.expected.json"),
    ("safaricsv", "safaricsv/sample.csv", "safaricsv/expected.json"),
    ("saferpasscsv", "saferpasscsv/sample.csv", "saferpasscsv/expected.json"),
    ("securesafecsv", "securesafecsv/sample.csv", "securesafecsv/expected.json"),
    ("securesafecsv", "securesafecsv/sample-url.csv", "securesafecsv/sample-url.expected.json"),
    ("splashidcsv", "splashidcsv/sample.csv", "splashidcsv/expected.json"),
    ("truekeycsv", "truekeycsv/sample.csv", "truekeycsv/expected.json"),
    ("upmcsv", "upmcsv/sample.csv", "upmcsv/expected.json"),
    ("yoticsv", "yoticsv/sample.csv", "yoticsv/expected.json"),
    ("zohovaultcsv", "zohovaultcsv/sample.csv", "zohovaultcsv/expected.json"),
];

/// Samples whose result for an organization the official client told as well.
const ORGANIZATION: &[(&str, &str, &str)] = &[
    ("arccsv", "arccsv/sample.csv", "arccsv/expected.json"),
    ("buttercupcsv", "buttercupcsv/sample.csv", "buttercupcsv/expected.org.json"),
    ("codebookcsv", "codebookcsv/sample.csv", "codebookcsv/expected.org.json"),
    ("delineacsv", "delineacsv/sample.csv", "delineacsv/expected.org.json"),
    ("encryptrcsv", "encryptrcsv/sample.csv", "encryptrcsv/expected.json"),
    ("firefoxcsv", "firefoxcsv/sample.csv", "firefoxcsv/expected.json"),
    ("kasperskytxt", "kasperskytxt/sample.txt", "kasperskytxt/expected.json"),
    ("logmeoncecsv", "logmeoncecsv/sample.csv", "logmeoncecsv/expected.org.json"),
    ("msecurecsv", "msecurecsv/sample.csv", "msecurecsv/expected.org.json"),
    ("nordpasscsv", "nordpasscsv/sample.csv", "nordpasscsv/expected.org.json"),
    ("padlockcsv", "padlockcsv/sample.csv", "padlockcsv/expected.org.json"),
    ("passpackcsv", "passpackcsv/sample.csv", "passpackcsv/expected.org.json"),
    ("zohovaultcsv", "zohovaultcsv/sample.csv", "zohovaultcsv/expected.org.json"),
];

fn as_format(id: &str, sample: &str, organization: bool) -> Reading {
    let options = ReadOptions { format: Some(id.to_owned()), ..ReadOptions::default() };
    read(&fixture(sample), &options, organization)
        .unwrap_or_else(|error| panic!("{sample}: {error}"))
}

/// Both lists of items without what they share.
fn differences(ours: &Value, theirs: &Value) -> (Vec<Value>, Vec<Value>) {
    let list = |value: &Value| value["items"].as_array().cloned().unwrap_or_default();
    let (mut ours, mut left) = (list(ours), Vec::new());
    for item in list(theirs) {
        match ours.iter().position(|own| *own == item) {
            Some(at) => drop(ours.swap_remove(at)),
            None => left.push(item),
        }
    }
    (ours, left)
}

fn compare(id: &str, sample: &str, expectation: &str, organization: bool) -> Option<String> {
    let ours = as_format(id, sample, organization).normal(organization);
    let theirs = expected(expectation);
    let (own, official) = differences(&ours, &theirs);
    let show = |list: &[Value]| list.iter().map(|v| format!("    {v}\n")).collect::<String>();
    let (list, places) = if organization {
        ("collections", &ours["collections"])
    } else {
        ("folders", &ours["folders"])
    };
    let same_places = *places == theirs[list];
    (!own.is_empty() || !official.is_empty() || !same_places).then(|| {
        format!(
            "{sample} org={organization}\n  ours\n{}  official\n{}  {list} {places} | {}\n",
            show(&own),
            show(&official),
            theirs[list]
        )
    })
}

#[test]
fn show_differences() {
    let mut all = String::new();
    for (id, sample, expectation) in PERSONAL {
        if fixture(expectation).exists() {
            all.extend(compare(id, sample, expectation, false));
        }
    }
    for (id, sample, expectation) in ORGANIZATION {
        if fixture(expectation).exists() {
            all.extend(compare(id, sample, expectation, true));
        }
    }
    let _ = json!(0);
    assert!(all.is_empty(), "{all}");
}
