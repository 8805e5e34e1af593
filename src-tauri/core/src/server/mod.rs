//! The only HTTP. Wire shapes stop here: answers come out as our own types.
//!
//! Never retries a request that may have been carried out; refreshes the access token once, only for the
//! 401 that says so (`WWW-Authenticate: Bearer error="invalid_token"`).

use crate::Code;
use crate::model::{CollectionId, GroupId, MemberId, OrganizationId};

/// What went wrong on the way or at the far end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made: nothing was sent.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The request went out and the answer never came whole: it may have been carried out.
    #[error("the server's answer was lost")]
    AnswerLost,
    /// The certificate is not trusted.
    #[error("the server's certificate is not trusted")]
    Certificate,
    /// 429; seconds from `Retry-After`.
    #[error("the server asks to wait {wait_seconds} seconds")]
    SlowDown {
        /// How long.
        wait_seconds: u64,
    },
    /// The access token is no longer good and could not be renewed.
    #[error("the session has ended on the server; sign in again")]
    SessionEnded,
    /// 401 or 403 about rights, or a 404 that hides them.
    #[error("the server does not permit this")]
    NotPermitted,
    /// 404.
    #[error("the server does not have this")]
    NotFound,
    /// 400 with the server's own words.
    #[error("the server refused: {message}")]
    Refused {
        /// The server's sentence, first validation error first; no content of ours.
        message: String,
        /// Field paths the server complains about, such as `Ciphers[3].Login.Password`.
        fields: Vec<String>,
    },
    /// 5xx and anything that is not an answer of this API. `sent` work may have been done.
    #[error("the server had trouble ({status})")]
    Trouble {
        /// HTTP status.
        status: u16,
    },
    /// The answer was not understood.
    #[error("the server's answer was not understood")]
    NotUnderstood,
    /// E-mail address or password wrong.
    #[error("the e-mail address or password is not right")]
    WrongCredentials,
    /// Two-step login, new-device verification, SSO …: says which.
    #[error("this account needs {0} to sign in, which this version does not have yet")]
    SignInUnsupported(&'static str),
}

impl Error {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Unreachable | Self::Certificate => Code::Offline,
            Self::AnswerLost => Code::OutcomeUnknown,
            Self::SlowDown { .. } => Code::SlowDown,
            Self::SessionEnded => Code::SignedOut,
            Self::NotPermitted => Code::NotPermitted,
            Self::NotFound => Code::NotFound,
            Self::Refused { .. } => Code::InputRefused,
            Self::Trouble { .. } | Self::NotUnderstood => Code::ServerTrouble,
            Self::WrongCredentials => Code::WrongPassword,
            Self::SignInUnsupported(_) => Code::SignInUnsupported,
        }
    }
    /// Whether the request may have been carried out although it failed.
    #[must_use]
    pub fn may_have_landed(&self) -> bool {
        matches!(self, Self::AnswerLost | Self::Trouble { .. } | Self::NotUnderstood)
    }
}

/// The signed-in server.
pub struct Server(());

/// A collection as the server lists it; the name is still sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedCollection {
    /// The server's id.
    pub id: CollectionId,
    /// `EncString` under the organization's key, byte for byte as stored.
    pub name: String,
}

/// Who gets access to a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionAccess {
    /// Group or member id.
    pub id: uuid::Uuid,
    /// "Can manage"; otherwise can edit.
    pub manage: bool,
}

/// One item as `ciphers/organization-details` lists it, reduced to what proves a landing.
///
/// Nothing of the item can be read from it: the name stays sealed and is only compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedItem {
    /// SHA-256 of the stored name `EncString`, cut to 16 bytes.
    pub fingerprint: [u8; 16],
    /// Collections it is in.
    pub collections: Vec<CollectionId>,
}

/// A group, for choosing who gets access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// The server's id.
    pub id: GroupId,
    /// Plain text.
    pub name: String,
}

/// A member, for choosing who gets access and for counting Used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// `organizationUserId`.
    pub id: MemberId,
    /// Name, may be empty.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// −1 revoked, 0 invited, 1 accepted, 2 confirmed, 3 staged.
    pub status: i64,
    /// 0 owner, 1 admin, 2 user, 4 custom.
    pub role: i64,
}

impl Server {
    /// `GET /organizations/{id}/collections`: writes no audit event, unlike `/details`.
    pub async fn fetch_collections(
        &self,
        client: OrganizationId,
    ) -> Result<Vec<SealedCollection>, Error> {
        let _ = client;
        todo!("server")
    }
    /// `POST /organizations/{id}/collections`. Not idempotent: on [`Error::may_have_landed`] look first.
    pub async fn create_collection(
        &self,
        client: OrganizationId,
        sealed_name: &str,
        groups: &[CollectionAccess],
        members: &[CollectionAccess],
    ) -> Result<CollectionId, Error> {
        let _ = (client, sealed_name, groups, members);
        todo!("server")
    }
    /// `POST /ciphers/import-organization`. `body` is the finished JSON. Not idempotent.
    pub async fn import(&self, client: OrganizationId, body: Vec<u8>) -> Result<(), Error> {
        let _ = (client, body);
        todo!("server")
    }
    /// `GET /ciphers/organization-details`, read as a stream: `each` sees one reduced item at a time, so
    /// 40,000 of them cost no memory.
    pub async fn fetch_landed(
        &self,
        client: OrganizationId,
        each: impl FnMut(LandedItem) + Send + 'static,
    ) -> Result<(), Error> {
        let _ = (client, each);
        todo!("server")
    }
    /// `GET /organizations/{id}/groups`.
    pub async fn fetch_groups(&self, client: OrganizationId) -> Result<Vec<GroupRow>, Error> {
        let _ = client;
        todo!("server")
    }
    /// `GET /organizations/{id}/users`.
    pub async fn fetch_members(&self, client: OrganizationId) -> Result<Vec<MemberRow>, Error> {
        let _ = client;
        todo!("server")
    }
}
