//! The clock and the system's signals, turned into locking.

use tauri::{AppHandle, Manager};
use wardroom_core::model::WaitReason;
use wardroom_core::session::{Due, Moment, Watch};

use crate::app::App;
use crate::changes::changed;
use crate::commands::session::ALL;
use crate::system::Signal;
use crate::{system, window};

/// Locks when it is time; runs as long as the program.
pub(crate) async fn watch(handle: AppHandle) {
    let mut signals = system::signals();
    let mut ticks = tokio::time::interval(Watch::TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    if let Some(app) = handle.try_state::<App>()
        && let Ok(due) = app.sessions.begin(Moment::now()).await
    {
        act(&handle, &app, &due);
    }
    loop {
        let signal = tokio::select! {
            _ = ticks.tick() => None,
            Some(signal) = signals.recv() => Some(signal),
        };
        let Some(app) = handle.try_state::<App>() else { return };
        let now = Moment::now();
        let due = match signal {
            None => app.sessions.tick(now).await,
            Some(Signal::Locked) => app.sessions.system_locked(now).await,
            Some(Signal::GoingToSleep(delay)) => {
                let due = app.sessions.going_to_sleep(now).await;
                // The system waits with sleeping until this is dropped.
                drop(delay);
                due
            }
            Some(Signal::Woken) => {
                let due = app.sessions.woke(now).await;
                app.keepers.hold_all(None);
                due
            }
            Some(Signal::Saver(saves)) => {
                app.keepers.hold_all(saves.then_some(WaitReason::BatterySaver));
                Vec::new()
            }
            Some(Signal::Network(true)) => {
                app.keepers.hold_all(None);
                Vec::new()
            }
            // Not hearing the network is the keeper's own business; unlocking the screen opens nothing.
            Some(Signal::Network(false) | Signal::Unlocked) => Vec::new(),
        };
        act(&handle, &app, &due);
    }
}

/// The keys are gone already; so must be what the page remembers.
fn act(handle: &AppHandle, app: &App, due: &[Due]) {
    if due.is_empty() {
        return;
    }
    app.rest_all(due);
    // Where that fails, the page still hears that it is locked and throws its rows away.
    let _ = window::renew(handle);
    changed(handle, &ALL);
}
