//! Opening many pages at once, on every core.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::super::sealed::open_page;
use super::super::upload::Cancel;
use crate::keys::StagingKey;
use crate::model::{Item, StagingId};
use crate::store::{PAGE_ITEMS, Store};
use crate::{Error, import};

/// Pages that one thread opens in a row.
const BATCH: u32 = 16;

/// Pages that are not as the store has them.
pub(super) type Instead = BTreeMap<u32, Option<Vec<u8>>>;

/// What is to be opened.
pub(crate) struct Scan<'a> {
    pub(crate) store: &'a Store,
    pub(crate) staging: StagingId,
    pub(crate) key: &'a StagingKey,
    /// Told how many items were opened.
    pub(crate) progress: &'a (dyn Fn(u64) + Send + Sync),
    pub(crate) cancel: &'a Cancel,
}

impl Scan<'_> {
    /// Shows `each` the items of every page of `pages`, with their indexes, several pages at a time. What it
    /// answers comes back in the order of the pages.
    pub(crate) async fn pages<T: Send + 'static>(
        &self,
        pages: &[u32],
        each: impl Fn(u32, Vec<(u32, Item)>) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, Error> {
        self.changed_pages(pages, &Instead::new(), each).await
    }

    /// The same with some pages replaced.
    pub(super) async fn changed_pages<T: Send + 'static>(
        &self,
        pages: &[u32],
        instead: &Instead,
        each: impl Fn(u32, Vec<(u32, Item)>) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>, Error> {
        let each = Arc::new(each);
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let mut under_way: VecDeque<JoinHandle<Result<Vec<T>, Error>>> = VecDeque::new();
        let mut answers = Vec::with_capacity(pages.len());
        for batch in pages.chunks(BATCH as usize) {
            if under_way.len() > threads
                && let Some(first) = under_way.pop_front()
            {
                answers.extend(joined(first).await?);
                (self.progress)(answers.len() as u64 * u64::from(PAGE_ITEMS));
            }
            if self.cancel.is_cancelled() {
                return Err(import::Error::Cancelled.into());
            }
            let sealed = self.load(batch, instead).await?;
            let (key, each) = (self.key.clone(), each.clone());
            under_way.push_back(tokio::task::spawn_blocking(move || {
                let open = |(page, sealed): &(u32, Vec<u8>)| {
                    Ok(each(*page, open_page(&key, *page, sealed)?.collect()))
                };
                sealed.iter().map(open).collect()
            }));
        }
        for batch in under_way {
            answers.extend(joined(batch).await?);
        }
        Ok(answers)
    }

    async fn load(&self, batch: &[u32], instead: &Instead) -> Result<Vec<(u32, Vec<u8>)>, Error> {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
            return Ok(Vec::new());
        };
        let mut stored: BTreeMap<u32, Vec<u8>> =
            self.store.load_pages(self.staging, *first, *last).await?.into_iter().collect();
        let mut sealed = Vec::with_capacity(batch.len());
        for page in batch {
            let content = match instead.get(page) {
                Some(other) => other.clone(),
                None => stored.remove(page),
            };
            sealed.extend(content.map(|content| (*page, content)));
        }
        Ok(sealed)
    }
}

async fn joined<T>(task: JoinHandle<Result<T, Error>>) -> Result<T, Error> {
    task.await.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))
}
