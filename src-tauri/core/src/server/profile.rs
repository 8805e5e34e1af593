//! `GET /accounts/profile`: who is signed in, their providers and organizations, wrapped keys and all.

use serde::Deserialize;
use serde_json::Value;

use super::casing::Keys;
use super::identity::account_keys;
use super::link::Call;
use super::{Error, Server, lenient};
use crate::model::{AccountKeys, OrganizationId, ProviderId, ProviderRole, UserId};

/// The signed-in person.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The server's id.
    pub user_id: UserId,
    /// E-mail address; `None` only on odd servers.
    pub email: Option<String>,
    /// The user key under the master key, in case the token answer had none.
    pub wrapped_user_key: Option<String>,
    /// The account's own keys, in case the token answer had none.
    pub keys: Option<AccountKeys>,
    /// An administrator recovered the account: its password must be replaced first.
    pub must_change_password: bool,
    /// Confirmed provider memberships.
    pub providers: Vec<ProviderRow>,
    /// Client organizations of all those providers.
    pub provider_organizations: Vec<OrganizationRow>,
    /// Own confirmed and unconfirmed memberships.
    pub organizations: Vec<OrganizationRow>,
}

/// A provider the person works for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// The server's id.
    pub id: ProviderId,
    /// Plain text.
    pub name: String,
    /// What the person may do.
    pub role: ProviderRole,
    /// False while suspended.
    pub enabled: bool,
    /// The provider key for the person's RSA key (type 4).
    pub wrapped_key: Option<String>,
}

/// An organization as the profile tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationRow {
    /// The server's id.
    pub id: OrganizationId,
    /// Plain text.
    pub name: String,
    /// False while suspended.
    pub enabled: bool,
    /// `productTierType`.
    pub product_tier: Option<i64>,
    /// Seats of the plan.
    pub seats: Option<i64>,
    /// The plan allows groups.
    pub use_groups: bool,
    /// Type 2 under the provider's key, or type 4 for a membership.
    pub wrapped_key: Option<String>,
    /// −1 revoked, 0 invited, 1 accepted, 2 confirmed.
    pub status: Option<i64>,
    /// 0 owner, 1 admin, 2 user, 4 custom.
    pub role: Option<i64>,
}

impl Server {
    /// `GET /accounts/profile`.
    pub async fn fetch_profile(&self) -> Result<Profile, Error> {
        let wire: ProfileWire = self.call_json(&Call::get(self.api("/accounts/profile"))).await?;
        Ok(wire.into())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProfileWire {
    id: UserId,
    #[serde(default, deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(default)]
    private_key: Value,
    #[serde(default)]
    account_keys: Value,
    #[serde(default, deserialize_with = "lenient::flag")]
    force_password_reset: Option<bool>,
    #[serde(default, deserialize_with = "lenient::list")]
    providers: Vec<ProviderWire>,
    #[serde(default, deserialize_with = "lenient::list")]
    provider_organizations: Vec<OrganizationWire>,
    #[serde(default, deserialize_with = "lenient::list")]
    organizations: Vec<OrganizationWire>,
}

#[derive(Deserialize)]
struct ProviderWire {
    id: ProviderId,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::number")]
    role: Option<i64>,
    #[serde(default, deserialize_with = "lenient::flag")]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationWire {
    id: OrganizationId,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "lenient::number")]
    product_tier_type: Option<i64>,
    #[serde(default, deserialize_with = "lenient::number")]
    seats: Option<i64>,
    #[serde(default, deserialize_with = "lenient::flag")]
    use_groups: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    status: Option<i64>,
    #[serde(default, rename = "type", deserialize_with = "lenient::number")]
    role: Option<i64>,
}

impl From<ProfileWire> for Profile {
    fn from(wire: ProfileWire) -> Self {
        let told = serde_json::json!({
            "accountKeys": wire.account_keys,
            "privateKey": wire.private_key,
        });
        let rows = |list: Vec<OrganizationWire>| list.into_iter().map(Into::into).collect();
        Self {
            user_id: wire.id,
            email: wire.email,
            wrapped_user_key: wire.key,
            keys: Keys::of(&told).and_then(account_keys),
            must_change_password: wire.force_password_reset.unwrap_or_default(),
            providers: wire.providers.into_iter().map(Into::into).collect(),
            provider_organizations: rows(wire.provider_organizations),
            organizations: rows(wire.organizations),
        }
    }
}

impl From<ProviderWire> for ProviderRow {
    fn from(wire: ProviderWire) -> Self {
        Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            // A role that is not told must not look like an admin's.
            role: ProviderRole::from_number(wire.role.unwrap_or(-1)),
            enabled: wire.enabled.unwrap_or(true),
            wrapped_key: wire.key,
        }
    }
}

impl From<OrganizationWire> for OrganizationRow {
    fn from(wire: OrganizationWire) -> Self {
        Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            enabled: wire.enabled.unwrap_or(true),
            product_tier: wire.product_tier_type,
            seats: wire.seats,
            use_groups: wire.use_groups.unwrap_or(false),
            wrapped_key: wire.key,
            status: wire.status,
            role: wire.role,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_numbers_are_kept_and_missing_fields_forgiven() {
        let wire: ProfileWire = serde_json::from_str(
            r#"{"id":"6c2f2b4e-0000-4000-8000-000000000001","organizations":null,
            "providers":[{"id":"6c2f2b4e-0000-4000-8000-000000000002","type":7,"new":1}],
            "providerOrganizations":[{"id":"6c2f2b4e-0000-4000-8000-000000000003",
            "name":"Acme","productTierType":9,"key":null,"enabled":false}]}"#,
        )
        .unwrap();
        let profile = Profile::from(wire);
        assert_eq!(profile.providers[0].role, ProviderRole::Other(7));
        let acme = &profile.provider_organizations[0];
        assert_eq!((acme.product_tier, acme.enabled), (Some(9), false));
        assert_eq!(acme.wrapped_key, None);
    }
}
