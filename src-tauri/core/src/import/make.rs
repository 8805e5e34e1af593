//! Collections of an upload: found, made, or left to the first request that uses them.

use std::sync::Arc;
use std::time::Duration;

use super::place::{Targets, grants, open_names};
use super::run::Run;
use crate::model::{CollectionId, UploadStage};
use crate::server::{self, CollectionAccess};
use crate::store::CollectionState;
use crate::{Error, import};

/// Looks after a lost answer, each after a pause: the request may still be at work.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)];
/// More new ones than these are left to the import, which makes them all at once: at the server's 60 requests a minute
/// they would take long. With access to give they are made one by one all the same; the import cannot give it.
const MOST_SINGLE: usize = 25;
/// Requests for one collection before giving up.
const MOST_TRIES: u32 = 4;

/// What became of a request to make a collection.
enum Made {
    Known,
    /// The server wants a manager and none was chosen: an import request may make it nevertheless.
    LeftToImport,
}

impl Run<'_> {
    /// Finds or makes every collection, so that items can name them by id.
    pub(super) async fn settle_collections(&mut self) -> Result<(), Error> {
        let open = |target: &super::place::Target| target.row.state != CollectionState::Known;
        if !self.targets.list.iter().any(open) {
            return Ok(());
        }
        self.find_collections().await?;
        let grants = grants(&self.header.placement)?;
        // One that a request was sent for is looked for first, below.
        let untried = |target: &&super::place::Target| target.row.state == CollectionState::Wanted;
        let missing = self.targets.list.iter().filter(untried).count();
        if missing > MOST_SINGLE && grants.iter().all(Vec::is_empty) {
            return self.leave_to_import().await;
        }
        for place in 0..self.targets.list.len() {
            if self
                .targets
                .list
                .get(place)
                .is_some_and(|t| t.row.state == CollectionState::Creating)
            {
                self.find_sent_collection(place).await?;
            }
            if !self.targets.list.get(place).is_some_and(open) || self.is_carried(place) {
                continue;
            }
            if let Made::LeftToImport = self.make_collection(place, &grants).await? {
                return self.leave_to_import().await;
            }
            self.tell(UploadStage::Collections, 0);
        }
        Ok(())
    }

    fn is_carried(&self, place: usize) -> bool {
        self.targets.list.get(place).is_some_and(|t| t.row.state == CollectionState::Carried)
    }

    /// Matches what is there by ciphertext and by name. Writes nothing before something is sent: an import
    /// whose server is out of reach stays free to be changed.
    async fn find_collections(&mut self) -> Result<(), Error> {
        let found = self.fetch_collections().await?;
        let names = open_names(self.unlocked.keys(), self.client(), &found);
        let learned = self.targets_mut().recognise(&found, Some(&names));
        if self.row.state == crate::model::StagedState::Uploading {
            self.save_targets(&learned).await?;
        }
        Ok(())
    }

    /// After a lost answer: by ciphertext only, with pauses. True when it is there.
    async fn find_sent_collection(&mut self, place: usize) -> Result<bool, Error> {
        for pause in PAUSES {
            self.rest(pause).await?;
            let found = self.fetch_collections().await.map_err(unsettled)?;
            let learned = self.targets_mut().recognise(&found, None);
            self.save_targets(&learned).await?;
            if learned.contains(&place) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn make_collection(
        &mut self,
        place: usize,
        grants: &[Vec<CollectionAccess>; 2],
    ) -> Result<Made, Error> {
        let [groups, members] = grants;
        let mut tries = 0;
        loop {
            tries += 1;
            self.check_cancel()?;
            self.keep_pace().await?;
            let sealed_name = self.note_creating(place).await?;
            let (server, client) = (self.server(), self.client());
            let answer = server.create_collection(client, &sealed_name, groups, members).await;
            match answer {
                Ok(id) => return self.note_known(place, id).await,
                Err(server::Error::SlowDown { wait_seconds }) if tries < MOST_TRIES => {
                    self.slow_down(wait_seconds).await?;
                }
                Err(server::Error::Unreachable) if tries < MOST_TRIES => {
                    self.rest(Duration::from_secs(2)).await?;
                }
                Err(error) if error.may_have_landed() => {
                    if self.find_sent_collection(place).await? {
                        return Ok(Made::Known);
                    }
                    if tries == MOST_TRIES {
                        return Err(error.into());
                    }
                }
                Err(server::Error::Refused { .. } | server::Error::NotPermitted)
                    if groups.is_empty() && members.is_empty() =>
                {
                    return Ok(Made::LeftToImport);
                }
                Err(error) => return Err(self.give_up(place, error).await?),
            }
        }
    }

    /// The ciphertext goes into the journal before the request goes out. Kept over tries: whichever of
    /// them lands is found by it.
    async fn note_creating(&mut self, place: usize) -> Result<String, Error> {
        let sealer = self.sealer.clone();
        let target = self.targets_mut().list.get_mut(place).expect("callers index the list");
        let sealed_name = match target.row.sealed_name.clone() {
            Some(sealed_name) => sealed_name,
            None => sealer.seal(&target.path)?,
        };
        target.row.sealed_name = Some(sealed_name.clone());
        target.row.state = CollectionState::Creating;
        self.save_targets(&[place]).await?;
        Ok(sealed_name)
    }

    async fn note_known(&mut self, place: usize, id: CollectionId) -> Result<Made, Error> {
        let target = self.targets_mut().list.get_mut(place).expect("callers index the list");
        target.row.collection = Some(id);
        target.row.state = CollectionState::Known;
        target.row.created = true;
        self.save_targets(&[place]).await?;
        Ok(Made::Known)
    }

    /// Refused for good: nothing was made, so nothing needs to be looked for later.
    async fn give_up(&mut self, place: usize, error: server::Error) -> Result<Error, Error> {
        let target = self.targets_mut().list.get_mut(place).expect("callers index the list");
        target.row.state = CollectionState::Wanted;
        self.save_targets(&[place]).await?;
        Ok(error.into())
    }

    async fn leave_to_import(&mut self) -> Result<(), Error> {
        let sealer = self.sealer.clone();
        let mut left = Vec::new();
        for (place, target) in self.targets_mut().list.iter_mut().enumerate() {
            if target.row.state != CollectionState::Known {
                target.row.state = CollectionState::Carried;
                if target.row.sealed_name.is_none() {
                    target.row.sealed_name = Some(sealer.seal(&target.path)?);
                }
                left.push(place);
            }
        }
        self.save_targets(&left).await
    }

    /// Learns the ids of collections that an import request made. With `landed` the server said that it
    /// did, so they must be there; else they may be, and the next request makes what is not.
    pub(super) async fn learn_carried(&mut self, used: &[u32], landed: bool) -> Result<(), Error> {
        let looks = if landed { &PAUSES[..] } else { &[Duration::ZERO] };
        for pause in looks {
            if !self.has_unlearned(used) {
                return Ok(());
            }
            self.rest(*pause).await?;
            let found = self.fetch_collections().await.map_err(unsettled)?;
            let learned = self.targets_mut().recognise(&found, None);
            self.save_targets(&learned).await?;
        }
        if landed && self.has_unlearned(used) { Err(import::Error::Unknown.into()) } else { Ok(()) }
    }

    fn has_unlearned(&self, used: &[u32]) -> bool {
        let mut carried =
            self.targets.list.iter().filter(|t| t.row.state == CollectionState::Carried);
        carried.any(|target| used.contains(&target.row.position))
    }

    pub(super) fn targets_mut(&mut self) -> &mut Targets {
        Arc::make_mut(&mut self.targets)
    }

    /// The first time, all of them: positions in the journal must mean the same after a crash.
    pub(super) async fn save_targets(&mut self, places: &[usize]) -> Result<(), Error> {
        let all = self.row.state == crate::model::StagedState::Staged;
        let list = self.targets.list.iter().enumerate();
        let rows: Vec<_> = list
            .filter(|(place, _)| all || places.contains(place))
            .map(|(_, target)| target.row.clone())
            .collect();
        if !rows.is_empty() {
            self.store().save_collections(self.staging(), &rows).await?;
            self.row.state = crate::model::StagedState::Uploading;
        }
        Ok(())
    }
}

/// While a request's fate is open, a server that cannot be asked leaves it open.
pub(super) fn unsettled(error: Error) -> Error {
    match error {
        Error::Server(error) if error.may_have_landed() => import::Error::Unknown.into(),
        Error::Server(server::Error::Unreachable | server::Error::SlowDown { .. }) => {
            import::Error::Unknown.into()
        }
        other => other,
    }
}
