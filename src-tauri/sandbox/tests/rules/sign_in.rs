//! Signing in, staying signed in, and being told off in the right casing.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use wardroom_sandbox::{Hurdle, Sandbox};

use super::caller::{
    ADMIN, Caller, OWNER, SERVICE, USER, VERSION, account, derive, http, sandbox, sign_in_form,
    unwrap_key,
};

/// Posts a sign-in form and gives status and body.
async fn post_form(
    sandbox: &Sandbox,
    form: &[(String, String)],
    version: Option<&str>,
) -> (u16, Value) {
    let mut request =
        http().post(format!("{}/identity/connect/token", sandbox.url())).form(&form.to_vec());
    if let Some(version) = version {
        request = request.header("Bitwarden-Client-Version", version);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn right_form(sandbox: &Sandbox, email: &str) -> Vec<(String, String)> {
    let (_, hash) = derive(&http(), &sandbox.url(), &account(sandbox, email)).await;
    sign_in_form(email, &hash)
}

#[tokio::test]
async fn everybody_can_sign_in_and_open_their_own_keys() {
    let sandbox = sandbox().await;
    for email in [ADMIN, SERVICE, OWNER, USER] {
        let caller = Caller::new(&sandbox, email).await;
        assert_eq!(
            caller.user_key().await.len(),
            64,
            "{email}: the user key opens under the password"
        );
        caller.private_key().await;
    }
    assert_eq!(sandbox.token_requests(), 4);
}

#[tokio::test]
async fn the_accounts_use_both_key_derivations_within_the_bounds_clients_accept() {
    let sandbox = sandbox().await;
    for (email, expected) in [
        (
            ADMIN,
            json!({ "kdfType": 0, "iterations": 600_000, "memory": null, "parallelism": null }),
        ),
        (SERVICE, json!({ "kdfType": 1, "iterations": 3, "memory": 64, "parallelism": 4 })),
    ] {
        for alias in [
            "/identity/accounts/prelogin",
            "/identity/accounts/prelogin/password",
            "/api/accounts/prelogin",
        ] {
            let request =
                http().post(format!("{}{alias}", sandbox.url())).json(&json!({ "email": email }));
            let kdf: Value = request.send().await.unwrap().json().await.unwrap();
            assert_eq!(kdf["kdfSettings"], expected, "{email} by {alias}");
            assert_eq!(kdf["kdfIterations"], expected["iterations"], "the old shape says the same");
            assert_eq!(kdf["salt"], Value::Null);
        }
    }
}

#[tokio::test]
async fn prelogin_does_not_tell_who_exists_and_says_the_same_each_time() {
    let sandbox = sandbox().await;
    let path = format!("{}/identity/accounts/prelogin", sandbox.url());
    let ask = async || -> Value {
        let request = http().post(&path).json(&json!({ "email": "nobody@nowhere.example" }));
        request.send().await.unwrap().json().await.unwrap()
    };
    let first = ask().await;
    assert!(first["kdfIterations"].is_number());
    assert_eq!(first, ask().await, "an answer that changed would give the secret away");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_refusal() {
    let sandbox = sandbox().await;
    for form in
        [sign_in_form(ADMIN, "d3Jvbmc="), sign_in_form("nobody@nowhere.example", "d3Jvbmc=")]
    {
        let (status, body) = post_form(&sandbox, &form, Some(VERSION)).await;
        assert_eq!(status, 400);
        assert_eq!(body["error"], "invalid_grant");
        assert_eq!(body["ErrorModel"]["Message"], "Username or password is incorrect. Try again.");
        assert_eq!(
            body["ErrorModel"]["Object"], "error",
            "Pascal case inside the identity service"
        );
    }
}

#[tokio::test]
async fn the_version_header_is_required_for_a_password_and_must_be_a_plain_version() {
    let sandbox = sandbox().await;
    let form = right_form(&sandbox, ADMIN).await;
    for version in [None, Some("2026.8.0-beta"), Some("next"), Some("2026")] {
        let (status, body) = post_form(&sandbox, &form, version).await;
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("version_header_missing")),
            "{version:?}"
        );
    }
    let wrong = sign_in_form(ADMIN, "d3Jvbmc=");
    let (_, body) = post_form(&sandbox, &wrong, None).await;
    assert_eq!(body["error"], "invalid_grant", "credentials are looked at first");
}

#[tokio::test]
async fn each_device_field_is_required() {
    let sandbox = sandbox().await;
    for missing in ["deviceType", "deviceIdentifier", "deviceName"] {
        let mut form = right_form(&sandbox, ADMIN).await;
        form.retain(|(name, _)| name != missing);
        let (status, body) = post_form(&sandbox, &form, Some(VERSION)).await;
        assert_eq!((status, &body["error"]), (400, &json!("device_error")), "{missing} left out");
        assert_eq!(body["ErrorModel"]["Message"], "no device information provided");
    }
}

#[tokio::test]
async fn field_names_are_read_without_case_and_grants_and_clients_are_known() {
    let sandbox = sandbox().await;
    let mut form = right_form(&sandbox, ADMIN).await;
    for (name, _) in &mut form {
        *name = name.to_uppercase();
    }
    assert_eq!(post_form(&sandbox, &form, Some(VERSION)).await.0, 200);
    for (field, value, error) in [
        ("GRANT_TYPE", "magic", "unsupported_grant_type"),
        ("CLIENT_ID", "toaster", "invalid_client"),
    ] {
        let mut form = form.clone();
        for (name, kept) in &mut form {
            if name == field {
                value.clone_into(kept);
            }
        }
        let (status, body) = post_form(&sandbox, &form, Some(VERSION)).await;
        assert_eq!((status, &body["error"]), (400, &json!(error)));
    }
}

#[tokio::test]
async fn accounts_can_ask_for_more_than_a_password() {
    let sandbox = sandbox().await;
    let form = right_form(&sandbox, ADMIN).await;
    sandbox.put_hurdle(ADMIN, Hurdle::TwoStep);
    let (_, body) = post_form(&sandbox, &form, Some(VERSION)).await;
    assert_eq!(body["error_description"], "Two factor required.");
    assert_eq!(body["TwoFactorProviders"], json!(["0"]));
    sandbox.put_hurdle(ADMIN, Hurdle::NewDevice);
    let (_, body) = post_form(&sandbox, &form, Some(VERSION)).await;
    assert_eq!(body["error"], "device_error");
    assert_eq!(body["ErrorModel"]["Message"], "new device verification required");
    sandbox.put_hurdle(ADMIN, Hurdle::SingleSignOn);
    let (_, body) = post_form(&sandbox, &form, Some(VERSION)).await;
    assert_eq!(body["error_description"], "Sso authentication is required.");
}

#[tokio::test]
async fn a_refresh_keeps_its_token_and_gives_only_the_oauth_fields() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let refresh = |client: &str| -> Vec<(String, String)> {
        [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", &caller.refresh)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    // No version header: refreshes do not need it.
    let (status, body) = post_form(&sandbox, &refresh("desktop"), None).await;
    assert_eq!(status, 200);
    assert_eq!(
        body["refresh_token"],
        caller.refresh.as_str(),
        "the same refresh token stays valid"
    );
    assert_ne!(body["access_token"], caller.token.as_str());
    assert_eq!(body.get("Key"), None, "keys come with the password alone");
    let (status, body) = post_form(&sandbox, &refresh("cli"), None).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")), "another client's token");
    sandbox.revoke_refresh_tokens();
    let (status, body) = post_form(&sandbox, &refresh("desktop"), None).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn the_401_of_an_old_token_is_empty_and_says_so_in_a_header() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    caller.get("/api/accounts/revision-date").await;
    sandbox.expire_access_tokens();
    let response = caller.request("GET", "/api/accounts/revision-date").send().await.unwrap();
    assert_eq!(response.status(), 401);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert_eq!(response.bytes().await.unwrap().len(), 0);
    let without =
        http().get(format!("{}/api/accounts/profile", sandbox.url())).send().await.unwrap();
    assert_eq!(without.status(), 401);
    assert_eq!(
        without.headers()["www-authenticate"],
        "Bearer",
        "nothing was sent, nothing is invalid"
    );
}

#[tokio::test]
async fn access_tokens_end_when_they_say_and_carry_the_claims_clients_read() {
    let sandbox = sandbox().await;
    sandbox.set_access_token_lifetime(Duration::ZERO);
    let caller = Caller::new(&sandbox, SERVICE).await;
    assert_eq!(caller.signed_in["expires_in"], 0);
    let response = caller.request("GET", "/api/accounts/profile").send().await.unwrap();
    assert_eq!(response.status(), 401, "it lasted no time at all");
    let payload = caller.token.split('.').nth(1).unwrap();
    let claims: Value =
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(payload).unwrap()).unwrap();
    assert_eq!(claims["email"], SERVICE);
    assert_eq!(claims["providerserviceuser"].as_array().unwrap().len(), 1);
    assert_eq!(claims["providerprovideradmin"], json!([]));
    assert!(claims["exp"].as_i64().unwrap() <= claims["nbf"].as_i64().unwrap());
}

#[tokio::test]
async fn the_token_may_come_in_the_query() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let url = format!("{}/api/accounts/revision-date?access_token={}", sandbox.url(), caller.token);
    let number: i64 = http().get(url).send().await.unwrap().json().await.unwrap();
    assert!(number > 1_700_000_000_000, "milliseconds, bare");
}

#[tokio::test]
async fn the_key_chain_leads_from_the_password_to_every_client() {
    let sandbox = sandbox().await;
    let caller = Caller::new(&sandbox, ADMIN).await;
    let profile = caller.get("/api/accounts/profile").await;
    let private = caller.private_key().await;
    let provider_key = unwrap_key(&private, profile["providers"][0]["key"].as_str().unwrap());
    assert_eq!(provider_key.len(), 64);
    let clients = profile["providerOrganizations"].as_array().unwrap();
    assert_eq!(clients.len(), 6);
    for client in clients {
        let key = super::caller::open(&provider_key, client["key"].as_str().unwrap()).unwrap();
        let id = client["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(key, super::caller::key_of(&sandbox, id));
        let sealed = caller.get(&format!("/api/organizations/{id}/private-key")).await;
        let der = super::caller::open(&key, sealed["privateKey"].as_str().unwrap()).unwrap();
        assert!(der.len() > 1000, "the organization's own key pair opens too");
    }
}

#[tokio::test]
async fn a_member_reaches_their_organization_by_their_own_key_pair() {
    let sandbox = sandbox().await;
    for email in [OWNER, USER] {
        let caller = Caller::new(&sandbox, email).await;
        let sync = caller.get("/api/sync?excludeDomains=true").await;
        assert_eq!(sync["profile"]["providers"], json!([]));
        assert_eq!(sync["domains"], Value::Null);
        let private = caller.private_key().await;
        let own = sync["profile"]["organizations"].as_array().unwrap();
        assert_eq!(own.len(), 2);
        for organization in own {
            let id = organization["id"].as_str().unwrap().parse().unwrap();
            let key = unwrap_key(&private, organization["key"].as_str().unwrap());
            assert_eq!(key, super::caller::key_of(&sandbox, id));
            assert_eq!(organization["type"], if email == OWNER { 0 } else { 2 });
        }
    }
}
