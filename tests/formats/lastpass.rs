//! LastPass's corners: form fills, odd folders, notes that look typed.

use wardroom_core::model::{FindingCode, ItemKind, Text};

use super::normal::Reading;
use super::scratch::export;

const HEADER: &str = "url,username,password,totp,extra,name,grouping,fav\n";

fn forms(rows: &str) -> Reading {
    let header = "profilename,profilelanguage,title,firstname,middlename,lastname,username,company,ssn,\
        address1,address2,address3,city,state,zip,country,email,phone,mobilephone,ccname,ccnum,ccexp,cccsc,notes\n";
    export(format!("{header}{rows}")).read().expect("read")
}

fn value(text: Option<&Text>) -> &str {
    text.map_or("", Text::expose)
}

#[test]
fn a_form_fill_with_a_person_and_a_card_becomes_both() {
    let row = "Home,en-US,mr,Bob,Q,Example,bobq,Ltd,1,A1,A2,A3,Town,OR,00123,US,b@example.com,555,556,Bob E,\
        4111111111111111,2029-06,123,note\n";
    let reading = forms(row);
    assert_eq!(reading.names(), ["Home", "Home"]);
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("the card comes first") };
    let shown: Vec<_> = card.texts().iter().map(|(_, text)| value(*text)).collect();
    assert_eq!(shown, ["Bob E", "Visa", "4111111111111111", "6", "2029", "123"]);
    assert_eq!(reading.items[0].notes, None);
    let ItemKind::Identity(person) = &reading.items[1].kind else { panic!("an identity") };
    assert_eq!(value(person.title.as_ref()), "Mr");
    assert_eq!(value(person.postal_code.as_ref()), "00123");
    assert_eq!(value(reading.items[1].notes.as_ref()), "note");
    let unread = reading.found(FindingCode::ValueNotUnderstood);
    assert!(
        unread[0].message.starts_with("column 19 "),
        "the mobile phone has no place: it is told"
    );
}

#[test]
fn a_form_fill_without_a_person_is_a_card() {
    let reading = forms("Visa,en,,,,,,,,,,,,,,,,,,Bob,5555 5555 5555 4444,2029,1,n\n");
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
    assert_eq!(value(card.brand.as_ref()), "", "a spaced Mastercard number has no brand");
    assert_eq!((value(card.exp_month.as_ref()), value(card.exp_year.as_ref())), ("", ""));
    assert_eq!(value(reading.items[0].notes.as_ref()), "n");
}

#[test]
fn folders_change_their_backslashes_and_nothing_else() {
    let rows: Vec<_> = ["A\\B", "/A/B", "(none)", " ", "A\u{7}x", "A//B\\"]
        .iter()
        .map(|folder| format!("a.example,u,p,,,N,{folder},0\n"))
        .collect();
    let reading = export(format!("{HEADER}{}", rows.concat())).read().expect("read");
    assert_eq!(reading.summary.folders, ["A/B", "/A/B", "Ax", "A//B/"], "no parents are made up");
    let placed: Vec<_> = reading.items.iter().map(|item| item.folders.as_slice()).collect();
    assert_eq!(placed, [&[0][..], &[1], &[], &[], &[2], &[3]]);
}

#[test]
fn the_month_of_expiry_is_understood_or_told() {
    for (given, month, year) in [
        ("June,2029", "6", "2029"),
        ("December,2030", "12", "2030"),
        ("11,2030", "11", "2030"),
        (",2030", "", "2030"),
        ("June", "6", ""),
        ("Juin?,2030", "", "2030"),
        ("Кот,2030", "", "2030"),
        ("13,2030", "", "2030"),
    ] {
        let note = format!("\"NoteType:Credit Card\nExpiration Date:{given}\nNotes:\"");
        let reading =
            export(format!("{HEADER}http://sn,,,,{note},Card,W,0\n")).read().expect("read");
        let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
        let read = (value(card.exp_month.as_ref()), value(card.exp_year.as_ref()));
        assert_eq!(read, (month, year), "{given}");
        let told = reading.found(FindingCode::ValueNotUnderstood);
        assert_eq!(told.len(), usize::from(month.is_empty() && !given.starts_with(',')), "{given}");
    }
}

#[test]
fn notes_that_are_not_typed_as_card_or_address_stay_as_they_are() {
    for note in ["NoteType:Server\nHostname:h", "NoteType: Credit Card\nNumber:1", "Notes:x", "a\n"]
    {
        let text = format!("{HEADER}http://sn,,,,\"{note}\",N,W,1\n");
        let reading = export(text).read().expect("read");
        assert_eq!(reading.items[0].kind, ItemKind::Note, "{note}");
        assert_eq!(value(reading.items[0].notes.as_ref()), note);
        assert!(reading.items[0].favorite);
    }
}

#[test]
fn long_values_of_a_typed_note_stand_before_its_notes() {
    let long = "x".repeat(201);
    let note = format!("\"NoteType:Address\nLong:{long}\n\nNotes:last\n\"");
    let reading = export(format!("{HEADER}http://sn,,,,{note},N,W,0\n")).read().expect("read");
    assert_eq!(value(reading.items[0].notes.as_ref()), format!("Long: {long}\n\nlast\n"));
}

#[test]
fn a_secure_note_with_sign_in_values_says_that_they_are_left_out() {
    let reading = export(format!("{HEADER}http://sn,u,p,,text,N,W,0\n")).read().expect("read");
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(2)]);
}

#[test]
fn an_export_from_before_totp_is_read() {
    let text = "url,username,password,extra,name,grouping,fav\na.example,u,p,e,N,W,1\n";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["N"]);
    assert_eq!(value(reading.items[0].notes.as_ref()), "e");
}
