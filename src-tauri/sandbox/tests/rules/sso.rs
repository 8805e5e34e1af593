//! Single sign-on by the real server's rules: prevalidation, the authorization endpoint, the code grant.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wardroom_sandbox::{Hurdle, Sandbox};

use super::caller::{ADMIN, Caller, VERSION, http, open, sandbox, stretch};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "http://localhost:8065";
const PASSWORD: &str = "sso@northwind.example";

fn browser() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn token(sandbox: &Sandbox, identifier: &str) -> (u16, Value) {
    let url = format!("{}/identity/sso/prevalidate?domainHint={identifier}", sandbox.url());
    let answer = http().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn fields(token: &str) -> Vec<(String, String)> {
    let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(VERIFIER));
    [
        ("client_id", "desktop"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "api offline_access"),
        ("state", "st%te"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("response_mode", "query"),
        ("domain_hint", "northwind"),
        ("ssoToken", token),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// Status, and where it leads or what it says.
async fn authorize(sandbox: &Sandbox, fields: &[(String, String)]) -> (u16, String) {
    let url = format!("{}/identity/connect/authorize", sandbox.url());
    let url = reqwest::Url::parse_with_params(&url, fields).unwrap();
    let answer = browser().get(url).send().await.unwrap();
    let status = answer.status().as_u16();
    let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    match location {
        Some(location) => (status, location),
        None => (status, answer.text().await.unwrap()),
    }
}

/// A code for whoever is at the provider.
async fn code(sandbox: &Sandbox, identifier: &str) -> String {
    let token = token(sandbox, identifier).await.1["token"].as_str().unwrap().to_owned();
    let mut fields = fields(&token);
    identifier.clone_into(&mut fields[8].1);
    let (status, to) = authorize(sandbox, &fields).await;
    assert_eq!(status, 302, "{to}");
    let to = reqwest::Url::parse(&to).unwrap();
    let found =
        to.query_pairs().find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
    found.unwrap()
}

async fn redeem(sandbox: &Sandbox, code: &str, spoilt: &[(&str, &str)]) -> (u16, Value) {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "desktop"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
        ("deviceType", "8"),
        ("deviceIdentifier", "11111111-2222-3333-4444-555555555555"),
        ("deviceName", "test"),
    ];
    for (name, value) in spoilt {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    let request = http().post(format!("{}/identity/connect/token", sandbox.url())).form(&form);
    let answer = request.header("Bitwarden-Client-Version", VERSION).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn prevalidation_gives_tokens_for_organizations_with_single_sign_on_only() {
    let sandbox = sandbox().await;
    let (status, answer) = token(&sandbox, "NorthWind").await;
    assert_eq!(status, 200);
    assert!(answer["token"].as_str().is_some_and(|token| token.len() > 20));
    for wrong in ["", "nobody"] {
        let (status, answer) = token(&sandbox, wrong).await;
        assert_eq!((status, &answer["object"]), (400, &json!("error")), "{wrong}");
    }
}

#[tokio::test]
async fn the_authorization_endpoint_checks_everything_before_it_sends_anybody_back() {
    let sandbox = sandbox().await;
    sandbox.sign_in_at_provider(Some(PASSWORD));
    let good = token(&sandbox, "northwind").await.1["token"].as_str().unwrap().to_owned();
    let (status, to) = authorize(&sandbox, &fields(&good)).await;
    assert_eq!(status, 302);
    assert!(
        to.starts_with("http://localhost:8065?code=") && to.ends_with("&state=st%25te"),
        "{to}"
    );

    let spoilt = [
        ("client_id", "web", 400, "Invalid redirect_uri"),
        ("redirect_uri", "http://127.0.0.1:8065", 400, "Invalid redirect_uri"),
        ("redirect_uri", "http://localhost:8071", 400, "Invalid redirect_uri"),
        ("redirect_uri", "http://localhost:8065/", 400, "Invalid redirect_uri"),
        ("response_type", "token", 302, "error=unsupported_response_type"),
        ("scope", "offline_access", 302, "error=invalid_scope"),
        ("code_challenge", "", 302, "error=invalid_request"),
        ("code_challenge_method", "plain", 302, "error=invalid_request"),
        ("domain_hint", "nobody", 500, "domain_hint"),
        ("ssoToken", "guessed", 401, "SSO token associated with your request is expired"),
    ];
    for (name, value, expected, says) in spoilt {
        let mut fields = fields(&good);
        fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.into();
        let (status, answer) = authorize(&sandbox, &fields).await;
        assert_eq!(status, expected, "{name}={value}: {answer}");
        assert!(answer.contains(says), "{name}={value}: {answer}");
    }
    sandbox.expire_sso_tokens();
    assert_eq!(authorize(&sandbox, &fields(&good)).await.0, 401, "five seconds are short");
}

#[tokio::test]
async fn the_provider_asks_who_it_is_unless_it_was_told() {
    let sandbox = sandbox().await;
    let good = token(&sandbox, "northwind").await.1["token"].as_str().unwrap().to_owned();
    let (status, page) = authorize(&sandbox, &fields(&good)).await;
    assert_eq!(status, 200);
    assert!(page.contains("Ines Falk") && page.contains("Refuse"), "{page}");
    let mut hinted = fields(&good);
    hinted.push(("login_hint".to_owned(), PASSWORD.to_owned()));
    assert_eq!(authorize(&sandbox, &hinted).await.0, 302);
    sandbox.deny_at_provider(true);
    let (status, to) = authorize(&sandbox, &hinted).await;
    assert_eq!(status, 302);
    assert!(to.contains("error=access_denied&state="), "{to}");
}

#[tokio::test]
async fn a_code_is_for_one_verifier_one_client_and_one_way_back_and_lasts_through_two_step_login() {
    let sandbox = sandbox().await;
    sandbox.sign_in_at_provider(Some(PASSWORD));
    let code = code(&sandbox, "northwind").await;
    for spoilt in [
        ("code_verifier", "another-verifier-another-verifier-another-ver"),
        ("client_id", "cli"),
        ("redirect_uri", "http://localhost:8066"),
        ("code", "guessed"),
    ] {
        let (status, answer) = redeem(&sandbox, &code, &[spoilt]).await;
        assert_eq!((status, answer), (400, json!({ "error": "invalid_grant" })), "{spoilt:?}");
    }
    sandbox.put_hurdle(PASSWORD, Hurdle::TwoStep);
    let (status, answer) = redeem(&sandbox, &code, &[]).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error_description"], "Two factor required.");
    // `AuthorizationCodeStore.RemoveAuthorizationCodeAsync` keeps it on purpose: it is shown again with the
    // second step.
    sandbox.put_hurdle(PASSWORD, Hurdle::NewDevice);
    let (status, answer) = redeem(&sandbox, &code, &[]).await;
    assert_eq!(status, 200, "a new-device code is asked with passwords only: {answer}");
    assert_eq!(answer["UserDecryptionOptions"]["HasMasterPassword"], json!(true));
    assert_eq!(redeem(&sandbox, &code, &[]).await.0, 200);
    sandbox.expire_sso_codes();
    assert_eq!(redeem(&sandbox, &code, &[]).await.0, 400);
}

#[tokio::test]
async fn the_key_connector_keeps_what_opens_the_key_for_its_people_only() {
    let sandbox = sandbox().await;
    sandbox.sign_in_at_provider(Some("connector@northwind.example"));
    let code = code(&sandbox, "northwind-keys").await;
    let (status, answer) = redeem(&sandbox, &code, &[]).await;
    assert_eq!(status, 200);
    let options = &answer["UserDecryptionOptions"];
    assert_eq!(options["HasMasterPassword"], json!(false));
    let connector = options["KeyConnectorOption"]["KeyConnectorUrl"].as_str().unwrap();
    let ask =
        |token: String| http().get(format!("{connector}/user-keys")).bearer_auth(token).send();
    let key = ask(answer["access_token"].as_str().unwrap().to_owned()).await.unwrap();
    let key: Value = key.json().await.unwrap();
    let master = Base64::decode_vec(key["key"].as_str().unwrap()).unwrap();
    let master: [u8; 32] = master.try_into().unwrap();
    let user_key = open(&stretch(&master), answer["Key"].as_str().unwrap()).unwrap();
    assert_eq!(user_key.len(), 64);

    let admin = Caller::new(&sandbox, ADMIN).await;
    assert_eq!(ask(admin.token.clone()).await.unwrap().status(), 404);
    let nobody = http().get(format!("{connector}/user-keys")).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
}

#[tokio::test]
async fn a_device_gets_its_keys_back_once_it_is_trusted() {
    let sandbox = sandbox().await;
    sandbox.sign_in_at_provider(Some("trusted@northwind.example"));
    let first = code(&sandbox, "northwind-devices").await;
    let (_, answer) = redeem(&sandbox, &first, &[]).await;
    let option = &answer["UserDecryptionOptions"]["TrustedDeviceOption"];
    assert_eq!(option["HasAdminApproval"], json!(true));
    assert_eq!(option["EncryptedPrivateKey"], Value::Null);
    let bearer = answer["access_token"].as_str().unwrap();
    let put = async |keys: Value| {
        let url =
            format!("{}/api/devices/11111111-2222-3333-4444-555555555555/keys", sandbox.url());
        let answer = http().put(url).bearer_auth(bearer).json(&keys).send().await.unwrap();
        answer.status().as_u16()
    };
    let keys = json!({ "encryptedUserKey": "4.u", "encryptedPublicKey": "2.p", "encryptedPrivateKey": "2.d" });
    assert_eq!(put(json!({ "encryptedUserKey": "4.u" })).await, 400);
    assert_eq!(put(keys).await, 200);
    let (_, answer) = redeem(&sandbox, &first, &[]).await;
    let option = &answer["UserDecryptionOptions"]["TrustedDeviceOption"];
    assert_eq!(
        (&option["EncryptedPrivateKey"], &option["EncryptedUserKey"]),
        (&json!("2.d"), &json!("4.u"))
    );
    let other = ("deviceIdentifier", "99999999-2222-3333-4444-555555555555");
    let (_, answer) = redeem(&sandbox, &first, &[other]).await;
    let option = &answer["UserDecryptionOptions"]["TrustedDeviceOption"];
    assert_eq!(option["EncryptedPrivateKey"], Value::Null, "another device is not trusted by it");
}

#[tokio::test]
async fn no_password_signs_in_where_there_is_none_and_the_profile_says_so() {
    let sandbox = sandbox().await;
    let password_people: Vec<String> =
        sandbox.accounts().into_iter().map(|account| account.email).collect();
    assert!(!password_people.contains(&"trusted@northwind.example".to_owned()));
    sandbox.sign_in_at_provider(Some("newcomer@northwind.example"));
    let code = code(&sandbox, "northwind").await;
    let (status, answer) = redeem(&sandbox, &code, &[]).await;
    assert_eq!(status, 200);
    assert_eq!((answer.get("Key"), answer.get("AccountKeys")), (None, None));
    let url = format!("{}/api/accounts/profile", sandbox.url());
    let bearer = answer["access_token"].as_str().unwrap();
    let profile = http().get(url).bearer_auth(bearer).send().await.unwrap();
    let profile: Value = profile.json().await.unwrap();
    assert_eq!((&profile["key"], &profile["privateKey"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn organizations_are_found_by_the_domain_and_the_strings_are_pulled_from_outside() {
    let sandbox = sandbox().await;
    let find = async |email: &str| -> Value {
        let url = format!("{}/api/organizations/domain/sso/verified", sandbox.url());
        http()
            .post(url)
            .json(&json!({ "email": email }))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    assert_eq!(find(PASSWORD).await["data"][0]["organizationIdentifier"], "northwind");
    assert_eq!(find("ann@elsewhere.example").await["data"], json!([]));

    let control = format!("{}/sandbox/sso", sandbox.url());
    let body = json!({ "who": PASSWORD });
    assert_eq!(http().post(&control).json(&body).send().await.unwrap().status(), 204);
    let shown: Value = http().get(&control).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["who"], PASSWORD);
    let code = code(&sandbox, "northwind").await;
    http().post(format!("{control}/expire")).send().await.unwrap();
    assert_eq!(redeem(&sandbox, &code, &[]).await.0, 400);
}
