//! A sign-in that another device approved.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::signin;
use crate::state::Shared;

use super::form::Form;
use super::refusal::{NO_DESCRIPTION, refuse_with_model};

/// The password is the request's access code (`ResourceOwnerPasswordValidator.ValidateContextAsync`). The request
/// is spent once it has let somebody in; until then codes may be tried again.
pub(super) fn grant(shared: &Shared, headers: &HeaderMap, form: &Form) -> Response {
    let (email, code) = (form.field("username"), form.field("password"));
    let user = {
        let world = shared.world();
        world.user_by_email(email).map(|user| (user.id, signin::stored(world.dice, user)))
    };
    let request = form.field("authrequest").parse().ok();
    let requests = shared.requests();
    let let_in = user.zip(request).filter(|((user, _), id)| requests.lets_in(*id, *user, code));
    let Some(((user, stored), request)) = let_in else {
        let sentence = "Username or password is incorrect. Try again.";
        return refuse_with_model("invalid_grant", Some(NO_DESCRIPTION), sentence);
    };
    let known = requests.knows_device(user, form.field("deviceidentifier"));
    drop(requests);
    if !known {
        return refuse_with_model(
            "device_error",
            Some("Auth requests are not supported on unknown devices"),
            "auth request flow unsupported on unknown device",
        );
    }
    match super::admit(shared, headers, form, user, &stored) {
        Ok(response) => {
            shared.requests().spend(request);
            response
        }
        Err(refused) => *refused,
    }
}
