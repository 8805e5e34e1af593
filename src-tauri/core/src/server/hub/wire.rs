//! SignalR's hub protocol in its MessagePack form: lengths, messages, and what a push says.
//!
//! `src/SignalR/docs/specs/HubProtocol.md` of dotnet/aspnetcore; what Bitwarden puts into it:
//! `src/Core/Models/PushNotification.cs`, and Vaultwarden's `src/api/notifications.rs`. Everything here comes
//! from the network: nothing is trusted, and nothing panics.

use rmpv::Value;

/// Ends a text record; only the handshake is one.
pub(super) const RECORD_END: u8 = 0x1E;
/// The first thing a client says.
pub(super) const HANDSHAKE: &str = "{\"protocol\":\"messagepack\",\"version\":1}\u{1e}";
/// `[6]` behind its length.
pub(super) const PING: [u8; 3] = [2, 0x91, 6];
/// A push is a few hundred bytes; one that names a thousand collections is 40 KiB.
pub(super) const MESSAGE_LIMIT: usize = 256 << 10;
/// Depth of a message: array, arguments, push, payload, a list in it. Twice that.
const DEPTH_LIMIT: usize = 12;

/// Not a message of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nonsense;

/// What the server said.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// It calls a method here.
    Call { method: String, argument: Value },
    /// It is going to close the connection.
    Close,
    /// Pings, and messages that are not for clients like this one.
    Nothing,
}

/// Bytes as they come, cut into messages.
#[derive(Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    /// Where the next message begins.
    at: usize,
}

impl Frames {
    /// More bytes.
    pub(super) fn push(&mut self, more: &[u8]) {
        self.bytes.drain(..self.at);
        self.at = 0;
        self.bytes.extend_from_slice(more);
    }

    /// The handshake's answer, once it is there: `{}`, or why not.
    pub(super) fn handshake(&mut self) -> Result<Option<()>, Nonsense> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|byte| *byte == RECORD_END) else {
            return if rest.len() > 4096 { Err(Nonsense) } else { Ok(None) };
        };
        let answer = rest.get(..end).unwrap_or_default();
        let answer: serde_json::Value = serde_json::from_slice(answer).map_err(|_| Nonsense)?;
        self.at += end + 1;
        match answer.as_object() {
            Some(fields) if fields.get("error").is_none_or(serde_json::Value::is_null) => {
                Ok(Some(()))
            }
            _ => Err(Nonsense),
        }
    }

    /// The next whole message, if it has come.
    pub(super) fn next(&mut self) -> Result<Option<Message>, Nonsense> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((length, prefix)) = length(rest)? else { return Ok(None) };
        let Some(body) = rest.get(prefix..prefix + length) else { return Ok(None) };
        let message = message(body)?;
        self.at += prefix + length;
        Ok(Some(message))
    }
}

/// Seven bits a byte, the lowest first; the length of the message and of the prefix itself.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Nonsense> {
    let mut length = 0_usize;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * place);
        if length > MESSAGE_LIMIT {
            return Err(Nonsense);
        }
        if byte & 0x80 == 0 {
            return Ok(Some((length, place + 1)));
        }
    }
    if bytes.len() >= 5 { Err(Nonsense) } else { Ok(None) }
}

fn message(mut body: &[u8]) -> Result<Message, Nonsense> {
    let value =
        rmpv::decode::read_value_with_max_depth(&mut body, DEPTH_LIMIT).map_err(|_| Nonsense)?;
    let Value::Array(mut parts) = value else { return Err(Nonsense) };
    let kind = parts.first().and_then(Value::as_u64).ok_or(Nonsense)?;
    Ok(match kind {
        // [1, headers, invocation id, target, arguments, stream ids]
        1 => {
            let method = parts.get(3).and_then(Value::as_str).ok_or(Nonsense)?.to_owned();
            let arguments = parts.get_mut(4).and_then(as_array_mut).ok_or(Nonsense)?;
            let argument = if arguments.is_empty() { Value::Nil } else { arguments.swap_remove(0) };
            Message::Call { method, argument }
        }
        7 => Message::Close,
        _ => Message::Nothing,
    })
}

fn as_array_mut(value: &mut Value) -> Option<&mut Vec<Value>> {
    if let Value::Array(values) = value { Some(values) } else { None }
}

/// A field by its camelCase name, in either casing (.NET writes Pascal, its JSON camel); nil counts as missing.
pub(super) fn field<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    let same = |key: &str| {
        let (mut letters, mut wanted) = (key.chars(), name.chars());
        letters.next().map(|first| first.to_ascii_lowercase()) == wanted.next()
            && letters.as_str() == wanted.as_str()
    };
    let fields = of.as_map()?;
    let found =
        fields.iter().find(|(key, value)| key.as_str().is_some_and(same) && !value.is_nil());
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
