//! Server → store: reading what the lists show, once or all day long.
//!
//! Two requests give a true list: the profile, and the provider's client list, joined by organization. A
//! person without a provider gets the organizations they administer, with Used counted from the member
//! lists. [`refresh`] does all of it at once; a [`Keeper`] does it again and again, without a button.

mod keeper;
mod keys;
mod read;

use std::time::Instant;

use crate::Error;
use crate::model::{Client, OrganizationId, SeatSnapshot, SyncReport};
use crate::session::Unlocked;

pub use keeper::{Clock, Hand, Keeper, KeeperOptions};

/// Reads everything the client list needs and replaces the cached rows in one transaction.
///
/// Two requests give a true list: the profile and the provider's organizations. A person without a provider
/// gets their own memberships, with Used counted from the member lists.
pub async fn refresh(unlocked: &Unlocked) -> Result<SyncReport, Error> {
    let started = Instant::now();
    let before = unlocked.server().requests();
    let read::Everything { rows, members, web_vault } = read::everything(unlocked).await?;
    let rows = keys::mark(unlocked.keys().clone(), rows).await;
    let done = unlocked.store().save_refresh(&rows).await?;
    Ok(SyncReport {
        clients: done.clients,
        members,
        requests: unlocked.server().requests().saturating_sub(before),
        changed: done.changed,
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        web_vault,
    })
}

/// The cached client list, by name.
pub async fn clients(unlocked: &Unlocked) -> Result<Vec<Client>, Error> {
    Ok(unlocked.store().load_clients().await?)
}

/// A client's seats at each refresh that listed it, oldest first.
pub async fn seats(
    unlocked: &Unlocked,
    client: OrganizationId,
) -> Result<Vec<SeatSnapshot>, Error> {
    let known = unlocked.store().load_seats(client).await?;
    if known.is_empty() && unlocked.store().load_client(client).await?.is_none() {
        return Err(Error::NotFound("client"));
    }
    Ok(known)
}
