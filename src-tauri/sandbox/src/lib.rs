//! A fake Bitwarden server that keeps state: the demo, the test world, the far side of benchmarks.
//!
//! It follows the real server's rules for signing in, the client list, collections and imports, gives their
//! errors word for word, and fails on request. What it does not have answers 404 and is listed in
//! [`Sandbox::unknown_routes`]. Shares no code with `wardroom-core`: a fake that shared the client's code would
//! share its mistakes. Listens on loopback only.

mod accounts;
mod answer;
mod around;
mod changes;
mod crypto;
mod dice;
mod faults;
mod inspect;
mod items;
mod live;
mod modern;
mod names;
mod options;
mod pairs;
mod pwned;
mod rate;
mod requests;
mod routes;
mod security;
mod seed;
mod server;
mod signin;
mod soft_key;
mod sso;
mod state;
mod tokens;
mod twostep;
mod vaultwarden;
mod web_proxy;
mod world;

use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

pub use accounts::{ApiKey, Oddity, PasswordDemand};
pub use inspect::Contents;
pub use options::{
    DemoAccount, Fault, Hurdle, Options, OrganizationName, Proxy, SeenRequest, StoredCollection,
    StoredItem,
};
pub use pwned::RangeQuestion;
pub use requests::{DeviceRequest, Handover};

pub use soft_key::SoftKey;
pub use twostep::{Mail, MailKind, SecondStep, SecurityKey, TwoStepSecrets, TwoStepState};

pub use security::AccountChange;
pub use sso::SsoAccount;
pub use web_proxy::{Tunnel, WebProxy};

use server::Listening;
use state::Shared;

/// A running server; dropping it stops it.
pub struct Sandbox {
    shared: Shared,
    port: u16,
    listening: Mutex<Option<Listening>>,
}

impl Sandbox {
    /// Starts on loopback.
    ///
    /// # Errors
    /// When the port cannot be bound.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let shared = Shared::new(seed::world(&options));
        let listening = Listening::open(options.port, Self::router(&shared)).await?;
        let port = listening.port;
        shared.hosting().port = port;
        shared.two_step().vault = format!("http://127.0.0.1:{port}");
        seed::second_steps(&mut shared.two_step());
        Ok(Self { shared, port, listening: Mutex::new(Some(listening)) })
    }

    fn router(shared: &Shared) -> axum::Router {
        around::wrap(routes::router(shared.clone()), shared.clone())
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The same port with TLS, for clients that refuse plain HTTP; they must trust
    /// [`Sandbox::authority`].
    #[must_use]
    pub fn secure_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The certificate authority behind [`Sandbox::secure_url`], in PEM. It can vouch for loopback only.
    #[must_use]
    pub fn authority() -> &'static str {
        include_str!("../keys/authority.pem")
    }

    /// The provider admin first, then the service user, an organization's owner, and one of its plain users;
    /// behind them an admin whose account has V2 encryption. People without a master password are in
    /// [`Sandbox::sso_accounts`] only.
    #[must_use]
    pub fn accounts(&self) -> Vec<DemoAccount> {
        let world = self.shared.world();
        let mut book = self.shared.two_step();
        let with_password = world.users.iter().filter(|user| !user.password.is_empty());
        let accounts = with_password.map(|user| DemoAccount {
            email: user.email.clone(),
            password: user.password.clone(),
            role: user.role,
            two_step: book.needs_second_step(&user.email).then(|| book.secrets(&user.email)),
            api_key: user.personal_key(),
        });
        accounts.collect()
    }

    /// The next `times` requests whose method and path match fail like this. `path` may hold `*` for one
    /// segment, such as `/api/organizations/*/collections`, and `**` at its end for any number; `method` may
    /// be `*`. Faults planned first strike first.
    pub fn fail(&self, method: &str, path: &str, fault: Fault, times: usize) {
        self.shared.faults().plan(method, path, fault, times);
    }

    /// Takes back every planned fault.
    pub fn forgive(&self) {
        self.shared.faults().clear();
    }

    /// Everything seen since the start or the last [`Sandbox::forget_requests`].
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.log().all()
    }

    /// Empties the list.
    pub fn forget_requests(&self) {
        self.shared.log().forget();
    }

    /// Requests no route was made for; a test that leaves any must fail.
    #[must_use]
    pub fn unknown_routes(&self) -> Vec<SeenRequest> {
        self.shared.log().unknown()
    }

    /// Closes the port and every connection; clients find nobody there. State stays.
    pub async fn go_down(&self) {
        if let Some(listening) = self.listening.lock().await.take() {
            listening.close().await;
        }
        // An upgraded connection is no longer the listener's.
        self.shared.live().hang_up();
    }

    /// Opens the same port again; nothing happens when it is open.
    ///
    /// # Errors
    /// When somebody else has taken the port meanwhile.
    pub async fn come_up(&self) -> std::io::Result<()> {
        let mut listening = self.listening.lock().await;
        if listening.is_none() {
            *listening = Some(Listening::open(self.port, Self::router(&self.shared)).await?);
        }
        Ok(())
    }

    /// Every access token has run out: the next request with one gets the 401 that asks for a refresh.
    pub fn expire_access_tokens(&self) {
        self.shared.tokens().expire_access();
        self.shared.live().check_tokens();
    }

    /// Every refresh token is revoked: a refresh gets 400 `invalid_grant`.
    pub fn revoke_refresh_tokens(&self) {
        self.shared.tokens().revoke_refresh();
    }

    /// How long access tokens last from now on; an hour at first.
    pub fn set_access_token_lifetime(&self, lifetime: Duration) {
        self.shared.tokens().lifetime = lifetime;
    }

    /// `POST /identity/connect/token` since the start, refused ones included.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.shared.tokens().requests
    }

    /// From now on this account asks for more than a password; the hurdle before is taken away.
    /// [`Sandbox::enrol`] and [`Sandbox::verify_devices`] say it in more detail.
    pub fn put_hurdle(&self, email: &str, hurdle: Hurdle) {
        self.shared.two_step().put_hurdle(email, hurdle);
        self.shared.hurdles().insert(email.to_lowercase(), hurdle);
    }

    /// A proxy in front of the server, as nginx stands before self-hosted ones; `None` takes it away.
    pub fn put_proxy(&self, proxy: Option<Proxy>) {
        self.shared.hosting().proxy = proxy;
    }

    /// Self-hosted servers have no count limits on imports; the sandbox has the cloud's until told otherwise.
    pub fn be_self_hosted(&self) {
        self.shared.hosting().cloud = false;
    }

    /// Takes bank accounts, driver's licences and passports, as servers do where this is switched on.
    pub fn take_new_item_types(&self) {
        self.shared.hosting().new_item_types = true;
    }

    /// The largest request body; 30,000,000 bytes at first, as Kestrel has it.
    pub fn set_body_limit(&self, bytes: usize) {
        self.shared.hosting().body_limit = bytes;
    }

    /// Every organization, the provider's clients first.
    #[must_use]
    pub fn organization_ids(&self) -> Vec<OrganizationName> {
        let world = self.shared.world();
        let names = world.organizations.iter().map(|organization| OrganizationName {
            id: organization.id,
            name: organization.name.clone(),
            is_client: organization.link.is_some(),
        });
        names.collect()
    }

    /// The organization of this name.
    #[must_use]
    pub fn organization_id(&self, name: &str) -> Option<Uuid> {
        self.organization_ids().into_iter().find(|row| row.name == name).map(|row| row.id)
    }

    /// What an organization's vault holds, as it was sent, in the order it came.
    #[must_use]
    pub fn stored_items(&self, organization: Uuid) -> Vec<StoredItem> {
        inspect::items(&self.shared.world(), organization)
    }

    /// How many items that is.
    #[must_use]
    pub fn item_count(&self, organization: Uuid) -> usize {
        self.stored_items(organization).len()
    }

    /// The same items as the API lists them, with every text opened (`data` and `key` left out). What the
    /// organization's key does not open stays sealed.
    #[must_use]
    pub fn opened_items(&self, organization: Uuid) -> Vec<Value> {
        inspect::opened(&self.shared.world(), organization)
    }

    /// Counts, duplicates and unreadable items; `None` when there is no such organization.
    #[must_use]
    pub fn contents(&self, organization: Uuid) -> Option<Contents> {
        inspect::contents(&mut self.shared.world(), organization)
    }

    /// An organization's collections, with their names opened and who has access.
    #[must_use]
    pub fn collections(&self, organization: Uuid) -> Vec<StoredCollection> {
        inspect::collections(&mut self.shared.world(), organization)
    }

    /// An organization's key: 64 bytes in base64.
    #[must_use]
    pub fn organization_key(&self, organization: Uuid) -> Option<String> {
        inspect::key(&self.shared.world(), organization)
    }

    /// Opens an `EncString` under an organization's key; `None` when it is not under that key or not text.
    #[must_use]
    pub fn open_text(&self, organization: Uuid, sealed: &str) -> Option<String> {
        inspect::open_text(&self.shared.world(), organization, sealed)
    }

    /// Numbers of the audit events written about an organization so far, such as 1300 "collection created".
    #[must_use]
    pub fn events(&self, organization: Uuid) -> Vec<u16> {
        let world = self.shared.world();
        let about = world.events.iter().filter(|event| event.organization == organization);
        about.map(|event| event.kind).collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.live().hang_up();
    }
}
