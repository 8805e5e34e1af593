//! What was found out about staged imports, for as long as somebody may ask about it again.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use wardroom_core::Error;
use wardroom_core::import::duplicates::Found;
use wardroom_core::import::upload::Cancel;
use wardroom_core::model::{HealthReport, StagingId, UserId};

use crate::app::NO_PANIC;

/// Checks that run, their last reports, and the duplicates looked at last.
#[derive(Default)]
pub(crate) struct Checks(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    running: HashMap<StagingId, (UserId, Cancel)>,
    reports: HashMap<StagingId, HealthReport>,
    found: Option<(StagingId, Arc<Found>)>,
    /// A list of hashes on this machine; the page knows its name.
    list: Option<PathBuf>,
}

impl Checks {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect(NO_PANIC)
    }

    /// Registers a check; a second one of the same staging is refused.
    pub(crate) fn begin(&self, user: UserId, staging: StagingId) -> Result<Cancel, Error> {
        let mut kept = self.kept();
        if kept.running.contains_key(&staging) {
            return Err(Error::Refused("this import is being checked already".to_owned()));
        }
        let cancel = Cancel::default();
        kept.running.insert(staging, (user, cancel.clone()));
        Ok(cancel)
    }

    pub(crate) fn end(&self, staging: StagingId) {
        self.kept().running.remove(&staging);
    }

    /// Asks one to stop.
    pub(crate) fn cancel(&self, staging: StagingId) {
        if let Some((_, cancel)) = self.kept().running.get(&staging) {
            cancel.cancel();
        }
    }

    pub(crate) fn keep_report(&self, staging: StagingId, report: HealthReport) {
        self.kept().reports.insert(staging, report);
    }

    /// The last report of this staging.
    pub(crate) fn report(&self, staging: StagingId) -> Result<HealthReport, Error> {
        let kept = self.kept();
        kept.reports.get(&staging).cloned().ok_or(Error::NotFound("health report"))
    }

    pub(crate) fn keep_found(&self, staging: StagingId, found: Arc<Found>) {
        self.kept().found = Some((staging, found));
    }

    /// The duplicates of this staging, if they were looked at last.
    pub(crate) fn found(&self, staging: StagingId) -> Option<Arc<Found>> {
        let kept = self.kept();
        kept.found.as_ref().filter(|(of, _)| *of == staging).map(|(_, found)| Arc::clone(found))
    }

    pub(crate) fn set_list(&self, path: PathBuf) {
        self.kept().list = Some(path);
    }

    pub(crate) fn list(&self) -> Option<PathBuf> {
        self.kept().list.clone()
    }

    /// An account was locked: its checks stop. Reports name items, so none stays, whosever it is.
    pub(crate) fn rest(&self, user: UserId) {
        let mut kept = self.kept();
        kept.running.values().filter(|(of, _)| *of == user).for_each(|(_, cancel)| cancel.cancel());
        kept.reports.clear();
        kept.found = None;
    }

    /// All accounts were.
    pub(crate) fn rest_all(&self) {
        let mut kept = self.kept();
        kept.running.values().for_each(|(_, cancel)| cancel.cancel());
        kept.reports.clear();
        kept.found = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> HealthReport {
        HealthReport {
            checked_at: String::new(),
            revision: 1,
            items: 0,
            logins: 0,
            passwords: 0,
            reused: 0,
            weak: 0,
            exposed: None,
            exposed_incomplete: false,
            plain_http: 0,
            missing_two_step: None,
            scores: [0; 5],
            to_mend: 0,
            rows: Vec::new(),
        }
    }

    #[test]
    fn locking_stops_checks_and_forgets_what_they_said() {
        let checks = Checks::default();
        let (staging, user): (_, UserId) =
            (StagingId::make(), "5f1a17fb-d821-4ec8-b18b-9006e3cacd9c".parse().unwrap());
        let cancel = checks.begin(user, staging).unwrap();
        assert!(checks.begin(user, staging).is_err(), "two would write over each other");
        checks.keep_report(staging, report());
        assert!(checks.report(staging).is_ok());
        checks.rest(user);
        assert!(cancel.is_cancelled());
        assert!(checks.report(staging).is_err(), "a report names items");
        checks.end(staging);
        assert!(checks.begin(user, staging).is_ok());
    }
}
