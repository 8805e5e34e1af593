//! What a request that got no whole answer means.

use super::Error;
use super::link::Call;
use super::tls::TlsTrouble;

/// A call that got no whole or no good answer.
pub(super) struct Failed {
    pub(super) error: Error,
    /// Time ran out.
    pub(super) late: bool,
}

/// What is wrong with the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyTrouble {
    /// No connection to the proxy.
    #[error("the proxy cannot be reached")]
    Unreachable,
    /// 407, or its like in SOCKS.
    #[error("the proxy wants another user or password")]
    Password,
    /// It answered, but did not let us through to the server.
    #[error("the proxy does not let Wardroom through to the server")]
    Refused,
    /// What answers there is no proxy.
    #[error("what answers at the proxy's address is no proxy")]
    NotAProxy,
}

impl ProxyTrouble {
    /// What to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Unreachable | Self::NotAProxy => {
                "check the proxy in the network settings, or whether this network needs one"
            }
            Self::Password => "enter the proxy's user and password in the network settings",
            Self::Refused => {
                "the server may be down, or the proxy forbids its address; ask who runs the proxy"
            }
        }
    }

    /// hyper-util tells these apart in types it keeps to itself, so its words are read
    /// (`src/client/legacy/connect/proxy/`); the proxy stories fail when they change.
    fn within(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            let said = error.to_string();
            if let Some(said) = said.strip_prefix("tunnel error: ") {
                return Some(match said {
                    "proxy authorization required" => Self::Password,
                    "failed to create underlying connection" => Self::Unreachable,
                    "unsuccessful" => Self::Refused,
                    _ => Self::NotAProxy,
                });
            }
            if let Some(said) = said.strip_prefix("SOCKS error: ") {
                return Some(match said {
                    "failed to create underlying connection" => Self::Unreachable,
                    "credentials not accepted"
                    | "server does not support user/pass authentication" => Self::Password,
                    said if said.starts_with("io error") || said.starts_with("failed to parse") => {
                        Self::NotAProxy
                    }
                    _ => Self::Refused,
                });
            }
            next = error.source();
        }
        None
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, late: false }
    }
}

impl Failed {
    pub(super) fn of_body(error: &reqwest::Error, call: &Call) -> Self {
        Self { error: call.lost(), late: error.is_timeout() }
    }

    pub(super) fn of(error: &reqwest::Error, call: &Call) -> Self {
        let late = error.is_timeout();
        if error.is_builder() {
            return Self { error: Error::NotUnderstood, late: true };
        }
        let error = match (error.is_connect(), TlsTrouble::within(error)) {
            // TLS 1.3 servers say so after the handshake; what they refuse then, they have not read.
            (_, Some(TlsTrouble::ClientCertificate)) => Error::Tls(TlsTrouble::ClientCertificate),
            (false, _) => call.lost(),
            (true, tls) => {
                let proxy = ProxyTrouble::within(error).map(Error::Proxy);
                proxy.or(tls.map(Error::Tls)).unwrap_or(Error::Unreachable)
            }
        };
        Self { error, late }
    }
}
