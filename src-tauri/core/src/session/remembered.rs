//! A remembered device: what stands in for a two-step code for 30 days, kept in the system's keyring.

use uuid::Uuid;

use super::Desk;
use super::blocking::blocking;
use crate::keys::{Keyring, Secret};

/// Where one account's token is, if anywhere.
pub(super) struct Entry {
    desk: Desk,
    /// `None` while it is not known yet who signs in.
    name: Option<String>,
}

impl Desk {
    pub(super) fn remembered(&self, server: &str, email: &str, device: Uuid) -> Entry {
        let email = email.trim().to_lowercase();
        let name = (!email.is_empty()).then(|| format!("two-step/{server}/{email}/{device}"));
        Entry { desk: self.clone(), name }
    }
}

impl Entry {
    /// Whether there is a keyring to keep it in.
    pub(super) async fn can_keep(&self) -> bool {
        let desk = self.desk.clone();
        let has_name = self.name.is_some();
        has_name && blocking(move || matches!(desk.keyring(), Keyring::Present(_))).await
    }

    /// `None` also when the keyring does not answer: then the person is asked for a code.
    pub(super) async fn recall(&self) -> Option<Secret> {
        self.with(|keyring, name| keyring.load_secret(name).ok().flatten()).await.flatten()
    }

    /// Over what was there.
    pub(super) async fn keep(&self, token: Secret) {
        let kept = self.with(move |keyring, name| keyring.save_secret(name, &token)).await;
        if let Some(Err(error)) = kept {
            tracing::warn!(%error, "this device could not be remembered");
        }
    }

    pub(super) async fn forget(&self) {
        // What cannot be deleted is refused again and asked about again: no harm but a request.
        self.with(Keyring::delete).await;
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Keyring, &str) -> T + Send + 'static,
    ) -> Option<T> {
        let (desk, name) = (self.desk.clone(), self.name.clone()?);
        Some(blocking(move || work(desk.keyring(), &name)).await)
    }
}
