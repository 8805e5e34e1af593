//! A fake Bitwarden server that keeps state: the demo, the test world, the far side of benchmarks.
//!
//! Shares no code with `wardroom-core`: a fake that shared the client's code would share its mistakes.
//! Listens on loopback only.

use serde::Serialize;

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
}

/// What goes wrong on a route.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The answer comes late.
    Delay(std::time::Duration),
    /// 429 with `Retry-After` in seconds.
    SlowDown(u64),
    /// This status with the server's error body.
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
#[derive(Debug, Clone)]
pub struct SeenRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Query string, empty when none.
    pub query: String,
    /// The status it was answered with; 0 when the connection was broken on purpose.
    pub status: u16,
}

/// A running server; dropping it stops it.
pub struct Sandbox(());

impl Sandbox {
    /// Starts on loopback.
    ///
    /// # Errors
    /// When the port cannot be bound.
    #[allow(clippy::unused_async)]
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let _ = options;
        todo!("sandbox")
    }
    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        todo!("sandbox")
    }
    /// The provider admin first.
    #[must_use]
    pub fn accounts(&self) -> Vec<DemoAccount> {
        todo!("sandbox")
    }
    /// The next `times` requests whose method and path match fail like this. `path` may hold `*` for one
    /// segment, such as `/api/organizations/*/collections`.
    pub fn fail(&self, method: &str, path: &str, fault: Fault, times: usize) {
        let _ = (method, path, fault, times);
        todo!("sandbox")
    }
    /// Everything seen since the start or the last [`Sandbox::forget_requests`].
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        todo!("sandbox")
    }
    /// Empties the list.
    pub fn forget_requests(&self) {
        todo!("sandbox")
    }
    /// Requests no route was made for; a test that leaves any must fail.
    #[must_use]
    pub fn unknown_routes(&self) -> Vec<SeenRequest> {
        todo!("sandbox")
    }
    /// Closes the port; clients find nobody there. State stays.
    #[allow(clippy::unused_async)]
    pub async fn go_down(&self) {
        todo!("sandbox")
    }
    /// Opens the same port again.
    #[allow(clippy::unused_async)]
    pub async fn come_up(&self) -> std::io::Result<()> {
        todo!("sandbox")
    }
}
