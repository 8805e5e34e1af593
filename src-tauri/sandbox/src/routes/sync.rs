//! `GET /sync`: everything a person has as a member; nothing of the clients they look after.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal};
use crate::signin;
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::World;

use super::{ciphers, collections, profile};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/sync", get(sync))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wants {
    #[serde(default)]
    exclude_domains: bool,
}

async fn sync(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Query(wants): Query<Wants>,
    headers: HeaderMap,
) -> Answer {
    let mut world = shared.world();
    let domains = if wants.exclude_domains {
        Value::Null
    } else {
        json!({ "object": "domains", "equivalentDomains": null, "globalEquivalentDomains": [] })
    };
    let profile = profile::profile(&mut world, signed_in)?;
    let profile = serde_json::to_string(&profile).map_err(|_| Refusal::Stumbled)?;
    let rest = json!({
        "folders": [],
        "collections": collections::reached(&mut world, signed_in.user),
        "domains": domains,
        "policies": policies(&mut world, signed_in),
        "policiesNew": [],
        "sends": [],
        "userDecryption": user_decryption(&world, signed_in)?,
        "object": "sync",
    })
    .to_string();
    let mut body = format!("{{\"profile\":{profile},\"ciphers\":[");
    for id in world.memberships(signed_in.user) {
        let Some((organization, standings)) = world.open(id) else { continue };
        let standing = standings.of(organization, signed_in.user);
        ciphers::write_reached(&mut body, organization, standing, version(&headers));
    }
    body.push_str("],");
    body.push_str(rest.strip_prefix('{').unwrap_or_default());
    Ok(([(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response())
}

/// Of the organizations one belongs to, switched off or not (`SyncController`, `PolicyResponseModel`).
fn policies(world: &mut World, signed_in: SignedIn) -> Vec<Value> {
    let own = world.memberships(signed_in.user);
    let theirs = world.policies.iter().filter(|policy| own.contains(&policy.organization));
    let row = |policy: &crate::security::Policy| {
        json!({
            "object": "policy",
            "id": policy.id,
            "organizationId": policy.organization,
            "type": policy.kind,
            "data": policy.data,
            "enabled": policy.enabled,
            "revisionDate": super::BEGINNING,
        })
    };
    theirs.map(row).collect()
}

/// Year and month of the client's version.
fn version(headers: &HeaderMap) -> Option<(u32, u32)> {
    let text = headers.get("bitwarden-client-version")?.to_str().ok()?;
    let mut parts = text.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn user_decryption(world: &World, signed_in: SignedIn) -> Answer<Value> {
    let user = signed_in.person(world)?;
    Ok(json!({
        "masterPasswordUnlock": (!user.password.is_empty()).then(|| json!({
            "kdf": {
                "kdfType": user.kdf.number(),
                "iterations": user.kdf.iterations(),
                "memory": user.kdf.memory_mib(),
                "parallelism": user.kdf.parallelism(),
            },
            "masterKeyEncryptedUserKey": signin::stored(world.dice, user).sealed_key,
            "salt": user.email,
            "containedKeyId": super::identity::key_id(user),
        })),
        "webAuthnPrfOptions": null,
        "v2UpgradeToken": null,
        "userKeyId": user.key_id,
    }))
}
