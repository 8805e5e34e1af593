//! Sleep and locking, as logind and desktops tell them.

use std::os::unix::net::UnixStream;

use tokio::io::AsyncReadExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::object_server::{InterfaceRef, SignalEmitter};
use zbus::zvariant::{OwnedFd, OwnedObjectPath};
use zbus::{Connection, interface};

use super::super::Signal;
use super::{PrivateBus, hear};

const OURS: &str = "/org/freedesktop/login1/session/_31";
const OTHERS: &str = "/org/freedesktop/login1/session/_32";

/// Hands out delays; tells the test about each, by the other end of what was handed out.
struct Manager {
    delays: UnboundedSender<UnixStream>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    #[zbus(name = "GetSession")]
    #[allow(clippy::unused_self)] // The interface has it.
    fn session(&self, id: &str) -> OwnedObjectPath {
        assert!(!id.is_empty());
        OwnedObjectPath::try_from(OURS).unwrap()
    }

    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> OwnedFd {
        assert!(!who.is_empty() && !why.is_empty(), "the system shows both");
        assert_eq!((what, mode), ("sleep", "delay"));
        let (given, kept) = UnixStream::pair().unwrap();
        self.delays.send(kept).unwrap();
        std::os::fd::OwnedFd::from(given).into()
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, begins: bool) -> zbus::Result<()>;
}

struct Session {
    locked: bool,
    /// Told when somebody looks.
    looked: UnboundedSender<()>,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        // Nobody has to listen.
        let _ = self.looked.send(());
        self.locked
    }

    #[zbus(signal)]
    async fn lock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

struct Logind {
    service: Connection,
    delays: UnboundedReceiver<UnixStream>,
    looked: UnboundedReceiver<()>,
}

impl Logind {
    async fn start(bus: &PrivateBus) -> Self {
        let (give, delays) = unbounded_channel();
        let (look, looked) = unbounded_channel();
        let session = |look| Session { locked: false, looked: look };
        let (nobody, _) = unbounded_channel();
        let service = bus
            .builder()
            .serve_at("/org/freedesktop/login1", Manager { delays: give })
            .and_then(|builder| builder.serve_at(OURS, session(look)))
            .and_then(|builder| builder.serve_at(OTHERS, session(nobody)))
            .and_then(|builder| builder.name("org.freedesktop.login1"))
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { service, delays, looked }
    }

    async fn session(&self, path: &str) -> InterfaceRef<Session> {
        self.service.object_server().interface(path).await.unwrap()
    }
}

#[tokio::test]
async fn sleep_waits_until_everything_is_locked() {
    let bus = PrivateBus::start();
    let mut logind = Logind::start(&bus).await;
    let mut signals = hear(&bus);
    let manager: InterfaceRef<Manager> =
        logind.service.object_server().interface("/org/freedesktop/login1").await.unwrap();
    for night in 0..2 {
        // Taken before sleep is announced, and again after each waking.
        let delay = logind.delays.recv().await.unwrap();
        Manager::prepare_for_sleep(manager.signal_emitter(), true).await.unwrap();
        let Some(Signal::GoingToSleep(held)) = signals.recv().await else { panic!("{night}") };
        delay.set_nonblocking(true).unwrap();
        let mut delay = tokio::net::UnixStream::from_std(delay).unwrap();
        assert!(delay.try_read(&mut [0]).is_err(), "still held: nothing to read, not closed");
        drop(held);
        assert_eq!(delay.read(&mut [0]).await.unwrap(), 0, "closed: logind may go on");
        Manager::prepare_for_sleep(manager.signal_emitter(), false).await.unwrap();
        assert!(matches!(signals.recv().await, Some(Signal::Woken)));
    }
}

#[tokio::test]
async fn our_own_session_locks_us_and_another_persons_does_not() {
    let bus = PrivateBus::start();
    let mut logind = Logind::start(&bus).await;
    let mut signals = hear(&bus);
    // It listens before it looks.
    logind.looked.recv().await.unwrap();
    let (ours, others) = (logind.session(OURS).await, logind.session(OTHERS).await);
    Session::lock(others.signal_emitter()).await.unwrap();
    others.get_mut().await.locked = true;
    others.get().await.locked_hint_changed(others.signal_emitter()).await.unwrap();
    ours.get_mut().await.locked = true;
    ours.get().await.locked_hint_changed(ours.signal_emitter()).await.unwrap();
    assert!(matches!(signals.recv().await, Some(Signal::Locked)));
    ours.get_mut().await.locked = false;
    ours.get().await.locked_hint_changed(ours.signal_emitter()).await.unwrap();
    assert!(matches!(signals.recv().await, Some(Signal::Unlocked)), "one signal for one lock");
    Session::lock(ours.signal_emitter()).await.unwrap();
    assert!(matches!(signals.recv().await, Some(Signal::Locked)), "loginctl lock-session");
}

#[tokio::test]
async fn a_desktop_that_tells_only_its_screen_saver_locks_us_too() {
    let bus = PrivateBus::start();
    let desktop = bus.connect().await;
    for interface in ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"] {
        let mut signals = hear(&bus);
        // Nobody tells when the listener is ready, so it is said until it is heard.
        let heard = loop {
            for (interface, active) in [("org.example.ScreenSaver", false), (interface, true)] {
                let path = "/org/gnome/ScreenSaver";
                desktop
                    .emit_signal(None::<&str>, path, interface, "ActiveChanged", &(active,))
                    .await
                    .unwrap();
            }
            tokio::task::yield_now().await;
            if let Ok(signal) = signals.try_recv() {
                break signal;
            }
        };
        assert!(matches!(heard, Signal::Locked), "{interface}: {heard:?}");
    }
}
