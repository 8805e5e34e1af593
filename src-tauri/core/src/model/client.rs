//! Client organizations and their seats.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{OrganizationId, ProviderId, ProviderOrganizationId, WebVaultReason};

/// Where the row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ClientSource {
    /// The provider's client list.
    Provider,
    /// The person's own membership (self-hosted, Vaultwarden, no provider).
    Membership,
}

/// A client organization: one row of the portal's Clients table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Client {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The link row; `None` for memberships.
    pub provider_organization_id: Option<ProviderOrganizationId>,
    /// Who manages it; `None` for memberships.
    pub provider_id: Option<ProviderId>,
    /// Plain text, HTML entities decoded.
    pub name: String,
    /// Column Assigned: seats. `None` is unknown or unlimited, never zero.
    pub assigned: Option<i64>,
    /// Column Used: invited, accepted and confirmed members.
    pub used: Option<i64>,
    /// Column Remaining: may be negative.
    pub remaining: Option<i64>,
    /// Column Plan, as the server words it without a trailing ` (Monthly)`; empty when unknown.
    pub plan: String,
    /// `productTierType`: 0 Free, 1 Families, 2 Teams, 3 Enterprise, 4 Teams Starter; others are kept.
    pub product_tier: Option<i64>,
    /// False while the organization is suspended.
    pub enabled: bool,
    /// Provider list or own membership.
    pub source: ClientSource,
    /// False when no key chain leads here (resellers, broken keys): no import, and it says so.
    pub has_key: bool,
    /// The server's plan allows groups.
    pub use_groups: bool,
    /// When this row was read, RFC 3339 UTC.
    pub synced_at: String,
}

/// Seats of one client at one refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SeatSnapshot {
    /// RFC 3339 UTC.
    pub taken_at: String,
    /// As [`Client::assigned`].
    pub assigned: Option<i64>,
    /// As [`Client::used`].
    pub used: Option<i64>,
    /// As [`Client::plan`].
    pub plan: String,
}

/// What a refresh did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SyncReport {
    /// Clients now in the cache.
    pub clients: u64,
    /// Members read (memberships only; a provider's list already carries Used).
    pub members: u64,
    /// Requests sent, token refresh included.
    pub requests: u64,
    /// Names of clients whose row is new, gone or different.
    pub changed: Vec<String>,
    /// Milliseconds from start to commit.
    pub took_ms: u64,
    /// Something only the web vault can do comes first: the account was recovered meanwhile. The list is
    /// true all the same; the next sign-in will insist.
    #[serde(default)]
    pub web_vault: Option<WebVaultReason>,
}
