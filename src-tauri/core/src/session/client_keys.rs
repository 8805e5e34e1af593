//! Clients' keys, put into the ring when they are first asked for.
//!
//! Unlocking must not take longer the more clients there are, and most of ten thousand are never opened.

use super::Unlocked;
use crate::Error;
use crate::model::OrganizationId;

impl Unlocked {
    /// The key ring with this client's key in it, when its chain is whole; the ring says so otherwise.
    pub async fn keys_for(&self, client: OrganizationId) -> Result<&crate::keys::KeyRing, Error> {
        let ring = self.keys();
        if ring.has_key(client) {
            return Ok(ring);
        }
        self.0.providers.get_or_try_init(|| self.add_providers()).await?;
        let Some(key) = self.store().load_client_key(client).await? else { return Ok(ring) };
        // A broken copy is the ring's to tell, when the key is asked for.
        if let Some((provider, wrapped)) = key.by_provider {
            let _ = ring.add_client(client, provider, &wrapped);
        }
        if let Some(wrapped) = key.by_membership {
            let _ = ring.add_membership(client, &wrapped);
        }
        Ok(ring)
    }

    async fn add_providers(&self) -> Result<(), Error> {
        for row in self.store().load_providers().await? {
            if let Some(wrapped) = row.wrapped_key {
                let _ = self.keys().add_provider(row.provider.id, &wrapped);
            }
        }
        Ok(())
    }
}
