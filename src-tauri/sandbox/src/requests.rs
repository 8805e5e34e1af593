//! Login with another device: requests, and the person who answers them.
//!
//! `src/Core/Auth/Services/Implementations/AuthRequestService.cs` and `src/Core/Auth/Entities/AuthRequest.cs` of
//! bitwarden/server.

use std::collections::HashSet;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use jiff::{SignedDuration, Timestamp};
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Sandbox;
use crate::crypto::seal_to;
use crate::state::Shared;
use crate::world::User;

/// Good for 15 minutes; an administrator has 7 days, and 12 hours remain once they approved
/// (`GlobalSettings.PasswordlessAuthSettings`).
const USER_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const ADMIN_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
const APPROVED_LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// `AuthRequestType`: 0 sign in and unlock, 1 unlock, 2 an administrator approves.
pub(crate) const ADMIN: u8 = 2;

/// All requests, oldest first, and which devices an account has been used on.
pub(crate) struct Requests {
    pub(crate) rows: Vec<Row>,
    known: HashSet<(Uuid, String)>,
    /// `PasswordlessAuth.KnownDevicesOnly`.
    pub(crate) known_devices_only: bool,
}

impl Default for Requests {
    fn default() -> Self {
        Self { rows: Vec::new(), known: HashSet::new(), known_devices_only: true }
    }
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) user: Uuid,
    pub(crate) kind: u8,
    pub(crate) device: String,
    pub(crate) device_type: u8,
    pub(crate) code: String,
    pub(crate) public_key: String,
    pub(crate) created: Timestamp,
    pub(crate) answer: Option<Given>,
    pub(crate) used: bool,
}

/// What somebody answered.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) when: Timestamp,
    pub(crate) approved: bool,
    pub(crate) key: Option<String>,
    pub(crate) hash: Option<String>,
}

/// What the person who approves hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover {
    /// The user key, as current clients do.
    UserKey,
    /// The master key and the hash of the password, as clients did before 2024.
    MasterKey,
}

/// A request to be let in, as the person's other devices see it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceRequest {
    /// Its id.
    pub id: Uuid,
    /// Whose account.
    pub email: String,
    /// 0 sign in and unlock, 1 unlock, 2 an administrator approves.
    pub kind: u8,
    /// What the fingerprint phrase is made of, together with the address: SPKI in base64.
    pub public_key: String,
    /// `None` while nobody has answered.
    pub approved: Option<bool>,
}

impl Row {
    pub(crate) fn is_expired(&self) -> bool {
        let (from, lifetime) = match (self.kind, &self.answer) {
            (ADMIN, Some(given)) if given.approved => (given.when, APPROVED_LIFETIME),
            (ADMIN, _) => (self.created, ADMIN_LIFETIME),
            _ => (self.created, USER_LIFETIME),
        };
        Timestamp::now().duration_since(from) > lifetime
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.kind != ADMIN && self.answer.is_none() && !self.is_expired()
    }

    /// `AuthRequestResponseModel`; a denial looks like an answer without approval.
    pub(crate) fn shape(&self, origin: &str) -> Value {
        let given = self.answer.as_ref();
        json!({
            "object": "auth-request",
            "id": self.id,
            "publicKey": self.public_key,
            "requestDeviceIdentifier": self.device,
            "requestDeviceTypeValue": self.device_type,
            "requestDeviceType": "Linux",
            "requestIpAddress": "127.0.0.1",
            "requestCountryName": null,
            "key": given.and_then(|given| given.key.as_ref()),
            "masterPasswordHash": given.and_then(|given| given.hash.as_ref()),
            "creationDate": written(self.created),
            "responseDate": given.map(|given| written(given.when)),
            "requestApproved": given.is_some_and(|given| given.approved),
            "origin": origin,
        })
    }
}

fn written(when: Timestamp) -> String {
    when.strftime("%Y-%m-%dT%H:%M:%S.%7fZ").to_string()
}

impl Requests {
    /// An account was used on a device.
    pub(crate) fn saw_device(&mut self, user: Uuid, device: &str) {
        self.known.insert((user, device.to_lowercase()));
    }

    pub(crate) fn knows_device(&self, user: Uuid, device: &str) -> bool {
        self.known.contains(&(user, device.to_lowercase()))
    }

    pub(crate) fn row(&self, id: Uuid) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// Whether this opens the account at the token endpoint (`AuthRequest.IsValidForAuthentication`).
    pub(crate) fn lets_in(&self, id: Uuid, user: Uuid, code: &str) -> bool {
        self.row(id).is_some_and(|row| {
            row.answer.as_ref().is_some_and(|given| given.approved)
                && row.kind == 0
                && !row.is_expired()
                && !row.used
                && row.user == user
                && row.code == code
        })
    }

    pub(crate) fn spend(&mut self, id: Uuid) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == id) {
            row.used = true;
        }
    }

    /// Of each device the newest that waits for an answer.
    pub(crate) fn pending(&self, user: Uuid) -> Vec<&Row> {
        let mut devices = HashSet::new();
        let newest = self.rows.iter().rev().filter(|row| row.user == user && row.is_pending());
        newest.filter(|row| devices.insert(row.device.as_str())).collect()
    }
}

/// Writes the answer down and tells the device that waits. Only an approval is told: a denial would tell a
/// stranger that somebody is there.
pub(crate) fn answer(shared: &Shared, id: Uuid, given: &Given) -> Option<Row> {
    let row = {
        let mut requests = shared.requests();
        let row = requests.rows.iter_mut().find(|row| row.id == id)?;
        row.answer = Some(given.clone());
        row.clone()
    };
    if given.approved {
        shared.live().answer(id, row.user);
    }
    Some(row)
}

/// What an approving client would send: keys sealed for the request's public key.
fn hand_over(user: &User, how: Handover, public_key: &str) -> Option<(String, Option<String>)> {
    let der = Base64::decode_vec(public_key).ok()?;
    let public = RsaPublicKey::from_public_key_der(&der).ok()?;
    let seal = |plain: &[u8]| seal_to(&public, plain, rand::random());
    Some(match how {
        Handover::UserKey => (seal(user.key.bytes()), None),
        Handover::MasterKey => {
            let master = user.master_key();
            let hash = master.sign_in_hash(&user.password);
            (seal(master.bytes()), Some(seal(hash.as_bytes())))
        }
    })
}

/// `how` is `None` for a denial. False when there is no such request, or it cannot be answered any more.
pub(crate) fn person_answers(shared: &Shared, id: Uuid, how: Option<Handover>) -> bool {
    let Some(row) = shared.requests().row(id).cloned() else { return false };
    if row.answer.is_some() || row.is_expired() {
        return false;
    }
    let sealed = how.and_then(|how| {
        let world = shared.world();
        hand_over(world.user(row.user)?, how, &row.public_key)
    });
    if how.is_some() && sealed.is_none() {
        return false;
    }
    let (key, hash) = sealed.unzip();
    let given =
        Given { when: Timestamp::now(), approved: how.is_some(), key, hash: hash.flatten() };
    answer(shared, id, &given).is_some()
}

pub(crate) fn all(shared: &Shared) -> Vec<DeviceRequest> {
    let world = shared.world();
    let requests = shared.requests();
    let rows = requests.rows.iter().map(|row| DeviceRequest {
        id: row.id,
        email: world.user(row.user).map(|user| user.email.clone()).unwrap_or_default(),
        kind: row.kind,
        public_key: row.public_key.clone(),
        approved: row.answer.as_ref().map(|given| given.approved),
    });
    rows.collect()
}

/// Every request becomes so much older.
pub(crate) fn age(shared: &Shared, time: Duration) {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    for row in &mut shared.requests().rows {
        row.created = row.created.saturating_sub(time).unwrap_or(row.created);
        if let Some(given) = &mut row.answer {
            given.when = given.when.saturating_sub(time).unwrap_or(given.when);
        }
    }
}

impl Sandbox {
    /// Every request to be let in by another device or an administrator, oldest first.
    #[must_use]
    pub fn device_requests(&self) -> Vec<DeviceRequest> {
        all(&self.shared)
    }

    /// The person (or the administrator) approves on their other device. False when the request is unknown,
    /// expired or answered already.
    pub fn approve_device(&self, request: Uuid, how: Handover) -> bool {
        person_answers(&self.shared, request, Some(how))
    }

    /// The same with a refusal; the waiting device is not told, it has to ask.
    pub fn deny_device(&self, request: Uuid) -> bool {
        person_answers(&self.shared, request, None)
    }

    /// Every request becomes so much older.
    pub fn age_device_requests(&self, time: Duration) {
        age(&self.shared, time);
    }

    /// Whether only devices the account was used on may ask (the server's default).
    pub fn only_known_devices(&self, only: bool) {
        self.shared.requests().known_devices_only = only;
    }

    /// As if the account had been used on this device.
    pub fn know_device(&self, email: &str, device: Uuid) {
        let user = self.shared.world().user_by_email(email).map(|user| user.id);
        if let Some(user) = user {
            self.shared.requests().saw_device(user, &device.to_string());
        }
    }
}
