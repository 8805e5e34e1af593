//! What a server says of itself, to anybody.

use std::time::Duration;

use serde_json::Value;

use super::casing::Keys;
use super::link::{Call, Link, successful_json};
use crate::model::ServerKind;

/// `src/Core/Constants.cs` (`FeatureFlagKeys`).
const NEW_ITEM_TYPES: &str = "pm-32009-new-item-types";
/// Signing in must not hang on a question whose answer it can do without.
const PATIENCE: Duration = Duration::from_secs(10);

impl Link {
    /// Asks whose software answers there (`src/Api/Controllers/ConfigController.cs`), and notes it; `None`
    /// when no answer came or made sense.
    pub async fn fetch_kind(&self) -> Option<ServerKind> {
        let call = Call::get(format!("{}/config", self.endpoints.api)).patient(PATIENCE);
        let answer = self.send(&call, None).await.ok()?;
        let config: Value = successful_json(answer, &call).await.ok()?;
        let kind = kind(&config)?;
        self.note_kind(kind);
        Some(kind)
    }

    /// Whether the server takes bank accounts, driver's licences and passports; `false` when no answer came.
    pub async fn fetch_new_item_types(&self) -> bool {
        let call = Call::get(format!("{}/config", self.endpoints.api)).patient(PATIENCE);
        let Ok(answer) = self.send(&call, None).await else { return false };
        let config: Option<Value> = successful_json(answer, &call).await.ok();
        config.is_some_and(|config| new_item_types(&config))
    }
}

fn new_item_types(config: &Value) -> bool {
    let states = Keys::of(config).and_then(|keys| keys.object("featureStates"));
    states.is_some_and(|states| states.flag(NEW_ITEM_TYPES))
}

/// Bitwarden's own servers name nobody. The version is no help: Vaultwarden sends one that suits clients.
fn kind(config: &Value) -> Option<ServerKind> {
    let keys = Keys::of(config)?;
    Some(match keys.object("server").and_then(|server| server.text("name")) {
        None => ServerKind::Bitwarden,
        Some(name) if name.eq_ignore_ascii_case("vaultwarden") => ServerKind::Vaultwarden,
        Some(_) => ServerKind::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_item_types_are_taken_only_where_the_server_says_so() {
        let takes = |body: &str| new_item_types(&serde_json::from_str(body).unwrap());
        assert!(takes(r#"{"featureStates":{"pm-32009-new-item-types":true}}"#));
        assert!(!takes(r#"{"featureStates":{"pm-32009-new-item-types":false}}"#));
        assert!(!takes(r#"{"featureStates":{}}"#));
        assert!(!takes("[]"));
    }

    #[test]
    fn a_server_is_known_by_the_name_it_gives() {
        let kind = |body: &str| kind(&serde_json::from_str(body).unwrap());
        assert_eq!(kind(r#"{"version":"2026.8.0","server":null}"#), Some(ServerKind::Bitwarden));
        assert_eq!(kind(r#"{"version":"2023.1.0"}"#), Some(ServerKind::Bitwarden));
        let theirs = r#"{"version":"2026.6.0","server":{"name":"Vaultwarden","url":"x"}}"#;
        assert_eq!(kind(theirs), Some(ServerKind::Vaultwarden));
        assert_eq!(kind(r#"{"server":{"name":"Bytewarden"}}"#), Some(ServerKind::Other));
        assert_eq!(kind("[]"), None, "a page of a proxy says nothing");
    }
}
