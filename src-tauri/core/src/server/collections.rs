//! `/organizations/{id}/collections`.

use serde::{Deserialize, Serialize};

use super::lenient::{self, List};
use super::link::Call;
use super::{Error, Server};
use crate::model::{CollectionId, OrganizationId};

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

impl Server {
    /// `GET /organizations/{id}/collections`: writes no audit event, unlike `/details`.
    pub async fn fetch_collections(
        &self,
        client: OrganizationId,
    ) -> Result<Vec<SealedCollection>, Error> {
        let call = Call::get(self.api(&format!("/organizations/{client}/collections")));
        let list: List<Wire> = self.call_json(&call).await?;
        let sealed =
            |row: Wire| SealedCollection { id: row.id, name: row.name.unwrap_or_default() };
        Ok(list.data.into_iter().map(sealed).collect())
    }

    /// `POST /organizations/{id}/collections`. Not idempotent: on [`Error::may_have_landed`] look first.
    pub async fn create_collection(
        &self,
        client: OrganizationId,
        sealed_name: &str,
        groups: &[CollectionAccess],
        members: &[CollectionAccess],
    ) -> Result<CollectionId, Error> {
        let request = Request {
            name: sealed_name,
            external_id: None,
            groups: groups.iter().map(AccessWire::from).collect(),
            users: members.iter().map(AccessWire::from).collect(),
        };
        let body = serde_json::to_vec(&request).map_err(|_| Error::NotUnderstood)?;
        let call = Call::post(self.api(&format!("/organizations/{client}/collections")), body);
        let made: Wire = self.call_json(&call).await?;
        Ok(made.id)
    }
}

#[derive(Deserialize)]
struct Wire {
    id: CollectionId,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
}

/// `src/Api/AdminConsole/Models/Request/CollectionRequestModel.cs`; both lists are always there, because
/// Vaultwarden insists on them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    name: &'a str,
    external_id: Option<&'a str>,
    groups: Vec<AccessWire>,
    users: Vec<AccessWire>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessWire {
    id: uuid::Uuid,
    read_only: bool,
    hide_passwords: bool,
    manage: bool,
}

impl From<&CollectionAccess> for AccessWire {
    fn from(access: &CollectionAccess) -> Self {
        Self { id: access.id, read_only: false, hide_passwords: false, manage: access.manage }
    }
}
