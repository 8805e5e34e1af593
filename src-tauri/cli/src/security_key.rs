//! A security key as the second step: says what the key waits for, asks for its PIN.

use wardroom_core::session::{Attempt, KeyEvent, Step, security_key};
use wardroom_core::{Code, Error};

use crate::ask;
use crate::desk::Run;
use crate::failure::Fault;

/// Answers two-step login with a key of this machine.
pub(crate) async fn answer(
    run: &Run,
    attempt: &mut Attempt,
    remember: bool,
) -> Result<Step, Fault> {
    let keys = security_key::system();
    let console = run.console;
    let say = move |event: KeyEvent| {
        console.note(&match event {
            KeyEvent::Insert => "Insert your security key.".to_owned(),
            KeyEvent::Touch => "Touch your security key.".to_owned(),
            KeyEvent::Pin { tries_left: Some(tries) } => {
                format!("The key wants its PIN ({tries} tries left).")
            }
            KeyEvent::Pin { tries_left: None } => "The key wants its PIN.".to_owned(),
        });
    };
    match attempt.security_key(&*keys, None, remember, say).await {
        Err(error) if wants_pin(&error) && ask::possible() => {
            ask::until_right(console, "PIN of the security key: ", async |pin| {
                attempt.security_key(&*keys, Some(pin), remember, say).await
            })
            .await
        }
        other => Ok(other?),
    }
}

fn wants_pin(error: &Error) -> bool {
    matches!(error, Error::SignIn(_)) && error.code() == Code::MoreNeeded
}
