//! Which server, and where its services are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The server an account lives on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", content = "url")]
pub enum ServerAddress {
    /// bitwarden.com
    Us,
    /// bitwarden.eu
    Eu,
    /// Self-hosted or Vaultwarden: the base address without a trailing slash.
    Url(String),
}

/// Which server, and what is special about the way to it. What an account keeps of its server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerSettings {
    /// `us`, `eu`, or the base address of a server of one's own.
    pub address: String,
    /// Service addresses that differ from base plus suffix; `None` where they do not.
    #[serde(default)]
    pub vault: Option<String>,
    /// As `vault`.
    #[serde(default)]
    pub api: Option<String>,
    /// As `vault`.
    #[serde(default)]
    pub identity: Option<String>,
    /// As `vault`.
    #[serde(default)]
    pub notifications: Option<String>,
}

impl ServerSettings {
    /// Where the services are: an own address wins over base plus suffix.
    ///
    /// # Errors
    /// When one of them is no address, or not a safe one.
    pub fn endpoints(&self) -> Result<Endpoints, ServerAddressError> {
        let mut endpoints = ServerAddress::parse(&self.address)?.endpoints();
        let own = |typed: &Option<String>, place: &mut String| {
            if let Some(typed) = typed.as_deref().filter(|typed| !typed.trim().is_empty()) {
                *place = clean(&parse_url(typed)?);
            }
            Ok(())
        };
        own(&self.vault, &mut endpoints.vault)?;
        own(&self.api, &mut endpoints.api)?;
        own(&self.identity, &mut endpoints.identity)?;
        own(&self.notifications, &mut endpoints.notifications)?;
        Ok(endpoints)
    }

    /// The same in the form it is kept in: addresses as they are used, own ones only where they differ.
    ///
    /// # Errors
    /// As [`ServerSettings::endpoints`].
    pub fn normal(&self) -> Result<Self, ServerAddressError> {
        let address = ServerAddress::parse(&self.address)?;
        let (plain, own) = (address.endpoints(), self.endpoints()?);
        let differing = |own: String, plain: String| (own != plain).then_some(own);
        Ok(Self {
            address: address.to_string(),
            vault: differing(own.vault, plain.vault),
            api: differing(own.api, plain.api),
            identity: differing(own.identity, plain.identity),
            notifications: differing(own.notifications, plain.notifications),
        })
    }

    /// Whether a service has an address of its own.
    #[must_use]
    pub fn has_own(&self) -> bool {
        let own = [&self.vault, &self.api, &self.identity, &self.notifications];
        own.into_iter().any(Option::is_some)
    }
}

impl From<&ServerAddress> for ServerSettings {
    fn from(address: &ServerAddress) -> Self {
        let address = address.to_string();
        Self { address, vault: None, api: None, identity: None, notifications: None }
    }
}

/// Whose server software it is, as its `/config` tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ServerKind {
    /// Bitwarden's own, in the cloud or not; also before anybody asked.
    #[default]
    Bitwarden,
    /// Vaultwarden: no providers, and its seats mean nothing.
    Vaultwarden,
    /// Another program that speaks the same API.
    Other,
}

/// Service addresses, each without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The web vault, for links that open in the browser.
    pub vault: String,
    /// The API service.
    pub api: String,
    /// The identity service.
    pub identity: String,
    /// Live updates.
    pub notifications: String,
}

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServerAddressError {
    /// Not an address at all.
    #[error("this is not a server address")]
    NotAnAddress,
    /// Plain `http://` would send the password hash in clear.
    #[error("plain http is accepted for this machine only; use https")]
    NotSecure,
}

impl ServerAddress {
    /// Reads what a person types: `us`, `eu`, a host name or an address.
    ///
    /// A missing scheme means https; trailing slashes go; `http://` is accepted for loopback only. The
    /// official cloud addresses are recognised as their region.
    ///
    /// # Errors
    /// When it is no address, or not a safe one.
    pub fn parse(typed: &str) -> Result<Self, ServerAddressError> {
        match typed.trim().to_ascii_lowercase().as_str() {
            "us" => return Ok(Self::Us),
            "eu" => return Ok(Self::Eu),
            _ => {}
        }
        let url = parse_url(typed)?;
        // Another port is another server, whoever's name it has.
        Ok(match url.host_str().filter(|_| url.port().is_none()) {
            Some("vault.bitwarden.com" | "bitwarden.com") => Self::Us,
            Some("vault.bitwarden.eu" | "bitwarden.eu") => Self::Eu,
            _ => Self::Url(clean(&url)),
        })
    }

    /// Where the services are (`src/Core/Settings/CloudRegionConfig.cs`; self-hosted: base plus suffix).
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        let cloud = |tld: &str| Endpoints {
            vault: format!("https://vault.bitwarden.{tld}"),
            api: format!("https://api.bitwarden.{tld}"),
            identity: format!("https://identity.bitwarden.{tld}"),
            notifications: format!("https://notifications.bitwarden.{tld}"),
        };
        match self {
            Self::Us => cloud("com"),
            Self::Eu => cloud("eu"),
            Self::Url(base) => Endpoints {
                vault: base.clone(),
                api: format!("{base}/api"),
                identity: format!("{base}/identity"),
                notifications: format!("{base}/notifications"),
            },
        }
    }

    /// Short name for the frame: `bitwarden.com`, `bitwarden.eu` or the host.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Us => "bitwarden.com".to_owned(),
            Self::Eu => "bitwarden.eu".to_owned(),
            Self::Url(base) => {
                base.split_once("://").map_or(base.as_str(), |(_, rest)| rest).to_owned()
            }
        }
    }
}

impl std::fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Us => f.write_str("us"),
            Self::Eu => f.write_str("eu"),
            Self::Url(base) => f.write_str(base),
        }
    }
}

/// Reads the address of a service that is no Bitwarden server: https, or this machine; no trailing slash.
///
/// # Errors
/// When it is no address, or not a safe one.
pub fn parse_service_address(typed: &str) -> Result<String, ServerAddressError> {
    Ok(clean(&parse_url(typed)?))
}

/// An address that is safe to send to. What a URL may hold but a server's address need not is refused: each of
/// `@`, backslash and white space has been used to make one server look like another.
fn parse_url(typed: &str) -> Result<url::Url, ServerAddressError> {
    const REFUSED: ServerAddressError = ServerAddressError::NotAnAddress;
    let typed = typed.trim();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '\\');
    if typed.contains(odd) {
        return Err(REFUSED);
    }
    let lower = typed.to_ascii_lowercase();
    let url = if typed.contains("://") {
        typed.to_owned()
    } else if lower.starts_with("http:") || lower.starts_with("https:") {
        // `http:/evil.example` would be taken for a server named `http`.
        return Err(REFUSED);
    } else {
        format!("https://{typed}")
    };
    let url = url::Url::parse(&url).map_err(|_| REFUSED)?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(REFUSED);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(ServerAddressError::NotSecure),
        _ => Err(REFUSED),
    }
}

/// Without query, fragment and trailing slashes: services are named behind it.
fn clean(url: &url::Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether an address is on this machine; false for what is no address.
#[must_use]
pub fn is_loopback_address(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| is_loopback(&url))
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_an_address() {
        let url = |text: &str| Ok(ServerAddress::Url(text.to_owned()));
        assert_eq!(ServerAddress::parse(" US "), Ok(ServerAddress::Us));
        assert_eq!(ServerAddress::parse("https://vault.bitwarden.eu/"), Ok(ServerAddress::Eu));
        assert_eq!(ServerAddress::parse("vault.acme.example/"), url("https://vault.acme.example"));
        assert_eq!(
            ServerAddress::parse("https://acme.example/bw/"),
            url("https://acme.example/bw")
        );
        assert_eq!(ServerAddress::parse("http://127.0.0.1:8080"), url("http://127.0.0.1:8080"));
    }

    #[test]
    fn unsafe_and_meaningless_addresses_are_refused() {
        assert_eq!(ServerAddress::parse("http://acme.example"), Err(ServerAddressError::NotSecure));
        assert_eq!(
            ServerAddress::parse("ftp://acme.example"),
            Err(ServerAddressError::NotAnAddress)
        );
        assert_eq!(
            ServerAddress::parse("https://me:pw@acme.example"),
            Err(ServerAddressError::NotAnAddress)
        );
        assert_eq!(ServerAddress::parse(""), Err(ServerAddressError::NotAnAddress));
    }
}
