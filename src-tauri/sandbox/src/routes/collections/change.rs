//! Making, changing and removing collections.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::answer::{Answer, Refusal, parse};
use crate::items::check_collection_name;
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Access, Collection, Organization, Standing, World};

use super::super::guid;
use super::super::organizations::reach;
use super::{details, manages, may_create, may_update, without_access};

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

pub(super) async fn create(
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

pub(super) async fn update(
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
pub(super) async fn bulk_access(
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

pub(super) async fn remove(
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

pub(super) async fn remove_many(
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
