//! Whether to save power, and whether there is a network.

use futures_util::StreamExt;
use futures_util::stream::{BoxStream, select_all};
use zbus::Connection;

use super::{Signal, Tell, changes, object};

/// power-profiles-daemon, since 0.20 and before; tuned answers under the same names.
const PROFILES: [(&str, &str); 2] = [
    ("org.freedesktop.UPower.PowerProfiles", "/org/freedesktop/UPower/PowerProfiles"),
    ("net.hadess.PowerProfiles", "/net/hadess/PowerProfiles"),
];
const UPOWER: &str = "org.freedesktop.UPower";
const BATTERY: &str = "org.freedesktop.UPower.Device";
const BATTERY_PATH: &str = "/org/freedesktop/UPower/devices/DisplayDevice";

const NETWORK: &str = "org.freedesktop.NetworkManager";
const NETWORK_PATH: &str = "/org/freedesktop/NetworkManager";

/// Power is to be saved when the person chose so, or on a battery that `UPower` calls low.
pub(super) async fn saver(bus: &Connection, tell: &Tell) -> Option<()> {
    let mut all: Vec<BoxStream<'static, ()>> = Vec::new();
    for (service, path) in PROFILES {
        all.extend(watch(bus, service, path, service).await);
    }
    all.extend(watch(bus, UPOWER, "/org/freedesktop/UPower", UPOWER).await);
    all.extend(watch(bus, UPOWER, BATTERY_PATH, BATTERY).await);
    let mut told = None;
    let mut changes = select_all(all);
    loop {
        let now = wants_saving(bus).await;
        if now.is_some() && now != told {
            told = now;
            tell.send(Signal::Saver(now == Some(true))).ok()?;
        }
        changes.next().await?;
    }
}

async fn watch(
    bus: &Connection,
    service: &'static str,
    path: &'static str,
    interface: &'static str,
) -> Option<BoxStream<'static, ()>> {
    Some(changes(bus, service, path, interface).await?.map(|_| ()).boxed())
}

/// `None`: nobody knows.
async fn wants_saving(bus: &Connection) -> Option<bool> {
    let mut known = None;
    for (service, path) in PROFILES {
        let profiles = object(bus, service, path, service).await?;
        if let Ok(profile) = profiles.get_property::<String>("ActiveProfile").await {
            known = Some(profile == "power-saver");
            break;
        }
    }
    if known == Some(true) {
        return known;
    }
    let upower = object(bus, UPOWER, "/org/freedesktop/UPower", UPOWER).await?;
    let Ok(on_battery) = upower.get_property::<bool>("OnBattery").await else { return known };
    let battery = object(bus, UPOWER, BATTERY_PATH, BATTERY).await?;
    // 3 low, 4 critical, 5 action (UpDeviceLevel).
    let level = battery.get_property::<u32>("WarningLevel").await.unwrap_or_default();
    Some(on_battery && level >= 3)
}

/// `NMState`: from 60, "connected, site", other machines can be reached.
pub(super) async fn network(bus: &Connection, tell: &Tell) -> Option<()> {
    const SITE: u32 = 60;
    let manager = object(bus, NETWORK, NETWORK_PATH, NETWORK).await?;
    let mut changes = watch(bus, NETWORK, NETWORK_PATH, NETWORK).await?;
    let mut told = None;
    loop {
        let now = manager.get_property::<u32>("State").await.ok().map(|state| state >= SITE);
        if now.is_some() && now != told {
            told = now;
            tell.send(Signal::Network(now == Some(true))).ok()?;
        }
        changes.next().await?;
    }
}
