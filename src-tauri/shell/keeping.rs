//! Keepers of open accounts: they read what changed without a button, and say what they are doing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tauri::{AppHandle, Emitter, Manager};
use wardroom_core::model::{OrganizationId, RefreshPhase, RefreshState, UserId, WaitReason};
use wardroom_core::server::Hub;
use wardroom_core::session::Unlocked;
use wardroom_core::sync::{Keeper, KeeperOptions};

use crate::app::{App, NO_PANIC};
use crate::changes::changed;
use crate::wire::Room;

/// One keeper for each open account.
#[derive(Default)]
pub(crate) struct Keepers(Mutex<HashMap<UserId, Arc<Keeper>>>);

impl Keepers {
    /// Begins to keep an account that was just opened; an earlier keeper of it ends.
    pub(crate) fn start(&self, handle: &AppHandle, unlocked: Unlocked) {
        let user = unlocked.account().user_id;
        let hub = Some(Arc::new(Hub::start(unlocked.server())));
        let keeper = Arc::new(Keeper::start(unlocked, KeeperOptions { hub, ..Default::default() }));
        tauri::async_runtime::spawn(tell(handle.clone(), user, keeper.subscribe()));
        if let Some(earlier) = self.0.lock().expect(NO_PANIC).insert(user, keeper) {
            earlier.stop();
        }
    }

    /// Ends one.
    pub(crate) fn stop(&self, user: UserId) {
        if let Some(keeper) = self.0.lock().expect(NO_PANIC).remove(&user) {
            keeper.stop();
        }
    }

    /// Ends all.
    pub(crate) fn stop_all(&self) {
        self.0.lock().expect(NO_PANIC).drain().for_each(|(_, keeper)| keeper.stop());
    }

    /// What the keeper of this account is doing; `None` while it has none.
    pub(crate) fn state(&self, user: UserId) -> Option<RefreshState> {
        self.0.lock().expect(NO_PANIC).get(&user).map(|keeper| keeper.state())
    }

    /// This client's data first.
    pub(crate) fn look_at(&self, user: UserId, client: Option<OrganizationId>) {
        if let Some(keeper) = self.0.lock().expect(NO_PANIC).get(&user) {
            keeper.look_at(client);
        }
    }

    /// All of them wait for a reason that is outside, or go on.
    pub(crate) fn hold_all(&self, reason: Option<WaitReason>) {
        for keeper in self.0.lock().expect(NO_PANIC).values() {
            match reason {
                Some(reason) => keeper.hold(reason),
                None => keeper.go_on(),
            }
        }
    }

    /// The way to refresh now, through the keeper's own queue.
    pub(crate) fn keeper(&self, user: UserId) -> Option<Arc<Keeper>> {
        self.0.lock().expect(NO_PANIC).get(&user).cloned()
    }
}

/// Passes the state of one account on to the page, as long as that account is the visible one.
async fn tell(
    handle: AppHandle,
    user: UserId,
    mut states: tokio::sync::watch::Receiver<RefreshState>,
) {
    let mut revision = states.borrow().revision;
    while states.changed().await.is_ok() {
        let state = states.borrow_and_update().clone();
        let Some(app) = handle.try_state::<App>() else { return };
        if state.phase == RefreshPhase::Ended {
            // Staged work stays sealed for the next sign-in; the page asks for one.
            let _ = app.sessions.end_session(user).await;
            app.keepers.stop(user);
            changed(&handle, &[Room::Session, Room::Clients, Room::Import]);
            return;
        }
        if app.sessions.visible_user() != Some(user) {
            continue;
        }
        let _ = handle.emit("refresh", &state);
        if state.revision != revision {
            revision = state.revision;
            changed(&handle, &[Room::Session, Room::Clients]);
        }
    }
}
