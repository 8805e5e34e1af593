//! The device within a token request (`DeviceValidator.ValidateRequestDeviceAsync`).

use crate::state::Shared;

use super::form::Form;
use super::refusal::{Refused, refuse_with_model};

/// Lets a known device through, and a new one that needs no code or brings it; it is known from then on.
pub(super) fn device(
    shared: &Shared,
    form: &Form,
    email: &str,
    second_step: bool,
) -> Result<(), Refused> {
    let refused = |description: &str, sentence: &str| -> Refused {
        refuse_with_model("device_error", Some(description), sentence).into()
    };
    let device = form.field("deviceidentifier");
    if device.trim().is_empty()
        || form.field("devicename").trim().is_empty()
        || form.field("devicetype").parse::<u8>().is_err()
    {
        return Err(refused("No device information provided", "no device information provided"));
    }
    let mut book = shared.two_step();
    let code = form.field("newdeviceotp");
    if code.is_empty() && book.knows(email, device) {
        return Ok(());
    }
    // A request that another device approved came from a known device (device.rs).
    let with_password = form.field("grant_type") == "password";
    if with_password && !second_step && book.verifies_new_device(email) {
        if !code.is_empty() {
            if !book.takes_device_code(email, code) {
                return Err(refused("Invalid New Device OTP", "invalid new device otp"));
            }
        } else if !book.has_no_device(email) {
            book.mail_device_code(email);
            return Err(refused(
                "New device verification required",
                "new device verification required",
            ));
        }
    }
    book.note_device(email, device);
    Ok(())
}
