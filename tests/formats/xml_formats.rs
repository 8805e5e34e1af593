//! The products that export XML, and Clipperz with its page.

use serde_json::json;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FieldKind, FindingCode};

use super::normal::{expected, fixture, read};
use super::same::{as_collections, check, compare, compare_but, item};
use super::scratch::{export, login, password};

#[test]
fn exports_become_what_the_official_client_makes_of_them() {
    for (sample, expectation) in [
        ("keepass2xml/sample-odd.xml", "keepass2xml/sample-odd.expected.json"),
        ("keepass2xml/sample-crlf.xml", "keepass2xml/sample-crlf.expected.json"),
        ("pwsafexml/sample.xml", "pwsafexml/expected.json"),
        ("pwsafexml/sample-odd.xml", "pwsafexml/sample-odd.expected.json"),
        ("pwsafexml/sample-nodelimiter.xml", "pwsafexml/sample-nodelimiter.expected.json"),
        ("stickypasswordxml/sample.xml", "stickypasswordxml/expected.json"),
        ("stickypasswordxml/sample-odd.xml", "stickypasswordxml/sample-odd.expected.json"),
        ("safeincloudxml/sample.xml", "safeincloudxml/expected.json"),
        ("safeincloudxml/sample-odd.xml", "safeincloudxml/sample-odd.expected.json"),
        ("delineaxml/sample-small.xml", "delineaxml/sample-small.expected.json"),
        ("clipperzhtml/sample.html", "clipperzhtml/expected.json"),
    ] {
        let mut wanted = expected(expectation);
        // Section 7, point 2: a line break before an appended line.
        if sample.starts_with("clipperz") {
            item(&mut wanted, "--")["notes"] = "no line break at the end\nCodes: 1\n2\n".into();
        }
        if sample.starts_with("keepass") {
            let notes = item(&mut wanted, "Fields before notes")["notes"].as_str().unwrap().len();
            assert!(notes > 200, "long values are in the notes there");
        }
        if !sample.starts_with("safeincloud") {
            compare_but(sample, true, as_collections(wanted.clone()));
        }
        compare_but(sample, false, wanted);
    }
    for (sample, expectation) in [
        ("pwsafexml/sample.xml", "pwsafexml/expected.org.json"),
        ("stickypasswordxml/sample.xml", "stickypasswordxml/expected.org.json"),
    ] {
        compare(sample, true, expectation);
    }
}

#[test]
fn password_dragon_keeps_appended_lines_apart_from_the_notes() {
    // Section 7, point 2.
    let mut wanted = expected("passworddragonxml/expected.json");
    let notes = &mut item(&mut wanted, "Notes and lines")["notes"];
    *notes = notes.as_str().unwrap().replacen("endAttribute-1", "end\nAttribute-1", 1).into();
    compare_but("passworddragonxml/sample.xml", true, as_collections(wanted.clone()));
    compare_but("passworddragonxml/sample.xml", false, wanted);
}

#[test]
fn delinea_keeps_its_keys_for_one_time_passwords() {
    // Section 7, point 12.
    let mut wanted = expected("delineaxml/expected.json");
    item(&mut wanted, "Web login")["login"]["totp"] = "JBSWY3DPEHPK3PXP".into();
    compare_but("delineaxml/sample.xml", true, as_collections(wanted.clone()));
    let reading = compare_but("delineaxml/sample.xml", false, wanted);
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
    let note = "<ImportFile><Secrets><Secret><SecretName>n</SecretName><TotpKey>JBSWY3DPEHPK3PXP</TotpKey>\
        <TotpBackupCodes>1 2</TotpBackupCodes></Secret></Secrets></ImportFile>";
    let fields = &export(note).read().expect("read").items[0].fields;
    assert_eq!(fields.len(), 2, "a note has no place for it, but a hidden field");
    assert!(fields.iter().all(|field| field.kind == FieldKind::Hidden));
}

#[test]
fn password_depot_writes_dates_the_same_way_everywhere() {
    // Section 7, points 16 and 2.
    for (organization, expectation, new_types) in [
        (false, "expected.json", false),
        (true, "expected.org.json", false),
        (false, "expected.newtypes.json", true),
    ] {
        let mut wanted = expected(&format!("passworddepot17xml/{expectation}"));
        for entry in wanted["items"].as_array_mut().unwrap() {
            let fields = entry.get_mut("fields").and_then(|fields| fields.as_array_mut());
            for field in fields.into_iter().flatten() {
                if field["name"] == "datum" {
                    assert_eq!(field["value"], "5/13/2025");
                    field["value"] = "2025-05-13".into();
                }
            }
        }
        let path = fixture("passworddepot17xml/sample.xml");
        let options = ReadOptions { new_types, ..ReadOptions::default() };
        let reading = read(&path, &options, organization).expect("read");
        check(&reading.normal(organization), &mut wanted, expectation);
    }
}

#[test]
fn a_password_depot_file_of_the_mac_is_read_as_well() {
    let mut wanted = expected("passworddepot17xml/sample-mac.expected.json");
    let notes = &mut item(&mut wanted, "Mac login")["notes"];
    *notes = notes.as_str().unwrap().replacen("endMemo", "end\nMemo", 1).into();
    compare_but("passworddepot17xml/sample-mac.xml", true, as_collections(wanted.clone()));
    compare_but("passworddepot17xml/sample-mac.xml", false, wanted);
}

#[test]
fn password_depot_loses_nothing_it_could_not_place() {
    // Section 7, points 1 and 14; and the official importer drops a date of expiry it does not understand.
    let text = "<passwordfile><header><version>17</version></header><recyclebin><item/><group><item/></group>\
        </recyclebin><passwords><group fingerprint='' name='db'><group fingerprint='1' name='G'><item><type>1</type>\
        <description>C</description><password>pw</password><customfields><field><name>IDS_CardExpires</name><value>\
        soon</value></field></customfields></item><item><type>4</type><description>I</description><comment>c</comment>\
        <customfields><field><name>IDS_InformationText</name><value>t</value></field></customfields></item></group>\
        </group></passwords></passwordfile>";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.summary.folders, ["G"], "the database itself is no folder");
    let card = &reading.items[0];
    assert_eq!(card.fields[0].kind, FieldKind::Hidden);
    assert_eq!(
        card.fields[1].name.as_ref().map(wardroom_core::model::Text::expose),
        Some("IDS_CardExpires")
    );
    assert_eq!(
        reading.items[1].notes.as_ref().map(wardroom_core::model::Text::expose),
        Some("t\nc")
    );
    assert_eq!(reading.found(FindingCode::InTrash).len(), 2);
}

#[test]
fn labels_of_safeincloud_become_collections() {
    // Section 7, point 10.
    let path = fixture("safeincloudxml/sample.xml");
    let reading = read(&path, &ReadOptions::default(), true).expect("read");
    let mut ours = reading.normal(true);
    assert_eq!(ours["collections"], json!(["Business"]));
    for item in ours["items"].as_array_mut().unwrap() {
        item.as_object_mut().unwrap().remove("collections");
    }
    ours["items"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    ours["collections"] = json!([]);
    check(&ours, &mut expected("safeincloudxml/expected.org.json"), "safeincloudxml");
    assert_eq!(reading.found(FindingCode::InTrash).len(), 1, "deleted, not the template");
}

#[test]
fn a_long_password_of_safeincloud_stays_the_password_and_a_secret_does_not_replace_it() {
    // Section 7, points 3 and 17.
    let long = "p".repeat(300);
    let text = format!(
        "<database><card title='A'><field name='Password' type='password'>{long}</field></card><card title='B'>\
        <field name='Secret' type='secret'>answer</field><field name='Kennwort' type='password'>real</field></card>\
        <card title='C' type='note'><field name='x' type='text'>y</field><file name='f'/></card></database>"
    );
    let reading = export(text).read().expect("read");
    assert_eq!(password(&reading.items[0]), long);
    assert!(reading.items[0].fields.is_empty() && reading.items[0].notes.is_none());
    assert_eq!(password(&reading.items[1]), "real");
    assert_eq!(reading.items[1].fields.len(), 2, "both stay fields, as in the official importer");
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(3)]);
    assert_eq!(reading.rows(FindingCode::AttachmentsLeft), [Some(3)]);
}

#[test]
fn accounts_of_sticky_password_without_a_login_are_told() {
    let text = "<root><Database><Logins><Login ID='1' Name='u'/><Login Name='no number'/></Logins><Accounts>\
        <Account Name='bookmark' Link='https://a.example'/></Accounts></Database></root>";
    let reading = export(text).read().expect("read");
    assert_eq!(
        login(&reading.items[0]).username.as_ref().map(wardroom_core::model::Text::expose),
        Some("u")
    );
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(2)]);
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 1);
}
