//! Collections and who may do what in them.
//!
//! Rules: `BulkCollectionAuthorizationHandler`, `CreateCollectionCommand`, `UpdateCollectionCommand`,
//! `BulkAddCollectionAccessCommand` of bitwarden/server.

mod change;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list};
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Access, Collection, Organization, Standing, World};

use super::{guid, organizations::reach};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/collections", get(mine))
        .route(
            "/organizations/{id}/collections",
            get(all).post(change::create).delete(change::remove_many),
        )
        .route("/organizations/{id}/collections/details", get(all_details))
        .route("/organizations/{id}/collections/bulk-access", post(change::bulk_access))
        .route(
            "/organizations/{id}/collections/{collection}",
            get(one).put(change::update).delete(change::remove),
        )
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
