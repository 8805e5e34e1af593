//! The port the browser comes back to.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::net::{TcpListener, TcpStream};

use super::visitor::{End, Expected, serve};

/// The ones registered for desktop programs (`src/Identity/IdentityServer/ApiClient.cs`).
const PORTS: RangeInclusive<u16> = 8065..=8070;
/// A browser opens a handful of connections; each is given up after seconds.
const MOST_VISITORS: usize = 16;

/// A port on both loopback addresses, since `localhost` may mean either. Dropping it closes it.
pub(super) struct Listener {
    port: u16,
    four: TcpListener,
    /// `None` on machines without IPv6.
    six: Option<TcpListener>,
}

impl Listener {
    /// The first registered port that is free; `None` when none is.
    pub(super) async fn open() -> Option<Self> {
        for port in PORTS {
            if let Ok(listener) = Self::open_at(port).await {
                return Some(listener);
            }
        }
        None
    }

    async fn open_at(port: u16) -> io::Result<Self> {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let six = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(six) => Some(six),
            // Somebody else's: the browser might go to them.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            Err(_) => None,
        };
        Ok(Self { port, four, six })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Serves whoever comes until one of them is the browser with its answer. `begin` makes the address that
    /// the browser is sent on to.
    pub(super) async fn wait<B, F>(&self, expected: &Expected, begin: &B) -> End
    where
        B: Fn() -> F,
        F: Future<Output = Option<String>>,
    {
        let mut visitors = FuturesUnordered::new();
        loop {
            tokio::select! {
                visitor = self.accept(), if visitors.len() < MOST_VISITORS => {
                    visitors.push(serve(visitor, expected, begin));
                }
                Some(end) = visitors.next(), if !visitors.is_empty() => {
                    if let Some(end) = end {
                        return end;
                    }
                }
            }
        }
    }

    async fn accept(&self) -> TcpStream {
        loop {
            let accepted = match &self.six {
                Some(six) => tokio::select! {
                    accepted = self.four.accept() => accepted,
                    accepted = six.accept() => accepted,
                },
                None => self.four.accept().await,
            };
            match accepted {
                Ok((stream, _)) => return stream,
                // Out of handles, or a visitor who left again: neither must make this spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}
