//! The plain tables where they are odd: other encodings, damage, the wrong choice, hostile cells.

use encoding_rs::UTF_16LE;
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::model::{FieldKind, FindingCode, Item, Text};

use super::fuzz::MARKERS;
use super::fuzz_dice::{Dice, mutate};
use super::normal::{fixture, read};
use super::scratch::{addresses, export};
use super::tables::{SAMPLES, read_sample};

pub(super) fn bytes(id: &str, sample: &str) -> Vec<u8> {
    std::fs::read(fixture(&format!("{id}/{sample}"))).expect("fixture")
}

pub(super) fn notes(item: &Item) -> &str {
    item.notes.as_ref().map_or("", Text::expose)
}

pub(super) fn hidden(item: &Item, name: &str) -> Option<String> {
    let named = |field: &&wardroom_core::model::Field| {
        field.kind == FieldKind::Hidden
            && field.name.as_ref().is_some_and(|known| known.expose() == name)
    };
    item.fields.iter().find(named)?.value.as_ref().map(|value| value.expose().to_owned())
}

#[test]
fn every_table_is_recognised_by_its_content() {
    for (id, sample) in SAMPLES {
        let found = export(bytes(id, sample)).detect();
        // The columns are LastPass's own; nobody can tell.
        let known = if *id == "blackberrycsv" { "lastpasscsv" } else { id };
        // Without a mark of their own they are sure enough to be read, not sure enough to be certain.
        let vague = ["upmcsv", "ascendocsv", "passwordagentcsv", "passwordwallettxt"].contains(id);
        // Five cells without names: Universal Password Manager had the same, and reads them alike.
        let known =
            if (*id, *sample) == ("passwordagentcsv", "sample.csv") { "upmcsv" } else { known };
        // Without an asterisk nobody can tell the pairs of the two apart; Enpass is met far more often.
        let known = if *id == "ascendocsv" { "enpasscsv" } else { known };
        let least = if vague { 0.5 } else { 0.9 };
        assert_eq!(found.format.as_deref(), Some(known), "{id}/{sample}");
        assert!(found.confidence >= least, "{id}/{sample}: {}", found.confidence);
    }
}

#[test]
fn no_table_takes_the_file_of_another_product() {
    let own: Vec<&str> = SAMPLES.iter().map(|(id, _)| *id).collect();
    let folders = std::fs::read_dir(fixture("")).expect("fixtures");
    for folder in folders.flatten().filter(|entry| entry.path().is_dir()) {
        let id = folder.file_name().to_string_lossy().into_owned();
        if own.contains(&id.as_str()) {
            continue;
        }
        for file in std::fs::read_dir(folder.path()).expect("folder").flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with("expected.json") || name.contains("expected.") {
                continue;
            }
            let found = formats::detect(&file.path()).expect("readable").format;
            let taken = found.as_deref().is_some_and(|found| own.contains(&found));
            assert!(!taken, "{id}/{name} was taken for {found:?}");
        }
    }
}

#[test]
fn a_table_chosen_for_the_wrong_product_is_refused() {
    // Pairs whose files are the same to look at; either reading keeps everything.
    let alike = |id: &str, other: &str| {
        let plain = ["upmcsv", "passwordagentcsv", "passwordwallettxt"];
        plain.contains(&id) && plain.contains(&other)
    };
    let others: std::collections::BTreeSet<&str> = SAMPLES.iter().map(|(id, _)| *id).collect();
    let mut wrong = Vec::new();
    for (id, sample) in SAMPLES {
        for other in others.iter().filter(|other| *other != id && !alike(id, other)) {
            let options =
                ReadOptions { format: Some((*other).to_owned()), ..ReadOptions::default() };
            let outcome = read(&fixture(&format!("{id}/{sample}")), &options, true);
            if !matches!(outcome, Err(Error::Malformed { .. })) {
                wrong.push(format!("{id}/{sample} as {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// In UTF-16 as spreadsheets save it.
pub(super) fn wide(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn encoding_and_line_ends_change_nothing() {
    for (id, sample) in SAMPLES {
        let text = String::from_utf8(bytes(id, sample)).unwrap();
        let plain = read_sample(id, sample, true).normal(true);
        let unix = text.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        for (kind, other) in [
            ("UTF-16", wide(&text)),
            ("mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
            ("CRLF", windows.into_bytes()),
        ] {
            let read =
                export(other).read_as(id).unwrap_or_else(|error| panic!("{id} {kind}: {error}"));
            assert_eq!(read.normal(true), plain, "{id}/{sample} in {kind}");
        }
    }
    assert_eq!(UTF_16LE.name(), "UTF-16LE");
}

#[test]
fn column_names_are_taken_in_capitals_too() {
    // Section 7, point 5: the official client makes empty entries of such a file.
    for (id, sample) in [
        ("arccsv", "sample.csv"),
        ("keepassxcsv", "sample.csv"),
        ("nordpasscsv", "sample.csv"),
        ("roboformcsv", "sample.csv"),
        ("zohovaultcsv", "sample.csv"),
    ] {
        let text = String::from_utf8(bytes(id, sample)).unwrap();
        let (header, rest) = text.split_once('\n').unwrap();
        let shouted = format!("{}\n{rest}", header.to_uppercase());
        let plain = read_sample(id, sample, true).normal(true);
        assert_eq!(export(shouted).read_as(id).unwrap().normal(true), plain, "{id}");
    }
}

#[test]
fn a_file_without_entries_is_refused_as_empty() {
    for (id, sample) in SAMPLES {
        let empty = export("").read_as(id).err();
        assert!(matches!(empty, Some(Error::Empty)), "{id}: {empty:?}");
        let text = String::from_utf8(bytes(id, sample)).unwrap();
        let header = text.split('\n').next().unwrap_or("").to_owned();
        let headless = ["ascendocsv", "msecurecsv", "passwordagentcsv", "passwordwallettxt"];
        if headless.contains(id)
            || ["splashidcsv", "upmcsv"].contains(id)
            || header.starts_with("Web")
        {
            continue;
        }
        let only_header = export(header).read_as(id).err();
        assert!(matches!(only_header, Some(Error::Empty)), "{id}: {only_header:?}");
    }
}

#[test]
fn damaged_copies_of_every_table_never_panic_or_tell() {
    for (id, sample) in SAMPLES {
        let whole = bytes(id, sample);
        let mut dice = Dice::new(7);
        for round in 0..40 {
            let mut damaged = whole.clone();
            mutate(&mut damaged, &[], &mut dice);
            let format = (round % 2 == 0).then(|| (*id).to_owned());
            let options = ReadOptions { format, ..ReadOptions::default() };
            let mut handed = 0;
            let outcome = export(&damaged).with(|path| {
                formats::read(path, &options, round % 3 == 0, &mut |_| {
                    handed += 1;
                    Ok::<_, Error>(())
                })
            });
            assert!(handed < 1000, "{id}/{sample} round {round} made entries out of nothing");
            let said = match outcome {
                Ok(summary) => format!("{:?}", summary.findings),
                Err(error) => format!("{error} {error:?}"),
            };
            let told = MARKERS.iter().find(|marker| said.contains(**marker));
            assert!(told.is_none(), "{id}/{sample} round {round} told {told:?}");
        }
    }
}

#[test]
fn broken_json_in_one_cell_spoils_only_that_cell() {
    // Section 7, point 6: it stops the official client.
    let header = "name,url,additional_urls,username,password,note,cardholdername,cardnumber,cvc,expirydate,folder,type,custom_fields\n";
    let deep = "[".repeat(100_000);
    let text = format!(
        "{header}A,a.example,[oops,u,p,,,,,,,password,{{oops\nB,b.example,,u2,p2,,,,,,,password,{deep}\nC,c.example,\"[\"\"d.example\"\"]\",u3,p3,,,,,,,password,\"[7,{{\"\"label\"\":\"\"L\"\",\"\"value\"\":7}}]\"\n"
    );
    let reading = export(text).read_as("nordpasscsv").unwrap();
    assert_eq!(reading.names(), ["A", "B", "C"]);
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 3);
    assert_eq!(
        hidden(&reading.items[0], "custom_fields").as_deref(),
        Some("{oops"),
        "kept, unseen"
    );
    assert_eq!(addresses(&reading.items[2]), ["http://c.example", "http://d.example"]);
    assert_eq!(reading.items[2].fields.len(), 1, "a number is a value too");
    let header = "Entry Name,User ID,Password,URL,Tags,Notes,Shared Notes,Extra Fields\n";
    let passpack = format!("{header}A,u,p,a.example,{{oops,,,[\nB,u,p,b.example,,,,\n");
    let reading = export(passpack).read_as("passpackcsv").unwrap();
    assert_eq!(reading.names(), ["A", "B"]);
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 2);
}
