//! The code that is mailed when the server does not know this installation yet.

use super::attempt::Held;
use super::{Attempt, SignInError, Step};
use crate::Error;
use crate::keys::Secret;
use crate::server::{self, Extras, SignInRefusal};

impl Attempt {
    /// Answers with the mailed code. Right, it makes this installation known: the server does not ask again.
    pub async fn new_device(&mut self, code: Secret) -> Result<Step, Error> {
        // Six digits or eight, by a flag of the server's: anything but nothing is for it to judge.
        let code: String = code.expose().chars().filter(|c| !c.is_whitespace()).collect();
        if code.is_empty() {
            return Err(server::Error::from(SignInRefusal::NewDeviceCode).into());
        }
        let new_device_code = Some(Secret::new(code));
        self.knock(Extras { new_device_code, ..Extras::default() }).await
    }

    /// Has the code mailed again. The server does not say whether it did.
    pub async fn resend_new_device(&mut self) -> Result<(), Error> {
        match &self.held {
            Some(Held::Password(hashed)) => {
                Ok(self.link.resend_new_device_code(&self.email, &hashed.hash).await?)
            }
            // Only a sign-in by password is asked (`DeviceValidator.cs`).
            _ => Err(SignInError::NothingAsked.into()),
        }
    }
}
