//! Two-step login within a token request (`BaseRequestValidator.ValidateTwoFactorAsync`).

use axum::http::HeaderMap;

use crate::state::Shared;
use crate::twostep::{MailKind, RECOVERY, REMEMBER};

use super::form::Form;
use super::refusal::{NO_DESCRIPTION, Refused, late, refuse, refuse_with_model};

/// What became of the second step.
#[derive(Default)]
pub(super) struct Passed {
    /// The account has one: then a new device needs no code of its own.
    pub(super) needed: bool,
    /// The recovery code was used.
    pub(super) recovered: bool,
    /// To be shown instead of a code from now on.
    pub(super) remember: Option<String>,
}

/// Whether the request brings a recovery code: then two-step login is looked at before single sign-on.
pub(super) fn is_recovery(form: &Form) -> bool {
    form.brings("twofactortoken") && number(form) == Some(RECOVERY)
}

/// Lets through who needs no second step or brings a right one.
pub(super) fn second_step(
    shared: &Shared,
    headers: &HeaderMap,
    form: &Form,
    email: &str,
) -> Result<Passed, Refused> {
    let mut book = shared.two_step();
    // An API key and a passkey are proof enough.
    let exempt = matches!(form.field("grant_type"), "client_credentials" | "webauthn");
    if exempt || !book.needs_second_step(email) {
        return Ok(Passed::default());
    }
    let client = headers.get("bitwarden-client-name").and_then(|value| value.to_str().ok());
    let client = client.unwrap_or("web").to_lowercase();
    let required = "Two factor required.";
    let (token, device) = (form.field("twofactortoken"), form.field("deviceidentifier"));
    let Some(number) = number(form).filter(|_| !token.trim().is_empty()) else {
        return Err(refuse("invalid_grant", Some(required), &book.demand(email, &client)).into());
    };
    if !book.verify(email, number, token, device) {
        if number == REMEMBER {
            let demand = book.demand(email, &client);
            return Err(refuse("invalid_grant", Some(required), &demand).into());
        }
        book.mail(email, MailKind::FailedTwoStep, None);
        let sentence = "Two-step token is invalid. Try again.";
        let response = refuse_with_model("invalid_grant", Some(NO_DESCRIPTION), sentence);
        return Err(late(response).into());
    }
    let remember = form.field("twofactorremember") == "1" && number != REMEMBER;
    let remember = remember.then(|| book.remember(email, device));
    Ok(Passed { needed: true, recovered: number == RECOVERY, remember })
}

/// A number, whether or not there is such a method; words do not count.
fn number(form: &Form) -> Option<i64> {
    form.field("twofactorprovider").trim().parse().ok()
}
