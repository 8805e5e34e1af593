//! polkit's answers, and what they mean for unlocking.

use std::collections::HashMap;

use futures_util::StreamExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wardroom_core::session::{Presence, PresenceError};
use zbus::fdo::DBusProxy;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, fdo, interface};

use super::super::polkit::Polkit;
use super::PrivateBus;

/// What it says when the person is asked.
#[derive(Clone, Copy)]
enum Says {
    Yes,
    No,
    Dismissed,
    NobodyToAsk,
    Cancelled,
    /// Never; tells that it was asked.
    Nothing,
}

struct Authority {
    /// What it says to a silent look.
    silently: fdo::Result<(bool, bool)>,
    says: Says,
    asked: UnboundedSender<String>,
}

type Answer = (bool, bool, HashMap<String, String>);

#[interface(name = "org.freedesktop.PolicyKit1.Authority")]
impl Authority {
    async fn check_authorization(
        &self,
        subject: (String, HashMap<String, OwnedValue>),
        action: &str,
        details: HashMap<String, String>,
        flags: u32,
        cancellation: &str,
    ) -> fdo::Result<Answer> {
        assert_eq!(subject.0, "system-bus-name");
        assert_eq!(action, "app.wardroom.desktop.unlock");
        assert!(details.is_empty(), "only root may send details");
        // Empty where nobody is asked.
        let _ = cancellation;
        if flags == 0 {
            let (is_authorized, is_challenge) = self.silently.clone()?;
            return Ok((is_authorized, is_challenge, HashMap::new()));
        }
        let Some(Value::Str(name)) = subject.1.get("name").map(|name| &**name) else { panic!() };
        self.asked.send(name.to_string()).unwrap();
        let none = HashMap::new;
        let dismissed = HashMap::from([("polkit.dismissed".to_owned(), "true".to_owned())]);
        match self.says {
            Says::Yes => Ok((true, false, none())),
            Says::No => Ok((false, false, none())),
            Says::Dismissed => Ok((false, false, dismissed)),
            Says::NobodyToAsk => Ok((false, true, none())),
            Says::Cancelled => Err(fdo::Error::ZBus(zbus::Error::Failure("cancelled".to_owned()))),
            Says::Nothing => std::future::pending().await,
        }
    }
}

/// The service, and who was asked about.
async fn polkit(
    bus: &PrivateBus,
    silently: fdo::Result<(bool, bool)>,
    says: Says,
) -> (Connection, UnboundedReceiver<String>) {
    let (tell, asked) = unbounded_channel();
    let service = bus
        .builder()
        .serve_at(
            "/org/freedesktop/PolicyKit1/Authority",
            Authority { silently, says, asked: tell },
        )
        .and_then(|builder| builder.name("org.freedesktop.PolicyKit1"))
        .unwrap()
        .build()
        .await
        .unwrap();
    (service, asked)
}

const WOULD_ASK: fdo::Result<(bool, bool)> = Ok((false, true));

#[tokio::test]
async fn the_persons_answer_is_told_apart_from_everything_else() {
    for (says, told) in [
        (Says::Yes, Ok(())),
        (Says::No, Err(PresenceError::Denied)),
        (Says::Dismissed, Err(PresenceError::Cancelled)),
        (Says::NobodyToAsk, Err(PresenceError::Unavailable)),
        (Says::Cancelled, Err(PresenceError::Unavailable)),
    ] {
        let bus = PrivateBus::start();
        let (_service, mut asked) = polkit(&bus, WOULD_ASK, says).await;
        assert_eq!(Polkit::start(bus.place()).ask("to unlock").await, told);
        assert!(asked.recv().await.unwrap().starts_with(':'), "about ourselves");
    }
}

#[tokio::test]
async fn where_nobody_would_be_asked_there_is_no_presence() {
    let unknown = fdo::Error::Failed("Action app.wardroom.desktop.unlock is not registered".into());
    for silently in [Ok((true, false)), Ok((false, false)), Err(unknown)] {
        let bus = PrivateBus::start();
        let (service, mut asked) = polkit(&bus, silently, Says::Yes).await;
        let presence = Polkit::start(bus.place());
        assert_eq!(presence.ask("to unlock").await, Err(PresenceError::Unavailable));
        assert!(!presence.available());
        drop(service);
        drop(bus);
        assert!(asked.try_recv().is_err(), "and nobody was");
    }
    let bus = PrivateBus::start();
    let nobody = Polkit::start(bus.place());
    assert_eq!(nobody.ask("to unlock").await, Err(PresenceError::Unavailable));
    assert!(!nobody.available(), "no polkit at all");
}

#[tokio::test]
async fn presence_is_offered_where_polkit_knows_the_action() {
    let bus = PrivateBus::start();
    let (_service, _asked) = polkit(&bus, WOULD_ASK, Says::Yes).await;
    let presence = Polkit::start(bus.place());
    // It looked in the background; a question takes longer than that look.
    presence.ask("to unlock").await.unwrap();
    while !presence.available() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn choosing_another_way_withdraws_the_question() {
    let bus = PrivateBus::start();
    let (_service, mut asked) = polkit(&bus, WOULD_ASK, Says::Nothing).await;
    let presence = Polkit::start(bus.place());
    let watcher = bus.connect().await;
    let names = DBusProxy::new(&watcher).await.unwrap();
    let mut changes = names.receive_name_owner_changed().await.unwrap();
    let who = tokio::select! {
        result = presence.ask("to unlock") => panic!("{result:?}"),
        who = asked.recv() => who.unwrap(),
    };
    // polkit takes a question back when who asked it leaves the bus.
    loop {
        let change = changes.next().await.unwrap();
        let change = change.args().unwrap();
        if change.name().as_str() == who && change.new_owner().is_none() {
            return;
        }
    }
}
