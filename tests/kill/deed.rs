//! What is done to the account, in the process that is killed.

use std::path::Path;
use std::process::ExitCode;

use futures_util::future::BoxFuture;
use wardroom_core::keys::Secret;
use wardroom_core::model::ServerAddress;
use wardroom_core::session::{Desk, Presence, PresenceError, Unlocked};

pub(crate) const PIN: &str = "4711";
pub(crate) const NEW_PIN: &str = "1147";

/// Something a person does.
pub(crate) struct Deed {
    pub(crate) name: &'static str,
    /// On a machine that does not know the account yet.
    pub(crate) begins_empty: bool,
}

const fn deed(name: &'static str) -> Deed {
    Deed { name, begins_empty: false }
}

pub(crate) const DEEDS: &[Deed] = &[
    Deed { name: "sign in", begins_empty: true },
    deed("sign in again"),
    deed("unlock and lock"),
    deed("set another PIN"),
    deed("set a PIN until the program ends"),
    deed("try a wrong PIN"),
    deed("try the right PIN"),
    deed("switch presence off and on"),
    deed("end the session"),
    deed("sign out"),
];

/// The person is always there.
pub(crate) struct Yes;

impl Presence for Yes {
    fn available(&self) -> bool {
        true
    }
    fn ask<'a>(&'a self, _reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

pub(crate) fn child(arguments: &[String]) -> ExitCode {
    let [place, deed, server, email, password] = arguments else { return ExitCode::from(2) };
    let words = [server.clone(), email.clone(), password.clone()];
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(act(deed, &crate::desk(Path::new(place)), &words));
    ExitCode::SUCCESS
}

pub(crate) async fn sign_in(desk: &Desk, [server, email, password]: &[String; 3]) -> Unlocked {
    let address = ServerAddress::parse(server).unwrap();
    desk.sign_in(&address, email, Secret::new(password.clone())).await.unwrap()
}

async fn act(deed: &str, desk: &Desk, words: &[String; 3]) {
    if deed.starts_with("sign in") {
        sign_in(desk, words).await.lock().await.unwrap();
        return;
    }
    let locked = desk.locked(None).unwrap().unwrap();
    let unlock = async || locked.unlock(Secret::new(words[2].clone())).await.unwrap();
    match deed {
        "unlock and lock" => drop(unlock().await.lock().await.unwrap()),
        "set another PIN" => unlock().await.set_pin(Secret::new(NEW_PIN), true).await.unwrap(),
        "set a PIN until the program ends" => {
            unlock().await.set_pin(Secret::new(NEW_PIN), false).await.unwrap();
        }
        "try a wrong PIN" => drop(locked.unlock_with_pin(Secret::new("0000")).await.unwrap_err()),
        "try the right PIN" => drop(locked.unlock_with_pin(Secret::new(PIN)).await.unwrap()),
        "switch presence off and on" => {
            let unlocked = unlock().await;
            unlocked.set_presence(false, &Yes).await.unwrap();
            unlocked.set_presence(true, &Yes).await.unwrap();
        }
        "end the session" => locked.end_session().await.unwrap(),
        "sign out" => locked.sign_out().await.unwrap(),
        other => panic!("nobody knows how to {other}"),
    }
}
