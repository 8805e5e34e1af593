//! `/auth-requests` (`src/Api/Auth/Controllers/AuthRequestsController.cs`).

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, list, parse};
use crate::requests::{self, ADMIN, Given, Row};
use crate::state::Shared;
use crate::tokens::SignedIn;

use super::guid;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/auth-requests", post(ask).get(own))
        .route("/auth-requests/admin-request", post(ask_admin))
        .route("/auth-requests/pending", get(pending))
        .route("/auth-requests/{id}", get(one).put(answer))
        .route("/auth-requests/{id}/response", get(response))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    email: Option<String>,
    public_key: Option<String>,
    device_identifier: Option<String>,
    access_code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<u8>,
}

/// What is left of [`Asked`] once it is whole.
struct Whole {
    email: String,
    public_key: String,
    device: String,
    code: String,
    kind: u8,
}

impl Asked {
    fn whole(self) -> Answer<Whole> {
        let mut missing = Vec::new();
        let mut need = |name: &str, value: Option<String>| {
            value.filter(|value| !value.is_empty()).unwrap_or_else(|| {
                missing.push((name.to_owned(), format!("The {name} field is required.")));
                String::new()
            })
        };
        let email = need("Email", self.email);
        let public_key = need("PublicKey", self.public_key);
        let device = need("DeviceIdentifier", self.device_identifier);
        let code = need("AccessCode", self.access_code);
        let kind = need("Type", self.kind.map(|kind| kind.to_string())).parse().unwrap_or(ADMIN);
        if code.chars().count() > 25 {
            let sentence = "The field AccessCode must be a string with a maximum length of 25.";
            missing.push(("AccessCode".to_owned(), sentence.to_owned()));
        }
        if missing.is_empty() {
            Ok(Whole { email, public_key, device, code, kind })
        } else {
            Err(Refusal::Model(missing))
        }
    }
}

async fn ask(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Answer<Json<Value>> {
    let asked = parse::<Asked>(&body)?.whole()?;
    if asked.kind == ADMIN {
        return Err(Refusal::bad("You must be authenticated to create a request of that type."));
    }
    let row = keep(&shared, &headers, asked, None)?;
    let told = json!({ "UserId": row.user, "Id": row.id });
    shared.live().push(row.user, 15, &told, None);
    Ok(Json(row.shape("127.0.0.1")))
}

async fn ask_admin(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    let asked = parse::<Asked>(&body)?.whole()?;
    if asked.kind != ADMIN {
        return Err(Refusal::bad("Invalid AuthRequestType. Expected AdminApproval."));
    }
    Ok(Json(keep(&shared, &headers, asked, Some(signed_in.user))?.shape("127.0.0.1")))
}

fn keep(
    shared: &Shared,
    headers: &HeaderMap,
    asked: Whole,
    signed_in: Option<Uuid>,
) -> Answer<Row> {
    let device_type =
        headers.get("device-type").and_then(|value| value.to_str().ok()?.parse().ok());
    let Some(device_type) = device_type else {
        return Err(Refusal::bad("Device type not provided."));
    };
    // One sentence for both, so that nobody learns who has an account.
    let unknown = || Refusal::bad("User or known device not found.");
    let user =
        shared.world().user_by_email(&asked.email).map(|user| user.id).ok_or_else(unknown)?;
    let mut requests = shared.requests();
    if requests.known_devices_only && !requests.knows_device(user, &asked.device) {
        return Err(unknown());
    }
    if signed_in.is_some_and(|signed_in| signed_in != user) {
        return Err(unknown());
    }
    if !is_public_key(&asked.public_key) {
        // The server does not look; whoever approves would fail. Here it shows at once.
        return Err(Refusal::Stumbled);
    }
    let row = Row {
        id: Uuid::new_v4(),
        user,
        kind: asked.kind,
        device: asked.device,
        device_type,
        code: asked.code,
        public_key: asked.public_key,
        created: Timestamp::now(),
        answer: None,
        used: false,
    };
    requests.rows.push(row.clone());
    Ok(row)
}

fn is_public_key(text: &str) -> bool {
    Base64::decode_vec(text).is_ok_and(|der| RsaPublicKey::from_public_key_der(&der).is_ok())
}

async fn own(State(shared): State<Shared>, signed_in: SignedIn) -> Answer {
    let requests = shared.requests();
    let own = requests.rows.iter().filter(|row| row.user == signed_in.user);
    Ok(list(own.map(|row| row.shape("127.0.0.1")).collect::<Vec<_>>()))
}

async fn pending(State(shared): State<Shared>, signed_in: SignedIn) -> Answer {
    let requests = shared.requests();
    let rows = requests.pending(signed_in.user);
    Ok(list(rows.into_iter().map(|row| row.shape("127.0.0.1")).collect::<Vec<_>>()))
}

async fn one(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let id = guid(&id, "id")?;
    let requests = shared.requests();
    let row = requests.row(id).filter(|row| row.user == signed_in.user);
    row.map(|row| Json(row.shape("127.0.0.1"))).ok_or(Refusal::NotFound)
}

/// Anonymous: the access code is the proof.
async fn response(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer<Json<Value>> {
    let id = guid(&id, "id")?;
    let query = query.unwrap_or_default();
    let code = query.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap_or_default();
    let requests = shared.requests();
    let row = requests.row(id).filter(|row| row.code == code && !row.is_expired());
    row.map(|row| Json(row.shape("127.0.0.1"))).ok_or(Refusal::NotFound)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    key: Option<String>,
    master_password_hash: Option<String>,
    device_identifier: Option<String>,
    request_approved: bool,
}

/// Also what an administrator's approval would do, but that has a route of its own in the organization.
async fn answer(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer<Json<Value>> {
    let id = guid(&id, "id")?;
    let answered: Answered = parse(&body)?;
    check_answer(&shared, signed_in.user, id, &answered)?;
    let approved = answered.request_approved;
    let given = Given {
        when: Timestamp::now(),
        approved,
        key: answered.key.filter(|_| approved),
        hash: answered.master_password_hash.filter(|_| approved),
    };
    let row = requests::answer(&shared, id, &given).ok_or(Refusal::NotFound)?;
    Ok(Json(row.shape("127.0.0.1")))
}

fn check_answer(shared: &Shared, user: Uuid, id: Uuid, answered: &Answered) -> Answer<()> {
    let requests = shared.requests();
    let row = requests.row(id).filter(|row| row.user == user).ok_or(Refusal::NotFound)?;
    if row.answer.is_some() {
        let sentence = "An authentication request with the same device already exists.";
        return Err(Refusal::bad(sentence));
    }
    let newest = requests.pending(user).into_iter().find(|newest| newest.device == row.device);
    if answered.request_approved && newest.is_none_or(|newest| newest.id != id) {
        let sentence =
            "This request is no longer valid. Make sure to approve the most recent request.";
        return Err(Refusal::bad(sentence));
    }
    if row.is_expired() {
        return Err(Refusal::NotFound);
    }
    let device = answered.device_identifier.as_deref().unwrap_or_default();
    if !requests.knows_device(user, device) {
        return Err(Refusal::bad("Invalid device."));
    }
    Ok(())
}
