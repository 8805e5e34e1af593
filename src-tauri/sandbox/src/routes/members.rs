//! Members of an organization.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list, parse};
use crate::pairs;
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Inside, Member, Standing};

use super::{BEGINNING, guid, organizations::reach};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/organizations/{id}/users", get(members))
        .route("/organizations/{id}/users/mini-details", get(mini_details))
        .route("/organizations/{id}/users/public-keys", post(public_keys))
        .route("/organizations/{id}/users/{member}", get(member))
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Includes {
    include_groups: bool,
    include_collections: bool,
}

async fn members(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Query(includes): Query<Includes>,
) -> Answer {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    if !standing.administers() {
        return Err(Refusal::NotFound);
    }
    let inside = organization.inside();
    let rights = if includes.include_collections { rights(inside) } else { HashMap::new() };
    let rows: Vec<Value> = inside
        .members
        .iter()
        .map(|member| {
            let groups: &[Uuid] = if includes.include_groups { &member.groups } else { &[] };
            let rights = rights.get(&member.id).map_or(&[][..], Vec::as_slice);
            details(member, "organizationUserUserDetails", groups, rights)
        })
        .collect();
    Ok(list(rows))
}

/// Direct rights of each member.
fn rights(inside: &Inside) -> HashMap<Uuid, Vec<Value>> {
    let mut rights: HashMap<Uuid, Vec<Value>> = HashMap::new();
    for collection in &inside.collections {
        for access in &collection.users {
            rights.entry(access.id).or_default().push(json!({
                "id": collection.id,
                "readOnly": access.read_only,
                "hidePasswords": access.hide_passwords,
                "manage": access.manage,
            }));
        }
    }
    rights
}

fn details(member: &Member, object: &str, groups: &[Uuid], rights: &[Value]) -> Value {
    json!({
        "object": object,
        "id": member.id,
        "userId": member.user,
        "type": member.role,
        "status": member.status,
        "externalId": null,
        "accessSecretsManager": false,
        "accessPam": false,
        "resetPasswordEnrolled": false,
        "usesKeyConnector": false,
        "hasMasterPassword": member.user.is_some(),
        "name": member.name,
        "email": member.email,
        "avatarColor": null,
        "twoFactorEnabled": false,
        "ssoBound": false,
        "claimedByOrganization": false,
        "collections": rights,
        "groups": groups,
        "revocationReason": (member.status == -1).then_some(1),
        "creationDate": BEGINNING,
    })
}

/// Any member, any provider user; others get an empty 403.
async fn mini_details(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut world = shared.world();
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::Forbidden)?;
    if standing == Standing::Stranger {
        return Err(Refusal::Forbidden);
    }
    let rows: Vec<Value> = organization
        .inside()
        .members
        .iter()
        .map(|member| {
            json!({
                "object": "organizationUserUserMiniDetails",
                "id": member.id,
                "userId": member.user,
                "type": member.role,
                "status": member.status,
                "name": member.name,
                "email": member.email,
            })
        })
        .collect();
    Ok(list(rows))
}

async fn member(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, member)): Path<(String, String)>,
    Query(includes): Query<Includes>,
) -> Answer {
    let mut world = shared.world();
    let member = guid(&member, "id")?;
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::Forbidden)?;
    if !standing.administers() {
        return Err(Refusal::Forbidden);
    }
    let inside = organization.inside();
    let found = inside.members.iter().find(|m| m.id == member).ok_or(Refusal::NotFound)?;
    let rights = rights(inside).remove(&member).unwrap_or_default();
    let groups: &[Uuid] = if includes.include_groups { &found.groups } else { &[] };
    let details = details(found, "organizationUserDetails", groups, &rights);
    Ok(axum::Json(details).into_response())
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<Uuid>,
}

/// Only of people who have an account.
async fn public_keys(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer<Response> {
    let Ids { ids } = parse(&body)?;
    let mut world = shared.world();
    let dice = world.dice;
    let known: HashMap<Uuid, usize> = world.users.iter().map(|user| (user.id, user.pair)).collect();
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::Forbidden)?;
    if !standing.administers() {
        return Err(Refusal::Forbidden);
    }
    let members = organization.inside().members.iter().filter(|member| ids.contains(&member.id));
    let rows: Vec<Value> = members
        .filter_map(|member| {
            let user = member.user?;
            let pair =
                known.get(&user).copied().unwrap_or_else(|| dice.below(&format!("pair/{user}"), 8));
            Some(json!({
                "object": "organizationUserPublicKeyResponseModel",
                "id": member.id,
                "userId": user,
                "key": pairs::pair(pair).public_text,
            }))
        })
        .collect();
    Ok(list(rows))
}
