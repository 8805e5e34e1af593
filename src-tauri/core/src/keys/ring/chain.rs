//! What hangs on the ring, and how an organization's key is reached.

use std::collections::HashMap;
use std::sync::Arc;

use bitwarden_crypto::{EncString, PrivateKey, SymmetricCryptoKey, UnsignedSharedKey};

use super::super::cell::{KeyCell, Lent};
use super::super::{Error, wrap};
use crate::model::{OrganizationId, ProviderId};

/// All of it in one place, so that dropping it is locking.
pub(super) struct Keys {
    pub(super) user: SymmetricCryptoKey,
    pub(super) private: PrivateKey,
    pub(super) security_version: Option<u64>,
    pub(super) providers: HashMap<ProviderId, SymmetricCryptoKey>,
    pub(super) organizations: HashMap<OrganizationId, Organization>,
    pub(super) lent: Lent,
}

/// One organization's key as the server sends it, in up to two copies, and what became of it.
#[derive(Default)]
pub(super) struct Organization {
    pub(super) membership: Option<UnsignedSharedKey>,
    pub(super) client: Option<(ProviderId, EncString)>,
    pub(super) state: State,
}

#[derive(Default)]
pub(super) enum State {
    /// Hundreds of clients are unlocked at once, few are looked at: opened on first use.
    #[default]
    Wrapped,
    Open(Arc<KeyCell>),
    /// Neither copy opens; remembered, so that each text does not try RSA again.
    Broken,
}

impl Keys {
    /// Nothing but the account's own two keys.
    pub(super) fn new(user: SymmetricCryptoKey, private: PrivateKey) -> Self {
        let (providers, organizations) = (HashMap::new(), HashMap::new());
        Self {
            user,
            private,
            security_version: None,
            providers,
            organizations,
            lent: Lent::default(),
        }
    }

    /// A new provider key opens what the old one could not, and the other way round.
    pub(super) fn forget_clients_of(&mut self, provider: ProviderId) {
        for organization in self.organizations.values_mut() {
            if organization.client.as_ref().is_some_and(|(of, _)| *of == provider) {
                organization.state = State::Wrapped;
            }
        }
    }

    /// Opens the membership's copy, else the provider's, and remembers how it went.
    pub(super) fn open_organization(
        &mut self,
        client: OrganizationId,
    ) -> Result<Arc<KeyCell>, Error> {
        let organization = self.organizations.get_mut(&client).ok_or(Error::NoKey)?;
        if let State::Open(cell) = &organization.state {
            return Ok(Arc::clone(cell));
        }
        let member_key = organization.membership.as_ref().and_then(|shared| {
            wrap::open_shared(shared, &self.private).and_then(wrap::require_64).ok()
        });
        let key = member_key.or_else(|| {
            let (provider, wrapped) = organization.client.as_ref()?;
            wrap::open_key(wrapped, self.providers.get(provider)?).ok()
        });
        let Some(key) = key else {
            organization.state = State::Broken;
            return Err(Error::NoKey);
        };
        let cell = self.lent.lend(key);
        organization.state = State::Open(Arc::clone(&cell));
        Ok(cell)
    }
}
