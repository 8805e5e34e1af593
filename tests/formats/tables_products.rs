//! What single products write that others do not, and where Wardroom reads it better.

use wardroom_core::import::Error;
use wardroom_core::model::{FindingCode, ItemKind, Text};

use super::scratch::{addresses, export, login, password};
use super::tables::read_sample;
use super::tables_odd::{hidden, notes};

#[test]
fn nordpass_entries_of_a_kind_nobody_knows_become_notes() {
    // Section 7, point 23.
    let text = "name,url,username,password,note,cardholdername,cardnumber,cvc,folder,type\n\
        A,a.example,u,secret,n,,,,Work,passkey\nWork,,,,,,,,Work,folder\n";
    let reading = export(text).read_as("nordpasscsv").unwrap();
    assert_eq!(reading.names(), ["A"], "a folder's own row is no entry");
    assert_eq!(reading.items[0].kind, ItemKind::Note);
    assert_eq!(hidden(&reading.items[0], "password").as_deref(), Some("secret"));
    assert_eq!(reading.rows(FindingCode::UnknownKind), [Some(2)]);
}

#[test]
fn nordpass_exports_from_before_the_type_column_are_read() {
    let text = "name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder,full_name,phone_number,email,address1,address2,city,country,state\n\
        L,a.example,u,p,,,,,,,,,,,,,,,\nC,,,,,Bob,4111 1111 1111 1111,123,06/29,,,,,,,,,,\nI,,,,,,,,,,,Ada King Lovelace,,,,,,gb,\nN,,,,text,,,,,,,,,,,,,,\n";
    let reading = export(text).read().unwrap();
    let kinds: Vec<_> = reading.items.iter().map(|item| item.kind.name()).collect();
    assert_eq!(kinds, ["login", "card", "identity", "note"]);
}

#[test]
fn roboform_guards_go_and_values_keep_their_commas() {
    // Section 7, points 12 and 19.
    let text = "Name,Url,Login,Pwd,Note,Folder,RfFieldsV2\n\
        A,a.example,'@user,'=1+1,'-n,/Work,\"Memo,,,txt,one, two, three\",\"Password$,,,pwd,'=1+1\",\"TOTP KEY$,,,txt,JBSW\"\n\
        B,b.example,u,'quoted',,,,\n";
    let reading = export(text).read().unwrap();
    let [first, second] = &reading.items[..] else { panic!("two entries") };
    assert_eq!(
        (login(first).username.as_ref().unwrap().expose(), password(first)),
        ("@user", "=1+1")
    );
    assert_eq!(first.fields.len(), 1, "the password is not repeated");
    assert_eq!(first.fields[0].value.as_ref().unwrap().expose(), "one, two, three");
    assert_eq!(password(second), "'quoted'", "an apostrophe that guards nothing stays");
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
    assert!(
        reading.found(FindingCode::DamagedRow).is_empty(),
        "fields beyond the header are usual"
    );
    let old = "Name,Url,Login,Pwd,Note,Folder,Rf_fields\nA,a.example,u,p,,,TOTP KEY$:txt:JBSW,Site:txt:https://x:1/\n";
    let reading = export(old).read().unwrap();
    assert_eq!(login(&reading.items[0]).totp.as_ref().unwrap().expose(), "JBSW");
    assert_eq!(reading.items[0].fields[0].value.as_ref().unwrap().expose(), "https://x:1/");
}

#[test]
fn zoho_keeps_lines_without_a_colon_and_tells_pins_from_passwords() {
    // Section 7, points 14 and 17.
    let text = "Password Name,Password URL,SecretData,Notes,CustomData\n\
        A,a.example,\"SecretType:Web\nPIN:1234\nUser Name:u\nPassword:p\nPass:second\",,\"Private Key:one\ntwo\"\n,,Password:lost,,\n";
    let reading = export(text).read().unwrap();
    let item = &reading.items[0];
    assert_eq!(password(item), "p");
    assert_eq!(hidden(item, "PIN").as_deref(), Some("1234"));
    assert_eq!(hidden(item, "Pass").as_deref(), Some("second"));
    assert_eq!(notes(item), "Private Key: one\ntwo\n");
    assert_eq!(reading.names(), ["A", "--"], "an entry without a name is kept");
}

#[test]
fn keepassxc_entries_without_a_title_are_kept() {
    // Section 7, point 23.
    let text = "Group,Title,Username,Password,URL,Notes\nRoot/A,,u,p,a.example,n\nRoot,B,,,,\n";
    let reading = export(text).read().unwrap();
    assert_eq!(reading.names(), ["--", "B"]);
    assert_eq!(reading.summary.folders, ["A", "Root"], "only the part before a slash goes");
}

#[test]
fn password_agent_groups_are_folders_within_folders() {
    // Section 7, point 17: the official client makes "A " and "A / B" of it.
    let row = "N,u,p,note,a.example,1,2,3,A > B>C\n";
    let reading = export(row.repeat(2)).read_as("passwordagentcsv").unwrap();
    assert_eq!(reading.summary.folders, ["A/B/C", "A/B", "A"]);
}

#[test]
fn splashid_fields_start_on_a_line_of_their_own_and_dates_are_told() {
    // Section 7, point 2; the cell before the notes holds a date, which the official client drops as well.
    let text = "Web Logins,N,u,p,a.example,extra,2024,own note,G\nCustom,M,x,,,\n";
    let reading = export(text).read_as("splashidcsv").unwrap();
    assert_eq!(notes(&reading.items[0]), "own note\nextra\n");
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(1)]);
}

#[test]
fn msecure_reads_older_cells_further_labels_and_cards_without_a_date() {
    // Section 7, points 1 and 6.
    let text = "A|1,Web Logins,G,a\\nb,a.example,user,pass,Recovery|3|code\n\
        C|2,Credit Card,Unassigned,,Card Number|12|4111,,Security Code|9|123,x,Late|1|value\n\
        D|3,Login,G,,Website|2|d.example,Username|7|u,Password|8|a|b\nshort\n";
    let reading = export(text).read_as("msecurecsv").unwrap();
    assert_eq!(reading.names(), ["A", "C", "D"]);
    assert_eq!(addresses(&reading.items[0]), ["http://a.example"]);
    assert_eq!((password(&reading.items[0]), notes(&reading.items[0])), ("pass", "a\nb"));
    assert_eq!(reading.items[0].fields[0].value.as_ref().unwrap().expose(), "code");
    assert_eq!(notes(&reading.items[1]), "Unassigned\nx\nLate: value");
    assert_eq!(password(&reading.items[2]), "a|b");
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(4)]);
}

#[test]
fn trash_of_remembear_stays_there_and_is_told() {
    let reading = read_sample("remembearcsv", "sample.csv", true);
    assert_eq!(reading.found(FindingCode::InTrash).len(), 1);
}

#[test]
fn true_key_keeps_note_and_document_and_reads_dates_in_any_zone() {
    let text = "kind,tk_export_version,title,note,document_content,number,cardholder,expiryDate\n\
        note,1,A,own,doc,,,\nnote,1,B,,doc,,,\nnote,1,C,own,,,,\n\
        cc,1,D,,,4111,Bob,2029-12-31T23:59:59.000Z\ncc,1,E,,,4111,Bob,someday\n";
    let reading = export(text).read().unwrap();
    let told: Vec<_> = reading.items.iter().map(notes).collect();
    assert_eq!(
        told,
        ["doc\nown\n", "doc", "own", "", ""],
        "the official client loses the last two of three"
    );
    let ItemKind::Card(card) = &reading.items[3].kind else { panic!("a card") };
    let text = |part: &Option<Text>| part.as_ref().map(|part| part.expose().to_owned());
    assert_eq!(
        (text(&card.exp_month), text(&card.exp_year)),
        (Some("12".into()), Some("2029".into()))
    );
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(6)]);
}

#[test]
fn netwrix_forms_in_english_are_read_as_their_german_twins() {
    let text = "Organisational unit;Description;User name;Password;Website;Comments;Kommentare\nA\\B;N;u;p;a.example;c;k\n";
    let reading = export(text).read().unwrap();
    let item = &reading.items[0];
    assert_eq!((item.name.expose(), password(item)), ("N", "p"));
    assert_eq!(notes(item), "k");
    assert_eq!(item.fields.len(), 1, "the second comment is not lost");
    assert_eq!(reading.summary.folders, ["A/B", "A"]);
}

#[test]
fn kaspersky_records_survive_a_section_name_in_a_comment() {
    // The official client cuts the file there, and takes no section without a separator.
    let text = "Websites\n\nWebsite name: A\nWebsite URL: a.example\nLogin: u\nPassword: p:q\nFavorite: yes\nComment: see\nNotes\n\nbelow\n\n---\n\nNotes\n\nName: B\nText: t";
    let reading = export(text).read().unwrap();
    assert_eq!(reading.names(), ["A", "B"]);
    assert_eq!(password(&reading.items[0]), "p:q");
    assert_eq!(notes(&reading.items[0]), "see\nNotes\n\nbelow\n");
    assert_eq!(notes(&reading.items[1]), "t");
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(3)], "the line nobody knows");
    assert_eq!(reading.items[0].row, 3);
}

#[test]
fn a_kaspersky_record_without_end_is_refused() {
    let start = "Websites\n\nWebsite name: A\nComment: ";
    for endless in
        [format!("{start}{}", "x".repeat(5 << 20)), start.to_owned() + &"x\n".repeat(3 << 20)]
    {
        let refused = export(endless).read().err();
        assert!(matches!(refused, Some(Error::Malformed { .. })), "{refused:?}");
    }
}

#[test]
fn a_hundred_thousand_lines_in_a_cell_take_no_longer_than_their_length() {
    let lines = "Key:v\nx\n".repeat(200_000);
    let text = format!("Password Name,SecretData\nA,\"{lines}\"\n");
    let reading = export(text).read_as("zohovaultcsv").unwrap();
    assert_eq!(reading.items[0].fields.len(), 200_000, "each key is a secret of its own");
}

#[test]
fn blank_firefox_and_blackberry_rows_of_their_own_are_left_out_and_told() {
    let firefox = "url,username,password,httpRealm\nchrome://FirefoxAccounts,u,p,\nhttps://www.a.example,u,p,\n";
    let reading = export(firefox).read().unwrap();
    assert_eq!(reading.names(), ["a.example"]);
    assert_eq!(reading.rows(FindingCode::FormatOddity), [Some(2)]);
    let blackberry =
        "url,username,password,extra,name,grouping,fav\n,,,,All,list,0\na.example,u,p,n,N,note,1\n";
    let reading = export(blackberry).read_as("blackberrycsv").unwrap();
    assert_eq!(reading.rows(FindingCode::FormatOddity), [Some(2)]);
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(3)]);
    assert_eq!(reading.items[0].kind, ItemKind::Note);
}

#[test]
fn padlock_keeps_what_a_second_column_of_a_kind_would_replace() {
    let text = "name,tags,username,email,password,pin,url,web\nA,\"x, y,,x\",u,e@example.com,p,1,a.example,b.example\n";
    let reading = export(text).read().unwrap();
    let item = &reading.items[0];
    assert_eq!(login(item).username.as_ref().unwrap().expose(), "e@example.com");
    assert_eq!(password(item), "1", "the last one counts, as in the official client");
    assert_eq!(hidden(item, "Password").as_deref(), Some("p"));
    assert_eq!(addresses(item), ["http://b.example", "http://a.example"]);
    assert_eq!(reading.summary.folders, ["x", "y"]);
}
