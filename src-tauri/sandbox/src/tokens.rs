//! Access and refresh tokens, and who a request comes from.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::Refusal;
use crate::crypto::base64;
use crate::state::Shared;
use crate::world::{User, World};

/// Tokens given out and still good.
pub(crate) struct Tokens {
    access: HashMap<String, Grant>,
    refresh: HashMap<String, Grant>,
    /// How long an access token lasts; the server's own is an hour.
    pub(crate) lifetime: Duration,
    /// `POST /identity/connect/token` so far.
    pub(crate) requests: usize,
}

/// For whom a token stands.
#[derive(Clone)]
struct Grant {
    user: Uuid,
    client: String,
    until: Instant,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            access: HashMap::new(),
            refresh: HashMap::new(),
            lifetime: Duration::from_hours(1),
            requests: 0,
        }
    }
}

const REFRESH_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// The OAuth fields of a token answer.
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) seconds: u64,
}

impl Tokens {
    /// After a password sign-in.
    pub(crate) fn issue(&mut self, claims: &Value, user: Uuid, client: &str) -> Issued {
        let refresh = format!("{}-1", base64(&rand::random::<[u8; 32]>()));
        let grant =
            Grant { user, client: client.to_owned(), until: Instant::now() + REFRESH_LIFETIME };
        self.refresh.insert(refresh.clone(), grant);
        self.access_for(claims, user, client, refresh)
    }

    /// After a sign-in with an API key: nothing renews it.
    pub(crate) fn issue_alone(&mut self, claims: &Value, user: Uuid, client: &str) -> Issued {
        self.access_for(claims, user, client, String::new())
    }

    /// After a refresh: the same refresh token stays valid, its thirty days begin anew.
    pub(crate) fn renew(
        &mut self,
        claims: &Value,
        user: Uuid,
        client: &str,
        refresh: &str,
    ) -> Issued {
        if let Some(grant) = self.refresh.get_mut(refresh) {
            grant.until = Instant::now() + REFRESH_LIFETIME;
        }
        self.access_for(claims, user, client, refresh.to_owned())
    }

    fn access_for(&mut self, claims: &Value, user: Uuid, client: &str, refresh: String) -> Issued {
        let access = jwt(claims);
        let until = Instant::now() + self.lifetime;
        self.access.insert(access.clone(), Grant { user, client: client.to_owned(), until });
        Issued { access, refresh, seconds: self.lifetime.as_secs() }
    }

    /// Whose refresh token it is, if it is good and belongs to the client that asks.
    pub(crate) fn refreshing(&self, token: &str, client: &str) -> Option<Uuid> {
        let grant = self.refresh.get(token)?;
        (grant.client == client && grant.until > Instant::now()).then_some(grant.user)
    }

    fn holder(&self, token: &str) -> Option<SignedIn> {
        let grant = self.access.get(token)?;
        (grant.until > Instant::now()).then_some(SignedIn { user: grant.user })
    }

    /// When an access token runs out; `None` when it is no longer good.
    pub(crate) fn ends(&self, token: &str) -> Option<Instant> {
        self.access.get(token).map(|grant| grant.until).filter(|until| *until > Instant::now())
    }

    /// Takes back all tokens of a person.
    pub(crate) fn end(&mut self, user: Uuid) {
        self.access.retain(|_, grant| grant.user != user);
        self.refresh.retain(|_, grant| grant.user != user);
    }

    /// Every access token has run out.
    pub(crate) fn expire_access(&mut self) {
        self.access.clear();
    }

    /// Every refresh token is revoked.
    pub(crate) fn revoke_refresh(&mut self) {
        self.refresh.clear();
    }
}

/// The claims clients read, rebuilt at each refresh (`src/Identity/IdentityServer/ProfileService.cs`).
pub(crate) fn claims(
    world: &mut World,
    user: Uuid,
    client: &str,
    device: &str,
    seconds: u64,
) -> Value {
    let own: Vec<(Uuid, u8)> = world
        .memberships(user)
        .into_iter()
        .filter_map(|id| {
            let (organization, standings) = world.open(id)?;
            match standings.of(organization, user) {
                crate::world::Standing::Member { role, .. } => Some((id, role)),
                _ => None,
            }
        })
        .collect();
    let with_role = |role: u8| -> Vec<Uuid> {
        own.iter().filter(|(_, theirs)| *theirs == role).map(|(id, _)| *id).collect()
    };
    let staff = world.staff(user).map(|staff| staff.kind);
    let provider = |kind: u8| -> Vec<Uuid> {
        if staff == Some(kind) { vec![world.provider.id] } else { Vec::new() }
    };
    let now = jiff::Timestamp::now().as_second();
    let Some(person) = world.user(user) else { return Value::Null };
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    json!({
        "nbf": now, "iat": now, "auth_time": now, "exp": now.saturating_add(seconds),
        "iss": "http://localhost", "client_id": client, "sub": user, "idp": "bitwarden",
        "amr": ["Application"], "scope": ["api", "offline_access"],
        "premium": false, "email": person.email, "email_verified": true, "name": person.name,
        "sstamp": person.stamp, "device": device, "devicetype": "8",
        "orgowner": with_role(0), "orgadmin": with_role(1), "orguser": with_role(2),
        "providerprovideradmin": provider(0), "providerserviceuser": provider(1),
        "jti": Uuid::new_v4(),
    })
}

/// Shaped as a JSON Web Token, because clients read the claims; the signature is noise, since nobody but
/// this server checks it, and this server looks the token up.
fn jwt(claims: &Value) -> String {
    let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let header = json!({ "alg": "RS256", "kid": "sandbox", "typ": "at+jwt" });
    let noise = Base64UrlUnpadded::encode_string(&rand::random::<[u8; 32]>());
    format!("{}.{}.{noise}", part(&header), part(claims))
}

/// The person a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn {
    pub(crate) user: Uuid,
}

impl SignedIn {
    pub(crate) fn person<'w>(&self, world: &'w World) -> Result<&'w User, Refusal> {
        world.user(self.user).ok_or(Refusal::TokenOver)
    }
}

/// The access token a request brings, in its header or its query.
pub(crate) fn token_of(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let in_query = || {
        let query = parts.uri.query()?;
        query.split('&').find_map(|pair| pair.strip_prefix("access_token="))
    };
    header.and_then(|value| value.strip_prefix("Bearer ")).or_else(in_query)
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Refusal> {
        let token = token_of(parts).ok_or(Refusal::NoToken)?;
        state.tokens().holder(token).ok_or(Refusal::TokenOver)
    }
}
