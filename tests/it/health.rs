//! A technician learns how healthy the passwords of a new client are, and nobody else learns anything.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha1::{Digest as _, Sha1};
use wardroom_core::import::health::{self, HealthOptions};
use wardroom_core::import::upload::Cancel;
use wardroom_core::import::{self, health_file, staging};
use wardroom_core::model::{
    Client, ExposedSource, FindingCode, HealthPick, HealthReport, NetworkSettings, Placement,
    StagedImport, StagingId,
};
use wardroom_core::session::Unlocked;
use wardroom_core::{Code, Error};
use wardroom_sandbox::Fault;

use crate::imports::{clients, managed, send, stage, text};
use crate::office::Office;

const GOOD: &str = "kite-ladder-94-quarry-velvet";

/// A known one, one that is only weak, a good one used twice, a good one.
fn export(office: &Office) -> PathBuf {
    let rows = [
        "url,username,password,totp,extra,name,grouping,fav".to_owned(),
        "https://mail.example,ann@acme.example,Password1,,,Mail,Web,0".to_owned(),
        "http://shop.example,ann,zx82kd,,,Shop,Web,0".to_owned(),
        format!("https://github.com/login,ann,{GOOD},,,Code,Web,0"),
        format!("https://github.com,bob,{GOOD},JBSWY3DPEHPK3PXP,,Code of Bob,Web,0"),
        "https://fine.example,ann,other-fine-ladder-51-quartz,,,Fine,Web,0".to_owned(),
        "http://sn,,,,a note,Note,Web,0".to_owned(),
    ];
    let path = office.folder().join("passwords.csv");
    std::fs::write(&path, rows.join("\n")).unwrap();
    path
}

/// A staged export on a machine that asks the sandbox about passwords.
async fn scene() -> (Office, Unlocked, Client, StagedImport) {
    let office = Office::small().await;
    let base = office.sandbox.exposed_passwords();
    let settings = NetworkSettings { exposed_passwords: Some(base), ..Default::default() };
    office.desk().set_network(settings, None).await.unwrap();
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let placement = managed(&unlocked, &client).await;
    let staged = stage(&unlocked, &export(&office), &client, placement).await;
    (office, unlocked, client, staged)
}

fn options(exposed: ExposedSource) -> HealthOptions {
    HealthOptions { exposed, worst: 20, ..HealthOptions::default() }
}

async fn check(unlocked: &Unlocked, id: StagingId, exposed: ExposedSource) -> HealthReport {
    let cancel = Cancel::default();
    health::check(unlocked, id, options(exposed), |_, _| (), &cancel).await.unwrap()
}

async fn codes(unlocked: &Unlocked, id: StagingId) -> Vec<(Option<u32>, FindingCode)> {
    let found = staging::findings(unlocked, id).await.unwrap().into_iter();
    let ours = found.filter(|f| {
        matches!(
            f.code,
            FindingCode::ExposedPassword
                | FindingCode::WeakPassword
                | FindingCode::ReusedPassword
                | FindingCode::PlainHttp
                | FindingCode::MissingTwoStep
        )
    });
    let mut codes: Vec<_> = ours.map(|finding| (finding.item, finding.code)).collect();
    codes.sort_by_key(|(item, code)| (*item, format!("{code:?}")));
    codes
}

fn sha1(password: &str) -> String {
    Sha1::digest(password.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap();
        text
    })
}

#[tokio::test]
async fn without_being_asked_nothing_leaves_this_machine() {
    let (office, unlocked, _, staged) = scene().await;
    office.sandbox.forget_requests();
    let steps = Arc::new(AtomicU64::new(0));
    let told = steps.clone();
    let progress = move |done: u64, total: u64| {
        assert!(done <= total);
        told.store(done, Ordering::SeqCst);
    };
    let off = options(ExposedSource::Off);
    let cancel = Cancel::default();
    let report = health::check(&unlocked, staged.staging_id, off, progress, &cancel).await.unwrap();
    assert_eq!(steps.load(Ordering::SeqCst), 6, "told to the end");
    assert!(office.sandbox.requests().is_empty(), "health is looked at here");
    assert_eq!((report.items, report.logins, report.passwords), (6, 5, 5));
    assert_eq!((report.weak, report.reused, report.plain_http), (2, 2, 1));
    assert_eq!((report.exposed, report.missing_two_step), (None, Some(1)));
    assert_eq!(report.to_mend, 4);
    let rows: Vec<_> = report.rows.iter().map(|row| (row.item, row.name.as_str())).collect();
    let worst = [(1, "Shop"), (0, "Mail"), (2, "Code"), (3, "Code of Bob")];
    assert_eq!(rows, worst, "weak and overheard, weak, shared and without two-step, shared");
    assert_eq!(report.rows[1].username, "a•••@acme.example");

    let expected = [
        (Some(0), FindingCode::WeakPassword),
        (Some(1), FindingCode::PlainHttp),
        (Some(1), FindingCode::WeakPassword),
        (Some(2), FindingCode::MissingTwoStep),
        (Some(2), FindingCode::ReusedPassword),
        (Some(3), FindingCode::ReusedPassword),
    ];
    assert_eq!(codes(&unlocked, staged.staging_id).await, expected);
    let staged = staging::get(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!(staged.blocking, 0, "weak passwords are no reason to send nothing");
}

#[tokio::test]
async fn asking_about_exposed_passwords_tells_five_digits_and_nothing_else() {
    let (office, unlocked, _, staged) = scene().await;
    office.sandbox.forget_requests();
    let report = check(&unlocked, staged.staging_id, ExposedSource::Online).await;
    assert_eq!((report.exposed, report.exposed_incomplete), (Some(1), false));
    let seen: Vec<_> = report.rows.iter().map(|row| (row.item, row.exposed)).collect();
    assert_eq!(seen[0], (0, Some(379_632)), "known to criminals is the worst");
    assert!(seen[1..].iter().all(|(_, exposed)| *exposed == Some(0)));
    let found = codes(&unlocked, staged.staging_id).await;
    assert!(found.contains(&(Some(0), FindingCode::ExposedPassword)));

    let passwords = ["Password1", "zx82kd", GOOD, "other-fine-ladder-51-quartz"];
    let mut expected: Vec<_> = passwords
        .iter()
        .map(|password| format!("/pwned/range/{}", sha1(password).get(..5).unwrap()))
        .collect();
    expected.sort();
    let questions = office.sandbox.range_questions();
    let mut asked: Vec<_> = questions.iter().map(|question| question.address.clone()).collect();
    asked.sort();
    assert_eq!(asked, expected, "once per password, five digits of its hash, no more");
    for question in &questions {
        assert!(question.body.is_empty());
        let mut names: Vec<_> = question.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        // Not who asks, not for whom, not with which token.
        assert_eq!(names, ["accept", "accept-encoding", "add-padding", "host", "user-agent"]);
        let said = format!("{question:?}").to_uppercase();
        for password in passwords {
            assert!(!said.contains(sha1(password).get(..6).unwrap()), "a sixth digit");
            assert!(!said.contains(&password.to_uppercase()));
        }
    }
    let others = office.sandbox.requests();
    assert!(others.iter().all(|seen| seen.path.starts_with("/pwned/range/")), "{others:?}");
    assert_eq!(others.len(), 4);
}

#[tokio::test]
async fn an_answer_is_kept_and_not_asked_for_again() {
    let (office, unlocked, _, staged) = scene().await;
    let first = check(&unlocked, staged.staging_id, ExposedSource::Online).await;
    office.sandbox.forget_requests();
    office.sandbox.fail("GET", "/pwned/**", Fault::Status(503), 100);
    let again = check(&unlocked, staged.staging_id, ExposedSource::Online).await;
    assert!(office.sandbox.requests().is_empty());
    assert_eq!((again.exposed, again.rows), (first.exposed, first.rows));
    assert_eq!(again.revision, first.revision, "the same findings are no change");
}

#[tokio::test]
async fn a_service_that_fails_spoils_nothing_but_what_it_would_have_said() {
    let (office, unlocked, _, staged) = scene().await;
    office.sandbox.fail("GET", "/pwned/**", Fault::Status(503), 100);
    let report = check(&unlocked, staged.staging_id, ExposedSource::Online).await;
    assert!(report.exposed_incomplete, "a person must not read it as all clear");
    assert_eq!((report.exposed, report.weak, report.reused), (Some(0), 2, 2));
    assert!(office.sandbox.requests().len() < 20, "it is not asked over and over");

    office.sandbox.forgive();
    office.sandbox.fail("GET", "/pwned/**", Fault::SlowDown(1), 1);
    let patient = check(&unlocked, staged.staging_id, ExposedSource::Online).await;
    assert_eq!((patient.exposed, patient.exposed_incomplete), (Some(1), false));
}

#[tokio::test]
async fn a_list_on_this_machine_answers_without_any_question() {
    let (office, unlocked, _, staged) = scene().await;
    let mut lines: Vec<_> = (0..500).map(|n| format!("{}:{n}", sha1(&n.to_string()))).collect();
    lines.push(format!("{}:77", sha1("zx82kd")));
    lines.sort();
    let list = office.folder().join("hashes.txt");
    std::fs::write(&list, lines.join("\r\n")).unwrap();
    office.sandbox.forget_requests();
    let with = |list| HealthOptions { list, ..options(ExposedSource::List) };
    let (id, cancel) = (staged.staging_id, Cancel::default());
    let report =
        health::check(&unlocked, id, with(Some(list.clone())), |_, _| (), &cancel).await.unwrap();
    assert!(office.sandbox.requests().is_empty());
    assert_eq!(report.exposed, Some(1));
    assert_eq!((report.rows[0].item, report.rows[0].exposed), (1, Some(77)));

    let before = codes(&unlocked, id).await;
    std::fs::write(&list, "this is no list").unwrap();
    for list in [None, Some(list)] {
        let refused = health::check(&unlocked, id, with(list), |_, _| (), &cancel).await;
        assert_eq!(refused.unwrap_err().code(), Code::InputRefused);
    }
    assert_eq!(codes(&unlocked, id).await, before, "a check that failed changes nothing");
}

#[tokio::test]
async fn cancelling_leaves_everything_as_it_was() {
    let (office, unlocked, _, staged) = scene().await;
    office.sandbox.forget_requests();
    let cancel = Cancel::default();
    cancel.cancel();
    let online = options(ExposedSource::Online);
    let stopped = health::check(&unlocked, staged.staging_id, online, |_, _| (), &cancel).await;
    assert!(matches!(stopped, Err(Error::Import(import::Error::Stopped))), "{stopped:?}");
    assert!(office.sandbox.requests().is_empty());
    assert!(codes(&unlocked, staged.staging_id).await.is_empty());
}

#[tokio::test]
async fn a_newer_list_of_sites_is_taken_from_a_file() {
    let (office, unlocked, _, staged) = scene().await;
    let path = office.folder().join("totp.json");
    std::fs::write(&path, r#"[["Fine", {"domain": "fine.example", "tfa": ["totp"]}]]"#).unwrap();
    let options = HealthOptions { two_step: Some(path), ..options(ExposedSource::Off) };
    let cancel = Cancel::default();
    health::check(&unlocked, staged.staging_id, options, |_, _| (), &cancel).await.unwrap();
    let missing: Vec<_> = codes(&unlocked, staged.staging_id)
        .await
        .into_iter()
        .filter(|(_, code)| *code == FindingCode::MissingTwoStep)
        .collect();
    assert_eq!(missing, [(Some(4), FindingCode::MissingTwoStep)]);
}

#[tokio::test]
async fn what_is_to_be_mended_gets_a_collection_of_its_own() {
    let (office, unlocked, client, staged) = scene().await;
    let id = staged.staging_id;
    let pick = HealthPick { exposed: true, reused: true, ..HealthPick::default() };
    let early = health::tag(&unlocked, id, &pick, "To mend", 0).await.unwrap_err();
    assert_eq!(early.code(), Code::InputRefused, "nothing was checked yet");
    staging::set_skipped(&unlocked, id, &[3], true).await.unwrap();
    staging::set_skipped(&unlocked, id, &[3], false).await.unwrap();
    let report = check(&unlocked, id, ExposedSource::Online).await;
    let stale = health::tag(&unlocked, id, &pick, "To mend", report.revision - 1).await;
    assert_eq!(stale.unwrap_err().code(), Code::InputRefused);
    assert_eq!(health::picked(&unlocked, id, &pick).await.unwrap(), [0, 2, 3]);
    let revision = health::tag(&unlocked, id, &pick, " To mend ", report.revision).await.unwrap();
    assert!(revision > report.revision);
    let again = health::tag(&unlocked, id, &pick, "To mend", revision).await.unwrap();
    assert!(staging::get(&unlocked, id).await.unwrap().folders.contains(&"To mend".to_owned()));

    send(&unlocked, id).await.unwrap();
    let collections = office.sandbox.collections(client.organization_id.0);
    let mend = collections.iter().find(|c| c.text.as_deref() == Some("To mend")).unwrap();
    let there = office.sandbox.opened_items(client.organization_id.0);
    let mut names: Vec<_> = there
        .iter()
        .filter(|item| {
            item["collectionIds"].as_array().unwrap().contains(&mend.id.to_string().into())
        })
        .filter_map(|item| text(item, "name"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Code", "Code of Bob", "Mail"], "revision {again}");
    let mail = there.iter().find(|item| text(item, "name") == Some("Mail")).unwrap();
    assert_eq!(mail["collectionIds"].as_array().unwrap().len(), 2, "its own stays");
}

#[tokio::test]
async fn tagging_without_folders_is_refused_instead_of_doing_nothing() {
    let (_office, unlocked, _, staged) = scene().await;
    let placement = Placement { collections: vec!["All".to_owned()], ..Placement::default() };
    staging::set_placement(&unlocked, staged.staging_id, placement).await.unwrap();
    let report = check(&unlocked, staged.staging_id, ExposedSource::Off).await;
    let pick = HealthPick { weak: true, ..HealthPick::default() };
    let refused =
        health::tag(&unlocked, staged.staging_id, &pick, "To mend", report.revision).await;
    assert_eq!(refused.unwrap_err().code(), Code::InputRefused);
}

#[tokio::test]
async fn what_is_handed_to_the_client_holds_no_secret() {
    let (_office, unlocked, client, staged) = scene().await;
    let report = check(&unlocked, staged.staging_id, ExposedSource::Online).await;
    for text in [
        health_file::json(&report, &client.name),
        health_file::csv(&report, &client.name),
        health_file::html(&report, &client.name),
    ] {
        assert!(text.contains("Mail") && text.contains("379632"), "{text}");
        for secret in ["Password1", "zx82kd", GOOD, "JBSWY3DPEHPK3PXP", "ann@", "bob"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
