//! The way to the servers: trusted authorities and proxies, the same for every account.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person set for this machine. Kept in `network.json`; the proxy's password is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct NetworkSettings {
    /// A PEM file of authorities to trust beside the system's.
    pub ca_cert: Option<PathBuf>,
    /// Which proxy.
    pub proxy: ProxySettings,
    /// Where exposed passwords are asked about, such as a mirror of one's own; Have I Been Pwned by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub exposed_passwords: Option<String>,
}

/// Which proxy stands between this machine and the servers. Never used for loopback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[ts(export)]
pub enum ProxySettings {
    /// As the system says: its settings on Windows and macOS, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`
    /// everywhere.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one.
    Manual {
        /// `http://`, `https://`, `socks5://` (names resolved here) or `socks5h://` (names resolved there);
        /// without a scheme `http://`.
        address: String,
        /// For a proxy that asks who one is.
        user: Option<String>,
    },
}

/// The settings, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NetworkState {
    /// As set.
    pub settings: NetworkSettings,
    /// Whether the proxy's password is at hand.
    pub proxy_password: ProxyPassword,
    /// A CA file named when the program was started, trusted besides.
    pub ca_cert_at_start: Option<PathBuf>,
    /// Why the settings cannot be followed; nothing is sent beyond this machine meanwhile.
    pub problem: Option<String>,
}

/// Where the password of the proxy is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ProxyPassword {
    /// Nowhere: none was given, or none is needed.
    #[default]
    None,
    /// In the system's keyring.
    Keyring,
    /// In memory until the program ends: this machine has no keyring.
    UntilQuit,
}

/// Why a proxy's address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyAddressError {
    /// Not an address at all.
    #[error("this is not a proxy address; write it as http://proxy.example:3128")]
    NotAnAddress,
    /// It would be kept in clear.
    #[error("user and password of a proxy have fields of their own; leave them out of the address")]
    HoldsPassword,
    /// A scheme nobody here speaks.
    #[error("only http, https, socks5 and socks5h proxies are known")]
    UnknownKind,
}

/// Reads what a person types as the address of a proxy: scheme, host and port, nothing else.
///
/// # Errors
/// When it is no address of a proxy.
pub fn parse_proxy_address(typed: &str) -> Result<String, ProxyAddressError> {
    let typed = typed.trim();
    if typed.contains('@') {
        return Err(ProxyAddressError::HoldsPassword);
    }
    if typed.is_empty() || typed.contains(|c: char| c.is_whitespace() || c == '\\') {
        return Err(ProxyAddressError::NotAnAddress);
    }
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
    let url = url::Url::parse(&whole).map_err(|_| ProxyAddressError::NotAnAddress)?;
    let default = match url.scheme() {
        "http" => 80,
        "https" => 443,
        "socks5" | "socks5h" => 1080,
        _ => return Err(ProxyAddressError::UnknownKind),
    };
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or(ProxyAddressError::NotAnAddress)?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(ProxyAddressError::NotAnAddress);
    }
    Ok(format!("{}://{host}:{}", url.scheme(), url.port().unwrap_or(default)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_address_is_scheme_host_and_port() {
        let parse = parse_proxy_address;
        assert_eq!(parse(" proxy.acme.example:3128 "), Ok("http://proxy.acme.example:3128".into()));
        assert_eq!(
            parse("https://proxy.acme.example/"),
            Ok("https://proxy.acme.example:443".into())
        );
        assert_eq!(parse("socks5h://10.0.0.1"), Ok("socks5h://10.0.0.1:1080".into()));
        assert_eq!(parse("http://[fd00::1]:8080"), Ok("http://[fd00::1]:8080".into()));
        assert_eq!(parse("http://me:pw@proxy"), Err(ProxyAddressError::HoldsPassword));
        assert_eq!(parse("ftp://proxy"), Err(ProxyAddressError::UnknownKind));
        for nonsense in
            ["", "http://", "http://proxy/pac", "a b", "http://proxy:99999", "\\\\proxy"]
        {
            assert_eq!(parse(nonsense), Err(ProxyAddressError::NotAnAddress), "{nonsense:?}");
        }
    }

    #[test]
    fn settings_are_read_back_as_they_were_written() {
        let manual = NetworkSettings {
            ca_cert: Some("/etc/acme.pem".into()),
            proxy: ProxySettings::Manual { address: "http://p:1".into(), user: None },
            exposed_passwords: Some("https://mirror.example".into()),
        };
        for settings in [NetworkSettings::default(), manual] {
            let json = serde_json::to_string(&settings).unwrap();
            assert_eq!(serde_json::from_str::<NetworkSettings>(&json).unwrap(), settings, "{json}");
        }
        assert_eq!(
            serde_json::from_str::<NetworkSettings>("{}").unwrap(),
            NetworkSettings::default(),
            "what an older version did not write is as it comes"
        );
    }
}
