//! Collections and who may do what in them.
//!
//! Rules: `BulkCollectionAuthorizationHandler`, `CreateCollectionCommand`, `UpdateCollectionCommand`,
//! `BulkAddCollectionAccessCommand` of bitwarden/server.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list, parse};
use crate::items::check_collection_name;
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Access, Collection, Organization, Standing, World};

use super::{guid, organizations::reach};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/collections", get(mine))
        .route("/organizations/{id}/collections", get(all).post(create).delete(remove_many))
        .route("/organizations/{id}/collections/details", get(all_details))
        .route("/organizations/{id}/collections/bulk-access", post(bulk_access))
        .route("/organizations/{id}/collections/{collection}", get(one).put(update).delete(remove))
        .route("/organizations/{id}/collections/{collection}/details", get(one_details))
        .route("/organizations/{id}/collections/{collection}/users", get(users))
}

/// A collection without its access.
pub(super) fn plain(organization: Uuid, collection: &Collection) -> Value {
    json!({
        "object": "collection",
        "id": collection.id,
        "organizationId": organization,
        "name": collection.name,
        "externalId": collection.external_id,
        "type": 0,
        "defaultUserCollectionEmail": null,
    })
}

/// With the rights of the member who asks.
pub(super) fn assigned(organization: Uuid, collection: &Collection, access: &Access) -> Value {
    let mut row = plain(organization, collection);
    row["object"] = json!("collectionDetails");
    row["readOnly"] = json!(access.read_only);
    row["hidePasswords"] = json!(access.hide_passwords);
    row["manage"] = json!(access.manage);
    row
}

/// With everybody's rights.
fn details(organization: &Organization, collection: &Collection, standing: Standing) -> Value {
    let own = own_access(organization, collection, standing);
    let mut row = plain(organization.id, collection);
    row["object"] = json!("collectionAccessDetails");
    row["groups"] = json!(collection.groups);
    row["users"] = json!(collection.users);
    row["assigned"] = json!(own.is_some());
    row["readOnly"] = json!(own.as_ref().is_some_and(|access| access.read_only));
    row["hidePasswords"] = json!(own.as_ref().is_some_and(|access| access.hide_passwords));
    row["manage"] = json!(own.is_some_and(|access| access.manage));
    row["unmanaged"] = json!(collection.unmanaged());
    row
}

/// What `POST` and `PUT` answer to a provider: access as `null`, however it was set.
fn without_access(organization: &Organization, collection: &Collection) -> Value {
    let mut row = details(organization, collection, Standing::Provider);
    row["groups"] = Value::Null;
    row["users"] = Value::Null;
    row["unmanaged"] = json!(false);
    row
}

fn own_access(
    organization: &Organization,
    collection: &Collection,
    standing: Standing,
) -> Option<Access> {
    match standing {
        Standing::Member { id, .. } => organization.inside().access_of(id, collection),
        _ => None,
    }
}

fn manages(organization: &Organization, collection: &Collection, standing: Standing) -> bool {
    own_access(organization, collection, standing).is_some_and(|access| access.manage)
}

/// May change it and who reaches it.
pub(super) fn may_update(
    organization: &Organization,
    collection: &Collection,
    standing: Standing,
) -> bool {
    standing.is_provider()
        || (organization.admins_reach_all && standing.administers())
        || manages(organization, collection, standing)
}

/// May make new ones.
pub(super) fn may_create(organization: &Organization, standing: Standing) -> bool {
    match standing {
        Standing::Stranger => false,
        Standing::Member { role: 2.., .. } => !organization.limit_creation,
        _ => true,
    }
}

/// Everything the caller reaches as a member anywhere.
async fn mine(State(shared): State<Shared>, signed_in: SignedIn) -> Answer {
    let mut world = shared.world();
    Ok(list(reached(&mut world, signed_in.user)))
}

/// Collections somebody is assigned to, with their rights.
pub(super) fn reached(world: &mut World, user: Uuid) -> Vec<Value> {
    let mut rows = Vec::new();
    for id in world.memberships(user) {
        let Some((organization, standings)) = world.open(id) else { continue };
        let standing = standings.of(organization, user);
        for collection in &organization.inside().collections {
            if let Some(access) = own_access(organization, collection, standing) {
                rows.push(assigned(organization.id, collection, &access));
            }
        }
    }
    rows
}

/// Writes no event, unlike the details. Members who do not administer see what they manage.
async fn all(State(shared): State<Shared>, signed_in: SignedIn, Path(id): Path<String>) -> Answer {
    let mut world = shared.world();
    let (organization, standing) =
        reach(&mut world, &id, signed_in).map_err(|_| Refusal::NotFound)?;
    let organization = &*organization;
    let shown = |collection: &&Collection| {
        standing.administers() || manages(organization, collection, standing)
    };
    let rows = organization.inside().collections.iter().filter(shown);
    Ok(list(rows.map(|collection| plain(organization.id, collection)).collect::<Vec<_>>()))
}

/// Each call by a provider user leaves two events: 1903 at the provider, 1603 at the client.
async fn all_details(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    let organization = &*organization;
    let shown = |collection: &&Collection| {
        standing.administers() || manages(organization, collection, standing)
    };
    let rows: Vec<Value> = organization
        .inside()
        .collections
        .iter()
        .filter(shown)
        .map(|collection| details(organization, collection, standing))
        .collect();
    let (id, logs) = (organization.id, organization.enabled);
    if standing.is_provider() {
        world.log(1903, id);
        if logs {
            world.log(1603, id);
        }
    }
    Ok(list(rows))
}

/// One collection for those who may read it: administrators and who manages it.
fn readable<'o>(
    organization: &'o Organization,
    collection: &str,
    standing: Standing,
) -> Answer<&'o Collection> {
    let id = guid(collection, "id")?;
    let found = organization.inside().collection(id).ok_or(Refusal::NotFound)?;
    let may = standing.administers() || manages(organization, found, standing);
    may.then_some(found).ok_or(Refusal::NotFound)
}

async fn one(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, collection)): Path<(String, String)>,
) -> Answer<Json<Value>> {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    let collection = readable(organization, &collection, standing)?;
    Ok(Json(plain(organization.id, collection)))
}

async fn one_details(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, collection)): Path<(String, String)>,
) -> Answer<Json<Value>> {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    let collection = readable(organization, &collection, standing)?;
    Ok(Json(details(organization, collection, standing)))
}

/// A bare array.
async fn users(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, collection)): Path<(String, String)>,
) -> Answer<Json<Vec<Access>>> {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    Ok(Json(readable(organization, &collection, standing)?.users.clone()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectionRequest {
    name: Option<String>,
    external_id: Option<String>,
    groups: Option<Vec<Access>>,
    users: Option<Vec<Access>>,
}

const NOBODY_MANAGES: &str = "At least one member or group must have can manage permission.";
const EXCLUSIVE: &str = "The Manage property is mutually exclusive and cannot be true while the ReadOnly or \
    HidePasswords properties are also true.";

/// The rules about access that creating and changing share.
fn check_access(organization: &Organization, groups: &[Access], users: &[Access]) -> Answer<()> {
    let odd = |access: &Access| access.manage && (access.read_only || access.hide_passwords);
    if groups.iter().any(odd) {
        return Err(Refusal::bad(EXCLUSIVE));
    }
    let managed = groups.iter().chain(users).any(|access| access.manage);
    if !managed && !organization.admins_reach_all {
        return Err(Refusal::bad(NOBODY_MANAGES));
    }
    Ok(())
}

/// Ids that are nobody's are dropped without a word, as the stored procedure does.
fn known(organization: &Organization, groups: &mut Vec<Access>, users: &mut Vec<Access>) {
    let inside = organization.inside();
    if !organization.plan.groups {
        groups.clear();
    }
    groups.retain(|access| inside.groups.iter().any(|group| group.id == access.id));
    users.retain(|access| inside.members.iter().any(|member| member.id == access.id));
}

async fn create(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer<Json<Value>> {
    let asked: CollectionRequest = parse(&body)?;
    let problems = check_collection_name(asked.name.as_deref(), asked.external_id.as_deref(), true);
    if !problems.is_empty() {
        return Err(Refusal::Model(problems));
    }
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    if !may_create(organization, standing) {
        return Err(Refusal::NotFound);
    }
    let mut groups = asked.groups.unwrap_or_default();
    let mut users = asked.users.unwrap_or_default();
    check_access(organization, &groups, &users)?;
    if let Some(most) = organization.plan.max_collections
        && organization.inside().collections.len() >= most
    {
        let sentence = format!(
            "You have reached the maximum number of collections ({most}) for this organization."
        );
        return Err(Refusal::bad(sentence));
    }
    known(organization, &mut groups, &mut users);
    let collection = Collection {
        id: Uuid::new_v4(),
        name: asked.name.unwrap_or_default(),
        external_id: asked.external_id,
        groups,
        users,
    };
    organization.inside_mut().collections.push(collection.clone());
    Ok(Json(finish(&mut world, signed_in, 1300, &id, &collection)?))
}

/// Logs the change and answers as the caller may see it.
fn finish(
    world: &mut World,
    signed_in: SignedIn,
    event: u16,
    id: &str,
    collection: &Collection,
) -> Answer<Value> {
    let (organization, standing) = reach(world, id, signed_in)?;
    let answer = match standing {
        Standing::Provider => without_access(organization, collection),
        _ => details(organization, collection, standing),
    };
    let (organization, logs) = (organization.id, organization.enabled);
    if logs {
        world.log(event, organization);
    }
    Ok(answer)
}

async fn update(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, collection)): Path<(String, String)>,
    body: Bytes,
) -> Answer<Json<Value>> {
    let asked: CollectionRequest = parse(&body)?;
    let problems =
        check_collection_name(asked.name.as_deref(), asked.external_id.as_deref(), false);
    if !problems.is_empty() {
        return Err(Refusal::Model(problems));
    }
    let wanted = guid(&collection, "id")?;
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    let mut changed = organization.inside().collection(wanted).cloned().ok_or(Refusal::NotFound)?;
    if !may_update(organization, &changed, standing) {
        return Err(Refusal::NotFound);
    }
    // Left out means "keep"; an empty list means "nobody".
    let mut groups = asked.groups.unwrap_or_else(|| changed.groups.clone());
    let mut users = asked.users.unwrap_or_else(|| changed.users.clone());
    check_access(organization, &groups, &users)?;
    known(organization, &mut groups, &mut users);
    (changed.groups, changed.users) = (groups, users);
    changed.external_id = asked.external_id;
    if let Some(name) = asked.name.filter(|name| !name.trim().is_empty()) {
        changed.name = name;
    }
    let inside = organization.inside_mut();
    if let Some(kept) = inside.collections.iter_mut().find(|kept| kept.id == wanted) {
        *kept = changed.clone();
    }
    Ok(Json(finish(&mut world, signed_in, 1301, &id, &changed)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkAccess {
    collection_ids: Vec<Uuid>,
    users: Option<Vec<Access>>,
    groups: Option<Vec<Access>>,
}

/// Adds or overwrites, never removes.
async fn bulk_access(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer<StatusCode> {
    let asked: BulkAccess = parse(&body)?;
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, &id, signed_in)?;
    for id in &asked.collection_ids {
        let collection = organization.inside().collection(*id).ok_or(Refusal::NotFound)?;
        if !may_update(organization, collection, standing) {
            return Err(Refusal::NotFound);
        }
    }
    if asked.collection_ids.is_empty() {
        return Err(Refusal::NotFound);
    }
    let (users, groups) = (asked.users.unwrap_or_default(), asked.groups.unwrap_or_default());
    let inside = organization.inside_mut();
    if !users.iter().all(|access| inside.members.iter().any(|member| member.id == access.id)) {
        return Err(Refusal::bad("One or more users do not exist."));
    }
    if !groups.iter().all(|access| inside.groups.iter().any(|group| group.id == access.id)) {
        return Err(Refusal::bad("One or more groups do not exist."));
    }
    let chosen = inside.collections.iter_mut().filter(|c| asked.collection_ids.contains(&c.id));
    for collection in chosen {
        lay_over(&mut collection.users, &users);
        lay_over(&mut collection.groups, &groups);
    }
    let (organization, logs) = (organization.id, organization.enabled);
    for _ in asked.collection_ids.iter().filter(|_| logs) {
        world.log(1301, organization);
    }
    Ok(StatusCode::OK)
}

fn lay_over(kept: &mut Vec<Access>, new: &[Access]) {
    kept.retain(|access| new.iter().all(|other| other.id != access.id));
    kept.extend_from_slice(new);
}

async fn remove(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path((id, collection)): Path<(String, String)>,
) -> Answer<Response> {
    let wanted = guid(&collection, "id")?;
    take_away(&shared, signed_in, &id, &[wanted])
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<Uuid>,
}

async fn remove_many(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer<Response> {
    let Ids { ids } = parse(&body)?;
    take_away(&shared, signed_in, &id, &ids)
}

/// Items survive, unassigned.
fn take_away(shared: &Shared, signed_in: SignedIn, id: &str, wanted: &[Uuid]) -> Answer<Response> {
    let mut world = shared.world();
    let (organization, standing) = reach(&mut world, id, signed_in)?;
    for id in wanted {
        let collection = organization.inside().collection(*id).ok_or(Refusal::NotFound)?;
        let may = standing.is_provider()
            || (standing.administers()
                && (organization.admins_reach_all || manages(organization, collection, standing)));
        if !may {
            return Err(Refusal::NotFound);
        }
    }
    organization.inside_mut().collections.retain(|collection| !wanted.contains(&collection.id));
    for cipher in &mut organization.ciphers {
        if cipher.collections.iter().any(|id| wanted.contains(id)) {
            std::sync::Arc::make_mut(cipher).collections.retain(|id| !wanted.contains(id));
        }
    }
    let (organization, logs) = (organization.id, organization.enabled);
    for _ in wanted.iter().filter(|_| logs) {
        world.log(1302, organization);
    }
    Ok(StatusCode::OK.into_response())
}
