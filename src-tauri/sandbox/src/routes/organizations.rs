//! Organizations: their record, their keys, their export.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list};
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Organization, Standing, World};

use super::{ciphers, collections, guid};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/organizations/{id}", get(organization))
        .route("/organizations/{id}/public-key", get(public_key))
        .route("/organizations/{id}/keys", get(public_key))
        .route("/organizations/{id}/private-key", get(private_key))
        .route("/organizations/{id}/policies", get(policies))
        .route("/organizations/{id}/export", get(export))
        .route("/plans", get(plans))
}

/// The organization, and what the caller is to it; a stranger gets 404 from most routes.
pub(super) fn reach<'w>(
    world: &'w mut World,
    id: &str,
    signed_in: SignedIn,
) -> Answer<(&'w mut Organization, Standing)> {
    reach_id(world, guid(id, "orgId")?, signed_in)
}

/// The same with an id already read.
pub(super) fn reach_id(
    world: &mut World,
    id: Uuid,
    signed_in: SignedIn,
) -> Answer<(&mut Organization, Standing)> {
    let (organization, standings) = world.open(id).ok_or(Refusal::NotFound)?;
    let standing = standings.of(organization, signed_in.user);
    Ok((organization, standing))
}

/// Owners and provider users; everybody else learns nothing.
async fn organization(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    if !standing.owns() {
        return Err(Refusal::NotFound);
    }
    let plan = organization.plan;
    Ok(Json(json!({
        "object": "organization",
        "id": organization.id,
        "name": organization.name,
        "businessName": null,
        "businessAddress1": null, "businessAddress2": null, "businessAddress3": null,
        "businessCountry": null, "businessTaxNumber": null,
        "billingEmail": "billing@northwind.example",
        "plan": { "object": "plan", "type": plan.kind, "productTier": plan.tier, "name": plan.name },
        "planType": plan.kind,
        "seats": organization.seats,
        "maxAutoscaleSeats": null,
        "maxCollections": plan.max_collections,
        "maxStorageGb": 1,
        "usePolicies": plan.tier == 3, "useSso": plan.tier == 3, "useGroups": plan.groups,
        "useDirectory": plan.tier > 0, "useEvents": plan.tier > 0, "useTotp": plan.tier > 0,
        "use2fa": plan.tier > 0, "useApi": plan.tier > 0, "useResetPassword": plan.tier == 3,
        "useSecretsManager": false, "usersGetPremium": plan.tier > 0, "selfHost": plan.tier == 3,
        "hasPublicAndPrivateKeys": true,
        "limitCollectionCreation": organization.limit_creation,
        "limitCollectionDeletion": true,
        "limitItemDeletion": false,
        "allowAdminAccessToAllCollectionItems": organization.admins_reach_all,
    })))
}

/// Anybody signed in may have it.
async fn public_key(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let mut world = shared.world();
    let (organization, _) = reach(&mut world, &id, signed_in)?;
    let key = &organization.pair().public_text;
    Ok(Json(json!({ "object": "organizationPublicKey", "publicKey": key })))
}

/// Under the organization's key.
async fn private_key(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let mut world = shared.world();
    let dice = world.dice;
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    if !standing.administers() {
        return Err(Refusal::NotFound);
    }
    let key = organization.sealed_private_key(dice);
    Ok(Json(json!({ "object": "organizationPrivateKey", "privateKey": key })))
}

async fn policies(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut world = shared.world();
    let (_, standing) = reach(&mut world, &id, signed_in)?;
    if !standing.administers() {
        return Err(Refusal::NotFound);
    }
    Ok(list(Value::Array(Vec::new())))
}

/// Members only, plain ones what they manage: a provider reads the same through the item list
/// (`VaultExportAuthorizationHandler`).
async fn export(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    let Standing::Member { id: member, role } = standing else { return Err(Refusal::NotFound) };
    let whole = role <= 1;
    let inside = organization.inside();
    let shown: Vec<_> = inside
        .collections
        .iter()
        .filter(|c| whole || inside.access_of(member, c).is_some_and(|access| access.manage))
        .collect();
    let ids: Vec<Uuid> = shown.iter().map(|collection| collection.id).collect();
    let rows: Vec<Value> =
        shown.iter().map(|collection| collections::plain(organization.id, collection)).collect();
    let items: Vec<_> = organization
        .ciphers
        .iter()
        .filter(|item| whole || item.collections.iter().any(|id| ids.contains(id)))
        .cloned()
        .collect();
    let head = json!({ "collections": rows }).to_string();
    let head = head.strip_suffix('}').unwrap_or_default();
    Ok(ciphers::streamed(format!("{head},\"ciphers\":["), items, "]}".to_owned()))
}

async fn plans() -> Response {
    list(Value::Array(Vec::new())).into_response()
}
