//! The desktop's screen saver, which locks the screen on most desktops, also those that do not tell logind.

use futures_util::StreamExt;
use zbus::{Connection, MatchRule, MessageStream, message};

use super::{Signal, Tell};

/// Names under which desktops say the same; who sends it is not checked: it can only lock us.
const INTERFACES: [&str; 4] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
];

pub(super) async fn screen(bus: &Connection, tell: &Tell) -> Option<()> {
    let rule =
        MatchRule::builder().msg_type(message::Type::Signal).member("ActiveChanged").ok()?.build();
    let mut messages = MessageStream::for_match_rule(rule, bus, None).await.ok()?;
    while let Some(message) = messages.next().await {
        let Ok(message) = message else { continue };
        let header = message.header();
        let known = header.interface().is_some_and(|name| INTERFACES.contains(&name.as_str()));
        let Ok(active) = message.body().deserialize::<bool>() else { continue };
        if known {
            tell.send(if active { Signal::Locked } else { Signal::Unlocked }).ok()?;
        }
    }
    Some(())
}
