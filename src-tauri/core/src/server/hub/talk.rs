//! One WebSocket connection that speaks the hub protocol, from the upgrade to the end.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Socket;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::wire::{Frames, HANDSHAKE, MESSAGE_LIMIT, Message, PING};

/// A server hangs up on a client that is silent for 30 seconds; official clients ping at half of that
/// (`DefaultPingInterval` of dotnet/aspnetcore `src/SignalR/clients/ts/signalr`).
const PING_EVERY: Duration = Duration::from_secs(15);
/// Both kinds of server send something every 15 seconds (SignalR `KeepAliveInterval`; Vaultwarden a WebSocket
/// ping), so the 120 seconds of Bitwarden's `Heartbeat` never count. Official clients give up after 30; three
/// missed pings forgive a slow network, and a dead connection costs no more than late news.
pub(super) const SILENCE: Duration = Duration::from_secs(45);
/// For the upgrade's handshake, as official clients have it.
const HANDSHAKE_TIME: Duration = Duration::from_secs(15);

/// Why a connection is over. The remedy is the same for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// The server said goodbye, or the line broke.
    Closed,
    /// Nothing came for too long.
    Silent,
    /// It does not speak the protocol.
    Nonsense,
}

/// An open connection, past the handshake.
pub(super) struct Talk<S> {
    socket: WebSocketStream<S>,
    frames: Frames,
    pings: Interval,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    /// On an upgraded connection.
    pub(super) async fn begin(stream: S) -> Result<Self, Over> {
        let limits = WebSocketConfig::default()
            .read_buffer_size(4 << 10)
            .write_buffer_size(0)
            .max_write_buffer_size(64 << 10)
            .max_message_size(Some(MESSAGE_LIMIT))
            .max_frame_size(Some(MESSAGE_LIMIT));
        let socket = WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await;
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut talk = Self { socket, frames: Frames::default(), pings };
        // Text, although the protocol is binary: Vaultwarden looks for it there only.
        talk.send(Socket::text(HANDSHAKE)).await?;
        let answer = async {
            while talk.frames.handshake().map_err(|_| Over::Nonsense)?.is_none() {
                talk.hear().await?;
            }
            Ok(())
        };
        timeout(HANDSHAKE_TIME, answer).await.map_err(|_| Over::Silent)??;
        Ok(talk)
    }

    /// The next method the server calls and its argument.
    pub(super) async fn next(&mut self) -> Result<(String, rmpv::Value), Over> {
        loop {
            match self.frames.next().map_err(|_| Over::Nonsense)? {
                Some(Message::Call { method, argument }) => return Ok((method, argument)),
                Some(Message::Close) => return Err(Over::Closed),
                Some(Message::Nothing) => {}
                None => self.hear().await?,
            }
        }
    }

    /// Waits for bytes, and meanwhile shows that we are here.
    async fn hear(&mut self) -> Result<(), Over> {
        let deadline = Instant::now() + SILENCE;
        loop {
            let heard = tokio::select! {
                heard = tokio::time::timeout_at(deadline, self.socket.next()) => heard,
                _ = self.pings.tick() => {
                    self.send(Socket::binary(PING.to_vec())).await?;
                    continue;
                }
            };
            match heard.map_err(|_| Over::Silent)? {
                Some(Ok(Socket::Binary(bytes))) => self.frames.push(&bytes),
                Some(Ok(Socket::Text(text))) => self.frames.push(text.as_bytes()),
                // Answered inside; they count as a sign of life.
                Some(Ok(Socket::Ping(_) | Socket::Pong(_) | Socket::Frame(_))) => {}
                Some(Ok(Socket::Close(_)) | Err(_)) | None => return Err(Over::Closed),
            }
            return Ok(());
        }
    }

    /// A line that takes nothing any more is as dead as one that brings nothing.
    async fn send(&mut self, message: Socket) -> Result<(), Over> {
        match timeout(SILENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Over::Closed),
            Err(_) => Err(Over::Silent),
        }
    }

    /// Says goodbye; does not wait for the answer.
    pub(super) async fn end(mut self) {
        let _ = timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}

#[cfg(test)]
mod tests;
