//! `/organizations/{id}/users` and `/organizations/{id}/groups`.

use serde::Deserialize;

use super::lenient::{self, List};
use super::link::Call;
use super::{Error, Server};
use crate::model::{GroupId, MemberId, OrganizationId};

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

impl MemberRow {
    /// Whether the member takes a seat: invited, accepted or confirmed
    /// (`src/Core/AdminConsole/Repositories/IOrganizationRepository.cs`, occupied seats).
    #[must_use]
    pub fn takes_a_seat(&self) -> bool {
        matches!(self.status, 0..=2)
    }
}

impl Server {
    /// `GET /organizations/{id}/groups`.
    pub async fn fetch_groups(&self, client: OrganizationId) -> Result<Vec<GroupRow>, Error> {
        let call = Call::get(self.api(&format!("/organizations/{client}/groups")));
        let list: List<GroupWire> = self.call_json(&call).await?;
        let row = |wire: GroupWire| GroupRow { id: wire.id, name: wire.name.unwrap_or_default() };
        Ok(list.data.into_iter().map(row).collect())
    }

    /// `GET /organizations/{id}/users`.
    pub async fn fetch_members(&self, client: OrganizationId) -> Result<Vec<MemberRow>, Error> {
        let call = Call::get(self.api(&format!("/organizations/{client}/users")));
        let list: List<MemberWire> = self.call_json(&call).await?;
        Ok(list.data.into_iter().map(Into::into).collect())
    }
}

#[derive(Deserialize)]
struct GroupWire {
    id: GroupId,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct MemberWire {
    id: MemberId,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    status: Option<i64>,
    #[serde(default, rename = "type", deserialize_with = "lenient::number")]
    role: Option<i64>,
}

/// Stands for a number the server did not tell: no status, no role has it.
const UNTOLD: i64 = i64::MIN;

impl From<MemberWire> for MemberRow {
    fn from(wire: MemberWire) -> Self {
        Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            email: wire.email.unwrap_or_default(),
            status: wire.status.unwrap_or(UNTOLD),
            role: wire.role.unwrap_or(UNTOLD),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revoked_and_staged_members_take_no_seat() {
        let wire = r#"{"id":"6c2f2b4e-0000-4000-8000-000000000001","type":2,"status":S}"#;
        let takes = |status: &str| {
            let wire: MemberWire = serde_json::from_str(&wire.replace('S', status)).unwrap();
            MemberRow::from(wire).takes_a_seat()
        };
        assert!(takes("0") && takes("1") && takes("2"));
        assert!(!takes("-1") && !takes("3") && !takes("99") && !takes("null"));
    }
}
