//! A technician finds what is there twice: in a file, in another file of the client, on the server since the last
//! time. And decides what becomes of it.

use std::path::{Path, PathBuf};

use wardroom_core::import::{bench, duplicates, staging};
use wardroom_core::model::{
    DuplicateGroup, DuplicateKind, DuplicateQuery, DuplicateReport, DuplicateRule, FindingCode,
    Severity, StagingId,
};
use wardroom_core::session::Unlocked;
use wardroom_core::{Code, Error};

use crate::imports::{clients, managed, send, stage, text};
use crate::office::Office;

const HEADER: &str = "url,username,password,totp,extra,name,grouping,fav\n";

fn write(folder: &Path, name: &str, rows: &[&str]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("{HEADER}{}\n", rows.join("\n"))).unwrap();
    path
}

const MAIL: &str = "https://mail.example,ann,pw-one,,,Mail,Web,0";
const MAIL_ELSEWHERE: &str = "https://mail.example,ann,pw-one,,,Mail,Office,0";
const MAIL_CHANGED: &str = "https://www.mail.example/inbox,Ann,pw-two,JBSWY3DPEHPK3PXP,,Post,Old,0";
const SHOP: &str = "https://shop.example,ann,pw-shop,,,Shop,Web,0";

async fn report(unlocked: &Unlocked, id: StagingId) -> DuplicateReport {
    duplicates::report(unlocked, id, &DuplicateQuery::default(), 0, 50).await.unwrap()
}

async fn codes(unlocked: &Unlocked, id: StagingId) -> Vec<(FindingCode, Option<u32>)> {
    let found = staging::findings(unlocked, id).await.unwrap();
    let ours = [FindingCode::Duplicate, FindingCode::NearDuplicate, FindingCode::UploadedBefore];
    let ours = found.into_iter().filter(|finding| ours.contains(&finding.code));
    ours.map(|finding| (finding.code, finding.item)).collect()
}

fn items(group: &DuplicateGroup) -> Vec<Option<u32>> {
    group.members.iter().map(|member| member.item).collect()
}

#[tokio::test]
async fn equal_items_and_other_versions_of_them_are_found_whatever_folder_they_are_in() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let rows = [MAIL, SHOP, MAIL_ELSEWHERE, MAIL_CHANGED];
    let file = write(&office.folder(), "a.csv", &rows);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let found = report(&unlocked, staged.staging_id).await;
    assert_eq!((found.exact, found.near, found.earlier, found.superfluous), (1, 1, 0, 1));
    let [exact, near] = found.groups.as_slice() else { panic!("two groups: {found:?}") };
    assert_eq!((exact.kind, items(exact)), (DuplicateKind::Exact, vec![Some(0), Some(2)]));
    assert!(exact.differs.is_empty());
    let all = vec![Some(0), Some(2), Some(3)];
    assert_eq!((near.kind, items(near)), (DuplicateKind::Near, all));
    let differs = ["login.password", "login.totp", "login.uris[0].uri", "login.username", "name"];
    assert_eq!(near.differs, differs, "places, never what is there");
    let last = &near.members[2];
    assert_eq!((last.name.as_str(), last.row, last.skipped), ("Post", Some(5), false));
    assert_eq!((last.file_name.as_str(), last.username.as_str()), ("a.csv", "A•••"));
    assert!(!format!("{found:?}").contains("pw-"), "a report holds no password");

    let told = codes(&unlocked, staged.staging_id).await;
    let expected = [
        (FindingCode::Duplicate, Some(2)),
        (FindingCode::NearDuplicate, Some(2)),
        (FindingCode::NearDuplicate, Some(3)),
    ];
    assert_eq!(told, expected, "who leaves out what has a finding keeps the first of each");
    let findings = staging::findings(&unlocked, staged.staging_id).await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "nothing blocks");

    let query = DuplicateQuery { kind: Some(DuplicateKind::Near), elsewhere: false };
    let near = duplicates::report(&unlocked, staged.staging_id, &query, 0, 50).await.unwrap();
    assert_eq!((near.matching, near.groups[0].group), (1, 1), "its place among all groups");
    let query = DuplicateQuery { kind: None, elsewhere: true };
    let elsewhere = duplicates::report(&unlocked, staged.staging_id, &query, 0, 50).await.unwrap();
    assert_eq!(elsewhere.matching, 0);
}

#[tokio::test]
async fn later_ones_are_left_out_and_undo_takes_them_back() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = write(&office.folder(), "a.csv", &[MAIL, SHOP, MAIL_ELSEWHERE, SHOP, SHOP]);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let id = staged.staging_id;
    let found = report(&unlocked, id).await;
    let (kind, rule) = (DuplicateKind::Exact, DuplicateRule::SkipLater);
    let plan = duplicates::plan(&unlocked, id, None, kind, rule).await.unwrap();
    assert_eq!((plan.groups, plan.skipped, plan.kept, plan.merged), (2, 3, 0, 0));
    assert_eq!(report(&unlocked, id).await, found, "a plan changes nothing");

    let one = [found.groups[0].group];
    let resolve = duplicates::resolve;
    let next = resolve(&unlocked, id, Some(&one), kind, rule, found.revision).await.unwrap();
    assert_eq!(staging::get(&unlocked, id).await.unwrap().skipped, 1);
    let stale = resolve(&unlocked, id, None, kind, rule, found.revision).await.unwrap_err();
    assert_eq!(stale.code(), Code::InputRefused, "the groups may be other ones by now");
    resolve(&unlocked, id, None, kind, rule, next).await.unwrap();
    let after = report(&unlocked, id).await;
    assert_eq!((after.exact, after.superfluous), (2, 0), "shown as settled");
    let skipped: Vec<_> =
        after.groups.iter().map(|g| g.members.iter().filter(|m| m.skipped).count()).collect();
    assert_eq!(skipped, [1, 2]);

    bench::undo(&unlocked, id).await.unwrap();
    assert_eq!(report(&unlocked, id).await.superfluous, 2);
    let now = report(&unlocked, id).await.revision;
    resolve(&unlocked, id, None, kind, DuplicateRule::Keep, now).await.unwrap();
    assert_eq!(staging::get(&unlocked, id).await.unwrap().skipped, 0, "all of them are sent");
}

#[tokio::test]
async fn other_files_of_the_same_client_count_and_other_clients_do_not() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let (client, other) = {
        let mut clients = clients(&unlocked).await;
        (clients.remove(0), clients.remove(0))
    };
    let folder = office.folder();
    let first = write(&folder, "first.csv", &[MAIL, SHOP]);
    let second = write(&folder, "second.csv", &[MAIL_CHANGED, SHOP]);
    let placement = managed(&unlocked, &client).await;
    let first = stage(&unlocked, &first, &client, placement.clone()).await.staging_id;
    let elsewhere = write(&folder, "elsewhere.csv", &[SHOP]);
    let apart = managed(&unlocked, &other).await;
    stage(&unlocked, &elsewhere, &other, apart).await;
    let second = stage(&unlocked, &second, &client, placement).await.staging_id;

    let found = report(&unlocked, second).await;
    assert_eq!((found.exact, found.near, found.superfluous), (1, 1, 1));
    let [exact, near] = found.groups.as_slice() else { panic!("two groups: {found:?}") };
    let places = |group: &DuplicateGroup| -> Vec<_> {
        group.members.iter().map(|m| (m.staging, m.item, m.file_name.clone())).collect()
    };
    let (a, b) = ("first.csv".to_owned(), "second.csv".to_owned());
    let shop = vec![(second, Some(1), b.clone()), (first, Some(1), a.clone())];
    assert_eq!(places(exact), shop, "those of this staging first");
    assert_eq!(places(near), [(second, Some(0), b), (first, Some(0), a)]);

    let (kind, rule) = (DuplicateKind::Exact, DuplicateRule::SkipLater);
    let revision = found.revision;
    duplicates::resolve(&unlocked, second, None, kind, rule, revision).await.unwrap();
    assert_eq!(staging::get(&unlocked, second).await.unwrap().skipped, 1);
    let older = report(&unlocked, first).await;
    assert_eq!(older.superfluous, 0, "one of the two is sent, not none");
    assert_eq!(staging::get(&unlocked, first).await.unwrap().skipped, 0);
}

#[tokio::test]
async fn what_was_uploaded_before_is_known_again_without_a_copy_of_it() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let folder = office.folder();
    let placement = managed(&unlocked, &client).await;
    let first =
        write(&folder, "first.csv", &[MAIL, SHOP, "https://x.example,x,x,,,Left out,Web,0"]);
    let first = stage(&unlocked, &first, &client, placement.clone()).await.staging_id;
    staging::set_skipped(&unlocked, first, &[2], true).await.unwrap();
    send(&unlocked, first).await.unwrap();

    let unlocked = {
        unlocked.lock().await.unwrap();
        office.locked().unlock(office.password()).await.unwrap()
    };
    let rows = [SHOP, MAIL_CHANGED, "https://x.example,x,x,,,Left out,Web,0"];
    let second = write(&folder, "second.csv", &rows);
    let second = stage(&unlocked, &second, &client, placement).await.staging_id;
    let found = report(&unlocked, second).await;
    assert_eq!((found.exact, found.near, found.earlier, found.superfluous), (1, 1, 1, 1));
    let before = &found.groups[0].members[1];
    assert_eq!((before.staging, before.item, before.name.as_str()), (first, None, ""));
    assert!(before.uploaded_at.is_some());
    let told = codes(&unlocked, second).await;
    let expected = [(FindingCode::UploadedBefore, Some(0))];
    assert_eq!(told, expected, "what was left out then is not on the server");

    let (kind, rule) = (DuplicateKind::Exact, DuplicateRule::SkipLater);
    duplicates::resolve(&unlocked, second, None, kind, rule, found.revision).await.unwrap();
    send(&unlocked, second).await.unwrap();
    let there = office.sandbox.opened_items(client.organization_id.0);
    let shops = there.iter().filter(|item| text(item, "name") == Some("Shop")).count();
    assert_eq!(shops, 1, "not a second time");
}

#[tokio::test]
async fn merging_makes_one_item_with_the_values_of_all() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = write(&office.folder(), "a.csv", &[MAIL, SHOP, MAIL_CHANGED]);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let id = staged.staging_id;
    let revision = report(&unlocked, id).await.revision;
    let (kind, rule) = (DuplicateKind::Near, DuplicateRule::Merge);
    duplicates::resolve(&unlocked, id, None, kind, rule, revision).await.unwrap();
    assert_eq!(staging::get(&unlocked, id).await.unwrap().skipped, 1);
    let receipt = send(&unlocked, id).await.unwrap();
    assert_eq!((receipt.landed, receipt.skipped), (2, 1));
    let there = office.sandbox.opened_items(client.organization_id.0);
    // The one with a TOTP has the most values: it stays, and gets what the other one has.
    let merged = there.iter().find(|item| text(item, "name") == Some("Post")).unwrap();
    assert_eq!(merged["login"]["password"], "pw-two");
    assert_eq!(merged["passwordHistory"][0]["password"], "pw-one");
    let uris = merged["login"]["uris"].as_array().unwrap();
    let uris: Vec<_> = uris.iter().filter_map(|uri| text(uri, "uri")).collect();
    assert_eq!(uris, ["https://www.mail.example/inbox", "https://mail.example"]);
    assert_eq!(merged["collectionIds"].as_array().unwrap().len(), 2, "of both folders");
    assert!(there.iter().all(|item| text(item, "name") != Some("Mail")));
}

#[tokio::test]
async fn the_fullest_is_kept_and_merging_can_be_taken_back() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = write(&office.folder(), "a.csv", &[MAIL, SHOP, MAIL_CHANGED]);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let id = staged.staging_id;
    let before = staging::items(&unlocked, id, 0, 10).await.unwrap();
    let mut revision = report(&unlocked, id).await.revision;
    for rule in [DuplicateRule::Merge, DuplicateRule::KeepFullest] {
        let kind = DuplicateKind::Near;
        duplicates::resolve(&unlocked, id, None, kind, rule, revision).await.unwrap();
        let items = staging::items(&unlocked, id, 0, 10).await.unwrap();
        let skipped: Vec<_> = items.iter().map(|item| item.skipped).collect();
        assert_eq!(skipped, [true, false, false], "{rule:?}");
        bench::undo(&unlocked, id).await.unwrap();
        revision = report(&unlocked, id).await.revision;
        assert_eq!(staging::items(&unlocked, id, 0, 10).await.unwrap(), before, "{rule:?}");
    }
    let gone = duplicates::resolve(
        &unlocked,
        id,
        Some(&[7]),
        DuplicateKind::Near,
        DuplicateRule::Merge,
        revision,
    );
    assert!(matches!(gone.await, Err(Error::NotFound(_))), "no such group");
}
