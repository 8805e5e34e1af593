//! A format is recognised by its content, and a wrong choice is refused.

use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::model::Text;

use super::normal::{fixture, read};
use super::scratch::{export, file};

const SAMPLES: [(&str, &str); 6] = [
    ("bitwardenjson", "bitwardenjson/sample.json"),
    ("bitwardenjson", "bitwardenjson/sample-org.json"),
    ("bitwardencsv", "bitwardencsv/sample.csv"),
    ("bitwardencsv", "bitwardencsv/sample-org.csv"),
    ("lastpasscsv", "lastpasscsv/sample.csv"),
    ("chromecsv", "chromecsv/sample.csv"),
];

#[test]
fn every_sample_is_recognised_for_certain() {
    for (id, sample) in SAMPLES {
        let bytes = std::fs::read(fixture(sample)).expect("fixture");
        let found = export(bytes).detect();
        assert_eq!(found.format.as_deref(), Some(id), "{sample}");
        assert!(found.confidence >= 0.9, "{sample}: {}", found.confidence);
        assert!(!found.alternatives.contains(&id.to_owned()), "{sample}");
        assert!(!found.needs_password);
    }
}

#[test]
fn a_sealed_export_asks_for_its_password() {
    let path = fixture("bitwardenjson/sample-password-pbkdf2.json");
    let found = formats::detect(&path).expect("readable");
    assert_eq!(found.format.as_deref(), Some("bitwardenjson"));
    assert!(found.needs_password);
    let refused = read(&path, &ReadOptions::default(), true);
    assert!(matches!(refused.err(), Some(Error::PasswordNeeded)));
}

#[test]
fn an_export_for_one_account_only_is_refused_by_name() {
    let scratch =
        export(r#"{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.a|b|c","items":[]}"#);
    assert_eq!(scratch.detect().format.as_deref(), Some("bitwardenjson"));
    assert!(matches!(scratch.read().err(), Some(Error::AccountRestricted)));
}

#[test]
fn a_format_that_does_not_fit_is_refused_whatever_the_person_chose() {
    for (id, sample) in SAMPLES {
        for other in ["bitwardenjson", "bitwardencsv", "lastpasscsv", "edgecsv"] {
            let same_layout = id == other || (id, other) == ("chromecsv", "edgecsv");
            let options = ReadOptions { format: Some(other.to_owned()), ..ReadOptions::default() };
            let outcome = read(&fixture(sample), &options, true);
            assert_eq!(outcome.is_ok(), same_layout, "{sample} as {other}");
            if let Err(error) = outcome {
                assert!(matches!(error, Error::Malformed { .. }), "{sample} as {other}: {error}");
            }
        }
    }
}

#[test]
fn the_name_decides_only_between_browsers_that_write_the_same() {
    let csv = "name,url,username,password\nA,a.example,u,p\n";
    for (name, id) in [
        ("Chrome Passwords.csv", "chromecsv"),
        ("Microsoft Edge Passwords.csv", "edgecsv"),
        ("Brave Passwords.csv", "bravecsv"),
        ("opera.csv", "operacsv"),
        ("lastpass.csv", "chromecsv"),
    ] {
        let found = file(name, csv).detect();
        assert_eq!(found.format.as_deref(), Some(id), "{name}");
        assert_eq!(found.alternatives.len(), 4, "the others read it as well");
    }
}

#[test]
fn the_delimiter_is_found_out() {
    for delimiter in [",", ";", "\t", "|", "\u{1E}", "\u{1F}"] {
        let row = |cells: [&str; 4]| cells.join(delimiter) + "\r\n";
        let text = row(["name", "url", "username", "password"])
            + &row(["\"A;,|\t\"\"x\"", "a.example", "u", "p"]);
        let reading = export(text).read().expect("read");
        assert_eq!(reading.names(), ["A;,|\t\"x"], "{delimiter:?}");
    }
}

#[test]
fn line_ends_become_line_feeds_also_inside_cells() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!(
            "name,url,username,password,note{end}A,a.example,u,p,\"1{end}2{end}{end}4\"{end}B,b.example,u,p,{end}"
        );
        let reading = export(text).read().expect("read");
        assert_eq!(reading.items[0].notes.as_ref().map(Text::expose), Some("1\n2\n\n4"));
        assert_eq!(reading.items[1].row, 6, "lines are counted inside cells too");
    }
}

#[test]
fn other_products_are_not_mistaken_for_a_browser() {
    for header in [
        "name,url,additional_urls,username,password,note,cardholdername,cardnumber,cvc,pin,folder",
        "name,url,note,group,username,password,extra",
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes",
        "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\"",
        "url,username,password,httpRealm,formActionOrigin,guid,timeCreated",
        "just some text",
    ] {
        let scratch = export(format!("{header}\na,b,c,d,e,f\n"));
        let found = scratch.detect().format.unwrap_or_default();
        let browsers = ["chromecsv", "edgecsv", "bravecsv", "operacsv", "vivaldicsv"];
        assert!(!browsers.contains(&found.as_str()), "{header}");
    }
}

#[test]
fn json_of_other_products_is_not_mistaken_for_bitwarden() {
    for json in [
        r#"{"folders":[{"title":"A","uuid":"1"}],"items":[{"title":"x","template_type":"login.default"}]}"#,
        r#"{"vaults":{},"userId":"1"}"#,
        r#"{"items":{}}"#,
    ] {
        let found = export(json).detect().format;
        assert_ne!(found.as_deref(), Some("bitwardenjson"), "{json}");
        let refused = export(json).read_as("bitwardenjson");
        assert!(matches!(refused.err(), Some(Error::Malformed { .. })), "{json}");
    }
}

#[test]
fn a_format_nobody_has_heard_of_is_refused() {
    let refused = export("name,url,username,password\nA,a,u,p\n").read_as("nosuchcsv");
    assert!(matches!(refused.err(), Some(Error::UnknownFormat)));
}

#[test]
fn the_list_of_formats_is_in_rank_order_and_no_id_is_there_twice() {
    let formats = formats::formats();
    assert!(formats.is_sorted_by_key(|format| format.rank));
    let ids: std::collections::HashSet<_> = formats.iter().map(|format| &format.id).collect();
    assert_eq!(ids.len(), formats.len());
    for format in &formats {
        assert!(!format.name.is_empty() && !format.extensions.is_empty(), "{}", format.id);
    }
}
