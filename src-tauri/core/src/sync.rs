//! Server → store: one refresh, one transaction.
//!
//! Two requests give a true list: the profile, and the provider's client list, joined by organization. A
//! person without a provider gets the organizations they administer, with Used counted from the member
//! lists.

use std::collections::HashMap;
use std::time::Instant;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::Error;
use crate::keys::KeyRing;
use crate::model::{
    Client, ClientSource, OrganizationId, Provider, ProviderId, SeatSnapshot, ServerKind,
    SyncReport, WebVaultReason,
};
use crate::server::{self, MemberRow, OrganizationRow, Profile, ProviderClientRow, Server};
use crate::session::Unlocked;
use crate::store::{ClientRow, ProviderRow, Rows};

/// Lists asked for at the same time; the cloud allows 200 questions a minute.
const QUESTIONS_AT_ONCE: usize = 4;
/// The portal strips it from the plan's name.
const MONTHLY: &str = " (Monthly)";

/// Reads everything the client list needs and replaces the cached rows in one transaction.
///
/// Two requests give a true list: the profile and the provider's organizations. A person without a provider
/// gets their own memberships, with Used counted from the member lists.
pub async fn refresh(unlocked: &Unlocked) -> Result<SyncReport, Error> {
    let started = Instant::now();
    let server = unlocked.server();
    let before = server.requests();
    let kind = unlocked.server_kind().await;
    let profile = server.fetch_profile().await?;
    if profile.user_id != unlocked.account().user_id {
        return Err(server::Error::SessionEnded.into());
    }
    let web_vault = profile.must_change_password.then_some(WebVaultReason::ChangePassword);
    unlocked.refresh_policies_of(&profile.organizations).await;
    let taken_at = jiff::Timestamp::now().to_string();
    let (clients, members) = if profile.providers.is_empty() {
        fetch_memberships(server, &profile, kind, &taken_at).await?
    } else {
        (fetch_provider_clients(server, &profile, &taken_at).await?, 0)
    };
    let providers: Vec<ProviderRow> = profile.providers.into_iter().map(provider_row).collect();
    let (providers, clients) = with_keys(unlocked.keys().clone(), providers, clients).await;
    let done = unlocked.store().save_refresh(&Rows { taken_at, providers, clients }).await?;
    Ok(SyncReport {
        clients: done.clients,
        members,
        requests: server.requests().saturating_sub(before),
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

/// The clients of every provider, joined with what only the profile tells of them.
async fn fetch_provider_clients(
    server: &Server,
    profile: &Profile,
    taken_at: &str,
) -> Result<Vec<ClientRow>, Error> {
    let described = by_id(&profile.provider_organizations);
    let own = by_id(&profile.organizations);
    // Futures made beforehand: a stream over borrowed rows would not be `Send`, as the window needs it.
    let questions = profile.providers.iter().map(|provider| fetch_clients(server, provider.id));
    let lists: Vec<_> = stream::iter(questions.collect::<Vec<_>>())
        .buffered(QUESTIONS_AT_ONCE)
        .try_collect()
        .await?;
    let rows = lists
        .into_iter()
        .flat_map(|(provider, rows)| rows.into_iter().map(move |row| (provider, row)));
    Ok(rows
        .map(|(provider, row)| {
            let described = described.get(&row.organization_id).copied();
            let membership = own.get(&row.organization_id).copied().filter(|own| confirmed(own));
            ClientRow {
                provider_wrapped_key: row.wrapped_key.clone(),
                member_wrapped_key: membership.and_then(|own| own.wrapped_key.clone()),
                client: provider_client(provider, row, described, taken_at),
            }
        })
        .collect())
}

async fn fetch_clients(
    server: &Server,
    provider: ProviderId,
) -> Result<(ProviderId, Vec<ProviderClientRow>), server::Error> {
    Ok((provider, server.fetch_provider_clients(provider).await?))
}

fn provider_client(
    provider: ProviderId,
    row: ProviderClientRow,
    described: Option<&OrganizationRow>,
    taken_at: &str,
) -> Client {
    Client {
        organization_id: row.organization_id,
        provider_organization_id: Some(row.id),
        provider_id: Some(provider),
        name: row.name,
        assigned: row.assigned,
        used: row.used,
        remaining: row.remaining.or_else(|| remaining(row.assigned, row.used)),
        plan: row.plan.strip_suffix(MONTHLY).unwrap_or(&row.plan).to_owned(),
        product_tier: described.and_then(|described| described.product_tier),
        // Suspension is told by the profile alone; what it does not list counts as running.
        enabled: described.is_none_or(|described| described.enabled),
        source: ClientSource::Provider,
        has_key: false,
        use_groups: described.is_some_and(|described| described.use_groups),
        synced_at: taken_at.to_owned(),
    }
}

/// One organization's row, and how many members were read for it.
async fn fetch_membership(
    server: &Server,
    own: &OrganizationRow,
    kind: ServerKind,
    taken_at: &str,
) -> Result<(ClientRow, usize), Error> {
    let members = fetch_members(server, own.id).await?;
    let count = members.as_ref().map_or(0, Vec::len);
    let client = membership(own, members.as_deref(), seats_told(own, kind), taken_at);
    let member_wrapped_key = own.wrapped_key.clone();
    Ok((ClientRow { client, provider_wrapped_key: None, member_wrapped_key }, count))
}

/// The organizations the person administers themself, and how many members were read.
async fn fetch_memberships(
    server: &Server,
    profile: &Profile,
    kind: ServerKind,
    taken_at: &str,
) -> Result<(Vec<ClientRow>, u64), Error> {
    let administered = profile.organizations.iter().filter(|own| confirmed(own) && runs(own));
    let questions = administered.map(|own| fetch_membership(server, own, kind, taken_at));
    let counted: Vec<(ClientRow, usize)> = stream::iter(questions.collect::<Vec<_>>())
        .buffered(QUESTIONS_AT_ONCE)
        .try_collect()
        .await?;
    let members = counted.iter().map(|(_, count)| *count).sum::<usize>();
    let rows = counted.into_iter().map(|(row, _)| row).collect();
    Ok((rows, u64::try_from(members).unwrap_or(u64::MAX)))
}

/// `None` when the role does not extend to the members: the row then says that Used is unknown.
async fn fetch_members(
    server: &Server,
    client: OrganizationId,
) -> Result<Option<Vec<MemberRow>>, Error> {
    match server.fetch_members(client).await {
        Ok(members) => Ok(Some(members)),
        Err(server::Error::NotPermitted | server::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Vaultwarden sells no seats: the number it sends only keeps official clients content
/// (`src/db/models/organization.rs`).
fn seats_told(own: &OrganizationRow, kind: ServerKind) -> Option<i64> {
    if kind == ServerKind::Vaultwarden { None } else { own.seats }
}

fn membership(
    own: &OrganizationRow,
    members: Option<&[MemberRow]>,
    assigned: Option<i64>,
    taken_at: &str,
) -> Client {
    let used = members.map(|members| members.iter().filter(|who| who.takes_a_seat()).count());
    let used = used.and_then(|used| i64::try_from(used).ok());
    Client {
        organization_id: own.id,
        provider_organization_id: None,
        provider_id: None,
        name: own.name.clone(),
        assigned,
        used,
        remaining: remaining(assigned, used),
        plan: String::new(),
        product_tier: own.product_tier,
        enabled: own.enabled,
        source: ClientSource::Membership,
        has_key: false,
        use_groups: own.use_groups,
        synced_at: taken_at.to_owned(),
    }
}

/// [`mark_keys`] off the async threads: ten thousand keys keep one busy for a while.
async fn with_keys(
    ring: KeyRing,
    providers: Vec<ProviderRow>,
    mut clients: Vec<ClientRow>,
) -> (Vec<ProviderRow>, Vec<ClientRow>) {
    let marking = tokio::task::spawn_blocking(move || {
        mark_keys(&ring, &providers, &mut clients);
        (providers, clients)
    });
    match marking.await {
        Ok(marked) => marked,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

/// Puts the keys into the ring and notes which of them open. One broken key must not block the others.
fn mark_keys(ring: &KeyRing, providers: &[ProviderRow], clients: &mut [ClientRow]) {
    for row in providers {
        if let Some(wrapped) = &row.wrapped_key {
            // The clients below it are marked.
            let _ = ring.add_provider(row.provider.id, wrapped);
        }
    }
    for row in clients {
        let id = row.client.organization_id;
        let by_provider = row.client.provider_id.zip(row.provider_wrapped_key.as_deref());
        let added = [
            by_provider.map(|(provider, wrapped)| ring.add_client(id, provider, wrapped)),
            row.member_wrapped_key.as_deref().map(|wrapped| ring.add_membership(id, wrapped)),
        ];
        row.client.has_key =
            added.into_iter().flatten().any(|added| added.is_ok()) && ring.has_key(id);
    }
}

fn provider_row(row: server::ProviderRow) -> ProviderRow {
    let provider = Provider { id: row.id, name: row.name, role: row.role, enabled: row.enabled };
    ProviderRow { provider, wrapped_key: row.wrapped_key }
}

fn by_id(rows: &[OrganizationRow]) -> HashMap<OrganizationId, &OrganizationRow> {
    rows.iter().map(|row| (row.id, row)).collect()
}

/// Status 2 (`OrganizationUserStatusType`).
fn confirmed(own: &OrganizationRow) -> bool {
    own.status == Some(2)
}

/// Owner, admin or custom (`OrganizationUserType` 0, 1, 4): the roles that may have anything to do here.
fn runs(own: &OrganizationRow) -> bool {
    matches!(own.role, Some(0 | 1 | 4))
}

fn remaining(assigned: Option<i64>, used: Option<i64>) -> Option<i64> {
    assigned?.checked_sub(used?)
}
