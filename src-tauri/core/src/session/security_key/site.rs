//! Which sites a vault may speak for (`WebAuthn` Level 2, section 5.1.4.1 step 7; HTML's "registrable domain
//! suffix of or equal to").

use url::{Host, Url};

/// `https://vault.example` for an address below it; `None` for what is no address of a site.
pub(super) fn origin(vault: &Url) -> Option<String> {
    vault.host()?;
    // Of `http` and `https` only, which is all that settings accept.
    matches!(vault.scheme(), "https" | "http").then(|| vault.origin().ascii_serialization())
}

/// The name as keys know it, when the vault may use it: its own host, or a parent somebody could have
/// registered. Never a neighbour, never `com` or `co.uk`.
pub(super) fn own_site(vault: &Url, named: &str) -> Option<String> {
    let named = named.to_ascii_lowercase();
    match vault.host()? {
        Host::Domain(host) if host == named => Some(named),
        Host::Domain(host) => is_parent(host, &named).then_some(named),
        Host::Ipv4(_) | Host::Ipv6(_) => (vault.host_str()? == named).then_some(named),
    }
}

/// What keys of the time before `WebAuthn` were registered for (FIDO `AppID`), when it is of the same site.
pub(super) fn own_app_id(vault: &Url, app_id: &str) -> Option<String> {
    let address = Url::parse(app_id).ok().filter(|address| address.scheme() == vault.scheme())?;
    own_site(vault, address.host_str()?).map(|_| app_id.to_owned())
}

fn is_parent(host: &str, named: &str) -> bool {
    let is_above = host.strip_suffix(named).is_some_and(|rest| rest.ends_with('.'));
    // `domain_str` is the registrable part: one label more than the public suffix.
    is_above && !named.is_empty() && psl::domain_str(named).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(vault: &str, named: &str) -> Option<String> {
        own_site(&Url::parse(vault).unwrap(), named)
    }

    #[test]
    fn a_vault_speaks_for_itself_and_its_registrable_parents() {
        for (vault, named) in [
            ("https://vault.bitwarden.com", "vault.bitwarden.com"),
            ("https://vault.bitwarden.com", "bitwarden.com"),
            ("https://vault.bitwarden.com/", "Vault.Bitwarden.COM"),
            ("https://pw.acme.co.uk:8443/bw", "acme.co.uk"),
            ("https://localhost:8080", "localhost"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
        ] {
            assert_eq!(site(vault, named), Some(named.to_ascii_lowercase()), "{vault} {named}");
        }
    }

    #[test]
    fn a_vault_never_speaks_for_another_site() {
        for (vault, named) in [
            ("https://vault.evil.example", "vault.bitwarden.com"),
            ("https://vault.bitwarden.com.evil.example", "vault.bitwarden.com"),
            ("https://evilbitwarden.com", "bitwarden.com"),
            ("https://vault.bitwarden.com", "api.vault.bitwarden.com"),
            ("https://vault.bitwarden.com", "com"),
            ("https://pw.acme.co.uk", "co.uk"),
            ("https://evil.github.io", "github.io"),
            ("https://vault.bitwarden.com", ""),
            ("https://vault.bitwarden.com", "."),
            ("https://vault.bitwarden.com", ".com"),
            ("https://vault.bitwarden.com", ".bitwarden.com"),
            ("https://vault.bitwarden.com", "bitwarden.com."),
            ("https://vault.bitwarden.com", "https://vault.bitwarden.com"),
            ("https://10.0.0.1", "0.0.1"),
            ("https://10.0.0.1", "0.1"),
        ] {
            assert_eq!(site(vault, named), None, "{vault} {named}");
        }
    }

    #[test]
    fn old_keys_are_asked_for_addresses_of_the_same_site_only() {
        let vault = Url::parse("https://vault.bitwarden.com").unwrap();
        let own = "https://vault.bitwarden.com/app-id.json";
        assert_eq!(own_app_id(&vault, own).as_deref(), Some(own));
        for other in
            ["https://evil.example/app-id.json", "http://vault.bitwarden.com/a", "vault", ""]
        {
            assert_eq!(own_app_id(&vault, other), None, "{other}");
        }
    }

    #[test]
    fn the_origin_is_scheme_host_and_unusual_port() {
        let origin = |text: &str| origin(&Url::parse(text).unwrap());
        assert_eq!(
            origin("https://vault.bitwarden.com/#/login").as_deref(),
            Some("https://vault.bitwarden.com")
        );
        assert_eq!(origin("https://Acme.example:443/bw").as_deref(), Some("https://acme.example"));
        assert_eq!(origin("http://127.0.0.1:8080").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(
            origin("https://bücher.example").as_deref(),
            Some("https://xn--bcher-kva.example")
        );
        assert_eq!(origin("data:text/plain,x"), None);
    }
}
