//! A [`Link`] with somebody's tokens: each call is authorized, and an expired token renewed once.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use reqwest::Response;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use uuid::Uuid;

use super::failed::Failed;
use super::identity::{Renewal, Tokens};
use super::link::{Call, is_expired_token, successful, successful_json};
use super::{Error, Link};
use crate::keys::Secret;
use crate::model::ServerKind;

/// Writes renewed tokens down before they are used: a server may have ended the old ones.
pub type KeepTokens = Box<dyn Fn(Tokens) -> BoxFuture<'static, ()> + Send + Sync>;

/// The signed-in server. Cheap to clone; all clones share the tokens.
#[derive(Clone)]
pub struct Server {
    link: Arc<Link>,
    state: Arc<RwLock<State>>,
    /// Held while a token is being renewed, so that twenty expired calls renew it once.
    renewing: Arc<tokio::sync::Mutex<()>>,
    keep: Arc<KeepTokens>,
    /// Ends what goes on in the background.
    locked: watch::Sender<bool>,
}

struct State {
    tokens: Held,
    /// Counts renewals: tells whether a token that failed is still the one at hand.
    generation: u64,
    /// `None` for tokens from the cache: nobody knows how old they are.
    renewed_at: Option<Instant>,
}

/// Vaultwarden's 401s look all the same: one this soon after a renewal is about rights.
const SURELY_GOOD: Duration = Duration::from_mins(1);

enum Held {
    Good(Tokens),
    Ended,
    Locked,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("link", &self.link).finish_non_exhaustive()
    }
}

impl Server {
    /// `tokens` is `None` when the server ended the session earlier: every call then says so.
    #[must_use]
    pub fn new(link: Arc<Link>, tokens: Option<Tokens>, keep: KeepTokens) -> Self {
        let tokens = tokens.map_or(Held::Ended, Held::Good);
        let state = State { tokens, generation: 0, renewed_at: None };
        let state = Arc::new(RwLock::new(state));
        let (renewing, keep) = (Arc::default(), Arc::new(keep));
        Self { link, state, renewing, keep, locked: watch::Sender::new(false) }
    }

    /// Requests sent so far, renewals included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.link.requests()
    }

    /// Whether the last request reached the server; false before any.
    #[must_use]
    pub fn online(&self) -> bool {
        self.link.online()
    }

    /// Whose software the server runs.
    #[must_use]
    pub fn kind(&self) -> ServerKind {
        self.link.kind()
    }

    /// Asks again whose software it is.
    pub async fn fetch_kind(&self) -> Option<ServerKind> {
        self.link.fetch_kind().await
    }

    /// Asks whether it takes bank accounts, driver's licences and passports.
    pub async fn fetch_new_item_types(&self) -> bool {
        self.link.fetch_new_item_types().await
    }

    /// The reads that may be asked of this server, shared by all accounts at it.
    #[must_use]
    pub fn budget(&self) -> Arc<super::Budget> {
        self.link().budget()
    }

    /// Has the tokens renewed: their claims are older than what the server knows now.
    pub async fn renew_tokens(&self) -> Result<(), Error> {
        let (_, generation) = self.access()?;
        self.renew(generation).await.map(drop)
    }

    /// Drops the tokens from memory; every later call fails with [`Error::Locked`].
    pub fn forget_tokens(&self) {
        self.set(Held::Locked);
        self.locked.send_replace(true);
    }

    /// Turns true with the lock, and stays so.
    #[must_use]
    pub fn watch_locked(&self) -> watch::Receiver<bool> {
        self.locked.subscribe()
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// This installation, as the server knows it.
    pub(super) fn device(&self) -> Uuid {
        self.link.device
    }

    pub(super) fn api(&self, path: &str) -> String {
        format!("{}{path}", self.link.endpoints.api)
    }

    /// A successful answer's head. A question that broke is asked once more; nothing else ever is.
    pub(super) async fn call(&self, call: &Call) -> Result<Response, Error> {
        match self.call_once(call).await {
            Err(failed) if call.may_be_asked_again(&failed) => Ok(self.call_once(call).await?),
            answer => Ok(answer?),
        }
    }

    /// A successful answer, whole. A question that broke is asked once more; nothing else ever is.
    pub(super) async fn call_json<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        match self.json_once(call).await {
            Err(failed) if call.may_be_asked_again(&failed) => Ok(self.json_once(call).await?),
            answer => Ok(answer?),
        }
    }

    async fn json_once<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Failed> {
        successful_json(self.call_once(call).await?, call).await
    }

    /// Sends; a 401 that says the token has run out is answered with a new token, once. The server has not
    /// looked at a request it refused that way, so sending it again is safe whatever it carries.
    async fn call_once(&self, call: &Call) -> Result<Response, Failed> {
        let (access, generation) = self.access()?;
        let answer = self.link.send(call, Some(&access)).await?;
        if !self.wants_renewal(&answer) {
            return successful(answer, call).await;
        }
        drop(answer);
        let access = self.renew(generation).await?;
        let answer = self.link.send(call, Some(&access)).await?;
        if is_expired_token(&answer) {
            return Err(Error::SessionEnded.into());
        }
        successful(answer, call).await
    }

    /// Vaultwarden refuses expired tokens and missing rights with the same 401, which names no reason
    /// (`src/auth.rs`): there a token is renewed unless it just was.
    fn wants_renewal(&self, answer: &Response) -> bool {
        if is_expired_token(answer) {
            return true;
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let is_new = state.renewed_at.is_some_and(|at| at.elapsed() < SURELY_GOOD);
        answer.status().as_u16() == 401 && self.link.kind() == ServerKind::Vaultwarden && !is_new
    }

    pub(super) fn access(&self) -> Result<(Secret, u64), Error> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &state.tokens {
            Held::Good(tokens) => Ok((tokens.access.clone(), state.generation)),
            Held::Ended => Err(Error::SessionEnded),
            Held::Locked => Err(Error::Locked),
        }
    }

    fn renewal(&self) -> Result<Renewal, Error> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &state.tokens {
            Held::Good(tokens) => Ok(tokens.renewal.clone()),
            Held::Ended => Err(Error::SessionEnded),
            Held::Locked => Err(Error::Locked),
        }
    }

    /// A token newer than `generation`, made by this call or by one that was faster.
    pub(super) async fn renew(&self, generation: u64) -> Result<Secret, Error> {
        let _turn = self.renewing.lock().await;
        let (access, newest) = self.access()?;
        if newest != generation {
            return Ok(access);
        }
        match self.link.renew(&self.renewal()?).await {
            Ok(tokens) => {
                (self.keep)(tokens.clone()).await;
                let access = tokens.access.clone();
                self.set(Held::Good(tokens));
                Ok(access)
            }
            Err(error) => {
                if matches!(error, Error::SessionEnded) {
                    self.set(Held::Ended);
                }
                // A renewal changes nothing but tokens: the call itself was not carried out.
                Err(if error.may_have_landed() { Error::Unreachable } else { error })
            }
        }
    }

    /// Locked stays locked, also when a renewal was under way.
    fn set(&self, tokens: Held) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if !matches!(state.tokens, Held::Locked) {
            state.tokens = tokens;
            state.generation += 1;
            state.renewed_at = Some(Instant::now());
        }
    }
}
