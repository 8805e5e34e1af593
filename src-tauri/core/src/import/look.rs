//! What the server has of an upload: every item it lists, compared with the fingerprints in the journal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::CollectionId;
use crate::model::OrganizationId;
use crate::server::{self, LandedItem, Server};
use crate::store::{Attempt, Entry};

/// Fingerprints of the journal, and how often each was seen.
#[derive(Debug, Default)]
pub(super) struct Sighting(HashMap<[u8; 16], Seen>);

#[derive(Debug, Default)]
struct Seen {
    times: u32,
    /// Each time in all of its collections.
    placed: bool,
    expected: Box<[CollectionId]>,
}

/// What a whole upload looks like on the server.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Items that are not there.
    pub(super) missing: u64,
    /// Items that are there more than once.
    pub(super) doubled: u64,
    /// Items that are there once, but not in all of their collections.
    pub(super) misplaced: u64,
}

impl Sighting {
    /// Knows what to look for; has seen nothing yet. A position without an id is not expected.
    fn of(attempts: &[Attempt], ids: &[Option<CollectionId>]) -> Self {
        let id = |position: &u32| ids.get(usize::try_from(*position).ok()?).copied().flatten();
        let entries = attempts.iter().flat_map(|attempt| &attempt.entries);
        let seen = entries.map(|entry| {
            let expected = entry.collections.iter().filter_map(id).collect();
            (entry.fingerprint, Seen { times: 0, placed: true, expected })
        });
        Self(seen.collect())
    }

    fn note(&mut self, item: &LandedItem) {
        if let Some(seen) = self.0.get_mut(&item.fingerprint) {
            seen.times += 1;
            seen.placed &= seen.expected.iter().all(|id| item.collections.contains(id));
        }
    }

    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.0.get(&entry.fingerprint).is_some_and(|seen| seen.times > 0)
    }

    /// How many of `entries` are there.
    pub(super) fn count<'a>(&self, entries: impl Iterator<Item = &'a Entry>) -> usize {
        entries.filter(|entry| self.has(entry)).count()
    }

    /// Compares with what was to be sent: an item may have several fingerprints, one per attempt, and must
    /// have been seen once under all of them together.
    pub(super) fn tally(&self, attempts: &[Attempt], sent: &[bool]) -> Tally {
        let mut items = vec![(0_u32, true); sent.len()];
        for entry in attempts.iter().flat_map(|attempt| &attempt.entries) {
            let item = usize::try_from(entry.item).ok().and_then(|index| items.get_mut(index));
            if let (Some((times, placed)), Some(seen)) = (item, self.0.get(&entry.fingerprint)) {
                *times += seen.times;
                *placed &= seen.times == 0 || seen.placed;
            }
        }
        let mut tally = Tally::default();
        for (times, placed) in
            items.iter().zip(sent).filter(|(_, sent)| **sent).map(|(item, _)| *item)
        {
            match (times, placed) {
                (0, _) => tally.missing += 1,
                (1, true) => {}
                (1, false) => tally.misplaced += 1,
                _ => tally.doubled += 1,
            }
        }
        tally
    }
}

/// Reads the client's items once.
pub(super) async fn look(
    server: &Server,
    client: OrganizationId,
    attempts: &[Attempt],
    ids: &[Option<CollectionId>],
) -> Result<Sighting, server::Error> {
    let sighting = Arc::new(Mutex::new(Sighting::of(attempts, ids)));
    let seen = sighting.clone();
    let note = move |item: LandedItem| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).note(&item);
    };
    server.fetch_landed(client, note).await?;
    let mut sighting = sighting.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut *sighting))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AttemptState;

    fn entry(item: u32, fingerprint: u8, collections: &[u32]) -> Entry {
        Entry { item, fingerprint: [fingerprint; 16], collections: collections.into() }
    }

    fn attempt(state: AttemptState, entries: Vec<Entry>) -> Attempt {
        Attempt { attempt_id: 1, state, entries }
    }

    fn collection(number: u128) -> CollectionId {
        CollectionId(uuid::Uuid::from_u128(number))
    }

    /// Two items; the first was sent twice because the first request seemed lost.
    fn scene(there: &[(u8, &[u128])]) -> Tally {
        let attempts = [
            attempt(AttemptState::Absent, vec![entry(0, 10, &[0])]),
            attempt(AttemptState::Landed, vec![entry(0, 11, &[0]), entry(1, 12, &[0, 1])]),
        ];
        let mut seen = Sighting::of(&attempts, &[Some(collection(1)), Some(collection(2))]);
        for (fingerprint, collections) in there {
            let collections = collections.iter().map(|number| collection(*number)).collect();
            seen.note(&LandedItem { fingerprint: [*fingerprint; 16], collections });
        }
        seen.tally(&attempts, &[true, true])
    }

    #[test]
    fn each_item_once_in_all_its_collections_is_proof() {
        let strangers: (u8, &[u128]) = (99, &[]);
        assert_eq!(scene(&[(11, &[1]), (12, &[2, 1, 3]), strangers]), Tally::default());
    }

    #[test]
    fn a_request_that_landed_late_makes_a_double() {
        let tally = scene(&[(10, &[1]), (11, &[1]), (12, &[1, 2])]);
        assert_eq!(
            tally,
            Tally { doubled: 1, ..Tally::default() },
            "both attempts of item 0 are there"
        );
    }

    #[test]
    fn a_late_request_counts_when_the_second_one_did_not_land() {
        assert_eq!(scene(&[(10, &[1]), (12, &[1, 2])]), Tally::default());
    }

    #[test]
    fn missing_and_misplaced_items_are_told_apart() {
        let tally = scene(&[(12, &[1])]);
        assert_eq!(tally, Tally { missing: 1, misplaced: 1, doubled: 0 });
    }

    #[test]
    fn the_same_fingerprint_twice_is_a_double() {
        let tally = scene(&[(11, &[1]), (12, &[1, 2]), (12, &[1, 2])]);
        assert_eq!(tally.doubled, 1);
    }

    #[test]
    fn items_left_out_are_not_missed() {
        let seen = Sighting::default();
        assert_eq!(seen.tally(&[], &[false, false]), Tally::default());
    }
}
