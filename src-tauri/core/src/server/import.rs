//! `POST /ciphers/import-organization`.

use std::time::Duration;

use super::link::Call;
use super::{Error, Server};
use crate::model::OrganizationId;

/// A large import keeps the server busy; proxies of self-hosted servers give up after 90 seconds, the
/// official cloud has no limit of its own.
const IMPORT_TIMEOUT: Duration = Duration::from_mins(10);

impl Server {
    /// `POST /ciphers/import-organization`. `body` is the finished JSON. Not idempotent.
    pub async fn import(&self, client: OrganizationId, body: Vec<u8>) -> Result<(), Error> {
        let path = format!("/ciphers/import-organization?organizationId={client}");
        let call = Call::post(self.api(&path), body).patient(IMPORT_TIMEOUT);
        // The answer is an empty 200: its head says everything.
        self.call(&call).await.map(drop)
    }
}
