//! What the import stories share: exports made to measure, a clock that turns by itself, and a look into
//! the server's vault.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::import::pace::Clock;
use wardroom_core::import::{staging, upload};
use wardroom_core::model::{
    AccessGrant, AccessKind, Client, Placement, Receipt, StagedImport, StagingId,
};
use wardroom_core::session::Unlocked;
use wardroom_core::{Error, sync};
use wardroom_sandbox::Sandbox;

/// Every wait is over at once; the time it stood for is added up. Each look at it takes a tenth of a second,
/// so that steps are told one by one.
#[derive(Debug, Default)]
pub(crate) struct QuickClock {
    waited: AtomicU64,
    looks: AtomicU64,
}

impl QuickClock {
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_millis(self.waited.load(Ordering::SeqCst))
    }
}

impl Clock for QuickClock {
    fn timestamp(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
    fn elapsed(&self) -> Duration {
        let looks = self.looks.fetch_add(1, Ordering::SeqCst);
        self.waited() + Duration::from_millis(100 * looks)
    }
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let ms = u64::try_from(time.as_millis()).unwrap();
        self.waited.fetch_add(ms, Ordering::SeqCst);
        Box::pin(tokio::task::yield_now())
    }
}

/// A `LastPass` export of `items` logins called `{name} 0`, `{name} 1` …, by turns in two folders.
pub(crate) fn export(folder: &Path, name: &str, items: usize) -> PathBuf {
    let mut csv = "url,username,password,totp,extra,name,grouping,fav\n".to_owned();
    for item in 0..items {
        let grouping = if item % 2 == 0 { format!("{name} Web") } else { format!("{name} Mail") };
        writeln!(
            csv,
            "https://host{item}.example,user{item},pw-{name}-{item},,note {item},{name} {item},{grouping},0"
        )
        .unwrap();
    }
    let path = folder.join(format!("{name}.csv"));
    std::fs::write(&path, csv).unwrap();
    path
}

/// The clients that can be worked for.
pub(crate) async fn clients(unlocked: &Unlocked) -> Vec<Client> {
    let mut clients = sync::clients(unlocked).await.unwrap();
    clients.retain(|client| client.enabled);
    clients
}

/// Folders become collections; a member of the client is given the right to manage them.
pub(crate) async fn managed(unlocked: &Unlocked, client: &Client) -> Placement {
    let choices = staging::access_choices(unlocked, client.organization_id).await.unwrap();
    let (id, name) = choices.members.first().expect("the demo's clients have members").clone();
    let kind = AccessKind::Member;
    let grant = AccessGrant { kind, id: id.to_string(), name, manage: true };
    Placement { folders_to_collections: true, access: vec![grant], ..Placement::default() }
}

pub(crate) async fn stage(
    unlocked: &Unlocked,
    file: &Path,
    client: &Client,
    placement: Placement,
) -> StagedImport {
    let (id, options) = (client.organization_id, ReadOptions::default());
    staging::stage(unlocked, file, id, options, placement, |_| ()).await.unwrap()
}

pub(crate) async fn send(unlocked: &Unlocked, staging: StagingId) -> Result<Receipt, Error> {
    send_by(unlocked, staging, &Arc::new(QuickClock::default())).await
}

pub(crate) async fn send_by(
    unlocked: &Unlocked,
    staging: StagingId,
    clock: &Arc<QuickClock>,
) -> Result<Receipt, Error> {
    let cancel = upload::Cancel::default();
    upload::upload_at(unlocked, staging, cancel, clock.clone(), |_| ()).await
}

/// How often each of the export's items is in the client's vault, by name.
pub(crate) fn times(
    sandbox: &Sandbox,
    client: &Client,
    name: &str,
    items: usize,
) -> BTreeMap<String, usize> {
    let wanted = |item: usize| format!("{name} {item}");
    let mut times: BTreeMap<String, usize> = (0..items).map(|item| (wanted(item), 0)).collect();
    for item in sandbox.opened_items(client.organization_id.0) {
        if let Some(count) = text(&item, "name").and_then(|name| times.get_mut(name)) {
            *count += 1;
        }
    }
    times
}

/// Fails unless each of the export's items is there once, in its one collection, which exists once.
pub(crate) fn assert_landed_once(sandbox: &Sandbox, client: &Client, name: &str, items: usize) {
    let times = times(sandbox, client, name, items);
    let wrong: Vec<_> = times.iter().filter(|(_, times)| **times != 1).take(5).collect();
    assert!(wrong.is_empty(), "each item of {name} is on the server once, but: {wrong:?} …");

    let collections = sandbox.collections(client.organization_id.0);
    let id_of = |path: String| {
        let mut found = collections.iter().filter(|c| c.text.as_deref() == Some(path.as_str()));
        let first = found.next().unwrap_or_else(|| panic!("collection {path} was not made")).id;
        assert!(found.next().is_none(), "collection {path} was made twice");
        first.to_string()
    };
    let (web, mail) = (id_of(format!("{name} Web")), id_of(format!("{name} Mail")));
    for item in sandbox.opened_items(client.organization_id.0) {
        let Some(number) = text(&item, "name").and_then(|n| n.strip_prefix(&format!("{name} ")))
        else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else { continue };
        let expected = if number.is_multiple_of(2) { &web } else { &mail };
        assert_eq!(
            item["collectionIds"],
            serde_json::json!([expected]),
            "item {number} of {name} is in the collection of its folder"
        );
    }
}

pub(crate) fn text<'a>(item: &'a Value, field: &str) -> Option<&'a str> {
    item.get(field).and_then(Value::as_str)
}
