//! Login with another device, rule by rule, from both sides.

use base64ct::{Base64, Encoding};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use serde_json::{Value, json};
use wardroom_sandbox::{Handover, Sandbox};

use super::caller::{
    ADMIN, Caller, OWNER, SERVICE, VERSION, http, sandbox, sign_in_form, unwrap_key,
};

/// The device of every [`Caller`].
const DEVICE: &str = "11111111-2222-3333-4444-555555555555";
const CODE: &str = "abcdefghijklmnopqrstuvwxy";

/// Making one takes a debug build a second; an old one is as good.
fn pair() -> (RsaPrivateKey, String) {
    let private = RsaPrivateKey::from_pkcs8_der(include_bytes!("../../keys/pair7.der")).unwrap();
    let public = private.to_public_key().to_public_key_der().unwrap();
    (private, Base64::encode_string(public.as_bytes()))
}

fn request(email: &str) -> Value {
    json!({
        "email": email, "publicKey": pair().1, "deviceIdentifier": DEVICE, "accessCode": CODE, "type": 0,
    })
}

async fn post(sandbox: &Sandbox, body: &Value, device_type: bool) -> (u16, Value) {
    let mut request = http().post(format!("{}/api/auth-requests", sandbox.url())).json(body);
    if device_type {
        request = request.header("device-type", "8");
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn asked(sandbox: &Sandbox, email: &str) -> String {
    let (status, body) = post(sandbox, &request(email), true).await;
    assert_eq!(status, 200, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

async fn response(sandbox: &Sandbox, id: &str, code: &str) -> (u16, Value) {
    let url = format!("{}/api/auth-requests/{id}/response?code={code}", sandbox.url());
    let answer = http().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn sign_in(sandbox: &Sandbox, id: &str, code: &str, device: &str) -> (u16, Value) {
    let mut form = sign_in_form(ADMIN, code);
    form.push(("authRequest".to_owned(), id.to_owned()));
    for (name, value) in &mut form {
        if name == "deviceIdentifier" {
            device.clone_into(value);
        }
    }
    let answer = http()
        .post(format!("{}/identity/connect/token", sandbox.url()))
        .header("Bitwarden-Client-Version", VERSION)
        .form(&form)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_request_is_made_only_whole_and_from_a_known_device() {
    let sandbox = sandbox().await;
    let whole = request(ADMIN);
    let (status, body) = post(&sandbox, &whole, true).await;
    let unknown = "User or known device not found.";
    assert_eq!((status, &body["message"]), (400, &json!(unknown)), "nobody signed in here yet");
    Caller::new(&sandbox, ADMIN).await;
    let (status, body) = post(&sandbox, &whole, false).await;
    assert_eq!((status, &body["message"]), (400, &json!("Device type not provided.")));
    for (field, spoilt) in [
        ("email", json!(null)),
        ("publicKey", json!("")),
        ("deviceIdentifier", json!(null)),
        ("accessCode", json!("abcdefghijklmnopqrstuvwxyz")),
        ("type", json!(null)),
    ] {
        let mut body = whole.clone();
        body[field] = spoilt;
        let (status, body) = post(&sandbox, &body, true).await;
        assert_eq!(
            (status, &body["message"]),
            (400, &json!("The model state is invalid.")),
            "{field}"
        );
    }
    let mut nobody = whole.clone();
    nobody["email"] = json!("nobody@nowhere.example");
    assert_eq!(post(&sandbox, &nobody, true).await.1["message"], unknown);
    let mut admin = whole.clone();
    admin["type"] = json!(2);
    let sentence = "You must be authenticated to create a request of that type.";
    assert_eq!(post(&sandbox, &admin, true).await.1["message"], sentence);
    let (status, body) = post(&sandbox, &whole, true).await;
    assert_eq!(status, 200);
    assert_eq!((&body["requestApproved"], &body["key"]), (&json!(false), &Value::Null));
    assert_eq!(
        (&body["publicKey"], &body["requestDeviceTypeValue"]),
        (&whole["publicKey"], &json!(8))
    );

    sandbox.only_known_devices(false);
    assert_eq!(
        post(&sandbox, &request(OWNER), true).await.0,
        200,
        "self-hosters may switch that off"
    );
}

#[tokio::test]
async fn the_answer_is_for_whoever_has_the_code_and_for_fifteen_minutes() {
    let sandbox = sandbox().await;
    Caller::new(&sandbox, ADMIN).await;
    let id = asked(&sandbox, ADMIN).await;
    assert_eq!(response(&sandbox, &id, CODE).await.0, 200);
    assert_eq!(response(&sandbox, &id, "wrong").await.0, 404);
    let other = uuid::Uuid::nil().to_string();
    assert_eq!(response(&sandbox, &other, CODE).await.0, 404);
    assert!(sandbox.deny_device(id.parse().unwrap()));
    let (_, body) = response(&sandbox, &id, CODE).await;
    assert_eq!(body["requestApproved"], false);
    assert!(body["responseDate"].is_string(), "a denial is an answer without approval");
    sandbox.age_device_requests(std::time::Duration::from_secs(15 * 60 + 1));
    assert_eq!(response(&sandbox, &id, CODE).await.0, 404);
}

#[tokio::test]
async fn an_approval_seals_the_key_for_the_request_and_lets_in_once() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = asked(&sandbox, ADMIN).await;
    let refused = (400, "invalid_grant".to_owned());
    let outcome = |(status, body): (u16, Value)| {
        (status, body["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(outcome(sign_in(&sandbox, &id, CODE, DEVICE).await), refused, "nobody answered yet");
    assert!(sandbox.approve_device(id.parse().unwrap(), Handover::UserKey));
    assert!(!sandbox.approve_device(id.parse().unwrap(), Handover::UserKey), "one answer each");
    let (_, body) = response(&sandbox, &id, CODE).await;
    let opened = unwrap_key(&pair().0, body["key"].as_str().unwrap());
    assert_eq!(opened, caller.user_key().await);
    assert_eq!(body["masterPasswordHash"], Value::Null);

    assert_eq!(outcome(sign_in(&sandbox, &id, "wrong", DEVICE).await), refused);
    let other = sign_in(&sandbox, &id, CODE, &uuid::Uuid::nil().to_string()).await.1;
    assert_eq!(other["ErrorModel"]["Message"], "auth request flow unsupported on unknown device");
    let (status, body) = sign_in(&sandbox, &id, CODE, DEVICE).await;
    assert_eq!(status, 200, "{body}");
    assert!(body["Key"].is_string());
    assert_eq!(outcome(sign_in(&sandbox, &id, CODE, DEVICE).await), refused, "spent");
}

#[tokio::test]
async fn older_devices_hand_over_the_master_key_and_its_hash() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let id = asked(&sandbox, ADMIN).await;
    assert!(sandbox.approve_device(id.parse().unwrap(), Handover::MasterKey));
    let (_, body) = response(&sandbox, &id, CODE).await;
    let (master, hash) = super::caller::derive(&caller.http, &caller.url, &caller.account).await;
    let open = |name: &str| unwrap_key(&pair().0, body[name].as_str().unwrap());
    assert_eq!(open("key"), master);
    assert_eq!(open("masterPasswordHash"), hash.into_bytes());
}

#[tokio::test]
async fn the_person_sees_the_newest_request_of_each_device_and_answers_once() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let (old, new) = (asked(&sandbox, ADMIN).await, asked(&sandbox, ADMIN).await);
    let pending = caller.get("/api/auth-requests/pending").await;
    let ids: Vec<&str> =
        pending["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [new.as_str()]);
    assert_eq!(caller.get("/api/auth-requests").await["data"].as_array().unwrap().len(), 2);
    assert_eq!(caller.get(&format!("/api/auth-requests/{old}")).await["id"], old.as_str());

    let answer = |approved: bool, device: &str| json!({ "key": "4.k", "masterPasswordHash": null, "deviceIdentifier": device, "requestApproved": approved });
    let put = async |id: &str, body: Value| {
        let (status, body) = caller.send("PUT", &format!("/api/auth-requests/{id}"), &body).await;
        (status, body["message"].as_str().unwrap_or_default().to_owned())
    };
    let sentence = "This request is no longer valid. Make sure to approve the most recent request.";
    assert_eq!(put(&old, answer(true, DEVICE)).await, (400, sentence.to_owned()));
    assert_eq!(put(&new, answer(true, "elsewhere")).await, (400, "Invalid device.".to_owned()));
    assert_eq!(put(&new, answer(true, DEVICE)).await.0, 200);
    let sentence = "An authentication request with the same device already exists.";
    assert_eq!(put(&new, answer(false, DEVICE)).await, (400, sentence.to_owned()));
    assert_eq!(response(&sandbox, &new, CODE).await.1["key"], "4.k");
    assert_eq!(put(&old, answer(false, DEVICE)).await.0, 200, "an old one may be denied");
    let stranger = Caller::new(&sandbox, SERVICE).await;
    let seen = stranger.request("GET", &format!("/api/auth-requests/{new}")).send().await.unwrap();
    assert_eq!(seen.status(), 404);
}

#[tokio::test]
async fn administrators_are_asked_by_people_who_are_signed_in_and_have_a_week() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let mut body = request(ADMIN);
    let path = "/api/auth-requests/admin-request";
    let ask = async |body: &Value| {
        let request = caller.request("POST", path).header("device-type", "8").json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let sentence = "Invalid AuthRequestType. Expected AdminApproval.";
    assert_eq!(ask(&body).await.1["message"], sentence);
    body["type"] = json!(2);
    let (status, made) = ask(&body).await;
    assert_eq!(status, 200, "{made}");
    let mut for_another = body.clone();
    for_another["email"] = json!(SERVICE);
    assert_eq!(ask(&for_another).await.0, 400, "for oneself only");

    let id = made["id"].as_str().unwrap();
    let hours = |hours: u64| std::time::Duration::from_secs(hours * 3600);
    sandbox.age_device_requests(hours(6 * 24));
    assert_eq!(response(&sandbox, id, CODE).await.0, 200);
    assert!(sandbox.approve_device(id.parse().unwrap(), Handover::UserKey));
    sandbox.age_device_requests(hours(11));
    assert_eq!(response(&sandbox, id, CODE).await.1["requestApproved"], true);
    sandbox.age_device_requests(hours(2));
    assert_eq!(response(&sandbox, id, CODE).await.0, 404, "12 hours after the approval");
    assert_eq!(sign_in(&sandbox, id, CODE, DEVICE).await.0, 400, "it opens, and lets nobody in");
}

#[tokio::test]
async fn requests_can_be_answered_from_outside() {
    let sandbox = sandbox().await;
    Caller::new(&sandbox, ADMIN).await;
    let url = format!("{}/sandbox/device-requests", sandbox.url());
    let id = asked(&sandbox, ADMIN).await;
    let all: Value = http().get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!((&all[0]["id"], &all[0]["email"]), (&json!(id), &json!(ADMIN)));
    assert_eq!((&all[0]["approved"], &all[0]["publicKey"]), (&Value::Null, &json!(pair().1)));
    let answer = async |id: &str, verb: &str| {
        http().post(format!("{url}/{id}/{verb}")).send().await.unwrap().status().as_u16()
    };
    assert_eq!(answer(&id, "approve").await, 204);
    assert_eq!(answer(&id, "deny").await, 404, "answered already");
    let second = asked(&sandbox, ADMIN).await;
    assert_eq!(answer(&second, "deny").await, 204);
    let old = asked(&sandbox, ADMIN).await;
    let age = http().post(format!("{url}/age")).json(&json!({ "seconds": 1000 }));
    assert_eq!(age.send().await.unwrap().status(), 204);
    assert_eq!(answer(&old, "approve").await, 404);
    let open = http().post(format!("{url}/known-only")).json(&json!({ "only": false }));
    assert_eq!(open.send().await.unwrap().status(), 204);
    asked(&sandbox, OWNER).await;
}
