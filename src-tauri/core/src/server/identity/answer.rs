//! A successful answer of the token endpoint.

use serde_json::Value;

use super::{KdfNumbers, Renewal, Tokens, new_kdf, old_kdf};
use crate::keys::Secret;
use crate::model::AccountKeys;
use crate::server::casing::Keys;

/// How the master password opens the account, as told at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlockWith {
    /// Key derivation; may differ from prelogin's.
    pub kdf: KdfNumbers,
    /// `None` means the e-mail address.
    pub salt: Option<String>,
    /// The user key under the master key.
    pub wrapped_user_key: String,
    /// The id the user key must have, when the server told.
    pub contained_key_id: Option<String>,
}

/// A successful sign-in.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The tokens.
    pub tokens: Tokens,
    /// `None` for accounts without a master password.
    pub unlock: Option<UnlockWith>,
    /// The user key under what the account's key connector keeps, or under the master key.
    pub wrapped_user_key: Option<String>,
    /// The account's own keys, under the user key; `None` when it has none yet.
    pub keys: Option<AccountKeys>,
    /// An administrator recovered the account: its password must be replaced first.
    pub must_change_password: bool,
    /// What the organizations ask of the master password.
    pub policy: Option<PasswordPolicy>,
    /// To be sent instead of a code next time (`twoFactorRemember`).
    pub two_step_token: Option<Secret>,
    /// Where the key connector is that holds what stands for a master password.
    pub key_connector: Option<String>,
    /// The account opens with a key connector, whose address the server did not tell (API key).
    pub uses_key_connector: bool,
    /// The account's devices open it.
    pub trusted_device: Option<TrustedDevice>,
}

/// `UserDecryptionOptions.TrustedDeviceOption`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedDevice {
    /// An administrator may approve.
    pub has_admin_approval: bool,
    /// Another device of the person may approve.
    pub has_approving_device: bool,
    /// For this device: its private key under the device key.
    pub wrapped_private_key: Option<String>,
    /// For this device: the user key for that private key.
    pub wrapped_user_key: Option<String>,
}

/// `MasterPasswordPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // The policy's own flags.
pub struct PasswordPolicy {
    /// 0 to 4, as zxcvbn scores.
    pub min_complexity: Option<i64>,
    /// Characters.
    pub min_length: Option<i64>,
    /// A lower-case letter.
    pub require_lower: bool,
    /// An upper-case letter.
    pub require_upper: bool,
    /// A digit.
    pub require_numbers: bool,
    /// One of `!@#$%^&*`.
    pub require_special: bool,
    /// A password that is too weak must be replaced at sign-in.
    pub enforce_on_login: bool,
}

pub(super) fn granted(answer: &Value) -> Option<Granted> {
    let keys = Keys::of(answer)?;
    let tokens = Tokens {
        access: Secret::new(keys.text("access_token")?),
        renewal: keys
            .text("refresh_token")
            .map_or(Renewal::None, |token| Renewal::Refresh(Secret::new(token))),
    };
    let options = keys.object("userDecryptionOptions");
    // People with a key connector have a `Key` too, which no password opens.
    let has_password =
        options.and_then(|options| options.value("hasMasterPassword")) != Some(&Value::Bool(false));
    let connector = options.and_then(|options| options.object("keyConnectorOption"));
    Some(Granted {
        tokens,
        unlock: has_password.then(|| new_unlock(keys).or_else(|| old_unlock(keys))).flatten(),
        wrapped_user_key: keys.text("key").map(str::to_owned),
        keys: account_keys(keys),
        must_change_password: keys.flag("forcePasswordReset"),
        policy: keys.object("masterPasswordPolicy").and_then(password_policy),
        two_step_token: keys.text("twoFactorToken").map(Secret::new),
        key_connector: connector
            .and_then(|connector| connector.text("keyConnectorUrl"))
            .or_else(|| keys.text("keyConnectorUrl"))
            .map(str::to_owned),
        uses_key_connector: keys.flag("apiUseKeyConnector"),
        trusted_device: options
            .and_then(|options| options.object("trustedDeviceOption"))
            .map(trusted_device),
    })
}

fn trusted_device(option: Keys<'_>) -> TrustedDevice {
    TrustedDevice {
        has_admin_approval: option.flag("hasAdminApproval"),
        has_approving_device: option.flag("hasLoginApprovingDevice"),
        wrapped_private_key: option.text("encryptedPrivateKey").map(str::to_owned),
        wrapped_user_key: option.text("encryptedUserKey").map(str::to_owned),
    }
}

/// `None` when nothing is asked for: the server sends an object full of nulls then.
fn password_policy(policy: Keys<'_>) -> Option<PasswordPolicy> {
    let read = PasswordPolicy {
        min_complexity: policy.number("minComplexity"),
        min_length: policy.number("minLength"),
        require_lower: policy.flag("requireLower"),
        require_upper: policy.flag("requireUpper"),
        require_numbers: policy.flag("requireNumbers"),
        require_special: policy.flag("requireSpecial"),
        enforce_on_login: policy.flag("enforceOnLogin"),
    };
    (read != PasswordPolicy::default()).then_some(read)
}

fn new_unlock(keys: Keys<'_>) -> Option<UnlockWith> {
    let unlock = keys.object("userDecryptionOptions")?.object("masterPasswordUnlock")?;
    // Vaultwarden sends both names (`src/api/identity.rs`), the server the first.
    let wrapped = unlock
        .text("masterKeyEncryptedUserKey")
        .or_else(|| unlock.text("masterKeyWrappedUserKey"))?;
    Some(UnlockWith {
        kdf: unlock.object("kdf").map_or_else(|| old_kdf(keys), new_kdf),
        salt: unlock.text("salt").map(str::to_owned),
        wrapped_user_key: wrapped.to_owned(),
        contained_key_id: unlock.text("containedKeyId").map(str::to_owned),
    })
}

/// The deprecated keys, for servers that do not know the new ones yet.
fn old_unlock(keys: Keys<'_>) -> Option<UnlockWith> {
    let wrapped_user_key = keys.text("key")?.to_owned();
    Some(UnlockWith { kdf: old_kdf(keys), salt: None, wrapped_user_key, contained_key_id: None })
}

/// `accountKeys`, as the token answer and the profile have it, else the deprecated `privateKey`.
pub(in crate::server) fn account_keys(answer: Keys<'_>) -> Option<AccountKeys> {
    let object = answer.object("accountKeys");
    let part = |name: &str| object.and_then(|keys| keys.object(name));
    let text = |name: &str, field: &str| part(name).and_then(|keys| keys.text(field));
    let private = text("publicKeyEncryptionKeyPair", "wrappedPrivateKey");
    Some(AccountKeys {
        wrapped_private_key: private.or_else(|| answer.text("privateKey"))?.to_owned(),
        wrapped_signing_key: text("signatureKeyPair", "wrappedSigningKey").map(str::to_owned),
        signed_public_key: text("publicKeyEncryptionKeyPair", "signedPublicKey").map(str::to_owned),
        security_state: text("securityState", "securityState").map(str::to_owned),
        security_version: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(body: &str) -> Granted {
        super::granted(&serde_json::from_str(body).unwrap()).unwrap()
    }

    #[test]
    fn both_names_of_the_user_key_may_come_in_one_answer() {
        let unlock = granted(
            r#"{"access_token":"t","UserDecryptionOptions":{"MasterPasswordUnlock":{"Kdf":{"KdfType":0,
            "Iterations":600000},"MasterKeyEncryptedUserKey":"2.a","MasterKeyWrappedUserKey":"2.a"}}}"#,
        )
        .unlock
        .expect("a master password");
        assert_eq!(unlock.wrapped_user_key, "2.a", "Vaultwarden sends both names");
    }

    #[test]
    fn what_a_v2_account_signed_is_read_too() {
        let keys = granted(
            r#"{"access_token":"a","PrivateKey":"7.p","AccountKeys":{"publicKeyEncryptionKeyPair":
            {"wrappedPrivateKey":"7.p","publicKey":"p","signedPublicKey":"sp"},"signatureKeyPair":
            {"wrappedSigningKey":"7.s","verifyingKey":"v"},"securityState":
            {"securityState":"st","securityVersion":2}}}"#,
        )
        .keys
        .unwrap();
        assert_eq!(keys.wrapped_signing_key.as_deref(), Some("7.s"));
        assert_eq!(keys.signed_public_key.as_deref(), Some("sp"));
        assert_eq!(keys.security_state.as_deref(), Some("st"));
        assert_eq!(keys.security_version, None, "nothing but the signature says which it is");
    }

    #[test]
    fn new_and_deprecated_keys_are_read_in_both_casings() {
        let new = granted(
            r#"{"access_token":"a","expires_in":3600,"token_type":"Bearer","refresh_token":"r",
            "Key":"2.old","PrivateKey":"2.oldpriv","Kdf":0,"KdfIterations":600000,
            "AccountKeys":{"publicKeyEncryptionKeyPair":{"wrappedPrivateKey":"2.priv","publicKey":"p"}},
            "UserDecryptionOptions":{"HasMasterPassword":true,"MasterPasswordUnlock":{"Kdf":
            {"KdfType":1,"Iterations":6,"Memory":32,"Parallelism":4},
            "MasterKeyEncryptedUserKey":"2.user","Salt":"ann@acme.example"}}}"#,
        );
        let unlock = new.unlock.unwrap();
        assert_eq!(unlock.wrapped_user_key, "2.user");
        assert_eq!(unlock.salt.as_deref(), Some("ann@acme.example"));
        assert_eq!(unlock.kdf.kind, Some(1));
        assert_eq!(new.keys, Some(AccountKeys::v1("2.priv")));

        let old = granted(
            r#"{"access_token":"a","key":"2.user","privateKey":"2.priv","kdf":0,"kdfIterations":5000}"#,
        );
        let unlock = old.unlock.unwrap();
        assert_eq!((unlock.kdf.kind, unlock.kdf.iterations), (Some(0), Some(5000)));
        assert_eq!((unlock.salt, old.keys), (None, Some(AccountKeys::v1("2.priv"))));
        assert!(granted(r#"{"access_token":"a"}"#).unlock.is_none(), "no master password");
    }
}
