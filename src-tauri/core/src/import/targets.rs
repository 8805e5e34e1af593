//! What an import leads to: its collections, what goes into each, which of them are there already.

use std::collections::{HashMap, HashSet};

use super::place::{destination, open_names};
use super::sealed::{Header, key_of, load};
use crate::Error;
use crate::model::{CollectionTarget, StagedState, StagingId};
use crate::session::Unlocked;

/// The collections a staging leads to, in the order they are made; items that go into none come last, with an
/// empty path. Whether each is there already is known when `ask_server`.
pub async fn targets(
    unlocked: &Unlocked,
    staging: StagingId,
    ask_server: bool,
) -> Result<Vec<CollectionTarget>, Error> {
    let row = load(unlocked, staging).await?;
    let header = Header::open(&key_of(unlocked, &row)?, &row.header)?;
    let mut targets = lead(&header, row.skipped == 0);
    if ask_server && row.state != StagedState::Done {
        let found = unlocked.server().fetch_collections(row.client).await?;
        let keys = unlocked.keys_for(row.client).await?;
        let names = open_names(keys, row.client, &found);
        for target in targets.iter_mut().filter(|target| !target.path.is_empty()) {
            target.exists = Some(names.contains_key(&target.path));
        }
    }
    Ok(targets)
}

fn lead(header: &Header, all_sent: bool) -> Vec<CollectionTarget> {
    let to = destination(header, all_sent);
    let mut items: HashMap<&str, u64> = HashMap::new();
    let mut unplaced = 0;
    for placed in header.totals.placed() {
        let paths = to.of(&placed.folders);
        if paths.is_empty() {
            unplaced += placed.items;
        }
        for path in paths {
            *items.entry(path).or_default() += placed.items;
        }
    }
    let mut folders: HashMap<&str, Vec<String>> = HashMap::new();
    for (folder, path) in header.folders.iter().zip(&to.folders) {
        if let Some(path) = path {
            folders.entry(path).or_default().push(folder.clone());
        }
    }
    let target = |path: &str| CollectionTarget {
        path: path.to_owned(),
        folders: folders.get(path).cloned().unwrap_or_default(),
        items: items.get(path).copied().unwrap_or_default(),
        exists: None,
    };
    let mut targets: Vec<_> = to.needed.iter().map(|path| target(path)).collect();
    if unplaced > 0 {
        targets.push(CollectionTarget {
            path: String::new(),
            folders: without_collection(header, &to.folders),
            items: unplaced,
            exists: None,
        });
    }
    targets
}

/// Folders of items that go into no collection at all.
fn without_collection(header: &Header, mapped: &[Option<String>]) -> Vec<String> {
    let used: HashSet<u32> =
        header.totals.placed().iter().flat_map(|placed| placed.folders.iter().copied()).collect();
    let list = (0..).zip(header.folders.iter().zip(mapped));
    list.filter(|(index, (_, path))| path.is_none() && used.contains(index))
        .map(|(_, (folder, _))| folder.clone())
        .collect()
}
