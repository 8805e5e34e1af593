//! Accounts with V2 encryption, accounts that must see the web vault first, and Vaultwarden's dialect.

use serde_json::{Value, json};
use wardroom_sandbox::{Oddity, PasswordDemand, Sandbox};

use super::caller::{ADMIN, Caller, OWNER, VERSION, account, derive, http, sandbox, sign_in_form};

const VERA: &str = "vera@northwind.example";

async fn sign_in(sandbox: &Sandbox, email: &str, version: &str) -> (u16, Value) {
    let (_, hash) = derive(&http(), &sandbox.url(), &account(sandbox, email)).await;
    let response = http()
        .post(format!("{}/identity/connect/token", sandbox.url()))
        .header("Bitwarden-Client-Version", version)
        .form(&sign_in_form(email, &hash))
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn control(sandbox: &Sandbox, path: &str, body: &Value) -> u16 {
    let url = format!("{}/sandbox{path}", sandbox.url());
    http().post(url).json(body).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_v2_account_has_signed_keys_everywhere_they_are_told() {
    let sandbox = sandbox().await;
    let vera = Caller::new(&sandbox, VERA).await;
    let told = &vera.signed_in["AccountKeys"];
    assert_eq!(told["securityState"]["securityVersion"], 2);
    assert!(
        told["publicKeyEncryptionKeyPair"]["wrappedPrivateKey"].as_str().unwrap().starts_with("7.")
    );
    assert!(told["signatureKeyPair"]["wrappedSigningKey"].as_str().unwrap().starts_with("7."));
    let id = &vera.signed_in["UserDecryptionOptions"]["MasterPasswordUnlock"]["ContainedKeyId"];
    assert_eq!(id.as_str().unwrap().len(), 32);
    assert!(vera.user_key().await.len() > 64, "a COSE key, padded");

    let profile = vera.get("/api/accounts/profile").await;
    assert_eq!(&profile["accountKeys"], told);
    assert_eq!(profile["providers"].as_array().unwrap().len(), 1);
    let sync = vera.get("/api/sync").await;
    assert_eq!(&sync["profile"]["accountKeys"], told);
    assert_eq!(&sync["userDecryption"]["userKeyId"], id);
    let public = vera.get(&format!("/api/users/{}/keys", profile["id"].as_str().unwrap())).await;
    assert_eq!(public["verifyingKey"], told["signatureKeyPair"]["verifyingKey"]);
}

#[tokio::test]
async fn a_v2_account_asks_for_a_client_that_knows_it() {
    let sandbox = sandbox().await;
    for (version, status) in
        [("0.1.0", 400), ("2025.10.9", 400), ("2025.11.0", 200), ("2026.8.0", 200)]
    {
        let (is, answer) = sign_in(&sandbox, VERA, version).await;
        assert_eq!(is, status, "{version}");
        if is == 400 {
            assert_eq!(answer["error"], "invalid_client_version", "{version}");
        }
        assert_eq!(sign_in(&sandbox, ADMIN, version).await.0, 200, "others need not");
    }
}

#[tokio::test]
async fn a_recovered_account_and_a_policy_are_told_at_sign_in() {
    let sandbox = sandbox().await;
    let demand = PasswordDemand {
        min_length: Some(20),
        enforce_on_login: true,
        ..PasswordDemand::default()
    };
    sandbox.demand_password(ADMIN, Some(demand));
    let (_, answer) = sign_in(&sandbox, ADMIN, VERSION).await;
    let policy = &answer["MasterPasswordPolicy"];
    assert_eq!(
        (policy["MinLength"].as_u64(), policy["EnforceOnLogin"].as_bool()),
        (Some(20), Some(true))
    );
    assert_eq!(answer["ForcePasswordReset"], false);
    sandbox.recover_account(ADMIN);
    let admin = Caller::new(&sandbox, ADMIN).await;
    assert_eq!(admin.signed_in["ForcePasswordReset"], true);
    assert_eq!(admin.get("/api/accounts/profile").await["forcePasswordReset"], true);
    sandbox.take_keys(ADMIN);
    let (_, answer) = sign_in(&sandbox, ADMIN, VERSION).await;
    assert!(answer.get("PrivateKey").is_none() && answer.get("Key").is_none());
}

#[tokio::test]
async fn what_befalls_an_account_can_be_ordered_from_outside() {
    let sandbox = sandbox().await;
    let mona = json!({ "email": ADMIN });
    let url = format!("{}/sandbox/accounts/api-key", sandbox.url());
    let key: Value = http().post(url).json(&mona).send().await.unwrap().json().await.unwrap();
    assert_eq!(key["clientSecret"], sandbox.api_key(ADMIN).unwrap().client_secret);
    assert_eq!(control(&sandbox, "/accounts/rotate-api-key", &mona).await, 204);
    assert_ne!(key["clientSecret"], sandbox.api_key(ADMIN).unwrap().client_secret);
    assert_eq!(control(&sandbox, "/accounts/recover", &mona).await, 204);
    let policy =
        json!({ "email": ADMIN, "policy": { "minComplexity": 4, "enforceOnLogin": true } });
    assert_eq!(control(&sandbox, "/accounts/password-policy", &policy).await, 204);
    let (_, answer) = sign_in(&sandbox, ADMIN, VERSION).await;
    assert_eq!(answer["ForcePasswordReset"], true);
    assert_eq!(answer["MasterPasswordPolicy"]["MinComplexity"], 4);
    let odd = json!({ "email": VERA, "oddity": "noSecurityState" });
    assert_eq!(control(&sandbox, "/accounts/oddity", &odd).await, 204);
    let (_, answer) = sign_in(&sandbox, VERA, VERSION).await;
    assert!(answer["AccountKeys"]["securityState"].is_null());
    assert_eq!(control(&sandbox, "/accounts/take-keys", &mona).await, 204);
    assert_eq!(control(&sandbox, "/accounts/recover", &json!({ "email": "nobody@x" })).await, 404);
    assert_eq!(control(&sandbox, "/server/vaultwarden", &json!({})).await, 204);
    let config = http().get(format!("{}/api/config", sandbox.url())).send().await.unwrap();
    assert_eq!(config.json::<Value>().await.unwrap()["server"]["name"], "Vaultwarden");
}

#[tokio::test]
async fn an_odd_server_lies_about_keys_in_every_way_it_is_told_to() {
    let sandbox = sandbox().await;
    let honest = sign_in(&sandbox, VERA, VERSION).await.1["AccountKeys"].clone();
    sandbox.be_odd(VERA, Some(Oddity::ForgedSecurityState));
    let keys = sign_in(&sandbox, VERA, VERSION).await.1["AccountKeys"].clone();
    assert_ne!(keys["securityState"], honest["securityState"]);
    sandbox.be_odd(VERA, Some(Oddity::NoSigningKey));
    assert!(sign_in(&sandbox, VERA, VERSION).await.1["AccountKeys"]["signatureKeyPair"].is_null());
    sandbox.be_odd(ADMIN, Some(Oddity::StrangeSecurityState));
    let keys = sign_in(&sandbox, ADMIN, VERSION).await.1["AccountKeys"].clone();
    assert_eq!(keys["securityState"], honest["securityState"]);
    sandbox.be_odd(VERA, None);
    assert_eq!(sign_in(&sandbox, VERA, VERSION).await.1["AccountKeys"], honest);
}

#[tokio::test]
async fn vaultwarden_speaks_its_dialect() {
    let sandbox = sandbox().await;
    sandbox.be_vaultwarden();
    let owner = Caller::new(&sandbox, OWNER).await;
    let unlock = &owner.signed_in["UserDecryptionOptions"]["MasterPasswordUnlock"];
    assert_eq!(unlock["MasterKeyEncryptedUserKey"], unlock["MasterKeyWrappedUserKey"]);
    assert!(unlock.get("ContainedKeyId").is_none());
    let profile = owner.get("/api/accounts/profile").await;
    assert_eq!(profile["organizations"][0]["seats"], 20);
    assert_eq!((&profile["providers"], &profile["_status"]), (&json!([]), &json!(0)));

    let mut form = sign_in_form(OWNER, "AAAA");
    let ask = |form: Vec<(String, String)>| {
        let request = http().post(format!("{}/identity/connect/token", sandbox.url())).form(&form);
        request.header("Bitwarden-Client-Version", VERSION).send()
    };
    let wrong: Value = ask(form.clone()).await.unwrap().json().await.unwrap();
    assert_eq!(wrong["errorModel"]["message"], "Username or password is incorrect. Try again");
    assert_eq!(wrong["validationErrors"][""][0], wrong["message"]);
    form = vec![
        ("grant_type".to_owned(), "refresh_token".to_owned()),
        ("client_id".to_owned(), "desktop".to_owned()),
        ("refresh_token".to_owned(), "gone".to_owned()),
    ];
    let over = ask(form).await.unwrap();
    assert_eq!(over.status(), 400);
    assert_eq!(over.json::<Value>().await.unwrap(), json!({ "error": "invalid_grant" }));

    sandbox.expire_access_tokens();
    let expired = owner.request("GET", "/api/accounts/profile").send().await.unwrap();
    assert_eq!(expired.status(), 401);
    assert!(expired.headers().get("www-authenticate").is_none(), "no reason is named");
    let nowhere = owner.request("GET", "/api/providers/x").send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
    assert_eq!(sandbox.unknown_routes().len(), 1, "it has no providers");
}
