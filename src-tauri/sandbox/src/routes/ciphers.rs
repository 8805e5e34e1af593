//! The import, and the list of an organization's items.
//!
//! Rules: `ImportCiphersController`, `ImportCiphersCommand`, `CiphersController` of bitwarden/server.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

use crate::answer::{Answer, Refusal, parse};
use crate::items::{ImportRequest, Relation, StoredCipher, check_import};
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::{Access, Collection, Organization, Standing};

use super::{collections, guid, now, organizations::reach_id};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/ciphers/import-organization", post(import))
        .route("/ciphers/organization-details", get(organization_details))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfOrganization {
    organization_id: Option<String>,
}

/// Every item of an organization, rendered when it was stored; sent in pieces.
async fn organization_details(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Query(of): Query<OfOrganization>,
) -> Answer {
    let id = guid(&of.organization_id.unwrap_or_default(), "organizationId")?;
    let mut world = shared.world();
    let (organization, standing) = reach_id(&mut world, id, signed_in)?;
    if !standing.administers() {
        return Err(Refusal::NotFound);
    }
    let items = organization.ciphers.clone();
    let tail = "],\"continuationToken\":null}";
    Ok(streamed("{\"object\":\"list\",\"data\":[".to_owned(), items, tail.to_owned()))
}

/// `head`, the items between commas, `tail`: some 64 KiB at a time, so that 60 MB cost no memory.
pub(super) fn streamed(head: String, items: Vec<Arc<StoredCipher>>, tail: String) -> Response {
    const PIECE: usize = 64 * 1024;
    let mut items = items.into_iter();
    let mut ends = [Some(head), Some(tail)];
    let mut first = true;
    let pieces = std::iter::from_fn(move || {
        let mut piece = ends[0].take().unwrap_or_default();
        while piece.len() < PIECE {
            let Some(item) = items.next() else {
                piece.push_str(&ends[1].take().unwrap_or_default());
                break;
            };
            if !std::mem::take(&mut first) {
                piece.push(',');
            }
            item.write(&mut piece, "cipherMiniDetails", "");
        }
        (!piece.is_empty()).then(|| Ok::<_, std::io::Error>(Bytes::from(piece)))
    });
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// The body may be read only when it is announced as JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// 200, no body, no ids, and no memory of having seen the request before.
async fn import(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Query(of): Query<OfOrganization>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    if !is_json(&headers) {
        return Err(Refusal::NotJson);
    }
    // Work that is begun is finished, also when the caller hangs up: as on the real server.
    let id = of.organization_id.unwrap_or_default();
    let work = tokio::task::spawn_blocking(move || carry_out(&shared, signed_in, &id, &body));
    work.await.map_err(|_| Refusal::Stumbled)??;
    Ok((StatusCode::OK, [(CONTENT_LENGTH, "0")]).into_response())
}

fn carry_out(shared: &Shared, signed_in: SignedIn, id: &str, body: &[u8]) -> Answer<()> {
    let request: ImportRequest = parse(body)?;
    let problems = check_import(&request);
    if !problems.is_empty() {
        return Err(Refusal::Model(problems));
    }
    if shared.hosting().cloud && is_too_much(&request) {
        return Err(Refusal::bad("You cannot import this much data at once."));
    }
    let id: Uuid = id.parse().map_err(|_| Refusal::Stumbled)?;
    permit(shared, signed_in, id, &request)?;
    let now = now();
    let items: Vec<StoredCipher> = request
        .ciphers
        .iter()
        .map(|cipher| StoredCipher::new(cipher, id, &now))
        .collect::<Result<_, _>>()?;
    store(shared, signed_in, id, &request, items)
}

/// `GlobalSettings.ImportCiphersLimitation`; self-hosted servers have none.
fn is_too_much(request: &ImportRequest) -> bool {
    request.ciphers.len() > 40_000
        || request.collections.len() > 2_000
        || request.collection_relationships.len() > 80_000
        || request.folders.len() > 2_000
        || request.folder_relationships.len() > 80_000
}

/// Strangers and unknown organizations get the same sentence as members without rights.
fn permit(shared: &Shared, signed_in: SignedIn, id: Uuid, request: &ImportRequest) -> Answer<()> {
    const SENTENCE: &str = "Not enough privileges to import into this organization.";
    let mut world = shared.world();
    let (organization, standing) =
        reach_id(&mut world, id, signed_in).map_err(|_| Refusal::bad(SENTENCE))?;
    let may = standing.administers() || may_as_member(organization, standing, request);
    may.then_some(()).ok_or_else(|| Refusal::bad(SENTENCE))
}

/// A plain member: create rights for new collections, manage rights on existing ones, at least one of them.
fn may_as_member(organization: &Organization, standing: Standing, request: &ImportRequest) -> bool {
    let inside = organization.inside();
    let (mut any, mut may) = (false, standing != Standing::Stranger);
    for posted in &request.collections {
        any = true;
        may &= match posted.id.and_then(|id| inside.collection(id)) {
            Some(existing) => collections::may_update(organization, existing, standing),
            None => collections::may_create(organization, standing),
        };
    }
    any && may
}

/// All or nothing: everything that can fail comes before the first change.
fn store(
    shared: &Shared,
    signed_in: SignedIn,
    id: Uuid,
    request: &ImportRequest,
    mut items: Vec<StoredCipher>,
) -> Answer<()> {
    if request.collections.is_empty() && items.is_empty() {
        return Err(Refusal::bad("No organization ID found in the import data."));
    }
    let mut world = shared.world();
    let (organization, standing) = reach_id(&mut world, id, signed_in)?;
    // Existing collections count once more when they are posted.
    let count = organization.inside().collections.len() + request.collections.len();
    if let Some(most) = organization.plan.max_collections.filter(|most| *most < count)
        && !request.collections.is_empty()
    {
        let sentence = format!("This organization can only have a maximum of {most} collections.");
        return Err(Refusal::bad(sentence));
    }
    if items.is_empty() {
        // The repository returns before it writes: not even the collections come into being.
        return Ok(());
    }
    let ids = add_collections(organization, standing, request);
    relate(&request.collection_relationships, &ids, &mut items);
    organization.ciphers.extend(items.into_iter().map(Arc::new));
    Ok(())
}

/// New ones get an id and, from a member, that member's `manage`; a provider's stay without anybody.
fn add_collections(
    organization: &mut Organization,
    standing: Standing,
    request: &ImportRequest,
) -> Vec<Uuid> {
    let creator = match standing {
        Standing::Member { id, .. } => {
            vec![Access { id, read_only: false, hide_passwords: false, manage: true }]
        }
        _ => Vec::new(),
    };
    let inside = organization.inside_mut();
    let mut ids = Vec::with_capacity(request.collections.len());
    for posted in &request.collections {
        if let Some(existing) = posted.id.and_then(|id| inside.collection(id)) {
            ids.push(existing.id);
            continue;
        }
        let id = Uuid::new_v4();
        ids.push(id);
        inside.collections.push(Collection {
            id,
            name: posted.name.as_deref().unwrap_or_default().to_owned(),
            external_id: posted.external_id.clone(),
            groups: Vec::new(),
            users: creator.clone(),
        });
    }
    ids
}

/// Positions out of range are passed over in silence.
fn relate(relations: &[Relation], collections: &[Uuid], items: &mut [StoredCipher]) {
    for relation in relations {
        let at = |position: i32| usize::try_from(position).ok();
        let item = at(relation.key).and_then(|at| items.get_mut(at));
        let collection = at(relation.value).and_then(|at| collections.get(at));
        if let (Some(item), Some(collection)) = (item, collection)
            && !item.collections.contains(collection)
        {
            item.collections.push(*collection);
        }
    }
}

/// The items a member reaches through collections, as `/sync` lists them.
pub(super) fn write_reached(
    out: &mut String,
    organization: &Organization,
    standing: Standing,
    version: Option<(u32, u32)>,
) {
    let Standing::Member { id, .. } = standing else { return };
    let inside = organization.inside();
    let reached: HashMap<Uuid, Access> = inside
        .collections
        .iter()
        .filter_map(|collection| Some((collection.id, inside.access_of(id, collection)?)))
        .collect();
    for item in &organization.ciphers {
        let rights: Vec<&Access> =
            item.collections.iter().filter_map(|collection| reached.get(collection)).collect();
        if rights.is_empty() || is_hidden(item.kind, version) {
            continue;
        }
        let edit = rights.iter().any(|access| !access.read_only);
        let view = rights.iter().any(|access| !access.hide_passwords);
        let extra = format!(
            ",\"folderId\":null,\"favorite\":false,\"edit\":{edit},\"viewPassword\":{view},\
             \"archivedDate\":null,\"permissions\":{{\"delete\":{edit},\"restore\":{edit}}}"
        );
        if !out.ends_with('[') {
            out.push(',');
        }
        item.write(out, "cipherDetails", &extra);
    }
}

/// Kinds an old client does not know are kept from it (`SyncController.FilterUnsupportedCipherTypes`).
fn is_hidden(kind: i64, version: Option<(u32, u32)>) -> bool {
    let older_than = |year, month| version.is_none_or(|version| version < (year, month));
    match kind {
        5 => older_than(2024, 12),
        6..=8 => older_than(2026, 2),
        _ => false,
    }
}
