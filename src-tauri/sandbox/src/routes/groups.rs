//! Groups.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list};
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Group, Inside, Organization, Standing};

use super::{guid, organizations::reach};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/organizations/{id}/groups", get(groups))
        .route("/organizations/{id}/groups/details", get(details))
        .route("/organizations/{id}/groups/{group}/users", get(users))
}

fn row(organization: &Organization, group: &Group) -> Value {
    json!({
        "object": "group",
        "id": group.id,
        "organizationId": organization.id,
        "name": group.name,
        "externalId": null,
    })
}

/// Requirements on attributes answer 403 without a body.
async fn groups(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut world = shared.world();
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::Forbidden)?;
    // Members who may manage no collection are refused; the demo's plain user manages none.
    if !standing.administers() {
        return Err(Refusal::Forbidden);
    }
    let inside = organization.inside();
    Ok(list(inside.groups.iter().map(|group| row(organization, group)).collect::<Vec<_>>()))
}

async fn details(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut world = shared.world();
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::Forbidden)?;
    if !standing.administers() {
        return Err(Refusal::Forbidden);
    }
    let inside = organization.inside();
    let rows: Vec<Value> = inside
        .groups
        .iter()
        .map(|group| {
            let mut row = row(organization, group);
            row["object"] = json!("groupDetails");
            row["collections"] = json!(rights(inside, group.id));
            row
        })
        .collect();
    Ok(list(rows))
}

fn rights(inside: &Inside, group: Uuid) -> Vec<Value> {
    let of_group = |access: &&crate::world::Access| access.id == group;
    inside
        .collections
        .iter()
        .filter_map(|collection| {
            let access = collection.groups.iter().find(of_group)?;
            Some(json!({
                "id": collection.id,
                "readOnly": access.read_only,
                "hidePasswords": access.hide_passwords,
                "manage": access.manage,
            }))
        })
        .collect()
}

/// A bare array of organization-user ids.
async fn users(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, group)): Path<(String, String)>,
) -> Answer<Json<Vec<Uuid>>> {
    let group = guid(&group, "id")?;
    let mut world = shared.world();
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::Forbidden)?;
    if !matches!(standing, Standing::Provider | Standing::Member { role: 0 | 1, .. }) {
        return Err(Refusal::Forbidden);
    }
    let inside = organization.inside();
    if !inside.groups.iter().any(|other| other.id == group) {
        return Err(Refusal::NotFound);
    }
    let theirs = inside.members.iter().filter(|member| member.groups.contains(&group));
    Ok(Json(theirs.map(|member| member.id).collect()))
}
