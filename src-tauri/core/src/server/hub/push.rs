//! What the server tells without being asked.

use rmpv::Value;
use uuid::Uuid;

use super::wire::field;

/// A push, as far as this program cares (`src/Core/Platform/Push/PushType.cs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    /// Pushes may have been lost: the connection was gone for a while, or they came faster than they were
    /// read. Comes after each reconnection. Whoever relies on pushes looks for themselves now.
    Missed,
    /// The account's sessions have ended; also sent when a renewal of the token says so.
    LogOut {
        /// Why, when the server tells.
        reason: Option<LogOutReason>,
    },
    /// The account's own vault or settings changed (4, 5, 10).
    SyncSelf,
    /// The account's own memberships changed (6, 17): read the profile again; the token's claims are old.
    Memberships,
    /// Another device asks to be let in (15).
    AuthRequest {
        /// The request.
        id: Uuid,
    },
    /// Somebody answered a request of ours (16).
    AuthRequestAnswered {
        /// The request.
        id: Uuid,
    },
    /// Something about a provider's billing changed (24).
    Provider {
        /// Which.
        id: Uuid,
    },
    /// Any other number.
    Other(u64),
}

/// `PushNotificationLogOutReason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOutReason {
    /// Key derivation settings were changed.
    KdfChange,
    /// The account's keys were replaced.
    KeyRotation,
}

/// Reads the argument of `ReceiveMessage` or `AuthRequestResponseRecieved`. `None` for what this program caused
/// itself (`device` did), and for what makes no sense.
pub(super) fn read(argument: &Value, device: Uuid) -> Option<Push> {
    let cause = field(argument, "contextId").and_then(Value::as_str);
    if cause.and_then(|id| id.parse().ok()) == Some(device) {
        return None;
    }
    let kind = field(argument, "type")?.as_u64()?;
    let payload = field(argument, "payload").unwrap_or(&Value::Nil);
    let id = |name| field(payload, name)?.as_str()?.parse::<Uuid>().ok();
    Some(match kind {
        4 | 5 | 10 => Push::SyncSelf,
        6 | 17 => Push::Memberships,
        11 => Push::LogOut { reason: field(payload, "reason").and_then(reason) },
        15 => Push::AuthRequest { id: id("id")? },
        16 => Push::AuthRequestAnswered { id: id("id")? },
        24 => Push::Provider { id: id("providerId")? },
        other => Push::Other(other),
    })
}

fn reason(value: &Value) -> Option<LogOutReason> {
    match value.as_u64()? {
        0 => Some(LogOutReason::KdfChange),
        1 => Some(LogOutReason::KeyRotation),
        _ => None,
    }
}
