//! Single sign-on: prevalidation, the authorization endpoint with its identity provider, the code grant.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::answer::error_body;
use crate::signin;
use crate::sso::{self, Opens, Request};
use crate::state::Shared;
use crate::world::User;

use super::form::{Form, escape};
use super::refusal::refuse;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/sso/prevalidate", get(prevalidate))
        .route("/connect/authorize", get(authorize))
}

type Fields = Query<HashMap<String, String>>;

async fn prevalidate(State(shared): State<Shared>, Query(fields): Fields) -> Response {
    let hint = fields.get("domainHint").map_or("", |hint| hint.trim());
    let no = |sentence: &str| {
        (StatusCode::BAD_REQUEST, Json(error_body(sentence, None))).into_response()
    };
    if hint.is_empty() {
        return no("No domain hint was provided");
    }
    match sso::organization(hint) {
        Some(organization) => {
            let token = shared.sign_on().prevalidate(organization.identifier);
            Json(json!({ "token": token })).into_response()
        }
        None => no("Invalid SSO identifier"),
    }
}

/// `ApiClient.RedirectUris`, letter for letter.
fn may_return_to(client: &str, redirect: &str) -> bool {
    let loopback = || (8065..=8070).any(|port| redirect == format!("http://localhost:{port}"));
    match client {
        "desktop" => redirect == "bitwarden://sso-callback" || loopback(),
        "cli" => loopback(),
        _ => false,
    }
}

/// The errors before the redirect address is trusted stay in the browser, the others go back with it.
async fn authorize(State(shared): State<Shared>, Query(fields): Fields) -> Response {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let (client, redirect) = (field("client_id"), field("redirect_uri"));
    if !may_return_to(client, redirect) {
        return page(StatusCode::BAD_REQUEST, "<p>unauthorized_client: Invalid redirect_uri</p>");
    }
    let go = |answer: &str| back(redirect, answer, field("state"));
    if field("response_type") != "code" {
        return go("error=unsupported_response_type");
    }
    if !field("scope").split(' ').any(|scope| scope == "api") {
        return go("error=invalid_scope");
    }
    let challenge = field("code_challenge");
    if challenge.len() != 43 || Base64UrlUnpadded::decode_vec(challenge).is_err() {
        return go("error=invalid_request&error_description=code%20challenge%20required");
    }
    if field("code_challenge_method") != "S256" {
        return go(
            "error=invalid_request&error_description=Transform%20algorithm%20not%20supported",
        );
    }
    let Some(organization) = sso::organization(field("domain_hint")) else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "<p>No domain_hint provided</p>");
    };
    // A choice made on the page below comes after the check.
    if !fields.contains_key("who")
        && !shared.sign_on().is_prevalidated(field("ssoToken"), organization.identifier)
    {
        let sentence = "The SSO token associated with your request is expired. A valid SSO token is \
            required to continue.";
        return (StatusCode::UNAUTHORIZED, sentence).into_response();
    }
    let request = Request {
        client: client.to_owned(),
        redirect: redirect.to_owned(),
        challenge: challenge.to_owned(),
        identifier: organization.identifier,
    };
    provider(&shared, request, &fields)
}

/// The identity provider: knows who is meant, or asks.
fn provider(shared: &Shared, request: Request, fields: &HashMap<String, String>) -> Response {
    let state = fields.get("state").map_or("", String::as_str);
    let redirect = request.redirect.clone();
    let (who, denies) = {
        let sign_on = shared.sign_on();
        (sign_on.who.clone(), sign_on.denies)
    };
    let chosen = fields.get("who").or(who.as_ref()).or_else(|| fields.get("login_hint")).cloned();
    if denies || chosen.as_deref() == Some("") {
        return back(&redirect, "error=access_denied", state);
    }
    let Some(chosen) = chosen else { return choice(fields, request.identifier) };
    let user = shared.world().user_by_email(&chosen).map(|user| user.id);
    let Some(user) = user else {
        return page(StatusCode::FORBIDDEN, "<p>Nobody of that name.</p>");
    };
    let code = shared.sign_on().make_code(request, user);
    back(&redirect, &format!("code={code}&scope=api%20offline_access"), state)
}

fn back(redirect: &str, answer: &str, state: &str) -> Response {
    let location = format!("{redirect}?{answer}&state={}", escape(state));
    (StatusCode::FOUND, [(LOCATION, location)]).into_response()
}

fn page(status: StatusCode, inside: &str) -> Response {
    let page = format!("<!doctype html><title>Sandbox identity provider</title>{inside}");
    (status, Html(page)).into_response()
}

fn choice(fields: &HashMap<String, String>, identifier: &str) -> Response {
    let query = fields.iter().fold(String::new(), |mut query, (name, value)| {
        query.extend([&escape(name), "=", &escape(value), "&amp;"]);
        query
    });
    let link = |who: &str, text: &str| {
        format!("<p><a href=\"?{query}who={}\">{text}</a></p>", escape(who))
    };
    let people = sso::PEOPLE.iter().filter(|person| person.identifier == identifier);
    let mut inside: String = people.map(|person| link(person.email, person.name)).collect();
    inside.push_str(&link("", "Refuse"));
    page(StatusCode::OK, &format!("<h1>Who are you?</h1>{inside}"))
}

/// `grant_type=authorization_code`.
pub(super) fn code_grant(shared: &Shared, headers: &HeaderMap, form: &Form) -> Response {
    let user = shared.sign_on().redeem(
        form.field("code"),
        form.field("code_verifier"),
        form.field("client_id"),
        form.field("redirect_uri"),
    );
    let Some(user) = user else { return refuse("invalid_grant", None, &Value::Null) };
    let stored = {
        let world = shared.world();
        world.user(user).map(|user| signin::stored(world.dice, user))
    };
    let Some(stored) = stored else { return refuse("invalid_grant", None, &Value::Null) };
    super::admit(shared, headers, form, user, &stored).unwrap_or_else(|refused| *refused)
}

/// Says what opens the keys (`UserDecryptionOptionsBuilder`), in an answer made for a master password.
pub(super) fn say_what_opens(shared: &Shared, form: &Form, user: &User, body: &mut Value) {
    let person = sso::person(&user.email);
    if person.is_some_and(|person| person.password.is_none()) {
        body["UserDecryptionOptions"]["HasMasterPassword"] = json!(false);
        body["UserDecryptionOptions"]["MasterPasswordUnlock"] = Value::Null;
    }
    if let (Some(person), Some(fields)) = (person, body.as_object_mut()) {
        if fields.get("Key") == Some(&json!("")) {
            fields.remove("Key");
        }
        if !person.has_keys() {
            fields.remove("PrivateKey");
            fields.remove("AccountKeys");
        }
    }
    let sign_on = shared.sign_on();
    if form.field("grant_type") != "authorization_code" {
        return;
    }
    match sign_on.organization_of(form.field("code")).map(|organization| organization.opens) {
        Some(Opens::KeyConnector) => {
            let url = format!("http://127.0.0.1:{}/key-connector", shared.hosting().port);
            body["UserDecryptionOptions"]["KeyConnectorOption"] = json!({
                "KeyConnectorUrl": url, "Object": "keyConnectorOption",
            });
        }
        Some(Opens::TrustedDevice) => {
            let (admin, device) = sign_on.ways(&user.email);
            let keys = sign_on.trusted(user.id, form.field("deviceidentifier"));
            body["UserDecryptionOptions"]["TrustedDeviceOption"] = json!({
                "HasAdminApproval": admin,
                "HasLoginApprovingDevice": device,
                "HasManageResetPasswordPermission": false,
                "IsTdeOffboarding": false,
                "EncryptedPrivateKey": keys.map(|keys| &keys.private_key),
                "EncryptedUserKey": keys.map(|keys| &keys.user_key),
                "Object": "trustedDeviceOption",
            });
        }
        Some(Opens::Password) | None => {}
    }
}
