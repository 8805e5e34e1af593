//! Empty, cut, forged and oversized files: an error or a finding, never a panic, never without bound.

use serde_json::json;
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::model::FindingCode;

use super::normal::fixture;
use super::scratch::{export, password};

const CHROME: &str = "name,url,username,password,note\n";

#[test]
fn a_file_without_items_is_said_to_be_empty() {
    let header = "url,username,password,totp,extra,name,grouping,fav\n";
    for text in ["", " \n\n", "\u{FEFF}", CHROME, header, r#"{"encrypted":false,"items":[]}"#] {
        assert!(matches!(export(text).read().err(), Some(Error::Empty)), "{text:?}");
    }
    assert_eq!(export("").detect().format, None);
}

#[test]
fn folders_alone_are_worth_reading() {
    let text = json!({ "encrypted": false, "items": [], "folders": [{ "id": "1", "name": "A" }] });
    let reading = export(text.to_string()).read().expect("read");
    assert_eq!(reading.summary.folders, ["A"]);
}

#[test]
fn a_json_cut_anywhere_is_an_error_and_hands_over_nothing() {
    let whole = std::fs::read(fixture("bitwardenjson/sample-org.json")).expect("fixture");
    let end = whole.iter().rposition(|byte| *byte == b'}').expect("an object");
    for cut in (1..end).step_by(97) {
        let scratch = export(&whole[..cut]);
        let mut handed = 0;
        let options =
            ReadOptions { format: Some("bitwardenjson".into()), ..ReadOptions::default() };
        let outcome = scratch.with(|path| {
            formats::read(path, &options, true, &mut |_| {
                handed += 1;
                Ok::<_, Error>(())
            })
        });
        assert!(matches!(outcome, Err(Error::Malformed { .. })), "cut at {cut}");
        assert_eq!(handed, 0, "cut at {cut}");
    }
}

#[test]
fn a_csv_cut_anywhere_is_read_up_to_there_and_the_cut_is_told() {
    let whole = std::fs::read(fixture("lastpasscsv/sample.csv")).expect("fixture");
    let full = export(&whole).read().expect("read").items.len();
    for cut in (60..whole.len() - 2).step_by(101) {
        let Ok(reading) = export(&whole[..cut]).read() else { continue };
        assert!(reading.items.len() <= full);
        let whole_rows = whole[..cut].ends_with(b",0\n") || whole[..cut].ends_with(b",1\n");
        let told = !reading.found(FindingCode::DamagedRow).is_empty();
        let last_cell = whole[..cut].ends_with(b",0") || whole[..cut].ends_with(b",");
        assert!(told || whole_rows || last_cell || cut_in_last_cell(&whole, cut), "cut at {cut}");
    }
}

/// The last cells of a row (folder, favourite) may be cut without anyone being able to tell.
fn cut_in_last_cell(whole: &[u8], cut: usize) -> bool {
    let line = whole[..cut].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    whole[line..cut].split(|byte| *byte == b',').count() > 7
}

#[test]
fn deep_json_neither_overflows_the_stack_nor_passes() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = open.repeat(100_000) + "1" + &close.repeat(100_000);
        for text in [
            format!("{{\"encrypted\":false,\"items\":[{{\"type\":1,\"name\":{deep}}}]}}"),
            format!("{{\"encrypted\":false,\"x\":{deep},\"items\":[]}}"),
        ] {
            let refused = export(text).read();
            assert!(matches!(refused.err(), Some(Error::Malformed { row: Some(1), .. })));
        }
    }
}

#[test]
fn a_cell_without_end_is_refused_at_a_bound() {
    let endless = "x".repeat(6 * 1024 * 1024);
    for text in
        [format!("{CHROME}A,a.example,u,\"{endless}"), format!("{CHROME}\nA,{endless},u,p,")]
    {
        let Err(Error::Malformed { row, .. }) = export(text).read() else { panic!("refused") };
        assert!(matches!(row, Some(2 | 3)));
    }
    let wide = format!("{CHROME}A{}\n", ",".repeat(100_000));
    assert!(matches!(export(wide).read().err(), Some(Error::Malformed { row: Some(2), .. })));
}

#[test]
fn a_json_value_without_end_is_refused_at_a_bound() {
    let endless = "x".repeat(9 * 1024 * 1024);
    let text = format!("{{\"encrypted\":false,\"items\":[{{\"type\":1,\"name\":\"{endless}\"}}]}}");
    assert!(matches!(export(text).read().err(), Some(Error::Malformed { row: Some(1), .. })));
}

#[test]
fn wrong_brackets_and_trailing_text_are_refused() {
    for text in [
        r#"{"encrypted":false,"items":[{"type":1]}}"#,
        r#"{"encrypted":false,"items":[{"type":1}}"#,
        r#"{"encrypted":false,"items":[]} {"#,
        r#"{"encrypted":false "items":[]}"#,
        r#"{"encrypted":false,"items":[,]}"#,
        r#"{"encrypted":,"items":[]}"#,
        r#"{"encrypted":false,,"items":[]}"#,
        r#"{encrypted:false,"items":[]}"#,
    ] {
        let outcome = export(text).read_as("bitwardenjson");
        assert!(matches!(outcome.err(), Some(Error::Malformed { .. })), "{text}");
    }
}

#[test]
fn a_thousand_equal_problems_are_told_in_a_hundred_and_one_lines() {
    let reading = export(format!("{CHROME}{}", "short,row\n".repeat(1000))).read().expect("read");
    let damaged = reading.found(FindingCode::DamagedRow);
    assert_eq!((reading.items.len(), damaged.len()), (1000, 101));
    assert_eq!(damaged[100].message, "900 more like this");
}

#[test]
fn binary_files_and_folders_are_refused() {
    let noise: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    for bytes in [noise, b"PK\x03\x04\x14\0\0\0".to_vec(), vec![0; 5000]] {
        let refused = export(bytes).read();
        assert!(matches!(refused.err(), Some(Error::UnknownFormat)));
    }
    let folder = tempfile::tempdir().expect("folder");
    let refused = formats::detect(folder.path());
    assert!(matches!(refused, Err(Error::Unreadable(_))));
}

#[test]
fn the_callers_own_failure_comes_back_as_it_is() {
    let mut seen = 0;
    let stopped = export(format!("{CHROME}A,a,u,p,\nB,b,u,p,\n")).with(|path| {
        formats::read(path, &ReadOptions::default(), true, &mut |_| {
            seen += 1;
            Err::<(), _>(Error::Cancelled)
        })
    });
    assert!(matches!(stopped, Err(Error::Cancelled)));
    assert_eq!(seen, 1);
}

#[test]
fn items_are_handed_over_long_before_the_file_ends() {
    // The first row is followed by far more than the window holds, and by a row that fails the read: an
    // item handed over before that failure cannot have waited for the end.
    let filler = "B,b.example,u,p,\n".repeat(200_000);
    let broken = "x".repeat(5 * 1024 * 1024);
    let mut first = None;
    let mut handed = 0;
    let outcome =
        export(format!("{CHROME}A,a.example,u,first,\n{filler}C,{broken},u,p,\n")).with(|path| {
            formats::read(path, &ReadOptions::default(), true, &mut |item| {
                handed += 1;
                first.get_or_insert_with(|| password(&item).to_owned());
                Ok::<_, Error>(())
            })
        });
    assert!(matches!(outcome, Err(Error::Malformed { row: Some(200_003), .. })));
    assert_eq!((first.as_deref(), handed), (Some("first"), 200_001));
}

#[test]
fn the_hash_is_of_the_file_as_it_lies_there() {
    for sample in ["lastpasscsv/sample.csv", "bitwardenjson/sample.json"] {
        let bytes = std::fs::read(fixture(sample)).expect("fixture");
        let reading = export(&bytes).read().expect("read");
        let wanted: Vec<_> = <sha2::Sha256 as sha2::Digest>::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(reading.summary.sha256, wanted.concat());
    }
}
