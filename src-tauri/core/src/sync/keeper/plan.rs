//! What to do next. Knows no server and no clock: the time is passed in.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::model::{OrganizationId, WaitReason};
use crate::{Error, server};

/// The whole list: two requests, however many clients. Nothing is pushed about a provider's clients, so this
/// is how old a number on the screen may be (docs/decisions/0016).
const LIST_EVERY: Duration = Duration::from_mins(3);
/// Counting an organization's members reads its whole member list, and Used changes seldom.
const COUNT_EVERY: Duration = Duration::from_mins(15);
/// What was read this short a time ago is not read again because somebody looks at it.
const FRESH: Duration = Duration::from_secs(30);

const OFFLINE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(5));
const TROUBLE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_mins(10));
/// A server that asks for more is not believed.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Read the list.
    List,
    /// Count this organization's members.
    Count(OrganizationId),
    /// Nothing, until then or until something happens.
    Wait(Option<Instant>),
}

/// What has been read, and what is wanted.
#[derive(Debug)]
pub(super) struct Plan {
    list_at: Instant,
    listed: Option<Instant>,
    /// Own organizations, the one whose turn it is first.
    counts: VecDeque<OrganizationId>,
    counted: HashMap<OrganizationId, Instant>,
    count_at: Instant,
    looked_at: Option<OrganizationId>,
    held: Option<WaitReason>,
    paused: Option<(WaitReason, Instant)>,
    failures: u32,
    /// The tokens' claims are older than the memberships.
    renew: bool,
}

impl Plan {
    /// Everything is due.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            list_at: now,
            listed: None,
            counts: VecDeque::new(),
            counted: HashMap::new(),
            count_at: now,
            looked_at: None,
            held: None,
            paused: None,
            failures: 0,
            renew: false,
        }
    }

    pub(super) fn next(&self, now: Instant) -> Next {
        match self.waits(now) {
            Some((_, until)) => return Next::Wait(until),
            None if now >= self.list_at => return Next::List,
            None => {}
        }
        let age =
            |client: &OrganizationId| self.counted.get(client).map(|at| now.duration_since(*at));
        if let Some(client) = self.looked_at
            && self.counts.contains(&client)
            && age(&client).is_none_or(|age| age >= LIST_EVERY)
        {
            return Next::Count(client);
        }
        if let Some(client) = self.counts.iter().find(|client| age(client).is_none()) {
            return Next::Count(*client);
        }
        match self.counts.front() {
            Some(client) if now >= self.count_at => Next::Count(*client),
            Some(_) => Next::Wait(Some(self.list_at.min(self.count_at))),
            None => Next::Wait(Some(self.list_at)),
        }
    }

    /// Why nothing is read at the moment, and until when.
    pub(super) fn waits(&self, now: Instant) -> Option<(WaitReason, Option<Instant>)> {
        let held = self.held.map(|reason| (reason, None));
        let paused = self.paused.filter(|(_, until)| now < *until);
        held.or_else(|| paused.map(|(reason, until)| (reason, Some(until))))
    }

    /// Until when the server asked to be left alone; not even a person can hurry that.
    pub(super) fn slowed_down(&self, now: Instant) -> Option<Duration> {
        let (reason, until) = self.paused?;
        (reason == WaitReason::SlowDown && now < until).then(|| until.duration_since(now))
    }

    /// Organizations that were never counted yet, and all of them.
    pub(super) fn uncounted(&self) -> (usize, usize) {
        let never = self.counts.iter().filter(|client| !self.counted.contains_key(client));
        (never.count(), self.counts.len())
    }

    /// The list was read; these organizations are counted one by one.
    pub(super) fn listed(&mut self, now: Instant, own: Vec<OrganizationId>) {
        self.went_well();
        self.listed = Some(now);
        self.list_at = now + LIST_EVERY;
        self.counts.retain(|client| own.contains(client));
        self.counted.retain(|client, _| own.contains(client));
        let new = own.into_iter().filter(|client| !self.counts.contains(client));
        self.counts.extend(new.collect::<Vec<_>>());
    }

    /// The next one in turn comes so much later that all of them are spread over the time.
    pub(super) fn counted(&mut self, now: Instant, client: OrganizationId) {
        self.went_well();
        self.counted.insert(client, now);
        self.counts.retain(|other| *other != client);
        self.counts.push_back(client);
        let all = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        self.count_at = now + COUNT_EVERY / all.max(1);
    }

    fn went_well(&mut self) {
        self.paused = None;
        self.failures = 0;
    }

    /// Something went wrong: how long to wait for what.
    pub(super) fn failed(&mut self, now: Instant, error: &Error) {
        let (reason, pause) = match error {
            Error::Server(server::Error::SlowDown { wait_seconds }) => {
                let asked = Duration::from_secs((*wait_seconds).max(1));
                (WaitReason::SlowDown, asked.min(LONGEST_PAUSE))
            }
            Error::Server(
                server::Error::Unreachable | server::Error::Tls(_) | server::Error::Proxy(_),
            ) => (WaitReason::Offline, doubled(OFFLINE, self.failures)),
            _ => (WaitReason::Trouble, doubled(TROUBLE, self.failures)),
        };
        self.failures = self.failures.saturating_add(1);
        self.paused = Some((reason, now + pause));
    }

    /// Somebody looks at this client now.
    pub(super) fn look_at(&mut self, now: Instant, client: Option<OrganizationId>) {
        self.looked_at = client;
        if let Some(client) = client {
            if self.counted.get(&client).is_some_and(|at| now.duration_since(*at) >= FRESH) {
                self.counted.remove(&client);
            }
            self.want_list(now);
        }
    }

    /// What is read may have changed: read it again unless that was a moment ago.
    pub(super) fn want_list(&mut self, now: Instant) {
        let fresh = self.listed.is_some_and(|at| now.duration_since(at) < FRESH);
        self.list_at = if fresh { self.list_at } else { now };
    }

    /// The memberships have changed: nothing read before is good, nor are the tokens' claims.
    pub(super) fn memberships_changed(&mut self, now: Instant) {
        self.list_at = now;
        self.renew = true;
    }

    /// Whether the tokens are to be renewed first.
    pub(super) fn must_renew(&self) -> bool {
        self.renew
    }

    pub(super) fn renewed(&mut self) {
        self.renew = false;
    }

    pub(super) fn hold(&mut self, reason: WaitReason) {
        self.held = Some(reason);
    }

    /// Nothing stands in the way any more, as far as one knows. What the server asked for still counts.
    pub(super) fn go_on(&mut self, now: Instant) {
        self.held = None;
        self.woke(now);
    }

    /// The machine slept, or the network is back. A hold is somebody else's to end.
    pub(super) fn woke(&mut self, now: Instant) {
        self.failures = 0;
        if self.slowed_down(now).is_none() {
            self.paused = None;
        }
        self.want_list(now);
    }
}

/// From the first wait to the longest.
fn doubled((first, longest): (Duration, Duration), failures: u32) -> Duration {
    first.saturating_mul(1 << failures.min(16)).min(longest)
}

#[cfg(test)]
mod tests;
