//! Spreadsheets kept by hand: every layout people make of them, and what spreadsheets do to their cells.

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{ColumnRole, FindingCode, Item, ItemKind, Recipe, RecipeColumn, Text};

use super::normal::{Reading, clean, fixture, read};
use super::scratch::{addresses, export, login, password};

/// The proposal of the fixtures in the form of [`Reading::normal`].
pub(crate) fn proposed(name: &str) -> Value {
    let text = std::fs::read_to_string(fixture(name)).expect("fixture");
    let whole: Value = serde_json::from_str(&text).expect("fixture is JSON");
    let mut items: Vec<_> =
        whole["items"].as_array().expect("items").iter().map(proposal).collect();
    items.sort_by_key(Value::to_string);
    items.into()
}

fn proposal(item: &Value) -> Value {
    let mut item = item.clone();
    let object = item.as_object_mut().expect("object");
    if let Some(group) = object.remove("group") {
        object.insert("collections".into(), json!([group]));
    }
    object.insert("favorite".into(), json!(false));
    object.remove("archived");
    for field in object.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
        field["type"] = json!("text");
    }
    if let Some(uris) = item["login"]["uris"].as_array().cloned() {
        item["login"]["uris"] = uris.into_iter().map(|uri| json!({ "uri": uri })).collect();
    }
    clean(item).expect("a name is always there")
}

/// What comes of a sample, whichever format claims it.
pub(crate) fn normal(reading: &Reading) -> Value {
    reading.normal(true)["items"].clone()
}

pub(super) fn found(path: &str) -> Reading {
    read(&fixture(path), &ReadOptions::default(), true).expect("read")
}

pub(super) fn text(text: Option<&Text>) -> &str {
    text.map_or("", Text::expose)
}

pub(super) fn folders(reading: &Reading, item: &Item) -> Vec<String> {
    item.folders.iter().map(|index| reading.summary.folders[*index as usize].clone()).collect()
}

pub(super) fn fields(item: &Item) -> Vec<(&str, &str, u8)> {
    let fields = item.fields.iter();
    fields.map(|f| (text(f.name.as_ref()), text(f.value.as_ref()), f.kind.number())).collect()
}

/// What the reader warned of, with the row.
pub(super) fn warnings(reading: &Reading) -> Vec<(Option<u32>, &str)> {
    let odd = reading.found(FindingCode::FormatOddity);
    odd.into_iter().map(|finding| (finding.row, finding.message.as_str())).collect()
}

pub(super) fn with_recipe(recipe: Recipe) -> ReadOptions {
    ReadOptions { recipe: Some(recipe), ..ReadOptions::default() }
}

pub(super) fn columns(columns: &[(&str, ColumnRole)]) -> Vec<RecipeColumn> {
    let column = |(header, role): &(&str, ColumnRole)| RecipeColumn {
        header: (*header).into(),
        role: *role,
    };
    columns.iter().map(column).collect()
}

#[test]
fn a_spreadsheet_kept_by_hand_becomes_what_was_proposed() {
    let reading = found("genericcsv/sample.csv");
    assert_eq!(reading.summary.format, "genericcsv");
    assert_eq!(normal(&reading), proposed("genericcsv/proposed.json"));
    let wanted = [
        "Personal",
        "Work",
        "Work/Finance",
        "Work/Infra",
        "Work/Infra/Network",
        "中交",
        "中交/银行",
    ];
    let mut paths = reading.summary.folders.clone();
    paths.sort();
    assert_eq!(paths.len(), wanted.len(), "{paths:?}");
    assert_eq!(paths[..5], wanted[..5]);
}

#[test]
fn a_spreadsheet_parted_by_tabs_becomes_what_was_proposed() {
    assert_eq!(
        normal(&found("genericcsv/sample-tab.tsv")),
        proposed("genericcsv/sample-tab.proposed.json")
    );
}

#[test]
fn a_sheet_is_read_by_itself_only_when_its_columns_say_enough() {
    let sure =
        export("System;Benutzer;Kennwort;Link;Bemerkung\nRouter;admin;x;192.0.2.1;\n").detect();
    assert_eq!(sure.format.as_deref(), Some("genericcsv"));
    assert!((0.5..0.65).contains(&sure.confidence), "every known product comes first");
    for doubtful in ["Foo;Bar;Baz\nRouter;admin;x\nSwitch;admin;y\n", "a,b,c\n1,2,3\n"] {
        let found = export(doubtful).detect();
        assert_eq!(found.format, None, "{doubtful}");
        assert!(found.alternatives.contains(&"genericcsv".to_owned()), "offered for a recipe");
        assert!(matches!(export(doubtful).read().err(), Some(Error::UnknownFormat)));
    }
    let prose = export("Dear colleague,\nplease find attached what you asked for.\n").detect();
    assert_eq!((prose.format, prose.alternatives), (None, Vec::new()));
}

#[test]
fn known_products_are_never_taken_for_a_spreadsheet() {
    let known = wardroom_core::import::formats::formats();
    let index = std::fs::read_to_string(fixture("index.json")).expect("index");
    let index: Value = serde_json::from_str(&index).expect("JSON");
    let samples = index["samples"].as_array().or_else(|| index.as_array()).expect("samples");
    let mut seen = 0;
    for sample in samples {
        let (id, path) = (sample["format"].as_str().unwrap(), sample["file"].as_str().unwrap());
        if id == "genericcsv" || !known.iter().any(|format| format.id == id) {
            continue;
        }
        let found = wardroom_core::import::formats::detect(&fixture(path)).expect("readable");
        assert_ne!(found.format.as_deref(), Some("genericcsv"), "{path}");
        seen += 1;
    }
    assert!(seen >= 5, "some samples are there");
}

#[test]
fn columns_are_understood_in_seven_languages() {
    for header in [
        "Name,User name,Password,Website,Notes,Folder",
        "Bezeichnung,Benutzername,Kennwort,Webseite,Bemerkung,Ordner",
        "Intitulé,Nom d'utilisateur,Mot de passe,Site web,Remarques,Dossier",
        "Título,Usuario,Contraseña,Sitio web,Observaciones,Carpeta",
        "Titolo,Nome utente,Parola chiave,Sito web,Commenti,Cartella",
        "Naam,Gebruikersnaam,Wachtwoord,Webadres,Opmerkingen,Map",
        "Nome,Utilizador,Palavra-passe,Endereço web,Observações,Pasta",
    ] {
        let reading = export(format!("{header}\nMail,alice,pw,mail.example,a note,Work\n")).read();
        let reading = reading.unwrap_or_else(|error| panic!("{header}: {error}"));
        let item = &reading.items[0];
        assert_eq!(item.name.expose(), "Mail", "{header}");
        assert_eq!(text(login(item).username.as_ref()), "alice", "{header}");
        assert_eq!(password(item), "pw", "{header}");
        assert_eq!(addresses(item), ["http://mail.example"], "{header}");
        assert_eq!(text(item.notes.as_ref()), "a note", "{header}");
        assert_eq!(folders(&reading, item), ["Work"], "{header}");
    }
}

#[test]
fn a_separator_line_titles_and_blank_rows_above_the_names_are_passed_over() {
    for text in [
        "sep=;\nName;Login;Passwort\nMail;alice;a,b,c\n",
        "\"sep=;\"\r\nName;Login;Passwort\r\nMail;alice;a,b,c\r\n",
        "Passwortliste Müller GmbH;;\nStand: 01.02.2024;;\n;;\nName;Login;Passwort\nMail;alice;a,b,c\n",
        "\n\nPasswords of our customers\n\nName;Login;Passwort\n\nMail;alice;a,b,c\n",
    ] {
        let reading = export(text).read().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(reading.names(), ["Mail"], "{text}");
        assert_eq!(password(&reading.items[0]), "a,b,c", "{text}");
    }
    let tab = export("sep=\t\nName\tLogin\tPasswort\nMail\talice\tp\n").read().expect("read");
    assert_eq!(tab.names(), ["Mail"]);
}

#[test]
fn without_names_the_content_tells_the_columns() {
    let text = "Mail,alice@example.com,Tr0ub4dor&3,https://mail.example.com\n\
                Router,root@example.com,x9!kLmn2,192.0.2.1\n\
                Shop,carol@example.com,=Summer2024,shop.example\n";
    let found = export(text).detect();
    assert_eq!(found.format, None, "nobody named the columns: a person looks first");
    assert!(found.alternatives.contains(&"genericcsv".to_owned()));
    let reading = export(text).read_as("genericcsv").expect("read");
    assert_eq!(reading.names(), ["Mail", "Router", "Shop"]);
    assert_eq!(password(&reading.items[2]), "=Summer2024");
    assert_eq!(addresses(&reading.items[1]), ["http://192.0.2.1"]);
    let plain = export("Router,admin,Tr0ub4dor&3\nSwitch,root,x9!kLmn2\n");
    let plain = plain.read_as("genericcsv").expect("read");
    assert_eq!(text_of(&plain, 0), ("Router", "admin", "Tr0ub4dor&3"));
}

pub(super) fn text_of(reading: &Reading, index: usize) -> (&str, &str, &str) {
    let item = &reading.items[index];
    (item.name.expose(), text(login(item).username.as_ref()), password(item))
}

#[test]
fn passwords_that_look_like_formulas_stay_as_they_are() {
    let words = ["=Summer2024", "+49secret", "-x", "@home", "=1+1", "'quoted", "  two  "];
    let rows: String = words.iter().map(|word| format!("n;u;{word}\n")).collect();
    let reading = export(format!("Name;User;Password\n{rows}")).read().expect("read");
    let read: Vec<_> = reading.items.iter().map(password).collect();
    assert_eq!(read, words);
    assert_eq!(warnings(&reading).len(), 1, "the blanks around one: {:?}", warnings(&reading));
}

#[test]
fn cells_a_spreadsheet_has_spoilt_are_warned_about() {
    let reading = export(
        "Name;User;Password;PIN;Note\n\
         a;u;4.9E+11;1234;\n\
         b;u;4,90124E+11;0234;\n\
         c;u;#NAME?;1235;4.9E+11\n\
         d;u;3-Mar;1236;\n\
         e;u;12345678901234500;1237;\n\
         f;u;fine;1238;\n",
    );
    let reading = reading.read().expect("read");
    let rows: Vec<_> = warnings(&reading).into_iter().filter_map(|(row, _)| row).collect();
    assert_eq!(rows, [2, 3, 4, 5, 6]);
    let lost = export("Name;User;Password;PIN\na;u;p;1234\nb;u;p;1235\nc;u;p;1236\nd;u;p;234\n");
    let lost = lost.read().expect("read");
    assert_eq!(warnings(&lost).len(), 1, "one of four PINs has lost its zero");
    assert!(warnings(&lost)[0].1.starts_with("column 4 holds numbers"));
    assert!(reading.summary.findings.iter().all(|finding| !finding.message.contains("4.9")));
}

#[test]
fn cells_guarded_against_spreadsheets_are_unwrapped() {
    let text = "Name,User,Password,Phone\n\"=\"\"Router\"\"\",u,\"=\"\"007\"\"\",x\nPlain,u,\"=\"\"007\"\"\",x\n";
    let reading = export(text).read().expect("read");
    assert_eq!(text_of(&reading, 0), ("Router", "u", "007"));
    assert_eq!(password(&reading.items[1]), "=\"007\"", "alone it may be somebody's password");
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
}

#[test]
fn encodings_of_spreadsheets_are_read() {
    let text = "Name\tBenutzer\tPasswort\r\nZürich – Bank\tmüller\tgeheimß\r\n";
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = text
        .chars()
        .map(|c| if c == '–' { 0x96 } else { u8::try_from(u32::from(c)).unwrap() })
        .collect();
    for bytes in [utf16, windows, format!("\u{FEFF}{text}").into_bytes()] {
        let reading = export(bytes).read().expect("read");
        assert_eq!(text_of(&reading, 0), ("Zürich – Bank", "müller", "geheimß"));
    }
}

#[test]
fn nothing_is_lost_of_columns_nobody_knows() {
    let reading = export(
        "Name,User,Password,E-Mail,Recovery code,Serial,Passwort 2,\nA,u,p,a@x.example,ABC,12,p2,stray\n",
    );
    let reading = reading.read().expect("read");
    assert_eq!(
        fields(&reading.items[0]),
        [
            ("E-Mail", "a@x.example", 0),
            ("Recovery code", "ABC", 1),
            ("Serial", "12", 0),
            ("Passwort 2", "p2", 1),
            ("Column 8", "stray", 0),
        ],
        "what may be secret is hidden"
    );
}

#[test]
fn rows_become_the_kinds_they_are() {
    let reading = export(
        "Type,Name,Username,Password,URL,Notes,Card number,Expiry date,CVV,Favorite\n\
         login,L,u,p,l.example,,,,,x\n\
         note,N,,,,text,,,,\n\
         card,C,,,,,4111 1111 1111 1111,06/2029,123,\n",
    );
    let reading = reading.read().expect("read");
    assert!(reading.items[0].favorite);
    assert_eq!(reading.items[1].kind, ItemKind::Note);
    let ItemKind::Card(card) = &reading.items[2].kind else { panic!("a card") };
    let parts = [&card.number, &card.brand, &card.exp_month, &card.exp_year, &card.code];
    let parts = parts.map(|part| text(part.as_ref()));
    assert_eq!(parts, ["4111 1111 1111 1111", "Visa", "6", "2029", "123"]);
    let other = export("Type,Name,Password\nServer,A,p\nRouter,B,q\n").read().expect("read");
    assert_eq!(
        fields(&other.items[0]),
        [("Type", "Server", 0)],
        "other types are words of their own"
    );
}

#[test]
fn a_second_factor_that_is_none_is_kept_as_a_field() {
    let reading = export("Name,User,Password,2FA\nA,u,p,SMS\nB,u,p,JBSW Y3DP EHPK 3PXP\n")
        .read()
        .expect("read");
    assert_eq!(fields(&reading.items[0]), [("2FA", "SMS", 1)]);
    assert_eq!(text(login(&reading.items[1]).totp.as_ref()), "JBSW Y3DP EHPK 3PXP");
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(2)]);
}

#[test]
fn damaged_rows_are_told_and_stop_nothing() {
    let reading = export("Name;User;Password\nA;u;p\n\nB;u\nName;User;Password\nC;u;\"p\nD;u;q\n");
    let reading = reading.read().expect("read");
    assert_eq!(reading.names(), ["A", "B"]);
    assert_eq!(reading.rows(FindingCode::BlankRow), [Some(3)]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(4), Some(6)]);
    assert_eq!(
        warnings(&reading),
        [(Some(5), "the names of the columns stand here again; the row was left out")]
    );
    assert!(matches!(export("Name;User;Password\n").read().err(), Some(Error::Empty)));
    assert!(matches!(export("\n\n").read_as("genericcsv").err(), Some(Error::Empty)));
}

// Recipes.

#[test]
fn a_recipe_reads_columns_by_their_names_wherever_they_stand() {
    let recipe = Recipe {
        header_row: Some(1),
        columns: columns(&[
            ("Foo", ColumnRole::Name),
            ("Bar", ColumnRole::Password),
            ("Kunde", ColumnRole::Folder),
            ("Bereich", ColumnRole::Folder),
            ("Alt", ColumnRole::Ignore),
        ]),
        folder_separator: Some(">".into()),
        folder_prefix: Some("Import/2024".into()),
        ..Recipe::default()
    };
    let text =
        "Liste;;;;;\nBar;Kunde;Bereich;FOO ;Alt;Neu\np;Acme;IT > Net;Router;x;y\nq;;;Switch;;\n";
    let reading = export(text).with(|path| read(path, &with_recipe(recipe), true)).expect("read");
    assert_eq!(reading.names(), ["Router", "Switch"]);
    assert_eq!(folders(&reading, &reading.items[0]), ["Import/2024/Acme/IT/Net"]);
    assert_eq!(folders(&reading, &reading.items[1]), ["Import/2024"]);
    let unread = reading.found(FindingCode::ValueNotUnderstood);
    assert_eq!(unread.len(), 1, "what a person ignores is not told, what nobody saw is");
    assert_eq!(unread[0].message, "column 6 is not part of what is imported");
}

#[test]
fn a_recipe_without_names_goes_by_place() {
    let recipe = Recipe {
        delimiter: Some("|".into()),
        columns: columns(&[
            ("", ColumnRole::Password),
            ("", ColumnRole::Name),
            ("Asset", ColumnRole::Field),
        ]),
        ..Recipe::default()
    };
    let reading =
        export("p|Router|7\nq|Switch|8\n").with(|path| read(path, &with_recipe(recipe), true));
    let reading = reading.expect("read");
    assert_eq!(reading.names(), ["Router", "Switch"]);
    assert_eq!(fields(&reading.items[0]), [("Asset", "7", 0)]);
}

#[test]
fn a_recipe_for_another_file_is_refused() {
    let recipe = |header_row| Recipe {
        header_row,
        columns: columns(&[
            ("Foo", ColumnRole::Name),
            ("Bar", ColumnRole::Password),
            ("Baz", ColumnRole::Notes),
        ]),
        ..Recipe::default()
    };
    let refused = |text: &str, recipe| {
        export(text).with(|path| read(path, &with_recipe(recipe), true)).err().expect("refused")
    };
    let error = refused("Name;User;Password\nA;u;p\n", recipe(Some(1)));
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
    let error = refused(
        "x;y\n",
        Recipe { columns: columns(&[("", ColumnRole::Ignore)]), ..Recipe::default() },
    );
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
    let error = refused("x;y\n", Recipe { delimiter: Some(";;".into()), ..recipe(None) });
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
    let missing =
        export("Foo;Bar\nA;p\n").with(|path| read(path, &with_recipe(recipe(Some(1))), true));
    let missing = missing.expect("most of it is there");
    assert_eq!(warnings(&missing)[0].1, "1 columns of the recipe are not in this file");
}

// Workbooks.
