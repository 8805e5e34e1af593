//! The words of the public interface.

use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

/// What the world is made of.
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 picks a free port.
    pub port: u16,
    /// Client organizations of the demo provider.
    pub clients: usize,
    /// Members of each client; 0 keeps the believable mix.
    pub members: usize,
    /// The same seed makes the same world.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, clients: 40, members: 0, seed: 1 }
    }
}

/// Someone who can sign in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoAccount {
    /// Sign-in name.
    pub email: String,
    /// Master password.
    pub password: String,
    /// `providerAdmin`, `serviceUser` or `member`.
    pub role: &'static str,
    /// What passes two-step login, for those who have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub two_step: Option<crate::TwoStepSecrets>,
    /// Signs in without a second step.
    pub api_key: crate::ApiKey,
}

/// What goes wrong on a route.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The answer comes late; the work is done before the wait.
    Delay(Duration),
    /// 429 with `Retry-After` in seconds.
    SlowDown(u64),
    /// This status with the server's error body; 401 is the one about rights, 413 and 502 to 504 speak HTML as
    /// the proxies that send them do.
    Status(u16),
    /// Half of the body, then the connection closes.
    CutBody,
    /// The connection is reset before the request is looked at.
    Reset,
    /// The work is done and kept, then the connection is reset before a byte of the answer.
    AnswerLost,
    /// 401 with `invalid_token`, once, as if the access token had just run out.
    TokenExpired,
}

/// A request the server saw.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Query string, empty when none.
    pub query: String,
    /// The status it was answered with; 0 when the connection was broken on purpose or by the client.
    pub status: u16,
}

/// What a sign-in asks for besides the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hurdle {
    /// A code of an authenticator app.
    TwoStep,
    /// The code mailed for a device the account does not know; it knows one other device.
    NewDevice,
    /// The organization's single sign-on.
    SingleSignOn,
}

/// How a proxy in front behaves. nginx as Bitwarden ships it: 505 MB and 90 seconds.
#[derive(Debug, Clone, Copy)]
pub struct Proxy {
    /// Larger announced bodies get 413 in HTML.
    pub body_limit: usize,
    /// Slower answers become 504 in HTML, while the server works on.
    pub patience: Duration,
}

/// An organization.
#[derive(Debug, Clone)]
pub struct OrganizationName {
    /// Its id.
    pub id: Uuid,
    /// Its name, plain.
    pub name: String,
    /// Whether the demo provider looks after it.
    pub is_client: bool,
}

/// An item as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredItem {
    /// Given by the server.
    pub id: Uuid,
    /// The name's `EncString` as it came.
    pub name: String,
    /// The item's own key's `EncString` as it came.
    pub key: Option<String>,
    /// Collections it is in.
    pub collections: Vec<Uuid>,
}

/// A collection as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCollection {
    /// Its id.
    pub id: Uuid,
    /// The name's `EncString` as it came.
    pub name: String,
    /// The name opened; `None` when the organization's key does not open it.
    pub text: Option<String>,
    /// Whether anybody can manage it.
    pub managed: bool,
    /// Groups with access.
    pub groups: Vec<Uuid>,
    /// Organization users with access.
    pub members: Vec<Uuid>,
}
