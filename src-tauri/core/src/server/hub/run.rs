//! Connects, listens, and connects again.

use std::time::Duration;

use reqwest::Upgraded;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use uuid::Uuid;

use super::pace::Pace;
use super::push::{self, Push};
use super::talk::Talk;
use super::upgrade::Refused;
use crate::server::{Error, Server};

/// When the server has no live updates, it may get them with its next update.
const NOT_OFFERED_WAIT: Duration = Duration::from_mins(30);

pub(super) struct Listener {
    server: Server,
    pushes: broadcast::Sender<Push>,
    connected: watch::Sender<bool>,
    hurry: watch::Receiver<()>,
    locked: watch::Receiver<bool>,
}

/// How an attempt ended.
enum End {
    /// To be tried again when it is time.
    Wait(Option<Duration>),
    /// The account is locked, or its session has ended.
    Stop,
}

impl Listener {
    pub(super) fn new(
        server: Server,
        pushes: broadcast::Sender<Push>,
        connected: watch::Sender<bool>,
        hurry: watch::Receiver<()>,
    ) -> Self {
        let locked = server.watch_locked();
        Self { server, pushes, connected, hurry, locked }
    }

    pub(super) async fn run(mut self) {
        let mut locked = self.locked.clone();
        tokio::select! {
            _ = locked.wait_for(|locked| *locked) => {}
            () = self.keep_listening() => {}
        }
        self.connected.send_replace(false);
    }

    async fn keep_listening(&mut self) {
        let mut pace = Pace::default();
        loop {
            let wait = match self.listen(&mut pace).await {
                End::Stop => return,
                End::Wait(Some(time)) => time,
                End::Wait(None) => pace.wait(rand::random()),
            };
            self.connected.send_replace(false);
            tracing::debug!(wait_ms = wait.as_millis(), "live updates paused");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                Ok(()) = self.hurry.changed() => {}
            }
        }
    }

    /// One connection from beginning to end.
    async fn listen(&mut self, pace: &mut Pace) -> End {
        let stream = match self.connect().await {
            Ok(stream) => stream,
            Err(Error::Locked) => return End::Stop,
            Err(Error::SessionEnded) => {
                let _ = self.pushes.send(Push::LogOut { reason: None });
                return End::Stop;
            }
            Err(Error::SlowDown { wait_seconds }) => {
                return End::Wait(Some(Duration::from_secs(wait_seconds.max(1))));
            }
            Err(Error::NotFound) => return End::Wait(Some(NOT_OFFERED_WAIT)),
            Err(_) => return End::Wait(None),
        };
        let Ok(talk) = Talk::begin(stream).await else { return End::Wait(None) };
        let since = Instant::now();
        self.connected.send_replace(true);
        // Also after the first time: what happened since the program last looked is not pushed again.
        let _ = self.pushes.send(Push::Missed);
        tokio::select! {
            () = hear(talk, &self.pushes, self.server.device()) => {}
            // After sleep or a change of networks the line may be dead and not know it.
            Ok(()) = self.hurry.changed() => return End::Wait(Some(Duration::ZERO)),
        }
        pace.was_connected(since.elapsed());
        End::Wait(None)
    }

    /// With a new token when the old one has run out. Servers hang up when it does.
    async fn connect(&self) -> Result<Upgraded, Error> {
        let (access, generation) = self.server.access()?;
        let link = self.server.link();
        let refused = match link.upgrade("/hub", Some(&access)).await {
            Ok(stream) => return Ok(stream),
            Err(refused) => refused,
        };
        let refused = match refused {
            Refused::TokenOver => {
                let server = self.server.clone();
                // In a task of its own: whoever drops the hub must not tear a renewal in two.
                let renewal = tokio::spawn(async move { server.renew(generation).await });
                let access = renewal.await.map_err(|_| Error::Unreachable)??;
                match link.upgrade("/hub", Some(&access)).await {
                    Ok(stream) => return Ok(stream),
                    Err(refused) => refused,
                }
            }
            other => other,
        };
        Err(match refused {
            // A token just made is not over: something on the way does not like it.
            Refused::TokenOver | Refused::NotOffered => Error::NotFound,
            Refused::Error(error) => error,
        })
    }
}

async fn hear(mut talk: Talk<Upgraded>, pushes: &broadcast::Sender<Push>, device: Uuid) {
    while let Ok((method, argument)) = talk.next().await {
        if method == "ReceiveMessage"
            && let Some(push) = push::read(&argument, device)
        {
            // Nobody may be reading yet.
            let _ = pushes.send(push);
        }
    }
    talk.end().await;
}
