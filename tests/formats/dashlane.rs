//! Dashlane: five kinds of CSV, and the zip that has them all.

use std::io::{Cursor, Write};

use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FieldKind, FindingCode, ItemKind, Text};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::fuzz::survives;
use super::normal::{fixture, read};
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

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("start");
        writer.write_all(content.as_bytes()).expect("write");
    }
    writer.finish().expect("finish").into_inner()
}

/// The official client makes empty notes of it (import-formats.md, section 7, point 22).
#[test]
fn the_zip_is_read_as_its_five_files_one_after_the_other() {
    let path = fixture("dashlanecsv/sample.zip");
    let options = ReadOptions::default();
    let whole = read(&path, &options, true).expect("read");
    let mut parts = Vec::new();
    for name in ["otpurl", "notes", "payments", "ids", "personal"] {
        let path = fixture(&format!("dashlanecsv/sample-{name}.csv"));
        let part = read(&path, &options, true).expect(name).normal(true);
        parts.extend(part["items"].as_array().expect("items").clone());
    }
    parts.sort_by_key(serde_json::Value::to_string);
    assert_eq!(whole.normal(true)["items"], serde_json::Value::Array(parts));
    let bytes = std::fs::read(&path).expect("fixture");
    assert_eq!(export(bytes).detect().format.as_deref(), Some("dashlanecsv"));
}

#[test]
fn a_damaged_or_unknown_file_of_the_zip_does_not_stop_the_others() {
    let wide = format!("title,note\nA{}\n", ",".repeat(100_000));
    let bytes = packed(&[
        (
            "Dashlane Export/credentials.csv",
            "username,username2,username3,title,password,note,url,category,otpUrl\nu,,,N,p,,,,\n",
        ),
        ("Dashlane Export/securenotes.csv", &wide),
        ("Dashlane Export/payments.csv", "type,account_name,account_holder,cc_number,code\n"),
        ("Dashlane Export/ids.csv", ""),
        ("Dashlane Export/wifi.csv", "ssid,passphrase\nhome,secret\n"),
        ("__MACOSX/Dashlane Export/._credentials.csv", "x"),
    ]);
    let reading = export(bytes).read().expect("read");
    assert_eq!(reading.names(), ["N"]);
    assert_eq!(reading.found(FindingCode::DamagedRow).len(), 1);
    let unknown = reading.found(FindingCode::FormatOddity);
    assert!(unknown[0].message.ends_with(": 1"), "the wireless networks: {}", unknown[0].message);
}

#[test]
fn a_zip_without_anything_to_import_or_cut_short_is_refused() {
    let nothing = packed(&[("credentials.csv", ""), ("ids.csv", "type,number,name,issue_date\n")]);
    assert!(matches!(export(&nothing).read().err(), Some(Error::Empty)));
    let other = packed(&[("readme.txt", "x")]);
    assert!(matches!(export(other).read_as("dashlanecsv").err(), Some(Error::Malformed { .. })));
    let whole = std::fs::read(fixture("dashlanecsv/sample.zip")).expect("fixture");
    for cut in (4..whole.len()).step_by(97) {
        assert!(export(&whole[..cut]).read().is_err(), "cut at {cut}");
    }
}

#[test]
fn a_bomb_in_the_zip_is_refused_by_name() {
    let bomb = "x".repeat(130 * 1024 * 1024);
    let bytes = packed(&[("credentials.csv", &bomb), ("ids.csv", "")]);
    assert!(bytes.len() < 1024 * 1024);
    assert!(matches!(export(bytes).read().err(), Some(Error::TooLarge { .. })));
}

/// import-formats.md, section 7, point 14.
#[test]
fn number_and_code_of_a_newer_card_row_are_where_a_card_has_them() {
    let text = "type,account_name,account_holder,cc_number,code,expiration_month,expiration_year,routing_number,account_number,country,issuing_bank,note,name\n\
        payment_card,Kara Example,,4111111111111111,123,01,2030,,,US,,,Visa\n\
        payment_card,Shop card,Kara Example,5500005555555559,842,,,,,US,,,\n\
        voucher,Gift,,,9911,,,,12345,,,,\n";
    let reading = export(text).read().expect("read");
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
    let shown: Vec<_> =
        card.texts().iter().map(|(_, text)| text.map_or("", Text::expose).to_owned()).collect();
    assert_eq!(shown, ["Kara Example", "Visa", "4111111111111111", "1", "2030", "123"]);
    let fields: Vec<_> = reading.items[0]
        .fields
        .iter()
        .map(|field| field.name.as_ref().map_or("", Text::expose))
        .collect();
    assert_eq!(fields, ["type", "country", "name"]);
    let ItemKind::Card(card) = &reading.items[1].kind else { panic!("a card") };
    assert_eq!(card.cardholder_name.as_ref().map(Text::expose), Some("Kara Example"));
    let hidden = |value: &str| {
        let of = |field: &&wardroom_core::model::Field| {
            field.value.as_ref().is_some_and(|text| text.expose() == value)
        };
        reading.items[2].fields.iter().find(of).map(|field| field.kind)
    };
    assert_eq!(hidden("9911"), Some(FieldKind::Hidden));
    assert_eq!(hidden("12345"), Some(FieldKind::Hidden));
}

#[test]
fn the_account_holder_the_official_client_drops_is_told() {
    let text = "type,account_name,account_holder,cc_number,code,expiration_month,expiration_year\n\
        credit_card,My Visa,Alice Doe,4111111111111111,123,13,2027\n";
    let reading = export(text).read().expect("read");
    let told = reading.found(FindingCode::ValueNotUnderstood);
    assert_eq!(told[0].field.as_deref(), Some("card.cardholderName"));
    let kept: Vec<_> = reading.items[0].fields.iter().flat_map(|field| &field.value).collect();
    let kept: Vec<_> = kept.into_iter().map(Text::expose).collect();
    assert_eq!(kept, ["credit_card", "13", "2027"], "an expiry that is none stays readable");
}

#[test]
fn the_key_of_a_totp_is_not_shown_in_a_field_and_a_login_of_nothing_else_stays_one() {
    let text = "username,username2,username3,title,password,note,url,category,otpUrl\n\
        ,,,Only a code,,,,,otpauth://totp/x?secret=JBSWY3DPEHPK3PXP\n";
    let reading = export(text).read().expect("read");
    assert!(login(&reading.items[0]).totp.is_some());
    assert_eq!(reading.items[0].fields[0].kind, FieldKind::Hidden);
    let both = "username,title,password,note,url,category,otpSecret,otpUrl\nu,T,p,,,,JBSWY3DP,\n";
    let reading = export(both).read().expect("read");
    let totp = login(&reading.items[0]).totp.as_ref().map(Text::expose);
    assert_eq!(totp, Some("JBSWY3DP"), "the older column counts where the newer is empty");
}

#[test]
fn what_an_identity_has_no_room_for_is_told() {
    let text = "type,title,first_name,middle_name,last_name,login,email,item_name,phone_number,address,country,state,city,zip,job_title\n\
        name,MS,Ana,,Example,,,,,,,,,,\n\
        email,,,,,,first@example.com,Home,,,,,,,\n\
        email,,,,,,last@example.com,Work,,,,,,,\n\
        phone,,,,,,,Mobile,555-0100,,,,,,\n\
        company,,,,,,,Contoso,,,,,,,Boss\n";
    let reading = export(text).read().expect("read");
    let ItemKind::Identity(person) = &reading.items[0].kind else { panic!("an identity") };
    assert_eq!(person.email.as_ref().map(Text::expose), Some("last@example.com"));
    assert_eq!(person.phone.as_ref().map(Text::expose), Some("555-0100"));
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(4), Some(6)]);
}

#[test]
fn kinds_of_papers_nobody_has_heard_of_keep_their_number_hidden() {
    let text = "type,number,name,issue_date,expiration_date,place_of_issue,state\n\
        membership,M-77,Ana Example,2018,,,\n";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["Ana Example membership"]);
    let number = &reading.items[0].fields[1];
    assert_eq!(number.value.as_ref().map(Text::expose), Some("M-77"));
    assert_eq!(number.kind, FieldKind::Hidden);
}

#[test]
fn a_dashlane_file_is_not_read_as_another_format_nor_another_as_dashlane() {
    let bytes = std::fs::read(fixture("dashlanecsv/sample.csv")).expect("fixture");
    for other in ["chromecsv", "bitwardencsv", "lastpasscsv"] {
        let refused = export(&bytes).read_as(other);
        assert!(matches!(refused.err(), Some(Error::Malformed { .. })), "{other}");
    }
    for other in ["chromecsv/sample.csv", "lastpasscsv/sample.csv", "safaricsv/sample.csv"] {
        let bytes = std::fs::read(fixture(other)).expect("fixture");
        let refused = export(bytes).read_as("dashlanecsv");
        assert!(matches!(refused.err(), Some(Error::Malformed { .. })), "{other}");
    }
}

#[test]
fn damaged_dashlane_exports_never_panic_or_tell() {
    let markers = ["CorrectHorse", "müller", "4111", "0001234567", "X1234567", "john@example"];
    for name in ["sample.csv", "sample-payments.csv", "sample-personal.csv", "sample.zip"] {
        survives(&format!("dashlanecsv/{name}"), "dashlanecsv", &markers);
    }
}
