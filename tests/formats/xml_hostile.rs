//! XML that is damaged, or meant to hurt.

use wardroom_core::import::Error;
use wardroom_core::model::FindingCode;

use super::scratch::export;

/// The formats that read XML, each with a document of one entry around `inside`.
fn documents(inside: &str) -> [(&'static str, String); 7] {
    let value = |open: &str, close: &str| format!("{open}{inside}{close}");
    [
        (
            "keepass2xml",
            value(
                "<KeePassFile><Root><Group><Entry><String><Key>Title</Key><Value>",
                "</Value></String></Entry></Group></Root></KeePassFile>",
            ),
        ),
        ("pwsafexml", value("<passwordsafe><entry><title>", "</title></entry></passwordsafe>")),
        (
            "passworddragonxml",
            value(
                "<PasswordManager><record><Account-Name>",
                "</Account-Name></record></PasswordManager>",
            ),
        ),
        (
            "delineaxml",
            value(
                "<ImportFile><Secrets><Secret><SecretName>",
                "</SecretName></Secret></Secrets></ImportFile>",
            ),
        ),
        (
            "stickypasswordxml",
            value("<root><Database><Logins><Login ID='1'>", "</Login></Logins></Database></root>"),
        ),
        ("safeincloudxml", value("<database><card><notes>", "</notes></card></database>")),
        (
            "passworddepot17xml",
            value(
                "<passwordfile><header><version>17.0.0</version></header><passwords><group \
                fingerprint='a' name='g'><item><description>",
                "</description></item></group></passwords></passwordfile>",
            ),
        ),
    ]
}

fn refused(text: &str) -> (String, u64) {
    match export(text).read().err().expect("refused") {
        Error::Malformed { problem, row, column, .. } => {
            assert!(column.is_some(), "says where");
            (problem.to_owned(), row.expect("says where"))
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_plain_document_of_each_format_has_one_item() {
    for (id, text) in documents("plain") {
        assert_eq!(export(&text).detect().format.as_deref(), Some(id));
        assert_eq!(export(&text).read().expect(id).items.len(), 1, "{id}");
    }
}

#[test]
fn declarations_and_entities_are_refused_whatever_they_mean() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>\n";
    let outside = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    for (id, text) in documents("&b;") {
        for kind in [laughs, outside] {
            let (problem, row) = refused(&format!("{kind}{text}"));
            assert!(problem.contains("declarations"), "{id}: {problem}");
            assert_eq!(row, 1);
        }
        let (problem, _) = refused(&text);
        assert!(problem.contains("entity"), "{id}: {problem}");
    }
    let (_, text) = documents("kept").into_iter().next().unwrap();
    let harmless = format!("<!DOCTYPE KeePassFile SYSTEM \"http://example.com/x.dtd\">{text}");
    assert_eq!(export(harmless).read().expect("nothing is fetched").items.len(), 1);
}

#[test]
fn deep_nesting_is_refused_and_the_stack_does_not_care() {
    for (id, text) in documents(&"<a>".repeat(50_000)) {
        let (problem, _) = refused(&text);
        assert!(problem.contains("deeply"), "{id}: {problem}");
    }
    let groups = format!("<KeePassFile><Root>{}", "<Group>".repeat(100_000));
    assert!(refused(&groups).0.contains("deeply"));
    let groups = |depth| {
        let open = "<Group><Name>g</Name>".repeat(depth);
        format!("<KeePassFile><Root>{open}{}</Root></KeePassFile>", "</Group>".repeat(depth))
    };
    let reading = export(groups(200)).read().expect("as deep as people go");
    assert_eq!(reading.summary.folders.len(), 199);
}

#[test]
fn one_text_or_one_entry_without_end_is_refused() {
    let long = "x".repeat(17 * 1024 * 1024);
    // One reader serves all formats; this is its bound, so two of them are enough.
    for (id, text) in documents(&long).into_iter().step_by(6) {
        let error = export(&text).read().err().expect(id);
        assert!(matches!(error, Error::TooLarge { .. }), "{id}: {error}");
    }
    let many = "<a/>".repeat(200_100);
    for (id, text) in documents(&many).into_iter().step_by(6) {
        let error = export(&text).read().err().expect(id);
        assert!(matches!(error, Error::TooLarge { .. }), "{id}: {error}");
    }
    let attribute = format!("<passwordsafe delimiter='{long}'><entry/></passwordsafe>");
    assert!(export(attribute).read().is_err());
}

#[test]
fn what_is_passed_over_may_be_larger_than_memory_allows() {
    // Attachments lie in the document itself.
    let picture = "QUJD".repeat(6 * 1024 * 1024);
    let text = format!(
        "<KeePassFile><Meta><Binaries><Binary ID='0'>{picture}</Binary></Binaries></Meta><Root><Group>\
        <Entry/></Group></Root></KeePassFile>"
    );
    assert_eq!(export(text).read().expect("read").items.len(), 1);
}

#[test]
fn damage_is_refused_with_its_line_and_without_its_content() {
    for (id, text) in documents("secret-marker\n&amp;<b></c>") {
        let (problem, row) = refused(&text);
        assert_eq!(row, 2, "{id}");
        assert!(!problem.contains("secret-marker"));
    }
    for (id, text) in documents("secret-marker") {
        for cut in [10, 20, text.len() / 2, text.len() - 3] {
            let error = export(text.get(..cut).unwrap()).read_as(id).err().expect(id);
            assert!(!format!("{error} {error:?}").contains("marker"), "{id}: {error}");
        }
        let (problem, _) = refused(&format!("{text}<again/>"));
        assert!(problem.contains("more than one"), "{id}: {problem}");
        let (problem, _) = refused(&format!("{text} trailing"));
        assert!(problem.contains("outside"), "{id}: {problem}");
    }
}

#[test]
fn one_format_is_not_taken_for_another() {
    for (id, text) in documents("plain") {
        for (other, _) in documents("") {
            assert_eq!(export(&text).read_as(other).is_ok(), id == other, "{id} as {other}");
        }
        assert!(export(&text).read_as("clipperzhtml").is_err(), "{id}");
    }
    let page = "<html><body><textarea>hello</textarea></body></html>";
    assert_eq!(export(page).detect().format, None);
}

#[test]
fn other_versions_and_sealed_files_of_password_depot_are_refused_by_name() {
    for (header, word) in [
        ("<version>16.0.0</version>", "version 17"),
        ("<version>17.0.0</version><encrypted>True</encrypted>", "encrypted"),
        ("<application/>", "version"),
    ] {
        let text = format!("<passwordfile><header>{header}</header><passwords/></passwordfile>");
        let error = export(text).read().err().expect("refused").to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn groups_that_contain_each_other_end_somewhere() {
    let text = "<root><Database><Logins><Login ID='1' Name='u'/></Logins><Accounts><Account Name='a' \
        ParentID='x'><LoginLinks><Login SourceLoginID='1'/></LoginLinks></Account></Accounts><Groups>\
        <Group ID='x' Name='X' ParentID='y'/><Group ID='y' Name='Y' ParentID='x'/></Groups></Database></root>";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.summary.folders, ["Y/X", "Y"]);
}

#[test]
fn a_damaged_card_of_clipperz_does_not_stop_the_others() {
    let page = "<html><body><textarea>[null, {\"label\":\"Kept\",\"currentVersion\":{\"fields\":{}}}, 5]\
        </textarea></body></html>";
    let reading = export(page).read_as("clipperzhtml").expect("read");
    assert_eq!(reading.names(), ["Kept"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(1), Some(3)]);
}
