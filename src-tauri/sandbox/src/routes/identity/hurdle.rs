//! What an account asks for besides its first proof.

use axum::response::Response;
use serde_json::json;

use crate::Hurdle;
use crate::state::Shared;

use super::form::Form;
use super::refusal::{refuse, refuse_with_model};

/// What this account asks for besides the password, if the request does not bring it.
pub(super) fn hurdle(shared: &Shared, email: &str, form: &Form) -> Option<Response> {
    let hurdle = shared.hurdles().get(&email.trim().to_lowercase()).copied()?;
    match hurdle {
        // Asked of passwords only.
        Hurdle::NewDevice if form.field("grant_type") != "password" => None,
        Hurdle::TwoStep if form.brings("twofactortoken") => {
            Some(refuse_with_model("invalid_grant", None, "Two-step token is invalid. Try again."))
        }
        Hurdle::TwoStep => Some(refuse(
            "invalid_grant",
            Some("Two factor required."),
            &json!({
                "TwoFactorProviders": ["0"],
                "TwoFactorProviders2": { "0": null },
                "MasterPasswordPolicy": { "Object": "masterPasswordPolicy" },
            }),
        )),
        Hurdle::NewDevice if form.brings("newdeviceotp") => Some(refuse_with_model(
            "device_error",
            Some("Invalid New Device OTP"),
            "invalid new device otp",
        )),
        Hurdle::NewDevice => Some(refuse_with_model(
            "device_error",
            Some("New device verification required"),
            "new device verification required",
        )),
        Hurdle::SingleSignOn if form.field("grant_type") == "authorization_code" => None,
        Hurdle::SingleSignOn => Some(refuse_with_model(
            "invalid_grant",
            Some("Sso authentication is required."),
            "SSO authentication is required.",
        )),
    }
}
