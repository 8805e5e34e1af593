//! The personal API key at the token endpoint, and getting at it.

use serde_json::{Value, json};
use wardroom_sandbox::Sandbox;

use super::caller::{ADMIN, Caller, SERVICE, VERSION, derive, http, sandbox};

fn form(sandbox: &Sandbox, email: &str) -> Vec<(String, String)> {
    let key = sandbox.api_key(email).unwrap();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &key.client_id),
        ("client_secret", &key.client_secret),
        ("scope", "api"),
        ("deviceType", "8"),
        ("deviceIdentifier", "11111111-2222-3333-4444-555555555555"),
        ("deviceName", "test"),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

fn with(mut form: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    form.retain(|(known, _)| known != name);
    form.push((name.to_owned(), value.to_owned()));
    form
}

async fn ask(sandbox: &Sandbox, form: &[(String, String)], version: Option<&str>) -> (u16, Value) {
    let mut request =
        http().post(format!("{}/identity/connect/token", sandbox.url())).form(&form.to_vec());
    if let Some(version) = version {
        request = request.header("Bitwarden-Client-Version", version);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_key_signs_in_without_a_refresh_token_and_without_a_second_step() {
    let sandbox = sandbox().await;
    for hurdle in [wardroom_sandbox::Hurdle::TwoStep, wardroom_sandbox::Hurdle::NewDevice] {
        sandbox.put_hurdle(SERVICE, hurdle);
        let (status, answer) = ask(&sandbox, &form(&sandbox, SERVICE), Some(VERSION)).await;
        assert_eq!(status, 200, "{answer}");
        assert!(answer.get("refresh_token").is_none(), "nothing to renew it with");
        assert_eq!(
            (answer["scope"].as_str(), answer["expires_in"].as_u64()),
            (Some("api"), Some(3600))
        );
        let unlock = &answer["UserDecryptionOptions"]["MasterPasswordUnlock"];
        assert_eq!(unlock["Salt"], SERVICE, "what the password needs to open the keys");
        let profile = http()
            .get(format!("{}/api/accounts/profile", sandbox.url()))
            .bearer_auth(answer["access_token"].as_str().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(profile.status(), 200);
    }
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_an_invalid_client_and_nothing_else() {
    let sandbox = sandbox().await;
    let good = form(&sandbox, SERVICE);
    let other = sandbox.api_key(ADMIN).unwrap().client_secret;
    for (what, form) in [
        ("another's secret", with(good.clone(), "client_secret", &other)),
        (
            "nobody's id",
            with(good.clone(), "client_id", "user.11111111-2222-3333-4444-555555555555"),
        ),
        ("no id", with(good.clone(), "client_id", "user.me")),
        ("no secret", with(good.clone(), "client_secret", "")),
    ] {
        let (status, answer) = ask(&sandbox, &form, Some(VERSION)).await;
        assert_eq!((status, answer), (400, json!({ "error": "invalid_client" })), "{what}");
    }
    for (name, value, error) in [
        ("scope", "api offline_access", "invalid_scope"),
        ("grant_type", "password", "unauthorized_client"),
        ("deviceName", "", "device_error"),
    ] {
        let (status, answer) = ask(&sandbox, &with(good.clone(), name, value), Some(VERSION)).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some(error)), "{name}");
    }
    let (status, answer) = ask(&sandbox, &good, None).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("version_header_missing")));
}

#[tokio::test]
async fn the_key_is_shown_and_rotated_to_those_who_know_the_password() {
    let sandbox = sandbox().await;
    let service = Caller::new(&sandbox, SERVICE).await;
    let (_, hash) = derive(&service.http, &service.url, &service.account).await;
    let known = json!({ "masterPasswordHash": hash });
    let before = form(&sandbox, SERVICE);
    let (status, shown) = service.send("POST", "/api/accounts/api-key", &known).await;
    assert_eq!(status, 200);
    assert_eq!(shown["apiKey"], sandbox.api_key(SERVICE).unwrap().client_secret);
    let (_, anew) = service.send("POST", "/api/accounts/rotate-api-key", &known).await;
    assert_ne!(anew["apiKey"], shown["apiKey"]);
    let (status, _) = ask(&sandbox, &before, Some(VERSION)).await;
    assert_eq!(status, 400, "the old one is over");
    let wrong = json!({ "masterPasswordHash": "AAAA" });
    let (status, refused) = service.send("POST", "/api/accounts/api-key", &wrong).await;
    assert_eq!(status, 400);
    assert_eq!(refused["validationErrors"][""][0], "User verification failed.");
}
