//! What the background refresh is doing, for a small line in the frame.

use serde::Serialize;
use ts_rs::TS;

/// The state of the refresh and of live updates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RefreshState {
    /// Now.
    pub phase: RefreshPhase,
    /// When the last complete refresh ended, RFC 3339 UTC.
    pub last_sync: Option<String>,
    /// Whether the server can call us (push); otherwise everything is asked for.
    pub live: bool,
    /// Another number each time the lists became different: read them again then.
    pub revision: u32,
}

/// What it is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[ts(export)]
pub enum RefreshPhase {
    /// Nothing to do until the next turn.
    Idle,
    /// Reading.
    Refreshing {
        /// Parts read.
        done: u32,
        /// Parts in all.
        total: u32,
    },
    /// Not reading, for a reason.
    Waiting {
        /// Which.
        reason: WaitReason,
        /// When it goes on, RFC 3339 UTC; `None` when that depends on something else.
        until: Option<String>,
    },
    /// The session ended on the server: sign in again.
    Ended,
}

/// Why a refresh waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WaitReason {
    /// The server cannot be reached.
    Offline,
    /// The server asked to slow down.
    SlowDown,
    /// The system saves its battery.
    BatterySaver,
    /// The server has trouble.
    Trouble,
}
