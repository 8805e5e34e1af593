//! How `/connect/token` says yes.

use serde_json::{Value, json};

use crate::accounts::{Oddity, PasswordDemand};
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
    let state = &user.state;
    let has_password = !state.without_keys && !state.key_connector;
    let mut body = json!({
        "MasterPasswordPolicy": password_policy(state.demand.as_ref()),
        "ForcePasswordReset": state.recovered,
        "Kdf": kdf.number(),
        "KdfIterations": kdf.iterations(),
        "KdfMemory": kdf.memory_mib(),
        "KdfParallelism": kdf.parallelism(),
        "UserDecryptionOptions": {
            "HasMasterPassword": has_password,
            "MasterPasswordUnlock": has_password.then(|| json!({
                "Kdf": {
                    "KdfType": kdf.number(),
                    "Iterations": kdf.iterations(),
                    "Memory": kdf.memory_mib(),
                    "Parallelism": kdf.parallelism(),
                },
                "MasterKeyEncryptedUserKey": stored.sealed_key,
                "Salt": user.email,
                "ContainedKeyId": key_id(user),
            })),
            "TrustedDeviceOption": null,
            "KeyConnectorOption": null,
            "WebAuthnPrfOption": null,
            "Object": "userDecryptionOptions",
        },
    });
    // Left out, not null, where there is none.
    if !state.without_keys {
        body["PrivateKey"] = json!(private_key);
        body["AccountKeys"] = crate::routes::profile::account_keys(user, private_key);
    }
    if has_password {
        body["Key"] = json!(stored.sealed_key);
    }
    body
}

/// What the user key is called, or what a dishonest server calls it.
pub(in crate::routes) fn key_id(user: &User) -> Option<String> {
    match user.state.oddity {
        Some(Oddity::OtherKeyId) => Some("0123456789abcdef0123456789abcdef".to_owned()),
        _ => user.key_id.clone(),
    }
}

/// `MasterPasswordPolicyResponseModel`.
fn password_policy(demand: Option<&PasswordDemand>) -> Value {
    let demand = demand.map(|demand| {
        json!({
            "MinComplexity": demand.min_complexity,
            "MinLength": demand.min_length,
            "RequireLower": demand.require_lower,
            "RequireUpper": demand.require_upper,
            "RequireNumbers": demand.require_numbers,
            "RequireSpecial": demand.require_special,
            "EnforceOnLogin": demand.enforce_on_login,
        })
    });
    let mut policy = demand.unwrap_or_else(|| json!({}));
    policy["Object"] = json!("masterPasswordPolicy");
    policy
}
