//! Server → store: one refresh, one transaction.

use crate::Error;
use crate::model::{Client, OrganizationId, SeatSnapshot, SyncReport};
use crate::session::Unlocked;

/// Reads everything the client list needs and replaces the cached rows in one transaction.
///
/// Two requests give a true list: the profile and the provider's organizations. A person without a provider
/// gets their own memberships, with Used counted from the member lists.
pub async fn refresh(unlocked: &Unlocked) -> Result<SyncReport, Error> {
    let _ = unlocked;
    todo!("sync")
}

/// The cached client list, by name.
pub async fn clients(unlocked: &Unlocked) -> Result<Vec<Client>, Error> {
    let _ = unlocked;
    todo!("sync")
}

/// Seats of one client at each refresh, oldest first.
pub async fn seats(
    unlocked: &Unlocked,
    client: OrganizationId,
) -> Result<Vec<SeatSnapshot>, Error> {
    let _ = (unlocked, client);
    todo!("sync")
}
