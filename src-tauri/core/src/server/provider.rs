//! `GET /providers/{id}/organizations`: the portal's Clients table.

use serde::Deserialize;

use super::lenient::{self, List};
use super::link::Call;
use super::{Error, Server};
use crate::model::{OrganizationId, ProviderId, ProviderOrganizationId};

/// One row of the portal's Clients table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderClientRow {
    /// The link row.
    pub id: ProviderOrganizationId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// Plain text, HTML entities decoded.
    pub name: String,
    /// The organization key under the provider's key; `None` for resellers.
    pub wrapped_key: Option<String>,
    /// Column Assigned.
    pub assigned: Option<i64>,
    /// Column Used.
    pub used: Option<i64>,
    /// Column Remaining, as the server computed it.
    pub remaining: Option<i64>,
    /// Column Plan in the server's words.
    pub plan: String,
}

impl Server {
    /// `GET /providers/{id}/organizations`, unpaged.
    pub async fn fetch_provider_clients(
        &self,
        provider: ProviderId,
    ) -> Result<Vec<ProviderClientRow>, Error> {
        let call = Call::get(self.api(&format!("/providers/{provider}/organizations")));
        let list: List<Wire> = self.call_json(&call).await?;
        Ok(list.data.into_iter().map(Into::into).collect())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: ProviderOrganizationId,
    organization_id: OrganizationId,
    #[serde(default, deserialize_with = "lenient::text")]
    organization_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    seats: Option<i64>,
    #[serde(default, deserialize_with = "lenient::number")]
    occupied_seats: Option<i64>,
    #[serde(default, deserialize_with = "lenient::number")]
    remaining_seats: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    plan: Option<String>,
}

impl From<Wire> for ProviderClientRow {
    fn from(wire: Wire) -> Self {
        let name = wire.organization_name.unwrap_or_default();
        Self {
            id: wire.id,
            organization_id: wire.organization_id,
            // Stored encoded by `OrganizationService`, and this list alone gives it out that way.
            name: html_escape::decode_html_entities(&name).into_owned(),
            wrapped_key: wire.key,
            assigned: wire.seats,
            used: wire.occupied_seats,
            remaining: wire.remaining_seats,
            plan: wire.plan.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded_once_and_seats_may_be_negative_or_unknown() {
        let wire: Wire = serde_json::from_str(
            r#"{"id":"6c2f2b4e-0000-4000-8000-000000000001","organizationId":
            "6c2f2b4e-0000-4000-8000-000000000002","organizationName":"Bj&#246;rk &amp;amp; Co",
            "seats":5,"occupiedSeats":7,"remainingSeats":-2,"plan":"Teams (Monthly)"}"#,
        )
        .unwrap();
        let row = ProviderClientRow::from(wire);
        assert_eq!(row.name, "Björk &amp; Co", "what a person typed as &amp; stays");
        assert_eq!((row.assigned, row.used, row.remaining), (Some(5), Some(7), Some(-2)));
        assert_eq!(row.wrapped_key, None);
    }
}
