//! A technician looks through a staged export, changes what is wrong with it, thinks again.

use wardroom_core::Code;
use wardroom_core::import::bench::{self, Grid};
use wardroom_core::import::staging;
use wardroom_core::import::upload::Cancel;
use wardroom_core::keys::Secret;
use wardroom_core::model::{
    BenchAction, BenchActionKind, Client, FindingCode, Fix, GridQuery, GridSort, Placement,
    Selection, Severity, StagingId,
};
use wardroom_core::session::Unlocked;

use crate::imports::{clients, managed, send, stage, text};
use crate::office::Office;

const LASTPASS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/import/lastpasscsv/sample.csv");

async fn grid(unlocked: &Unlocked, staging: StagingId) -> Grid {
    Grid::open(unlocked, staging, |_| (), &Cancel::default()).await.unwrap()
}

/// A LastPass export made of `rows`, staged for the first client.
async fn bench(office: &Office, rows: &str) -> (Unlocked, Client, StagingId) {
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = office.folder().join("export.csv");
    let head = "url,username,password,totp,extra,name,grouping,fav\n";
    std::fs::write(&file, format!("{head}{rows}")).unwrap();
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    (unlocked, client, staged.staging_id)
}

fn names(grid: &Grid, query: &GridQuery) -> Vec<String> {
    grid.page(query, 0, 1_000).rows.into_iter().map(|row| row.name).collect()
}

fn asked(text: &str) -> GridQuery {
    GridQuery { text: text.to_owned(), ..GridQuery::default() }
}

fn with_code(code: FindingCode) -> GridQuery {
    GridQuery { codes: vec![code], ..GridQuery::default() }
}

const MIXED: &str = "\
https://bank.example.ch,müller,pw1,,,Zürich Bank,Work\\Finance,0
b.example,bob,pw2,,,beta,Work,0
see the wiki,carl,pw3,not a secret!,,Alpha,,0
,dora,pw4,,,Gamma,Work\\Finance,0
https://shop.example,,,,,,Shops,0
";

#[tokio::test]
async fn the_grid_finds_sorts_and_counts_what_is_staged() {
    let office = Office::small().await;
    let (unlocked, _, staging) = bench(&office, MIXED).await;
    let grid = grid(&unlocked, staging).await;
    assert_eq!(names(&grid, &asked("zurich")), ["Zürich Bank"], "accents do not count");
    assert_eq!(names(&grid, &asked("MULLER bank")), ["Zürich Bank"], "every word, wherever it is");
    assert_eq!(names(&grid, &asked("finance")), ["Zürich Bank", "Gamma"], "folders too");
    assert!(names(&grid, &asked("pw1")).is_empty(), "a password is not searched");
    let by_name = GridQuery { sort: GridSort::Name, ..GridQuery::default() };
    assert_eq!(names(&grid, &by_name), ["--", "Alpha", "beta", "Gamma", "Zürich Bank"]);
    let back = GridQuery { descending: true, ..by_name };
    assert_eq!(names(&grid, &back)[0], "Zürich Bank");
    let below = |path: &str| GridQuery { folder: Some(path.to_owned()), ..GridQuery::default() };
    assert_eq!(names(&grid, &below("Work")), ["Zürich Bank", "beta", "Gamma"]);
    assert_eq!(names(&grid, &below("")), ["Alpha"], "in no folder");

    let page = grid.page(&GridQuery { sort: GridSort::Findings, ..GridQuery::default() }, 0, 2);
    assert_eq!((page.total, page.matching, page.rows.len()), (5, 5, 2));
    assert_eq!(page.rows[0].name, "Alpha", "no address, no TOTP, no collection: the worst");
    assert_eq!(page.rows[0].severity, Some(Severity::Warning));
    let count = |code| page.codes.iter().find(|count| count.code == code).unwrap();
    assert_eq!(count(FindingCode::BadUri).items, 1);
    assert_eq!(count(FindingCode::BadUri).fix, Some(Fix::UriToField));
    assert_eq!(count(FindingCode::BadTotp).fix, Some(Fix::TotpToField));
    assert_eq!(count(FindingCode::MissingName).fix, Some(Fix::NameFromHost));
    assert_eq!(count(FindingCode::MissingUri).severity, Severity::Info);
    assert_eq!(count(FindingCode::NoCollection).items, 1);
    assert_eq!(page.folders.iter().map(|(_, items)| *items).sum::<u64>(), 4);
    let window = grid.page(&GridQuery::default(), 1, 2).rows;
    let listed = staging::items(&unlocked, staging, 1, 2).await.unwrap();
    let seen = |rows: &[wardroom_core::model::MaskedItem]| {
        let facts = |row: &wardroom_core::model::MaskedItem| {
            (row.item, row.row, row.username.clone(), row.host.clone(), row.has_password)
        };
        rows.iter().map(facts).collect::<Vec<_>>()
    };
    assert_eq!(seen(&window), seen(&listed), "the grid shows what the list shows");
    let shown = format!("{:?}", grid.page(&GridQuery::default(), 0, 100));
    for secret in ["pw1", "not a secret!", "müller", "dora"] {
        assert!(!shown.contains(secret), "the grid shows {secret}");
    }
}

#[tokio::test]
async fn an_item_is_looked_at_masked_and_revealed_value_by_value() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let staged = stage(&unlocked, LASTPASS.as_ref(), &client, Placement::default()).await;
    let detail = bench::detail(&unlocked, staged.staging_id, 0).await.unwrap();
    assert_eq!(detail.row.name, "Example Mail");
    let shown = serde_json::to_string(&detail).unwrap();
    for secret in ["CorrectHorse-1!", "JBSWY3DPEHPK3PXP", "alice@"] {
        assert!(!shown.contains(secret), "the detail shows {secret}");
    }
    let value = |path: &str| detail.values.iter().find(|value| value.path == path).unwrap();
    assert_eq!(value("login.username").shown.as_deref(), Some("a•••@example.com"));
    assert!(value("login.password").secret && value("login.password").bytes == 15);
    assert_eq!(value("login.uris[0].uri").shown.as_deref(), Some("mail.example.com"));
    assert_eq!(value("login.uris[1].uri").bytes, 0, "room for another address");
    let revealed = bench::reveal(&unlocked, staged.staging_id, 0, "login.password").await;
    assert_eq!(revealed.unwrap().expose(), "CorrectHorse-1!");
    let nowhere = bench::reveal(&unlocked, staged.staging_id, 0, "login.pin").await;
    assert_eq!(nowhere.unwrap_err().code(), Code::NotFound);
    let nobody = bench::detail(&unlocked, staged.staging_id, 9_999).await;
    assert_eq!(nobody.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_change_is_taken_back_and_done_again_also_after_a_restart() {
    let office = Office::small().await;
    let long = format!("https://a.example,u,{},,,Too long,Web,0\n", "p".repeat(3_696));
    let (unlocked, _, staging) = bench(&office, &long).await;
    let blocking =
        async |unlocked: &Unlocked| staging::get(unlocked, staging).await.unwrap().blocking;
    let password = async |unlocked: &Unlocked| {
        let secret = bench::reveal(unlocked, staging, 0, "login.password").await.unwrap();
        secret.expose().to_owned()
    };
    assert_eq!(blocking(&unlocked).await, 1);
    let mut grid = grid(&unlocked, staging).await;
    let new = Secret::new("short");
    let edited = bench::edit(&unlocked, staging, 0, "login.password", new).await.unwrap();
    assert!(edited > grid.revision());
    assert_eq!(blocking(&unlocked).await, 0, "the finding went with what it was about");
    assert!(grid.refresh(&unlocked).await.unwrap(), "what was open before is told to be stale");
    let page = grid.page(&GridQuery::default(), 0, 1);
    assert_eq!((page.revision, page.rows[0].findings), (edited, 0));
    assert_eq!(page.undo, Some(BenchAction { kind: BenchActionKind::Edit, items: 1 }));

    let unlocked = {
        unlocked.lock().await.unwrap();
        office.locked().unlock(office.password()).await.unwrap()
    };
    bench::undo(&unlocked, staging).await.unwrap();
    assert_eq!((blocking(&unlocked).await, password(&unlocked).await.len()), (1, 3_696));
    bench::redo(&unlocked, staging).await.unwrap();
    assert_eq!((blocking(&unlocked).await, password(&unlocked).await.as_str()), (0, "short"));
    assert_eq!(bench::redo(&unlocked, staging).await.unwrap_err().code(), Code::InputRefused);

    bench::undo(&unlocked, staging).await.unwrap();
    bench::edit(&unlocked, staging, 0, "name", Secret::new("Other")).await.unwrap();
    let gone = bench::redo(&unlocked, staging).await.unwrap_err();
    assert_eq!(gone.code(), Code::InputRefused, "what was taken back is gone after a new step");
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_no_step_and_a_wrong_path_is_refused() {
    let office = Office::small().await;
    let (unlocked, _, staging) = bench(&office, MIXED).await;
    let before = bench::revision(&unlocked, staging).await.unwrap();
    let edit = async |path: &str, value: &str| {
        bench::edit(&unlocked, staging, 1, path, Secret::new(value)).await
    };
    assert_eq!(edit("login.username", "bob").await.unwrap(), before);
    assert_eq!(edit("login.pin", "1").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(edit("name", "").await.unwrap_err().code(), Code::InputRefused);
    assert_eq!(bench::revision(&unlocked, staging).await.unwrap(), before);
    assert!(bench::undo(&unlocked, staging).await.is_err(), "there is no step to take back");
}

#[tokio::test]
async fn one_click_mends_all_that_have_the_same_trouble() {
    let office = Office::small().await;
    let notes = "line\n".repeat(3_000);
    let rows = format!("{MIXED}https://x.example,u,p,,\"{notes}\",Diary,Work,0\n");
    let (unlocked, _, staging) = bench(&office, &rows).await;
    // The reader puts a scheme to what looks like an address; a person may take it away again.
    let bare = Secret::new("b.example");
    bench::edit(&unlocked, staging, 1, "login.uris[0].uri", bare).await.unwrap();
    let mend = async |fix, code| {
        bench::fix(&unlocked, staging, fix, &Selection::Matching(with_code(code))).await.unwrap()
    };
    mend(Fix::SplitNotes, FindingCode::FieldTooLong).await;
    let staged = staging::get(&unlocked, staging).await.unwrap();
    assert_eq!((staged.items, staged.blocking, staged.counts.note), (8, 0, 2));
    mend(Fix::AddScheme, FindingCode::BadUri).await;
    mend(Fix::UriToField, FindingCode::BadUri).await;
    mend(Fix::TotpToField, FindingCode::BadTotp).await;
    mend(Fix::NameFromHost, FindingCode::MissingName).await;
    let grid = grid(&unlocked, staging).await;
    let codes: Vec<_> =
        grid.page(&GridQuery::default(), 0, 1).codes.iter().map(|count| count.code).collect();
    assert_eq!(codes, [FindingCode::NoCollection, FindingCode::MissingUri], "not to be mended");
    assert!(names(&grid, &GridQuery::default()).contains(&"shop.example".to_owned()));
    assert_eq!(names(&grid, &asked("diary")), ["Diary", "Diary (2 of 3)", "Diary (3 of 3)"]);

    for _ in 0..6 {
        bench::undo(&unlocked, staging).await.unwrap();
    }
    let staged = staging::get(&unlocked, staging).await.unwrap();
    assert_eq!((staged.items, staged.blocking, staged.counts.note), (6, 1, 0), "all as before");
    let back = bench::detail(&unlocked, staging, 5).await.unwrap();
    let notes = back.values.iter().find(|value| value.path == "notes").unwrap();
    assert_eq!(notes.bytes, 15_000, "as the reader had it");
}

#[tokio::test]
async fn many_items_are_left_out_and_taken_back_in_at_once() {
    let office = Office::small().await;
    let (unlocked, _, staging) = bench(&office, MIXED).await;
    let all =
        Selection::Matching(GridQuery { folder: Some("Work".to_owned()), ..GridQuery::default() });
    bench::set_skipped(&unlocked, staging, &all, true).await.unwrap();
    assert_eq!(staging::get(&unlocked, staging).await.unwrap().skipped, 3);
    bench::set_skipped(&unlocked, staging, &Selection::Items(vec![1]), false).await.unwrap();
    let grid = grid(&unlocked, staging).await;
    let left_out = GridQuery { skipped: Some(true), ..GridQuery::default() };
    assert_eq!(names(&grid, &left_out), ["Zürich Bank", "Gamma"]);
    bench::undo(&unlocked, staging).await.unwrap();
    bench::undo(&unlocked, staging).await.unwrap();
    assert_eq!(staging::get(&unlocked, staging).await.unwrap().skipped, 0);
    let nobody = bench::set_skipped(&unlocked, staging, &Selection::Items(vec![5]), true).await;
    assert_eq!(nobody.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn moved_items_arrive_in_the_collection_of_their_new_folder() {
    let office = Office::small().await;
    let (unlocked, client, staging) = bench(&office, MIXED).await;
    let finance = Selection::Matching(asked("finance"));
    bench::move_to(&unlocked, staging, &finance, Some("Bureau"), false).await.unwrap();
    let alpha = Selection::Items(vec![2]);
    bench::move_to(&unlocked, staging, &alpha, Some("Work"), true).await.unwrap();
    let targets = staging::targets(&unlocked, staging, true).await.unwrap();
    let told: Vec<_> = targets.iter().map(|t| (t.path.as_str(), t.items, t.exists)).collect();
    let new = Some(false);
    assert_eq!(told, [("Work", 2, new), ("Shops", 1, new), ("Bureau", 2, new)]);
    send(&unlocked, staging).await.unwrap();

    let collections = office.sandbox.collections(client.organization_id.0);
    let path = |id: &str| {
        let found = collections.iter().find(|c| c.id.to_string() == id);
        found.and_then(|c| c.text.clone()).unwrap()
    };
    for item in office.sandbox.opened_items(client.organization_id.0) {
        let expected = match text(&item, "name").unwrap() {
            "Zürich Bank" | "Gamma" => "Bureau",
            "beta" | "Alpha" => "Work",
            _ => "Shops",
        };
        let ids = item["collectionIds"].as_array().unwrap();
        assert_eq!(ids.len(), 1);
        assert_eq!(path(ids[0].as_str().unwrap()), expected);
    }
    let empty = collections.iter().any(|c| c.text.as_deref() == Some("Work/Finance"));
    assert!(!empty, "a folder that was moved out of is not made");
}

#[tokio::test]
async fn once_uploading_has_started_nothing_is_changed_any_more() {
    let office = Office::small().await;
    let (unlocked, _, staging) = bench(&office, MIXED).await;
    bench::edit(&unlocked, staging, 1, "name", Secret::new("Beta")).await.unwrap();
    office.sandbox.fail(
        "POST",
        "/api/ciphers/import-organization",
        wardroom_sandbox::Fault::Status(400),
        1,
    );
    send(&unlocked, staging).await.unwrap_err();
    let refused = [
        bench::edit(&unlocked, staging, 1, "name", Secret::new("x")).await,
        bench::undo(&unlocked, staging).await,
        bench::move_to(&unlocked, staging, &Selection::Items(vec![1]), None, false).await,
        bench::fix(&unlocked, staging, Fix::AddScheme, &Selection::Items(vec![1])).await,
    ];
    for refused in refused {
        assert_eq!(refused.unwrap_err().code(), Code::InputRefused);
    }
    // What the server does not like can still be left out.
    bench::set_skipped(&unlocked, staging, &Selection::Items(vec![2]), true).await.unwrap();
    let receipt = send(&unlocked, staging).await.unwrap();
    assert_eq!((receipt.landed, receipt.skipped), (4, 1));
    let gone = bench::reveal(&unlocked, staging, 0, "login.password").await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound, "proven: nothing is kept here");
    let page = grid(&unlocked, staging).await.page(&GridQuery::default(), 0, 10);
    assert_eq!((page.total, page.undo), (0, None), "nor a way back to it");
}

#[tokio::test]
async fn a_hundred_steps_leave_fifty_to_take_back() {
    let office = Office::small().await;
    let (unlocked, _, staging) = bench(&office, MIXED).await;
    for step in 0..100 {
        let name = Secret::new(format!("name {step}"));
        bench::edit(&unlocked, staging, 1, "name", name).await.unwrap();
    }
    let mut back = 0;
    while bench::undo(&unlocked, staging).await.is_ok() {
        back += 1;
    }
    assert_eq!(back, 50);
    let name = bench::reveal(&unlocked, staging, 1, "name").await.unwrap();
    assert_eq!(name.expose(), "name 49");
}
