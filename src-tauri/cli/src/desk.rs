//! From flags and environment to an unlocked account, and back to no keys at all.

use wardroom_core::keys::Secret;
use wardroom_core::session::{Desk, Locked, Options, Session, Unlocked};
use wardroom_core::{Code, Error};

use crate::args::Global;
use crate::failure::Fault;
use crate::output::Console;
use crate::password;

/// One run of the program: its flags, its voice and the data folder.
pub(crate) struct Run {
    pub(crate) global: Global,
    pub(crate) console: Console,
    pub(crate) desk: Desk,
}

impl Run {
    /// Opens the data folder.
    pub(crate) fn open(global: Global) -> Result<Self, Fault> {
        let options = Options {
            ca_cert: global.ca_cert.clone(),
            no_keyring: std::env::var("WARDROOM_KEYRING").is_ok_and(|value| value == "off"),
        };
        let folder = global.data_dir.clone().unwrap_or_else(Desk::default_folder);
        let desk = Desk::open(&folder, options)?;
        Ok(Self { console: Console::new(&global), global, desk })
    }

    /// The account in use.
    pub(crate) fn locked(&self) -> Result<Locked, Fault> {
        let locked = self.desk.locked(self.global.account.as_deref())?;
        Ok(locked.ok_or(Error::SignedOut)?)
    }

    /// Runs `work` with keys and takes them away again, whatever came out: an answer is printed by a
    /// process that can no longer open anything.
    pub(crate) async fn with_keys<T>(
        &self,
        work: impl AsyncFnOnce(&Unlocked) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let unlocked = self.unlock().await?;
        let answer = work(&unlocked).await;
        unlocked.lock().await?;
        answer
    }

    /// The session as it is without asking anybody: a session value that has ended leaves it locked.
    pub(crate) async fn session(&self) -> Result<Session, Fault> {
        match self.unlock().await {
            Ok(unlocked) => Ok(Session::Unlocked(unlocked)),
            Err(fault) => match fault.code() {
                Code::SignedOut => Ok(Session::SignedOut),
                Code::Locked => Ok(Session::Locked(self.locked()?)),
                _ => Err(fault),
            },
        }
    }

    async fn unlock(&self) -> Result<Unlocked, Fault> {
        let locked = self.locked()?;
        if let Some(password) = password::given(&self.global)? {
            return Ok(locked.unlock(password).await?);
        }
        let session = session_value().ok_or(Error::Locked)?;
        match locked.resume(&session).await {
            // Whatever is wrong with the value: the account is locked for whoever holds it.
            Err(Error::WrongPassword | Error::Keys(_)) => Err(Error::Locked.into()),
            other => Ok(other?),
        }
    }
}

fn session_value() -> Option<Secret> {
    let value = Secret::new(std::env::var("WARDROOM_SESSION").ok()?);
    (!value.is_empty()).then_some(value)
}
