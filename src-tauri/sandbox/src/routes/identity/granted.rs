//! How `/connect/token` says yes.

use serde_json::{Value, json};

use crate::signin::Stored;
use crate::tokens::Issued;
use crate::world::User;

/// The OAuth fields; after a sign-in also what opens the vault
/// (`BaseRequestValidator.BuildCustomResponse`).
pub(super) fn success(issued: &Issued, person: Option<(&User, &Stored, &str)>) -> Value {
    let mut body = json!({
        "access_token": issued.access,
        "expires_in": issued.seconds,
        "token_type": "Bearer",
        "refresh_token": issued.refresh,
        "scope": "api offline_access",
    });
    if let (Some((user, stored, private_key)), Some(fields)) = (person, body.as_object_mut())
        && let Some(extra) = opening(user, stored, private_key).as_object()
    {
        fields.extend(extra.clone());
    }
    body
}

fn opening(user: &User, stored: &Stored, private_key: &str) -> Value {
    let kdf = user.kdf;
    json!({
        "PrivateKey": private_key,
        "AccountKeys": crate::routes::profile::account_keys(user, private_key),
        "Key": stored.sealed_key,
        "MasterPasswordPolicy": { "Object": "masterPasswordPolicy" },
        "ForcePasswordReset": false,
        "Kdf": kdf.number(),
        "KdfIterations": kdf.iterations(),
        "KdfMemory": kdf.memory_mib(),
        "KdfParallelism": kdf.parallelism(),
        "UserDecryptionOptions": {
            "HasMasterPassword": true,
            "MasterPasswordUnlock": {
                "Kdf": {
                    "KdfType": kdf.number(),
                    "Iterations": kdf.iterations(),
                    "Memory": kdf.memory_mib(),
                    "Parallelism": kdf.parallelism(),
                },
                "MasterKeyEncryptedUserKey": stored.sealed_key,
                "Salt": user.email,
                "ContainedKeyId": user.key_id,
            },
            "TrustedDeviceOption": null,
            "KeyConnectorOption": null,
            "WebAuthnPrfOption": null,
            "Object": "userDecryptionOptions",
        },
    })
}
