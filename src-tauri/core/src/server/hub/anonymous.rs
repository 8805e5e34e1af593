//! Waiting for the answer to a request, before anybody is signed in.

use std::convert::Infallible;

use tokio::sync::Notify;
use uuid::Uuid;

use super::pace::Pace;
use super::push::{self, Push};
use super::talk::Talk;
use crate::server::Link;

impl Link {
    /// Says when to look: `request` was answered, or the connection is new and what came before is unknown.
    /// Says nothing when the server has no live updates; poll beside it. Dropping this hangs up.
    ///
    /// The token the hub wants is the request's id (`src/Notifications/AnonymousNotificationsHub.cs`). .NET
    /// reads the parameter's name in any case, Vaultwarden in lower case.
    pub(in crate::server) async fn hear_of_request(
        &self,
        request: Uuid,
        look: &Notify,
    ) -> Infallible {
        let path = format!("/anonymous-hub?token={request}");
        let mut pace = Pace::default();
        loop {
            if let Ok(stream) = self.upgrade(&path, None).await
                && let Ok(mut talk) = Talk::begin(stream).await
            {
                look.notify_one();
                while let Ok((_, argument)) = talk.next().await {
                    let push = push::read(&argument, Uuid::nil());
                    if push == Some(Push::AuthRequestAnswered { id: request }) {
                        look.notify_one();
                    }
                }
            }
            tokio::time::sleep(pace.wait(rand::random())).await;
        }
    }
}
