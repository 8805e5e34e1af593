//! The provider and its client list.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list};
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::World;

use super::{BEGINNING, guid};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/providers/{id}", get(provider))
        .route("/providers/{id}/organizations", get(organizations))
        .route("/providers/{id}/billing/subscription", get(subscription))
}

/// 403 without a body for everybody who does not work there, also when it does not exist.
fn work_there(world: &World, id: &str, signed_in: SignedIn) -> Answer<()> {
    let id = guid(id, "providerId")?;
    let theirs = id == world.provider.id && world.staff(signed_in.user).is_some();
    theirs.then_some(()).ok_or(Refusal::Forbidden)
}

async fn provider(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let world = shared.world();
    work_there(&world, &id, signed_in)?;
    Ok(Json(json!({
        "object": "provider",
        "id": world.provider.id,
        "name": world.provider.name,
        "businessName": "Northwind Managed IT Ltd",
        "businessAddress1": null,
        "businessAddress2": null,
        "businessAddress3": null,
        "businessCountry": null,
        "businessTaxNumber": null,
        "billingEmail": "billing@northwind.example",
        "creationDate": BEGINNING,
        "type": 0,
    })))
}

/// Billing refuses with 401 and a sentence although the token is fine (`BaseProviderController.cs`).
async fn subscription(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let world = shared.world();
    work_there(&world, &id, signed_in).map_err(|_| Refusal::NotPermitted)?;
    let plan = |tier: u8| {
        let clients =
            world.organizations.iter().filter(|o| o.link.is_some() && o.plan.tier == tier);
        let assigned: usize = clients.clone().filter_map(|organization| organization.seats).sum();
        let price = if tier == 3 { 6 } else { 4 };
        clients.map(|organization| organization.plan).next().map(|plan| {
            json!({
                "planName": plan.name, "type": plan.kind, "productTier": plan.tier,
                "seatMinimum": 100, "purchasedSeats": assigned.saturating_sub(100),
                "assignedSeats": assigned, "cost": assigned.max(100) * price, "cadence": "Monthly",
            })
        })
    };
    let plans: Vec<Value> = [2, 3].into_iter().filter_map(plan).collect();
    Ok(Json(json!({
        "status": "active",
        "currentPeriodEndDate": "2030-01-01T00:00:00Z",
        "discountPercentage": null,
        "collectionMethod": "send_invoice",
        "plans": plans,
        "accountCredit": 0,
        "taxInformation": null,
        "cancelAt": null,
        "suspension": null,
        "providerType": 0,
        "paymentSource": null,
    })))
}

/// One row of the portal's Clients table.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    object: &'static str,
    id: Uuid,
    provider_id: Uuid,
    organization_id: Uuid,
    organization_name: String,
    key: String,
    settings: Option<()>,
    creation_date: &'static str,
    revision_date: &'static str,
    user_count: usize,
    seats: Option<usize>,
    occupied_seats: usize,
    remaining_seats: Option<i64>,
    plan: &'static str,
}

async fn organizations(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let world = shared.world();
    work_there(&world, &id, signed_in)?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let rows: Vec<Row> = world
        .organizations
        .iter()
        .filter_map(|organization| {
            let link = organization.link.as_ref()?;
            let occupied = organization.occupied();
            Some(Row {
                object: "providerOrganizationOrganizationDetail",
                id: link.id,
                provider_id: world.provider.id,
                organization_id: organization.id,
                organization_name: html_encoded(&organization.name),
                key: link.key.clone(),
                settings: None,
                creation_date: BEGINNING,
                revision_date: BEGINNING,
                user_count: organization.headcount().confirmed,
                seats: organization.seats,
                occupied_seats: occupied,
                remaining_seats: organization.seats.map(|seats| count(seats) - count(occupied)),
                plan: organization.plan.name,
            })
        })
        .collect();
    Ok(list(rows))
}

/// As .NET's `WebUtility.HtmlEncode`. The server stores names encoded and decodes them once on the way out
/// (`HtmlEncodingStringConverter`), so names that were encoded twice on the way in arrive like this, and the
/// portal decodes them. Here every name in this list does, so that no client forgets.
fn html_encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{a0}'..='\u{ff}' => {
                out.push_str("&#");
                out.push_str(&u32::from(letter).to_string());
                out.push(';');
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::html_encoded;

    #[test]
    fn names_are_encoded_as_dotnet_does_it() {
        assert_eq!(
            html_encoded("O'Dowd & Sons <\"x\">"),
            "O&#39;Dowd &amp; Sons &lt;&quot;x&quot;&gt;"
        );
        assert_eq!(html_encoded("Café"), "Caf&#233;", "Latin-1 goes by number");
        assert_eq!(html_encoded("מרפאות"), "מרפאות", "everything above stays");
    }
}
