//! What an organization demands of its members' programs, and what people change about their own account
//! elsewhere: in the web vault, on another device.

use serde_json::Value;
use uuid::Uuid;

use crate::Sandbox;
use crate::crypto::Kdf;
use crate::state::Shared;
use crate::world::User;

/// A policy of an organization; numbers are `PolicyType`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Policy {
    pub(crate) id: Uuid,
    pub(crate) organization: Uuid,
    pub(crate) kind: u8,
    pub(crate) enabled: bool,
    pub(crate) data: Value,
}

/// What somebody changes about their account elsewhere; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Another master password.
    pub password: Option<String>,
    /// Another e-mail address, which is also the salt.
    pub email: Option<String>,
    /// Another key derivation: PBKDF2 of so many rounds.
    pub rounds: Option<u32>,
    /// Another user key ("rotate my account's encryption key").
    pub rotate_key: bool,
}

impl Sandbox {
    /// Sets a policy of an organization: 9 is the longest time-out (`{"minutes": 5, "action": "lock"}`), 14
    /// forbids PINs. `false` when there is no such organization.
    pub fn put_policy(&self, organization: Uuid, kind: u8, enabled: bool, data: Value) -> bool {
        put_policy(&self.shared, organization, kind, enabled, data)
    }

    /// Somebody changes their account elsewhere. As on the real server, every session of theirs ends. `false`
    /// when there is no such account.
    pub fn change_account(&self, email: &str, change: AccountChange) -> bool {
        change_account(&self.shared, email, change)
    }
}

pub(crate) fn put_policy(
    shared: &Shared,
    organization: Uuid,
    kind: u8,
    enabled: bool,
    data: Value,
) -> bool {
    let mut world = shared.world();
    if !world.index.contains_key(&organization) {
        return false;
    }
    let id = world.dice.id(&format!("policy/{organization}/{kind}"));
    world.policies.retain(|policy| policy.id != id);
    world.policies.push(Policy { id, organization, kind, enabled, data });
    true
}

pub(crate) fn change_account(shared: &Shared, email: &str, change: AccountChange) -> bool {
    let mut world = shared.world();
    let email = email.trim().to_lowercase();
    let dice = world.dice;
    let Some(user) = world.users.iter_mut().find(|user| user.email == email) else { return false };
    if change.rotate_key {
        user.key = dice.key(&format!("user/{}/key", user.stamp));
    }
    user.stamp = dice.id(&format!("user/{}/stamp", user.stamp));
    let reason = match (change.rotate_key, change.rounds) {
        (true, _) => Some(1),
        (false, Some(_)) => Some(0),
        (false, None) => None,
    };
    let id = user.id;
    apply(user, change);
    drop(world);
    crate::live::end_sessions(shared, id, reason);
    true
}

fn apply(user: &mut User, change: AccountChange) {
    if let Some(password) = change.password {
        user.password = password;
    }
    if let Some(email) = change.email {
        user.email = email.trim().to_lowercase();
    }
    if let Some(iterations) = change.rounds {
        user.kdf = Kdf::Pbkdf2 { iterations };
    }
}
