//! The host name in an address, as a name for items that have none.

/// The longest host name and its longest part (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 255;
const LONGEST_LABEL: usize = 63;

/// The address's host without a leading `www.`; none where the official client finds none.
pub(super) fn name_from(address: &str) -> Option<String> {
    let host = host(address.trim())?;
    Some(host.strip_prefix("www.").map_or(host.clone(), str::to_owned))
}

fn host(address: &str) -> Option<String> {
    if ["data:", "about:", "file:"].iter().any(|scheme| address.starts_with(scheme)) {
        return None;
    }
    let host = if is_host(address) { address } else { authority(address)? };
    if let Some(inner) = host.strip_prefix('[') {
        let (inner, _) = inner.rsplit_once(']')?;
        return Some(inner.to_lowercase()).filter(|inner| is_ipv6(inner) || is_host(inner));
    }
    let host = trim_dots(host).to_lowercase();
    is_host(&host).then_some(host)
}

/// What stands between the scheme and the path, without user name and port.
fn authority(address: &str) -> Option<&str> {
    let rest = match (address.strip_prefix("//"), address.split_once(":/")) {
        (Some(rest), _) => rest,
        (None, Some((scheme, rest))) if is_scheme(scheme) => rest.trim_start_matches('/'),
        (None, Some(_)) => return None,
        (None, None) => address,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = match authority.rsplit_once('@') {
        Some((user, host)) if !user.is_empty() => host,
        _ => authority,
    };
    if host.starts_with('[') {
        return Some(host);
    }
    Some(host.rsplit_once(':').map_or(host, |(name, _)| if name.is_empty() { host } else { name }))
}

fn is_scheme(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
}

/// Dots at the end say "from the root" and are no part of the name.
fn trim_dots(host: &str) -> &str {
    let trimmed = host.trim_end_matches('.');
    if trimmed.is_empty() { host.get(..1).unwrap_or("") } else { trimmed }
}

fn is_ipv6(host: &str) -> bool {
    host.len() > 1
        && host.contains(':')
        && host.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'))
}

/// Letters, digits, hyphens and underlines in parts of bearable length; letters beyond ASCII pass.
fn is_host(host: &str) -> bool {
    let letter =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || u32::from(c) > 127;
    let starts = host.chars().next().is_some_and(|c| letter(c) || matches!(c, '.' | '_'));
    if !starts || host.encode_utf16().count() > LONGEST_NAME || host.ends_with('-') {
        return false;
    }
    let mut labels = host.split('.').enumerate().peekable();
    while let Some((index, label)) = labels.next() {
        let last = labels.peek().is_none();
        let fits = label.encode_utf16().count() <= LONGEST_LABEL
            && label.chars().all(|c| letter(c) || matches!(c, '-' | '_'))
            && (last || !label.ends_with(['-', '_']))
            && (last || index == 0 || !label.is_empty());
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::name_from;

    #[test]
    fn the_host_is_found_in_every_kind_of_address() {
        for (address, name) in [
            ("https://www.Example.com:8443/a?b#c", Some("example.com")),
            (" bank.example.cn ", Some("bank.example.cn")),
            ("192.0.2.1", Some("192.0.2.1")),
            ("https://user:p@ss@host.example/", Some("host.example")),
            ("https://[2001:DB8::1]:443/", Some("2001:db8::1")),
            ("//cdn.example/x", Some("cdn.example")),
            ("localhost:8080", Some("localhost")),
            ("chrome://settings", Some("settings")),
            ("https://zürich.example./", Some("zürich.example")),
            ("android://h4sh==@com.example.app/", Some("com.example.app")),
            ("about:blank", None),
            ("file:///etc/hosts", None),
            ("data:text/plain,x", None),
            ("not a url", None),
            ("https://", None),
            ("a b://x.example", None),
            ("", None),
        ] {
            assert_eq!(name_from(address).as_deref(), name, "{address}");
        }
    }
}
