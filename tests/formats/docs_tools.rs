//! Exports of IT documentation tools: IT Glue, Hudu, Passportal.

use wardroom_core::model::{FindingCode, Item, ItemKind, Text};

use super::normal::{Reading, fixture, read};
use super::scratch::{addresses, export, login, password};
use super::sheets::{normal, proposed};

fn text(text: Option<&Text>) -> &str {
    text.map_or("", Text::expose)
}

fn folders(reading: &Reading) -> Vec<Vec<String>> {
    let path = |index: &u32| reading.summary.folders[*index as usize].clone();
    reading.items.iter().map(|item| item.folders.iter().map(path).collect()).collect()
}

fn fields(item: &Item) -> Vec<(&str, &str, u8)> {
    let fields = item.fields.iter();
    fields.map(|f| (text(f.name.as_ref()), text(f.value.as_ref()), f.kind.number())).collect()
}

#[test]
fn an_it_glue_export_becomes_what_was_proposed() {
    let path = fixture("itglue/sample.csv");
    let reading =
        read(&path, &wardroom_core::import::formats::ReadOptions::default(), true).expect("read");
    assert_eq!(reading.summary.format, "itglue");
    assert_eq!(normal(&reading), proposed("itglue/proposed.json"));
    let archived: Vec<_> = reading.items.iter().filter(|item| item.archived.is_some()).collect();
    assert_eq!(archived.len(), 1);
    assert!(archived[0].name.expose().contains("Crypto Wallet"));
}

#[test]
fn notes_of_it_glue_are_pages_and_become_text() {
    let reading = export(
        "id,organization,name,password_category,username,password,otp_secret,archived,url,notes,password_updated_at,vault_pin\n\
         7,Acme,Firewall,Network,admin,p,,No,192.0.2.1,\"<p>Ask <b>Bob</b> &amp; Al</p><ul><li>one</li><li>two</li></ul>\",2024-01-01,1234\n",
    );
    let reading = reading.read().expect("read");
    assert_eq!(text(reading.items[0].notes.as_ref()), "Ask Bob & Al\n\n- one\n- two");
    assert_eq!(
        fields(&reading.items[0]),
        [("Category", "Network", 0), ("vault_pin", "1234", 1)],
        "columns nobody knows are kept, secrets among them hidden"
    );
}

#[test]
fn a_hudu_export_is_read_whatever_its_columns_are_called() {
    for header in [
        "id,company_name,name,username,password,otp_secret,url,description,password_type,password_folder_name,passwordable_type",
        "Id,Company,Name,Username,Password,OTP Secret,URL,Description,Password Type,Folder,Passwordable Type",
    ] {
        let row = "3,Acme,Firewall,admin,p,JBSWY3DPEHPK3PXP,https://fw.example,<div>Rack 2</div>,Network,Infra/Edge,Asset";
        let scratch = export(format!("{header}\n{row}\n4,Acme,,,,,www.only.example,,,,\n"));
        let found = scratch.detect();
        assert_eq!(found.format.as_deref(), Some("hudu"), "{header}");
        assert!(found.confidence >= 0.9);
        let reading = scratch.read().expect("read");
        let item = &reading.items[0];
        assert_eq!(item.name.expose(), "Firewall");
        assert_eq!((text(login(item).username.as_ref()), password(item)), ("admin", "p"));
        assert_eq!(text(login(item).totp.as_ref()), "JBSWY3DPEHPK3PXP");
        assert_eq!(addresses(item), ["https://fw.example"]);
        assert_eq!(text(item.notes.as_ref()), "Rack 2");
        assert_eq!(fields(item), [("Category", "Network", 0), ("Resource", "Asset", 0)]);
        assert_eq!(folders(&reading), [["Acme/Infra/Edge"], ["Acme"]]);
        assert_eq!(reading.items[1].name.expose(), "only.example", "a name is made of the address");
    }
}

const PORTAL: &str = "Passportal ID,Client Name,Credential,Username,Password,Description,Expires (Yes/No),Notes,URL,Folder(Optional),TOTP Secret\n";

#[test]
fn a_passportal_export_is_read_with_and_without_column_names() {
    let rows = "12,Acme,Router,admin,\"p,1\",Edge router,No,\"line 1\nline 2\",192.0.2.1,Network,JBSWY3DPEHPK3PXP\n\
                13,Acme,Website,bob,q,,Yes,,https://x.example,,\n";
    for text in [format!("{PORTAL}{rows}"), rows.to_owned()] {
        let scratch = export(&text);
        let found = scratch.detect();
        assert_eq!(found.format.as_deref(), Some("passportal"), "{text}");
        assert!(found.confidence >= 0.9);
        let reading = scratch.read().expect("read");
        let item = &reading.items[0];
        assert_eq!(item.name.expose(), "Edge router");
        assert_eq!((text_user(item), password(item)), ("admin", "p,1"));
        assert_eq!(text_totp(item), "JBSWY3DPEHPK3PXP");
        assert_eq!(addresses(item), ["http://192.0.2.1"]);
        assert_eq!(fields(item), [("Credential", "Router", 0)]);
        assert_eq!(folders(&reading), [["Acme/Network"], ["Acme"]]);
        let second = &reading.items[1];
        assert_eq!(second.name.expose(), "x.example", "the address names it");
        assert_eq!(fields(second), [("Credential", "Website", 0), ("Expires", "Yes", 0)]);
        assert!(
            reading.found(FindingCode::ValueNotUnderstood).is_empty(),
            "{:?}",
            reading.summary.findings
        );
    }
}

fn text_user(item: &Item) -> &str {
    text(login(item).username.as_ref())
}

fn text_totp(item: &Item) -> &str {
    text(login(item).totp.as_ref())
}

#[test]
fn a_passportal_vault_has_no_clients() {
    let header = "Passportal ID,Credential,Username,Password,Description,Expires (Yes/No),Notes,URL,Folder(Optional)\n";
    let rows =
        "5,Website,me,p,My shop,No,,shop.example,Private\n6,Note,,,Just text,No,remember,,\n";
    for text in [format!("{header}{rows}"), rows.to_owned()] {
        let scratch = export(&text);
        assert_eq!(scratch.detect().format.as_deref(), Some("passportal"), "{text}");
        let reading = scratch.read().expect("read");
        assert_eq!(reading.names(), ["My shop", "Just text"]);
        assert_eq!(folders(&reading), [vec!["Private".to_owned()], vec![]]);
        assert_eq!(reading.items[1].kind, ItemKind::Note);
    }
}

#[test]
fn other_tables_are_not_taken_for_documentation_tools() {
    for text in [
        "name,url,username,password\nA,a.example,u,p\n",
        "Company,Name,User,Password\nAcme,Router,admin,p\n",
        "1,Acme,Router,admin,p,Edge,maybe,,192.0.2.1,Net\n",
        "id,organization,phone,city\n1,Acme,1,X\n",
    ] {
        let found = export(text).detect();
        let others = ["itglue", "hudu", "passportal"];
        assert!(!others.iter().any(|id| found.format.as_deref() == Some(id)), "{text}: {found:?}");
        for id in others {
            assert!(export(text).read_as(id).is_err(), "{text} as {id}");
        }
    }
}
