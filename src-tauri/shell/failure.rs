//! Core's errors on their way to the page: a code to act on, a sentence, perhaps a way out.

use serde::Serialize;
use wardroom_core::{Code, Error, Failure, import};

/// What a command answers.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// A [`Failure`] that `?` can make.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Refusal(Failure);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error.failure())
    }
}

impl From<import::Error> for Refusal {
    fn from(error: import::Error) -> Self {
        Error::from(error).into()
    }
}

impl Refusal {
    /// The place the person chose cannot be written to.
    pub(crate) fn unwritten() -> Self {
        Error::Refused("the file could not be written there".to_owned()).into()
    }

    /// A fault of this program: logged where it happened, hidden here.
    pub(crate) fn unexpected() -> Self {
        let message = "something went wrong inside Wardroom".to_owned();
        Self(Failure { code: Code::Unexpected, message, hint: None })
    }
}

/// Runs what computes or reads files for long, away from the threads that answer the page.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.map_err(|_| Refusal::unexpected())
}
