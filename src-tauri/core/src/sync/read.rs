//! Reading what the client list shows.

use std::collections::HashMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::Error;
use crate::model::{
    Client, ClientSource, OrganizationId, Provider, ProviderId, ServerKind, WebVaultReason,
};
use crate::server::{self, MemberRow, OrganizationRow, Profile, ProviderClientRow, Server};
use crate::session::Unlocked;
use crate::store::{ClientRow, ProviderRow, Rows};

/// Lists asked for at the same time; the cloud allows 200 questions a minute.
const QUESTIONS_AT_ONCE: usize = 4;
/// The portal strips it from the plan's name.
const MONTHLY: &str = " (Monthly)";

/// The whole list with every number in it.
pub(super) struct Everything {
    pub(super) rows: Rows,
    /// How many were read for the numbers.
    pub(super) members: u64,
    /// What only the web vault can do, and must be done.
    pub(super) web_vault: Option<WebVaultReason>,
}

/// Reads it.
pub(super) async fn everything(unlocked: &Unlocked) -> Result<Everything, Error> {
    let server = unlocked.server();
    let profile = fetch_profile(unlocked).await?;
    let kind = unlocked.server_kind().await;
    let web_vault = profile.must_change_password.then_some(WebVaultReason::ChangePassword);
    let taken_at = jiff::Timestamp::now().to_string();
    let (clients, members) = if profile.providers.is_empty() {
        fetch_memberships(server, &profile, kind, &taken_at).await?
    } else {
        (fetch_provider_clients(server, &profile, &taken_at).await?, 0)
    };
    let rows = Rows { taken_at, providers: provider_rows(profile), clients };
    Ok(Everything { rows, members, web_vault })
}

/// The list as two requests give it.
pub(super) struct Listed {
    pub(super) rows: Rows,
    /// Organizations whose members are still to be counted.
    pub(super) uncounted: Vec<OrganizationId>,
    /// What only the web vault can do, and must be done.
    pub(super) web_vault: Option<WebVaultReason>,
}

/// The whole list in two requests; the organizations whose members are still to be counted keep the numbers
/// that `known` has of them.
pub(super) async fn list(
    unlocked: &Unlocked,
    taken_at: String,
    known: &[Client],
) -> Result<Listed, Error> {
    let profile = fetch_profile(unlocked).await?;
    let web_vault = profile.must_change_password.then_some(WebVaultReason::ChangePassword);
    let kind = unlocked.server_kind().await;
    let mut own = Vec::new();
    let clients = if profile.providers.is_empty() {
        let used: HashMap<_, _> = known.iter().map(|row| (row.organization_id, row.used)).collect();
        let row = |row: &OrganizationRow| {
            own.push(row.id);
            membership(row, kind, used.get(&row.id).copied().flatten(), &taken_at)
        };
        administered(&profile).map(row).collect()
    } else {
        fetch_provider_clients(unlocked.server(), &profile, &taken_at).await?
    };
    let rows = Rows { taken_at, providers: provider_rows(profile), clients };
    Ok(Listed { rows, uncounted: own, web_vault })
}

/// Used of an organization of one's own; `None` when the role does not extend to the members.
pub(super) async fn count(server: &Server, client: OrganizationId) -> Result<Option<i64>, Error> {
    Ok(used(fetch_members(server, client).await?.as_deref()))
}

async fn fetch_profile(unlocked: &Unlocked) -> Result<Profile, Error> {
    let profile = unlocked.server().fetch_profile().await?;
    if profile.user_id != unlocked.account().user_id {
        return Err(server::Error::SessionEnded.into());
    }
    unlocked.refresh_policies_of(&profile.organizations).await;
    Ok(profile)
}

fn provider_rows(profile: Profile) -> Vec<ProviderRow> {
    profile.providers.into_iter().map(provider_row).collect()
}

/// The organizations the person administers themself.
fn administered(profile: &Profile) -> impl Iterator<Item = &OrganizationRow> {
    profile.organizations.iter().filter(|own| confirmed(own) && runs(own))
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
    Ok((membership(own, kind, used(members.as_deref()), taken_at), count))
}

/// The organizations the person administers themself, and how many members were read.
async fn fetch_memberships(
    server: &Server,
    profile: &Profile,
    kind: ServerKind,
    taken_at: &str,
) -> Result<(Vec<ClientRow>, u64), Error> {
    let questions = administered(profile).map(|own| fetch_membership(server, own, kind, taken_at));
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

fn used(members: Option<&[MemberRow]>) -> Option<i64> {
    let used = members?.iter().filter(|who| who.takes_a_seat()).count();
    i64::try_from(used).ok()
}

/// Vaultwarden sells no seats: the number it sends only keeps official clients content
/// (`src/db/models/organization.rs`).
fn seats_told(own: &OrganizationRow, kind: ServerKind) -> Option<i64> {
    if kind == ServerKind::Vaultwarden { None } else { own.seats }
}

fn membership(
    own: &OrganizationRow,
    kind: ServerKind,
    used: Option<i64>,
    taken_at: &str,
) -> ClientRow {
    let assigned = seats_told(own, kind);
    let client = Client {
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
    };
    let member_wrapped_key = own.wrapped_key.clone();
    ClientRow { client, provider_wrapped_key: None, member_wrapped_key }
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
