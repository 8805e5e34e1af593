//! Sealed pages in, requests out: opens one page at a time and fills one request at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use super::place::Targets;
use super::sealed::open_page;
use super::wire::{Chunk, Request, WireCollection};
use crate::Error;
use crate::keys::{Sealer, StagingKey};
use crate::model::{Item, StagingId};
use crate::store::Store;

/// Which items are still to be sent, by index.
pub(super) type Pending = Arc<[bool]>;

/// Opened items that found no room yet.
type Opened = VecDeque<(u32, Item)>;

/// Walks through a staging once and makes requests of what is pending.
pub(super) struct Feed {
    store: Store,
    staging: StagingId,
    key: StagingKey,
    sealer: Sealer,
    pending: Pending,
    page: u32,
    opened: Opened,
}

impl Feed {
    pub(super) fn new(
        store: &Store,
        staging: StagingId,
        key: &StagingKey,
        sealer: &Sealer,
        pending: Pending,
    ) -> Self {
        let (store, key, sealer) = (store.clone(), key.clone(), sealer.clone());
        Self { store, staging, key, sealer, pending, page: 0, opened: Opened::new() }
    }

    /// The next request; `None` at the end.
    pub(super) async fn next(
        &mut self,
        targets: &Arc<Targets>,
        wire: &[WireCollection],
    ) -> Result<Option<Request>, Error> {
        let mut chunk = Chunk::new();
        while !chunk.is_full() {
            if self.opened.is_empty() && !self.open_next().await? {
                break;
            }
            chunk = self.fill(chunk, targets).await?;
        }
        Ok((!chunk.is_empty()).then(|| chunk.finish(wire, &targets.carried())))
    }

    /// Opens the next page with something pending; `false` at the end.
    async fn open_next(&mut self) -> Result<bool, Error> {
        while self.opened.is_empty() {
            let Some(sealed) = self.store.load_page(self.staging, self.page).await? else {
                return Ok(false);
            };
            let pending = self.pending.clone();
            let is_pending = move |(index, _): &(u32, Item)| {
                usize::try_from(*index).ok().and_then(|at| pending.get(at)).copied() == Some(true)
            };
            self.opened = open_page(&self.key, self.page, &sealed)?.filter(is_pending).collect();
            self.page += 1;
        }
        Ok(true)
    }

    /// Seals what is opened into the chunk, away from the tasks that wait for the network.
    async fn fill(&mut self, mut chunk: Chunk, targets: &Arc<Targets>) -> Result<Chunk, Error> {
        let (targets, sealer) = (targets.clone(), self.sealer.clone());
        let mut opened = std::mem::take(&mut self.opened);
        let filling = tokio::task::spawn_blocking(move || {
            while !chunk.is_full() {
                let Some((index, item)) = opened.pop_front() else { break };
                chunk.push(index, &item, targets.positions(&item), &sealer)?;
            }
            Ok::<_, Error>((chunk, opened))
        });
        let (chunk, opened) = match filling.await {
            Ok(filled) => filled?,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        };
        self.opened = opened;
        Ok(chunk)
    }
}
