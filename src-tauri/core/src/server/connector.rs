//! The key connector: a service of the organization that keeps what stands for a master password.

use serde::Deserialize;
use url::Url;

use super::link::{Call, whole_body};
use super::sign_on::{SignOnRefusal, sign_on};
use super::{Error, Server};
use crate::keys::Secret;
use crate::model::ServerAddress;

/// The answer holds 32 bytes in base64.
const ANSWER_LIMIT: usize = 4 << 10;

impl Server {
    /// `GET {connector}/user-keys`. [`Error::NotFound`] when it keeps nothing for this person.
    pub async fn fetch_connector_key(&self, connector: &str) -> Result<Secret, Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(alias = "Key")]
            key: String,
        }
        let base =
            self.checked(connector).ok_or(SignOnRefusal::ConnectorAddress).map_err(sign_on)?;
        let call = Call::get(format!("{base}/user-keys"));
        let body = async {
            let answer = self.call(&call).await?;
            Ok(zeroize::Zeroizing::new(whole_body(answer, &call, ANSWER_LIMIT).await?))
        };
        let body = body.await.map_err(|error| match error {
            Error::Unreachable
            | Error::AnswerLost
            | Error::Trouble { .. }
            | Error::Tls(_)
            | Error::Redirected { .. } => sign_on(SignOnRefusal::Connector),
            other => other,
        })?;
        let wire: Wire = serde_json::from_slice(&body).map_err(|_| Error::NotUnderstood)?;
        Ok(Secret::new(wire.key))
    }

    /// The access token goes there, so the same holds as for the server itself: https, or this machine. And
    /// a server elsewhere must not send it to a port of this machine.
    fn checked(&self, connector: &str) -> Option<String> {
        let Ok(ServerAddress::Url(base)) = ServerAddress::parse(connector) else { return None };
        let plain = |address: &str| Url::parse(address).ok().map(|url| url.scheme() == "http");
        let both = (plain(&base)?, plain(&self.api(""))?);
        (!matches!(both, (true, false))).then_some(base)
    }
}
