//! Workbooks, and spreadsheets that are damaged or meant to hurt.

use wardroom_core::import::Error;
use wardroom_core::model::{ColumnRole, Recipe};

use super::normal::read;
use super::scratch::{export, file};
use super::sheets::{columns, fields, folders, text, text_of, warnings, with_recipe};
use super::workbook::Workbook;

fn workbook() -> Workbook {
    Workbook::new().sheet(
        "Logins",
        &[
            &["Passwords of Acme"],
            &[],
            &["System", "Benutzer", "Kennwort", "Link", "Notiz"],
            &["Router", "admin", "=Summer2024", "192.0.2.1", "Zeile 1\nZeile 2"],
            &["Switch & Co", "root", " p ", "", ""],
        ],
    )
}

#[test]
fn a_workbook_is_read_like_text() {
    let scratch = file("list.xlsx", workbook().bytes());
    let found = scratch.detect();
    assert_eq!(found.format.as_deref(), Some("genericcsv"));
    assert!((0.5..0.65).contains(&found.confidence));
    let reading = scratch.read().expect("read");
    assert_eq!(text_of(&reading, 0), ("Router", "admin", "=Summer2024"));
    assert_eq!(text(reading.items[0].notes.as_ref()), "Zeile 1\nZeile 2");
    assert_eq!(text_of(&reading, 1), ("Switch & Co", "root", " p "));
    assert_eq!(reading.items[1].row, 5, "the row of the sheet");
    assert_eq!(reading.summary.sha256.len(), 64);
}

#[test]
fn cells_of_a_workbook_look_as_people_see_them() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>\
                <c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c><c r=\"E1\" t=\"s\"><v>4</v></c></row>\
                <row r=\"2\"><c r=\"A2\" t=\"s\"><v>5</v></c><c r=\"B2\"><v>490123456789</v></c>\
                <c r=\"C2\" s=\"1\"><v>42</v></c><c r=\"D2\" s=\"2\"><v>45292</v></c><c r=\"E2\" t=\"b\"><v>1</v></c></row>\
                <row r=\"3\"><c r=\"A3\" t=\"str\"><f>A2</f><v>Server</v></c><c r=\"B3\"><v>1.2345678901234567E+19</v></c>\
                <c r=\"C3\" t=\"e\"><f>Winter2024</f><v>#NAME?</v></c><c r=\"D3\" s=\"2\"><v>45292.75</v></c></row>";
    let strings = "<sst count=\"6\" uniqueCount=\"6\"><si><t>Name</t></si><si><t>User</t></si><si><t>Password</t></si>\
                   <si><t>Changed</t></si><si><t>Active</t></si><si><r><t>Rou</t></r><r><t>ter</t></r></si></sst>";
    let book = Workbook::new().raw("S", rows).strings(strings).formats(&["00000", "dd/mm/yyyy"]);
    let reading = file("list.xlsx", book.bytes()).read().expect("read");
    assert_eq!(text_of(&reading, 0), ("Router", "490123456789", "00042"));
    assert_eq!(fields(&reading.items[0]), [("Changed", "2024-01-01", 0), ("Active", "TRUE", 0)]);
    assert_eq!(text_of(&reading, 1), ("Server", "12345678901234600000", "=Winter2024"));
    assert_eq!(fields(&reading.items[1]), [("Changed", "2024-01-01 18:00", 0)]);
    let rows: Vec<_> = warnings(&reading).iter().map(|(row, _)| *row).collect();
    assert_eq!(
        rows,
        [Some(3), Some(3)],
        "a rounded number and a formula: {:?}",
        warnings(&reading)
    );
}

#[test]
fn every_sheet_with_known_columns_is_read() {
    let book = Workbook::new()
        .sheet("Info", &[&["Made by", "us"], &["on", "Monday"]])
        .sheet("Server", &[&["Name", "User", "Password"], &["A", "u", "p"]])
        .sheet(
            "Web",
            &[
                &["Name", "User", "Password", "Kategorie"],
                &["B", "u", "q", "Shops"],
                &["C", "u", "r", ""],
            ],
        );
    let reading = file("list.xlsx", book.bytes()).read().expect("read");
    assert_eq!(reading.names(), ["A", "B", "C"]);
    let paths: Vec<_> = reading.items.iter().map(|item| folders(&reading, item)).collect();
    assert_eq!(paths, [["Server"], ["Shops"], ["Web"]]);
    assert_eq!(warnings(&reading)[0].1, "one more sheet of the workbook was not read");
    let recipe = Recipe {
        sheet: Some("Web".into()),
        header_row: Some(1),
        columns: columns(&[("Name", ColumnRole::Name), ("Password", ColumnRole::Password)]),
        ..Recipe::default()
    };
    let one = file("list.xlsx", book.bytes());
    let chosen = one.with(|path| read(path, &with_recipe(recipe.clone()), true)).expect("read");
    assert_eq!(chosen.names(), ["B", "C"]);
    let none = with_recipe(Recipe { sheet: Some("Nix".into()), ..recipe });
    assert!(matches!(
        one.with(|path| read(path, &none, true)).err(),
        Some(Error::Malformed { .. })
    ));
}

#[test]
fn hostile_workbooks_are_refused_before_they_are_parsed() {
    let rows = |rows: &str| Workbook::new().raw("S", rows);
    let text = "<c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c>";
    for (book, what) in [
        (
            rows("").strings("<sst uniqueCount=\"99999999999\"><si><t>x</t></si></sst>"),
            "a forged count",
        ),
        (
            rows(&format!("<row r=\"1\">{}</row>", text.replace("A1", "ZZZZZZZ1"))),
            "a column beyond the last",
        ),
        (rows(&format!("<row r=\"99999999999\">{text}</row>")), "a row beyond the last"),
        (
            rows(
                "<row r=\"1\"><c r=\"A1\"><f t=\"shared\" si=\"4000000000\" ref=\"A1:A2\">B1</f><v>1</v></c></row>",
            ),
            "a forged index",
        ),
        (
            rows("").strings("<!DOCTYPE sst [<!ENTITY a \"aaaa\">]><sst><si><t>&a;</t></si></sst>"),
            "entities",
        ),
    ] {
        let scratch = file("list.xlsx", book.bytes());
        let refused = scratch.read_as("genericcsv").err().expect(what);
        assert!(matches!(refused, Error::Malformed { .. }), "{what}: {refused}");
        let _ = scratch.detect();
    }
    let wide = format!("<row r=\"1\">{}</row>", text.replace("A1", "XFD1"));
    let refused = file("list.xlsx", rows(&wide).bytes()).read_as("genericcsv");
    assert!(matches!(refused.err(), Some(Error::Malformed { .. })));
    let far = format!("<row r=\"1048576\">{}</row>", text.replace("A1", "A1048576"));
    let refused = file("list.xlsx", rows(&far).bytes()).read_as("genericcsv");
    assert!(refused.is_err(), "a lone cell in the last row is no list");
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    let bomb = format!("<sst><si><t>{}</t></si></sst>", " ".repeat(300 * 1024 * 1024));
    let bytes = Workbook::new().raw("S", "").strings(&bomb).bytes();
    assert!(bytes.len() < 2 * 1024 * 1024);
    let refused = file("list.xlsx", bytes).read_as("genericcsv").err().expect("refused");
    assert!(matches!(refused, Error::TooLarge { .. }), "{refused}");
}

#[test]
fn workbooks_of_other_kinds_are_refused_by_name() {
    let old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 whatever comes then".repeat(20);
    let refused = export(old).read().err().expect("refused");
    assert!(refused.to_string().contains(".xlsx"), "{refused}");
    let mut damaged = workbook().bytes();
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    assert!(file("list.xlsx", damaged).read_as("genericcsv").is_err());
}

#[test]
fn damaged_spreadsheets_never_stop_the_program() {
    super::fuzz::survives("genericcsv/sample.csv", "genericcsv", &["CorrectHorse"]);
    super::fuzz::survives("itglue/sample.csv", "itglue", &["CorrectHorse"]);
}

#[test]
fn damaged_parts_of_a_workbook_never_stop_the_program() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>Password</t></is></c></row>\
                <row r=\"2\"><c r=\"A2\" s=\"1\"><v>45292.5</v></c><c r=\"B2\" t=\"e\"><f>Winter2024</f><v>#NAME?</v></c></row>";
    let strings =
        "<sst count=\"2\" uniqueCount=\"2\"><si><t>Name</t></si><si><t>Secret7</t></si></sst>";
    let mut dice = super::fuzz_dice::Dice::new(7);
    for round in 0..400 {
        let mut parts = [rows.as_bytes().to_vec(), strings.as_bytes().to_vec()];
        super::fuzz_dice::mutate(&mut parts[round % 2], &[], &mut dice);
        let [rows, strings] = parts.map(|part| String::from_utf8_lossy(&part).into_owned());
        let book = Workbook::new().raw("S", &rows).strings(&strings).formats(&["dd/mm/yyyy"]);
        let outcome = file("list.xlsx", book.bytes()).read_as("genericcsv");
        let said = match outcome {
            Ok(reading) => format!("{:?}", reading.summary.findings),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!said.contains("Winter2024") && !said.contains("Secret7"), "round {round}: {said}");
    }
}
