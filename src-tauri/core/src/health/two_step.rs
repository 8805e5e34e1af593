//! Sites that offer two-step login with an authenticator app.

use std::collections::HashSet;

use serde_json::Value;

use super::site;

/// Written by hand; `#` starts a remark, the first one says the date.
const BUILT_IN: &str = include_str!("../../data/two_step_sites.txt");

/// Sites that offer TOTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoStepList(HashSet<String>);

impl TwoStepList {
    /// Well-known sites; short, and as old as this version of Wardroom.
    #[must_use]
    pub fn built_in() -> Self {
        let lines = BUILT_IN.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        Self(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// Reads a list in the form of 2fa.directory's `totp.json`: version 3 is a list of `[name, {domain,
    /// "additional-domains"}]`, version 4 an object by domain (`api.md` in 2factorauth/twofactorauth). `None` when it
    /// is something else, or empty.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        let mut domains = HashSet::new();
        match serde_json::from_slice(json).ok()? {
            Value::Array(entries) => {
                for entry in entries {
                    let site = entry.get(1).unwrap_or(&entry);
                    add(&mut domains, site.get("domain"));
                    add_all(&mut domains, site);
                }
            }
            Value::Object(entries) => {
                for (domain, site) in &entries {
                    // Without the methods it could be any site of the directory.
                    let methods = site.get("methods").and_then(Value::as_array);
                    if methods.is_some_and(|methods| methods.iter().any(|one| one == "totp")) {
                        domains.insert(domain.to_lowercase());
                        add_all(&mut domains, site);
                    }
                }
            }
            _ => return None,
        }
        (!domains.is_empty()).then_some(Self(domains))
    }

    /// How many sites.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// A list never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the site of this address is on the list: it, or one above it that is not a public suffix.
    #[must_use]
    pub fn offers(&self, uri: &str) -> bool {
        let Some(host) = site::host(uri) else { return false };
        let Some(registered) = psl::domain_str(&host) else { return false };
        let mut name = host.as_str();
        loop {
            if self.0.contains(name) {
                return true;
            }
            if name.len() <= registered.len() {
                return false;
            }
            let Some((_, above)) = name.split_once('.') else { return false };
            name = above;
        }
    }
}

fn add(domains: &mut HashSet<String>, domain: Option<&Value>) {
    if let Some(domain) = domain.and_then(Value::as_str).filter(|domain| domain.contains('.')) {
        domains.insert(domain.to_lowercase());
    }
}

fn add_all(domains: &mut HashSet<String>, site: &Value) {
    let more = site.get("additional-domains").and_then(Value::as_array);
    more.into_iter().flatten().for_each(|domain| add(domains, Some(domain)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_our_own_holds_sites_in_the_form_they_are_looked_up_in() {
        let list = TwoStepList::built_in();
        assert!(list.len() > 150, "{} sites", list.len());
        for domain in &list.0 {
            let site = psl::domain_str(domain);
            assert!(site.is_some(), "{domain} is no name of a site");
            assert_eq!(*domain, domain.to_lowercase());
        }
        let date = BUILT_IN.lines().next().unwrap();
        assert!(date.starts_with("# 20"), "the first line says how old the list is: {date}");
    }

    #[test]
    fn a_site_is_found_by_any_name_below_it_and_by_none_beside_it() {
        let list =
            TwoStepList(HashSet::from(["acme.co.uk".to_owned(), "id.shop.example".to_owned()]));
        assert!(list.offers("https://login.acme.co.uk/x"));
        assert!(list.offers("acme.co.uk"));
        assert!(!list.offers("https://notacme.co.uk"));
        assert!(!list.offers("https://co.uk"));
        assert!(list.offers("https://id.shop.example"));
        assert!(!list.offers("https://www.shop.example"), "only its sign-in page is listed");
    }

    #[test]
    fn both_forms_of_the_directory_are_read_and_anything_else_is_refused() {
        let three = br#"[["Acme", {"domain": "acme.com", "tfa": ["totp"], "additional-domains": ["acme.net"]}]]"#;
        let list = TwoStepList::parse(three).unwrap();
        assert!(list.offers("https://acme.com") && list.offers("https://x.acme.net"));
        let four =
            br#"{"acme.com": {"methods": ["sms", "totp"]}, "sms.com": {"methods": ["sms"]}}"#;
        let list = TwoStepList::parse(four).unwrap();
        assert!(list.offers("https://acme.com") && !list.offers("https://sms.com"));
        for other in ["", "{}", "[]", "3", "{\"a\": 1}", "[[\"Acme\"]]"] {
            assert_eq!(TwoStepList::parse(other.as_bytes()), None, "{other}");
        }
    }
}
