//! What `import inspect` tells about each sample, whole.

use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::model::{FindingCode, Severity};

use super::normal::fixture;
use super::scratch::export;

#[test]
fn inspections_of_the_samples() {
    for sample in [
        "bitwardencsv/sample.csv",
        "bitwardencsv/sample-org.csv",
        "bitwardenjson/sample.json",
        "bitwardenjson/sample-org.json",
        "chromecsv/sample.csv",
        "lastpasscsv/sample.csv",
    ] {
        let told = formats::inspect(&fixture(sample), &ReadOptions::default()).expect(sample);
        insta::assert_json_snapshot!(sample.replace(['/', '.'], "-"), told);
    }
}

#[test]
fn the_worst_comes_first() {
    let long = "x".repeat(8000);
    let text = format!(
        "url,username,password,totp,extra,name,grouping,fav\n\na.example,u,{long},,,A,W,1\nb.example,u,p,,{long},,W,0\n"
    );
    let told = export(text).inspect();
    let codes: Vec<_> = told.findings.iter().map(|f| (f.severity, f.code, f.row)).collect();
    assert_eq!(
        codes,
        [
            (Severity::Error, FindingCode::FieldTooLong, Some(3)),
            (Severity::Error, FindingCode::FieldTooLong, Some(4)),
            (Severity::Warning, FindingCode::MissingName, Some(4)),
            (Severity::Info, FindingCode::BlankRow, Some(2)),
            (Severity::Info, FindingCode::PersonalMarksLost, Some(3)),
        ]
    );
    let fields: Vec<_> = told.findings.iter().take(2).map(|f| f.field.as_deref()).collect();
    assert_eq!(fields, [Some("login.password"), Some("notes")]);
}
