//! One listener's connection.

use axum::extract::ws::{Message, WebSocket};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, interval_at, sleep_until};

use super::{CLIENT_SILENCE, HEARTBEAT_EVERY, Order, PING_EVERY, Whose, pack};
use crate::state::Shared;

/// How hub messages are written on this connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    MessagePack,
    Json,
}

#[derive(Deserialize)]
struct Handshake {
    protocol: String,
    version: u8,
}

/// Serves until one side hangs up or the token ends.
pub(crate) async fn serve(mut socket: WebSocket, shared: Shared, whose: Whose) {
    let Some(protocol) = shake_hands(&mut socket).await else { return };
    let (orders, to_do) = unbounded_channel();
    let number = shared.live().join(whose.clone(), orders);
    listen(&mut socket, protocol, &shared, &whose, to_do).await;
    shared.live().leave(number);
}

/// `{"protocol":…,"version":1}` and 0x1E, answered with `{}` and the same.
async fn shake_hands(socket: &mut WebSocket) -> Option<Protocol> {
    let first = socket.recv().await?.ok()?.into_data();
    let end = first.iter().position(|byte| *byte == 0x1E)?;
    let asked: Option<Handshake> = serde_json::from_slice(first.get(..end)?).ok();
    let protocol = match asked {
        Some(Handshake { protocol, version: 1 }) if protocol == "messagepack" => {
            Protocol::MessagePack
        }
        Some(Handshake { protocol, version: 1 }) if protocol == "json" => Protocol::Json,
        _ => {
            let refusal = "{\"error\":\"The protocol is not supported.\"}\u{1e}";
            let _ = socket.send(Message::Text(refusal.into())).await;
            return None;
        }
    };
    let answer = match protocol {
        Protocol::MessagePack => Message::Binary("{}\u{1e}".into()),
        Protocol::Json => Message::Text("{}\u{1e}".into()),
    };
    socket.send(answer).await.ok()?;
    Some(protocol)
}

async fn listen(
    socket: &mut WebSocket,
    protocol: Protocol,
    shared: &Shared,
    whose: &Whose,
    mut to_do: UnboundedReceiver<Order>,
) {
    let now = Instant::now();
    let mut pings = interval_at(now + PING_EVERY, PING_EVERY);
    let mut heartbeats = interval_at(now + HEARTBEAT_EVERY, HEARTBEAT_EVERY);
    let mut silent_at = now + CLIENT_SILENCE;
    let ends_at = ends_at(shared, whose);
    loop {
        let out = tokio::select! {
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {
                    silent_at = Instant::now() + CLIENT_SILENCE;
                    continue;
                }
            },
            order = to_do.recv() => match order {
                Some(Order::Call(method, argument)) => protocol.call(method, argument.as_ref()),
                Some(Order::Raw(bytes)) => Message::Binary(bytes.into()),
                Some(Order::CheckToken) if is_good(shared, whose) => continue,
                Some(Order::CheckToken | Order::HangUp) | None => break,
            },
            _ = pings.tick() => protocol.ping(),
            _ = heartbeats.tick() => protocol.call("Heartbeat", None),
            () = sleep_until(silent_at) => break,
            () = sleep_until(ends_at) => break,
        };
        if socket.send(out).await.is_err() {
            return;
        }
    }
    let _ = socket.send(protocol.goodbye()).await;
    let _ = socket.send(Message::Close(None)).await;
}

fn is_good(shared: &Shared, whose: &Whose) -> bool {
    match whose {
        Whose::User { token, .. } => shared.tokens().ends(token).is_some(),
        Whose::Request(_) => true,
    }
}

/// When the token runs out; the connection ends with it.
fn ends_at(shared: &Shared, whose: &Whose) -> Instant {
    let end = match whose {
        Whose::User { token, .. } => shared.tokens().ends(token).map(Instant::from_std),
        Whose::Request(_) => None,
    };
    end.unwrap_or_else(|| Instant::now() + std::time::Duration::from_hours(24))
}

impl Protocol {
    fn call(self, method: &str, argument: Option<&Value>) -> Message {
        match self {
            Self::MessagePack => Message::Binary(pack::call(method, argument).into()),
            Self::Json => {
                let arguments: Vec<Value> = argument.map(camel).into_iter().collect();
                record(&json!({ "type": 1, "target": method, "arguments": arguments }))
            }
        }
    }

    fn ping(self) -> Message {
        match self {
            Self::MessagePack => Message::Binary(pack::PING.to_vec().into()),
            Self::Json => record(&json!({ "type": 6 })),
        }
    }

    fn goodbye(self) -> Message {
        match self {
            Self::MessagePack => Message::Binary(pack::goodbye("Connection closed.").into()),
            Self::Json => record(&json!({ "type": 7, "error": "Connection closed." })),
        }
    }
}

fn record(message: &Value) -> Message {
    Message::Text(format!("{message}\u{1e}").into())
}

/// JSON has camelCase names where MessagePack has Pascal case.
fn camel(value: &Value) -> Value {
    let Value::Object(fields) = value else { return value.clone() };
    let fields = fields.iter().map(|(name, inner)| {
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        (first.into_iter().chain(letters).collect::<String>(), camel(inner))
    });
    Value::Object(fields.collect())
}
