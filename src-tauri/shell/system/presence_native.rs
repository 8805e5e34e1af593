//! Windows Hello and Touch ID, by robius-authentication. Never run by us: no such machine was at hand.
//!
//! Neither system tells beforehand whether it could ask, so [`Presence::available`] says yes and the question
//! itself may turn out to be impossible.

use futures_util::future::BoxFuture;
use robius_authentication::{
    AndroidText, BiometricStrength, Context, Error, PolicyBuilder, Text, WindowsText,
};
use tokio::sync::oneshot;
use wardroom_core::session::{Presence, PresenceError};

/// The system's own window.
pub(super) struct Native;

impl Presence for Native {
    fn available(&self) -> bool {
        true
    }

    fn ask<'a>(&'a self, reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        Box::pin(async move {
            let (tell, told) = oneshot::channel();
            begin(reason, tell).map_err(|error| why(&error))?;
            told.await.unwrap_or(Err(PresenceError::Unavailable))
        })
    }
}

fn begin(
    reason: &str,
    tell: oneshot::Sender<Result<(), PresenceError>>,
) -> Result<(), robius_authentication::Error> {
    let policy = PolicyBuilder::new()
        .biometrics(Some(BiometricStrength::Strong))
        .password(true)
        .companion(true)
        .build()
        .ok_or(Error::Unavailable)?;
    let text = Text {
        android: AndroidText { title: "Wardroom", subtitle: None, description: None },
        apple: reason,
        windows: WindowsText::new_truncated("Wardroom", reason),
    };
    // The library's callback may be called more than once as far as its type says.
    let tell = std::sync::Mutex::new(Some(tell));
    Context::new(()).authenticate(text, &policy, move |result| {
        let tell = tell.lock().ok().and_then(|mut tell| tell.take());
        // Nobody listens any more when the person chose another way.
        let _ = tell.map(|tell| tell.send(result.map_err(|error| why(&error))));
    })
}

fn why(error: &robius_authentication::Error) -> PresenceError {
    match error {
        Error::Authentication | Error::Exhausted => PresenceError::Denied,
        Error::UserCanceled => PresenceError::Cancelled,
        _ => PresenceError::Unavailable,
    }
}
