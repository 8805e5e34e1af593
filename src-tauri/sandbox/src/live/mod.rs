//! Live updates: who listens, and what they are told.

pub(crate) mod pack;
mod socket;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use uuid::Uuid;

use crate::Sandbox;

pub(crate) use socket::serve;

/// Everybody who listens.
#[derive(Default)]
pub(crate) struct Live {
    listeners: Vec<Listener>,
    last: u64,
    counted: watch::Sender<(usize, usize)>,
    /// As if the operator had switched live updates off.
    pub(crate) off: bool,
}

/// Whom a connection belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A signed-in device, with the token it came with.
    User { user: Uuid, token: String },
    /// A device that waits to be let in.
    Request(String),
}

/// One connection past its upgrade.
struct Listener {
    number: u64,
    whose: Whose,
    orders: UnboundedSender<Order>,
}

/// What a connection is to do.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    /// Tell the client.
    Call(&'static str, Option<Value>),
    /// These bytes, in one frame.
    Raw(Vec<u8>),
    /// See whether the token is still good.
    CheckToken,
    /// Close, as SignalR does.
    HangUp,
}

impl Live {
    fn join(&mut self, whose: Whose, orders: UnboundedSender<Order>) -> u64 {
        self.last += 1;
        self.listeners.push(Listener { number: self.last, whose, orders });
        self.counted.send_replace(self.count());
        self.last
    }

    fn leave(&mut self, number: u64) {
        self.listeners.retain(|listener| listener.number != number);
        self.counted.send_replace(self.count());
    }

    fn order(&self, order: &Order, to: impl Fn(&Whose) -> bool) -> usize {
        let those = self.listeners.iter().filter(|listener| to(&listener.whose));
        those.filter(|listener| listener.orders.send(order.clone()).is_ok()).count()
    }

    /// Tells every device of a person; `cause` is the device behind it, which ignores it.
    pub(crate) fn push(&self, user: Uuid, kind: u8, payload: &Value, cause: Option<&str>) -> usize {
        let told = json!({ "Type": kind, "Payload": payload, "ContextId": cause });
        let order = Order::Call("ReceiveMessage", Some(told));
        self.order(&order, |whose| matches!(whose, Whose::User { user: id, .. } if *id == user))
    }

    /// Tells the device that waits for this request.
    pub(crate) fn answer(&self, request: Uuid, user: Uuid) {
        let told = json!({
            "Type": 16, "Payload": { "UserId": user, "Id": request }, "ContextId": null,
        });
        // The misspelt name is the server's (`src/Notifications/HubHelpers.cs`).
        let order = Order::Call("AuthRequestResponseRecieved", Some(told));
        let name = request.to_string();
        self.order(&order, |whose| matches!(whose, Whose::Request(id) if *id == name));
    }

    /// Tokens were taken back: whoever listens with one of them is hung up on.
    pub(crate) fn check_tokens(&self) {
        self.order(&Order::CheckToken, |_| true);
    }

    pub(crate) fn hang_up(&self) -> usize {
        self.order(&Order::HangUp, |_| true)
    }

    pub(crate) fn raw(&self, bytes: &[u8]) -> usize {
        self.order(&Order::Raw(bytes.to_vec()), |_| true)
    }

    pub(crate) fn count(&self) -> (usize, usize) {
        let anonymous = |listener: &&Listener| matches!(listener.whose, Whose::Request(_));
        let waiting = self.listeners.iter().filter(anonymous).count();
        (self.listeners.len() - waiting, waiting)
    }
}

/// `{userId, date}`, what most pushes to a person carry.
pub(crate) fn about(user: Uuid) -> Value {
    json!({ "UserId": user, "Date": crate::routes::now() })
}

impl Sandbox {
    /// Pushes to every listening device of this account; gives how many those were. Numbers are `PushType`:
    /// 5 own vault, 6 own memberships, 10 settings, 11 log out.
    pub fn push(&self, email: &str, kind: u8) -> usize {
        let Some(user) = self.user_id(email) else { return 0 };
        self.shared.live().push(user, kind, &about(user), None)
    }

    /// The same as if the device `cause` had brought it about: that device ignores it.
    pub fn push_caused_by(&self, email: &str, kind: u8, cause: Uuid) -> usize {
        let Some(user) = self.user_id(email) else { return 0 };
        self.shared.live().push(user, kind, &about(user), Some(&cause.to_string()))
    }

    /// Ends every session of this account, as a new security stamp does: tells its devices to log out, and
    /// takes its tokens back. `reason`: 0 key derivation changed, 1 keys rotated.
    pub fn end_sessions(&self, email: &str, reason: Option<u8>) {
        if let Some(user) = self.user_id(email) {
            end_sessions(&self.shared, user, reason);
        }
    }

    /// Signed-in devices that listen, and devices that wait for an approval.
    #[must_use]
    pub fn listeners(&self) -> (usize, usize) {
        self.shared.live().count()
    }

    /// Comes back when there are exactly so many of both.
    pub async fn until_listeners(&self, signed_in: usize, waiting: usize) {
        let mut counted = self.shared.live().counted.subscribe();
        // The sender lives in what `self` holds.
        let _ = counted.wait_for(|count| *count == (signed_in, waiting)).await;
    }

    /// Hangs up on everybody who listens; gives how many those were.
    pub fn hang_up(&self) -> usize {
        self.shared.live().hang_up()
    }

    /// Sends these bytes to everybody who listens, whatever they are.
    pub fn push_raw(&self, bytes: &[u8]) -> usize {
        self.shared.live().raw(bytes)
    }

    /// Switches live updates off (404 for whoever wants them) or on.
    pub fn refuse_listeners(&self, refuse: bool) {
        self.shared.live().off = refuse;
    }

    fn user_id(&self, email: &str) -> Option<Uuid> {
        self.shared.world().user_by_email(email).map(|user| user.id)
    }
}

pub(crate) fn end_sessions(shared: &crate::state::Shared, user: Uuid, reason: Option<u8>) {
    let told = json!({ "UserId": user, "Date": crate::routes::now(), "Reason": reason });
    shared.live().push(user, 11, &told, None);
    shared.tokens().end(user);
    if let Some(user) = shared.world().users.iter_mut().find(|row| row.id == user) {
        user.stamp = Uuid::new_v4();
    }
    shared.live().check_tokens();
}

/// SignalR's own time-outs (`KeepAliveInterval`, `ClientTimeoutInterval`), and Bitwarden's heartbeat
/// (`src/Notifications/HeartbeatHostedService.cs`).
const PING_EVERY: Duration = Duration::from_secs(15);
const CLIENT_SILENCE: Duration = Duration::from_secs(30);
const HEARTBEAT_EVERY: Duration = Duration::from_mins(2);
