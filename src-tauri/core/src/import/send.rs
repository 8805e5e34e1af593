//! Items of an upload: sent in requests that are in the journal before they go out.

use std::time::Duration;

use super::make::unsettled;
use super::run::Run;
use super::wire::Request;
use crate::model::{StagedState, UploadStage};
use crate::store::{Attempt, AttemptState, Entry};
use crate::{Error, import, server, store};

/// Looks after a lost answer, each after a pause: the request may still be at work.
const PAUSES: &[Duration] = &[Duration::from_secs(2), Duration::from_secs(5)];
/// A proxy gave up, or the request took long before it broke: the server is slow and may well go on.
const LONG_PAUSES: &[Duration] =
    &[Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(30)];
/// From here on a request took long.
const LONG: Duration = Duration::from_secs(20);
/// More looks while the number of items still grows.
const MOST_EXTRA_LOOKS: u32 = 24;
/// Requests in a row that came to nothing.
const MOST_FAILURES: u32 = 4;
/// Times in a row that the server asked to slow down.
const MOST_SLOW_DOWNS: u32 = 20;
const GATEWAY_TIMEOUT: u16 = 504;

/// How often in a row it did not work.
#[derive(Default)]
struct Failures {
    lost: u32,
    slow_downs: u32,
}

impl Run<'_> {
    /// Requests of an earlier run whose end nobody saw.
    pub(super) async fn settle_left_open(&mut self) -> Result<(), Error> {
        if self.attempts.iter().any(|attempt| attempt.state == AttemptState::Sending) {
            self.settle_by_looking(PAUSES).await?;
        }
        Ok(())
    }

    /// Sends until every chosen item was in a request that landed.
    pub(super) async fn send_items(&mut self) -> Result<(), Error> {
        let mut failures = Failures::default();
        while self.pending().contains(&true) {
            if !self.send_pending(&mut failures).await? {
                // Items are counted that no page holds.
                return Err(store::Error::Damaged.into());
            }
        }
        Ok(())
    }

    /// One walk through the pages. The next request is sealed while the one before is on its way, unless
    /// that one makes collections: the next must know their ids.
    async fn send_pending(&mut self, failures: &mut Failures) -> Result<bool, Error> {
        let mut feed = self.feed(self.pending());
        let mut next = feed.next(&self.targets, &self.targets.wire()).await?;
        let any = next.is_some();
        while let Some(request) = next {
            next = if self.targets.carried().is_empty() {
                let (targets, wire) = (self.targets.clone(), self.targets.wire());
                let (sent, next) =
                    tokio::join!(self.send(request, failures), feed.next(&targets, &wire));
                sent?;
                next?
            } else {
                self.send(request, failures).await?;
                feed.next(&self.targets, &self.targets.wire()).await?
            };
        }
        Ok(any)
    }

    async fn send(&mut self, request: Request, failures: &mut Failures) -> Result<(), Error> {
        self.check_cancel()?;
        self.keep_pace().await?;
        self.save_targets(&[]).await?;
        let attempt_id = self.store().open_attempt(self.staging(), &request.entries).await?;
        self.row.state = StagedState::Uploading;
        let (state, entries) = (AttemptState::Sending, request.entries);
        self.attempts.push(Attempt { attempt_id, state, entries });
        let started = self.clock.elapsed();
        let answer = self.server().import(self.client(), request.body).await;
        let took = self.clock.elapsed().saturating_sub(started);
        let accepted = answer.is_ok();
        match answer {
            Ok(()) => {
                *failures = Failures::default();
                self.settle(|_| true).await?;
            }
            Err(error) => self.after_failure(error, took, failures).await?,
        }
        self.tell(UploadStage::Sending, 0);
        self.learn_carried(&request.collections, accepted).await
    }

    /// Settles the request and decides whether to go on: `Ok` means that what is missing may be sent again.
    async fn after_failure(
        &mut self,
        error: server::Error,
        took: Duration,
        failures: &mut Failures,
    ) -> Result<(), Error> {
        failures.lost += 1;
        if error.may_have_landed() {
            let slow = took > LONG || is_gateway_timeout(&error);
            if self.settle_by_looking(if slow { LONG_PAUSES } else { PAUSES }).await? {
                failures.lost = 0;
            }
            return if failures.lost < MOST_FAILURES { Ok(()) } else { Err(error.into()) };
        }
        // Not carried out: refused, or never sent.
        self.settle(|_| false).await?;
        match error {
            server::Error::SlowDown { wait_seconds } if failures.slow_downs < MOST_SLOW_DOWNS => {
                failures.slow_downs += 1;
                failures.lost -= 1;
                self.slow_down(wait_seconds).await
            }
            server::Error::Unreachable if failures.lost < MOST_FAILURES => {
                self.rest(Duration::from_secs(2)).await
            }
            error => {
                let entries = self.attempts.last().map(|attempt| attempt.entries.as_slice());
                Err(self.explain(error, entries.unwrap_or_default()).await)
            }
        }
    }

    /// Looks until it is clear what became of every open request. True when some item had landed.
    ///
    /// "Not there" is believed only after the last pause, and only when nothing arrived between the last
    /// two looks: back-ends without transactions write item by item.
    async fn settle_by_looking(&mut self, pauses: &[Duration]) -> Result<bool, Error> {
        let mut seen = self.look().await.map_err(unsettled)?;
        let total = open_entries(&self.attempts).count();
        let mut present = seen.count(open_entries(&self.attempts));
        let (mut looks, mut grew) = (0, false);
        while present < total && (looks < pauses.len() || grew) {
            let Some(pause) = pauses.get(looks).or(pauses.last()) else { break };
            if looks > pauses.len() + MOST_EXTRA_LOOKS as usize {
                return Err(import::Error::Unknown.into());
            }
            self.rest(*pause).await?;
            seen = self.look().await.map_err(unsettled)?;
            let now = seen.count(open_entries(&self.attempts));
            (grew, present, looks) = (now > present, now, looks + 1);
        }
        self.settle(|entry| seen.has(entry)).await?;
        Ok(present > 0)
    }

    /// Writes down what became of the open requests.
    async fn settle(&mut self, is_there: impl Fn(&Entry) -> bool) -> Result<(), Error> {
        for attempt in std::mem::take(&mut self.attempts) {
            if attempt.state != AttemptState::Sending {
                self.attempts.push(attempt);
                continue;
            }
            let attempt_id = attempt.attempt_id;
            let (landed, absent): (Vec<_>, Vec<_>) =
                attempt.entries.into_iter().partition(|entry| is_there(entry));
            self.store().settle_attempt(self.staging(), attempt_id, &landed, &absent).await?;
            for (state, entries) in [(AttemptState::Absent, absent), (AttemptState::Landed, landed)]
            {
                if !entries.is_empty() {
                    self.attempts.push(Attempt { attempt_id, state, entries });
                }
            }
        }
        Ok(())
    }
}

fn open_entries(attempts: &[Attempt]) -> impl Iterator<Item = &Entry> {
    let open = attempts.iter().filter(|attempt| attempt.state == AttemptState::Sending);
    open.flat_map(|attempt| &attempt.entries)
}

fn is_gateway_timeout(error: &server::Error) -> bool {
    matches!(error, server::Error::Trouble { status: GATEWAY_TIMEOUT })
}
