//! The one way to change what is staged.

use std::collections::{BTreeMap, HashSet};

use super::super::check::{self, Totals};
use super::super::codec;
use super::super::hold::Hold;
use super::super::sealed::{Header, key_of, load, open_page};
use super::super::upload::Cancel;
use super::scan::Scan;
use crate::Error;
use crate::keys::StagingKey;
use crate::model::{BenchActionKind, Finding, Item, ItemCounts, StagedState, StagingId};
use crate::session::Unlocked;
use crate::store::{PAGE_ITEMS, StagingChange, StagingRow, StepMove};

/// A staging that nobody else changes or sends as long as this lives.
pub(crate) struct Desk<'a> {
    unlocked: &'a Unlocked,
    row: StagingRow,
    key: StagingKey,
    header: Header,
    skipped: HashSet<u32>,
    _hold: Hold,
}

/// What is to become of a staging. Pages are sealed as soon as they are put in: the plain items can go.
#[derive(Debug)]
pub(crate) struct Change {
    kind: BenchActionKind,
    items: u32,
    pages: BTreeMap<u32, Option<Vec<u8>>>,
    findings: Vec<Finding>,
    skips: BTreeMap<u32, bool>,
    /// The folders of the file, and whether items were put into others than the file had them in.
    folders: Option<(Vec<String>, bool)>,
    /// How many items there are afterwards.
    len: u32,
    /// What the items add up to may differ: some were put into other folders, are of another kind, or new.
    recount: bool,
}

impl Change {
    /// Leaves `item` out, or takes it back in.
    pub(crate) fn skip(&mut self, item: u32, skipped: bool) {
        self.skips.insert(item, skipped);
    }

    /// Says that items are in other folders now, and replaces the list of them. Items point into it: only ever
    /// append.
    pub(crate) fn set_folders(&mut self, folders: Vec<String>) {
        self.folders = Some((folders, true));
        self.recount = true;
    }

    /// How many items a person would say the change is about.
    pub(crate) fn set_items(&mut self, items: u32) {
        self.items = items;
    }
}

impl<'a> Desk<'a> {
    /// Refused once uploading has started, while another window works on it, and when `revision` is given and
    /// the staging has changed since.
    pub(crate) async fn open(
        unlocked: &'a Unlocked,
        staging: StagingId,
        revision: Option<u64>,
    ) -> Result<Self, Error> {
        load(unlocked, staging).await?;
        let hold = Hold::take(unlocked.store(), staging).await?;
        let row = load(unlocked, staging).await?;
        if row.state != StagedState::Staged {
            return Err(super::super::staging::started());
        }
        if revision.is_some_and(|revision| revision != row.revision) {
            return Err(Error::Refused("this import was changed meanwhile; look again".to_owned()));
        }
        let key = key_of(unlocked, &row)?;
        let header = Header::open(&key, &row.header)?;
        let skipped = unlocked.store().load_skipped(staging).await?.into_iter().collect();
        Ok(Self { unlocked, row, key, header, skipped, _hold: hold })
    }

    /// Folder paths; items point into this list.
    pub(crate) fn folders(&self) -> &[String] {
        &self.header.folders
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> u32 {
        self.row.items
    }

    /// Refuses items that are not there.
    pub(crate) fn know(&self, items: &[u32]) -> Result<(), Error> {
        let known = items.iter().all(|item| *item < self.len());
        if known { Ok(()) } else { Err(Error::NotFound("item")) }
    }

    pub(crate) fn begin(&self, kind: BenchActionKind) -> Change {
        Change {
            kind,
            items: 0,
            pages: BTreeMap::new(),
            findings: Vec::new(),
            skips: BTreeMap::new(),
            folders: None,
            len: self.row.items,
            recount: false,
        }
    }

    /// The items of one page with their indexes, as stored; empty past the end.
    pub(crate) async fn page(&self, page: u32) -> Result<Vec<(u32, Item)>, Error> {
        match self.unlocked.store().load_page(self.row.staging_id, page).await? {
            Some(sealed) => Ok(open_page(&self.key, page, &sealed)?.collect()),
            None => Ok(Vec::new()),
        }
    }

    /// Shows `edit` every item of `items`, page by page, and puts the pages that it changed into `change`.
    /// `edit` answers whether it changed the item. Answers how many it did.
    pub(crate) async fn edit(
        &self,
        change: &mut Change,
        items: &[u32],
        mut edit: impl FnMut(u32, &mut Item) -> Result<bool, Error>,
    ) -> Result<u32, Error> {
        let mut edited = 0;
        for (page, wanted) in by_page(items) {
            // As an earlier edit of the same change left it.
            let mut content = self.page_after(change, page).await?;
            let before = edited;
            for (index, item) in &mut content {
                if wanted.contains(index) {
                    let placed = facts(item);
                    if edit(*index, item)? {
                        edited += 1;
                        change.recount |= placed != facts(item);
                    }
                }
            }
            if edited > before {
                let items: Vec<Item> = content.into_iter().map(|(_, item)| item).collect();
                self.put(change, page, &items)?;
            }
            tokio::task::yield_now().await;
        }
        change.items += edited;
        Ok(edited)
    }

    /// Appends items after the last one.
    pub(crate) async fn append(
        &self,
        change: &mut Change,
        mut new: Vec<Item>,
    ) -> Result<(), Error> {
        change.recount |= !new.is_empty();
        while !new.is_empty() {
            let page = change.len / PAGE_ITEMS;
            let items = self.page_after(change, page).await?;
            let mut items: Vec<Item> = items.into_iter().map(|(_, item)| item).collect();
            let room = usize::try_from(PAGE_ITEMS).unwrap_or(0).saturating_sub(items.len());
            items.extend(new.drain(..room.min(new.len())));
            let count = u32::try_from(items.len()).unwrap_or(0);
            self.put(change, page, &items)?;
            change.len = page * PAGE_ITEMS + count;
        }
        Ok(())
    }

    /// A page as it is after what was put into `change` so far.
    async fn page_after(&self, change: &Change, page: u32) -> Result<Vec<(u32, Item)>, Error> {
        match change.pages.get(&page) {
            Some(Some(sealed)) => Ok(open_page(&self.key, page, sealed)?.collect()),
            Some(None) => Ok(Vec::new()),
            None => self.page(page).await,
        }
    }

    fn put(&self, change: &mut Change, page: u32, items: &[Item]) -> Result<(), Error> {
        let range = page * PAGE_ITEMS..(page + 1) * PAGE_ITEMS;
        change.findings.retain(|f| f.item.is_none_or(|item| !range.contains(&item)));
        for (index, item) in (range.start..).zip(items) {
            change.findings.extend(check::check_item(item, index, self.header.new_types));
        }
        change.pages.insert(page, Some(self.key.seal(&codec::encode_page(items))?));
        Ok(())
    }

    /// Carries it out: all of it or nothing. Answers the revision of the staging afterwards, which is the old one
    /// when there was nothing to do.
    pub(crate) async fn apply(self, mut change: Change) -> Result<u64, Error> {
        change.skips.retain(|item, skipped| self.skipped.contains(item) != *skipped);
        if change.pages.is_empty() && change.skips.is_empty() && change.folders.is_none() {
            return Ok(self.row.revision);
        }
        if change.items == 0 {
            change.items = u32::try_from(change.skips.len()).unwrap_or(u32::MAX);
        }
        let direction = StepMove::New { kind: change.kind, items: change.items };
        self.save(change, direction).await
    }

    /// Takes the last step back, or does the last one that was taken back again.
    pub(super) async fn turn(self, undo: bool) -> Result<u64, Error> {
        let steps = self.unlocked.store().load_steps(self.row.staging_id).await?;
        let step = if undo {
            steps.iter().rfind(|step| !step.undone)
        } else {
            steps.iter().find(|step| step.undone)
        };
        let step = step.ok_or_else(|| {
            Error::Refused(format!("there is nothing to {}", if undo { "undo" } else { "redo" }))
        })?;
        let other = self.unlocked.store().load_step(self.row.staging_id, step.step).await?;
        let mut change = self.begin(step.kind);
        for (page, content) in &other.pages {
            if let Some(content) = content {
                for (index, item) in open_page(&self.key, *page, content)? {
                    change.findings.extend(check::check_item(&item, index, self.header.new_types));
                }
            }
        }
        change.pages = other.pages.into_iter().collect();
        change.skips = other.skips.into_iter().collect();
        let header = other.header.map(|header| Header::open(&self.key, &header)).transpose()?;
        change.folders = header.map(|header| (header.folders, header.moved));
        (change.len, change.recount) = (other.items, true);
        self.save(change, StepMove::Turn { step: step.step, undone: undo }).await
    }

    async fn save(mut self, change: Change, direction: StepMove) -> Result<u64, Error> {
        let keep_header = change.folders.is_some();
        if let Some((folders, moved)) = &change.folders {
            self.header.folders.clone_from(folders);
            self.header.moved = *moved;
        }
        for (item, skipped) in &change.skips {
            if *skipped {
                self.skipped.insert(*item)
            } else {
                self.skipped.remove(item)
            };
        }
        let mut counts = self.row.counts.clone();
        if change.recount || !change.skips.is_empty() {
            counts = self.recount(&change).await?;
        }
        let change = StagingChange {
            pages: change.pages.into_iter().collect(),
            findings: change.findings,
            skips: change.skips.into_iter().collect(),
            header: self.header.seal(&self.key)?,
            keep_header,
            items: change.len,
            counts,
        };
        let store = self.unlocked.store();
        let revision = store.change_staging(self.row.staging_id, &change, direction).await?;
        revision.ok_or_else(super::super::staging::started)
    }

    /// Adds up again what would be sent, and counts the kinds.
    async fn recount(&mut self, change: &Change) -> Result<ItemCounts, Error> {
        let (store, staging) = (self.unlocked.store(), self.row.staging_id);
        let (key, cancel) = (&self.key, Cancel::default());
        let scan = Scan { store, staging, key, progress: &|_| (), cancel: &cancel };
        let skipped = self.skipped.clone();
        let pages: Vec<u32> = (0..change.len.div_ceil(PAGE_ITEMS)).collect();
        let read = scan.changed_pages(&pages, &change.pages, move |_, items| {
            let (mut counts, mut totals) = (ItemCounts::default(), Totals::default());
            for (index, item) in items {
                counts.add(&item.kind);
                if !skipped.contains(&index) {
                    totals.add(&item, index);
                }
            }
            (counts, totals)
        });
        let (mut counts, mut totals) = (ItemCounts::default(), Totals::default());
        for (page_counts, page_totals) in read.await? {
            counts.join(&page_counts);
            totals.join(page_totals);
        }
        self.header.totals = totals;
        Ok(counts)
    }
}

/// What [`check::Totals`] and the counts look at.
fn facts(item: &Item) -> (u8, Vec<u32>, bool, bool) {
    (item.kind.number(), item.folders.clone(), item.favorite, item.archived.is_some())
}

/// The pages that `items` are on.
fn by_page(items: &[u32]) -> BTreeMap<u32, HashSet<u32>> {
    let mut pages: BTreeMap<u32, HashSet<u32>> = BTreeMap::new();
    for item in items {
        pages.entry(item / PAGE_ITEMS).or_default().insert(*item);
    }
    pages
}
