//! What Wardroom uploads, read back by the official client, against what that client makes of the same file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::import::staging;
use wardroom_core::import::upload::{self, Cancel};
use wardroom_core::model::{Item, Placement};

use super::*;

const OWNER: &str = "owner@harbourside.example";
const ORGANIZATION: &str = "Harbourside Cooperative";

/// Every item is in a folder: the official client refuses an organization import with one that is in none.
const LASTPASS: &str = "url,username,password,totp,extra,name,grouping,fav\n\
    https://mail.example.com,alice@example.com,CorrectHorse-1!,JBSWY3DPEHPK3PXP,\"two\nlines\",Mail,Work,1\n\
    https://ü.example/a?b=c&d,müller,\"quo\"\"ted, pass\",,,Umlaut 🔐,Work\\Deep\\Deeper,0\n\
    http://sn,,,,\"NoteType:Credit Card\nName on Card:A Person\nType:Visa\nNumber:4111111111111111\n\
Security Code:123\nStart Date:,\nExpiration Date:June,2029\nNotes:kept\",Card,Finance,0\n\
    http://sn,,,,just a note,Note,Finance,0\n";

struct Reader {
    official: Official,
    organization: String,
    session: String,
}

impl Reader {
    fn enter(sandbox: &Sandbox) -> Self {
        let official = Official::new(sandbox);
        let account = account(sandbox, OWNER);
        official.try_login(&account, &[]).unwrap();
        let session = official.run(&["unlock", "--raw", &account.password]).trim().to_owned();
        let organization = sandbox.organization_id(ORGANIZATION).unwrap().to_string();
        Self { official, organization, session }
    }

    fn run(&self, arguments: &[&str]) -> String {
        self.official.run(&[arguments, &["--session", &self.session]].concat())
    }

    /// The organization's export.
    fn export(&self) -> Value {
        self.run(&["sync"]);
        let path = self.official.folder.path().join(format!("{}.json", uuid()));
        let file = path.to_str().unwrap();
        let of = ["--organizationid", self.organization.as_str()];
        self.run(&[&["export"][..], &of, &["--format", "json", "--output", file]].concat());
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap()
    }

    fn import(&self, format: &str, file: &str) {
        self.run(&["import", "--organizationid", &self.organization, format, file]);
    }
}

fn uuid() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The items of `after` that `before` has not, without ids and dates, with the paths of their collections.
fn added(before: &Value, after: &Value) -> Vec<String> {
    let items = |export: &Value| export["items"].as_array().unwrap().clone();
    let known: BTreeSet<String> = items(before).iter().map(|item| item["id"].to_string()).collect();
    let names: Map<String, Value> = after["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["name"].clone()))
        .collect();
    let fresh = items(after).into_iter().filter(|item| !known.contains(&item["id"].to_string()));
    let mut texts: Vec<_> = fresh
        .map(|mut item| {
            let ids = item["collectionIds"].as_array().cloned().unwrap_or_default();
            let mut paths: Vec<_> =
                ids.iter().map(|id| names[id.as_str().unwrap()].to_string()).collect();
            paths.sort();
            let object = item.as_object_mut().unwrap();
            for key in ["id", "organizationId", "collectionIds", "creationDate", "revisionDate"] {
                object.remove(key);
            }
            object.insert("collections".to_owned(), json!(paths));
            plain(item).to_string()
        })
        .collect();
    texts.sort();
    texts
}

/// Without what stands for nothing, and without the moment a password was set.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(key, _)| key != "passwordRevisionDate")
            .map(|(key, value)| (key, plain(value)))
            .filter(|(_, value)| {
                !matches!(value, Value::Null) && *value != json!([]) && *value != json!({})
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.into_iter().map(plain).collect(),
        other => other,
    }
}

/// What the official client makes of the file, and what it reads of our upload of the same file.
async fn both(format: &str, file: &str) -> (Vec<String>, Vec<String>) {
    let sandbox = world().await;
    let theirs = {
        let reader = Reader::enter(&sandbox);
        let before = reader.export();
        reader.import(format, file);
        added(&before, &reader.export())
    };

    let sandbox = world().await;
    let ours = Ours::new();
    let desk = Desk::with_keyring(ours.folder.path(), ours.keyring.clone()).unwrap();
    let address = ServerAddress::parse(&sandbox.url()).unwrap();
    let owner = account(&sandbox, OWNER);
    let reader = Reader::enter(&sandbox);
    let before = reader.export();
    let unlocked = desk.sign_in(&address, OWNER, Secret::new(owner.password)).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    let clients = sync::clients(&unlocked).await.unwrap();
    let client = clients.iter().find(|client| client.name == ORGANIZATION).unwrap();
    let placement = Placement { folders_to_collections: true, ..Placement::default() };
    let options = ReadOptions { format: Some(format.to_owned()), ..ReadOptions::default() };
    let path = PathBuf::from(file);
    let id = client.organization_id;
    let staged = staging::stage(&unlocked, &path, id, options, placement, |_| ()).await.unwrap();
    upload::upload(&unlocked, staged.staging_id, Cancel::default(), |_| ()).await.unwrap();
    (theirs, added(&before, &reader.export()))
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/import").join(name);
    path.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lastpass_upload_reads_back_as_the_official_clients_own_import() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lastpass.csv");
    std::fs::write(&file, LASTPASS).unwrap();
    let (theirs, ours) = both("lastpasscsv", file.to_str().unwrap()).await;
    assert_eq!(theirs.len(), 4);
    assert_eq!(ours, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bitwarden_upload_reads_back_as_the_official_clients_own_import() {
    let (theirs, ours) = both("bitwardenjson", &fixture("bitwardenjson/sample-org.json")).await;
    assert!(theirs.len() > 3);
    assert_eq!(ours, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_only_its_account_can_read_is_read_by_that_account() {
    let sandbox = world().await;
    let reader = Reader::enter(&sandbox);
    reader.import("bitwardenjson", &fixture("bitwardenjson/sample-org.json"));
    let exported = |format: &str, name: &str| {
        let path = reader.official.folder.path().join(name);
        let of = ["--organizationid", reader.organization.as_str(), "--format", format];
        reader.run(&[&["export"][..], &of, &["--output", path.to_str().unwrap()]].concat());
        path
    };
    let (sealed, plain) =
        (exported("encrypted_json", "sealed.json"), exported("json", "plain.json"));

    let ours = Ours::new();
    let desk = Desk::with_keyring(ours.folder.path(), ours.keyring.clone()).unwrap();
    let address = ServerAddress::parse(&sandbox.url()).unwrap();
    let password = Secret::new(account(&sandbox, OWNER).password);
    let unlocked = desk.sign_in(&address, OWNER, password).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    let read = |path: &Path, opener| {
        let options = ReadOptions { opener, ..ReadOptions::default() };
        let mut items = Vec::new();
        let read = formats::read(path, &options, true, &mut |item: Item| {
            items.push((
                item.name.clone(),
                item.kind.clone(),
                item.notes.clone(),
                item.fields.clone(),
            ));
            Ok::<_, wardroom_core::import::Error>(())
        });
        read.map(|_| items)
    };
    assert!(read(&sealed, None).is_err(), "without an account nobody reads it");
    for client in sync::clients(&unlocked).await.unwrap() {
        unlocked.keys_for(client.organization_id).await.unwrap();
    }
    let opened = read(&sealed, Some(unlocked.keys().export_opener())).unwrap();
    assert!(opened.len() > 3);
    assert_eq!(opened, read(&plain, None).unwrap());
}
