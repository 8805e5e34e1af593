//! Single sign-on: out through the system browser, back to a port of this machine (RFC 8252, section 7.3).

mod listener;
mod visitor;

use std::time::Duration;

use serde::Deserialize;

use super::link::{Call, successful_json};
use super::{Error, Link, lenient};
use crate::Code;
use crate::keys::Secret;
use crate::model::SsoOrganization;

use listener::Listener;
use visitor::{End, Expected};

/// What Vaultwarden answers for every address (`src/sso.rs`, `FAKE_SSO_IDENTIFIER`).
const VAULTWARDEN_IDENTIFIER: &str = "00000000-01DC-01DC-01DC-000000000000";
/// Prevalidation and the question whose server it is have nothing to think about.
const PATIENCE: Duration = Duration::from_secs(30);

/// What goes wrong on the way through the browser, and with what opens the keys afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignOnRefusal {
    /// The identifier is nobody's, or single sign-on is not switched on.
    #[error("the server knows no single sign-on under this identifier")]
    UnknownOrganization,
    /// Six ports are registered; each is in use.
    #[error("the browser cannot come back: ports 8065 to 8070 are all in use by other programs")]
    PortsTaken,
    /// The identity provider said no, or the person did.
    #[error("single sign-on was refused in the browser")]
    Denied,
    /// Nobody came back from the browser in time.
    #[error("nothing came back from the browser within ten minutes; begin again")]
    Late,
    /// The code the browser brought is not good any more.
    #[error("the sign-in from the browser is no longer good; begin again")]
    CodeOver,
    /// The organization's key connector did not answer, or with an error.
    #[error("the organization's key connector cannot be reached")]
    Connector,
    /// Plain http, or something that is no address.
    #[error("the organization's key connector is at an address that is not safe")]
    ConnectorAddress,
}

impl SignOnRefusal {
    /// The face's code.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::UnknownOrganization => Code::InputRefused,
            Self::PortsTaken => Code::SignInUnsupported,
            Self::Denied => Code::NotPermitted,
            Self::Late | Self::CodeOver => Code::SignedOut,
            Self::Connector => Code::Offline,
            Self::ConnectorAddress => Code::ServerTrouble,
        }
    }
}

/// A way through the browser, ready to be taken. Dropping it closes the port.
pub struct SignOn {
    listener: Listener,
    expected: Expected,
    verifier: Secret,
    identifier: String,
    client: &'static str,
}

/// What the browser brought back, ready for the token endpoint.
pub struct SignedOn {
    /// Good for five minutes.
    pub code: Secret,
    /// Shows that the code is ours.
    pub verifier: Secret,
    /// Where the browser came back to.
    pub redirect: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationWire {
    organization_identifier: String,
    #[serde(default, deserialize_with = "lenient::text")]
    organization_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    domain_name: Option<String>,
}

#[derive(Deserialize)]
struct ConfigWire {
    server: Option<NameWire>,
}

#[derive(Deserialize)]
struct NameWire {
    name: Option<String>,
}

impl From<OrganizationWire> for SsoOrganization {
    fn from(wire: OrganizationWire) -> Self {
        let identifier = wire.organization_identifier;
        let named = wire.organization_name.filter(|name| *name != identifier);
        let name = named.or(wire.domain_name).unwrap_or_else(|| identifier.clone());
        Self { identifier, name }
    }
}

impl Link {
    /// Organizations whose verified domain this address is in, and which have single sign-on.
    pub async fn fetch_sso_organizations(
        &self,
        email: &str,
    ) -> Result<Vec<SsoOrganization>, Error> {
        let body = serde_json::json!({ "email": email }).to_string();
        let url = format!("{}/organizations/domain/sso/verified", self.endpoints.api);
        let call = Call::post(url, body).patient(PATIENCE);
        let rows: Result<lenient::List<OrganizationWire>, Error> = self.answer(&call).await;
        match rows {
            Ok(rows) => Ok(rows.data.into_iter().map(Into::into).collect()),
            // Servers from before there were verified domains: the identifier is typed.
            Err(Error::NotFound) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Checks the identifier and opens a port for the browser to come back to.
    pub async fn prepare_sign_on(&self, identifier: &str) -> Result<SignOn, Error> {
        let identifier = identifier.trim().to_owned();
        // The token is too short-lived to be kept; this finds out whether there will be one.
        self.prevalidate(&identifier).await?;
        let client = if self.is_vaultwarden(&identifier).await { "cli" } else { "desktop" };
        let listener = Listener::open().await.ok_or(SignOnRefusal::PortsTaken).map_err(sign_on)?;
        let expected = Expected {
            port: listener.port(),
            state: Secret::random_text(),
            doorway: Secret::random_text(),
        };
        Ok(SignOn { listener, expected, verifier: Secret::random_text(), identifier, client })
    }

    /// A token that is good for five seconds (`SsoSettings.SsoTokenLifetimeInSeconds`).
    async fn prevalidate(&self, identifier: &str) -> Result<Secret, Error> {
        #[derive(Deserialize)]
        struct Wire {
            token: String,
        }
        let hint = escape(identifier);
        let url = format!("{}/sso/prevalidate?domainHint={hint}", self.endpoints.identity);
        match self.answer::<Wire>(&Call::get(url).patient(PATIENCE)).await {
            Ok(wire) => Ok(Secret::new(wire.token)),
            Err(Error::Refused { .. } | Error::NotFound) => {
                Err(sign_on(SignOnRefusal::UnknownOrganization))
            }
            Err(error) => Err(error),
        }
    }

    /// Vaultwarden sends `desktop` to the official app's own scheme whatever address is asked for, and only
    /// `cli` to a port (`authorize_url` in its `src/sso.rs`). Bitwarden has the same ports for both.
    async fn is_vaultwarden(&self, identifier: &str) -> bool {
        if identifier.eq_ignore_ascii_case(VAULTWARDEN_IDENTIFIER) {
            return true;
        }
        let call = Call::get(format!("{}/config", self.endpoints.api)).patient(PATIENCE);
        let config: Option<ConfigWire> = self.answer(&call).await.ok();
        let name = config.and_then(|config| config.server?.name);
        name.is_some_and(|name| name.eq_ignore_ascii_case("vaultwarden"))
    }

    async fn answer<T: serde::de::DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        Ok(successful_json(self.send(call, None).await?, call).await?)
    }
}

impl SignOn {
    /// Where to send the browser: to a door of ours, which sends it on. A browser that takes longer than five
    /// seconds to start would come too late with an address made now.
    #[must_use]
    pub fn doorway(&self) -> String {
        format!("{}/{}", self.redirect(), self.expected.doorway.expose())
    }

    fn redirect(&self) -> String {
        // Letter for letter as registered (`src/Identity/IdentityServer/ApiClient.cs`).
        format!("http://localhost:{}", self.expected.port)
    }

    /// Waits until the browser comes back, at most `limit`.
    pub async fn wait(self, link: &Link, limit: Duration) -> Result<SignedOn, Error> {
        let redirect = self.redirect();
        let begin =
            || async { Some(self.address(link, &link.prevalidate(&self.identifier).await.ok()?)) };
        let waiting = self.listener.wait(&self.expected, &begin);
        let end = tokio::time::timeout(limit, waiting).await;
        match end.map_err(|_| sign_on(SignOnRefusal::Late))? {
            End::Code(code) => Ok(SignedOn { code, verifier: self.verifier, redirect }),
            End::Denied => Err(sign_on(SignOnRefusal::Denied)),
        }
    }

    fn address(&self, link: &Link, token: &Secret) -> String {
        let challenge = self.verifier.challenge();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([
            ("client_id", self.client),
            ("redirect_uri", &self.redirect()),
            ("response_type", "code"),
            ("scope", "api offline_access"),
            ("state", self.expected.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("response_mode", "query"),
            ("domain_hint", &self.identifier),
            ("ssoToken", token.expose()),
        ]);
        format!("{}/connect/authorize?{}", link.endpoints.identity, query.finish())
    }
}

pub(super) fn sign_on(refusal: SignOnRefusal) -> Error {
    Error::SignIn(refusal.into())
}

fn escape(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
