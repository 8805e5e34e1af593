//! What single sign-on has under way: tokens, codes, trusted devices.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::people;

/// `SsoSettings.SsoTokenLifetimeInSeconds`.
const TOKEN_LIFETIME: Duration = Duration::from_secs(5);
/// `Client.AuthorizationCodeLifetime` of `IdentityServer`.
const CODE_LIFETIME: Duration = Duration::from_mins(5);

/// Everything under way.
#[derive(Default)]
pub(crate) struct SignOn {
    /// Who is signed in at the identity provider.
    pub(crate) who: Option<String>,
    pub(crate) denies: bool,
    tokens: HashMap<String, (&'static str, Instant)>,
    codes: HashMap<String, Code>,
    ways: HashMap<String, (bool, bool)>,
    trusted: HashMap<(Uuid, String), DeviceKeys>,
}

/// What `/connect/authorize` was asked, as far as the token request must fit it.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) client: String,
    pub(crate) redirect: String,
    pub(crate) challenge: String,
    pub(crate) identifier: &'static str,
}

struct Code {
    request: Request,
    user: Uuid,
    until: Instant,
}

/// `DeviceKeysRequestModel`: what a trusted device keeps on the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::struct_field_names, reason = "all that a trusted device has is keys")]
pub(crate) struct DeviceKeys {
    #[serde(rename = "encryptedUserKey")]
    pub(crate) user_key: String,
    #[serde(rename = "encryptedPublicKey")]
    pub(crate) public_key: String,
    #[serde(rename = "encryptedPrivateKey")]
    pub(crate) private_key: String,
}

fn random() -> String {
    Base64UrlUnpadded::encode_string(&rand::random::<[u8; 32]>())
}

impl SignOn {
    /// A token that shows that the identifier was checked.
    pub(crate) fn prevalidate(&mut self, identifier: &'static str) -> String {
        let token = random();
        self.tokens.insert(token.clone(), (identifier, Instant::now() + TOKEN_LIFETIME));
        token
    }

    pub(crate) fn is_prevalidated(&self, token: &str, identifier: &str) -> bool {
        self.tokens.get(token).is_some_and(|(of, until)| {
            of.eq_ignore_ascii_case(identifier) && *until > Instant::now()
        })
    }

    pub(crate) fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    pub(crate) fn expire_codes(&mut self) {
        self.codes.clear();
    }

    /// The person is known: what the browser brings back to the program.
    pub(crate) fn make_code(&mut self, request: Request, user: Uuid) -> String {
        let code = random();
        self.codes
            .insert(code.clone(), Code { request, user, until: Instant::now() + CODE_LIFETIME });
        code
    }

    /// Whose code it is, if it is good and everything fits. It may be shown again, since two-step login asks
    /// in between (`AuthorizationCodeStore` does not remove it).
    pub(crate) fn redeem(
        &self,
        code: &str,
        verifier: &str,
        client: &str,
        redirect: &str,
    ) -> Option<Uuid> {
        let code = self.codes.get(code).filter(|code| code.until > Instant::now())?;
        let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(verifier.as_bytes()));
        let fits = code.request.challenge == challenge
            && code.request.client == client
            && code.request.redirect == redirect;
        fits.then_some(code.user)
    }

    /// Where the person with this code signed in.
    pub(crate) fn organization_of(&self, code: &str) -> Option<&'static people::SsoOrganization> {
        people::organization(self.codes.get(code)?.request.identifier)
    }

    pub(crate) fn set_ways(&mut self, email: &str, admin: bool, device: bool) {
        self.ways.insert(email.to_lowercase(), (admin, device));
    }

    /// An administrator, another device.
    pub(crate) fn ways(&self, email: &str) -> (bool, bool) {
        self.ways.get(email).copied().unwrap_or((true, true))
    }

    pub(crate) fn trust(&mut self, user: Uuid, device: &str, keys: DeviceKeys) {
        self.trusted.insert((user, device.to_lowercase()), keys);
    }

    pub(crate) fn trusted(&self, user: Uuid, device: &str) -> Option<&DeviceKeys> {
        self.trusted.get(&(user, device.to_lowercase()))
    }

    pub(super) fn trusted_devices(&self, user: Uuid) -> Vec<String> {
        let theirs = self.trusted.keys().filter(|(of, _)| *of == user);
        theirs.map(|(_, device)| device.clone()).collect()
    }

    pub(crate) fn untrust(&mut self) {
        self.trusted.clear();
    }
}
