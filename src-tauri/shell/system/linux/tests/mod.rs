//! Services that are not there on a build machine, played on a bus of our own.

mod bus;
mod polkit;
mod power;
mod session;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Bus, Buses, Signal, listen};
use bus::PrivateBus;

/// Everything is listened to on this bus.
fn hear(bus: &PrivateBus) -> UnboundedReceiver<Signal> {
    let (tell, hear) = unbounded_channel();
    listen(Buses { system: bus.place(), session: bus.place() }, &tell);
    hear
}

#[tokio::test]
async fn a_machine_without_buses_is_quiet() {
    let nowhere = || Bus::At("unix:path=/nonexistent/wardroom".to_owned());
    let (tell, mut hear) = unbounded_channel();
    listen(Buses { system: nowhere(), session: nowhere() }, &tell);
    drop(tell);
    assert!(hear.recv().await.is_none(), "every listener ended, none said anything");
}

#[tokio::test]
async fn a_bus_without_services_is_quiet() {
    let bus = PrivateBus::start();
    let (tell, mut hear) = unbounded_channel();
    listen(Buses { system: bus.place(), session: bus.place() }, &tell);
    drop(tell);
    // The daemon goes; what still waited for a service to come up ends with it.
    drop(bus);
    assert!(hear.recv().await.is_none());
}
