//! Second steps, devices, mails and the clock, driven from outside over HTTP.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use wardroom_sandbox::Sandbox;

use super::caller::{OWNER, http, sandbox};
use super::two_step::{SignIn, field, two_step_form};

async fn control(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Value {
    let url = format!("{}/sandbox{path}", sandbox.url());
    let request = http().request(method.parse().unwrap(), url).json(body);
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{method} {path}: {}", response.status());
    serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null)
}

#[tokio::test]
async fn an_outsider_can_set_up_and_pass_each_method() {
    let sandbox = sandbox().await;
    let secret = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
    for method in [
        json!({ "email": OWNER, "method": "authenticator" }),
        json!({ "email": OWNER, "method": "email" }),
        json!({ "email": OWNER, "method": "duo" }),
        json!({ "email": OWNER, "method": "yubiKey", "nfc": true }),
        json!({ "email": OWNER, "method": "organizationDuo" }),
        json!({ "email": OWNER, "method": "securityKey",
            "credentialId": secret(b"key"), "publicKey": secret(&[4; 65]) }),
    ] {
        control(&sandbox, "POST", "/two-step", &method).await;
    }
    let path = format!("/two-step/{OWNER}");
    let state = control(&sandbox, "GET", &path, &Value::Null).await;
    assert_eq!(state["methods"], json!([6, 0, 1, 2, 3, 7]));
    assert_eq!(state["recoveryCode"].as_str().unwrap().len(), 32);
    assert_eq!(state["authenticatorSecret"].as_str().unwrap().len(), 32);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    for (number, name) in [(0, "authenticatorCode"), (3, "yubiKeyOtp")] {
        let code = state[name].as_str().unwrap();
        assert_eq!(sign_in.ask(&sandbox, &two_step_form(number, code)).await.0, 200, "{name}");
    }
    control(&sandbox, "DELETE", &path, &Value::Null).await;
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "nothing is asked any more");
}

#[tokio::test]
async fn an_outsider_can_read_mails_and_turn_the_clock() {
    let sandbox = sandbox().await;
    let careful = json!({ "verify": true, "elsewhere": true });
    control(&sandbox, "POST", &format!("/devices/{OWNER}"), &careful).await;
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 400);
    let mails = control(&sandbox, "GET", "/mails", &Value::Null).await;
    assert_eq!(mails["mails"][0]["to"], OWNER);
    assert_eq!(mails["mails"][0]["kind"], "newDeviceCode");
    let code = mails["mails"][0]["code"].as_str().unwrap();
    control(&sandbox, "POST", "/clock", &json!({ "seconds": 301 })).await;
    assert_eq!(sign_in.ask(&sandbox, &[field("newDeviceOtp", code)]).await.0, 400, "too old now");
    control(&sandbox, "DELETE", "/mails", &Value::Null).await;
    let mails = control(&sandbox, "GET", "/mails", &Value::Null).await;
    assert_eq!(mails["mails"], json!([]));
    control(&sandbox, "DELETE", &format!("/devices/{OWNER}"), &Value::Null).await;
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "the first device of all");
    let limits = json!({ "limits": true, "delays": false });
    control(&sandbox, "POST", "/sign-in", &limits).await;
    for _ in 0..10 {
        sign_in.ask(&sandbox, &[]).await;
    }
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 429);
}
