//! When an account locks itself, and what opens it besides the master password.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person chose for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct SecuritySettings {
    /// When.
    pub lock_after: LockAfter,
    /// What then.
    pub then: TimeoutAction,
    /// Also when the system's screen is locked.
    pub on_system_lock: bool,
    /// Also when the machine goes to sleep.
    pub on_sleep: bool,
}

impl Default for SecuritySettings {
    fn default() -> Self {
        Self {
            lock_after: LockAfter::Minutes(15),
            then: TimeoutAction::Lock,
            on_system_lock: true,
            on_sleep: true,
        }
    }
}

/// The time-out; choices as Bitwarden's desktop app has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", content = "minutes")]
#[ts(export)]
pub enum LockAfter {
    /// So long after the last sign of the person.
    Minutes(u32),
    /// When the program ends.
    Restart,
    /// Not by itself; keys still go when the program ends.
    Never,
}

/// What a time-out does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TimeoutAction {
    /// Keys go, the cache stays.
    Lock,
    /// The tokens go, too. Staged imports stay sealed for the next sign-in.
    SignOut,
}

/// What the person's organizations demand of the time-out (policy 9), taken together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TimeoutPolicy {
    /// `None`: no longest time.
    pub longest_minutes: Option<u32>,
    /// Prescribed, when it is.
    pub then: Option<TimeoutAction>,
    /// At the latest when the system's screen is locked.
    pub on_system_lock: bool,
    /// At the latest when the program ends.
    pub on_restart: bool,
}

/// Everything the security settings page shows of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SecurityState {
    /// What is in force: chosen, and cut to the policy.
    pub settings: SecuritySettings,
    /// The organization's word, if it has one.
    pub policy: Option<TimeoutPolicy>,
    /// What opens this account.
    pub ways: UnlockWays,
}

/// What opens a locked account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UnlockWays {
    /// False for accounts without a master password.
    pub password: bool,
    /// `None` when no PIN is set, or none that is good before the first unlock after a start.
    pub pin: Option<PinState>,
    /// False when an organization forbids unlocking with a PIN (policy 14).
    pub pin_allowed: bool,
    /// Fingerprint, face or the system's own password.
    pub presence: PresenceState,
}

/// A PIN that opens the account now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PinState {
    /// Also after a restart of the program; otherwise only until it ends.
    pub after_restart: bool,
    /// Wrong tries left before it is deleted.
    pub tries_left: u32,
}

/// Whether the system can vouch for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PresenceState {
    /// This system, or this build, cannot.
    Unavailable,
    /// It can; not switched on for this account.
    Off,
    /// It opens this account.
    On,
}
