//! Single sign-on that an organization demands.

use crate::Hurdle;
use crate::state::Shared;

use super::refusal::{Refused, refuse_with_model};

/// Refuses who must use single sign-on; with other words after a recovery code was used up
/// (`SsoRequestValidator.cs`).
pub(super) fn single_sign_on(shared: &Shared, email: &str, recovered: bool) -> Result<(), Refused> {
    if shared.hurdles().get(email) != Some(&Hurdle::SingleSignOn) {
        return Ok(());
    }
    let (description, sentence) = if recovered {
        let both = "Two-factor recovery has been performed. SSO authentication is required.";
        (both, both)
    } else {
        ("Sso authentication is required.", "SSO authentication is required.")
    };
    Err(refuse_with_model("invalid_grant", Some(description), sentence).into())
}
