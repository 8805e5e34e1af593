//! Saving power, and the network.

use tokio::sync::mpsc::UnboundedReceiver;
use zbus::interface;
use zbus::object_server::InterfaceRef;

use super::super::Signal;
use super::{PrivateBus, hear};

struct Profiles(&'static str);

#[interface(name = "org.freedesktop.UPower.PowerProfiles")]
impl Profiles {
    #[zbus(property)]
    fn active_profile(&self) -> &str {
        self.0
    }
}

struct UPower(bool);

#[interface(name = "org.freedesktop.UPower")]
impl UPower {
    #[zbus(property)]
    fn on_battery(&self) -> bool {
        self.0
    }
}

struct Battery(u32);

#[interface(name = "org.freedesktop.UPower.Device")]
impl Battery {
    #[zbus(property)]
    fn warning_level(&self) -> u32 {
        self.0
    }
}

struct Network(u32);

#[interface(name = "org.freedesktop.NetworkManager")]
impl Network {
    #[zbus(property)]
    fn state(&self) -> u32 {
        self.0
    }
}

async fn saver(signals: &mut UnboundedReceiver<Signal>) -> bool {
    match signals.recv().await {
        Some(Signal::Saver(on)) => on,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_persons_choice_of_profile_counts() {
    let bus = PrivateBus::start();
    let path = "/org/freedesktop/UPower/PowerProfiles";
    let service = bus
        .builder()
        .serve_at(path, Profiles("balanced"))
        .and_then(|builder| builder.name("org.freedesktop.UPower.PowerProfiles"))
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut signals = hear(&bus);
    assert!(!saver(&mut signals).await, "what is the case is said at once");
    let profiles: InterfaceRef<Profiles> = service.object_server().interface(path).await.unwrap();
    for (profile, on) in [("power-saver", true), ("performance", false)] {
        profiles.get_mut().await.0 = profile;
        profiles.get().await.active_profile_changed(profiles.signal_emitter()).await.unwrap();
        assert_eq!(saver(&mut signals).await, on, "{profile}");
    }
}

#[tokio::test]
async fn a_battery_counts_when_it_is_low() {
    let bus = PrivateBus::start();
    let (path, device) =
        ("/org/freedesktop/UPower", "/org/freedesktop/UPower/devices/DisplayDevice");
    let service = bus
        .builder()
        .serve_at(path, UPower(true))
        .and_then(|builder| builder.serve_at(device, Battery(1)))
        .and_then(|builder| builder.name("org.freedesktop.UPower"))
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut signals = hear(&bus);
    assert!(!saver(&mut signals).await, "on battery, and enough of it");
    let battery: InterfaceRef<Battery> = service.object_server().interface(device).await.unwrap();
    battery.get_mut().await.0 = 3;
    battery.get().await.warning_level_changed(battery.signal_emitter()).await.unwrap();
    assert!(saver(&mut signals).await);
    let upower: InterfaceRef<UPower> = service.object_server().interface(path).await.unwrap();
    upower.get_mut().await.0 = false;
    upower.get().await.on_battery_changed(upower.signal_emitter()).await.unwrap();
    assert!(!saver(&mut signals).await, "plugged in");
}

#[tokio::test]
async fn the_network_is_followed() {
    let bus = PrivateBus::start();
    let path = "/org/freedesktop/NetworkManager";
    let service = bus
        .builder()
        .serve_at(path, Network(70))
        .and_then(|builder| builder.name("org.freedesktop.NetworkManager"))
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut signals = hear(&bus);
    assert!(matches!(signals.recv().await, Some(Signal::Network(true))));
    let network: InterfaceRef<Network> = service.object_server().interface(path).await.unwrap();
    for (state, up) in [(20, false), (70, true)] {
        network.get_mut().await.0 = state;
        network.get().await.state_changed(network.signal_emitter()).await.unwrap();
        assert!(matches!(signals.recv().await, Some(Signal::Network(now)) if now == up), "{state}");
    }
}
