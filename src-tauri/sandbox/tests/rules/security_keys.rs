//! Security keys: a right signature opens, and everything that makes it wrong is noticed.

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wardroom_sandbox::{Sandbox, SecondStep, SecurityKey};

use super::caller::{OWNER, sandbox};
use super::two_step::{SignIn, two_step_form};

/// A key in software; what it says can be bent.
struct Key {
    id: Vec<u8>,
    pair: EcdsaKeyPair,
}

/// What the key is made to say.
struct Saying<'a> {
    kind: &'a str,
    challenge: &'a str,
    origin: &'a str,
    party: &'a str,
    flags: u8,
    counter: u32,
}

impl Key {
    fn new(id: &[u8]) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        Self { id: id.to_vec(), pair }
    }

    fn registered(&self) -> SecondStep {
        let public_key = self.pair.public_key().as_ref().to_vec();
        SecondStep::SecurityKey(SecurityKey {
            credential_id: self.id.clone(),
            public_key,
            counter: 0,
        })
    }

    /// As the web vault's connector page sends it.
    fn say(&self, saying: &Saying<'_>) -> String {
        let client = json!({
            "type": saying.kind, "challenge": saying.challenge, "origin": saying.origin,
            "crossOrigin": false,
        });
        let client = client.to_string();
        let mut data = Sha256::digest(saying.party).to_vec();
        data.push(saying.flags);
        data.extend(saying.counter.to_be_bytes());
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let text = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": text(&data),
                "clientDataJson": text(client.as_bytes()),
                "signature": text(signature.as_ref()),
            },
        })
        .to_string()
    }
}

fn right<'a>(challenge: &'a str, origin: &'a str, counter: u32) -> Saying<'a> {
    Saying { kind: "webauthn.get", challenge, origin, party: "127.0.0.1", flags: 1, counter }
}

/// Asks for a challenge and gives the options.
async fn options(sign_in: &SignIn, sandbox: &Sandbox) -> Value {
    let (status, body) = sign_in.ask(sandbox, &[]).await;
    assert_eq!((status, &body["error_description"]), (400, &json!("Two factor required.")));
    body["TwoFactorProviders2"]["7"].clone()
}

async fn answer(sign_in: &SignIn, sandbox: &Sandbox, token: &str) -> u16 {
    sign_in.ask(sandbox, &two_step_form(7, token)).await.0
}

#[tokio::test]
async fn a_right_assertion_signs_in_once() {
    let sandbox = sandbox().await;
    let (first, second) = (Key::new(b"first key"), Key::new(b"second key"));
    sandbox.enrol(OWNER, first.registered());
    sandbox.enrol(OWNER, second.registered());
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let options = options(&sign_in, &sandbox).await;
    assert_eq!(options["rpId"], "127.0.0.1");
    assert_eq!(options["userVerification"], "discouraged");
    let ids: Vec<_> = options["allowCredentials"].as_array().unwrap().iter().collect();
    assert_eq!(ids.len(), 2, "either key will do");
    assert_eq!(ids[1]["id"], Base64UrlUnpadded::encode_string(b"second key"));
    let challenge = options["challenge"].as_str().unwrap();
    let url = sandbox.url();
    let token = second.say(&right(challenge, &url, 5));
    assert_eq!(answer(&sign_in, &sandbox, &token).await, 200);
    assert_eq!(answer(&sign_in, &sandbox, &token).await, 400, "a challenge is good once");
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_assertion_is_noticed() {
    let sandbox = sandbox().await;
    let (key, stranger) = (Key::new(b"key"), Key::new(b"key"));
    sandbox.enrol(OWNER, key.registered());
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let options = options(&sign_in, &sandbox).await;
    let challenge = options["challenge"].as_str().unwrap().to_owned();
    let url = sandbox.url();
    let good = || right(&challenge, &url, 1);
    let wrong = [
        ("another challenge", key.say(&Saying { challenge: "AAAA", ..good() })),
        ("another origin", key.say(&Saying { origin: "https://evil.example", ..good() })),
        ("another party", key.say(&Saying { party: "evil.example", ..good() })),
        ("nobody was there", key.say(&Saying { flags: 0, ..good() })),
        ("a registration", key.say(&Saying { kind: "webauthn.create", ..good() })),
        ("another key's signature", stranger.say(&good())),
        ("an unknown key", Key::new(b"unknown").say(&good())),
        ("not JSON", "123456".to_owned()),
    ];
    for (what, token) in wrong {
        assert_eq!(answer(&sign_in, &sandbox, &token).await, 400, "{what}");
    }
    assert_eq!(answer(&sign_in, &sandbox, &key.say(&good())).await, 200, "nothing was used up");
}

#[tokio::test]
async fn a_counter_that_stands_still_means_a_copied_key() {
    let sandbox = sandbox().await;
    let key = Key::new(b"key");
    sandbox.enrol(OWNER, key.registered());
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    for (counter, status) in [(7, 200), (7, 400), (6, 400), (8, 200)] {
        let options = options(&sign_in, &sandbox).await;
        let challenge = options["challenge"].as_str().unwrap();
        let token = key.say(&right(challenge, &sandbox.url(), counter));
        assert_eq!(answer(&sign_in, &sandbox, &token).await, status, "counter {counter}");
    }
}

#[tokio::test]
async fn keys_belong_to_the_web_vault_wherever_that_is() {
    let sandbox = sandbox().await;
    sandbox.set_vault_address("https://vault.acme.example/");
    let key = Key::new(b"key");
    sandbox.enrol(OWNER, key.registered());
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let options = options(&sign_in, &sandbox).await;
    assert_eq!(options["rpId"], "vault.acme.example");
    let challenge = options["challenge"].as_str().unwrap();
    let here = key.say(&right(challenge, &sandbox.url(), 1));
    assert_eq!(answer(&sign_in, &sandbox, &here).await, 400);
    let there =
        Saying { party: "vault.acme.example", ..right(challenge, "https://vault.acme.example", 1) };
    assert_eq!(answer(&sign_in, &sandbox, &key.say(&there)).await, 200);
}
