//! One upload under way: what is known, and the waiting.

use std::sync::Arc;
use std::time::Duration;

use super::feed::{Feed, Pending};
use super::look::{self, Sighting};
use super::pace::{Clock, Pace};
use super::place::{Targets, open_names};
use super::sealed::{Header, key_of};
use super::upload::{Cancel, UploadPlan};
use crate::keys::{Sealer, StagingKey};
use crate::model::{OrganizationId, Receipt, StagedState, StagingId, UploadProgress, UploadStage};
use crate::server::{self, SealedCollection, Server};
use crate::session::Unlocked;
use crate::store::{Attempt, AttemptState, CollectionState, StagingRow, Store};
use crate::{Error, import};

/// Told of every step.
pub(super) type Listener = Box<dyn Fn(UploadProgress) + Send + Sync>;

/// Steps a second that a listener is told of.
const STEP: Duration = Duration::from_millis(50);
/// How soon a cancel is noticed while waiting.
const SLICE: Duration = Duration::from_millis(250);
/// Between questions the server did not answer.
const QUESTION_PAUSES: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(9)];
/// Times in a row that a request waits because the server asked to.
const MOST_SLOW_DOWNS: u32 = 20;

/// An upload under way.
pub(super) struct Run<'a> {
    pub(super) unlocked: &'a Unlocked,
    pub(super) row: StagingRow,
    pub(super) header: Header,
    pub(super) key: StagingKey,
    pub(super) sealer: Sealer,
    /// Items that are to be on the server in the end, by index.
    pub(super) chosen: Vec<bool>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) targets: Arc<Targets>,
    pub(super) clock: Arc<dyn Clock>,
    pace: Pace,
    cancel: Cancel,
    listener: Listener,
    stage: UploadStage,
    told_at: Option<Duration>,
}

impl<'a> Run<'a> {
    pub(super) async fn open(
        unlocked: &'a Unlocked,
        row: StagingRow,
        cancel: Cancel,
        clock: Arc<dyn Clock>,
        listener: Listener,
    ) -> Result<Self, Error> {
        let key = key_of(unlocked, &row)?;
        let header = Header::open(&key, &row.header)?;
        let store = unlocked.store();
        let attempts = store.load_attempts(row.staging_id).await?;
        let stored = store.load_collections(row.staging_id).await?;
        let mut run = Self {
            unlocked,
            sealer: unlocked.keys_for(row.client).await?.sealer(row.client)?,
            chosen: chosen(&row, &store.load_skipped(row.staging_id).await?),
            targets: Arc::new(Targets::stored(&header, stored, &key)?),
            row,
            header,
            key,
            attempts,
            clock,
            pace: Pace::default(),
            cancel,
            listener,
            stage: UploadStage::Looking,
            told_at: None,
        };
        run.want_targets()?;
        Ok(run)
    }

    /// Before the first request the journal knows no collections: works out which are needed.
    fn want_targets(&mut self) -> Result<(), Error> {
        if !self.targets.list.is_empty() || !self.attempts.is_empty() {
            return Ok(());
        }
        let wanted = Targets::wanted(&self.header, self.row.skipped == 0, &self.key)?;
        self.targets = Arc::new(wanted);
        Ok(())
    }

    pub(super) async fn upload(&mut self) -> Result<Receipt, Error> {
        if !self.chosen.contains(&true) {
            return Err(import::Error::Empty.into());
        }
        let count = u64::from(self.row.blocking) + self.header.blocking(self.row.skipped == 0);
        if self.row.state == StagedState::Staged && count > 0 {
            return Err(import::Error::Blocked { count }.into());
        }
        self.tell(UploadStage::Looking, 0);
        self.settle_left_open().await?;
        self.tell(UploadStage::Collections, 0);
        self.settle_collections().await?;
        self.tell(UploadStage::Sending, 0);
        self.send_items().await?;
        self.tell(UploadStage::Verifying, 0);
        self.prove().await?;
        let receipt = self.finish().await?;
        self.tell(UploadStage::Finished, 0);
        Ok(receipt)
    }

    pub(super) async fn plan(&mut self) -> Result<UploadPlan, Error> {
        let found = self.fetch_collections().await?;
        let names = open_names(self.unlocked.keys(), self.row.client, &found);
        Arc::make_mut(&mut self.targets).recognise(&found, Some(&names));
        let (known, new): (Vec<_>, Vec<_>) =
            self.targets.list.iter().partition(|t| t.row.state == CollectionState::Known);
        let paths = |list: Vec<&super::place::Target>| {
            list.into_iter().map(|target| target.path.clone()).collect()
        };
        let access = if new.is_empty() { &[][..] } else { &self.header.placement.access };
        let access = access.iter().map(|grant| grant.name.clone()).collect();
        let (items, chunks) = self.measure().await?;
        Ok(UploadPlan {
            client: self.row.client_name.clone(),
            items,
            skipped: self.row.skipped.into(),
            chunks,
            existing_collections: paths(known),
            new_collections: paths(new),
            access,
        })
    }

    /// Items that would be sent, and in how many requests: made for real and thrown away, because only
    /// sealing tells how large they are.
    async fn measure(&self) -> Result<(u64, u64), Error> {
        let blank = super::wire::WireCollection { id: None, sealed_name: String::new() };
        let wire = vec![blank; self.targets.list.len()];
        let (mut items, mut chunks) = (0, 0);
        let mut feed = self.feed(self.pending());
        while let Some(request) = feed.next(&self.targets, &wire).await? {
            items += u64::try_from(request.entries.len()).unwrap_or(u64::MAX);
            chunks += 1;
        }
        Ok((items, chunks))
    }

    pub(super) fn feed(&self, pending: Pending) -> Feed {
        Feed::new(self.store(), self.staging(), &self.key, &self.sealer, pending)
    }

    pub(super) fn store(&self) -> &'a Store {
        self.unlocked.store()
    }

    pub(super) fn server(&self) -> &'a Server {
        self.unlocked.server()
    }

    pub(super) fn staging(&self) -> StagingId {
        self.row.staging_id
    }

    pub(super) fn client(&self) -> OrganizationId {
        self.row.client
    }

    /// Chosen items that no landed request carried.
    pub(super) fn pending(&self) -> Pending {
        let mut pending = self.chosen.clone();
        for attempt in self.attempts.iter().filter(|a| a.state == AttemptState::Landed) {
            for entry in &attempt.entries {
                let index = usize::try_from(entry.item).unwrap_or(usize::MAX);
                if let Some(pending) = pending.get_mut(index) {
                    *pending = false;
                }
            }
        }
        pending.into()
    }

    fn landed(&self) -> u64 {
        let landed = self.attempts.iter().filter(|a| a.state == AttemptState::Landed);
        landed.map(|attempt| attempt.entries.len() as u64).sum()
    }

    /// Reports where the upload is; the same stage twenty times a second at most.
    pub(super) fn tell(&mut self, stage: UploadStage, waiting_seconds: u64) {
        let now = self.clock.elapsed();
        let recently = self.told_at.is_some_and(|at| now.saturating_sub(at) < STEP);
        if recently && stage == self.stage && waiting_seconds == 0 {
            return;
        }
        self.told_at = Some(now);
        self.stage = stage;
        let total = self.chosen.iter().filter(|chosen| **chosen).count() as u64;
        (self.listener)(UploadProgress { stage, landed: self.landed(), total, waiting_seconds });
    }

    /// A safe point: nothing is under way here.
    pub(super) fn check_cancel(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() { Err(import::Error::Cancelled.into()) } else { Ok(()) }
    }

    pub(super) async fn rest(&self, time: Duration) -> Result<(), Error> {
        let mut left = time;
        while !left.is_zero() {
            self.check_cancel()?;
            let slice = left.min(SLICE);
            self.clock.wait(slice).await;
            left -= slice;
        }
        self.check_cancel()
    }

    /// Waits as long as the server asked to, and says so.
    pub(super) async fn slow_down(&mut self, wait_seconds: u64) -> Result<(), Error> {
        self.tell(self.stage, wait_seconds.max(1));
        self.rest(Duration::from_secs(wait_seconds.max(1))).await?;
        self.tell(self.stage, 0);
        Ok(())
    }

    /// Waits until one more write is within the server's limits.
    pub(super) async fn keep_pace(&mut self) -> Result<(), Error> {
        self.rest(self.pace.delay(self.clock.elapsed())).await?;
        self.pace.note(self.clock.elapsed());
        Ok(())
    }

    pub(super) async fn fetch_collections(&mut self) -> Result<Vec<SealedCollection>, Error> {
        let mut patience = Patience::default();
        loop {
            match self.server().fetch_collections(self.client()).await {
                Ok(found) => return Ok(found),
                Err(error) => patience.bear(self, error).await?,
            }
        }
    }

    pub(super) async fn look(&mut self) -> Result<Sighting, Error> {
        let mut patience = Patience::default();
        let ids = self.targets.ids();
        loop {
            match look::look(self.server(), self.client(), &self.attempts, &ids).await {
                Ok(seen) => return Ok(seen),
                Err(error) => patience.bear(self, error).await?,
            }
        }
    }
}

/// Asking again is harmless for a question; this says how often, and how long to wait between.
#[derive(Default)]
struct Patience {
    failures: usize,
    slow_downs: u32,
}

impl Patience {
    async fn bear(&mut self, run: &mut Run<'_>, error: server::Error) -> Result<(), Error> {
        match error {
            server::Error::SlowDown { wait_seconds } if self.slow_downs < MOST_SLOW_DOWNS => {
                self.slow_downs += 1;
                run.slow_down(wait_seconds).await
            }
            error if error.may_have_landed() || matches!(error, server::Error::Unreachable) => {
                // Before anything was sent nobody gains from waiting long: the person can ask again.
                let untouched = run.row.state == StagedState::Staged;
                let most = if untouched { 1 } else { QUESTION_PAUSES.len() };
                match QUESTION_PAUSES.get(self.failures).filter(|_| self.failures < most) {
                    Some(pause) => {
                        self.failures += 1;
                        run.rest(*pause).await
                    }
                    None => Err(error.into()),
                }
            }
            error => Err(error.into()),
        }
    }
}

fn chosen(row: &StagingRow, skipped: &[u32]) -> Vec<bool> {
    let mut chosen = vec![true; usize::try_from(row.items).unwrap_or(0)];
    for item in skipped {
        if let Some(chosen) = usize::try_from(*item).ok().and_then(|index| chosen.get_mut(index)) {
            *chosen = false;
        }
    }
    chosen
}
