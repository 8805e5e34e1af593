//! An account's own keys as a server hands them out.

use serde::{Deserialize, Serialize};

/// The keys of one account, wrapped or signed: nothing of it is secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountKeys {
    /// The RSA key under the user key. Type 7 makes it a V2 account, which has the next ones too.
    pub wrapped_private_key: String,
    /// The key that signs for the account, under the user key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapped_signing_key: Option<String>,
    /// The public key, signed. V2 accounts may do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_public_key: Option<String>,
    /// Which protections are in force, signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_state: Option<String>,
    /// The version of the security state that was seen on this machine; an older one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_version: Option<u64>,
}

impl AccountKeys {
    /// Of a V1 account.
    #[must_use]
    pub fn v1(wrapped_private_key: &str) -> Self {
        Self { wrapped_private_key: wrapped_private_key.to_owned(), ..Self::default() }
    }
}
