//! KeePass: exports as XML.

use wardroom_core::model::{FindingCode, Text};

use super::normal::expected;
use super::same::{compare_but, item};
use super::scratch::{export, login};

#[test]
fn a_keepass_export_becomes_what_the_official_client_makes_of_it() {
    // Better in two points of section 7: the recycle bin stays behind (11), and one-time passwords are
    // recognised in KeePass' own fields (12).
    for (organization, expectation) in
        [(false, "keepass2xml/expected.json"), (true, "keepass2xml/expected.org.json")]
    {
        let mut wanted = expected(expectation);
        let paths = if organization { "collections" } else { "folders" };
        wanted[paths].as_array_mut().unwrap().retain(|path| path != "Recycle Bin");
        wanted["items"].as_array_mut().unwrap().retain(|item| item["name"] != "Deleted entry");
        let router = item(&mut wanted, "Router (no user)");
        router.as_object_mut().unwrap().remove("fields");
        router["login"]["totp"] = "otpauth://totp/Imported?secret=JBSWY3DPEHPK3PXP&digits=8".into();
        let reading = compare_but("keepass2xml/sample.xml", organization, wanted);
        assert_eq!(reading.found(FindingCode::InTrash).len(), 1);
        assert_eq!(reading.found(FindingCode::Improved).len(), 1, "told once");
    }
}

#[test]
fn a_group_whose_name_comes_last_keeps_its_entries() {
    let text = "<KeePassFile><Root><Group><Name>Root</Name><Group><Entry><String><Key>Title</Key>\
        <Value>A</Value></String></Entry><UUID>x</UUID><Name>Late</Name></Group></Group></Root>\
        </KeePassFile>";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.summary.folders, ["Late"]);
    assert_eq!(reading.items[0].folders, [0]);
}

#[test]
fn an_export_in_utf_16_or_windows_1252_is_read_all_the_same() {
    // Section 7, point 8.
    let text = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\r\n<KeePassFile><Root><Group><Entry>\
            <String><Key>Title</Key><Value>Zürich Bänk</Value></String><String><Key>Password</Key>\
            <Value>pässwörd</Value></String></Entry></Group></Root></KeePassFile>"
        )
    };
    let utf_16: Vec<u8> = std::iter::once(0xFEFF_u16)
        .chain(text("utf-16").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin = |name: &str| text(name).chars().map(|c| c as u8).collect::<Vec<u8>>();
    for bytes in
        [utf_16, latin("windows-1252"), latin("ISO-8859-1"), text("ISO-8859-1").into_bytes()]
    {
        let reading = export(bytes).read().expect("read");
        assert_eq!(reading.names(), ["Zürich Bänk"]);
        let password = login(&reading.items[0]).password.as_ref().map(Text::expose);
        assert_eq!(password, Some("pässwörd"));
    }
    let cyrillic = b"<?xml version='1.0' encoding='windows-1251'?><KeePassFile><Root><Group><Entry>\
        <String><Key>Title</Key><Value>\xCF\xE0\xF0\xEE\xEB\xFC</Value></String></Entry></Group></Root></KeePassFile>";
    assert_eq!(export(cyrillic).read().expect("read").names(), ["Пароль"]);
}

#[test]
fn a_group_of_thousands_of_entries_needs_no_id() {
    let entry = |name: usize| {
        format!("<Entry><String><Key>Title</Key><Value>Item {name}</Value></String></Entry>")
    };
    let entries: String = (0..1_500).map(entry).collect();
    let group = |name: &str| format!("<Group>{name}{entries}</Group>");
    let root = format!(
        "<KeePassFile><Root><Group><Name>Root</Name>{}{}</Group></Root></KeePassFile>",
        entries,
        group("<Name>Work</Name>")
    );
    let reading = export(root).read().unwrap();
    assert_eq!(
        (reading.items.len(), &reading.summary.folders[..]),
        (3_000, &["Work".to_owned()][..])
    );
    let nameless = format!("<KeePassFile><Root><Group>{}</Group></Root></KeePassFile>", group(""));
    assert!(export(nameless).read().is_err(), "nobody could say where its entries belong");
}
