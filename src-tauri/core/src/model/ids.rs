//! Identifiers as newtypes, so that one kind is never passed for another.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(Uuid::parse_str(text)?))
            }
        }
    )+};
}

ids! {
    /// A person's Bitwarden account.
    UserId,
    /// A managed service provider.
    ProviderId,
    /// The link between a provider and a client; the id that seat and rename calls use.
    ProviderOrganizationId,
    /// A client organization.
    OrganizationId,
    /// One person's membership of one organization (`organizationUserId` on the wire).
    MemberId,
    /// A group inside one organization.
    GroupId,
    /// A collection inside one organization.
    CollectionId,
    /// One staged import on this machine; the server never sees it.
    StagingId,
}

impl StagingId {
    /// A fresh random id.
    #[must_use]
    pub fn make() -> Self {
        Self(Uuid::new_v4())
    }
}
