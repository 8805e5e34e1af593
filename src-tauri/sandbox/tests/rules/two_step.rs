//! Two-step login: what is offered, which answers are right, and in which order things are looked at.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use wardroom_sandbox::{Hurdle, MailKind, Sandbox, SecondStep};

use super::caller::{OWNER, USER, VERSION, account, derive, http, sandbox, sign_in_form};

/// A person's right password, ready to be sent with more.
pub(crate) struct SignIn {
    pub(crate) hash: String,
    email: String,
}

type Fields = Vec<(String, String)>;

pub(crate) fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// An answer to two-step login.
pub(crate) fn two_step_form(provider: i64, token: &str) -> Fields {
    vec![field("twoFactorProvider", &provider.to_string()), field("twoFactorToken", token)]
}

impl SignIn {
    pub(crate) async fn new(sandbox: &Sandbox, email: &str) -> Self {
        let (_, hash) = derive(&http(), &sandbox.url(), &account(sandbox, email)).await;
        Self { hash, email: email.to_owned() }
    }

    /// Sends the password with these fields as a desktop client; fields given again replace.
    pub(crate) async fn ask(&self, sandbox: &Sandbox, more: &[(String, String)]) -> (u16, Value) {
        let mut form = sign_in_form(&self.email, &self.hash);
        form.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        form.extend_from_slice(more);
        let request = http()
            .post(format!("{}/identity/connect/token", sandbox.url()))
            .header("Bitwarden-Client-Version", VERSION)
            .header("Bitwarden-Client-Name", "desktop")
            .form(&form);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn passes(&self, sandbox: &Sandbox, provider: i64, token: &str) -> bool {
        let (status, body) = self.ask(sandbox, &two_step_form(provider, token)).await;
        if status != 200 {
            assert_eq!(body["error"], "invalid_grant");
            let sentence = "Two-step token is invalid. Try again.";
            assert_eq!(body["ErrorModel"]["Message"], sentence, "{body}");
        }
        status == 200
    }

    async fn demand(&self, sandbox: &Sandbox) -> Value {
        let (status, body) = self.ask(sandbox, &[]).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
        assert_eq!(body["error_description"], "Two factor required.");
        body
    }
}

/// Posts to the API without a token.
pub(crate) async fn post(sandbox: &Sandbox, path: &str, body: &Value) -> (u16, Value) {
    let request = http().post(format!("{}{path}", sandbox.url())).json(body);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
}

const SEND: &str = "/api/two-factor/send-email-login";

#[tokio::test]
async fn each_method_is_offered_with_what_it_needs() {
    let sandbox = sandbox().await;
    for step in [
        SecondStep::Authenticator,
        SecondStep::Email,
        SecondStep::Duo,
        SecondStep::YubiKey { nfc: true },
        SecondStep::OrganizationDuo,
    ] {
        sandbox.enrol(OWNER, step);
    }
    let body = SignIn::new(&sandbox, OWNER).await.demand(&sandbox).await;
    assert_eq!(body["TwoFactorProviders"], json!(["6", "0", "1", "2", "3"]));
    let offered = &body["TwoFactorProviders2"];
    assert_eq!(offered["0"], Value::Null);
    assert_eq!(offered["1"], json!({ "Email": "ow***@harbourside.example" }));
    assert_eq!(offered["3"], json!({ "Nfc": true }));
    for duo in ["2", "6"] {
        assert!(offered[duo]["AuthUrl"].as_str().unwrap().starts_with(&sandbox.url()));
        assert!(offered[duo]["Host"].as_str().unwrap().ends_with(".duosecurity.com"));
    }
    assert_eq!(body["Email"], OWNER);
    assert!(body["SsoEmail2faSessionToken"].is_string());
    assert_eq!(body["MasterPasswordPolicy"]["Object"], "masterPasswordPolicy");
    sandbox.set_premium(OWNER, false);
    let body = SignIn::new(&sandbox, OWNER).await.demand(&sandbox).await;
    assert_eq!(body["TwoFactorProviders"], json!(["6", "0", "1"]), "the others need premium");
}

#[tokio::test]
async fn an_authenticator_code_is_good_for_a_step_around_and_once() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    // Three steps, not two: the clock may tick between making a code and looking at it.
    assert!(!sign_in.passes(&sandbox, 0, &sandbox.authenticator_code(OWNER, 3)).await);
    assert!(!sign_in.passes(&sandbox, 0, &sandbox.authenticator_code(OWNER, -3)).await);
    let code = sandbox.authenticator_code(OWNER, 0);
    assert!(sign_in.passes(&sandbox, 0, &code).await);
    assert!(!sign_in.passes(&sandbox, 0, &code).await, "each code once");
    assert!(!sign_in.passes(&sandbox, 1, &code).await, "a method the account does not have");
    let other = SignIn::new(&sandbox, USER).await;
    sandbox.enrol(USER, SecondStep::Authenticator);
    assert!(!other.passes(&sandbox, 0, &sandbox.authenticator_code(OWNER, 1)).await);
    let failed = sandbox.mails().into_iter().filter(|mail| mail.kind == MailKind::FailedTwoStep);
    assert_eq!(failed.count(), 5, "each wrong code is mailed about");
}

#[tokio::test]
async fn a_mailed_code_is_asked_for_lasts_five_minutes_and_is_good_once() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Email);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    sign_in.demand(&sandbox).await;
    assert_eq!(sandbox.mailed_code(OWNER), None, "nothing is sent by itself");
    let ask = json!({ "email": OWNER, "masterPasswordHash": sign_in.hash });
    assert_eq!(post(&sandbox, SEND, &ask).await.0, 200);
    let first = sandbox.mailed_code(OWNER).unwrap();
    assert_eq!(first.len(), 6);
    post(&sandbox, SEND, &ask).await;
    let second = sandbox.mailed_code(OWNER).unwrap();
    if first != second {
        assert!(!sign_in.passes(&sandbox, 1, &first).await, "the new one replaces the old one");
    }
    assert!(sign_in.passes(&sandbox, 1, &second).await);
    assert!(!sign_in.passes(&sandbox, 1, &second).await);
    post(&sandbox, SEND, &ask).await;
    sandbox.pass_time(Duration::from_secs(301));
    assert!(!sign_in.passes(&sandbox, 1, &sandbox.mailed_code(OWNER).unwrap()).await, "too old");
}

#[tokio::test]
async fn nobody_has_codes_mailed_without_showing_who_they_are() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Email);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let token = sign_in.demand(&sandbox).await["SsoEmail2faSessionToken"].clone();
    let sso = json!({ "email": OWNER, "ssoEmail2FaSessionToken": token });
    assert_eq!(
        post(&sandbox, SEND, &sso).await.0,
        200,
        "after single sign-on there is no password"
    );
    let plain = "Cannot send two-factor email.";
    for wrong in [
        json!({ "email": OWNER, "masterPasswordHash": "d3Jvbmc=" }),
        json!({ "email": "nobody@nowhere.example", "masterPasswordHash": sign_in.hash }),
        json!({ "email": OWNER, "authRequestId": uuid::Uuid::new_v4(), "authRequestAccessCode": "x" }),
    ] {
        let (status, body) = post(&sandbox, SEND, &wrong).await;
        assert_eq!((status, &body["message"]), (400, &json!(plain)), "{wrong}");
    }
    sandbox.pass_time(Duration::from_secs(130));
    let (status, body) = post(&sandbox, SEND, &sso).await;
    assert_eq!(status, 400, "the token is short-lived");
    assert!(body["message"].as_str().unwrap().contains("SSO Email 2FA Session token is required"));
    let (status, body) = post(&sandbox, SEND, &json!({ "email": OWNER })).await;
    assert_eq!((status, &body["message"]), (400, &json!("The model state is invalid.")));
}

#[tokio::test]
async fn a_yubikey_types_each_password_once() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::YubiKey { nfc: false });
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let otp = sandbox.yubi_key_otp(OWNER);
    assert_eq!(otp.len(), 44);
    assert!(otp.starts_with(&sandbox.two_step_secrets(OWNER).yubi_key));
    assert!(!sign_in.passes(&sandbox, 3, otp.get(..43).unwrap()).await);
    assert!(!sign_in.passes(&sandbox, 3, &sandbox.yubi_key_otp(USER)).await, "somebody else's key");
    assert!(sign_in.passes(&sandbox, 3, &otp).await);
    assert!(!sign_in.passes(&sandbox, 3, &otp).await);
}

/// Opens the prompt as a browser does; the address it ends on.
async fn through_duo(demand: &Value, kind: &str) -> String {
    let prompt = demand["TwoFactorProviders2"][kind]["AuthUrl"].as_str().unwrap();
    http().get(prompt).send().await.unwrap().url().to_string()
}

/// `code|state` from an address.
fn duo_token(address: &str) -> String {
    let value = |name: &str| {
        address.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap().to_owned()
    };
    format!("{}|{}", value("code="), value("state="))
}

#[tokio::test]
async fn duo_ends_on_the_vaults_page_and_its_answer_is_good_once() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Duo);
    sandbox.enrol(OWNER, SecondStep::OrganizationDuo);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let demand = sign_in.demand(&sandbox).await;
    let address = through_duo(&demand, "2").await;
    let start = format!(
        "{}/duo-redirect-connector.html?client=desktop&deeplinkScheme=bitwarden&",
        sandbox.url()
    );
    assert!(address.starts_with(&start), "{address}");
    let token = duo_token(&address);
    assert!(!sign_in.passes(&sandbox, 6, &token).await, "the other Duo's");
    let (code, state) = token.split_once('|').unwrap();
    assert!(!sign_in.passes(&sandbox, 2, code).await, "the code alone says nothing");
    assert!(!sign_in.passes(&sandbox, 2, &format!("wrong|{state}")).await);
    assert!(sign_in.passes(&sandbox, 2, &token).await);
    assert!(!sign_in.passes(&sandbox, 2, &token).await);
    let demand = sign_in.demand(&sandbox).await;
    assert!(sign_in.passes(&sandbox, 6, &duo_token(&through_duo(&demand, "6").await)).await);
    let demand = sign_in.demand(&sandbox).await;
    let late = duo_token(&through_duo(&demand, "6").await);
    sandbox.pass_time(Duration::from_secs(301));
    assert!(!sign_in.passes(&sandbox, 6, &late).await);
    let over = demand["TwoFactorProviders2"]["6"]["AuthUrl"].as_str().unwrap();
    assert_eq!(http().get(over).send().await.unwrap().status(), 400, "a prompt ends too");
}

#[tokio::test]
async fn only_the_literal_1_is_remembered_for_thirty_days_on_one_device() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::YubiKey { nfc: false });
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let with = async |remember: &str| -> Value {
        let mut form = two_step_form(3, &sandbox.yubi_key_otp(OWNER));
        form.push(field("twoFactorRemember", remember));
        sign_in.ask(&sandbox, &form).await.1["TwoFactorToken"].clone()
    };
    for other in ["true", "0", "2", "True", ""] {
        assert_eq!(with(other).await, Value::Null, "{other:?}");
    }
    let token = with("1").await;
    let mut form = two_step_form(5, token.as_str().unwrap());
    let (status, body) = sign_in.ask(&sandbox, &form).await;
    assert_eq!((status, &body["TwoFactorToken"]), (200, &Value::Null), "no second one for it");
    form.push(field("deviceIdentifier", "99999999-2222-3333-4444-555555555555"));
    let (status, body) = sign_in.ask(&sandbox, &form).await;
    assert_eq!((status, &body["error_description"]), (400, &json!("Two factor required.")));
    form.pop();
    sandbox.pass_time(Duration::from_hours(30 * 24));
    let (_, body) = sign_in.ask(&sandbox, &form).await;
    assert_eq!(
        body["error_description"], "Two factor required.",
        "it asks again, and says what for"
    );
    assert_eq!(body["TwoFactorProviders"], json!(["3"]));
}

#[tokio::test]
async fn the_recovery_code_switches_two_step_login_off_and_is_spent() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    sandbox.enrol(OWNER, SecondStep::Email);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let code = sandbox.two_step_secrets(OWNER).recovery_code;
    assert_eq!(code.len(), 32);
    assert!(!sign_in.passes(&sandbox, 8, "wrong").await);
    // People copy it in groups of four.
    let (left, right) = code.split_at(4);
    assert!(sign_in.passes(&sandbox, 8, &format!(" {left} {} ", right.to_uppercase())).await);
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "it asks for nothing any more");
    assert!(sandbox.mails().iter().any(|mail| mail.kind == MailKind::Recovered));
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    assert!(!sign_in.passes(&sandbox, 8, &code).await, "a code is good once");
}

#[tokio::test]
async fn single_sign_on_comes_first_except_with_a_recovery_code() {
    let sandbox = sandbox().await;
    sandbox.put_hurdle(OWNER, Hurdle::SingleSignOn);
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let (_, body) = sign_in.ask(&sandbox, &two_step_form(0, "000000")).await;
    assert_eq!(body["error_description"], "Sso authentication is required.");
    let recovery = two_step_form(8, &sandbox.two_step_secrets(OWNER).recovery_code);
    let (_, body) = sign_in.ask(&sandbox, &recovery).await;
    let both = "Two-factor recovery has been performed. SSO authentication is required.";
    assert_eq!(body["error_description"], both);
}

#[tokio::test]
async fn a_method_that_is_no_number_asks_again_and_an_unknown_number_is_wrong() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let words = [field("twoFactorProvider", "email"), field("twoFactorToken", "123456")];
    assert_eq!(sign_in.ask(&sandbox, &words).await.1["error_description"], "Two factor required.");
    for unknown in [4, 9, 300, -1] {
        assert!(!sign_in.passes(&sandbox, unknown, "123456").await, "{unknown}");
    }
}

#[tokio::test]
async fn the_prompt_carries_its_state_where_duos_library_puts_it() {
    let sandbox = sandbox().await;
    sandbox.enrol(OWNER, SecondStep::Duo);
    let demand = SignIn::new(&sandbox, OWNER).await.demand(&sandbox).await;
    let prompt = demand["TwoFactorProviders2"]["2"]["AuthUrl"].as_str().unwrap();
    assert!(!prompt.contains("state="), "not in the query: inside the signed request");
    let request = prompt.split("request=").nth(1).unwrap();
    let claims = Base64UrlUnpadded::decode_vec(request.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert!(claims["state"].as_str().unwrap().len() >= 22);
}
