//! Linux: everything comes over D-Bus, from services that may or may not be there.

mod logind;
#[cfg(feature = "presence")]
pub(super) mod polkit;
mod power;
mod saver;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use zbus::Connection;
use zbus::connection::Builder;

use super::{Delay, Signal};

type Tell = UnboundedSender<Signal>;

/// No service that lives takes longer; one that does is as good as none.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which bus.
#[derive(Debug, Clone)]
pub(super) enum Bus {
    /// The machine's.
    System,
    /// The person's.
    Session,
    /// A private one.
    #[cfg(test)]
    At(String),
}

/// Both, as tests may replace them.
#[derive(Debug, Clone)]
pub(super) struct Buses {
    pub(super) system: Bus,
    pub(super) session: Bus,
}

impl Default for Buses {
    fn default() -> Self {
        Self { system: Bus::System, session: Bus::Session }
    }
}

impl Bus {
    /// `None` when there is no such bus. `patience` ends calls that nobody answers.
    async fn connect(&self, patience: Option<Duration>) -> Option<Connection> {
        let builder = match self {
            Self::System => Builder::system(),
            Self::Session => Builder::session(),
            #[cfg(test)]
            Self::At(address) => Builder::address(address.as_str()),
        };
        let builder = builder.ok()?;
        let builder = match patience {
            Some(patience) => builder.method_timeout(patience),
            None => builder,
        };
        tokio::time::timeout(PATIENCE, builder.build()).await.ok()?.ok()
    }
}

/// Starts every listener; each ends alone and in silence when its service is not there.
pub(super) fn listen(buses: Buses, tell: &Tell) {
    let Buses { system, session } = buses;
    let listener = tell.clone();
    tokio::spawn(async move {
        let Some(bus) = system.connect(Some(PATIENCE)).await else { return };
        tokio::join!(
            logind::sleep(&bus, &listener),
            logind::session(&bus, &listener),
            power::saver(&bus, &listener),
            power::network(&bus, &listener),
        );
    });
    let listener = tell.clone();
    tokio::spawn(async move {
        let Some(bus) = session.connect(Some(PATIENCE)).await else { return };
        saver::screen(&bus, &listener).await;
    });
}

/// The service's object, without a copy of its properties that could be stale.
async fn object(
    bus: &Connection,
    service: &'static str,
    path: &str,
    interface: &'static str,
) -> Option<zbus::Proxy<'static>> {
    zbus::proxy::Builder::new(bus)
        .destination(service)
        .ok()?
        .path(path.to_owned())
        .ok()?
        .interface(interface)
        .ok()?
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await
        .ok()
}

/// Changes of the properties of one interface of an object.
async fn changes(
    bus: &Connection,
    service: &'static str,
    path: &str,
    interface: &'static str,
) -> Option<zbus::proxy::SignalStream<'static>> {
    let properties = object(bus, service, path, "org.freedesktop.DBus.Properties").await?;
    properties.receive_signal_with_args("PropertiesChanged", &[(0, interface)]).await.ok()
}
