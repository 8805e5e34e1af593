//! What single sign-on needs beside the identity service: organizations by e-mail, device keys, and a key
//! connector that runs on the same port.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal, list, parse};
use crate::crypto::base64;
use crate::sso::{self, DeviceKeys};
use crate::state::Shared;
use crate::tokens::SignedIn;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/organizations/domain/sso/verified", post(verified))
        .route("/devices/{identifier}/keys", put(trust).post(trust))
}

/// Beside `/api`: a service of the organization's own.
pub(super) fn connector() -> Router<Shared> {
    Router::new().route("/user-keys", get(user_key))
}

#[derive(Deserialize)]
struct Email {
    email: String,
}

/// `OrganizationDomainController.GetVerifiedOrgDomainSsoDetailsAsync`, for the one domain there is. People
/// who are known find their own organization only, so that the demo needs no second domain.
async fn verified(State(shared): State<Shared>, body: Bytes) -> Answer {
    let Email { email } = parse(&body)?;
    let email = email.trim().to_lowercase();
    let Some(domain) = email.split_once('@').map(|(_, domain)| domain) else {
        let sentence = "The Email field is not a supported e-mail address format.".to_owned();
        return Err(Refusal::Model(vec![("Email".to_owned(), sentence)]));
    };
    drop(shared);
    let own = sso::person(&email).map(|person| person.identifier);
    let wanted = own.or((domain == "northwind.example").then_some("northwind"));
    let rows = sso::ORGANIZATIONS.iter().filter(|row| Some(row.identifier) == wanted);
    let rows: Vec<Value> = rows
        .map(|row| {
            json!({
                "object": "verifiedOrganizationDomainSsoDetails",
                "organizationIdentifier": row.identifier,
                "organizationName": row.name,
                "domainName": domain,
            })
        })
        .collect();
    Ok(list(rows))
}

/// `DevicesController.PutKeys`.
async fn trust(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(identifier): Path<String>,
    body: Bytes,
) -> Answer<Json<Value>> {
    let keys: DeviceKeys = parse(&body)?;
    let sealed = [
        ("EncryptedUserKey", &keys.user_key, "4."),
        ("EncryptedPublicKey", &keys.public_key, "2."),
        ("EncryptedPrivateKey", &keys.private_key, "2."),
    ];
    if let Some((field, ..)) = sealed.iter().find(|(_, text, start)| !text.starts_with(start)) {
        let sentence = format!("{field} is not a valid encrypted string.");
        return Err(Refusal::Model(vec![((*field).to_owned(), sentence)]));
    }
    let answer = json!({
        "object": "device", "identifier": identifier, "type": 8, "isTrusted": true,
        "encryptedUserKey": keys.user_key, "encryptedPublicKey": keys.public_key,
    });
    shared.sign_on().trust(signed_in.user, &identifier, keys);
    Ok(Json(answer))
}

async fn user_key(State(shared): State<Shared>, signed_in: SignedIn) -> Answer<Response> {
    let world = shared.world();
    let user = signed_in.person(&world)?;
    if !sso::person(&user.email).is_some_and(sso::Person::uses_connector) {
        return Err(Refusal::NotFound);
    }
    let key = base64(&sso::connector_key(world.dice, user));
    Ok(Json(json!({ "key": key })).into_response())
}
