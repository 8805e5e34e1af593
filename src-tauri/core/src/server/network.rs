//! How requests leave this machine: whom to trust, through which proxy. Shared by every link, changeable
//! while they are in use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::{Client, ClientBuilder};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::link::headers;
use super::tls::{self, Roots, TlsTrouble};
use super::{Budget, Error};
use crate::keys::Secret;
use crate::model::is_loopback_address;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest silence within an answer.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(90);

/// Asks for the proxy's password when it is needed first.
pub type FetchPassword = Box<dyn Fn() -> BoxFuture<'static, Option<Secret>> + Send + Sync>;

/// Which proxy, ready to be used.
pub enum ProxyWay {
    /// As the system says.
    System,
    /// None.
    None,
    /// This one; the address as `parse_proxy_address` makes it.
    Manual {
        /// Scheme, host and port.
        address: String,
        /// Who, and how to learn the password.
        user: Option<(String, FetchPassword)>,
    },
}

impl std::fmt::Debug for ProxyWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::None => "None",
            Self::Manual { .. } => "Manual(..)",
        })
    }
}

/// One state of the settings.
#[derive(Debug)]
pub struct Route {
    /// Trusted besides the system's; the reason when they could not be had, and then nothing leaves this
    /// machine: to go on without them would hide that the settings are not followed.
    pub roots: Result<Roots, TlsTrouble>,
    /// Which proxy.
    pub proxy: ProxyWay,
}

impl Default for Route {
    fn default() -> Self {
        Self { roots: Ok(Roots::default()), proxy: ProxyWay::System }
    }
}

/// The settings in force; every link of a desk looks here.
#[derive(Debug, Default)]
pub struct Network {
    route: RwLock<Arc<Route>>,
    /// By the server's address: accounts at one server share what it allows.
    budgets: Mutex<HashMap<String, Arc<Budget>>>,
}

impl Network {
    /// Begins with `route`.
    #[must_use]
    pub fn new(route: Route) -> Self {
        Self { route: RwLock::new(Arc::new(route)), ..Self::default() }
    }

    /// In force for every request from now on, on links that exist already too.
    pub fn change(&self, route: Route) {
        *self.route.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(route);
    }

    /// The reads that may be asked of this address.
    fn budget(&self, url: &str) -> Arc<Budget> {
        let server = url::Url::parse(url).map(|url| url.origin().ascii_serialization());
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(budgets.entry(server.unwrap_or_default()).or_default())
    }

    fn now(&self) -> Arc<Route> {
        Arc::clone(&self.route.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A link's connections, made again when the settings change.
#[derive(Debug)]
pub(super) struct Clients {
    network: Arc<Network>,
    current: RwLock<Arc<Set>>,
}

/// Connections by where they lead. Each is made on first use: reading the system's certificates takes longer
/// than unlocking may.
#[derive(Debug, Default)]
struct Set {
    route: Arc<Route>,
    usual: Ways,
    /// For what HTTP/2 cannot do: changing the protocol.
    upgrading: Ways,
    /// For services that are no Bitwarden server: they are not told what they do not ask.
    strange: Ways,
}

#[derive(Debug, Default)]
struct Ways {
    /// Plain HTTP, which goes to loopback only (`ServerAddress::parse`): no certificates, no proxy.
    plain: OnceCell<Client>,
    /// TLS on this machine: no proxy.
    near: OnceCell<Client>,
    /// Everything else.
    far: OnceCell<Client>,
}

impl Clients {
    pub(super) fn new(network: Arc<Network>) -> Self {
        let current = RwLock::new(Arc::new(Set { route: network.now(), ..Set::default() }));
        Self { network, current }
    }

    pub(super) fn budget(&self, url: &str) -> Arc<Budget> {
        self.network.budget(url)
    }

    /// For this address.
    pub(super) async fn for_address(&self, url: &str) -> Result<Client, Error> {
        let set = self.current_set();
        set.usual.client(&set.route, url, Http::Any).await
    }

    /// For this address, when the connection is to change its protocol.
    pub(super) async fn for_upgrade(&self, url: &str) -> Result<Client, Error> {
        let set = self.current_set();
        set.upgrading.client(&set.route, url, Http::One).await
    }

    /// For this address, which is no Bitwarden server's.
    pub(super) async fn for_strangers(&self, url: &str) -> Result<Client, Error> {
        let set = self.current_set();
        set.strange.client(&set.route, url, Http::Bare).await
    }

    fn current_set(&self) -> Arc<Set> {
        let route = self.network.now();
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current.route, &route) {
            return Arc::clone(&current);
        }
        drop(current);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&current.route, &route) {
            *current = Arc::new(Set { route, ..Set::default() });
        }
        Arc::clone(&current)
    }
}

/// Which versions of HTTP, and what is said with every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Http {
    Any,
    One,
    /// Any, without the headers of Bitwarden's clients.
    Bare,
}

impl Ways {
    async fn client(&self, route: &Route, url: &str, http: Http) -> Result<Client, Error> {
        let client = match (is_loopback_address(url), url.starts_with("http://")) {
            (true, true) => self.plain.get_or_try_init(async || Route::plain(http)).await,
            (true, false) => self.near.get_or_try_init(|| route.near(http)).await,
            (false, _) => self.far.get_or_try_init(|| route.far(http)).await,
        };
        client.cloned()
    }
}

impl Route {
    fn plain(http: Http) -> Result<Client, Error> {
        // reqwest looks for a default, also when no TLS is spoken; all that install one install this.
        let _ = rustls::crypto::ring::default_provider().install_default();
        built(builder(http).no_proxy().tls_certs_only([]))
    }

    async fn near(&self, http: Http) -> Result<Client, Error> {
        built(builder(http).no_proxy().tls_backend_preconfigured(self.tls(http).await?))
    }

    async fn far(&self, http: Http) -> Result<Client, Error> {
        let builder = builder(http).tls_backend_preconfigured(self.tls(http).await?);
        let (address, user) = match &self.proxy {
            ProxyWay::System => return built(builder),
            ProxyWay::None => return built(builder.no_proxy()),
            ProxyWay::Manual { address, user } => (address, user),
        };
        let mut proxy = reqwest::Proxy::all(address).map_err(|_| Error::NotUnderstood)?;
        if let Some((user, password)) = user {
            let password = password().await;
            let password = escaped(password.as_ref().map_or("", Secret::expose));
            proxy = proxy.basic_auth(&escaped(user), &password);
        }
        built(builder.proxy(proxy))
    }

    /// Reads the system's certificates off the async threads.
    async fn tls(&self, http: Http) -> Result<rustls::ClientConfig, Error> {
        let roots = self.roots.clone().map_err(Error::Tls)?;
        match tokio::task::spawn_blocking(move || tls::config(&roots)).await {
            Ok(Ok(mut config)) => {
                if http == Http::One {
                    config.alpn_protocols = vec![b"http/1.1".to_vec()];
                }
                Ok(config)
            }
            Ok(Err(trouble)) => Err(Error::Tls(trouble)),
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }
}

/// reqwest puts both into the proxy's URL and leaves what looks escaped as it is (`src/proxy.rs`, `url_auth`):
/// a password holding `%41` would arrive as `A`.
fn escaped(text: &str) -> Zeroizing<String> {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let mut escaped = Zeroizing::new(String::with_capacity(text.len() * 3));
    for byte in text.bytes() {
        escaped.push('%');
        escaped.push(DIGITS[usize::from(byte >> 4)]);
        escaped.push(DIGITS[usize::from(byte & 0xF)]);
    }
    escaped
}

fn built(builder: ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|_| Error::Tls(TlsTrouble::Other))
}

fn builder(http: Http) -> ClientBuilder {
    let builder = match http {
        Http::Any => Client::builder().http2_adaptive_window(true).default_headers(headers()),
        Http::One => Client::builder().http1_only().default_headers(headers()),
        Http::Bare => Client::builder(),
    };
    builder
        .user_agent(concat!("Wardroom/", env!("CARGO_PKG_VERSION")))
        // A redirect would carry the password hash to wherever the answer says.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(SILENCE_TIMEOUT)
        .pool_max_idle_per_host(4)
}
