//! Where an address leads, as far as health cares.

use url::{Host, Url};

/// `http://` to anywhere but this machine. What has no scheme is opened with https.
pub(super) fn is_plain(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri.trim()) else { return false };
    let near = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => true,
    };
    url.scheme() == "http" && !near
}

/// The name of the host, in lower case; none for addresses of machines and apps.
pub(super) fn host(uri: &str) -> Option<String> {
    let uri = uri.trim();
    let url =
        if uri.contains("://") { Url::parse(uri) } else { Url::parse(&format!("https://{uri}")) };
    let url = url.ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    match url.host() {
        Some(Host::Domain(name)) => Some(name.trim_end_matches('.').to_lowercase()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_what_others_on_the_way_can_read() {
        assert!(is_plain("http://shop.example/login"));
        assert!(is_plain("HTTP://192.168.1.1"), "the office network is a way too");
        for fine in
            ["https://shop.example", "http://localhost:8080", "http://127.0.0.1", "shop.example"]
        {
            assert!(!is_plain(fine), "{fine}");
        }
    }

    #[test]
    fn only_names_of_hosts_are_looked_up() {
        assert_eq!(host("https://Login.GitHub.com/x").as_deref(), Some("login.github.com"));
        assert_eq!(host("github.com").as_deref(), Some("github.com"));
        assert_eq!(host("https://10.0.0.1"), None);
        assert_eq!(host("androidapp://com.github.android"), None);
    }
}
