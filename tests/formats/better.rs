//! Where the official importer loses or spoils data, and this one does not. Each test names its point of
//! `reference/import-formats.md`, section 7; `docs/deviations.md` has the list.

use serde_json::{Value, json};
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FieldKind, FindingCode, ItemKind, Severity, Text};

use super::normal::{expected, fixture, read};
use super::scratch::{addresses, export, login, password};

const CHROME: &str = "name,url,username,password,note\n";
const LASTPASS: &str = "url,username,password,totp,extra,name,grouping,fav\n";
const BITWARDEN: &str = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n";

#[test]
fn point_4_one_address_with_delimiters_in_it_stays_one_address() {
    let row = |uri: &str| format!("{BITWARDEN},,login,A,,,0,\"{uri}\",u,p,\n");
    for uri in ["https://a.example/x;y=1", "https://a.example/?q=1|2", "https://a.example/@1,2,3z"]
    {
        let reading = export(row(uri)).read().expect("read");
        assert_eq!(addresses(&reading.items[0]), [uri]);
    }
    let several = export(row("https://a.example/x,b.example")).read().expect("read");
    assert_eq!(addresses(&several.items[0]), ["https://a.example/x", "http://b.example"]);
}

#[test]
fn point_5_blank_lines_are_no_items_and_are_named() {
    let text = format!("{CHROME}\nA,a.example,u,p,\n\n  \n,,,,\nB,b.example,u,p,\n\n\n");
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["A", "B"]);
    let rows = reading.rows(FindingCode::BlankRow);
    assert_eq!(rows, [2, 4, 5, 6].map(Some), "those at the end are nobody's concern");
}

#[test]
fn point_5_ragged_rows_are_named_and_kept() {
    let text =
        format!("{CHROME}Short,a.example,u\nLong,b.example,u,p,note,more\nFine,c.example,u,p,,\n");
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["Short", "Long", "Fine"]);
    let damaged = reading.found(FindingCode::DamagedRow);
    assert_eq!(
        damaged.iter().map(|f| (f.row, f.item)).collect::<Vec<_>>(),
        [(Some(2), Some(0)), (Some(3), Some(1)),]
    );
}

#[test]
fn point_5_a_quote_that_is_never_closed_is_an_error_that_names_its_line() {
    let text = format!("{CHROME}A,a.example,u,p,\n\nB,b.example,u,\"p,\nC,c.example,u,p,\n");
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["A"]);
    let damaged = reading.found(FindingCode::DamagedRow);
    assert_eq!((damaged[0].row, damaged[0].severity), (Some(4), Severity::Error));
}

#[test]
fn point_5_a_stray_quote_and_a_nul_are_told() {
    let text = format!("{CHROME}A,a.example,u,\"p\"q\",\nB,b.example,u,p\0q,\n");
    let reading = export(text).read().expect("read");
    assert_eq!(password(&reading.items[0]), "p\"q", "read as the official client reads it");
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(2)]);
    assert_eq!(reading.rows(FindingCode::FormatOddity), [Some(3)]);
}

#[test]
fn point_5_header_names_in_another_case_are_understood() {
    let text = "NAME, Url ,UserName,Password,Note\nA,a.example,u,p,n\n";
    let reading = export(text).read().expect("read");
    assert_eq!((reading.names(), password(&reading.items[0])), (vec!["A"], "p"));
}

#[test]
fn point_6_a_reprompt_that_is_no_number_spoils_nothing_else() {
    let text = format!(
        "{BITWARDEN},,login,A,,,yes,a.example,u,p,\n,,login,B,,,1,b.example,u,p,\n,,login,C,,,0,,u,p,\n"
    );
    let reading = export(text).read().expect("read");
    assert_eq!(
        reading.items.iter().map(|item| item.reprompt).collect::<Vec<_>>(),
        [false, true, false]
    );
    let odd = reading.found(FindingCode::ValueNotUnderstood);
    assert_eq!((odd[0].row, odd[0].field.as_deref()), (Some(2), Some("reprompt")));
}

/// A plain export of these items.
fn json_export(items: &Value) -> super::scratch::Scratch {
    export(json!({ "encrypted": false, "folders": [], "items": items }).to_string())
}

#[test]
fn point_6_one_bad_element_of_a_json_leaves_the_rest_readable() {
    let good = |name: &str| json!({ "type": 1, "name": name, "login": { "password": "p" } });
    let reading = json_export(&json!([
        good("A"),
        null,
        7,
        [],
        { "type": 1, "name": "fields", "fields": "none", "login": { "uris": {}, "password": ["x"] } },
        { "type": 1, "name": "types", "favorite": "x", "reprompt": {}, "login": 5, "fields": [null, 1] },
        good("B"),
    ]))
    .read()
    .expect("read");
    assert_eq!(reading.names(), ["A", "fields", "types", "B"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [2, 3, 4].map(Some));
    let odd: Vec<_> = reading
        .found(FindingCode::ValueNotUnderstood)
        .iter()
        .map(|finding| (finding.row.unwrap(), finding.field.clone().unwrap()))
        .collect();
    let odd: Vec<_> = odd.iter().map(|(row, field)| (*row, field.as_str())).collect();
    assert_eq!(
        odd,
        [
            (5, "fields"),
            (5, "login.uris"),
            (5, "login.password"),
            (6, "reprompt"),
            (6, "fields[0]"),
            (6, "fields[1]"),
        ]
    );
}

#[test]
fn point_6_an_item_that_is_not_well_formed_inside_spoils_only_itself() {
    let text = r#"{"encrypted":false,"items":[{"type":1,"name":"A"},{"type":1,"name":tru},{"type":2,"name":"C"}]}"#;
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["A", "C"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(2)]);
}

#[test]
fn point_6_an_ssh_key_without_its_public_part_gets_it_back() {
    let sample: Value = serde_json::from_str(
        &std::fs::read_to_string(fixture("bitwardenjson/sample.json")).expect("fixture"),
    )
    .expect("JSON");
    let whole = sample["items"].as_array().expect("items").iter().find(|item| item["type"] == 5);
    let whole = whole.expect("an SSH key").clone();
    for missing in [&["publicKey"][..], &["keyFingerprint"], &["publicKey", "keyFingerprint"]] {
        let mut item = whole.clone();
        for key in missing {
            item["sshKey"][key] = Value::Null;
        }
        let reading = json_export(&json!([item])).read().expect("read");
        let ItemKind::SshKey(key) = &reading.items[0].kind else { panic!("an SSH key") };
        assert_eq!(key.fingerprint.expose(), whole["sshKey"]["keyFingerprint"]);
        let line = whole["sshKey"]["publicKey"].as_str().expect("text");
        assert!(
            line.starts_with(key.public_key.expose()),
            "all but the comment, which is not in the key"
        );
    }
}

#[test]
fn point_6_an_ssh_key_nobody_can_complete_becomes_a_note_with_hidden_fields() {
    let item = json!({ "type": 5, "name": "K", "sshKey": { "privateKey": "-----BEGIN RSA" } });
    let reading = json_export(&json!([item])).read().expect("read");
    assert_eq!(reading.items[0].kind, ItemKind::Note);
    let field = &reading.items[0].fields[0];
    assert_eq!(field.kind, FieldKind::Hidden);
    assert_eq!(field.value.as_ref().map(Text::expose), Some("-----BEGIN RSA"));
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(1)]);
}

#[test]
fn point_8_a_byte_order_mark_utf_16_and_windows_1252_are_read() {
    let text = format!("{CHROME}Zürich,a.example,müller,pässwörd €,\n");
    let json = json!({ "encrypted": false, "items": [
        { "type": 1, "name": "Zürich", "login": { "password": "pässwörd €" } },
    ]})
    .to_string();
    for text in [text, json] {
        let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(to_bytes).collect()
        };
        let windows_1252 = text
            .chars()
            .map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).expect("Latin-1") })
            .collect();
        let marked = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
        for (encoding, bytes) in [
            ("UTF-8 with a mark", marked(b"\xEF\xBB\xBF", text.clone().into_bytes())),
            ("UTF-16LE with a mark", marked(b"\xFF\xFE", utf_16(u16::to_le_bytes))),
            ("UTF-16BE with a mark", marked(b"\xFE\xFF", utf_16(u16::to_be_bytes))),
            ("UTF-16LE", utf_16(u16::to_le_bytes)),
            ("UTF-16BE", utf_16(u16::to_be_bytes)),
            ("Windows-1252", windows_1252),
        ] {
            let reading = export(bytes).read().expect(encoding);
            assert_eq!(reading.names(), ["Zürich"], "{encoding}");
            assert_eq!(password(&reading.items[0]), "pässwörd €", "{encoding}");
            let told = reading.found(FindingCode::Improved).len();
            assert_eq!(told, usize::from(!encoding.starts_with("UTF-8")), "{encoding}");
        }
    }
}

#[test]
fn point_8_a_few_broken_bytes_do_not_turn_utf_8_into_windows_1252() {
    let mut bytes = format!("{CHROME}Zürich,a.example,müller,pässwörd,\n").into_bytes();
    bytes.extend(b"Torn \xC3,b.example,u,p,\n");
    let reading = export(bytes).read().expect("read");
    assert_eq!(reading.names(), ["Zürich", "Torn \u{FFFD}"]);
    assert_eq!(reading.found(FindingCode::FormatOddity).len(), 1);
}

#[test]
fn point_9_entities_of_a_copied_page_are_decoded() {
    let text = format!(
        "{LASTPASS}https://a.example/?x=1&amp;y=2,u,&lt;p&gt;&amp;&quot;,,,A &amp; B,W,0\n"
    );
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["A & B"]);
    assert_eq!(password(&reading.items[0]), "<p>&\"");
    assert_eq!(addresses(&reading.items[0]), ["https://a.example/?x=1&y=2"]);
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
}

#[test]
fn point_9_text_that_only_looks_like_an_entity_is_left_alone() {
    let rows = "a.example,u,R&D&amp;x,,,A,W,0\nb.example,u,&amp;,,,B,W,0\n";
    let reading = export(format!("{LASTPASS}{rows}")).read().expect("read");
    assert_eq!(
        password(&reading.items[0]),
        "R&D&amp;x",
        "a bare & proves the column was not escaped"
    );
    assert_eq!(password(&reading.items[1]), "&amp;");
    assert!(reading.found(FindingCode::Improved).is_empty());
}

#[test]
fn point_9_the_page_lastpass_shows_is_read_like_its_csv() {
    let csv = std::fs::read_to_string(fixture("lastpasscsv/sample.csv")).expect("fixture");
    let escaped = csv.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let page =
        format!("<!DOCTYPE html>\n<html><body><PRE class=\"x\">\n{escaped}</PRE></body></html>");
    let scratch = export(page);
    assert_eq!(scratch.detect().format.as_deref(), Some("lastpasscsv"));
    let reading = scratch.read().expect("read");
    assert_eq!(reading.normal(true), expected("lastpasscsv/expected.org.json"));
}

#[test]
fn point_10_a_personal_json_keeps_its_folders_as_collections() {
    let path = fixture("bitwardenjson/sample.json");
    let reading = read(&path, &ReadOptions::default(), true).expect("read");
    let mut wanted = expected("bitwardenjson/expected.json");
    wanted["collections"] = wanted["folders"].take();
    wanted["folders"] = json!([]);
    for item in wanted["items"].as_array_mut().expect("items") {
        let folders = item.as_object_mut().expect("object").remove("folders");
        item["favorite"] = json!(false);
        item.as_object_mut().expect("object").remove("archived");
        if let Some(folders) = folders {
            item["collections"] = folders;
        }
    }
    let sort = |items: &mut Value| {
        items.as_array_mut().expect("items").sort_by_key(Value::to_string);
    };
    sort(&mut wanted["items"]);
    assert_eq!(reading.normal(true), wanted);
}

#[test]
fn point_11_what_was_in_the_trash_stays_there() {
    let reading = json_export(&json!([
        { "type": 1, "name": "gone", "deletedDate": "2024-01-01T00:00:00.000Z", "login": {} },
        { "type": 1, "name": "here", "deletedDate": null, "login": {} },
    ]))
    .read()
    .expect("read");
    assert_eq!(reading.names(), ["here"]);
    assert_eq!(reading.rows(FindingCode::InTrash), [Some(1)]);
}

#[test]
fn kinds_the_server_may_not_take_become_notes_that_keep_every_text() {
    let passport = json!({ "type": 8, "name": "P", "notes": "n",
        "passport": { "surname": "Example", "passportNumber": "X1" } });
    let reading = json_export(&json!([passport])).read().expect("read");
    let item = &reading.items[0];
    assert_eq!(item.kind, ItemKind::Note);
    let fields: Vec<_> = item
        .fields
        .iter()
        .map(|f| (f.name.as_ref().unwrap().expose(), f.value.as_ref().unwrap().expose(), f.kind))
        .collect();
    assert_eq!(
        fields,
        [("passportNumber", "X1", FieldKind::Hidden), ("surname", "Example", FieldKind::Hidden)]
    );
    assert_eq!(reading.rows(FindingCode::UnknownKind), [Some(1)]);
}

#[test]
fn notes_after_an_empty_first_line_are_kept() {
    let note = "\"NoteType:Credit Card\nNumber:4111\nNotes:\nsecond line\nkey: value\"";
    let reading = export(format!("{LASTPASS}http://sn,,,,{note},Card,W,0\n")).read().expect("read");
    let notes = reading.items[0].notes.as_ref().expect("notes");
    assert_eq!(notes.expose(), "\nsecond line\nkey: value");
    assert!(reading.items[0].fields.is_empty());
}

#[test]
fn columns_nobody_reads_are_named_by_their_number() {
    let text = "name,url,username,password,tags\nA,a.example,u,p,\nB,b.example,u,p,x\n";
    let reading = export(text).read_as("chromecsv").expect("read");
    let odd = reading.found(FindingCode::ValueNotUnderstood);
    assert_eq!(odd.len(), 1);
    assert!(odd[0].message.starts_with("column 5 "), "{}", odd[0].message);
    assert_eq!(login(&reading.items[1]).uris.len(), 1);
}
