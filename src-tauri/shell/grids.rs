//! The index of the staging that is looked at: opened once, read again where a change touched it.

use std::sync::{Arc, Mutex as Lock};

use tauri::async_runtime::{self, Mutex};
use wardroom_core::Error;
use wardroom_core::import::bench::Grid;
use wardroom_core::import::upload::Cancel;
use wardroom_core::model::{Selection, StagingId, UserId};
use wardroom_core::session::Unlocked;

use crate::app::NO_PANIC;

/// At most one: names and user names lie in memory as long as it is there.
#[derive(Default)]
pub(crate) struct Grids {
    open: Arc<Mutex<Option<Open>>>,
    /// Stops the one that is being opened.
    opening: Lock<Cancel>,
}

struct Open {
    user: UserId,
    staging: StagingId,
    grid: Grid,
}

impl Grids {
    /// Reads from the grid of `staging` as it is now.
    pub(crate) async fn read<T>(
        &self,
        unlocked: &Unlocked,
        staging: StagingId,
        read: impl FnOnce(&Grid) -> T,
    ) -> Result<T, Error> {
        let user = unlocked.account().user_id;
        let mut open = self.open.lock().await;
        let known = open.take().filter(|open| open.user == user && open.staging == staging);
        let current = if let Some(mut known) = known {
            known.grid.refresh(unlocked).await?;
            known
        } else {
            let cancel = Cancel::default();
            *self.opening.lock().expect(NO_PANIC) = cancel.clone();
            Open { user, staging, grid: Grid::open(unlocked, staging, |_| (), &cancel).await? }
        };
        let open = open.insert(current);
        Ok(read(&open.grid))
    }

    /// The items a selection names: "whatever matches" is asked of the grid that is open.
    pub(crate) async fn select(
        &self,
        unlocked: &Unlocked,
        staging: StagingId,
        selection: Selection,
    ) -> Result<Selection, Error> {
        if let Selection::Items(_) = selection {
            return Ok(selection);
        }
        let items = self.read(unlocked, staging, |grid| grid.select(&selection)).await?;
        Ok(Selection::Items(items))
    }

    /// Wipes it.
    pub(crate) fn forget(&self) {
        self.opening.lock().expect(NO_PANIC).cancel();
        let open = self.open.clone();
        // Whoever reads it now finishes first.
        async_runtime::spawn(async move { *open.lock().await = None });
    }
}
