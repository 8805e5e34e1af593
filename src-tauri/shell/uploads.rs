//! Uploads run as tasks of their own and talk through a channel; closing a page does not stop them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tauri::ipc::Channel;
use tauri::{AppHandle, Manager};
use wardroom_core::Error;
use wardroom_core::import::upload::{self, Cancel};
use wardroom_core::model::{StagingId, UserId};
use wardroom_core::session::Unlocked;

use crate::app::{App, NO_PANIC};
use crate::changes::changed;
use crate::wire::{Room, UploadEvent};

/// More messages than this a second cost the page more than they tell a person.
const PAUSE: Duration = Duration::from_millis(50);

/// The switches of uploads that run.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<HashMap<StagingId, (UserId, Cancel)>>);

impl Uploads {
    /// Registers one; a second upload of the same staging is refused.
    pub(crate) fn begin(&self, user: UserId, staging: StagingId) -> Result<Cancel, Error> {
        let mut running = self.0.lock().expect(NO_PANIC);
        if running.contains_key(&staging) {
            return Err(Error::Refused("this import is being uploaded already".to_owned()));
        }
        let cancel = Cancel::default();
        running.insert(staging, (user, cancel.clone()));
        Ok(cancel)
    }

    /// Asks one to stop at its next safe point.
    pub(crate) fn cancel(&self, staging: StagingId) {
        if let Some((_, cancel)) = self.0.lock().expect(NO_PANIC).get(&staging) {
            cancel.cancel();
        }
    }

    /// Asks those of one account; others go on.
    pub(crate) fn cancel_of(&self, user: UserId) {
        let running = self.0.lock().expect(NO_PANIC);
        running.values().filter(|(of, _)| *of == user).for_each(|(_, cancel)| cancel.cancel());
    }

    /// Asks all of them.
    pub(crate) fn cancel_all(&self) {
        self.0.lock().expect(NO_PANIC).values().for_each(|(_, cancel)| cancel.cancel());
    }

    fn end(&self, staging: StagingId) {
        self.0.lock().expect(NO_PANIC).remove(&staging);
    }
}

/// The switch of work of which one runs at a time: a new start stops the one before.
#[derive(Default)]
pub(crate) struct Switch(Mutex<Cancel>);

impl Switch {
    pub(crate) fn begin(&self) -> Cancel {
        let mut current = self.0.lock().expect(NO_PANIC);
        current.cancel();
        *current = Cancel::default();
        current.clone()
    }

    /// Asks it to stop.
    pub(crate) fn cancel(&self) {
        self.0.lock().expect(NO_PANIC).cancel();
    }
}

/// Uploads and says how it went; the last message is the end (a command's answer may overtake it).
pub(crate) async fn run(
    handle: AppHandle,
    unlocked: Unlocked,
    staging: StagingId,
    cancel: Cancel,
    channel: Channel<UploadEvent>,
) {
    let steps = channel.clone();
    let calm = Calm::default();
    let progress = move |progress: wardroom_core::model::UploadProgress| {
        if calm.lets_through(progress.stage, Instant::now()) {
            let _ = steps.send(UploadEvent::Progress { progress });
        }
    };
    let end = match upload::upload(&unlocked, staging, cancel, progress).await {
        Ok(receipt) => UploadEvent::Finished { receipt: Box::new(receipt) },
        Err(error) => UploadEvent::Failed { failure: error.failure() },
    };
    handle.state::<App>().uploads.end(staging);
    changed(&handle, &[Room::Import]);
    let _ = channel.send(end);
}

/// Lets a message through when it says something new, or when the last one is long enough ago.
pub(crate) struct Calm<T>(Mutex<Option<(T, Instant)>>);

impl<T> Default for Calm<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: PartialEq> Calm<T> {
    pub(crate) fn lets_through(&self, topic: T, now: Instant) -> bool {
        let mut last = self.0.lock().expect(NO_PANIC);
        if last.as_ref().is_some_and(|(said, at)| *said == topic && now.duration_since(*at) < PAUSE)
        {
            return false;
        }
        *last = Some((topic, now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staging_uploads_once_at_a_time_and_can_be_cancelled() {
        let uploads = Uploads::default();
        let (staging, user): (_, UserId) =
            (StagingId::make(), "5f1a17fb-d821-4ec8-b18b-9006e3cacd9c".parse().unwrap());
        let cancel = uploads.begin(user, staging).unwrap();
        assert!(
            uploads.begin(user, staging).is_err(),
            "two uploads would race for the same journal"
        );
        uploads.cancel(staging);
        assert!(cancel.is_cancelled());
        uploads.end(staging);
        assert!(uploads.begin(user, staging).is_ok(), "cancelled ones can be continued");
    }

    #[test]
    fn progress_is_calm_but_a_new_stage_is_said_at_once() {
        let (calm, start) = (Calm::default(), Instant::now());
        assert!(calm.lets_through("sending", start));
        assert!(!calm.lets_through("sending", start + PAUSE / 2));
        assert!(calm.lets_through("proving", start + PAUSE / 2));
        assert!(calm.lets_through("proving", start + PAUSE * 2));
    }
}
